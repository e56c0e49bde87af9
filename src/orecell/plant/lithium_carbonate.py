"""Precipitation of lithium carbonate with soda ash, or with CO2 and caustic soda.

    evaporate -> add carbonate, (1 + excess) (Li/2 + Ca + Mg) less what the feed holds -> precipitate
    -> filter, wash -> refine as bicarbonate, if asked -> dry

Lithium left follows from `plant.lithium_equilibrium`, purity from liquor kept by the cake, liquor enclosed in
crystals and shares of Ca, Mg and F that precipitate too. Acid of the feed takes carbonate and leaves as CO2.
Dried product holds its impurities as neutral salts. Left out: crystal size, scaling, and the equilibria of
refining, which is a recovery and rejections.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from pydantic import Field

from orecell.plant.component import PROTON, WATER, Components
from orecell.plant.crystallization import solubility
from orecell.plant.lithium_equilibrium import MODELED, Precipitate, precipitate
from orecell.plant.lithium_grade import grade_notes, ppm, saturation_notes, sulfate_saturation
from orecell.plant.lithium_parameters import (
    bought_only,
    default,
    default_count,
    evaporation_kw,
    warming_kw,
)
from orecell.plant.lithium_salts import dried, salt_names
from orecell.plant.stream import aqueous_volume, water_density
from orecell.plant.unit import GALLON, TONNES_PER_DAY, Given, Kind, Outcome, Settings, reagent

if TYPE_CHECKING:
    from orecell.plant.component import Floats

PRODUCT = "Li2CO3"
BESIDE: dict[str, dict[str, float]] = {
    "CaCO3": {"Ca+2": 1.0, "CO3-2": 1.0},
    "MgCO3": {"Mg+2": 1.0, "CO3-2": 1.0},
    "LiF": {"Li+": 1.0, "F-": 1.0},
}
"""Solids that come with lithium carbonate -> their ions."""
MOST_PRECIPITATED = 0.9999
PORTS = ("product", "mother_liquor", "wash_liquor", "condensate", "off_gas")
REAGENTS = ("na2co3", "co2", "naoh", "water")


class CarbonateSettings(Settings):
    """Settings of a precipitation of lithium carbonate.

    Attributes:
        evaporate_to_g_per_l: lithium of the liquor after evaporation; as fed if absent.
        carbonate: soda ash, or CO2 with caustic soda.
        excess: carbonate over lithium, calcium and magnesium.
        soda_mol_per_kg: strength of the soda solution, 0 for dry soda.
        co2_used: share of the CO2 absorbed.
        temperature_c: temperature of precipitation.
        calcium_precipitated, magnesium_precipitated, fluoride_precipitated: shares that go with the product.
        occluded_liquor: mother liquor enclosed in crystals [kg/kg].
        cake_moisture: mother liquor in the wet cake [mass fraction].
        wash_stages, wash_efficiency: displacement washes, and the share of solutes each takes out.
        wash_water: per stage [kg/kg dry].
        wash_temperature_c, wash_saturation: how much carbonate the wash dissolves.
        refine: whether crude carbonate is dissolved as bicarbonate and precipitated again.
        refining_recovery, refining_bleed: lithium kept, and water bled [kg/kg].
        refining_rejection, refining_rejection_insoluble: of soluble matter, and of Ca, Mg and F.
        refining_co2_recycled: share of the CO2 used again.
        steam_economy, heat_recovered: of the evaporator, and of hot liquor.
        power_kwh_per_t, drying_mj_per_kg: per product.
        hours: residence time of precipitation.
    """

    evaporate_to_g_per_l: float | None = Field(None, gt=0, le=80)
    carbonate: Literal["soda_ash", "co2_naoh"] = "soda_ash"
    excess: float = default("li2co3_soda_excess", ge=0, le=1)
    soda_mol_per_kg: float = default("li2co3_soda_mol_per_kg", ge=0, le=4.5)
    co2_used: float = default("li2co3_co2_used", gt=0, le=1)
    temperature_c: float = default("li2co3_temperature_c", ge=0, le=100)
    calcium_precipitated: float = default("li2co3_calcium_precipitated", ge=0, le=0.9999)
    magnesium_precipitated: float = default("li2co3_magnesium_precipitated", ge=0, le=0.9999)
    fluoride_precipitated: float = default("li2co3_fluoride_precipitated", ge=0, le=0.9999)
    occluded_liquor: float = default("li2co3_occluded_liquor", ge=0, le=0.2)
    cake_moisture: float = default("li2co3_cake_moisture", ge=0, le=0.8)
    wash_stages: int = default_count("li2co3_wash_stages", le=10)
    wash_efficiency: float = default("li2co3_wash_efficiency", ge=0, le=0.9999)
    wash_water: float = default("li2co3_wash_water", ge=0, le=20)
    wash_temperature_c: float = default("li2co3_wash_temperature_c", ge=0, le=100)
    wash_saturation: float = default("li2co3_wash_saturation", ge=0, le=1)
    refine: bool = False
    refining_recovery: float = default("li2co3_refining_recovery", gt=0, le=0.9999)
    refining_rejection: float = default("li2co3_refining_rejection", ge=0, le=0.9999)
    refining_rejection_insoluble: float = default("li2co3_refining_rejection_insoluble", ge=0, le=0.9999)
    refining_bleed: float = default("li2co3_refining_bleed", ge=0, le=30)
    refining_co2_recycled: float = default("li2co3_refining_co2_recycled", ge=0, le=0.9999)
    steam_economy: float = default("steam_economy", ge=0.5, le=30)
    heat_recovered: float = default("heat_recovered", ge=0, le=0.95)
    power_kwh_per_t: float = default("li2co3_power_kwh_per_t", ge=0)
    drying_mj_per_kg: float = default("li2co3_drying_mj_per_kg", ge=0)
    hours: float = Field(2.0, gt=0, le=24)


@dataclass(frozen=True)
class CarbonateDetail:
    """What a precipitation did.

    Attributes:
        lithium_left_g_per_kg: lithium in the mother liquor [g/kg of water].
        single_pass_recovery: lithium precipitated per lithium fed.
        product_recovery: lithium in the product per lithium fed.
        ph, ionic_strength: of the mother liquor, at temperature.
        sulfate_saturation: sodium sulfate over its solubility.
        product_ppm: element -> mass in the product [mg/kg].
    """

    lithium_left_g_per_kg: float
    single_pass_recovery: float
    product_recovery: float
    ph: float
    ionic_strength: float
    sulfate_saturation: float
    product_ppm: dict[str, float]


@dataclass
class _Batch:
    """What is under way in the unit: streams (component) [kmol/h], changed step by step."""

    components: Components
    settings: CarbonateSettings
    liquor: Floats
    solids: dict[str, float] = field(default_factory=dict)
    reagents: dict[str, Floats] = field(default_factory=dict)
    outputs: dict[str, Floats] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)

    def of(self, name: str) -> float:
        """A component of the liquor, 0 if it is unknown or below 0 [kmol/h]."""
        i = self.components.index.get(name)
        return 0.0 if i is None else max(float(self.liquor[i]), 0.0)

    def add(self, reagent_id: str, flows: Floats) -> None:
        """Note a reagent."""
        self.reagents[reagent_id] = self.reagents[reagent_id] + flows

    def emit(self, port: str, flows: Floats) -> None:
        """Send something out of a port."""
        self.outputs[port] = self.outputs[port] + flows

    @property
    def dry_kg(self) -> float:
        """Mass of the solids [kg/h]."""
        return self.components.mass(self.components.vector(self.solids))


def run(given: Given) -> Outcome:
    """Precipitate lithium carbonate from the feed."""
    import numpy as np

    s, components, empty = given.settings, given.components, np.zeros_like(given.feed)
    ports, bought = dict.fromkeys(PORTS, empty), dict.fromkeys(REAGENTS, empty)
    batch = _Batch(components, s, given.feed.copy(), {}, bought, ports)
    fed = batch.of("Li+")
    if fed <= 0.0 or batch.of(WATER) <= 0.0:
        return Outcome({**ports, "mother_liquor": given.feed.copy()}, {}, ("no lithium in the feed",))
    _evaporate(batch)
    _add_carbonate(batch)
    state = _precipitate(batch)
    hot = batch.liquor
    kept = _filter(batch)
    if s.refine:
        kept = _refine(batch, kept)
    solid, gas = dried(components, kept)
    batch.emit("product", solid + components.vector(batch.solids))
    batch.emit("off_gas", gas)
    detail = _detail(batch, state, (fed, float(hot[components.index["Li+"]])))
    product, vapor = (components.mass(batch.outputs[port]) for port in ("product", "condensate"))
    warmed = warming_kw(components.mass(hot), s.temperature_c - given.temperature_c["feed"], s.heat_recovered)
    volume = aqueous_volume(components, hot, s.temperature_c)
    return Outcome(
        batch.outputs,
        bought_only(batch.reagents),
        (*batch.notes, *_remarks(batch, detail)),
        power_kw=s.power_kwh_per_t * product / 1000.0,
        heat_kw=evaporation_kw(vapor, s.steam_economy) + warmed + s.drying_mj_per_kg * product / 3.6,
        sizes={"tank": volume * s.hours / GALLON, "filter": product * TONNES_PER_DAY, "evaporator": vapor},
        temperature_c={
            "mother_liquor": s.temperature_c,
            "wash_liquor": s.wash_temperature_c,
            "product": 25.0,
        },
        detail=detail,
    )


def _evaporate(batch: _Batch) -> None:
    """Take water off until lithium has the concentration asked for."""
    target = batch.settings.evaporate_to_g_per_l
    if target is None:
        return
    components, i = batch.components, batch.components.index[WATER]
    kg_per_kmol = components.molar_mass[i]
    lithium = batch.of("Li+") * components.molar_mass[components.index["Li+"]]
    volume = aqueous_volume(components, batch.liquor)
    off = (volume - 1000.0 * lithium / target) * water_density(25.0) / kg_per_kmol
    if off <= 0.0:
        batch.notes.append(f"the feed holds more than {target:g} g/L of lithium: nothing to evaporate")
        return
    off = min(off, 0.95 * float(batch.liquor[i]))
    vapor = components.vector({WATER: off})
    batch.liquor = batch.liquor - vapor
    batch.emit("condensate", vapor)
    if sulfate_saturation(components, batch.liquor, batch.settings.temperature_c) > 1.0:
        batch.notes.append("evaporation passes the solubility of Na2SO4: crystallize it first")


def _add_carbonate(batch: _Batch) -> None:
    """Add soda, or CO2 and caustic soda; CO2 that acid drives out leaves as gas."""
    s, components = batch.settings, batch.components
    proton = float(batch.liquor[components.index[PROTON]])
    acid = proton - min(max(proton, 0.0), batch.of("NH3"))
    need = batch.of("Li+") / 2.0 + s.calcium_precipitated * batch.of("Ca+2")
    need = (1.0 + s.excess) * (need + s.magnesium_precipitated * batch.of("Mg+2")) - batch.of("CO3-2")
    if s.carbonate == "soda_ash":
        driven = max(acid, 0.0) / 2.0
        dose = max(0.0, need + driven)
        batch.add("na2co3", reagent("na2co3").flows(components, dose))
        if s.soda_mol_per_kg > 0.0:
            batch.add("water", batch.components.water(1000.0 * dose / s.soda_mol_per_kg))
        used, blown = dose, driven
    else:
        used = max(0.0, need)
        blown = used * (1.0 / s.co2_used - 1.0)
        batch.add("co2", reagent("co2").flows(components, used + blown))
        batch.add("naoh", reagent("naoh").flows(components, max(0.0, acid + 2.0 * used)))
    batch.liquor = sum(batch.reagents.values(), start=batch.liquor)
    gone = min(blown, batch.of("CO3-2"))
    batch.liquor = batch.liquor - components.vector({"CO3-2": gone, PROTON: 2.0 * gone, WATER: -gone})
    batch.emit("off_gas", components.vector({"CO2": gone}))
    if used <= 0.0:
        batch.notes.append("the feed holds enough carbonate: none is added")


def _precipitate(batch: _Batch) -> Precipitate:
    """Precipitate; solids leave the liquor."""
    s, components = batch.settings, batch.components
    carbonate = batch.of("CO3-2")
    calcium = min(s.calcium_precipitated * batch.of("Ca+2"), 0.5 * carbonate)
    magnesium = min(s.magnesium_precipitated * batch.of("Mg+2"), 0.4 * carbonate)
    fluoride = min(s.fluoride_precipitated * batch.of("F-"), 0.5 * batch.of("Li+"))
    beside = {"CaCO3": calcium, "MgCO3": magnesium, "LiF": fluoride}
    known = {*components.names}
    batch.solids = {name: amount for name, amount in beside.items() if {name, *BESIDE[name]} <= known}
    for name, amount in batch.solids.items():
        batch.liquor = batch.liquor - components.vector({ion: n * amount for ion, n in BESIDE[name].items()})
    water = batch.of(WATER) * components.molar_mass[components.index[WATER]] / 1000.0
    totals = {name: batch.of(name) / water for name in MODELED}
    totals[PROTON] = float(batch.liquor[components.index[PROTON]]) / water
    state = precipitate(totals, s.temperature_c)
    amount = min(state.solid * water, MOST_PRECIPITATED * min(batch.of("Li+") / 2.0, batch.of("CO3-2")))
    batch.solids[PRODUCT] = amount
    batch.liquor = batch.liquor - components.vector({"Li+": 2.0 * amount, "CO3-2": amount})
    return state


def _filter(batch: _Batch) -> Floats:
    """Filter and wash; the liquor that stays with the solids, in the cake and enclosed in crystals."""
    s, components = batch.settings, batch.components
    dry, wet = batch.dry_kg, batch.components.mass(batch.liquor)
    held = min(s.cake_moisture / (1.0 - s.cake_moisture) * dry / wet, 0.6) * batch.liquor
    enclosed = min(s.occluded_liquor * dry / wet, 0.3) * batch.liquor
    batch.emit("mother_liquor", batch.liquor - held - enclosed)
    wash = batch.components.water(s.wash_stages * s.wash_water * dry)
    left = (1.0 - s.wash_efficiency) ** s.wash_stages * held
    i = components.index[WATER]
    displaced = batch.components.mass(held - left) / components.molar_mass[i]
    left[i] += max(0.0, min(displaced, 0.95 * float(held[i] + wash[i]) - float(left[i])))
    grams = s.wash_saturation * solubility(PRODUCT, s.wash_temperature_c)
    dissolved = min(grams * batch.components.mass(wash) / 1000.0, 0.5 * batch.solids[PRODUCT])
    batch.solids[PRODUCT] -= dissolved
    batch.add("water", wash)
    ions = components.vector({"Li+": 2.0 * dissolved, "CO3-2": dissolved})
    batch.emit("wash_liquor", held + wash - left + ions)
    return left + enclosed


def _refine(batch: _Batch, kept: Floats) -> Floats:
    """Dissolve as bicarbonate and precipitate again; what is rejected leaves with the bleed."""
    s, components = batch.settings, batch.components
    bleed = batch.components.water(s.refining_bleed * batch.dry_kg)
    batch.add("water", bleed)
    fresh = (1.0 - s.refining_co2_recycled) * batch.solids[PRODUCT]
    batch.add("co2", reagent("co2").flows(components, fresh))
    batch.emit("off_gas", components.vector({"CO2": fresh}))
    lost = {name: s.refining_rejection_insoluble * amount for name, amount in batch.solids.items()}
    lost[PRODUCT] = (1.0 - s.refining_recovery) * batch.solids[PRODUCT]
    for name, amount in lost.items():
        batch.solids[name] -= amount
        ions = BESIDE.get(name, {"Li+": 2.0, "CO3-2": 1.0})
        bleed = bleed + components.vector({ion: n * amount for ion, n in ions.items()})
    rejected = s.refining_rejection * kept
    rejected[components.index[WATER]] = 0.0
    batch.emit("wash_liquor", bleed + rejected)
    return kept - rejected


def _detail(batch: _Batch, state: Precipitate, lithium: tuple[float, float]) -> CarbonateDetail:
    """Figures of the batch; `lithium` as fed and as left in the liquor [kmol/h]."""
    components, liquor = batch.components, batch.outputs["mother_liquor"]
    fed, left = lithium
    water = float(liquor[components.index[WATER]] * components.molar_mass[components.index[WATER]])
    grams = float(liquor[components.index["Li+"]] * components.molar_mass[components.index["Li+"]])
    product = components.element_row("Li") @ batch.outputs["product"]
    return CarbonateDetail(
        1000.0 * grams / water if water > 0.0 else 0.0,
        1.0 - left / fed,
        float(product) / fed,
        state.ph,
        state.ionic_strength,
        sulfate_saturation(components, liquor, batch.settings.temperature_c),
        ppm(components, batch.outputs["product"]),
    )


def _remarks(batch: _Batch, detail: CarbonateDetail) -> list[str]:
    """What is wrong or worth knowing."""
    found = []
    lost = 1.0 - detail.single_pass_recovery
    if batch.solids[PRODUCT] <= 0.0:
        return ["nothing precipitates: concentrate the liquor, heat it, or add carbonate"]
    if lost > 0.02:
        found.append(f"lithium left {detail.lithium_left_g_per_kg:.2g} g/kg, {lost:.0%} of the feed: recycle")
    found += saturation_notes(detail.sulfate_saturation, "bleed or crystallize it")
    if detail.ionic_strength > 4.0:
        found.append(f"ionic strength {detail.ionic_strength:.1f} mol/kg: solubility beyond what was fitted")
    advice = "wash more" if batch.settings.refine else "wash more, purify the feed, or refine as bicarbonate"
    product = batch.outputs["product"]
    share = (
        batch.components.molar_mass[batch.components.index[PRODUCT]]
        * product[batch.components.index[PRODUCT]]
    )
    purity = {PRODUCT: 1e6 * float(share) / batch.components.mass(product)}
    return found + grade_notes("li2co3", {**detail.product_ppm, **purity}, advice)


def makes(settings: CarbonateSettings, names: tuple[str, ...]) -> tuple[str, ...]:
    """Product, what comes with it, the salts that its liquor dries to, and gases."""
    ions = ("Li+", "Na+", "CO3-2", *names)
    beside = tuple(solid for solid, held in BESIDE.items() if {*held} <= {*ions})
    return ("Na+", "CO3-2", PRODUCT, *beside, "CO2", *salt_names(ions))


KIND = Kind(
    "li2co3",
    "precipitation of lithium carbonate, washed and dried",
    CarbonateSettings,
    ("feed",),
    {
        "product": "solid",
        "mother_liquor": "aqueous",
        "wash_liquor": "aqueous",
        "condensate": "aqueous",
        "off_gas": "gas",
    },
    run,
    makes,
)
