"""Removing copper, iron, aluminum and fluoride from a leach liquor, with the nickel, cobalt and lithium it
costs.

Cementation: Cu+2 + Fe = Cu + Fe+2; iron beyond that dissolves in acid, Fe + 2 H+ = Fe+2 + H2. Copper left is
1 - recovery = 0.008^(r/1.3) with r the iron per copper [mol/mol], so that 1.3 leaves just under 1 % as seen
by Peng et al. 2019, doi 10.1007/s11837-019-03785-1; its fall with r is assumed.
Neutralization: Fe+2 is oxidized by H2O2, alkali takes the liquor to a pH, and solids of the table precipitate
by `plant.speciation`; alkali pays what precipitation and uptake set free. Gelatinous aluminum hydroxide takes
up other metals:

    share of metal i lost = k_i x aluminum precipitated [mol/L]

with k for Ni 0.54, Co 0.135, Li 0.54 L/mol: the middle of 2 to 10 % Ni, 1 to 2 % Co and 2 to 10 % Li seen at
pH 4 with 2 to 4 g/L Al (Chernyaev et al. 2021, Sci. Rep. 11, doi 10.1038/s41598-021-02019-2); with iron alone
none is seen. Left out: aging, pH dependence of uptake, ferric iron in cementation.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import Field, field_validator

from orecell.data.check import suggest
from orecell.data.chemistry import read_chemistry
from orecell.plant.component import PROTON, WATER, Components
from orecell.plant.dissolution import dissolution_of, take
from orecell.plant.separation import CakeSettings, separate
from orecell.plant.speciation import Solution, Solver, solid_formula, solver_for
from orecell.plant.stream import aqueous_volume, neutralized
from orecell.plant.unit import GALLON, TONNES_PER_DAY, Given, Kind, Outcome, Settings, reagent

if TYPE_CHECKING:
    from orecell.plant.component import Floats

Alkali = Literal["naoh", "caoh2", "na2co3", "lioh"]
EQUIVALENTS = {"naoh": 1.0, "caoh2": 2.0, "na2co3": 2.0, "lioh": 1.0}
DOSE = {"naoh": {"Na+": 1.0}, "caoh2": {"Ca+2": 0.5}, "na2co3": {"Na+": 1.0}, "lioh": {"Li+": 1.0}}
"""What one equivalent of alkali leaves in the liquor; the carbonate of soda leaves as CO2."""
TRAPPED = {
    "Ni+2": "Ni(OH)2",
    "Co+2": "Co(OH)2",
    "Mn+2": "Mn(OH)2",
    "Li+": "LiOH",
    "Zn+2": "Zn(OH)2",
    "Mg+2": "Mg(OH)2",
}
"""Cation -> the solid as which it leaves with the cake."""
MOST_PH_OF_SODA = 6.0
"""pH above which the carbonate of soda does not leave as CO2 any more (first constant of H2CO3: 6.35)."""
MASTER = (
    *("Li+", "Na+", "K+", "Mg+2", "Ca+2", "Mn+2", "Fe+2", "Fe+3", "Co+2", "Ni+2", "Cu+2", "Zn+2", "Al+3"),
    *("NH3", "SO4-2", "Cl-", "F-", "CO3-2", "PO4-3"),
)
"""Components that the constants of speciation know."""
LEFT_AT_1_3 = 0.008
"""Copper left by 1.3 mol of iron per mol."""
UPTAKE = {"Ni+2": 0.54, "Co+2": 0.135, "Li+": 0.54, "Mn+2": 0.135}


class CementSettings(Settings):
    """Settings of copper cementation.

    Attributes:
        iron_ratio: iron per copper [mol/mol].
        recovery: share of the copper cemented; from the iron ratio if absent.
        corroded: share of the spare iron that dissolves with hydrogen.
        cake: filter of the cement; fines of it count as not cemented.
        minutes: residence time.
    """

    iron_ratio: float = Field(1.3, ge=1, le=5)
    recovery: float | None = Field(None, gt=0, le=0.9999)
    corroded: float = Field(0.8, ge=0, le=1)
    cake: CakeSettings = CakeSettings(moisture=0.25, washing=0.95, wash_ratio=2.0)
    minutes: float = Field(60.0, gt=0, le=10000)


def cemented_share(iron_ratio: float) -> float:
    """Share of the copper that iron cements, from iron per copper [mol/mol]."""
    return float(min(1.0 - LEFT_AT_1_3 ** (iron_ratio / 1.3), 0.9999))


def cement(given: Given) -> Outcome:
    """Cement copper with iron powder."""
    s, components, index = given.settings, given.components, given.components.index
    liquor = given.feed.copy()
    copper = max(float(liquor[index["Cu+2"]]), 0.0)
    recovery = cemented_share(s.iron_ratio) if s.recovery is None else s.recovery
    cemented, iron = recovery * (1.0 - s.cake.fines) * copper, s.iron_ratio * copper
    spare = iron - cemented
    proton = max(float(liquor[index[PROTON]]), 0.0)
    corroded = min(s.corroded * spare, 0.5 * proton)
    liquor[index["Cu+2"]] -= cemented
    liquor[index["Fe+2"]] += cemented + corroded
    liquor[index[PROTON]] -= 2.0 * corroded
    solid = components.vector({"Cu": cemented, "Fe": spare - corroded})
    cake, out, wash = separate(components, solid, liquor, s.cake.model_copy(update={"fines": 0.0}))
    left = out[index["Cu+2"]] * components.molar_mass[index["Cu+2"]]
    volume = aqueous_volume(components, out, given.temperature_c["feed"])
    ppm = left / volume * 1e6 if volume > 0 else 0.0
    notes = (
        [] if ppm <= 20.0 else [f"{ppm:.0f} mg/L of copper left, more than the 20 mg/L seen with iron powder"]
    )
    return Outcome(
        {
            "liquor": neutralized(components, out),
            "cement": neutralized(components, cake),
            "off_gas": components.vector({"H2": corroded}),
        },
        {"fe": reagent("fe").flows(components, iron), "water": wash},
        tuple(notes),
        power_kw=0.3 * volume / 1000.0,
        sizes={
            "tank": volume * s.minutes / 60.0 / GALLON,
            "filter": components.mass(solid) * TONNES_PER_DAY,
        },
    )


def cement_makes(settings: CementSettings, names: tuple[str, ...]) -> tuple[str, ...]:
    """Copper, iron and hydrogen."""
    return ("Cu+2", "Fe+2", "Cu", "Fe", "H2")


CEMENT = Kind(
    "cement_copper",
    "cementation of copper on iron powder",
    CementSettings,
    ("feed",),
    {"liquor": "aqueous", "cement": "solid", "off_gas": "gas"},
    cement,
    cement_makes,
)


class NeutralizeSettings(Settings):
    """Settings of a precipitation at a pH.

    Attributes:
        ph: pH at the end.
        alkali: alkali used.
        temperature_c: temperature.
        oxidize: whether peroxide turns Fe+2 into Fe+3 first.
        oxidant_excess: peroxide over the need.
        solids: solids that may precipitate, of the table of solids.
        uptake: cation -> share lost per mol/L of aluminum precipitated, half at most.
        fluoride_uptake: fluoride carried by aluminum hydroxide [mol/mol Al].
        cake: filter of the cake.
        hours: residence time.
    """

    ph: float = Field(4.5, ge=1, le=13)
    alkali: Alkali = "naoh"
    temperature_c: float = Field(60.0, ge=10, le=100)
    oxidize: bool = True
    oxidant_excess: float = Field(2.0, ge=1, le=10)
    solids: tuple[str, ...] = (
        *("ferrihydrite", "aluminum_hydroxide_liquor", "copper_hydroxide"),
        *("strengite", "gypsum", "calcium_fluoride", "magnesium_fluoride", "lithium_fluoride"),
    )
    uptake: dict[str, Annotated[float, Field(ge=0, le=100)]] = Field(default_factory=lambda: dict(UPTAKE))
    fluoride_uptake: float = Field(0.3, ge=0, le=2)
    cake: CakeSettings = CakeSettings(moisture=0.55, washing=0.9, wash_ratio=3.0, fines=5e-4)
    hours: float = Field(2.0, gt=0, le=1000)

    @field_validator("solids")
    @classmethod
    def _in_table(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        known = [row["solid"] for row in read_chemistry().rows("solids")]
        for name in value:
            if name not in known:
                raise ValueError(f"{name} is no solid of the table; {suggest(name, known, 'correct it')}")
        return tuple(dict.fromkeys(value))

    @field_validator("uptake")
    @classmethod
    def _can_be_trapped(cls, value: dict[str, float]) -> dict[str, float]:
        for name in value:
            if name not in TRAPPED:
                raise ValueError(f"no solid is known as which {name} leaves; one of {', '.join(TRAPPED)}")
        return value


def neutralize(given: Given) -> Outcome:
    """Oxidize, take to the pH, precipitate, filter and wash."""
    s, components = given.settings, given.components
    liquor, gas, reagents = given.feed.copy(), components.vector({}), dict[str, "Floats"]()
    if liquor[components.index[WATER]] <= 0.0:
        return Outcome({"liquor": liquor, "cake": gas, "off_gas": gas})
    if s.oxidize:
        _oxidize(given, liquor, gas, reagents)
    found = _precipitate(given, liquor)
    solid = found.solid
    dose = max(found.dose + _trap(given, solid, liquor), 0.0)
    dosed = reagent(s.alkali).flows(components, dose / EQUIVALENTS[s.alkali])
    reagents[s.alkali] = dosed
    liquor += dosed
    if s.alkali == "na2co3":
        _release(components, liquor, gas, dose / 2.0)
    made = {name: float(flow) for name, flow in zip(components.names, solid, strict=True) if flow > 0.0}
    cake, out, wash = separate(components, solid, liquor, s.cake)
    reagents["water"] = wash
    restore(components, tuple(made), out)
    volume = aqueous_volume(components, out, s.temperature_c)
    return Outcome(
        {"liquor": neutralized(components, out), "cake": neutralized(components, cake), "off_gas": gas},
        reagents,
        found.notes,
        power_kw=0.3 * s.hours * volume / 1000.0,
        sizes={"tank": volume * s.hours / GALLON, "filter": components.mass(solid) * TONNES_PER_DAY},
        temperature_c={"liquor": s.temperature_c},
        detail={"ph": found.ph, "solids": made},
        memory=found.state,
    )


@dataclass(frozen=True)
class _Precipitated:
    """Solids [kmol/h] at a pH, alkali that it takes [keq/h], remarks, and the state of the equilibrium."""

    solid: Floats
    dose: float
    ph: float
    notes: tuple[str, ...]
    state: Any


def _oxidize(given: Given, liquor: Floats, gas: Floats, reagents: dict[str, Floats]) -> None:
    """2 Fe+2 + H2O2 + 2 H+ = 2 Fe+3 + 2 H2O; spare peroxide gives oxygen; in place."""
    components, index = given.components, given.components.index
    iron = liquor[index["Fe+2"]]
    if iron <= 0.0:
        return
    added = given.settings.oxidant_excess * iron / 2.0
    reagents["h2o2"] = reagent("h2o2").flows(components, added)
    liquor[index["Fe+2"]] -= iron
    liquor[index["Fe+3"]] += iron
    liquor[index[PROTON]] -= iron
    liquor[index[WATER]] += reagents["h2o2"][index[WATER]] + added + iron / 2.0
    gas[index["O2"]] += 0.5 * (added - iron / 2.0)


def _release(components: Components, liquor: Floats, gas: Floats, amount: float) -> None:
    """CO3-2 + 2 H+ = CO2 + H2O, the gas leaves; in place."""
    liquor[components.index["CO3-2"]] -= amount
    liquor[components.index[PROTON]] -= 2.0 * amount
    liquor[components.index[WATER]] += amount
    gas[components.index["CO2"]] += amount


def _precipitate(given: Given, liquor: Floats) -> _Precipitated:
    """Take what precipitates at the pH out of the liquor, in place."""
    s, components = given.settings, given.components
    factor = 1000.0 / (liquor[components.index[WATER]] * components.molar_mass[components.index[WATER]])
    dose_of = DOSE[s.alkali]
    names = tuple(
        n for n in MASTER if n in dose_of or (n in components.index and liquor[components.index[n]] > 1e-14)
    )
    solver = solver_for(names, tuple(s.solids), s.temperature_c)
    totals = {n: float(liquor[components.index[n]]) * factor for n in (*names, PROTON)}
    solution, dose, notes = dosed(solver, totals, s.ph, dose_of, start=given.memory)
    if s.alkali == "na2co3" and s.ph > MOST_PH_OF_SODA and dose > 0.0:
        notes.append(f"above pH {MOST_PH_OF_SODA:g} carbonate of soda stays in part: use another alkali")
    solid = components.vector({})
    for name, amount in solution.solids.items():
        solid[components.index[solid_formula(name)]] += amount / factor
    take(components, solid, liquor)
    return _Precipitated(solid, dose / factor, solution.ph, tuple(notes), solution.state)


def dosed(
    solver: Solver,
    totals: Mapping[str, float],
    ph: float,
    dose_of: Mapping[str, float],
    *,
    shifts: Mapping[str, float] | None = None,
    start: Any = None,
) -> tuple[Solution, float, list[str]]:
    """Equilibrium at a pH kept with alkali, or at that of the liquor where it is higher.

    Returns:
        The equilibrium, alkali [eq/kg of water], negative where acid would be needed, and remarks.
    """
    solution, dose = solver.solve_dosed(totals, ph, dose_of, shifts=shifts, start=start)
    notes = []
    if dose < 0.0:
        own = solver.solve(totals, shifts=shifts)
        if own.is_solved and own.ph > ph:
            solution = own
        notes.append(f"the liquor is at pH {own.ph:.1f}, above {ph:g}; no acid is added")
    if not solution.is_solved:
        notes.append("the equilibrium at this pH was not found")
    return solution, dose, notes


def restore(components: Components, names: tuple[str, ...], liquor: Floats) -> None:
    """Solids that passed a filter with the liquor, written as dissolved, in place."""
    for name in names:
        i = components.index[name]
        part, liquor[i] = float(liquor[i]), 0.0
        if part != 0.0:
            take(components, components.vector({name: -part}), liquor)


def _trap(given: Given, solid: Floats, liquor: Floats) -> float:
    """Metals and fluoride that aluminum hydroxide takes with it, in place; acid set free by it [kmol/h]."""
    s, components = given.settings, given.components
    before = float(liquor[components.index[PROTON]])
    aluminum = float(solid[components.index["Al(OH)3"]])
    volume = aqueous_volume(components, liquor, s.temperature_c)
    if aluminum <= 0.0 or volume <= 0.0:
        return 0.0
    strength = aluminum * 1000.0 / volume
    for cation, k in s.uptake.items():
        i = components.index.get(cation)
        if i is not None and liquor[i] > 0.0:
            lost = min(k * strength, 0.5) * float(liquor[i])
            _move(components, solid, liquor, {TRAPPED[cation]: lost})
    fluoride = float(liquor[components.index["F-"]])
    if fluoride > 0.0:
        held = min(s.fluoride_uptake * aluminum, 0.9 * fluoride) / 3.0
        _move(components, solid, liquor, {"AlF3": held, "Al(OH)3": -held})
    return float(liquor[components.index[PROTON]]) - before


def _move(components: Components, solid: Floats, liquor: Floats, amounts: dict[str, float]) -> None:
    """Solids out of the liquor into the cake, in place."""
    part = components.vector(amounts)
    take(components, part, liquor)
    solid += part


def neutralize_makes(settings: NeutralizeSettings, names: tuple[str, ...]) -> tuple[str, ...]:
    """Solids that may precipitate, what they trap, their ions and those of the alkali."""
    solids = [solid_formula(name) for name in settings.solids]
    ions = [ion for solid in solids for ion, _ in getattr(dissolution_of(solid), "ions", ())]
    held = {*names, *ions, *reagent(settings.alkali).brings}
    trapped = [TRAPPED[cation] for cation in settings.uptake if cation in held]
    fixed = ("H2O2", "Fe+2", "Fe+3", "Al+3", "Al(OH)3", "AlF3", "F-", "O2", "CO2", "CO3-2", "SO4-2")
    return (*solids, *trapped, *dict.fromkeys(ions), *reagent(settings.alkali).brings, *fixed)


NEUTRALIZE = Kind(
    "neutralize",
    "precipitation of iron, aluminum and other impurities at a pH",
    NeutralizeSettings,
    ("feed",),
    {"liquor": "aqueous", "cake": "solid", "off_gas": "gas"},
    neutralize,
    neutralize_makes,
)
