"""The report of a plant: its figures and tables hold what the plant was solved to, and names stay text."""

from __future__ import annotations

from dataclasses import replace

import pytest
from test_report_page import EVIL, Page

from orecell.plant.flowsheet_file import parse_flowsheet
from orecell.results.plant_run import PlantRun, run_of, run_plant
from orecell.views.report.plant_report import plant_report, plant_report_input
from orecell.views.report.plant_report_inputs import assumed_inputs, source_list, used_rows
from orecell.views.report.report import NamedTable, ReportInput
from small_plants import COBALT, cobalt

SWEEP = {"cobalt_sx.ph": [5.0, 5.2], "recovery of Co": [0.9, 0.95], "cost, USD/t": [3000.0, 2900.0]}


@pytest.fixture(scope="module")
def run() -> PlantRun:
    return replace(run_of(cobalt()), sweep=SWEEP)


@pytest.fixture(scope="module")
def said(run: PlantRun) -> ReportInput:
    return plant_report_input(run)


@pytest.fixture(scope="module")
def page(run: PlantRun) -> Page:
    return Page(plant_report(run))


def _tables(said: ReportInput) -> dict[str, NamedTable]:
    return {named.id: named for named in said.tables}


def test_the_page_begins_with_the_finding_and_the_cost(run: PlantRun, page: Page) -> None:
    text = " ".join(page.text.replace("\u00a0", " ").split())
    assert run.finding.replace("\u00a0", " ") in text
    assert "per t is the levelized cost of cobalt sulfate heptahydrate" in text
    assert run.solution.flowsheet.because in text


def test_the_page_loads_nothing_from_elsewhere(page: Page) -> None:
    assert page.values("src") == []
    policy = next(attrs["content"] or "" for _, attrs in page.tags if "http-equiv" in attrs)
    assert policy.startswith("default-src 'none'")


def test_the_diagram_comes_first_and_every_circuit_has_its_diagrams(run: PlantRun, page: Page) -> None:
    slots = page.data("report-data")["slots"]
    names = "flowsheet purity_of_products cost_of_product tornado sweep stages mccabe_cobalt_sx"
    assert [slot["id"] for slot in slots] == names.split()
    assert all(variant["run"] == run.run_id for slot in slots for variant in slot["variants"])
    selectors = {s["name"]: s["values"] for s in slots[-1]["selectors"]}
    assert selectors["bank"] == ["extract", "scrub", "strip"]
    assert selectors["scale"] == ["log", "linear"]
    assert selectors["metal_cobalt_sx"][0] == "Co"


def test_numbers_of_tables_have_three_digits(said: ReportInput) -> None:
    for name in ("streams", "units", "reagents", "balance", "equipment"):
        for row in _tables(said)[name].table.rows:
            for cell in row:
                assert not isinstance(cell, float) or cell == float(f"{cell:.3g}")


def test_reagents_are_told_per_tonne_of_product(run: PlantRun, said: ReportInput) -> None:
    rows = {row[0]: row[1] for row in _tables(said)["reagents"].table.rows}
    caustic = next(used for used in run.basis.reagents if used.name == "naoh")
    assert rows["Caustic soda"] == pytest.approx(1000.0 * caustic.tonnes / run.cost.amount, rel=5e-3)


def test_both_sides_of_the_balances_are_equal(said: ReportInput) -> None:
    totals = [row[3:] for row in _tables(said)["balance"].table.rows if row[1] == "all"]
    assert len(totals) == 2
    assert totals[0] == totals[1]


def test_purity_tells_what_is_not_judged(said: ReportInput) -> None:
    rows = {row[1]: row for row in _tables(said)["purity"].table.rows}
    assert rows["Pb"][4:6] == (None, "not judged")
    assert rows["Co"][2] == "at least"


def test_assumed_numbers_are_those_that_the_plant_stands_on(run: PlantRun) -> None:
    names = {row.name: row for row in assumed_inputs(run)}
    constant = names["log10 K1 of Mg with cyanex_272"]
    assert (constant.low, constant.high) == pytest.approx((-10.7, -9.7))
    assert "log10 K1 of Co with cyanex_272" not in names
    assert "log10 K1 of Cu with cyanex_272" not in names
    assert names["price of Cyanex 272"].unit == "USD/kg"
    assert names["discount rate"].value == 0.1
    assert "toll usd per m3" not in names
    assert (names["price of liquor"].low, names["price of liquor"].high) == (10.0, 40.0)
    assert names["disposal of raffinate"].value == 10.0


def test_a_law_or_parameter_of_the_file_replaces_the_row() -> None:
    own = COBALT.replace(b"    ph: 5.2\n", b"    ph: 5.2\n    laws: {Mg+2: {kind: constant, d: 0.01}}\n")
    own = own.replace(b"economics:\n", b"economics:\n  parameters: {discount_rate: 0.08}\n")
    names = {row.name for row in assumed_inputs(run_plant(parse_flowsheet(own, "own.yaml")))}
    assert "log10 K1 of Mg with cyanex_272" not in names
    assert "discount rate" not in names


def test_sources_are_those_of_the_rows_used(run: PlantRun) -> None:
    ids = {source.id for source in source_list(run)}
    assert {"jantunen_2022", "hgt_4822", "chemanalyst", "minteq_v4"} <= ids
    assert "premise_graphite" not in ids
    assert ids == {str(row["source"]) for _, row in used_rows(run)}


def test_a_plant_without_circuits_specification_or_sweep_is_still_a_page() -> None:
    text = b"""
name: drying
because: Water taken off a liquor, to try a page on.
feeds:
  brine: {phase: aqueous, m3_per_h: 1, g_per_l: {Li+: 1}, balance_with: Cl-}
units:
  boil: {kind: evaporate, in: brine, out: {liquor: thick, condensate: vapor}, component: Li+, g_per_l: 10}
products:
  - {stream: thick, commodity: thick_brine}
economics: {product_usd_per_t: {thick_brine: 100}}
"""
    run = run_plant(parse_flowsheet(text, "drying.yaml"))
    slots = Page(plant_report(run)).data("report-data")["slots"]
    assert [slot["id"] for slot in slots] == ["flowsheet", "cost_of_product", "tornado"]


def test_names_that_try_to_be_markup_stay_text(run: PlantRun) -> None:
    outcomes = {name: replace(outcome, remarks=(EVIL,)) for name, outcome in run.solution.outcomes.items()}
    flowsheet = replace(run.solution.flowsheet, because=EVIL)
    solution = replace(run.solution, outcomes=outcomes, flowsheet=flowsheet)
    page = Page(plant_report(replace(run, finding=EVIL, solution=solution)))
    tags = [tag for tag, _ in page.tags]
    assert tags.count("script") == 4
    assert "b" not in tags
    assert "img" not in tags


def test_equal_plants_give_equal_bytes(run: PlantRun) -> None:
    assert plant_report(run) == plant_report(run)
