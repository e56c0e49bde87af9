"""What a reader may choose (date, demand, region, basis), and the rows that a choice leaves.

Frames are long tables with one row per number; a figure shows the rows of one choice. A column that is
missing or a choice without rows is an input error, never an empty picture.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from orecell.errors import InputError

if TYPE_CHECKING:
    import polars as pl

Row = dict[str, Any]


@dataclass(frozen=True)
class Choice:
    """Which numbers a figure shows.

    Attributes:
        as_of: date of knowledge, YYYY-MM-DD.
        demand_case: id of the demand case.
        region_set: `usa` or `north_america`.
        basis: what counts as supply: `nameplate`, `expected`, `qualified` or `served`.
        denominator: `national_demand` or `domestic_next_stage`.
        capacity: `sourced`, or `with_assumed` to add assumed capacities.
        year: year that the title speaks of; the last year shown where this one is not.
    """

    as_of: str
    demand_case: str
    region_set: str = "usa"
    basis: str = "expected"
    denominator: str = "national_demand"
    capacity: str = "sourced"
    year: int = 2030


@dataclass(frozen=True)
class Stamp:
    """What all figures of a run carry.

    Attributes:
        run_id: id of the run.
        sources: sources behind the run that every figure names.
        names: id to name for demand cases, stages, decks and whatever else has a name in the case.
    """

    run_id: str
    sources: tuple[str, ...] = ()
    names: Mapping[str, str] = field(default_factory=dict)

    def name(self, key: str) -> str:
        """The name of an id, or the id itself where the case gives none."""
        return self.names.get(key, key)


def rows_of(frame: pl.DataFrame, columns: Iterable[str], **where: str | int) -> list[Row]:
    """Rows in which every column of `where` has the given value; NaN is read as no number.

    Args:
        frame: long table.
        columns: columns that the figure needs.
        where: column = value.

    Returns:
        One dictionary per row, in the order of the frame.

    Raises:
        InputError: if a column is missing or no row is left.
    """
    import polars as pl
    import polars.selectors as cs

    wanted = [*dict.fromkeys([*columns, *where])]
    missing = [name for name in wanted if name not in frame.columns]
    if missing:
        raise InputError(", ".join(missing), "column missing in the table of a figure", "add the column")
    left = frame.select(wanted).filter(
        pl.all_horizontal(pl.lit(True), *(pl.col(k) == v for k, v in where.items()))
    )
    if left.is_empty():
        chosen = ", ".join(f"{name} = {value}" for name, value in where.items()) or "the whole table"
        raise InputError(chosen, "no rows for this choice", "run the scenario for it, or choose another")
    return left.with_columns(cs.float().fill_nan(None)).to_dicts()


def focus_year(years: Iterable[int], wanted: int) -> int:
    """The wanted year if it is shown, else the last year shown."""
    shown = sorted(set(years))
    return wanted if wanted in shown else shown[-1]
