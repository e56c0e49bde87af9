"""Black mass: balances for any feed, shares, fluorine, classes of metals, and what is said to be wrong."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from one_unit import Alone, assert_sound
from pydantic import ValidationError

from orecell.core.formula import parse_formula
from orecell.plant.preparation import KIND, OUTLETS, PrepareSettings, Role, role_of, shares_of

NMC = "LiNi0.8Mn0.1Co0.1O2"
SHARES_BY_MASS = {
    NMC: 0.377,
    "C": 0.218,
    "Al": 0.08,
    "Cu": 0.12,
    "Fe": 0.01,
    "LiPF6": 0.018,
    "C3H4O3": 0.06,
    "C3H6O3": 0.06,
    "C2H2F2": 0.015,
    "C3H6": 0.042,
}
CELL = {name: 1000 * share / parse_formula(name).molar_mass for name, share in SHARES_BY_MASS.items()}
ROLES: tuple[Role, ...] = (
    "active",
    "carbon",
    "aluminum",
    "copper",
    "steel",
    "plastic",
    "binder",
    "salt",
    "solvent",
)
OTHERS = ("LiFePO4", "SiO2", "C10H8O4", "C5H10O3", "C2F4", "H2O", "Ni", "LiF")

amounts = st.one_of(st.just(0.0), st.floats(1e-6, 50.0))


@settings(max_examples=80, deadline=None)
@given(
    feed=st.fixed_dictionaries({}, optional=dict.fromkeys((*CELL, *OTHERS), amounts)),
    thermal=st.booleans(),
    burnt=st.floats(0, 0.999),
    captured=st.floats(0, 0.999),
)
def test_balance_closes_for_any_feed(
    feed: dict[str, float], thermal: bool, burnt: float, captured: float
) -> None:
    alone = Alone(
        KIND,
        feed,
        thermal=thermal,
        plastic_burnt_fraction=burnt,
        salt_decomposed_fraction=burnt,
        captured_fraction=captured,
        solvent_evaporated_fraction=burnt,
    )
    assert_sound(alone)


@pytest.mark.parametrize("thermal", [False, True])
def test_no_feed_is_no_crash(thermal: bool) -> None:
    alone = Alone(KIND, dict.fromkeys(CELL, 0.0), thermal=thermal)
    assert_sound(alone)
    assert alone.remarks == ""


@pytest.mark.parametrize(
    ("formula", "role"),
    [
        (NMC, "active"),
        ("LiFePO4", "active"),
        ("SiO2", "active"),
        ("C", "carbon"),
        ("Al", "aluminum"),
        ("Cu", "copper"),
        ("Fe", "steel"),
        ("LiPF6", "salt"),
        ("C3H4O3", "solvent"),
        ("C2H2F2", "binder"),
        ("C3H6", "plastic"),
        ("CO2", "active"),
    ],
)
def test_roles_follow_from_formulas(formula: str, role: str) -> None:
    assert role_of(formula) == role


@pytest.mark.parametrize("thermal", [False, True])
@pytest.mark.parametrize("role", ROLES)
def test_shares_of_a_role_sum_to_one_and_none_is_recovered_in_full(role: Role, thermal: bool) -> None:
    found = shares_of(role, PrepareSettings(thermal=thermal))
    assert sum(found.values()) == pytest.approx(1.0, abs=1e-12)
    assert set(found) == set(OUTLETS)
    assert all(0.0 < share < 1.0 for share in found.values())


def test_components_go_where_their_shares_send_them() -> None:
    alone = Alone(KIND, CELL)
    assert alone.kmol("aluminum", NMC) == pytest.approx(0.02 * CELL[NMC])
    assert alone.kmol("black_mass", NMC) == pytest.approx(0.963 * CELL[NMC])
    assert alone.kmol("black_mass", "Al") == pytest.approx(0.077 * CELL["Al"])
    assert alone.kmol("aluminum", "Al") == pytest.approx(0.888 * CELL["Al"])
    assert alone.kmol("off_gas", "C3H4O3") == pytest.approx(0.9 * CELL["C3H4O3"])
    assert alone.kg("scrubber_solids") == 0.0
    assert alone.outcome.reagents == {}


def test_shares_of_the_settings_replace_those_of_the_table() -> None:
    alone = Alone(KIND, CELL, shares={"active": {"aluminum": 0.15}, "copper": {"black_mass": 0.3}})
    assert alone.kmol("black_mass", NMC) == pytest.approx(0.85 * CELL[NMC])
    assert alone.kmol("copper", "Cu") == pytest.approx(0.7 * CELL["Cu"])
    assert "15% of the active material is lost" in alone.remarks
    assert "copper metal, above 5 %" in alone.remarks


@pytest.mark.parametrize(
    ("shares", "why"),
    [
        ({"active": {"aluminum": 0.0}}, "always lost"),
        ({"active": {}}, "always lost"),
        ({"active": {"black_mass": 0.9}}, "own output"),
        ({"copper": {"steel": 0.6, "aluminum": 0.4}}, "sum to less than 1"),
        ({"copper": {"steel": -0.1}}, "not negative"),
        ({"nickel": {"steel": 0.1}}, "Input should be"),
    ],
)
def test_impossible_shares_are_refused(shares: dict[str, Any], why: str) -> None:
    with pytest.raises(ValidationError, match=why):
        KIND.settings(shares=shares)


def test_a_role_can_be_given() -> None:
    alone = Alone(KIND, {"C2F4": 1.0}, roles={"C2F4": "plastic"})
    assert alone.kmol("plastics", "C2F4") > 0.9


def test_a_sixth_of_the_fluorine_of_decomposed_salt_stays_as_fluoride_of_lithium() -> None:
    alone = Alone(KIND, {NMC: 1.0, "LiPF6": 1.0}, thermal=True, salt_decomposed_fraction=0.9)
    kept = sum(alone.kmol(port, "LiF") for port in OUTLETS)
    assert kept == pytest.approx(0.9)
    caught = 2 * alone.kmol("scrubber_solids", "CaF2")
    assert caught == pytest.approx(0.99 * 5 * 0.9)
    assert alone.kmol("off_gas", "HF") == pytest.approx(0.01 * 5 * 0.9)
    assert 2 * alone.kmol("scrubber_solids", "Ca3(PO4)2") == pytest.approx(0.99 * 0.9)


def test_lime_is_dosed_over_what_the_acids_take() -> None:
    alone = Alone(KIND, {"LiPF6": 1.0, "C": 1.0}, thermal=True, salt_decomposed_fraction=0.5, lime_excess=1.5)
    # 2.5 HF take 1.25 Ca(OH)2 and half a mole of phosphoric acid takes 0.75; 99 % is captured.
    assert alone.bought("caoh2_solid") / 74.093 == pytest.approx(1.5 * 0.99 * 2.0, rel=1e-4)
    assert alone.kmol("scrubber_solids", "Ca(OH)2") == pytest.approx(0.5 * 0.99 * 2.0)


def test_organics_burn_to_carbon_dioxide_and_water() -> None:
    alone = Alone(KIND, {"C3H6": 1.0}, thermal=True, plastic_burnt_fraction=0.9)
    # C3H6 + 4.5 O2 = 3 CO2 + 3 H2O with a fifth of air in excess.
    assert alone.kmol("off_gas", "CO2") == pytest.approx(2.7)
    assert alone.kmol("off_gas", "H2O") == pytest.approx(2.7)
    assert alone.kmol("off_gas", "O2") == pytest.approx(0.2 * 0.9 * 4.5)


def test_moist_air_brings_the_water_that_dry_salt_lacks() -> None:
    alone = Alone(KIND, {"LiPF6": 1.0}, thermal=True)
    assert alone.bought("water") > 0.0
    assert_sound(alone)


def test_thermal_treatment_takes_fluorine_out_of_black_mass() -> None:
    cold, hot = Alone(KIND, CELL), Alone(KIND, CELL, thermal=True)
    fluorine = [run.outcome.detail.composition["F"] for run in (cold, hot)]
    assert fluorine[0] > 0.02
    assert fluorine[1] < 0.01
    assert "fluorine" in cold.remarks
    assert "fluorine" not in hot.remarks


def test_the_more_binder_burns_the_less_fluorine_is_left() -> None:
    found = [
        Alone(KIND, CELL, thermal=True, binder_burnt_fraction=x).outcome.detail.composition["F"]
        for x in (0.1, 0.5, 0.9, 0.99)
    ]
    assert found == sorted(found, reverse=True)


def test_solvent_vapor_that_nobody_burns_is_named() -> None:
    assert "108 kg/h of solvent" in Alone(KIND, CELL).remarks
    assert "solvent" not in Alone(KIND, CELL, thermal=True).remarks


def test_aluminum_comes_in_the_classes_of_foil_and_housings() -> None:
    alone = Alone(KIND, CELL, feed="packs", housing_class="6xxx")
    found = {p.alloy_class: p for p in alone.outcome.detail.by_products if p.stream == "aluminum"}
    assert set(found) == {"1xxx", "6xxx"}
    held = alone.kmol("aluminum", "Al") * 26.982
    assert found["6xxx"].kg_per_h == pytest.approx(0.8 * held, rel=1e-4)
    assert found["1xxx"].kg_per_h == pytest.approx(0.2 * held, rel=1e-4)
    assert found["1xxx"].purity_fraction == pytest.approx(held / alone.kg("aluminum"), rel=1e-4)
    assert found["1xxx"].purity_fraction < 1.0


def test_electrode_scrap_has_foil_alone() -> None:
    alone = Alone(KIND, {NMC: 5.0, "Al": 1.0, "C2H2F2": 0.1}, feed="scrap")
    assert [p.alloy_class for p in alone.outcome.detail.by_products] == ["1xxx"]


def test_metal_left_in_black_mass_of_cells_is_of_the_size_that_analyses_show() -> None:
    for thermal in (False, True):
        alone = Alone(KIND, CELL, thermal=thermal)
        composition = alone.outcome.detail.composition
        assert 0.01 < composition["Al"] + composition["Cu"] < 0.05
        assert 0.5 < alone.outcome.detail.black_mass_fraction < 0.7


def test_yields_and_composition_are_those_of_the_streams() -> None:
    alone = Alone(KIND, CELL)
    told = alone.outcome.detail
    assert sum(told.composition.values()) == pytest.approx(1.0)
    assert told.recovered["active"] == pytest.approx(0.963)
    assert told.black_mass_fraction == pytest.approx(alone.kg("black_mass") / 1000, rel=1e-9)
