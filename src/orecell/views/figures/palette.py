"""Colors that stay apart for readers with a color-vision deficiency, in print and on screen.

Statuses and cost parts use the set of Okabe and Ito; shares use one hue from pale to dark with steadily
falling lightness, so that pale always reads as missing.
Source: Okabe and Ito, Color Universal Design (2008), https://jfly.uni-koeln.de/color/.
"""

from __future__ import annotations

BLACK = "#000000"
INK = "#1b1f24"
MUTED = "#57606a"
RULE = "#d0d7de"
PAPER = "#ffffff"
LAND = "#f3f4f6"
LAND_EDGE = "#b6bec8"
EMPTY = "#eceff2"

BLUE, SKY, GREEN, ORANGE = "#0072b2", "#56b4e9", "#009e73", "#e69f00"
VERMILION, PURPLE, GRAY = "#d55e00", "#cc79a7", "#8c959f"

STATUS_COLORS = {
    "operating": BLUE,
    "pilot": SKY,
    "construction": ORANGE,
    "announced": PURPLE,
    "paused": GRAY,
    "canceled": VERMILION,
    "retired": INK,
}
SOURCING_COLORS = {"domestic": BLUE, "allied": GREEN, "other": ORANGE, "concern": VERMILION}
ACTIVE_COLORS = (BLUE, ORANGE, GREEN, PURPLE)
OTHER_COLORS = (
    "#8c959f", "#d9c7a8", "#b4c4b0", "#6e7781", "#cfd6dd", "#a79bb3", "#57606a", "#e6d3cd", "#93aab5",
)  # fmt: skip

COVERAGE_SCALE = ("#fdf6e3", "#d5ead2", "#92cfc4", "#4aa5bd", "#2a76a6", "#1f4e84", "#142c5c")
CONCERN_SCALE = ("#fff7ec", "#fddcae", "#fdb97d", "#f28a52", "#d8572f", "#a82a16", "#6e0b0b")

HATCH = {
    "symbol": "rect",
    "color": "rgba(255,255,255,0.75)",
    "dashArrayX": [1, 0],
    "dashArrayY": [2, 4],
    "rotation": -0.7854,
}
NO_HATCH = {"symbol": "none"}


def color_at(scale: tuple[str, ...], share: float) -> str:
    """Color of a scale at a share of its length, 0 to 1; outside values take the end colors."""
    place = min(1.0, max(0.0, share)) * (len(scale) - 1)
    first = min(int(place), len(scale) - 2)
    start, end = _channels(scale[first]), _channels(scale[first + 1])
    mixed = (round(a + (b - a) * (place - first)) for a, b in zip(start, end, strict=True))
    return "#" + "".join(f"{channel:02x}" for channel in mixed)


def text_on(background: str) -> str:
    """Black or white, whichever is easier to read: at least 4.5 to 1 on any background."""
    return BLACK if contrast(background, BLACK) >= contrast(background, PAPER) else PAPER


def contrast(one: str, other: str) -> float:
    """Contrast ratio of two colors, 1 to 21 (WCAG 2.2, relative luminance)."""
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def _channels(color: str) -> tuple[int, int, int]:
    """Red, green and blue of `#rrggbb`, 0 to 255."""
    return int(color[1:3], 16), int(color[3:5], 16), int(color[5:7], 16)


def _luminance(color: str) -> float:
    """Relative luminance of a color, 0 to 1 (WCAG 2.2)."""
    red, green, blue = (_linear(channel / 255) for channel in _channels(color))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(channel: float) -> float:
    """Linear light of one sRGB channel, both 0 to 1."""
    return channel / 12.92 if channel <= 0.04045 else float(((channel + 0.055) / 1.055) ** 2.4)
