"""`orecell why`: why US plants make as much of a stage as they do, and what one more point takes."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from orecell.views.cli.plan import plan_choices
from orecell.views.cli.summary import console, steps
from orecell.views.cli.work import Choices, prepare


def why(
    metric: Annotated[str, typer.Argument(help="US output, as stage@year.")],
    scenario: Annotated[str, typer.Argument(help="Scenario of the case.")] = "base",
    target: Annotated[list[str] | None, typer.Option("--target", help="As in plan; repeatable.")] = None,
    sourcing: Annotated[list[str] | None, typer.Option("--sourcing", help="As in plan; repeatable.")] = None,
    case: Annotated[
        Path | None, typer.Option("--case", help="Case folder; the shipped case if absent.")
    ] = None,
    settings: Annotated[
        list[str] | None, typer.Option("--set", help="Setting as key=value; repeatable.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON for machines.")] = False,
) -> None:
    """Say why the cheapest plan makes this much of a stage in the US, and what one more point would take.

    Examples:  orecell why cam@2034   |   orecell why aam@2030 --target cam:0.3@2034
    """
    from orecell.results.plan_question import Question, SourcingWish, Target
    from orecell.results.plan_why import explain_coverage, parse_metric

    stage, year = parse_metric(metric)
    wishes = tuple(Target.parse(text) for text in target or ())
    rules = tuple(SourcingWish.parse(text) for text in sourcing or ())
    read, resolved = prepare(scenario, Choices(case, settings=tuple(settings or ())))
    question = Question(plan_choices(resolved), wishes, rules)
    with steps(("planning",)) as step:
        found = step(lambda: explain_coverage(read, question, stage, year))
    if as_json:
        typer.echo(json.dumps(asdict(found)))
        return
    for sentence in found.sentences:
        console().print(sentence)
