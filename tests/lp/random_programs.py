"""Seeded small programs: planted so that an optimum exists, or left to chance."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from orecell.lp.axes import Keys
from orecell.lp.problem import Problem

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Planted:
    """A program and a point known to be feasible (column)."""

    problem: Problem
    feasible: Floats


def planted_linear(seed: int) -> Planted:
    """A linear program with a known feasible point, and bounded because a feasible dual is built in."""
    random = np.random.default_rng([1, seed])
    columns, rows = int(random.integers(5, 16)), int(random.integers(4, 13))
    dense = random.uniform(-3.0, 3.0, (rows, columns)) * (random.random((rows, columns)) < 0.5)
    point = random.uniform(-2.0, 6.0, columns)
    lower, upper = _around(random, point)
    row_lower, row_upper = _around(random, dense @ point)
    dual = _dual_pressing(random, row_lower, row_upper)
    reduced = _dual_pressing(random, lower, upper)
    return Planted(_problem(dense, dense.T @ dual + reduced, (lower, upper), (row_lower, row_upper)), point)


def planted_integer(seed: int) -> Planted:
    """A bounded mixed-integer program with a known feasible point."""
    random = np.random.default_rng([2, seed])
    columns, rows = int(random.integers(6, 13)), int(random.integers(4, 9))
    dense = np.round(random.uniform(-3.0, 8.0, (rows, columns)) * (random.random((rows, columns)) < 0.6), 1)
    point = random.integers(0, 9, columns).astype(np.float64)
    activity = dense @ point
    row_lower = np.where(random.random(rows) < 0.5, activity - random.uniform(0.0, 3.0, rows), -np.inf)
    row_upper = np.where(np.isinf(row_lower), activity + random.uniform(0.0, 3.0, rows), np.inf)
    bounds = np.zeros(columns), np.full(columns, 10.0)
    cost = random.uniform(-5.0, 9.0, columns)
    return Planted(_problem(dense, cost, bounds, (row_lower, row_upper), integers=columns // 2), point)


def unplanned_linear(seed: int) -> Problem:
    """A linear program that may have an optimum, be infeasible or be unbounded."""
    random = np.random.default_rng([3, seed])
    columns, rows = int(random.integers(3, 7)), int(random.integers(3, 7))
    dense = random.integers(-4, 5, (rows, columns)) * (random.random((rows, columns)) < 0.6)
    ends = random.integers(-6, 7, rows).astype(np.float64)
    is_lower = random.random(rows) < 0.5
    row_lower, row_upper = np.where(is_lower, ends, -np.inf), np.where(is_lower, np.inf, ends)
    upper = np.where(random.random(columns) < 0.4, 5.0, np.inf)
    cost = random.integers(-3, 6, columns).astype(np.float64)
    return _problem(dense.astype(np.float64), cost, (np.zeros(columns), upper), (row_lower, row_upper))


def _around(random: np.random.Generator, value: Floats) -> tuple[Floats, Floats]:
    """Ends around values: equal, one-sided, two-sided or none; half of them touch the value."""
    kind = random.integers(0, 5, len(value))
    room = random.uniform(0.1, 3.0, (2, len(value))) * (random.random((2, len(value))) < 0.5)
    lower = np.where(kind == 0, value, np.where((kind == 1) | (kind == 3), value - room[0], -np.inf))
    upper = np.where(kind == 0, value, np.where((kind == 2) | (kind == 3), value + room[1], np.inf))
    return lower, upper


def _dual_pressing(random: np.random.Generator, lower: Floats, upper: Floats) -> Floats:
    """Duals that press only on ends that exist."""
    size = random.uniform(0.0, 4.0, len(lower)) * (random.random(len(lower)) < 0.8)
    down, up = np.isfinite(lower), np.isfinite(upper)
    sign = np.where(down & up, random.choice([-1.0, 1.0], len(lower)), np.where(down, 1.0, -1.0))
    return np.where(down | up, size * sign, 0.0)


def _problem(
    dense: Floats,
    cost: Floats,
    bounds: tuple[Floats, Floats],
    row_ends: tuple[Floats, Floats],
    integers: int = 0,
) -> Problem:
    """The program as blocks `whole` (the first columns), `some` and `row`."""
    problem = Problem("random", offset=2.5)
    row = problem.rows(Keys.product("row", {"i": range(len(dense))}), lower=row_ends[0], upper=row_ends[1])
    for name, where in (("whole", np.arange(integers)), ("some", np.arange(integers, len(cost)))):
        keys = Keys.product(name, {"j": where})
        block = problem.columns(
            keys, cost=cost[where], lower=bounds[0][where], upper=bounds[1][where], is_integer=name == "whole"
        )
        i, j = np.nonzero(dense[:, where])
        problem.terms(row.at(i=i), block.at(j=where[j]), dense[:, where][i, j])
    return problem
