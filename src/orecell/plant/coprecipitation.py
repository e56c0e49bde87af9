"""Co-precipitation of NixMnyCoz(OH)2 with ammonia and caustic, what stays dissolved, and ammonia recovery.

At the pH kept by NaOH, metals, ammines and ammonia are at equilibrium with an ideal solid solution of
hydroxides,

    [M+2] = K_M x_M a_H^2,   x_M = share of M in the solid,   K of the table of solids + one shift for aging

so residual metals, free ammonia and the composition of the solid come out together: with r_M what stays
dissolved per share and T_M what was fed, x_M = T_M / (S + r_M) with the amount of solid S from sum x_M = 1,
repeated until r_M rests. Each metal takes 2 NaOH and leaves 1 Na2SO4. Sulfate and sodium stay in the solid as
inclusions. Optimal pH for NMC622 by ammonia [mol/L]: pH = 0.7731 ln(NH3 + 0.0312) + 11.6708 (Shen et al.
2021, ACS Appl. Mater. Interfaces 13, 717, doi 10.1021/acsami.0c19493).
Left out: particle growth, tap density, oxidation of manganese, ammonia in the off-gas.
"""

from __future__ import annotations

import math
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from pydantic import Field

from orecell.core.formula import parse_formula
from orecell.plant.component import PROTON, WATER
from orecell.plant.dissolution import take
from orecell.plant.impurity import MASTER, dosed, restore
from orecell.plant.separation import CakeSettings, separate
from orecell.plant.speciation import Solution, Solver
from orecell.plant.stream import aqueous_volume, neutralized
from orecell.plant.unit import GALLON, TONNES_PER_DAY, Given, Kind, Outcome, Settings, reagent

if TYPE_CHECKING:
    from collections.abc import Mapping

    from orecell.plant.component import Components, Floats

HYDROXIDES = {
    "Ni+2": ("nickel_hydroxide", "Ni(OH)2"),
    "Co+2": ("cobalt_hydroxide", "Co(OH)2"),
    "Mn+2": ("manganese_hydroxide", "Mn(OH)2"),
}
OTHERS = {
    "Mg+2": ("magnesium_hydroxide", "Mg(OH)2"),
    "Zn+2": ("zinc_hydroxide_amorphous", "Zn(OH)2"),
    "Cu+2": ("copper_hydroxide", "Cu(OH)2"),
    "Fe+3": ("ferrihydrite", "Fe(OH)3"),
    "Al+3": ("aluminum_hydroxide_liquor", "Al(OH)3"),
}
INCLUDED = "Na2SO4"
ROUNDS = 60
REST, LEAST_SHARE = 1e-10, 1e-12
TRACE = 1e-12
"""Flow of a component below which it takes no part [kmol/h]."""


class CoprecipitateSettings(Settings):
    """Settings of a co-precipitation.

    Attributes:
        ph: pH kept with caustic.
        ammonia_per_metal: total ammonia fed per metal [mol/mol]; what recycled ammonia lacks is bought.
        temperature_c: temperature.
        aging: shift of log10 K of the hydroxides; negative where aged solids are less soluble.
        sulfate_included: Na2SO4 in the solid per metal after washing [mol/mol], assumed (1e-4 to 1e-3).
        basic_sulfate: sulfate held in place of hydroxide, as NiSO4, per nickel [mol/mol], assumed (1e-3 to
        4e-3).
        cake: filter and wash.
        hours: residence time.
    """

    ph: float = Field(11.2, ge=7, le=13)
    ammonia_per_metal: float = Field(0.8, ge=0, le=6)
    temperature_c: float = Field(55.0, ge=10, le=90)
    aging: float = Field(0.0, ge=-3, le=3)
    sulfate_included: float = Field(0.0002, ge=0, le=0.1)
    basic_sulfate: float = Field(0.002, ge=0, le=0.05)
    cake: CakeSettings = CakeSettings(moisture=0.2, washing=0.995, wash_ratio=8.0, fines=2e-4)
    hours: float = Field(10.0, gt=0, le=1000)


def optimal_ph(ammonia_mol_per_l: float) -> float:
    """pH at which NMC622 grows densely, from the free ammonia [mol/L]; Shen et al. 2021."""
    return 0.7731 * math.log(ammonia_mol_per_l + 0.0312) + 11.6708


