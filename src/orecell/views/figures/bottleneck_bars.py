"""How many cells could be made wholly at home, and which stage sets the limit.

Solid: cells for which every stage is at home. Hatched: what would be added if only the limiting stage were
no limit; then the next stage limits. Between the end of the bar and the mark lies what is still missing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from orecell.core.wording import in_sentence, percent
from orecell.errors import InputError
from orecell.views.figures.choice import Choice, Row, Stamp, focus_year, rows_of
from orecell.views.figures.figure import Figure, Mark, Table
from orecell.views.figures.frame import Option, base, category_axis, label_px, legend, responsive, value_axis
from orecell.views.figures.palette import BLUE, HATCH, INK, MUTED, NO_HATCH, SKY
from orecell.views.figures.wording import (
    BASIS_NAMES,
    at_start,
    day,
    quantity,
    region_name,
    significant,
)

if TYPE_CHECKING:
    import polars as pl

UNIT = "GWh/yr"
COLUMNS = (
    "year", "demand_gwh", "domestic_cells_gwh", "stage", "stage_name", "lifted_gwh", "next_stage_name",
)  # fmt: skip


def bottleneck_bars(bottleneck: pl.DataFrame, choice: Choice, stamp: Stamp) -> Figure:
    """Cells that could be made wholly at home, by year, and the stage that limits them.

    Args:
        bottleneck: by as_of, demand_case, region_set, basis and year: demand, cells wholly from the region
            and the same with the limiting stage lifted [GWh/yr], the limiting stage and the next. An empty
            stage means that only demand limits; rows are chosen by `capacity` too where there is one.
        choice: which rows to show; `choice.year` is the year of the title.
        stamp: run, sources and names.

    Returns:
        Bars by year against demand.
    """
    rows = _chosen(bottleneck, choice)
    number, title = _finding(rows, choice)
    return Figure(
        id="bottleneck",
        title=title,
        number=number,
        sentence=(
            f"Cells for which every stage is at home, in {UNIT}, and the stage that sets the limit. "
            f"Demand: {stamp.name(choice.demand_case)}. Known on {day(choice.as_of)}. "
            f"Supply counted: {BASIS_NAMES.get(choice.basis, choice.basis)}."
        ),
        unit=UNIT,
        run_id=stamp.run_id,
        option=_option(rows, title),
        table=_table(rows),
        sources=stamp.sources,
        marks=(Mark("assumed", "hatched: would be added if the named stage were no limit"),),
        height_px=130 + 38 * len(rows),
    )


def _chosen(bottleneck: pl.DataFrame, choice: Choice) -> list[Row]:
    """Rows of the choice by year; a stage without a name means that only demand limits."""
    where: dict[str, str | int] = {
        "as_of": choice.as_of,
        "demand_case": choice.demand_case,
        "region_set": choice.region_set,
        "basis": choice.basis,
    }
    if "capacity" in bottleneck.columns:
        where["capacity"] = choice.capacity
    rows = rows_of(bottleneck, COLUMNS, **where)
    years = [row["year"] for row in rows]
    if len(set(years)) != len(years):
        raise InputError("bottleneck", "more than one row for a year", "make the rows unique")
    named = [row | {"stage_name": row["stage_name"] if row["stage"] else None} for row in rows]
    return sorted(named, key=lambda row: int(row["year"]))


def _finding(rows: list[Row], choice: Choice) -> tuple[str, str]:
    """The number and the title: the limit of the year, the stage behind it, the next one."""
    year = focus_year((row["year"] for row in rows), choice.year)
    row = next(row for row in rows if row["year"] == year)
    region, made = region_name(choice.region_set), row["domestic_cells_gwh"]
    cells = f"cells made wholly from {region} materials"
    if made is None:
        return "", f"It is not known how many {cells} there can be in {year}"
    amount = quantity(made, UNIT)
    reach = f"{amount} in {year}"
    if row["demand_gwh"]:
        reach += f" ({percent(made / row['demand_gwh'])} of demand)"
    if row["stage_name"] is None:
        return amount, f"Only demand limits {cells}: {reach}"
    title = f"{at_start(row['stage_name'])} limits {cells} to {reach}"
    if row["lifted_gwh"] is not None and row["next_stage_name"]:
        lifted = quantity(row["lifted_gwh"], UNIT)
        title += f"; without that limit, {in_sentence(row['next_stage_name'])} limits them to {lifted}"
    return amount, title


def _made(row: Row) -> Option:
    """One solid bar."""
    made = row["domestic_cells_gwh"]
    return {"value": None if made is None else significant(made)}


def _added(row: Row, y: int) -> Option:
    """One hatched bar, with the amount of the solid one as a dimension for the label."""
    made, lifted = row["domestic_cells_gwh"], row["lifted_gwh"]
    more = 0.0 if made is None or lifted is None else max(0.0, lifted - made)
    amount = "not known" if made is None else quantity(made, "")
    return {"value": [significant(more), y, amount, row["stage_name"] or "demand"]}


def _series(rows: list[Row]) -> list[Option]:
    """Solid bars, hatched bars with the amounts, marks of demand."""
    need = [[row["demand_gwh"], i] for i, row in enumerate(rows) if row["demand_gwh"] is not None]
    return [
        {
            "name": "Made wholly at home",
            "type": "bar",
            "stack": "cells",
            "barMaxWidth": 22,
            "data": [_made(row) for row in rows],
            "itemStyle": {"color": BLUE, "decal": NO_HATCH},
        },
        {
            "name": "Added if the limit were lifted",
            "type": "bar",
            "stack": "cells",
            "dimensions": ["Added", "Year", "Made wholly at home", "Limit"],
            "encode": {"x": 0, "y": 1, "tooltip": [0, 2, 3]},
            "data": [_added(row, i) for i, row in enumerate(rows)],
            "label": {"show": True, "position": "right", "formatter": "{@[2]}", "color": INK, "fontSize": 12},
            "itemStyle": {"color": SKY, "decal": HATCH},
        },
        {
            "name": "Demand",
            "type": "scatter",
            "symbol": "rect",
            "symbolSize": [4, 26],
            "dimensions": ["Demand", "Year"],
            "encode": {"x": 0, "y": 1, "tooltip": [0]},
            "data": [[significant(value), i] for value, i in need],
            "itemStyle": {"color": INK, "decal": NO_HATCH},
            "z": 5,
        },
    ]


def _option(rows: list[Row], title: str) -> Option:
    """The picture; the limiting stage stands beside its year."""
    labels = [f"{row['stage_name'] or 'demand'}  {row['year']}" for row in rows]
    margin = label_px(labels, 230)
    wide = base(title) | {
        "legend": legend(),
        "grid": {"left": margin, "right": 24, "top": 58, "bottom": 44},
        "xAxis": value_axis(UNIT, nameLocation="middle", nameGap=26, min=0),
        "yAxis": category_axis(
            labels,
            inverse=True,
            name="Limiting stage and year",
            nameLocation="start",
            nameGap=8,
            nameTextStyle={"color": MUTED, "fontSize": 12, "align": "right", "padding": [0, 8, 0, 0]},
        ),
        "series": _series(rows),
    }
    wide["aria"] = wide["aria"] | {"decal": {"show": True}}
    narrow = {
        "grid": {"top": 100, "left": min(margin, 112)},
        "yAxis": {
            "axisLabel": {
                "fontSize": 10,
                "width": min(margin, 112) - 10,
                "overflow": "break",
                "lineHeight": 12,
            }
        },
    }
    return responsive(wide, narrow)


def _table(rows: list[Row]) -> Table:
    """The numbers drawn."""
    columns = (
        "Year",
        f"Demand ({UNIT})",
        f"Cells made wholly at home ({UNIT})",
        "Stage that limits",
        f"Without that limit ({UNIT})",
        "Stage that limits next",
    )
    keys = ("year", "demand_gwh", "domestic_cells_gwh", "stage_name", "lifted_gwh", "next_stage_name")
    return Table(columns, tuple(tuple(row[key] for key in keys) for row in rows))
