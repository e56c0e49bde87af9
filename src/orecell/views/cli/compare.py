"""`orecell compare`: two plans side by side, and what was put in differently."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from orecell.views.cli.summary import bare_table, console, share

if TYPE_CHECKING:
    from orecell.results.plan_compare import Comparison, Difference

MOST_LINES = 15


def compare(
    first: Annotated[Path, typer.Argument(help="Folder of a plan.")],
    second: Annotated[Path, typer.Argument(help="Folder of another plan.")],
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON for machines.")] = False,
) -> None:
    """Compare two plans: differences of inputs, cost, coverage and builds.

    Examples:  orecell plan --out a   |   orecell plan --myopic 6 --out b   |   orecell compare a b
    """
    from orecell.results.plan_compare import compare as compare_plans
    from orecell.results.plan_compare import read_plan

    found = compare_plans(read_plan(first), read_plan(second))
    if as_json:
        typer.echo(json.dumps(asdict(found)))
    else:
        _print(found, first.name, second.name)


def _print(found: Comparison, first: str, second: str) -> None:
    screen = console()
    screen.print(found.sentence, style="bold")
    tables: list[tuple[str, list[Difference], Any]] = [
        ("Put in differently", found.inputs, str),
        ("Cost by term, present value, MUSD", found.costs, lambda usd: f"{usd / 1e6:,.0f}"),
        ("US output as a share of what US demand needs", found.coverage, share),
        ("Capital of what is built, MUSD", found.builds, lambda usd: f"{usd / 1e6:,.0f}"),
    ]
    for title, rows, show in tables:
        screen.print()
        if not rows:
            screen.print(f"{title}: no difference.")
            continue
        table = bare_table(title, gap=2)
        for heading in ("", first, second):
            table.add_column(heading, justify="right" if heading else "left", no_wrap=not heading)
        for row in rows[:MOST_LINES]:
            table.add_row(row.what, *("" if end is None else show(end) for end in (row.first, row.second)))
        screen.print(table)
        if len(rows) > MOST_LINES:
            screen.print(f"... and {len(rows) - MOST_LINES} more (--json shows all)")
