"""Why a stage is made in the US as much as it is, and what one more point would take.

The plan is solved, then solved again with one hundredth of the need more: what changes between the two is
what one more point takes, and the difference of cost is its price.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from orecell.chain.plan.costs import discount_factors
from orecell.chain.plan.model import GAP, Model, Plan, certified, make_model
from orecell.chain.plan.modes import reachable
from orecell.chain.plan.network_input import PlanInput
from orecell.chain.plan.useful import with_classes_asked_for
from orecell.core.wording import percent
from orecell.data.check import refuse_unknown, refused_option
from orecell.data.package import Case
from orecell.errors import NotSolvedError
from orecell.lp.explain import Worth, binding
from orecell.lp.highs import Solver
from orecell.results.plan_need import Need, us_coverage
from orecell.results.plan_question import Question, within_horizon
from orecell.results.plan_run import plan_input
from orecell.results.plan_tables import builds, used
from orecell.results.plan_words import Names, amount_text, limit_sentence, money

POINT = 0.01
MOST = 4
LEAST_CHANGE = 0.005


@dataclass(frozen=True)
class Why:
    """Answer to why a stage is made in the US as much as it is.

    Attributes:
        stage, year: of the question.
        share: US output as a share of what US demand needs.
        most: the most that could be made whatever it costs, likewise.
        point_usd: cost of one more point, present value; None if it cannot be.
        sentences: the answer in words.
    """

    stage: str
    year: int
    share: float
    most: float
    point_usd: float | None
    sentences: tuple[str, ...]


def parse_metric(text: str) -> tuple[str, int]:
    """Read `cam@2034`; raises CaseError."""
    stage, _, year = text.partition("@")
    if not stage or not year.isdigit():
        raise refused_option("METRIC", text, "must be stage@year", "write for example cam@2034")
    return stage, int(year)


def explain_coverage(case: Case, question: Question, stage: str, year: int) -> Why:
    """Why US plants make this share of a stage in a year, in the plan as asked.

    Raises:
        CaseError: the plan has no such stage or year.
        NotSolvedError: there is no such plan.
    """
    asked, need, names = plan_input(case, question)
    refuse_unknown("METRIC", stage, sorted(need.weights), "is not a stage of the plan")
    within_horizon(year, need.years, "METRIC")
    asked = with_classes_asked_for(asked)
    output = need.output(asked, stage, {year: 0.0})
    probe = replace(output, name=f"{stage} and more")
    model = make_model(replace(asked, targets=(*asked.targets, probe)))
    solver = Solver(model.problem, gap=GAP)
    now = certified(model, solver)
    share = us_coverage(model, need, stage, year).value(now.solution)
    most = reachable(asked, output)[year] / need.of(stage, year)
    more = _with_more(model, solver, probe.name, year, (share + POINT) * need.of(stage, year))
    told = _Told(asked, need, names, stage, year)
    sentences = told.now(share, most)
    sentences += told.stuck() if more is None else told.point(now, more)
    sentences += told.limits(now if more is None else more)
    return Why(stage, year, share, most, None if more is None else more.cost - now.cost, tuple(sentences))


def _with_more(model: Model, solver: Solver, name: str, year: int, amount: float) -> Plan | None:
    """The plan that makes at least an amount, or None if there is none."""
    solver.set_ends(model.problem.row_blocks["target"].at(target=name, year=year), amount, math.inf)
    try:
        return certified(model, solver)
    except NotSolvedError:
        return None


@dataclass(frozen=True)
class _Told:
    """Puts the comparison into words."""

    asked: PlanInput
    need: Need
    names: Names
    stage: str
    year: int

    def now(self, share: float, most: float) -> list[str]:
        """How much is made, and how much could be."""
        what = f"the {self.names.stage(self.stage)} that US demand needs in {self.year}"
        return [
            f"In this plan US plants make {percent(share)} of {what} (what customers accept).",
            f"Whatever it costs they could make at most {percent(most)}: permits, construction, "
            f"qualification and the pace of building leave no more by then.",
        ]

    def stuck(self) -> list[str]:
        """One point more cannot be."""
        return ["One point more is not possible together with what else is asked."]

    def point(self, now: Plan, more: Plan) -> list[str]:
        """What one more point costs and changes."""
        price = more.cost - now.cost
        discount = discount_factors(self.asked.years, self.asked.discount_rate)[self.year]
        amount, unit = POINT * self.need.of(self.stage, self.year), self.names.stage_units[self.stage]
        found = [
            f"One more point, {amount_text(amount, unit)}, costs {money(price)} more (present value), or "
            f"{price / amount / discount:,.0f} USD per {unit} in {self.year}."
        ]
        built = _changes(_by_plant(now), _by_plant(more))
        if built:
            parts = [self._build(str(name), year, change) for (name, year), change in built]
            found.append(f"It takes {'; '.join(parts)}.")
        bought = _changes(_bought(now), _bought(more), _prices(now))
        if bought:
            parts = [self._purchase(str(what), str(where), change) for (what, where), change in bought]
            found.append(f"What is bought over all years changes by {'; '.join(parts)}.")
        return found

    def _build(self, name: str, year: int, change: float) -> str:
        kind, place, unit = self.names.plant_in_sentence(name)
        more = "more" if change > 0 else "less"
        return f"{amount_text(abs(change), unit)}/yr {more} of {kind} in {place} on line in {year}"

    def _purchase(self, what: str, where: str, change: float) -> str:
        amount = amount_text(abs(change), self.names.commodity_units[what])
        more = "more" if change > 0 else "less"
        return f"{amount} {more} of {self.names.commodity(what)} from {self.names.place(where)}"

    def limits(self, plan: Plan) -> list[str]:
        """Limits on plants of this stage that one more point meets, the dearest first."""
        plants = plan.model.plan.plants
        kinds = {plant.kind for plant in plants if set(plant.recipes) & set(self.need.weights[self.stage])}
        mine = {plant.name for plant in plants if plant.kind in kinds} | kinds
        worths = [w for w in binding(plan.solver, plan.solution) if self._is_of(w, mine)]
        sentences = [text for worth in worths if (text := limit_sentence(worth, self.names)) is not None]
        return [f"In its way: {sentence}" for sentence in sentences[:MOST]]

    def _is_of(self, worth: Worth, names: set[str]) -> bool:
        """Whether a limit is on these plants or kinds, and, if on use, in the year asked about."""
        key = worth.label.partition("[")[2].removesuffix("]").split(",")
        is_use = worth.block in ("capacity", "qualification")
        return key[0] in names and (not is_use or key[1] == str(self.year))


Amounts = Mapping[tuple[str, Any], float]


def _by_plant(plan: Plan) -> Amounts:
    return {(row["plant"], row["online_year"]): row["capacity"] for row in builds(plan)}


def _bought(plan: Plan) -> Amounts:
    total: dict[tuple[str, Any], float] = {}
    for row in used(plan, plan.model.columns.buy):
        key = (str(row["commodity"]), str(row["place"]))
        total[key] = total.get(key, 0.0) + row["value"]
    return total


def _prices(plan: Plan) -> Amounts:
    """Price of the first year of each good by its seller, of the cheapest step [USD per unit]."""
    found: dict[tuple[str, Any], float] = {}
    for supply in plan.model.plan.supplies:
        price = supply.price[plan.model.plan.years[0]]
        key = (supply.commodity, supply.place)
        found[key] = min(found.get(key, price), price)
    return found


def _changes(old: Amounts, new: Amounts, price: Amounts | None = None) -> list[tuple[tuple[str, Any], float]]:
    """Differences of at least half a percent of what was, the dearest first, or the largest in proportion."""
    found = []
    for key in sorted({*old, *new}):
        before, after = old.get(key, 0.0), new.get(key, 0.0)
        share = abs(after - before) / max(before, after)
        if share >= LEAST_CHANGE:
            weight = share if price is None else price[key] * abs(after - before)
            found.append((weight, key, after - before))
    found.sort(key=lambda item: (-item[0], -abs(item[2])))
    return [(key, change) for _, key, change in found[:MOST]]
