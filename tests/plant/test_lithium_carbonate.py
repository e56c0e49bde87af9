"""Precipitation of lithium carbonate: balances, directions and limits."""

from __future__ import annotations

import math

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lithium_runs import Ran, liquors, ran, sulfate_liquor

from orecell.plant.lithium_carbonate import KIND
from orecell.plant.lithium_equilibrium import precipitate

FEEDS = liquors(
    {"Li+": 4.0, "Na+": 3.0, "K+": 0.5, "Ca+2": 0.05, "Mg+2": 0.1, "NH3": 0.5, "Ni+2": 0.01},
    {"SO4-2": 3.0, "Cl-": 2.0, "F-": 0.1, "CO3-2": 0.5},
)
SETTINGS = st.fixed_dictionaries(
    {
        "carbonate": st.sampled_from(["soda_ash", "co2_naoh"]),
        "excess": st.floats(0.0, 0.5),
        "soda_mol_per_kg": st.sampled_from([0.0, 2.5]),
        "temperature_c": st.sampled_from([20.0, 60.0, 95.0]),
        "wash_stages": st.integers(0, 3),
        "refine": st.booleans(),
        "evaporate_to_g_per_l": st.one_of(st.none(), st.floats(5.0, 30.0)),
    }
)
RELAXED = settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def clean(lithium: float = 10.0, **chosen: object) -> Ran:
    return ran(KIND, sulfate_liquor(lithium), **chosen)


def left(found: Ran) -> float:
    return found.outcome.detail.lithium_left_g_per_kg


@RELAXED
@given(FEEDS, SETTINGS)
def test_atoms_and_charge_close_for_any_liquor(feed: dict[str, float], chosen: dict[str, object]) -> None:
    found = ran(KIND, feed, **chosen)
    if feed["Li+"] > 0.0:
        assert 0.0 <= found.outcome.detail.product_recovery < 1.0


@pytest.mark.parametrize("lithium", [5.0, 10.0, 20.0])
def test_more_soda_leaves_less_lithium(lithium: float) -> None:
    found = [left(clean(lithium, excess=excess)) for excess in (0.0, 0.05, 0.1, 0.2, 0.5)]
    assert found == sorted(found, reverse=True)


@pytest.mark.parametrize("lithium", [10.0, 20.0])
def test_a_hotter_liquor_keeps_less_lithium(lithium: float) -> None:
    found = [left(clean(lithium, temperature_c=t)) for t in (20.0, 40.0, 60.0, 80.0, 95.0)]
    assert found == sorted(found, reverse=True)


def test_a_thicker_liquor_gives_more_in_one_pass() -> None:
    found = [clean(lithium).outcome.detail.single_pass_recovery for lithium in (5.0, 10.0, 20.0, 30.0)]
    assert found == sorted(found)
    assert found[-1] < 1.0


def test_evaporation_reaches_the_concentration_it_is_asked_for() -> None:
    thin = clean(5.0, evaporate_to_g_per_l=20.0)
    thick = clean(20.0)
    # 5 g in a kilogram of water to 20 g/L takes three quarters of the water off, less what the salt fills.
    assert thin.kg("condensate") == pytest.approx(750.0, rel=0.02)
    assert left(thin) == pytest.approx(left(thick), rel=0.01)


def test_lithium_that_is_not_in_the_product_is_in_the_liquors() -> None:
    found = clean(10.0)
    parts = [found.element(port, "Li") for port in ("product", "mother_liquor", "wash_liquor")]
    assert sum(parts) == pytest.approx(10.0 / 6.94, rel=1e-12)
    assert found.says("lithium left 1.6 g/kg, 22% of the feed: recycle")


def test_soda_is_the_stoichiometry_and_the_excess() -> None:
    # Li2SO4 + Na2CO3: 10 kg of lithium take 10/6.94/2 x 105.988 kg of soda, and a tenth more.
    assert clean(10.0, excess=0.1).reagent_kg("na2co3") == pytest.approx(
        1.1 * 10 / 6.94 / 2 * 105.988, rel=1e-4
    )


