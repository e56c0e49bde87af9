"""Calcination: layered oxides from hydroxides, and LFP from iron phosphate, with a lithium source.

    M(OH)2 + LiOH + 1/4 O2 = LiMO2 + 3/2 H2O,   Al(OH)3 + LiOH = LiAlO2 + 2 H2O     (M = Ni, Mn, Co)
    M(OH)2 + 1/2 Li2CO3 + 1/4 O2 = LiMO2 + H2O + 1/2 CO2
    FePO4 + 1/2 Li2CO3 + 1/24 C6H12O6 = LiFePO4 + 3/4 CO2 + 1/4 H2O,   further C6H12O6 = 6 C + 6 H2O

The layered oxide is one solid solution of exactly the metals fed; the ledger counts it as LiNiO2, LiMnO2,
LiCoO2 and LiAlO2. Lithium beyond the metals first feeds the saggar, which takes it up as Li2O (hardly any
evaporates), and stays on the product as LiOH and Li2CO3; a wash removes most of it.
Left out: exchange of lithium for protons in the wash, cation mixing, kinetics, dopants, CO in the off-gas.
Source: units calcine and calcine_lfp of the table solid_parameters.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from pydantic import Field

from orecell.plant.component import PROTON, WATER
from orecell.plant.solid_process import (
    BURNT,
    air,
    burnt,
    fed,
    from_table,
    parameter,
    ratio,
    share_of,
)
from orecell.plant.unit import TONNES_PER_DAY, Given, Kind, Outcome, Settings, reagent

if TYPE_CHECKING:
    from orecell.plant.component import Components, Floats

NMC, LFP = "calcine", "calcine_lfp"
HYDROXIDES = {
    "Ni(OH)2": ("Ni", "LiNiO2", 1.0),
    "Mn(OH)2": ("Mn", "LiMnO2", 1.0),
    "Co(OH)2": ("Co", "LiCoO2", 1.0),
    "Al(OH)3": ("Al", "LiAlO2", 1.5),
}
"""Hydroxide -> metal, oxide, and moles of H2O it splits off by itself."""
OXIDIZED = frozenset({"Ni", "Mn", "Co"})
SOURCES = {"lioh": ("lioh_h2o_solid", "LiOH", 1.0), "li2co3": ("li2co3_solid", "Li2CO3", 2.0)}
"""Lithium source -> reagent, formula, lithium per mole."""
PHOSPHATES = {"FePO4": 0.0, "FePO4*2H2O": 2.0, "FePO4.2H2O": 2.0}
"""Iron phosphate -> water of hydration."""
OLIVINE, SUGAR, CARBON = "LiFePO4", "C6H12O6", "C"
HYDROXIDE, CARBONATE, TAKEN_UP = "LiOH", "Li2CO3", "Li2O"
SOLUBLE: Mapping[str, Mapping[str, float]] = {
    HYDROXIDE: {"Li+": 1.0, PROTON: -1.0, WATER: 1.0},
    CARBONATE: {"Li+": 2.0, "CO3-2": 1.0},
    "Na2SO4": {"Na+": 2.0, "SO4-2": 1.0},
    "Li2SO4": {"Li+": 2.0, "SO4-2": 1.0},
}
"""Salt on the product -> what it is in a wash."""
MOST_RESIDUAL, COAT_RANGE = 0.01, (0.01, 0.02)
ELECTRONS_OF_SUGAR, CARBON_OF_SUGAR = 24.0, 6.0
EVAPORATION_KJ_PER_KG = 2600.0
OFF_GAS_C = 150.0


class CalcineSettings(Settings):
    """Settings of a calcination of layered oxides.

    Attributes:
        lithium: lithium source.
        lithium_per_metal: lithium fed per metal [mol/mol]; by source from the table if absent.
        oxidant: oxygen or air.
        oxygen_excess: oxygen fed over what reacts; by oxidant from the table if absent.
        saggar_loss_fraction: product lost as crust, dust and off-size.
        lithium_into_saggar_fraction: lithium fed that the saggar takes up, as far as the excess reaches.
        residual_carbonate_fraction: residual lithium that is carbonate.
        wash: wash the product with water.
        wash_water_t_per_t: per tonne of product.
        wash_removed_fraction: residual lithium and soluble salts washed off.
        wash_moisture_t_per_t: water in the cake, which is dried.
        electricity_kwh_per_kg: per kg of product; by source from the table if absent.
    """

    lithium: Literal["lioh", "li2co3"] = "lioh"
    lithium_per_metal: float | None = Field(None, ge=1, le=1.5)
    oxidant: Literal["oxygen", "air"] = "oxygen"
    oxygen_excess: float | None = Field(None, ge=1)
    saggar_loss_fraction: float = from_table(NMC, "saggar_loss_fraction", gt=0, lt=1)
    lithium_into_saggar_fraction: float = from_table(NMC, "lithium_into_saggar_fraction", ge=0, lt=1)
    residual_carbonate_fraction: float = from_table(NMC, "residual_carbonate_fraction", ge=0, le=1)
    wash: bool = False
    wash_water_t_per_t: float = from_table(NMC, "wash_water_t_per_t", gt=0)
    wash_removed_fraction: float = from_table(NMC, "wash_removed_fraction", ge=0, lt=1)
    wash_moisture_t_per_t: float = from_table(NMC, "wash_moisture_t_per_t", ge=0, lt=1)
    electricity_kwh_per_kg: float | None = Field(None, ge=0)

    def ratio_fed(self) -> float:
        """Lithium per metal."""
        if self.lithium_per_metal is not None:
            return self.lithium_per_metal
        return parameter(NMC, f"lithium_per_metal_{self.lithium}")

    def excess(self) -> float:
        """Oxygen fed over what reacts."""
        if self.oxygen_excess is not None:
            return self.oxygen_excess
        return parameter(NMC, {"oxygen": "oxygen_excess_o2", "air": "oxygen_excess_air"}[self.oxidant])

    def kwh_per_kg(self) -> float:
        """Electricity per kg of product."""
        if self.electricity_kwh_per_kg is not None:
            return self.electricity_kwh_per_kg
        return parameter(NMC, f"electricity_kwh_per_kg_{self.lithium}")


class CalcineLfpSettings(Settings):
    """Settings of a calcination of LFP.

    Attributes:
        lithium_per_metal: lithium fed per iron [mol/mol].
        carbon_coat_fraction: carbon on the product by mass.
        carbon_yield_fraction: carbon of the sugar beyond the reductant that becomes coat; the rest burns.
        saggar_loss_fraction: product lost as crust, dust and off-size.
        lithium_into_saggar_fraction: lithium fed that the saggar takes up, as far as the excess reaches.
        nitrogen_t_per_t: sweep gas per tonne of product.
        electricity_kwh_per_kg: per kg of product.
    """

    lithium_per_metal: float = from_table(LFP, "lithium_per_metal", ge=1, le=1.5)
    carbon_coat_fraction: float = from_table(LFP, "carbon_coat_fraction", ge=0, le=0.2)
    carbon_yield_fraction: float = from_table(LFP, "carbon_yield_fraction", gt=0, le=1)
    saggar_loss_fraction: float = from_table(LFP, "saggar_loss_fraction", gt=0, lt=1)
    lithium_into_saggar_fraction: float = from_table(LFP, "lithium_into_saggar_fraction", ge=0, lt=1)
    nitrogen_t_per_t: float = from_table(LFP, "nitrogen_t_per_t", ge=0)
    electricity_kwh_per_kg: float = from_table(LFP, "electricity_kwh_per_kg", ge=0)


def formula_of(metals: Mapping[str, float]) -> str:
    """LiNi0.8Mn0.1Co0.1O2 from amounts of metals, in the order of the ledger; empty for nothing."""
    whole = sum(metals.values())
    if whole <= 0.0:
        return ""
    shares = {metal: round(amount / whole, 4) for metal, amount in metals.items()}
    inner = "".join(f"{m}{'' if x == 1.0 else format(x, 'g')}" for m, x in shares.items() if x > 0.0)
    return f"Li{inner}O2"


@dataclass
class _Kiln:
    """What is in the kiln and leaves it (component) [kmol/h], as it stands."""

    components: Components
    solid: Floats
    gas: Floats
    saggar: Floats
    reagents: dict[str, Floats]
    notes: list[str]

    def add(self, where: Floats, amounts: Mapping[str, float]) -> None:
        """Add amounts [kmol/h] to flows, in place."""
        where += self.components.vector(amounts)

    def take(self, name: str, flows: Floats) -> None:
        """Let a reagent in; what was already let in of it stays."""
        self.reagents[name] = self.reagents[name] + flows if name in self.reagents else flows


def _loaded(given: Given) -> _Kiln:
    """A kiln with the dried feed; alkali in the moisture keeps the water of its hydroxide."""
    components, solid = given.components, given.feed.copy()
    gas = components.vector({})
    kept = max(-float(solid[components.index[PROTON]]), 0.0)
    for name, stays in ((WATER, kept), ("NH3", 0.0)):
        if name in components.index:
            i = components.index[name]
            gas[i] = max(float(solid[i]) - stays, 0.0)
            solid[i] -= gas[i]
    return _Kiln(components, solid, gas, components.vector({}), {}, [])


def calcine(given: Given) -> Outcome:
    """Layered oxide from hydroxides."""
    s, kiln = given.settings, _loaded(given)
    index = kiln.components.index
    fed_metals = {n: float(kiln.solid[index[n]]) for n in HYDROXIDES if n in index}
    whole = sum(fed_metals.values())
    for name, amount in fed_metals.items():
        _, oxide, water = HYDROXIDES[name]
        kiln.add(kiln.solid, {name: -amount, oxide: amount})
        kiln.add(kiln.gas, {WATER: water * amount})
    need = 0.25 * sum(v for n, v in fed_metals.items() if HYDROXIDES[n][0] in OXIDIZED)
    _breathe(kiln, s.oxidant, s.excess() * need, need)
    lithium = s.ratio_fed() * whole
    residual = _spend(kiln, lithium, whole, s.lithium_into_saggar_fraction)
    _lithiate(kiln, s, lithium, residual)
    product, liquor, heat = _finished(kiln, s.saggar_loss_fraction, s if s.wash else None)
    kg = kiln.components.mass(product)
    return Outcome(
        {"cam": product, "off_gas": kiln.gas, "saggar_loss": kiln.saggar, "wash_liquor": liquor},
        kiln.reagents,
        tuple(kiln.notes),
        power_kw=kg * s.kwh_per_kg(),
        heat_kw=heat,
        sizes={"kiln": kg, **({"filter": kg * TONNES_PER_DAY} if s.wash else {})},
        temperature_c={"off_gas": OFF_GAS_C},
        detail={
            "formula": formula_of({HYDROXIDES[n][0]: v for n, v in fed_metals.items()}),
            "lithium_per_metal": s.ratio_fed(),
            "residual_fraction": _residual_share(kiln.components, product),
        },
    )


def calcine_lfp(given: Given) -> Outcome:
    """LFP with a carbon coat from iron phosphate, lithium carbonate and glucose."""
    s, kiln = given.settings, _loaded(given)
    index = kiln.components.index
    iron = 0.0
    for name, water in PHOSPHATES.items():
        if name in index:
            amount = float(kiln.solid[index[name]])
            kiln.add(kiln.solid, {name: -amount, OLIVINE: amount})
            kiln.add(kiln.gas, {WATER: water * amount})
            iron += amount
    lithium = s.lithium_per_metal * iron
    kiln.take("li2co3_solid", reagent("li2co3_solid").flows(kiln.components, lithium / 2.0))
    residual = _spend(kiln, lithium, iron, s.lithium_into_saggar_fraction)
    kiln.add(kiln.solid, {CARBONATE: residual / 2.0})
    kiln.add(kiln.gas, {"CO2": (lithium - residual) / 2.0})
    _reduce(kiln, s, iron)
    product, _, _ = _finished(kiln, s.saggar_loss_fraction, None)
    kg = kiln.components.mass(product)
    nitrogen = fed("n2", kiln.components, s.nitrogen_t_per_t * kg)
    kiln.take("n2", nitrogen)
    if kg > 0.0 and not COAT_RANGE[0] <= s.carbon_coat_fraction <= COAT_RANGE[1]:
        kiln.notes.append(f"the carbon coat is {s.carbon_coat_fraction:.1%} of the product, outside 1 to 2 %")
    return Outcome(
        {"cam": product, "off_gas": kiln.gas + nitrogen, "saggar_loss": kiln.saggar},
        kiln.reagents,
        tuple(kiln.notes),
        power_kw=kg * s.electricity_kwh_per_kg,
        sizes={"kiln": kg},
        temperature_c={"off_gas": OFF_GAS_C},
        detail={
            "formula": OLIVINE,
            "lithium_per_metal": s.lithium_per_metal,
            "residual_fraction": _residual_share(kiln.components, product),
            "carbon_coat_fraction": share_of(kiln.components, product, CARBON),
        },
    )


def _breathe(kiln: _Kiln, oxidant: str, given: float, need: float) -> None:
    """Blow oxygen or air through the kiln; some reacts [kmol/h of O2]."""
    if oxidant == "oxygen":
        flows = reagent("o2").flows(kiln.components, given)
        kiln.take("o2", flows)
    else:
        flows = air(kiln.components, given)
        kiln.take("air", flows)
    kiln.gas += flows
    kiln.add(kiln.gas, {"O2": -need})


def _spend(kiln: _Kiln, lithium: float, metal: float, into_saggar: float) -> float:
    """Let the saggar take its lithium, as far as the excess reaches; lithium left on the product [kmol/h]."""
    excess = lithium - metal
    taken = min(into_saggar * lithium, excess)
    kiln.add(kiln.saggar, {TAKEN_UP: taken / 2.0})
    if into_saggar * lithium > excess + 1e-12 * lithium:
        share = ratio(excess, lithium)
        kiln.notes.append(
            f"the saggar takes up {into_saggar:.1%} of the lithium but the excess is {share:.1%}:"
            " the product is short of lithium"
        )
    return excess - taken


def _lithiate(kiln: _Kiln, s: CalcineSettings, lithium: float, residual: float) -> None:
    """Take the lithium source; what does not react stays as hydroxide and carbonate [kmol/h of Li]."""
    name, formula, per_mole = SOURCES[s.lithium]
    bought = reagent(name).flows(kiln.components, lithium / per_mole)
    kiln.take(name, bought)
    carbonate = s.residual_carbonate_fraction * residual / 2.0
    hydroxide = (1.0 - s.residual_carbonate_fraction) * residual
    kiln.add(kiln.solid, {HYDROXIDE: hydroxide, CARBONATE: carbonate})
    hydrogen = lithium if formula == HYDROXIDE else 0.0
    carbon = lithium / 2.0 if formula == CARBONATE else 0.0
    hydrate = float(bought[kiln.components.index[WATER]])
    kiln.add(kiln.gas, {WATER: hydrate + (hydrogen - hydroxide) / 2.0, "CO2": max(carbon - carbonate, 0.0)})
    # Hydroxide turns to carbonate with what little CO2 air brings.
    if carbonate > carbon:
        kiln.take("air", kiln.components.vector({"CO2": carbonate - carbon}))


def _reduce(kiln: _Kiln, s: CalcineLfpSettings, iron: float) -> None:
    """Reduce iron with sugar and coat the product with carbon of more sugar; the rest burns."""
    reductant = iron / ELECTRONS_OF_SUGAR
    molar = kiln.components.molar_mass[kiln.components.index[CARBON]]
    other = kiln.components.mass(kiln.solid) if iron > 0.0 else 0.0
    coat = s.carbon_coat_fraction / (1.0 - s.carbon_coat_fraction) * other / molar
    extra = coat / CARBON_OF_SUGAR / s.carbon_yield_fraction
    kiln.take("glucose", reagent("glucose").flows(kiln.components, reductant + extra))
    kiln.add(kiln.solid, {CARBON: coat})
    kiln.add(kiln.gas, {"CO2": CARBON_OF_SUGAR * reductant, WATER: CARBON_OF_SUGAR * (reductant + extra)})
    volatile = {CARBON: CARBON_OF_SUGAR * extra - coat}
    blown, gas = burnt(kiln.components, volatile, parameter("burner", "air_excess"))
    kiln.take("air", blown)
    kiln.gas += gas


def _finished(kiln: _Kiln, lost: float, wash: CalcineSettings | None) -> tuple[Floats, Floats, float]:
    """Product after losses and wash, wash liquor (component) [kmol/h], and heat to dry the product [kW]."""
    components, heat = kiln.components, 0.0
    kiln.saggar += lost * kiln.solid
    product, liquor = (1.0 - lost) * kiln.solid, components.vector({})
    if wash is not None:
        kg = components.mass(product)
        water = fed("water", components, wash.wash_water_t_per_t * kg)
        kiln.take("water", water)
        gone, ions = _washed_off(components, product, wash.wash_removed_fraction)
        product = product - gone
        steam = min(wash.wash_moisture_t_per_t * kg, 0.9 * components.mass(water))
        vapor = fed("water", components, steam)
        liquor = water + ions - vapor
        kiln.gas += vapor
        heat = steam * EVAPORATION_KJ_PER_KG / 3600.0
    share = _residual_share(components, product)
    if share > MOST_RESIDUAL:
        kiln.notes.append(
            f"LiOH and Li2CO3 are {share:.1%} of the product, above 1 %: wash it, or feed less lithium"
        )
    return product, liquor, heat


def _washed_off(components: Components, product: Floats, share: float) -> tuple[Floats, Floats]:
    """Solids that water takes off, and what they are in solution (component) [kmol/h]."""
    import numpy as np

    gone = np.where(components.charge != 0, share * product, 0.0)
    ions = gone.copy()
    for name, made in SOLUBLE.items():
        if name in components.index:
            amount = share * float(product[components.index[name]])
            gone[components.index[name]] += amount
            ions += components.vector({ion: count * amount for ion, count in made.items()})
    return gone, ions


def _residual_share(components: Components, product: Floats) -> float:
    """LiOH and Li2CO3 in a product by mass."""
    return sum(share_of(components, product, n) for n in (HYDROXIDE, CARBONATE) if n in components.index)


def makes(settings: CalcineSettings, names: tuple[str, ...]) -> tuple[str, ...]:
    """Oxides of the metals fed, residual lithium, gases, and what a wash dissolves."""
    oxides = [oxide for name, (_, oxide, _) in HYDROXIDES.items() if name in names]
    found = (*oxides, HYDROXIDE, CARBONATE, TAKEN_UP, "O2", "N2", "CO2")
    if not settings.wash:
        return found
    return (
        *found,
        *dict.fromkeys(ion for n, made in SOLUBLE.items() if n in (*names, *found) for ion in made),
    )


def makes_lfp(settings: CalcineLfpSettings, names: tuple[str, ...]) -> tuple[str, ...]:
    """LFP, its carbon, residual lithium and gases."""
    return (OLIVINE, CARBON, SUGAR, CARBONATE, TAKEN_UP, *BURNT)


KIND = Kind(
    NMC,
    "layered oxide cathode material from hydroxides and a lithium source",
    CalcineSettings,
    ("feed",),
    {"cam": "solid", "off_gas": "gas", "saggar_loss": "solid", "wash_liquor": "aqueous"},
    calcine,
    makes,
)
CALCINE_LFP = Kind(
    LFP,
    "LFP with carbon coat from iron phosphate, lithium carbonate and glucose",
    CalcineLfpSettings,
    ("feed",),
    {"cam": "solid", "off_gas": "gas", "saggar_loss": "solid"},
    calcine_lfp,
    makes_lfp,
)
KINDS = (KIND, CALCINE_LFP)
