"""Unit operations on graphite: balances, limits, and what acids, lime and furnaces do."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from one_unit import Alone, assert_sound
from pydantic import ValidationError

from orecell.data.chemistry import read_chemistry
from orecell.plant import calcination, graphite, preparation
from orecell.plant.graphite import COAT, CONCENTRATE, GRAPHITIZE, KINDS, SPHERONIZE
from orecell.plant.graphite_purification import PURIFY
from orecell.plant.unit import Kind

C, SIO2 = 12.011, 60.083
SPHERICAL = {"C": 95 / C, "SiO2": 3 / SIO2, "Al2O3": 1 / 101.961, "Fe2O3": 0.5 / 159.687, "CaO": 0.5 / 56.077}
OXIDES = ("SiO2", "Al2O3", "Fe2O3", "CaO", "MgO", "TiO2", "H2O")

amounts = st.one_of(st.just(0.0), st.floats(1e-6, 20.0))
feeds = st.fixed_dictionaries({"C": amounts}, optional=dict.fromkeys(OXIDES, amounts))
shares = st.floats(0.01, 0.99)


@settings(max_examples=60, deadline=None)
@given(feed=feeds, kind=st.sampled_from([CONCENTRATE, SPHERONIZE, COAT, GRAPHITIZE]))
def test_dry_steps_close_for_any_feed(feed: dict[str, float], kind: Kind) -> None:
    assert_sound(Alone(kind, feed))


@settings(max_examples=60, deadline=None)
@given(feed=feeds, hf=st.floats(0, 400), acid=st.floats(0, 400), lime=st.floats(0, 900), share=shares)
def test_purification_by_acid_closes_for_any_feed_and_dose(
    feed: dict[str, float], hf: float, acid: float, lime: float, share: float
) -> None:
    doses = {"hf_kg_per_t": hf, "hcl_kg_per_t": acid, "hno3_kg_per_t": acid / 2, "lime_kg_per_t": lime}
    alone = Alone(PURIFY, feed, dissolved_sio2_fraction=share, dissolved_al2o3_fraction=share, **doses)
    assert_sound(alone)


@settings(max_examples=30, deadline=None)
@given(feed=feeds, removed=shares, kept=shares)
def test_purification_by_heat_closes_for_any_feed(
    feed: dict[str, float], removed: float, kept: float
) -> None:
    alone = Alone(
        PURIFY, feed, route="thermal", thermal_removed_fraction=removed, thermal_carbon_recovery_fraction=kept
    )
    assert_sound(alone)


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
@pytest.mark.parametrize("feed", [{"C": 0.0}, {"C": 0.0, "SiO2": 0.0}, {"C": 0.0, "SiO2": 1.0}])
def test_no_graphite_is_no_crash(kind: Kind, feed: dict[str, float]) -> None:
    assert_sound(Alone(kind, feed))


@pytest.mark.parametrize(
    ("kind", "setting"),
    [
        (CONCENTRATE, "carbon_recovery_fraction"),
        (SPHERONIZE, "yield_fraction"),
        (PURIFY, "carbon_recovery_fraction"),
        (PURIFY, "thermal_carbon_recovery_fraction"),
        (PURIFY, "dissolved_sio2_fraction"),
        (COAT, "graphite_kept_fraction"),
        (GRAPHITIZE, "impurity_removed_fraction"),
    ],
)
def test_nothing_is_recovered_in_full(kind: Kind, setting: str) -> None:
    with pytest.raises(ValidationError):
        kind.settings(**{setting: 1.0})


def test_a_setting_that_does_not_exist_is_refused() -> None:
    with pytest.raises(ValidationError):
        SPHERONIZE.settings(yields=0.5)


def test_flotation_reaches_its_grade_and_recovery() -> None:
    ore = {"C": 11 / C, "SiO2": 89 / SIO2}
    alone = Alone(CONCENTRATE, ore, carbon_recovery_fraction=0.9, concentrate_carbon_fraction=0.95)
    assert alone.kmol("concentrate", "C") == pytest.approx(0.9 * 11 / C)
    # 9.9 kg of carbon at 95 % is 10.421 kg of concentrate.
    assert alone.kg("concentrate") == pytest.approx(9.9 / 0.95, rel=1e-12)
    assert alone.kg("tailings") == pytest.approx(100 - 9.9 / 0.95, rel=1e-4)
    assert alone.remarks == ""


def test_ore_richer_than_the_grade_keeps_its_grade_and_says_so() -> None:
    alone = Alone(CONCENTRATE, {"C": 98 / C, "SiO2": 2 / SIO2})
    assert alone.outcome.detail["carbon_fraction"] == pytest.approx(0.98)
    assert "richer than the concentrate" in alone.remarks


def test_moisture_of_ore_leaves_with_the_tailings_water() -> None:
    dry = Alone(CONCENTRATE, {"C": 1.0, "SiO2": 5.0})
    wet = Alone(CONCENTRATE, {"C": 1.0, "SiO2": 5.0, "H2O": 2.0})
    assert wet.kmol("tailings_water", "H2O") == pytest.approx(dry.kmol("tailings_water", "H2O") + 2.0)


def test_spheres_and_fines_have_the_composition_of_the_feed() -> None:
    alone = Alone(SPHERONIZE, SPHERICAL, yield_fraction=0.45)
    assert alone.kg("spherical") == pytest.approx(45, rel=1e-4)
    assert alone.kmol("fines", "SiO2") == pytest.approx(0.55 * SPHERICAL["SiO2"])


def test_poor_concentrate_is_said_to_be_poor() -> None:
    assert "94 % or more" in Alone(SPHERONIZE, {"C": 90 / C, "SiO2": 10 / SIO2}).remarks


def test_purified_graphite_is_anode_grade_and_fluoride_ends_as_calcium_fluoride() -> None:
    alone = Alone(PURIFY, SPHERICAL, lime_kg_per_t=450)
    assert alone.outcome.detail["carbon_fraction"] >= 0.9995
    assert "fixed carbon" not in alone.remarks
    fluoride = alone.outcome.reagents["hf"][alone.solution.components.index["HF"]]
    assert 2 * alone.kmol("sludge", "CaF2") == pytest.approx(fluoride, rel=0.01)


def test_lime_of_the_inventory_leaves_the_effluent_acid_and_that_is_said() -> None:
    alone = Alone(PURIFY, SPHERICAL)
    assert alone.outcome.detail["effluent_ph"] < 3
    assert "lime neutralizes" in alone.remarks


def test_more_lime_means_a_higher_ph_and_less_fluoride() -> None:
    runs = [Alone(PURIFY, SPHERICAL, lime_kg_per_t=lime) for lime in (200, 300, 400, 440, 480)]
    ph = [run.outcome.detail["effluent_ph"] for run in runs]
    assert ph == sorted(ph)
    assert ph[0] < 2
    assert ph[-1] > 8
    fluoride = [run.kmol("effluent", "F-") for run in runs]
    assert fluoride[0] > fluoride[2] > fluoride[3]


def test_silica_dissolves_as_far_as_hydrofluoric_acid_reaches() -> None:
    feed = {"C": 1000 / C, "SiO2": 1.0}
    plenty = Alone(PURIFY, feed)
    assert plenty.kmol("purified", "SiO2") == pytest.approx(0.005)
    short = Alone(PURIFY, feed, hf_kg_per_t=60)
    acid = short.outcome.reagents["hf"][short.solution.components.index["HF"]]
    # Six HF per silica: H2SiF6.
    assert short.kmol("purified", "SiO2") == pytest.approx(1.0 - acid / 6)
    assert "hydrofluoric acid is short" in short.remarks
    assert "fixed carbon" in short.remarks
    assert "SiO2" in short.remarks


def test_basic_oxides_dissolve_as_far_as_acid_reaches() -> None:
    feed = {"C": 1000 / C, "Fe2O3": 1.0}
    alone = Alone(PURIFY, feed, hf_kg_per_t=0, hno3_kg_per_t=0, hcl_kg_per_t=50)
    acid = alone.outcome.reagents["hcl"][alone.solution.components.index["Cl-"]]
    # Six H+ per Fe2O3.
    assert alone.kmol("purified", "Fe2O3") == pytest.approx(1.0 - acid / 6)
    assert "acid is short" in alone.remarks


def test_what_no_acid_dissolves_is_named() -> None:
    alone = Alone(PURIFY, {"C": 99 / C, "TiO2": 1 / 79.866})
    assert "no acid of this route dissolves TiO2" in alone.remarks


def test_fixed_carbon_rises_with_what_dissolves() -> None:
    found = [
        Alone(PURIFY, SPHERICAL, dissolved_sio2_fraction=x).outcome.detail["carbon_fraction"]
        for x in (0.5, 0.9, 0.99, 0.999)
    ]
    assert found == sorted(found)
    assert found[0] < 0.9995 < found[-1]


def test_heat_drives_impurities_off_as_dust_and_burns_lost_carbon() -> None:
    alone = Alone(PURIFY, SPHERICAL, route="thermal")
    assert alone.outcome.detail["carbon_fraction"] == pytest.approx(0.9999, abs=1e-4)
    assert alone.kmol("sludge", "SiO2") == pytest.approx(0.998 * SPHERICAL["SiO2"])
    assert alone.kmol("off_gas", "CO2") == pytest.approx(0.03 * SPHERICAL["C"])
    assert set(alone.outcome.reagents) == {"air"}
    assert alone.outcome.power_kw == pytest.approx(alone.kg("purified") / 1000 * 4400)


def test_pitch_is_dosed_by_coated_mass_and_its_volatiles_burn() -> None:
    alone = Alone(COAT, {"C": 1000 / C}, pitch_carbon_yield_fraction=0.5, graphite_kept_fraction=0.9653)
    # m = 965.3 + 0.5 p and p = 0.05 m, so m = 965.3 / 0.975.
    assert alone.kg("coated") == pytest.approx(965.3 / 0.975)
    assert alone.bought("pitch") == pytest.approx(0.05 * 965.3 / 0.975)
    assert alone.kmol("off_gas", "CO2") == pytest.approx(0.5 * alone.bought("pitch") / C)
    assert alone.kg("rejects") == pytest.approx(34.7)


def test_synthetic_graphite_takes_coke_and_pitch_of_the_inventory() -> None:
    alone = Alone(GRAPHITIZE, {"C": 803.21 / C})
    assert alone.bought("pitch") == pytest.approx(200.8)
    assert alone.kg("graphite") == pytest.approx(1000 / 1.0204)
    assert alone.outcome.power_kw == pytest.approx(12.0 * 1000 / 1.0204)
    assert "electricity of the furnace is assumed" in alone.remarks
    told = Alone(GRAPHITIZE, {"C": 803.21 / C}, electricity_kwh_per_t=4400)
    assert told.remarks == ""
    assert told.outcome.power_kw == pytest.approx(4.4 * 1000 / 1.0204)


def test_sulfur_of_coke_leaves_as_sulfur_dioxide() -> None:
    alone = Alone(GRAPHITIZE, {"C": 100.0, "S": 1.0}, impurity_removed_fraction=0.98)
    assert alone.kmol("off_gas", "SO2") == pytest.approx(0.98)
    assert alone.kmol("graphite", "S") == pytest.approx(0.02)


def test_every_parameter_of_solids_has_an_owner_and_a_range_where_it_is_assumed() -> None:
    owners = {kind.name for kind in (*graphite.KINDS, *calcination.KINDS, preparation.KIND)} | {"burner"}
    rows: list[Any] = read_chemistry().rows("solid_parameters")
    assert {row["unit"] for row in rows} == owners
    for row in rows:
        assert (row["low"] is None) == (row["high"] is None)
        if row["low"] is not None:
            assert row["low"] <= row["value"] <= row["high"], row
        if row["grade"] == "D":
            assert row["low"] is not None, row
            assert row["note"], row
