"""Lithium units against published solubilities, yields and projects (cases P5 and P8 of the plant)."""

from __future__ import annotations

from functools import lru_cache

import pytest

from orecell.core.formula import parse_formula
from orecell.plant.component import Components
from orecell.plant.flowsheet import Feed, Flowsheet, Solution, Unit, solve
from orecell.plant.lithium import KINDS
from orecell.plant.lithium_equilibrium import precipitate
from orecell.plant.mixing import SPLIT
from orecell.plant.stream import aqueous_volume
from orecell.plant.unit import Given, Outcome

HOURS_PER_YEAR = 8760.0
LITERS_PER_GALLON = 3.785411784
BRINE_L_PER_H = 7500.0 * LITERS_PER_GALLON * 60.0
BRINE_LITHIUM_G_PER_L = 0.437
MONOHYDRATE_T_PER_YR = 30_000.0
BY_NAME = {kind.name: kind for kind in KINDS}
OTHER_IONS_G_PER_L = {"Na+": 65.0, "K+": 5.0, "Ca+2": 35.0, "Mg+2": 3.0}
"""Smackover brine is sodium and calcium chloride; only lithium is published for the project."""
POLISHED = {"Ca+2": 0.9998, "Mg+2": 0.9998}
"""Rejection of hardness with the ion exchange that every flowsheet has after extraction."""
CLAYSTONE = {
    **{"MgO": 0.13, "CaCO3": 0.09, "Al2O3": 0.07, "K2O": 0.04, "Fe2O3": 0.025, "Na2O": 0.012, "CaF2": 0.01},
    "Li2O": 3283e-6 * 29.88 / (2.0 * 6.94),
}
"""Mass fractions, the rest silica: lithium of the reserve of 2018, the others usual for the clay, assumed."""


def one(kind: str, feed: dict[str, float], **settings: object) -> tuple[Components, Outcome]:
    """One unit on its own."""
    chosen = BY_NAME[kind].settings(**settings)
    names = list(feed)
    for _ in range(3):
        names += [name for name in BY_NAME[kind].makes(chosen, tuple(names)) if name not in names]
    components = Components.of(names)
    given = Given(components, {"feed": components.vector(feed)}, {"feed": 25.0}, chosen)
    return components, BY_NAME[kind].run(given)


@pytest.mark.parametrize(
    ("temperature_c", "grams"), [(0, 1.54), (20, 1.33), (40, 1.17), (60, 1.01), (80, 0.85), (100, 0.72)]
)
def test_solubility_of_lithium_carbonate_in_water(temperature_c: float, grams: float) -> None:
    left = 1.0 - precipitate({"Li+": 2.0, "CO3-2": 1.0}, float(temperature_c)).solid
    assert left * parse_formula("Li2CO3").molar_mass / 10.0 == pytest.approx(grams, rel=0.03)


@pytest.mark.parametrize(
    ("salt", "rises"), [({"Na+": 2.0, "SO4-2": 1.0}, True), ({"K+": 1.0, "Cl-": 1.0}, False)]
)
def test_sodium_sulfate_raises_and_potassium_chloride_lowers_the_solubility(
    salt: dict[str, float], rises: bool
) -> None:
    """Wang, Du & Wang, J. Chem. Eng. Data, 293 to 353 K; that NaCl lowers it too the model does not show."""
    for temperature_c in (25.0, 60.0, 80.0):
        carbonate = {"Li+": 2.0, "CO3-2": 1.0}
        pure, salted = (
            precipitate(carbonate, temperature_c),
            precipitate({**carbonate, **salt}, temperature_c),
        )
        assert (salted.solid < pure.solid) is rises


@pytest.mark.parametrize(("lithium", "low", "high"), [(10.0, 0.77, 0.79), (20.0, 0.86, 0.87)])
def test_lithium_left_after_precipitation_from_sulfate(lithium: float, low: float, high: float) -> None:
    feed = {"Li+": lithium / 6.94, "SO4-2": lithium / 6.94 / 2.0, "H2O": 1000.0 / 18.015}
    _, outcome = one("li2co3", feed, temperature_c=95.0, excess=0.10, soda_mol_per_kg=2.5)
    assert 1.6 <= outcome.detail.lithium_left_g_per_kg <= 1.75
    assert low <= outcome.detail.single_pass_recovery <= high


def brine() -> dict[str, float]:
    """Brine of the South West Arkansas project [kmol/h]."""
    grams = {"Li+": BRINE_LITHIUM_G_PER_L, **OTHER_IONS_G_PER_L}
    moles = {name: value / parse_formula(name).molar_mass for name, value in grams.items()}
    moles["Cl-"] = sum((parse_formula(name).charge or 0) * value for name, value in moles.items())
    feed = {name: value * BRINE_L_PER_H / 1000.0 for name, value in moles.items()}
    components = Components.of(feed)
    filled = aqueous_volume(components, components.vector(feed))
    return {**feed, "H2O": (BRINE_L_PER_H - filled) * 0.997 / 18.015}


