"""Rows of a checked table with their line numbers, for rules."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from orecell.data.package import Case


def rows_of(case: Case, table: str, *columns: str) -> Iterator[tuple[Any, ...]]:
    """Line number and the columns named, row by row."""
    return case.tables[table].select("_row", *columns).iter_rows()
