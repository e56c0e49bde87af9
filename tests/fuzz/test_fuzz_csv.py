"""Tables that are not the tables of the schema: columns, separators, quotes, keys, blank lines."""

import csv
import io
import random
from collections.abc import Callable

import pytest
from laboratory import Lab, assert_fault

from orecell.data.tables import TABLES

NAMES = tuple(TABLES)
Rows = list[list[str]]


def _parse(content: bytes) -> Rows:
    return list(csv.reader(io.StringIO(content.decode("utf-8"), newline="")))


def _write(rows: Rows, delimiter: str = ",") -> bytes:
    out = io.StringIO(newline="")
    csv.writer(out, delimiter=delimiter, lineterminator="\n").writerows(rows)
    return out.getvalue().encode("utf-8")


def _without_column(rows: Rows, rng: random.Random) -> tuple[bytes, int, str]:
    j = rng.randrange(len(rows[0]))
    return _write([row[:j] + row[j + 1 :] for row in rows]), 1, rows[0][j]


def _with_unknown_column(rows: Rows, rng: random.Random) -> tuple[bytes, int, str]:
    name = f"{rng.choice(rows[0])}_2"
    return _write([[*rows[0], name], *([*row, "1"] for row in rows[1:])]), 1, name


def _with_column_twice(rows: Rows, rng: random.Random) -> tuple[bytes, int, str]:
    j = rng.randrange(len(rows[0]))
    return _write([[*row, row[j]] for row in rows]), 1, rows[0][j]


def _with_column_in_capitals(rows: Rows, rng: random.Random) -> tuple[bytes, int, str]:
    j = rng.randrange(len(rows[0]))
    header = [*rows[0][:j], rows[0][j].upper(), *rows[0][j + 1 :]]
    return _write([header, *rows[1:]]), 1, header[j]


def _with_nameless_column(rows: Rows, rng: random.Random) -> tuple[bytes, int, str]:
    return _write([[*rows[0], ""], *([*row, ""] for row in rows[1:])]), 1, ""


COLUMN_MUTATIONS: dict[str, Callable[[Rows, random.Random], tuple[bytes, int, str]]] = {
    "missing_column": _without_column,
    "unknown_column": _with_unknown_column,
    "duplicate_column": _with_column_twice,
    "column_in_capitals": _with_column_in_capitals,
    "nameless_column": _with_nameless_column,
}


@pytest.mark.parametrize("seed", range(2))
@pytest.mark.parametrize("kind", COLUMN_MUTATIONS)
def test_a_header_that_is_not_the_schema_is_refused_by_column(lab: Lab, kind: str, seed: int) -> None:
    rng = random.Random(f"header {kind} {seed}")
    name = rng.choice(NAMES)
    file = f"tables/{name}.csv"
    content, row, column = COLUMN_MUTATIONS[kind](_parse(lab.files[file]), rng)
    assert_fault(lab.refuse(files={file: content}), file, row=row, column=column)


def test_a_misspelled_column_is_refused_with_the_right_name(lab: Lab) -> None:
    file = "tables/prices.csv"
    content = lab.files[file].replace(b"vat_fraction", b"vat_fracton", 1)
    fault = assert_fault(lab.refuse(files={file: content}), file, 1, "vat_fracton")
    assert fault.fix == "did you mean 'vat_fraction'?"


def _change_line(content: bytes, rng: random.Random, change: Callable[[bytes], bytes]) -> tuple[bytes, int]:
    lines = content.split(b"\n")
    i = rng.randrange(1, len(lines) - 1)
    lines[i] = change(lines[i])
    return b"\n".join(lines), i + 1


LINE_MUTATIONS: dict[str, tuple[Callable[[bytes], bytes], str]] = {
    "one_cell_more": (lambda line: line + b",", "cells"),
    "one_cell_less": (lambda line: line.split(b",", 1)[1], "cells"),
    "half_a_row": (lambda line: line.split(b",", 1)[0], "cells"),
    "two_rows_on_a_line": (lambda line: line + b"," + line, "cells"),
    "blank_line": (lambda line: b"\n" + line, "empty lines"),
    "line_of_spaces": (lambda line: b"   \n" + line, "cells"),
    "comment_line": (lambda line: b"# checked\n" + line, "cells"),
    "open_quote": (lambda line: b'"' + line, ""),
    "quote_in_the_middle": (lambda line: line.replace(b",", b',"', 1), ""),
    "text_after_a_quote": (lambda line: b'"a"b' + line, "well-formed"),
}


@pytest.mark.parametrize("seed", range(2))
@pytest.mark.parametrize("kind", LINE_MUTATIONS)
def test_a_line_that_is_no_row_is_refused_by_line(lab: Lab, kind: str, seed: int) -> None:
    rng = random.Random(f"line {kind} {seed}")
    change, rule = LINE_MUTATIONS[kind]
    file = f"tables/{rng.choice(NAMES)}.csv"
    content, line = _change_line(lab.files[file], rng, change)
    assert_fault(lab.refuse(files={file: content}), file, row=line, rule=rule)


