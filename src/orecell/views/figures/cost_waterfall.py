"""What a plan costs, from the cost without what was asked to the cost with it, and term by term.

    cost of the plan = sum of its terms = cost without what was asked + what was asked adds

All in present value. Terms are those that the plan has, whatever they are called; a term below zero is
money that comes back.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from orecell.core.wording import percent
from orecell.errors import InputError
from orecell.views.figures.choice import Row, Stamp
from orecell.views.figures.figure import Figure, Table
from orecell.views.figures.frame import Option, base, category_axis, label_px, responsive, value_axis
from orecell.views.figures.palette import BLUE, GREEN, INK, ORANGE, SKY
from orecell.views.figures.plan_units import money
from orecell.views.figures.wording import at_start, significant

TERM_WORDS = {
    "purchases": "Materials and cells bought",
    "operation": "Operation of plants",
    "capital": "Capital of new plants in these years",
    "fixed operation": "Fixed operation of plants",
    "carbon price": "Price of emissions",
    "unmet demand": "A price put on cells nobody supplies",
}
SMALL = 1e-9


@dataclass(frozen=True)
class Bar:
    """One bar from `low` to `high` [USD], with the color of its kind."""

    label: str
    usd: float
    low: float
    high: float
    color: str


def cost_waterfall(terms: Sequence[Row], without: float | None, first_year: int, stamp: Stamp) -> Figure:
    """Bars from the cost without what was asked to the whole, and the terms that make it up.

    Args:
        terms: `term` and `usd`, present value, in the order to be shown.
        without: least cost without what was asked, present value [USD]; None where nothing was asked.
        first_year: year of the present value.
        stamp: run, sources and names.

    Raises:
        InputError: the plan has no cost.
    """
    if not terms:
        raise InputError("costs", "the plan has no cost", "show the finding instead")
    total = sum(row["usd"] for row in terms)
    title = _title(terms, without, total)
    asked = "" if without is None else " The first bars lead from the cost without what was asked to it."
    return Figure(
        id="cost",
        title=title,
        number=money(total),
        sentence=f"Present value in {first_year}, in USD of 2025, of all years of the plan.{asked}",
        unit="billion USD",
        run_id=stamp.run_id,
        option=_option(_bars(terms, without, total), title),
        table=_table(terms, without, total),
        sources=stamp.sources,
        notes=("Capital is charged as a yearly payment in the years of the plan that a plant stands.",),
        height_px=90 + 34 * (len(terms) + (1 if without is None else 3)),
    )


def term_name(term: str) -> str:
    """A term of the cost in words; its own name where there are none."""
    return TERM_WORDS.get(term, at_start(term))


def _title(terms: Sequence[Row], without: float | None, total: float) -> str:
    """What it costs, the largest term, what was asked adds."""
    largest = max(terms, key=lambda row: row["usd"])
    name = term_name(largest["term"])
    share = percent(largest["usd"] / total) if total > 0 else money(largest["usd"])
    title = f"The plan costs {money(total)}; the largest part is {name[:1].lower()}{name[1:]} ({share})"
    if without is None:
        return title
    more = f", or {percent(total / without - 1.0)}" if without > 0 and total >= without else ""
    return f"{title}; what was asked adds {money(max(0.0, total - without))}{more}"


def _bars(terms: Sequence[Row], without: float | None, total: float) -> list[Bar]:
    """From top to bottom: without, added, the whole, then the terms one after the other."""
    bars = []
    if without is not None:
        low, high = sorted((without, total))
        bars.append(Bar("Without what was asked", without, 0.0, without, SKY))
        bars.append(Bar("What was asked adds", total - without, low, high, ORANGE))
    bars.append(Bar("Cost of the plan", total, 0.0, total, BLUE))
    reached = 0.0
    for row in terms:
        after = reached + row["usd"]
        color = GREEN if row["usd"] < 0 else "#8c959f"
        bars.append(Bar(term_name(row["term"]), row["usd"], min(reached, after), max(reached, after), color))
        reached = after
    return bars


def _part(bars: Sequence[Bar], *, is_above: bool) -> list[Option]:
    """The transparent foot and the colored part of every bar, on one side of zero."""
    feet, parts = [], []
    for i, bar in enumerate(bars):
        near, far = _ends(bar, is_above=is_above)
        feet.append(significant(near / 1e9, 6))
        value = [significant((far - near) / 1e9, 6), i, bar.label, money(bar.usd)]
        parts.append({"value": value, "itemStyle": {"color": bar.color}})
    stack: Option = {"type": "bar", "stack": "above" if is_above else "below", "barWidth": 20}
    hidden = {"itemStyle": {"color": "transparent"}, "silent": True, "tooltip": {"show": False}}
    return [stack | hidden | {"data": feet}, stack | {"data": parts, "barGap": "-100%"} | _words()]


def _ends(bar: Bar, *, is_above: bool) -> tuple[float, float]:
    """The end of a bar near zero and the far one, on one side of zero."""
    if is_above:
        return max(0.0, bar.low), max(0.0, bar.high)
    return min(0.0, bar.high), min(0.0, bar.low)


def _words() -> Option:
    """Names of what a bar carries."""
    return {
        "dimensions": ["length", "y", "Term", "Present value"],
        "encode": {"x": 0, "y": 1, "itemName": 2, "tooltip": [3]},
    }


def _option(bars: Sequence[Bar], title: str) -> Option:
    """The picture; parts below zero are drawn only where there are some."""
    above = _part(bars, is_above=True)
    look = {"position": "right", "color": INK, "fontSize": 12}
    above[1]["label"] = {"show": True, "formatter": "{@[3]}", **look}
    below = _part(bars, is_above=False) if any(bar.low < -SMALL for bar in bars) else []
    labels = [bar.label for bar in bars]
    margin = label_px(labels, 300)
    wide = base(title) | {
        "grid": {"left": margin, "right": 120, "top": 12, "bottom": 44},
        "xAxis": value_axis("billion USD, present value", nameLocation="middle", nameGap=26),
        "yAxis": category_axis(labels, inverse=True),
        "series": [*above, *below],
    }
    small = min(margin, 118)
    narrow = {
        "grid": {"left": small, "right": 84},
        "xAxis": {"axisLabel": {"fontSize": 10}},
        "yAxis": {"axisLabel": {"fontSize": 10, "width": small - 10, "overflow": "break", "lineHeight": 11}},
    }
    return responsive(wide, narrow)


def _table(terms: Sequence[Row], without: float | None, total: float) -> Table:
    """The terms, the whole, and what was asked."""
    share = [row["usd"] / total if total else None for row in terms]
    rows = [(term_name(row["term"]), row["usd"], part) for row, part in zip(terms, share, strict=True)]
    rows.append(("Cost of the plan", total, 1.0 if total else None))
    if without is not None:
        rows.append(("Without what was asked", without, without / total if total else None))
        rows.append(("What was asked adds", total - without, (total - without) / total if total else None))
    return Table(("Term", "Present value (USD)", "Share of the cost (fraction)"), tuple(rows))
