"""What the verbs do: reading a case with the choices made, running, writing, printing."""

from __future__ import annotations

import json
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from orecell.errors import CaseError, ExitCode, Fault, StoreError

if TYPE_CHECKING:
    from orecell.data.package import Case
    from orecell.data.scenario import Scenario
    from orecell.results.run import Run


@dataclass(frozen=True)
class Choices:
    """What the user chose on the command line."""

    case: Path | None = None
    as_of: tuple[str, ...] = ()
    demand: tuple[str, ...] = ()
    settings: tuple[str, ...] = ()


def case_folder(case: Path | None) -> Path:
    """The folder named, or the shipped case."""
    from orecell.data.package import shipped_case_folder

    return case if case is not None else shipped_case_folder()


def copy_case(template: str, folder: Path) -> Path:
    """Copy a shipped case; refuses to overwrite.

    Raises:
        CaseError: no template has this name.
        StoreError: the folder exists or cannot be written.
    """
    from orecell.data.check import suggest
    from orecell.data.package import shipped_case_folder

    datasets = shipped_case_folder().parent
    known = sorted(path.name for path in datasets.iterdir() if (path / "datapackage.json").is_file())
    if template not in known:
        fix = suggest(template, known, f"one of {', '.join(known)}")
        raise CaseError([Fault("", None, "template", template, "is not a worked case", fix)])
    if folder.exists():
        raise StoreError(f"{folder} exists already; name another folder")
    try:
        shutil.copytree(datasets / template, folder, ignore=shutil.ignore_patterns("__pycache__"))
    except OSError as error:
        raise StoreError(f"cannot write {folder}: {error}") from error
    return folder


def check_case(folder: Path | None, *, as_json: bool) -> int:
    """Check a case with every scenario of it; returns the exit code."""
    from orecell.data.package import read_case

    path = case_folder(folder)
    faults: list[Fault] = []
    summary = ""
    try:
        case = read_case(path)
        rows = sum(frame.height for frame in case.tables.values())
        summary = (
            f"{case.name}: {len(case.tables)} tables, {rows} rows, {len(case.scenarios)} scenarios, no fault."
        )
    except CaseError as error:
        faults.extend(error.faults)
    if as_json:
        typer.echo(json.dumps({"case": str(path), "faults": [fault.__dict__ for fault in faults]}, indent=1))
    elif faults:
        typer.echo(str(CaseError(faults)), err=True)
    else:
        typer.echo(summary)
    return int(ExitCode.BAD_INPUT if faults else ExitCode.OK)


def prepare(scenario: str, choices: Choices) -> tuple[Case, Scenario]:
    """The case as the scenario and the command line have it.

    Raises:
        CaseError: faults in the case, the scenario or the choices.
    """
    from orecell.data.package import read_case
    from orecell.data.rules import settings_refer_to_the_case
    from orecell.data.scenario import Settings, resolve

    folder = case_folder(choices.case)
    case = read_case(folder)
    resolved = resolve(case.scenarios, scenario)
    changes = _parse_settings(choices)
    if changes:
        settings = _validated({**resolved.settings.model_dump(), **changes})
        resolved = resolved.model_copy(update={"settings": Settings.model_validate(settings)})
        probe = case.__class__(case.name, folder, case.tables, {"command line": resolved}, case.input_hash)
        faults = list(settings_refer_to_the_case(probe))
        if faults:
            raise CaseError([Fault("command line", None, f.column, f.value, f.rule, f.fix) for f in faults])
    if resolved.overrides:
        case = read_case(folder, scenario=resolved)
    return case, resolved


def _parse_settings(choices: Choices) -> dict[str, object]:
    from orecell.data.check import refused_option

    changes: dict[str, object] = {}
    for text in choices.settings:
        key, sep, value = text.partition("=")
        if not sep:
            raise refused_option("--set", text, "must be key=value", "write headline_year=2032")
        changes[key.strip()] = _literal(value.strip())
    if choices.as_of:
        changes["as_of"] = list(choices.as_of)
    if choices.demand:
        changes["demand_cases"] = list(choices.demand)
    return changes


def _literal(text: str) -> object:
    if text in ("true", "false"):
        return text == "true"
    return int(text) if text.lstrip("-").isdigit() else text


def _validated(settings: dict[str, object]) -> dict[str, object]:
    """Settings in the form of a scenario file, so that one set of checks serves both."""
    from pydantic import ValidationError

    from orecell.data.scenario import Scenario, check_settings, faults_of

    whole = {"name": "command_line", "because": "chosen on the command line", "settings": settings}
    try:
        scenario = Scenario.model_validate(whole)
    except ValidationError as error:
        raise CaseError(faults_of(error, {}, "command line")) from error
    faults = check_settings(scenario, {}, "command line")
    if faults:
        raise CaseError(faults)
    return settings


def evaluate(scenario: str, choices: Choices) -> Run:
    """Run one scenario in memory."""
    from orecell.results.run import run_case

    return run_case(*prepare(scenario, choices))


def run_and_report(scenarios: Sequence[str], choices: Choices, out: Path, *, as_json: bool) -> None:
    """Run scenarios, write tables and reports, print the summaries.

    Every scenario is read and checked before the first one runs.

    Raises:
        OrecellError: bad input, or results that cannot be written.
    """
    prepared = {name: prepare(name, choices) for name in dict.fromkeys(scenarios)}
    documents = []
    for name, (case, resolved) in prepared.items():
        run = _run_one(case, resolved, out / name, is_quiet=as_json)
        if as_json:
            frames = {table: frame.to_dicts() for table, frame in run.frames.items()}
            documents.append({"manifest": run.manifest, "folder": str(out / name), **frames})
    if as_json:
        typer.echo(json.dumps(documents[0] if len(documents) == 1 else documents, default=str))


def _run_one(case: Case, scenario: Scenario, folder: Path, *, is_quiet: bool) -> Run:
    from orecell.results.run import run_case, write_run
    from orecell.views.cli.summary import print_summary, steps
    from orecell.views.report.build import build_report

    report = folder / "report.html"
    with steps(("evaluating", "drawing the report", "writing")) as step:
        run = step(lambda: run_case(case, scenario))
        page = step(lambda: build_report(run))
        step(lambda: write_run(run, folder, {report.name: page}))
    if not is_quiet:
        print_summary(run, folder, report)
    return run
