"""Numbers and names as a reader expects them: `62 %`, `1,080 GWh/yr`, `US`, `North America`."""

from __future__ import annotations

from orecell.core.wording import SPACE, percent

EN_DASH = "\u2013"
NOISE = 1e-9
MONTHS = ("January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
          "November", "December")  # fmt: skip

REGION_NAMES = {"usa": "US", "north_america": "North American"}
BASIS_NAMES = {
    "nameplate": "full capacity of every project",
    "expected": "output weighted by how likely each project is",
    "qualified": "likely output that customers have approved",
    "served": "qualified output that plants of the region draw, up to the cell",
}
STATUS_NAMES = {
    "operating": "Operating",
    "pilot": "Pilot",
    "construction": "Under construction",
    "announced": "Announced",
    "paused": "Paused",
    "canceled": "Canceled",
    "retired": "Retired",
}


def percent_range(low: float, high: float, between: str = f"{SPACE}to{SPACE}") -> str:
    """Two shares as one range, `43 to 60 %`, or one number where both read the same."""
    first, last = percent(low), percent(high)
    return first if first == last else f"{first.removesuffix(SPACE + '%')}{between}{last}"


def day(date: str) -> str:
    """A date for reading: `2026-06-30` becomes `June 30, 2026`; other text stays as it is."""
    parts = date.split("-")
    if len(parts) != 3 or not all(part.isdigit() for part in parts) or not 1 <= int(parts[1]) <= 12:
        return date
    return f"{MONTHS[int(parts[1]) - 1]}{SPACE}{int(parts[2])}, {parts[0]}"


def significant(value: float, digits: int = 4) -> float:
    """The value to so many significant digits, so that pictures carry no noise; no negative zero."""
    return 0.0 if abs(value) < NOISE else float(f"{value:.{digits}g}")


def quantity(value: float, unit: str) -> str:
    """An amount with unit to three significant digits: `1,080 GWh/yr`, `0.42 t/yr`."""
    value = 0.0 if abs(value) < NOISE else value
    size = abs(value)
    if size >= 1000:
        short = significant(value, 3)
        text = f"{short:,.0f}"
    else:
        text = f"{value:.3g}"
    return f"{text}{SPACE}{unit}" if unit else text


def at_start(name: str) -> str:
    """A name at the start of a sentence: `battery cells` becomes `Battery cells`; `pCAM` stays."""
    return name[:1].upper() + name[1:] if name[1:2].islower() else name


def region_name(region_set: str) -> str:
    """Adjective for a set of regions; the id itself where it is unknown."""
    return REGION_NAMES.get(region_set, region_set)
