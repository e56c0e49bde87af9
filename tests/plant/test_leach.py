"""Acid leach: kinetics, acid and electrons by stoichiometry, and what must hold for any feed."""

from __future__ import annotations

import math
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from one_unit import assert_sound
from pydantic import ValidationError
from wet_unit import Wet, mass

from orecell.plant.leach import KIND, LeachSettings, dissolved_fraction, extent_of, leading_element

NMC811 = "LiNi0.8Mn0.1Co0.1O2"
DRY = {"moisture": 0.0, "wash_ratio": 0.0}
"""A cake that keeps no liquor, so that amounts can be counted by hand."""


def leached(flows: dict[str, float], **changed: Any) -> Wet:
    return Wet(KIND, flows, phase="solid", **changed)


def closed_form(x: float) -> float:
    """Reaction-controlled shrinking particle in one stirred tank; Levenspiel, x = tau / mean time."""
    return 3 / x - 6 / x**2 + 6 * (1 - math.exp(-x)) / x**3


@pytest.mark.parametrize("x", [0.01, 0.5, 0.75, 1.0, 3.0, 30.0, 300.0])
def test_one_tank_follows_the_closed_form(x: float) -> None:
    assert dissolved_fraction(x, 1) == pytest.approx(closed_form(x), abs=1e-9)


@pytest.mark.parametrize("tanks", [2, 3, 7, 20])
@pytest.mark.parametrize("x", [0.3, 1.0, 2.5, 50.0])
def test_tanks_in_series_follow_the_integral(tanks: int, x: float) -> None:
    from scipy.integrate import quad

    def left(t: float) -> float:
        density = tanks**tanks / math.factorial(tanks - 1) * t ** (tanks - 1) * math.exp(-tanks * t)
        return (1 - t / x) ** 3 * density

    by_quadrature = 1 - quad(left, 0, min(x, 20), points=[min(x, 1.0) / 2], epsabs=1e-12, limit=200)[0]
    assert dissolved_fraction(x, tanks) == pytest.approx(by_quadrature, abs=1e-8)


@pytest.mark.parametrize("tanks", [1, 3, 20])
def test_far_too_short_a_leach_dissolves_three_times_the_ratio_of_times(tanks: int) -> None:
    assert dissolved_fraction(1e6, tanks) == pytest.approx(3e-6, rel=1e-4)


def test_more_tanks_come_nearer_to_a_batch() -> None:
    found = [dissolved_fraction(0.8, tanks) for tanks in (1, 2, 3, 6, 12, 20)]
    assert found == sorted(found)
    assert found[-1] < 1.0


def test_extent_at_the_reference_temperature_by_hand() -> None:
    # LiNiO2 takes 3 h, the one tank holds 4: x = 0.75.
    how = LeachSettings(tanks=1, hours=4, temperature_c=70, most_dissolved=0.99)
    assert extent_of("LiNiO2", how) == pytest.approx(
        0.99 * (4 - 32 / 3 + 6 * (1 - math.exp(-0.75)) / 0.75**3)
    )


def test_temperature_acts_by_arrhenius() -> None:
    faster = math.exp(25.0 / 8.314462618e-3 * (1 / 343.15 - 1 / 353.15))
    at_80 = extent_of("LiCoO2", LeachSettings(temperature_c=80, hours=2))
    assert at_80 == pytest.approx(extent_of("LiCoO2", LeachSettings(temperature_c=70, hours=2 * faster)))


def test_the_metal_there_is_most_of_leads() -> None:
    assert leading_element(NMC811) == "Ni"
    assert leading_element("LiNi0.2Mn0.6Co0.2O2") == "Mn"
    assert leading_element("LiFePO4") == "Li"
    assert leading_element("Al2O3") == "Al"


def test_hours_of_elements_not_named_keep_their_default() -> None:
    how = LeachSettings(complete_hours={"Ni": 1.0})
    assert how.complete_hours == {"Li": 1.5, "Co": 2.5, "Ni": 1.0, "Mn": 3.0, "other": 1.0}


def test_acid_and_peroxide_per_kg_of_nmc811() -> None:
    """LiMO2 + 1.5 H2SO4 + 0.5 H2O2: 1.51 kg of acid and 0.175 kg of peroxide per kg."""
    found = leached({NMC811: 1.0}, free_acid_mol_per_l=0, reductant_excess=1)
    extent = found.outcome.detail[NMC811]
    assert found.reagent("h2so4", "SO4-2") * mass("H2SO4") / extent / mass(NMC811) == pytest.approx(
        1.512, abs=0.002
    )
    assert found.reagent("h2o2", "H2O2") * mass("H2O2") / extent / mass(NMC811) == pytest.approx(
        0.1748, abs=2e-4
    )
    assert found.kmol("off_gas", "O2") == pytest.approx(extent / 2)


def test_ten_percent_more_peroxide_is_bought_and_decomposes() -> None:
    found = leached({NMC811: 1.0}, reductant_excess=1.1)
    extent = found.outcome.detail[NMC811]
    assert found.reagent("h2o2", "H2O2") == pytest.approx(0.55 * extent)
    assert found.kmol("off_gas", "O2") == pytest.approx(0.5 * extent + 0.025 * extent)


