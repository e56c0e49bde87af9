"""Products against their specifications, with shares worked out by hand."""

from __future__ import annotations

import pytest

from orecell.errors import InputError
from orecell.plant.flowsheet import Product, Solution
from orecell.plant.purity import PurityRow, failing, is_hydrate_of, main_element, purity
from small_plants import cobalt, one_stream

LITHIUM = Product("stream", "li2co3", "li2co3")


def _rows(flows: dict[str, float], specification: str) -> dict[str, PurityRow]:
    product = Product("stream", specification, specification)
    solution = one_stream("solid", flows, product)
    return {row.item: row for row in purity(solution, product)}


def test_an_element_is_judged_by_its_mass() -> None:
    rows = _rows({"Li2CO3": 1.0, "NaCl": 0.001}, "li2co3")
    # NaCl 58.44 g, Na 22.990 g and Cl 35.45 g, each times 0.001, in 73.888 + 0.058 g
    total = 73.888 + 0.05844
    assert rows["Na"].found_percent == pytest.approx(100 * 0.02299 / total, rel=1e-3)
    assert rows["Na"].found_ppm == pytest.approx(1e6 * 0.02299 / total, rel=1e-3)
    assert rows["Na"].limit_ppm == 250.0
    assert rows["Na"].passes is False
    assert rows["Cl"].passes is False


def test_a_compound_counts_by_its_element_less_other_compounds_of_it() -> None:
    rows = _rows({"Li2CO3": 1.0, "Li2SO4": 0.01}, "li2co3")
    # 73.888 of 73.888 + 1.0994; counting all lithium as carbonate would give more
    assert rows["Li2CO3"].found_percent == pytest.approx(100 * 73.888 / (73.888 + 1.0994), rel=1e-4)
    assert rows["Li2CO3"].passes is False
    assert "counted as Li2CO3" in rows["Li2CO3"].note


def test_crystal_water_does_not_make_another_compound() -> None:
    rows = _rows({"LiOH*H2O": 1.0}, "lioh_h2o")
    assert rows["LiOH"].found_percent == pytest.approx(100 * 23.947 / 41.962, rel=1e-4)
    assert rows["LiOH"].passes is True
    assert is_hydrate_of("LiOH*H2O", "LiOH")
    assert is_hydrate_of("Li2CO3", "Li2CO3")
    assert not is_hydrate_of("Li2SO4", "Li2CO3")
    assert not is_hydrate_of("Li+", "LiOH")


def test_a_sum_of_elements_is_one_item() -> None:
    rows = _rows({"Ni(OH)2": 0.6, "Co(OH)2": 0.2, "Mn(OH)2": 0.2, "Na2SO4": 0.002}, "pcam")
    metals = 0.6 * 58.693 + 0.2 * 58.933 + 0.2 * 54.938
    total = metals + 2 * 17.007 + 0.002 * 142.04
    assert rows["Ni+Co+Mn"].found_percent == pytest.approx(100 * metals / total, rel=1e-3)
    assert rows["Ni+Co+Mn"].passes is True
    assert rows["S"].found_percent == pytest.approx(100 * 0.002 * 32.06 / total, rel=1e-3)


def test_what_the_plant_knows_nothing_of_is_not_judged() -> None:
    rows = _rows({"Li2CO3": 1.0}, "li2co3")
    assert (rows["Ca"].found_percent, rows["Ca"].passes) == (None, None)
    assert "not judged" in rows["Ca"].note
    assert failing(list(rows.values())) == []


def test_a_product_at_its_limit_passes() -> None:
    # 0.025 % of sodium is the limit
    sodium = 0.00025 / 22.990
    rest = (1.0 - sodium * 105.99 / 2.0) / 73.888
    rows = _rows({"Li2CO3": rest, "Na2CO3": sodium / 2.0 * (1 - 1e-6)}, "li2co3")
    assert rows["Na"].found_percent == pytest.approx(0.025, rel=1e-4)
    assert rows["Na"].passes is True


def test_shares_of_a_real_product_follow_from_its_stream() -> None:
    solution = cobalt()
    product = solution.flowsheet.products[0]
    rows = {row.item: row for row in purity(solution, product)}
    kilograms = solution.streams["coso4"].mass(solution.components)
    nickel = solution.elements("coso4")["Ni"] * 58.693
    assert rows["Ni"].found_percent == pytest.approx(100 * nickel / kilograms)
    assert rows["Pb"].passes is None
    assert rows["Co"].kind == "min"


def test_products_without_specification_and_unknown_ones() -> None:
    solution = one_stream("solid", {"Li2CO3": 1.0})
    assert purity(solution, Product("stream", "li2co3")) == []
    with pytest.raises(InputError, match="not in the table of specifications"):
        purity(solution, Product("stream", "x", "no_such_product"))


def test_a_product_that_is_not_made_is_refused() -> None:
    solution: Solution = one_stream("solid", {"Li2CO3": 0.0})
    with pytest.raises(InputError, match="not made"):
        purity(solution, LITHIUM)


def test_the_main_element_is_no_side_element() -> None:
    assert [main_element(name) for name in ("Li2CO3", "LiOH", "NiSO4*6H2O")] == ["Li", "Li", "Ni"]
    with pytest.raises(InputError, match="no element to assay"):
        main_element("H2O")
