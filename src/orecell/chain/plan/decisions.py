"""Columns of the plan that are decisions: build, retire, train, together, run a slate, switch, take a grant.

A build is named by its first year of operation; capital is charged as annuities in the years it stands
within the horizon. Only what a plan has gets columns; a plan without slates has none of that block.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from orecell.chain.plan.limits_input import Colocation
from orecell.chain.plan.network_input import PlanInput, Plant
from orecell.core.money import annuity
from orecell.lp.axes import Keys, by_axis
from orecell.lp.problem import Block, Problem

Key = tuple[Any, ...]
Discount = dict[int, float]


@dataclass(frozen=True)
class Decisions:
    """Blocks of columns.

    Attributes:
        build: (plant, online) capacity in blocks or units.
        retire: (plant, year) standing capacity given up from a year on.
        train: (year) workers trained.
        together: (pair, plant, online) capacity of a plant of the second kind that stands with the first.
        run: (plant, slate, year) whether a slate runs.
        switch: (plant, slate, year) whether it is taken up.
        take: (grant) whether it is taken.
        support: (plant, year) public money that keeps a plant whole, USD.
    """

    build: Block
    retire: Block
    train: Block
    together: Block
    run: Block
    switch: Block
    take: Block
    support: Block


def declare_decisions(problem: Problem, plan: PlanInput, discount: Discount) -> Decisions:
    """Declare every column with its discounted cost; fixed cost of what stands goes to the offset."""
    return Decisions(
        build=_build(problem, plan, discount),
        retire=_retire(problem, plan, discount),
        train=_train(problem, plan, discount),
        together=_together(problem, plan, discount),
        run=_run(problem, plan),
        switch=_switch(problem, plan, discount),
        take=_take(problem, plan, discount),
        support=_support(problem, plan),
    )


def _listed(problem: Problem, name: str, axes: Sequence[str], keys: list[Key], **more: Any) -> Block:
    return problem.columns(Keys.listed(name, by_axis(axes, keys)), **more)


def build_years(plan: PlanInput, plant: Plant) -> list[int]:
    """Years in which new capacity can come on line: not before permitting and construction."""
    first = max(plan.years[0] + plant.lead_years, plant.earliest)
    return [year for year in plan.years if year >= first]


def charged_years(plan: PlanInput, plant: Plant, online: int) -> list[int]:
    """Years of the horizon in which a build stands and its annuity is paid."""
    return [year for year in plan.years if online <= year < online + plant.life_years]


def yearly_capital(plan: PlanInput, plant: Plant, online: int) -> float:
    """Annuity of one unit of capacity built for a year, at the rate its investor asks [USD/yr]."""
    rate = plan.discount_rate if plant.hurdle_rate is None else plant.hurdle_rate
    return annuity(plant.capex_in(online), rate, plant.life_years)


def build_cost(plan: PlanInput, plant: Plant, online: int, discount: Discount) -> float:
    """Discounted annuities and fixed cost of one unit of build."""
    yearly = yearly_capital(plan, plant, online) + plant.fixed_opex
    return plant.size * yearly * sum(discount[year] for year in charged_years(plan, plant, online))


def builders(plan: PlanInput) -> list[Plant]:
    """Plants that may be built or enlarged."""
    return [plant for plant in plan.plants if plant.capex is not None]


def _build(problem: Problem, plan: PlanInput, discount: Discount) -> Block:
    import numpy as np

    keys: list[Key] = []
    cost, most, whole = [], [], []
    for plant in builders(plan):
        for online in build_years(plan, plant):
            keys.append((plant.name, online))
            cost.append(build_cost(plan, plant, online, discount))
            most.append(float("inf") if plant.most is None else plant.most / plant.size)
            whole.append(plant.block > 0.0)
    more = {"cost": cost, "upper": most, "is_integer": np.array(whole, dtype=np.bool_)}
    return _listed(problem, "build", ("plant", "online"), keys, **more)


def retirable(plan: PlanInput) -> list[Plant]:
    """Plants that stand and cost money although they idle."""
    return [plant for plant in plan.plants if plant.fixed_opex > 0.0 and any(plant.standing.values())]


def share_left(plant: Plant, since: int, year: int) -> float:
    """Part of a unit given up since a year that would still have stood in a later one."""
    stood = plant.standing.get(since, 0.0)
    return min(plant.standing.get(year, 0.0), stood) / stood if stood > 0.0 else 0.0


def retirement_years(plan: PlanInput, plant: Plant) -> list[int]:
    """Years from which capacity may be given up."""
    return [year for year in plan.years if plant.standing.get(year, 0.0) > 0.0]


def _retire(problem: Problem, plan: PlanInput, discount: Discount) -> Block:
    """Giving up a unit saves its fixed cost as long as it would have stood."""
    keys: list[Key] = []
    cost = []
    for plant in retirable(plan):
        stands = [plant.standing.get(year, 0.0) for year in plan.years]
        paid = sum(amount * discount[year] for amount, year in zip(stands, plan.years, strict=True))
        problem.offset += plant.fixed_opex * paid
        for since in retirement_years(plan, plant):
            left = [share_left(plant, since, year) * discount[year] for year in plan.years if year >= since]
            keys.append((plant.name, since))
            cost.append(-plant.fixed_opex * sum(left))
    return _listed(problem, "retire", ("plant", "year"), keys, cost=cost)


def _train(problem: Problem, plan: PlanInput, discount: Discount) -> Block:
    crew = plan.workforce
    years = plan.years if crew is not None and crew.most > 0.0 else ()
    cost = [crew.usd_per_worker * discount[year] for year in years] if crew is not None else []
    most = crew.most if crew is not None else 0.0
    return _listed(problem, "train", ("year",), [(year,) for year in years], cost=cost, upper=most)


@dataclass(frozen=True)
class Site:
    """A plant of the second kind of a pair, and all plants of the first kind in its place."""

    pair: Colocation
    firsts: tuple[Plant, ...]
    second: Plant

    def stands(self, plan: PlanInput, year: int) -> float:
        """Most capacity of the first kind that stood by a year, in capacity of the second."""
        years = [y for y in plan.years if y <= year]
        return max(sum(p.standing.get(y, 0.0) for p in self.firsts) for y in years) / self.pair.ratio


def sites(plan: PlanInput) -> list[Site]:
    """Plants that may be built where the first kind of their pair may stand."""
    found = []
    for pair in plan.colocations:
        for second in builders(plan):
            firsts = tuple(p for p in plan.plants if p.kind == pair.first and p.place == second.place)
            if second.kind == pair.second and firsts:
                found.append(Site(pair, firsts, second))
    return found


def _together(problem: Problem, plan: PlanInput, discount: Discount) -> Block:
    keys: list[Key] = []
    cost = []
    for site in sites(plan):
        second = site.second
        for online in build_years(plan, second):
            yearly = -site.pair.saving * yearly_capital(plan, second, online)
            keys.append((site.pair.name, second.name, online))
            charged = charged_years(plan, second, online)
            cost.append(yearly * sum(discount[year] for year in charged))
    return _listed(problem, "together", ("pair", "plant", "online"), keys, cost=cost)


def with_slates(plan: PlanInput) -> list[Plant]:
    """Plants that run one product slate at a time."""
    return [plant for plant in plan.plants if plant.slates]


def _slate_keys(plan: PlanInput) -> list[Key]:
    return [(p.name, slate, year) for p in with_slates(plan) for slate in p.slates for year in plan.years]


def _run(problem: Problem, plan: PlanInput) -> Block:
    axes = ("plant", "slate", "year")
    return _listed(problem, "run", axes, _slate_keys(plan), upper=1.0, is_integer=True)


def _switch(problem: Problem, plan: PlanInput, discount: Discount) -> Block:
    cost = [p.switch_usd * discount[year] for p in with_slates(plan) for _ in p.slates for year in plan.years]
    return _listed(problem, "switch", ("plant", "slate", "year"), _slate_keys(plan), cost=cost, upper=1.0)


def _take(problem: Problem, plan: PlanInput, discount: Discount) -> Block:
    """Payments outside the horizon are not counted."""
    keys: list[Key] = [(grant.name,) for grant in plan.grants]
    cost = [-sum(usd * discount.get(y, 0.0) for y, usd in grant.usd.items()) for grant in plan.grants]
    return _listed(problem, "take", ("grant",), keys, cost=cost, upper=1.0, is_integer=True)


def _support(problem: Problem, plan: PlanInput) -> Block:
    """A transfer: it costs the chain nothing, so that only budgets and objectives of public money see it."""
    keys: list[Key] = [(plant.name, year) for plant in supported(plan) for year in plan.years]
    return _listed(problem, "support", ("plant", "year"), keys)


def supported(plan: PlanInput) -> list[Plant]:
    """Plants that public money keeps whole."""
    given = plan.support
    return [] if given is None else [plant for plant in plan.plants if plant.place in given.places]
