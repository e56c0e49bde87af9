"""Acid leach of black mass, hydroxides or carbonates, with the electrons and the acid that it takes.

Solids dissolve as in `plant.dissolution`, each to an extent from shrinking-particle kinetics in N equal
tanks:

    X = X_max [1 - int_0^tau (1 - t/tau)^3 E_N(t) dt],  tau = tau_70 exp(Ea/R (1/T - 1/343.15))

with E_N the residence-time distribution of N stirred tanks. Electrons for LiMO2 come from metals in the feed
(Al, Fe, then Cu) and the rest from H2O2 (-> O2 + 2 H+) or SO2 (-> SO4 + 4 H+); what Al and Fe give too much
leaves as H2, peroxide beyond the need decomposes, carbonate leaves as CO2. Acid is what dissolution takes,
plus the free acid asked for; phosphate takes 3 H+, for it ends as H3PO4. Water and ions that come with the
feed join the liquor. No activation energy for H2SO4 with peroxide was found: 25 kJ/mol is taken between 23.8
(Li) and 27.7 (Co) of LiCoO2 in HCl (doi 10.1007/s40033-013-0018-0), grade D. Left out: passivation, foaming,
heat of reaction, HF, ferric iron.
"""

from __future__ import annotations

import math
from functools import lru_cache
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import Field, field_validator

from orecell.core.elements import ELEMENTS
from orecell.core.formula import parse_formula
from orecell.data.check import suggest
from orecell.plant.component import PROTON, WATER
from orecell.plant.dissolution import Dissolution, dissolution_of
from orecell.plant.separation import CakeSettings, separate
from orecell.plant.stream import aqueous_volume, neutralized
from orecell.plant.unit import GALLON, TONNES_PER_DAY, Given, Kind, Outcome, Settings, reagent

if TYPE_CHECKING:
    from orecell.plant.component import Components, Floats

COMPLETE_HOURS = {"Li": 1.5, "Co": 2.5, "Ni": 3.0, "Mn": 3.0, "other": 1.0}
METALS = ("Al", "Fe", "Cu")
"""Metals in order of how readily they give electrons."""
GAS_CONSTANT = 8.314462618e-3
REFERENCE_K = 343.15


class LeachSettings(Settings):
    """Settings of a leach.

    Attributes:
        temperature_c: temperature.
        hours: residence time of all tanks.
        tanks: stirred tanks in series.
        complete_hours: time to dissolve a particle at 70 C, by element that leads; `other` for the rest;
            elements not named keep their default.
        activation_kj_per_mol: how it changes with temperature.
        most_dissolved: share that acid can reach at all.
        metal_dissolved: the same for aluminum, iron and copper metal.
        solids_g_per_l: dry solids per liter of liquor fed.
        free_acid_mol_per_l: sulfuric acid left at the end.
        reductant: what gives the electrons that metals do not.
        reductant_excess: times the need.
        cake: filter of the residue.
    """

    temperature_c: float = Field(70.0, ge=10, le=100)
    hours: float = Field(4.0, gt=0, le=100)
    tanks: int = Field(3, ge=1, le=20)
    complete_hours: dict[str, Annotated[float, Field(gt=0, le=1000)]] = Field(
        default_factory=lambda: dict(COMPLETE_HOURS)
    )
    activation_kj_per_mol: float = Field(25.0, ge=0, le=200)
    most_dissolved: float = Field(0.99, gt=0, le=0.9999)
    metal_dissolved: float = Field(0.9, ge=0, le=0.9999)
    solids_g_per_l: float = Field(100.0, ge=1, le=500)
    free_acid_mol_per_l: float = Field(0.05, ge=0, le=3)
    reductant: Literal["h2o2", "so2", "none"] = "h2o2"
    reductant_excess: float = Field(1.5, ge=1, le=5)
    cake: CakeSettings = CakeSettings(moisture=0.35, washing=0.95, wash_ratio=2.0)

    @field_validator("complete_hours")
    @classmethod
    def _with_defaults(cls, value: dict[str, float]) -> dict[str, float]:
        for name in value:
            if name != "other" and name not in ELEMENTS:
                fix = suggest(name, COMPLETE_HOURS, "write Ni, Co, Mn, Li or other")
                raise ValueError(f"{name} is no element; {fix}")
        return {**COMPLETE_HOURS, **value}


def dissolved_fraction(tau_over_mean: float, tanks: int) -> float:
    """Share of particles dissolved in equal stirred tanks.

    Args:
        tau_over_mean: time to dissolve a particle over the mean residence time.
        tanks: number of tanks.
    """
    import numpy as np

    x, w = _legendre()
    last = min(tau_over_mean, 1.0 + 60.0 / tanks)  # beyond it, 1e-13 of the liquor at most is left
    t = 0.5 * last * (x + 1.0)
    density = tanks**tanks / math.factorial(tanks - 1) * t ** (tanks - 1) * np.exp(-tanks * t)
    left = 0.5 * last * float(w @ ((1.0 - t / tau_over_mean) ** 3 * density))
    return min(max(1.0 - left, 0.0), 1.0)