@lru_cache(maxsize=64)
def _solver(names: tuple[str, ...], temperature_c: float) -> tuple[Solver, tuple[str, ...]]:
    """Solver with the hydroxides of the metals present, and those metals in the order of its solids."""
    pairs = [(c, *v) for c, v in {**HYDROXIDES, **OTHERS}.items() if c in names]
    return Solver(names, [solid for _, solid, _ in pairs], temperature_c), tuple(c for c, _, _ in pairs)


def coprecipitate(given: Given) -> Outcome:
    """Precipitate mixed hydroxides, filter and wash."""
    s, components, index = given.settings, given.components, given.components.index
    liquor = given.feed + given.flows.get("ammonia", 0.0)
    metal = sum(float(liquor[index[c]]) for c in HYDROXIDES if c in index and liquor[index[c]] > TRACE)
    if metal <= 0.0 or liquor[index[WATER]] <= 0.0:
        empty = components.vector({})
        return Outcome(
            {"pcam": empty, "mother_liquor": liquor, "vapor": empty},
            {},
            ("no nickel, cobalt or manganese fed",),
        )
    reagents: dict[str, Floats] = {}
    short = max(s.ammonia_per_metal * metal - float(liquor[index["NH3"]]), 0.0)
    reagents["nh3"] = reagent("nh3").flows(components, short)
    liquor += reagents["nh3"]
    solid, dose, detail, notes = _equilibrium(given, liquor, given.memory)
    take(components, solid, liquor)
    dose = max(dose - _basic_sulfate(given, solid, liquor), 0.0)
    reagents["naoh"] = reagent("naoh").flows(components, dose)
    liquor += reagents["naoh"]
    _include(given, solid, liquor)
    names = tuple(name for name, flow in zip(components.names, solid, strict=True) if flow > 0.0)
    cake, out, wash = separate(components, solid, liquor, s.cake)
    reagents["water"] = wash
    restore(components, names, out)
    dry, vapor = _dried(components, cake)
    volume, dry_kg = aqueous_volume(components, liquor, s.temperature_c), components.mass(solid)
    return Outcome(
        {"pcam": dry, "mother_liquor": neutralized(components, out), "vapor": vapor},
        reagents,
        tuple(notes),
        power_kw=1.0 * s.hours * volume / 1000.0,
        heat_kw=components.mass(vapor) * 2600.0 / 3600.0,
        sizes={"reactor": volume * s.hours / GALLON, "filter": dry_kg * TONNES_PER_DAY},
        temperature_c={"mother_liquor": s.temperature_c},
        detail=detail,
        memory=(detail["share"], detail.pop("state")),
    )


def solid_shares(fed: Mapping[str, float], per_share: Mapping[str, float]) -> dict[str, float]:
    """Shares of metals in a solid solution.

    Args:
        fed: metal -> amount fed.
        per_share: metal -> what stays dissolved per share of it in the solid, in the same unit.

    Returns:
        Metal -> share, x = fed / (S + per_share) with S from sum x = 1; of the first trace of solid, where
        all stays dissolved.
    """
    amount = max(0.0, *(fed[c] - per_share[c] for c in fed))
    for _ in range(100):  # Newton from below on a convex falling function
        found = {c: fed[c] / (amount + per_share[c]) for c in fed}
        over = sum(found.values()) - 1.0
        if over <= 1e-14:
            break
        amount += over / sum(found[c] / (amount + per_share[c]) for c in fed)
    total = sum(found.values())
    return {c: x / total for c, x in found.items()}


