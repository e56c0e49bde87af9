"""Aqueous solutions at equilibrium: exact small cases, limits and balances."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from orecell.plant.speciation import Solver, components_of, debye_huckel, shifted

SULFATE = Solver(["Na+", "SO4-2"])


def test_pure_water_is_neutral() -> None:
    assert SULFATE.solve({"Na+": 1e-9, "SO4-2": 0.5e-9}).ph == pytest.approx(7.0, abs=0.01)


def test_caustic_soda_has_the_ph_of_its_hydroxide() -> None:
    """0.1 mol/kg: pH = 14 + log10(0.1 gamma), gamma 0.78 by Davies."""
    gamma = 10 ** (-0.509 * (math.sqrt(0.1) / (1 + math.sqrt(0.1)) - 0.03))
    found = SULFATE.solve({"Na+": 0.1, "H+": -0.1})
    assert found.ph == pytest.approx(13.997 + math.log10(0.1 * gamma), abs=0.01)


def test_dilute_sulfuric_acid_solves_its_quadratic() -> None:
    """1e-4 mol/kg: x (1e-4 + x) = K (1e-4 - x) with K = 10^-1.99 and activities near 1."""
    k, c = 10**-1.99, 1e-4
    x = 0.5 * (-(c + k) + math.sqrt((c + k) ** 2 + 4 * k * c))
    assert SULFATE.solve({"SO4-2": c, "H+": 2 * c}).ph == pytest.approx(-math.log10(c + x), abs=0.01)


def test_ammonia_buffer_sits_at_its_constant() -> None:
    """Half ammonium, half ammonia: pH = 9.244 + log10(gamma NH3 / gamma NH4), below 0.15 at this strength."""
    solver = Solver(["NH3", "Cl-"])
    assert solver.solve({"NH3": 0.02, "Cl-": 0.01, "H+": 0.01}).ph == pytest.approx(9.27, abs=0.05)


def test_gypsum_dissolves_to_the_measured_solubility() -> None:
    """About 15 mmol/kg at 25 C."""
    solver = Solver(["Ca+2", "SO4-2"], ["gypsum"])
    found = solver.solve({"Ca+2": 0.1, "SO4-2": 0.1, "H+": 0.0})
    assert 0.1 - found.solids["gypsum"] == pytest.approx(0.0152, rel=0.1)


def test_the_more_insoluble_hydroxide_precipitates_first() -> None:
    solver = Solver(["Fe+3", "Ni+2", "Na+", "SO4-2"], ["ferrihydrite", "nickel_hydroxide"])
    found, dose = solver.solve_dosed({"Fe+3": 0.02, "Ni+2": 0.3, "SO4-2": 0.4, "H+": 0.14}, 4.0, {"Na+": 1.0})
    assert found.solids["ferrihydrite"] > 0.0199
    assert found.solids["nickel_hydroxide"] == 0.0
    # three OH- per iron and the acid of the feed
    assert dose == pytest.approx(3 * 0.02 + 0.14, rel=0.05)


def test_the_dose_brings_the_solution_to_its_ph() -> None:
    totals = {"Na+": 0.05, "SO4-2": 0.3, "Co+2": 0.2, "H+": 0.15}
    solver = Solver(["Na+", "SO4-2", "Co+2"])
    _, dose = solver.solve_dosed(totals, 5.0, {"Na+": 1.0})
    dosed = {**totals, "Na+": totals["Na+"] + dose, "H+": totals["H+"] - dose}
    assert solver.solve(dosed).ph == pytest.approx(5.0, abs=1e-6)


METALS = ["Ni+2", "Co+2", "Mn+2", "Al+3", "Cu+2", "Fe+3"]
FULL = Solver([*METALS, "Na+", "SO4-2", "F-", "NH3"], ["ferrihydrite", "gibbsite", "copper_hydroxide"])


@given(seed=st.integers(0, 100_000))
@settings(max_examples=40, deadline=None)
def test_every_component_balances_and_the_solution_is_neutral(seed: int) -> None:
    generator = np.random.default_rng(seed)
    totals = {name: float(10 ** generator.uniform(-5, -0.7)) for name in FULL.components if name != "H+"}
    found = FULL.solve(totals, float(generator.uniform(1.0, 11.0)))
    assert found.is_solved
    nu = {name: components_of(text) for name, text in _reactions().items()}
    for component, total in totals.items():
        held = found.molality[component]
        held += sum(m * nu[s].get(component, 0.0) for s, m in found.molality.items() if s in nu)
        held += sum(n * _solid(p).get(component, 0.0) for p, n in found.solids.items())
        assert held == pytest.approx(total, rel=1e-8), component
    assert all(index <= 1e-6 for index in found.saturation_index.values())


def _reactions() -> dict[str, str]:
    from orecell.data.chemistry import read_chemistry

    return {row["species"]: row["components"] for row in read_chemistry().rows("aqueous_species")}


def _solid(name: str) -> dict[str, float]:
    from orecell.data.chemistry import read_chemistry

    return components_of(read_chemistry().row("solids", solid=name)["components"])


@given(low=st.floats(1.0, 9.0), step=st.floats(0.2, 3.0))
@settings(max_examples=20, deadline=None)
def test_more_alkali_gives_a_higher_ph(low: float, step: float) -> None:
    totals = {"Ni+2": 0.1, "SO4-2": 0.2, "Na+": 0.1}
    solver = Solver(["Ni+2", "SO4-2", "Na+"], ["nickel_hydroxide"])
    assert solver.solve(totals, low).proton > solver.solve(totals, low + step).proton


def test_constants_move_with_temperature_by_van_t_hoff() -> None:
    """Water: 55.81 kJ/mol from -13.997 at 25 C gives about -13.03 at 60 C."""
    assert shifted(-13.997, 55.81, 60.0) == pytest.approx(-12.97, abs=0.03)
    assert shifted(2.3, None, 90.0) == 2.3


def test_the_debye_huckel_slope_is_half_at_room_temperature() -> None:
    assert debye_huckel(25.0) == pytest.approx(0.509, abs=0.003)
