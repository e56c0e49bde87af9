"""From a question to a certified plan: which way to plan, what it is compared with, and what to say of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from orecell.chain.plan.costs import discount_factors
from orecell.chain.plan.learning import plan_with_learning
from orecell.chain.plan.limits_input import Support
from orecell.chain.plan.measures import balance_prices, column_emissions
from orecell.chain.plan.model import Plan, make_model, solve, solve_with_and_without
from orecell.chain.plan.modes import (
    PUBLIC,
    FrontPoint,
    emission_front,
    least_emissions,
    least_public_money,
    most_output,
    most_reached,
    output_front,
)
from orecell.chain.plan.myopic import plan_myopically
from orecell.chain.plan.near_optimal import ranges
from orecell.chain.plan.network_input import PlanInput
from orecell.core.wording import percent
from orecell.data.check import refused_option
from orecell.errors import NotSolvedError
from orecell.results.plan_need import Need, home_places, us_coverage
from orecell.results.plan_question import Question
from orecell.results.plan_words import Names, money, next_steps

Rows = list[dict[str, Any]]
RANGED = ("lithium_chemicals", "aam", "pcam", "cam", "cells")
"""Stages whose share is ranged."""
ASKED = ("target", "sourcing", "capital", "budget")
FRONT_PRICES = (0.0, 25.0, 50.0, 100.0, 200.0, 400.0, 1000.0, 10000.0)
FRONT_STEPS = 8


class ShortSightError(NotSolvedError):
    """A plan that is possible, but not for who sees only some years ahead."""


@dataclass(frozen=True)
class Found:
    """A plan and what goes with it.

    Attributes:
        plan: certified.
        cost_without: least cost without what was asked, present value [USD]; None where the two are not of
            one kind, so that the difference would say something else.
        tables: tables of the way it was planned.
        notes: sentences for the finding.
        ranges: metric -> least and most over nearly cheapest plans.
        title: what kind of plan it is, at the start of a sentence.
        steps: the most valuable next steps, where they are not those of the plan itself.
        has_prices: whether the worth of goods is in USD of cost; not where another aim was held.
    """

    plan: Plan
    cost_without: float | None
    tables: Mapping[str, Rows] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    ranges: Mapping[str, tuple[float, float]] = field(default_factory=dict)
    title: str = "The cheapest plan"
    has_prices: bool = True
    steps: tuple[str, ...] | None = None


def find_plan(asked: PlanInput, need: Need, question: Question, names: Names) -> Found:
    """Plan as asked.

    Raises:
        NotSolvedError: there is no such plan.
    """
    _check_ways(question)
    if question.public_budget is not None:
        asked = _with_public_budget(asked, question.public_budget)
    found = _planned(asked, need, question, names)
    found = replace(found, ranges=_ranges(found, need, question))
    tables = {**found.tables, "support": _support(found.plan)}
    if question.front is not None:
        tables["front"] = _front(asked, need, question, names)
    return replace(found, tables=tables)


def _check_ways(question: Question) -> None:
    """Raise CaseError if two ways to plan are asked for that cannot be gone at once."""
    aim = question.aim.objective
    ways = {
        "--myopic": question.foresight is not None,
        "--learn": question.learns,
        f"--objective {aim}": aim != "cost",
    }
    chosen = [option for option, is_chosen in ways.items() if is_chosen]
    if len(chosen) > 1:
        raise refused_option(chosen[1], "given", f"does not go with {chosen[0]}", "ask for one at a time")


def _ranges(found: Found, need: Need, question: Question) -> dict[str, tuple[float, float]]:
    """Shares of main stages over plans that cost at most 1 % more, where all decisions minimized cost."""
    if question.range_year not in need.years or not found.has_prices or question.foresight is not None:
        return {}
    asked = [(target.stage, target.year) for target in question.targets]
    wanted = dict.fromkeys([*asked, *((stage, question.range_year) for stage in RANGED)])
    metrics = [us_coverage(found.plan.model, need, s, y) for s, y in wanted if s in need.stages]
    known = [metric for metric in metrics if metric.parts]
    return {name: (one.least, one.most) for name, one in ranges(found.plan, known).items()}


def _planned(asked: PlanInput, need: Need, question: Question, names: Names) -> Found:
    if question.foresight is not None:
        return _myopic(asked, question.foresight)
    if question.learns:
        return _learned(asked)
    if question.aim.objective == "public_cost":
        return _public(asked, names)
    if question.aim.objective == "emissions":
        return _clean(asked)
    if question.aim.objective == "coverage":
        return _covering(asked, need, question, names)
    free, plan = solve_with_and_without(make_model(asked), ASKED)
    return Found(plan, free.cost)


def _unasked(asked: PlanInput) -> PlanInput:
    """The plan without what was asked."""
    return replace(asked, targets=(), rules=(), uses=(), capital_budget=None, budgets={})


def _with_public_budget(asked: PlanInput, usd: float) -> PlanInput:
    """US plants are kept whole at the prices of the plan without targets, for at most this much a year."""
    free = solve(make_model(_unasked(asked)))
    prices = balance_prices(free.model, free.solution.duals(free.model.problem.row_blocks["balance"]))
    fund = Support(home_places(asked), prices, PUBLIC)
    return replace(asked, support=fund, budgets={PUBLIC: dict.fromkeys(asked.years, usd)})


def _public(asked: PlanInput, names: Names) -> Found:
    free, _ = solve_with_and_without(make_model(asked), ASKED)
    leanest, least, plan = least_public_money(asked, free, home_places(asked))
    steps = tuple(next_steps(leanest, names, saves="the public money needed"))
    note = (
        f"At the prices of the plan without targets, US plants need at least {money(least)} of public money "
        f"(present value) to run as asked: what they lack is paid, what others earn is theirs."
    )
    title = "The plan of least public money"
    return Found(plan, free.cost, notes=(note,), title=title, has_prices=False, steps=steps)


def _clean(asked: PlanInput) -> Found:
    cheap = solve(make_model(asked))
    plan = least_emissions(asked)
    title = "The plan of least emissions"
    before, after = (float(column_emissions(p.model) @ p.solution.primal) for p in (cheap, plan))
    note = (
        f"Least emissions: {after / 1e6:,.1f} Mt CO2e from plants, freight and bought goods, "
        f"{percent(1.0 - after / before)} less than the cheapest plan emits, for "
        f"{money(plan.cost - cheap.cost)} more; the last tonnes cost up to 10 million USD each."
    )
    return Found(plan, None, notes=(note,), title=title, has_prices=False)


def _covering(asked: PlanInput, need: Need, question: Question, names: Names) -> Found:
    stage, year = question.aim.stage, question.aim.year
    free = solve(make_model(_unasked(asked)))
    reached, plan = most_output(asked, need.output(asked, stage, {}), year, need.of(stage, year))
    share = percent(reached / need.of(stage, year))
    what = f"what US demand needs of {names.stage(stage)} in {year}"
    note = f"The most that these limits allow is {share} of {what}."
    return Found(plan, free.cost, notes=(note,), title="The plan of most output")


def _myopic(asked: PlanInput, foresight: int) -> Found:
    far = solve(make_model(replace(asked, plants=_at_discount(asked))))
    try:
        near = plan_myopically(asked, foresight)
    except NotSolvedError:
        text = (
            f"seeing {foresight} years ahead, what is asked comes into view too late to be built; seeing all "
            f"years it is possible for {money(far.cost)}"
        )
        raise ShortSightError(text) from None
    extra = near.plan.cost - far.cost
    note = (
        f"Decided year by year, seeing {foresight} years ahead, by investors who ask their hurdle rate. "
        f"Seeing all years at the discount rate would have saved {money(extra)}, or "
        f"{percent(extra / near.plan.cost)}."
    )
    return Found(near.plan, None, notes=(note,), title="The plan made with short sight")


def _at_discount(asked: PlanInput) -> tuple[Any, ...]:
    return tuple(replace(plant, hurdle_rate=None) for plant in asked.plants)


def _learned(asked: PlanInput) -> Found:
    learned, unasked = plan_with_learning(asked), _unasked(asked)
    free = learned.plan.cost if unasked == asked else plan_with_learning(unasked).plan.cost
    rows = [
        {"kind": kind, "year": year, "capital_factor": factor}
        for (kind, year), factor in sorted(learned.factors.items())
    ]
    lowest = min(learned.factors.values(), default=1.0)
    state = "settled" if learned.is_settled else f"still moving by {percent(learned.moved)}"
    note = (
        f"Capital costs fall with what is built, at most by {percent(1.0 - lowest)}; they were {state} after "
        f"{learned.rounds} rounds. Another plan that learns elsewhere may be cheaper still."
    )
    return Found(learned.plan, free, {"learning": rows}, (note,))


def _support(plan: Plan) -> Rows:
    """Public money by plant over all years, present value [USD]; when it is paid is left open."""
    block, given = plan.model.columns.decisions.support, plan.model.plan
    discount = discount_factors(given.years, given.discount_rate)
    total: dict[str, float] = {}
    for (plant, year), usd in zip(block.keys.tuples(), plan.solution.values(block), strict=True):
        total[str(plant)] = total.get(str(plant), 0.0) + float(usd) * discount[int(str(year))]
    return [{"plant": plant, "usd_present_value": usd} for plant, usd in total.items() if usd > 1.0]


def _front(asked: PlanInput, need: Need, question: Question, names: Names) -> Rows:
    """Points between least cost and the other aim."""
    wanted = question.front
    if wanted is None:
        return []
    if not wanted.stage:
        return _points(emission_front(asked, FRONT_PRICES), "emissions over all years", "Mt CO2e", 1e6)
    stage, year = wanted.stage, wanted.year
    output, size = need.output(asked, stage, {}), need.of(stage, year)
    most = most_reached(asked, output, year, size)
    amounts = [most * (1.0 - 1e-6) * i / FRONT_STEPS for i in range(FRONT_STEPS + 1)]
    points = output_front(asked, output, year, amounts)
    return _points(points, f"US output of {names.stage(stage)} in {year}", "fraction of need", size)


def _points(points: list[FrontPoint], name: str, unit: str, size: float) -> Rows:
    return [
        {"cost_usd": p.cost_usd, "other": p.other / size, "other_name": name, "other_unit": unit}
        for p in points
    ]
