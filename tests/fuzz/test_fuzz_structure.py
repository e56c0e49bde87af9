"""Cells that are each well-formed and together make no sense: demand, mixes, figures, commodities."""

import pytest
from laboratory import Cells, Lab, assert_fault

Key = dict[str, str]
Case = tuple[str, Key, Cells, str, str]  # table, row, cells changed, column at fault, part of the rule

CELLS: dict[str, Case] = {
    "vehicles_without_packs": (
        "demand",
        {"demand_case": "outlook_2026", "country": "USA", "segment": "light_ev"},
        {"kwh_per_vehicle": ""},
        "kwh_per_vehicle",
        "come together",
    ),
    "vehicles_times_another_pack": (
        "demand",
        {"demand_case": "outlook_2026", "country": "USA", "segment": "light_ev"},
        {"kwh_per_vehicle": "75.5"},
        "value",
        "vehicles x pack",
    ),
    "segment_beside_the_whole": (
        "demand",
        {"demand_case": "news_2025", "country": "USA", "segment": "storage"},
        {"segment": "all"},
        "segment",
        "count twice",
    ),
    "mix_that_does_not_sum_to_one": (
        "chemistry_mix",
        {"demand_case": "outlook_2026", "segment": "storage", "commodity": "cell_lfp", "year": "2030"},
        {"value": "0.5", "value_low": "0", "value_high": "1"},
        "value",
        "sum to",
    ),
    "mix_of_packs": (
        "chemistry_mix",
        {"commodity": "cell_nca"},
        {"commodity": "pack_nca"},
        "year",
        "has no share for",
    ),
    "recipe_of_another_commodity_in_the_mix": (
        "technology_mix",
        {"commodity": "niso4_6h2o", "recipe": "niso4_from_mhp"},
        {"recipe": "coso4_from_cobalt_hydroxide"},
        "recipe",
        "makes or treats coso4_7h2o",
    ),
    "share_of_the_world_above_one": (
        "world_supply",
        {"unit": "fraction of world", "country": "CHN"},
        {"value": "1.2", "value_low": "", "value_high": ""},
        "value",
        "more than 1",
    ),
    "figure_of_a_case_that_nobody_runs": (
        "published_figures",
        {"figure": "us_demand_2030_news"},
        {"demand_case": "nobody_runs"},
        "demand_case",
        "",
    ),
    "figure_of_a_year_that_nobody_runs": (
        "published_figures",
        {"figure": "us_demand_2030_news"},
        {"year": "2050"},
        "year",
        "scenarios run 2024 to 2035",
    ),
    "cost_share_of_a_powder": (
        "cell_cost_shares",
        {"commodity": "cell_lfp"},
        {"commodity": "cam_lfp"},
        "commodity",
        "is no cell",
    ),
    "materials_that_cost_nothing": (
        "cell_cost_shares",
        {"component": "materials"},
        {"value": "0"},
        "value",
        "above 0",
    ),
    "formula_without_basis": (
        "commodities",
        {"commodity": "mhp"},
        {"formula": "Ni(OH)2"},
        "formula",
        "no formula",
    ),
    "basis_without_formula": (
        "commodities",
        {"commodity": "naoh"},
        {"formula": ""},
        "formula",
        "needs a formula",
    ),
    "formula_of_no_element": (
        "commodities",
        {"commodity": "naoh"},
        {"formula": "NaOX"},
        "formula",
        "not a chemical",
    ),
    "formula_with_two_readings": (
        "commodities",
        {"commodity": "naoh"},
        {"formula": "Ni2+"},
        "formula",
        "charge",
    ),
    "formula_of_a_short_lived_element": (
        "commodities",
        {"commodity": "naoh"},
        {"formula": "TcO2"},
        "formula",
        "standard atomic weight",
    ),
    "formula_without_end": ("commodities", {"commodity": "naoh"}, {"formula": "(" * 300}, "formula", ""),
    "reagent_in_a_stage_of_nickel": (
        "commodities",
        {"commodity": "naoh"},
        {"stage": "nickel_sulfate"},
        "stage",
        "of which naoh has none",
    ),
    "element_that_is_none": (
        "compositions",
        {"commodity": "mhp", "element": "Ni"},
        {"element": "Nj"},
        "element",
        "not an element",
    ),
    "composition_of_a_formula": (
        "compositions",
        {"commodity": "mhp", "element": "Ni"},
        {"commodity": "naoh"},
        "commodity",
        "would be ignored",
    ),
    "more_than_a_tonne_in_a_tonne": (
        "compositions",
        {"commodity": "mhp", "element": "Ni"},
        {"value": "0.95", "value_low": "", "value_high": "", "source": "iupac_2021", "confidence": "low"},
        "value",
        "more than 1",
    ),
    "measured_by_nothing": (
        "commodities",
        {"commodity": "steel"},
        {"basis": "measured", "formula": ""},
        "basis",
        "no rows",
    ),
    "assembled_by_nothing": (
        "commodities",
        {"commodity": "steel"},
        {"basis": "assembled", "formula": ""},
        "basis",
        "exactly one recipe",
    ),
    "separated_from_nothing": (
        "commodities",
        {"commodity": "steel"},
        {"basis": "feed", "formula": ""},
        "basis",
        "exactly one recipe",
    ),
}


