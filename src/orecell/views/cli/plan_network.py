"""`orecell plan --network FILE.yaml`: the same plan for any elements, goods, processes, places and years."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer
from rich.table import Table

from orecell.core.wording import listed
from orecell.views.cli.summary import bare_table, console, share, steps

if TYPE_CHECKING:
    from orecell.results.network_run import NetworkRun

SHOWN_BUILDS = 20
SHOWN_OUTPUT = 30
SHOWN_YEARS = 8


def plan_network(path: Path, out: Path, as_json: bool) -> None:
    """Plan a network file: read, solve, write tables to a folder, print.

    Args:
        path: the network file.
        out: folder for results.
        as_json: print JSON for machines.

    Raises:
        CaseError: the file has faults; all are in the message.
        NotSolvedError: no plan exists; the message says what would mend it.
        StoreError: the folder cannot be written.
    """
    from orecell.data.network_file import read_network
    from orecell.results.network_run import run_network, write_network

    network = read_network(path)
    with steps(("planning", "writing")) as step:
        run = step(lambda: run_network(network))
        step(lambda: write_network(run, out))
    if as_json:
        typer.echo(json.dumps(run.document()))
    else:
        _print(run, out)


def _print(run: NetworkRun, folder: Path) -> None:
    screen = console()
    screen.print(run.finding, style="bold", markup=False)
    screen.print()
    if run.tables["builds"]:
        screen.print(_builds_table(run))
        _print_rest(len(run.tables["builds"]) - SHOWN_BUILDS, f"{folder}/builds.parquet")
    if run.tables["output"]:
        screen.print(_output_table(run))
        _print_rest(len(_goods(run)) - SHOWN_OUTPUT, f"{folder}/output.parquet")
    if run.steps:
        screen.print("What would help most:")
    for sentence in run.steps:
        screen.print(f"- {sentence}", markup=False)
    screen.print()
    _print_trust(run, folder)


def _print_rest(rest: int, file: str) -> None:
    console().print(f"... and {rest} more in {file}\n" if rest > 0 else "", markup=False)


def _print_trust(run: NetworkRun, folder: Path) -> None:
    """What was proven, what was not checked, where the rest is."""
    held, program = run.plan.certificate, run.plan.model.problem
    columns, rows = program.column_blocks.count, program.row_blocks.count
    unchecked = f"Not balanced, since a composition is missing: {listed(run.unchecked)}.\n"
    console().print(
        f"Proven the cheapest of {columns:,} decisions under {rows:,} limits: recomputed apart from the "
        f"solver, limits hold to {held.row:.0e}, the cost to {held.gap:.0e}. "
        f"{share(run.plan.model.plan.discount_rate)} real discount rate.\n"
        f"{unchecked if run.unchecked else ''}Tables: {folder}/*.parquet",
        markup=False,
    )


def _number(value: float) -> str:
    return f"{value:,.4g}" if value < 1e4 else f"{value:,.0f}"


def _builds_table(run: NetworkRun) -> Table:
    table = bare_table("New capacity")
    for heading in ("plant", "place"):
        table.add_column(heading)
    for heading in ("start", "on line", "accepted", "capacity", "unit", "USD"):
        table.add_column(heading, justify="left" if heading == "unit" else "right", no_wrap=True)
    for row in run.tables["builds"][:SHOWN_BUILDS]:
        kind, place, unit = run.names.names.plant(row["plant"])
        dates = (str(row[name]) for name in ("start_year", "online_year", "accepted_year"))
        table.add_row(kind, place, *dates, _number(row["capacity"]), f"{unit}/yr", _number(row["capex_usd"]))
    return table


def _goods(run: NetworkRun) -> list[tuple[str, str]]:
    """Commodity and place of everything made, in the order of the file."""
    order = {name: i for i, name in enumerate((*run.network.commodities, *run.network.places))}
    found = {(row["commodity"], row["place"]) for row in run.tables["output"]}
    return sorted(found, key=lambda pair: (order[pair[0]], order[pair[1]]))


def _output_table(run: NetworkRun) -> Table:
    """What is made, by commodity, place and year; at most a screen of it."""
    names, years = run.names.names, shown_years(run.plan.model.plan.years)
    value: dict[tuple[str, str, int], Any] = {
        (row["commodity"], row["place"], row["year"]): row["value"] for row in run.tables["output"]
    }
    table = bare_table("Production by place and year")
    for heading in ("commodity", "place", "unit"):
        table.add_column(heading)
    for year in years:
        table.add_column(str(year), justify="right", no_wrap=True)
    for commodity, place in _goods(run)[:SHOWN_OUTPUT]:
        amounts = (_number(value.get((commodity, place, year), 0.0)) for year in years)
        words = names.commodity(commodity), names.place(place), names.commodity_units[commodity]
        table.add_row(*words, *amounts)
    return table


def shown_years(years: tuple[int, ...]) -> list[int]:
    """All years, or as many as fit, evenly, with the first and the last."""
    if len(years) <= SHOWN_YEARS:
        return list(years)
    last = len(years) - 1
    return [years[round(i * last / (SHOWN_YEARS - 1))] for i in range(SHOWN_YEARS)]
