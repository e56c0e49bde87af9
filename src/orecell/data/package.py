"""A case on disk: a folder that is a Frictionless data package, read into checked tables.

Layout: `datapackage.json`, `tables/*.csv`, `scenarios/*.yaml`. Reading never stops at the first
fault: every file is read as far as it can be, and all faults are raised together.
Left out: workbooks. Source of the format: https://specs.frictionlessdata.io/data-package/.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from orecell.data.check import check_table, did_you_mean
from orecell.data.csvfile import read_rows
from orecell.data.descriptor import DESCRIPTOR, read_descriptor
from orecell.data.filebytes import shown_name
from orecell.data.scenario import Scenario, read_scenarios, resolve
from orecell.data.tables import TABLES
from orecell.errors import CaseError, Fault

if TYPE_CHECKING:
    import polars as pl

SHIPPED = "north_america"


@dataclass(frozen=True)
class Case:
    """A checked case.

    Attributes:
        name: name in `datapackage.json`.
        folder: where it was read from.
        tables: table name -> rows, typed as in the schema, plus `_row` (line in the file).
        scenarios: scenario name -> scenario, inheritance not yet applied.
        input_hash: SHA-256 over the content of every file that was read.
    """

    name: str
    folder: Path
    tables: Mapping[str, pl.DataFrame]
    scenarios: Mapping[str, Scenario]
    input_hash: str

    def table(self, name: str) -> pl.DataFrame:
        """Rows of a table, without the line numbers."""
        return self.tables[name].drop("_row")


def shipped_case_folder() -> Path:
    """Folder of the dataset that comes with the package."""
    return Path(__file__).parent.parent / "datasets" / SHIPPED


def read_case(folder: Path | str, *, scenario: Scenario | None = None) -> Case:
    """Read and check a case; with a scenario, the case as that scenario changes it.

    Args:
        folder: case folder.
        scenario: overrides to apply before the checks; without one, the overrides of every scenario
            of the case are tried.

    Raises:
        CaseError: with every fault found, each with file, row, column, value, rule and fix.
    """
    from orecell.data.override import Changes, apply_overrides
    from orecell.data.rules import check_rules

    files = _read_files(Path(folder))
    raw, faults, changes = files.raw, files.faults, Changes()
    if scenario is not None and not faults:
        raw, changes, found = apply_overrides(raw, scenario)
        faults.extend(found)
        files.digest("scenario", scenario.model_dump_json().encode())
    tables, found = _check_tables(raw, raw)
    faults.extend(changes.locate(found))
    case = Case(files.name, files.root, tables, files.scenarios, files.hash.hexdigest())
    if not faults:
        active = {} if scenario is None else {scenario.name: scenario}
        faults.extend(changes.locate(check_rules(replace(case, scenarios={**case.scenarios, **active}))))
    if not faults and scenario is None:
        for name in sorted(case.scenarios):
            faults.extend(_check_scenario(case, raw, name))
    if faults:
        raise CaseError(faults)
    return case


def _check_tables(
    changed: Mapping[str, pl.DataFrame], raw: Mapping[str, pl.DataFrame]
) -> tuple[dict[str, pl.DataFrame], list[Fault]]:
    """Type the changed tables; references are looked up in all raw tables."""
    tables: dict[str, pl.DataFrame] = {}
    faults: list[Fault] = []
    for name, frame in changed.items():
        tables[name], found = check_table(frame, TABLES[name], raw)
        faults.extend(found)
    return tables, faults


def _check_scenario(case: Case, raw: Mapping[str, pl.DataFrame], name: str) -> list[Fault]:
    """Faults that a scenario with overrides of its own would bring in."""
    from orecell.data.override import apply_overrides
    from orecell.data.rules import check_rules

    if not case.scenarios[name].overrides:
        return []
    scenario = resolve(case.scenarios, name)
    changed, changes, faults = apply_overrides(raw, scenario)
    touched = {override.table for override in scenario.overrides}
    near = {n for n in raw if any(column.refers_to in touched for column in TABLES[n].columns)}
    tables, found = _check_tables({n: changed[n] for n in sorted(touched | near)}, changed)
    faults.extend(changes.locate(found))
    if not faults:
        probe = replace(case, tables={**case.tables, **tables}, scenarios={**case.scenarios, name: scenario})
        faults.extend(changes.locate(check_rules(probe)))
    return faults


@dataclass
class _Files:
    """What was read from a folder, as far as it could be read."""

    root: Path
    name: str = ""
    raw: dict[str, pl.DataFrame] = field(default_factory=dict)
    scenarios: dict[str, Scenario] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)
    hash: hashlib._Hash = field(default_factory=hashlib.sha256)

    def digest(self, file: str, content: bytes) -> None:
        """Add a file to the hash; its name and length keep neighbors apart."""
        self.hash.update(f"{file}\0{len(content)}\0".encode())
        self.hash.update(content)


def _read_files(root: Path) -> _Files:
    """Read every file of a case; raises CaseError only where there is no folder."""
    try:
        exists = root.is_dir()
    except OSError:
        exists = False
    if not exists:
        fix = "name an existing folder, or make one with 'orecell new'"
        raise CaseError([Fault(str(root)[:200], None, "", "", "a case is a folder", fix)])
    files = _Files(root)
    files.name, content, faults = read_descriptor(root)
    files.digest(DESCRIPTOR, content)
    files.faults.extend(faults)
    for table in TABLES.values():
        file = f"tables/{table.name}.csv"
        frame, content, faults = read_rows(root / file, table, file)
        files.digest(file, content)
        files.faults.extend(faults)
        if frame is not None:
            files.raw[table.name] = frame
    files.scenarios, faults, contents = read_scenarios(root / "scenarios")
    files.faults.extend(faults)
    for file, content in contents.items():
        files.digest(file, content)
    files.faults.extend(_unexpected_files(root))
    return files


def _unexpected_files(root: Path) -> Iterator[Fault]:
    """Files in tables/ that no table would read: nothing is silently ignored."""
    for path in sorted((root / "tables").glob("*")):
        if path.suffix != ".csv" or path.stem not in TABLES:
            near = did_you_mean(path.stem, TABLES)
            taken = near and (root / "tables" / f"{near}.csv").exists()
            fix = f"rename it to {near}.csv" if near and not taken else "move it out of tables/"
            yield Fault(f"tables/{shown_name(path)}", None, "", "", "is not a table of a case", fix)
