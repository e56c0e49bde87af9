"""Feeds of a flowsheet file: what they may hold, and their flows.

Solids, gases and organics are given by mass fractions of neutral formulas; liquids by g/L of the components
of speciation (Ni+2, SO4-2, NH3, ...), made neutral by `balance_with`, else by H+, which is negative for OH-:

    water [L/h] = volume - sum n V,   V the volume that a dissolved component adds

Left out: liquids given by mass, dissolved salts given as such.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from orecell.core.formula import Formula, parse_formula
from orecell.core.tolerances import SHARE_SUM
from orecell.data.chemistry import read_chemistry
from orecell.errors import InputError
from orecell.plant.component import PROTON, WATER, Components
from orecell.plant.dissolution import IONS
from orecell.plant.file_faults import FileFaults, Place
from orecell.plant.impurity import MASTER
from orecell.plant.stream import aqueous_volume, water_density

MOST_G_PER_L = 2000.0


class FeedEntry(BaseModel):
    """A feed of a file."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    phase: Literal["solid", "aqueous", "gas", "organic"]
    t_per_yr: float | None = Field(None, gt=0, le=1e12)
    m3_per_h: float | None = Field(None, gt=0, le=1e9)
    mass: dict[str, float] = Field(default_factory=dict)
    g_per_l: dict[str, float] = Field(default_factory=dict)
    balance_with: str = ""
    temperature_c: float = Field(25.0, ge=-50, le=1500)
    commodity: str = ""

    def flows(self, hours: float) -> dict[str, float]:
        """Component -> flow [kmol/h]."""
        if self.mass:
            kg = (self.t_per_yr or 0.0) * 1000.0 / hours
            return {name: kg * share / parse_formula(name).molar_mass for name, share in self.mass.items()}
        liters = (self.m3_per_h or 0.0) * 1000.0
        found = {n: liters * g / 1000.0 / parse_formula(n).molar_mass for n, g in self.g_per_l.items()}
        surplus = charge_of(found)
        filler = self.balance_with or PROTON
        found[filler] = found.get(filler, 0.0) - surplus / float(parse_formula(filler).charge or 1)
        if WATER not in found:
            components = Components.of(found)
            free = liters - aqueous_volume(components, components.vector(found), self.temperature_c)
            found[WATER] = free * water_density(self.temperature_c) / parse_formula(WATER).molar_mass
        return found


def charge_of(flows: Mapping[str, float]) -> float:
    """Charge of flows [kmol/h]."""
    return sum(float(parse_formula(name).charge or 0) * value for name, value in flows.items())


def check_feed(feed: FeedEntry, where: Place, faults: FileFaults) -> None:
    """Note what is wrong with a feed."""
    before = len(faults.found)
    part = "g_per_l" if feed.phase == "aqueous" else "mass"
    other = "mass" if part == "g_per_l" else "g_per_l"
    flow, spare = ("m3_per_h", "t_per_yr") if part == "g_per_l" else ("t_per_yr", "m3_per_h")
    if not getattr(feed, part):
        faults.add((*where, part), None, f"a feed that is {feed.phase} is given by `{part}`", f"add {part}:")
    if getattr(feed, flow) is None:
        faults.add((*where, flow), None, f"a feed by `{part}` needs `{flow}`", f"add {flow}:")
    for key in (other, spare, *(["balance_with"] if part == "mass" else [])):
        if getattr(feed, key):
            faults.add((*where, key), None, f"has no meaning for a feed that is {feed.phase}", "delete it")
    for name, value in getattr(feed, part).items():
        _check_amount(part, name, value, (*where, part, name), faults)
    if len(faults.found) > before:
        return
    if part == "mass":
        total = sum(feed.mass.values())
        if abs(total - 1.0) > SHARE_SUM:
            rule = f"mass fractions sum to {total:.7g}, not to 1"
            faults.add((*where, part), None, rule, "correct them, e.g. with SiO2 for the rest")
    else:
        _check_liquid(feed, where, faults)


def _check_amount(part: str, name: str, value: float, where: Place, faults: FileFaults) -> None:
    """One formula and its amount."""
    most = 1.0 if part == "mass" else MOST_G_PER_L
    if not 0.0 <= value <= most:
        faults.add(where, value, f"must lie between 0 and {most:g}", "correct the value")
    formula = _readable(name, where, faults)
    if formula is None:
        return
    if part == "mass" and formula.charge:
        faults.add(where, name, "an ion has no mass fraction", "use g_per_l, or a neutral formula")
    elif part == "g_per_l":
        _check_component(name, formula, where, faults)


def _readable(name: str, where: Place, faults: FileFaults) -> Formula | None:
    """A formula whose mass is known, or None and a fault."""
    try:
        formula = parse_formula(name)
        _ = formula.molar_mass
    except InputError as error:
        faults.add(where, name, error.rule, error.fix)
        return None
    return formula


@lru_cache(maxsize=1)
def _species() -> Mapping[Formula, str]:
    """Species that speciation forms by itself -> its parts."""
    rows = read_chemistry().rows("aqueous_species")
    return {parse_formula(row["species"]): row["components"] for row in rows}


def _check_component(name: str, formula: Formula, where: Place, faults: FileFaults) -> None:
    """Dissolved components are those that units know; a species or salt would pass them unseen."""
    if name in (*MASTER, WATER, PROTON):
        return
    for known in (*MASTER, WATER, PROTON):
        if parse_formula(known) == formula:
            faults.add(where, name, f"is written {known} in flowsheets", f"write {known}")
            return
        if formula.charge and parse_formula(known).composition == formula.composition:
            faults.add(where, name, "no such ion is known", f"did you mean '{known}'?")
            return
    metals = [e for e in formula.atoms if e in IONS and (parse_formula(IONS[e]).charge or 0) > 0]
    if formula in _species():
        parts = [item.rpartition(":")[0] for item in _species()[formula].split()]
        shown = " and ".join(part for part in parts if part not in (PROTON, WATER)) or "nothing"
        fix = f"write {shown}; H+ or OH- follow from the charge"
        faults.add(where, name, "forms by itself from components", fix)
    elif metals and not formula.charge:
        fix = f"write {' and '.join(IONS[e] for e in metals)}, with the anion or balance_with"
        faults.add(where, name, "a dissolved salt is given as its ions", fix)


def _check_liquid(feed: FeedEntry, where: Place, faults: FileFaults) -> None:
    """Charge, water and temperature of a liquid whose components are known."""
    if not 0.0 <= feed.temperature_c <= 100.0:
        rule = "a liquid has 0 to 100 C"
        faults.add((*where, "temperature_c"), feed.temperature_c, rule, "correct the value")
    if feed.balance_with:
        place = (*where, "balance_with")
        formula = _readable(feed.balance_with, place, faults)
        if formula is None:
            return
        before = len(faults.found)
        _check_component(feed.balance_with, formula, place, faults)
        surplus = charge_of({n: g / parse_formula(n).molar_mass for n, g in feed.g_per_l.items()})
        own = formula.charge or 0
        if not own:
            faults.add(place, feed.balance_with, "is no ion", "write e.g. SO4-2")
        elif surplus * own > 0.0:
            rule = f"cannot balance a surplus of {'cations' if surplus > 0.0 else 'anions'}"
            faults.add(place, feed.balance_with, rule, "name an ion of the other charge")
        if len(faults.found) > before:
            return
    if feed.flows(1.0)[WATER] <= 0.0:
        faults.add((*where, "g_per_l"), None, "its solutes leave no room for water", "check the units: g/L")
