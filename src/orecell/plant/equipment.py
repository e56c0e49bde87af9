"""Capital of a plant from the sizes of its equipment.

    bare cost = c0 (X / X0)^n            per piece, USD of 2016 (table `equipment`)
    capital   = sum of bare costs x Lang factor 2.97 x CEPCI(2025) / CEPCI(2016)

Class 4 to 5: -30 to +50 %. Announced first-of-a-kind projects of this chain ended at 1.75 times their early
figure (median); that factor is reported beside the estimate, not put into it. Left out: land, utilities
beyond
the Lang factor, spare trains. Source of the cost curves: PrOMMiS costing, https://github.com/prommis/prommis.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from orecell.data.chemistry import read_chemistry
from orecell.errors import InputError
from orecell.plant.flowsheet import Solution

CUBIC_FEET_PER_T_PER_DAY = 35.3147 / 1.5 / 6.0
"""Filter volume: cake of 1.5 t/m3, six cycles a day."""
HP_PER_GAL = 0.01
"""Mixing power of stirred tanks: 2 kW/m3, rounded."""


@dataclass(frozen=True)
class Piece:
    """One piece of equipment.

    Attributes:
        unit: unit operation it belongs to.
        equipment: id in the table.
        label: bank or part of the unit, or "".
        size: in the unit of the table.
        size_unit: that unit.
        bare_usd: bare cost, USD of the year of the table.
        capital_usd: installed, USD of 2025.
    """

    unit: str
    equipment: str
    label: str
    size: float
    size_unit: str
    bare_usd: float
    capital_usd: float


def costing() -> Mapping[str, float]:
    """Parameter of the table `costing` -> value."""
    return {row["parameter"]: row["value"] for row in read_chemistry().rows("costing")}


def installed_factor(parameters: Mapping[str, float]) -> float:
    """What turns bare cost of 2016 into capital of 2025."""
    return parameters["lang_factor"] * parameters["cepci_2025"] / parameters["cepci_2016"]


def bare_cost(equipment: str, size: float) -> float:
    """Bare cost of a piece [USD of the year of the table]; 0 for no size.

    Raises:
        InputError: the table has no such equipment.
    """
    row = read_chemistry().row("equipment", equipment=equipment)
    return float(row["bare_cost_usd"] * (size / row["size"]) ** row["exponent"]) if size > 0 else 0.0


def pieces_of(solution: Solution) -> list[Piece]:
    """Every piece of equipment of a solved flowsheet with its cost."""
    factor = installed_factor(costing())
    found = []
    for unit, outcome in solution.outcomes.items():
        for key, size in outcome.sizes.items():
            if key == "organic_l" or size <= 0:
                continue
            name, _, label = key.partition(":")
            for equipment, amount in _parts(name, float(size)):
                row = read_chemistry().row("equipment", equipment=equipment)
                bare = bare_cost(equipment, amount)
                found.append(Piece(unit, equipment, label, amount, row["size_unit"], bare, bare * factor))
    return found


def _parts(name: str, size: float) -> list[tuple[str, float]]:
    """Entries of the table that stand for a size a unit reports."""
    if name == "filter":
        return [("filter_press", size * CUBIC_FEET_PER_T_PER_DAY)]
    if name == "tank":
        return [("tank", size), ("mixer", size * HP_PER_GAL)]
    if not read_chemistry().rows("equipment", equipment=name):
        raise InputError(name, "is not in the table of equipment", "add a row, or name another kind")
    return [(name, size)]


def organic_inventory(solution: Solution) -> dict[str, tuple[float, float]]:
    """Unit -> organic held in its mixer-settlers [L], and what filling it costs [USD]."""
    found = {}
    for unit, outcome in solution.outcomes.items():
        liters = outcome.sizes.get("organic_l", 0.0)
        if liters > 0:
            layout = outcome.detail[0]
            found[unit] = (liters, liters * organic_price(layout))
    return found


def organic_price(layout: object) -> float:
    """Cost of organic [USD/L]: extractant at its strength, the rest diluent."""
    from orecell.core.formula import parse_formula
    from orecell.plant.unit import reagent

    extractant, strength = layout.extractant, layout.extractant_mol_per_l  # type: ignore[attr-defined]
    kg = strength * parse_formula(extractant.formula).molar_mass / 1000.0
    diluent = max(0.0, 1.0 - kg / extractant.density) * 0.79
    return float(
        kg * (extractant.price_usd_per_kg or 0.0) + diluent * reagent("kerosene").price_usd_per_t / 1000.0
    )
