"""What US demand needs of each stage, and how much of it a plan makes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from orecell.chain.demand import demand_by_chemistry
from orecell.chain.plan.choices import MARKETS, PlanChoices
from orecell.chain.plan.limits_input import OutputTarget
from orecell.chain.plan.measures import output_metric
from orecell.chain.plan.model import Model, Plan
from orecell.chain.plan.near_optimal import Metric
from orecell.chain.plan.network_input import PlanInput
from orecell.chain.requirement import content, unit_requirements
from orecell.data.book import Book
from orecell.data.package import Case
from orecell.results.plan_words import Names

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

Rows = list[dict[str, Any]]
HOME = "US-"
MUCH = 0.1
"""A tenth of the need is much of a stage: shares are ranged to a hundredth of a point."""


def home_places(given: PlanInput) -> tuple[str, ...]:
    """Regions of the United States."""
    return tuple(name for name in given.places if name.startswith(HOME))


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

    def output(self, given: PlanInput, stage: str, amount: Mapping[int, float]) -> OutputTarget:
        """US output of a stage as a target of the plan."""
        return OutputTarget(stage, self.weights[stage], home_places(given), amount)


def us_need(case: Case, book: Book, choices: PlanChoices) -> Need:
    """The need of the years of a plan."""
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


def us_coverage(model: Model, need: Need, stage: str, year: int) -> Metric:
    """US output of a stage in a year as a share of the need; without parts where no US plant makes it."""
    least = max(need.of(stage, year), 1e-12)
    weights = {recipe: amount / least for recipe, amount in need.weights.get(stage, {}).items()}
    return output_metric(model, f"{stage}@{year}", weights, home_places(model.plan), year, size=MUCH)


def coverage_table(plan: Plan, need: Need, names: Names) -> Rows:
    """US output over US need by stage and year, for stages with a plant in the plan."""
    rows: Rows = []
    for stage in need.stages:
        for year in plan.model.plan.years:
            output = us_coverage(plan.model, need, stage, year)
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
