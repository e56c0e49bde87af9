import json
from pathlib import Path

import pytest

from orecell.data.descriptor import descriptor, read_descriptor
from orecell.data.package import shipped_case_folder
from orecell.data.tables import TABLES


def test_the_shipped_datapackage_is_the_descriptor_of_this_version() -> None:
    shipped = json.loads((shipped_case_folder() / "datapackage.json").read_text(encoding="utf-8"))
    assert shipped == descriptor(shipped["name"], shipped["title"])


def test_every_table_is_a_resource_with_fields_key_and_references() -> None:
    resources = {entry["path"]: entry for entry in descriptor("mine", "Mine")["resources"]}
    assert set(resources) == {f"tables/{name}.csv" for name in TABLES}
    schema = resources["tables/facility_states.csv"]["schema"]
    assert schema["primaryKey"] == ["facility", "known_on"]
    assert {"fields": "facility", "reference": {"resource": "facilities", "fields": "facility"}} in schema[
        "foreignKeys"
    ]
    capacity = next(field for field in schema["fields"] if field["name"] == "capacity")
    assert capacity["type"] == "number"
    assert capacity["constraints"] == {"minimum": 0}


@pytest.mark.parametrize(
    ("change", "column", "value"),
    [
        ({"name": ""}, "name", ""),
        ({"name": "../up"}, "name", "../up"),
        ({"orecell_schema": 2}, "orecell_schema", "2"),
        ({"orecell_schema": True}, "orecell_schema", "True"),
        ({"resources": []}, "resources", "sources"),
        ({"resources": None}, "resources", "sources"),
    ],
)
def test_a_descriptor_of_something_else_is_refused_by_key(
    tmp_path: Path, change: dict[str, object], column: str, value: str
) -> None:
    entries = {**descriptor("mine", "Mine"), **change}
    (tmp_path / "datapackage.json").write_text(json.dumps(entries), encoding="utf-8")
    _, _, faults = read_descriptor(tmp_path)
    assert [(fault.file, fault.column, fault.value) for fault in faults] == [
        ("datapackage.json", column, value)
    ]
    assert faults[0].fix


def test_the_table_whose_description_differs_is_named(tmp_path: Path) -> None:
    entries = descriptor("mine", "Mine")
    entries["resources"][3]["schema"]["fields"][0]["type"] = "any"
    (tmp_path / "datapackage.json").write_text(json.dumps(entries), encoding="utf-8")
    _, _, faults = read_descriptor(tmp_path)
    assert faults[0].value == entries["resources"][3]["name"]


def test_a_key_that_occurs_twice_is_refused(tmp_path: Path) -> None:
    text = json.dumps(descriptor("mine", "Mine")).replace('"name": "mine"', '"name": "a", "name": "mine"', 1)
    (tmp_path / "datapackage.json").write_text(text, encoding="utf-8")
    assert "'name' occurs twice" in read_descriptor(tmp_path)[2][0].value
