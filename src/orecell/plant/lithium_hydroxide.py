"""Lithium hydroxide monohydrate from carbonate and lime, or from sulfate and caustic soda.

    lime:         Li2CO3 + Ca(OH)2 = 2 LiOH + CaCO3, to a conversion; mud filtered off with what it keeps
    caustic soda: Li2SO4 + 2 NaOH + 20 H2O = 2 LiOH + Na2SO4.10H2O, the salt frozen out to its solubility

then `plant.lithium_crystals`. Water is added to the lime route up to the strength asked for. Left out: the
equilibrium of causticization (conversion is limited by coating), and that caustic lowers the solubility of
Glauber salt, so that less sulfate stays than computed.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from pydantic import Field

from orecell.core.formula import parse_formula
from orecell.plant.component import PROTON, WATER, Components
from orecell.plant.crystallization import solubility
from orecell.plant.lithium_crystals import (
    CRYSTAL,
    LIOH,
    CrystallizerSettings,
    Crystals,
    crystallize,
    hydroxide_in,
)
from orecell.plant.lithium_grade import grade_notes, ppm, saturation_notes
from orecell.plant.lithium_parameters import (
    bought_only,
    default,
    default_cake,
    evaporation_kw,
)
from orecell.plant.lithium_salts import charge_of, dissolved, ions_of_salt, salt_names
from orecell.plant.separation import CakeSettings, separate
from orecell.plant.stream import aqueous_volume
from orecell.plant.unit import GALLON, TONNES_PER_DAY, Given, Kind, Outcome, reagent

if TYPE_CHECKING:
    from orecell.plant.component import Floats

CARBONATE, LIME, MUD, GLAUBER = "Li2CO3", "Ca(OH)2", "CaCO3", "Na2SO4*10H2O"
DISSOLVED_NEUTRALS = (WATER, "NH3")
PORTS = ("product", "residue", "mother_liquor", "condensate", "off_gas")


class HydroxideSettings(CrystallizerSettings):
    """Settings of a plant for lithium hydroxide.

    Attributes:
        route: lime on carbonate, or caustic soda on a sulfate liquor.
        conversion: share of the carbonate that lime converts.
        lime_excess: lime over carbonate.
        liquor_g_per_kg: LiOH of the liquor per kg of water.
        dissolved_carbonate_g_per_kg: lithium carbonate that the limed liquor holds, per kg of water.
        dissolved_calcium_mg_per_kg: calcium in the liquor after polishing, per kg of water.
        mud: filter of calcium carbonate.
        naoh_excess: caustic soda over lithium.
        glauber_c: temperature at which Glauber salt is frozen out.
        glauber: centrifuge of Glauber salt.
        power_kwh_per_t: per product.
        hours: residence time of causticization.
    """

    route: Literal["lime", "caustic_soda"] = "lime"
    conversion: float = default("lioh_conversion", gt=0, le=0.999)
    lime_excess: float = default("lioh_lime_excess", ge=0, le=1)
    liquor_g_per_kg: float = default("lioh_liquor_g_per_kg", gt=0, le=120)
    dissolved_carbonate_g_per_kg: float = default("lioh_dissolved_carbonate_g_per_kg", ge=0, le=10)
    dissolved_calcium_mg_per_kg: float = default("lioh_dissolved_calcium_mg_per_kg", ge=0, le=500)
    mud: CakeSettings = default_cake("lioh_mud")
    naoh_excess: float = default("lioh_naoh_excess", ge=0, le=1)
    glauber_c: float = default("lioh_glauber_c", ge=-15, le=30)
    glauber: CakeSettings = default_cake("lioh_glauber")
    power_kwh_per_t: float = default("lioh_power_kwh_per_t", ge=0)
    hours: float = Field(2.0, gt=0, le=24)


@dataclass(frozen=True)
class HydroxideDetail:
    """What the plant did.

    Attributes:
        recovery: lithium in the product per lithium fed.
        kg_carbonate_per_kg: lithium carbonate equivalent fed per product.
        sulfate_saturation: sodium sulfate in the mother liquor over its solubility.
        product_ppm: element -> mass in the product [mg/kg].
    """

    recovery: float
    kg_carbonate_per_kg: float
    sulfate_saturation: float
    product_ppm: dict[str, float]


@dataclass(frozen=True)
class _Liquor:
    """Liquor for the crystallizer, what was filtered off, and what was bought (component) [kmol/h]."""

    liquor: Floats
    residue: Floats
    reagents: dict[str, Floats]
    notes: tuple[str, ...]


def run(given: Given) -> Outcome:
    """Make lithium hydroxide of the feed."""
    import numpy as np

    s, components = given.settings, given.components
    empty = np.zeros_like(given.feed)
    fed = float(components.element_row("Li") @ given.feed)
    if fed <= 0.0:
        outputs = {**dict.fromkeys(PORTS, empty), "mother_liquor": given.feed.copy()}
        return Outcome(outputs, {}, ("no lithium in the feed",))
    made = _causticize(given) if s.route == "lime" else _freeze(given)
    crystals = crystallize(components, made.liquor, s)
    reagents = bought_only({**made.reagents, "water": made.reagents["water"] + crystals.wash})
    product = components.mass(crystals.product)
    vapor = components.mass(crystals.condensate)
    detail = _detail(components, crystals, fed)
    return Outcome(
        {
            "product": crystals.product,
            "residue": made.residue,
            "mother_liquor": crystals.bleed,
            "condensate": crystals.condensate,
            "off_gas": crystals.off_gas,
        },
        reagents,
        (*made.notes, *_remarks(s, crystals, detail)),
        power_kw=s.power_kwh_per_t * product / 1000.0,
        heat_kw=evaporation_kw(vapor, s.steam_economy),
        sizes={
            "tank": aqueous_volume(components, made.liquor, 90.0) * s.hours / GALLON,
            "filter": components.mass(made.residue) * TONNES_PER_DAY,
            "evaporator": vapor,
        },
        temperature_c={"mother_liquor": s.crystallizer_c, "product": 25.0},
        detail=detail,
    )


def _causticize(given: Given) -> _Liquor:
    """Lime on carbonate; the mud keeps lithium."""
    s, components, index = given.settings, given.components, given.components.index
    liquor, solid = _parted(components, dissolved(components, given.feed))
    fixed = solid[index[CARBONATE]]
    carbonate = float(fixed) + max(float(liquor[index["CO3-2"]]), 0.0)
    liquor = liquor + components.vector({"Li+": 2.0 * fixed, "CO3-2": fixed})
    solid[index[CARBONATE]] = 0.0
    lime = reagent("caoh2").flows(components, (1.0 + s.lime_excess) * carbonate)
    reacted = s.conversion * carbonate
    liquor = liquor + lime - components.vector({"Ca+2": reacted, "CO3-2": reacted})
    solid = solid + components.vector({MUD: reacted})
    strong = max(hydroxide_in(components, liquor), 0.0) * LIOH * 1000.0
    kg_per_kmol = components.molar_mass[index[WATER]]
    added = max(strong / s.liquor_g_per_kg / kg_per_kmol - float(liquor[index[WATER]]), 0.0)
    liquor[index[WATER]] += added
    liquor, solid = _settle(components, liquor, solid, s)
    cake, filtrate, wash = separate(components, solid, liquor, s.mud)
    water = components.vector({WATER: added}) + wash
    notes = ["lime converts no carbonate: the feed holds none"] if carbonate <= 0.0 else []
    return _Liquor(filtrate, cake, {"caoh2": lime, "water": water}, tuple(notes))


def _parted(components: Components, flows: Floats) -> tuple[Floats, Floats]:
    """Aqueous and solid part of a feed."""
    import numpy as np

    is_aqueous = np.array([charge_of(name) != 0 or name in DISSOLVED_NEUTRALS for name in components.names])
    return np.where(is_aqueous, flows, 0.0), np.where(is_aqueous, 0.0, flows)


def _settle(
    components: Components, liquor: Floats, solid: Floats, settings: HydroxideSettings
) -> tuple[Floats, Floats]:
    """Carbonate and calcium beyond what stays dissolved go to the mud as Li2CO3 and Ca(OH)2."""
    index = components.index
    kg = max(float(liquor[index[WATER]]), 0.0) * components.molar_mass[index[WATER]]
    stays = settings.dissolved_carbonate_g_per_kg / 1000.0 * kg / parse_formula(CARBONATE).molar_mass
    lithium = float(liquor[index["Li+"]]) / 2.0
    carbonate = min(max(float(liquor[index["CO3-2"]]) - stays, 0.0), max(0.999 * lithium, 0.0))
    stays = settings.dissolved_calcium_mg_per_kg * 1e-6 * kg / parse_formula("Ca").molar_mass
    base = max(-float(liquor[index[PROTON]]), 0.0) / 2.0
    calcium = min(max(float(liquor[index["Ca+2"]]) - stays, 0.0), base)
    liquor = liquor - components.vector({"Li+": 2.0 * carbonate, "CO3-2": carbonate})
    liquor = liquor - components.vector({"Ca+2": calcium, PROTON: -2.0 * calcium, WATER: 2.0 * calcium})
    return liquor, solid + components.vector({CARBONATE: carbonate, LIME: calcium})


def _freeze(given: Given) -> _Liquor:
    """Caustic soda on sulfate liquor; Glauber salt is frozen out."""
    s, components, index = given.settings, given.components, given.components.index
    feed = dissolved(components, given.feed)
    lithium, proton = float(feed[index["Li+"]]), float(feed[index[PROTON]])
    caustic = reagent("naoh").flows(components, max(0.0, (1.0 + s.naoh_excess) * lithium + proton))
    liquor = feed + caustic
    water, sulfate = float(liquor[index[WATER]]), max(float(liquor[index["SO4-2"]]), 0.0)
    most = min(sulfate, float(liquor[index["Na+"]]) / 2.0)
    kg_per_kmol = components.molar_mass[index[WATER]]
    ratio = solubility("Na2SO4", s.glauber_c) * kg_per_kmol / 1000.0
    amount = min(max((most - ratio * water) / (1.0 - 10.0 * ratio), 0.0), 0.999 * most, 0.08 * water)
    ions = {"Na+": 2.0 * amount, "SO4-2": amount, WATER: 10.0 * amount}
    cake, filtrate, wash = separate(
        components, components.vector({GLAUBER: amount}), liquor - components.vector(ions), s.glauber
    )
    notes = []
    left = max(float(filtrate[index[WATER]]), 1e-12) * kg_per_kmol
    if 1000.0 * hydroxide_in(components, filtrate) / left > solubility("LiOH", s.glauber_c):
        notes.append("LiOH crystallizes with the Glauber salt: dilute the feed or freeze less")
    if amount <= 0.0:
        notes.append(
            "no Glauber salt forms: the liquor is too thin or too warm, and its sulfate goes to the bleed"
        )
    return _Liquor(filtrate, cake, {"naoh": caustic, "water": wash}, tuple(notes))


def _detail(components: Components, crystals: Crystals, fed: float) -> HydroxideDetail:
    """Figures of the product; lithium fed in kmol/h."""
    product = components.mass(crystals.product)
    lithium = float(components.element_row("Li") @ crystals.product)
    equivalent = fed / 2.0 * parse_formula(CARBONATE).molar_mass
    return HydroxideDetail(
        lithium / fed,
        equivalent / product if product > 0.0 else 0.0,
        crystals.sulfate_saturation,
        ppm(components, crystals.product) | _strength(components, crystals.product),
    )


def _strength(components: Components, product: Floats) -> dict[str, float]:
    """LiOH in the product [mg/kg]."""
    mass = components.mass(product)
    if mass <= 0.0:
        return {}
    return {"LiOH": 1e6 * float(product[components.index[CRYSTAL]]) * LIOH / mass}


def _remarks(settings: HydroxideSettings, crystals: Crystals, detail: HydroxideDetail) -> list[str]:
    """What is wrong or worth knowing."""
    if detail.recovery <= 0.0:
        return ["nothing crystallizes: the liquor holds no hydroxide"]
    found = []
    if detail.recovery < 0.95:
        lost = 1.0 - detail.recovery
        where = "mud and bleed" if settings.route == "lime" else "Glauber salt and bleed"
        found.append(f"{lost:.0%} of the lithium leaves with {where}: recycle the mother liquor")
    if crystals.is_short_of_water:
        found.append("liquor too thick: crystals and bleed take all its water; add water")
    found += saturation_notes(crystals.sulfate_saturation, "raise the bleed, or freeze out more Glauber salt")
    return found + grade_notes("lioh_h2o", detail.product_ppm, "wash crystals more, or crystallize twice")


def makes(settings: HydroxideSettings, names: tuple[str, ...]) -> tuple[str, ...]:
    """Ions of the feed, crystals, mud or Glauber salt, and what dries from the liquor."""
    ions = ["Li+", "CO3-2", "Ca+2"] if settings.route == "lime" else ["Li+", "Na+", "SO4-2"]
    solids = [CARBONATE, LIME, MUD] if settings.route == "lime" else [GLAUBER]
    ions += [ion for name in names if charge_of(name) == 0 for ion, _ in ions_of_salt(name)]
    ions += [name for name in names if charge_of(name) != 0]
    return tuple(dict.fromkeys((*ions, *solids, CRYSTAL, CARBONATE, "CO2", *salt_names(ions))))


KIND = Kind(
    "lioh",
    "lithium hydroxide monohydrate from carbonate with lime, or from sulfate with caustic soda",
    HydroxideSettings,
    ("feed",),
    {
        "product": "solid",
        "residue": "solid",
        "mother_liquor": "aqueous",
        "condensate": "aqueous",
        "off_gas": "gas",
    },
    run,
    makes,
)
