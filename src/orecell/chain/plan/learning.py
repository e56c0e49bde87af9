"""Learning by building: capital cost falls with every doubling of what was ever built of a kind.

The fall depends on the plan and the plan on the fall, so the two are solved in turn: each round takes the
capital of every year from what the last round had built before that year. It stops when no capital moves by
more than half a percent. The end is a plan that is cheapest for the capital costs that it brings about;
that no other such plan is cheaper is not proven, since learning makes many of them.
Source: Wright 1936, Factors affecting the cost of airplanes.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

from orecell.chain.plan.costs import discount_factors
from orecell.chain.plan.decisions import build_cost
from orecell.chain.plan.limits_input import Learning
from orecell.chain.plan.model import GAP, Model, Plan, certified, make_model, solve
from orecell.chain.plan.network_input import PlanInput
from orecell.lp.highs import Solver

Factors = dict[tuple[str, int], float]
"""(kind, year) -> capital cost relative to that without learning."""
CLOSE = 5e-3
MOST_ROUNDS = 12


@dataclass(frozen=True)
class Learned:
    """A plan with learning.

    Attributes:
        plan: cheapest for these capital costs.
        factors: capital cost by kind and year, relative to no learning.
        rounds: how many solves.
        moved: largest change of a factor in the last round.
    """

    plan: Plan
    factors: Factors
    rounds: int
    moved: float

    @property
    def is_settled(self) -> bool:
        """Whether the last round left capital costs as they were."""
        return self.moved <= CLOSE


def plan_with_learning(plan: PlanInput) -> Learned:
    """Solve plan and capital costs in turn.

    Half of each change is taken, so that rounds do not swing between building here and there.
    """
    model = make_model(plan)
    solver = Solver(model.problem, gap=GAP)
    factors: Factors = {(of.kind, year): 1.0 for of in plan.learning for year in plan.years}
    for round_number in range(1, MOST_ROUNDS + 1):
        _set_capital(model, solver, factors)
        found = certified(model, solver)
        wanted = _factors(found, plan.learning)
        moved = max((abs(wanted[key] - factors[key]) for key in factors), default=0.0)
        if moved <= CLOSE or round_number == MOST_ROUNDS:
            break
        factors = {key: 0.5 * (factors[key] + wanted[key]) for key in factors}
    settled = solve(make_model(_with_capital(plan, factors)))
    return Learned(settled, factors, round_number, moved)


def _factors(found: Plan, learning: tuple[Learning, ...]) -> Factors:
    """Capital cost that what was built before each year brings about."""
    built = _built(found)
    factors: Factors = {}
    for of in learning:
        power = math.log2(1.0 - of.rate)
        for year in found.model.plan.years:
            before = sum(
                amount for (kind, online), amount in built.items() if kind == of.kind and online < year
            )
            factors[of.kind, year] = (1.0 + before / of.built) ** power
    return factors


def _built(found: Plan) -> dict[tuple[str, int], float]:
    """(kind, year) -> capacity that comes on line."""
    plants = {plant.name: plant for plant in found.model.plan.plants}
    block = found.model.columns.build
    total: dict[tuple[str, int], float] = {}
    for (name, online), units in zip(block.keys.tuples(), found.solution.values(block), strict=True):
        plant = plants[str(name)]
        key = (plant.kind, int(str(online)))
        total[key] = total.get(key, 0.0) + float(units) * plant.size
    return total


def _with_capital(plan: PlanInput, factors: Factors) -> PlanInput:
    """The plan with capital by year as learned."""
    plants = []
    for plant in plan.plants:
        by_year = {year: factors[plant.kind, year] for year in plan.years if (plant.kind, year) in factors}
        plants.append(replace(plant, capex_factors=by_year))
    return replace(plan, plants=tuple(plants))


def _set_capital(model: Model, solver: Solver, factors: Factors) -> None:
    plan, block = _with_capital(model.plan, factors), model.columns.build
    discount = discount_factors(plan.years, plan.discount_rate)
    plants = {plant.name: plant for plant in plan.plants}
    costs = [
        build_cost(plan, plants[str(name)], int(str(year)), discount) for name, year in block.keys.tuples()
    ]
    if costs:
        solver.set_costs(block.every(), costs)
