"""Bars that begin where the one before ends, with parts below zero drawn below zero.

A chart library stacks from zero, so a bar from `low` to `high` is a transparent foot and a colored part, on
each side of zero.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from orecell.views.figures.frame import Option
from orecell.views.figures.palette import INK
from orecell.views.figures.wording import significant

SMALL = 1e-9


@dataclass(frozen=True)
class Bar:
    """One bar from `low` to `high` [unit of the axis].

    Attributes:
        label: name on the axis.
        text: its amount for reading.
        low, high: its ends.
        color: color of its kind.
    """

    label: str
    text: str
    low: float
    high: float
    color: str


def waterfall_series(bars: Sequence[Bar], amount_name: str) -> list[Option]:
    """Series of horizontal bars; those below zero are there only where a bar reaches below zero.

    Args:
        bars: from top to bottom.
        amount_name: what an amount is, for the tooltip.
    """
    above = _part(bars, amount_name, is_above=True)
    look = {"position": "right", "color": INK, "fontSize": 12}
    above[1]["label"] = {"show": True, "formatter": "{@[3]}", **look}
    is_crossing = any(bar.low < -SMALL for bar in bars)
    return [*above, *(_part(bars, amount_name, is_above=False) if is_crossing else [])]


def _part(bars: Sequence[Bar], amount_name: str, *, is_above: bool) -> list[Option]:
    """The transparent foot and the colored part of every bar, on one side of zero."""
    feet, parts = [], []
    for i, bar in enumerate(bars):
        near, far = _ends(bar, is_above=is_above)
        feet.append(significant(near, 6))
        value = [significant(far - near, 6), i, bar.label, bar.text]
        parts.append({"value": value, "itemStyle": {"color": bar.color}})
    stack: Option = {"type": "bar", "stack": "above" if is_above else "below", "barWidth": 20}
    hidden = {"itemStyle": {"color": "transparent"}, "silent": True, "tooltip": {"show": False}}
    words = {
        "dimensions": ["length", "y", "Term", amount_name],
        "encode": {"x": 0, "y": 1, "itemName": 2, "tooltip": [3]},
    }
    return [stack | hidden | {"data": feet}, stack | {"data": parts, "barGap": "-100%"} | words]


def _ends(bar: Bar, *, is_above: bool) -> tuple[float, float]:
    """The end of a bar near zero and the far one, on one side of zero."""
    if is_above:
        return max(0.0, bar.low), max(0.0, bar.high)
    return min(0.0, bar.high), min(0.0, bar.low)
