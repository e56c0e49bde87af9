"""What a solid becomes in acid: ions, water and electrons, from its formula alone.

    solid + a H+ + e electrons = ions + b H2O,  b = oxygen not in SO4 or PO4,  a = 2 b - hydrogen,
    e = a - charge of the ions

e > 0 needs a reductant (LiNiO2: 1), e < 0 is one (Cu: -2, Al: -3). Elements without an ion of their own
(carbon, chlorine in polymers) make a solid inert. Left out: several valences in solution.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from orecell.core.formula import parse_formula

IONS = {
    "Li": "Li+",
    "Na": "Na+",
    "K": "K+",
    "Mg": "Mg+2",
    "Ca": "Ca+2",
    "Mn": "Mn+2",
    "Fe": "Fe+2",
    "Co": "Co+2",
    "Ni": "Ni+2",
    "Cu": "Cu+2",
    "Zn": "Zn+2",
    "Al": "Al+3",
    "F": "F-",
    "S": "SO4-2",
    "P": "PO4-3",
}
"""Element -> the ion it goes into solution as."""
OXYGEN_IN_ION = {"S": 4.0, "P": 4.0}


@dataclass(frozen=True)
class Dissolution:
    """Dissolution of one mole.

    Attributes:
        ions: component -> moles formed.
        acid: moles of H+ taken.
        water: moles of water formed.
        electrons: moles of electrons taken; negative if given.
    """

    ions: tuple[tuple[str, float], ...]
    acid: float
    water: float
    electrons: float


@lru_cache(maxsize=256)
def dissolution_of(formula: str) -> Dissolution | None:
    """How a solid dissolves, or None if it does not."""
    atoms = dict(parse_formula(formula).atoms)
    oxygen, hydrogen = atoms.pop("O", 0.0), atoms.pop("H", 0.0)
    if not atoms or any(element not in IONS for element in atoms):
        return None
    if not any(element not in ("F", "S", "P") for element in atoms):
        return None
    water = oxygen - sum(OXYGEN_IN_ION.get(element, 0.0) * count for element, count in atoms.items())
    acid = 2.0 * water - hydrogen
    charge = sum(float(parse_formula(IONS[element]).charge or 0) * count for element, count in atoms.items())
    ions = tuple((IONS[element], count) for element, count in atoms.items())
    return Dissolution(ions, acid, water, acid - charge)
