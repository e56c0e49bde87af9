import dataclasses
from collections.abc import Callable

import polars as pl
import pytest

from orecell.core.elements import LEDGER_ELEMENTS
from orecell.core.tolerances import BALANCE_RELATIVE
from orecell.data.book import Book, read_book
from orecell.data.package import Case


@pytest.fixture(scope="module")
def book(shipped: Case) -> Book:
    found, faults = read_book(shipped.tables)
    assert faults == []
    return found


def test_every_commodity_and_recipe_of_the_case_is_in_the_book(shipped: Case, book: Book) -> None:
    assert sorted(book.commodities) == sorted(shipped.tables["commodities"]["commodity"])
    assert list(book.recipes) == sorted(shipped.tables["recipes"]["recipe"])


def test_every_recipe_balances_every_ledger_element_to_1e9_of_its_throughput(book: Book) -> None:
    compositions = {name: commodity.composition for name, commodity in book.commodities.items()}
    for name, recipe in book.recipes.items():
        residual = recipe.residual(compositions)
        for element in LEDGER_ELEMENTS:
            through = sum(a * compositions[c].get(element, 0.0) for c, a in recipe.inputs.items())
            assert abs(residual[element]) <= BALANCE_RELATIVE * through + 1e-12, (name, element)


def test_no_amount_and_no_loss_is_negative(book: Book) -> None:
    for recipe in book.recipes.values():
        amounts = (*recipe.inputs.values(), *recipe.outputs.values(), *recipe.losses.values())
        assert min((*amounts, *recipe.energy.values())) >= 0.0


def test_a_formula_gives_mass_fractions_and_a_molar_mass(book: Book) -> None:
    lioh = book.commodities["lioh_h2o"]
    assert lioh.molar_mass == pytest.approx(41.962)  # 6.94 + 15.999 + 1.008 + 18.015
    assert lioh.composition["Li"] == pytest.approx(6.94 / 41.962)
    assert lioh.is_rigid


def test_a_mixture_has_the_fractions_of_the_table_and_no_formula(book: Book) -> None:
    mhp = book.commodities["mhp"]
    assert mhp.composition == {"Co": 0.04, "Mn": 0.06, "Ni": 0.38}
    assert mhp.molar_mass is None
    assert not mhp.is_rigid


def test_a_cell_is_what_its_ingredients_are_and_its_scrap_is_the_same(book: Book) -> None:
    cell, scrap = book.commodities["cell_nmc811"], book.commodities["cell_scrap_nmc811"]
    assert cell.composition == scrap.composition
    # Nickel comes from the cathode alone: 1.2741 kg/kWh x 0.8 x 58.693 / 97.281.
    assert cell.composition["Ni"] == pytest.approx(1274.1 * 0.8 * 58.693 / 97.281, rel=1e-4)


def test_a_reject_rate_of_a_tenth_takes_a_ninth_more_of_every_ingredient(book: Book) -> None:
    recipe = book.recipes["cell_nmc811"]
    assert recipe.inputs["cam_nmc811"] == pytest.approx(1274.1 / 0.9)
    assert recipe.outputs == pytest.approx({"cell_nmc811": 1.0, "cell_scrap_nmc811": 1.0 / 9.0})
    assert recipe.losses == {}


def test_kilograms_per_kilowatt_hour_are_thousands_of_tonnes_per_gigawatt_hour(book: Book) -> None:
    assert book.recipes["pack_nmc811"].inputs["steel"] == pytest.approx(1220.09)


def test_black_mass_is_a_tonne_of_what_the_shredder_sends_to_it(book: Book) -> None:
    black = book.commodities["black_mass_nmc811"].composition
    scrap = book.commodities["cell_scrap_nmc811"].composition
    assert sum(black.values()) == pytest.approx(1.0)
    assert black["Ni"] / black["Li"] == pytest.approx(0.97 * scrap["Ni"] / (0.9 * scrap["Li"]))
    amount = book.recipes["shred_nmc811"].outputs["black_mass_nmc811"]
    assert amount * black["Ni"] == pytest.approx(0.97 * scrap["Ni"])


def test_a_recipe_carries_the_energy_of_its_rows(book: Book) -> None:
    assert book.recipes["aam_synthetic_from_coke"].energy == {"electricity": 4.4}
    assert book.recipes["cell_lfp"].energy == {}


Change = Callable[[dict[str, pl.DataFrame]], None]


def broken(shipped: Case, table: str, key: dict[str, str], **cells: object) -> dict[str, pl.DataFrame]:
    match = pl.all_horizontal(pl.col(name) == value for name, value in key.items())
    frame = shipped.tables[table]
    assert frame.filter(match).height >= 1
    changed = frame.with_columns(
        pl.when(match).then(pl.lit(value, dtype=frame.schema[name])).otherwise(pl.col(name)).alias(name)
        for name, value in cells.items()
    )
    return {**shipped.tables, table: changed}


@pytest.mark.parametrize(
    ("table", "key", "cells", "column", "rule"),
    [
        ("commodities", {"commodity": "naoh"}, {"formula": "NaXx"}, "formula", "is not a chemical element"),
        ("commodities", {"commodity": "naoh"}, {"formula": "Tc"}, "formula", "no standard atomic weight"),
        ("commodities", {"commodity": "naoh"}, {"basis": "measured"}, "basis", "has no rows"),
        ("commodities", {"commodity": "naoh"}, {"basis": "assembled"}, "basis", "exactly one recipe"),
        ("commodities", {"commodity": "naoh"}, {"basis": "feed"}, "basis", "exactly one recipe"),
        (
            "recipe_flows",
            {"recipe": "pcam_nmc811", "commodity": "naoh"},
            {"value": 1.9},
            "recipe",
            "Na +0.02489",
        ),
        (
            "recipe_flows",
            {"recipe": "niso4_from_mhp", "role": "carrier"},
            {"commodity": "copper_foil"},
            "recipe",
            "contains no Ni",
        ),
    ],
)
def test_what_cannot_be_built_is_a_fault_and_the_rest_is_built(
    shipped: Case, table: str, key: dict[str, str], cells: dict[str, object], column: str, rule: str
) -> None:
    book, faults = read_book(broken(shipped, table, key, **cells))
    fault = next(fault for fault in faults if fault.file == f"tables/{table}.csv" and rule in fault.rule)
    assert fault.column == column
    assert fault.row
    assert fault.fix
    assert "cam_lfp" in book.recipes


def test_recipes_that_need_a_commodity_without_composition_say_so(shipped: Case) -> None:
    _, faults = read_book(broken(shipped, "commodities", {"commodity": "naoh"}, formula="NaXx"))
    follow = [fault for fault in faults if fault.file == "tables/recipe_flows.csv"]
    assert follow
    assert all(fault.rule == "needs 'naoh', which has no composition" for fault in follow)


def test_the_book_does_not_depend_on_the_order_of_the_rows(shipped: Case, book: Book) -> None:
    turned = {name: frame.reverse() for name, frame in shipped.tables.items()}
    other, faults = read_book(turned)
    assert faults == []
    assert list(other.recipes) == list(book.recipes)
    for name, recipe in book.recipes.items():
        assert dict(other.recipes[name].inputs) == pytest.approx(dict(recipe.inputs), rel=1e-12)
        assert dict(other.recipes[name].losses) == pytest.approx(dict(recipe.losses), rel=1e-9, abs=1e-12)


def test_a_book_is_closed_to_changes(book: Book) -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        book.recipes = {}  # type: ignore[misc]
