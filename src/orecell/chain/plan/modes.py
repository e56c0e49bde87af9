"""Ways to plan besides least cost: most output for a budget, least public money, least emissions, fronts.

Each ends in a plan that is cheapest for what it reached: the first solve finds how far the aim can go, the
second holds it there and minimizes cost. Only emissions are weighed against cost, by a price so high that
cost decides between plans of equal emissions.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from orecell.chain.plan.limits_input import OutputTarget, Support
from orecell.chain.plan.measures import balance_prices, column_emissions, output_metric, public_metric
from orecell.chain.plan.model import GAP, Model, Plan, certified, make_model, solve
from orecell.chain.plan.network_input import PlanInput
from orecell.lp.highs import Solver

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

CLEAN_USD_PER_T, TIE = 1e4, 1e-3
"""Price of emissions when they are minimized, and weight of cost beside it: 10 million USD per t in all."""
HELD = 1e-6
"""Share of what was reached that the second solve may give up, so that rounding does not stop it."""
PUBLIC = "public"
"""Program that pays support."""


def _set_all_costs(model: Model, solver: Solver, costs: Floats) -> None:
    """Another objective altogether: the last basis is of no use for it, presolve is."""
    for block in model.problem.column_blocks.values():
        if len(block):
            solver.set_costs(block.every(), costs[block.start : block.stop])
    solver.forget()


def least_emissions(plan: PlanInput) -> Plan:
    """The plan of least emissions over the horizon [t CO2e, undiscounted], cheapest among these.

    No market is left with more unserved than in the cheapest plan.
    """
    model = make_model(plan)
    solver = Solver(model.problem, gap=GAP)
    _hold_unmet(model, solver)
    _set_all_costs(model, solver, TIE * model.problem.costs() + CLEAN_USD_PER_T * column_emissions(model))
    return certified(model, solver)


def _hold_unmet(model: Model, solver: Solver) -> None:
    """Leave no market with more unserved than in the cheapest plan."""
    unmet = model.columns.unmet
    if len(unmet):
        left = certified(model, solver).solution.values(unmet)
        solver.set_bounds(unmet.every(), 0.0, left.clip(min=0.0))


def most_output(plan: PlanInput, wanted: OutputTarget, year: int, enough: float) -> tuple[float, Plan]:
    """The most of an output that limits allow, as `most_reached`, and the cheapest plan that reaches it."""
    reached = most_reached(plan, wanted, year, enough)
    held = replace(wanted, amount={year: reached * (1.0 - HELD)})
    return reached, solve(make_model(replace(plan, targets=(*plan.targets, held))))


def most_reached(plan: PlanInput, wanted: OutputTarget, year: int, enough: float) -> float:
    """The most of an output that budgets and all other limits allow, or enough of it.

    No market is left with more unserved than in the cheapest plan under the same limits.

    Args:
        plan: with its budgets.
        wanted: what counts; its amounts are not used.
        year: when.
        enough: amount beyond which more counts for nothing.
    """
    model = make_model(replace(plan, targets=(*plan.targets, replace(wanted, amount={year: 0.0}))))
    metric = output_metric(model, wanted.name, wanted.weights, wanted.places, year)
    solver = Solver(model.problem, gap=GAP)
    _hold_unmet(model, solver)
    _set_all_costs(model, solver, -metric.weights(model.problem.column_blocks.count))
    return min(enough, metric.value(certified(model, solver).solution))


def reachable(plan: PlanInput, wanted: OutputTarget) -> dict[int, float]:
    """The most of an output in each year named, all other targets, rules and budgets left aside.

    Args:
        plan: whatever was asked of it.
        wanted: what counts; years of its amounts.

    Returns:
        Year -> amount; each year on its own.
    """
    free = replace(plan, targets=(replace(wanted, amount=dict.fromkeys(wanted.amount, 0.0)),))
    model = make_model(replace(free, rules=(), uses=(), capital_budget=None, budgets={}))
    solver = Solver(model.problem, gap=GAP)
    found = {}
    for year in wanted.amount:
        metric = output_metric(model, wanted.name, wanted.weights, wanted.places, year)
        _set_all_costs(model, solver, -metric.weights(model.problem.column_blocks.count))
        found[year] = metric.value(certified(model, solver).solution)
    return found


def least_public_money(plan: PlanInput, free: Plan, places: Sequence[str]) -> tuple[Plan, float, Plan]:
    """The least public money that keeps plants whole [USD now], and the cheapest plan with no more.

    Plants in some places get what they lack at the prices of the plan without targets; see `Support`.

    Args:
        plan: with its targets.
        free: the cheapest plan without them, whose prices hold.
        places: where plants are kept whole.

    Returns:
        The plan of least public money, whose limits are worth public money; the money; the cheapest plan.
    """
    prices = balance_prices(free.model, free.solution.duals(free.model.problem.row_blocks["balance"]))
    model = make_model(replace(plan, support=Support(tuple(places), prices, PUBLIC)))
    metric = public_metric(model)
    solver = Solver(model.problem, gap=GAP)
    _set_all_costs(model, solver, metric.weights(model.problem.column_blocks.count))
    least = certified(model, solver)
    reached = metric.value(least.solution)
    total = model.problem.row_blocks["support_total"].every()
    solver.set_ends(total, -math.inf, reached * (1.0 + HELD) + 1.0)
    _set_all_costs(model, solver, model.problem.costs())
    return least, reached, certified(model, solver)


@dataclass(frozen=True)
class FrontPoint:
    """One plan of a front: what it costs, and how much of the other aim it reaches."""

    cost_usd: float
    other: float
    weight: float


def emission_front(plan: PlanInput, prices: Sequence[float]) -> list[FrontPoint]:
    """Plans between least cost and least emissions: cost [USD] and t CO2e at each price of emissions.

    Prices are USD per t, ascending; equal plans appear once.
    """
    model = make_model(plan)
    emitted, cost = column_emissions(model), model.problem.costs()

    def point(solver: Solver, price: float) -> FrontPoint:
        _set_all_costs(model, solver, cost + price * emitted)
        found = certified(model, solver)
        return FrontPoint(found.cost, float(emitted @ found.solution.primal), price)

    return _distinct(model, prices, point)


def output_front(
    plan: PlanInput, wanted: OutputTarget, year: int, amounts: Sequence[float]
) -> list[FrontPoint]:
    """Cost [USD] of ever more output: one plan for each least amount, which must be possible."""
    model = make_model(replace(plan, targets=(*plan.targets, replace(wanted, amount={year: 0.0}))))
    metric = output_metric(model, wanted.name, wanted.weights, wanted.places, year)
    row = model.problem.row_blocks["target"].at(target=wanted.name, year=year)

    def point(solver: Solver, amount: float) -> FrontPoint:
        solver.set_ends(row, amount, math.inf)
        found = certified(model, solver)
        return FrontPoint(found.cost, metric.value(found.solution), amount)

    return _distinct(model, amounts, point)


def _distinct(
    model: Model, steps: Sequence[float], point: Callable[[Solver, float], FrontPoint]
) -> list[FrontPoint]:
    solver = Solver(model.problem, gap=GAP)
    _hold_unmet(model, solver)
    found: list[FrontPoint] = []
    for step in steps:
        new = point(solver, step)
        same = found and math.isclose(new.cost_usd, found[-1].cost_usd, rel_tol=1e-9)
        if not (same and math.isclose(new.other, found[-1].other, rel_tol=1e-9)):
            found.append(new)
    return found