def test_sulfur_dioxide_saves_acid() -> None:
    """LiNiO2 + H2SO4 + 0.5 SO2 = 0.5 Li2SO4 + NiSO4 + H2O; what is too much leaves as gas."""
    found = leached({"LiNiO2": 1.0}, reductant="so2", reductant_excess=1.2, free_acid_mol_per_l=0)
    extent = found.outcome.detail["LiNiO2"]
    assert found.reagent("so2", "SO2") == pytest.approx(0.6 * extent)
    assert found.reagent("h2so4", "SO4-2") == pytest.approx(1.0 * extent)
    assert found.kmol("off_gas", "SO2") == pytest.approx(0.1 * extent)


def test_aluminum_spares_peroxide_and_what_it_gives_too_much_is_hydrogen() -> None:
    little = leached({"LiNiO2": 3.0, "Al": 0.5}, metal_dissolved=0.9, reductant_excess=1)
    extent = little.outcome.detail["LiNiO2"]
    assert little.reagent("h2o2", "H2O2") == pytest.approx((3 * extent - 3 * 0.45) / 2)
    assert little.kmol("off_gas", "H2") == 0.0
    much = leached({"LiNiO2": 1.0, "Al": 1.0}, metal_dissolved=0.9)
    assert "h2o2" not in much.outcome.reagents
    assert much.kmol("off_gas", "H2") == pytest.approx((2.7 - extent) / 2)


def test_copper_dissolves_only_as_far_as_oxides_take_its_electrons() -> None:
    found = leached({"LiNiO2": 1.0, "Cu": 5.0})
    extent = found.outcome.detail["LiNiO2"]
    assert found.kmol("residue", "Cu") == pytest.approx(5 - extent / 2)
    assert "h2o2" not in found.outcome.reagents
    alone = leached({"Cu": 5.0})
    assert alone.kmol("residue", "Cu") == 5.0
    assert alone.kmol("off_gas", "H2") == 0.0


def test_without_a_reductant_oxides_wait_for_electrons_and_that_is_said() -> None:
    found = leached({"LiNiO2": 1.0, "Al": 0.1, "Ni(OH)2": 1.0}, reductant="none", metal_dissolved=0.9)
    hydroxide = found.outcome.detail["Ni(OH)2"]
    # 0.27 mol of electrons from aluminum dissolve 0.27 mol of LiNiO2; hydroxide needs none.
    assert found.kmol("residue", "LiNiO2") == pytest.approx(1 - 0.27)
    assert found.kmol("residue", "Ni(OH)2") == pytest.approx(1 - hydroxide)
    assert "no reductant" in found.remarks


def test_metal_nickel_gives_electrons_too() -> None:
    found = leached({"LiNiO2": 1.0, "Ni": 0.2}, reductant="none")
    nickel = found.outcome.detail["Ni"]
    assert found.kmol("residue", "LiNiO2") == pytest.approx(1 - 2 * 0.2 * nickel)
    assert found.kmol("off_gas", "H2") == pytest.approx(0.0, abs=1e-12)


def test_mixed_hydroxide_dissolves_without_a_reductant() -> None:
    formula = "Ni0.8Mn0.1Co0.1(OH)2"
    found = leached({formula: 1.0}, reductant="none", free_acid_mol_per_l=0)
    assert found.remarks == ""
    assert found.kmol("residue", formula) == pytest.approx(1 - found.outcome.detail[formula])
    assert found.reagent("h2so4", "SO4-2") == pytest.approx(found.outcome.detail[formula])


def test_carbonates_dissolve_and_their_carbon_leaves_as_gas() -> None:
    found = leached({"NiCO3": 1.0, "Li2CO3": 0.5, "C": 3.0}, free_acid_mol_per_l=0)
    gone = found.outcome.detail["NiCO3"] + 0.5 * found.outcome.detail["Li2CO3"]
    assert found.kmol("off_gas", "CO2") == pytest.approx(gone)
    assert found.reagent("h2so4", "SO4-2") == pytest.approx(gone)
    assert found.kmol("residue", "C") == 3.0


def test_iron_phosphate_takes_three_protons_to_phosphoric_acid() -> None:
    """2 LiFePO4 + 3 H2SO4 = Li2SO4 + 2 FeSO4 + 2 H3PO4."""
    found = leached({"LiFePO4": 1.0}, free_acid_mol_per_l=0)
    assert found.reagent("h2so4", "SO4-2") == pytest.approx(1.5 * found.outcome.detail["LiFePO4"])
    assert "h2o2" not in found.outcome.reagents


def test_water_and_ions_of_a_wet_feed_join_the_liquor() -> None:
    wet = {"Ni(OH)2": 1.0, "H2O": 2.0, "Na+": 0.2, "SO4-2": 0.1, "NH3": 0.1}
    found = leached(wet, cake=DRY)
    for name in ("H2O", "Na+", "NH3"):
        assert found.kmol("residue", name) == pytest.approx(0.0, abs=1e-12)
    assert found.kmol("pls", "Na+") == pytest.approx(0.2)
    # Ions bring no acid and take none.
    dry = leached({"Ni(OH)2": 1.0}, cake=DRY, free_acid_mol_per_l=0)
    plain = leached(wet, cake=DRY, free_acid_mol_per_l=0)
    assert plain.reagent("h2so4", "SO4-2") == pytest.approx(dry.reagent("h2so4", "SO4-2"))


