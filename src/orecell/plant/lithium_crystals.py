"""Evaporative crystallization of LiOH.H2O with its mother liquor sent round and a bleed.

With F the LiOH fed, y the share that crystallizes per pass, b the share of mother liquor bled and p the share
of it that clings to crystals after washing,

    T = F / (y + (1 - y)(p + b (1 - p))),   crystals = y T,   mother liquor = (1 - y) T

and an impurity, which does not crystallize, goes by p to b (1 - p) into crystals and bleed. Mother liquor is
saturated with LiOH at the temperature (table `solubilities`); carbonate crystallizes with it as Li2CO3.
Left out: carbonate that mother liquor holds, crystallization of other impurities, of which a remark warns,
boiling-point rise, uptake of CO2 from air.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from orecell.core.formula import parse_formula
from orecell.plant.component import PROTON, WATER, Components
from orecell.plant.crystallization import solubility
from orecell.plant.lithium_grade import sulfate_saturation
from orecell.plant.lithium_parameters import default, default_count
from orecell.plant.lithium_salts import dried
from orecell.plant.unit import Settings

if TYPE_CHECKING:
    from orecell.plant.component import Floats

CRYSTAL = "LiOH*H2O"
BASE = {"Li+": 1.0, PROTON: -1.0, WATER: 1.0}
"""LiOH in master components."""
LIOH = parse_formula("LiOH").molar_mass
"""[g/mol]."""
MOST_OF_WATER = 0.3
"""Crystals take at most this share of the water as water of crystallization."""


class CrystallizerSettings(Settings):
    """Settings of the crystallizer of lithium hydroxide.

    Attributes:
        crystallizer_c: temperature.
        pass_yield: share of LiOH that crystallizes per pass.
        bleed: share of the mother liquor that leaves.
        crystal_moisture: liquor on centrifuged crystals [mass fraction].
        crystal_wash_stages, crystal_wash_efficiency: washes, and the share of solutes each takes out.
        crystal_wash_water: per stage; goes back to the evaporator [kg/kg].
        steam_economy: water evaporated per steam [kg/kg].
    """

    crystallizer_c: float = default("lioh_crystallizer_c", ge=0, le=100)
    pass_yield: float = default("lioh_pass_yield", gt=0, le=0.98)
    bleed: float = default("lioh_bleed", ge=0.001, le=1)
    crystal_moisture: float = default("lioh_crystal_moisture", ge=0, le=0.5)
    crystal_wash_stages: int = default_count("lioh_crystal_wash_stages", le=10)
    crystal_wash_efficiency: float = default("lioh_crystal_wash_efficiency", ge=0, le=0.9999)
    crystal_wash_water: float = default("lioh_crystal_wash_water", ge=0, le=5)
    steam_economy: float = default("steam_economy", ge=0.5, le=30)


@dataclass(frozen=True)
class Crystals:
    """What the crystallizer gives (component) [kmol/h].

    Attributes:
        product: dry crystals with what clung to them as salts.
        bleed: mother liquor that leaves.
        condensate: water evaporated.
        off_gas: what drying drives off.
        wash: wash water used.
        sulfate_saturation: sodium sulfate in the mother liquor over its solubility.
        is_short_of_water: whether crystals take water that mother liquor needs.
    """

    product: Floats
    bleed: Floats
    condensate: Floats
    off_gas: Floats
    wash: Floats
    sulfate_saturation: float
    is_short_of_water: bool


def hydroxide_in(components: Components, liquor: Floats) -> float:
    """LiOH that a liquor can be written with [kmol/h]."""
    lithium, proton = float(liquor[components.index["Li+"]]), float(liquor[components.index[PROTON]])
    return max(min(lithium, -proton), 0.0)


def clinging_share(settings: CrystallizerSettings, grams_per_kg: float) -> tuple[float, float]:
    """Mother liquor that crystals keep per mother liquor made: solutes after washing, and volume."""
    y, crystal = settings.pass_yield, parse_formula(CRYSTAL).molar_mass
    liquor = (1.0 - y) * LIOH * (1.0 + 1000.0 / grams_per_kg)
    wet = settings.crystal_moisture / (1.0 - settings.crystal_moisture) * y * crystal
    before = min(wet / liquor, 0.9)
    return before * (1.0 - settings.crystal_wash_efficiency) ** settings.crystal_wash_stages, before


def crystallize(components: Components, liquor: Floats, settings: CrystallizerSettings) -> Crystals:
    """Crystallize the hydroxide of a liquor; amounts (component) [kmol/h]."""
    import numpy as np

    carbonate = _carbonate(components, liquor)
    liquor, water = liquor - carbonate[0], components.index[WATER]
    fed = hydroxide_in(components, liquor)
    free = float(liquor[water]) - fed
    if fed <= 0.0 or free <= 0.0:
        empty = np.zeros_like(liquor)
        return Crystals(empty, liquor + carbonate[0], empty, empty, empty, 0.0, fed > 0.0)
    grams = solubility("LiOH", settings.crystallizer_c) * LIOH
    clings, wet = clinging_share(settings, grams)
    y, out = settings.pass_yield, clings + settings.bleed * (1.0 - clings)
    taken = min(fed, MOST_OF_WATER * free)
    through = taken / (y + (1.0 - y) * out)
    made = (y + (1.0 - y) * clings) * through
    kg_per_kmol = components.molar_mass[water]
    around = (1.0 - y) * through * LIOH * 1000.0 / grams / kg_per_kmol
    impurities = liquor - components.vector({name: n * fed for name, n in BASE.items()})
    impurities[water] = 0.0
    carried = clings / out * impurities
    hydroxide = max(-float(carried[components.index[PROTON]]), 0.0)
    on_crystals = max(min(wet * around, 0.5 * (free - made)), hydroxide)
    wanted = settings.bleed * (1.0 - clings) * around
    bled = min(wanted, max(0.9 * (free - made - on_crystals), 0.0))
    salts, gas = dried(components, carried + components.vector({WATER: on_crystals}))
    base = components.vector({name: n * (fed - made) for name, n in BASE.items()})
    wash = settings.crystal_wash_stages * settings.crystal_wash_water * made
    wash *= components.molar_mass[components.index[CRYSTAL]] / kg_per_kmol
    bleed = base + impurities - carried + components.vector({WATER: bled})
    return Crystals(
        salts + carbonate[1] + components.vector({CRYSTAL: made}),
        bleed,
        components.vector({WATER: free - made - bled - on_crystals + wash}),
        gas,
        components.vector({WATER: wash}),
        sulfate_saturation(components, bleed, settings.crystallizer_c),
        taken < fed or bled < wanted,
    )


def _carbonate(components: Components, liquor: Floats) -> tuple[Floats, Floats]:
    """Carbonate of a liquor as ions and as the Li2CO3 that it crystallizes as."""
    i = components.index.get("CO3-2")
    if i is None:
        return 0.0 * liquor, 0.0 * liquor
    lithium = max(float(liquor[components.index["Li+"]]), 0.0)
    amount = min(max(float(liquor[i]), 0.0), 0.45 * lithium)
    return components.vector({"Li+": 2.0 * amount, "CO3-2": amount}), components.vector({"Li2CO3": amount})
