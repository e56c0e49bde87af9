"""Pieces of an ECharts option that all figures share: text style, axes, tooltip, marks."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from orecell.views.figures.palette import INK, MUTED, RULE

FONT = "system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', Arial, sans-serif"
NARROW_PX = 620
WIDEST_LETTER = 0.6
LABEL_GAP_PX = 18

Option = dict[str, Any]


def base(description: str) -> Option:
    """Start of every option: font, no animation (prints and repeats alike), spoken description."""
    return {
        "animation": False,
        "textStyle": {"fontFamily": FONT, "color": INK},
        "aria": {"enabled": True, "label": {"description": description}},
        "tooltip": {"confine": True, "textStyle": {"fontSize": 13, "color": INK}},
    }


def category_axis(labels: Sequence[str], **more: Any) -> Option:
    """An axis of names in which no name is left out."""
    axis: Option = {
        "type": "category",
        "data": list(labels),
        "axisTick": {"show": False},
        "axisLine": {"lineStyle": {"color": RULE}},
        "axisLabel": {"interval": 0, "color": INK, "fontSize": 12},
    }
    return merged(axis, more)


def value_axis(name: str, **more: Any) -> Option:
    """An axis of numbers with its unit as name."""
    axis: Option = {
        "type": "value",
        "name": name,
        "nameTextStyle": {"color": MUTED, "fontSize": 12},
        "axisLabel": {"color": MUTED, "fontSize": 12, "hideOverlap": True},
        "splitLine": {"lineStyle": {"color": "#e7eaee"}},
    }
    return merged(axis, more)


def legend(**more: Any) -> Option:
    """A legend at the upper left."""
    return merged({"top": 0, "left": 0, "textStyle": {"color": INK, "fontSize": 12}, "itemGap": 14}, more)


def label_px(labels: Sequence[str], most: int, font_px: int = 12) -> int:
    """Width that the longest label needs beside a chart, at most `most`; wide letters are allowed for.

    The chart library measures labels too, but with the font of the reader's machine and not always right.
    """
    longest = max((len(line) for label in labels for line in label.split("\n")), default=0)
    return min(most, round(longest * font_px * WIDEST_LETTER) + LABEL_GAP_PX)


def merged(option: Option, more: Option) -> Option:
    """The option with `more` laid over it; nested dictionaries are merged, not replaced."""
    result = dict(option)
    for key, value in more.items():
        old = result.get(key)
        result[key] = merged(old, value) if isinstance(old, dict) and isinstance(value, dict) else value
    return result


def responsive(wide: Option, narrow: Option) -> Option:
    """An option that changes where the picture is narrower than a tablet."""
    return {"baseOption": wide, "media": [{"query": {"maxWidth": NARROW_PX}, "option": narrow}]}
