"""Evaporation and crystallization: balances by hand, impurities against recovery, limits of water."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from one_unit import assert_sound
from pydantic import ValidationError
from wet_unit import WATER_KMOL, Wet, liquor, mass

from orecell.errors import InputError
from orecell.plant.crystallization import (
    CRYSTALLIZE,
    EVAPORATE,
    CrystallizeSettings,
    EvaporateSettings,
    ions_of,
    salt_of,
    solubility,
)
from orecell.plant.stream import aqueous_volume

NICKEL = "NiSO4*6H2O"


def crystallized(contents: dict[str, float], crystal: str = NICKEL, acid: float = 0.0, **changed: Any) -> Wet:
    return Wet(CRYSTALLIZE, liquor(contents, acid=acid), crystal=crystal, **changed)


def test_solubility_is_that_of_the_table_and_straight_between() -> None:
    # NiSO4: 49.2 g per 100 g of water at 40 C, 55.6 at 60 C.
    assert solubility("NiSO4", 40.0) == pytest.approx(492.0 / mass("NiSO4"))
    assert solubility("NiSO4", 50.0) == pytest.approx(524.0 / mass("NiSO4"))
    with pytest.raises(InputError, match="NaNO3"):
        solubility("NaNO3", 25.0)


def test_a_hydrate_holds_its_ions_and_its_water() -> None:
    assert salt_of(NICKEL) == "NiSO4"
    assert ions_of(NICKEL) == ((("Ni+2", 1.0), ("SO4-2", 1.0)), 6.0)
    assert ions_of("Na2SO4") == ((("Na+", 2.0), ("SO4-2", 1.0)), 0.0)
    for wrong in ("LiOH*H2O", "NiO", "C"):
        with pytest.raises(InputError):
            ions_of(wrong)


def test_a_crystallizer_by_hand() -> None:
    """1 kmol of NiSO4 in 1 m3, 90 % crystallized at 40 C: a tenth stays in as much water as it saturates."""
    found = crystallized({"Ni+2": mass("Ni")}, recovery=0.9, temperature_c=40)
    assert found.kmol("crystals", NICKEL) == pytest.approx(0.9)
    assert found.kg("crystals") == pytest.approx(0.9 * 262.85, rel=1e-3)
    assert found.kmol("bleed", "Ni+2") == pytest.approx(0.1)
    water = 0.1 * 154.76 / 0.492
    assert found.kmol("bleed", "H2O") * mass("H2O") == pytest.approx(water, rel=1e-3)
    assert found.kmol("condensate", "H2O") == pytest.approx(WATER_KMOL - 5.4 - water / 18.015, rel=1e-3)
    assert found.remarks == ""


def test_impurity_in_crystals_by_hand() -> None:
    """fed = k m C + m (B + w C): k = 0.1, w = 0.005, C = 0.9, B = 0.1 for isomorphous cobalt."""
    found = crystallized({"Ni+2": mass("Ni"), "Co+2": 0.01 * mass("Co")}, recovery=0.9)
    ratio = 0.01 / (0.1 * 0.9 + 0.1 + 0.005 * 0.9)
    assert found.kmol("crystals", "Co+2") == pytest.approx(ratio * 0.105 * 0.9)
    assert found.outcome.detail["concentration_factor"] == pytest.approx(1 / (0.1 + 0.0045))
    # Sulfate makes it neutral.
    assert found.kmol("crystals", "SO4-2") == pytest.approx(found.kmol("crystals", "Co+2"))


def test_lattice_of_the_file_replaces_the_default() -> None:
    none = crystallized({"Ni+2": 60.0, "Co+2": 1.0}, lattice={"Co+2": 0.0}, kept_liquor=0.0)
    assert none.kmol("crystals", "Co+2") == 0.0


@pytest.mark.parametrize("impurity", ["Co+2", "Mg+2", "Na+", "Cl-"])
def test_a_higher_recovery_makes_dirtier_crystals(impurity: str) -> None:
    held = {"Ni+2": 60.0, impurity: 0.5}
    runs = [crystallized(held, recovery=r) for r in (0.5, 0.8, 0.9, 0.95, 0.99, 0.999)]
    dirt = [run.kmol("crystals", impurity) / run.kmol("crystals", NICKEL) for run in runs]
    assert dirt == sorted(dirt)
    assert dirt[0] < dirt[-1]


def test_better_washed_crystals_are_cleaner() -> None:
    runs = [crystallized({"Ni+2": 60.0, "Na+": 1.0}, kept_liquor=kept) for kept in (0.1, 0.01, 0.0)]
    dirt = [run.kmol("crystals", "Na+") for run in runs]
    assert dirt == sorted(dirt, reverse=True)


def test_a_bleed_kept_wet_by_other_solutes_is_said_to_be_unsaturated() -> None:
    found = crystallized({"Ni+2": 10.0, "Na+": 40.0}, recovery=0.95)
    solutes = (
        found.kg("bleed") - found.kmol("bleed", "H2O") * mass("H2O") - found.kmol("bleed", "Ni+2") * 154.76
    )
    assert solutes / (found.kmol("bleed", "H2O") * mass("H2O")) == pytest.approx(0.3, rel=1e-3)
    assert "salting out must do the rest" in found.remarks


def test_a_feed_with_too_little_water_gives_less_of_a_hydrate_and_says_so() -> None:
    dry = {"Ni+2": 1.0, "SO4-2": 1.0, "H2O": 3.0}
    found = Wet(CRYSTALLIZE, dry, crystal=NICKEL, recovery=0.95)
    assert found.kmol("crystals", NICKEL) == pytest.approx(0.95 * 3.0 / 6.0)
    assert "too little water" in found.remarks
    assert_sound(found)


def test_without_sulfate_to_spare_impurities_are_neutralized_with_hydroxide() -> None:
    feed = {"Ni+2": 1.0, "Co+2": 5.0, "SO4-2": 1.0, "Cl-": 10.0, "H2O": WATER_KMOL}
    found = Wet(CRYSTALLIZE, feed, crystal=NICKEL, recovery=0.999)
    assert_sound(found)
    assert found.kmol("bleed", "SO4-2") >= 0.0


def test_nothing_to_crystallize_is_said() -> None:
    found = crystallized({"Na+": 10.0})
    assert found.remarks == "nothing to crystallize"
    assert found.kg("crystals") == 0.0
    assert_sound(found)


def test_evaporation_reaches_the_concentration_asked_for() -> None:
    found = Wet(EVAPORATE, liquor({"Ni+2": 20.0}), component="Ni+2", g_per_l=80.0)
    stream, components = found.solution.streams["liquor"], found.solution.components
    liters = aqueous_volume(components, stream.flows)
    assert found.kmol("liquor", "Ni+2") * mass("Ni") * 1000 / liters == pytest.approx(80.0, rel=1e-9)
    assert found.outcome.power_kw == pytest.approx(0.04 * found.kg("condensate"))
    assert found.remarks == ""


def test_evaporation_says_why_it_did_not_do_what_was_asked() -> None:
    above = Wet(EVAPORATE, liquor({"Ni+2": 90.0}), component="Ni+2", g_per_l=80.0)
    assert above.kg("condensate") == 0.0
    assert "already above" in above.remarks
    most = Wet(EVAPORATE, liquor({"Ni+2": 1.0}), component="Ni+2", g_per_l=500.0, most_removed=0.5)
    assert most.kmol("condensate", "H2O") == pytest.approx(WATER_KMOL / 2)
    assert "is not reached" in most.remarks
    none = Wet(EVAPORATE, liquor({"Na+": 1.0}), component="Ni+2", g_per_l=80.0)
    assert none.kg("condensate") == 0.0
    assert "no Ni+2" in none.remarks


@pytest.mark.parametrize(
    ("kind", "wrong"),
    [
        (CrystallizeSettings, {"crystal": "NaNO3"}),
        (CrystallizeSettings, {"crystal": "NiSO4*"}),
        (CrystallizeSettings, {"crystal": "LiOH*H2O"}),
        (CrystallizeSettings, {"crystal": NICKEL, "recovery": 1.0}),
        (CrystallizeSettings, {"crystal": NICKEL, "lattice": {"Co+2": -0.1}}),
        (EvaporateSettings, {"component": "nickel", "g_per_l": 10}),
        (EvaporateSettings, {"component": "Ni+2", "g_per_l": 0}),
        (EvaporateSettings, {"component": "Ni+2", "g_per_l": 10, "most_removed": 1}),
    ],
)
def test_settings_that_make_no_sense_are_refused(kind: Any, wrong: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        kind(**wrong)


amounts = st.one_of(st.just(0.0), st.floats(1e-9, 1e-5), st.floats(0.01, 100.0))
ions = st.dictionaries(
    st.sampled_from(["Ni+2", "Co+2", "Mn+2", "Na+", "Li+", "Mg+2", "Cl-", "F-", "NH3", "CO3-2"]), amounts
)


@settings(max_examples=150, deadline=None)
@given(
    held=ions,
    acid=st.floats(0, 10),
    water=st.one_of(st.floats(0.0, 3.0), st.just(WATER_KMOL)),
    crystal=st.sampled_from([NICKEL, "CoSO4*7H2O", "MnSO4*H2O", "Na2SO4", "Li2CO3"]),
    recovery=st.floats(0.01, 0.999),
    temperature=st.floats(0, 100),
    kept=st.floats(0, 0.2),
)
def test_crystallization_closes_for_any_liquor(
    held: dict[str, float],
    acid: float,
    water: float,
    crystal: str,
    recovery: float,
    temperature: float,
    kept: float,
) -> None:
    feed = liquor(held, acid=acid + sum(held.get(n, 0.0) for n in ("Cl-", "F-", "CO3-2")))
    how = {"crystal": crystal, "recovery": recovery, "temperature_c": temperature, "kept_liquor": kept}
    found = Wet(CRYSTALLIZE, {**feed, "H2O": water}, **how)
    assert_sound(found)
    for ion, _ in ions_of(crystal)[0]:
        if found.kmol("crystals", crystal) > 0.0:
            assert found.kmol("bleed", ion) > 0.0


@settings(max_examples=150, deadline=None)
@given(held=ions, grams=st.floats(0.01, 2000), most=st.floats(0.01, 0.99))
def test_evaporation_closes_for_any_liquor(held: dict[str, float], grams: float, most: float) -> None:
    found = Wet(EVAPORATE, liquor(held, acid=20.0), component="Ni+2", g_per_l=grams, most_removed=most)
    assert_sound(found)
    assert found.kmol("liquor", "H2O") > 0.0