@lru_cache(maxsize=1)
def _legendre() -> tuple[Floats, Floats]:
    import numpy as np

    x, w = np.polynomial.legendre.leggauss(40)
    return x, w


def leading_element(formula: str) -> str:
    """The element whose kinetics a solid follows: the transition metal, else lithium, else the first."""
    atoms = parse_formula(formula).atoms
    held = [element for element in ("Ni", "Co", "Mn") if element in atoms]
    if held:
        return max(held, key=lambda element: atoms[element])
    return "Li" if "Li" in atoms else next(iter(atoms))


def extent_of(formula: str, settings: LeachSettings) -> float:
    """Share of a solid that dissolves, if acid and electrons suffice."""
    if formula in METALS:
        return settings.metal_dissolved
    table = settings.complete_hours
    hours = table.get(leading_element(formula), table["other"])
    kelvin = settings.temperature_c + 273.15
    tau = hours * math.exp(settings.activation_kj_per_mol / GAS_CONSTANT * (1.0 / kelvin - 1.0 / REFERENCE_K))
    return settings.most_dissolved * dissolved_fraction(tau / settings.hours, settings.tanks)


@lru_cache(maxsize=64)
def _extents(names: tuple[str, ...], key: str) -> dict[str, tuple[float, Dissolution]]:
    """Solid -> extent and reaction, for one set of settings (as JSON)."""
    settings = LeachSettings.model_validate_json(key)
    found = {}
    for name in names:
        if parse_formula(name).charge is None and name != WATER:
            reaction = dissolution_of(name)
            if reaction is not None:
                found[name] = (extent_of(name, settings), reaction)
    return found


def run(given: Given) -> Outcome:
    """Leach the solid feed with recycled liquor, acid and reductant."""
    s, components = given.settings, given.components
    solid, liquor = _parted(given)
    mass = components.mass(solid)
    dissolved, electrons, notes = _dissolve(components, solid, s)
    liquor += dissolved
    gas = components.vector({})
    reagents: dict[str, Floats] = {}
    _reduce(given, electrons, liquor, gas, reagents)
    _release(components, liquor, gas)
    added = _water(components, liquor, mass, s)
    liquor += added
    reagents["h2so4"] = reagent("h2so4").flows(components, _acid(given, liquor, s.free_acid_mol_per_l))
    liquor += reagents["h2so4"]
    cake, pls, wash = separate(components, solid, liquor, s.cake)
    reagents["water"] = added + wash
    volume = aqueous_volume(components, pls, s.temperature_c)
    return Outcome(
        {"pls": neutralized(components, pls), "residue": neutralized(components, cake), "off_gas": gas},
        reagents,
        tuple(notes),
        power_kw=0.5 * s.hours * volume / 1000.0,
        heat_kw=volume * 4.18 * max(s.temperature_c - 25.0, 0.0) / 3600.0 * 0.5,
        sizes={"tank": volume * s.hours / GALLON, "filter": mass * TONNES_PER_DAY},
        temperature_c={"pls": s.temperature_c},
        detail={name: found[0] for name, found in _extents(components.names, s.model_dump_json()).items()},
    )


def _parted(given: Given) -> tuple[Floats, Floats]:
    """Dry solid of the feed; recycled liquor with the water, ions and ammonia that came with the solid."""
    import numpy as np

    names, solid = given.components.names, given.feed.copy()
    wet = (given.components.charge != 0.0) | np.array([name in (WATER, "NH3") for name in names])
    liquor = np.where(wet, solid, 0.0) + given.flows.get("liquor", 0.0)
    solid[wet] = 0.0
    return solid, liquor


def _water(components: Components, liquor: Floats, mass: float, s: LeachSettings) -> Floats:
    """Water that the liquor lacks for the solids asked for (component) [kmol/h]; acid fills the last 2 %."""
    short = mass / s.solids_g_per_l * 1000.0 - aqueous_volume(components, liquor, s.temperature_c)
    return components.water(max(short, 0.0) * 0.98)


