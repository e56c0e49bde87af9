"""Supply of one stage by status of the projects, stacked, against the line of what is needed.

What is white between the top of the stack and the line is the gap. A status that has no row in a year has
no project in that year and adds nothing. Bands other than operating plants are hopes; they are hatched.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from orecell.core.wording import in_sentence, percent
from orecell.errors import InputError
from orecell.views.figures.choice import Choice, Row, Stamp, focus_year, rows_of
from orecell.views.figures.figure import Figure, Mark, Table
from orecell.views.figures.frame import Option, base, category_axis, legend, responsive, value_axis
from orecell.views.figures.palette import HATCH, INK, MUTED, NO_HATCH, STATUS_COLORS
from orecell.views.figures.wording import (
    BASIS_NAMES,
    STATUS_NAMES,
    day,
    quantity,
    region_name,
    significant,
)

if TYPE_CHECKING:
    import polars as pl

ORDER = ("operating", "pilot", "construction", "announced", "paused")
FIRM = ("operating", "pilot")
Bands = dict[str, dict[int, float]]


def stacked_area(
    supply_by_status: pl.DataFrame, demand: pl.DataFrame, stage: str, choice: Choice, stamp: Stamp
) -> Figure:
    """Supply of a stage by status against what is needed.

    Args:
        supply_by_status: supply [unit] by as_of, region_set, stage, year, status and basis.
        demand: requirement [same unit, in column `unit`] by demand_case, region_set, stage and year.
        stage: id of the stage; its name comes from `stamp.names`.
        choice: which rows to show; `choice.year` is the year of the title.
        stamp: run, sources and names.

    Returns:
        A stacked area with the line of demand.
    """
    supply = _supply(supply_by_status, stage, choice)
    where = {"demand_case": choice.demand_case, "region_set": choice.region_set, "stage": stage}
    needed = rows_of(demand, ("year", "requirement", "unit"), **where)
    line = {row["year"]: row["requirement"] for row in needed if row["requirement"] is not None}
    bands = _bands(supply)
    unit = _unit(supply, needed)
    years = sorted({*line, *(row["year"] for row in supply)})
    number, title = _finding(bands, line, (stamp.name(stage), unit), choice)
    return Figure(
        id=f"supply_{stage}",
        title=title,
        number=number,
        sentence=(
            f"{stamp.name(stage)}: supply by status of the project, in {unit}, and the line of what is "
            f"needed; white below the line is the gap. Demand: {stamp.name(choice.demand_case)}. "
            f"Known on {day(choice.as_of)}. Supply counted: {BASIS_NAMES.get(choice.basis, choice.basis)}."
        ),
        unit=unit,
        run_id=stamp.run_id,
        option=_option(bands, line, years, unit, title),
        table=_table(bands, line, years, unit),
        sources=stamp.sources,
        marks=(Mark("assumed", "hatched: not running; may come later, smaller or never"),),
        height_px=400,
    )


def _supply(frame: pl.DataFrame, stage: str, choice: Choice) -> list[Row]:
    """Rows of the stage; none where no project of the stage is known."""
    columns = ("stage", "year", "status", "supply", "unit")
    rows = rows_of(frame, columns, as_of=choice.as_of, basis=choice.basis, region_set=choice.region_set)
    return [row for row in rows if row["stage"] == stage]


def _unit(supply: list[Row], needed: list[Row]) -> str:
    """The one unit of supply and demand."""
    units = sorted({row["unit"] for row in (*supply, *needed)})
    if len(units) != 1:
        raise InputError(", ".join(units), "supply and demand in different units", "bring both to one unit")
    return str(units[0])


def _bands(rows: list[Row]) -> Bands:
    """Status -> year -> supply, in the order of the stack."""
    found = sorted(
        {row["status"] for row in rows}, key=lambda s: ORDER.index(s) if s in ORDER else len(ORDER)
    )
    bands: Bands = {status: {} for status in found}
    for row in rows:
        if row["supply"] is not None:
            band = bands[row["status"]]
            band[row["year"]] = band.get(row["year"], 0.0) + row["supply"]
    return bands


def _finding(bands: Bands, line: dict[int, float], what: tuple[str, str], choice: Choice) -> tuple[str, str]:
    """The number and the title: what plants that run supply, what all projects would, and the gap."""
    name, unit = what
    region = region_name(choice.region_set)
    if not any(line.values()):
        return "", f"Nothing is needed of {in_sentence(name)} in these years"
    year = focus_year((y for y, need in line.items() if need > 0), choice.year)
    need = line[year]
    running = bands.get("operating", {}).get(year, 0.0)
    total = sum(band.get(year, 0.0) for band in bands.values())
    share = percent(running / need)
    plants = f"{region} plants running on {day(choice.as_of)}"
    title = f"{plants} supply {share} of the {in_sentence(name)} needed in {year}"
    if total > running:
        title += f"; all projects together {percent(total / need)}"
    gap = f"; the gap is {quantity(need - total, unit)}" if total < need else "; no gap remains on paper"
    return share, title + gap


def _option(bands: Bands, line: dict[int, float], years: list[int], unit: str, title: str) -> Option:
    """The picture."""
    names = [str(year) for year in years]
    series = [_band(status, band, years) for status, band in bands.items()]
    series.append(
        {
            "name": "Needed",
            "type": "line",
            "data": [None if year not in line else significant(line[year]) for year in years],
            "symbol": "circle",
            "symbolSize": 6,
            "lineStyle": {"color": INK, "width": 3},
            "itemStyle": {"color": INK, "decal": NO_HATCH},
            "z": 5,
        }
    )
    wide = base(title) | {
        "legend": legend(icon="roundRect"),
        "grid": {"left": 58, "right": 24, "top": 62, "bottom": 28},
        "xAxis": category_axis(names, boundaryGap=False),
        "yAxis": value_axis(unit, min=0, nameGap=12, nameTextStyle={"align": "left"}),
        "series": series,
    }
    wide["tooltip"] = wide["tooltip"] | {"trigger": "axis"}
    wide["aria"] = wide["aria"] | {"decal": {"show": True}}
    narrow = {"grid": {"top": 104}, "xAxis": {"axisLabel": {"rotate": 60, "fontSize": 10}}}
    return responsive(wide, narrow)


def _band(status: str, band: dict[int, float], years: list[int]) -> Option:
    """One band of the stack."""
    color = STATUS_COLORS.get(status, INK)
    return {
        "name": STATUS_NAMES.get(status, status),
        "type": "line",
        "stack": "supply",
        "data": [significant(band.get(year, 0.0)) for year in years],
        "symbol": "none",
        "lineStyle": {"width": 0.75, "color": MUTED},
        "areaStyle": {"color": color, "opacity": 0.95},
        "itemStyle": {"color": color, "decal": NO_HATCH if status in FIRM else HATCH},
    }


def _table(bands: Bands, line: dict[int, float], years: list[int], unit: str) -> Table:
    """The numbers drawn, and the gap."""
    columns = [
        "Year",
        *(f"{STATUS_NAMES.get(s, s)} ({unit})" for s in bands),
        f"Needed ({unit})",
        f"Gap ({unit})",
    ]
    rows = []
    for year in years:
        supply = [band.get(year) for band in bands.values()]
        need = line.get(year)
        gap = None if need is None else max(0.0, need - sum(s or 0.0 for s in supply))
        rows.append((year, *supply, need, gap))
    return Table(tuple(columns), tuple(rows))
