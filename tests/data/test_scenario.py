from pathlib import Path

import pytest
from pydantic import ValidationError

from orecell.data.scenario import (
    Scenario,
    Settings,
    check_settings,
    faults_of,
    read_scenario,
    read_scenarios,
    resolve,
)
from orecell.errors import CaseError, Fault

BASE = """name: base
because: Everything that the others leave open.
settings:
  as_of: ["2025-03-26"]
  demand_cases: [news_2025]
  first_year: 2024
  last_year: 2035
  headline_year: 2030
  weighting: count
  use_assumed_capacity: false
"""
CHILD = """name: child
because: A later date and nothing else.
settings:
  as_of: ["2026-06-30"]
overrides:
  - table: prices
    key: {deck: spot_2025, commodity: li2co3}
    set: {value: 12000}
"""
GRANDCHILD = """name: grandchild
because: Another year on top of the child.
base: child
settings:
  headline_year: 2032
overrides:
  - table: prices
    key: {deck: spot_2025, commodity: li2co3}
    set: {value: 15000}
"""


def read(**texts: str) -> dict[str, Scenario]:
    found = {}
    for name, text in texts.items():
        scenario, faults = read_scenario(text.encode("utf-8"), f"scenarios/{name}.yaml")
        assert faults == []
        assert scenario is not None
        found[name] = scenario
    return found


def faults(text: str) -> list[Fault]:
    scenario, found = read_scenario(text.encode("utf-8"), "scenarios/mine.yaml")
    assert scenario is None
    return found


HEAD = "name: mine\nbecause: For the test alone.\n"


def test_a_scenario_is_read_with_the_lines_of_its_values() -> None:
    child = read(child=CHILD)["child"]
    assert child.settings.as_of == ["2026-06-30"]
    assert child.overrides[0].set == {"value": 12000}
    assert child.line("because") == 2
    assert child.line("settings", "as_of") == 4
    assert child.line("base") is None
    assert child.overrides[0].place() == ("scenarios/child.yaml", 6)
    assert child.overrides[0].place("value") == ("scenarios/child.yaml", 8)
    assert child.overrides[0].place("unit") == ("scenarios/child.yaml", 6)


def test_what_a_scenario_leaves_open_comes_from_the_base() -> None:
    scenarios = read(base=BASE, child=CHILD)
    settings = resolve(scenarios, "child").settings
    assert settings.as_of == ["2026-06-30"]
    assert settings.demand_cases == ["news_2025"]
    assert settings.last_year == 2035
    assert resolve(scenarios, "base") == scenarios["base"]


def test_the_nearest_setting_wins_and_overrides_apply_from_the_root_down() -> None:
    resolved = resolve(read(base=BASE, child=CHILD, grandchild=GRANDCHILD), "grandchild")
    assert resolved.settings.headline_year == 2032
    assert resolved.settings.as_of == ["2026-06-30"]
    assert [override.set["value"] for override in resolved.overrides] == [12000, 15000]
    assert resolved.because == "Another year on top of the child."


def test_a_false_in_a_scenario_wins_over_a_true_of_its_base() -> None:
    base = BASE.replace("use_assumed_capacity: false", "use_assumed_capacity: true")
    child = "name: child\nbecause: Only what was published.\nsettings: {use_assumed_capacity: false}\n"
    assert resolve(read(base=base, child=child), "child").settings.use_assumed_capacity is False


def test_an_unknown_scenario_is_refused_with_the_nearest_name() -> None:
    with pytest.raises(CaseError, match="did you mean 'child'"):
        resolve(read(base=BASE, child=CHILD), "chidl")