def _dissolve(components: Components, solid: Floats, s: LeachSettings) -> tuple[Floats, float, list[str]]:
    """Take what dissolves out of the solid, in place; ions formed, electrons still needed, remarks."""
    extents = _extents(components.names, s.model_dump_json())
    amounts = {
        n: x * solid[components.index[n]] for n, (x, _) in extents.items() if solid[components.index[n]] > 0
    }
    need = sum(v * extents[n][1].electrons for n, v in amounts.items() if n not in METALS)
    gift = -sum(amounts.get(n, 0.0) * extents[n][1].electrons for n in ("Al", "Fe") if n in extents)
    notes = []
    if "Cu" in amounts:
        most = max(need - gift, 0.0) / 2.0
        amounts["Cu"] = min(amounts["Cu"], most)
    gift -= amounts.get("Cu", 0.0) * (extents["Cu"][1].electrons if "Cu" in extents else 0.0)
    if s.reductant == "none" and need > gift:
        taken = sum(v * max(extents[n][1].electrons, 0.0) for n, v in amounts.items())
        share = 1.0 - (need - gift) / taken
        notes.append(f"no reductant: metals give only {share:.0%} of the electrons that the oxides need")
        for name in amounts:
            if extents[name][1].electrons > 0.0:
                amounts[name] *= share
        need = gift
    found = _ions(components, {name: (amount, extents[name][1]) for name, amount in amounts.items()}, solid)
    return found, need - gift, notes


def _ions(components: Components, amounts: dict[str, tuple[float, Dissolution]], solid: Floats) -> Floats:
    """What dissolves, in master components, taken from the solid in place; electrons are not paid yet."""
    import numpy as np

    found = np.zeros_like(solid)
    for name, (amount, reaction) in amounts.items():
        solid[components.index[name]] -= amount
        for ion, count in reaction.ions:
            found[components.index[ion]] += count * amount
        found[components.index[WATER]] += reaction.water * amount
        found[components.index[PROTON]] -= reaction.acid * amount
    return found


def _reduce(given: Given, electrons: float, liquor: Floats, gas: Floats, reagents: dict[str, Floats]) -> None:
    """Pay the electrons: reductant for what is missing, hydrogen for what is left over, in place."""
    s, index = given.settings, given.components.index
    if electrons < 0.0:
        gas[index["H2"]] += -electrons / 2.0
        liquor[index[PROTON]] -= -electrons
    if electrons <= 0.0 or s.reductant == "none":
        return
    used, added = electrons / 2.0, s.reductant_excess * electrons / 2.0
    bought = reagent(s.reductant).flows(given.components, added)
    reagents[s.reductant] = bought
    liquor[index[WATER]] += bought[index[WATER]]
    if s.reductant == "h2o2":
        gas[index["O2"]] += used + (added - used) / 2.0
        liquor[index[PROTON]] += 2.0 * used
        liquor[index[WATER]] += added - used
    else:
        gas[index["SO2"]] += added - used
        liquor[index["SO4-2"]] += used
        liquor[index[PROTON]] += 4.0 * used
        liquor[index[WATER]] -= 2.0 * used


def _release(components: Components, liquor: Floats, gas: Floats) -> None:
    """CO3-2 + 2 H+ = CO2 + H2O, in place."""
    index = components.index
    if "CO3-2" not in index:
        return
    amount = max(float(liquor[index["CO3-2"]]), 0.0)
    liquor[index["CO3-2"]] -= amount
    liquor[index[PROTON]] -= 2.0 * amount
    liquor[index[WATER]] += amount
    gas[index["CO2"]] += amount


def _acid(given: Given, liquor: Floats, free: float) -> float:
    """Sulfuric acid that leaves the free acid asked for [kmol/h], beside what dissolution and H3PO4 took."""
    components = given.components
    volume = aqueous_volume(components, liquor, given.settings.temperature_c)
    phosphate = components.index.get("PO4-3")
    bound = 0.0 if phosphate is None else 3.0 * float(liquor[phosphate])
    return max(0.0, free * volume / 1000.0 + (bound - float(liquor[components.index[PROTON]])) / 2.0)


def makes(settings: LeachSettings, names: tuple[str, ...]) -> tuple[str, ...]:
    """Ions of the solids fed, sulfate and gases."""
    ions = [ion for name in names for ion, _ in getattr(_reaction(name), "ions", ())]
    bought = {"h2o2": ("H2O2", "O2"), "so2": ("SO2",), "none": ()}[settings.reductant]
    gas = ("CO2",) if "CO3-2" in (*names, *ions) else ()
    return (*dict.fromkeys(ions), "SO4-2", "H2", *bought, *gas)


def _reaction(name: str) -> Dissolution | None:
    return None if parse_formula(name).charge is not None or name == WATER else dissolution_of(name)


KIND = Kind(
    "leach",
    "acid leach with a reductant, and filtration of the residue",
    LeachSettings,
    ("feed", "liquor"),
    {"pls": "aqueous", "residue": "solid", "off_gas": "gas"},
    run,
    makes,
    optional=("liquor",),
)
