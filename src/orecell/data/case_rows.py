"""Rows of a checked table with their line numbers, and faults of their cells, for rules."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, NamedTuple

from orecell.data.scenario import Scenario, Settings, resolve
from orecell.errors import Fault

if TYPE_CHECKING:
    from orecell.data.package import Case


class At(NamedTuple):
    """A cell of a table: where a rule found something."""

    table: str
    row: int | None
    column: str

    def beside(self, column: str) -> At:
        """Another cell of the same row."""
        return self._replace(column=column)

    def fault(self, value: object, rule: str, fix: str) -> Fault:
        """What is wrong with the cell; numbers are shown short, absent values as nothing."""
        shown = "" if value is None else f"{value:g}" if isinstance(value, float) else str(value)
        return Fault(f"tables/{self.table}.csv", self.row, self.column, shown[:80], rule, fix)


def rows_of(case: Case, table: str, *columns: str) -> Iterator[tuple[Any, ...]]:
    """Line number and the columns named, row by row."""
    frame = case.tables[table]
    return zip(*(frame.get_column(name).to_list() for name in ("_row", *columns)), strict=True)


def column_of(case: Case, table: str, key: str, value: str) -> dict[Any, Any]:
    """Two columns of a table as a mapping."""
    frame = case.tables[table]
    return dict(zip(frame.get_column(key).to_list(), frame.get_column(value).to_list(), strict=True))


def resolved(case: Case) -> Iterator[tuple[Scenario, Settings]]:
    """Each scenario with the settings that it runs with."""
    for name in sorted(case.scenarios):
        yield case.scenarios[name], resolve(case.scenarios, name).settings
