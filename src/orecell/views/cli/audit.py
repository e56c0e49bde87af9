"""`orecell audit`: whether atoms appear or vanish in an inventory that someone else made."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.markup import escape
from rich.table import Table

from orecell.views.cli.summary import bare_table, console, steps

if TYPE_CHECKING:
    from rich.console import Console

    from orecell.results.inventory_audit import Audit, ProcessAudit
    from orecell.results.inventory_balance import ElementBalance
    from orecell.results.inventory_causes import Cause

MOST_PROCESSES = 10
MOST_CAUSES = 5
COLUMNS = "Columns: name, role, amount, unit, formula; optional composition, fraction, product."


def audit(
    file: Annotated[Path, typer.Argument(help=f"CSV or .xlsx. {COLUMNS}")],
    sheet: Annotated[
        str | None, typer.Option("--sheet", help="Sheet of a workbook; the first with the columns if absent.")
    ] = None,
    tolerance: Annotated[
        float, typer.Option("--tolerance", help="Share of what flows within which an element is closed.")
    ] = 0.01,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON for machines.")] = False,
) -> None:
    """Say which atoms appear or vanish in an inventory, how many kg, and why.

    Role (or direction, type): input, output, product, waste, emission, feed.
    Unit: kg, g, mg, t, kt, lb, mol, kmol; not L, not %. Name: flow, material.
    Amount: quantity, value. Product: process, activity. Formula: blank means
    not checked. Composition (or assay) of mixtures: Ni=0.32;Co=0.05.
    Fraction (or purity): 0.5 for a 50 % solution. More in docs/audit.md.

    Examples:  orecell audit table.csv   |   orecell audit table.xlsx --sheet S7
    """
    from orecell.data.check import refused_option
    from orecell.data.inventory_file import read_inventory
    from orecell.results.inventory_audit import audit as audit_inventory

    if not 0.0 <= tolerance <= 0.5:
        raise refused_option("--tolerance", f"{tolerance:g}", "must be from 0 to 0.5", "write 0.01 for 1 %")
    with steps(("reading", "auditing")) as step:
        inventory = step(lambda: read_inventory(file, sheet))
        found = step(lambda: audit_inventory(inventory, tolerance))
    if as_json:
        typer.echo(json.dumps(asdict(found), allow_nan=False))
    else:
        _print(found)


def _print(found: Audit) -> None:
    screen = console()
    screen.print(escape(found.sentence), style="bold")
    worst_first = sorted(found.processes, key=lambda process: process.is_closed)
    for process in worst_first[:MOST_PROCESSES]:
        screen.print()
        if len(found.processes) > 1:
            screen.print(escape(process.sentence), style="bold")
        _print_process(screen, process)
    if len(worst_first) > MOST_PROCESSES:
        screen.print(f"\n... and {len(worst_first) - MOST_PROCESSES} more processes (--json shows all)")
    screen.print()
    screen.print(f"An element is closed within {found.tolerance * 100:g} % of what flows of it.")
    for note in found.notes:
        screen.print(escape(note))


def _print_process(screen: Console, process: ProcessAudit) -> None:
    """One process: elements, product supported, causes, what was not checked."""
    screen.print(_elements(process))
    if process.support_note:
        screen.print(escape(process.support_note))
    _print_causes(screen, process)
    hidden = [item for item in process.not_checked if item.mass_kg]
    idle = [item.name for item in process.not_checked if not item.mass_kg]
    for item in hidden:
        side = "in" if item.is_input else "out"
        screen.print(
            escape(f"Not checked: {item.name} (row {item.row}), {item.mass_kg:,.4g} kg {side}: {item.why}.")
        )
    if idle:
        screen.print(escape(f"No mass, so no atoms counted: {', '.join(idle)}."))


def _elements(process: ProcessAudit) -> Table:
    title = escape(f"{process.process}: kg of each element {process.basis}")
    table = bare_table(title, gap=2)
    for heading in ("", "in", "out", "created", "lost", "of input"):
        table.add_column(heading, justify="right" if heading else "left", no_wrap=True)
    table.add_column("")
    for balance in process.elements:
        table.add_row(*_row(balance))
    return table


def _row(balance: ElementBalance) -> tuple[str, ...]:
    share = balance.fraction_of_input
    is_closed = balance.status == "closed"
    return (
        balance.element,
        f"{balance.in_kg:,.4g}",
        f"{balance.out_kg:,.4g}",
        "" if is_closed or not balance.created_kg else f"{balance.created_kg:,.4g}",
        "" if is_closed or not balance.lost_kg else f"{balance.lost_kg:,.4g}",
        "-" if share is None else f"{share * 100:+,.3g} %",
        escape(f"{balance.status}: {balance.note}" if balance.note else balance.status),
    )


def _print_causes(screen: Console, process: ProcessAudit) -> None:
    """Causes with evidence, then that none was found, then what would fit without proving anything."""
    proven = [cause for cause in process.causes if cause.evidence]
    fitting = [cause for cause in process.causes if not cause.evidence]
    if proven:
        screen.print("Suspected causes, each tried by computing the balance again:", style="bold")
        for number, cause in enumerate(proven[:MOST_CAUSES], start=1):
            screen.print(escape(f"{number}. {_upper(cause.sentence)}. {_effect(cause)}"))
    if process.unexplained:
        names = ", ".join(process.unexplained)
        screen.print(f"No simple cause was found for {names}.", style="bold")
    if fitting:
        screen.print("What would fit, without proof, since an amount is chosen or the gap stays:")
        for cause in fitting[:MOST_CAUSES]:
            screen.print(escape(f"- {_upper(cause.sentence)}. {_effect(cause)}"))


def _upper(sentence: str) -> str:
    """A sentence with a capital, unless it begins with a name of the file."""
    head = sentence.split(" ", 1)[0]
    return sentence[0].upper() + sentence[1:] if head in ("all", "an", "the") else sentence


def _effect(cause: Cause) -> str:
    """`In minus out: Ni +12 to about 0 kg; closes Ni; gap falls by 100 %; fair evidence.`"""
    falls = [f"{e.element} {e.before_kg:+,.4g} to {_rest(e.before_kg, e.after_kg)} kg" for e in cause.effects]
    strength = {0: "", 1: "; fair evidence, may be chance"}.get(cause.evidence, "; strong evidence")
    closed = f"closes {', '.join(cause.closes)}" if cause.closes else "closes none"
    fall = f"gap falls by {cause.fall_fraction * 100:.3g} %"
    return f"In minus out: {', '.join(falls)}; {closed}; {fall}{strength}."


def _rest(before: float, after: float) -> str:
    """What is left of a gap; nothing where it is rounding."""
    return "about 0" if abs(after) <= 5e-3 * abs(before) else f"{after:+,.4g}"
