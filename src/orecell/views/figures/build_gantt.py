"""When new plants come: permits, construction, ramp-up and qualification, accepted product, build by build.

A build is capacity that one kind of plant gains in one place in one year. Bars begin at the start of a
year; what is accepted is drawn to the end of the plan. Sizes are results of the plan, not announcements.
"""

from __future__ import annotations

from collections.abc import Sequence

from orecell.core.wording import in_sentence, listed
from orecell.errors import InputError
from orecell.views.figures.choice import Row, Stamp
from orecell.views.figures.figure import Figure, Table
from orecell.views.figures.frame import Option, base, category_axis, label_px, legend, responsive, value_axis
from orecell.views.figures.palette import BLUE, GRAY, INK, MUTED, ORANGE, PAPER, PURPLE
from orecell.views.figures.plan_units import money
from orecell.views.figures.wording import quantity, significant

MOST_BARS = 30
ROW_PX, EDGES_PX = 24, 96
MOST_LABEL_PX, NARROW_LABEL_PX = 320, 120
PHASES = (
    ("Permits", GRAY, "start_year", "construction_year"),
    ("Construction", ORANGE, "construction_year", "online_year"),
    ("Ramp-up while customers qualify", PURPLE, "online_year", "accepted_year"),
    ("Accepted by customers", BLUE, "accepted_year", "end"),
)
FULL = "Full output reached"


def build_gantt(phases: Sequence[Row], last_year: int, stamp: Stamp) -> Figure:
    """Bars of the phases of each build.

    Args:
        phases: one row per build with `label`, `kind_name`, `place_name`, `start_year`, `construction_year`,
            `online_year`, `accepted_year`, `full_year`, `capacity` [`unit`], `capex_usd` and `jobs`.
        last_year: last year of the plan.
        stamp: run, sources and names.

    Raises:
        InputError: nothing is built.
    """
    if not phases:
        raise InputError("builds", "nothing is built", "show the finding instead")
    dearest = sorted(phases, key=lambda row: -row["capex_usd"])[:MOST_BARS]
    shown = [row for row in phases if any(row is one for one in dearest)]
    rest = [row for row in phases if not any(row is one for one in dearest)]
    title = _title(phases)
    return Figure(
        id="builds",
        title=title,
        number=str(len(phases)),
        sentence=_sentence(rest),
        unit="year",
        run_id=stamp.run_id,
        option=_option(shown, last_year, title),
        table=_table(phases),
        sources=stamp.sources,
        notes=(
            "Years of permits, construction and qualification by kind of plant are in the tables of "
            "assumptions and sources. Projects known by name go on from where they stand.",
        ),
        height_px=EDGES_PX + ROW_PX * len(shown),
    )


def _title(rows: Sequence[Row]) -> str:
    """How many, for how much, how long they take, how many must start at once."""
    waits = [row["accepted_year"] - row["start_year"] for row in rows]
    first = min(row["start_year"] for row in rows)
    at_once = sum(row["start_year"] == first for row in rows)
    total = money(sum(row["capex_usd"] for row in rows))
    if len(rows) == 1:
        return f"One build for {total} starts in {first} and sells accepted product {_years(waits)} later"
    who = f"All {len(rows)}" if at_once == len(rows) else f"{at_once} of {len(rows)}"
    builds = f"{who} builds start in {first}"
    return f"{builds}; from start to accepted product they take {_years(waits)}, for {total} in all"


def _years(waits: Sequence[int]) -> str:
    low, high = min(waits), max(waits)
    if low != high:
        return f"{low} to {high} years"
    return f"{low} year" if low == 1 else f"{low} years"


def _sentence(rest: Sequence[Row]) -> str:
    """How to read the bars, and what is too small to be among them."""
    text = "Each bar is capacity that one place gains in one year, with its capital. Diamond: full output."
    if not rest:
        return text
    kinds = list(dict.fromkeys(in_sentence(row["kind_name"]) for row in rest))
    total = money(sum(row["capex_usd"] for row in rest))
    return f"{text} Not shown: {len(rest)} smaller builds for {total} together ({listed(kinds, len(kinds))})."


def _phase(name: str, color: str, ends: tuple[str, str], rows: Sequence[Row], end: int) -> Option:
    """One phase of all builds."""
    data = []
    for i, row in enumerate(rows):
        at = {**row, "end": max(end, row["accepted_year"])}
        start, stop = at[ends[0]], at[ends[1]]
        data.append({"value": [significant(stop - start), i, row["label"], _span(start, stop), *_size(row)]})
    return {
        "name": name,
        "type": "bar",
        "stack": "time",
        "barWidth": 13,
        "dimensions": ["length", "y", "Build", "Years", "Capacity", "Capital"],
        "encode": {"x": 0, "y": 1, "itemName": 2, "tooltip": [3, 4, 5]},
        "data": data,
        "itemStyle": {"color": color, "borderColor": PAPER, "borderWidth": 0.5},
    }


