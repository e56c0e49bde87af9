"""Components: the formulas whose flows a plant keeps account of, with their atoms and charges.

An aqueous stream is written in master components (Ni+2, SO4-2, NH3, H+, H2O, ...) whatever species they
form; `H+` is the proton excess and negative in an alkaline stream, where OH- = H2O - H+. So element and
charge balances are linear and exact, and species, pH and precipitates follow from `plant.speciation`.
An organic stream is written in the same way: extractant HA, the metals, and minus the H+ they replace.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from orecell.core.formula import parse_formula

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

WATER, PROTON = "H2O", "H+"


@dataclass(frozen=True)
class Components:
    """An ordered set of components.

    Attributes:
        names: formulas.
        elements: elements they hold, by atomic number.
        atoms: atoms (element, component).
        charge: charge number (component).
        molar_mass: (component) [g/mol].
        index: formula -> position.
    """

    names: tuple[str, ...]
    elements: tuple[str, ...]
    atoms: Floats
    charge: Floats
    molar_mass: Floats
    index: Mapping[str, int]

    @classmethod
    def of(cls, names: Iterable[str]) -> Components:
        """Components from formulas; raises FormulaError for one that cannot be read."""
        import numpy as np

        from orecell.core.elements import ELEMENTS

        ordered = tuple(dict.fromkeys((WATER, PROTON, *names)))
        formulas = [parse_formula(name) for name in ordered]
        held = {symbol for formula in formulas for symbol in formula.atoms}
        elements = tuple(symbol for symbol in ELEMENTS if symbol in held)
        atoms = np.array([[formula.atoms.get(e, 0.0) for formula in formulas] for e in elements])
        return cls(
            ordered,
            elements,
            atoms,
            np.array([float(formula.charge or 0) for formula in formulas]),
            np.array([formula.molar_mass for formula in formulas]),
            {name: i for i, name in enumerate(ordered)},
        )

    def vector(self, flows: Mapping[str, float]) -> Floats:
        """Flows in the order of the components; raises KeyError for a formula that is none of them."""
        import numpy as np

        found = np.zeros(len(self.names))
        for name, value in flows.items():
            found[self.index[name]] += value
        return found

    def mass(self, flows: Floats) -> float:
        """Mass of flows [kg/h]."""
        return float(self.molar_mass @ flows)

    def water(self, kg: float) -> Floats:
        """Flows of a mass of water [kg/h]."""
        return self.vector({WATER: kg / self.molar_mass[self.index[WATER]]})

    def element_amounts(self, flows: Floats) -> dict[str, float]:
        """Element -> amount in the flows [same unit as the flows]."""
        return dict(zip(self.elements, (self.atoms @ flows).tolist(), strict=True))

    def element_row(self, element: str) -> Floats:
        """Atoms of one element in each component; zeros if none holds it."""
        import numpy as np

        if element not in self.elements:
            return np.zeros(len(self.names))
        row: Floats = self.atoms[self.elements.index(element)]
        return row
