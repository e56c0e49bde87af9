"""Money and units of a plan as a reader expects them: `19.9 billion USD`, `$3.3B`, `kt`, `USD/kWh`."""

from __future__ import annotations

from orecell.core.wording import SPACE
from orecell.results.plan_words import LARGE
from orecell.results.plan_words import money as plain_money

NOISE = 1.0
PRICES = {"t": (1.0, "USD/t", "tonne"), "GWh": (1e6, "USD/kWh", "kWh"), "Mm2": (1e6, "USD/m2", "m2")}


def money(usd: float) -> str:
    """An amount of money that stays on one line: billions where there are some, else millions."""
    sign = "-" if usd < -NOISE else ""
    return f"{sign}{plain_money(abs(usd))}".replace(" ", SPACE)


def dollars(usd: float) -> str:
    """An amount of money where there is little room: `$3.3B`, `$149M`."""
    size, letter = (usd / 1e9, "B") if abs(usd) >= 0.9995e9 else (usd / 1e6, "M")
    return f"${size:,.0f}{letter}" if abs(size) >= 99.95 else f"${size:,.1f}{letter}"


def amount_unit(unit: str, largest: float) -> tuple[float, str]:
    """By what to divide amounts up to `largest` for reading, and the unit they then have."""
    divisor, name = LARGE.get(unit, (1.0, unit))
    return (divisor, name) if largest >= 10 * divisor else (1.0, unit)


def price_unit(unit: str) -> tuple[float, str, str]:
    """By what to divide USD per unit, the unit prices then have, and what one buys for it."""
    return PRICES.get(unit, (1.0, f"USD/{unit}", unit))
