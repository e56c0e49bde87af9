"""Ways to plan the shipped case, comparison of plans, and why: short horizons, exact statements."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from orecell.chain.plan.choices import PlanChoices
from orecell.chain.plan.measures import column_emissions
from orecell.chain.plan.model import make_model, solve
from orecell.chain.plan.useful import with_classes_asked_for
from orecell.core.wording import percent
from orecell.data.package import Case
from orecell.errors import CaseError, NotSolvedError, StoreError
from orecell.lp.explain import apply_repair
from orecell.lp.highs import Solver
from orecell.lp.problem import Problem
from orecell.results.plan_compare import compare, read_plan
from orecell.results.plan_question import Aim, Front, Question, SourcingWish, Target
from orecell.results.plan_run import PlanRun, plan_input, run_plan, write_plan
from orecell.results.plan_why import explain_coverage, parse_metric
from orecell.results.plan_words import repair_sentences

CHOICES = PlanChoices("2026-06-30", "outlook_2026", 2026, 2030)
LONGER = replace(CHOICES, last_year=2031)
ELECTROLYTE = Target("electrolyte", 0.6, 2030)


@pytest.fixture(scope="module")
def cheapest(shipped: Case) -> PlanRun:
    return run_plan(shipped, Question(CHOICES))


def share(run: PlanRun, stage: str, year: int) -> float:
    found = [r for r in run.tables["coverage"] if (r["stage"], r["year"]) == (stage, year)]
    return float(found[0]["coverage_fraction"])


def test_projects_are_named_and_bounded_by_what_is_open_of_them(shipped: Case, cheapest: PlanRun) -> None:
    plants = [plant for plant in cheapest.plan.model.plan.plants if plant.is_project]
    known = set(shipped.tables["facilities"]["facility"].to_list())
    assert len(plants) > 20
    assert {plant.name for plant in plants} <= known
    assert all(plant.most is not None and plant.most > 0 for plant in plants)
    largest = {plant.name: plant.most for plant in plants}
    built: dict[str, float] = {}
    for row in cheapest.tables["builds"]:
        if row["is_project"]:
            built[row["plant"]] = built.get(row["plant"], 0.0) + row["capacity"]
    assert all(amount <= (largest[name] or 0.0) * (1 + 1e-6) for name, amount in built.items())


def test_goods_of_allies_hold_no_more_clean_content_than_the_world_has(cheapest: PlanRun) -> None:
    """Of Korean cells no larger share is clean than of the world's anode material."""
    given = cheapest.given
    korean = [s for s in given.supplies if s.place == "KOR" and s.commodity == "cell_nmc811"]
    clean = sum(s.quantity[2030] for s in korean if given.class_of(s) == "allied")
    total = sum(s.quantity[2030] for s in korean)
    assert 0.0 < clean / total < 0.15
    assert {given.class_of(s) for s in korean} == {"allied", "concern"}


def test_keeping_no_classes_apart_changes_no_cost(cheapest: PlanRun) -> None:
    """The same plan with all four classes, which nothing asks for."""
    assert len(cheapest.given.classes) > len(cheapest.plan.model.plan.classes) == 1
    assert solve(make_model(cheapest.given)).cost == pytest.approx(cheapest.plan.cost, rel=1e-9)


def test_least_emissions_emits_less_and_costs_more(shipped: Case, cheapest: PlanRun) -> None:
    clean = run_plan(shipped, Question(CHOICES, aim=Aim("emissions")))
    emitted = [
        float(column_emissions(run.plan.model) @ run.plan.solution.primal) for run in (clean, cheapest)
    ]
    assert emitted[0] < emitted[1]
    assert clean.plan.cost > cheapest.plan.cost
    assert clean.cost_without is None
    table = sum(row["t_co2e"] for row in clean.tables["emissions"])
    assert table == pytest.approx(emitted[0], rel=1e-9)
    assert "Least emissions" in clean.finding
    assert not clean.tables["prices"]


def test_most_coverage_is_reached_and_the_cheapest_way_is_taken(shipped: Case, cheapest: PlanRun) -> None:
    most = run_plan(shipped, Question(CHOICES, aim=Aim.parse("coverage:electrolyte@2030")))
    reached = share(most, "electrolyte", 2030)
    assert share(cheapest, "electrolyte", 2030) < reached <= 1.0 + 1e-6
    if reached < 1.0 - 1e-4:
        with pytest.raises(NotSolvedError):
            run_plan(shipped, Question(CHOICES, (Target("electrolyte", reached * 1.01, 2030),)))


