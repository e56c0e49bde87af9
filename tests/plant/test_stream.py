"""Streams: density, volume, and the balances that a unit must keep."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from orecell.errors import BalanceError
from orecell.plant.component import Components
from orecell.plant.stream import (
    Stream,
    aqueous_volume,
    balance,
    check_balance,
    check_neutral,
    neutralized,
    water_density,
)

BRINE = Components.of(["Li+", "Na+", "Ni+2", "SO4-2", "Cl-", "C"])
flows = st.fixed_dictionaries({name: st.floats(0, 1e3) for name in BRINE.names if name != "H+"})


@pytest.mark.parametrize(
    ("temperature_c", "density"),
    [(0, 0.99984), (4, 0.99997), (25, 0.99705), (50, 0.98804), (80, 0.97179), (100, 0.95835)],
)
def test_density_of_water_is_that_of_the_tables(temperature_c: float, density: float) -> None:
    """Kell 1975; handbook values to 2e-4."""
    assert water_density(temperature_c) == pytest.approx(density, abs=2e-4)


def test_density_is_held_where_there_is_no_liquid_water() -> None:
    assert water_density(1500.0) == water_density(100.0)
    assert water_density(-50.0) == water_density(0.0)


def test_volume_is_water_plus_what_dissolved_components_add() -> None:
    # 1000 kg of water at 25 C, and 1 kmol of Na2SO4: 2 x (-1.21) + 13.98 cm3/mol.
    given = BRINE.vector({"H2O": 1000.0 / 18.015, "Na+": 2.0, "SO4-2": 1.0})
    assert aqueous_volume(BRINE, given) == pytest.approx(1000.0 / 0.99705 + (13.98 - 2.42), abs=0.1)
    assert aqueous_volume(BRINE, given, 80.0) == pytest.approx(1000.0 / 0.97179 + (13.98 - 2.42), abs=0.1)


def test_a_component_without_a_figure_adds_15_cm3_per_heavy_atom() -> None:
    components = Components.of(["NO3-"])
    assert aqueous_volume(components, components.vector({"NO3-": 1.0})) == pytest.approx(60.0)


def test_nothing_fills_nothing() -> None:
    assert aqueous_volume(BRINE, BRINE.vector({})) == 0.0


def test_amounts_and_masses_of_a_stream() -> None:
    stream = Stream("x", "aqueous", BRINE.vector({"Ni+2": 2.0}))
    assert stream.amount(BRINE, "Ni+2") == 2.0
    assert stream.amount(BRINE, "Zr+4") == 0.0
    assert stream.mass(BRINE) == pytest.approx(2 * 58.693, abs=0.01)


@settings(max_examples=100, deadline=None)
@given(flows)
def test_what_enters_and_leaves_unchanged_balances(given: dict[str, float]) -> None:
    vector = BRINE.vector(given)
    assert balance(BRINE, [vector], [0.25 * vector, 0.75 * vector]).worst <= 1e-12


@settings(max_examples=100, deadline=None)
@given(flows, st.sampled_from(["Li+", "Ni+2", "C", "SO4-2"]), st.floats(1e-5, 1.0))
def test_what_goes_missing_is_refused_with_unit_element_and_streams(
    given: dict[str, float], name: str, lost: float
) -> None:
    vector = BRINE.vector({**given, name: given[name] + 1.0})
    short = vector.copy()
    short[BRINE.index[name]] -= lost
    with pytest.raises(BalanceError) as caught:
        check_balance("filter", BRINE, [vector], {"cake": short})
    held = {*(e for e in BRINE.elements if BRINE.element_row(e)[BRINE.index[name]] > 0), "charge"}
    assert caught.value.of in held
    assert "filter" in str(caught.value)
    assert "cake" in str(caught.value)
    assert "loses" in str(caught.value)


def test_what_is_not_a_number_never_balances() -> None:
    vector = BRINE.vector({"Li+": math.nan})
    with pytest.raises(BalanceError):
        check_balance("unit", BRINE, [vector], {"out": vector})
    with pytest.raises(BalanceError):
        check_neutral("unit", BRINE, {"out": vector})


def test_traces_are_held_to_an_absolute_amount() -> None:
    vector = BRINE.vector({"Li+": 1e-7})
    short = BRINE.vector({"Li+": 1e-7 - 5e-13})
    check_balance("unit", BRINE, [vector], {"out": short})
    with pytest.raises(BalanceError):
        check_balance("unit", BRINE, [vector], {"out": BRINE.vector({"Li+": 1e-7 - 5e-12})})


def test_a_charged_stream_is_refused_by_name() -> None:
    streams = {"good": BRINE.vector({"Na+": 2.0, "SO4-2": 1.0}), "bad": BRINE.vector({"Na+": 1.0})}
    with pytest.raises(BalanceError) as caught:
        check_neutral("split", BRINE, streams)
    assert caught.value.streams == ("bad",)
    assert caught.value.amount == pytest.approx(1.0)


@settings(max_examples=100, deadline=None)
@given(flows)
def test_protons_make_any_flows_neutral_and_change_nothing_else(given: dict[str, float]) -> None:
    vector = BRINE.vector(given)
    found = neutralized(BRINE, vector)
    through = float(np.abs(BRINE.charge) @ np.abs(found)) + 1e-12
    assert abs(float(BRINE.charge @ found)) <= 1e-12 * through
    others = [i for i, name in enumerate(BRINE.names) if name != "H+"]
    assert np.array_equal(found[others], vector[others])
