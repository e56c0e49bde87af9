"""The network built by Pyomo with linear expressions, and handed to its persistent HiGHS interface."""

from __future__ import annotations

from collections import defaultdict

import pyomo.environ as pyo
from measure import measure
from network import Network
from pyomo.contrib.appsi.solvers.highs import Highs
from pyomo.core.expr.numeric_expr import LinearExpression


def build(network: Network) -> pyo.ConcreteModel:
    n, model = network, pyo.ConcreteModel()
    model.ship = pyo.Var(n.lanes, n.commodities, n.years, within=pyo.NonNegativeReals)
    model.make = pyo.Var(n.regions, n.commodities, n.years, within=pyo.NonNegativeReals)
    model.serve = pyo.Var(n.regions, n.years, within=pyo.NonNegativeReals)
    model.unmet = pyo.Var(n.regions, n.years, within=pyo.NonNegativeReals)
    arriving, leaving = defaultdict(list), defaultdict(list)
    for lane, of, to in zip(n.lanes, n.origin, n.destination, strict=True):
        arriving[to].append(lane)
        leaving[of].append(lane)
    place = {c: k for k, c in enumerate(n.commodities)}

    def balance(model: pyo.ConcreteModel, r: str, c: str, y: int) -> object:
        columns = [model.ship[lane, c, y] for lane in arriving[r]]
        values = [1.0] * len(columns)
        columns += [model.ship[lane, c, y] for lane in leaving[r]]
        values += [-1.0] * (len(columns) - len(values))
        last = place[c] + 1 == len(n.commodities)
        columns += [model.make[r, c, y]]
        columns += [model.serve[r, y] if last else model.make[r, n.commodities[place[c] + 1], y]]
        values += [1.0, -1.0 if last else -float(n.need[place[c] + 1])]
        return LinearExpression(linear_coefs=values, linear_vars=columns) >= 0.0

    def limit(model: pyo.ConcreteModel, lane: str, y: int) -> object:
        columns = [model.ship[lane, c, y] for c in n.commodities]
        return LinearExpression(linear_coefs=[1.0] * len(columns), linear_vars=columns) <= limits[lane]

    limits = dict(zip(n.lanes, n.limit.tolist(), strict=True))
    existing = {
        (r, c, y): n.existing[i, j, k]
        for i, r in enumerate(n.regions)
        for j, c in enumerate(n.commodities)
        for k, y in enumerate(n.years)
    }
    demand = {(r, y): n.demand[i, k] for i, r in enumerate(n.regions) for k, y in enumerate(n.years)}
    model.balance = pyo.Constraint(n.regions, n.commodities, n.years, rule=balance)
    model.limit = pyo.Constraint(n.lanes, n.years, rule=limit)
    model.capacity = pyo.Constraint(
        n.regions, n.commodities, n.years, rule=lambda m, r, c, y: m.make[r, c, y] <= existing[r, c, y]
    )
    model.demand = pyo.Constraint(
        n.regions, n.years, rule=lambda m, r, y: m.serve[r, y] + m.unmet[r, y] >= demand[r, y]
    )
    model.cost = pyo.Objective(expr=_cost(model, network))
    return model


def _cost(model: pyo.ConcreteModel, network: Network) -> object:
    n = network
    freight = dict(zip(n.lanes, n.freight.tolist(), strict=True))
    making = {(r, c): n.making[i, j] for i, r in enumerate(n.regions) for j, c in enumerate(n.commodities)}
    columns = [*model.ship.values(), *model.make.values(), *model.unmet.values()]
    values = [freight[lane] for lane, _, _ in model.ship]
    values += [float(making[r, c]) for r, c, _ in model.make]
    values += [n.shortfall] * len(model.unmet)
    return LinearExpression(linear_coefs=values, linear_vars=columns)


def hand_over(network: Network) -> tuple[Highs, pyo.ConcreteModel]:
    model, solver = build(network), Highs()
    solver.set_instance(model)
    return solver, model


def solved(both: tuple[Highs, pyo.ConcreteModel]) -> float:
    solver, model = both
    solver.solve(model)
    return float(pyo.value(model.cost))


if __name__ == "__main__":
    measure(hand_over, solved)
