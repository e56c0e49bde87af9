"""Tables of the report of a plan: builds, coverage, costs, proof, choices."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from orecell.lp.certify import DUAL, INTEGRALITY, PRIMAL, REPORT
from orecell.results.plan_figures import cost_terms
from orecell.results.plan_run import PlanRun
from orecell.views.figures.cost_waterfall import term_name
from orecell.views.figures.coverage_plan import range_text
from orecell.views.figures.figure import Cell, Table
from orecell.views.figures.wording import at_start
from orecell.views.report.report import NamedTable

PROOF_WORDS = {
    "row": "Every limit holds",
    "bound": "No amount below its least or above its most",
    "integrality": "What must be whole is whole",
    "dual": "No change of one decision is cheaper",
    "gap": "Cost against the proven least cost",
    "report": "What the solver says against what was recomputed",
}
CHOICE_WORDS = {
    "as_of": "Known on",
    "weighting": "Weighting of measured changes of status",
    "carbon_price": "Carbon price (USD/t CO2e)",
    "mix_band": "How far the share of a chemistry may move",
    "capital_budget": "Most capital for builds (USD)",
    "neighbors": "Nearest plants that a plant trades with",
    "whole_plants": "Builds in usual sizes",
    "at_hurdle_rate": "Investors ask their hurdle rate",
    "public_budget": "Most public money in a year (USD)",
    "foresight": "Years seen ahead",
    "learns": "Capital cost falls with what is built",
    "range_year": "Year ranged over nearly cheapest plans",
}

OF_QUESTION = ("public_budget", "foresight", "learns", "range_year")


def plan_report_tables(run: PlanRun) -> tuple[NamedTable, ...]:
    """All tables of a plan that a report shows, in order; an empty one is left out."""
    tables = (_builds(run), _coverage(run), _costs(run), _proof(run), _choices(run))
    return tuple(table for table in tables if table.table.rows)


def _builds(run: PlanRun) -> NamedTable:
    columns = {
        "start_year": "Start",
        "online_year": "On line",
        "accepted_year": "Accepted",
        "capacity": "Capacity",
        "unit": "Unit",
        "capex_musd": "Capital (MUSD)",
        "jobs": "Jobs",
    }
    rows = []
    for row in run.tables["builds"]:
        kind, place, unit = run.names.plant(row["plant"])
        shown = {
            **row,
            "unit": f"{unit}/yr",
            "capex_musd": row["capex_usd"] / 1e6,
            "jobs": round(row["jobs"]),
        }
        rows.append((kind, place, *(shown[key] for key in columns)))
    sentence = "Beyond what stands or comes anyway; projects known by name go on from where they stand."
    table = Table(("Plant", "Place", *columns.values()), tuple(rows))
    return NamedTable("builds", "New plants", sentence, table)


def _coverage(run: PlanRun) -> NamedTable:
    years = sorted({row["year"] for row in run.tables["coverage"]})
    found: dict[str, dict[int, str]] = {}
    for row in run.tables["coverage"]:
        found.setdefault(row["stage_name"], {})[row["year"]] = range_text(row)
    rows = tuple((name, *(by_year.get(year) for year in years)) for name, by_year in found.items())
    return NamedTable(
        "coverage",
        "US output against need",
        "US output of each stage as a share of what US demand needs, in the plan.",
        Table(("Stage", *map(str, years)), rows),
    )


def _costs(run: PlanRun) -> NamedTable:
    years = run.plan.model.plan.years
    spent: dict[tuple[str, int], float] = {}
    for row in run.tables["costs"]:
        key = (row["term"], row["year"])
        spent[key] = spent.get(key, 0.0) + row["usd"] / 1e6
    rows: list[tuple[Cell, ...]] = [
        (term_name(r["term"]), *(spent.get((r["term"], y), 0.0) for y in years), r["usd"] / 1e6)
        for r in cost_terms(run)
    ]
    if rows:
        totals = [sum(usd for (_, when), usd in spent.items() if when == year) for year in years]
        rows.append(("All", *totals, run.plan.cost / 1e6))
    sentence = f"MUSD of 2025 in each year, and their present value in {years[0]}."
    columns = ("Term", *map(str, years), "Present value")
    return NamedTable("costs", "Costs by year", sentence, Table(columns, tuple(rows)))


def _proof(run: PlanRun) -> NamedTable:
    held, program = run.plan.certificate, run.plan.model.problem
    allowed = {"row": PRIMAL, "bound": PRIMAL, "integrality": INTEGRALITY, "dual": DUAL, "report": REPORT}
    rows = tuple(
        (
            PROOF_WORDS.get(name, at_start(name)),
            f"{miss:.0e}" if miss else "0",
            f"{allowed.get(name, held.allowed_gap):.0e}",
        )
        for name, miss in asdict(held).items()
        if name != "allowed_gap" and miss is not None
    )
    sentence = (
        f"Proven {_best(run)} of {program.column_blocks.count:,} decisions under "
        f"{program.row_blocks.count:,} limits. Each miss was recomputed apart from the solver, relative to "
        "the size of what it is measured on."
    )
    return NamedTable("proof", "Proof", sentence, Table(("What must hold", "Largest miss", "Allowed"), rows))


def _best(run: PlanRun) -> str:
    """What kind of best was proven."""
    if run.question.foresight is not None:
        return "the cheapest way to run what was built"
    return "the cheapest" if run.question.aim.objective == "cost" else "the best for its aim"


def _choices(run: PlanRun) -> NamedTable:
    question = run.question
    rows: list[tuple[Cell, ...]] = [
        ("Target", f"{t.stage}: {t.share:g} of the need in {t.year}") for t in question.targets
    ]
    rows += [
        ("Sourcing rule", f"{wish.name} or better: {wish.share:g} from {wish.year} on")
        for wish in question.sourcing
    ]
    rows.append(("Aim", " ".join(str(part) for part in asdict(question.aim).values() if part)))
    values = {**{name: getattr(question, name) for name in OF_QUESTION}, **asdict(question.choices)}
    rows += [
        (CHOICE_WORDS.get(name, at_start(name.replace("_", " "))), _shown(value))
        for name, value in values.items()
    ]
    return NamedTable(
        "choices",
        "What the planner chose",
        "Shares are fractions. A dash is no limit, or the value of the case (table of assumptions).",
        Table(("Choice", "Value"), tuple(rows)),
    )


def _shown(value: Any) -> Cell:
    """A choice as text, so that all stand in one column."""
    if value is None or isinstance(value, bool):
        return value
    return str(value)
