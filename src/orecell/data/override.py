"""Applying the overrides of a scenario to raw tables, so that the checks see what the run will see.

A fault in a cell that a scenario changed belongs to the scenario file, not to the table; `Changes`
remembers who wrote which cell. Left out: deleting rows; a scenario sets cells or adds rows.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from orecell.data.scenario import Cell, Override, Scenario
from orecell.errors import Fault

if TYPE_CHECKING:
    import polars as pl

Place = tuple[str, int | None]  # file and line


@dataclass
class Changes:
    """Where changed cells and added rows come from.

    Attributes:
        scenario: file of the scenario, or "" where nothing was changed.
        cells: (table file, row, column) -> place of the override that set the cell.
        rows: (table file, row) -> override that added the row; such rows have negative numbers.
    """

    scenario: str = ""
    cells: dict[tuple[str, int, str], Place] = field(default_factory=dict)
    rows: dict[tuple[str, int], Override] = field(default_factory=dict)

    def locate(self, faults: Iterable[Fault]) -> list[Fault]:
        """Faults of changed cells moved to the scenario; the others say that they come with it."""
        return [self._moved(fault) for fault in faults] if self.scenario else list(faults)

    def _moved(self, fault: Fault) -> Fault:
        row = -1 if fault.row is None else fault.row
        added = self.rows.get((fault.file, row))
        place = self.cells.get((fault.file, row, fault.column))
        if place is None and added is not None:
            place = added.place(fault.column)
        if place is None:
            return replace(fault, rule=f"{fault.rule} (with the changes of {self.scenario})")
        return replace(fault, file=place[0] or self.scenario, row=place[1])


def apply_overrides(
    raw: Mapping[str, pl.DataFrame], scenario: Scenario
) -> tuple[dict[str, pl.DataFrame], Changes, list[Fault]]:
    """Change raw (text) tables as a scenario says; a key (each one of a list) that finds no row is a fault.

    Args:
        raw: text columns plus `_row`, by table.
        scenario: resolved scenario.

    Returns:
        The changed tables, where the changes come from, and the faults.
    """
    tables = dict(raw)
    changes = Changes(scenario.file)
    faults: list[Fault] = []
    for override in scenario.overrides:
        file = f"tables/{override.table}.csv"
        frame = tables[override.table]
        if override.add:
            row = -1 - len(changes.rows)
            changes.rows[file, row] = override
            tables[override.table] = _with_row(frame, override.add, row)
            continue
        for key in override.row_keys():
            match = _match(key)
            found = frame.filter(match)["_row"].to_list()
            if len(found) != 1:
                faults.append(_no_row(override, key, changes.scenario))
                continue
            changes.cells.update({(file, found[0], name): override.place(name) for name in override.set})
            tables[override.table] = _with_cells(tables[override.table], match, override.set)
    return tables, changes, faults


def _no_row(override: Override, key: Mapping[str, Cell], scenario: str) -> Fault:
    shown = ", ".join(f"{k}={v}" for k, v in key.items())
    file, row = override.place()
    rule, fix = f"finds no row of {override.table}", f"look for the row in tables/{override.table}.csv"
    return Fault(file or scenario, row, "key", shown[:80], rule, fix)


def _match(key: Mapping[str, Cell]) -> pl.Expr:
    import polars as pl

    return pl.all_horizontal(pl.col(k) == _as_text(v) for k, v in key.items())


def _with_row(frame: pl.DataFrame, cells: Mapping[str, Cell], row: int) -> pl.DataFrame:
    import polars as pl

    names = [name for name in frame.columns if name != "_row"]
    data = {name: [_as_text(cells.get(name))] for name in names}
    added = pl.DataFrame(data, schema_overrides=dict.fromkeys(names, pl.String))
    return pl.concat([frame, added.with_columns(pl.lit(row, dtype=pl.Int64).alias("_row"))])


def _with_cells(frame: pl.DataFrame, match: pl.Expr, cells: Mapping[str, Cell]) -> pl.DataFrame:
    import polars as pl

    return frame.with_columns(
        pl.when(match).then(pl.lit(_as_text(value))).otherwise(pl.col(name)).alias(name)
        for name, value in cells.items()
    )


def _as_text(value: Cell) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)
