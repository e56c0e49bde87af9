import polars as pl

from orecell.data.override import Changes, apply_overrides
from orecell.data.scenario import Override, Scenario, read_scenario
from orecell.errors import Fault

RAW = {
    "deflators": pl.DataFrame(
        {
            "index": ["cpi", "cpi"],
            "year": ["2024", "2025"],
            "value": ["100", "103"],
            "note": ["", "x"],
            "_row": [2, 3],
        }
    )
}
TEXT = b"""name: mine
because: Another index for the test.
overrides:
  - table: deflators
    key: {index: cpi, year: 2025}
    set:
      value: 110
      note: ~
  - table: deflators
    add: {index: cpi, year: 2026, value: 1.5e2}
"""


def scenario() -> Scenario:
    found, faults = read_scenario(TEXT, "scenarios/mine.yaml")
    assert faults == []
    assert found is not None
    return found


def test_cells_are_set_in_the_row_with_the_key_and_rows_are_added_at_the_end() -> None:
    tables, changes, faults = apply_overrides(RAW, scenario())
    assert faults == []
    assert tables["deflators"].rows() == [
        ("cpi", "2024", "100", "", 2),
        ("cpi", "2025", "110", "", 3),
        ("cpi", "2026", "150.0", "", -1),
    ]
    assert RAW["deflators"].height == 2
    assert changes.scenario == "scenarios/mine.yaml"


def test_a_key_that_finds_no_row_is_a_fault_at_its_line() -> None:
    missing = {"deflators": RAW["deflators"].filter(pl.col("year") == "2024")}
    _, _, faults = apply_overrides(missing, scenario())
    assert [(fault.file, fault.row, fault.column, fault.value) for fault in faults] == [
        ("scenarios/mine.yaml", 4, "key", "index=cpi, year=2025")
    ]


def test_a_list_in_a_key_sets_a_row_for_each_of_its_values() -> None:
    change = Override(table="deflators", key={"index": ["cpi"], "year": [2024, 2025]}, set={"value": 1})
    both = Scenario(name="mine", because="For the test alone.", overrides=[change])
    tables, changes, faults = apply_overrides(RAW, both)
    assert faults == []
    assert tables["deflators"]["value"].to_list() == ["1", "1"]
    assert set(changes.cells) == {("tables/deflators.csv", row, "value") for row in (2, 3)}


def test_each_value_of_a_list_in_a_key_must_find_its_row() -> None:
    change = Override(table="deflators", key={"index": "cpi", "year": [2023, 2025, 2027]}, set={"value": 1})
    some = Scenario(name="mine", because="For the test alone.", overrides=[change])
    tables, _, faults = apply_overrides(RAW, some)
    assert [fault.value for fault in faults] == ["index=cpi, year=2023", "index=cpi, year=2027"]
    assert tables["deflators"]["value"].to_list() == ["100", "1"]


def test_truths_and_nothing_are_written_as_a_table_has_them() -> None:
    raw = {"sources": pl.DataFrame({"source": ["a"], "is_collection": ["true"], "url": ["x"], "_row": [2]})}
    change = Override(table="sources", key={"source": "a"}, set={"is_collection": False, "url": None})
    tables, _, faults = apply_overrides(
        raw, Scenario(name="mine", because="For the test alone.", overrides=[change])
    )
    assert faults == []
    assert tables["sources"].rows() == [("a", "false", "", 2)]


def test_a_fault_of_a_changed_cell_moves_to_the_scenario_and_others_say_that_they_come_with_it() -> None:
    _, changes, _ = apply_overrides(RAW, scenario())
    file = "tables/deflators.csv"
    found = changes.locate(
        [
            Fault(file, 3, "value", "110", "too high", "lower it"),
            Fault(file, -1, "date", "", "must not be empty", "fill it in"),
            Fault(file, -1, "value", "150", "too high", "lower it"),
            Fault(file, 2, "value", "100", "too low", "raise it"),
        ]
    )
    assert [(fault.file, fault.row, fault.rule) for fault in found] == [
        ("scenarios/mine.yaml", 7, "too high"),
        ("scenarios/mine.yaml", 9, "must not be empty"),
        ("scenarios/mine.yaml", 10, "too high"),
        (file, 2, "too low (with the changes of scenarios/mine.yaml)"),
    ]


def test_without_changes_faults_stay_where_they_are() -> None:
    fault = Fault("tables/deflators.csv", 2, "value", "1", "too low", "raise it")
    assert Changes().locate([fault]) == [fault]
