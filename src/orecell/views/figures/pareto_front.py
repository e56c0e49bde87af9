"""What a better value of a second goal costs: plans none of which is better in both goals.

Each point is a plan of least cost at its value of the other goal; the line between points is a guide, not
a set of plans.
"""

from __future__ import annotations

from collections.abc import Sequence

from orecell.core.wording import in_sentence, percent
from orecell.errors import InputError
from orecell.views.figures.choice import Row, Stamp
from orecell.views.figures.figure import Figure, Table
from orecell.views.figures.frame import Option, base, responsive, value_axis
from orecell.views.figures.palette import BLUE, INK, MUTED
from orecell.views.figures.plan_units import money
from orecell.views.figures.wording import at_start, quantity, significant

COST = "Cost of the plan"
COST_UNIT = "billion USD, present value"
AROUND = ["8%", "12%"]


def pareto_front(points: Sequence[Row], stamp: Stamp) -> Figure:
    """Cost against another goal.

    Args:
        points: `x` [`x_unit`] of the goal `x_name`, `y` the cost [USD], and a `label` that may be empty.
        stamp: run, sources and names.

    Raises:
        InputError: there is no point.
    """
    if not points:
        raise InputError("front", "has no plan", "ask for a second goal")
    ordered = sorted(points, key=lambda point: (point["x"], point["y"]))
    name, unit = str(ordered[0]["x_name"]), str(ordered[0]["x_unit"])
    number, title = _finding(ordered, name, unit)
    return Figure(
        id="front",
        title=title,
        number=number,
        sentence="Each point is the cheapest plan at its value of the other goal; none is better in both.",
        unit=COST_UNIT,
        run_id=stamp.run_id,
        option=_option(ordered, f"{at_start(name)} ({unit})", title),
        table=_table(ordered, f"{at_start(name)} ({unit})"),
        sources=stamp.sources,
        height_px=400,
    )


def _finding(points: Sequence[Row], name: str, unit: str) -> tuple[str, str]:
    """The number and the title: from the cheapest plan to the dearest, what changes and what it costs."""
    cheap, dear = min(points, key=lambda p: p["y"]), max(points, key=lambda p: p["y"])
    here = f"{in_sentence(name)} of {quantity(cheap['x'], unit)}"
    if cheap["y"] == dear["y"]:
        return money(cheap["y"]), f"The cheapest plan costs {money(cheap['y'])} at {here}"
    more = dear["y"] - cheap["y"]
    share = f" ({percent(more / cheap['y'])})" if cheap["y"] > 0 else ""
    change = f"from {quantity(cheap['x'], unit)} to {quantity(dear['x'], unit)}"
    return money(more), f"Moving {in_sentence(name)} {change} costs {money(more)} more{share}"


def _option(points: Sequence[Row], x_name: str, title: str) -> Option:
    """The picture; labels keep clear of each other."""
    data = [
        {"value": [significant(p["x"], 6), significant(p["y"] / 1e9, 6), p["label"], money(p["y"])]}
        for p in points
    ]
    wide = base(title) | {
        "grid": {"left": 76, "right": 40, "top": 36, "bottom": 50},
        "xAxis": value_axis(x_name, nameLocation="middle", nameGap=28, scale=True, boundaryGap=AROUND),
        "yAxis": value_axis(
            COST_UNIT, scale=True, boundaryGap=AROUND, nameTextStyle={"align": "left"}, nameGap=14
        ),
        "series": [
            {
                "name": COST,
                "type": "line",
                "dimensions": [x_name, "cost", "label", COST],
                "encode": {"x": 0, "y": 1, "itemName": 2, "tooltip": [0, 3]},
                "data": data,
                "symbol": "circle",
                "symbolSize": 11,
                "lineStyle": {"color": MUTED, "width": 1.5, "type": "dashed"},
                "itemStyle": {"color": BLUE},
                "label": {
                    "show": True,
                    "formatter": "{@[2]}",
                    "position": "top",
                    "color": INK,
                    "fontSize": 11,
                },
                "labelLayout": {"hideOverlap": True, "moveOverlap": "shiftY"},
            }
        ],
    }
    return responsive(wide, {"grid": {"left": 60, "right": 20}})


def _table(points: Sequence[Row], x_name: str) -> Table:
    """The numbers drawn."""
    rows = tuple((point["label"] or None, point["x"], point["y"]) for point in points)
    return Table(("Plan", x_name, f"{COST} (USD, present value)"), rows)