def published_overall() -> float:
    """Lithium sold over lithium pumped, from the figures of the study."""
    pumped = BRINE_L_PER_H * BRINE_LITHIUM_G_PER_L * HOURS_PER_YEAR / 1e6
    return MONOHYDRATE_T_PER_YR * 6.94 / parse_formula("LiOH*H2O").molar_mass / pumped


def unit(name: str, kind: str, inputs: tuple[str, ...], **settings: object) -> Unit:
    """A unit whose streams are named `<unit>_<port>`."""
    outputs = {port: f"{name}_{port}" for port in BY_NAME[kind].ports_out}
    return Unit(name, BY_NAME[kind], BY_NAME[kind].settings(**settings), {"feed": inputs}, outputs)


@lru_cache(maxsize=1)
def south_west_arkansas() -> Solution:
    """Brine to hydroxide by carbonate and lime; the liquors of carbonate go back to the extraction."""
    back = ("carbonate_mother_liquor", "carbonate_wash_liquor")
    units = (
        unit("extraction", "dle", ("brine", *back), rejection=POLISHED),
        unit("carbonate", "li2co3", ("extraction_eluate",)),
        unit("hydroxide", "lioh", ("carbonate_product", "returned")),
        Unit(
            "purge",
            SPLIT,
            SPLIT.settings(first=0.8),
            {"feed": ("hydroxide_mother_liquor",)},
            {"first": "returned", "second": "purged"},
        ),
    )
    feeds = (Feed("brine", "aqueous", brine(), 70.0),)
    return solve(Flowsheet("south_west_arkansas", "published case", HOURS_PER_YEAR, feeds, units))


def test_figures_of_the_arkansas_study_imply_76_percent() -> None:
    assert published_overall() == pytest.approx(0.76, abs=0.005)


def test_extraction_alone_recovers_what_was_demonstrated() -> None:
    components, outcome = one("dle", brine(), availability=1.0)
    lithium = components.index["Li+"]
    assert outcome.outputs["eluate"][lithium] / brine()["Li+"] == pytest.approx(0.961, rel=1e-9)


def test_overall_recovery_is_extraction_times_conversion_times_availability() -> None:
    """The eluate is not sold before it is hydroxide: a lime plant that sends its mother liquor back once."""
    plant = south_west_arkansas()
    extraction = plant.outcomes["extraction"].detail.overall_recovery
    assert extraction == pytest.approx(0.961 * 0.90, rel=1e-9)
    recovered = plant.elements("hydroxide_product")["Li"]
    lost = plant.elements("hydroxide_residue")["Li"] + plant.elements("purged")["Li"]
    conversion = recovered / (recovered + lost)
    assert extraction * conversion == pytest.approx(published_overall(), abs=0.03)


def test_the_solved_arkansas_plant_makes_the_published_tonnage() -> None:
    plant = south_west_arkansas()
    assert plant.worst_balance < 1e-9
    overall = plant.elements("hydroxide_product")["Li"] / brine()["Li+"]
    assert overall == pytest.approx(published_overall(), abs=0.03)
    assert plant.tonnes_per_year("hydroxide_product") == pytest.approx(MONOHYDRATE_T_PER_YR, rel=0.04)


def claystone(tonnes: float = 1.0) -> dict[str, float]:
    """Ore of the Thacker Pass reserve of 2018 [kmol]."""
    fractions = {**CLAYSTONE, "SiO2": 1.0 - sum(CLAYSTONE.values())}
    return {name: 1000.0 * tonnes * w / parse_formula(name).molar_mass for name, w in fractions.items()}


def test_claystone_leach_leaves_room_for_83_percent_overall() -> None:
    """Thacker Pass 2018: 83 % to carbonate; what the leach gives, less 1 to 5 % lost with sulfate purges."""
    _, outcome = one("claystone_leach", claystone())
    assert 0.83 <= outcome.detail.recovery <= 0.88


def test_a_claystone_plant_takes_the_published_acid() -> None:
    """2,900 t/d for 30 kt/yr at 83 % overall."""
    _, outcome = one("claystone_leach", claystone())
    per_carbonate = outcome.detail.acid_t_per_t_carbonate * outcome.detail.recovery / 0.83
    assert per_carbonate * 30_000.0 / 365.0 == pytest.approx(2900.0, rel=0.05)


def test_minerals_of_the_claystone_take_nearly_the_acid_that_is_fed() -> None:
    """495 kg/t were measured on a like claystone."""
    _, outcome = one("claystone_leach", claystone(), acid_t_per_t=0.7)
    assert outcome.detail.acid_t_per_t == pytest.approx(0.495, rel=0.1)
