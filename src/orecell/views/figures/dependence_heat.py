"""How far the world leans on few countries, stage by stage.

Two measures, both from 0 to 1, both with a range because a published rest of the world hides who is in it:
the share made in countries of concern, and the concentration

    HHI = sum over countries of share**2

which is 1 if one country makes everything and 0.1 if ten make equal parts. Color is the middle of the range.
Source: Herfindahl-Hirschman index as in the Merger Guidelines of the US Department of Justice (2023),
there on a scale of 0 to 10,000.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from orecell.core.wording import SPACE, in_sentence, percent
from orecell.errors import InputError
from orecell.views.figures.choice import Row, Stamp, rows_of
from orecell.views.figures.figure import Figure, Mark, Table
from orecell.views.figures.frame import Option
from orecell.views.figures.heat import HeatMap, empty_cell, full_cell, heat_option, height_px
from orecell.views.figures.palette import CONCERN_SCALE
from orecell.views.figures.wording import EN_DASH, at_start, percent_range, significant

if TYPE_CHECKING:
    import polars as pl

COLUMNS = (
    "stage", "stage_name", "item", "year", "hhi_low", "hhi_high", "concern_share_low", "concern_share_high",
    "largest_country", "largest_share", "source",
)  # fmt: skip
MEASURE_WORDS = re.compile(r",? share of world( output| supply| production)?")
MEASURES = ("Made in countries of concern", f"Concentration (0{SPACE}to{SPACE}1)", "Largest maker")


def dependence_heat(concentration: pl.DataFrame, stamp: Stamp, year: int | None = None) -> Figure:
    """Share of countries of concern and concentration of world supply, by stage and item.

    Args:
        concentration: one row per stage, item and year; shares and HHI as fractions, low and high.
        stamp: run, sources and names (of countries).
        year: last year to look at; of each item the latest row up to it is shown. None: the latest.

    Returns:
        A heat map with three columns.
    """
    rows = _latest(rows_of(concentration, COLUMNS), year)
    number, title = _finding(rows)
    return Figure(
        id="dependence",
        title=title,
        number=number,
        sentence=(
            "Share of world supply made in countries of concern, how concentrated supply is (1: one country "
            "makes everything), and the largest maker. Ranges show what published totals leave open."
        ),
        unit="fraction of world supply",
        run_id=stamp.run_id,
        option=_option(rows, stamp, title),
        table=_table(rows, stamp),
        sources=tuple(
            dict.fromkeys([*stamp.sources, *sorted({row["source"] for row in rows if row["source"]})])
        ),
        marks=(Mark("empty", "no data"),)
        if any(_middle(row, m) is None for row in rows for m in range(3))
        else (),
        height_px=height_px([_row_name(row) for row in rows]),
    )


def _latest(rows: list[Row], year: int | None) -> list[Row]:
    """Latest row of every stage and item, most dependent first."""
    latest: dict[tuple[str, str], Row] = {}
    for row in rows:
        key = (row["stage"], row["item"])
        if (year is None or row["year"] <= year) and (key not in latest or row["year"] > latest[key]["year"]):
            latest[key] = row
    if not latest:
        raise InputError(str(year), "no world supply up to this year", "choose a later year")
    return sorted(latest.values(), key=lambda row: -(_middle(row, 0) or 0.0))


def _bounds(row: Row, measure: int) -> tuple[float | None, float | None]:
    """Low and high of a measure."""
    if measure == 0:
        return row["concern_share_low"], row["concern_share_high"]
    if measure == 1:
        return row["hhi_low"], row["hhi_high"]
    return row["largest_share"], row["largest_share"]


def _middle(row: Row, measure: int) -> float | None:
    """Middle of the range of a measure."""
    low, high = _bounds(row, measure)
    return None if low is None or high is None else (low + high) / 2


def _finding(rows: list[Row]) -> tuple[str, str]:
    """The number and the title: the item that depends most on countries of concern."""
    known = [row for row in rows if _middle(row, 0) is not None]
    if not known:
        return "", "No share of countries of concern is known"
    top = max(known, key=lambda row: _middle(row, 0) or 0.0)
    reach = percent_range(top["concern_share_low"], top["concern_share_high"])
    above = sum((_middle(row, 0) or 0.0) > 0.5 for row in known)
    title = f"Countries of concern make {reach} of the world's {in_sentence(_thing(top))} ({top['year']})"
    if len(known) > 1:
        title += f", and more than half of {above} of the {len(known)} items shown"
    return reach, title


def _text(row: Row, measure: int, stamp: Stamp) -> str:
    """What stands in a cell."""
    low, high = _bounds(row, measure)
    if low is None or high is None:
        return "no data"
    if measure == 0:
        return percent_range(low, high, EN_DASH)
    if measure == 1:
        return f"{low:.2f}" if f"{low:.2f}" == f"{high:.2f}" else f"{low:.2f}{EN_DASH}{high:.2f}"
    return f"{stamp.name(row['largest_country'] or 'not named')} {percent(low)}"


def _thing(row: Row) -> str:
    """The item without the words that the heading of the column says already."""
    return MEASURE_WORDS.sub("", row["item"])


def _row_name(row: Row) -> str:
    """Stage and item, or the item alone where it says the stage."""
    stage, item = row["stage_name"], _thing(row)
    return at_start(item) if stage.lower() in item.lower() else f"{stage}: {item}"


def _option(rows: list[Row], stamp: Stamp, title: str) -> Option:
    """The picture."""
    full, empty = [], []
    for row, at in ((row, (x, y)) for y, row in enumerate(rows) for x in range(len(MEASURES))):
        middle, text = _middle(row, at[0]), _text(row, at[0], stamp)
        if middle is None:
            empty.append(empty_cell(at, text))
        else:
            texts = [
                text,
                f"{MEASURES[at[0]]}: {row['item']}",
                text,
                str(row["year"]),
                row["source"] or "not named",
            ]
            full.append(full_cell(at, significant(middle), texts, CONCERN_SCALE, 1.0))
    heat = HeatMap(
        columns=MEASURES,
        rows=tuple(map(_row_name, rows)),
        scale=CONCERN_SCALE,
        top=1.0,
        ends=("low dependence", "high dependence"),
        full=full,
        empty=empty,
        dimensions=("Value", "Year", "Source"),
    )
    return heat_option(heat, title)


def _table(rows: list[Row], stamp: Stamp) -> Table:
    """The numbers drawn."""
    columns = (
        "Stage", "Item", "Year", "Concern share, low (fraction)", "Concern share, high (fraction)",
        "HHI, low (0 to 1)",        "HHI, high (0 to 1)", "Largest maker", "Its share (fraction)", "Source",
    )  # fmt: skip
    keys = ("stage_name", "item", "year", "concern_share_low", "concern_share_high", "hhi_low", "hhi_high")
    cells = tuple(
        (
            *(row[key] for key in keys),
            stamp.name(row["largest_country"]) if row["largest_country"] else None,
            row["largest_share"],
            row["source"],
        )
        for row in rows
    )
    return Table(columns, cells)
