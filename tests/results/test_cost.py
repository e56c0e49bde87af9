"""Prices by hand (tax, currency, inflation, units) and the build-up of a cell from them."""

from __future__ import annotations

from typing import Any

import polars as pl
import pytest

from orecell.data.book import Book
from orecell.data.recipe import Recipe
from orecell.errors import InputError
from orecell.results.cost import (
    CONVERSION,
    FALLBACK_DECK,
    cell_cost_rows,
    find_price,
    material_shares,
    price_usd,
)

KG_PER_LB = 0.45359237


def price(commodity: str, value: float, unit: str, **more: Any) -> dict[str, Any]:
    row = {"deck": "spot", "currency": "USD", "price_year": 2025, "vat_fraction": 0.0, **more}
    return {"commodity": commodity, "value": value, "unit": unit, **row}


def tables(*prices: dict[str, Any]) -> dict[str, pl.DataFrame]:
    names = {"cell_x": "nickel", "cell_y": "nickel", "cell_z": "iron", "cell_scrap_x": "nickel"}
    return {
        "prices": pl.DataFrame(list(prices) or None),
        "exchange_rates": pl.DataFrame({"currency": ["CNY"], "year": [2025], "value": [0.14]}),
        "deflators": pl.DataFrame(
            {
                "index": ["us_cpi_u", "us_cpi_u", "cepci"],
                "year": [2024, 2025, 2024],
                "value": [100.0, 110.0, 1.0],
            }
        ),
        "conversions": pl.DataFrame(
            {"commodity": ["electrolyte", "separator"], "from_unit": ["L", "m2"], "value": [0.0012, 1e-6]}
        ),
        "cell_cost_shares": pl.DataFrame(
            {
                "study": ["bnef", "model", "model"],
                "commodity": [None, "cell_x", "cell_x"],
                "component": ["cathode", "materials", "making"],
                "value": [0.51, 0.8, 0.2],
            }
        ),
        "commodities": pl.DataFrame(
            {"commodity": list(names), "family": list(names.values()), "name": [f"Cell {n}" for n in names]}
        ),
    }


@pytest.mark.parametrize(
    ("row", "usd"),
    [
        (price("cam_x", 100.0, "t"), 100.0),
        (price("cam_x", 113.0, "t", vat_fraction=0.13), 100.0),
        (price("cam_x", 1000.0, "t", currency="CNY"), 140.0),
        (price("cam_x", 100.0, "t", price_year=2024), 110.0),
        (price("cam_x", 2.0, "kg"), 2000.0),
        (price("cobalt_metal", 1.0, "lb"), 1000.0 / KG_PER_LB),
        (price("electrolyte", 6.0, "L"), 6.0 / 0.0012),
        (price("separator", 0.9, "m2"), 0.9e6),
        (price("cell_x", 60.0, "kWh"), 60e6),
        (price("cam_x", 1130.0, "t", currency="CNY", vat_fraction=0.13), 140.0),
    ],
)
def test_a_quote_becomes_dollars_of_the_year_per_unit_without_tax(row: dict[str, Any], usd: float) -> None:
    assert price_usd(row, tables(), 2025) == pytest.approx(usd)


def test_a_missing_rate_is_refused_not_taken_as_one() -> None:
    with pytest.raises(InputError, match="has no exchange rate"):
        price_usd(price("cam_x", 1.0, "t", currency="CNY", price_year=2024), tables(), 2025)


def test_a_missing_conversion_is_refused() -> None:
    with pytest.raises(InputError, match="no conversion"):
        price_usd(price("binder", 1.0, "L"), tables(), 2025)


def test_a_deck_without_the_price_falls_back_and_says_so() -> None:
    quotes = (price("binder", 5.0, "kg", deck=FALLBACK_DECK), price("cam_x", 9.0, "kg"))
    assert find_price("binder", "spot", tables(*quotes), 2025) == (pytest.approx(5000.0), FALLBACK_DECK)
    assert find_price("cam_x", "spot", tables(*quotes), 2025) == (pytest.approx(9000.0), "spot")
    assert find_price("gold", "spot", tables(*quotes), 2025) is None


def test_blended_anode_material_takes_the_synthetic_price_first() -> None:
    quotes = (price("aam_natural", 1.0, "kg"), price("aam_synthetic", 2.0, "kg"))
    assert find_price("aam", "spot", tables(*quotes), 2025) == (pytest.approx(2000.0), "spot")
    assert find_price("aam", "spot", tables(*quotes[:1]), 2025) == (pytest.approx(1000.0), "spot")


def test_a_cell_takes_its_own_share_of_materials_then_that_of_its_family_else_none() -> None:
    assert material_shares(tables()) == {"cell_x": 0.8, "cell_y": 0.8}


def recipe(name: str, **inputs: float) -> Recipe:
    return Recipe(f"cell_{name}", f"cell_{name}", inputs, {f"cell_{name}": 1.0}, {})


def book(*recipes: Recipe) -> Book:
    return Book({}, {r.name: r for r in recipes})


def test_a_cell_is_its_materials_and_a_making_cost_that_does_not_follow_their_prices() -> None:
    # Fallback, per kWh: 1.5 kg CAM at 16 + 1 kg AAM at 5 + 0.25 kg foil at 12 = 32 USD; share 0.8: making 8.
    # Spot, per kWh: CAM at 20 and AAM at 5, foil from the fallback = 30 + 5 + 3 = 38, and making 8 again.
    quotes = (
        price("cam_x", 20.0, "kg"),
        price("aam_synthetic", 5.0, "kg"),
        price("cam_x", 16.0, "kg", deck=FALLBACK_DECK),
        price("aam_synthetic", 5.0, "kg", deck=FALLBACK_DECK),
        price("foil", 12.0, "kg", deck=FALLBACK_DECK),
    )
    rows = cell_cost_rows(book(recipe("x", cam_x=1500.0, aam=1000.0, foil=250.0)), tables(*quotes), 2025)
    found = {r["component"]: (r["usd_per_kwh"], r["price_source"]) for r in rows if r["deck"] == "spot"}
    assert found == {
        "CAM": (pytest.approx(30.0), "spot"),
        "aam": (pytest.approx(5.0), "spot"),
        "foil": (pytest.approx(3.0), FALLBACK_DECK),
        CONVERSION: (pytest.approx(8.0), "cell_cost_shares"),
    }
    active = sum(r["share_fraction"] for r in rows if r["is_active_material"] and r["deck"] == "spot")
    assert active == pytest.approx(35.0 / 46.0)


def test_a_cell_whose_cathode_has_no_price_in_the_deck_is_left_out() -> None:
    rows = cell_cost_rows(book(recipe("x", cam_x=1.0)), tables(price("cam_y", 1.0, "kg")), 2025)
    assert rows == []


def test_a_missing_price_of_another_material_is_refused_not_left_out() -> None:
    with pytest.raises(InputError, match="'foil': has no price"):
        cell_cost_rows(book(recipe("x", cam_x=1.0, foil=1.0)), tables(price("cam_x", 1.0, "kg")), 2025)


def test_a_priced_cell_without_a_share_of_materials_is_refused() -> None:
    with pytest.raises(InputError, match="no share of materials"):
        cell_cost_rows(book(recipe("z", cam_z=1.0)), tables(price("cam_z", 1.0, "kg")), 2025)
