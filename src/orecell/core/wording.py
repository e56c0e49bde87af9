"""Numbers in words for people: a share as percent, the same in a sentence, a table and a figure."""

from __future__ import annotations

import math

SPACE = "\u00a0"


def percent(fraction: float) -> str:
    """A share as percent: whole numbers, one decimal below 1 %, `under 0.1 %` for tiny ones.

    Args:
        fraction: share, 1 for all of it.
    """
    value = fraction * 100
    if 0 < value < 0.1:
        return f"under 0.1{SPACE}%"
    text = f"{value:.1f}" if 0 < value < 0.95 else f"{math.floor(value + 0.5):,}"
    return f"{text}{SPACE}%"
