"""What minerals become in sulfuric acid: ions, silica, CO2 and water, from the formula alone.

    mineral + a H+ = ions + SiO2 + CO2 + b H2O,   b = oxygen not in SiO2, CO2, SO4,   a = charge of the ions

A mineral dissolves to the share of the element that leads it: lithium if it holds some, else the first of Mg,
Ca, Al, Fe, K, Na. Iron is taken as Fe+3, or as Fe+2 where only that makes the formula neutral. Minerals of
other elements, and silica, are inert. Left out: incongruent dissolution, and silica in solution.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from orecell.core.formula import parse_formula
from orecell.errors import InputError

IONS = {
    "Li": ("Li+", 1),
    "Mg": ("Mg+2", 2),
    "Ca": ("Ca+2", 2),
    "Al": ("Al+3", 3),
    "Fe": ("Fe+3", 3),
    "K": ("K+", 1),
    "Na": ("Na+", 1),
    "F": ("F-", -1),
    "S": ("SO4-2", -2),
}
"""Element -> its ion and charge."""
LEADING = ("Li", "Mg", "Ca", "Al", "Fe", "K", "Na")
BOUND_OXYGEN = {"Si": 2.0, "C": 2.0, "S": 4.0}
CLOSE = 1e-6


@dataclass(frozen=True)
class Mineral:
    """One mole of a mineral in acid.

    Attributes:
        leads: element whose share dissolves.
        ions: component -> moles.
        acid: moles of H+ taken.
        water: moles of H2O formed.
        silica: moles of SiO2 left.
        carbon_dioxide: moles of CO2 given off.
    """

    leads: str
    ions: tuple[tuple[str, float], ...]
    acid: float
    water: float
    silica: float
    carbon_dioxide: float


@lru_cache(maxsize=256)
def mineral_of(formula: str) -> Mineral | None:
    """How a mineral dissolves, or None if it is inert.

    Raises:
        InputError: its formula is not neutral with the usual charges.
    """
    atoms = dict(parse_formula(formula).atoms)
    oxygen, hydrogen = atoms.pop("O", 0.0), atoms.pop("H", 0.0)
    if any(element not in IONS and element not in BOUND_OXYGEN for element in atoms):
        return None
    leads = next((element for element in LEADING if element in atoms), None)
    if leads is None or oxygen + atoms.get("F", 0.0) <= 0.0:
        return None
    water = oxygen - sum(count * BOUND_OXYGEN.get(element, 0.0) for element, count in atoms.items())
    acid = 2.0 * water - hydrogen
    charge = sum(IONS[element][1] * count for element, count in atoms.items() if element in IONS)
    ferrous = charge - acid
    iron = atoms.pop("Fe", 0.0)
    if not -CLOSE <= ferrous <= iron + CLOSE:
        rule = f"is not neutral: its ions carry {charge:g} charges, its oxygen takes {acid:g}"
        raise InputError(formula, rule, "write the mineral with its OH and water, e.g. KLiMg2Si4O10F2")
    ferrous = 0.0 if abs(ferrous) <= CLOSE else ferrous
    ions = [(IONS[element][0], count) for element, count in atoms.items() if element in IONS]
    ions += [("Fe+2", ferrous)] if ferrous else []
    ions += [("Fe+3", iron - ferrous)] if iron > ferrous else []
    return Mineral(leads, tuple(ions), acid, water, atoms.get("Si", 0.0), atoms.get("C", 0.0))
