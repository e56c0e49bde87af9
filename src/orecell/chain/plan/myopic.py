"""Planning with limited foresight: decide year by year, seeing only some years ahead.

In each year the plan of the next years is solved as if the world ended after them; what starts permits in
that year is decided for good, the rest is thought over again. A last solve runs the plants so built over the
whole horizon, priced as a plan with perfect foresight is, so that both can be compared: foresight can only be
worth something. Investors ask their own rate of return while they decide (`Plant.hurdle_rate`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from orecell.chain.plan.decisions import build_years, builders
from orecell.chain.plan.model import GAP, Plan, certified, make_model, solve
from orecell.chain.plan.network_input import PlanInput, Plant
from orecell.errors import InputError
from orecell.lp.highs import Solver

Decided = dict[tuple[str, int], float]
"""(plant, first year of operation) -> units of build decided for good."""
LEAST_BUILD = 1e-9


@dataclass(frozen=True)
class Myopic:
    """A plan made with limited foresight.

    Attributes:
        plan: what was built, run at least cost over the whole horizon.
        foresight: years seen ahead.
        decided: build by plant and first year of operation.
    """

    plan: Plan
    foresight: int
    decided: Decided


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
        window = _window(plan, first, foresight, decided)
        if any(build_years(window, plant) for plant in builders(window)):
            decided |= _decisions(solve(make_model(window)), first)
    return Myopic(_run(plan, decided), foresight, decided)


def _window(plan: PlanInput, first: int, foresight: int, decided: Decided) -> PlanInput:
    """The years seen from one year on, with what was decided before standing by then."""
    years = tuple(year for year in plan.years if first <= year < first + foresight)
    plants = tuple(_with_decided(plant, years, decided) for plant in plan.plants)
    targets = tuple(replace(t, amount=_within(t.amount, years)) for t in plan.targets)
    quotas = tuple(replace(q, amount=_within(q.amount, years)) for q in plan.quotas)
    stores = tuple(replace(s, least=_within(s.least, years)) for s in plan.stockpiles)
    return replace(plan, years=years, plants=plants, targets=targets, quotas=quotas, stockpiles=stores)


def _within(by_year: Mapping[int, float], years: Iterable[int]) -> dict[int, float]:
    return {year: by_year[year] for year in years if year in by_year}


def _with_decided(plant: Plant, years: tuple[int, ...], decided: Decided) -> Plant:
    """A plant with its decided builds among what stands; what may still be added shrinks by them."""
    mine = {online: units * plant.size for (name, online), units in decided.items() if name == plant.name}
    if not mine:
        return plant
    standing, qualified = dict(plant.standing), dict(plant.qualified)
    for online, amount in mine.items():
        for year in years:
            age = year - online
            if 0 <= age < plant.life_years:
                added = amount * plant.ramp[min(age, len(plant.ramp) - 1)]
                standing[year] = standing.get(year, 0.0) + added
                if age >= plant.qualification_years:
                    qualified[year] = qualified.get(year, 0.0) + added
    most = None if plant.most is None else max(0.0, plant.most - sum(mine.values()))
    return replace(plant, standing=standing, qualified=qualified, most=most)


def _decisions(found: Plan, first: int) -> Decided:
    """Builds of a window whose permits start in its first year."""
    plan, block = found.model.plan, found.model.columns.build
    plants = {plant.name: plant for plant in plan.plants}
    values = found.solution.values(block)
    decided: Decided = {}
    for (name, online), units in zip(block.keys.tuples(), values, strict=True):
        plant, year = plants[str(name)], int(str(online))
        if units > LEAST_BUILD and max(year - plant.lead_years, first) == first:
            decided[plant.name, year] = float(units)
    return decided


def _run(plan: PlanInput, decided: Decided) -> Plan:
    """The whole horizon with exactly the builds decided; what was asked must still be met.

    Limits on building held while it was decided, and hold here only up to rounding, so they are left out.
    """
    social = tuple(replace(plant, hurdle_rate=None) for plant in plan.plants)
    model = make_model(replace(plan, plants=social, workforce=None, growth=(), capital_budget=None))
    solver = Solver(model.problem, gap=GAP)
    block = model.columns.build
    units = [decided.get((str(name), int(str(online))), 0.0) for name, online in block.keys.tuples()]
    if units:
        solver.set_bounds(block.every(), units, units)
    return certified(model, solver)
