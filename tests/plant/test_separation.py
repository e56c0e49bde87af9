"""Filtering and washing: what a cake keeps, and that nothing leaves a filter without a loss."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from orecell.plant.component import Components
from orecell.plant.separation import CakeSettings, separate, washed_share

COMPONENTS = Components.of(["Na+", "SO4-2", "Ni+2", "Fe(OH)3", "NH3"])
FE = 55.845 + 3 * (15.999 + 1.008)
WATER = 18.015


def liquor(sodium: float, water: float) -> np.ndarray:
    return COMPONENTS.vector({"Na+": sodium, "SO4-2": sodium / 2, "H2O": water})


def test_a_cake_keeps_moisture_and_washing_takes_its_solutes_out() -> None:
    solid = COMPONENTS.vector({"Fe(OH)3": 100.0 / FE})
    around = liquor(1.0, 50.0)
    wet = float(COMPONENTS.molar_mass @ around)
    how = CakeSettings(moisture=0.5, washing=0.9, wash_ratio=2.0)
    cake, filtrate, wash = separate(COMPONENTS, solid, around, how)
    # 100 kg dry at half moisture keeps 100 kg of liquor, of whose solutes a tenth stays.
    assert cake[COMPONENTS.index["Na+"]] == pytest.approx(0.1 * 100.0 / wet * 1.0, rel=1e-3)
    assert float(COMPONENTS.molar_mass @ cake) == pytest.approx(200.0, rel=1e-3)
    assert wash[0] == pytest.approx(200.0 / WATER, rel=1e-3)
    assert np.allclose(cake + filtrate, solid + around + wash, rtol=1e-14)


def test_fines_pass_with_the_liquor() -> None:
    solid = COMPONENTS.vector({"Fe(OH)3": 2.0})
    cake, filtrate, _ = separate(COMPONENTS, solid, liquor(1.0, 500.0), CakeSettings(fines=0.05))
    assert cake[COMPONENTS.index["Fe(OH)3"]] == pytest.approx(1.9)
    assert filtrate[COMPONENTS.index["Fe(OH)3"]] == pytest.approx(0.1)


def test_water_displaces_no_more_liquor_than_its_own_amount() -> None:
    # Moisture of a third is half a kg of liquor per kg dry; 0.1 kg of water displaces a fifth of it.
    assert washed_share(CakeSettings(moisture=1 / 3, washing=0.95, wash_ratio=0.1)) == pytest.approx(0.2)
    assert washed_share(CakeSettings(moisture=1 / 3, washing=0.95, wash_ratio=0.0)) == 0.0
    assert washed_share(CakeSettings(moisture=1 / 3, washing=0.95, wash_ratio=5.0)) == 0.95


@pytest.mark.parametrize("setting", ["washing", "wash_ratio"])
def test_more_washing_leaves_less_in_the_cake(setting: str) -> None:
    solid = COMPONENTS.vector({"Fe(OH)3": 1.0})
    kept = []
    for share in (0.0, 0.2, 0.4, 0.6):
        how = CakeSettings(**{"moisture": 0.5, "washing": 0.9, "wash_ratio": 2.0, setting: share})
        kept.append(separate(COMPONENTS, solid, liquor(1.0, 500.0), how)[0][COMPONENTS.index["Na+"]])
    assert kept == sorted(kept, reverse=True)
    assert kept[0] > kept[-1] > 0.0


def test_a_wetter_cake_keeps_more() -> None:
    solid = COMPONENTS.vector({"Fe(OH)3": 1.0})
    kept = [
        separate(COMPONENTS, solid, liquor(1.0, 500.0), CakeSettings(moisture=m))[0][COMPONENTS.index["Na+"]]
        for m in (0.0, 0.1, 0.3, 0.5, 0.8)
    ]
    assert kept == sorted(kept)
    assert kept[0] == 0.0


amounts = st.one_of(st.just(0.0), st.floats(1e-12, 1e-6), st.floats(1e-3, 1e3))


@settings(max_examples=150, deadline=None)
@given(
    solid=amounts,
    sodium=amounts,
    water=amounts,
    moisture=st.floats(0, 0.8),
    washing=st.floats(0, 0.9999),
    ratio=st.floats(0, 50),
    fines=st.floats(0, 0.1),
)
def test_nothing_is_made_lost_or_negative_for_any_cake(
    solid: float, sodium: float, water: float, moisture: float, washing: float, ratio: float, fines: float
) -> None:
    dry, around = COMPONENTS.vector({"Fe(OH)3": solid}), liquor(sodium, water)
    how = CakeSettings(moisture=moisture, washing=washing, wash_ratio=ratio, fines=fines)
    cake, filtrate, wash = separate(COMPONENTS, dry, around, how)
    scale = float(np.max(dry + around + wash)) + 1e-30
    assert np.all(np.abs(cake + filtrate - dry - around - wash) <= 1e-14 * scale)
    assert np.all(cake >= 0.0)
    assert np.all(filtrate >= -1e-14 * scale)
    assert abs(float(COMPONENTS.charge @ cake)) <= 1e-14 * scale


@pytest.mark.parametrize(
    "wrong", [{"moisture": 0.9}, {"washing": 1.0}, {"wash_ratio": -1}, {"fines": 0.5}, {"moistur": 0.1}]
)
def test_settings_out_of_range_are_refused(wrong: dict[str, float]) -> None:
    with pytest.raises(ValidationError):
        CakeSettings(**wrong)