def test_free_acid_and_solids_are_what_was_asked_for() -> None:
    found = leached({NMC811: 1.0, "C": 10.0}, cake=DRY, free_acid_mol_per_l=0.2, solids_g_per_l=80)
    liters = (mass(NMC811) + 120.11) * 1000 / 80
    assert found.kmol("pls", "H+") / 2 * 1000 / liters == pytest.approx(0.2, rel=0.02)
    assert found.kmol("pls", "H2O") * mass("H2O") == pytest.approx(liters, rel=0.05)


def test_acid_of_a_recycled_liquor_is_used_first() -> None:
    recycled = {"H2O": 10.0, "H+": 1.0, "Co+2": 0.1, "SO4-2": 0.6}
    fresh = leached({NMC811: 1.0}, free_acid_mol_per_l=0)
    saved = leached({NMC811: 1.0}, free_acid_mol_per_l=0, others={"liquor": recycled})
    assert fresh.reagent("h2so4", "SO4-2") - saved.reagent("h2so4", "SO4-2") == pytest.approx(0.5)
    flooded = leached({NMC811: 0.1}, others={"liquor": {"H2O": 900.0, "H+": 400.0, "SO4-2": 200.0}})
    assert flooded.reagent("h2so4", "SO4-2") == 0.0
    assert_sound(flooded)


def test_nothing_fed_is_nothing_made() -> None:
    found = leached({NMC811: 0.0})
    assert found.kg("pls") == pytest.approx(0.0, abs=1e-12)
    assert found.kg("residue") == 0.0
    assert_sound(found)


@pytest.mark.parametrize(
    ("setting", "values"),
    [("temperature_c", (20, 50, 70, 95)), ("hours", (0.1, 1, 4, 20)), ("tanks", (1, 2, 5, 20))],
)
def test_hotter_longer_or_in_more_tanks_dissolves_more(setting: str, values: tuple[float, ...]) -> None:
    runs = [leached({"LiCoO2": 1.0}, **{setting: value}) for value in values]
    assert [run.kmol("residue", "LiCoO2") for run in runs] == sorted(
        (run.kmol("residue", "LiCoO2") for run in runs), reverse=True
    )


def test_no_leach_dissolves_or_delivers_everything() -> None:
    found = leached({NMC811: 1.0}, temperature_c=100, hours=100, tanks=20, most_dissolved=0.9999)
    assert found.element("pls", "Ni") < 0.8 * 0.99991
    with pytest.raises(ValidationError):
        LeachSettings(most_dissolved=1.0)


@pytest.mark.parametrize(
    "wrong",
    [
        {"complete_hours": {"Ni": 0.0}},
        {"complete_hours": {"Ni": math.nan}},
        {"complete_hours": {"nickel": 2.0}},
        {"hours": math.inf},
        {"reductant": "coal"},
        {"temperature_c": 120},
    ],
)
def test_settings_that_make_no_sense_are_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        LeachSettings(**wrong)


SOLIDS = (
    NMC811,
    "LiNiO2",
    "LiMn2O4",
    "LiFePO4",
    "Al",
    "Fe",
    "Cu",
    "Ni",
    "C",
    "LiF",
    "Li2CO3",
    "Fe(OH)3",
    "CaO",
)
amounts = st.one_of(st.just(0.0), st.floats(1e-9, 1e-5), st.floats(1e-3, 30.0))


@settings(max_examples=200, deadline=None)
@given(
    feed=st.dictionaries(st.sampled_from(SOLIDS), amounts, min_size=1),
    wet=st.booleans(),
    acid=amounts,
    changed=st.fixed_dictionaries(
        {},
        optional={
            "reductant": st.sampled_from(["h2o2", "so2", "none"]),
            "temperature_c": st.floats(10, 100),
            "hours": st.floats(0.01, 100),
            "tanks": st.integers(1, 20),
            "solids_g_per_l": st.floats(5, 500),
            "free_acid_mol_per_l": st.floats(0, 3),
            "metal_dissolved": st.floats(0, 0.9999),
        },
    ),
)
def test_atoms_and_charge_close_for_any_feed(
    feed: dict[str, float], wet: bool, acid: float, changed: dict[str, Any]
) -> None:
    moist = {"H2O": 1.0, "Na+": 0.1, "SO4-2": 0.05, "NH3": 0.01} if wet else {}
    others = {"liquor": {"H2O": 20.0 * acid, "H+": 2.0 * acid, "SO4-2": acid}}
    found = leached({**feed, **moist}, others=others, **changed)
    assert_sound(found)
    for name, share in found.outcome.detail.items():
        assert 0.0 <= share < 1.0, name
    for element in ("Li", "Ni", "Co", "Mn"):
        if feed_of := found.element("fed", element):
            assert found.element("pls", element) < feed_of * (1.0 - 1e-6)
