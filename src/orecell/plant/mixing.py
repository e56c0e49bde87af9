"""Splitting, adjustment and softening of liquors: units with little chemistry of their own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from pydantic import Field, field_validator

from orecell.plant.component import PROTON
from orecell.plant.separation import CakeSettings, separate
from orecell.plant.stream import aqueous_volume, neutralized, water_density
from orecell.plant.unit import GALLON, TONNES_PER_DAY, Given, Kind, Outcome, Settings, reagent

if TYPE_CHECKING:
    from orecell.plant.component import Components, Floats

LEAST_SHARE = 1e-3
"""Share of a metal in a product below which it is an impurity, not a part of the ratio."""
BOUGHT = {"Ni+2": "niso4", "Co+2": "coso4", "Mn+2": "mnso4"}


class SplitSettings(Settings):
    """Settings of a split: the share of everything that goes to `first`."""

    first: float = Field(ge=0, le=1)


def split(given: Given) -> Outcome:
    """Two streams of one composition."""
    share = given.settings.first
    return Outcome({"first": share * given.feed, "second": (1.0 - share) * given.feed})


SPLIT = Kind(
    "split",
    "two streams of one composition",
    SplitSettings,
    ("feed",),
    {"first": "aqueous", "second": "aqueous"},
    split,
)


class AdjustSettings(Settings):
    """Settings of the adjustment of a pCAM feed.

    Attributes:
        ratio: cation -> moles in the product, as {Ni+2: 0.8, Mn+2: 0.1, Co+2: 0.1}; 0 for none of it.
        mol_per_l: sum of these metals after dilution; a stronger feed is diluted, a weaker one left.
    """

    ratio: dict[str, Annotated[float, Field(ge=0, le=1000)]] = Field(
        default_factory=lambda: {"Ni+2": 0.8, "Mn+2": 0.1, "Co+2": 0.1}
    )
    mol_per_l: float = Field(2.0, gt=0, le=3)

    @field_validator("ratio")
    @classmethod
    def _can_be_bought(cls, value: dict[str, float]) -> dict[str, float]:
        for cation in value:
            if cation not in BOUGHT:
                raise ValueError(f"no salt of {cation} is bought; one of {', '.join(BOUGHT)}")
        if not sum(value.values()) > 0.0:
            raise ValueError("the ratio must name at least one metal above 0")
        if any(0.0 < share < LEAST_SHARE * sum(value.values()) for share in value.values()):
            raise ValueError(f"a share is 0, or at least {LEAST_SHARE:g} of all")
        return value


def adjust(given: Given) -> Outcome:
    """Add bought sulfates until the ratio holds, then water; nothing is taken out."""
    s, components, index = given.settings, given.components, given.components.index
    liquor = given.feed.copy()
    reagents: dict[str, Floats] = {}
    held = {c: max(float(liquor[index[c]]), 0.0) for c in s.ratio}
    size = max((held[c] / share for c, share in s.ratio.items() if share > 0), default=0.0)
    for cation, share in s.ratio.items():
        salt = BOUGHT[cation]
        reagents[salt] = reagent(salt).flows(components, max(size * share - held[cation], 0.0))
        liquor += reagents[salt]
    metal = sum(float(liquor[index[c]]) for c in s.ratio)
    volume = aqueous_volume(components, liquor)
    missing = max(metal * 1000.0 / s.mol_per_l - volume, 0.0) * water_density(25.0)
    reagents["water"] = components.water(missing)
    liquor += reagents["water"]
    bought = 1.0 - sum(held.values()) / metal if metal > 0 else 0.0
    notes = []
    extra = [c for c in BOUGHT if not s.ratio.get(c) and c in index and liquor[index[c]] > 1e-3 * metal]
    if extra:
        notes.append(f"{', '.join(extra)} in the feed has no place in the product")
    if 0.0 < metal * 1000.0 < 0.5 * s.mol_per_l * volume:
        strength = metal * 1000.0 / volume
        notes.append(f"the feed holds {strength:.2g} mol/L of metals, less than half of {s.mol_per_l:g}")
    return Outcome({"liquor": liquor}, reagents, tuple(notes), detail={"bought_share": bought})


def adjust_makes(settings: AdjustSettings, names: tuple[str, ...]) -> tuple[str, ...]:
    """The metals and sulfate."""
    return (*settings.ratio, "SO4-2")


ADJUST = Kind(
    "adjust",
    "adjustment of nickel, cobalt and manganese to a ratio with bought sulfates",
    AdjustSettings,
    ("feed",),
    {"liquor": "aqueous"},
    adjust,
    adjust_makes,
)


class SoftenSettings(Settings):
    """Settings of calcium removal with soda ash.

    Attributes:
        excess: soda over calcium [mol/mol].
        removed: share of the calcium that leaves as carbonate, assumed 0.98 (0.9 to 0.995).
        lithium_lost: share of the lithium in the cake beyond its moisture, assumed 0.002.
        cake: filter of the cake.
    """

    excess: float = Field(1.2, ge=1, le=3)
    removed: float = Field(0.98, gt=0, lt=1)
    lithium_lost: float = Field(0.002, ge=0, le=0.1)
    cake: CakeSettings = CakeSettings(moisture=0.4, washing=0.8, wash_ratio=1.5, fines=2e-4)


def soften(given: Given) -> Outcome:
    """Calcium out of a liquor as carbonate: Ca+2 + CO3-2 = CaCO3."""
    s, components, index = given.settings, given.components, given.components.index
    liquor = given.feed.copy()
    acid = given.amount(PROTON) - given.amount("NH3") - given.amount("CO3-2")
    calcium = max(float(liquor[index["Ca+2"]]), 0.0)
    soda = reagent("na2co3").flows(components, s.excess * calcium)
    liquor += soda
    lithium = s.lithium_lost * max(float(liquor[index["Li+"]]), 0.0) / 2.0
    lithium = min(lithium, 0.5 * max(float(liquor[index["CO3-2"]]) - s.removed * calcium, 0.0))
    made = {"CaCO3": s.removed * calcium, "Li2CO3": lithium}
    _settle(components, made, liquor)
    cake, out, wash = separate(components, components.vector(made), liquor, s.cake)
    _settle(components, {name: -float(out[index[name]]) for name in made}, out)
    for name in made:
        out[index[name]] = 0.0
    left = float(out[index["Ca+2"]]) * float(components.molar_mass[index["Ca+2"]])
    volume = aqueous_volume(components, out)
    notes = [f"{left / volume * 1e6:.0f} mg/L of calcium left"] if left > 1e-4 * volume > 0.0 else []
    if acid > 0.01 * s.excess * calcium > 0.0:
        notes.append("the feed is acid, and soda would first leave as CO2: neutralize it before")
    return Outcome(
        {"liquor": neutralized(components, out), "cake": neutralized(components, cake)},
        {"na2co3": soda, "water": wash},
        tuple(notes),
        power_kw=0.3 * volume / 1000.0,
        sizes={"tank": volume / GALLON, "filter": components.mass(cake) * TONNES_PER_DAY},
    )


def _settle(components: Components, made: dict[str, float], liquor: Floats) -> None:
    """Carbonates out of a liquor in master components, in place."""
    index = components.index
    liquor[index["Ca+2"]] -= made["CaCO3"]
    liquor[index["Li+"]] -= 2.0 * made["Li2CO3"]
    liquor[index["CO3-2"]] -= made["CaCO3"] + made["Li2CO3"]


SOFTEN = Kind(
    "soften",
    "removal of calcium with soda ash",
    SoftenSettings,
    ("feed",),
    {"liquor": "aqueous", "cake": "solid"},
    soften,
    lambda settings, names: ("Ca+2", "Li+", "Na+", "CO3-2", "CaCO3", "Li2CO3"),
)
