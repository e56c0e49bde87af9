"""A plant as boxes and arrows: units with their status, streams with their amounts, recycles, reagents.

Boxes and texts have a size in pixels, arrows between boxes are drawn in the units of the layout, so the
picture widens without overlaps. The table behind it is the stream table.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from orecell.core.wording import SPACE, in_sentence, listed
from orecell.plant.flowsheet import order_units
from orecell.plant.stream_table import StreamRow, stream_table
from orecell.views.figures.choice import Stamp
from orecell.views.figures.figure import Figure
from orecell.views.figures.flowsheet_layout import Arrangement, Edge, Place, arrange
from orecell.views.figures.flowsheet_sides import (
    ARROW_PX,
    BOX_PX,
    Beside,
    inlets_of,
    outlets_of,
    reach_of,
)
from orecell.views.figures.frame import Option, base, legend, responsive
from orecell.views.figures.palette import GREEN, INK, MUTED, PAPER, VERMILION, text_on
from orecell.views.figures.plant_words import (
    PHASE_COLORS,
    PHASE_NAMES,
    own_part,
    plant_title,
    spaced,
    stream_amount,
)
from orecell.views.figures.stream_cells import stream_cells
from orecell.views.figures.wording import quantity, significant

if TYPE_CHECKING:
    from orecell.plant.flowsheet import Solution

HEAD_PX, REMARK_PX, INLET_PX, OUTLET_PX = 46, 13, 16, 29
REMARK_LETTERS, REMARK_LINES = 25, 4
NAME_GAP = {"top": 3, "left": 8, "right": 8}
LEGEND_PX = 30
EDGE_PX = 1.5
HEAD, REMARK = "{name|{@[2]}}\n{kind|{@[3]}}", "\n{remark|{@[4]}}"
ARROW = "path://M0,4 L16,4 L16,0 L24,5.5 L16,11 L16,7 L0,7 Z"
LINE_ICON, DASHED_ICON = "path://M0,9h24v3h-24z", "path://M0,9h10v3h-10z M14,9h10v3h-10z"
RECYCLE = "Recycle"
NOTES = (
    "Small arrows at the left are feeds and reagents (pure substance), at the right what leaves the plant.",
    "pH of a stream is at its temperature, before anything precipitates; near neutral it hangs on traces.",
    "On a narrow screen the picture can be moved sideways.",
)


def flowsheet_diagram(solution: Solution, stamp: Stamp) -> Figure:
    """Units, streams, recycles and reagents of a solved plant.

    Args:
        solution: solved flowsheet.
        stamp: run, sources and names.
    """
    rows = {row.name: row for row in stream_table(solution)}
    inlets, outlets = inlets_of(solution, rows), outlets_of(solution, rows)
    remarks = {unit: _wrapped(outcome.remarks) for unit, outcome in solution.outcomes.items()}
    heights = {unit: _height(remarks[unit], inlets[unit], outlets[unit]) for unit in remarks}
    order = [unit.name for unit in order_units(solution.flowsheet)[0]]
    reach = {unit: (reach_of(inlets[unit], 1), reach_of(outlets[unit], 2)) for unit in remarks}
    places = arrange(order, _edges(rows.values()), heights, reach)
    number, title = _finding(solution, stamp)
    return Figure(
        id="flowsheet",
        title=title,
        number=number,
        sentence=(
            f"{len(order)} units from top to bottom, {len(rows)} streams; liquids in m3/h, the rest in "
            f"t/yr, at {quantity(solution.flowsheet.hours_per_yr, 'h/yr')}."
        ),
        unit="t/yr",
        run_id=stamp.run_id,
        option=_option(solution, rows, (places, remarks), (inlets, outlets), title),
        table=stream_cells(list(rows.values())),
        sources=stamp.sources,
        notes=NOTES,
        height_px=round(places.height) + LEGEND_PX,
    )


def _finding(solution: Solution, stamp: Stamp) -> tuple[str, str]:
    """The number and the title: what the plant makes, and which units need attention."""
    flowsheet = solution.flowsheet
    odd = [name for name, status in solution.status().items() if status != "OK"]
    units = len(flowsheet.units)
    state = (
        f"all {units} units are OK"
        if not odd
        else f"{len(odd)} of {units} units {'has' if len(odd) == 1 else 'have'} remarks ({listed(odd)})"
    )
    name = plant_title(flowsheet.name)
    if not flowsheet.products:
        return "", f"{name} names no product; {state}"
    main, *others = flowsheet.products
    amount = quantity(solution.tonnes_per_year(main.stream), "t/yr")
    more = f" and {len(others)} other product{'s' * (len(others) > 1)}" if others else ""
    return amount, f"{name} makes {amount} of {in_sentence(stamp.name(main.commodity))}{more}; {state}"


def _edges(rows: Iterable[StreamRow]) -> list[Edge]:
    """Streams between units."""
    between = [row for row in rows if row.made_by and row.used_by]
    return [Edge(row.name, row.made_by, row.used_by, row.tonnes_per_yr) for row in between]


def _wrapped(remarks: Sequence[str]) -> list[str]:
    """Remarks as lines that fit a box; the end is cut off where there is too much."""
    text = "; ".join(remarks)
    return textwrap.wrap(text, REMARK_LETTERS, max_lines=REMARK_LINES, placeholder=" \u2026")


def _height(remark: Sequence[str], inlets: Sequence[Beside], outlets: Sequence[Beside]) -> float:
    """Height of a box: its own text, and what stands beside it."""
    own = HEAD_PX + REMARK_PX * len(remark) + (4 if remark else 0)
    return float(max(own, INLET_PX * len(inlets) + 8, OUTLET_PX * len(outlets) + 6))


def _option(
    solution: Solution,
    rows: Mapping[str, StreamRow],
    drawn: tuple[Arrangement, Mapping[str, Sequence[str]]],
    sides: tuple[Mapping[str, Sequence[Beside]], Mapping[str, Sequence[Beside]]],
    title: str,
) -> Option:
    """The picture: streams below, boxes above them, texts on top."""
    places, remarks = drawn
    axis: Option = {"type": "value", "show": False, "min": 0}
    phases = [p for p in PHASE_NAMES if any(rows[r.stream].phase == p for r in places.routes)]
    key = [{"name": PHASE_NAMES[phase], "icon": LINE_ICON} for phase in phases]
    if any(route.is_recycle for route in places.routes):
        key.append({"name": RECYCLE, "icon": DASHED_ICON})
    wide = base(title) | {
        "legend": legend(data=key),
        "grid": {"left": 0, "right": 0, "top": LEGEND_PX, "bottom": 0},
        "xAxis": axis | {"max": places.width},
        "yAxis": axis | {"max": significant(places.height, 6), "inverse": True},
        "series": [
            *(_streams(places, rows, phase) for phase in phases),
            _recycle_key(),
            _arrowheads(places, rows),
            _edges_of_boxes(places, remarks),
            _boxes(solution, places, remarks),
            _chips(solution, places),
            *_sides(places, *sides),
            _stream_names(places, rows),
        ],
    }
    part = {"type": "inside", "xAxisIndex": 0, "start": 0, "end": 36, "zoomLock": True}
    return responsive(wide, {"dataZoom": [part | {"preventDefaultMouseMove": False}]})


def _streams(places: Arrangement, rows: Mapping[str, StreamRow], phase: str) -> Option:
    """Lines of one phase; recycles are dashed."""
    data = [
        {
            "name": _told(rows[route.stream]),
            "coords": [[significant(x, 6), significant(y, 6)] for x, y in route.points],
            "lineStyle": {"type": "dashed" if route.is_recycle else "solid"},
        }
        for route in places.routes
        if rows[route.stream].phase == phase
    ]
    color = PHASE_COLORS[phase]
    return {
        "name": PHASE_NAMES[phase],
        "type": "lines",
        "coordinateSystem": "cartesian2d",
        "polyline": True,
        "data": data,
        "lineStyle": {"color": color, "width": 2, "opacity": 1},
        "itemStyle": {"color": color},
        "z": 2,
    }


def _recycle_key() -> Option:
    """An empty line that gives recycles a place in the key."""
    style: Option = {"color": INK, "type": "dashed", "width": 2}
    return {"name": RECYCLE, "type": "line", "data": [], "symbol": "none", "lineStyle": style, "color": INK}


def _told(row: StreamRow) -> str:
    """A stream in one line: `pls: 14.4 m3/h, 120,000 t/yr, pH 2.52, 70 C`."""
    parts = [quantity(row.tonnes_per_yr, "t/yr")]
    if row.m3_per_h is not None:
        parts.insert(0, quantity(row.m3_per_h, "m3/h"))
    if row.ph is not None:
        parts.append(f"pH{SPACE}{row.ph:.3g}")
    return f"{row.name}: {', '.join(parts)}, {quantity(row.temperature_c, 'C')}"


def _arrowheads(places: Arrangement, rows: Mapping[str, StreamRow]) -> Option:
    """A triangle where each stream meets its box, from above."""
    data = [
        {
            "value": [significant(value, 6) for value in route.points[-1]],
            "itemStyle": {"color": PHASE_COLORS[rows[route.stream].phase]},
        }
        for route in places.routes
    ]
    return _silent("triangle", data) | {
        "symbolSize": [11, 10],
        "symbolRotate": 180,
        "symbolOffset": [0, -5],
        "z": 3,
    }


def _silent(symbol: str, data: Sequence[Option]) -> Option:
    """A series of symbols that does not answer the pointer."""
    return {
        "type": "scatter",
        "symbol": symbol,
        "data": list(data),
        "silent": True,
        "tooltip": {"show": False},
        "clip": False,
        "itemStyle": {"opacity": 1},
    }


def _at(place: Place) -> list[float]:
    """Middle of a box."""
    return [significant(place.x, 6), significant(place.y, 6)]


def _edges_of_boxes(places: Arrangement, remarks: Mapping[str, Sequence[str]]) -> Option:
    """Filled boxes that show as an even edge around the white ones; a stroke would be scaled unevenly."""
    data = [
        {
            "value": _at(place),
            "symbolSize": [BOX_PX, round(place.height)],
            "itemStyle": {"color": VERMILION if remarks[unit] else INK},
        }
        for unit, place in places.places.items()
    ]
    return _silent("rect", data) | {"z": 4}


def _boxes(solution: Solution, places: Arrangement, remarks: Mapping[str, Sequence[str]]) -> Option:
    """Boxes with name, kind and remark."""
    status = solution.status()
    data = []
    for unit in solution.flowsheet.units:
        place, lines = places.places[unit.name], remarks[unit.name]
        words = [unit.name, spaced(unit.kind.name), "\n".join(lines), status[unit.name]]
        size = [BOX_PX - 2 * EDGE_PX, round(place.height) - 2 * EDGE_PX]
        shown = {"formatter": HEAD + REMARK} if lines else {}
        data.append({"value": [*_at(place), *words], "symbolSize": size, "label": shown})
    style: Option = {"fontSize": 11, "lineHeight": REMARK_PX, "color": MUTED, "align": "left"}
    rich = {
        "name": style | {"fontSize": 13, "lineHeight": 17, "fontWeight": "bold", "color": INK},
        "kind": style | {"lineHeight": 15},
        "remark": style | {"color": INK},
    }
    label: Option = {"show": True, "position": "inside", "width": BOX_PX - 16, "align": "center"}
    return {
        "type": "scatter",
        "symbol": "rect",
        "dimensions": ["x", "y", "Unit", "Kind", "Remark", "Status"],
        "encode": {"x": 0, "y": 1, "itemName": 2, "tooltip": [3, 5]},
        "data": data,
        "itemStyle": {"color": PAPER, "opacity": 1},
        "label": label | {"formatter": HEAD, "rich": rich},
        "z": 5,
    }


def _chips(solution: Solution, places: Arrangement) -> Option:
    """OK or ! at the corner of every box."""
    data = []
    for unit, status in solution.status().items():
        place, is_fine = places.places[unit], status == "OK"
        color = GREEN if is_fine else VERMILION
        data.append(
            {
                "value": [*_at(place), "OK" if is_fine else "!"],
                "symbolOffset": [BOX_PX // 2 - 16, -round(0.5 * place.height)],
                "itemStyle": {"color": color},
                "label": {"color": text_on(color)},
            }
        )
    label = {"show": True, "formatter": "{@[2]}", "fontSize": 11, "fontWeight": "bold"}
    return _silent("roundRect", data) | {"symbolSize": [26, 16], "label": label, "z": 6}


def _sides(
    places: Arrangement, inlets: Mapping[str, Sequence[Beside]], outlets: Mapping[str, Sequence[Beside]]
) -> list[Option]:
    """Small arrows with names: feeds and reagents at the left, what leaves at the right."""
    entering, left = [], []
    for unit, place in places.places.items():
        for k, side in enumerate(inlets[unit]):
            dy = round(INLET_PX * (k - 0.5 * (len(inlets[unit]) - 1)))
            offset = [-(BOX_PX + ARROW_PX[0]) // 2, dy]
            entering.append(
                {"value": [*_at(place), side.name, side.amount], "symbolOffset": offset} | _weight(side)
            )
        for k, side in enumerate(outlets[unit]):
            dy = round(OUTLET_PX * (k - 0.5 * (len(outlets[unit]) - 1)))
            words = [side.name, side.amount if side.kind == "other" else f"{side.amount}, {side.kind}"]
            offset = [(BOX_PX + ARROW_PX[0]) // 2, dy]
            left.append({"value": [*_at(place), *words], "symbolOffset": offset} | _weight(side))
    look: Option = {"symbolSize": list(ARROW_PX), "itemStyle": {"color": MUTED, "opacity": 1}, "z": 3}
    label: Option = {"show": True, "color": INK, "fontSize": 11, "lineHeight": 13}
    rich = {
        "name": {"color": INK, "fontSize": 11, "fontWeight": "bold"},
        "amount": {"color": MUTED, "fontSize": 11},
    }
    before = label | {
        "position": "left",
        "formatter": "{@[2]} {amount|{@[3]}}",
        "rich": rich,
        "align": "right",
    }
    after = label | {
        "position": "right",
        "formatter": "{@[2]}\n{amount|{@[3]}}",
        "rich": rich,
        "align": "left",
    }
    return [
        _silent(ARROW, entering) | look | {"label": before},
        _silent(ARROW, left) | look | {"label": after},
    ]


def _weight(side: Beside) -> Option:
    """Feeds and products in bold."""
    is_main = side.kind in ("feed", "product")
    return {"label": {"fontWeight": "bold"}, "itemStyle": {"color": INK}} if is_main else {}


def _stream_names(places: Arrangement, rows: Mapping[str, StreamRow]) -> Option:
    """Names of streams between units, with their amounts."""
    data = []
    for route in places.routes:
        row = rows[route.stream]
        words = [own_part(row.name, row.made_by), stream_amount(row.tonnes_per_yr, row.m3_per_h)]
        value = [significant(route.label[0], 6), significant(route.label[1], 6), *words]
        where: Option = {
            "position": {"top": "top"}.get(route.side, route.side),
            "distance": NAME_GAP[route.side],
        }
        data.append({"value": value, "label": where})
    label: Option = {
        "show": True,
        "formatter": "{@[2]} {amount|{@[3]}}",
        "rich": {"amount": {"color": MUTED, "fontSize": 11}},
        "color": INK,
        "fontSize": 11,
    }
    return _silent("circle", data) | {
        "symbolSize": 1,
        "itemStyle": {"color": "transparent"},
        "label": label,
        "z": 5,
    }