IN_ANOTHER_ROW = {
    "mix_of_packs",
    "segment_beside_the_whole",
    "mix_that_does_not_sum_to_one",
    "share_of_the_world_above_one",
    "more_than_a_tonne_in_a_tonne",
}
"""The fault is of a group of rows and stands at the row where it shows."""


@pytest.mark.parametrize("kind", CELLS)
def test_a_row_that_contradicts_the_others_is_refused_by_cell(lab: Lab, kind: str) -> None:
    name, key, cells, column, rule = CELLS[kind]
    sheet = lab.sheet(name)
    row = sheet.set(key, **cells)
    assert_fault(lab.refuse(sheet), sheet.file, None if kind in IN_ANOTHER_ROW else row, column, rule)


@pytest.mark.parametrize("table", ["facilities", "commodities", "recipes"])
def test_a_thing_listed_twice_under_two_ids_is_refused(lab: Lab, table: str) -> None:
    sheet = lab.sheet(table)
    key = sheet.columns[0]
    row = sheet.add(7, **{key: f"{sheet.rows[7][key]}-copy", "name": sheet.rows[7]["name"].upper()})
    states = lab.sheet("facility_states")
    if table == "facilities":
        states.add(0, facility=f"{sheet.rows[7][key]}-copy")
    faults = lab.refuse(sheet, *([states] if table == "facilities" else []))
    assert_fault(faults, sheet.file, row, "name", "is already the name in row 9")


def test_a_commodity_moved_to_another_stage_leaves_its_plants_behind(lab: Lab) -> None:
    sheet = lab.sheet("commodities")
    sheet.set({"commodity": "spodumene_concentrate"}, stage="mine_nickel")
    assert_fault(
        lab.refuse(sheet), "tables/facilities.csv", None, "commodity", "belongs to stage mine_nickel"
    )


