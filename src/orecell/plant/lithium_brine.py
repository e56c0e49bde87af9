"""Direct lithium extraction at recipe level: a recovery, rejections and the strength of the eluate.

    eluate of ion i = availability x (1 - rejection_i) x brine, lithium by its recovery
    overall recovery = availability x recovery

Brine that arrives while the plant stands still goes past it. A sorbent eluted with water takes up salt, so
chloride follows the cations; an ion exchanger eluted with acid leaves H+ in the brine, which caustic soda
neutralizes. The eluate is meant after reverse osmosis, whose water goes round inside. Left out: loss of
sorbent, polishing of the eluate, temperature, and what the brine does to the reservoir.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import Field

from orecell.core.formula import parse_formula
from orecell.plant.component import PROTON, WATER, Components
from orecell.plant.lithium_parameters import default, parameter
from orecell.plant.lithium_salts import charge_of
from orecell.plant.stream import aqueous_volume, water_density
from orecell.plant.unit import GALLON, Given, Kind, Outcome, Settings, reagent

if TYPE_CHECKING:
    from orecell.plant.component import Floats

LITHIUM = "Li+"
DEMONSTRATED = "dle_recovery"
ACIDS = {"hydrochloric_acid": ("hcl", "Cl-", 1.0), "sulfuric_acid": ("h2so4", "SO4-2", 2.0)}
"""Eluent -> reagent, its anion, H+ per acid."""


class BrineSettings(Settings):
    """Settings of a direct extraction of lithium.

    Attributes:
        recovery: lithium taken from treated brine.
        rejection: share of other ions left in the brine, by component; `other_rejection` for the rest.
        boron_rejection: the same for neutral boron.
        availability: share of the brine treated, over a year.
        elution: what takes lithium off the sorbent.
        acid_ratio: acid per cation eluted, in equivalents.
        eluate_g_per_l: lithium of the concentrated eluate.
        rinse_kg_per_kg: fresh water that leaves with the spent brine, per eluate.
        raw_eluate_g_per_l: lithium of the eluate before it is concentrated; for power and heat.
        power_kwh_per_kg, heat_mj_per_kg: per raw eluate.
        pumping_kwh_per_m3: of brine, from and to the reservoir.
    """

    recovery: float = default(DEMONSTRATED, gt=0, le=0.999)
    rejection: dict[str, Annotated[float, Field(ge=0, le=1)]] = Field(default_factory=dict)
    other_rejection: float = default("dle_rejection", ge=0, le=1)
    boron_rejection: float = default("dle_rejection_boron", ge=0, le=1)
    availability: float = default("dle_availability", gt=0, le=1)
    elution: Literal["water", "hydrochloric_acid", "sulfuric_acid"] = "water"
    acid_ratio: float = default("dle_acid_ratio", ge=1, le=3)
    eluate_g_per_l: float = default("dle_eluate_g_per_l", gt=0, le=60)
    rinse_kg_per_kg: float = default("dle_rinse_kg_per_kg", ge=0, le=20)
    raw_eluate_g_per_l: float = default("dle_raw_eluate_g_per_l", gt=0, le=60)
    power_kwh_per_kg: float = default("dle_power_kwh_per_kg_eluate", ge=0)
    heat_mj_per_kg: float = default("dle_heat_mj_per_kg_eluate", ge=0)
    pumping_kwh_per_m3: float = default("dle_pumping_kwh_per_m3", ge=0)


@dataclass(frozen=True)
class BrineDetail:
    """What the extraction did.

    Attributes:
        overall_recovery: lithium in the eluate per lithium of the brine, availability included.
        lithium_g_per_l: in the brine.
        eluate_g_per_l: component -> concentration in the eluate.
        water_t_per_t_carbonate: fresh water per lithium carbonate equivalent.
        energy_mwh_per_t_carbonate: electricity per lithium carbonate equivalent.
    """

    overall_recovery: float
    lithium_g_per_l: float
    eluate_g_per_l: dict[str, float]
    water_t_per_t_carbonate: float
    energy_mwh_per_t_carbonate: float


def run(given: Given) -> Outcome:
    """Take lithium out of the brine."""
    import numpy as np

    s, components, brine = given.settings, given.components, given.feed
    lithium = given.amount(LITHIUM)
    empty = np.zeros_like(brine)
    if lithium <= 0.0 or given.amount(WATER) <= 0.0:
        return Outcome({"eluate": empty, "spent_brine": brine.copy()}, {}, ("no lithium in the brine",))
    taken = _taken(components, brine, s)
    eluate, spent, reagents = _exchange(components, brine, taken, s)
    water = _eluate_water(components, eluate, s)
    eluate = eluate + water
    mass = components.mass(eluate)
    kg_per_kmol = components.molar_mass[components.index[WATER]]
    rinse = components.vector({WATER: s.rinse_kg_per_kg * mass / kg_per_kmol})
    reagents["water"] = water + rinse
    cubic_meters = aqueous_volume(components, brine, given.temperature_c["feed"]) / 1000.0
    raw_kg = (
        float(taken[components.index[LITHIUM]])
        * parse_formula("Li").molar_mass
        * 1000.0
        / s.raw_eluate_g_per_l
    )
    power = s.power_kwh_per_kg * raw_kg + s.pumping_kwh_per_m3 * cubic_meters
    detail = _detail(components, (brine, eluate), components.mass(water + rinse), power)
    return Outcome(
        {"eluate": eluate, "spent_brine": spent + rinse},
        reagents,
        tuple(_remarks(s, detail)),
        power_kw=power,
        heat_kw=s.heat_mj_per_kg * raw_kg / 3.6,
        sizes={"column": cubic_meters * 1000.0 / GALLON / 60.0},
        temperature_c={"eluate": 25.0},
        detail=detail,
    )


def _taken(components: Components, brine: Floats, settings: BrineSettings) -> Floats:
    """Cations and neutral matter that go to the eluate (component) [kmol/h]."""
    found = components.vector({})
    boron = components.element_row("B")
    for i, name in enumerate(components.names):
        if name in (WATER, PROTON) or charge_of(name) < 0 or brine[i] <= 0.0:
            continue
        if name == LITHIUM:
            passed = settings.recovery
        elif charge_of(name) == 0 and boron[i] > 0.0:
            passed = 1.0 - settings.boron_rejection
        else:
            passed = 1.0 - settings.rejection.get(name, settings.other_rejection)
        found[i] = settings.availability * passed * brine[i]
    return found


def _exchange(
    components: Components, brine: Floats, taken: Floats, settings: BrineSettings
) -> tuple[Floats, Floats, dict[str, Floats]]:
    """Eluate without its water, spent brine, and acid with the alkali that undoes it."""
    equivalents = float(components.charge @ taken)
    spent = brine - taken
    if settings.elution == "water":
        anions = _anions(components, brine, equivalents)
        return taken + anions, spent - anions, {}
    name, _, protons = ACIDS[settings.elution]
    acid = reagent(name).flows(components, settings.acid_ratio * equivalents / protons)
    alkali = reagent("naoh").flows(components, equivalents)
    protons_in = components.vector({PROTON: equivalents})
    return taken + acid - protons_in, spent + protons_in + alkali, {name: acid, "naoh": alkali}


def _anions(components: Components, brine: Floats, equivalents: float) -> Floats:
    """Anions that go with cations: chloride if it suffices, else all in proportion."""
    import numpy as np

    i = components.index.get("Cl-")
    if i is not None and brine[i] >= equivalents:
        return components.vector({"Cl-": equivalents})
    negative = np.where(components.charge < 0.0, np.maximum(brine, 0.0), 0.0)
    held = -float(components.charge @ negative)
    share = min(equivalents / held, 1.0) if held > 0.0 else 0.0
    found: Floats = share * negative
    found[components.index[PROTON]] -= equivalents + float(components.charge @ found)
    return found


def _eluate_water(components: Components, solutes: Floats, settings: BrineSettings) -> Floats:
    """Water that brings lithium to its concentration, beyond what the acid brings."""
    liters = float(solutes[components.index[LITHIUM]]) * parse_formula("Li").molar_mass * 1000.0
    liters = liters / settings.eluate_g_per_l - aqueous_volume(components, solutes)
    return components.water(max(liters, 0.0) * water_density(25.0))


def _detail(
    components: Components, streams: tuple[Floats, Floats], water_kg: float, power_kw: float
) -> BrineDetail:
    """Figures from brine and eluate (component) [kmol/h]."""
    brine, eluate = streams
    i = components.index[LITHIUM]
    volume = aqueous_volume(components, eluate)
    held = {
        name: float(eluate[k] * components.molar_mass[k]) * 1000.0 / volume
        for k, name in enumerate(components.names)
        if eluate[k] > 0.0 and name not in (WATER, PROTON)
    }
    kg = float(eluate[i]) / 2.0 * parse_formula("Li2CO3").molar_mass
    grams = float(brine[i] * components.molar_mass[i]) * 1000.0
    return BrineDetail(
        float(eluate[i] / brine[i]),
        grams / aqueous_volume(components, brine),
        held,
        water_kg / kg,
        power_kw / kg,
    )


def _remarks(settings: BrineSettings, detail: BrineDetail) -> list[str]:
    """What is wrong or worth knowing."""
    found = []
    best = parameter(DEMONSTRATED)
    if settings.recovery > best:
        found.append(f"recovery of {settings.recovery:.1%} is above the {best:.1%} demonstrated")
    if settings.availability < parameter("dle_availability"):
        found.append(f"{1.0 - settings.availability:.0%} of the brine passes untreated: availability")
    held = dict(detail.eluate_g_per_l)
    lithium = held.pop(LITHIUM)
    carried = {name: grams / lithium for name, grams in held.items() if charge_of(name) > 0}
    worst = max(carried, key=lambda name: carried[name], default="")
    if worst and carried[worst] > 0.1:
        found.append(f"eluate carries {carried[worst]:.2g} g of {worst} per g of lithium: polish it")
    if detail.lithium_g_per_l < 0.1:
        found.append(f"brine of {1000.0 * detail.lithium_g_per_l:.0f} mg/L: below what plants have treated")
    return found


def makes(settings: BrineSettings, names: tuple[str, ...]) -> tuple[str, ...]:
    """Anion of the eluent, sodium of the alkali."""
    if settings.elution == "water":
        return (LITHIUM,)
    return (LITHIUM, ACIDS[settings.elution][1], "Na+")


KIND = Kind(
    "dle",
    "direct extraction of lithium from brine, at recipe level",
    BrineSettings,
    ("feed",),
    {"eluate": "aqueous", "spent_brine": "aqueous"},
    run,
    makes,
)
