"""A plan of the shipped case: proven, its costs add up, its words are true, its refusals are mendable."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from orecell.chain.plan.choices import PlanChoices
from orecell.chain.plan.costs import discount_factors
from orecell.chain.plan.model import make_model, solve
from orecell.data.package import Case
from orecell.errors import CaseError, NotSolvedError, StoreError
from orecell.results.plan_run import PlanRun, Question, SourcingWish, Target, plan_input, run_plan, write_plan
from orecell.results.plan_words import plan_finding, repair_sentences

CHOICES = PlanChoices("2026-06-30", "outlook_2026", 2026, 2029)
SHARE = 0.8


def asked(share: float) -> Question:
    return Question(CHOICES, (Target("electrolyte", share, 2029),))


def cheapest(case: Case, question: Question) -> float:
    return solve(make_model(plan_input(case, question)[0])).solution.objective


@pytest.fixture(scope="module")
def run(shipped: Case) -> PlanRun:
    return run_plan(shipped, asked(SHARE))


def test_costs_by_term_and_year_add_up_to_the_objective(run: PlanRun) -> None:
    discount = discount_factors(CHOICES.years, run.plan.model.plan.discount_rate)
    total = sum(row["usd"] * discount[row["year"]] for row in run.tables["costs"])
    assert total == pytest.approx(run.plan.solution.objective, rel=1e-9)
    assert total == pytest.approx(run.plan.cost, rel=1e-9)


def test_the_plan_is_certified(run: PlanRun) -> None:
    assert run.plan.certificate.holds
    assert run.plan.certificate.dual is not None


def test_every_market_is_served_or_said_to_be_unmet(run: PlanRun) -> None:
    given = {(d.place, y): d.amount[y] for d in run.plan.model.plan.demands for y in CHOICES.years}
    met = dict.fromkeys(given, 0.0)
    for table in ("served", "unmet"):
        for row in run.tables[table]:
            met[row["place"], row["year"]] += row["value"]
    assert met == pytest.approx(given, rel=1e-6)


def test_the_target_is_met_exactly_and_costs_something(run: PlanRun) -> None:
    reached = {(r["stage"], r["year"]): r["coverage_fraction"] for r in run.tables["coverage"]}
    assert reached["electrolyte", 2029] == pytest.approx(SHARE, rel=1e-6)
    assert run.plan.solution.objective > run.cost_without * (1 + 1e-6)


def test_nothing_is_built_before_permits_and_construction_allow(run: PlanRun) -> None:
    leads = {plant.name: plant.lead_years for plant in run.plan.model.plan.plants}
    assert run.tables["builds"]
    for row in run.tables["builds"]:
        assert row["start_year"] >= CHOICES.first_year
        assert row["online_year"] - row["start_year"] == leads[row["plant"]]
        assert row["accepted_year"] >= row["online_year"]


def test_the_price_of_a_target_lies_between_what_less_and_more_of_it_cost(
    shipped: Case, run: PlanRun
) -> None:
    block = run.plan.model.problem.row_blocks["target"]
    need = next(
        r["requirement"] for r in run.tables["coverage"] if (r["stage"], r["year"]) == ("electrolyte", 2029)
    )
    step = 0.01
    stated = float(run.plan.solution.duals(block)[0]) * step * need
    cost = {
        change: run_plan(shipped, asked(SHARE + change)).plan.solution.objective for change in (-step, step)
    }
    here = run.plan.solution.objective
    tolerance = 1e-9 * here
    assert here - cost[-step] <= stated + tolerance
    assert stated <= cost[step] - here + tolerance
    assert stated > 0


def test_the_first_step_names_what_was_asked(run: PlanRun) -> None:
    assert run.steps[0].startswith("Setting the target for electrolyte in 2029 1 % lower lowers the cost by")
    assert len(run.steps) > 1


def test_the_finding_states_the_cost_and_what_the_target_adds(run: PlanRun) -> None:
    assert f"{run.plan.solution.objective / 1e9:,.1f} billion USD" in run.finding
    assert f"adds {(run.plan.solution.objective - run.cost_without) / 1e6:,.1f} MUSD" in run.finding


def test_a_budget_is_priced_and_named_among_the_limits(shipped: Case) -> None:
    choices = PlanChoices("2026-06-30", "outlook_2026", 2026, 2030, capital_budget=2e7)
    run = run_plan(shipped, Question(choices))
    assert sum(row["capex_usd"] for row in run.tables["builds"]) <= 2e7 * (1 + 1e-6)
    assert run.plan.solution.objective > run.cost_without
    assert "What was asked adds" in run.finding
    assert run.steps[0].startswith("A budget 1 % higher lowers the cost by")


def test_what_is_made_and_used_by_nobody_is_said_with_its_amount(run: PlanRun) -> None:
    assert "no cell of the plan uses it" not in run.finding
    tables = {**run.tables, "disposals": [{"commodity": "cam_lfp", "value": 5000.0}]}
    said = plan_finding(run.plan, run.cost_without, tables, run.names)
    assert f"no cell of the plan uses it: 5 kt of {run.names.commodity('cam_lfp')}." in said


def test_new_plants_are_used_no_more_than_plants_of_their_stage_are(shipped: Case, run: PlanRun) -> None:
    stage = dict(shipped.tables["plant_types"].select("plant_type", "stage").iter_rows())
    table = shipped.tables["stage_parameters"].filter(pl.col("parameter") == "utilization_fraction")
    most = dict(table.select("stage", "value").iter_rows())
    for plant in run.plan.model.plan.plants:
        assert max(plant.ramp) <= most.get(stage[plant.kind], 1.0) + 1e-12


def test_wishes_of_one_stage_or_class_are_one_and_the_strictest(shipped: Case) -> None:
    targets = (Target("cam", 0.1, 2029), Target("cam", 0.3, 2029), Target("cam", 0.05, 2028))
    sourcing = (SourcingWish("allied", 0.2, 2027), SourcingWish("allied", 0.1, 2028))
    given, need, _ = plan_input(shipped, Question(CHOICES, targets, sourcing))
    (target,), (rule,) = given.targets, given.rules
    assert target.amount == pytest.approx(
        {2028: 0.05 * need.of("cam", 2028), 2029: 0.3 * need.of("cam", 2029)}
    )
    assert rule.share == {2027: 0.2, 2028: 0.2, 2029: 0.2}


def test_a_stage_that_no_cell_needs_cannot_be_a_target(shipped: Case) -> None:
    with pytest.raises(CaseError, match="on the way to the cells"):
        plan_input(shipped, Question(CHOICES, (Target("packs", 0.5, 2029),)))


def test_an_impossible_target_is_refused_with_repairs_that_each_suffice(shipped: Case) -> None:
    question = Question(CHOICES, (Target("cam", 0.5, 2029),))
    with pytest.raises(NotSolvedError, match="lower the target") as refused:
        run_plan(shipped, question)
    assert "earlier than permits" in str(refused.value)
    given, _, names = plan_input(shipped, question)
    repair = next(r for r, _ in repair_sentences(make_model(given), names) if r.family == "target")
    least = 0.5 * (1 - repair.share)
    assert cheapest(shipped, Question(CHOICES, (Target("cam", least * (1 - 1e-6), 2029),))) > 0
    with pytest.raises(NotSolvedError):
        cheapest(shipped, Question(CHOICES, (Target("cam", least * 1.01, 2029),)))


def test_cells_that_a_sourcing_wish_leaves_without_supplier_are_named_and_priced(shipped: Case) -> None:
    choices = PlanChoices("2026-06-30", "outlook_2026", 2026, 2027)
    run = run_plan(shipped, Question(choices, sourcing=(SourcingWish("allied", 0.9, 2027),)))
    unmet = sum(row["value"] for row in run.tables["unmet"])
    assert unmet > 1.0
    assert f"Not all can be served: {unmet:,.1f} GWh are left unserved" in run.finding
    assert "500 USD/kWh put on that" in run.finding
    paid = sum(row["usd"] for row in run.tables["costs"] if row["term"] == "unmet demand")
    assert paid == pytest.approx(unmet * 500e6)


def test_a_sourcing_wish_is_met_from_its_year_on(shipped: Case) -> None:
    choices = PlanChoices("2026-06-30", "outlook_2026", 2026, 2028)
    run = run_plan(shipped, Question(choices, sourcing=(SourcingWish("allied", 0.02, 2028),)))
    clean, all_cells = 0.0, 0.0
    for row in run.tables["served"]:
        if row["year"] == 2028:
            all_cells += row["value"]
            clean += row["value"] * (row["class"] in ("domestic", "allied"))
    assert clean >= 0.02 * all_cells * (1 - 1e-6)
    assert run.plan.solution.objective >= run.cost_without


@pytest.mark.parametrize(
    "text", ["cam", "cam:0.6", "cam:60@2029", "cam:x@2029", ":0.5@2029", "cam:0.5@soon", "cam:nan@2029"]
)
def test_a_target_of_another_form_is_refused_with_an_example(text: str) -> None:
    with pytest.raises(CaseError) as refused:
        Target.parse(text)
    fault = refused.value.faults[0]
    assert (fault.column, fault.value) == ("--target", text)
    assert "cam:0.3@2034" in fault.fix


@pytest.mark.parametrize(("stage", "year", "said"), [("kam", 2029, "'cam'"), ("cam", 2050, "2026 to 2029")])
def test_a_target_beyond_the_case_is_refused(shipped: Case, stage: str, year: int, said: str) -> None:
    with pytest.raises(CaseError) as refused:
        run_plan(shipped, Question(CHOICES, (Target(stage, 0.1, year),)))
    assert said in str(refused.value)


def test_an_unknown_sourcing_class_is_refused_with_the_nearest() -> None:
    with pytest.raises(CaseError, match="did you mean 'allied'"):
        SourcingWish.parse("alied:0.5@2029")


def test_a_sourcing_year_beyond_the_plan_is_refused(shipped: Case) -> None:
    with pytest.raises(CaseError, match="2026 to 2029"):
        run_plan(shipped, Question(CHOICES, sourcing=(SourcingWish("allied", 0.1, 2040),)))


def test_written_tables_read_back_as_they_were(run: PlanRun, tmp_path: Path) -> None:
    write_plan(run, tmp_path / "plan")
    for name, rows in run.tables.items():
        assert pl.read_parquet(tmp_path / "plan" / f"{name}.parquet").height == len(rows), name
    builds = pl.read_parquet(tmp_path / "plan" / "builds.parquet")
    assert builds["capex_usd"].sum() == pytest.approx(sum(r["capex_usd"] for r in run.tables["builds"]))
    assert '"cost_usd"' in (tmp_path / "plan" / "plan.json").read_text()


def test_an_empty_table_keeps_its_columns(run: PlanRun, tmp_path: Path) -> None:
    assert not run.tables["unmet"]
    write_plan(run, tmp_path / "plan")
    unmet = pl.read_parquet(tmp_path / "plan" / "unmet.parquet")
    assert unmet.columns == ["segment", "place", "year", "value"]


def test_a_folder_that_cannot_be_written_is_a_store_error(run: PlanRun, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(StoreError, match="cannot write"):
        write_plan(run, tmp_path / "file" / "plan")


def test_the_same_question_gives_the_same_bits(shipped: Case, run: PlanRun) -> None:
    assert (
        run_plan(shipped, asked(SHARE)).plan.solution.primal.tobytes() == run.plan.solution.primal.tobytes()
    )
