"""The `datapackage.json` of a case: the Frictionless description of its tables.

Made from the schema, so that it can never disagree with the checks; a case must carry exactly the one
of this version. Source: https://specs.frictionlessdata.io/data-package/.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

from orecell.data.check import ID
from orecell.data.filebytes import read_bytes
from orecell.data.schema import Column, Table
from orecell.data.tables import TABLES
from orecell.errors import Fault

DESCRIPTOR = "datapackage.json"
SCHEMA_VERSION = 1
MAX_BYTES = 4 * 1024 * 1024
_COPY = "copy it from a case made by 'orecell new'"
_FRICTIONLESS = {
    "id": "string",
    "text": "string",
    "number": "number",
    "integer": "integer",
    "boolean": "boolean",
    "date": "date",
}


def descriptor(name: str, title: str) -> dict[str, Any]:
    """The Frictionless descriptor that a case of this version must have."""
    return {
        "profile": "tabular-data-package",
        "name": name,
        "title": title,
        "orecell_schema": SCHEMA_VERSION,
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


def read_descriptor(root: Path) -> tuple[str, bytes, list[Fault]]:
    """Name of a case, the bytes of its descriptor, and the faults found."""
    content, faults = read_bytes(root / DESCRIPTOR, DESCRIPTOR, MAX_BYTES, _COPY)
    if content is None:
        return "", b"", faults
    try:
        loaded = json.loads(content.decode("utf-8"), object_pairs_hook=_unique)
    except (UnicodeDecodeError, ValueError, RecursionError) as error:
        row = getattr(error, "lineno", None)
        return "", content, [Fault(DESCRIPTOR, row, "", str(error)[:80], "must be JSON in UTF-8", _COPY)]
    entries = loaded if isinstance(loaded, dict) else {}
    return _check_entries(entries, content)


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """A JSON object; the second of two equal keys would win in silence."""
    entries = dict(pairs)
    if len(entries) < len(pairs):
        twice = next(key for i, (key, _) in enumerate(pairs) if key in dict(pairs[:i]))
        raise ValueError(f"the key {twice!r} occurs twice")
    return entries


def _check_entries(entries: dict[str, Any], content: bytes) -> tuple[str, bytes, list[Fault]]:
    name, version = entries.get("name"), entries.get("orecell_schema")
    if not isinstance(name, str) or not re.fullmatch(ID, name):
        rule = "a case has a name of letters a-z, digits, dot, dash and underscore"
        return "", content, [Fault(DESCRIPTOR, None, "name", str(name)[:80], rule, 'write "name": "my_case"')]
    if version != SCHEMA_VERSION or isinstance(version, bool):
        rule = f"must be {SCHEMA_VERSION} for this version"
        return name, content, [Fault(DESCRIPTOR, None, "orecell_schema", str(version)[:80], rule, "write 1")]
    wanted = descriptor(name, "")["resources"]
    given = entries.get("resources")
    if given != wanted:
        rule = "must describe the tables of this version"
        differing = _first_difference(given, wanted)
        return name, content, [Fault(DESCRIPTOR, None, "resources", differing, rule, _COPY)]
    return name, content, []


def _first_difference(given: object, wanted: list[dict[str, Any]]) -> str:
    """Name of the first table whose description is not the one wanted."""
    listed = given if isinstance(given, list) else []
    for i, resource in enumerate(wanted):
        if i >= len(listed) or listed[i] != resource:
            return str(resource["name"])
    return "more resources than tables"
