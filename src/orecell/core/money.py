"""Money of a stated year, and its worth at another time.

Equations, with rate r per year and n years:
    value in year b  = value in year a * index[b] / index[a]
    discount factor  = (1 + r)^-n
    present value    = sum of cash flow * discount factor
    annuity factor   = (1 - (1 + r)^-n) / r, which is n at r = 0
    annuity          = capital cost / annuity factor
Payments fall at the end of a year. Rates and cash flows are both real or both nominal; mixing them
is the caller's mistake. Left out: exchange rates, which are data, and taxes (see `finance`).

Source: Brealey, Myers & Allen, Principles of Corporate Finance, ch. 2 (present values, annuities).
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import NamedTuple

from orecell.errors import MoneyError

CURRENCIES = ("AUD", "CAD", "CLP", "CNY", "EUR", "GBP", "JPY", "KRW", "MXN", "USD")
"""Currency codes (ISO 4217) that may stand in a unit."""

_MONEY_UNIT = re.compile(r"([A-Z]{3})((?:19|20|21)[0-9]{2})?(?:/(\S(?:.*\S)?))?")


@dataclass(frozen=True)
class Deflator:
    """A price index by year; moves money between years and never extrapolates.

    Attributes:
        index: year -> index level, any base, above zero.
    """

    index: Mapping[int, float]

    def __post_init__(self) -> None:
        if not self.index:
            raise MoneyError("a price index needs at least one year")
        for year, level in self.index.items():
            if not (math.isfinite(level) and level > 0):
                raise MoneyError(f"{level} in {year}", "an index level is a number above zero", "correct it")
        object.__setattr__(self, "index", MappingProxyType(dict(sorted(self.index.items()))))

    def __reduce__(self) -> tuple[type[Deflator], tuple[dict[int, float]]]:
        return (Deflator, (dict(self.index),))

    def to_year(self, value: float, from_year: int, to_year: int) -> float:
        """Return the value of `from_year` money in money of `to_year`.

        Raises:
            MoneyError: a year is not in the index.
        """
        return value * self._level(to_year) / self._level(from_year)

    def _level(self, year: int) -> float:
        if year not in self.index:
            first, last = min(self.index), max(self.index)
            raise MoneyError(
                str(year),
                f"the price index has no such year; it covers {first} to {last}",
                f"add the year to the index, or use a price year from {first} to {last}",
            )
        return self.index[year]


class MoneyUnit(NamedTuple):
    """A currency, the year whose prices it means, and what the amount is paid for ("" if nothing)."""

    currency: str
    year: int
    per: str


def discount_factor(rate: float, years: float) -> float:
    """Return the worth today of one unit of money paid after some years.

    Args:
        rate: discount rate per year, above -1 [fraction].
        years: time until the payment [yr].
    """
    _check_rate(rate)
    return float((1.0 + rate) ** -years)


def present_value(cashflows: Sequence[float], rate: float, years: Sequence[float]) -> float:
    """Return the worth today of a series of payments.

    Args:
        cashflows: payments (payment) [money].
        rate: discount rate per year, above -1 [fraction].
        years: time until each payment (payment) [yr].

    Raises:
        MoneyError: the two series differ in length, or the rate is -1 or less.
    """
    if len(cashflows) != len(years):
        text = f"{len(cashflows)} cash flows, {len(years)} years"
        raise MoneyError(text, "each cash flow needs its own year", "give both series the same length")
    flows = zip(cashflows, years, strict=True)
    return math.fsum(cashflow * discount_factor(rate, year) for cashflow, year in flows)


def annuity_factor(rate: float, years: float) -> float:
    """Return the worth today of one unit of money paid at the end of each year.

    Args:
        rate: discount rate per year, above -1 [fraction].
        years: number of yearly payments, above zero [yr].

    Returns:
        Present value per yearly payment [yr]; exactly `years` at a rate of zero.
    """
    _check_rate(rate)
    if not (math.isfinite(years) and years > 0):
        raise MoneyError(str(years), "a lifetime is a number of years above zero", "give the life in years")
    # Below this rate the factor differs from its limit by less than a double can show.
    if abs(rate) * (years + 1.0) < 1e-16:
        return float(years)
    return -math.expm1(-years * math.log1p(rate)) / rate


def annuity(capex: float, rate: float, life_years: float) -> float:
    """Return the equal yearly payment that repays a capital cost over its life.

    Args:
        capex: capital cost today [money].
        rate: discount rate per year, above -1 [fraction].
        life_years: number of yearly payments, above zero [yr].

    Returns:
        Yearly payment [money/yr].
    """
    return capex / annuity_factor(rate, life_years)


def parse_money_unit(text: str) -> MoneyUnit:
    """Read a unit of money such as `USD2023/t`: currency, price year, and what it is paid for.

    Raises:
        MoneyError: no price year, an unknown currency, or another form.
    """
    match = _MONEY_UNIT.fullmatch(text.strip())
    if match is None:
        raise MoneyError(text, "a unit of money is currency, year and what is bought", _suggest_money(text))
    currency, year, per = match[1], match[2], match[3] or ""
    if currency not in CURRENCIES:
        known = ", ".join(CURRENCIES)
        raise MoneyError(text, f"{currency} is not a known currency", f"use one of {known}")
    if year is None:
        rest = f"/{per}" if per else ""
        rule = "money without a price year cannot be compared"
        raise MoneyError(text, rule, f"write the year of the prices, e.g. {currency}2023{rest}")
    return MoneyUnit(currency, int(year), per)


def _suggest_money(text: str) -> str:
    """Propose the right spelling where currency and year are only written another way."""
    found = re.search("|".join(CURRENCIES), text.upper())
    year = re.search(r"(?:19|20|21)[0-9]{2}", text)
    per = text.partition("/")[2].strip()
    currency = found[0] if found else "USD"
    return f"write e.g. {currency}{year[0] if year else '2023'}/{per or 't'}"


def _check_rate(rate: float) -> None:
    if not (math.isfinite(rate) and rate > -1.0):
        raise MoneyError(str(rate), "a yearly rate is a fraction above -1", "write 0.08 for 8 %")
