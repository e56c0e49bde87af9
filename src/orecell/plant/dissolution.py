"""What a solid becomes in acid: ions, water and electrons, from its formula alone.

    solid + a H+ + e electrons = ions + b H2O,  b = oxygen not in SO4, PO4 or CO3,  a = 2 b - hydrogen,
    e = a - charge of the ions

e > 0 needs a reductant (LiNiO2: 1), e < 0 is one (Cu: -2, Al: -3). Elements without an ion of their own
(silicon, chlorine in polymers) make a solid inert, and so do sulfur, phosphorus and carbon that are no
sulfate, phosphate or carbonate (sulfides, LiC6, oxalates). Left out: several valences in solution; iron
counts as Fe+2.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from orecell.core.formula import parse_formula
from orecell.plant.component import PROTON, WATER

if TYPE_CHECKING:
    from orecell.plant.component import Components, Floats

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
    "C": "CO3-2",
}
"""Element -> the ion it goes into solution as."""
OXYGEN_IN_ION = {"S": 4.0, "P": 4.0, "C": 3.0}
ANIONS = ("F", "S", "P", "C")
FERRIC = ("Fe(OH)3", "FePO4.2H2O", "NaFe3(SO4)2(OH)6", "(H3O)Fe3(SO4)2(OH)6")


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
    if all(element in ANIONS for element in atoms):
        return None
    water = oxygen - sum(OXYGEN_IN_ION.get(element, 0.0) * count for element, count in atoms.items())
    acid = 2.0 * water - hydrogen
    charge = sum(float(parse_formula(IONS[element]).charge or 0) * count for element, count in atoms.items())
    electrons = round(acid - charge, 9)
    if (electrons < 0.0 and any(e in atoms for e in OXYGEN_IN_ION)) or (electrons != 0.0 and "C" in atoms):
        return None
    ions = tuple((IONS[element], count) for element, count in atoms.items())
    return Dissolution(ions, acid, water, electrons)


def take(components: Components, solid: Floats, liquor: Floats) -> None:
    """Take what solids hold out of the liquor, in master components, in place."""
    for i in solid.nonzero()[0]:
        name, amount = components.names[i], float(solid[i])
        reaction = dissolution_of(name)
        assert reaction is not None, name
        for ion, count in reaction.ions:
            held = "Fe+3" if ion == "Fe+2" and name in FERRIC else ion
            liquor[components.index[held]] -= count * amount
        liquor[components.index[WATER]] -= reaction.water * amount
        liquor[components.index[PROTON]] += reaction.acid * amount
