"""Numbers in words for people: a share as percent, the same in a sentence, a table and a figure."""

from __future__ import annotations

import math
from collections.abc import Sequence

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


def in_sentence(name: str) -> str:
    """A name inside a sentence: `Battery cells` becomes `battery cells`; `CAM`, `pCAM` and `LiPF6` stay."""
    first = name.partition(" ")[0]
    return name[:1].lower() + name[1:] if first[1:].islower() else name


def listed(names: Sequence[str], most: int = 3) -> str:
    """Names joined for reading: `a`, `a and b`, `a, b and 3 more`."""
    shown = list(names[:most])
    if len(names) > most:
        shown.append(f"{len(names) - most} more")
    if len(shown) < 2:
        return "".join(shown)
    return f"{', '.join(shown[:-1])} and {shown[-1]}"
