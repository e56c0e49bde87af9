"""What `orecell plan` prints: the finding, new plants, coverage, what would help, what was proven."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from rich.table import Table

from orecell.views.cli.summary import bare_table, console, share

if TYPE_CHECKING:
    from orecell.results.plan_run import PlanRun

SHOWN_BUILDS = 20
LEAST_SHOWN = 0.0005


def print_plan(run: PlanRun, folder: Path) -> None:
    """Print a plan whose tables were written to a folder."""
    screen = console()
    screen.print(run.finding, style="bold")
    screen.print()
    if run.tables["builds"]:
        screen.print(_builds_table(run))
        sizes = (
            "Whole plants." if run.question.choices.whole_plants else "Sizes are not rounded to whole plants."
        )
        screen.print(
            f"Nameplate capacity, the largest by capital. {sizes} Projects known by name are finished."
        )
    hidden = len(run.tables["builds"]) - SHOWN_BUILDS
    if hidden > 0:
        screen.print(f"... and {hidden} more in {folder}/builds.parquet")
    screen.print()
    screen.print(_coverage_table(run))
    if ranged := _ranged(run):
        screen.print(ranged)
    if idle := _idle_stages(run):
        screen.print(f"Next to nothing made in the US, by plants that stand or not: {', '.join(idle)}.")
    screen.print()
    if front := run.tables.get("front"):
        screen.print(_front_table(front))
        screen.print()
    if run.steps:
        screen.print("What would help most:")
    for sentence in run.steps:
        screen.print(f"- {sentence}")
    screen.print()
    _print_trust(run, folder)


def _print_trust(run: PlanRun, folder: Path) -> None:
    """What was proven, what was assumed, where the rest is."""
    held, program, chosen = run.plan.certificate, run.plan.model.problem, run.question.choices
    given = run.plan.model.plan
    columns, rows = program.column_blocks.count, program.row_blocks.count
    cheapest = "the cheapest" if run.question.foresight is None else "the cheapest way to run what was built"
    console().print(
        f"Proven {cheapest} of {columns:,} decisions under {rows:,} limits: recomputed apart from the "
        f"solver, limits hold to {held.row:.0e}, the cost to {held.gap:.0e}.\n"
        f"As known on {chosen.as_of}, demand {chosen.demand_case}. USD of 2025. Assumed: "
        f"most prices and quantities of what is bought, most capital and operating figures (with ranges: "
        f"orecell show assumptions). {share(given.discount_rate)} real discount rate. Without tariffs, tax "
        f"credits and foreign-entity rules.\nTables: {folder}/*.parquet, report: {folder}/report.html"
    )


def _builds_table(run: PlanRun) -> Table:
    table = bare_table("New plants and projects finished")
    for heading in ("plant", "place"):
        table.add_column(heading)
    for heading in ("start", "on line", "accepted", "capacity", "unit", "MUSD", "jobs"):
        table.add_column(heading, justify="left" if heading == "unit" else "right", no_wrap=True)
    largest = sorted(run.tables["builds"], key=lambda row: -row["capex_usd"])[:SHOWN_BUILDS]
    for row in sorted(largest, key=lambda row: (row["online_year"], row["kind"], row["place"])):
        kind, place, unit = run.names.plant(row["plant"])
        dates = (str(row[name]) for name in ("start_year", "online_year", "accepted_year"))
        amounts = f"{row['capacity']:,.4g}" if row["capacity"] < 1000 else f"{row['capacity']:,.0f}"
        capital, jobs = f"{row['capex_usd'] / 1e6:,.0f}", f"{row['jobs']:,.0f}"
        table.add_row(kind, place, *dates, amounts, f"{unit}/yr", capital, jobs)
    return table


def _coverage_table(run: PlanRun) -> Table:
    """US output of the plan as a share of what US demand needs, by stage and year."""
    rows = run.tables["coverage"]
    years = sorted({row["year"] for row in rows})
    table = bare_table("US output accepted by customers, as a share of what US demand needs")
    table.add_column("stage", no_wrap=True)
    for year in years:
        table.add_column(str(year), justify="right", no_wrap=True)
    value = {(row["stage_name"], row["year"]): row["coverage_fraction"] for row in rows}
    for stage in dict.fromkeys(row["stage_name"] for row in rows if row["coverage_fraction"] > LEAST_SHOWN):
        table.add_row(stage, *(share(value.get((stage, year))) for year in years))
    return table


def _ranged(run: PlanRun) -> str:
    """What plans that cost at most 1 % more could make instead."""
    rows = [row for row in run.tables["coverage"] if row["most_fraction"] is not None]
    parts = [
        f"{run.names.stage(row['stage'])} {share(row['least_fraction'])} to {share(row['most_fraction'])} "
        f"in {row['year']}"
        for row in rows
    ]
    return f"Over all plans that cost at most 1 % more: {', '.join(parts)}." if parts else ""


def _idle_stages(run: PlanRun) -> list[str]:
    """Stages that US plants could work in but do not in this plan."""
    rows = run.tables["coverage"]
    busy = {row["stage_name"] for row in rows if row["coverage_fraction"] > LEAST_SHOWN}
    return list(dict.fromkeys(row["stage_name"] for row in rows if row["stage_name"] not in busy))


def _front_table(front: list[dict[str, object]]) -> Table:
    """Cost against the other aim."""
    unit, name = str(front[0]["other_unit"]), str(front[0]["other_name"])
    is_share = unit == "fraction of need"
    table = bare_table(f"What more of one aim costs of the other: {name}")
    table.add_column("billion USD", justify="right")
    table.add_column(name if is_share else f"{name}, {unit}", justify="right")
    for row in front:
        other = float(str(row["other"]))
        table.add_row(
            f"{float(str(row['cost_usd'])) / 1e9:,.2f}", share(other) if is_share else f"{other:,.1f}"
        )
    return table