DROPPED: dict[str, tuple[str, dict[str, str], str, str]] = {
    "stage_without_a_parameter": (
        "stage_parameters",
        {"stage": "cam", "parameter": "ramp_fraction_year_2"},
        "tables/stages.csv",
        "needs ramp_fraction_year_2",
    ),
    "group_without_a_weighting": (
        "status_transitions",
        {"group": "all", "weighting": "capital"},
        "tables/stages.csv",
        "no rows of weighting capital",
    ),
    "plant_without_a_state": (
        "facility_states",
        {"facility": "6k-jackson"},
        "tables/facilities.csv",
        "has no state",
    ),
    "year_without_demand": (
        "demand",
        {"demand_case": "news_2025", "country": "USA", "segment": "storage", "year": "2029"},
        "tables/demand.csv",
        "news_2025, USA, storage has no demand in 2029",
    ),
    "case_without_demand": (
        "demand",
        {"demand_case": "argonne_2024"},
        "tables/demand_cases.csv",
        "is run but has no demand",
    ),
    "segment_without_a_mix": (
        "chemistry_mix",
        {"demand_case": "news_2025", "segment": "storage"},
        "tables/demand.csv",
        "news_2025, storage has no mix of chemistries",
    ),
    "mix_without_a_chemistry_in_a_year": (
        "chemistry_mix",
        {"demand_case": "outlook_2026", "segment": "storage", "commodity": "cell_nca", "year": "2030"},
        "tables/chemistry_mix.csv",
        "cell_nca has no share for outlook_2026, storage, 2030",
    ),
    "mix_without_a_recipe": (
        "technology_mix",
        {"recipe": "lioh_from_dle_brine"},
        "tables/technology_mix.csv",
        "sum to 0.85",
    ),
    "mix_without_a_recipe_in_a_year": (
        "technology_mix",
        {"recipe": "li2co3_from_claystone", "year": "2024"},
        "tables/technology_mix.csv",
        "li2co3_from_claystone has no share for li2co3, 2024",
    ),
    "several_recipes_without_a_mix": (
        "technology_mix",
        {"commodity": "aam"},
        "tables/recipes.csv",
        "aam has 2 recipes",
    ),
    "ore_without_composition": (
        "compositions",
        {"commodity": "mhp"},
        "tables/commodities.csv",
        "has no rows in tables/compositions.csv",
    ),
    "lithium_ore_without_lithium": (
        "compositions",
        {"commodity": "spodumene_concentrate", "element": "Li"},
        "tables/recipe_flows.csv",
        "contains no Li",
    ),
    "assumption_that_is_no_source": (
        "sources",
        {"source": "assumption"},
        "tables/demand.csv",
        "must be a source of tables/sources.csv",
    ),
}


@pytest.mark.parametrize("kind", DROPPED)
def test_rows_that_others_rely_on_are_missed(lab: Lab, kind: str) -> None:
    name, cells, file, rule = DROPPED[kind]
    sheet = lab.sheet(name)
    sheet.drop(lambda row: any(row[column] != cell for column, cell in cells.items()))
    assert_fault(lab.refuse(sheet), file, rule=rule)


def test_a_figure_about_a_demand_case_that_no_scenario_runs_is_refused(lab: Lab) -> None:
    base = "scenarios/base.yaml"
    content = lab.files[base].replace(b"news_2025, ", b"")
    faults = lab.refuse(files={base: content})
    assert_fault(faults, "tables/published_figures.csv", None, "demand_case", "no scenario runs news_2025")


def test_a_figure_about_a_demand_case_that_another_scenario_runs_is_accepted(lab: Lab) -> None:
    base, other = "scenarios/base.yaml", "scenarios/news.yaml"
    text = (
        b"name: news\nbecause: The outlook of the news on its own.\nsettings:\n  demand_cases: [news_2025]\n"
    )
    lab.read({base: lab.files[base].replace(b"news_2025, ", b""), other: text})


def test_a_recipe_that_the_mix_does_not_name_is_refused(lab: Lab) -> None:
    recipes, flows = lab.sheet("recipes"), lab.sheet("recipe_flows")
    row = recipes.add({"recipe": "niso4_from_mhp"}, recipe="niso4_twice")
    for flow in [flow for flow in flows.rows if flow["recipe"] == "niso4_from_mhp"]:
        flows.rows.append({**flow, "recipe": "niso4_twice"})
    faults = lab.refuse(recipes, flows)
    assert_fault(faults, recipes.file, row, "recipe", "technology_mix does not name this one")
