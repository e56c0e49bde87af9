"""One plan of a case: targets and rules read, solved, certified, measured and put into words."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from orecell.chain.plan.choices import PlanChoices
from orecell.chain.plan.from_case import plan_of_case
from orecell.chain.plan.limits_input import OutputTarget, SourcingRule, UseRule
from orecell.chain.plan.model import Plan
from orecell.chain.plan.network_input import PlanInput
from orecell.chain.plan.useful import useful_part, with_classes_asked_for
from orecell.data.book import Book, read_book
from orecell.data.check import refuse_unknown
from orecell.data.package import Case
from orecell.errors import NotSolvedError
from orecell.results.plan_need import Need, coverage_table, home_places, us_need
from orecell.results.plan_question import (
    Aim,
    Front,
    Question,
    SourcingWish,
    Target,
    within_horizon,
)
from orecell.results.plan_refusal import refusal
from orecell.results.plan_solve import ASKED, Found, ShortSightError, find_plan
from orecell.results.plan_tables import plan_frames, plan_tables
from orecell.results.plan_words import VALUE, Names, next_steps, plan_finding
from orecell.results.result_folder import identity, make_manifest, write_folder

if TYPE_CHECKING:
    from orecell.data.scenario import Scenario

__all__ = [
    "ASKED",
    "Aim",
    "Front",
    "PlanChoices",
    "PlanRun",
    "Question",
    "SourcingWish",
    "Target",
    "plan_input",
    "run_plan",
    "write_plan",
]

Rows = list[dict[str, Any]]
PACKAGES = ("orecell", "numpy", "polars", "pydantic", "highspy")
CELL_KINDS = ("cell_plant",)


@dataclass(frozen=True)
class PlanRun:
    """A certified plan with its measures.

    Attributes:
        run_id: hash of case, question and version.
        case: what was planned.
        plan: the plan; of one class where no rule asks for origin.
        given: what was planned, with all classes.
        cost_without: least cost without targets, sourcing rules and budgets, present value [USD]; None where
            the difference to it would say something else (least emissions, short sight).
        tables: tidy rows by table.
        finding: one paragraph.
        steps: the most valuable next steps, one sentence each.
        names: words for the reader.
        question: what was asked.
        scenario: settings and overrides behind the case, for comparisons; empty if not known.
    """

    run_id: str
    case: Case
    plan: Plan
    given: PlanInput
    cost_without: float | None
    tables: Mapping[str, Rows]
    finding: str
    steps: Sequence[str]
    names: Names
    question: Question
    scenario: Mapping[str, Any] = field(default_factory=dict)

    def summary(self) -> dict[str, Any]:
        """Everything but the tables, as plain values."""
        return {
            "finding": self.finding,
            "cost_usd": self.plan.cost,
            "cost_without_targets_usd": self.cost_without,
            "next_steps": list(self.steps),
            "question": asdict(self.question),
            "certificate": asdict(self.plan.certificate),
        }

    def document(self) -> dict[str, Any]:
        """Everything as plain values for JSON."""
        return {**self.summary(), **self.tables}


def plan_input(case: Case, question: Question) -> tuple[PlanInput, Need, Names]:
    """The plan of a case with its targets, the need it is measured against, and words for it.

    Raises:
        CaseError: a target or aim names a stage or year that the plan does not have.
    """
    book, _ = read_book(case.tables)
    given = plan_of_case(book, case.tables, question.choices)
    need = us_need(case, book, question.choices)
    _check_stages(given, need, question)
    targets: dict[str, OutputTarget] = {}
    for target in question.targets:
        within_horizon(target.year, need.years, "--target")
        amount = {target.year: target.share * need.of(target.stage, target.year)}
        new = need.output(given, target.stage, amount)
        old = targets.get(new.name, new)
        targets[new.name] = replace(new, amount=_highest(old.amount, new.amount))
    rules, uses = _rules(given, book, question.sourcing)
    return replace(given, targets=tuple(targets.values()), rules=rules, uses=uses), need, _names(case, given)


def _check_stages(given: PlanInput, need: Need, question: Question) -> None:
    """Raise CaseError if a stage asked for is not on the way to the cells that the plan serves."""
    useful = {recipe for plant in useful_part(given).plants for recipe in plant.recipes}
    made = sorted(stage for stage, recipes in need.weights.items() if useful & set(recipes))
    rule = "is not a stage on the way to the cells that the plan serves"
    for target in question.targets:
        refuse_unknown("--target", target.stage, made, rule)
    others = [("--objective", question.aim.stage, question.aim.year)]
    others += [("--pareto", question.front.stage, question.front.year)] if question.front else []
    for option, stage, year in others:
        if stage:
            refuse_unknown(option, stage, made, rule)
            within_horizon(year, need.years, option)


def _rules(
    given: PlanInput, book: Book, wishes: Sequence[SourcingWish]
) -> tuple[tuple[SourcingRule, ...], tuple[UseRule, ...]]:
    """Rules on cells served, and on what US cell plants use; one of each name, at its highest."""
    rules: dict[str, SourcingRule] = {}
    uses: dict[str, UseRule] = {}
    for wish in wishes:
        if wish.basis:
            use = _use_rule(given, book, wish)
            old = uses.get(use.name, use)
            uses[use.name] = replace(use, share=_highest(old.share, use.share))
        else:
            rule = wish.rule(given.years)
            before = rules.get(rule.name, rule)
            rules[rule.name] = replace(rule, share=_highest(before.share, rule.share))
    return tuple(rules.values()), tuple(uses.values())


def _use_rule(given: PlanInput, book: Book, wish: SourcingWish) -> UseRule:
    """A rule on inputs of US cell plants, by value at the lowest price of the first year or by mass."""
    kinds = [plant for plant in given.plants if plant.kind in CELL_KINDS]
    inputs = {c for plant in kinds for r in plant.recipes for c in given.recipes[r].inputs}
    if wish.basis == VALUE:
        weights: dict[str, float] = {}
        for supply in given.supplies:
            price = supply.price[given.years[0]]
            weights[supply.commodity] = min(weights.get(supply.commodity, price), price)
    else:
        weights = {name: of.composition.get(wish.basis, 0.0) for name, of in book.commodities.items()}
    counted = {name: weights[name] for name in sorted(inputs) if weights.get(name, 0.0) > 0.0}
    places = home_places(given)
    return UseRule(wish.name, counted, places, CELL_KINDS, wish.classes, wish.shares(given.years))


def _highest(old: Mapping[int, float], new: Mapping[int, float]) -> dict[int, float]:
    """What is asked of one stage or class more than once is asked once, at its highest in each year."""
    return {year: max(old.get(year, 0.0), new.get(year, 0.0)) for year in sorted({*old, *new})}


def _names(case: Case, given: PlanInput) -> Names:
    tables = case.tables
    places = dict(tables["regions"].select("region", "name").iter_rows())
    places.update(tables["countries"].select("country", "name").iter_rows())
    titles = dict(tables["facilities"].select("facility", "name").iter_rows())
    units = tables["stages"].select("stage", "unit").iter_rows()
    projects = {p.name: (p.kind, p.place, titles[p.name]) for p in given.plants if p.is_project}
    return Names(
        kinds=dict(tables["plant_types"].select("plant_type", "name").iter_rows()),
        places=places,
        commodities=dict(tables["commodities"].select("commodity", "name").iter_rows()),
        commodity_units=dict(tables["commodities"].select("commodity", "unit").iter_rows()),
        stages=dict(tables["stages"].select("stage", "name").iter_rows()),
        stage_units={stage: unit.removesuffix("/yr") for stage, unit in units},
        projects=projects,
        units=dict(tables["plant_types"].select("plant_type", "unit").iter_rows()),
    )


def run_plan(case: Case, question: Question, scenario: Scenario | None = None) -> PlanRun:
    """Solve a plan and measure it.

    Args:
        case: with the overrides of the scenario applied.
        question: what is asked.
        scenario: kept with the results, so that plans can be compared.

    Raises:
        NotSolvedError: no plan exists; the message says what would mend it. Or none was proven.
    """
    asked, need, names = plan_input(case, question)
    simple = with_classes_asked_for(asked)
    try:
        found = find_plan(simple, need, question, names)
    except ShortSightError:
        raise
    except NotSolvedError as error:
        raise refusal(error, simple, need, question, names) from None
    tables = {**plan_tables(found.plan), **found.tables}
    tables["coverage"] = _with_ranges(coverage_table(found.plan, need, names), found)
    if not found.has_prices:
        tables["prices"] = []
    said = plan_finding(found.plan, found.cost_without, tables, names, found.title)
    finding = " ".join([said, *found.notes])
    steps = found.steps
    if steps is None:
        steps = tuple(next_steps(found.plan, names)) if found.has_prices else ()
    told = {} if scenario is None else scenario.model_dump()
    return PlanRun(
        identity(case, json.dumps(asdict(question), sort_keys=True), json.dumps(told, sort_keys=True)),
        case,
        found.plan,
        asked,
        found.cost_without,
        tables,
        finding,
        steps,
        names,
        question,
        told,
    )


def _with_ranges(rows: Rows, found: Found) -> Rows:
    """Coverage with its least and most over nearly cheapest plans, where they were asked for."""
    for row in rows:
        ends = found.ranges.get(f"{row['stage']}@{row['year']}")
        least, most = ends or (None, None)
        row["least_fraction"], row["most_fraction"] = least if least is None else max(0.0, least), most
    return rows


def write_plan(run: PlanRun, folder: Path, pages: Mapping[str, str] | None = None) -> None:
    """Write tables, `plan.json`, pages and a manifest; older results in the folder are replaced as a whole.

    Raises:
        StoreError: the folder cannot be written, or holds something that is not a result.
    """
    tables = plan_frames(run.plan, run.tables)
    texts = {"plan.json": json.dumps(run.summary(), indent=1) + "\n", **(pages or {})}
    told = {"question": asdict(run.question), "scenario": dict(run.scenario)}
    write_folder(folder, tables, texts, make_manifest(run.case, run.run_id, tables, PACKAGES, **told))
