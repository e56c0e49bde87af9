"""Planning with limited foresight: decide year by year, seeing only some years ahead.

In each year the plan is solved as if the world ended some years on. What starts permits in that year, what
is given up, trained, stored or taken up in it is decided for good; everything later is thought over again.
What was decided stays in the next plan as it is, so that stocks, budgets, workforce, growth, slates and
grants carry on. At the end all that was decided is run over the whole horizon, priced as a plan with perfect
foresight is: foresight can only be worth something. Investors ask their own rate while they decide.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from orecell.chain.plan.model import GAP, Model, Plan, certified, make_model
from orecell.chain.plan.network_input import PlanInput
from orecell.errors import InputError
from orecell.lp.highs import Solver
from orecell.lp.problem import Block

Decided = dict[tuple[Any, ...], float]
"""(block, labels of the column) -> value decided for good."""
ROOM = 1e-6
"""Share by which limits on what was decided may give way to rounding."""


@dataclass(frozen=True)
class Myopic:
    """A plan made with limited foresight.

    Attributes:
        plan: what was decided, run at least cost over the whole horizon.
        foresight: years seen ahead.
        decided: build by plant and first year of operation [units of build].
    """

    plan: Plan
    foresight: int
    decided: Mapping[tuple[str, int], float]


def plan_myopically(plan: PlanInput, foresight: int) -> Myopic:
    """Decide year by year, seeing `foresight` years.

    Raises:
        InputError: fewer than two years are seen.
        NotSolvedError: a window has no plan.
    """
    if foresight < 2:
        raise InputError(str(foresight), "years of foresight see nothing built", "see at least 2 years ahead")
    decided: Decided = {}
    for first in plan.years:
        model = make_model(_seen(plan, first + foresight - 1))
        found = _solved(model, decided, first)
        decided |= _decisions(found, first)
    last = make_model(_roomy(replace(plan, plants=tuple(replace(p, hurdle_rate=None) for p in plan.plants))))
    run = _solved(last, decided, plan.years[-1] + 1)
    builds = {key[1:]: value for key, value in decided.items() if key[0] == "build" and value > ROOM}
    return Myopic(run, foresight, builds)


def _seen(plan: PlanInput, until: int) -> PlanInput:
    """The plan as if the world ended after a year."""
    years = tuple(year for year in plan.years if year <= until)
    targets = tuple(replace(t, amount=_within(t.amount, years)) for t in plan.targets)
    return _roomy(replace(plan, years=years, targets=targets))


def _within(by_year: Mapping[int, float], years: tuple[int, ...]) -> dict[int, float]:
    return {year: by_year[year] for year in years if year in by_year}


def _roomy(plan: PlanInput) -> PlanInput:
    """Limits on builds with room for the rounding of what was decided."""
    budget = None if plan.capital_budget is None else plan.capital_budget * (1.0 + ROOM)
    growth = tuple(replace(g, first=g.first * (1.0 + ROOM) + ROOM) for g in plan.growth)
    crew = plan.workforce
    if crew is not None:
        crew = replace(crew, hired={year: value * (1.0 + ROOM) for year, value in crew.hired.items()})
    plants = tuple(p if p.most is None else replace(p, most=p.most * (1.0 + ROOM)) for p in plan.plants)
    return replace(plan, capital_budget=budget, growth=growth, workforce=crew, plants=plants)


def _starts(model: Model) -> dict[str, Callable[[tuple[Any, ...]], int]]:
    """Block of decisions -> the year in which a column of it is decided."""
    leads = {plant.name: plant.lead_years for plant in model.plan.plants}
    payments = {grant.name: min(grant.usd) for grant in model.plan.grants}
    return {
        "build": lambda key: int(key[1]) - leads[key[0]],
        "retire": lambda key: int(key[1]),
        "train": lambda key: int(key[0]),
        "run": lambda key: int(key[2]),
        "store": lambda key: int(key[3]),
        "take": lambda key: payments[key[0]],
    }


def _solved(model: Model, decided: Decided, first: int) -> Plan:
    """The plan in which all that was to be decided before a year is as it was decided."""
    solver = Solver(model.problem, gap=GAP)
    for name, start in _starts(model).items():
        block = model.problem.column_blocks[name]
        past = [i for i, key in enumerate(block.keys.tuples()) if start(key) < first]
        if past:
            _fix(solver, block, past, decided)
    return certified(model, solver)


def _fix(solver: Solver, block: Block, past: list[int], decided: Decided) -> None:
    keys = block.keys.tuples()
    values = [decided.get((block.name, *keys[i]), 0.0) for i in past]
    axes = block.keys.axes
    where = block.at(**{axis: [keys[i][n] for i in past] for n, axis in enumerate(axes)})
    solver.set_bounds(where, values, values)


def _decisions(found: Plan, first: int) -> Decided:
    """What is decided in a year, by what its plan says of it."""
    model = found.model
    decided: Decided = {}
    for name, start in _starts(model).items():
        block = model.problem.column_blocks[name]
        values = found.solution.values(block)
        whole = name in ("run", "take") or (name == "build" and found.solver.is_integer)
        for key, value in zip(block.keys.tuples(), values.tolist(), strict=True):
            if start(key) == first or (first == model.plan.years[0] and start(key) < first):
                decided[name, *key] = float(round(value)) if whole and name != "build" else max(value, 0.0)
    return decided
