"""What a kilogram of Ni0.8Mn0.1Co0.1(OH)2 takes and leaves (case P4), and the pH at which it grows densely.

The amounts are those of two caustic and one sulfate per metal; they hold for a precipitation without ammonia,
where nearly all metal precipitates. Shen et al. 2021, doi 10.1021/acsami.0c19493, for the pH.
"""

from __future__ import annotations

import math
from functools import lru_cache

import pytest

from orecell.core.formula import parse_formula
from orecell.plant.coprecipitation import KIND, optimal_ph
from orecell.plant.flowsheet import Feed, Flowsheet, Solution, Unit, solve

NEEDED = {"NiSO4": ("Ni+2", 1.341), "CoSO4": ("Co+2", 0.168), "MnSO4": ("Mn+2", 0.163)}


def mass(formula: str) -> float:
    return parse_formula(formula).molar_mass


@lru_cache(maxsize=1)
def precipitated() -> Solution:
    flows = {"Ni+2": 1.6, "Mn+2": 0.2, "Co+2": 0.2, "SO4-2": 2.0, "H2O": 1000 / 18.015}
    settings = KIND.settings(ph=10.5, ammonia_per_metal=0.0)
    unit = Unit("unit", KIND, settings, {"feed": ("fed",)}, {p: p for p in KIND.ports_out})
    return solve(Flowsheet("test", "pCAM", 8000.0, (Feed("fed", "aqueous", flows),), (unit,)))


def product() -> float:
    solution = precipitated()
    return solution.streams["pcam"].mass(solution.components)


@pytest.mark.parametrize("salt", list(NEEDED))
def test_sulfates_per_kg_are_the_published(salt: str) -> None:
    cation, published = NEEDED[salt]
    solution = precipitated()
    fed = solution.streams["fed"].amount(solution.components, cation) * mass(salt)
    assert fed / product() == pytest.approx(published, rel=0.03)


def test_caustic_per_kg_is_the_published() -> None:
    solution = precipitated()
    caustic = solution.outcomes["unit"].reagents["naoh"][solution.components.index["Na+"]] * mass("NaOH")
    assert caustic / product() == pytest.approx(0.866, rel=0.03)


def test_sodium_sulfate_out_per_kg_is_the_published() -> None:
    solution = precipitated()
    sulfate = solution.streams["mother_liquor"].amount(solution.components, "SO4-2") * mass("Na2SO4")
    assert sulfate / product() == pytest.approx(1.538, rel=0.03)


@pytest.mark.parametrize(("ammonia", "ph"), [(0.0, 8.990), (0.2, 10.539), (0.5, 11.182), (1.0, 11.695)])
def test_optimal_ph_follows_the_published_formula(ammonia: float, ph: float) -> None:
    assert optimal_ph(ammonia) == pytest.approx(0.7731 * math.log(ammonia + 0.0312) + 11.6708)
    assert optimal_ph(ammonia) == pytest.approx(ph, abs=1e-3)
