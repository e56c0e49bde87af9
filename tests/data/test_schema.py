import pytest

from orecell.data.schema import (
    CONFIDENCES,
    Table,
    day,
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
from orecell.data.tables import TABLES


def test_a_table_is_its_columns_in_file_order() -> None:
    entry = table("t", "a table", ("id",), identifier("id", "the id"), value_range("t"), provenance())
    assert entry.column_names == (
        "id",
        "value_low",
        "value_high",
        "source",
        "source_url",
        "date",
        "confidence",
        "note",
    )
    assert entry.has_range
    assert entry.is_required


def test_a_column_is_found_by_name_and_an_unknown_name_raises() -> None:
    entry = table("t", "a table", ("id",), identifier("id", "the id"))
    assert entry.column("id").kind == "id"
    with pytest.raises(KeyError):
        entry.column("ids")


def test_the_words_for_columns_set_kind_unit_and_limits() -> None:
    assert (fraction("x", "a share").low, fraction("x", "a share").high) == (0.0, 1.0)
    assert fraction("x", "a share").unit == "fraction"
    assert (year("y", "a year").low, year("y", "a year").high) == (1990, 2100)
    assert year("y", "a year").kind == "integer"
    assert number("n", "a number").low is None
    assert day("d", "a day").kind == "date"
    assert flag("is_x", "a flag").is_required
    assert text("t", "a text").kind == "text"
    assert text("t", "a text", refers_to="sources").kind == "id"
    assert not any(column.is_required for column in value_range())


@pytest.mark.parametrize("entry", TABLES.values(), ids=TABLES)
def test_every_table_describes_itself_and_refers_to_tables_with_one_key(entry: Table) -> None:
    assert entry.description.endswith(".")
    assert len(set(entry.column_names)) == len(entry.columns)
    assert set(entry.key) <= set(entry.column_names)
    for column in entry.columns:
        assert column.description
        assert column.low is None or column.high is None or column.low < column.high
        if column.refers_to:
            target = TABLES[column.refers_to]
            assert target.key == (target.columns[0].name,)
            assert target.columns[0].kind == "id"


@pytest.mark.parametrize("entry", [entry for name, entry in TABLES.items() if name != "sources"])
def test_every_table_but_that_of_the_sources_carries_provenance(entry: Table) -> None:
    assert entry.column("source").refers_to == "sources"
    assert entry.column("confidence").choices == CONFIDENCES
    assert entry.column("date").kind == "date"


@pytest.mark.parametrize("entry", TABLES.values(), ids=TABLES)
def test_names_of_columns_say_whether_they_are_fractions_or_truths(entry: Table) -> None:
    for column in entry.columns:
        assert (column.kind == "boolean") == column.name.startswith(("is_", "has_"))
        assert not column.name.endswith("_fraction") or column.unit == "fraction"
