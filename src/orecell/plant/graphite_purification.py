"""Purification of spherical graphite, by acids or by heat.

Acid route: hydrofluoric acid dissolves silica, hydrochloric and nitric acid the basic oxides,

    SiO2 + 6 HF = H2SiF6 + 2 H2O,   Fe2O3 + 6 H+ = 2 Fe+3 + 3 H2O,   also Al2O3, CaO, MgO

each to a share that is set, or as far as the acids reach. Lime then makes CaF2 sludge of the liquor, at
equilibrium with fluorides and hydroxides (`plant.speciation`); silica comes down with it except what water
dissolves or fluoride still holds (six per silica). Thermal route: above 2500 C oxides evaporate and come down
as dust; carbon lost burns. Doses are per tonne of purified graphite.
Left out: SiF4 and HF in the air of the plant, NOx, CaF2 that clogs pores, chlorine as a purifying gas.
Source: unit purify_graphite of the table solid_parameters.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from orecell.plant.component import PROTON, WATER
from orecell.plant.dissolution import take
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
from orecell.plant.speciation import solid_formula, solver_for
from orecell.plant.stream import aqueous_volume
from orecell.plant.unit import GALLON, TONNES_PER_DAY, Given, Kind, Outcome, Settings, total

if TYPE_CHECKING:
    from orecell.plant.component import Components, Floats
    from orecell.plant.speciation import Solution

CARBON, SILICA, FLUORIDE = "C", "SiO2", "F-"
OXIDES = {
    "Fe2O3": ("Fe+3", 2.0, 6.0),
    "Al2O3": ("Al+3", 2.0, 6.0),
    "CaO": ("Ca+2", 1.0, 2.0),
    "MgO": ("Mg+2", 1.0, 2.0),
}
"""Oxide -> its cation, how many, and the H+ it takes."""
SOLIDS = (
    "calcium_fluoride",
    "magnesium_fluoride",
    "ferrihydrite",
    "aluminum_hydroxide_amorphous",
    "magnesium_hydroxide",
    "calcium_hydroxide",
)
"""Solids of the table that the sludge may hold."""
IONS = ("Ca+2", "Mg+2", "Fe+3", "Al+3", FLUORIDE, "Cl-", "NO3-")
HF_PER_SILICA = 6.0
QUICKLIME, FLUORINE = 56.077, 18.998
"""Molar masses [g/mol]."""
LEACH_HOURS = 8.0
UNIT = "purify_graphite"


class PurifySettings(Settings):
    """Settings of a purification.

    Attributes:
        route: acids, or heat.
        carbon_recovery_fraction: carbon kept by the acid route; the rest is lost as fines.
        dissolved_sio2_fraction: silica that dissolves, if hydrofluoric acid suffices.
        dissolved_fe2o3_fraction: the same of the other oxides, if the acids suffice.
        hf_kg_per_t: pure acid per tonne purified; also `hcl_kg_per_t`, `hno3_kg_per_t`.
        lime_kg_per_t: quicklime per tonne purified.
        water_t_per_t: process water.
        evaporated_t_per_t: water that drying takes off.
        electricity_kwh_per_t: per tonne purified, of the acid route.
        heat_mj_per_t: natural gas, of the acid route.
        least_fixed_carbon_fraction: fixed carbon below which a remark says so.
        sludge_moisture_fraction: liquor in the sludge by wet mass.
        thermal_carbon_recovery_fraction: carbon kept by the thermal route.
        thermal_removed_fraction: what is not carbon and evaporates.
        thermal_electricity_kwh_per_t: per tonne purified, of the thermal route.
    """

    route: Literal["acid", "thermal"] = "acid"
    carbon_recovery_fraction: float = from_table(UNIT, "carbon_recovery_fraction", gt=0, lt=1)
    dissolved_sio2_fraction: float = from_table(UNIT, "dissolved_sio2_fraction", ge=0, lt=1)
    dissolved_fe2o3_fraction: float = from_table(UNIT, "dissolved_fe2o3_fraction", ge=0, lt=1)
    dissolved_al2o3_fraction: float = from_table(UNIT, "dissolved_al2o3_fraction", ge=0, lt=1)
    dissolved_cao_fraction: float = from_table(UNIT, "dissolved_cao_fraction", ge=0, lt=1)
    dissolved_mgo_fraction: float = from_table(UNIT, "dissolved_mgo_fraction", ge=0, lt=1)
    hf_kg_per_t: float = from_table(UNIT, "hf_kg_per_t", ge=0)
    hcl_kg_per_t: float = from_table(UNIT, "hcl_kg_per_t", ge=0)
    hno3_kg_per_t: float = from_table(UNIT, "hno3_kg_per_t", ge=0)
    lime_kg_per_t: float = from_table(UNIT, "lime_kg_per_t", ge=0)
    water_t_per_t: float = from_table(UNIT, "water_t_per_t", ge=1)
    evaporated_t_per_t: float = from_table(UNIT, "evaporated_t_per_t", ge=0, lt=1)
    electricity_kwh_per_t: float = from_table(UNIT, "electricity_kwh_per_t", ge=0)
    heat_mj_per_t: float = from_table(UNIT, "heat_mj_per_t", ge=0)
    least_fixed_carbon_fraction: float = from_table(UNIT, "least_fixed_carbon_fraction", ge=0, lt=1)
    sludge_moisture_fraction: float = from_table(UNIT, "sludge_moisture_fraction", ge=0, le=0.8)
    thermal_carbon_recovery_fraction: float = from_table(UNIT, "thermal_carbon_recovery_fraction", gt=0, lt=1)
    thermal_removed_fraction: float = from_table(UNIT, "thermal_removed_fraction", ge=0, lt=1)
    thermal_electricity_kwh_per_t: float = from_table(UNIT, "thermal_electricity_kwh_per_t", ge=0)


def purify(given: Given) -> Outcome:
    """Purify by the route of the settings."""
    return _by_acid(given) if given.settings.route == "acid" else _by_heat(given)


def _by_acid(given: Given) -> Outcome:
    s, components = given.settings, given.components
    solid, moisture = _dry(given)
    kg = components.mass(solid - _soluble(components, solid, s))
    reagents = {
        name: fed(name, components, kg / 1000.0 * dose)
        for name, dose in (("hf", s.hf_kg_per_t), ("hcl", s.hcl_kg_per_t), ("hno3", s.hno3_kg_per_t))
    }
    reagents["water"] = fed("water", components, s.water_t_per_t * kg)
    acids = _as_ions(components, total(reagents)) + moisture
    leached, notes = _leached(components, solid, acids, s)
    product, liquor = solid - leached, acids + _dissolved(components, leached)
    reagents["cao"] = fed("cao", components, kg / 1000.0 * s.lime_kg_per_t)
    liquor += reagents["cao"]
    sludge, found = _neutralize(components, liquor)
    sludge[components.index[CARBON]] += leached[components.index[CARBON]]
    gas = _dried(components, liquor, s.evaporated_t_per_t * kg)
    wet = _moisture(components, sludge, liquor, s.sludge_moisture_fraction)
    notes += _purity_notes(components, product, s)
    notes += _effluent_notes(components, liquor, found, reagents["cao"], kg)
    made, volume = components.mass(product), aqueous_volume(components, liquor)
    return Outcome(
        {"purified": product, "sludge": sludge + wet, "effluent": liquor - wet, "off_gas": gas},
        reagents,
        tuple(notes),
        power_kw=made / 1000.0 * s.electricity_kwh_per_t,
        heat_kw=made * s.heat_mj_per_t / KJ_PER_KWH,
        sizes={"tank": volume * LEACH_HOURS / GALLON, "filter": made * TONNES_PER_DAY},
        detail={**step_detail(components, given.feed, product), "effluent_ph": found.ph if found else 7.0},
    )


def _by_heat(given: Given) -> Outcome:
    s, components = given.settings, given.components
    solid, moisture = _dry(given)
    carbon = components.index[CARBON]
    product = (1.0 - s.thermal_removed_fraction) * solid
    product[carbon] = s.thermal_carbon_recovery_fraction * solid[carbon]
    dust = solid - product
    lost, dust[carbon] = float(dust[carbon]), 0.0
    blown, gas = burnt(components, {CARBON: lost}, parameter("burner", "air_excess"))
    made = components.mass(product)
    return Outcome(
        {"purified": product, "sludge": dust, "effluent": components.vector({}), "off_gas": gas + moisture},
        {"air": blown},
        tuple(_purity_notes(components, product, s)),
        power_kw=made / 1000.0 * s.thermal_electricity_kwh_per_t,
        sizes={"furnace": made},
        detail=step_detail(components, given.feed, product),
    )


def _dry(given: Given) -> tuple[Floats, Floats]:
    """Dry feed and its moisture (component) [kmol/h]; ions go with the moisture."""
    import numpy as np

    wet = (given.components.charge != 0) & (given.feed != 0)
    wet[given.components.index[WATER]] = True
    return np.where(wet, 0.0, given.feed), np.where(wet, given.feed, 0.0)


def _soluble(components: Components, solid: Floats, s: PurifySettings) -> Floats:
    """What leaves the solid if acids suffice (component) [kmol/h]."""
    found = components.vector({})
    i = components.index[CARBON]
    found[i] = (1.0 - s.carbon_recovery_fraction) * solid[i]
    for name in (SILICA, *OXIDES):
        if name in components.index:
            i = components.index[name]
            found[i] = getattr(s, f"dissolved_{name.lower()}_fraction") * solid[i]
    return found


def _as_ions(components: Components, flows: Floats) -> Floats:
    """Acids that a table of reagents brings as molecules, as ions."""
    found = flows.copy()
    for acid, anion in (("HF", FLUORIDE), ("HNO3", "NO3-")):
        amount, found[components.index[acid]] = found[components.index[acid]], 0.0
        found[components.index[anion]] += amount
        found[components.index[PROTON]] += amount
    return found


def _leached(
    components: Components, solid: Floats, acids: Floats, s: PurifySettings
) -> tuple[Floats, list[str]]:
    """What leaves the solid (component) [kmol/h], and where acid is short."""
    found, notes = _soluble(components, solid, s), []
    fluoride, proton = float(acids[components.index[FLUORIDE]]), float(acids[components.index[PROTON]])
    silica = components.index[SILICA]
    most = fluoride / HF_PER_SILICA
    if found[silica] > most:
        share = ratio(most, float(solid[silica]))
        notes.append(f"hydrofluoric acid is short: it dissolves {share:.1%} of the silica")
        found[silica] = most
    held = {name: components.index[name] for name in OXIDES if name in components.index}
    need = sum(float(found[i]) * OXIDES[name][2] for name, i in held.items())
    left = max(proton - HF_PER_SILICA * float(found[silica]), 0.0)
    if need > left:
        notes.append(f"acid is short: {ratio(left, need):.0%} of what oxides of iron and other metals take")
        for i in held.values():
            found[i] *= ratio(left, need)
    return found, notes


def _dissolved(components: Components, leached: Floats) -> Floats:
    """Ions and silica in solution of what leaves the solid (component) [kmol/h]; carbon is not among them."""
    found = components.vector({SILICA: float(leached[components.index[SILICA]])})
    for name, (cation, count, protons) in OXIDES.items():
        if name in components.index:
            amount = float(leached[components.index[name]])
            made = {cation: count * amount, PROTON: -protons * amount, WATER: protons / 2.0 * amount}
            found += components.vector(made)
    return found


def _neutralize(components: Components, liquor: Floats) -> tuple[Floats, Solution | None]:
    """Sludge at equilibrium with the limed liquor, taken from it in place (component) [kmol/h]."""
    sludge = components.vector({})
    water = components.index[WATER]
    kg = float(liquor[water] * components.molar_mass[water])
    if kg <= 0.0:
        return sludge, None
    totals = {name: 1000.0 * float(liquor[components.index[name]]) / kg for name in (*IONS, PROTON)}
    found = solver_for(IONS, SOLIDS, 25.0).solve(totals)
    if not found.is_solved:
        return sludge, None
    for name, amount in found.solids.items():
        sludge[components.index[solid_formula(name)]] += amount * kg / 1000.0
    take(components, sludge, liquor)
    silica = components.index[SILICA]
    held = float(liquor[components.index[FLUORIDE]]) / HF_PER_SILICA
    soluble = parameter(UNIT, "silica_left_mg_per_l") * 1e-6 * kg / components.molar_mass[silica]
    down = max(float(liquor[silica]) - max(held, soluble), 0.0)
    sludge[silica] += down
    liquor[silica] -= down
    return sludge, found


def _dried(components: Components, liquor: Floats, kg: float) -> Floats:
    """Water vapor of drying, taken from the liquor in place (component) [kmol/h]."""
    water = components.index[WATER]
    vapor = components.vector({WATER: min(kg / components.molar_mass[water], 0.5 * max(liquor[water], 0.0))})
    liquor -= vapor
    return vapor


def _moisture(components: Components, sludge: Floats, liquor: Floats, moisture: float) -> Floats:
    """Liquor that the sludge keeps (component) [kmol/h]."""
    kept = components.mass(sludge) * moisture / (1.0 - moisture)
    return min(ratio(kept, components.mass(liquor)), 0.5) * liquor


def _purity_notes(components: Components, product: Floats, s: PurifySettings) -> list[str]:
    """Why fixed carbon is not reached."""
    fixed = share_of(components, product, CARBON)
    if components.mass(product) <= 0.0 or fixed >= s.least_fixed_carbon_fraction:
        return []
    left = {n: share_of(components, product, n) for n in components.names if n != CARBON}
    worst = sorted((n for n in left if left[n] > 0.0), key=lambda n: -left[n])[:2]
    named = " and ".join(f"{name} {left[name]:.3%}" for name in worst)
    unknown = [n for n in worst if n != SILICA and n not in OXIDES]
    why = f"; no acid of this route dissolves {unknown[0]}" if s.route == "acid" and unknown else ""
    return [f"fixed carbon is {fixed:.3%}, below {s.least_fixed_carbon_fraction:.2%}: {named} is left{why}"]


def _effluent_notes(
    components: Components, liquor: Floats, found: Solution | None, lime: Floats, kg: float
) -> list[str]:
    """Acid and fluoride in the effluent."""
    if kg <= 0.0:
        return []
    if found is None:
        return ["no equilibrium of the limed liquor was found: nothing precipitates"]
    notes, proton = [], float(liquor[components.index[PROTON]])
    if found.ph < 6.0:
        alkali = 2.0 * float(lime[components.index["Ca+2"]])
        acid = proton + 3.0 * float(liquor[components.index["Fe+3"]] + liquor[components.index["Al+3"]])
        more = acid / 2.0 * QUICKLIME / kg * 1000.0
        share = alkali / (alkali + acid)
        notes.append(
            f"the effluent leaves at pH {found.ph:.1f}: lime neutralizes {share:.0%} of the acid,"
            f" {more:.0f} kg/t more would neutralize it"
        )
    if found.ph > 10.0:
        notes.append(f"too much lime: the effluent leaves at pH {found.ph:.1f}")
    volume = aqueous_volume(components, liquor)
    fluoride = float(liquor[components.index[FLUORIDE]]) * FLUORINE / volume * 1e6
    if fluoride > 15.0:
        notes.append(f"the effluent holds {fluoride:.0f} mg/L of fluoride, above 15")
    return notes


def makes(settings: PurifySettings, names: tuple[str, ...]) -> tuple[str, ...]:
    """Ions, sludge and gases of the route."""
    if settings.route == "thermal":
        return (CARBON, *BURNT)
    return (CARBON, SILICA, *IONS, "HF", "HNO3", *map(solid_formula, SOLIDS))


PURIFY = Kind(
    "purify_graphite",
    "purification of spherical graphite to 99.95 % carbon, by acids or by heat",
    PurifySettings,
    ("feed",),
    {"purified": "solid", "sludge": "solid", "effluent": "aqueous", "off_gas": "gas"},
    purify,
    makes,
)
