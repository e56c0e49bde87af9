"""Units that are unknown, of another dimension, of another substance, or money of no stated year."""

import pytest
from laboratory import Lab, assert_fault

Case = tuple[str, dict[str, str], dict[str, str], str]

CASES: dict[str, Case] = {
    "short_tons": (
        "facility_states",
        {"facility": "6k-jackson"},
        {"capacity_unit": "short ton/yr"},
        "one of",
    ),
    "kilotonnes": ("facility_states", {"facility": "6k-jackson"}, {"capacity_unit": "kt/yr"}, "one of"),
    "tons": ("facility_states", {"facility": "6k-jackson"}, {"capacity_unit": "tons/yr"}, "one of"),
    "tonnes_without_year": ("facility_states", {"facility": "6k-jackson"}, {"capacity_unit": "t"}, "one of"),
    "energy_for_cathode": (
        "facility_states",
        {"facility": "6k-jackson"},
        {"capacity_unit": "GWh/yr"},
        "stage cam is measured in t/yr",
    ),
    "feed_for_cathode": (
        "facility_states",
        {"facility": "6k-jackson"},
        {"capacity_unit": "t feed/yr"},
        "stage cam is measured in t/yr",
    ),
    "carbonate_for_cathode": (
        "facility_states",
        {"facility": "6k-jackson"},
        {"capacity_unit": "t LCE/yr"},
        "stage cam is measured in t/yr",
    ),
    "tonnes_for_cells": (
        "facility_states",
        {"facility": "ultium-warren"},
        {"capacity_unit": "t/yr"},
        "stage cells is measured in GWh/yr",
    ),
    "area_for_cells": (
        "facility_states",
        {"facility": "ultium-warren"},
        {"capacity_unit": "m2/yr"},
        "stage cells is measured in GWh/yr",
    ),
    "nickel_for_lithium": (
        "facility_states",
        {"facility": "thacker-pass-p1"},
        {"capacity_unit": "t Ni/yr"},
        "stage lithium_chemicals is measured in",
    ),
    "carbonate_for_nickel": (
        "facility_states",
        {"facility": "vale-long-harbour"},
        {"capacity": "50000", "capacity_unit": "t LCE/yr"},
        "stage nickel_metal is measured in t/yr or t Ni/yr",
    ),
    "lithium_for_cobalt": (
        "facility_states",
        {"facility": "electra-temiskaming"},
        {"capacity": "5000", "capacity_unit": "t Li/yr"},
        "stage cobalt_sulfate is measured in",
    ),
    "assumed_cells_in_tonnes": (
        "capacity_assumptions",
        {"facility": "aesc-smyrna"},
        {"capacity_unit": "t/yr"},
        "stage cells is measured in GWh/yr",
    ),
    "capacity_without_unit": (
        "facility_states",
        {"facility": "ultium-warren"},
        {"capacity_unit": ""},
        "come together",
    ),
    "stage_of_mass_in_energy": ("stages", {"stage": "cam"}, {"unit": "GWh/yr"}, "adds up mass"),
    "stage_of_energy_in_mass": ("stages", {"stage": "cells"}, {"unit": "t/yr"}, "adds up energy"),
    "stage_of_area_in_square_meters": ("stages", {"stage": "separator"}, {"unit": "m2/yr"}, "adds up area"),
    "stage_of_lithium_in_carbonate": (
        "stages",
        {"stage": "lithium_chemicals"},
        {"unit": "t LCE/yr"},
        "adds up Li",
    ),
    "stage_without_year": ("stages", {"stage": "cam"}, {"unit": "t"}, "adds up mass"),
    "unknown_unit_of_stage": ("stages", {"stage": "cam"}, {"unit": "short ton/yr"}, "adds up mass"),
    "months": (
        "stage_parameters",
        {"stage": "cam", "parameter": "qualification_years"},
        {"unit": "months"},
        "unit years",
    ),
    "percent": (
        "stage_parameters",
        {"stage": "cam", "parameter": "utilization_fraction"},
        {"unit": "%"},
        "unit fraction",
    ),
    "formula_in_energy": ("commodities", {"commodity": "li2co3"}, {"unit": "GWh"}, "counted in t"),
    "formula_in_area": ("commodities", {"commodity": "copper_foil"}, {"unit": "Mm2"}, "counted in t"),
    "ore_in_energy": ("commodities", {"commodity": "mhp"}, {"unit": "MWh"}, "counted in t"),
    "cell_in_tonnes": ("commodities", {"commodity": "cell_lfp"}, {"unit": "t"}, "counted in GWh"),
    "separator_in_tonnes": ("commodities", {"commodity": "separator"}, {"unit": "t"}, "counted in Mm2"),
    "currency_in_small_letters": ("prices", {"currency": "CNY"}, {"currency": "cny"}, "ISO 4217"),
    "currency_sign": ("prices", {"currency": "CNY"}, {"currency": "RMB1"}, "ISO 4217"),
    "currency_without_rate": ("prices", {"currency": "CNY"}, {"currency": "JPY"}, "no exchange rate"),
    "price_of_no_year": ("prices", {"currency": "USD"}, {"price_year": ""}, "must not be empty"),
    "price_year_without_rate": (
        "prices",
        {"currency": "CNY"},
        {"price_year": "2016"},
        "no exchange rate for 2016",
    ),
    "price_year_without_index": ("prices", {"currency": "USD"}, {"price_year": "2009"}, "no value for 2009"),
    "price_per_ton": ("prices", {"commodity": "li2co3"}, {"unit": "ton"}, "must be one of"),
    "material_bought_by_energy": ("prices", {"commodity": "li2co3"}, {"unit": "kWh"}, "counted in t"),
    "pack_bought_by_mass": ("prices", {"commodity": "pack_lfp"}, {"unit": "kg"}, "counted in GWh"),
    "material_bought_by_liter": ("prices", {"commodity": "li2co3"}, {"unit": "L"}, "no conversion from L"),
    "separator_bought_by_liter": (
        "prices",
        {"commodity": "separator"},
        {"unit": "L"},
        "no conversion from L",
    ),
    "lithium_bought_by_nickel": ("prices", {"commodity": "li2co3"}, {"unit": "t Ni"}, "contains no Ni"),
    "nickel_bought_by_cobalt": ("prices", {"commodity": "niso4_6h2o"}, {"unit": "t Co"}, "contains no Co"),
    "factor_upside_down": ("conversions", {"commodity": "separator"}, {"unit": "m2 per Mm2"}, "Mm2 per m2"),
    "factor_of_another_unit": ("conversions", {"commodity": "electrolyte"}, {"unit": "kg per L"}, "t per L"),
    "world_supply_in_kilotonnes": ("world_supply", {"stage": "mine_nickel"}, {"unit": "kt Ni/yr"}, "t Ni/yr"),
    "world_supply_in_mass_of_ore": ("world_supply", {"stage": "mine_lithium"}, {"unit": "t/yr"}, "t Li/yr"),
    "world_supply_in_carbonate": (
        "world_supply",
        {"stage": "lithium_chemicals"},
        {"unit": "t LCE/yr"},
        "t Li/yr",
    ),
    "one_country_in_shares": (
        "world_supply",
        {"stage": "mine_nickel"},
        {"unit": "fraction of world", "value": "0.3"},
        "fraction of world",
    ),
    "figure_in_percent": ("published_figures", {"unit": "fraction"}, {"unit": "%"}, "must be one of"),
    "figure_in_terawatt_hours": ("published_figures", {"unit": "GWh/yr"}, {"unit": "TWh"}, "must be one of"),
    "moles_for_an_assembly": (
        "recipe_flows",
        {"recipe": "cell_lfp", "commodity": "aam"},
        {"unit": "mol/mol"},
        "is given in",
    ),
    "mass_per_mass_for_a_cell": (
        "recipe_flows",
        {"recipe": "cell_lfp", "commodity": "aam"},
        {"unit": "t/t"},
        "cell_lfp in GWh",
    ),
    "area_for_a_material": (
        "recipe_flows",
        {"recipe": "cell_lfp", "commodity": "aam"},
        {"unit": "Mm2/GWh"},
        "counted in t",
    ),
    "mass_for_an_area": (
        "recipe_flows",
        {"recipe": "cell_lfp", "commodity": "separator"},
        {"unit": "kg/kWh"},
        "counted in Mm2",
    ),
    "mass_for_moles": (
        "recipe_flows",
        {"recipe": "pcam_nmc811", "commodity": "niso4_6h2o"},
        {"unit": "t/t"},
        "is given in mol/mol",
    ),
    "heat_in_electric_units": (
        "recipe_flows",
        {"recipe": "cam_nmc811", "role": "energy"},
        {"unit": "GJ/t"},
        "counted in MWh",
    ),
    "energy_per_cell_for_a_powder": (
        "recipe_flows",
        {"recipe": "cam_nmc811", "role": "energy"},
        {"unit": "MWh/GWh"},
        "counted in MWh",
    ),
    "energy_in_mass": (
        "recipe_flows",
        {"recipe": "cam_nmc811", "role": "energy"},
        {"unit": "t/t"},
        "is given in MWh/t",
    ),
    "recovery_in_mass": (
        "recipe_flows",
        {"recipe": "hydromet_nmc811", "commodity": "li2co3", "role": "product"},
        {"unit": "t/t"},
        "is given in fraction",
    ),
}


