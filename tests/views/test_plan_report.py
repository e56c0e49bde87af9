"""The report of a plan: its figures hold what its tables say, and an empty plan is a page too."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from typing import Any

import pytest
from test_report_page import EVIL, Page

from orecell.chain.plan.choices import PlanChoices
from orecell.chain.plan.costs import discount_factors
from orecell.data.package import Case
from orecell.data.scenario import resolve
from orecell.results.plan_figures import build_phases, build_sites, cost_terms, limit_worths, standing_places
from orecell.results.plan_run import PlanRun, Question, Target, run_plan
from orecell.results.plan_supply import SupplyCurves
from orecell.views.figures import FigureSlot
from orecell.views.report.plan_report import build_plan_report, plan_report_input


@pytest.fixture(scope="module")
def run(shipped: Case) -> PlanRun:
    choices = PlanChoices("2026-06-30", "outlook_2026", 2026, 2029)
    question = Question(choices, (Target("electrolyte", 0.8, 2029),))
    return run_plan(shipped, question, resolve(shipped.scenarios, "base"))


@pytest.fixture(scope="module")
def idle(shipped: Case) -> PlanRun:
    """A plan that builds nothing."""
    return run_plan(shipped, Question(PlanChoices("2026-06-30", "outlook_2026", 2026, 2027)))


@pytest.fixture(scope="module")
def page(run: PlanRun) -> Page:
    return Page(build_plan_report(run))


def _slots(run: PlanRun) -> dict[str, FigureSlot]:
    return {slot.id: slot for slot in plan_report_input(run).slots}


def test_the_page_asks_the_question_and_answers_it_first(run: PlanRun, page: Page) -> None:
    text = " ".join(page.text.replace("\u00a0", " ").split())
    assert "What does it take to make 80 % of the electrolyte that US demand needs in 2029?" in text
    more = (run.plan.cost - run.cost_without) / 1e6
    assert f"${more:,.1f}M" in text
    assert run.finding.replace("\u00a0", " ") in text
    for step in run.steps:
        assert step.replace("\u00a0", " ") in text


def test_the_page_loads_nothing_from_elsewhere(page: Page) -> None:
    assert page.values("src") == []
    assert not [tag for tag, _ in page.tags if tag in {"link", "iframe", "img", "object", "embed", "base"}]
    policy = next(attrs["content"] or "" for _, attrs in page.tags if "http-equiv" in attrs)
    assert policy.startswith("default-src 'none'")


def test_every_figure_is_there_and_none_that_has_nothing_to_show(run: PlanRun, page: Page) -> None:
    slots = page.data("report-data")["slots"]
    assert [slot["id"] for slot in slots] == [
        "coverage_by_stage", "build_phases", "build_map", "cost_terms", "supply_curve", "limits"
    ]  # fmt: skip
    assert all(variant["run"] == run.run_id for slot in slots for variant in slot["variants"])


def test_figures_of_builds_hold_the_table_of_builds(run: PlanRun) -> None:
    builds = run.tables["builds"]
    assert len(build_phases(run)) == len(builds)
    for rows in (build_phases(run), build_sites(run)):
        for what in ("capex_usd", "capacity", "jobs"):
            assert sum(row[what] for row in rows) == pytest.approx(sum(row[what] for row in builds))
    for row in build_phases(run):
        assert row["start_year"] <= row["construction_year"] <= row["online_year"] <= row["accepted_year"]
        assert row["full_year"] >= row["online_year"]


def test_standing_plants_add_up_place_by_place(run: PlanRun) -> None:
    last = run.plan.model.plan.years[-1]
    there = sum(row["capacity"] for row in run.tables["standing"] if row["year"] == last)
    shown = sum(amount for place in standing_places(run) for _, amount, _ in place["plants"])
    assert shown == pytest.approx(there)


def test_the_waterfall_adds_up_to_the_cost_of_the_plan(run: PlanRun) -> None:
    given = run.plan.model.plan
    discount = discount_factors(given.years, given.discount_rate)
    terms = {row["term"]: row["usd"] for row in cost_terms(run)}
    assert set(terms) == {row["term"] for row in run.tables["costs"]}
    assert sum(terms.values()) == pytest.approx(run.plan.cost, rel=1e-9)
    bought = sum(r["usd"] * discount[r["year"]] for r in run.tables["costs"] if r["term"] == "purchases")
    assert terms["purchases"] == pytest.approx(bought)


def test_supply_curves_hold_what_the_plan_buys_and_makes(run: PlanRun) -> None:
    curves = SupplyCurves(run)
    recipes = run.plan.model.plan.recipes
    for commodity in curves.commodities():
        curve = curves.curve(commodity, 2029)
        bought = sum(
            row["value"]
            for row in run.tables["purchases"]
            if (row["commodity"], row["year"]) == (commodity, 2029)
        )
        made = sum(
            row["value"] * recipes[row["recipe"]].outputs.get(commodity, 0.0)
            for row in run.tables["activity"]
            if row["year"] == 2029
        )
        assert sum(s.used for s in curve.steps if not s.is_made) == pytest.approx(bought)
        assert sum(s.used for s in curve.steps if s.is_made) == pytest.approx(made, abs=1e-6)


def test_no_seller_is_passed_over_for_a_dearer_one_of_the_same_place(run: PlanRun) -> None:
    for commodity in SupplyCurves(run).commodities():
        steps = [s for s in SupplyCurves(run).curve(commodity, 2029).steps if not s.is_made]
        for place in {step.place for step in steps}:
            own = [step for step in steps if step.place == place]
            for cheap, dear in pairwise(own):
                is_sold_out = cheap.used > cheap.quantity * (1 - 1e-6)
                assert dear.used < 1e-6 or is_sold_out or cheap.price == dear.price


def test_the_dear_limits_are_the_next_steps_and_more(run: PlanRun) -> None:
    words = [row["what"] for row in limit_worths(run)]
    assert [step for step in run.steps if not any(step.startswith(what) for what in words)] == []


def test_tables_of_the_page_hold_the_tables_of_the_plan(run: PlanRun) -> None:
    tables = {named.id: named.table for named in plan_report_input(run).tables}
    assert sum(row[7] for row in tables["builds"].rows) == pytest.approx(
        sum(row["capex_usd"] for row in run.tables["builds"]) / 1e6
    )
    assert tables["costs"].rows[-1][-1] == pytest.approx(run.plan.cost / 1e6)
    assert len(tables["coverage"].rows) == len({row["stage"] for row in run.tables["coverage"]})
    assert {"proof", "choices"} <= tables.keys()


def test_a_plan_that_builds_nothing_says_so_and_has_no_empty_figure(idle: PlanRun) -> None:
    assert not idle.tables["builds"]
    page = Page(build_plan_report(idle))
    assert "It builds nothing beyond the plants expected anyway." in page.text
    assert "What is the cheapest way to serve demand for cells from 2026 to 2027?" in page.text
    assert [slot["id"] for slot in page.data("report-data")["slots"]] == [
        "coverage_by_stage", "cost_terms", "supply_curve", "limits"
    ]  # fmt: skip


def test_a_plan_with_no_table_at_all_is_still_a_page(idle: PlanRun) -> None:
    empty = replace(idle, tables={name: [] for name in idle.tables}, steps=())
    assert "It builds nothing" in Page(build_plan_report(empty)).text


def test_names_that_try_to_be_markup_stay_text(run: PlanRun) -> None:
    names = replace(
        run.names,
        kinds=dict.fromkeys(run.names.kinds, EVIL),
        places=dict.fromkeys(run.names.places, EVIL),
        commodities=dict.fromkeys(run.names.commodities, EVIL),
        stages=dict.fromkeys(run.names.stages, EVIL),
    )
    costs = [*run.tables["costs"], {"term": EVIL, "year": 2027, "usd": 1e9}]
    coverage = [row | {"stage_name": EVIL} for row in run.tables["coverage"]]
    tables: dict[str, Any] = {**run.tables, "costs": costs, "coverage": coverage}
    page = Page(build_plan_report(replace(run, names=names, finding=EVIL, tables=tables)))
    tags = [tag for tag, _ in page.tags]
    assert tags.count("script") == 4
    assert "b" not in tags
    assert "img" not in tags


def test_a_front_is_drawn_with_shares_as_percent(run: PlanRun) -> None:
    shared = {"other_name": "US output of CAM", "other_unit": "fraction of need"}
    front = [{"cost_usd": 5e10 + 1e9 * i, "other": 0.1 * i, **shared} for i in range(3)]
    figure = _slots(replace(run, tables={**run.tables, "front": front}))["front"].first
    assert [row[1] for row in figure.table.rows] == pytest.approx([0, 10, 20])
    assert figure.title.replace("\u00a0", " ") == (
        "Moving US output of CAM from 0 % of need to 20 % of need costs 2.0 billion USD more (4 %)"
    )


def test_equal_plans_give_equal_bytes(run: PlanRun) -> None:
    assert build_plan_report(run) == build_plan_report(run)
