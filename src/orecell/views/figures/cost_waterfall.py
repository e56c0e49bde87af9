"""What a plan costs, from the cost without what was asked to the cost with it, and term by term.

    cost of the plan = sum of its terms = cost without what was asked + what was asked adds

All in present value. Terms are those that the plan has, whatever they are called; a term below zero is
money that comes back.
"""

from __future__ import annotations

from collections.abc import Sequence

from orecell.core.wording import percent
from orecell.errors import InputError
from orecell.views.figures.choice import Row, Stamp
from orecell.views.figures.figure import Figure, Table
from orecell.views.figures.frame import Option, base, category_axis, label_px, responsive, value_axis
from orecell.views.figures.palette import BLUE, GREEN, ORANGE, SKY
from orecell.views.figures.plan_units import money
from orecell.views.figures.waterfall import Bar, waterfall_series
from orecell.views.figures.wording import at_start

TERM_WORDS = {
    "purchases": "Materials and cells bought",
    "operation": "Operation of plants",
    "capital": "Capital of new plants in these years",
    "fixed operation": "Fixed operation of plants",
    "carbon price": "Price of emissions",
    "unmet demand": "A price put on cells nobody supplies",
}


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
        bars.append(_bar("Without what was asked", 0.0, without, SKY))
        bars.append(_bar("What was asked adds", without, total, ORANGE))
    bars.append(_bar("Cost of the plan", 0.0, total, BLUE))
    reached = 0.0
    for row in terms:
        after = reached + row["usd"]
        color = GREEN if row["usd"] < 0 else "#8c959f"
        bars.append(_bar(term_name(row["term"]), reached, after, color))
        reached = after
    return bars


def _bar(label: str, start: float, end: float, color: str) -> Bar:
    """A bar between two amounts [USD], drawn in billions."""
    low, high = sorted((start / 1e9, end / 1e9))
    return Bar(label, money(end - start), low, high, color)


def _option(bars: Sequence[Bar], title: str) -> Option:
    """The picture; parts below zero are drawn only where there are some."""
    labels = [bar.label for bar in bars]
    margin = label_px(labels, 300)
    wide = base(title) | {
        "grid": {"left": margin, "right": 120, "top": 12, "bottom": 44},
        "xAxis": value_axis("billion USD, present value", nameLocation="middle", nameGap=26),
        "yAxis": category_axis(labels, inverse=True),
        "series": waterfall_series(bars, "Present value"),
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