def _equilibrium(given: Given, liquor: Floats, start: Any) -> tuple[Floats, float, dict[str, Any], list[str]]:
    """Solid solution [kmol/h], caustic [kmol/h], what to show, remarks; the liquor is read only."""
    s, components, index = given.settings, given.components, given.components.index
    names = tuple(n for n in MASTER if n == "Na+" or (n in index and liquor[index[n]] > TRACE))
    factor = 1000.0 / (liquor[index[WATER]] * components.molar_mass[index[WATER]])
    totals = {n: float(liquor[index[n]]) * factor for n in (*names, PROTON)}
    solver, cations = _solver(names, s.temperature_c)
    fed = {c: totals[c] for c in cations if c in HYDROXIDES}
    known: tuple[dict[str, float], Any] = start or ({}, None)
    share, state = known
    if set(share) != set(fed):
        share = {c: value / sum(fed.values()) for c, value in fed.items()}
    is_at_rest = False
    for _ in range(ROUNDS):
        shifts = {HYDROXIDES[c][0]: s.aging + math.log10(max(x, LEAST_SHARE)) for c, x in share.items()}
        solution, dose, notes = dosed(solver, totals, s.ph, {"Na+": 1.0}, shifts=shifts, start=state)
        amounts = dict(zip(cations, (solution.solids[name] for name in solver.solids), strict=True))
        new = solid_shares(fed, {c: _per_share(solution, c, fed[c] - amounts[c], share[c]) for c in fed})
        state, moved = solution.state, max(abs(new[c] - share[c]) for c in share)
        share = new
        if moved < REST:
            is_at_rest = True
            break
    if not is_at_rest:
        notes.append("the composition of the solid did not come to rest")
    formulas = {c: v[1] for c, v in {**HYDROXIDES, **OTHERS}.items()}
    solid = components.vector({formulas[c]: amount / factor for c, amount in amounts.items()})
    left = {c: totals[c] - amounts[c] for c in amounts}
    detail = {
        "share": share,
        "state": state,
        "ph": s.ph if dose >= 0.0 else solution.ph,
        "residual_mg_per_kg_water": {
            c: float(v * components.molar_mass[index[c]]) * 1000.0 for c, v in left.items()
        },
        "free_ammonia_mol_per_kg": solution.molality.get("NH3", 0.0),
        "optimal_ph": optimal_ph(solution.molality.get("NH3", 0.0)),
    }
    return solid, max(dose, 0.0) / factor, detail, [*notes, *_remarks(detail)]


def _per_share(solution: Solution, cation: str, left: float, share: float) -> float:
    """What stays dissolved of a metal per share in the solid; more than is there where it is unsaturated."""
    index = solution.saturation_index[HYDROXIDES[cation][0]]
    return float(max(left, 0.0) / max(share, LEAST_SHARE) * 10.0 ** min(-min(index, 0.0), 100.0))


def _remarks(detail: dict[str, Any]) -> list[str]:
    """What is wrong with the equilibrium found."""
    notes = []
    nickel = detail["residual_mg_per_kg_water"].get("Ni+2", 0.0)
    if nickel > 500.0:
        notes.append(f"{nickel:.0f} mg of nickel per kg of water stay as ammines: higher pH or less ammonia")
    if abs(detail["ph"] - detail["optimal_ph"]) > 0.5 and detail["free_ammonia_mol_per_kg"] > 0:
        notes.append(
            f"pH {detail['ph']:.1f} is far from {detail['optimal_ph']:.1f}, "
            "where dense particles were grown at this ammonia"
        )
    return notes


def _basic_sulfate(given: Given, solid: Floats, liquor: Floats) -> float:
    """Sulfate in place of hydroxide, Ni(OH)2 + SO4-2 = NiSO4 + 2 OH-, in place; the OH- [kmol/h]."""
    components, index = given.components, given.components.index
    if "NiSO4" not in index:
        return 0.0
    most = 0.5 * max(float(liquor[index["SO4-2"]]), 0.0)
    held = min(given.settings.basic_sulfate * float(solid[index["Ni(OH)2"]]), most)
    part = components.vector({"NiSO4": held, "Ni(OH)2": -held})
    take(components, part, liquor)
    solid += part
    return 2.0 * float(held)


def _include(given: Given, solid: Floats, liquor: Floats) -> None:
    """Sodium sulfate included in the solid, in place."""
    index = given.components.index
    metal = sum(float(solid[index[formula]]) for _, formula in HYDROXIDES.values() if formula in index)
    most = 0.5 * min(float(liquor[index["Na+"]]) / 2.0, float(liquor[index["SO4-2"]]))
    amount = max(min(given.settings.sulfate_included * metal, most), 0.0)
    solid[index[INCLUDED]] += amount
    liquor[index["Na+"]] -= 2.0 * amount
    liquor[index["SO4-2"]] -= amount


def _dried(components: Components, cake: Floats) -> tuple[Floats, Floats]:
    """Dry product, its charge closed by its H+, and the water and ammonia driven off."""
    vapor = components.vector({})
    for name in (WATER, "NH3"):
        i = components.index[name]
        vapor[i] = cake[i]
    dry = cake - vapor
    dry = neutralized(components, dry)
    return dry, vapor


