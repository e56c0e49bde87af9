"""Evaporation, and crystallization of salts with the impurities that come along.

A crystallizer keeps a mother liquor saturated in its salt at the temperature (table `solubilities`) and
bleeds as
much of it as the recovery asked for leaves. With C the salt crystallized, B the salt in the bleed and m_i the
impurity per salt in the mother liquor, all in mol,

    fed_i = k_i m_i C + m_i (B + w C)

k_i is the share of the impurity ratio that crystals take up into their lattice, w the liquor they keep after
washing.
So impurity ratio in the liquor, ppm in crystals and bleed follow from the recovery; a higher one
concentrates them.
k = 0.1 for isomorphous sulfates and 0.002 for others are assumed (0.02 to 0.3, 0 to 0.01). Left out: crystal
size, boiling-point
rise, double salts.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from pydantic import Field, field_validator

from orecell.core.formula import parse_formula
from orecell.data.chemistry import read_chemistry
from orecell.errors import InputError
from orecell.plant.component import PROTON, WATER, Components
from orecell.plant.dissolution import dissolution_of
from orecell.plant.stream import aqueous_volume, neutralized
from orecell.plant.unit import Given, Kind, Outcome, Settings

if TYPE_CHECKING:
    from orecell.plant.component import Floats

ISOMORPHOUS = ("Ni+2", "Co+2", "Mn+2", "Fe+2", "Zn+2", "Cu+2", "Mg+2")
KWH_PER_T_VAPOR = 40.0
"""Mechanical vapor recompression, assumed (25 to 70 kWh/t)."""


class EvaporateSettings(Settings):
    """Settings of an evaporator.

    Attributes:
        component: component that is brought to the concentration.
        g_per_l: its concentration at the end, as mass of the component.
        most_removed: largest share of the water taken.
    """

    component: str
    g_per_l: float = Field(gt=0)
    most_removed: float = Field(0.95, gt=0, lt=1)


def evaporate(given: Given) -> Outcome:
    """Take water off until a component has the concentration."""
    s, components = given.settings, given.components
    liquor, i = given.feed.copy(), components.index[s.component]
    water = components.index[WATER]
    mass = components.molar_mass[water]
    volume = aqueous_volume(components, liquor)
    wanted = liquor[i] * components.molar_mass[i] * 1000.0 / s.g_per_l
    off = min(max(volume - wanted, 0.0) / mass, s.most_removed * liquor[water])
    liquor[water] -= off
    notes = [] if volume >= wanted else [f"{s.component} is already above {s.g_per_l:g} g/L"]
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
    lattice: dict[str, float] = Field(default_factory=dict)
    isomorphous: float = Field(0.1, ge=0, le=1)
    others: float = Field(0.002, ge=0, le=1)
    kept_liquor: float = Field(0.005, ge=0, le=0.2)
    most_solutes: float = Field(0.3, gt=0, le=1)

    @field_validator("crystal")
    @classmethod
    def _is_salt(cls, value: str) -> str:
        if salt_of(value) not in {row["salt"] for row in read_chemistry().rows("solubilities")}:
            raise ValueError(f"the solubility of {salt_of(value)} is not in the table of solubilities")
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
    if reaction is None or reaction.acid != 0.0:
        raise InputError(crystal, "is not a salt of ions", "write e.g. NiSO4*6H2O")
    return reaction.ions, reaction.water


def crystallize(given: Given) -> Outcome:
    """Crystallize a salt, bleed the rest."""
    import numpy as np

    s, components, index = given.settings, given.components, given.components.index
    ions, hydrate = ions_of(s.crystal)
    fed = given.feed
    salt = min(float(fed[index[ion]]) / count for ion, count in ions)
    empty = np.zeros_like(fed)
    if salt <= 0.0:
        return Outcome(
            {"crystals": empty, "bleed": fed.copy(), "condensate": empty}, {}, ("nothing to crystallize",)
        )
    crystal, left = s.recovery * salt, (1.0 - s.recovery) * salt
    own = {ion for ion, _ in ions}
    inside, ratio = _picked_up(given, own, (crystal, left))
    solid = inside.copy()
    solid[index[WATER]] = 0.0
    solid[index[s.crystal]] += crystal
    bleed = fed - inside
    for ion, count in ions:
        bleed[index[ion]] -= count * crystal
    bleed[index[WATER]] -= hydrate * crystal
    vapor, notes = _evaporated(given, bleed, ions, left)
    bleed[index[WATER]] -= vapor
    mass = components.molar_mass[index[WATER]]
    neutral = neutralized_solid(components, solid)
    return Outcome(
        {
            "crystals": neutral,
            "bleed": neutralized(components, bleed + solid - neutral),
            "condensate": components.vector({WATER: vapor}),
        },
        {},
        tuple(notes),
        power_kw=KWH_PER_T_VAPOR * vapor * mass / 1000.0,
        sizes={"evaporator": vapor * mass, "filter": float(components.molar_mass @ solid) * 0.024},
        temperature_c={"bleed": s.temperature_c},
        detail={"concentration_factor": ratio},
    )


def _evaporated(
    given: Given, bleed: Floats, ions: tuple[tuple[str, float], ...], left: float
) -> tuple[float, list[str]]:
    """Water taken off [kmol/h] until the bleed is saturated or holds as many other solutes as it may;
    remarks."""
    s, components, index = given.settings, given.components, given.components.index
    saturated = solubility(salt_of(s.crystal), s.temperature_c)
    wanted = left * 1000.0 / saturated / components.molar_mass[index[WATER]]
    wanted = max(wanted, _other_solutes(components, bleed, ions, left) / s.most_solutes)
    kept = float(bleed[index[WATER]])
    if kept > wanted:
        return kept - wanted, []
    return 0.0, [f"the feed holds too little water: cooling alone does not reach {s.recovery:.0%}"]


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
        if amount <= 0.0 or name in own or name in (WATER, PROTON):
            continue
        share = s.lattice.get(name, s.isomorphous if name in ISOMORPHOUS else s.others)
        ratio = amount / (share * crystal + around)
        found[i] = ratio * (share + s.kept_liquor) * crystal
    return found, (crystal + left) / around


def neutralized_solid(components: Components, solid: Floats) -> Floats:
    """A solid whose impurity ions are made neutral with sulfate, or with H+ where anions prevail."""
    found = solid.copy()
    charge = float(components.charge @ found)
    if charge > 0.0:
        found[components.index["SO4-2"]] += charge / 2.0
    else:
        found[components.index[PROTON]] -= charge
    return found


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