def test_carbon_dioxide_and_caustic_soda_do_the_same_as_soda() -> None:
    soda = clean(10.0, soda_mol_per_kg=0.0)
    gas = clean(10.0, carbonate="co2_naoh")
    assert gas.amount("off_gas", "CO2") > 0.0
    assert left(gas) == pytest.approx(left(soda), rel=0.03)


def test_acid_takes_soda_and_leaves_as_carbon_dioxide() -> None:
    # 0.2 kmol of H+ drive out 0.1 kmol of CO2.
    found = ran(KIND, sulfate_liquor(10.0, **{"H+": 0.2}))
    assert found.amount("off_gas", "CO2") == pytest.approx(0.1, rel=1e-9)
    assert found.reagent_kg("na2co3") == pytest.approx(clean(10.0).reagent_kg("na2co3") + 10.5988, rel=1e-4)


def test_washing_and_refining_clean_the_product() -> None:
    feed = sulfate_liquor(15.0, **{"Na+": 0.3, "Ca+2": 2e-4, "Mg+2": 3e-4, "F-": 2e-3})
    sodium = [ran(KIND, feed, wash_stages=n).outcome.detail.product_ppm["Na"] for n in (0, 1, 2, 3)]
    assert sodium == sorted(sodium, reverse=True)
    refined = ran(KIND, feed, refine=True).outcome.detail
    crude = ran(KIND, feed).outcome.detail
    for element in ("Na", "S", "Ca", "Mg", "F"):
        assert refined.product_ppm[element] < crude.product_ppm[element]
    assert refined.product_recovery < crude.product_recovery


def test_impurities_dry_to_neutral_salts() -> None:
    found = ran(KIND, sulfate_liquor(15.0, **{"Na+": 0.3, "Ca+2": 2e-4}))
    product = found.outcome.outputs["product"]
    names = {name for i, name in enumerate(found.components.names) if product[i] > 0.0}
    assert {"Li2CO3", "CaCO3", "Na2SO4"} <= names
    assert not any(found.components.charge[found.components.index[name]] for name in names)
    assert found.says("not of battery grade (Na")


def test_a_liquor_full_of_sodium_sulfate_is_named() -> None:
    # 42.5 g of Na2SO4 dissolve in 100 g of water at 100 C: 6.2 kmol/t of sodium are more than that.
    found = ran(KIND, sulfate_liquor(10.0, **{"Na+": 6.5}), soda_mol_per_kg=0.0)
    assert found.says("mother liquor is saturated with Na2SO4")
    assert found.outcome.detail.sulfate_saturation > 1.0
    assert not clean(10.0).says("saturated")


@pytest.mark.parametrize("feed", [{"H2O": 0.0}, {"H2O": 55.0}, {"Li+": 0.0, "SO4-2": 0.0, "H2O": 55.0}])
def test_without_lithium_nothing_happens(feed: dict[str, float]) -> None:
    found = ran(KIND, feed)
    assert found.kg("product") == 0.0
    assert found.says("no lithium")
    assert found.outcome.reagents == {}


def test_a_liquor_too_thin_precipitates_nothing_and_says_so() -> None:
    found = clean(0.2)
    assert found.amount("product", "Li2CO3") == 0.0
    assert found.says("nothing precipitates")


def test_sulfate_keeps_more_lithium_in_solution_than_chloride() -> None:
    # Lithium pairs with sulfate, so that less of it is free.
    sulfate = {"Li+": 1.5, "SO4-2": 0.75, "Na+": 1.6, "CO3-2": 0.8}
    chloride = {"Li+": 1.5, "Cl-": 1.5, "Na+": 1.6, "CO3-2": 0.8}
    assert precipitate(sulfate, 95.0).solid < precipitate(chloride, 95.0).solid


def test_without_carbonate_the_equilibrium_has_no_solid() -> None:
    found = precipitate({"Li+": 1.0, "Cl-": 1.0}, 25.0)
    assert found.solid == 0.0
    assert found.ph == pytest.approx(7.0, abs=0.1)
    assert math.isfinite(found.ionic_strength)
