"""What enters and what leaves a plant: reagents by unit, one element, and water.

    feeds + reagents = streams that no unit takes                          (every element)
    water brought + water that reactions make = water that leaves          (as H2O beside the ions)

Reagents count as pure substance, what they are diluted with as water; an alkali brings its OH- as water less
H+, as everywhere in the ledger. Left out: moisture of feeds that is not in their composition.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from orecell.core.elements import atomic_weight
from orecell.core.formula import parse_formula
from orecell.data.chemistry import read_chemistry
from orecell.plant.component import WATER

if TYPE_CHECKING:
    from orecell.plant.component import Floats
    from orecell.plant.flowsheet import Solution

Side = Literal["in", "out"]


@dataclass(frozen=True)
class Entry:
    """One line of a balance.

    Attributes:
        side: whether it enters or leaves.
        kind: feed, reagent, product, waste, other, or made.
        name: stream, or id of a reagent.
        tonnes_per_yr: amount [t/yr].
    """

    side: Side
    kind: str
    name: str
    tonnes_per_yr: float


def leaving(solution: Solution) -> dict[str, str]:
    """Stream that leaves the plant -> product, waste or other; in the order in which units make them."""
    flowsheet = solution.flowsheet
    used = {name for unit in flowsheet.units for names in unit.inputs.values() for name in names}
    names = [feed.name for feed in flowsheet.feeds]
    names += [name for unit in flowsheet.units for name in unit.outputs.values()]
    sold = {product.stream for product in flowsheet.products}
    return {
        name: "product" if name in sold else "waste" if name in flowsheet.wastes else "other"
        for name in names
        if name not in used
    }


def reagent_tonnes(solution: Solution) -> dict[str, dict[str, float]]:
    """Unit -> id of a reagent -> pure substance [t/yr]; those not used are left out."""
    found = {}
    for unit, outcome in solution.outcomes.items():
        tonnes = {
            name: _tonnes(solution, flows) * strength_of(name) for name, flows in outcome.reagents.items()
        }
        found[unit] = {name: amount for name, amount in tonnes.items() if amount > 0.0}
    return found


def strength_of(reagent_id: str) -> float:
    """Mass fraction of a reagent as it is delivered; 1 for extractants."""
    rows = read_chemistry().rows("reagents", reagent=reagent_id)
    return float(rows[0]["strength_fraction"]) if rows else 1.0


def element_balance(solution: Solution, element: str, counted_as: str = "") -> list[Entry]:
    """One element in everything that enters and leaves.

    Args:
        solution: solved flowsheet.
        element: element.
        counted_as: formula in which its mass is told, as SO4; the element itself if empty.
    """
    row = solution.components.element_row(element)
    mass = atomic_weight(element)
    if counted_as:
        formula = parse_formula(counted_as)
        mass = formula.molar_mass / formula.atoms[element]
    return _entries(solution, lambda flows: float(row @ flows) * mass)


def water_balance(solution: Solution) -> list[Entry]:
    """Water in all that enters and leaves; the last line closes it with what reactions make or take."""
    i = solution.components.index[WATER]
    mass = float(solution.components.molar_mass[i])
    found = _entries(solution, lambda flows: float(flows[i]) * mass)
    made = sum(e.tonnes_per_yr if e.side == "out" else -e.tonnes_per_yr for e in found)
    side: Side = "in" if made >= 0.0 else "out"
    return [*found, Entry(side, "made", "reactions", abs(made))]


def _entries(solution: Solution, kilograms: Callable[[Floats], float]) -> list[Entry]:
    """Lines for every feed, reagent and stream that leaves; those that hold nothing are left out."""
    per_year = solution.flowsheet.hours_per_yr / 1000.0
    held = {name: kilograms(stream.flows) * per_year for name, stream in solution.streams.items()}
    bought: dict[str, float] = {}
    for outcome in solution.outcomes.values():
        for name, flows in outcome.reagents.items():
            bought[name] = bought.get(name, 0.0) + kilograms(flows) * per_year
    found = [Entry("in", "feed", feed.name, held[feed.name]) for feed in solution.flowsheet.feeds]
    found += [Entry("in", "reagent", name, amount) for name, amount in sorted(bought.items())]
    found += [Entry("out", kind, name, held[name]) for name, kind in leaving(solution).items()]
    return [entry for entry in found if entry.tonnes_per_yr != 0.0]


def _tonnes(solution: Solution, flows: Floats) -> float:
    """Mass of flows [t/yr]."""
    return solution.components.mass(flows) * solution.flowsheet.hours_per_yr / 1000.0
