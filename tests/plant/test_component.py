"""Components: atoms, charges and masses of an ordered set of formulas."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from orecell.core.formula import parse_formula
from orecell.errors import FormulaError
from orecell.plant.component import Components
from orecell.plant.impurity import MASTER

FORMULAS = (*MASTER, "LiNiO2", "Ni0.8Mn0.1Co0.1(OH)2", "NiSO4*6H2O", "H2", "O2", "C", "Na2SO4.10H2O")


def test_water_and_protons_come_first_and_no_formula_comes_twice() -> None:
    assert Components.of(["Ni+2", "H2O", "Ni+2", "SO4-2"]).names == ("H2O", "H+", "Ni+2", "SO4-2")
    assert Components.of([]).names == ("H2O", "H+")


def test_atoms_charge_and_mass_are_those_of_the_formula() -> None:
    components = Components.of(["NiSO4*6H2O", "SO4-2"])
    crystal, sulfate = components.index["NiSO4*6H2O"], components.index["SO4-2"]
    held = dict(zip(components.elements, components.atoms[:, crystal], strict=True))
    assert held == {"H": 12, "O": 10, "S": 1, "Ni": 1}
    assert components.charge[[crystal, sulfate]].tolist() == [0.0, -2.0]
    # Ni 58.693 + S 32.06 + 10 O 15.999 + 12 H 1.008
    assert components.molar_mass[crystal] == pytest.approx(58.693 + 32.06 + 159.99 + 12.096, abs=0.01)


def test_elements_are_in_the_order_of_the_periodic_table() -> None:
    assert Components.of(["LiNiO2", "C", "SO4-2"]).elements == ("H", "Li", "C", "O", "S", "Ni")


def test_a_vector_adds_what_is_named_and_refuses_what_is_not_known() -> None:
    components = Components.of(["Ni+2"])
    assert components.vector({"Ni+2": 2.0, "H2O": 1.0}).tolist() == [1.0, 0.0, 2.0]
    assert components.vector({}).tolist() == [0.0, 0.0, 0.0]
    with pytest.raises(KeyError):
        components.vector({"Co+2": 1.0})


def test_a_formula_that_cannot_be_read_is_refused() -> None:
    with pytest.raises(FormulaError):
        Components.of(["Nii+2"])


def test_the_row_of_an_element_that_nothing_holds_is_zero() -> None:
    components = Components.of(["Ni+2"])
    assert components.element_row("Li").tolist() == [0.0, 0.0, 0.0]
    assert components.element_row("H").tolist() == [2.0, 1.0, 0.0]


@settings(max_examples=150, deadline=None)
@given(st.dictionaries(st.sampled_from(FORMULAS), st.floats(0, 1e6), max_size=8))
def test_amounts_of_elements_are_the_sum_over_formulas_for_any_flows(flows: dict[str, float]) -> None:
    components = Components.of(FORMULAS)
    found = components.element_amounts(components.vector(flows))
    for element in components.elements:
        by_hand = sum(parse_formula(name).atoms.get(element, 0.0) * value for name, value in flows.items())
        assert found[element] == pytest.approx(by_hand, rel=1e-12)
    weights = sum(parse_formula(name).molar_mass * value for name, value in flows.items())
    assert float(components.molar_mass @ components.vector(flows)) == pytest.approx(weights, rel=1e-12)
    assert np.all(components.atoms >= 0.0)
