from pathlib import Path

import pytest

from orecell.data.package import Case, read_case, shipped_case_folder
from orecell.data.scenario import resolve
from orecell.data.tables import TABLES
from orecell.errors import CaseError

MINE = "scenarios/mine.yaml"


def write_scenario(folder: Path, body: str, name: str = "mine") -> None:
    text = f"name: {name}\nbecause: For the test of a package.\n{body}"
    (folder / "scenarios" / f"{name}.yaml").write_text(text, encoding="utf-8")


def test_the_shipped_case_is_read_without_a_fault(shipped: Case) -> None:
    assert shipped.name == "north_america"
    assert shipped.folder == shipped_case_folder()
    assert set(shipped.tables) == set(TABLES)
    assert "base" in shipped.scenarios


def test_tables_have_the_columns_of_the_schema_and_the_lines_of_the_file(shipped: Case) -> None:
    for name, frame in shipped.tables.items():
        assert tuple(frame.columns) == (*TABLES[name].column_names, "_row")
        assert frame["_row"].to_list() == list(range(2, frame.height + 2))
        assert shipped.table(name).columns == list(TABLES[name].column_names)


def test_the_same_files_have_the_same_hash_and_any_other_byte_another(
    case_folder: Path, shipped: Case
) -> None:
    assert read_case(case_folder).input_hash == shipped.input_hash
    hashes = {shipped.input_hash}
    for file in ("tables/prices.csv", "scenarios/base.yaml", "datapackage.json"):
        path = case_folder / file
        text = path.read_text(encoding="utf-8")
        new = {"tables/prices.csv": text.replace("model default", "Model default", 1)}.get(
            file,
            text.replace("Three", "3", 1)
            if file.endswith("yaml")
            else text.replace("north_america", "na", 1),
        )
        assert new != text
        path.write_text(new, encoding="utf-8")
        hashes.add(read_case(case_folder).input_hash)
    assert len(hashes) == 4


def test_a_folder_that_is_none_is_one_fault(tmp_path: Path) -> None:
    with pytest.raises(CaseError) as caught:
        read_case(tmp_path / "nowhere")
    assert len(caught.value.faults) == 1
    assert "orecell new" in caught.value.faults[0].fix


def test_faults_of_all_files_come_together_in_the_order_of_the_files(case_folder: Path) -> None:
    (case_folder / "datapackage.json").write_text("{", encoding="utf-8")
    (case_folder / "tables" / "prices.csv").write_text("deck\n", encoding="utf-8")
    (case_folder / "tables" / "extra.csv").write_text("a\n", encoding="utf-8")
    (case_folder / "scenarios" / "base.yaml").write_text("name: base\n", encoding="utf-8")
    with pytest.raises(CaseError) as caught:
        read_case(case_folder)
    files = list(dict.fromkeys(fault.file for fault in caught.value.faults))
    assert files == ["datapackage.json", "scenarios/base.yaml", "tables/extra.csv", "tables/prices.csv"]


def test_a_scenario_changes_the_tables_before_they_are_checked(case_folder: Path) -> None:
    body = """overrides:
  - table: prices
    key: {deck: spot_2025, commodity: li2co3}
    set: {value: 12000, value_high: 13000}
  - table: deflators
    add: {index: cepci, year: 2026, value: 820, source: cepci_idaes, date: 2026-12-31, confidence: low}
"""
    write_scenario(case_folder, body)
    case = read_case(case_folder)
    changed = read_case(case_folder, scenario=resolve(case.scenarios, "mine"))
    before, after = case.table("prices"), changed.table("prices")
    key = (before["deck"] == "spot_2025") & (before["commodity"] == "li2co3")
    assert before.filter(key)["value"].to_list() == [9000.0]
    assert after.filter(key)["value"].to_list() == [12000.0]
    assert after.filter(~key).equals(before.filter(~key))
    assert changed.table("deflators").height == case.table("deflators").height + 1
    assert changed.table("deflators")["value"][-1] == 820.0
    assert changed.input_hash != case.input_hash
    assert changed.scenarios == case.scenarios


@pytest.mark.parametrize(
    ("cells", "row", "column", "rule"),
    [
        ("{value: 50000}", 7, "value", "within value_low and value_high"),
        ("{value: cheap}", 7, "value", "must be a finite number"),
        ("{unit: kWh}", 7, "unit", "is counted in t"),
        ("{price_year: 2009}", 7, "price_year", "has no value for 2009"),
    ],
)
def test_a_scenario_cannot_smuggle_in_what_a_table_would_not_accept(
    case_folder: Path, cells: str, row: int, column: str, rule: str
) -> None:
    key = "{deck: spot_2025, commodity: li2co3}"
    write_scenario(case_folder, f"overrides:\n  - table: prices\n    key: {key}\n\n    set: {cells}\n")
    with pytest.raises(CaseError) as caught:
        read_case(case_folder)
    places = [(fault.file, fault.row, fault.column) for fault in caught.value.faults if rule in fault.rule]
    assert places == [(MINE, row, column)]


def test_an_override_of_a_base_is_checked_with_the_overrides_of_its_heir(case_folder: Path) -> None:
    natural = _share("natural", 0.2)
    write_scenario(case_folder, f"overrides:\n{natural}", "less")
    with pytest.raises(CaseError, match=r"sum to 1\.1"):
        read_case(case_folder)
    write_scenario(case_folder, f"overrides:\n{natural}{_share('synthetic', 0.8)}", "less")
    write_scenario(case_folder, f"base: less\noverrides:\n{_share('synthetic', 0.75)}", "heir")
    with pytest.raises(CaseError, match=r"sum to 0\.95"):
        read_case(case_folder)


def _share(kind: str, value: float) -> str:
    key = f"{{commodity: aam, recipe: aam_blend_{kind}, year: 2024}}"
    return f"  - table: technology_mix\n    key: {key}\n    set: {{value: {value}}}\n"


def test_a_reference_to_a_row_that_a_scenario_adds_is_known(case_folder: Path) -> None:
    body = """overrides:
  - table: sources
    add: {source: my_report, title: Mine, publisher: me, license: CC0, is_collection: false, date: 2026-01-01}
  - table: prices
    key: {deck: spot_2025, commodity: li2co3}
    set: {source: my_report}
"""
    write_scenario(case_folder, body)
    case = read_case(case_folder)
    changed = read_case(case_folder, scenario=resolve(case.scenarios, "mine"))
    assert "my_report" in changed.table("sources")["source"]