def _span(start: float, stop: float) -> str:
    """`2026 to 2029`, `2027.5 to 2029`: the start of each year."""
    return f"{start:g} to {stop:g}" if stop > start else "none"


def _size(row: Row) -> tuple[str, str]:
    return quantity(row["capacity"], row["unit"]), money(row["capex_usd"])


def _offset(rows: Sequence[Row]) -> Option:
    """What lies before a build begins; not drawn."""
    return {
        "type": "bar",
        "stack": "time",
        "data": [row["start_year"] for row in rows],
        "itemStyle": {"color": "transparent"},
        "tooltip": {"show": False},
        "silent": True,
    }


def _labels(rows: Sequence[Row]) -> Option:
    """An invisible last part of each bar that carries its size."""
    return {
        "type": "bar",
        "stack": "time",
        "dimensions": ["length", "y", "text"],
        "encode": {"x": 0, "y": 1},
        "data": [{"value": [0, i, ",  ".join(_size(row))]} for i, row in enumerate(rows)],
        "label": {"show": True, "position": "right", "formatter": "{@[2]}", "color": MUTED, "fontSize": 11},
        "itemStyle": {"color": "transparent"},
        "tooltip": {"show": False},
        "silent": True,
    }


def _full(rows: Sequence[Row], end: int) -> Option:
    """Marks of full output within the plan."""
    return {
        "name": FULL,
        "type": "scatter",
        "symbol": "diamond",
        "symbolSize": 10,
        "dimensions": ["Full output", "y", "Build"],
        "encode": {"x": 0, "y": 1, "itemName": 2, "tooltip": [0]},
        "data": [[r["full_year"], i, r["label"]] for i, r in enumerate(rows) if r["full_year"] < end],
        "itemStyle": {"color": PAPER, "borderColor": INK, "borderWidth": 1.5},
        "z": 5,
    }


def _option(rows: Sequence[Row], last_year: int, title: str) -> Option:
    """The picture; years stand at their start."""
    first = min(row["start_year"] for row in rows)
    end = max(last_year + 1, *(row["accepted_year"] for row in rows))
    series = [_offset(rows)]
    series += [_phase(name, color, (start, stop), rows, end) for name, color, start, stop in PHASES]
    series += [_labels(rows), _full(rows, end)]
    key = [name for name, *_ in PHASES] + [FULL] * bool(series[-1]["data"])
    labels = [row["label"] for row in rows]
    margin = label_px(labels, MOST_LABEL_PX)
    sizes = [",  ".join(_size(row)) for row in rows]
    scale = {"min": first, "max": end, "interval": 1, "position": "top", "axisLabel": {"show": False}}
    years = category_axis([str(year) for year in range(first, end)], position="top", axisTick={"show": True})
    wide = base(title) | {
        "legend": legend(data=key, itemWidth=14, itemHeight=12),
        "grid": {"left": margin, "right": label_px(sizes, 180, 11), "top": 58, "bottom": 10},
        "xAxis": [value_axis("", **scale), years],
        "yAxis": category_axis(labels, inverse=True, axisLine={"show": False}),
        "series": series,
    }
    small = min(margin, NARROW_LABEL_PX)
    narrow = {
        "grid": {"top": 120, "left": small, "right": 12},
        "xAxis": [{}, {"axisLabel": {"rotate": 60, "fontSize": 10}}],
        "yAxis": {"axisLabel": {"fontSize": 9, "width": small - 8, "overflow": "break", "lineHeight": 10}},
        "series": [{}, {}, {}, {}, {}, {"label": {"show": False}}, {}],
    }
    return responsive(wide, narrow)


def _table(rows: Sequence[Row]) -> Table:
    """All builds, also those that are not drawn."""
    columns = {
        "kind_name": "Plant",
        "place_name": "Place",
        "start_year": "Start",
        "construction_year": "Construction from",
        "online_year": "On line",
        "accepted_year": "Accepted",
        "full_year": "Full output",
        "capacity": "Capacity",
        "unit": "Unit",
        "capex_usd": "Capital (USD)",
        "jobs": "Jobs",
    }
    return Table(tuple(columns.values()), tuple(tuple(row[key] for key in columns) for row in rows))
