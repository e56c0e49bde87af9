"""Cell cost build-up: materials of the recipe times their price, plus making the cell.

    material(c) = amount per kWh (losses included) x price,   cell = materials + making

Making is what the published share of materials leaves at the prices of the fallback deck.

Prices come from a named deck; where it lacks a material, the fallback deck supplies it and the row
says so. Value added tax is taken out, currencies are converted at the year's average, and money is
deflated to the price year asked for. Left out: margins, credits and duties.
Source: decks and published cost shares in the case's tables.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from orecell.core.money import Deflator
from orecell.core.units import factor
from orecell.errors import InputError

if TYPE_CHECKING:
    import polars as pl

    from orecell.data.book import Book
    from orecell.data.recipe import Recipe

FALLBACK_DECK = "batpac_2024"
KWH_PER_GWH = 1e6
CONVERSION = "cell making"
_MASS_UNITS = ("t", "kg", "lb")


def price_usd(row: Mapping[str, object], tables: Mapping[str, pl.DataFrame], price_year: int) -> float:
    """A quoted price in USD of `price_year` per unit of the commodity, without tax.

    Args:
        row: a row of table prices.
        tables: typed tables (exchange_rates, deflators, conversions).
        price_year: year of the money wanted.

    Raises:
        InputError: a rate, index or conversion is missing.
    """
    value, year = float(str(row["value"])), int(str(row["price_year"]))
    value /= 1.0 + float(str(row["vat_fraction"]))
    if row["currency"] != "USD":
        table = tables["exchange_rates"].select("currency", "year", "value")
        rates = {y: v for currency, y, v in table.iter_rows() if currency == row["currency"]}
        if year not in rates:
            raise InputError(f"{row['currency']} {year}", "has no exchange rate", "add it to exchange_rates")
        value *= rates[year]
    index = {
        y: v
        for i, y, v in tables["deflators"].select("index", "year", "value").iter_rows()
        if i == "us_cpi_u"
    }
    return Deflator(index).to_year(value, year, price_year) * _per_unit(row, tables)


def _per_unit(row: Mapping[str, object], tables: Mapping[str, pl.DataFrame]) -> float:
    """Quoted units per unit of the commodity."""
    unit = str(row["unit"])
    if unit in _MASS_UNITS:
        return factor("t", unit)
    if unit == "kWh":
        return KWH_PER_GWH
    for commodity, quoted, amount in (
        tables["conversions"].select("commodity", "from_unit", "value").iter_rows()
    ):
        if commodity == row["commodity"] and quoted == unit:
            return 1.0 / float(amount)
    raise InputError(
        f"{row['commodity']} per {unit}", "has no conversion to its unit", "add it to conversions"
    )


def find_price(
    commodity: str, deck: str, tables: Mapping[str, pl.DataFrame], price_year: int
) -> tuple[float, str] | None:
    """Price and the deck it came from, or None if neither the deck nor the fallback has one.

    The blended anode material takes the synthetic price, then the natural one.
    """
    names = ("aam_synthetic", "aam_natural") if commodity == "aam" else (commodity,)
    rows = tables["prices"].to_dicts()
    for source in (deck, FALLBACK_DECK):
        for name in names:
            for row in rows:
                if row["deck"] == source and row["commodity"] == name:
                    return price_usd(row, tables, price_year), source
    return None


def cell_cost_rows(
    book: Book, tables: Mapping[str, pl.DataFrame], price_year: int
) -> list[dict[str, object]]:
    """One row per deck, cell and component; a cell whose cathode has no price in the deck is left out.

    Raises:
        InputError: a price lacks a rate or conversion, or a cell with a priced cathode lacks another
            price or its share of materials.
    """
    making = making_costs(book, tables, price_year)
    names = dict(tables["commodities"].select("commodity", "name").iter_rows())
    rows: list[dict[str, object]] = []
    for deck in sorted(set(tables["prices"]["deck"])):
        for cell in sorted(c for c in book.recipes if c.startswith("cell_")):
            priced = _materials(book.recipes[cell], deck, tables, price_year)
            if not priced:
                continue
            if cell not in making:
                raise InputError(cell, "has no share of materials in its cost", "add it to cell_cost_shares")
            cathode = cell.replace("cell_", "cam_")
            priced[CONVERSION] = (making[cell], "cell_cost_shares")
            total = sum(cost for cost, _ in priced.values())
            rows += [
                {
                    "deck": deck,
                    "cell": cell,
                    "cell_name": names[cell].removeprefix("Cell "),
                    "component": "CAM" if commodity == cathode else names.get(commodity, commodity),
                    "usd_per_kwh": cost,
                    "share_fraction": cost / total,
                    "is_active_material": commodity in (cathode, "aam"),
                    "price_source": source,
                }
                for commodity, (cost, source) in priced.items()
            ]
    return rows


def making_costs(book: Book, tables: Mapping[str, pl.DataFrame], price_year: int) -> dict[str, float]:
    """Cost of making each cell beside its materials [USD/kWh], the same whatever materials cost.

    From the published share of materials, at the prices of the fallback deck that the share belongs to;
    a cell whose cathode has no price there takes the cost of its family.
    """
    family = dict(tables["commodities"].select("commodity", "family").iter_rows())
    found: dict[str, float] = {}
    for cell, share in material_shares(tables).items():
        priced = (
            _materials(book.recipes[cell], FALLBACK_DECK, tables, price_year) if cell in book.recipes else {}
        )
        if priced:
            found[cell] = sum(cost for cost, _ in priced.values()) * (1.0 - share) / share
    by_family = {family[cell]: cost for cell, cost in sorted(found.items())}
    cells = [cell for cell in material_shares(tables) if cell in found or family[cell] in by_family]
    return {cell: found.get(cell, by_family.get(family[cell], 0.0)) for cell in cells}


def material_shares(tables: Mapping[str, pl.DataFrame]) -> dict[str, float]:
    """Published share of materials in the cost of each cell; a cell without one takes its family's.

    Where several studies give one, the last by name counts. A cell whose family has none is absent.
    """
    table = tables["cell_cost_shares"].sort("study", "commodity", "component", nulls_last=False)
    published = {
        cell: value
        for cell, component, value in table.select("commodity", "component", "value").iter_rows()
        if component == "materials" and cell
    }
    family = dict(tables["commodities"].select("commodity", "family").iter_rows())
    by_family = {family[cell]: value for cell, value in published.items()}
    cells = [name for name in family if name.startswith("cell_") and not name.startswith("cell_scrap")]
    known = {cell: published.get(cell, by_family.get(family[cell])) for cell in cells}
    return {cell: value for cell, value in known.items() if value is not None}


def _materials(
    recipe: Recipe, deck: str, tables: Mapping[str, pl.DataFrame], price_year: int
) -> dict[str, tuple[float, str]]:
    """Cost [USD/kWh] and deck of every input, or nothing where the cathode has no price in the deck."""
    cathode = find_price(recipe.reference.replace("cell_", "cam_"), deck, tables, price_year)
    if cathode is None or cathode[1] != deck:
        return {}
    priced: dict[str, tuple[float, str]] = {}
    for commodity, amount in sorted(recipe.inputs.items()):
        found = find_price(commodity, deck, tables, price_year)
        if found is None:
            rule = f"has no price in {deck} or {FALLBACK_DECK}"
            raise InputError(commodity, rule, "add it to tables/prices.csv")
        priced[commodity] = (amount * found[0] / KWH_PER_GWH, found[1])
    return priced
