"""What is asked of a solved plant: recoveries, purity, cost, reagents per tonne, water and sodium sulfate.

recovery of an element = what products hold / what feeds and bought salts of it bring
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from orecell.core.elements import atomic_weight
from orecell.data.chemistry import read_chemistry
from orecell.plant.component import WATER
from orecell.plant.economics import basis_of, cost_of
from orecell.plant.purity import PurityRow, purity
from orecell.plant.unit import total as total_flow

if TYPE_CHECKING:
    from orecell.plant.flowsheet import Solution

NOT_FOLLOWED = ("H", "O", "C", "N", "S", "Cl", "F", "Na")
"""Elements of water, acids, alkali and gases, whose recovery nobody asks for."""
MADE_OF = 0.01
"""Mass fraction from which a product is made of an element."""


@dataclass(frozen=True)
class Measures:
    """Numbers of a solved plant.

    Attributes:
        recoveries: element -> share of feeds and bought salts that products hold [fraction].
        purity: product stream -> its rows.
        levelized_usd_per_t: cost of the main product.
        product_t_per_yr: main product.
    """

    recoveries: Mapping[str, float]
    purity: Mapping[str, list[PurityRow]]
    levelized_usd_per_t: float
    product_t_per_yr: float

    @property
    def failing(self) -> list[tuple[str, PurityRow]]:
        """Limits not kept, with their stream."""
        return [(stream, row) for stream, rows in self.purity.items() for row in rows if row.passes is False]

    def excess(self, row: PurityRow) -> float:
        """How far a row is from its limit: above 1 is a fault."""
        if row.found_percent is None:
            return 0.0
        if row.kind == "max":
            return row.found_percent / row.limit_percent if row.limit_percent > 0 else 0.0
        return (100.0 - row.found_percent) / max(100.0 - row.limit_percent, 1e-9)

    def flat(self) -> dict[str, float]:
        """Measures as name -> number, for sweeps."""
        found = {f"recovery of {element}": value for element, value in self.recoveries.items()}
        for stream, rows in self.purity.items():
            judged = [row for row in rows if row.found_percent is not None and row.kind == "max"]
            if judged:
                worst = max(judged, key=self.excess)
                found[f"{stream}: worst impurity over its limit"] = self.excess(worst)
        return {**found, "cost, USD/t": self.levelized_usd_per_t, "product, t/yr": self.product_t_per_yr}


def measure(solution: Solution) -> Measures:
    """Measures of a solved plant; raises InputError where a price or specification is missing."""
    cost = cost_of(basis_of(solution))
    found = {
        product.stream: purity(solution, product)
        for product in solution.flowsheet.products
        if product.specification
    }
    return Measures(recoveries(solution), found, float(cost.levelized), float(cost.amount))


def recoveries(solution: Solution) -> dict[str, float]:
    """Element -> share that products made of it hold.

    An element is followed where feeds bring it in earnest and a product is made of it, by at least 1 %
    of its mass; what other products hold of it is dirt, and lost.
    """
    flowsheet, components = solution.flowsheet, solution.components
    entering = {feed.name: solution.streams[feed.name].flows for feed in flowsheet.feeds}
    fed = components.element_amounts(total_flow(entering))
    bought: dict[str, float] = {}
    for outcome in solution.outcomes.values():
        for flows in outcome.reagents.values():
            for element, amount in components.element_amounts(flows).items():
                bought[element] = bought.get(element, 0.0) + amount
    made: dict[str, float] = {}
    for product in flowsheet.products:
        mass = solution.streams[product.stream].mass(components)
        for element, amount in solution.elements(product.stream).items():
            if mass > 0 and amount * atomic_weight(element) >= MADE_OF * mass:
                made[element] = made.get(element, 0.0) + amount
    total = sum(fed.values())
    wanted = [e for e in made if fed.get(e, 0.0) > 1e-5 * total and e not in NOT_FOLLOWED] or [
        e for e in made if e == "C"
    ]
    return {e: made[e] / (fed[e] + bought.get(e, 0.0)) for e in wanted}


def reagents_per_tonne(solution: Solution) -> dict[str, float]:
    """Reagent -> kg of the pure reagent per t of main product, the largest first."""
    basis = basis_of(solution)
    main = basis.products[0].amount
    shares = {used.name: used.tonnes * 1000.0 / main for used in basis.reagents}
    return dict(sorted(shares.items(), key=lambda item: -item[1]))


def sodium_sulfate_t_per_yr(solution: Solution) -> dict[str, float]:
    """Stream that leaves the plant -> sodium sulfate [t/yr], sodium counted as far as sulfur goes."""
    used = {s for unit in solution.flowsheet.units for names in unit.inputs.values() for s in names}
    found = {}
    for name in solution.streams:
        if name in used or any(feed.name == name for feed in solution.flowsheet.feeds):
            continue
        amounts = solution.elements(name)
        salt = min(amounts.get("Na", 0.0) / 2.0, amounts.get("S", 0.0))
        tonnes = salt * 142.036 * solution.flowsheet.hours_per_yr / 1000.0
        if tonnes > 0.5:
            found[name] = tonnes
    return dict(sorted(found.items(), key=lambda item: -item[1]))


def water_m3_per_yr(solution: Solution) -> dict[str, float]:
    """Water taken in as such, water of reagent solutions, and water that leaves in aqueous streams
    [m3/yr]."""
    components, hours = solution.components, solution.flowsheet.hours_per_yr
    i = components.index[WATER]
    to_m3 = components.molar_mass[i] * hours / 1000.0
    fresh = with_reagents = 0.0
    for outcome in solution.outcomes.values():
        for name, flows in outcome.reagents.items():
            if name == "water":
                fresh += float(flows[i]) * to_m3
            elif read_chemistry().rows("reagents", reagent=name):
                with_reagents += float(flows[i]) * to_m3
    used = {s for unit in solution.flowsheet.units for names in unit.inputs.values() for s in names}
    leaving = {
        name: float(stream.flows[i]) * to_m3
        for name, stream in solution.streams.items()
        if name not in used and stream.phase == "aqueous"
    }
    return {"fresh": fresh, "with reagents": with_reagents, "leaving": sum(leaving.values())}


def element_kg_per_h(solution: Solution, element: str) -> dict[str, float]:
    """Stream that leaves the plant -> mass flow of an element [kg/h]."""
    used = {s for unit in solution.flowsheet.units for names in unit.inputs.values() for s in names}
    feeds = {feed.name for feed in solution.flowsheet.feeds}
    weight = atomic_weight(element)
    return {
        name: solution.elements(name).get(element, 0.0) * weight
        for name in solution.streams
        if name not in used and name not in feeds
    }
