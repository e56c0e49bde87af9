"""Where the plants are: every site on an offline map, by status and capacity.

Areas of the dots are in proportion to capacity, within a stage (tonnes of lithium and GWh of cells do not
compare). A site that published no capacity is a hollow diamond, never a small dot; an assumed capacity has
a dashed edge. What the reader sees on hovering are plain values of dimensions, not formatted text.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import TYPE_CHECKING

from orecell.core.wording import in_sentence, listed
from orecell.errors import InputError
from orecell.views.figures.choice import Choice, Row, Stamp, rows_of
from orecell.views.figures.figure import Figure, Mark, Table
from orecell.views.figures.frame import Option, base, legend, responsive
from orecell.views.figures.map_frame import geo
from orecell.views.figures.palette import INK, PAPER, STATUS_COLORS
from orecell.views.figures.projection import project
from orecell.views.figures.wording import STATUS_NAMES, day, quantity

if TYPE_CHECKING:
    import polars as pl

LARGEST_PX, SMALLEST_PX, UNKNOWN_PX = 28.0, 7.0, 12.0
GONE = ("canceled", "retired")
COLUMNS = (
    "facility", "name", "operator", "stage", "stage_name", "region", "latitude", "longitude", "status",
    "capacity", "unit", "capacity_is_assumed", "start_year", "is_counted", "note", "source",
)  # fmt: skip
DIMENSIONS = ("x", "y", "Site", "Operator", "Makes", "Capacity", "First year")


def facility_map(
    facility_status: pl.DataFrame, choice: Choice, stamp: Stamp, stages: Iterable[str] = ()
) -> Figure:
    """Sites on the map as known on a date.

    Args:
        facility_status: one row per facility and as_of with place [degrees], status and capacity [unit].
        choice: date and set of regions (`usa` keeps regions that begin with `US-`).
        stamp: run, sources and names.
        stages: stages to show; all where empty.

    Returns:
        A map that needs the outlines registered under the name `north_america`.
    """
    wanted = tuple(stages)
    rows = _chosen(facility_status, choice, wanted)
    placed = [row for row in rows if row["latitude"] is not None and row["longitude"] is not None]
    number, title = _finding(rows, choice, bool(wanted))
    notes = ["Areas of the dots compare capacities within one stage."]
    if len(placed) < len(rows):
        notes.append(f"{len(rows) - len(placed)} without a known place are in the table only.")
    return Figure(
        id="facilities",
        title=title,
        number=number,
        sentence=(
            f"Each dot is one production line, known on {day(choice.as_of)}. "
            "Color shows its status, size its capacity; a ring was canceled."
        ),
        unit="sites",
        run_id=stamp.run_id,
        option=_option(placed, title),
        table=_table(rows),
        sources=tuple(dict.fromkeys([*stamp.sources, *sorted({r["source"] for r in rows if r["source"]})])),
        notes=tuple(notes),
        marks=_marks(rows),
        height_px=560,
    )


def _marks(rows: list[Row]) -> tuple[Mark, ...]:
    """Key to the special looks that occur."""
    marks = [Mark("unknown", "diamond: no capacity published")]
    if any(row["capacity_is_assumed"] for row in rows):
        marks.append(Mark("assumed", "dashed edge: capacity assumed"))
    if not all(row["is_counted"] for row in rows):
        marks.append(Mark("outside", "pale: shown, but in no total and not in the count of the title"))
    return tuple(marks)


def _chosen(frame: pl.DataFrame, choice: Choice, stages: tuple[str, ...]) -> list[Row]:
    """Rows of the date, the regions and the stages, by status and name."""
    rows = [
        row
        for row in rows_of(frame, COLUMNS, as_of=choice.as_of)
        if (not stages or row["stage"] in stages)
        and (choice.region_set != "usa" or str(row["region"]).startswith("US-"))
    ]
    if not rows:
        raise InputError(
            f"{choice.region_set}, {listed(stages)}", "no facility for this choice", "choose another"
        )
    order = list(STATUS_NAMES)
    return sorted(
        rows,
        key=lambda r: (order.index(r["status"]) if r["status"] in order else 99, r["name"], r["facility"]),
    )


def _finding(rows: list[Row], choice: Choice, is_chosen: bool) -> tuple[str, str]:
    """The number and the title: how many run, how many were canceled, how many publish no capacity."""
    alive = [row for row in rows if row["status"] not in GONE and row["is_counted"]]
    running = sum(row["status"] == "operating" for row in alive)
    names = list(dict.fromkeys(in_sentence(row["stage_name"]) for row in rows))
    kind = f"lines for {listed(names)}" if is_chosen else "production lines"
    title = f"{running} of {len(alive)} {kind} were running on {day(choice.as_of)}"
    gone = sum(row["status"] in GONE for row in rows)
    unknown = sum(row["capacity"] is None for row in alive)
    if gone:
        title += f"; {gone} more {'was' if gone == 1 else 'were'} canceled or closed"
    if unknown:
        title += f"; {unknown} {'has' if unknown == 1 else 'have'} published no capacity"
    return f"{running} of {len(alive)}", title


def _sizes(rows: list[Row]) -> dict[tuple[str, str], float]:
    """Largest capacity per stage and unit, the measure of dot areas."""
    largest: dict[tuple[str, str], float] = {}
    for row in rows:
        key = (row["stage"], row["unit"])
        largest[key] = max(largest.get(key, 0.0), row["capacity"] or 0.0)
    return largest


def _capacity_text(row: Row) -> str:
    """A capacity as the reader sees it."""
    if row["capacity"] is None:
        return "not published"
    text = quantity(row["capacity"], row["unit"] or "")
    return f"{text} (assumed)" if row["capacity_is_assumed"] else text


def _dot(row: Row, largest: dict[tuple[str, str], float]) -> Option:
    """One site."""
    x, y = project(row["latitude"], row["longitude"])
    start = "not stated" if row["start_year"] is None else str(row["start_year"])
    texts = [row["name"], row["operator"], row["stage_name"], _capacity_text(row), start]
    color = STATUS_COLORS.get(row["status"], INK)
    style: Option = {"opacity": 0.9 if row["is_counted"] else 0.45}
    dot: Option = {"value": [round(x), round(y), *(text or "" for text in texts)], "itemStyle": style}
    if row["capacity"] is None:
        style |= {"color": PAPER, "borderColor": color, "borderWidth": 2.5}
        return dot | {"symbol": "diamond", "symbolSize": UNKNOWN_PX}
    share = row["capacity"] / (largest[row["stage"], row["unit"]] or 1.0)
    if row["capacity_is_assumed"]:
        edge = color if row["status"] in GONE else INK
        style |= {"borderColor": edge, "borderType": "dashed", "borderWidth": 1.5}
    return dot | {"symbolSize": round(max(SMALLEST_PX, LARGEST_PX * math.sqrt(share)), 1)}


def _look(status: str) -> Option:
    """Filled where a plant stands or may come, a ring where it will not."""
    color = STATUS_COLORS[status]
    if status in GONE:
        return {"color": "rgba(255,255,255,0.35)", "borderColor": color, "borderWidth": 2}
    return {"color": color, "borderColor": PAPER, "borderWidth": 1}


def _option(rows: list[Row], title: str) -> Option:
    """The picture; large dots lie below small ones."""
    largest = _sizes(rows)
    series = []
    for status, name in STATUS_NAMES.items():
        inside = sorted((r for r in rows if r["status"] == status), key=lambda r: -(r["capacity"] or 0.0))
        if inside:
            series.append(
                {
                    "name": name,
                    "type": "scatter",
                    "coordinateSystem": "geo",
                    "dimensions": list(DIMENSIONS),
                    "encode": {"lng": 0, "lat": 1, "itemName": 2, "tooltip": [3, 4, 5, 6]},
                    "itemStyle": _look(status),
                    "emphasis": {"itemStyle": {"borderColor": INK, "borderWidth": 2}},
                    "data": [_dot(row, largest) for row in inside],
                }
            )
    wide = base(title) | {"legend": legend(), "geo": geo(rows), "series": series}
    return responsive(wide, {"geo": {"top": 76}})


def _table(rows: list[Row]) -> Table:
    """All sites, also those without a place."""
    columns = (
        "Site",
        "Operator",
        "Makes",
        "Region",
        "Status",
        "Capacity",
        "Unit",
        "First year",
        "Counted",
        "Note",
        "Source",
    )
    keys = (
        "name",
        "operator",
        "stage_name",
        "region",
        "status",
        "capacity",
        "unit",
        "start_year",
        "is_counted",
        "note",
        "source",
    )
    marked = tuple(i for i, row in enumerate(rows) if row["capacity_is_assumed"])
    return Table(columns, tuple(tuple(row[key] for key in keys) for row in rows), marked)
