"""Co-precipitation of pCAM and recovery of its ammonia."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from one_unit import assert_sound
from pydantic import ValidationError
from wet_unit import WATER_KMOL, Wet, mass

from orecell.plant.coprecipitation import (
    KIND,
    STRIP,
    CoprecipitateSettings,
    StripSettings,
    optimal_ph,
    solid_shares,
)

DRY = {"moisture": 0.0, "wash_ratio": 0.0, "fines": 0.0}
PURE = {"sulfate_included": 0.0, "basic_sulfate": 0.0}


def sulfates(
    nickel: float = 1.6, cobalt: float = 0.2, manganese: float = 0.2, **more: float
) -> dict[str, float]:
    """Flows [kmol/h] of a cubic meter of sulfates [mol/L]."""
    flows = {"Ni+2": nickel, "Co+2": cobalt, "Mn+2": manganese, **more}
    return {**flows, "SO4-2": nickel + cobalt + manganese, "H2O": WATER_KMOL}


def made(flows: Mapping[str, float], **changed: Any) -> Wet:
    return Wet(KIND, flows, **changed)


def residual(found: Wet, metal: str) -> float:
    """Metal left [mg/kg of water]."""
    return float(found.outcome.detail["residual_mg_per_kg_water"][metal])


def test_optimal_ph_is_the_published_formula() -> None:
    """Shen et al. 2021 at 0.5 mol/L of ammonia: 0.7731 ln 0.5312 + 11.6708."""
    assert optimal_ph(0.5) == pytest.approx(11.6708 - 0.7731 * 0.632616, abs=1e-5)


def test_shares_of_a_solid_solution_by_hand() -> None:
    """1/S + 1/(S + 1) = 1 is solved by the golden ratio."""
    golden = (1 + math.sqrt(5)) / 2
    found = solid_shares({"A": 1.0, "B": 1.0}, {"A": 0.0, "B": 1.0})
    assert found == pytest.approx({"A": 1 / golden, "B": 1 / (golden + 1)})


def test_shares_where_nothing_precipitates_are_those_of_the_first_trace() -> None:
    assert solid_shares({"A": 1.0, "B": 1.0}, {"A": 10.0, "B": 30.0}) == pytest.approx({"A": 0.75, "B": 0.25})


@settings(max_examples=150, deadline=None)
@given(st.lists(st.tuples(st.floats(1e-9, 10), st.floats(0, 1e6)), min_size=1, max_size=6))
def test_shares_sum_to_one_and_satisfy_their_equation(pairs: list[tuple[float, float]]) -> None:
    fed = {str(i): value for i, (value, _) in enumerate(pairs)}
    per_share = {str(i): value for i, (_, value) in enumerate(pairs)}
    found = solid_shares(fed, per_share)
    assert sum(found.values()) == pytest.approx(1.0)
    least = min(fed, key=lambda c: per_share[c])
    solid = fed[least] / found[least] - per_share[least]
    if solid > 1e-6:
        assert found == pytest.approx({c: fed[c] / (solid + per_share[c]) for c in fed}, rel=1e-6)


def test_two_caustic_per_metal_and_one_sodium_sulfate() -> None:
    found = made(sulfates(), ammonia_per_metal=0.0, ph=10.0, cake=DRY, **PURE)
    assert found.reagent("naoh", "Na+") == pytest.approx(4.0, rel=2e-3)
    assert found.kmol("mother_liquor", "SO4-2") == pytest.approx(2.0)
    assert found.kmol("pcam", "Ni(OH)2") == pytest.approx(1.6, rel=1e-4)
    assert found.kmol("pcam", "Co(OH)2") == pytest.approx(0.2, rel=1e-3)


def test_sulfate_in_place_of_hydroxide_saves_two_caustic() -> None:
    how = {"ammonia_per_metal": 0.0, "ph": 10.0, "cake": DRY, "sulfate_included": 0.0}
    plain, basic = (made(sulfates(), **how, basic_sulfate=share) for share in (0.0, 0.05))
    assert basic.kmol("pcam", "NiSO4") == pytest.approx(0.05 * 1.6, rel=1e-4)
    saved = plain.reagent("naoh", "Na+") - basic.reagent("naoh", "Na+")
    assert saved == pytest.approx(2 * 0.05 * 1.6, rel=1e-4)


def test_inclusions_are_per_metal_and_never_more_than_the_liquor_holds() -> None:
    found = made(sulfates(), sulfate_included=0.01, basic_sulfate=0.0, ammonia_per_metal=0.0, cake=DRY)
    assert found.kmol("pcam", "Na2SO4") == pytest.approx(0.01 * 2.0, rel=1e-3)
    chloride = {"Ni+2": 1.0, "Cl-": 2.0, "H2O": WATER_KMOL, "SO4-2": 0.0}
    none = made(chloride, sulfate_included=0.1, basic_sulfate=0.05)
    assert none.element("pcam", "S") == 0.0
    assert_sound(none)


def test_ammonia_is_bought_only_as_far_as_it_lacks() -> None:
    found = made(sulfates(), ammonia_per_metal=0.5, others={"ammonia": {"NH3": 0.4, "H2O": 5.0}}, cake=DRY)
    assert found.reagent("nh3", "NH3") == pytest.approx(1.0 - 0.4)
    plenty = made(sulfates(), ammonia_per_metal=0.5, others={"ammonia": {"NH3": 4.0, "H2O": 5.0}})
    assert plenty.reagent("nh3", "NH3") == 0.0


def test_the_share_shown_is_that_of_the_solid() -> None:
    found = made(sulfates(), ph=9.0, ammonia_per_metal=2.0, cake=DRY, **PURE)
    solids = {c: found.kmol("pcam", f"{c[:2]}(OH)2") for c in ("Ni+2", "Co+2", "Mn+2")}
    total = sum(solids.values())
    assert found.outcome.detail["share"] == pytest.approx({c: v / total for c, v in solids.items()}, abs=1e-8)


@pytest.mark.parametrize("ph", [7.0, 7.5, 8.0, 10.0, 12.0])
@pytest.mark.parametrize("ammonia", [0.0, 0.8, 3.0])
def test_residuals_of_an_ideal_solid_solution_rest_at_any_ph(ph: float, ammonia: float) -> None:
    """Metals whose hydroxide is the more soluble lag behind: Mn more than Co more than Ni without ammonia."""
    found = made(sulfates(), ph=ph, ammonia_per_metal=ammonia)
    assert "rest" not in found.remarks
    assert "not found" not in found.remarks
    if ammonia == 0.0:
        per_metal = [
            residual(found, metal) / fed for metal, fed in (("Ni+2", 1.6), ("Co+2", 0.2), ("Mn+2", 0.2))
        ]
        if ph < 11:
            assert per_metal == sorted(per_metal)


def test_metals_per_share_are_in_the_ratio_of_their_constants() -> None:
    """[Mn]/[Ni] = K_Mn x_Mn / (K_Ni x_Ni) at 25 C, where 10^(15.194 - 12.794) = 251 and complexes are few."""
    found = made(sulfates(0.08, 0.01, 0.01), ph=8.0, ammonia_per_metal=0.0, temperature_c=25)
    share = found.outcome.detail["share"]
    left = {c: residual(found, c) / mass(c) for c in ("Ni+2", "Mn+2")}
    assert left["Mn+2"] / left["Ni+2"] * share["Ni+2"] / share["Mn+2"] == pytest.approx(10**2.4, rel=0.1)


def test_more_ammonia_leaves_more_nickel() -> None:
    left = [residual(made(sulfates(), ammonia_per_metal=share), "Ni+2") for share in (0, 0.2, 0.5, 1, 2, 4)]
    assert left == sorted(left)
    assert left[-1] > 100 * left[0]


def test_a_higher_ph_leaves_less_nickel_and_manganese() -> None:
    runs = [made(sulfates(), ph=ph, ammonia_per_metal=0.5) for ph in (10.5, 11, 11.5, 12)]
    for metal in ("Ni+2", "Mn+2"):
        left = [residual(run, metal) for run in runs]
        assert left == sorted(left, reverse=True)


@pytest.mark.parametrize("setting", ["wash_ratio", "washing"])
def test_more_washing_leaves_less_sodium(setting: str) -> None:
    how = {"moisture": 0.2, "washing": 0.99, "wash_ratio": 8.0}
    runs = [made(sulfates(), cake={**how, setting: value}, **PURE) for value in (0.0, 0.05, 0.1, 0.2)]
    sodium = [run.element("pcam", "Na") for run in runs]
    assert sodium == sorted(sodium, reverse=True)
    assert sodium[0] > sodium[-1] > 0.0


def test_aged_hydroxides_are_less_soluble() -> None:
    fresh, aged = (made(sulfates(), aging=shift) for shift in (0.0, -1.0))
    assert residual(aged, "Ni+2") < residual(fresh, "Ni+2")


def test_a_feed_more_alkaline_than_the_ph_takes_no_caustic_and_says_so() -> None:
    found = made({**sulfates(), "Na+": 5.0, "H+": -5.0}, ph=8.0, ammonia_per_metal=0.0)
    assert found.reagent("naoh", "Na+") == 0.0
    assert found.outcome.detail["ph"] > 11
    assert "no acid is added" in found.remarks


def test_nickel_held_by_ammonia_and_a_ph_far_from_the_published_are_said() -> None:
    assert "stay as ammines" in made(sulfates(), ph=11.0, ammonia_per_metal=2.0).remarks
    assert "is far from" in made(sulfates(), ph=9.0, ammonia_per_metal=1.0).remarks


@pytest.mark.parametrize(
    "flows", [{"H2O": WATER_KMOL}, {"Ni+2": 1e-14, "SO4-2": 1e-14, "H2O": 1.0}, {"H2O": 0.0}]
)
def test_no_metals_are_no_product_and_no_crash(flows: dict[str, float]) -> None:
    found = made({"SO4-2": 0.0, **flows})
    assert found.kg("pcam") == 0.0
    assert "no nickel, cobalt or manganese" in found.remarks
    assert_sound(found)


def test_ammonia_stripped_by_hand() -> None:
    """98 % of 2 kmol leave in water of four times their mass."""
    flows = {"NH3": 2.0, "Na+": 2.0, "SO4-2": 1.0, "H2O": WATER_KMOL}
    found = Wet(STRIP, flows, recovery=0.98, strength=0.2, ph=11.0)
    assert found.kmol("ammonia", "NH3") == pytest.approx(1.96)
    assert found.kmol("ammonia", "H2O") == pytest.approx(1.96 * 17.031 * 4 / 18.015, rel=1e-4)
    assert found.outcome.heat_kw == pytest.approx(8 * 1.96 * 17.031 * 2200 / 3600, rel=1e-4)


def test_ammonium_takes_caustic_to_be_stripped() -> None:
    flows = {"NH3": 2.0, "H+": 2.0, "SO4-2": 1.0, "H2O": WATER_KMOL}
    found = Wet(STRIP, flows, ph=10.0, cake=DRY)
    assert found.reagent("naoh", "Na+") == pytest.approx(2.0, rel=0.03)


def test_metals_precipitate_as_their_ammonia_leaves() -> None:
    flows = {**sulfates(0.1, 0.0, 0.0), "NH3": 3.0}
    runs = [Wet(STRIP, flows, recovery=share) for share in (0.5, 0.9, 0.99)]
    left = [run.element("liquor", "Ni") for run in runs]
    assert left == sorted(left, reverse=True)
    assert runs[-1].lost("sludge", "Ni") > 0.95


@pytest.mark.parametrize(
    ("kind", "wrong"),
    [
        (CoprecipitateSettings, {"ph": 6.0}),
        (CoprecipitateSettings, {"ammonia_per_metal": -0.1}),
        (CoprecipitateSettings, {"hours": math.inf}),
        (StripSettings, {"recovery": 1.0}),
        (StripSettings, {"strength": 0.5}),
    ],
)
def test_settings_that_make_no_sense_are_refused(kind: Any, wrong: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        kind(**wrong)


amounts = st.one_of(st.just(0.0), st.floats(1e-12, 1e-6), st.floats(0.001, 2.5))
contents = st.dictionaries(
    st.sampled_from(["Ni+2", "Co+2", "Mn+2", "Mg+2", "Zn+2", "Cu+2", "Fe+3", "Al+3", "Ca+2", "Li+", "Na+"]),
    amounts,
)


def neutral(held: dict[str, float], ammonia: float, protons: float) -> dict[str, float]:
    charge = sum({"+": 1, "2": 2, "3": 3}[name[-1]] * value for name, value in held.items())
    return {**held, "NH3": ammonia, "H+": protons, "SO4-2": (charge + protons) / 2, "H2O": WATER_KMOL}


@settings(max_examples=150, deadline=None)
@given(
    held=contents,
    acid=st.floats(0, 4),
    ph=st.floats(7, 13),
    ammonia=st.floats(0, 6),
    celsius=st.floats(10, 90),
)
def test_coprecipitation_closes_for_any_feed(
    held: dict[str, float], acid: float, ph: float, ammonia: float, celsius: float
) -> None:
    found = made(neutral(held, 0.0, acid), ph=ph, ammonia_per_metal=ammonia, temperature_c=celsius)
    assert_sound(found)
    for element in ("Ni", "Co"):
        if found.element("fed", element) > 1e-9:
            assert found.element("mother_liquor", element) > 0.0


@settings(max_examples=150, deadline=None)
@given(
    held=contents,
    ammonia=amounts,
    acid=st.floats(0, 2),
    ph=st.floats(8, 13),
    recovery=st.floats(0.01, 0.9999),
)
def test_stripping_closes_for_any_liquor(
    held: dict[str, float], ammonia: float, acid: float, ph: float, recovery: float
) -> None:
    assert_sound(Wet(STRIP, neutral(held, ammonia, acid), ph=ph, recovery=recovery))