def makes(settings: CoprecipitateSettings, names: tuple[str, ...]) -> tuple[str, ...]:
    """Hydroxides of the metals that enter, ammonia, and the ions of caustic and sulfate."""
    formulas = [formula for cation, (_, formula) in {**HYDROXIDES, **OTHERS}.items() if cation in names]
    basic = ("NiSO4",) if "Ni+2" in names else ()
    return (*formulas, *basic, "NH3", "Na+", "SO4-2", INCLUDED)


KIND = Kind(
    "coprecipitate",
    "co-precipitation of mixed hydroxide (pCAM) with ammonia and caustic",
    CoprecipitateSettings,
    ("feed", "ammonia"),
    {"pcam": "solid", "mother_liquor": "aqueous", "vapor": "gas"},
    coprecipitate,
    makes,
    optional=("ammonia",),
)


class StripSettings(Settings):
    """Settings of ammonia stripping.

    Attributes:
        recovery: share of the ammonia recovered.
        strength: ammonia in the recovered solution [mass fraction].
        ph: pH after stripping, kept with caustic.
        cake: filter of the hydroxides that precipitate as ammonia leaves.
        steam_kg_per_kg: steam per ammonia, assumed 8 (5 to 15).
    """

    recovery: float = Field(0.98, gt=0, le=0.9999)
    strength: float = Field(0.2, gt=0, le=0.3)
    ph: float = Field(11.0, ge=8, le=13)
    cake: CakeSettings = CakeSettings(moisture=0.5, washing=0.8, wash_ratio=1.0, fines=2e-3)
    steam_kg_per_kg: float = Field(8.0, gt=0, le=100)


def strip(given: Given) -> Outcome:
    """Strip ammonia; metals it held in solution precipitate."""
    s, components, index = given.settings, given.components, given.components.index
    liquor = given.feed.copy()
    if liquor[index[WATER]] <= 0.0:
        empty = components.vector({})
        return Outcome({"ammonia": empty, "liquor": liquor, "sludge": empty})
    taken = s.recovery * float(liquor[index["NH3"]])
    mass = parse_formula("NH3").molar_mass
    water = min(
        taken * mass * (1.0 - s.strength) / s.strength / components.molar_mass[index[WATER]],
        0.5 * float(liquor[index[WATER]]),
    )
    ammonia = components.vector({"NH3": taken, WATER: water})
    liquor -= ammonia
    names = tuple(n for n in MASTER if n == "Na+" or (n in index and liquor[index[n]] > TRACE))
    factor = 1000.0 / (liquor[index[WATER]] * components.molar_mass[index[WATER]])
    totals = {n: float(liquor[index[n]]) * factor for n in (*names, PROTON)}
    solver, cations = _solver(names, 25.0)
    solution, dose, notes = dosed(solver, totals, s.ph, {"Na+": 1.0}, start=given.memory)
    formulas = {c: v[1] for c, v in {**HYDROXIDES, **OTHERS}.items()}
    amounts = zip(cations, (solution.solids[name] for name in solver.solids), strict=True)
    solid = components.vector({formulas[c]: amount / factor for c, amount in amounts})
    caustic = reagent("naoh").flows(components, max(dose, 0.0) / factor)
    liquor += caustic
    take(components, solid, liquor)
    cake, out, wash = separate(components, solid, liquor, s.cake)
    restore(components, tuple(n for n, v in zip(components.names, solid, strict=True) if v > 0), out)
    return Outcome(
        {"ammonia": ammonia, "liquor": neutralized(components, out), "sludge": neutralized(components, cake)},
        {"naoh": caustic, "water": wash},
        tuple(notes),
        heat_kw=s.steam_kg_per_kg * taken * mass * 2200.0 / 3600.0,
        sizes={"column": aqueous_volume(components, given.feed) / GALLON / 60.0},
        memory=solution.state,
    )


STRIP = Kind(
    "strip_ammonia",
    "recovery of ammonia from a mother liquor by steam",
    StripSettings,
    ("feed",),
    {"ammonia": "aqueous", "liquor": "aqueous", "sludge": "solid"},
    strip,
    makes,
)
