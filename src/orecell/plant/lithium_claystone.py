"""Sulfuric acid leach of lithium claystone, through to a lithium sulfate liquor.

    leach -> limestone to pH 4 (free acid, Al, Fe, F) -> filter -> evaporate -> MgSO4.7H2O
    -> lime (Mg) and soda (Ca) -> filter

Acid demand is the charge of what dissolves (`plant.lithium_minerals`); where the acid fed is not enough, all
dissolves less in proportion. Calcium beyond its solubility is gypsum. Left out: kinetics, silica gel, boron,
salts of sodium and potassium that build up.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from pydantic import Field

from orecell.core.formula import parse_formula
from orecell.errors import InputError
from orecell.plant.component import PROTON, WATER, Components
from orecell.plant.dissolution import take
from orecell.plant.lithium_minerals import LEADING, Mineral, mineral_of
from orecell.plant.lithium_parameters import (
    bought_only,
    default,
    default_cake,
    evaporation_kw,
    parameter,
)
from orecell.plant.lithium_salts import charge_of
from orecell.plant.separation import CakeSettings, separate
from orecell.plant.stream import aqueous_volume
from orecell.plant.unit import GALLON, TONNES_PER_DAY, Given, Kind, Outcome, Settings, reagent

if TYPE_CHECKING:
    from orecell.plant.component import Floats

LIMESTONE, GYPSUM, EPSOMITE = "CaCO3", "CaSO4*2H2O", "MgSO4*7H2O"
MADE = ("SiO2", LIMESTONE, GYPSUM, EPSOMITE, "CaF2", "Li2SO4", "CO2")
HYDROXIDES = {"Al+3": ("Al(OH)3", 3.0), "Fe+3": ("Fe(OH)3", 3.0)}
"""Cation -> what limestone precipitates, with its OH."""
LIMED = {"Mg+2": "Mg(OH)2", "Fe+2": "Fe(OH)2"}
"""Cation -> what lime precipitates."""
PORTS = ("liquor", "residue", "magnesium_sulfate", "purification_cake", "condensate", "off_gas")
REAGENTS = ("h2so4", "caco3", "caoh2", "na2co3", "water")


def default_leached() -> dict[str, float]:
    """Element -> share of its minerals that dissolves."""
    return {element: parameter(f"claystone_leached_{element.lower()}") for element in LEADING}


class ClaystoneSettings(Settings):
    """Settings of a claystone leach.

    Attributes:
        leached: element that leads a mineral -> share dissolved, if acid suffices; the rest as by default.
        acid_t_per_t: sulfuric acid per ore.
        water_kg_per_kg: water per ore in the leach.
        limestone_excess: limestone that stays unused, per limestone used.
        lithium_uptake: lithium lost with aluminum and iron hydroxides.
        calcium_g_per_kg: calcium that gypsum leaves, per kg of water.
        residue: filter of the leach residue.
        water_evaporated: share of the water taken off before crystallization.
        magnesium_crystallized: share of the magnesium that crystallizes.
        crystal_lithium_loss: share of the lithium that goes with it.
        magnesium_limed, calcium_removed: shares that lime and soda take.
        cake: filter of the purification cake.
        steam_economy: water evaporated per steam.
        power_kwh_per_t: per ore.
        hours: residence time of leach and neutralization.
    """

    leached: dict[str, float] = Field(default_factory=default_leached)
    acid_t_per_t: float = default("claystone_acid_t_per_t", ge=0, le=2)
    water_kg_per_kg: float = default("claystone_water_kg_per_kg", gt=0, le=20)
    limestone_excess: float = default("claystone_limestone_excess", ge=0, le=1)
    lithium_uptake: float = default("claystone_lithium_uptake", ge=0, le=0.5)
    calcium_g_per_kg: float = default("claystone_calcium_g_per_kg", gt=0, le=5)
    residue: CakeSettings = default_cake("claystone_residue")
    water_evaporated: float = default("claystone_water_evaporated", ge=0, le=0.9)
    magnesium_crystallized: float = default("claystone_magnesium_crystallized", ge=0, le=0.95)
    crystal_lithium_loss: float = default("claystone_crystal_lithium_loss", ge=0, le=0.5)
    magnesium_limed: float = default("claystone_magnesium_limed", ge=0, le=0.99999)
    calcium_removed: float = default("claystone_calcium_removed", ge=0, le=0.9999)
    cake: CakeSettings = default_cake("claystone_cake")
    steam_economy: float = default("steam_economy", ge=0.5, le=30)
    power_kwh_per_t: float = default("claystone_power_kwh_per_t", ge=0)
    hours: float = default("claystone_leach_hours", gt=0, le=48)


@dataclass(frozen=True)
class ClaystoneDetail:
    """What the leach did.

    Attributes:
        recovery: lithium in the liquor per lithium of the ore.
        leached: lithium dissolved per lithium of the ore.
        acid_t_per_t: acid that minerals took, per ore.
        acid_t_per_t_carbonate: acid fed per lithium carbonate equivalent in the liquor.
        lithium_g_per_l: of the liquor.
    """

    recovery: float
    leached: float
    acid_t_per_t: float
    acid_t_per_t_carbonate: float
    lithium_g_per_l: float


@dataclass
class _Works:
    """What is under way: liquor and solid (component) [kmol/h], changed step by step."""

    components: Components
    settings: ClaystoneSettings
    liquor: Floats
    solid: Floats
    reagents: dict[str, Floats]
    outputs: dict[str, Floats]
    notes: list[str] = field(default_factory=list)

    def of(self, name: str) -> float:
        """A component of the liquor, 0 if it is below 0 [kmol/h]."""
        return max(float(self.liquor[self.components.index[name]]), 0.0)

    def add(self, reagent_id: str, flows: Floats) -> None:
        """Put a reagent into the liquor."""
        self.reagents[reagent_id] = self.reagents[reagent_id] + flows
        self.liquor = self.liquor + flows

    def settle(self, solid: str, amount: float) -> None:
        """Precipitate an amount of a solid from its ions."""
        made = self.components.vector({solid: amount})
        self.solid, self.liquor = self.solid + made, self.liquor.copy()
        take(self.components, made, self.liquor)

    @property
    def water_kg(self) -> float:
        """Water of the liquor [kg/h]."""
        return self.of(WATER) * float(self.components.molar_mass[self.components.index[WATER]])


def run(given: Given) -> Outcome:
    """Leach the ore and clean the liquor."""
    import numpy as np

    s, components, ore = given.settings, given.components, given.feed
    empty = np.zeros_like(ore)
    ports, bought = dict.fromkeys(PORTS, empty), dict.fromkeys(REAGENTS, empty)
    mass = components.mass(ore)
    if mass <= 0.0:
        return Outcome(ports, {}, ("no ore is fed",))
    works = _Works(components, s, empty.copy(), empty.copy(), bought, ports)
    leached, taken = _leach(works, ore, mass)
    _neutralize(works)
    cake, works.liquor, wash = separate(components, works.solid, works.liquor, s.residue)
    volume = aqueous_volume(components, works.liquor)
    works.reagents["water"] = works.reagents["water"] + wash
    works.outputs["residue"], works.solid = cake, empty.copy()
    _crystallize(works)
    _purify(works)
    cake, liquor, wash = separate(components, works.solid, works.liquor, s.cake)
    works.reagents["water"] = works.reagents["water"] + wash
    works.outputs.update({"purification_cake": cake, "liquor": liquor})
    detail = _detail(works, ore, (leached, taken))
    vapor = components.mass(works.outputs["condensate"])
    return Outcome(
        works.outputs,
        bought_only(works.reagents),
        (*works.notes, *_remarks(works, detail)),
        power_kw=s.power_kwh_per_t * mass / 1000.0,
        heat_kw=evaporation_kw(vapor, s.steam_economy),
        sizes={"tank": volume * s.hours / GALLON, "filter": mass * TONNES_PER_DAY, "evaporator": vapor},
        temperature_c=dict.fromkeys(PORTS, 40.0),
        detail=detail,
    )


def _leach(works: _Works, ore: Floats, mass: float) -> tuple[float, float]:
    """Dissolve minerals in the acid; lithium dissolved and acid taken [kmol/h]."""
    s, components = works.settings, works.components
    acid = s.acid_t_per_t * mass / parse_formula("H2SO4").molar_mass
    works.add("h2so4", reagent("h2so4").flows(components, acid))
    works.add("water", works.components.water(max(s.water_kg_per_kg * mass - works.water_kg, 0.0)))
    amounts = _dissolving(components, ore, s)
    need = sum(amount * mineral.acid for amount, mineral in amounts.values())
    share = 1.0 if need <= 2.0 * acid else 2.0 * acid / need
    if share < 1.0:
        works.notes.append(f"acid is short: {share:.0%} of what the minerals take; recovery falls with it")
    works.solid = ore.copy()
    for name, (amount, mineral) in amounts.items():
        moved = share * amount
        works.solid[components.index[name]] -= moved
        works.solid[components.index["SiO2"]] += moved * mineral.silica
        works.liquor = works.liquor + components.vector({ion: n * moved for ion, n in mineral.ions})
        works.liquor = works.liquor + components.vector(
            {PROTON: -moved * mineral.acid, WATER: moved * mineral.water}
        )
        _give_off(works, moved * mineral.carbon_dioxide)
    for i, name in enumerate(components.names):
        if charge_of(name) != 0 or name == WATER:
            works.liquor[i] += works.solid[i]
            works.solid[i] = 0.0
    return works.of("Li+"), share * need / 2.0


def _dissolving(
    components: Components, ore: Floats, settings: ClaystoneSettings
) -> dict[str, tuple[float, Mineral]]:
    """Mineral -> what of it would dissolve [kmol/h], and how."""
    found = {}
    shares = {**default_leached(), **settings.leached}
    for i, name in enumerate(components.names):
        if ore[i] <= 0.0 or charge_of(name) != 0 or name == WATER:
            continue
        mineral = mineral_of(name)
        if mineral is not None:
            found[name] = (min(shares[mineral.leads], 0.9999) * float(ore[i]), mineral)
    return found


def _give_off(works: _Works, carbon_dioxide: float) -> None:
    works.outputs["off_gas"] = works.outputs["off_gas"] + works.components.vector({"CO2": carbon_dioxide})


def _neutralize(works: _Works) -> None:
    """Limestone takes free acid, aluminum and iron; fluoride, gypsum, and lithium taken up by hydroxides."""
    s, components = works.settings, works.components
    free = works.of(PROTON)
    used = free / 2.0
    for ion, (solid, hydroxide) in HYDROXIDES.items():
        amount = works.of(ion)
        used += amount * hydroxide / 2.0
        works.settle(solid, amount)
    limestone = components.vector({LIMESTONE: used})
    works.reagents["caco3"] = works.reagents["caco3"] + (1.0 + s.limestone_excess) * limestone
    works.solid = works.solid + s.limestone_excess * limestone
    works.liquor = works.liquor + components.vector({"Ca+2": used, PROTON: -2.0 * used, WATER: used})
    _give_off(works, used)
    if used > 0.0:
        lost = s.lithium_uptake * works.of("Li+")
        works.solid = works.solid + components.vector({"Li2SO4": lost / 2.0})
        works.liquor = works.liquor - components.vector({"Li+": lost, "SO4-2": lost / 2.0})
    if "F-" in components.index:
        works.settle("CaF2", 0.9 * min(works.of("F-") / 2.0, works.of("Ca+2")))
    _gypsum(works)


def _gypsum(works: _Works) -> None:
    """Gypsum, down to the calcium that it leaves."""
    stays = works.settings.calcium_g_per_kg * works.water_kg / 1000.0 / parse_formula("Ca").molar_mass
    beyond = max(works.of("Ca+2") - stays, 0.0)
    amount = min(beyond, 0.99 * works.of("SO4-2"), 0.1 * works.of(WATER))
    works.settle(GYPSUM, amount)


def _crystallize(works: _Works) -> None:
    """Evaporate, and crystallize magnesium sulfate with the lithium it keeps."""
    s, components = works.settings, works.components
    vapor = components.vector({WATER: s.water_evaporated * works.of(WATER)})
    works.outputs["condensate"] = vapor
    works.liquor = works.liquor - vapor
    most = min(
        works.of("Mg+2"), 0.9 * works.of("SO4-2"), 0.08 * works.of(WATER) / max(s.magnesium_crystallized, 0.1)
    )
    amount = s.magnesium_crystallized * most
    lost = s.crystal_lithium_loss * works.of("Li+") if amount > 0.0 else 0.0
    works.outputs["magnesium_sulfate"] = components.vector({EPSOMITE: amount, "Li2SO4": lost / 2.0})
    ions = {"Mg+2": amount, "SO4-2": amount + lost / 2.0, WATER: 7.0 * amount, "Li+": lost}
    works.liquor = works.liquor - components.vector(ions)
    _gypsum(works)


def _purify(works: _Works) -> None:
    """Lime for magnesium, soda for calcium."""
    s, components = works.settings, works.components
    for ion, solid in LIMED.items():
        amount = s.magnesium_limed * works.of(ion)
        works.add("caoh2", reagent("caoh2").flows(components, amount))
        works.settle(solid, amount)
    _gypsum(works)
    calcium = s.calcium_removed * works.of("Ca+2")
    works.add("na2co3", reagent("na2co3").flows(components, calcium))
    works.settle(LIMESTONE, calcium)


def _detail(works: _Works, ore: Floats, leached: tuple[float, float]) -> ClaystoneDetail:
    """Figures; `leached` is lithium dissolved and acid taken [kmol/h]."""
    components, liquor = works.components, works.outputs["liquor"]
    fed = float(components.element_row("Li") @ ore)
    lithium = float(liquor[components.index["Li+"]])
    mass = components.mass(ore)
    acid = parse_formula("H2SO4").molar_mass
    carbonate = lithium / 2.0 * parse_formula("Li2CO3").molar_mass
    volume = aqueous_volume(components, liquor)
    return ClaystoneDetail(
        lithium / fed if fed > 0.0 else 0.0,
        leached[0] / fed if fed > 0.0 else 0.0,
        leached[1] * acid / mass,
        works.settings.acid_t_per_t * mass / carbonate if carbonate > 0.0 else 0.0,
        lithium * parse_formula("Li").molar_mass * 1000.0 / volume if volume > 0.0 else 0.0,
    )


def _remarks(works: _Works, detail: ClaystoneDetail) -> list[str]:
    """What is wrong or worth knowing."""
    s = works.settings
    if detail.leached <= 0.0:
        return ["no lithium dissolves: the ore holds none, or there is no acid"]
    found = []
    spare = s.acid_t_per_t - detail.acid_t_per_t
    if spare > 0.15 * s.acid_t_per_t:
        found.append(
            f"{spare / s.acid_t_per_t:.0%} of the acid finds no mineral and only burns limestone: feed less"
        )
    if detail.leached - detail.recovery > 0.1:
        lost = detail.leached - detail.recovery
        found.append(f"{lost:.0%} of the lithium dissolved stays in cakes and crystals: wash more")
    if detail.lithium_g_per_l < 5.0:
        found.append(f"liquor of {detail.lithium_g_per_l:.1f} g/L lithium: evaporate before precipitation")
    return found


def makes(settings: ClaystoneSettings, names: tuple[str, ...]) -> tuple[str, ...]:
    """Ions of the minerals, cakes, gypsum, magnesium sulfate and CO2."""
    ions = {ion for name in names for ion, _ in getattr(_mineral(name), "ions", ())}
    cations = ("Li+", "Na+", "Ca+2", *HYDROXIDES, *LIMED)
    solids = (*(solid for solid, _ in HYDROXIDES.values()), *LIMED.values())
    return tuple(dict.fromkeys((*cations, "SO4-2", "CO3-2", *sorted(ions), *solids, *MADE)))


def _mineral(name: str) -> Mineral | None:
    if charge_of(name) != 0 or name == WATER:
        return None
    try:
        return mineral_of(name)
    except InputError:
        return None


KIND = Kind(
    "claystone_leach",
    "sulfuric acid leach of lithium claystone, neutralized and freed of magnesium and calcium",
    ClaystoneSettings,
    ("feed",),
    {
        "liquor": "aqueous",
        "residue": "solid",
        "magnesium_sulfate": "solid",
        "purification_cake": "solid",
        "condensate": "aqueous",
        "off_gas": "gas",
    },
    run,
    makes,
)
