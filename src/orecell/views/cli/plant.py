"""`orecell plant FLOWSHEET`: a plant, its streams, purity and cost; designs, sweeps, calibration."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from orecell.views.cli.summary import console

if TYPE_CHECKING:
    from orecell.results.plant_run import PlantRun


def plant(
    flowsheet: Annotated[
        str | None, typer.Argument(help="Shipped flowsheet or a .yaml file; without one, the list.")
    ] = None,
    settings: Annotated[
        list[str] | None, typer.Option("--set", help="unit.setting=value; repeatable.")
    ] = None,
    sweeps: Annotated[
        list[str] | None, typer.Option("--sweep", help="unit.setting=low:high:step; at most two.")
    ] = None,
    optimize: Annotated[
        bool, typer.Option("--optimize", help="Search the settings that the file names.")
    ] = False,
    tries: Annotated[int, typer.Option("--tries", min=10, help="Designs solved at most.")] = 300,
    existing: Annotated[
        str | None, typer.Option("--existing", help="Units in idle equipment elsewhere, by commas: compare.")
    ] = None,
    toll: Annotated[float | None, typer.Option("--toll", help="Rent of it, USD per m3 of feed.")] = None,
    refit: Annotated[
        float | None, typer.Option("--refit", help="Refit over new equipment, fraction.")
    ] = None,
    draws: Annotated[int, typer.Option("--draws", min=0, help="Random draws over uncertain constants.")] = 0,
    calibrate: Annotated[
        Path | None, typer.Option("--calibrate", help="Isotherm CSV: fit its constants instead.")
    ] = None,
    recipe_for: Annotated[
        str | None, typer.Option("--recipe-for", help="Recipe of --case that takes over the recoveries.")
    ] = None,
    case: Annotated[Path | None, typer.Option("--case", help="Case folder for --recipe-for.")] = None,
    out: Annotated[Path, typer.Option("--out", help="Folder for results.")] = Path("results/plant"),
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON for machines.")] = False,
) -> None:
    """Solve a plant: streams, purity against specification, cost, what limits it.

    Examples:  orecell plant black_mass_to_pcam --optimize   |   orecell plant --calibrate isotherm.csv
    """
    from orecell.views.cli.plant_work import Asked, calibrate_file, list_flowsheets, run_asked

    if calibrate is not None:
        calibrate_file(calibrate, as_json=as_json)
        return
    if flowsheet is None:
        list_flowsheets(as_json=as_json)
        return
    asked = Asked(
        flowsheet,
        tuple(settings or ()),
        tuple(sweeps or ()),
        tries if optimize else 0,
        tuple(name.strip() for name in (existing or "").split(",") if name.strip()),
        toll,
        refit,
        draws,
        recipe_for,
        case,
    )
    run = run_asked(asked, out)
    if as_json:
        typer.echo(json.dumps(run.document(), default=float))
    else:
        print_run(run, out)


def print_run(run: PlantRun, folder: Path) -> None:
    """Print a plant."""
    from orecell.views.cli import plant_print as show

    screen = console()
    screen.print(run.finding, style="bold", markup=False)
    for block in (show.design, show.units, show.streams, show.reagents, show.purity, show.cost, show.swings):
        block(run, screen)
    for block in (show.shared, show.sweep, show.draws, show.trust):
        block(run, screen)
    screen.print(f"Report: {folder}/report.html; tables: {folder}/*.parquet", markup=False)