@pytest.mark.parametrize(
    ("text", "row", "column", "rule", "fix"),
    [
        ("name: mine\n", 1, "because", "this key is required", "add 'because:'"),
        (HEAD + "bases: base\n", 3, "bases", "is not a known key", "did you mean 'base'?"),
        (HEAD + "settings: {year: 1}\n", 3, "settings.year", "is not a known key", "did you mean"),
        (
            HEAD + "settings: {use_assumed_capacity: no}\n",
            3,
            "settings.use_assumed_capacity",
            "must be true or false",
            "write true or false",
        ),
        (HEAD + "settings: {first_year: 2024.5}\n", 3, "settings.first_year", "a whole number", "write for"),
        (HEAD + "overrides: [{table: price, set: {value: 1}}]\n", 3, "table", "not a table", "did you mean"),
        (
            HEAD + "overrides: [{table: prices, key: {deck: a}, set: {value: 1}}]\n",
            3,
            "key",
            "must name deck, commodity",
            "give deck, commodity",
        ),
        (
            HEAD + "overrides: [{table: prices, key: {deck: a, commodity: b}, set: {valu: 1}}]\n",
            3,
            "valu",
            "is not a column of prices",
            "did you mean 'value'?",
        ),
        (
            HEAD + "overrides: [{table: prices, key: {deck: a}, add: {value: 1}}]\n",
            3,
            "key",
            "has its key in 'add'",
            "move the key",
        ),
        (HEAD + "overrides: [{table: prices}]\n", 3, "set", "either sets cells or adds", "write 'set:'"),
    ],
)
def test_a_fault_of_a_scenario_names_line_key_rule_and_fix(
    text: str, row: int, column: str, rule: str, fix: str
) -> None:
    found = faults(text)
    assert len(found) == 1, found
    assert (found[0].row, found[0].column) == (row, column)
    assert rule in found[0].rule
    assert found[0].fix.startswith(fix)


def test_a_cell_of_a_wrong_type_is_one_fault() -> None:
    text = HEAD + "overrides: [{table: prices, key: {deck: a, commodity: b}, set: {value: [1], unit: {}}}]\n"
    found = faults(text)
    assert [fault.column for fault in found] == ["overrides.0.set.value", "overrides.0.set.unit"]
    assert all(fault.rule == "a cell is text, a number, true, false or empty" for fault in found)


def test_dates_and_years_of_settings_are_checked_as_one() -> None:
    settings = Settings(as_of=["2025-3-26"], first_year=2030, last_year=2025, headline_year=2050)
    scenario = Scenario(name="mine", because="For the test alone.", settings=settings)
    found = check_settings(scenario, {}, "command line")
    assert [fault.column for fault in found] == [
        "settings.as_of",
        "settings.first_year",
        "settings.headline_year",
    ]
    assert {fault.file for fault in found} == {"command line"}


def test_faults_of_values_given_elsewhere_have_no_line() -> None:
    with pytest.raises(ValidationError) as caught:
        Scenario.model_validate({"name": "mine", "because": "For the test.", "settings": {"first_year": "x"}})
    fault = faults_of(caught.value, {}, "command line")[0]
    assert (fault.file, fault.row, fault.column) == ("command line", None, "settings.first_year")


def write(folder: Path, **texts: str) -> Path:
    folder.mkdir(exist_ok=True)
    for name, text in texts.items():
        (folder / f"{name}.yaml").write_text(text, encoding="utf-8")
    return folder


def test_a_folder_of_scenarios_is_read_by_name_with_the_bytes_of_each(tmp_path: Path) -> None:
    scenarios, found, contents = read_scenarios(write(tmp_path, base=BASE, child=CHILD))
    assert found == []
    assert list(scenarios) == ["base", "child"]
    assert contents["scenarios/child.yaml"] == CHILD.encode()


def test_a_folder_without_a_base_is_refused(tmp_path: Path) -> None:
    _, found, _ = read_scenarios(write(tmp_path, child=CHILD))
    assert [fault.rule for fault in found] == ["a case has a scenario named base"]


def test_the_base_is_the_root_of_all_others(tmp_path: Path) -> None:
    _, found, _ = read_scenarios(write(tmp_path, base=BASE + "base: child\n", child=CHILD))
    assert [(fault.file, fault.row, fault.column) for fault in found] == [("scenarios/base.yaml", 11, "base")]


def test_a_circle_is_reported_by_each_scenario_in_it(tmp_path: Path) -> None:
    one = "name: one\nbecause: First of the circle.\nbase: two\n"
    two = "name: two\nbecause: Second of the circle.\nbase: one\n"
    _, found, _ = read_scenarios(write(tmp_path, base=BASE, one=one, two=two))
    assert [(fault.file, fault.row, fault.value) for fault in found] == [
        ("scenarios/one.yaml", 3, "one -> two -> one"),
        ("scenarios/two.yaml", 3, "two -> one -> two"),
    ]
