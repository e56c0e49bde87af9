"""`orecell VERB`: the command line.

Exit codes: 0 ok, 1 our bug, 2 bad input, 3 not solved, 4 store problem, 130 interrupted.
"""

from __future__ import annotations

import io
import sys
from pathlib import Path
from typing import Annotated

import typer

from orecell.errors import ExitCode, OrecellError
from orecell.views.cli.audit import audit
from orecell.views.cli.compare import compare
from orecell.views.cli.plan import plan
from orecell.views.cli.plant import plant
from orecell.views.cli.show import show
from orecell.views.cli.why import why

app = typer.Typer(
    name="orecell",
    help="Plan and simulate the North American battery-materials supply chain on one ledger of elements.",
    epilog="Examples:  orecell run   |   orecell show coverage --as-of 2026-06-30 --demand outlook_2026",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
app.command(name="plan")(plan)
app.command(name="plant")(plant)
app.command(name="why")(why)
app.command(name="compare")(compare)
app.command(name="show")(show)
app.command(name="audit")(audit)

CaseOption = Annotated[Path | None, typer.Option("--case", help="Case folder; the shipped case if absent.")]
JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON for machines.")]


@app.command()
def new(
    template: Annotated[str, typer.Argument(help="Worked case to copy: north_america.")],
    folder: Annotated[
        Path | None, typer.Argument(help="Where to put it; the name of the template if absent.")
    ] = None,
) -> None:
    """Copy a worked case into a folder of your own.

    Examples:  orecell new north_america my_case   |   orecell check --case my_case
    """
    from orecell.views.cli.work import copy_case

    target = copy_case(template, folder or Path(template))
    typer.echo(f"Copied {template} to {target}. Next: orecell check --case {target}")


@app.command()
def check(case: CaseOption = None, as_json: JsonOption = False) -> None:
    """Read a case and list every fault at once.

    Examples:  orecell check   |   orecell check --case my_case --json
    """
    from orecell.views.cli.work import check_case

    raise typer.Exit(check_case(case, as_json=as_json))


@app.command()
def run(
    scenarios: Annotated[
        list[str] | None, typer.Argument(help="Scenarios of the case; base if absent.")
    ] = None,
    case: CaseOption = None,
    as_of: Annotated[
        list[str] | None, typer.Option("--as-of", help="Date of knowledge, YYYY-MM-DD; repeatable.")
    ] = None,
    demand: Annotated[list[str] | None, typer.Option("--demand", help="Demand case; repeatable.")] = None,
    settings: Annotated[
        list[str] | None, typer.Option("--set", help="Setting as key=value; repeatable.")
    ] = None,
    out: Annotated[Path, typer.Option("--out", help="Folder for results.")] = Path("results"),
    as_json: JsonOption = False,
) -> None:
    """Evaluate a case: a table, a finding, a result folder and a report.

    Examples:  orecell run   |   orecell run capital_weighted --demand outlook_2026 --set headline_year=2032
    """
    from orecell.views.cli.work import Choices, run_and_report

    choices = Choices(case, tuple(as_of or ()), tuple(demand or ()), tuple(settings or ()))
    run_and_report(scenarios or ["base"], choices, out, as_json=as_json)


def main() -> None:
    """Entry point: errors of users are one message, never a traceback."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")
    try:
        code = app(standalone_mode=False) or 0
    except OrecellError as error:
        typer.echo(f"orecell: {error}", err=True)
        code = int(error.exit_code)
    except (KeyboardInterrupt, typer.Abort):
        typer.echo(
            "orecell: interrupted; nothing was written. Run the same command again to start over.", err=True
        )
        code = int(ExitCode.INTERRUPTED)
    except typer.Exit as stop:
        code = stop.exit_code
    except BrokenPipeError:
        code = int(ExitCode.OK)
    except Exception as error:
        code = _report_unexpected(error)
    sys.exit(code)


def _report_unexpected(error: Exception) -> int:
    """Usage errors of the command line are the user's; anything else is a bug of ours."""
    show_usage = getattr(error, "show", None)
    if callable(show_usage):
        show_usage()
        return int(ExitCode.BAD_INPUT)
    import traceback

    traceback.print_exc()
    typer.echo("orecell: this is a bug in Orecell; please report the lines above.", err=True)
    return int(ExitCode.BUG)
