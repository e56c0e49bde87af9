"""Acid leach of claystone: balances, acid demand, losses and limits."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lithium_runs import Ran, ran

from orecell.core.formula import parse_formula
from orecell.errors import InputError
from orecell.plant.lithium_claystone import KIND
from orecell.plant.lithium_minerals import mineral_of

ORE = {"KLiMg2Si4O10F2": 0.19, "MgO": 0.09, "CaCO3": 0.08, "Al2O3": 0.07, "Fe2O3": 0.025, "SiO2": 0.545}
"""Mass fractions of a made-up claystone with 3,250 ppm of lithium."""
MINERALS = (
    "KLiMg2Si4O10F2",
    "Li2O",
    "MgO",
    "CaCO3",
    "Al2O3",
    "Fe2O3",
    "FeO",
    "K2O",
    "Na2O",
    "CaF2",
    "SiO2",
    "TiO2",
    "H2O",
)
SETTINGS = st.fixed_dictionaries(
    {
        "acid_t_per_t": st.floats(0.0, 1.0),
        "water_kg_per_kg": st.floats(1.0, 5.0),
        "water_evaporated": st.floats(0.0, 0.8),
        "magnesium_crystallized": st.floats(0.0, 0.9),
        "lithium_uptake": st.floats(0.0, 0.1),
    }
)


def tonne(fractions: dict[str, float]) -> dict[str, float]:
    """A tonne of ore [kmol]."""
    return {name: 1000.0 * share / parse_formula(name).molar_mass for name, share in fractions.items()}


def leached(**chosen: object) -> Ran:
    return ran(KIND, tonne(ORE), **chosen)


@settings(max_examples=80, deadline=None)
@given(
    st.fixed_dictionaries({name: st.one_of(st.just(0.0), st.floats(1e-6, 5.0)) for name in MINERALS}),
    SETTINGS,
)
def test_atoms_and_charge_close_for_any_ore(feed: dict[str, float], chosen: dict[str, object]) -> None:
    found = ran(KIND, feed, **chosen)
    if found.outcome.detail is not None:
        assert 0.0 <= found.outcome.detail.recovery < 1.0


def test_acid_demand_is_the_charge_of_what_dissolves() -> None:
    # Magnesia alone: 40.304 kg take 98.072 kg of acid; nine tenths dissolve.
    found = ran(KIND, tonne({"MgO": 0.1, "SiO2": 0.9}), leached={"Mg": 0.9}, acid_t_per_t=0.5)
    assert found.outcome.detail.acid_t_per_t == pytest.approx(0.1 * 0.9 * 98.072 / 40.304, rel=1e-4)


def test_lithium_lost_after_the_leach_is_in_cakes_and_crystals() -> None:
    found = leached()
    ports = ("liquor", "residue", "magnesium_sulfate", "purification_cake")
    fed = ORE["KLiMg2Si4O10F2"] * 1000.0 / parse_formula("KLiMg2Si4O10F2").molar_mass
    parts = [found.element(port, "Li") for port in ports]
    assert sum(parts) == pytest.approx(fed, rel=1e-12)
    assert min(parts) > 0.0
    assert found.outcome.detail.recovery < found.outcome.detail.leached <= 0.92


def test_too_little_acid_leaves_lithium_in_the_ore_and_says_so() -> None:
    amounts = [leached(acid_t_per_t=t).outcome.detail.recovery for t in (0.1, 0.2, 0.3, 0.4)]
    assert amounts == sorted(amounts)
    assert leached(acid_t_per_t=0.2).says("acid is short")
    assert leached(acid_t_per_t=0.9).says("of the acid finds no mineral")


def test_magnesium_and_calcium_leave_the_liquor() -> None:
    found = leached()
    assert found.element("liquor", "Mg") < 0.01 * found.element("liquor", "Li")
    assert found.element("liquor", "Ca") < 0.01 * found.element("liquor", "Li")
    assert found.amount("liquor", "Al+3") == 0.0
    assert found.amount("residue", "CaSO4*2H2O") > 0.0


def test_limestone_gives_off_what_the_ore_and_the_neutralization_take() -> None:
    found = leached()
    carbon = found.reagent_kg("caco3") / 100.09 / 1.1 + 0.95 * tonne(ORE)["CaCO3"]
    assert found.amount("off_gas", "CO2") == pytest.approx(carbon, rel=2e-3)


@pytest.mark.parametrize("feed", [{"SiO2": 0.0}, {"SiO2": 10.0}])
def test_without_lithium_or_ore_nothing_breaks(feed: dict[str, float]) -> None:
    found = ran(KIND, feed)
    assert found.element("liquor", "Li") == 0.0
    assert found.says("no ")


def test_a_mica_dissolves_to_its_ions_and_silica() -> None:
    # KLiMg2Si4O10F2 + 4 H+ = K+ + Li+ + 2 Mg+2 + 2 F- + 4 SiO2 + 2 H2O.
    mica = mineral_of("KLiMg2Si4O10F2")
    assert mica is not None
    assert (mica.leads, mica.acid, mica.water, mica.silica) == ("Li", 4.0, 2.0, 4.0)
    assert dict(mica.ions) == {"K+": 1.0, "Li+": 1.0, "Mg+2": 2.0, "F-": 2.0}


def test_magnetite_holds_both_kinds_of_iron() -> None:
    magnetite = mineral_of("Fe3O4")
    assert magnetite is not None
    assert dict(magnetite.ions) == {"Fe+2": 1.0, "Fe+3": 2.0}


@pytest.mark.parametrize("formula", ["SiO2", "TiO2", "C", "CuS"])
def test_matter_that_acid_leaves_alone_is_inert(formula: str) -> None:
    assert mineral_of(formula) is None


def test_a_formula_that_is_not_neutral_is_refused() -> None:
    with pytest.raises(InputError, match="is not neutral"):
        mineral_of("Mg3Si4O10")
