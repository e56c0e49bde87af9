"""Reagents of a whole recycling flowsheet against Hanna 2025, table S7, per t of NMC battery (case P7).

The published inventory is over-closed in sulfate by 6 to 22 % (see the audit of it), so it gives orders of
magnitude:
25 % here. Its metals: 200 kg CoSO4 at 100 %, 197 kg NiSO4 at 69 %, and as much manganese as their mean.
"""

from __future__ import annotations

from functools import lru_cache

import pytest

from orecell.core.formula import parse_formula
from orecell.plant.flowsheet import Feed, Flowsheet, Solution, Unit, solve
from orecell.plant.flowsheet_file import read_flowsheet
from orecell.plant.leach import KIND, LeachSettings

COBALT = 200.0 / parse_formula("CoSO4").molar_mass
NICKEL = 197.0 / 0.69 / parse_formula("NiSO4").molar_mass
OXIDES = {"LiCoO2": COBALT, "LiNiO2": NICKEL, "LiMnO2": 0.5 * (COBALT + NICKEL)}
"""kmol per t of battery."""


@lru_cache(maxsize=1)
def leached() -> Solution:
    settings = LeachSettings(free_acid_mol_per_l=0.01)
    unit = Unit("leach", KIND, settings, {"feed": ("battery",)}, {p: p for p in KIND.ports_out})
    return solve(Flowsheet("hanna", "case P7", 8000, (Feed("battery", "solid", OXIDES),), (unit,)))


def test_acid_of_the_leach_is_that_published() -> None:
    kmol = float(leached().outcomes["leach"].reagents["h2so4"][leached().components.index["SO4-2"]])
    assert kmol * parse_formula("H2SO4").molar_mass == pytest.approx(666.4, rel=0.25)


def test_soda_per_lithium_carbonate_is_that_published() -> None:
    plant = solve(read_flowsheet("li2co3_from_black_mass"))
    index, mass = plant.components.index, plant.components.molar_mass
    soda = (
        float(plant.outcomes["lithium"].reagents["na2co3"][index["CO3-2"]])
        * parse_formula("Na2CO3").molar_mass
    )
    made = float(plant.streams["li2co3"].flows[index["Li2CO3"]] * mass[index["Li2CO3"]])
    assert soda / made == pytest.approx(221.4 / 154.0, rel=0.25)


def test_sodium_of_caustic_and_soda_leaves_as_sodium_sulfate() -> None:
    """Published: 122 + 221.4 kg of soda make 460 kg of Na2SO4; the same holds here, salt by salt."""
    assert pytest.approx(460.0, rel=0.01) == (122.0 + 221.4) / 105.99 * 142.04
    plant = solve(read_flowsheet("li2co3_from_black_mass"))
    bought = sum(
        float(flows[plant.components.index["Na+"]])
        for outcome in plant.outcomes.values()
        for flows in outcome.reagents.values()
    )
    salt = plant.streams["na2so4"].flows[plant.components.index["Na2SO4"]]
    assert 0.7 < 2.0 * float(salt) / bought < 1.0
