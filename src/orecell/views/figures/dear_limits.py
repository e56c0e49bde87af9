"""What would help most: what 1 % more room in each limit takes off the cost of the plan.

Worth holds for small changes: limits that are eased further, or together, save less than these bars say.
"""

from __future__ import annotations

from collections.abc import Sequence

from orecell.errors import InputError
from orecell.views.figures.choice import Row, Stamp
from orecell.views.figures.figure import Figure, Table
from orecell.views.figures.frame import Option, base, category_axis, label_px, responsive, value_axis
from orecell.views.figures.palette import BLUE, INK, ORANGE
from orecell.views.figures.plan_units import money
from orecell.views.figures.wording import significant

UNIT = "million USD, present value"
ROW_PX, EDGES_PX = 34, 70
MOST_LABEL_PX, NARROW_LABEL_PX = 400, 140


def dear_limits(limits: Sequence[Row], stamp: Stamp) -> Figure:
    """Bars of what 1 % more room in a limit is worth.

    Args:
        limits: `what` the room is, in words, its worth `usd` (present value), and whether it was asked for.
        stamp: run, sources and names.

    Raises:
        InputError: no limit is worth anything.
    """
    if not limits:
        raise InputError("limits", "none of them raises the cost", "show the finding instead")
    best = max(limits, key=lambda row: row["usd"])
    title = f"{best['what']} would help most: it takes {money(best['usd'])} off the cost"
    has_asked = any(row["is_asked"] for row in limits)
    return Figure(
        id="dear_limits",
        title=title,
        number=money(best["usd"]),
        sentence=(
            "What 1 % more room in a limit takes off the cost of the plan, one bar for each kind of limit "
            f"and plant or good.{' Orange: what was asked.' if has_asked else ''}"
        ),
        unit=UNIT,
        run_id=stamp.run_id,
        option=_option(limits, title),
        table=_table(limits),
        sources=stamp.sources,
        notes=("Worth holds for small changes: more room, or room in several limits, saves less.",),
        height_px=EDGES_PX + ROW_PX * len(limits),
    )


def _bar(row: Row, i: int) -> Option:
    color = ORANGE if row["is_asked"] else BLUE
    value = [significant(row["usd"] / 1e6), i, row["what"], money(row["usd"])]
    return {"value": value, "itemStyle": {"color": color}}


def _option(limits: Sequence[Row], title: str) -> Option:
    """The picture; what was asked stands first."""
    labels = [row["what"] for row in limits]
    margin = label_px(labels, MOST_LABEL_PX)
    wide = base(title) | {
        "grid": {"left": margin, "right": 100, "top": 10, "bottom": 44},
        "xAxis": value_axis(UNIT, nameLocation="middle", nameGap=26, min=0),
        "yAxis": category_axis(
            labels,
            inverse=True,
            axisLabel={"width": margin - 14, "overflow": "break", "lineHeight": 14},
        ),
        "series": [
            {
                "name": "Takes off the cost",
                "type": "bar",
                "barWidth": 16,
                "dimensions": ["worth", "y", "Room", "Takes off the cost"],
                "encode": {"x": 0, "y": 1, "itemName": 2, "tooltip": [3]},
                "data": [_bar(row, i) for i, row in enumerate(limits)],
                "label": {
                    "show": True,
                    "position": "right",
                    "formatter": "{@[3]}",
                    "color": INK,
                    "fontSize": 12,
                },
            }
        ],
    }
    small = min(margin, NARROW_LABEL_PX)
    narrow = {
        "grid": {"left": small, "right": 76},
        "yAxis": {"axisLabel": {"fontSize": 9, "width": small - 8, "lineHeight": 10}},
    }
    return responsive(wide, narrow)


def _table(limits: Sequence[Row]) -> Table:
    """The numbers drawn."""
    columns = ("Room of 1 %", "Takes off the cost (USD, present value)", "Was asked")
    return Table(columns, tuple((row["what"], row["usd"], row["is_asked"]) for row in limits))
