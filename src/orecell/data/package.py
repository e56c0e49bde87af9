"""A case on disk: a folder that is a Frictionless data package, read into checked tables.

Layout: `datapackage.json`, `tables/*.csv`, `scenarios/*.yaml`. Reading never stops at the first
fault: every file is read as far as it can be, and all faults are raised together.
Left out: workbooks. Source of the format: https://specs.frictionlessdata.io/data-package/.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from orecell.data.check import check_table
from orecell.data.csvfile import read_rows
from orecell.data.scenario import Scenario, apply_overrides, read_scenarios
from orecell.data.schema import Column, Table
from orecell.data.tables import TABLES
from orecell.errors import CaseError, Fault

if TYPE_CHECKING:
    import polars as pl

SHIPPED = "north_america"
_FRICTIONLESS = {
    "id": "string",
    "text": "string",
    "number": "number",
    "integer": "integer",
    "boolean": "boolean",
    "date": "date",
}


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


def descriptor(name: str, title: str) -> dict[str, Any]:
    """The Frictionless descriptor that a case of this version must have."""
    return {
        "profile": "tabular-data-package",
        "name": name,
        "title": title,
        "orecell_schema": 1,
        "resources": [_resource(table) for table in TABLES.values()],
    }


def _resource(table: Table) -> dict[str, Any]:
    keys = [
        {
            "fields": column.name,
            "reference": {"resource": column.refers_to, "fields": TABLES[column.refers_to].key[0]},
        }
        for column in table.columns
        if column.refers_to
    ]
    schema: dict[str, Any] = {
        "fields": [_field(column) for column in table.columns],
        "primaryKey": list(table.key),
        "missingValues": [""],
    }
    if keys:
        schema["foreignKeys"] = keys
    return {
        "profile": "tabular-data-resource",
        "name": table.name.replace("_", "-"),
        "path": f"tables/{table.name}.csv",
        "description": table.description,
        "schema": schema,
    }


def _field(column: Column) -> dict[str, Any]:
    constraints: dict[str, Any] = {}
    if column.is_required:
        constraints["required"] = True
    if column.low is not None:
        constraints["minimum"] = column.low
    if column.high is not None:
        constraints["maximum"] = column.high
    if column.choices:
        constraints["enum"] = list(column.choices)
    entry: dict[str, Any] = {
        "name": column.name,
        "type": _FRICTIONLESS[column.kind],
        "description": column.description,
    }
    if column.unit:
        entry["unit"] = column.unit
    if constraints:
        entry["constraints"] = constraints
    return entry


def read_case(folder: Path | str, *, scenario: Scenario | None = None) -> Case:
    """Read and check a case; with a scenario, the case as that scenario changes it.

    Args:
        folder: case folder.
        scenario: overrides to apply before the checks.

    Raises:
        CaseError: with every fault found, each with file, row, column, value, rule and fix.
    """
    from orecell.data.rules import check_rules

    root = Path(folder)
    name, faults = _read_descriptor(root)
    digest = hashlib.sha256()
    raw: dict[str, pl.DataFrame] = {}
    for table in TABLES.values():
        path = root / "tables" / f"{table.name}.csv"
        frame, content, found = read_rows(path, table, f"tables/{table.name}.csv")
        digest.update(table.name.encode() + content)
        faults.extend(found)
        if frame is not None:
            raw[table.name] = frame
    scenarios, found, content = read_scenarios(root / "scenarios")
    faults.extend(found)
    digest.update(content)
    faults.extend(_unexpected_files(root))
    if scenario is not None and not faults:
        raw, found = apply_overrides(raw, scenario)
        faults.extend(found)
        digest.update(scenario.model_dump_json().encode())
    tables: dict[str, pl.DataFrame] = {}
    for table_name, frame in raw.items():
        typed, found = check_table(frame, TABLES[table_name], raw)
        faults.extend(found)
        tables[table_name] = typed
    case = Case(name, root, tables, scenarios, digest.hexdigest())
    if not faults:
        faults.extend(check_rules(case))
    if faults:
        raise CaseError(faults)
    return case


def _read_descriptor(root: Path) -> tuple[str, list[Fault]]:
    file = "datapackage.json"
    copy = "copy it from a case made by 'orecell new'"
    if not root.is_dir():
        fix = "name an existing folder, or make one with 'orecell new'"
        return "", [Fault(str(root), None, "", "", "a case is a folder", fix)]
    try:
        loaded = json.loads((root / file).read_bytes().decode("utf-8"))
    except FileNotFoundError:
        return "", [Fault(file, None, "", "", "a case has a datapackage.json", copy)]
    except (OSError, UnicodeDecodeError, ValueError, RecursionError) as error:
        return "", [Fault(file, None, "", str(error)[:80], "must be JSON in UTF-8", copy)]
    content = loaded if isinstance(loaded, dict) else {}
    name = content.get("name")
    if not isinstance(name, str) or not name:
        return "", [Fault(file, None, "name", str(name), "a case has a name", 'write "name": "my_case"')]
    if content.get("orecell_schema") != 1:
        value = str(content.get("orecell_schema"))
        return name, [Fault(file, None, "orecell_schema", value, "must be 1 for this version", "write 1")]
    if content.get("resources") != descriptor(name, "")["resources"]:
        rule = "must describe the tables of this version"
        return name, [Fault(file, None, "resources", "", rule, copy)]
    return name, []


def _unexpected_files(root: Path) -> list[Fault]:
    """Files in tables/ that no table would read: nothing is silently ignored."""
    from orecell.data.check import did_you_mean

    faults = []
    for path in sorted((root / "tables").glob("*")):
        if path.suffix != ".csv" or path.stem not in TABLES:
            near = did_you_mean(path.stem, TABLES)
            fix = f"rename it to {near}.csv" if near else "move it out of tables/"
            faults.append(Fault(f"tables/{path.name}", None, "", "", "is not a table of a case", fix))
    return faults
