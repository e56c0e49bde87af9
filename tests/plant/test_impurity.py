"""Cementation and neutralization: stoichiometry, alkali, what precipitates, and what it costs in metals."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from one_unit import assert_sound
from pydantic import ValidationError
from wet_unit import WATER_KMOL, Wet, liquor, mass

from orecell.data.chemistry import read_chemistry
from orecell.plant.component import Components
from orecell.plant.dissolution import take
from orecell.plant.impurity import (
    CEMENT,
    EQUIVALENTS,
    MASTER,
    NEUTRALIZE,
    CementSettings,
    NeutralizeSettings,
    cemented_share,
    restore,
)
from orecell.plant.speciation import components_of, solid_formula

GOOD = {"Ni+2": 20.0, "Co+2": 10.0, "Mn+2": 5.0, "Li+": 4.0}
BAD = {"Fe+2": 1.0, "Al+3": 3.0}
DRY = {"moisture": 0.0, "wash_ratio": 0.0, "fines": 0.0}


def neutralized(contents: dict[str, float], acid: float = 0.1, **changed: Any) -> Wet:
    return Wet(NEUTRALIZE, liquor(contents, acid=acid), **changed)


def test_copper_left_falls_with_iron_and_is_under_one_percent_at_the_published_ratio() -> None:
    assert cemented_share(1.3) == pytest.approx(0.992)
    found = [cemented_share(ratio) for ratio in (1.0, 1.3, 2.0, 3.0, 5.0)]
    assert found == sorted(found)
    assert found[0] < 1.0
    assert found[-1] == 0.9999


def test_cementation_by_hand() -> None:
    """1 kmol of copper, 2 of iron, 90 % cemented: 1.1 spare, of which half corrodes to hydrogen."""
    feed = {**liquor({}, acid=10.0), "Cu+2": 1.0}
    feed["SO4-2"] += 1.0
    found = Wet(CEMENT, feed, iron_ratio=2, recovery=0.9, corroded=0.5, cake=DRY)
    assert found.kmol("cement", "Cu") == pytest.approx(0.9)
    assert found.kmol("cement", "Fe") == pytest.approx(0.55)
    assert found.kmol("liquor", "Cu+2") == pytest.approx(0.1)
    assert found.kmol("liquor", "Fe+2") == pytest.approx(0.9 + 0.55)
    assert found.kmol("off_gas", "H2") == pytest.approx(0.55)
    assert found.kmol("liquor", "H+") == pytest.approx(10.0 - 1.1)
    assert found.reagent("fe", "Fe") == pytest.approx(2.0)
    assert "mg/L of copper left" in found.remarks


def test_without_acid_spare_iron_stays_metal() -> None:
    found = Wet(CEMENT, liquor({"Cu+2": 3.0}), iron_ratio=2, cake=DRY)
    assert found.kmol("off_gas", "H2") == 0.0
    assert found.element("cement", "Fe") == pytest.approx((2 - cemented_share(2)) * 3 / mass("Cu"), rel=1e-9)


def test_fines_of_cement_count_as_copper_not_cemented() -> None:
    found = Wet(CEMENT, liquor({"Cu+2": 3.0}), recovery=0.9, cake={**DRY, "fines": 0.1})
    assert found.kmol("cement", "Cu") == pytest.approx(0.81 * 3 / mass("Cu"))
    assert found.kmol("liquor", "Cu") == 0.0


@pytest.mark.parametrize("solid", [row["solid"] for row in read_chemistry().rows("solids")])
def test_every_solid_of_the_table_is_taken_out_in_the_components_of_its_row(solid: str) -> None:
    row = read_chemistry().row("solids", solid=solid)
    formula = solid_formula(solid)
    components = Components.of([*MASTER, formula])
    left = components.vector({})
    take(components, components.vector({formula: 1.0}), left)
    assert (-left).tolist() == pytest.approx(components.vector(components_of(row["components"])).tolist())
    back = components.vector({formula: 2.0})
    restore(components, (formula,), back)
    assert back.tolist() == pytest.approx((-2.0 * left).tolist())


@pytest.mark.parametrize("alkali", sorted(EQUIVALENTS))
def test_alkali_pays_for_free_acid_and_for_what_precipitates(alkali: str) -> None:
    """Fe+2 + 0.5 H2O2 + 2 OH- = Fe(OH)3 and H+ + OH- = H2O: two equivalents per iron, one per proton."""
    found = neutralized({"Fe+2": 2.0}, acid=0.2, ph=4.0, alkali=alkali, cake=DRY)
    iron = 2.0 / mass("Fe")
    brought = {"naoh": ("Na+", 1), "caoh2": ("Ca+2", 2), "na2co3": ("Na+", 1), "lioh": ("Li+", 1)}[alkali]
    equivalents = found.reagent(alkali, brought[0]) * brought[1]
    gypsum = found.kmol("cake", "CaSO4.2H2O")
    assert equivalents == pytest.approx(0.2 + 2 * iron, rel=0.01)
    assert found.kmol("cake", "Fe(OH)3") == pytest.approx(iron, rel=0.01)
    assert found.kmol("off_gas", "CO2") == pytest.approx(equivalents / 2 if alkali == "na2co3" else 0.0)
    assert (gypsum > 0) == (alkali == "caoh2")


def test_peroxide_oxidizes_iron_and_its_excess_gives_oxygen() -> None:
    found = neutralized({"Fe+2": 2.0}, oxidant_excess=3.0)
    iron = 2.0 / mass("Fe")
    assert found.reagent("h2o2", "H2O2") == pytest.approx(1.5 * iron)
    assert found.kmol("off_gas", "O2") == pytest.approx(0.5 * iron)
    ferrous = neutralized({"Fe+2": 2.0}, oxidize=False, ph=4.0)
    assert "h2o2" not in ferrous.outcome.reagents
    assert ferrous.lost("cake", "Fe") < 0.01


@pytest.mark.parametrize("ph", [3.0, 4.0, 4.6, 5.0])
def test_the_liquor_leaves_at_the_ph_asked_for(ph: float) -> None:
    """Uptake of nickel as hydroxide sets acid free, which alkali must pay as well."""
    found = neutralized({**GOOD, **BAD}, ph=ph, cake=DRY)
    assert found.ph("liquor") == pytest.approx(ph, abs=0.05)


def test_uptake_by_hand() -> None:
    """Share of nickel lost is 0.54 L/mol times the aluminum precipitated per liter."""
    found = neutralized({**GOOD, "Al+3": 3.0}, ph=5.0, temperature_c=25, cake=DRY)
    aluminum = found.element("cake", "Al") / 1.005
    assert found.lost("cake", "Ni") == pytest.approx(0.54 * aluminum, rel=0.02)
    assert found.lost("cake", "Co") == pytest.approx(0.135 * aluminum, rel=0.02)
    none = neutralized({**GOOD, "Al+3": 3.0}, ph=5.0, uptake={}, cake=DRY)
    assert none.lost("cake", "Ni") == pytest.approx(0.0, abs=1e-9)


def test_fluoride_leaves_with_aluminum() -> None:
    found = neutralized({**GOOD, "Al+3": 3.0, "F-": 2.0}, ph=5.0, fluoride_uptake=0.3, cake=DRY)
    assert found.kmol("cake", "AlF3") * 3 == pytest.approx(0.3 * found.element("cake", "Al"), rel=0.01)


def test_a_liquor_above_the_ph_stays_there_and_no_acid_is_added() -> None:
    flows = {"H2O": WATER_KMOL, "Na+": 0.3, "H+": -0.1, "SO4-2": 0.1, "Mg+2": 0.0}
    found = Wet(NEUTRALIZE, flows, ph=4.0, oxidize=False)
    assert found.reagent("naoh", "Na+") == 0.0
    assert found.outcome.detail["ph"] > 11.5
    assert "no acid is added" in found.remarks


def test_what_precipitates_at_a_ph_above_the_one_asked_for_does() -> None:
    """Nickel fed with too much caustic precipitates, although a lower pH was asked for."""
    nickel = {"H2O": WATER_KMOL, "Ni+2": 0.1, "Na+": 0.3, "H+": -0.2, "SO4-2": 0.15}
    found = Wet(NEUTRALIZE, nickel, ph=4.0, oxidize=False, solids=("nickel_hydroxide",))
    assert found.lost("cake", "Ni") > 0.9


def test_soda_far_above_the_first_constant_of_carbonic_acid_is_warned_of() -> None:
    found = neutralized({"Ni+2": 5.0}, ph=9.0, alkali="na2co3", solids=("nickel_hydroxide",))
    assert "another alkali" in found.remarks
    assert "another alkali" not in neutralized({"Fe+2": 1.0}, ph=4.0, alkali="na2co3").remarks


@pytest.mark.parametrize("element", ["Fe", "Al"])
def test_a_higher_ph_leaves_less_iron_and_aluminum(element: str) -> None:
    left = [neutralized({**GOOD, **BAD}, ph=ph).element("liquor", element) for ph in (2, 3, 3.5, 4, 4.5, 5)]
    assert all(after <= before * (1 + 1e-9) for before, after in pairwise(left))
    assert left[-1] < 0.2 * left[0]


def test_more_aluminum_costs_more_nickel_and_lithium() -> None:
    runs = [neutralized({**GOOD, "Al+3": al}, ph=4.5) for al in (0.5, 1, 2, 4)]
    for element in ("Ni", "Li"):
        lost = [run.lost("cake", element) for run in runs]
        assert lost == sorted(lost)
        assert lost[0] > 0.0


def test_lithium_hydroxide_as_alkali_needs_no_lithium_in_the_feed() -> None:
    found = neutralized({"Al+3": 3.0, "Ni+2": 5.0}, alkali="lioh", ph=4.5)
    assert found.kmol("liquor", "Li+") > 0.0
    assert_sound(found)


@pytest.mark.parametrize(
    ("kind", "wrong"),
    [
        (CementSettings, {"iron_ratio": 0.9}),
        (CementSettings, {"recovery": 1.0}),
        (NeutralizeSettings, {"uptake": {"Cu+2": 0.1}}),
        (NeutralizeSettings, {"uptake": {"Ni+2": -1.0}}),
        (NeutralizeSettings, {"solids": ["ferrihydrit"]}),
        (NeutralizeSettings, {"alkali": "koh"}),
        (NeutralizeSettings, {"ph": 14}),
    ],
)
def test_settings_that_make_no_sense_are_refused(kind: Any, wrong: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        kind(**wrong)


def test_a_solid_that_does_not_exist_is_met_with_the_nearest() -> None:
    with pytest.raises(ValidationError, match="ferrihydrite"):
        NeutralizeSettings(solids=("ferrihydrit",))


traces = st.one_of(st.just(0.0), st.floats(1e-9, 1e-5), st.floats(0.01, 20.0))
contents = st.dictionaries(
    st.sampled_from(
        ["Ni+2", "Co+2", "Mn+2", "Li+", "Fe+2", "Fe+3", "Al+3", "Cu+2", "Ca+2", "Mg+2", "Zn+2", "Na+"]
    ),
    traces,
)
acids = st.one_of(st.just(0.0), st.floats(1e-4, 4.0))


@settings(max_examples=200, deadline=None)
@given(contents, acids, st.floats(1, 5), st.floats(0, 0.1))
def test_cementation_closes_for_any_liquor(
    held: dict[str, float], acid: float, ratio: float, fines: float
) -> None:
    found = Wet(CEMENT, liquor(held, acid=acid), iron_ratio=ratio, cake={"fines": fines})
    assert_sound(found)
    if found.element("fed", "Cu") > 0.0:
        assert found.element("liquor", "Cu") > 0.0


@settings(max_examples=200, deadline=None)
@given(
    held=contents,
    anions=st.fixed_dictionaries({}, optional={"F-": traces, "Cl-": traces, "PO4-3": st.floats(0.01, 2)}),
    acid=acids,
    changed=st.fixed_dictionaries(
        {"ph": st.floats(1.5, 12.5)},
        optional={
            "alkali": st.sampled_from(sorted(EQUIVALENTS)),
            "temperature_c": st.floats(10, 95),
            "oxidize": st.booleans(),
            "fluoride_uptake": st.floats(0, 2),
        },
    ),
)
def test_neutralization_closes_for_any_liquor(
    held: dict[str, float], anions: dict[str, float], acid: float, changed: dict[str, Any]
) -> None:
    protons = acid + 3.0 * anions.get("PO4-3", 0.0) / mass("PO4-3") + anions.get("F-", 0.0) / mass("F-")
    protons += anions.get("Cl-", 0.0) / mass("Cl-")
    found = Wet(NEUTRALIZE, liquor({**held, **anions}, acid=protons), **changed)
    assert_sound(found)
    for element in ("Ni", "Co"):
        if found.element("fed", element) > 0.0:
            assert found.element("liquor", element) > 0.0


def test_no_water_is_no_crash() -> None:
    assert_sound(Wet(NEUTRALIZE, {"H2O": 0.0, "Ni+2": 0.0}))
    assert_sound(Wet(CEMENT, {"H2O": 0.0}))
