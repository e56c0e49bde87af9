"""Rules of money: prices that can be converted, indices and rates above zero, shares of cell cost."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from orecell.data.case_rows import At, column_of, rows_of
from orecell.data.check import suggest
from orecell.errors import Fault

if TYPE_CHECKING:
    from orecell.data.package import Case

HOME = "USD"
PRICE_INDEX = "us_cpi_u"
"""Index by which prices move between years."""

MONEY_YEAR = 2025
"""Year in whose money results are stated."""

FALLBACK_DECK = "batpac_2024"
"""Deck that supplies a price where the deck asked for has none."""

BLENDS: Mapping[str, tuple[str, ...]] = {"aam": ("aam_synthetic", "aam_natural")}
"""Commodity that has no price of its own -> those of which any is taken."""

UNITS_OF_PRICE: Mapping[str, str] = {
    "t": "t",
    "kg": "t",
    "lb": "t",
    "t Ni": "t",
    "t Co": "t",
    "kWh": "GWh",
    "MWh": "MWh",
}
"""Unit that a price buys -> unit in which the commodity must be counted; others need a conversion."""


def money_is_above_zero(case: Case) -> Iterator[Fault]:
    """Prices, indices, rates and factors are divided by somewhere: none is zero."""
    for table in ("prices", "deflators", "exchange_rates", "conversions"):
        for row, value in rows_of(case, table, "value"):
            if value <= 0:
                fix = "write the number, or delete the row where nobody published one"
                yield At(table, row, "value").fault(value, "must be above 0", fix)


def prices_can_be_converted(case: Case) -> Iterator[Fault]:
    """Each price has a rate of its year, an index of its year, and a unit that the commodity has."""
    rates = set(case.tables["exchange_rates"].select("currency", "year").iter_rows())
    currencies = {currency for currency, _ in rates} | {HOME}
    years = {year for _, index, year in rows_of(case, "deflators", "index", "year") if index == PRICE_INDEX}
    for table in ("prices", "exchange_rates"):
        for row, currency in rows_of(case, table, "currency"):
            if not re.fullmatch("[A-Z]{3}", currency):
                fix = suggest(currency, currencies, "write three capitals, e.g. USD")
                yield At(table, row, "currency").fault(currency, "is no ISO 4217 code", fix)
    if MONEY_YEAR not in years:
        rule = f"index {PRICE_INDEX} has no value for {MONEY_YEAR}, the year of the results"
        yield At("deflators", None, "year").fault(MONEY_YEAR, rule, "add the row")
    for row, currency, year in rows_of(case, "prices", "currency", "price_year"):
        if currency != HOME and (currency, year) not in rates:
            rule = f"{currency} has no exchange rate for {year}"
            column = "price_year" if currency in currencies else "currency"
            fix = suggest(currency, currencies - {currency}, "add it to tables/exchange_rates.csv")
            fix = "add it to tables/exchange_rates.csv" if currency in currencies else fix
            yield At("prices", row, column).fault(year if currency in currencies else currency, rule, fix)
        if year not in years:
            rule = f"index {PRICE_INDEX} has no value for {year}"
            yield At("prices", row, "price_year").fault(year, rule, "add it to tables/deflators.csv")
    yield from _units(case)


def _units(case: Case) -> Iterator[Fault]:
    """Units of prices and of the factors that convert them."""
    counted = column_of(case, "commodities", "commodity", "unit")
    factors = set(case.tables["conversions"].select("commodity", "from_unit").iter_rows())
    for row, commodity, unit in rows_of(case, "prices", "commodity", "unit"):
        wanted = UNITS_OF_PRICE.get(unit)
        if wanted is None and (commodity, unit) not in factors:
            rule = f"{commodity} has no conversion from {unit} to {counted[commodity]}"
            yield At("prices", row, "unit").fault(unit, rule, "add it to tables/conversions.csv")
        elif wanted is not None and counted[commodity] != wanted:
            rule = f"{commodity} is counted in {counted[commodity]}, not bought by the {unit}"
            yield At("prices", row, "unit").fault(unit, rule, "correct the unit or the commodity")
    for row, commodity, quoted, unit in rows_of(case, "conversions", "commodity", "from_unit", "unit"):
        wanted = f"{counted[commodity]} per {quoted}"
        if unit != wanted:
            rule = f"the factor of {commodity} is in {wanted}"
            yield At("conversions", row, "unit").fault(unit, rule, "convert the factor to that unit")


def cost_shares_describe_cells(case: Case) -> Iterator[Fault]:
    """A share of cost is of a cell, and materials, by which cost is divided, are not nothing."""
    counted = column_of(case, "commodities", "commodity", "unit")
    for row, commodity, component, value in rows_of(
        case, "cell_cost_shares", "commodity", "component", "value"
    ):
        if commodity is not None and counted[commodity] != "GWh":
            rule = f"{commodity} is no cell"
            yield At("cell_cost_shares", row, "commodity").fault(commodity, rule, "name a cell, or nothing")
        if component == "materials" and value <= 0:
            rule = "materials have a share above 0"
            yield At("cell_cost_shares", row, "value").fault(value, rule, "write the share published")


def priced_cells_have_all_prices(case: Case) -> Iterator[Fault]:
    """A cell whose cathode has a price can be costed: its inputs have one, and its family a share."""
    priced = set(case.tables["prices"].select("deck", "commodity").iter_rows())
    family = column_of(case, "commodities", "commodity", "family")
    costed = {
        family[cell]
        for _, cell, part in rows_of(case, "cell_cost_shares", "commodity", "component")
        if part == "materials" and cell is not None
    }
    inputs: dict[str, set[str]] = {}
    reference = column_of(case, "recipes", "recipe", "reference")
    for _, recipe, role, commodity in rows_of(case, "recipe_flows", "recipe", "role", "commodity"):
        if role == "ingredient":
            inputs.setdefault(reference[recipe], set()).add(commodity)
    for row, deck, cathode in rows_of(case, "prices", "deck", "commodity"):
        cell = f"cell_{cathode.removeprefix('cam_')}"
        if not cathode.startswith("cam_") or cell not in inputs:
            continue
        at = At("prices", row, "commodity")
        for part in sorted(inputs[cell]):
            names = BLENDS.get(part, (part,))
            if not any((d, name) in priced for d in (deck, FALLBACK_DECK) for name in names):
                rule = f"{cell} has a priced cathode, but {part} has no price in {deck} or {FALLBACK_DECK}"
                yield at.fault(cathode, rule, f"add a price of {names[0]} to tables/prices.csv")
        if family[cell] not in costed:
            rule = f"no cell of family {family[cell]} has a share of materials in its cost"
            yield at.fault(cathode, rule, "add component materials to tables/cell_cost_shares.csv")