def test_public_money_is_no_more_than_what_the_target_costs(shipped: Case) -> None:
    """By duality: support at the prices of the plan without the target never exceeds the cost it adds."""
    asked = Question(CHOICES, (ELECTROLYTE,), aim=Aim("public_cost"))
    lean = run_plan(shipped, asked)
    paid = sum(row["usd_present_value"] for row in lean.tables["support"])
    cheap = run_plan(shipped, replace(asked, aim=Aim()))
    assert share(lean, "electrolyte", 2030) >= 0.6 * (1 - 1e-6)
    assert paid <= (cheap.plan.cost - cheap.cost_without) * (1 + 1e-6) + 1e3
    assert "public money" in lean.finding


def test_short_sight_costs_no_less_and_keeps_its_target(shipped: Case) -> None:
    target = Target("electrolyte", 0.45, 2031)
    run = run_plan(shipped, Question(LONGER, (target,), foresight=4))
    assert run.plan.cost >= run_plan(shipped, Question(LONGER, (target,))).plan.cost * (1 - 1e-6)
    assert share(run, "electrolyte", 2031) >= 0.45 * (1 - 1e-6)
    assert "seeing 4 years ahead" in run.finding


def test_a_front_rises_in_cost_and_in_output(shipped: Case) -> None:
    run = run_plan(shipped, Question(CHOICES, front=Front("electrolyte", 2030)))
    front = run.tables["front"]
    assert len(front) > 3
    costs, others = [r["cost_usd"] for r in front], [r["other"] for r in front]
    assert costs == sorted(costs)
    assert others == sorted(others)


def test_value_and_mass_rules_are_kept_by_what_us_cell_plants_use(shipped: Case) -> None:
    near = replace(CHOICES, last_year=2028)
    wishes = (SourcingWish.parse("value/allied:0.3@2028"), SourcingWish.parse("Li/other:0.2@2028"))
    run = run_plan(shipped, Question(near, sourcing=wishes))
    plain = run_plan(shipped, Question(near))
    assert run.plan.cost > plain.plan.cost
    given, names = run.plan.model.plan, {use.name for use in run.plan.model.plan.uses}
    assert names == {"value/allied", "Li/other"}
    value = next(use for use in given.uses if use.name == "value/allied")
    assert {"cam_nmc811", "separator"} <= set(value.weights)
    lithium = next(use for use in given.uses if use.name == "Li/other")
    assert all(weight > 0 for weight in lithium.weights.values())
    assert "separator" not in lithium.weights


@pytest.mark.parametrize("text", ["weight/allied:0.3@2030", "Xx/allied:0.3@2030", "value/ally:0.3@2030"])
def test_unknown_bases_and_classes_are_refused(text: str) -> None:
    with pytest.raises(CaseError, match="--sourcing"):
        SourcingWish.parse(text)


@pytest.mark.parametrize("text", ["speed", "coverage", "coverage:cam", "coverage:cam@x", "cost:cam@2030"])
def test_unknown_objectives_are_refused(text: str) -> None:
    with pytest.raises(CaseError, match="--objective"):
        Aim.parse(text)


@pytest.mark.parametrize("text", ["", "cam", "cam@", "@2030", "carbon"])
def test_unknown_fronts_are_refused(text: str) -> None:
    with pytest.raises(CaseError, match="--pareto"):
        Front.parse(text)


def test_a_stage_or_year_that_an_aim_does_not_have_is_refused(shipped: Case) -> None:
    for aim, said in ((Aim("coverage", "camm", 2030), "camm"), (Aim("coverage", "cam", 2050), "2050")):
        with pytest.raises(CaseError, match=said):
            plan_input(shipped, Question(CHOICES, aim=aim))


def test_an_impossible_target_says_how_much_is_possible_and_when(shipped: Case) -> None:
    with pytest.raises(NotSolvedError) as refused:
        run_plan(shipped, Question(CHOICES, (Target("pcam", 1.0, 2027),)))
    said = str(refused.value)
    assert "US plants can make at most" in said
    assert f"{percent(1.0)} is not possible by 2030" in said
    assert "lower the target" in said
    assert "have plants earlier" in said


