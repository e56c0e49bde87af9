"""`orecell plan`: the cheapest expansion of the chain, what it builds, and what would help most."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.table import Table

from orecell.views.cli.summary import console, share, steps
from orecell.views.cli.work import Choices, prepare

if TYPE_CHECKING:
    from orecell.chain.plan.from_case import PlanChoices
    from orecell.data.scenario import Scenario
    from orecell.results.plan_run import PlanRun

SHOWN_BUILDS = 20
LEAST_SHOWN = 0.0005


def plan(
    scenario: Annotated[str, typer.Argument(help="Scenario of the case.")] = "base",
    target: Annotated[
        list[str] | None, typer.Option("--target", help="US output, as stage:share@year; repeatable.")
    ] = None,
    sourcing: Annotated[
        list[str] | None,
        typer.Option("--sourcing", help="Cells served, as class:share@year, from that year on; repeatable."),
    ] = None,
    budget: Annotated[
        float | None, typer.Option("--budget", min=0.0, help="Most capital for builds, USD.")
    ] = None,
    case: Annotated[
        Path | None, typer.Option("--case", help="Case folder; the shipped case if absent.")
    ] = None,
    as_of: Annotated[str | None, typer.Option("--as-of", help="Date of knowledge, YYYY-MM-DD.")] = None,
    demand: Annotated[str | None, typer.Option("--demand", help="Demand case.")] = None,
    settings: Annotated[
        list[str] | None, typer.Option("--set", help="Setting as key=value; repeatable.")
    ] = None,
    out: Annotated[Path, typer.Option("--out", help="Folder for results.")] = Path("results/plan"),
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON for machines.")] = False,
) -> None:
    """Plan the cheapest expansion that serves demand: what to build, where and when, proven.

    Examples:  orecell plan --target cam:0.3@2034   |   orecell plan --sourcing allied:0.2@2033
    """
    from orecell.results.plan_run import Question, SourcingWish, Target, run_plan, write_plan

    wishes = tuple(Target.parse(text) for text in target or ())
    rules = tuple(SourcingWish.parse(text) for text in sourcing or ())
    choices = Choices(case, (as_of,) if as_of else (), (demand,) if demand else (), tuple(settings or ()))
    read, resolved = prepare(scenario, choices)
    question = Question(_choices(resolved, budget), wishes, rules)
    with steps(("planning", "writing")) as step:
        run = step(lambda: run_plan(read, question))
        step(lambda: write_plan(run, out))
    if as_json:
        typer.echo(json.dumps(run.document()))
    else:
        _print(run, out)


def _choices(scenario: Scenario, budget: float | None) -> PlanChoices:
    """The last date and demand case of the scenario, from the year of that date on."""
    from orecell.chain.plan.from_case import PlanChoices

    settings = scenario.settings
    as_of, demand_case = settings.last_choice
    first, last, weighting = int(as_of[:4]), settings.last_year or 0, settings.weighting or "count"
    return PlanChoices(as_of, demand_case, first, last, weighting=weighting, capital_budget=budget)


def _print(run: PlanRun, folder: Path) -> None:
    screen = console()
    screen.print(run.finding, style="bold")
    screen.print()
    if run.tables["builds"]:
        screen.print(_builds_table(run))
        screen.print("Nameplate capacity. Sizes are not rounded to whole plants.")
    hidden = len(run.tables["builds"]) - SHOWN_BUILDS
    if hidden > 0:
        screen.print(f"... and {hidden} more in {folder}/builds.parquet")
    screen.print()
    screen.print(_coverage_table(run))
    if idle := _idle_stages(run):
        screen.print(f"Next to nothing made in the US, by plants that stand or not: {', '.join(idle)}.")
    screen.print("Plants that stand may idle where buying is cheaper than running them.")
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
    columns, rows = program.column_blocks.count, program.row_blocks.count
    console().print(
        f"Proven the cheapest of {columns:,} decisions under {rows:,} limits: recomputed apart from the "
        f"solver, limits hold to {held.row:.0e}, the cost to {held.gap:.0e}.\n"
        f"As known on {chosen.as_of}, demand {chosen.demand_case}. USD of 2025. Assumed: "
        f"{share(chosen.discount_rate)} real discount rate, electricity at "
        f"{chosen.electricity_usd_per_mwh:g} USD/MWh, and most capital and operating figures (with ranges: "
        f"orecell show assumptions).\nTables: {folder}/*.parquet"
    )


def _builds_table(run: PlanRun) -> Table:
    table = Table(title="New plants", title_justify="left", box=None, padding=(0, 1, 0, 0), pad_edge=False)
    for heading in ("plant", "place"):
        table.add_column(heading)
    for heading in ("start", "on line", "accepted", "capacity", "unit", "MUSD", "jobs"):
        table.add_column(heading, justify="left" if heading == "unit" else "right", no_wrap=True)
    for row in run.tables["builds"][:SHOWN_BUILDS]:
        kind, place, unit = run.names.plant(row["plant"])
        dates = (str(row[name]) for name in ("start_year", "online_year", "accepted_year"))
        amounts = f"{row['capacity']:,.4g}" if row["capacity"] < 1000 else f"{row['capacity']:,.0f}"
        table.add_row(
            kind,
            place,
            *dates,
            amounts,
            f"{unit}/yr",
            f"{row['capex_usd'] / 1e6:,.0f}",
            f"{row['jobs']:,.0f}",
        )
    return table


def _coverage_table(run: PlanRun) -> Table:
    """US output of the plan as a share of what US demand needs, by stage and year."""
    rows = run.tables["coverage"]
    years = sorted({row["year"] for row in rows})
    title = "US output in this plan as a share of what US demand needs"
    table = Table(title=title, title_justify="left", box=None, padding=(0, 1, 0, 0), pad_edge=False)
    table.add_column("stage", no_wrap=True)
    for year in years:
        table.add_column(str(year), justify="right", no_wrap=True)
    value = {(row["stage_name"], row["year"]): row["coverage_fraction"] for row in rows}
    for stage in dict.fromkeys(row["stage_name"] for row in rows if row["coverage_fraction"] > LEAST_SHOWN):
        table.add_row(stage, *(share(value.get((stage, year))) for year in years))
    return table


def _idle_stages(run: PlanRun) -> list[str]:
    """Stages that US plants could work in but do not in this plan."""
    rows = run.tables["coverage"]
    busy = {row["stage_name"] for row in rows if row["coverage_fraction"] > LEAST_SHOWN}
    return list(dict.fromkeys(row["stage_name"] for row in rows if row["stage_name"] not in busy))
