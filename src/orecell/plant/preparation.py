"""Black mass from cells, packs or production scrap: shredding, drying or thermal treatment, sorting.

Each component plays a role (active, carbon, aluminum, copper, steel, plastic, binder, salt, solvent). A role
goes to its own output except for the shares that the table or the settings send elsewhere, of which active
material on foils is never nothing. Thermal treatment first burns what can burn (`plant.solid_process`), and

    LiPF6 + 4 H2O = LiF + H3PO4 + 5 HF
    2 HF + Ca(OH)2 = CaF2 + 2 H2O,   2 H3PO4 + 3 Ca(OH)2 = Ca3(PO4)2 + 6 H2O

so a sixth of the fluorine of the salt stays in black mass as LiF and lime captures most of the rest.
Left out: reduction of oxides by carbon and aluminum above 550 C, LiF from binder and oxide, hydrolysis of the
salt in the cold, particle size.
Source: unit prepare_black_mass of the table solid_parameters.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Literal

from pydantic import Field, field_validator

from orecell.core.formula import parse_formula
from orecell.plant.component import WATER
from orecell.plant.solid_process import (
    BURNT,
    FUEL_ELEMENTS,
    KJ_PER_KWH,
    burnt,
    from_table,
    is_fuel,
    parameter,
    ratio,
)
from orecell.plant.unit import Given, Kind, Outcome, Settings, reagent

if TYPE_CHECKING:
    from orecell.plant.component import Components, Floats

Role = Literal["active", "carbon", "aluminum", "copper", "steel", "plastic", "binder", "salt", "solvent"]
Outlet = Literal["black_mass", "aluminum", "copper", "steel", "plastics"]
UNIT = "prepare_black_mass"
OUTLETS: tuple[Outlet, ...] = ("black_mass", "aluminum", "copper", "steel", "plastics")
BLACK_MASS: Outlet = "black_mass"
HOME: Mapping[str, Outlet] = {
    "aluminum": "aluminum",
    "copper": "copper",
    "steel": "steel",
    "plastic": "plastics",
}
"""Role -> its own output; black mass for all others."""
METALS: Mapping[str, Role] = {"Al": "aluminum", "Cu": "copper", "Fe": "steel", "Cr": "steel", "Ni": "steel"}
SORTED_AS: Mapping[str, str] = {"binder": "active", "salt": "active", "solvent": "active"}
"""Roles that stick to the coating and follow it."""
BURNABLE = ("carbon", "plastic", "binder", "solvent")
SALT, FLUORIDE, ACID = "LiPF6", "LiF", "H3PO4"
LIME = "Ca(OH)2"
CAUGHT = {"HF": ("CaF2", 0.5, 0.5), ACID: ("Ca3(PO4)2", 0.5, 1.5)}
"""Acid -> what lime makes of it, moles of that and of lime per mole."""
MOLAR_VOLUME_M3, M3_PER_H_OF_CFM = 24.47, 1.699
MOST_METAL, MOST_FLUORINE, MOST_LOST = 0.05, 0.01, 0.10


class PrepareSettings(Settings):
    """Settings of a preparation.

    Attributes:
        feed: what comes in; it sets how much aluminum is housing.
        thermal: burn electrolyte, binder and plastic before sorting.
        roles: component -> role, where the formula does not say.
        shares: role -> outputs it is sent to besides its own, over those of the table.
        housing_aluminum_fraction: aluminum fed that is housing; by `feed` from the table if absent.
        foil_class: alloy series of electrode foil; `housing_class` that of housings.
        solvent_evaporated_fraction: solvent driven off where nothing is burnt.
        solvent_burnt_fraction: burnt by thermal treatment; the same of binder, plastic and carbon.
        salt_decomposed_fraction: LiPF6 decomposed by thermal treatment.
        captured_fraction: HF and phosphoric acid captured by lime.
        lime_excess: lime over what the acids take.
        electricity_kwh_per_t: per tonne fed; `heat_mj_per_t` that of thermal treatment.
    """

    feed: Literal["cells", "packs", "scrap"] = "cells"
    thermal: bool = False
    roles: dict[str, Role] = Field(default_factory=dict)
    shares: dict[Role, dict[Outlet, float]] = Field(default_factory=dict)
    housing_aluminum_fraction: float | None = Field(None, ge=0, le=1)
    foil_class: str = "1xxx"
    housing_class: str = "3xxx"
    solvent_evaporated_fraction: float = from_table(UNIT, "solvent_evaporated_fraction", ge=0, lt=1)
    solvent_burnt_fraction: float = from_table(UNIT, "solvent_burnt_fraction", ge=0, lt=1)
    binder_burnt_fraction: float = from_table(UNIT, "binder_burnt_fraction", ge=0, lt=1)
    plastic_burnt_fraction: float = from_table(UNIT, "plastic_burnt_fraction", ge=0, lt=1)
    carbon_burnt_fraction: float = from_table(UNIT, "carbon_burnt_fraction", ge=0, lt=1)
    salt_decomposed_fraction: float = from_table(UNIT, "salt_decomposed_fraction", ge=0, lt=1)
    captured_fraction: float = from_table(UNIT, "captured_fraction", ge=0, lt=1)
    lime_excess: float = from_table(UNIT, "lime_excess", ge=1, le=10)
    electricity_kwh_per_t: float = from_table(UNIT, "electricity_kwh_per_t", ge=0)
    heat_mj_per_t: float = from_table(UNIT, "heat_mj_per_t", ge=0)

    @field_validator("shares")
    @classmethod
    def _are_shares(cls, value: dict[Role, dict[Outlet, float]]) -> dict[Role, dict[Outlet, float]]:
        for role, sent in value.items():
            home, gone = HOME.get(role, BLACK_MASS), sum(sent.values())
            if home in sent:
                raise ValueError(f"{home} is the own output of {role}: give the shares that go elsewhere")
            if min(sent.values(), default=0.0) < 0.0 or gone >= 1.0:
                raise ValueError(f"shares of {role} are not negative and sum to less than 1")
            if role == "active" and gone <= 0.0:
                raise ValueError("some active material is always lost: give the share of one output at least")
        return value


@dataclass(frozen=True)
class ByProduct:
    """A sorted metal, for example for parts of packs.

    Attributes:
        stream: output it is in; classes of one output are mixed.
        alloy_class: alloy series of aluminum; foil or shredded for other metals.
        kg_per_h: the metal alone.
        purity_fraction: that metal, of all classes, in the output by mass.
    """

    stream: str
    alloy_class: str
    kg_per_h: float
    purity_fraction: float


@dataclass(frozen=True)
class Preparation:
    """What a preparation makes.

    Attributes:
        black_mass_fraction: black mass per feed by mass.
        recovered: role -> share of what was fed that is in its own output.
        composition: element -> mass fraction of black mass.
        by_products: sorted metals.
    """

    black_mass_fraction: float
    recovered: Mapping[str, float]
    composition: Mapping[str, float]
    by_products: tuple[ByProduct, ...]


@lru_cache(maxsize=512)
def role_of(formula: str) -> Role:
    """Role of a formula by its atoms; whatever is none of the others goes with the active material."""
    atoms = set(parse_formula(formula).atoms)
    if formula in METALS:
        return METALS[formula]
    if formula == "C":
        return "carbon"
    if formula == SALT:
        return "salt"
    if "C" in atoms and "H" in atoms and atoms <= FUEL_ELEMENTS | {"Cl"}:
        if "F" in atoms:
            return "binder"
        return "solvent" if "O" in atoms else "plastic"
    return "active"


def shares_of(role: Role, settings: PrepareSettings) -> dict[Outlet, float]:
    """Output -> share of a role; the shares sum to 1."""
    home = HOME.get(role, BLACK_MASS)
    sent = dict(settings.shares.get(role, {}))
    if not sent:
        mode = "thermal" if settings.thermal else "mechanical"
        known = SORTED_AS.get(role, role)
        sent = {port: parameter(UNIT, f"{known}_to_{port}_{mode}") for port in OUTLETS if port != home}
    return {**sent, home: 1.0 - sum(sent.values())}


def run(given: Given) -> Outcome:
    """Treat, sort and tell what became of the metals."""
    s, components = given.settings, given.components
    roles = {n: s.roles.get(n) or role_of(n) for n in components.names if n != WATER}
    solid, vapor = given.feed.copy(), components.vector({})
    water = components.index[WATER]
    vapor[water], solid[water] = solid[water], 0.0
    reagents: dict[str, Floats] = {}
    scrubbed = components.vector({})
    if s.thermal:
        vapor, scrubbed = _treat(given, roles, solid, vapor, reagents)
    else:
        for i in (components.index[name] for name, role in roles.items() if role == "solvent"):
            vapor[i] += s.solvent_evaporated_fraction * solid[i]
            solid[i] *= 1.0 - s.solvent_evaporated_fraction
    outputs = _sorted(components, solid, roles, s)
    mass = components.mass(given.feed)
    detail = _told(given, roles, outputs)
    return Outcome(
        {**outputs, "off_gas": vapor, "scrubber_solids": scrubbed},
        reagents,
        tuple(_notes(given, roles, outputs, vapor, detail)),
        power_kw=mass / 1000.0 * s.electricity_kwh_per_t,
        heat_kw=mass * s.heat_mj_per_t / KJ_PER_KWH if s.thermal else 0.0,
        sizes={"mill": mass, **({"kiln": mass, "gas_scrubber": _cubic_feet(vapor)} if s.thermal else {})},
        detail=detail,
    )


def _treat(
    given: Given, roles: Mapping[str, Role], solid: Floats, vapor: Floats, reagents: dict[str, Floats]
) -> tuple[Floats, Floats]:
    """Burn and decompose in place; off-gas and solids of the scrubber (component) [kmol/h]."""
    s, components = given.settings, given.components
    fuel = {}
    for name, role in roles.items():
        if role in BURNABLE and is_fuel(name):
            fuel[name] = getattr(s, f"{role}_burnt_fraction") * float(solid[components.index[name]])
            solid[components.index[name]] -= fuel[name]
    reagents["air"], gas = burnt(components, fuel, parameter("burner", "air_excess"))
    gas += vapor
    if SALT in components.index:
        gone = s.salt_decomposed_fraction * float(solid[components.index[SALT]])
        solid -= components.vector({SALT: gone, FLUORIDE: -gone})
        gas += components.vector({ACID: gone, "HF": 5.0 * gone, WATER: -4.0 * gone})
    if gas[components.index[WATER]] < 0.0:
        reagents["water"] = components.vector({WATER: -float(gas[components.index[WATER]])})
        gas += reagents["water"]
    return _scrub(components, gas, s, reagents)


def _scrub(
    components: Components, gas: Floats, s: PrepareSettings, reagents: dict[str, Floats]
) -> tuple[Floats, Floats]:
    """Gas and solids after a dry scrubber with lime (component) [kmol/h]."""
    solids, taken = components.vector({}), 0.0
    for acid, (made, count, lime) in CAUGHT.items():
        caught = s.captured_fraction * float(gas[components.index[acid]])
        gas = gas - components.vector({acid: caught, WATER: -2.0 * lime * caught})
        solids += components.vector({made: count * caught})
        taken += lime * caught
    reagents["caoh2_solid"] = reagent("caoh2_solid").flows(components, s.lime_excess * taken)
    solids[components.index[LIME]] += (s.lime_excess - 1.0) * taken
    return gas, solids


def _sorted(
    components: Components, solid: Floats, roles: Mapping[str, Role], s: PrepareSettings
) -> dict[str, Floats]:
    """Output -> solids (component) [kmol/h]; charged components stay together in black mass."""
    found: dict[str, Floats] = {port: components.vector({}) for port in OUTLETS}
    shares = {role: shares_of(role, s) for role in dict.fromkeys(roles.values())}
    for name, role in roles.items():
        i = components.index[name]
        if components.charge[i] != 0:
            found[BLACK_MASS][i] += solid[i]
            continue
        for port, share in shares[role].items():
            found[port][i] += share * solid[i]
    return found


def _told(given: Given, roles: Mapping[str, Role], outputs: Mapping[str, Floats]) -> Preparation:
    """Yields, composition of black mass and classes of the metals."""
    components, black = given.components, outputs[BLACK_MASS]
    mass, kg = components.mass(black), components.molar_mass
    amounts = components.element_amounts(black)
    composition = {e: ratio(n * parse_formula(e).molar_mass, mass) for e, n in amounts.items() if n > 0.0}
    recovered: dict[str, float] = {}
    for role in dict.fromkeys(roles.values()):
        # LiF is made here, so it would count as more than was fed.
        members = [components.index[n] for n, r in roles.items() if r == role and n != FLUORIDE]
        fed, own = given.feed[members], outputs[HOME.get(role, BLACK_MASS)][members]
        if float(kg[members] @ fed) > 0.0:
            recovered[role] = ratio(float(kg[members] @ own), float(kg[members] @ fed))
    by_products = tuple(_by_products(given, outputs))
    return Preparation(ratio(mass, components.mass(given.feed)), recovered, composition, by_products)


def _by_products(given: Given, outputs: Mapping[str, Floats]) -> Iterator[ByProduct]:
    """Metals by output and class."""
    s, components = given.settings, given.components
    housing = s.housing_aluminum_fraction
    if housing is None:
        housing = parameter(UNIT, f"housing_share_{s.feed}")
    foil = {s.foil_class: 1.0 - housing}
    series = {**foil, s.housing_class: foil.get(s.housing_class, 0.0) + housing}
    classes = {
        "aluminum": ("Al", series),
        "copper": ("Cu", {"foil": 1.0}),
        "steel": ("Fe", {"shredded": 1.0}),
    }
    for port, (metal, shares) in classes.items():
        held = components.mass(_only(components, outputs[port], metal))
        purity = ratio(held, components.mass(outputs[port]))
        for name, share in shares.items():
            if held * share > 0.0:
                yield ByProduct(port, name, held * share, purity)


def _notes(
    given: Given, roles: Mapping[str, Role], outputs: Mapping[str, Floats], vapor: Floats, told: Preparation
) -> list[str]:
    """What is wrong with black mass and off-gas."""
    components, black, notes = given.components, outputs[BLACK_MASS], list[str]()
    for element, word in (("Al", "aluminum"), ("Cu", "copper")):
        held = ratio(components.mass(_only(components, black, element)), components.mass(black))
        if held > MOST_METAL:
            notes.append(f"black mass holds {held:.1%} {word} metal, above 5 %")
    fluorine = told.composition.get("F", 0.0)
    if fluorine > MOST_FLUORINE:
        notes.append(f"black mass holds {fluorine:.1%} fluorine, above 1 %: it becomes HF in the leach")
    lost = 1.0 - told.recovered.get("active", 1.0)
    if lost > MOST_LOST:
        notes.append(f"{lost:.0%} of the active material is lost with foils, steel and plastics")
    solvent = [components.index[name] for name, role in roles.items() if role == "solvent"]
    escaped = float(components.molar_mass[solvent] @ vapor[solvent])
    if escaped > 0.0 and not given.settings.thermal:
        notes.append(f"{escaped:.0f} kg/h of solvent leaves as vapor: condense or burn it")
    return notes


def _cubic_feet(gas: Floats) -> float:
    """Volume of a gas at 25 C and 1 atm [cubic feet per minute]."""
    return float(gas.sum()) * MOLAR_VOLUME_M3 / M3_PER_H_OF_CFM


def _only(components: Components, flows: Floats, name: str) -> Floats:
    """Flows of one component alone."""
    return components.vector({name: flows[components.index[name]]} if name in components.index else {})


def makes(settings: PrepareSettings, names: tuple[str, ...]) -> tuple[str, ...]:
    """Gases and scrubber solids of a thermal treatment."""
    if not settings.thermal:
        return ()
    return (*BURNT, *CAUGHT, FLUORIDE, LIME, *(made for made, _, _ in CAUGHT.values()))


KIND = Kind(
    UNIT,
    "black mass, metals and plastics from cells, packs or production scrap",
    PrepareSettings,
    ("feed",),
    {**dict.fromkeys(OUTLETS, "solid"), "off_gas": "gas", "scrubber_solids": "solid"},
    run,
    makes,
)
