"""A small program that no solver of today finishes: a market split of Cornuejols and Dawande (1998)."""

from __future__ import annotations

import numpy as np

from orecell.lp.axes import Keys
from orecell.lp.problem import Problem


def market_split(rows: int = 6, columns: int = 50) -> Problem:
    random = np.random.default_rng(0)
    problem = Problem("market split")
    take = problem.columns(Keys.product("take", {"j": range(columns)}), upper=1, is_integer=True)
    over = problem.columns(Keys.product("over", {"i": range(rows)}), cost=1.0)
    under = problem.columns(Keys.product("under", {"i": range(rows)}), cost=1.0)
    values = random.integers(0, 100, (rows, columns))
    half = values.sum(axis=1) // 2
    split = problem.rows(Keys.product("split", {"i": range(rows)}), lower=half, upper=half)
    grid = Keys.product("grid", {"i": range(rows), "j": range(columns)})
    problem.terms(split.at(i=grid.axis("i")), take.at(j=grid.axis("j")), values.ravel())
    problem.terms(split.every(), over.every(), -1.0)
    problem.terms(split.every(), under.every(), 1.0)
    return problem
