"""Tables of the plan: cells that are each well-formed and together make no sense, and rows missing."""

import pytest
from laboratory import Cells, Lab, assert_fault

Key = dict[str, str]
CAM = {"plant_type": "cam_nickel_plant"}
FOIL = {"commodity": "copper_foil", "country": "CHN"}
CELLS: dict[str, tuple[str, Key, Cells, str, str]] = {
    "cost_per_another_unit": (
        "plant_parameters",
        {"plant_type": "cell_plant", "parameter": "capex_usd_per_unit"},
        {"unit": "USD per t/yr"},
        "unit",
        "has the unit USD per GWh/yr",
    ),
    "kind_counted_in_another_unit": (
        "plant_types",
        CAM,
        {"unit": "GWh"},
        "unit",
        "has the unit USD per GWh/yr",
    ),
    "plant_for_nothing": (
        "plant_parameters",
        {**CAM, "parameter": "capex_usd_per_unit"},
        {"value": "0", "value_low": "0"},
        "value",
        "capex_usd_per_unit is above 0",
    ),
    "plant_that_may_cost_nothing": (
        "plant_parameters",
        {**CAM, "parameter": "capex_usd_per_unit"},
        {"value_low": "0"},
        "value_low",
        "capex_usd_per_unit is above 0",
    ),
    "cost_outside_its_range": (
        "plant_parameters",
        {**CAM, "parameter": "capex_usd_per_unit"},
        {"value": "99999"},
        "value",
        "must lie within",
    ),
    "construction_in_months": (
        "plant_parameters",
        {**CAM, "parameter": "construction_years"},
        {"value": "30", "value_high": "48"},
        "value",
        "construction_years is above 0 and below 20",
    ),
    "plant_of_no_life": (
        "plant_parameters",
        {**CAM, "parameter": "life_years"},
        {"value": "0", "value_low": "0"},
        "value",
        "life_years is between 1 and 100",
    ),
    "block_of_nothing": (
        "plant_parameters",
        {**CAM, "parameter": "block_size"},
        {"value": "0", "value_low": "0"},
        "value",
        "block_size is above 0",
    ),
    "exponent_of_another_law": (
        "plant_parameters",
        {**CAM, "parameter": "scale_exponent"},
        {"value": "1.4", "value_high": "1.5"},
        "value",
        "scale_exponent is between 0.3 and 1.2",
    ),
    "overhead_in_percent": (
        "plant_parameters",
        {**CAM, "parameter": "fixed_opex_fraction"},
        {"value": "4", "value_high": "6"},
        "value",
        "fixed_opex_fraction is between 0 and 1",
    ),
    "learning_by_more_than_half": (
        "plant_parameters",
        {**CAM, "parameter": "learning_fraction"},
        {"value": "0.6", "value_high": "0.7"},
        "value",
        "below 0.5",
    ),
    "parameter_misspelled": (
        "plant_parameters",
        {**CAM, "parameter": "life_years"},
        {"parameter": "live_years"},
        "parameter",
        "must be one of",
    ),
    "discount_in_percent": (
        "plan_parameters",
        {"parameter": "discount_rate"},
        {"value": "8", "value_low": "7", "value_high": "10"},
        "value",
        "discount_rate is between 0 and 1",
    ),
    "power_per_kilowatt_hour": (
        "plan_parameters",
        {"parameter": "electricity_usd_per_mwh"},
        {"unit": "USD/kWh"},
        "unit",
        "has the unit USD/MWh",
    ),
    "demand_that_nobody_misses": (
        "plan_parameters",
        {"parameter": "unmet_usd_per_kwh"},
        {"value": "0", "value_low": "0"},
        "value",
        "unmet_usd_per_kwh is above 0",
    ),
    "recipe_of_another_kind": (
        "plant_recipes",
        {**CAM, "recipe": "cam_nca"},
        {"recipe": "pack_nca"},
        "recipe",
        "pack_nca is counted in GWh",
    ),
    "plant_in_a_region_that_is_none": (
        "candidates",
        CAM,
        {"region": "US-XX"},
        "region",
        "regions.csv",
    ),
    "half_a_step": ("supply_steps", {**FOIL, "step": "2"}, {"step": "1.5"}, "step", "whole number"),
    "step_cheaper_than_the_first": (
        "supply_steps",
        {**FOIL, "step": "2", "year": "2030"},
        {"value": "100", "value_low": "50"},
        "value",
        "is not above the",
    ),
    "foil_for_nothing": (
        "supply_steps",
        {**FOIL, "step": "1", "year": "2030"},
        {"value": "0", "value_low": "0"},
        "value",
        "must be above 0",
    ),
    "less_than_nothing_to_buy": (
        "supply_steps",
        {**FOIL, "step": "1", "year": "2030"},
        {"quantity": "-1"},
        "quantity",
        "must not be below 0",
    ),
    "ore_at_sea": (
        "supply_steps",
        {"commodity": "spodumene_ore", "country": "USA", "year": "2030"},
        {"is_at_plant": "false"},
        "is_at_plant",
        "say the contrary",
    ),
    "freight_by_mule": ("freight_rates", {"mode": "rail"}, {"mode": "mule"}, "mode", "must be one of"),
}


