"""One plan of a case: targets and rules read, solved, certified, measured and put into words."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from orecell.chain.demand import demand_by_chemistry
from orecell.chain.plan.from_case import MARKETS, SEGMENT, PlanChoices, plan_of_case
from orecell.chain.plan.model import Model, Plan, make_model, solve_with_and_without
from orecell.chain.plan.near_optimal import Metric
from orecell.chain.plan.network_input import OutputTarget, PlanInput, SourcingRule
from orecell.chain.plan.useful import useful_part
from orecell.chain.requirement import content, unit_requirements
from orecell.data.book import Book, read_book
from orecell.data.check import refuse_unknown, refused_option
from orecell.data.package import Case
from orecell.data.tables import SOURCING_CLASSES
from orecell.errors import NotSolvedError, StoreError
from orecell.lp.axes import by_axis
from orecell.results.plan_tables import plan_tables, used_blocks
from orecell.results.plan_words import Names, next_steps, plan_finding, repair_sentences

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

Rows = list[dict[str, Any]]
ASKED = ("target", "sourcing", "capital")


def _share_and_year(text: str, option: str, name: str, example: str) -> tuple[str, float, int]:
    """Read `NAME:0.6@2032`; raises CaseError on another form or a share beyond 0 to 1."""
    head, _, rest = text.partition(":")
    share, _, year = rest.partition("@")
    try:
        found = head.strip(), float(share), int(year)
    except ValueError:
        found = "", -1.0, 0
    if not found[0] or not 0.0 <= found[1] <= 1.0:
        rule = f"must be {name}:share@year with a share between 0 and 1"
        raise refused_option(option, text, rule, f"write for example {example}")
    return found


@dataclass(frozen=True)
class Target:
    """At least a share of what US demand needs of a stage in a year is made in the US."""

    stage: str
    share: float
    year: int

    @classmethod
    def parse(cls, text: str) -> Target:
        """Read `cam:0.3@2034`; raises CaseError."""
        return cls(*_share_and_year(text, "--target", "stage", "cam:0.3@2034"))


@dataclass(frozen=True)
class SourcingWish:
    """From a year on, at least a share of the cells served is of a class or a cleaner one."""

    origin_class: str
    share: float
    year: int

    @classmethod
    def parse(cls, text: str) -> SourcingWish:
        """Read `allied:0.2@2033`; raises CaseError."""
        wish = cls(*_share_and_year(text, "--sourcing", "class", "allied:0.2@2033"))
        refuse_unknown("--sourcing", wish.origin_class, SOURCING_CLASSES, "is not a sourcing class")
        return wish

    def rule(self, years: Sequence[int]) -> SourcingRule:
        """The rule of the plan.

        Raises:
            CaseError: the plan ends before the year.
        """
        _within(self.year, years, "--sourcing")
        classes = SOURCING_CLASSES[: SOURCING_CLASSES.index(self.origin_class) + 1]
        shares = {year: self.share for year in years if year >= self.year}
        return SourcingRule(self.origin_class, (SEGMENT,), classes, shares)


def _within(year: int, years: Sequence[int], option: str) -> None:
    if year not in years:
        rule = f"the plan covers {years[0]} to {years[-1]}"
        raise refused_option(option, str(year), rule, "choose a year within")


@dataclass(frozen=True)
class Need:
    """What US demand needs of each stage, and how much of it a unit of each recipe makes.

    Attributes:
        stages: axis `stage`.
        years: axis `year`.
        amount: (stage, year) [stage unit].
        weights: stage -> recipe -> stage units per unit of the recipe's reference.
    """

    stages: tuple[str, ...]
    years: tuple[int, ...]
    amount: Floats
    weights: Mapping[str, Mapping[str, float]]

    def of(self, stage: str, year: int) -> float:
        """Need of a stage in a year."""
        return float(self.amount[self.stages.index(stage), self.years.index(year)])


@dataclass(frozen=True)
class Question:
    """What is asked of the plan: choices, targets and sourcing rules."""

    choices: PlanChoices
    targets: tuple[Target, ...] = ()
    sourcing: tuple[SourcingWish, ...] = ()


@dataclass(frozen=True)
class PlanRun:
    """A certified plan with its measures.

    Attributes:
        plan: the plan.
        cost_without: least cost without targets, sourcing rules and budget, present value [USD].
        tables: tidy rows by table.
        finding: one paragraph.
        steps: the most valuable next steps, one sentence each.
        names: words for the reader.
        question: what was asked.
    """

    plan: Plan
    cost_without: float
    tables: Mapping[str, Rows]
    finding: str
    steps: Sequence[str]
    names: Names
    question: Question

    def summary(self) -> dict[str, Any]:
        """Everything but the tables, as plain values."""
        return {
            "finding": self.finding,
            "cost_usd": self.plan.solution.objective,
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
        CaseError: a target names a stage or year that the plan does not have.
    """
    book, _ = read_book(case.tables)
    given = plan_of_case(book, case.tables, question.choices)
    need = _need(case, book, question.choices)
    us = tuple(name for name in given.places if name.startswith("US-"))
    useful = {recipe for plant in useful_part(given).plants for recipe in plant.recipes}
    made = sorted(stage for stage, recipes in need.weights.items() if useful & set(recipes))
    targets: dict[str, OutputTarget] = {}
    for target in question.targets:
        new = _output_target(target, need, us, made)
        old = targets.get(new.name, new)
        targets[new.name] = replace(new, amount=_highest(old.amount, new.amount))
    rules: dict[str, SourcingRule] = {}
    for wish in question.sourcing:
        rule = wish.rule(given.years)
        before = rules.get(rule.name, rule)
        rules[rule.name] = replace(rule, share=_highest(before.share, rule.share))
    asked = replace(given, targets=tuple(targets.values()), rules=tuple(rules.values()))
    return asked, need, _names(case)


