"""Evaporation, and crystallization of salts with the impurities that come along.

A crystallizer keeps a mother liquor saturated in its salt at the temperature (table `solubilities`) and
bleeds as much of it as the recovery asked for leaves. With C the salt crystallized, B the salt in the bleed
and m_i the impurity per salt in the mother liquor, all in mol,

    fed_i = k_i m_i C + m_i (B + w C)

k_i is the share of the impurity ratio that crystals take up into their lattice, w the liquor they keep after
washing. So impurity ratio in the liquor, ppm in crystals and bleed follow from the recovery; a higher one
concentrates them. k = 0.1 for isomorphous sulfates and 0.002 for others are assumed (0.02 to 0.3, 0 to 0.01).
Left out: crystal size, boiling-point rise, double salts, salting out by other solutes.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Annotated

from pydantic import Field, field_validator

from orecell.core.formula import parse_formula
from orecell.data.chemistry import read_chemistry
from orecell.errors import FormulaError, InputError
from orecell.plant.component import PROTON, WATER, Components
from orecell.plant.dissolution import dissolution_of
from orecell.plant.stream import aqueous_volume, neutralized, water_density
from orecell.plant.unit import TONNES_PER_DAY, Given, Kind, Outcome, Settings

if TYPE_CHECKING:
    from orecell.plant.component import Floats

ISOMORPHOUS = ("Ni+2", "Co+2", "Mn+2", "Fe+2", "Zn+2", "Cu+2", "Mg+2")
KWH_PER_T_VAPOR = 40.0
"""Mechanical vapor recompression, assumed (25 to 70 kWh/t)."""
MOST_WATER_BOUND = 0.95
"""Share of the water fed that crystals may bind."""
FAR_FROM_SATURATED = 1.0 / 3.0
"""Share of saturation below which a bleed is said to be no mother liquor."""


class EvaporateSettings(Settings):
    """Settings of an evaporator.

    Attributes:
        component: component that is brought to the concentration.
        g_per_l: its concentration at the end, as mass of the component.
        most_removed: largest share of the water taken.
    """

    component: str
    g_per_l: float = Field(gt=0, le=2000)
    most_removed: float = Field(0.95, gt=0, lt=1)

    @field_validator("component")
    @classmethod
    def _is_formula(cls, value: str) -> str:
        return _readable(value)


def _readable(formula: str) -> str:
    """The formula, if it can be read."""
    try:
        parse_formula(formula)
    except FormulaError as error:
        raise ValueError(f"{error.rule}; {error.fix}") from None
    return formula


def evaporate(given: Given) -> Outcome:
    """Take water off until a component has the concentration."""
    s, components = given.settings, given.components
    liquor, i = given.feed.copy(), components.index[s.component]
    water = components.index[WATER]
    mass = components.molar_mass[water]
    volume = aqueous_volume(components, liquor)
    wanted = liquor[i] * components.molar_mass[i] * 1000.0 / s.g_per_l
    most = s.most_removed * max(liquor[water], 0.0)
    off = 0.0 if wanted <= 0.0 else min(max(volume - wanted, 0.0) * water_density(25.0) / mass, most)
    liquor[water] -= off
    notes = [] if volume >= wanted else [f"{s.component} is already above {s.g_per_l:g} g/L"]
    if wanted <= 0.0:
        notes = [f"there is no {s.component} in the feed: nothing is evaporated"]
    elif off >= most:
        notes = [
            f"{s.g_per_l:g} g/L of {s.component} is not reached with {s.most_removed:.0%} of the water off"
        ]
    condensate = components.vector({WATER: off})
    return Outcome(
        {"liquor": liquor, "condensate": condensate},
        {},
        tuple(notes),
        power_kw=KWH_PER_T_VAPOR * off * mass / 1000.0,
        sizes={"evaporator": off * mass},
    )


EVAPORATE = Kind(
    "evaporate",
    "evaporation of water to a concentration",
    EvaporateSettings,
    ("feed",),
    {"liquor": "aqueous", "condensate": "aqueous"},
    evaporate,
    lambda settings, names: (settings.component,),
)


class CrystallizeSettings(Settings):
    """Settings of a crystallizer.

    Attributes:
        crystal: formula of the crystal, as NiSO4*6H2O.
        temperature_c: temperature of crystallization.
        recovery: share of the salt that crystallizes.
        lattice: cation -> share of its ratio to the salt that crystals take up; defaults by kind of ion.
        isomorphous: the share for divalent metals where `lattice` has none.
        others: the share for other ions.
        kept_liquor: mother liquor kept by crystals after washing [mol salt/mol salt].
        most_solutes: other solutes that the bleed may hold, beyond which less water is taken off [kg/kg
        water].
    """

    crystal: str
    temperature_c: float = Field(40.0, ge=0, le=100)
    recovery: float = Field(0.95, gt=0, le=0.999)
    lattice: dict[str, Annotated[float, Field(ge=0, le=10)]] = Field(default_factory=dict)
    isomorphous: float = Field(0.1, ge=0, le=1)
    others: float = Field(0.002, ge=0, le=1)
    kept_liquor: float = Field(0.005, ge=0, le=0.2)
    most_solutes: float = Field(0.3, gt=0, le=1)

    @field_validator("crystal")
    @classmethod
    def _is_salt(cls, value: str) -> str:
        if salt_of(value) not in {row["salt"] for row in read_chemistry().rows("solubilities")}:
            raise ValueError(f"the solubility of {salt_of(value)} is not in the table of solubilities")
        try:
            ions_of(_readable(value))
        except InputError as error:
            raise ValueError(f"{error.rule}; {error.fix}") from None
        return value


def salt_of(crystal: str) -> str:
    """Formula of a crystal without its water."""
    return crystal.split("*", maxsplit=1)[0]


@lru_cache(maxsize=64)
def solubility(salt: str, temperature_c: float) -> float:
    """Saturated solution [mol of anhydrous salt per kg of water], straight between the temperatures of the
    table."""
    import numpy as np

    rows = sorted(read_chemistry().rows("solubilities", salt=salt), key=lambda row: row["temperature_c"])
    if not rows:
        raise InputError(salt, "is not in the table of solubilities", "add it, or use another salt")
    grams = np.interp(
        temperature_c, [r["temperature_c"] for r in rows], [r["g_per_100g_water"] for r in rows]
    )
    return float(grams) * 10.0 / parse_formula(salt).molar_mass


@lru_cache(maxsize=64)
def ions_of(crystal: str) -> tuple[tuple[tuple[str, float], ...], float]:
    """Ions of a crystal with their counts, and its moles of water."""
    reaction = dissolution_of(crystal)
    if reaction is None or abs(reaction.acid) > 1e-9 or reaction.electrons != 0.0:
        raise InputError(crystal, "is not a salt of ions", "write e.g. NiSO4*6H2O")
    return reaction.ions, reaction.water


def crystallize(given: Given) -> Outcome:
    """Crystallize a salt, bleed the rest."""
    s, components, index = given.settings, given.components, given.components.index
    ions, hydrate = ions_of(s.crystal)
    fed = given.feed
    salt, crystal = _crystallized(given)
    if crystal <= 0.0:
        empty = components.vector({})
        return Outcome(
            {"crystals": empty, "bleed": fed.copy(), "condensate": empty}, {}, ("nothing to crystallize",)
        )
    left = salt - crystal
    inside, ratio = _picked_up(given, {ion for ion, _ in ions}, (crystal, left))
    solid = inside.copy()
    solid[index[s.crystal]] += crystal
    bleed = fed - inside
    for ion, count in ions:
        bleed[index[ion]] -= count * crystal
    bleed[index[WATER]] -= hydrate * crystal
    neutral = neutralized_solid(components, solid, max(float(bleed[index["SO4-2"]]), 0.0))
    bleed = neutralized(components, bleed + solid - neutral)
    vapor, notes = _evaporated(given, bleed, ions, left)
    bleed[index[WATER]] -= vapor
    mass = components.molar_mass[index[WATER]]
    return Outcome(
        {"crystals": neutral, "bleed": bleed, "condensate": components.vector({WATER: vapor})},
        {},
        tuple(notes),
        power_kw=KWH_PER_T_VAPOR * vapor * mass / 1000.0,
        sizes={"evaporator": vapor * mass, "filter": components.mass(solid) * TONNES_PER_DAY},
        temperature_c={"bleed": s.temperature_c},
        detail={"concentration_factor": ratio},
    )


def _crystallized(given: Given) -> tuple[float, float]:
    """Salt fed, and what of it crystallizes: the recovery, if the water suffices for its hydrate [kmol/h]."""
    s, index = given.settings, given.components.index
    ions, hydrate = ions_of(s.crystal)
    salt = min(float(given.feed[index[ion]]) / count for ion, count in ions)
    crystal = s.recovery * max(salt, 0.0)
    if hydrate > 0.0:
        crystal = min(crystal, MOST_WATER_BOUND * max(float(given.feed[index[WATER]]), 0.0) / hydrate)
    return salt, crystal


def _evaporated(
    given: Given, bleed: Floats, ions: tuple[tuple[str, float], ...], left: float
) -> tuple[float, list[str]]:
    """Water taken off [kmol/h] until the bleed is saturated or holds as many other solutes as it may;
    remarks."""
    s, components, index = given.settings, given.components, given.components.index
    saturated = solubility(salt_of(s.crystal), s.temperature_c)
    least = left * 1000.0 / saturated / components.molar_mass[index[WATER]]
    wanted = max(least, _other_solutes(components, bleed, ions, left) / s.most_solutes)
    kept = float(bleed[index[WATER]])
    if kept < wanted * (1.0 - 1e-9):
        return 0.0, [f"the feed holds too little water for a recovery of {s.recovery:.1%}"]
    notes = []
    if least < FAR_FROM_SATURATED * wanted:
        notes.append(
            f"the bleed holds {least / wanted:.0%} of the salt that saturates it, and all other solutes that "
            f"it may ({s.most_solutes:g} kg/kg of water): salting out must do the rest"
        )
    return kept - wanted, notes


def _other_solutes(
    components: Components, bleed: Floats, ions: tuple[tuple[str, float], ...], salt: float
) -> float:
    """Solutes of the bleed beside the salt, in kmol/h of water of the same mass."""
    index, mass = components.index, components.molar_mass
    solutes = float(mass @ bleed) - float(mass[index[WATER]] * bleed[index[WATER]])
    own = salt * sum(count * float(mass[index[ion]]) for ion, count in ions)
    return max(solutes - own, 0.0) / float(mass[index[WATER]])


def _picked_up(given: Given, own: set[str], salt: tuple[float, float]) -> tuple[Floats, float]:
    """Impurities in the crystals (component) [kmol/h], and how much the bleed concentrates them."""
    s, components = given.settings, given.components
    crystal, left = salt
    around = left + s.kept_liquor * crystal
    found = components.vector({})
    for i, name in enumerate(components.names):
        amount = float(given.feed[i])
        if amount <= 0.0 or name in own or name in (WATER, PROTON, s.crystal):
            continue
        share = s.lattice.get(name, s.isomorphous if name in ISOMORPHOUS else s.others)
        ratio = amount / (share * crystal + around)
        found[i] = ratio * (share + s.kept_liquor) * crystal
    return found, (crystal + left) / around


def neutralized_solid(components: Components, solid: Floats, sulfate: float) -> Floats:
    """A solid whose impurity ions are made neutral with what sulfate there is [kmol/h], then with H+."""
    found = solid.copy()
    charge = float(components.charge @ found)
    found[components.index["SO4-2"]] += min(max(charge, 0.0) / 2.0, sulfate)
    return neutralized(components, found)


def crystallize_makes(settings: CrystallizeSettings, names: tuple[str, ...]) -> tuple[str, ...]:
    """The crystal and its ions."""
    return (settings.crystal, *(ion for ion, _ in ions_of(settings.crystal)[0]), "SO4-2")


CRYSTALLIZE = Kind(
    "crystallize",
    "crystallization of a salt with a bleed of mother liquor",
    CrystallizeSettings,
    ("feed",),
    {"crystals": "solid", "bleed": "aqueous", "condensate": "aqueous"},
    crystallize,
    crystallize_makes,
)
