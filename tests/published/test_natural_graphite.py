"""Natural graphite from ore to coated anode material against the inventory of Engels et al. 2022 (case P6).

Published: 2.22 t of concentrate per t spherical, 1.13 spherical per t purified, 1.01 purified per t coated;
506, 2,100, 305 and 4,550 kWh/t, each by the mass its step makes; reagents per t coated.
"""

from __future__ import annotations

import pytest

from orecell.plant.flowsheet import Feed, Flowsheet, Solution, Unit, solve
from orecell.plant.graphite import KINDS

ORE = {"C": 0.11, "SiO2": 0.60, "Al2O3": 0.15, "Fe2O3": 0.06, "CaO": 0.05, "MgO": 0.03}
MOLAR = {"C": 12.011, "SiO2": 60.083, "Al2O3": 101.961, "Fe2O3": 159.687, "CaO": 56.077, "MgO": 40.304}
TOLERANCE = 0.01
STRENGTH = {"hf": 0.5, "hcl": 0.32, "hno3": 0.65, "cao": 1.0}


@pytest.fixture(scope="module")
def chain() -> Solution:
    kinds = {kind.name: kind for kind in KINDS}
    steps = (
        ("concentrate_graphite", "ore", "concentrate"),
        ("spheronize", "concentrate", "spherical"),
        ("purify_graphite", "spherical", "purified"),
        ("coat_graphite", "purified", "coated"),
    )
    units = []
    for name, fed, _ in steps:
        kind = kinds[name]
        outputs = {port: port if port != "off_gas" else f"{name}.off_gas" for port in kind.ports_out}
        units.append(Unit(name, kind, kind.settings(), {"feed": (fed,)}, outputs))
    flows = {name: 1e5 * share / MOLAR[name] for name, share in ORE.items()}
    return solve(Flowsheet("natural_graphite", "case P6", 8000, (Feed("ore", "solid", flows),), tuple(units)))


def mass(chain: Solution, stream: str) -> float:
    return chain.streams[stream].mass(chain.components)


@pytest.mark.parametrize(
    ("fed", "made", "published"),
    [
        ("ore", "concentrate", 9.59),
        ("concentrate", "spherical", 2.22),
        ("spherical", "purified", 1.13),
        ("purified", "coated", 1.01),
        ("concentrate", "coated", 2.53),
    ],
)
def test_yields_of_every_step_are_those_published(
    chain: Solution, fed: str, made: str, published: float
) -> None:
    assert mass(chain, fed) / mass(chain, made) == pytest.approx(published, rel=TOLERANCE)


def test_overall_yield_is_that_published(chain: Solution) -> None:
    assert mass(chain, "coated") / mass(chain, "concentrate") == pytest.approx(0.395, abs=0.001)


@pytest.mark.parametrize(
    ("unit", "stream", "published"),
    [
        ("concentrate_graphite", "concentrate", 506),
        ("spheronize", "spherical", 2100),
        ("purify_graphite", "purified", 305),
        ("coat_graphite", "coated", 4550),
    ],
)
def test_electricity_is_counted_by_the_mass_of_each_step(
    chain: Solution, unit: str, stream: str, published: float
) -> None:
    tonnes = mass(chain, stream) / 1000.0
    assert chain.outcomes[unit].power_kw / tonnes == pytest.approx(published)


def test_electricity_of_the_chain_is_that_published(chain: Solution) -> None:
    power = sum(outcome.power_kw for outcome in chain.outcomes.values())
    # 506 x 2.534 + 2,100 x 1.141 + 305 x 1.01 + 4,550
    assert power / (mass(chain, "coated") / 1000.0) == pytest.approx(8540, rel=TOLERANCE)


@pytest.mark.parametrize(("reagent", "published"), [("hf", 182), ("hcl", 202), ("hno3", 101), ("cao", 404)])
def test_reagents_per_tonne_coated_are_those_published(
    chain: Solution, reagent: str, published: float
) -> None:
    flows = chain.outcomes["purify_graphite"].reagents[reagent]
    kg = float(chain.components.molar_mass @ flows) * STRENGTH[reagent]
    assert kg / (mass(chain, "coated") / 1000.0) == pytest.approx(published, rel=TOLERANCE)


def test_water_and_pitch_are_those_published(chain: Solution) -> None:
    water = float(chain.components.molar_mass @ chain.outcomes["purify_graphite"].reagents["water"])
    assert water / mass(chain, "purified") == pytest.approx(25, rel=TOLERANCE)
    pitch = float(chain.components.molar_mass @ chain.outcomes["coat_graphite"].reagents["pitch"])
    assert 1000.0 * pitch / mass(chain, "coated") == pytest.approx(50, rel=TOLERANCE)


def test_product_is_anode_grade(chain: Solution) -> None:
    assert chain.outcomes["coat_graphite"].detail["carbon_fraction"] >= 0.9995
    assert chain.worst_balance <= 1e-9


def test_lime_of_the_inventory_does_not_neutralize_its_acids(chain: Solution) -> None:
    # 404 kg of CaO are 14.4 kmol of base; 182 HF + 202 HCl + 101 HNO3 are 16.2 kmol of acid.
    assert 2 * 404 / 56.077 < 182 / 20.006 + 202 / 36.461 + 101 / 63.013
    assert "lime neutralizes" in "; ".join(chain.outcomes["purify_graphite"].remarks)
