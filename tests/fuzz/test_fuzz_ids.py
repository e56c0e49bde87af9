"""Ids that are no ids, references to nothing, twins, look-alikes, paths, markup and formulas."""

import random

import pytest
from laboratory import Lab, assert_fault

from orecell.data.tables import TABLES

LOOK_ALIKES = str.maketrans(
    "aeocpAEOCPMHT", "\u0430\u0435\u043e\u0441\u0440\u0410\u0415\u041e\u0421\u0420\u041c\u041d\u0422"
)
STRANGE = (
    "../../etc/passwd",
    "..",
    ".",
    "/",
    "C:\\temp",
    "a/b",
    "a\\b",
    "<script>alert(1)</script>",
    "a&b",
    'a"b',
    "a'b",
    "a b",
    "a,b",
    "=1+1",
    "@sum",
    "+1",
    "-1",
    "a" * 81,
    "b" * 1999,
    "caf\u00e9",
    "\u2126",
    "a;b",
    "a|b",
    "%00",
    "${HOME}",
    "{{7*7}}",
    "a\u2400b",
    "NULL;--",
    "\U0001f50b",
)
COLUMNS = [
    (name, column.name, column.refers_to)
    for name, table in TABLES.items()
    for column in table.columns
    if column.kind == "id"
]
REFERENCES = [(name, column, target) for name, column, target in COLUMNS if target]


@pytest.mark.parametrize("case", COLUMNS[::4], ids=lambda case: f"{case[0]}.{case[1]}")
def test_an_id_of_strange_characters_is_refused(lab: Lab, case: tuple[str, str, str]) -> None:
    name, column, _ = case
    rng = random.Random(f"strange {name} {column}")
    sheet = lab.sheet(name)
    row = sheet.set(rng.randrange(len(sheet.rows)), **{column: rng.choice(STRANGE)})
    assert_fault(lab.refuse(sheet), sheet.file, row, column, "an id has letters a-z")


@pytest.mark.parametrize("text", STRANGE[::2])
def test_every_strange_id_is_refused(lab: Lab, text: str) -> None:
    sheet = lab.sheet("facilities")
    row = sheet.set(5, facility=text)
    fault = assert_fault(lab.refuse(sheet), sheet.file, row, "facility", "an id has letters a-z")
    assert fault.value == text[:80]


@pytest.mark.parametrize("case", REFERENCES[::2], ids=lambda case: f"{case[0]}.{case[1]}")
def test_a_reference_to_nothing_is_refused(lab: Lab, case: tuple[str, str, str]) -> None:
    name, column, target = case
    rng = random.Random(f"unknown {name} {column}")
    sheet = lab.sheet(name)
    filled = [i for i, row in enumerate(sheet.rows) if row[column]]
    i = rng.choice(filled)
    cell = sheet.rows[i][column]
    wrong = rng.choice(["nobody-knows-this", cell.swapcase(), f"{cell}x", cell[:-1] or "x"])
    row = sheet.set(i, **{column: wrong})
    fault = assert_fault(lab.refuse(sheet), sheet.file, row, column, f"tables/{target}.csv")
    assert fault.value == wrong


@pytest.mark.parametrize("case", REFERENCES[1::6], ids=lambda case: f"{case[0]}.{case[1]}")
def test_an_id_with_letters_of_another_alphabet_is_refused(lab: Lab, case: tuple[str, str, str]) -> None:
    name, column, _ = case
    sheet = lab.sheet(name)
    i = next(i for i, row in enumerate(sheet.rows) if row[column] != row[column].translate(LOOK_ALIKES))
    right = sheet.rows[i][column]
    row = sheet.set(i, **{column: right.translate(LOOK_ALIKES)})
    assert_fault(lab.refuse(sheet), sheet.file, row, column, "an id has letters a-z")


CHOICES = [
    (name, column.name) for name, table in TABLES.items() for column in table.columns if column.choices
]


@pytest.mark.parametrize("case", CHOICES[::2], ids=lambda case: f"{case[0]}.{case[1]}")
def test_a_word_that_is_no_choice_is_refused(lab: Lab, case: tuple[str, str]) -> None:
    name, column = case
    rng = random.Random(f"choice {name} {column}")
    sheet = lab.sheet(name)
    filled = [i for i, row in enumerate(sheet.rows) if row[column]]
    i = rng.choice(filled)
    cell = sheet.rows[i][column]
    wrong = rng.choice([f"{cell}s", cell.swapcase(), cell.translate(LOOK_ALIKES) + "\u0430", "none at all"])
    row = sheet.set(i, **{column: wrong})
    fault = assert_fault(lab.refuse(sheet), sheet.file, row, column, "must be one of")
    assert fault.value == wrong


def test_a_status_written_in_british_is_refused_with_the_word_meant(lab: Lab) -> None:
    sheet = lab.sheet("facility_states")
    row = sheet.set({"status": "canceled"}, status="cancelled")
    fault = assert_fault(lab.refuse(sheet), sheet.file, row, "status")
    assert fault.fix == "did you mean 'canceled'?"


@pytest.mark.parametrize(
    "address",
    [
        "javascript:alert(1)",
        "JavaScript:alert(1)",
        "data:text/html,<script>alert(1)</script>",
        "file:///etc/passwd",
        "https://example.org ; javascript:alert(1)",
        "ftp://example.org/a",
        "vbscript:msgbox",
    ],
)
def test_an_address_that_is_no_page_is_refused(lab: Lab, address: str) -> None:
    rng = random.Random(address)
    name = rng.choice(["facilities", "prices", "sources"])
    column = "url" if name == "sources" else "source_url"
    sheet = lab.sheet(name)
    row = sheet.set(rng.randrange(len(sheet.rows)), **{column: address})
    assert_fault(lab.refuse(sheet), sheet.file, row, column, "http:// or https://")
