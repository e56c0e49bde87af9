import datetime as dt

import polars as pl
import pytest

from orecell.data.check import MAX_FAULTS_PER_RULE, check_table, did_you_mean, suggest
from orecell.data.schema import (
    Table,
    flag,
    fraction,
    identifier,
    number,
    provenance,
    table,
    text,
    value_range,
    year,
)
from orecell.errors import Fault

PLANT = table(
    "plants",
    "Plants.",
    ("plant", "year"),
    identifier("plant", "id"),
    year("year", "year"),
    text("metal", "metal", choices=("Ni", "Co")),
    text("country", "country", refers_to="countries"),
    number("value", "output", "t/yr", required=False, low=0),
    value_range("t/yr", 0),
    fraction("share_fraction", "share", required=False),
    flag("is_built", "whether it stands"),
    provenance(),
)
COUNTRY = table("countries", "Countries.", ("country",), identifier("country", "code"))
COUNTRIES = pl.DataFrame({"country": ["USA", "CAN"], "_row": [2, 3]})
ROW = {
    "plant": "north",
    "year": "2030",
    "metal": "Ni",
    "country": "USA",
    "value": "12.5",
    "value_low": "",
    "value_high": "",
    "share_fraction": "0.85",
    "is_built": "true",
    "source": "report",
    "source_url": "",
    "date": "2025-03-26",
    "confidence": "high",
    "note": "",
}


def check(*rows: dict[str, str]) -> tuple[pl.DataFrame, list[Fault]]:
    full = [{**ROW, **row} for row in rows]
    raw = pl.DataFrame(full, schema=dict.fromkeys(PLANT.column_names, pl.String))
    raw = raw.with_columns(pl.Series("_row", range(2, len(full) + 2), dtype=pl.Int64))
    sources = pl.DataFrame({"source": ["report", "assumption"], "_row": [2, 3]})
    return check_table(raw, PLANT, {"countries": COUNTRIES, "sources": sources})


def one(**cells: str) -> Fault:
    _, faults = check(cells)
    assert len(faults) == 1, faults
    return faults[0]


def test_a_sound_row_is_typed_and_empty_cells_become_nothing() -> None:
    frame, faults = check({})
    assert faults == []
    row = frame.row(0, named=True)
    assert row["year"] == 2030
    assert row["value"] == 12.5
    assert row["value_low"] is None
    assert row["is_built"] is True
    assert row["date"] == dt.date(2025, 3, 26)
    assert row["note"] is None
    assert row["_row"] == 2


@pytest.mark.parametrize(
    ("written", "number"),
    [("7", 7.0), ("-0", 0.0), ("1e3", 1000.0), ("1.5E-2", 0.015), (".5", 0.5), ("5.", 5.0), ("007", 7.0)],
)
def test_a_plain_number_is_read_as_written(written: str, number: float) -> None:
    frame, faults = check({"value": written})
    assert faults == []
    assert frame["value"][0] == number


@pytest.mark.parametrize(
    ("cells", "column", "rule", "fix"),
    [
        ({"plant": ""}, "plant", "must not be empty", "fill in id"),
        ({"plant": "a b"}, "plant", "an id has letters", "retype the id"),
        ({"plant": "north "}, "plant", "spaces around it", "retype the cell"),
        ({"note": "two\u200bwords"}, "note", "invisible characters", "retype the cell"),
        ({"note": "x" * 2001}, "note", "at most 2000 characters", "shorten"),
        ({"year": "2030.0"}, "year", "whole number", "write for example 2030"),
        ({"year": "20300"}, "year", "must not be above 2100 year", "write 2100 or less"),
        ({"year": "1989"}, "year", "must not be below 1990 year", "write 1990 or more"),
        ({"metal": "ni"}, "metal", "must be one of Ni, Co", "did you mean 'Ni'?"),
        ({"metal": "Li"}, "metal", "must be one of Ni, Co", ""),
        ({"country": "usa"}, "country", "a country of tables/countries.csv", "did you mean 'USA'?"),
        (
            {"country": "PERU"},
            "country",
            "a country of tables/countries.csv",
            "add it to tables/countries.csv",
        ),
        ({"value": "0,5"}, "value", "a decimal point, not a comma", "write 0.5 for 0,5"),
        ({"value": "1.000,5"}, "value", "a decimal point, not a comma", "write 0.5 for 0,5"),
        ({"value": "12 t"}, "value", "finite number without unit", "write for example 12.5"),
        ({"value": "nan"}, "value", "finite number without unit", "write for example 12.5"),
        ({"value": "1e400"}, "value", "must be finite", "write a finite number"),
        ({"value": "-1"}, "value", "must not be below 0 t/yr", "write 0 or more"),
        ({"share_fraction": "85"}, "share_fraction", "must not be above 1 fraction", "write 0.85 for 85 %"),
        ({"is_built": "yes"}, "is_built", "must be true or false", "write true or false"),
        ({"date": "2025-02-30"}, "date", "written YYYY-MM-DD", "write for example 2025-03-26"),
        ({"date": "26.3.2025"}, "date", "written YYYY-MM-DD", "write for example 2025-03-26"),
        ({"value_low": "1"}, "value_low", "both ends or none", "fill in both"),
        ({"value_low": "13", "value_high": "14"}, "value", "within value_low and value_high", "order them"),
        ({"value": "", "value_low": "1", "value_high": "2"}, "value_low", "a range needs a value", "fill in"),
        ({"source": "assumption"}, "source", "only they, have the source", "name the source"),
        ({"source_url": "javascript:alert(1)"}, "source_url", "http:// or https://", "write the address"),
    ],
)
def test_a_fault_names_row_column_value_rule_and_fix(
    cells: dict[str, str], column: str, rule: str, fix: str
) -> None:
    fault = one(**cells)
    assert (fault.file, fault.row, fault.column) == ("tables/plants.csv", 2, column)
    assert fault.value == cells.get(column, ROW[column])[:80]
    assert rule in fault.rule
    assert fault.fix.startswith(fix)
    assert fault.fix


