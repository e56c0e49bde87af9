"""Bills of materials per kWh of cell against BatPaC 5.2 and GREET, as collected in the chain cases (C2).

Amounts are those in a good cell, before scrap. Tolerance 3 % of the published number or range.
"""

import pytest

from orecell.data.book import Book, read_book
from orecell.data.package import read_case, shipped_case_folder

KWH_PER_GWH = 1e6
KG_PER_T = 1e3
TOLERANCE = 0.03


@pytest.fixture(scope="module")
def book() -> Book:
    found, faults = read_book(read_case(shipped_case_folder()).tables)
    assert faults == []
    return found


def in_a_good_cell(book: Book, cell: str, commodity: str) -> float:
    """Ingredient that ends up in a good cell [kg/kWh]: the input less what is in the rejects."""
    recipe = book.recipes[cell]
    made = sum(recipe.outputs.values())
    return recipe.inputs[commodity] / made * KG_PER_T / KWH_PER_GWH


def of_element(book: Book, cell: str, element: str) -> float:
    """Element in a cell [kg/kWh]."""
    return book.commodities[cell].composition[element] * KG_PER_T / KWH_PER_GWH


@pytest.mark.parametrize(
    ("cell", "commodity", "low", "high"),
    [
        ("cell_nmc811", "cam_nmc811", 1.27, 1.27),
        ("cell_nmc811", "aam", 0.85, 0.89),
        ("cell_lfp", "cam_lfp", 1.93, 1.93),
        ("cell_lfp", "aam", 0.96, 0.99),
    ],
)
def test_active_materials_of_a_kwh_are_those_published(
    book: Book, cell: str, commodity: str, low: float, high: float
) -> None:
    amount = in_a_good_cell(book, cell, commodity)
    assert low * (1 - TOLERANCE) <= amount <= high * (1 + TOLERANCE)


@pytest.mark.parametrize(
    ("cell", "element", "published"),
    [
        ("cell_nmc811", "Ni", 0.61),
        ("cell_nmc811", "Co", 0.076),
        ("cell_nmc811", "Mn", 0.071),
        ("cell_nmc811", "Li", 0.092),
        ("cell_lfp", "Fe", 0.68),
        ("cell_lfp", "Li", 0.089),
    ],
)
def test_elements_of_a_kwh_are_those_published(book: Book, cell: str, element: str, published: float) -> None:
    assert of_element(book, cell, element) == pytest.approx(published, rel=TOLERANCE)


def test_phosphorus_of_an_lfp_cathode_is_that_published_and_the_electrolyte_adds_to_it(book: Book) -> None:
    cathode = in_a_good_cell(book, "cell_lfp", "cam_lfp") * book.commodities["cam_lfp"].composition["P"]
    assert cathode == pytest.approx(0.38, rel=TOLERANCE)
    # The published 0.38 is the cathode alone; LiPF6 of the electrolyte comes on top in our cell.
    salt = in_a_good_cell(book, "cell_lfp", "electrolyte") * book.commodities["electrolyte"].composition["P"]
    assert of_element(book, "cell_lfp", "P") == pytest.approx(cathode + salt, rel=1e-9)
    assert 0.01 < salt < 0.03
