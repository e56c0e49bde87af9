"""Supply of a commodity as steps of rising cost: what sellers ask, what making it costs, what is used.

The width of a step is its quantity, its height what one unit costs where most of it is used. Steps the
plan uses are full, the others pale. The dashed line is what one more unit would be worth to the plan.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from orecell.core.wording import percent
from orecell.errors import InputError
from orecell.results.plan_supply import Step, SupplyCurve
from orecell.views.figures.choice import Stamp
from orecell.views.figures.figure import Figure, Mark, Table
from orecell.views.figures.frame import Option, base, legend, responsive, value_axis
from orecell.views.figures.palette import BLACK, INK, PAPER, SKY, SOURCING_COLORS
from orecell.views.figures.plan_units import amount_unit, price_unit
from orecell.views.figures.wording import quantity, significant

GROUPS = {
    "made": ("Made by plants of the plan", SOURCING_COLORS["domestic"]),
    "domestic": ("Bought, domestic", SKY),
    "allied": ("Bought, allied", SOURCING_COLORS["allied"]),
    "other": ("Bought, other", SOURCING_COLORS["other"]),
    "concern": ("Bought, of concern by seller or what is in it", SOURCING_COLORS["concern"]),
}
WORTH = "Worth of one more unit of any origin"
MOST_TIMES_USED = 1.6
PLOT_PX, LETTER_PX = 880, 6.6
DASHES = "path://M0,9h10v3h-10z M14,9h10v3h-10z"
PALE = 0.28
HEAD_ROOM = 1.12


@dataclass(frozen=True)
class Box:
    """One rectangle: part of a step that is used, or part that is not."""

    step: Step
    start: float
    stop: float
    is_used: bool


@dataclass(frozen=True)
class Scale:
    """By what quantities and prices are divided, and their units."""

    amount: float
    amount_unit: str
    price: float
    price_unit: str
    bought: str


def supply_curve(curve: SupplyCurve, stamp: Stamp) -> Figure:
    """Steps of one commodity in one year.

    Args:
        curve: steps by delivered cost.
        stamp: run, sources and names.

    Raises:
        InputError: nobody offers or makes the commodity.
    """
    if not curve.steps:
        raise InputError(curve.name, f"is neither offered nor made in {curve.year}", "choose another")
    scale = _scale(curve)
    number, title = _finding(curve, scale)
    marks = [Mark("outside", "pale: offered, not used by this plan")]
    if any(step.is_assumed for step in curve.steps):
        marks.append(Mark("assumed", "dashed edge: price or quantity is assumed"))
    return Figure(
        id=f"supply_curve_{curve.commodity}",
        title=title,
        number=number,
        sentence=_sentence(curve, scale),
        unit=scale.price_unit,
        run_id=stamp.run_id,
        option=_option(curve, scale, title),
        table=_table(curve, scale),
        sources=stamp.sources,
        notes=_notes(curve),
        marks=tuple(marks),
        height_px=430,
    )


def _scale(curve: SupplyCurve) -> Scale:
    amount, unit = amount_unit(curve.unit, max(curve.used, *(step.quantity for step in curve.steps)))
    price, shown, bought = price_unit(curve.unit)
    return Scale(amount, unit, price, shown, bought)


def _finding(curve: SupplyCurve, scale: Scale) -> tuple[str, str]:
    """The number and the title: the range of costs of what is used, and the worth of one more unit."""
    used = [step.delivered / scale.price for step in curve.steps if step.used > 0]
    name, when = curve.name, f"in {curve.year}"
    if not used:
        low = quantity(min(step.delivered for step in curve.steps) / scale.price, scale.price_unit)
        return low, f"{name} would cost {low} or more in {curve.place} {when}; the plan uses none"
    low, high = (quantity(value, "") for value in (min(used), max(used)))
    reach = low if low == high else f"{low} to {high}"
    title = f"{name} costs {reach} {scale.price_unit} delivered to {curve.place} {when}"
    if curve.worth is None:
        return reach, title
    worth = quantity(curve.worth / scale.price, "USD")
    title += f"; one more {scale.bought} of any origin would be worth {worth}"
    return worth, title


def _sentence(curve: SupplyCurve, scale: Scale) -> str:
    """How to read the steps, and how much is bought."""
    where = "" if curve.place == "the US" else ", where US plants use most"
    text = (
        "Each step is what one seller offers or one place makes in the year: its width the amount, its "
        f"height the cost of one {scale.bought} with freight to {curve.place}{where}."
    )
    bought = sum(step.used for step in curve.steps if not step.is_made)
    if not curve.used:
        return text
    amount = quantity(curve.used / scale.amount, scale.amount_unit)
    return f"{text} The plan uses {amount} in all its countries, {percent(bought / curve.used)} of it bought."


def _notes(curve: SupplyCurve) -> tuple[str, ...]:
    notes = []
    if any(step.is_made for step in curve.steps):
        notes.append(
            "Cost of making: inputs of any origin at what they are worth, operation, fixed cost, and for new "
            "plants the capital of the year over what they make; capital of older plants is spent and not "
            "counted."
        )
    if curve.worth is not None:
        notes.append(
            "A used step above the line is there because something was asked, a plant was built for other "
            "years or products, or its buyer is far from this place."
        )
    return tuple(notes)


def _boxes(steps: Iterable[Step]) -> list[Box]:
    """Rectangles side by side; what is used of a step comes before what is not."""
    found, at = [], 0.0
    for step in steps:
        for length, is_used in ((step.used, True), (step.quantity - step.used, False)):
            if length > 0:
                found.append(Box(step, at, at + length, is_used))
                at += length
    return found


def _end(curve: SupplyCurve, boxes: Sequence[Box]) -> float:
    """Where the picture ends: a little beyond the last step used; all steps where none is."""
    last = max((box.stop for box in boxes if box.is_used), default=boxes[-1].stop)
    return min(boxes[-1].stop, max(last * 1.15, MOST_TIMES_USED * curve.used))


def _group(step: Step) -> str:
    return "made" if step.is_made else step.origin_class


def _option(curve: SupplyCurve, scale: Scale, title: str) -> Option:
    """The picture."""
    boxes = _boxes(curve.steps)
    end = _end(curve, boxes)
    shown = [box for box in boxes if box.start < end]
    highest = max([box.step.delivered for box in shown] + [curve.worth or 0.0])
    level = [] if curve.worth is None else [_level(curve.worth / scale.price, end / scale.amount)]
    groups = [name for name in GROUPS if any(_group(box.step) == name for box in shown)]
    key = [{"name": GROUPS[group][0], "icon": "roundRect"} for group in groups]
    wide = base(title) | {
        "legend": legend(data=[*key, *({"name": WORTH, "icon": DASHES} for _ in level)]),
        "grid": {"left": 62, "right": 24, "top": 74, "bottom": 46},
        **_axes(scale, end, highest),
        "series": [
            *(_rectangles(g, [b for b in shown if _group(b.step) == g], end, scale) for g in groups),
            *level,
        ],
    }
    return responsive(wide, {"grid": {"top": 130, "left": 52, "right": 12}})


def _axes(scale: Scale, end: float, highest: float) -> Option:
    """Axes that end where the picture does; no number is written at their odd ends."""
    amounts = value_axis(
        scale.amount_unit,
        nameLocation="middle",
        nameGap=26,
        min=0,
        max=significant(end / scale.amount, 6),
        splitLine={"show": False},
        axisLabel={"showMaxLabel": False},
    )
    prices = value_axis(
        scale.price_unit,
        min=0,
        max=significant(highest / scale.price * HEAD_ROOM, 6),
        nameTextStyle={"align": "left"},
        nameGap=10,
        axisLabel={"showMaxLabel": False},
        splitLine={"showMaxLine": False},
    )
    return {"xAxis": amounts, "yAxis": prices}


def _rectangles(group: str, boxes: Sequence[Box], end: float, scale: Scale) -> Option:
    """All rectangles of one kind of seller; the series itself only gives them a place in the key."""
    name, color = GROUPS[group]
    return {
        "name": name,
        "type": "line",
        "data": [],
        "itemStyle": {"color": color},
        "lineStyle": {"color": color},
        "markArea": {
            "silent": False,
            "data": [_rectangle(box, color, end, scale) for box in boxes],
            "label": {"position": "insideBottom", "fontSize": 11},
        },
    }


def _rectangle(box: Box, color: str, end: float, scale: Scale) -> list[Option]:
    step = box.step
    stop = min(box.stop, end)
    cost = step.delivered / scale.price
    amount = quantity((box.stop - box.start) / scale.amount, scale.amount_unit)
    rest = "" if box.is_used else ", not used"
    words = f"{step.kind or 'Offer'}, {amount} at {quantity(cost, scale.price_unit)}{rest}"
    is_wide = len(step.place) * LETTER_PX < PLOT_PX * (stop - box.start) / end
    style: Option = {"color": color, "opacity": 1.0 if box.is_used else PALE, "borderWidth": 1}
    style |= {"borderColor": INK, "borderType": "dashed"} if step.is_assumed else {"borderColor": PAPER}
    label = {"show": is_wide, "color": PAPER if box.is_used else INK}
    corner = {"xAxis": significant(box.start / scale.amount, 6), "yAxis": 0}
    far = {"xAxis": significant(stop / scale.amount, 6), "yAxis": significant(cost, 6)}
    return [{"name": step.place, "value": words, "itemStyle": style, "label": label} | corner, far]


def _level(height: float, end: float) -> Option:
    """The dashed line of worth across the picture."""
    return {
        "name": WORTH,
        "type": "line",
        "data": [[0, significant(height)], [significant(end), significant(height)]],
        "symbol": "none",
        "lineStyle": {"color": BLACK, "width": 2, "type": "dashed"},
        "itemStyle": {"color": BLACK},
        "tooltip": {"show": False},
        "z": 6,
    }


def _table(curve: SupplyCurve, scale: Scale) -> Table:
    """All steps, also those beyond the picture."""
    unit, price = scale.amount_unit, scale.price_unit
    columns = (
        "Place",
        "Bought, or made by",
        "Class",
        f"At the seller ({price})",
        f"Freight ({price})",
        f"Delivered ({price})",
        f"Offered or made ({unit})",
        f"Used ({unit})",
    )
    rows = [
        (
            step.place,
            step.kind or "bought",
            step.origin_class,
            step.price / scale.price,
            step.freight / scale.price,
            step.delivered / scale.price,
            step.quantity / scale.amount,
            step.used / scale.amount,
        )
        for step in curve.steps
    ]
    assumed = tuple(i for i, step in enumerate(curve.steps) if step.is_assumed)
    return Table(columns, tuple(rows), assumed)
