"""Orecell's re-solve after a change of costs and demand, against a cold build and solve; prints JSON.

A change is either that of an ensemble's member (freight by one factor per commodity and year, demand by one
per region and year, each within 2 %) or that of a scenario (one factor within 10 % for all freight, one
within 2 % for all demand).
"""

from __future__ import annotations

import argparse
import json
import time

import numpy as np
from network import Network, make_network
from with_orecell import build

from orecell.lp.certify import certify
from orecell.lp.highs import Solver


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("size")
    parser.add_argument("method", choices=["simplex", "ipx"])
    parser.add_argument("--changes", type=int, default=5)
    parser.add_argument("--scenario", action="store_true")
    given = parser.parse_args()
    network = make_network(given.size)
    Solver(build(make_network("tiny"))).solve()
    begin = time.perf_counter()
    solver = Solver(build(network), method=given.method)
    built = time.perf_counter() - begin
    first = solver.solve()
    cold = time.perf_counter() - begin
    warm, iterations = _changes(solver, network, given.changes, given.scenario)
    found = {
        "columns": len(solver.matrix.cost),
        "rows": len(solver.matrix.row_lower),
        "built": built,
        "cold": cold,
        "cold_iterations": first.iterations,
        "warm": warm,
        "warm_iterations": iterations,
    }
    print(json.dumps(found))


def _changes(
    solver: Solver, network: Network, count: int, is_scenario: bool
) -> tuple[list[float], list[int]]:
    n, random = network, np.random.default_rng(1)
    ship, demand = solver.columns["ship"].every(), solver.rows["demand"].every()
    by_lane = n.freight[:, None, None] * np.ones((1, len(n.commodities), len(n.years)))
    times, iterations = [], []
    for _ in range(count):
        if is_scenario:
            freight, need = by_lane * random.uniform(0.9, 1.1), n.demand * random.uniform(0.98, 1.02)
        else:
            freight = by_lane * random.uniform(0.98, 1.02, (1, *by_lane.shape[1:]))
            need = n.demand * random.uniform(0.98, 1.02, n.demand.shape)
        begin = time.perf_counter()
        solver.set_costs(ship, freight)
        solver.set_ends(demand, need, np.inf)
        solution = solver.solve()
        times.append(time.perf_counter() - begin)
        iterations.append(solution.iterations)
        assert certify(solver.matrix, solution).holds
    return times, iterations


if __name__ == "__main__":
    main()