def _highest(old: Mapping[int, float], new: Mapping[int, float]) -> dict[int, float]:
    """What is asked of one stage or class more than once is asked once, at its highest in each year."""
    return {year: max(old.get(year, 0.0), new.get(year, 0.0)) for year in sorted({*old, *new})}


def _need(case: Case, book: Book, choices: PlanChoices) -> Need:
    unit = unit_requirements(book, case.tables, choices.years)
    demand = demand_by_chemistry(
        case.tables, choices.demand_case, MARKETS[:1], choices.years, unit.chemistries
    )
    amount = (unit.value * demand[:, None, :]).sum(axis=2).T
    measures = dict(case.tables["stages"].select("stage", "measure").iter_rows())
    stage_of = dict(case.tables["commodities"].select("commodity", "stage").iter_rows())
    weights: dict[str, dict[str, float]] = {}
    for name, recipe in book.recipes.items():
        stage = stage_of.get(recipe.reference)
        inside = any(stage_of.get(commodity) == stage for commodity in recipe.inputs)
        if stage is not None and not recipe.is_treatment and not inside:
            composition = book.commodities[recipe.reference].composition
            weights.setdefault(stage, {})[name] = content(measures[stage], composition)
    return Need(unit.stages, unit.years, amount, weights)


def _output_target(
    target: Target, need: Need, places: tuple[str, ...], made: Collection[str]
) -> OutputTarget:
    rule = "is not a stage on the way to the cells that the plan serves"
    refuse_unknown("--target", target.stage, made, rule)
    _within(target.year, need.years, "--target")
    amount = target.share * need.of(target.stage, target.year)
    return OutputTarget(target.stage, need.weights[target.stage], places, {target.year: amount})


def _names(case: Case) -> Names:
    tables = case.tables
    places = dict(tables["regions"].select("region", "name").iter_rows())
    places.update(tables["countries"].select("country", "name").iter_rows())
    return Names(
        kinds=dict(tables["plant_types"].select("plant_type", "name").iter_rows()),
        places=places,
        commodities=dict(tables["commodities"].select("commodity", "name").iter_rows()),
        commodity_units=dict(tables["commodities"].select("commodity", "unit").iter_rows()),
        stages=dict(tables["stages"].select("stage", "name").iter_rows()),
        units=dict(tables["plant_types"].select("plant_type", "unit").iter_rows()),
    )


def run_plan(case: Case, question: Question) -> PlanRun:
    """Solve a plan and measure it.

    Raises:
        NotSolvedError: no plan exists; the message says what would mend it. Or none was proven.
    """
    given, need, names = plan_input(case, question)
    model = make_model(given)
    try:
        without, plan = solve_with_and_without(model, ASKED)
    except NotSolvedError as error:
        mends = [sentence for _, sentence in repair_sentences(model, names)]
        if not mends:
            raise
        lines = "\n".join(f"  - {sentence}" for sentence in mends)
        raise NotSolvedError(f"{error}. Any one of these alone would make it possible:\n{lines}") from None
    tables = plan_tables(plan)
    tables["coverage"] = _coverage(plan, need, names)
    finding, steps = plan_finding(plan, without, tables, names), next_steps(plan, names)
    return PlanRun(plan, without, tables, finding, steps, names, question)


def write_plan(run: PlanRun, folder: Path) -> None:
    """Write the tables as Parquet and the whole as `plan.json`.

    Raises:
        StoreError: the folder cannot be written.
    """
    import polars as pl

    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, rows in run.tables.items():
            frame = pl.DataFrame(rows or _no_rows(run.plan, name), infer_schema_length=None)
            frame.write_parquet(folder / f"{name}.parquet")
        (folder / "plan.json").write_text(json.dumps(run.summary(), indent=1) + "\n", encoding="utf-8")
    except OSError as error:
        raise StoreError(f"cannot write {folder}: {error}") from error


def _no_rows(plan: Plan, table: str) -> dict[str, list[Any]]:
    """The columns of an empty table of used columns."""
    block = used_blocks(plan).get(table)
    return {} if block is None else {axis: [] for axis in (*block.keys.axes, "value")}


def _us_output(model: Model, need: Need, stage: str, year: int) -> Metric:
    """US output of a stage in a year as a share of the need."""
    import numpy as np

    given, block = model.plan, model.columns.activity
    keys, weights = [], []
    for plant in given.plants:
        for recipe in plant.recipes:
            if plant.place.startswith("US-") and recipe in need.weights.get(stage, {}):
                for origin_class in given.classes_from(plant.place):
                    keys.append((plant.name, recipe, origin_class, year))
                    weights.append(need.weights[stage][recipe] / max(need.of(stage, year), 1e-12))
    if not keys:
        return Metric(stage, ())
    where = block.at(**by_axis(block.keys.axes, keys))
    return Metric(stage, ((where, np.array(weights)),))


def _coverage(plan: Plan, need: Need, names: Names) -> Rows:
    """US output over US need by stage and year, for stages with a plant in the plan."""
    rows: Rows = []
    for stage in need.stages:
        for year in plan.model.plan.years:
            output = _us_output(plan.model, need, stage, year)
            if not output.parts or need.of(stage, year) <= 0.0:
                continue
            rows.append(
                {
                    "stage": stage,
                    "stage_name": names.stages[stage],
                    "year": year,
                    "coverage_fraction": output.value(plan.solution),
                    "requirement": need.of(stage, year),
                }
            )
    return rows