@pytest.mark.parametrize("seed", range(4))
def test_two_quotes_that_swallow_the_rows_between_them_are_refused(lab: Lab, seed: int) -> None:
    rng = random.Random(f"swallow {seed}")
    sheet = lab.sheet(rng.choice(["demand", "facility_states", "recipe_flows", "prices"]))
    i = rng.randrange(len(sheet.rows) - 4)
    lines = sheet.content().split(b"\n")
    swallowed = b'"' + b"\n".join(lines[i + 1 : i + 4]).replace(b'"', b"") + b'"'
    cells = swallowed + b"," * (len(sheet.columns) - 1)
    content = b"\n".join([*lines[: i + 1], cells, *lines[i + 4 :]])
    assert_fault(lab.refuse(files={sheet.file: content}), sheet.file, row=i + 2, rule="line break")


@pytest.mark.parametrize("delimiter", [";", "\t", "|"])
@pytest.mark.parametrize("seed", range(2))
def test_another_separator_than_a_comma_is_refused(lab: Lab, delimiter: str, seed: int) -> None:
    file = f"tables/{random.Random(f'{delimiter}{seed}').choice(NAMES)}.csv"
    faults = lab.refuse(files={file: _write(_parse(lab.files[file]), delimiter)})
    assert_fault(faults, file, row=1)
    if delimiter != "|":
        assert_fault(faults, file, rule="separated by commas")


@pytest.mark.parametrize("name", NAMES[::2])
def test_a_row_that_occurs_twice_is_refused_with_the_other_row(lab: Lab, name: str) -> None:
    sheet = lab.sheet(name)
    i = random.Random(f"twice {name}").randrange(len(sheet.rows))
    row = sheet.add(i)
    assert_fault(lab.refuse(sheet), sheet.file, row, TABLES[name].key[0], f"is already in row {i + 2} ")


@pytest.mark.parametrize("name", NAMES[1::2])
def test_a_key_that_differs_only_by_case_is_refused(lab: Lab, name: str) -> None:
    sheet, key = lab.sheet(name), TABLES[name].key[0]
    rng = random.Random(f"twin {name}")
    rows = [i for i, row in enumerate(sheet.rows) if row[key] != row[key].swapcase()]
    i = rng.choice(rows)
    row = sheet.add(i, **{key: sheet.rows[i][key].swapcase()})
    assert_fault(lab.refuse(sheet), sheet.file, row, key, f"is already in row {i + 2} ")


YEARLY = [name for name in NAMES if "year" in TABLES[name].key]


@pytest.mark.parametrize("name", YEARLY[:3])
@pytest.mark.parametrize("spelling", ["{}.0", "{}.", "0{}", "+{}"])
def test_a_year_written_another_way_is_no_second_row(lab: Lab, name: str, spelling: str) -> None:
    sheet = lab.sheet(name)
    row = sheet.add(0, year=spelling.format(sheet.rows[0]["year"]))
    assert_fault(lab.refuse(sheet), sheet.file, row, "year")


CELL_MUTATIONS: dict[str, Callable[[str], str]] = {
    "space_before": lambda cell: f" {cell}",
    "space_after": lambda cell: f"{cell} ",
    "tab_after": lambda cell: f"{cell}\t",
    "no_break_space": lambda cell: f"\xa0{cell}",
    "zero_width_space": lambda cell: f"{cell[:1]}\u200b{cell[1:]}",
    "text_direction": lambda cell: f"\u202e{cell}",
    "bell": lambda cell: f"{cell}\a",
    "escape_code": lambda cell: f"\x1b[31m{cell}",
    "delete": lambda cell: f"{cell}\x7f",
    "next_line": lambda cell: f"{cell[:1]}\x85{cell[1:]}",
    "byte_order_mark": lambda cell: f"\ufeff{cell}",
}


@pytest.mark.parametrize("kind", CELL_MUTATIONS)
def test_spaces_around_and_invisible_characters_are_refused_by_cell(lab: Lab, kind: str) -> None:
    rng = random.Random(f"cell {kind}")
    name = rng.choice(NAMES)
    sheet = lab.sheet(name)
    column = rng.choice(sheet.columns)
    i = rng.choice([i for i, row in enumerate(sheet.rows) if row[column]] or [0])
    row = sheet.set(i, **{column: CELL_MUTATIONS[kind](sheet.rows[i][column])})
    assert_fault(lab.refuse(sheet), sheet.file, row, column, "spaces around it")


@pytest.mark.parametrize("name", NAMES[::2])
def test_an_empty_cell_that_must_be_filled_is_refused(lab: Lab, name: str) -> None:
    rng = random.Random(f"empty {name}")
    sheet = lab.sheet(name)
    column = rng.choice([column.name for column in TABLES[name].columns if column.is_required])
    row = sheet.set(rng.randrange(len(sheet.rows)), **{column: ""})
    assert_fault(lab.refuse(sheet), sheet.file, row, column, "must not be empty")


@pytest.mark.parametrize("length", [2001, 200_000])
def test_a_cell_without_end_is_refused(lab: Lab, length: int) -> None:
    sheet = lab.sheet("grants")
    row = sheet.set(3, note="a" * length)
    assert_fault(lab.refuse(sheet), sheet.file, row)


def test_twenty_rows_with_one_fault_are_listed_and_the_rest_are_counted(lab: Lab) -> None:
    sheet = lab.sheet("demand")
    for i in range(50):
        sheet.set(i, value="many")
    faults = [fault for fault in lab.refuse(sheet) if fault.column == "value"]
    assert [fault.row for fault in faults] == [None, *range(2, 22)]
    assert "(30 more rows)" in faults[0].rule
