"""Small supply networks, feasible until one row in a named family is made impossible to meet."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from orecell.lp.axes import Keys
from orecell.lp.problem import Block, Positions, Problem

FAMILIES = {
    "demand": ["demand"],
    "capacity": ["capacity"],
    "sourcing": ["sourcing"],
    "budget": ["budget"],
    "import": ["import_limit"],
    "quota": ["quota"],
}
REGIONS = ["US-KY", "US-NV", "CA-QC"]
YEARS = [2030, 2031]
INF = float("inf")


@dataclass(frozen=True)
class Culprit:
    """A program with one row that cannot be met, and what that row is."""

    problem: Problem
    family: str
    label: str


def plant(number: int, *, is_planted: bool = True) -> Culprit:
    """The network of a number; a third of them build in whole blocks.

    Regions make, build and import a product for their own demand and trade a little. Money for
    building is counted in dollars, goods in tonnes, so that families differ by a factor of 1e6.
    """
    random = np.random.default_rng([4, number])
    family = list(FAMILIES)[number % len(FAMILIES)]
    region, year = str(random.choice(REGIONS)), int(random.choice(YEARS))
    demand = random.uniform(800.0, 1200.0, (3, 2))
    share, quota = np.full(2, 0.5), np.full((3, 2), 100.0)
    capacity, imports = 0.6 * demand, np.full(2, 1.0) * 0.3 * demand.sum(axis=0)
    budget = 2e6 * 0.25 * demand.sum(axis=0)
    at = (REGIONS.index(region), YEARS.index(year))
    if family == "capacity":
        quota[at] = 1.1 * demand[at]
    if is_planted:
        if family == "demand":
            demand[at] *= 4.0
        elif family == "capacity":
            capacity[at] = 0.0
        elif family == "sourcing":
            share[at[1]] = 0.98
        elif family == "budget":
            budget[at[1]] = 0.0
            imports[at[1]] *= 0.5
        elif family == "import":
            imports[at[1]] = 0.0
            budget[at[1]] *= 0.5
        else:
            quota[at] = 3.0 * demand[at]
    problem = _network(number, demand, (capacity, budget), (imports, share, quota))
    name = FAMILIES[family][0]
    is_national = family in ("sourcing", "budget", "import")
    label = f"{name}[{year}]" if is_national else f"{name}[{region},{year}]"
    return Culprit(problem, family, label)


def _network(number: int, demand: np.ndarray, limits: tuple, rules: tuple) -> Problem:
    (capacity, budget), (imports, share, quota) = limits, rules
    problem = Problem(f"network {number}")
    place, lanes = {"region": REGIONS, "year": YEARS}, {"from": REGIONS, "to": REGIONS, "year": YEARS}
    block = 100.0 if number // len(FAMILIES) % 3 == 0 else 1.0
    make = problem.columns(Keys.product("make", place), cost=300.0)
    buy = problem.columns(Keys.product("buy", place), cost=500.0)
    build = problem.columns(Keys.product("build", place), cost=80.0 * block, is_integer=block > 1.0)
    ship = problem.columns(Keys.product("ship", lanes), cost=30.0, upper=40.0)
    rows = {
        "demand": problem.rows(Keys.product("demand", place), lower=demand),
        "capacity": problem.rows(Keys.product("capacity", place), upper=capacity),
        "sourcing": problem.rows(Keys.product("sourcing", {"year": YEARS}), lower=0.0),
        "quota": problem.rows(Keys.product("quota", place), lower=quota),
        "import": problem.rows(Keys.product("import_limit", {"year": YEARS}), upper=imports),
        "budget": problem.rows(Keys.product("budget", {"year": YEARS}), upper=budget),
    }
    for column, value in ((make, 1.0), (buy, 1.0)):
        problem.terms(rows["demand"].every(), column.every(), value)
    _trade(problem, rows["demand"], ship)
    problem.terms(rows["capacity"].every(), make.every(), 1.0)
    problem.terms(rows["capacity"].every(), build.every(), -block)
    problem.terms(_same_year(rows["sourcing"], make), make.every(), np.tile(1.0 - share, 3))
    problem.terms(_same_year(rows["sourcing"], buy), buy.every(), np.tile(-share, 3))
    problem.terms(rows["quota"].every(), make.every(), 1.0)
    problem.terms(_same_year(rows["import"], buy), buy.every(), 1.0)
    problem.terms(_same_year(rows["budget"], build), build.every(), 2e6 * block)
    return problem


def _trade(problem: Problem, balance: Block, ship: Block) -> None:
    for end, sign in (("to", 1.0), ("from", -1.0)):
        where = balance.at(region=ship.axis(end), year=ship.axis("year"))
        problem.terms(where, ship.every(), sign)


def _same_year(rows: Block, columns: Block) -> Positions:
    return rows.at(year=columns.axis("year"))
