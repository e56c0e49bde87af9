"""Dissolved ions as the solids they dry to, and salts as the ions they dissolve to.

Ions pair off in a fixed order, cations Ca, Mg, others, Li, Na, K, NH4, H and anions CO3, F, PO4, OH, SO4, Cl,
others, until one side of each pair is used up. The order is that of falling insolubility, so that traces of
calcium dry to carbonate and sodium to sulfate; the elements and the mass do not depend on it.
Left out: hydrates and double salts of what dries.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import lru_cache
from math import gcd
from typing import TYPE_CHECKING

from orecell.core.formula import parse_formula
from orecell.plant.component import PROTON, WATER, Components

if TYPE_CHECKING:
    from orecell.plant.component import Floats

AMMONIUM, HYDROXIDE, CARBONATE = "NH4+", "OH-", "CO3-2"
FIRST_CATIONS, LAST_CATIONS = ("Ca+2", "Mg+2"), ("Li+", "Na+", "K+", AMMONIUM, PROTON)
FIRST_ANIONS = (CARBONATE, "F-", "PO4-3", HYDROXIDE, "SO4-2", "Cl-")
SOLUBLE_CATIONS = ("Li+", "Na+", "K+")
SOLUBLE_ANIONS = ("SO4-2", "Cl-", "F-", CARBONATE, HYDROXIDE, "NO3-")
INSOLUBLE = frozenset({"Li2CO3", "LiF"})
"""Salts of alkali metals that do not count as soluble."""


@lru_cache(maxsize=1024)
def salt_of(cation: str, anion: str) -> tuple[str, int, int]:
    """Formula of a salt with its counts of cation and anion, e.g. Ca(OH)2, 1, 2."""
    plus, minus = charge_of(cation), -charge_of(anion)
    common = gcd(plus, minus)
    m, x = minus // common, plus // common
    return _part(cation, m) + _part(anion, x), m, x


def _part(ion: str, count: int) -> str:
    base = re.sub(r"[+-]\d*$", "", ion)
    if count == 1:
        return base
    return f"{base}{count}" if re.fullmatch("[A-Z][a-z]?", base) else f"({base}){count}"


@lru_cache(maxsize=512)
def charge_of(name: str) -> int:
    """Charge number of a component; 0 for a neutral one."""
    return parse_formula(name).charge or 0


def ordered_ions(names: Iterable[str]) -> tuple[list[str], list[str]]:
    """Cations and anions among names, in the order in which they pair off."""
    held = list(dict.fromkeys(names))
    cations = [name for name in held if charge_of(name) > 0]
    anions = [name for name in held if charge_of(name) < 0]
    middle = [name for name in cations if name not in FIRST_CATIONS and name not in LAST_CATIONS]
    last = [name for name in anions if name not in FIRST_ANIONS]
    return (
        [n for n in FIRST_CATIONS if n in cations] + middle + [n for n in LAST_CATIONS if n in cations],
        [n for n in FIRST_ANIONS if n in anions] + last,
    )


def salt_names(names: Iterable[str]) -> tuple[str, ...]:
    """Every solid that ions among the names may dry to."""
    held = [name for name in names if charge_of(name) != 0]
    cations, anions = ordered_ions([*held, AMMONIUM, HYDROXIDE, PROTON])
    pairs = ((c, a) for c in cations for a in anions)
    gone = {(PROTON, HYDROXIDE), (PROTON, CARBONATE), (AMMONIUM, HYDROXIDE)}
    return tuple(dict.fromkeys(salt_of(c, a)[0] for c, a in pairs if (c, a) not in gone))


def pair_off(amounts: Mapping[str, float]) -> dict[str, float]:
    """Salts that ions pair off to; amounts in mol, neutral in sum.

    Args:
        amounts: ion -> amount.

    Returns:
        Formula of a salt -> amount.
    """
    cations, anions = ordered_ions(name for name, amount in amounts.items() if amount > 0.0)
    left = {name: abs(charge_of(name)) * amounts[name] for name in (*cations, *anions)}
    found: dict[str, float] = {}
    i = k = 0
    while i < len(cations) and k < len(anions):
        cation, anion = cations[i], anions[k]
        equivalents = min(left[cation], left[anion])
        formula, m, _ = salt_of(cation, anion)
        if equivalents > 0.0:
            found[formula] = found.get(formula, 0.0) + equivalents / (m * charge_of(cation))
        if left[cation] <= left[anion]:
            i += 1
        if left[anion] <= left[cation]:
            k += 1
        left[cation] -= equivalents
        left[anion] -= equivalents
    return found


def dried(components: Components, liquor: Floats) -> tuple[Floats, Floats]:
    """What a liquor leaves when its water is driven off.

    Args:
        components: of the flowsheet.
        liquor: aqueous, neutral (component) [kmol/h].

    Returns:
        Solid and gas (component) [kmol/h]; gas holds water, ammonia, and CO2 of bicarbonate.
    """
    flows = {name: float(liquor[i]) for i, name in enumerate(components.names) if liquor[i] != 0.0}
    water, proton = flows.pop(WATER, 0.0), flows.pop(PROTON, 0.0)
    gas: dict[str, float] = {}
    ammonia = flows.pop("NH3", 0.0)
    ammonium = min(ammonia, max(proton, 0.0))
    if ammonia > ammonium:
        gas["NH3"] = ammonia - ammonium
    proton -= ammonium
    carbonic = min(max(proton, 0.0) / 2.0, flows.get(CARBONATE, 0.0))
    if carbonic > 0.0:
        gas["CO2"] = carbonic
        flows[CARBONATE] -= carbonic
    proton -= 2.0 * carbonic
    gas[WATER] = water + carbonic - max(-proton, 0.0)
    ions = {name: amount for name, amount in flows.items() if charge_of(name) != 0}
    ions |= {AMMONIUM: ammonium, PROTON: max(proton, 0.0), HYDROXIDE: max(-proton, 0.0)}
    solid = pair_off(ions)
    solid |= {name: amount for name, amount in flows.items() if charge_of(name) == 0}
    return components.vector(solid), components.vector(gas)


@lru_cache(maxsize=512)
def ions_of_salt(formula: str) -> tuple[tuple[str, float], ...]:
    """Components that a soluble alkali salt dissolves to; empty for anything else."""
    if formula in INSOLUBLE:
        return ()
    for cation in SOLUBLE_CATIONS:
        for anion in SOLUBLE_ANIONS:
            name, m, x = salt_of(cation, anion)
            if name == formula:
                free = (
                    ((WATER, float(x)), (PROTON, -float(x))) if anion == HYDROXIDE else ((anion, float(x)),)
                )
                return ((cation, float(m)), *free)
    return ()


def dissolved(components: Components, flows: Floats) -> Floats:
    """Flows with every soluble alkali salt as its ions (component) [kmol/h]."""
    found = flows.copy()
    for i, name in enumerate(components.names):
        if flows[i] == 0.0 or charge_of(name) != 0:
            continue
        for ion, count in ions_of_salt(name):
            found[components.index[ion]] += count * flows[i]
        if ions_of_salt(name):
            found[i] -= flows[i]
    return found
