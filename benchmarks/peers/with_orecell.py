"""The network built by Orecell and handed to HiGHS."""

from __future__ import annotations

import numpy as np
from measure import measure
from network import Network

from orecell.lp.axes import Coded, Keys
from orecell.lp.highs import Solver
from orecell.lp.problem import Block, Problem


def build(network: Network) -> Problem:
    """The network as named blocks."""
    n, problem = network, Problem("network")
    place = {"region": n.regions, "commodity": n.commodities, "year": n.years}
    end = {"region": n.regions, "year": n.years}
    way = {"lane": n.lanes, "commodity": n.commodities, "year": n.years}
    freight, making = (_along(n, cost) for cost in (n.freight[:, None], n.making))
    ship = problem.columns(Keys.product("ship", way), cost=freight)
    make = problem.columns(Keys.product("make", place), cost=making)
    serve = problem.columns(Keys.product("serve", end))
    unmet = problem.columns(Keys.product("unmet", end), cost=n.shortfall)
    balance = problem.rows(Keys.product("balance", place), lower=0.0)
    capacity = problem.rows(Keys.product("capacity", place), upper=n.existing)
    limits = np.repeat(n.limit, len(n.years))
    limit = problem.rows(Keys.product("limit", {"lane": n.lanes, "year": n.years}), upper=limits)
    demand = problem.rows(Keys.product("demand", end), lower=n.demand)
    _ship(problem, network, (balance, limit), ship)
    _make(problem, network, balance, make)
    last = balance.at(commodity=n.commodities[-1], region=serve.axis("region"), year=serve.axis("year"))
    problem.terms(last, serve.every(), -1.0)
    problem.terms(capacity.every(), make.every(), 1.0)
    problem.terms(demand.every(), serve.every(), 1.0)
    problem.terms(demand.every(), unmet.every(), 1.0)
    if n.vintages:
        _expand(problem, network, capacity)
    return problem


def _along(network: Network, cost: np.ndarray) -> np.ndarray:
    """Costs spread over commodities and years."""
    return np.broadcast_to(cost[:, :, None], (len(cost), len(network.commodities), len(network.years)))


def _ship(problem: Problem, network: Network, rows: tuple[Block, Block], ship: Block) -> None:
    n, (balance, limit) = network, rows
    lane, commodity, year = (ship.axis(name) for name in ("lane", "commodity", "year"))
    to = lane.mapped(dict(zip(n.lanes, n.destination, strict=True)))
    of = lane.mapped(dict(zip(n.lanes, n.origin, strict=True)))
    problem.terms(balance.at(region=to, commodity=commodity, year=year), ship.every(), 1.0)
    problem.terms(balance.at(region=of, commodity=commodity, year=year), ship.every(), -1.0)
    problem.terms(limit.at(lane=lane, year=year), ship.every(), 1.0)


def _make(problem: Problem, network: Network, balance: Block, make: Block) -> None:
    """What is made, and what that takes of the commodity before."""
    n = network
    problem.terms(balance.every(), make.every(), 1.0)
    later = Keys.product("later", {"region": n.regions, "commodity": n.commodities[1:], "year": n.years})
    region, commodity, year = (later.axis(name) for name in later.axes)
    before: Coded = commodity.mapped(dict(zip(n.commodities[1:], n.commodities, strict=False)))
    amount = np.broadcast_to(n.need[1:, None], (len(n.regions), len(n.commodities) - 1, len(n.years)))
    taken = balance.at(region=region, commodity=before, year=year)
    problem.terms(taken, make.at(region=region, commodity=commodity, year=year), -amount.ravel())


def _expand(problem: Problem, network: Network, capacity: Block) -> None:
    """Capacity built in a vintage serves in its year and all later ones, and costs what they cost."""
    n = network
    where = {"region": n.regions, "commodity": n.commodities}
    left = np.array([sum(year >= vintage for year in n.years) for vintage in n.vintages]) / len(n.years)
    cost = n.building[:, :, None] * left
    build = problem.columns(Keys.product("build", {**where, "vintage": n.vintages}), cost=cost)
    for vintage in n.vintages:
        served = Keys.product("served", {**where, "year": [year for year in n.years if year >= vintage]})
        region, commodity, year = (served.axis(name) for name in served.axes)
        built = build.at(region=region, commodity=commodity, vintage=vintage)
        problem.terms(capacity.at(region=region, commodity=commodity, year=year), built, -1.0)


def hand_over(network: Network) -> Solver:
    """The network in HiGHS."""
    return Solver(build(network))


def solved(solver: Solver) -> float:
    """The optimum."""
    return solver.solve().objective


if __name__ == "__main__":
    measure(hand_over, solved)
