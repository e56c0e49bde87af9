"""The report of a plan in one page: finding, pictures, tables, proof, definitions, assumptions, sources."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from orecell.core.wording import listed, percent
from orecell.results.plan_figures import (
    build_phases,
    build_sites,
    cost_terms,
    front_points,
    limit_worths,
    standing_places,
    targets_of,
)
from orecell.results.plan_run import PACKAGES, PlanRun
from orecell.results.plan_supply import SupplyCurves
from orecell.results.result_folder import make_manifest
from orecell.views.figures.build_gantt import build_gantt
from orecell.views.figures.build_map import build_map
from orecell.views.figures.choice import Stamp
from orecell.views.figures.cost_waterfall import cost_waterfall
from orecell.views.figures.coverage_plan import coverage_plan
from orecell.views.figures.dear_limits import dear_limits
from orecell.views.figures.figure import Figure
from orecell.views.figures.pareto_front import pareto_front
from orecell.views.figures.plan_units import dollars, money
from orecell.views.figures.slot import FigureSlot, Selector, fill_slot
from orecell.views.figures.supply_curve import supply_curve
from orecell.views.report.case_parts import assumed_numbers, source_entries
from orecell.views.report.plan_report_tables import plan_report_tables
from orecell.views.report.report import Headline, ReportInput, render_report

PAGE = "report.html"
"""Name of the report in a result folder."""

EMISSIONS = "serve demand for cells with the least emissions"
PUBLIC = "spend the least public money"

DEFINITIONS = (
    (
        "Plan",
        "Decisions that serve demand at the least cost: what to build, run, buy and move, year by year.",
    ),
    (
        "Build",
        "Capacity that one kind of plant gains in one place in one year: new, or a known project finished.",
    ),
    ("On line", "The first year of operation, after permits and construction."),
    ("Accepted", "The first year in which customers buy what a new plant makes, after they qualified it."),
    (
        "Coverage",
        "US output of a stage over what US demand needs of it. Imports and idle plants do not count.",
    ),
    (
        "Worth of one more",
        "What one more unit of a good, or 1 % more room in a limit, would take off the cost of the plan.",
    ),
    ("Present value", "Money of later years, counted less the later it is, at the plan's discount rate."),
    (
        "Cost without what was asked",
        "The least cost of serving the same demand without targets, sourcing rules and budget.",
    ),
    (
        "Stands or comes anyway",
        "Capacity that the outlook expects of plants known on the date, weighted by how likely each is.",
    ),
    ("Domestic, allied, other, concern", "Sourcing classes of countries, from the table `countries`."),
)


def build_plan_report(run: PlanRun) -> str:
    """The report of a plan as one HTML page.

    Raises:
        StoreError: the chart library was not built into the package.
    """
    return render_report(plan_report_input(run))


def plan_report_input(run: PlanRun) -> ReportInput:
    """Everything the report says."""
    version = make_manifest(run.case, run.run_id, {}, PACKAGES)["versions"]
    return ReportInput(
        run_id=run.run_id,
        title=_title(run),
        headline=_headline(run),
        sentences=(run.finding, *run.steps),
        slots=_slots(run),
        tables=plan_report_tables(run),
        definitions=DEFINITIONS,
        assumptions=assumed_numbers(run.case),
        sources=source_entries(run.case),
        manifest={
            "case": run.case.name,
            "scenario": str(run.scenario.get("name", "not stated")),
            "because": str(run.scenario.get("because", "not stated")),
            "input SHA-256": run.case.input_hash,
            **version,
        },
        citation=f"Orecell {version['orecell']}, plan {run.run_id}, case {run.case.name}.",
    )


def _asked(run: PlanRun) -> list[str]:
    """What is asked of the plan beyond serving demand at least cost, in words."""
    question, names = run.question, run.names
    asked = [
        f"make {percent(share)} of the {names.stage(stage)} that US demand needs in {year}"
        for (stage, year), share in targets_of(run).items()
    ]
    if question.aim.objective != "cost":
        aim = question.aim
        what = f"make the most {names.stage(aim.stage)} in the US in {aim.year}" if aim.stage else ""
        asked.append({"emissions": EMISSIONS, "public_cost": PUBLIC}.get(aim.objective, what))
    asked += [f"keep the sourcing rules from {wish.year} on" for wish in question.sourcing[:1]]
    if question.choices.capital_budget is not None:
        asked.append(f"spend at most {money(question.choices.capital_budget)} on builds")
    if question.public_budget is not None:
        asked.append(f"spend at most {money(question.public_budget)} of public money a year")
    if question.foresight is not None:
        asked.append(f"decide with {question.foresight} years in sight")
    return asked


def _title(run: PlanRun) -> str:
    """The question that the report answers."""
    years, asked = run.plan.model.plan.years, _asked(run)
    if asked:
        return f"What does it take to {listed(asked, len(asked))}?"
    return f"What is the cheapest way to serve demand for cells from {years[0]} to {years[-1]}?"


def _headline(run: PlanRun) -> Headline:
    """What was asked adds to the cost; the cost itself where nothing was asked."""
    years, cost = run.plan.model.plan.years, run.plan.cost
    served = sum(row["value"] for row in run.tables["served"])
    what = f"to serve {served:,.0f} GWh of cells from {years[0]} to {years[-1]}"
    value = f"(present value in {years[0]}, USD of 2025)"
    if not _asked(run):
        return Headline(dollars(cost), f"is the least cost {what} {value}.")
    if run.cost_without is None:
        return Headline(dollars(cost), f"is what the plan costs {what} {value}.")
    more = max(0.0, cost - run.cost_without)
    share = percent(more / run.cost_without) if run.cost_without > 0 else "all"
    caption = f"is what that adds to the least cost {what}, or {share}: {money(cost)} in all {value}."
    return Headline(dollars(more), caption)


@dataclass(frozen=True)
class _Drawing:
    """Draws the figures of a plan."""

    run: PlanRun
    stamp: Stamp

    @cached_property
    def curves(self) -> SupplyCurves:
        return SupplyCurves(self.run)

    def coverage(self, _: Mapping[str, str]) -> Figure:
        return coverage_plan(self.run.tables["coverage"], targets_of(self.run), self.stamp)

    def gantt(self, _: Mapping[str, str]) -> Figure:
        last_year = self.run.plan.model.plan.years[-1]
        return build_gantt(build_phases(self.run), last_year, self.stamp)

    def map(self, _: Mapping[str, str]) -> Figure:
        return build_map(build_sites(self.run), standing_places(self.run), self.stamp)

    def cost(self, _: Mapping[str, str]) -> Figure:
        without = self.run.cost_without if _asked(self.run) else None
        return cost_waterfall(cost_terms(self.run), without, self.run.plan.model.plan.years[0], self.stamp)

    def supply(self, picked: Mapping[str, str]) -> Figure:
        return supply_curve(self.curves.curve(picked["good"], int(picked["year"])), self.stamp)

    def limits(self, _: Mapping[str, str]) -> Figure:
        return dear_limits(limit_worths(self.run), self.stamp)

    def front(self, _: Mapping[str, str]) -> Figure:
        return pareto_front(front_points(self.run), self.stamp)


def _slots(run: PlanRun) -> tuple[FigureSlot, ...]:
    """Figures that have something to show; an empty one is left to the finding."""
    draw = _Drawing(run, _stamp(run))
    goods = [(name, run.names.commodity(name)) for name in draw.curves.commodities()]
    pick = (Selector("good", "Good", tuple(goods)), Selector("year", "Year", _years(run, draw.curves, goods)))
    is_priced = bool(run.tables["prices"])  # a plan of least emissions has no worth in USD
    wanted = [
        ("coverage_by_stage", (), draw.coverage, bool(run.tables["coverage"])),
        ("build_phases", (), draw.gantt, bool(run.tables["builds"])),
        ("build_map", (), draw.map, bool(run.tables["builds"])),
        ("cost_terms", (), draw.cost, bool(run.tables["costs"])),
        ("supply_curve", pick, draw.supply, is_priced and all(selector.choices for selector in pick)),
        ("limits", (), draw.limits, is_priced and bool(limit_worths(run))),
        ("front", (), draw.front, bool(front_points(run))),
    ]
    return tuple(fill_slot(name, by, how) for name, by, how, is_drawn in wanted if is_drawn)


def _years(run: PlanRun, curves: SupplyCurves, goods: list[tuple[str, str]]) -> tuple[tuple[str, str], ...]:
    """Years in which every good is offered or made; the year asked about comes first, else the last."""
    have = [
        year for year in run.plan.model.plan.years if all(curves.curve(name, year).steps for name, _ in goods)
    ]
    focus = max((year for _, year in targets_of(run) if year in have), default=max(have, default=0))
    return tuple((str(year), str(year)) for year in sorted(have, key=lambda year: (year != focus, year)))


def _stamp(run: PlanRun) -> Stamp:
    choices = run.question.choices
    sources = (
        f"This plan, with what was known on {choices.as_of}, demand {choices.demand_case}",
        "Every row: table of sources below; assumed numbers: table of assumptions",
    )
    return Stamp(run.run_id, sources)