@pytest.mark.parametrize("kind", CELLS)
def test_a_plan_that_contradicts_itself_is_refused_by_cell(lab: Lab, kind: str) -> None:
    name, key, cells, column, rule = CELLS[kind]
    sheet = lab.sheet(name)
    row = sheet.set(key, **cells)
    file, at = (sheet.file, row) if name != "plant_types" else ("tables/plant_parameters.csv", None)
    assert_fault(lab.refuse(sheet), file, at, column, rule)


DROPPED: dict[str, tuple[str, Key, str, str]] = {
    "kind_without_a_cost": (
        "plant_parameters",
        {**CAM, "parameter": "capex_usd_per_unit"},
        "tables/plant_types.csv",
        "needs capex_usd_per_unit",
    ),
    "kind_without_permits": (
        "plant_parameters",
        {**CAM, "parameter": "permitting_years"},
        "tables/plant_types.csv",
        "needs permitting_years",
    ),
    "kind_without_a_recipe": (
        "plant_recipes",
        {"plant_type": "separator_plant"},
        "tables/plant_types.csv",
        "no recipe uses its capacity",
    ),
    "plan_without_a_rate": (
        "plan_parameters",
        {"parameter": "discount_rate"},
        "tables/plan_parameters.csv",
        "the plan needs discount_rate",
    ),
    "second_step_without_the_first": (
        "supply_steps",
        {**FOIL, "step": "1"},
        "tables/supply_steps.csv",
        "copper_foil, CHN has no step 1",
    ),
    "step_without_a_year": (
        "supply_steps",
        {**FOIL, "step": "2", "year": "2030"},
        "tables/supply_steps.csv",
        "step 2 of copper_foil, CHN has no row for 2030",
    ),
    "seller_without_a_port": ("ports", {"country": "CHL"}, "tables/supply_steps.csv", "no row in ports"),
    "buyer_without_a_port": ("ports", {"country": "MEX"}, "tables/demand.csv", "no row in ports"),
    "sea_without_ships": ("freight_rates", {"mode": "ship"}, "tables/freight_rates.csv", "ship has no rate"),
}


@pytest.mark.parametrize("kind", DROPPED)
def test_rows_that_a_plan_relies_on_are_missed(lab: Lab, kind: str) -> None:
    name, cells, file, rule = DROPPED[kind]
    sheet = lab.sheet(name)
    sheet.drop(lambda row: any(row[column] != cell for column, cell in cells.items()))
    assert_fault(lab.refuse(sheet), file, rule=rule)


def test_demand_that_ends_early_is_one_fault_for_a_case_and_not_one_for_each_series(lab: Lab) -> None:
    demand = lab.sheet("demand")
    demand.drop(lambda row: row["demand_case"] != "news_2025" or int(row["year"]) < 2033)
    faults = lab.refuse(demand)
    assert [fault.rule for fault in faults] == [
        "news_2025, CAN, commercial_ev and 8 more have no demand in 2033, inside the horizon"
    ]


def test_a_horizon_beyond_the_data_is_one_fault_that_says_where_each_table_ends(lab: Lab) -> None:
    steps = lab.sheet("supply_steps")
    steps.drop(lambda row: int(row["year"]) <= 2035)
    text = b"name: late\nbecause: A horizon beyond the data.\nsettings:\n  last_year: 2050\n"
    faults = lab.refuse(steps, files={"scenarios/late.yaml": text})
    fault = assert_fault(faults, "scenarios/late.yaml", 4, "settings.last_year")
    assert fault.rule == ("demand covers 2024 to 2040, chemistry_mix 2024 to 2040, supply_steps 2024 to 2035")
    assert len(faults) == 1


def test_a_horizon_to_the_end_of_the_data_is_accepted(lab: Lab) -> None:
    text = b"name: late\nbecause: A horizon to the end of the data.\nsettings:\n  last_year: 2040\n"
    lab.read({"scenarios/late.yaml": text})


def test_a_scenario_whose_demand_case_ends_before_the_inherited_horizon_is_refused(lab: Lab) -> None:
    demand = lab.sheet("demand")
    demand.drop(lambda row: row["demand_case"] != "argonne_2024" or int(row["year"]) < 2033)
    base = lab.files["scenarios/base.yaml"].replace(b"argonne_2024, ", b"")
    text = b"name: old\nbecause: A case that ends early.\nsettings:\n  demand_cases: [argonne_2024]\n"
    faults = lab.refuse(demand, files={"scenarios/base.yaml": base, "scenarios/old.yaml": text})
    fault = assert_fault(
        faults, "scenarios/old.yaml", None, "settings.last_year", "demand covers 2024 to 2032"
    )
    assert fault.value == "2035"
