"""Records of an inventory made elsewhere: processes, their flows, and the atoms in each flow.

    mass of element e in a flow = mass [kg] * sum over its substances (share * mass fraction of e)

Masses are kg; moles are turned into kg by the molar mass of the formula. Whatever the shares of a flow
leave open (the water of a solution, the rest of a mixture) holds no known atoms. Left out: volumes,
which need a density, and energy, which holds none.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache

from orecell.core.formula import Formula, parse_formula

INPUTS = ("input", "feed")
REFERENCES = ("product", "feed")
PER_TONNE_FROM_KG = 100.0
ROLES = ("input", "output", "product", "waste", "emission", "feed")


@lru_cache(maxsize=4096)
def _parsed(formula: str) -> Formula:
    return parse_formula(formula)


@lru_cache(maxsize=4096)
def _mass_fractions(formula: str) -> Mapping[str, float]:
    return _parsed(formula).mass_fractions()


@dataclass(frozen=True)
class Flow:
    """One row of an inventory.

    Attributes:
        row: line of the file.
        name: what the file calls it.
        role: one of ROLES; a feed is an input of which the inventory treats one unit.
        amount: as written [unit].
        unit: as written.
        unit_kg: mass of one unit [kg]; None where the unit is no mass.
        formula: the substance, or "" for mixtures and unknown flows.
        fraction: share of the mass that is the substance or the mixture.
        mixture: substance or element -> share of the mass, for mixtures.
        is_molar: whether the unit is one of moles.
    """

    row: int
    name: str
    role: str
    amount: float
    unit: str
    unit_kg: float | None
    formula: str = ""
    fraction: float = 1.0
    mixture: tuple[tuple[str, float], ...] = ()
    is_molar: bool = False

    @property
    def is_input(self) -> bool:
        """Whether it enters the process."""
        return self.role in INPUTS

    @property
    def is_known(self) -> bool:
        """Whether the file says what atoms it holds."""
        return bool(self.formula or self.mixture)

    @property
    def mass_kg(self) -> float | None:
        """Mass of the flow [kg], or None where its unit is no mass."""
        return None if self.unit_kg is None else self.amount * self.unit_kg

    @cached_property
    def parsed(self) -> Formula | None:
        """The formula, read; None without one."""
        return _parsed(self.formula) if self.formula else None

    @cached_property
    def composition(self) -> Mapping[str, float]:
        """Element -> mass per mass of the flow [kg/kg]; empty where nothing is known."""
        parts = ((self.formula, 1.0),) if self.formula else self.mixture
        total: dict[str, float] = {}
        for substance, share in parts:
            for element, fraction in _mass_fractions(substance).items():
                total[element] = total.get(element, 0.0) + self.fraction * share * fraction
        return total

    @cached_property
    def masses(self) -> Mapping[str, float]:
        """Element -> mass in the flow [kg]; empty where nothing is known."""
        mass = self.mass_kg or 0.0
        return {element: mass * share for element, share in self.composition.items()}

    def scaled(self, factor: float) -> Flow:
        """The flow with another amount."""
        return replace(self, amount=self.amount * factor)

    def read_as(self, formula: str) -> Flow:
        """As many kilograms, or moles, of another substance."""
        unit_kg = self.unit_kg
        if self.is_molar and self.parsed and unit_kg:
            unit_kg *= _parsed(formula).molar_mass / self.parsed.molar_mass
        return replace(self, formula=formula, mixture=(), unit_kg=unit_kg)


@dataclass(frozen=True)
class Process:
    """One process of an inventory, with the flow that its amounts are per unit of.

    Attributes:
        name: what the file calls it.
        flows: all rows, in the order of the file.
        reference: the product made or the feed treated; None where the file names none or several.
    """

    name: str
    flows: tuple[Flow, ...]
    reference: Flow | None

    @property
    def _is_per_tonne(self) -> bool:
        product = self.reference
        return product is not None and (product.mass_kg or 0.0) >= PER_TONNE_FROM_KG and not product.is_molar

    @property
    def divisor(self) -> float:
        """What amounts are divided by: the reference in its unit, or in t where it is heavy; else one."""
        if self.reference is None:
            return 1.0
        return (self.reference.mass_kg or 0.0) / 1e3 if self._is_per_tonne else self.reference.amount

    @property
    def basis(self) -> str:
        """What amounts are given per, in words."""
        if self.reference is None:
            return "for the process as listed"
        return f"per {'t' if self._is_per_tonne else self.reference.unit} of {self.reference.name}"


@dataclass(frozen=True)
class Inventory:
    """A file, read.

    Attributes:
        file: its name.
        processes: in the order of the file.
        notes: what a reader must know of how it was read, in sentences.
    """

    file: str
    processes: tuple[Process, ...]
    notes: tuple[str, ...] = ()