def test_two_plans_are_compared_by_input_cost_coverage_and_builds(
    shipped: Case, cheapest: PlanRun, tmp_path: Path
) -> None:
    asked = run_plan(shipped, Question(CHOICES, (ELECTROLYTE,)))
    write_plan(cheapest, tmp_path / "a")
    write_plan(asked, tmp_path / "b")
    found = compare(read_plan(tmp_path / "a"), read_plan(tmp_path / "b"))
    assert any("targets" in one.what for one in found.inputs)
    assert (found.costs[0].first, found.costs[0].second) == (cheapest.plan.cost, asked.plan.cost)
    rest = [one.second - one.first for one in found.costs[1:]]
    total = asked.plan.cost - cheapest.plan.cost
    assert sum(rest) == pytest.approx(total, abs=1e6 * 8)
    moved = {one.what: one.second - one.first for one in found.coverage}
    assert moved["Electrolyte in 2030"] > 0


def test_a_plan_compared_with_itself_differs_in_nothing(cheapest: PlanRun, tmp_path: Path) -> None:
    write_plan(cheapest, tmp_path / "a")
    one = read_plan(tmp_path / "a")
    found = compare(one, one)
    assert (found.inputs, found.costs[1:], found.coverage, found.builds) == ([], [], [], [])


@pytest.mark.parametrize("harm", ["manifest", "table", "missing"])
def test_a_damaged_plan_is_not_compared(cheapest: PlanRun, tmp_path: Path, harm: str) -> None:
    folder = tmp_path / "a"
    write_plan(cheapest, folder)
    if harm == "manifest":
        (folder / "manifest.json").write_text("{")
    elif harm == "table":
        content = bytearray((folder / "costs.parquet").read_bytes())
        content[len(content) // 2] ^= 1
        (folder / "costs.parquet").write_bytes(bytes(content))
    else:
        (folder / "plan.json").unlink()
    with pytest.raises(StoreError, match=str(folder)):
        read_plan(folder)


def test_the_manifest_tells_what_was_asked(cheapest: PlanRun, tmp_path: Path) -> None:
    write_plan(cheapest, tmp_path / "a")
    manifest = json.loads((tmp_path / "a" / "manifest.json").read_text())
    assert manifest["question"]["choices"]["last_year"] == 2030
    assert manifest["run_id"] == cheapest.run_id


def test_why_agrees_with_the_plan_and_prices_a_point(shipped: Case, cheapest: PlanRun) -> None:
    found = explain_coverage(shipped, Question(CHOICES), "electrolyte", 2030)
    assert found.share == pytest.approx(share(cheapest, "electrolyte", 2030), rel=1e-6)
    assert found.most >= found.share
    assert found.point_usd is not None
    assert found.point_usd > 0
    more = run_plan(shipped, Question(CHOICES, (Target("electrolyte", found.share + 0.01, 2030),)))
    assert more.plan.cost - cheapest.plan.cost == pytest.approx(found.point_usd, rel=1e-3, abs=1e4)


@pytest.mark.parametrize("text", ["cam", "cam@", "@2030", "cam@soon"])
def test_a_metric_of_another_form_is_refused(text: str) -> None:
    with pytest.raises(CaseError, match="METRIC"):
        parse_metric(text)


def test_shares_are_ranged_around_the_plan_and_widen_with_nothing_asked(shipped: Case) -> None:
    """What is asked of a stage is its least; the plan lies in its own range."""
    run = run_plan(shipped, Question(CHOICES, (ELECTROLYTE,), range_year=2030))
    ranged = {row["stage"]: row for row in run.tables["coverage"] if row["most_fraction"] is not None}
    assert {"electrolyte", "cells", "cam"} <= set(ranged)
    for row in ranged.values():
        assert row["least_fraction"] - 1e-3 <= row["coverage_fraction"] <= row["most_fraction"] + 1e-3
    assert ranged["electrolyte"]["least_fraction"] == pytest.approx(0.6, abs=5e-3)
    assert ranged["cells"]["most_fraction"] > ranged["cells"]["least_fraction"]


def test_each_repair_of_an_impossible_target_solves(shipped: Case) -> None:
    question = Question(replace(CHOICES, last_year=2028), (Target("pcam", 1.0, 2027),))
    asked, _, names = plan_input(shipped, question)
    model = make_model(with_classes_asked_for(asked))
    found = repair_sentences(model, names)
    assert {repair.family for repair, _ in found} >= {"target", "earlier capacity"}
    assert len({repair.family for repair, _ in found}) == len(found)
    for repair, sentence in found:
        mended = Solver(Problem("mended"), matrix=apply_repair(model.problem.matrix(), repair))
        assert mended.solve().objective > 0, sentence
