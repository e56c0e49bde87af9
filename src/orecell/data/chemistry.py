"""Reading the tables of chemistry that come with the package.

Tables are checked like those of a case: every fault is named, nothing is filled in. Left out: which of the
numbers a model uses; that is for the models to say.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from orecell.data.chemistry_tables import CHEMISTRY_TABLES
from orecell.errors import CaseError, Fault, InputError

Row = Mapping[str, Any]


@dataclass(frozen=True, eq=False)
class Chemistry:
    """Checked tables as rows."""

    tables: Mapping[str, tuple[Row, ...]]

    def rows(self, table: str, **where: str) -> list[Row]:
        """Rows of a table whose cells equal those named."""
        return list(_rows(self, table, tuple(where.items())))

    def row(self, table: str, **where: str) -> Row:
        """The one row with these cells; raises InputError if there is none."""
        found = self.rows(table, **where)
        if not found:
            wanted = ", ".join(where.values())
            raise InputError(
                wanted, f"is not in the table {table} of chemistry", "give the numbers in the file"
            )
        return found[0]


@lru_cache(maxsize=4096)
def _rows(chemistry: Chemistry, table: str, where: tuple[tuple[str, str], ...]) -> tuple[Row, ...]:
    return tuple(row for row in chemistry.tables[table] if all(row[k] == v for k, v in where))


def chemistry_folder() -> Path:
    """Folder of the tables that come with the package."""
    return Path(__file__).parent.parent / "datasets" / "chemistry"


@lru_cache(maxsize=4)
def read_chemistry(folder: Path | None = None) -> Chemistry:
    """Read and check the tables of chemistry.

    Args:
        folder: folder of the tables; those of the package if absent.

    Raises:
        CaseError: the tables have faults; all are in the message.
    """
    from orecell.data.check import check_table
    from orecell.data.csvfile import read_rows

    root = folder or chemistry_folder()
    raw, faults = {}, list[Fault]()
    for schema in CHEMISTRY_TABLES:
        frame, _, found = read_rows(root / f"{schema.name}.csv", schema, f"{schema.name}.csv")
        faults.extend(found)
        if frame is not None:
            raw[schema.name] = frame
    if faults:
        raise CaseError(faults)
    tables = {}
    for schema in CHEMISTRY_TABLES:
        typed, found = check_table(raw[schema.name], schema, raw)
        faults.extend(found)
        tables[schema.name] = tuple(typed.drop("_row").to_dicts())
    if faults:
        raise CaseError(faults)
    return Chemistry(tables)
