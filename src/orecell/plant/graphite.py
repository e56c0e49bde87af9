"""Graphite for anodes: flotation, spheronization and coating of natural graphite, graphitization of coke.

Solids are C and neutral formulas of what is not carbon (SiO2, Fe2O3, ...); yields and energies are those of
published inventories, each counted by the mass that its own step makes:

    concentrate  C = recovery x C of ore; gangue follows in the proportions of the ore until the grade is met
    spherical    = yield x concentrate, the rest is fines
    coated       = kept x purified + carbon yield x pitch,  pitch per t coated
    synthetic    C = (coke + pitch) x losses of precursor and furnace

Pitch is counted as carbon. Purification is in `plant.graphite_purification`. Left out: flake size, flotation
reagents, packing coke of furnaces, hydrogen and ash of pitch, which gangue floats with the concentrate.
Source: units concentrate_graphite, spheronize, coat_graphite and graphitize of the table solid_parameters.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pydantic import Field

from orecell.plant.component import WATER
from orecell.plant.graphite_purification import PURIFY
from orecell.plant.solid_process import (
    BURNT,
    KJ_PER_KWH,
    burnt,
    fed,
    from_table,
    parameter,
    ratio,
    share_of,
    step_detail,
)
from orecell.plant.unit import GALLON, TONNES_PER_DAY, Given, Kind, Outcome, Settings

if TYPE_CHECKING:
    from orecell.plant.component import Components, Floats

CARBON, SULFUR = "C", "S"
FLOTATION, SPHERES, COATING, FURNACE = "concentrate_graphite", "spheronize", "coat_graphite", "graphitize"
"""Kinds of unit, as in the table of parameters."""
LEAST_FOR_SPHERES, LEAST_FIXED_CARBON = 0.94, 0.9995
FLOTATION_HOURS = 0.5


class ConcentrateSettings(Settings):
    """Settings of a flotation.

    Attributes:
        carbon_recovery_fraction: carbon of the ore that is in the concentrate.
        concentrate_carbon_fraction: carbon in the concentrate by mass.
        electricity_kwh_per_t: per tonne of concentrate, with grinding.
        heat_mj_per_t: drying, per tonne of concentrate.
        water_t_per_t: process water per tonne of concentrate; it leaves with the tailings.
    """

    carbon_recovery_fraction: float = from_table(FLOTATION, "carbon_recovery_fraction", gt=0, lt=1)
    concentrate_carbon_fraction: float = from_table(FLOTATION, "concentrate_carbon_fraction", gt=0, lt=1)
    electricity_kwh_per_t: float = from_table(FLOTATION, "electricity_kwh_per_t", ge=0)
    heat_mj_per_t: float = from_table(FLOTATION, "heat_mj_per_t", ge=0)
    water_t_per_t: float = from_table(FLOTATION, "water_t_per_t", ge=0)


class SpheronizeSettings(Settings):
    """Settings of a spheronization.

    Attributes:
        yield_fraction: spherical graphite by mass of concentrate.
        electricity_kwh_per_t: per tonne of spherical graphite.
    """

    yield_fraction: float = from_table(SPHERES, "yield_fraction", gt=0, lt=1)
    electricity_kwh_per_t: float = from_table(SPHERES, "electricity_kwh_per_t", ge=0)


class CoatSettings(Settings):
    """Settings of a coating with pitch.

    Attributes:
        pitch_kg_per_t: pitch per tonne of coated graphite.
        pitch_carbon_yield_fraction: pitch that stays as carbon.
        graphite_kept_fraction: graphite fed that is in the product; the rest is off-size and dust.
        electricity_kwh_per_t: per tonne of coated graphite.
    """

    pitch_kg_per_t: float = from_table(COATING, "pitch_kg_per_t", ge=0, le=500)
    pitch_carbon_yield_fraction: float = from_table(COATING, "pitch_carbon_yield_fraction", ge=0, lt=1)
    graphite_kept_fraction: float = from_table(COATING, "graphite_kept_fraction", gt=0, lt=1)
    electricity_kwh_per_t: float = from_table(COATING, "electricity_kwh_per_t", ge=0)


class GraphitizeSettings(Settings):
    """Settings of a graphitization of needle coke with pitch.

    Attributes:
        coke_t_per_t_precursor: needle coke per tonne of precursor.
        pitch_t_per_t_precursor: pitch per tonne of precursor.
        precursor_t_per_t: precursor per tonne of graphite.
        impurity_removed_fraction: what is not carbon and evaporates in the furnace.
        electricity_kwh_per_t: per tonne of graphite; from the table if absent, which is then said.
        precursor_heat_mj_per_t: gas for the precursor, per tonne of it.
        heat_mj_per_t: gas besides electricity, per tonne of graphite.
    """

    coke_t_per_t_precursor: float = from_table(FURNACE, "coke_t_per_t_precursor", gt=0)
    pitch_t_per_t_precursor: float = from_table(FURNACE, "pitch_t_per_t_precursor", ge=0)
    precursor_t_per_t: float = from_table(FURNACE, "precursor_t_per_t", gt=1)
    impurity_removed_fraction: float = from_table(FURNACE, "impurity_removed_fraction", ge=0, lt=1)
    electricity_kwh_per_t: float | None = Field(None, ge=0)
    precursor_heat_mj_per_t: float = from_table(FURNACE, "precursor_heat_mj_per_t", ge=0)
    heat_mj_per_t: float = from_table(FURNACE, "heat_mj_per_t", ge=0)


def power_and_heat(kg: float, kwh_per_t: float, mj_per_t: float = 0.0) -> tuple[float, float]:
    """Electricity and heat [kW] of a step that makes a mass [kg/h]."""
    return kg / 1000.0 * kwh_per_t, kg * mj_per_t / KJ_PER_KWH


def concentrate(given: Given) -> Outcome:
    """Split ore into concentrate of a grade, and tailings."""
    s, components, ore = given.settings, given.components, given.feed.copy()
    carbon, water = components.index[CARBON], components.index[WATER]
    moisture, ore[water] = float(ore[water]), 0.0
    kept = s.carbon_recovery_fraction * float(ore[carbon])
    rock = ore.copy()
    rock[carbon] = 0.0
    wanted = kept * components.molar_mass[carbon] * (1.0 / s.concentrate_carbon_fraction - 1.0)
    # Rock cannot float better than graphite, so a richer ore keeps its own grade.
    share = min(ratio(wanted, components.mass(rock)), s.carbon_recovery_fraction)
    product = share * rock
    product[carbon] = kept
    made = components.mass(product)
    grade = share_of(components, product, CARBON)
    notes = []
    if made > 0.0 and grade > s.concentrate_carbon_fraction + 1e-9:
        notes.append(f"the ore is richer than the concentrate asked for, which holds {grade:.1%} carbon")
    process = fed("water", components, s.water_t_per_t * made)
    power, heat = power_and_heat(made, s.electricity_kwh_per_t, s.heat_mj_per_t)
    tailings_water = process.copy()
    tailings_water[water] += moisture
    return Outcome(
        {"concentrate": product, "tailings": ore - product, "tailings_water": tailings_water},
        {"water": process},
        tuple(notes),
        power_kw=power,
        heat_kw=heat,
        sizes={
            "mill": components.mass(ore),
            "tank": components.mass(process) * FLOTATION_HOURS / GALLON,
            "filter": made * TONNES_PER_DAY,
        },
        detail=step_detail(components, given.feed, product),
    )


def spheronize(given: Given) -> Outcome:
    """Mill flakes to spheres; what breaks off is fines of the same composition."""
    s, components = given.settings, given.components
    spheres = s.yield_fraction * given.feed
    made = components.mass(spheres)
    grade = share_of(components, spheres, CARBON)
    notes = []
    if made > 0.0 and grade < LEAST_FOR_SPHERES:
        notes.append(f"the concentrate holds {grade:.1%} carbon: spheres for anodes start from 94 % or more")
    power, _ = power_and_heat(made, s.electricity_kwh_per_t)
    return Outcome(
        {"spherical": spheres, "fines": given.feed - spheres},
        remarks=tuple(notes),
        power_kw=power,
        sizes={"mill": components.mass(given.feed)},
        detail=step_detail(components, given.feed, spheres),
    )


def coat(given: Given) -> Outcome:
    """Coat graphite with carbon from pitch; volatiles burn."""
    s, components = given.settings, given.components
    kept = s.graphite_kept_fraction * given.feed
    per_kg = s.pitch_kg_per_t / 1000.0
    pitch_kg = per_kg * components.mass(kept) / (1.0 - per_kg * s.pitch_carbon_yield_fraction)
    pitch = fed("pitch", components, pitch_kg)
    coated = kept + s.pitch_carbon_yield_fraction * pitch
    volatile = (1.0 - s.pitch_carbon_yield_fraction) * float(pitch[components.index[CARBON]])
    blown, gas = burnt(components, {CARBON: volatile}, parameter("burner", "air_excess"))
    made = components.mass(coated)
    power, _ = power_and_heat(made, s.electricity_kwh_per_t)
    return Outcome(
        {"coated": coated, "rejects": given.feed - kept, "off_gas": gas},
        {"pitch": pitch, "air": blown},
        _purity_note(components, coated),
        power_kw=power,
        sizes={"furnace": made},
        detail={
            **step_detail(components, given.feed, coated, pitch),
            "pitch_kg_per_t": 1000.0 * ratio(pitch_kg, made),
        },
    )


def graphitize(given: Given) -> Outcome:
    """Make graphite of needle coke and pitch; sulfur, ash and lost carbon leave with the gas and as dust."""
    s, components, coke = given.settings, given.components, given.feed
    carbon = components.index[CARBON]
    per_coke = s.pitch_t_per_t_precursor / s.coke_t_per_t_precursor
    pitch = fed("pitch", components, per_coke * components.mass(coke))
    mixed = coke + pitch
    # Precursor and furnace together: what the inventory says of 1 t, as a share of what was fed.
    kept = min(1.0 / ((s.coke_t_per_t_precursor + s.pitch_t_per_t_precursor) * s.precursor_t_per_t), 0.9999)
    graphite = (1.0 - s.impurity_removed_fraction) * mixed
    graphite[carbon] = kept * mixed[carbon]
    graphite[components.index[WATER]] = 0.0
    residue, fuel, vapor = _driven_off(components, mixed - graphite)
    blown, gas = burnt(components, fuel, parameter("burner", "air_excess"))
    made = components.mass(graphite)
    kwh, notes = s.electricity_kwh_per_t, list(_purity_note(components, graphite))
    if kwh is None:
        kwh = parameter(FURNACE, "electricity_kwh_per_t")
        notes.append(f"electricity of the furnace is assumed: {kwh:,.0f} kWh/t, quoted from 2,500 to 14,000")
    power, heat = power_and_heat(made, kwh, s.heat_mj_per_t + s.precursor_t_per_t * s.precursor_heat_mj_per_t)
    return Outcome(
        {"graphite": graphite, "residue": residue, "off_gas": gas + vapor},
        {"pitch": pitch, "air": blown},
        tuple(notes),
        power_kw=power,
        heat_kw=heat,
        sizes={"furnace": made},
        detail={**step_detail(components, coke, graphite, pitch), "electricity_kwh_per_t": kwh},
    )


def _driven_off(components: Components, lost: Floats) -> tuple[Floats, dict[str, float], Floats]:
    """Dust, what burns and water vapor of what leaves the furnace (component) [kmol/h]."""
    dust, vapor = lost.copy(), components.vector({})
    fuel = {}
    for name in (CARBON, SULFUR):
        if name in components.index:
            fuel[name] = float(dust[components.index[name]])
            dust[components.index[name]] = 0.0
    water = components.index[WATER]
    vapor[water], dust[water] = dust[water], 0.0
    return dust, fuel, vapor


def _purity_note(components: Components, product: Floats) -> tuple[str, ...]:
    """What is wrong with the fixed carbon of a product for anodes."""
    fixed = share_of(components, product, CARBON)
    if components.mass(product) <= 0.0 or fixed >= LEAST_FIXED_CARBON:
        return ()
    return (f"fixed carbon is {fixed:.3%}, below the 99.95 % of anode material: purify what is fed",)


CONCENTRATE = Kind(
    FLOTATION,
    "flotation of graphite ore to a concentrate of a grade",
    ConcentrateSettings,
    ("feed",),
    {"concentrate": "solid", "tailings": "solid", "tailings_water": "aqueous"},
    concentrate,
    lambda settings, names: (CARBON,),
)
SPHERONIZE = Kind(
    SPHERES,
    "spherical graphite from flakes, with fines as by-product",
    SpheronizeSettings,
    ("feed",),
    {"spherical": "solid", "fines": "solid"},
    spheronize,
    lambda settings, names: (CARBON,),
)
COAT = Kind(
    COATING,
    "carbon coat from pitch on purified graphite",
    CoatSettings,
    ("feed",),
    {"coated": "solid", "rejects": "solid", "off_gas": "gas"},
    coat,
    lambda settings, names: (CARBON, *BURNT),
)
GRAPHITIZE = Kind(
    FURNACE,
    "synthetic graphite from needle coke and pitch; electricity is assumed unless given",
    GraphitizeSettings,
    ("feed",),
    {"graphite": "solid", "residue": "solid", "off_gas": "gas"},
    graphitize,
    lambda settings, names: (CARBON, *BURNT),
)
KINDS = (CONCENTRATE, SPHERONIZE, PURIFY, COAT, GRAPHITIZE)