@pytest.mark.parametrize("kind", CASES)
def test_a_unit_that_does_not_fit_is_refused_by_cell(lab: Lab, kind: str) -> None:
    name, key, cells, rule = CASES[kind]
    sheet = lab.sheet(name)
    column = "capacity_unit" if "capacity_unit" in cells else "unit" if "unit" in cells else next(iter(cells))
    if "value_low" in sheet.columns and "value" in cells:
        cells = {**cells, "value_low": "", "value_high": ""}
    row = sheet.set(key, **cells)
    faults = lab.refuse(sheet)
    if name == "world_supply" and "value" in cells:
        assert_fault(faults, sheet.file, None, "unit", "are in fraction of world")
        return
    fault = assert_fault(faults, sheet.file, row, None, rule)
    assert fault.column in (column, "currency", "price_year")


def test_a_unit_without_a_capacity_is_refused(lab: Lab) -> None:
    sheet = lab.sheet("facility_states")
    row = sheet.set({"facility": "ultium-warren"}, capacity="")
    assert_fault(lab.refuse(sheet), sheet.file, row, "capacity_unit", "come together")


@pytest.mark.parametrize("table", ["deflators", "exchange_rates", "conversions", "prices"])
def test_money_and_factors_of_zero_are_refused(lab: Lab, table: str) -> None:
    sheet = lab.sheet(table)
    row = sheet.set(0, value="0", value_low="", value_high="", confidence="medium", source="iupac_2021")
    assert_fault(lab.refuse(sheet), sheet.file, row, "value", "above 0")


