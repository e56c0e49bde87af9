"""Splitting, adjustment of a pCAM feed, and softening."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from one_unit import assert_sound
from pydantic import ValidationError
from wet_unit import Wet, liquor, mass

from orecell.plant.mixing import ADJUST, SOFTEN, SPLIT, AdjustSettings, SoftenSettings, SplitSettings
from orecell.plant.stream import aqueous_volume

DRY = {"moisture": 0.0, "wash_ratio": 0.0, "fines": 0.0}


def molar(found: Wet, port: str, *names: str) -> float:
    """Sum of components in a stream [mol/L]."""
    components = found.solution.components
    liters = aqueous_volume(components, found.solution.streams[port].flows)
    return sum(found.kmol(port, name) for name in names) * 1000.0 / liters


def test_a_split_shares_everything() -> None:
    found = Wet(SPLIT, liquor({"Ni+2": 10.0, "Li+": 1.0}), first=0.3)
    for name in ("Ni+2", "Li+", "SO4-2", "H2O"):
        assert found.kmol("first", name) == pytest.approx(0.3 * found.kmol("fed", name))
        assert found.kmol("second", name) == pytest.approx(0.7 * found.kmol("fed", name))


@pytest.mark.parametrize("first", [0.0, 1.0])
def test_a_split_may_send_all_one_way(first: float) -> None:
    assert_sound(Wet(SPLIT, liquor({"Ni+2": 10.0}), first=first))


def test_metals_that_lack_are_bought_up_to_the_ratio() -> None:
    """1 kmol of Ni, 0.3 of Co, none of Mn, for 6:2:2: cobalt sets 1.5 of metal, so 0.3 Mn are bought; with
    nickel for 5/3 it is nickel that sets the size."""
    feed = liquor({"Ni+2": 1.0 * mass("Ni"), "Co+2": 0.3 * mass("Co")})
    found = Wet(ADJUST, feed, ratio={"Ni+2": 0.6, "Co+2": 0.2, "Mn+2": 0.2}, mol_per_l=1.0)
    size = 1.0 / 0.6
    assert found.kmol("liquor", "Ni+2") == pytest.approx(1.0)
    assert found.kmol("liquor", "Co+2") == pytest.approx(0.2 * size)
    assert found.kmol("liquor", "Mn+2") == pytest.approx(0.2 * size)
    assert found.reagent("coso4", "Co+2") == pytest.approx(0.2 * size - 0.3)
    # Mn as monohydrate brings its water.
    assert found.reagent("mnso4", "H2O") == pytest.approx(0.2 * size)
    assert found.outcome.detail["bought_share"] == pytest.approx(1 - 1.3 / size)
    assert molar(found, "liquor", "Ni+2", "Co+2", "Mn+2") == pytest.approx(1.0, rel=1e-9)


def test_a_weak_feed_is_not_diluted_and_that_is_said() -> None:
    found = Wet(ADJUST, liquor({"Ni+2": 8.0, "Co+2": 1.0, "Mn+2": 1.0}), mol_per_l=2.0)
    assert found.reagent("water", "H2O") == 0.0
    assert "less than half of 2" in found.remarks


@pytest.mark.parametrize("ratio", [{"Ni+2": 1.0}, {"Ni+2": 1.0, "Mn+2": 0.0}])
def test_a_metal_without_place_in_the_product_is_named(ratio: dict[str, float]) -> None:
    found = Wet(ADJUST, liquor({"Ni+2": 50.0, "Mn+2": 5.0}), ratio=ratio)
    assert "Mn+2 in the feed has no place" in found.remarks


def test_calcium_leaves_as_carbonate_by_hand() -> None:
    """1.2 of soda per calcium, 98 % removed: 0.22 of carbonate stays, of which lithium takes a little."""
    calcium = 0.4 / mass("Ca")
    found = Wet(
        SOFTEN, liquor({"Ca+2": 0.4, "Li+": 2.0}), excess=1.2, removed=0.98, lithium_lost=0.002, cake=DRY
    )
    assert found.reagent("na2co3", "CO3-2") == pytest.approx(1.2 * calcium)
    assert found.kmol("cake", "CaCO3") == pytest.approx(0.98 * calcium)
    assert found.kmol("cake", "Li2CO3") == pytest.approx(0.001 * 2.0 / mass("Li"))
    assert found.kmol("liquor", "Ca+2") == pytest.approx(0.02 * calcium)
    assert found.kmol("liquor", "CO3-2") == pytest.approx(0.22 * calcium - 0.001 * 2.0 / mass("Li"))


def test_more_removal_leaves_less_calcium_and_never_none() -> None:
    left = [
        Wet(SOFTEN, liquor({"Ca+2": 0.4}), removed=share).element("liquor", "Ca")
        for share in (0.5, 0.9, 0.999)
    ]
    assert left == sorted(left, reverse=True)
    assert left[-1] > 0.0


def test_calcium_left_and_acid_feeds_are_said() -> None:
    assert "mg/L of calcium left" in Wet(SOFTEN, liquor({"Ca+2": 10.0}), removed=0.9).remarks
    assert "the feed is acid" in Wet(SOFTEN, liquor({"Ca+2": 0.4}, acid=0.1)).remarks
    ammoniacal = {**liquor({"Ca+2": 0.4}, acid=0.1), "NH3": 0.2}
    assert "acid" not in Wet(SOFTEN, ammoniacal).remarks


@pytest.mark.parametrize(
    ("kind", "wrong"),
    [
        (SplitSettings, {"first": 1.1}),
        (SplitSettings, {}),
        (AdjustSettings, {"ratio": {"Al+3": 0.1}}),
        (AdjustSettings, {"ratio": {"Ni+2": 0.0}}),
        (AdjustSettings, {"ratio": {"Ni+2": -1.0, "Co+2": 2.0}}),
        (AdjustSettings, {"ratio": {}}),
        (AdjustSettings, {"ratio": {"Ni+2": 1.0, "Mn+2": 1e-9}}),
        (SoftenSettings, {"removed": 1.0}),
        (SoftenSettings, {"excess": 0.5}),
    ],
)
def test_settings_that_make_no_sense_are_refused(kind: Any, wrong: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        kind(**wrong)


amounts = st.one_of(st.just(0.0), st.floats(1e-9, 1e-5), st.floats(0.01, 100.0))
contents = st.dictionaries(
    st.sampled_from(["Ni+2", "Co+2", "Mn+2", "Na+", "Li+", "Ca+2", "NH3", "CO3-2", "Cl-"]), amounts
)


@settings(max_examples=150, deadline=None)
@given(
    held=contents,
    acid=st.floats(-5, 5),
    ratio=st.tuples(*[st.just(0.0) | st.floats(0.01, 1)] * 3),
    strength=st.floats(0.1, 3),
)
def test_adjustment_closes_and_keeps_its_ratio_for_any_feed(
    held: dict[str, float], acid: float, ratio: tuple[float, float, float], strength: float
) -> None:
    wanted = dict(zip(("Ni+2", "Co+2", "Mn+2"), (ratio[0] + 0.1, ratio[1], ratio[2]), strict=True))
    found = Wet(ADJUST, liquor(held, acid=acid + 10.0), ratio=wanted, mol_per_l=strength)
    assert_sound(found)
    made = {c: found.kmol("liquor", c) / share for c, share in wanted.items() if share > 1e-3}
    assert max(made.values()) == pytest.approx(min(made.values()), rel=1e-9, abs=1e-15)


@settings(max_examples=150, deadline=None)
@given(
    held=contents,
    excess=st.floats(1, 3),
    removed=st.floats(0.01, 0.999),
    lost=st.floats(0, 0.1),
    fines=st.floats(0, 0.1),
)
def test_softening_closes_for_any_feed(
    held: dict[str, float], excess: float, removed: float, lost: float, fines: float
) -> None:
    how = {"excess": excess, "removed": removed, "lithium_lost": lost, "cake": {"fines": fines}}
    found = Wet(SOFTEN, liquor(held, acid=10.0), **how)
    assert_sound(found)
    for name in ("CaCO3", "Li2CO3"):
        assert found.kmol("liquor", name) == 0.0
    if found.element("fed", "Li") > 0.0:
        assert found.element("liquor", "Li") > 0.0
