"""What moves the cost of a plant most: every input from the low to the high end of its range, one by one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from orecell.core.wording import SPACE
from orecell.errors import InputError
from orecell.views.figures.choice import Stamp
from orecell.views.figures.figure import Cell, Figure, Mark, Table
from orecell.views.figures.frame import Option, base, category_axis, label_px, legend, responsive, value_axis
from orecell.views.figures.palette import HATCH, INK, NO_HATCH, ORANGE, SKY
from orecell.views.figures.wording import at_start, quantity, significant

if TYPE_CHECKING:
    from orecell.plant.economics import Swing

UNIT = "USD/t"
MOST = 12
AT_LOW, AT_HIGH = "Input at its low end", "Input at its high end"
PRICE = "price of "
INPUTS = {
    "electricity price": ("Price of electricity", "USD/kWh", 1.0),
    "heat price": ("Price of heat", "USD/GJ", 1.0),
    "labor usd per operator yr": ("Cost of an operator", "USD/yr", 1.0),
    "operators per unit": ("Operators per unit and shift", "", 1.0),
    "maintenance fraction": ("Maintenance, of capital per year", "%", 100.0),
    "overhead fraction": ("Overhead, of labor", "%", 100.0),
    "discount rate": ("Discount rate", "%", 100.0),
    "life yr": ("Life of the plant", "yr", 1.0),
    "capital (class 4 to 5)": ("Capital of equipment, of the estimate", "%", 100.0),
}
"""Input of `plant.economics` -> name for readers, unit, and what its numbers are multiplied by."""


def tornado(swings: Sequence[Swing], levelized: float, stamp: Stamp) -> Figure:
    """Bars of the widest swings around the cost as it is.

    Args:
        swings: what each input does to the levelized cost, the widest first.
        levelized: the cost with every input as it is [USD/t].
        stamp: run, sources and names.

    Raises:
        InputError: there is no swing.
    """
    shown = [swing for swing in swings if swing.width > 0][:MOST]
    if not shown:
        raise InputError("tornado", "no input moves the cost", "give a range to an input")
    number, title = _finding(shown[0], levelized, stamp)
    marks = (Mark("assumed", "hatched: the input is assumed"),) if any(s.is_assumed for s in shown) else ()
    return Figure(
        id="tornado",
        title=title,
        number=number,
        sentence=(
            f"Levelized cost with one input at a time at either end of its range, all others as they are "
            f"({quantity(levelized, UNIT)}); the {len(shown)} widest of {len(swings)}."
        ),
        unit=UNIT,
        run_id=stamp.run_id,
        option=_option(shown, levelized, title, stamp),
        table=_table(swings, stamp),
        sources=stamp.sources,
        notes=("Inputs move alone here; together they may move the cost further.",),
        marks=marks,
        height_px=110 + 34 * len(shown),
    )


def swing_name(swing: Swing, stamp: Stamp) -> str:
    """An input for readers: `price of coso4_7h2o` becomes `Price of cobalt sulfate heptahydrate`."""
    if swing.what in INPUTS:
        return INPUTS[swing.what][0]
    if swing.what.startswith(PRICE):
        name = stamp.name(swing.what.removeprefix(PRICE))
        first = name.partition(" ")[0]
        return (
            f"Price of {name[:1].lower()}{name[1:]}"
            if first[1:].isalpha() and first[1:].islower()
            else f"Price of {name}"
        )
    return at_start(swing.what)


def swing_range(swing: Swing) -> str:
    """The range of an input with its unit: `84 to 280 USD/t`."""
    _, unit, factor = INPUTS.get(swing.what, ("", UNIT if swing.what.startswith(PRICE) else "", 1.0))
    low, high = quantity(float(swing.low) * factor, ""), quantity(float(swing.high) * factor, unit)
    return f"{low} to {high}"


def _finding(widest: Swing, levelized: float, stamp: Stamp) -> tuple[str, str]:
    """The number and the title: what the widest swing does."""
    low, high = sorted((float(widest.at_low), float(widest.at_high)))
    width = quantity(float(widest.width), UNIT)
    name = swing_name(widest, stamp)
    what = f"{name} ({swing_range(widest)})"
    return width, f"{what} moves the cost most: from {quantity(low, '')} to {quantity(high, UNIT)}"


def _option(shown: Sequence[Swing], levelized: float, title: str, stamp: Stamp) -> Option:
    """The picture: bars on both sides of the cost as it is, drawn as differences from it."""
    labels = [f"{swing_name(swing, stamp)}\n{swing_range(swing)}" for swing in shown]
    margin = label_px(labels, 290)
    wide = base(title) | {
        "legend": legend(data=[AT_LOW, AT_HIGH]),
        "grid": {"left": margin, "right": 40, "top": 40, "bottom": 44},
        "xAxis": value_axis(f"Change of the cost ({UNIT})", nameLocation="middle", nameGap=26),
        "yAxis": category_axis(labels, inverse=True, axisLabel={"lineHeight": 14}),
        "series": [
            _ends(shown, levelized, stamp, is_high=False),
            _ends(shown, levelized, stamp, is_high=True),
        ],
    }
    small = min(margin, 130)
    narrow = {
        "grid": {"left": small, "right": 24},
        "yAxis": {"axisLabel": {"fontSize": 10, "width": small - 10, "overflow": "break", "lineHeight": 11}},
    }
    return responsive(wide, narrow)


def _ends(shown: Sequence[Swing], levelized: float, stamp: Stamp, *, is_high: bool) -> Option:
    """One end of every input."""
    data = []
    for i, swing in enumerate(shown):
        cost = float(swing.at_high if is_high else swing.at_low)
        change = cost - levelized
        value = [significant(change, 5), i, swing_name(swing, stamp), _signed(change), quantity(cost, UNIT)]
        data.append({"value": value, "itemStyle": {"decal": HATCH if swing.is_assumed else NO_HATCH}})
    return {
        "name": AT_HIGH if is_high else AT_LOW,
        "type": "bar",
        "dimensions": ["x", "y", "Input", "Change", "Cost"],
        "encode": {"x": 0, "y": 1, "itemName": 2, "tooltip": [3, 4]},
        "data": data,
        "stack": "high" if is_high else "low",
        "barWidth": 16,
        "barGap": "-100%",
        "itemStyle": {"color": ORANGE if is_high else SKY, "borderColor": INK, "borderWidth": 0.5},
    }


def _signed(change: float) -> str:
    """A change with its sign."""
    text = quantity(abs(change), UNIT)
    return f"{'+' if change >= 0 else '-'}{text}".replace(f"{SPACE}{UNIT}", f"{SPACE}{UNIT}")


def _table(swings: Sequence[Swing], stamp: Stamp) -> Table:
    """All swings, the widest first."""
    rows: list[tuple[Cell, ...]] = [
        (
            swing_name(swing, stamp),
            swing_range(swing),
            float(swing.at_low),
            float(swing.at_high),
            float(swing.width),
        )
        for swing in swings
    ]
    columns = (
        "Input",
        "Range",
        f"Cost at its low end ({UNIT})",
        f"Cost at its high end ({UNIT})",
        f"Width ({UNIT})",
    )
    return Table(columns, tuple(rows), tuple(i for i, swing in enumerate(swings) if swing.is_assumed))
