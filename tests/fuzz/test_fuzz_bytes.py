"""Files that are not what they seem: encodings, compression, truncation, missing and extra files."""

import gzip
import os
import random
from collections.abc import Callable

import pytest
from laboratory import Lab, assert_fault

from orecell.data.package import read_case
from orecell.data.tables import TABLES
from orecell.errors import CaseError

TABLE_FILES = tuple(f"tables/{name}.csv" for name in TABLES)
SCENARIOS = ("scenarios/base.yaml", "scenarios/apex1_restarts.yaml")
Mutation = Callable[[bytes, random.Random], bytes]


def _middle(content: bytes, rng: random.Random) -> int:
    return rng.randrange(len(content) // 4, 3 * len(content) // 4)


def _insert(extra: bytes) -> Mutation:
    def mutate(content: bytes, rng: random.Random) -> bytes:
        at = _middle(content, rng)
        return content[:at] + extra + content[at:]

    return mutate


def _cut_mid_line(content: bytes, rng: random.Random) -> bytes:
    at = _middle(content, rng)
    return content[: at + 1] if content[at : at + 1] != b"\n" else content[:at]


MUTATIONS: dict[str, tuple[Mutation, str]] = {
    "byte_order_mark": (lambda c, _: b"\xef\xbb\xbf" + c, "byte-order mark"),
    "utf16_with_mark": (lambda c, _: c.decode().encode("utf-16"), "UTF-16"),
    "utf16_without_mark": (lambda c, _: c.decode().encode("utf-16-le"), "NUL"),
    "utf32": (lambda c, _: c.decode().encode("utf-32"), "UTF-16"),
    "nul": (_insert(b"\0"), "NUL"),
    "latin1_letter": (_insert(b"\xe9"), "must be UTF-8"),
    "overlong_sequence": (_insert(b"\xc0\xaf"), "must be UTF-8"),
    "surrogate": (_insert(b"\xed\xa0\x80"), "must be UTF-8"),
    "cut_mid_line": (_cut_mid_line, "cut short"),
    "no_last_line_feed": (lambda c, _: c.rstrip(b"\n"), "cut short"),
    "gzip": (lambda c, _: gzip.compress(c, mtime=0), "gzip"),
    "workbook": (lambda c, _: b"PK\x03\x04" + c, "workbook"),
    "empty": (lambda c, _: b"", "name the columns"),
    "only_line_feeds": (lambda c, _: b"\n\n\n", "empty lines"),
    "old_mac_line_ends": (lambda c, _: c.replace(b"\n", b"\r") + b"\n", "carriage return"),
    "one_lone_carriage_return": (_insert(b"\r"), "carriage return"),
    "header_only": (lambda c, _: c[: c.index(b"\n") + 1], "must not be empty"),
    "no_header": (lambda c, _: c[c.index(b"\n") + 1 :], "this column is missing"),
}


@pytest.mark.parametrize("seed", range(2))
@pytest.mark.parametrize("kind", MUTATIONS)
def test_a_table_that_is_no_plain_utf8_text_is_refused(lab: Lab, kind: str, seed: int) -> None:
    rng = random.Random(f"bytes {kind} {seed}")
    mutate, rule = MUTATIONS[kind]
    file = rng.choice(TABLE_FILES)
    faults = lab.refuse(files={file: mutate(lab.files[file], rng)})
    assert_fault(faults, file, rule=rule)


def test_a_table_with_windows_line_ends_is_the_same_table(lab: Lab) -> None:
    changed = {file: lab.files[file].replace(b"\n", b"\r\n") for file in TABLE_FILES[:6]}
    case = lab.read(changed)
    assert case.tables["stages"].equals(read_case(lab._original).tables["stages"])


YAML_MUTATIONS: dict[str, Mutation] = {
    "byte_order_mark": lambda c, _: b"\xef\xbb\xbf" + c,
    "utf16": lambda c, _: c.decode().encode("utf-16"),
    "nul": _insert(b"\0"),
    "escape_code": _insert(b"\x1b[31m"),
    "invalid_utf8": _insert(b"\xff"),
    "gzip": lambda c, _: gzip.compress(c, mtime=0),
    "empty": lambda c, _: b"",
    "tabs": lambda c, _: c.replace(b"  ", b"\t"),
}


@pytest.mark.parametrize("file", SCENARIOS)
@pytest.mark.parametrize("kind", YAML_MUTATIONS)
def test_a_scenario_that_is_no_plain_utf8_text_is_refused(lab: Lab, kind: str, file: str) -> None:
    mutate = YAML_MUTATIONS[kind]
    faults = lab.refuse(files={file: mutate(lab.files[file], random.Random(f"{kind} {file}"))})
    assert_fault(faults, file)


DESCRIPTOR = "datapackage.json"
JSON_MUTATIONS: dict[str, tuple[Callable[[bytes], bytes], str]] = {
    "byte_order_mark": (lambda c: b"\xef\xbb\xbf" + c, ""),
    "utf16": (lambda c: c.decode().encode("utf-16"), ""),
    "cut": (lambda c: c[: len(c) // 2], ""),
    "empty": (lambda c: b"", ""),
    "list": (lambda c: b"[]", "name"),
    "number": (lambda c: b"7", "name"),
    "deep": (lambda c: b"[" * 100_000, ""),
    "no_name": (lambda c: c.replace(b'"name": "north_america"', b'"nome": "north_america"', 1), "name"),
    "path_as_name": (lambda c: c.replace(b'"north_america"', b'"../../etc"', 1), "name"),
    "markup_as_name": (lambda c: c.replace(b'"north_america"', b'"<script>"', 1), "name"),
    "number_as_name": (lambda c: c.replace(b'"north_america"', b"12", 1), "name"),
    "two_names": (lambda c: c.replace(b'"name": ', b'"name": "other", "name": ', 1), ""),
    "other_version": (lambda c: c.replace(b'"orecell_schema": 1', b'"orecell_schema": 2'), "orecell_schema"),
    "true_as_version": (
        lambda c: c.replace(b'"orecell_schema": 1', b'"orecell_schema": true'),
        "orecell_schema",
    ),
    "no_resources": (lambda c: c.replace(b'"resources"', b'"resource"'), "resources"),
    "another_unit": (lambda c: c.replace(b'"unit": "GWh/yr"', b'"unit": "MWh/yr"', 1), "resources"),
    "a_looser_limit": (lambda c: c.replace(b'"minimum": 0', b'"minimum": -1', 1), "resources"),
}


@pytest.mark.parametrize("kind", JSON_MUTATIONS)
def test_a_descriptor_that_is_not_of_this_version_is_refused(lab: Lab, kind: str) -> None:
    mutate, column = JSON_MUTATIONS[kind]
    faults = lab.refuse(files={DESCRIPTOR: mutate(lab.files[DESCRIPTOR])})
    assert_fault(faults, DESCRIPTOR, column=column)


@pytest.mark.parametrize("file", [*TABLE_FILES[::4], "scenarios/base.yaml", DESCRIPTOR])
def test_a_missing_file_is_refused(lab: Lab, file: str) -> None:
    faults = lab.refuse(files={file: None})
    assert_fault(faults, "scenarios" if file.startswith("scenarios") else file)


@pytest.mark.parametrize(
    "file",
    [
        "tables/facilities2.csv",
        "tables/facilities.csv.bak",
        "tables/Facilities.csv",
        "tables/prices.CSV",
        "tables/.prices.csv.swp",
        "tables/notes.txt",
        "scenarios/base.yml",
        "scenarios/readme.md",
        "scenarios/.base.yaml.swp",
    ],
)
def test_a_file_that_nothing_would_read_is_refused(lab: Lab, file: str) -> None:
    faults = lab.refuse(files={file: b"some content\n"})
    assert_fault(faults, file)


def test_a_file_name_that_is_no_text_is_shown_without_a_crash(lab: Lab) -> None:
    folder = lab.build({})
    (folder / "tables" / os.fsdecode(b"caf\xe9.csv")).write_bytes(b"a\n")
    with pytest.raises(CaseError, match=r"caf\\udce9\.csv"):
        read_case(folder)


def test_a_folder_a_pipe_and_a_dead_link_in_place_of_a_file_are_refused_without_waiting(lab: Lab) -> None:
    folder = lab.build({"tables/prices.csv": None, "tables/stages.csv": None, "tables/grants.csv": None})
    (folder / "tables" / "prices.csv").mkdir()
    os.mkfifo(folder / "tables" / "stages.csv")
    (folder / "tables" / "grants.csv").symlink_to(folder / "nowhere")
    os.mkfifo(folder / "scenarios" / "pipe.yaml")
    (folder / "scenarios" / "folder.yaml").mkdir()
    with pytest.raises(CaseError) as caught:
        read_case(folder)
    for file in ("tables/prices.csv", "tables/stages.csv", "tables/grants.csv"):
        assert_fault(caught.value.faults, file)
    for file in ("scenarios/pipe.yaml", "scenarios/folder.yaml"):
        assert_fault(caught.value.faults, file, rule="regular file")


@pytest.mark.parametrize("name", ["nowhere", "a" * 5000, "a\0b"])
def test_a_case_that_is_no_folder_is_refused(lab: Lab, name: str) -> None:
    with pytest.raises(CaseError, match="a case is a folder"):
        read_case(lab.folder / name)


def test_all_faulty_files_are_reported_at_once(lab: Lab) -> None:
    broken = {file: b"\xef\xbb\xbf" + lab.files[file] for file in TABLE_FILES}
    faults = lab.refuse(files={**broken, DESCRIPTOR: b"{", "scenarios/base.yaml": b"name: [\n"})
    assert {fault.file for fault in faults} == {*TABLE_FILES, DESCRIPTOR, "scenarios/base.yaml"}
