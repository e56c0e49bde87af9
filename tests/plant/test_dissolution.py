"""What solids become in acid, by the atoms of their formulas."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from orecell.core.formula import parse_formula
from orecell.plant.dissolution import IONS, dissolution_of

CASES = [
    # formula, acid, water, electrons, ions
    ("LiNiO2", 4, 2, 1, {"Li+": 1, "Ni+2": 1}),
    ("LiMn2O4", 8, 4, 3, {"Li+": 1, "Mn+2": 2}),
    ("LiFePO4", 0, 0, 0, {"Li+": 1, "Fe+2": 1, "PO4-3": 1}),
    ("Ni0.8Mn0.1Co0.1(OH)2", 2, 2, 0, {"Ni+2": 0.8, "Mn+2": 0.1, "Co+2": 0.1}),
    ("Al2O3", 6, 3, 0, {"Al+3": 2}),
    ("Cu", 0, 0, -2, {"Cu+2": 1}),
    ("Al", 0, 0, -3, {"Al+3": 1}),
    ("LiF", 0, 0, 0, {"Li+": 1, "F-": 1}),
    ("LiPF6", -8, -4, 0, {"Li+": 1, "PO4-3": 1, "F-": 6}),
    ("NiSO4*6H2O", 0, 6, 0, {"Ni+2": 1, "SO4-2": 1}),
    ("Li2CO3", 0, 0, 0, {"Li+": 2, "CO3-2": 1}),
    ("Ni2CO3(OH)2", 2, 2, 0, {"Ni+2": 2, "CO3-2": 1}),
    ("Ni0.8Mn0.1Co0.1CO3", 0, 0, 0, {"Ni+2": 0.8, "Mn+2": 0.1, "Co+2": 0.1, "CO3-2": 1}),
]


@pytest.mark.parametrize(("formula", "acid", "water", "electrons", "ions"), CASES, ids=[c[0] for c in CASES])
def test_a_solid_dissolves_as_its_formula_says(
    formula: str, acid: float, water: float, electrons: float, ions: dict[str, float]
) -> None:
    found = dissolution_of(formula)
    assert found is not None
    assert (found.acid, found.water, found.electrons) == (
        pytest.approx(acid),
        pytest.approx(water),
        electrons,
    )
    assert dict(found.ions) == pytest.approx(ions)


@pytest.mark.parametrize(
    "formula",
    [
        "C",
        "LiC6",
        "SiO2",
        "C2H2F2",
        "H2O",
        "O2",
        "H2SO4",
        "CaC2O4",
        "CaC2O4*5H2O",
        "NiS",
        "Ni3P",
        "HF",
        "CO2",
    ],
)
def test_graphite_polymers_sulfides_and_what_is_no_metal_stay_as_they_are(formula: str) -> None:
    assert dissolution_of(formula) is None


def test_hydroxides_of_mixed_metals_ask_for_no_electrons_at_all() -> None:
    """A trace of one by rounding would make them wait for a reductant."""
    for formula in ("Ni0.8Mn0.1Co0.1(OH)2", "Ni0.6Mn0.2Co0.2(OH)2", "Ni0.33Mn0.33Co0.34(OH)2"):
        found = dissolution_of(formula)
        assert found is not None
        assert found.electrons == 0.0


counts = st.floats(0.01, 6)
metals = st.dictionaries(st.sampled_from(sorted(set(IONS) - {"S", "P", "C", "F"})), counts, min_size=1)


@settings(max_examples=150, deadline=None)
@given(metals, st.dictionaries(st.sampled_from(["O", "H", "F"]), counts))
def test_atoms_and_charge_close_for_any_oxide_hydroxide_or_fluoride(
    held: dict[str, float], others: dict[str, float]
) -> None:
    text = "".join(f"{e}_{count:.3f}" for e, count in {**held, **others}.items())
    found = dissolution_of(text)
    assert found is not None
    atoms = dict(parse_formula(text).atoms)
    for ion, count in found.ions:
        for element, n in parse_formula(ion).atoms.items():
            atoms[element] = atoms.get(element, 0.0) - n * count
    atoms["H"] = atoms.get("H", 0.0) + found.acid - 2.0 * found.water
    atoms["O"] = atoms.get("O", 0.0) - found.water
    assert all(abs(left) < 1e-9 for left in atoms.values()), atoms
    charge = sum((parse_formula(ion).charge or 0) * count for ion, count in found.ions)
    assert charge == pytest.approx(found.acid - found.electrons, abs=1e-8)
