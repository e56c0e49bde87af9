"""`orecell plan`: the cheapest expansion of the chain, what it builds, and what would help most."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from orecell.views.cli.summary import steps
from orecell.views.cli.work import Choices, prepare

if TYPE_CHECKING:
    from orecell.chain.plan.choices import PlanChoices
    from orecell.data.scenario import Scenario

Texts = list[str] | None


def plan(
    context: typer.Context,
    scenario: Annotated[str, typer.Argument(help="Scenario of the case.")] = "base",
    target: Annotated[
        Texts, typer.Option("--target", help="US output, as stage:share@year; repeatable.")
    ] = None,
    sourcing: Annotated[
        Texts,
        typer.Option(
            "--sourcing",
            help="From a year on, as class:share@year for cells served, value/class:... or Ni/class:... "
            "for what goes into US cells; repeatable.",
        ),
    ] = None,
    objective: Annotated[
        str, typer.Option(help="cost, public_cost, emissions or coverage:stage@year.")
    ] = "cost",
    budget: Annotated[
        float | None, typer.Option("--budget", min=0.0, help="Most capital for builds, USD.")
    ] = None,
    public_budget: Annotated[
        float | None, typer.Option(min=0.0, help="Most public money in a year for US plants, USD.")
    ] = None,
    myopic: Annotated[
        int | None, typer.Option(min=2, max=30, help="Decide year by year, seeing this many years ahead.")
    ] = None,
    pareto: Annotated[
        str | None, typer.Option(help="Plans between least cost and: emissions, or stage@year.")
    ] = None,
    learn: Annotated[bool, typer.Option("--learn", help="Capital cost falls with what is built.")] = False,
    whole_plants: Annotated[
        bool, typer.Option("--whole-plants", help="Build in usual sizes; slower.")
    ] = False,
    ranges: Annotated[
        bool, typer.Option("--ranges/--no-ranges", help="Ranges over nearly cheapest plans.")
    ] = True,
    network: Annotated[
        Path | None, typer.Option("--network", help="Plan this network file instead of a case.")
    ] = None,
    case: Annotated[
        Path | None, typer.Option("--case", help="Case folder; the shipped case if absent.")
    ] = None,
    as_of: Annotated[str | None, typer.Option("--as-of", help="Date of knowledge, YYYY-MM-DD.")] = None,
    demand: Annotated[str | None, typer.Option("--demand", help="Demand case.")] = None,
    settings: Annotated[Texts, typer.Option("--set", help="Setting as key=value; repeatable.")] = None,
    out: Annotated[Path, typer.Option("--out", help="Folder for results.")] = Path("results/plan"),
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON for machines.")] = False,
) -> None:
    """Plan the cheapest expansion that serves demand: what to build, where and when, proven.

    Examples:  orecell plan --target cam:0.3@2034   |   orecell plan --objective emissions
    """
    if network is not None:
        from orecell.views.cli.plan_network import plan_network

        _refuse_beside_network(context)
        plan_network(network, out, as_json)
        return
    from orecell.results.plan_question import Aim, Front, Question, SourcingWish, Target
    from orecell.results.plan_run import run_plan, write_plan
    from orecell.views.cli.plan_print import print_plan
    from orecell.views.report.plan_report import PAGE, build_plan_report

    wishes = tuple(Target.parse(text) for text in target or ())
    rules = tuple(SourcingWish.parse(text) for text in sourcing or ())
    aim, front = Aim.parse(objective), Front.parse(pareto) if pareto else None
    choices = Choices(case, (as_of,) if as_of else (), (demand,) if demand else (), tuple(settings or ()))
    read, resolved = prepare(scenario, choices)
    chosen = plan_choices(resolved, budget, whole_plants=whole_plants, at_hurdle_rate=myopic is not None)
    range_year = resolved.settings.headline_year if ranges else None
    question = Question(chosen, wishes, rules, aim, public_budget, myopic, learn, front, range_year)
    with steps(("planning", "drawing the report", "writing")) as step:
        run = step(lambda: run_plan(read, question, resolved))
        page = step(lambda: build_plan_report(run))
        step(lambda: write_plan(run, out, {PAGE: page}))
    if as_json:
        typer.echo(json.dumps(run.document()))
    else:
        print_plan(run, out)


def _refuse_beside_network(context: typer.Context) -> None:
    """Raise CaseError if an option that a network file does not know was given beside it."""
    from orecell.data.check import refused_option

    known = ("network", "out", "as_json")
    for name in context.params:
        source = context.get_parameter_source(name)
        if name not in known and source is not None and source.name == "COMMANDLINE":
            option, rule = f"--{name.replace('_', '-')}", "does not go with --network"
            raise refused_option(option, str(context.params[name]), rule, "write it into the network file")


def plan_choices(
    scenario: Scenario,
    budget: float | None = None,
    *,
    whole_plants: bool = False,
    at_hurdle_rate: bool = False,
) -> PlanChoices:
    """The last date and demand case of the scenario, from the year of that date on."""
    from orecell.chain.plan.choices import PlanChoices

    settings = scenario.settings
    as_of, demand_case = settings.last_choice
    return PlanChoices(
        as_of,
        demand_case,
        int(as_of[:4]),
        settings.last_year or 0,
        weighting=settings.weighting or "count",
        capital_budget=budget,
        whole_plants=whole_plants,
        at_hurdle_rate=at_hurdle_rate,
    )