def test_an_assumed_row_needs_method_and_range() -> None:
    _, faults = check({"confidence": "assumed", "source": "assumption"})
    assert {(fault.column, fault.rule) for fault in faults} == {
        ("value_low", "an assumed number needs a range"),
        ("note", "an assumed row needs its method"),
    }


def test_swapped_ends_of_a_range_are_one_mistake_told_twice() -> None:
    _, faults = check({"value_low": "14", "value_high": "12"})
    assert [fault.column for fault in faults] == ["value_low", "value"]


def test_an_address_may_be_several_pages_or_a_name() -> None:
    pages = "https://a.org/x:y ; http://b.org"
    assert check({"source_url": pages}, {"plant": "south", "source_url": "statute 42 USC: 1"})[1] == []


@pytest.mark.parametrize(
    "other",
    [{}, {"plant": "NORTH"}, {"value": "3"}],
)
def test_the_second_row_of_a_key_is_a_fault_that_names_the_first(other: dict[str, str]) -> None:
    _, faults = check({}, other)
    assert [(fault.row, fault.column) for fault in faults] == [(3, "plant, year")]
    assert faults[0].rule == "is already in row 2 (case does not count)"


def test_a_number_in_a_key_is_the_same_however_it_is_written() -> None:
    steps = table("steps", "Steps.", ("step",), number("step", "step"))
    raw = pl.DataFrame({"step": ["1", "1.0", "10", "1e1", "2"], "_row": [2, 3, 4, 5, 6]})
    assert [fault.row for fault in check_table(raw, steps, {})[1]] == [3, 5]


def test_an_empty_table_is_a_fault_where_the_table_is_required() -> None:
    raw = pl.DataFrame(schema={"country": pl.String, "_row": pl.Int64})
    assert [fault.rule for fault in check_table(raw, COUNTRY, {})[1]] == [
        "a table of a case must not be empty"
    ]
    optional = Table("countries", "Countries.", ("country",), COUNTRY.columns, is_required=False)
    assert check_table(raw, optional, {})[1] == []


def test_many_faults_of_one_rule_are_counted_after_the_first_twenty() -> None:
    _, faults = check(*({"plant": f"p{i}", "value": "much"} for i in range(25)))
    assert len(faults) == MAX_FAULTS_PER_RULE + 1
    assert faults[-1].row is None
    assert faults[-1].rule.endswith("(5 more rows)")


def test_all_faults_of_a_row_are_found_at_once() -> None:
    _, faults = check({"plant": "a b", "year": "x", "metal": "Cu", "country": "X", "is_built": "maybe"})
    assert {fault.column for fault in faults} == {"plant", "year", "metal", "country", "is_built"}


def test_the_nearest_word_is_suggested_first_without_regard_to_case() -> None:
    words = ["announced", "canceled", "Ni"]
    assert did_you_mean("cancelled", words) == "canceled"
    assert did_you_mean("NI", words) == "Ni"
    assert did_you_mean("something else", words) == ""
    assert suggest("cancelled", words, "choose") == "did you mean 'canceled'?"
    assert suggest("something else", words, "choose") == "choose"