@pytest.mark.parametrize("year", ["2024", "2025", "2026"])
def test_a_year_of_prices_without_an_index_is_refused(lab: Lab, year: str) -> None:
    sheet = lab.sheet("deflators")
    sheet.drop(lambda row: row["index"] != "us_cpi_u" or row["year"] != year)
    faults = lab.refuse(sheet)
    assert_fault(faults, "tables/prices.csv", None, "price_year", f"no value for {year}")
    if year == "2025":
        assert_fault(faults, sheet.file, None, "year", "the year of the results")


def test_a_currency_without_the_rate_of_the_price_year_is_refused(lab: Lab) -> None:
    sheet = lab.sheet("exchange_rates")
    sheet.drop(lambda row: row["currency"] != "CNY" or row["year"] != "2025")
    assert_fault(
        lab.refuse(sheet), "tables/prices.csv", None, "price_year", "CNY has no exchange rate for 2025"
    )


def test_a_conversion_that_a_price_needs_is_missed(lab: Lab) -> None:
    sheet = lab.sheet("conversions")
    sheet.drop(lambda row: row["commodity"] != "electrolyte")
    assert_fault(lab.refuse(sheet), "tables/prices.csv", None, "unit", "electrolyte has no conversion")


@pytest.mark.parametrize("commodity", ["separator", "binder", "conductive_carbon"])
def test_a_cell_with_a_priced_cathode_and_an_input_without_price_is_refused(lab: Lab, commodity: str) -> None:
    sheet = lab.sheet("prices")
    sheet.drop(lambda row: row["commodity"] != commodity)
    row = sheet.index(deck="batpac_2024", commodity="cam_lfp") + 2
    rule = f"cell_lfp has a priced cathode, but {commodity} has no price in batpac_2024"
    assert_fault(lab.refuse(sheet), sheet.file, row, "commodity", rule)


def test_a_cell_with_a_priced_cathode_and_no_share_of_materials_is_refused(lab: Lab) -> None:
    sheet = lab.sheet("cell_cost_shares")
    sheet.drop(lambda row: row["commodity"] != "cell_lfp")
    assert_fault(lab.refuse(sheet), "tables/prices.csv", None, "commodity", "no cell of family iron")
