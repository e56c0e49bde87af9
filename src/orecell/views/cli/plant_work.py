"""What `orecell plant` does."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from orecell.views.cli.summary import console, steps

if TYPE_CHECKING:
    from orecell.results.plant_run import PlantRun

MOST_SWEPT = 2


@dataclass(frozen=True)
class Asked:
    """What was asked of a plant on the command line."""

    flowsheet: str
    settings: tuple[str, ...]
    sweeps: tuple[str, ...]
    tries: int
    existing: tuple[str, ...]
    toll: float | None
    refit: float | None
    draws: int
    recipe_for: str | None
    case: Path | None


def list_flowsheets(*, as_json: bool) -> None:
    """Print the shipped flowsheets."""
    from orecell.plant.flowsheet_file import read_flowsheet, shipped_flowsheets

    rows = {name: read_flowsheet(name).because for name in shipped_flowsheets()}
    if as_json:
        typer.echo(json.dumps(rows))
        return
    for name, because in rows.items():
        console().print(f"[bold]{name}[/bold]  {because}")


def run_asked(asked: Asked, out: Path) -> PlantRun:
    """Solve what was asked and write it."""
    from orecell.data.check import refused_option
    from orecell.plant.flowsheet_file import read_flowsheet
    from orecell.plant.settings import changed, read_changes, read_sweep
    from orecell.results.plant_draws import run_draws
    from orecell.results.plant_run import run_designed, run_plant, run_sweep, with_shared, write_plant
    from orecell.views.report.plant_report import plant_report

    flowsheet = read_flowsheet(asked.flowsheet)
    flowsheet = changed(flowsheet, read_changes(flowsheet, asked.settings))
    sweeps = [read_sweep(flowsheet, text) for text in asked.sweeps]
    if len(sweeps) > MOST_SWEPT:
        raise refused_option("--sweep", str(len(sweeps)), "at most two settings are swept", "drop one")
    with steps(("solving", "writing")) as step:
        run = step(lambda: run_designed(flowsheet, asked.tries) if asked.tries else run_plant(flowsheet))
        if asked.existing:
            run = with_shared(run, asked.existing, asked.refit, asked.toll)
        if sweeps:
            run = replace(run, sweep=run_sweep(run.solution.flowsheet, sweeps))
        if asked.draws:
            run = replace(run, more={**run.more, "draws": run_draws(run.solution, asked.draws)})
        if asked.recipe_for is not None:
            write_scenario(run, asked)
        step(lambda: write_plant(run, out, {"report.html": plant_report(run)}))
    return run


def write_scenario(run: PlantRun, asked: Asked) -> None:
    """Write the recipe of a plant as a scenario of a case."""
    from orecell.data.book import read_book
    from orecell.data.check import refused_option
    from orecell.data.package import read_case
    from orecell.errors import CaseError
    from orecell.plant.recipe import recipe_of, scenario_text

    if asked.case is None:
        fix = "copy the shipped one with orecell new north_america my_case, then --case my_case"
        raise refused_option("--recipe-for", asked.recipe_for or "", "needs a case to write to", fix)
    book, faults = read_book(read_case(asked.case).tables)
    if faults:
        raise CaseError(faults)
    name = f"plant_{run.solution.flowsheet.name}"
    text = scenario_text(recipe_of(run.solution), name, asked.recipe_for or "", book)
    path = asked.case / "scenarios" / f"{name}.yaml"
    path.write_text(text, encoding="utf-8")
    console().print(f"Wrote {path}. Next: orecell run {name} --case {asked.case}", markup=False)


def calibrate_file(path: Path, *, as_json: bool) -> None:
    """Fit the isotherms of a file and print constants, bands and warnings."""
    from orecell.plant.calibration import calibrate
    from orecell.plant.isotherm import shipped_extractant
    from orecell.plant.isotherm_file import read_isotherm
    from orecell.views.cli.plant_print import number, table

    experiment = read_isotherm(path)
    found = calibrate(experiment, shipped_extractant(experiment.extractant))
    if as_json:
        constants = [c.__dict__ for c in found.constants]
        typer.echo(json.dumps({"constants": constants, "rmse": found.rmse, "warnings": found.warnings}))
        return
    screen = console()
    screen.print(
        f"{len(found.constants)} constants of {experiment.extractant} fitted to {len(found.residuals)} "
        f"points: root mean square of the residuals {found.rmse * 100:.2f} percentage points.",
        style="bold",
    )
    rows = table("", ("cation", "constant", "log10 K", "+- one deviation"), 2)
    for c in found.constants:
        rows.add_row(c.cation, c.constant, f"{c.value:.2f}", f"{c.deviation:.2f}")
    screen.print(rows)
    points = table("\nResiduals, percent extracted", ("cation", "pH", "measured", "fitted", "difference"))
    for _, ph, cation, measured, fitted in found.residuals:
        points.add_row(cation, f"{ph:.2f}", *(number(100 * v) for v in (measured, fitted, fitted - measured)))
    screen.print(points)
    for warning in found.warnings:
        screen.print(f"- {warning}", markup=False)
