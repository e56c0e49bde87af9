"""McCabe-Thiele diagram of one metal in one bank: operating line, steps and equilibrium of a solved circuit.

Numbers are those of `plant.mccabe`: the steps are the solved stages, nothing is constructed here.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import pairwise

from orecell.errors import InputError
from orecell.plant.mccabe import McCabe, Point
from orecell.views.figures.choice import Stamp
from orecell.views.figures.figure import Figure, Table
from orecell.views.figures.frame import Option, base, legend, merged, responsive, value_axis
from orecell.views.figures.palette import INK, MUTED, VERMILION
from orecell.views.figures.plant_words import concentration, metal_color, metal_name, share
from orecell.views.figures.wording import significant

UNIT = "g/L"
EQUILIBRIUM, OPERATING, STAGES = "Equilibrium", "Operating line", "Stages as solved"
LEAST = 1e-7
"""Share of the largest number below which a point has no place on a logarithmic axis."""
HEAD_ROOM = 1.08
BETWEEN = 24
NOTES = (
    "Drawn from the solved cascade, not a design method: the equilibrium curve holds for the pH and the "
    "other metals of each stage as solved, and moves when the circuit is changed.",
    "A stage ends short of the curve by its stage efficiency.",
)


def mccabe_thiele(diagram: McCabe, unit: str, stamp: Stamp, *, is_log: bool = False) -> Figure:
    """Operating line, stages and equilibrium of one metal.

    Args:
        diagram: of one metal in one bank.
        unit: extraction unit, as named in the flowsheet.
        stamp: run, sources and names.
        is_log: both axes logarithmic instead of linear.

    Raises:
        InputError: there is none of the metal.
    """
    if max(*diagram.aqueous, *diagram.organic) <= 0.0:
        raise InputError(
            metal_name(diagram.cation), f"does not enter the {diagram.bank} bank", "choose another"
        )
    number, title = _finding(diagram, unit)
    metal = metal_name(diagram.cation)
    return Figure(
        id=f"mccabe_{unit}",
        title=title,
        number=number,
        sentence=(
            f"{metal} in the organic against {metal} in the aqueous, "
            f"{UNIT}, {diagram.bank} bank of {stamp.name(unit)}: pH {_range(diagram.ph)}."
        ),
        unit=UNIT,
        run_id=stamp.run_id,
        option=_option(diagram, title, is_log=is_log),
        table=_table(diagram),
        sources=stamp.sources,
        notes=NOTES,
        height_px=470,
    )


def _finding(diagram: McCabe, unit: str) -> tuple[str, str]:
    """The number and the title: how far the stages take the metal."""
    count = len(diagram.stages)
    stages = f"{count} stage" if count == 1 else f"{count} stages"
    if diagram.bank == "extract":
        return _extracted(diagram, f"{stages} of {unit}")
    return _washed_out(diagram, stages, unit)


def _extracted(diagram: McCabe, stages: str) -> tuple[str, str]:
    """What an extract bank leaves in the aqueous."""
    metal, out = metal_name(diagram.cation), concentration(diagram.aqueous[0])
    into = concentration(diagram.aqueous_in)
    if diagram.aqueous[0] >= diagram.aqueous_in or into == out:
        return out, f"{stages} leave {metal} in the aqueous: {out} go out with the raffinate"
    return out, f"{stages} bring {metal} from {into} to {out} in the aqueous"


def _washed_out(diagram: McCabe, stages: str, unit: str) -> tuple[str, str]:
    """What a scrub or strip bank takes out of the organic."""
    metal, before, after = metal_name(diagram.cation), diagram.organic_in, diagram.organic[-1]
    shown = concentration(before), concentration(after)
    if after >= before or shown[0] == shown[1]:
        stays = f"{shown[1]} stay in the organic"
        return shown[1], f"{stages} {diagram.bank} next to no {metal} in {unit}: {stays}"
    reach = f"from {shown[0]} to {shown[1]}"
    return share(1.0 - after / before), f"{stages} {diagram.bank} {metal} from the organic of {unit}: {reach}"


def _range(values: Sequence[float]) -> str:
    """The range of some pH values, `5.0` or `0.04 to 1.55`."""
    low, high = f"{min(values):.3g}", f"{max(values):.3g}"
    return low if low == high else f"{low} to {high}"


def _option(diagram: McCabe, title: str, *, is_log: bool) -> Option:
    """The picture."""
    metal = metal_name(diagram.cation)
    corners = [*diagram.operating, *diagram.steps]
    shown = _inside(corners, is_log=is_log) or list(corners)
    limits = _limits(shown, is_log=is_log)
    color = metal_color(metal)
    wide = base(title) | {
        "legend": legend(data=[EQUILIBRIUM, OPERATING, STAGES]),
        "grid": {"left": 70, "right": 28, "top": 62, "bottom": 50},
        "xAxis": _axis(f"{metal} in the aqueous ({UNIT})", limits[0], is_log=is_log, is_x=True),
        "yAxis": _axis(f"{metal} in the organic ({UNIT})", limits[1], is_log=is_log, is_x=False),
        "series": [
            _line(EQUILIBRIUM, diagram.equilibrium, color, width=2.5),
            _line(OPERATING, _operating(diagram, is_log=is_log), INK, width=1.5),
            _line(STAGES, _inside(diagram.steps, is_log=is_log), VERMILION, width=1.5),
            _stage_points(diagram, is_log=is_log),
        ],
    }
    return responsive(wide, {"grid": {"left": 56, "right": 14, "top": 84}})


def _operating(diagram: McCabe, *, is_log: bool) -> list[Point]:
    """The operating line; on logarithmic axes a straight piece is a curve, so it gets points between."""
    inside = _inside(diagram.operating, is_log=is_log)
    if not is_log or len(inside) < 2:
        return inside
    found = inside[:1]
    for (x1, y1), (x2, y2) in pairwise(inside):
        is_rising = y1 < y2
        ways = [
            (k / BETWEEN) ** 3 if is_rising else 1.0 - (1.0 - k / BETWEEN) ** 3 for k in range(1, BETWEEN + 1)
        ]
        found += [(x1 + way * (x2 - x1), y1 + way * (y2 - y1)) for way in ways]
    return found


def _inside(points: Sequence[Point], *, is_log: bool) -> list[Point]:
    """Points that have a place on the axes: all on linear ones, those well above zero on logarithmic ones."""
    if not is_log:
        return list(points)
    most = [max(point[k] for point in points) for k in (0, 1)]
    return [p for p in points if p[0] > LEAST * most[0] and p[1] > LEAST * most[1]]


def _limits(points: Sequence[Point], *, is_log: bool) -> tuple[Point, Point]:
    """Ends of both axes."""
    found = []
    for k in (0, 1):
        values = [point[k] for point in points if point[k] > 0.0] or [1.0]
        if is_log:
            low, high = math.floor(math.log10(min(values))), math.ceil(math.log10(max(values)) + 1e-9)
            found.append((10.0**low, 10.0 ** max(high, low + 1)))
        else:
            found.append((0.0, HEAD_ROOM * max(values)))
    return found[0], found[1]


def _axis(name: str, ends: Point, *, is_log: bool, is_x: bool) -> Option:
    """One axis; an odd upper end of a linear one carries no number."""
    place: Option = (
        {"nameLocation": "middle", "nameGap": 28}
        if is_x
        else {"nameTextStyle": {"align": "left"}, "nameGap": 12}
    )
    low, high = significant(ends[0], 6), significant(ends[1], 3)
    scale: Option = {"type": "log", "minorSplitLine": {"show": False}} if is_log else {}
    label = {"axisLabel": {"showMaxLabel": is_log}, "splitLine": {"showMaxLine": False}}
    return value_axis(name, min=low, max=high, **merged(place, merged(scale, label)))


def _line(name: str, points: Sequence[Point], color: str, width: float) -> Option:
    """A line through points."""
    return {
        "name": name,
        "type": "line",
        "data": [[significant(x, 5), significant(y, 5)] for x, y in points],
        "symbol": "none",
        "lineStyle": {"color": color, "width": width},
        "itemStyle": {"color": color},
        "tooltip": {"show": False},
    }


def _stage_points(diagram: McCabe, *, is_log: bool) -> Option:
    """A named dot for every stage."""
    points = list(zip(diagram.aqueous, diagram.organic, strict=True))
    kept = set(_inside(points, is_log=is_log))
    data = [
        [significant(x, 5), significant(y, 5), name, concentration(x), concentration(y), f"{ph:.3g}"]
        for name, (x, y), ph in zip(diagram.stages, points, diagram.ph, strict=True)
        if (x, y) in kept
    ]
    return {
        "name": STAGES,
        "type": "scatter",
        "dimensions": ["x", "y", "Stage", "Aqueous", "Organic", "pH"],
        "encode": {"x": 0, "y": 1, "itemName": 2, "tooltip": [3, 4, 5]},
        "data": data,
        "symbolSize": 9,
        "itemStyle": {"color": VERMILION},
        "label": {
            "show": True,
            "formatter": "{@[2]}",
            "position": "right",
            "color": MUTED,
            "fontSize": 11,
            "textBorderColor": "#ffffff",
            "textBorderWidth": 2,
        },
        "labelLayout": {"hideOverlap": True, "dy": 9},
        "z": 5,
    }


def _table(diagram: McCabe) -> Table:
    """Stages as solved, with the equilibrium of each."""
    columns = (
        "Stage",
        "pH",
        f"Aqueous that leaves ({UNIT})",
        f"Organic that leaves ({UNIT})",
        f"Organic at equilibrium ({UNIT})",
        f"Aqueous that enters ({UNIT})",
        f"Organic that enters ({UNIT})",
    )
    rows = zip(
        diagram.stages,
        diagram.ph,
        diagram.aqueous,
        diagram.organic,
        diagram.settled,
        (*diagram.aqueous[1:], diagram.aqueous_in),
        (diagram.organic_in, *diagram.organic[:-1]),
        strict=True,
    )
    return Table(columns, tuple(rows))
