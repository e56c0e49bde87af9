"""Recipes that do not close, are not read as written, or make something out of nothing."""

import pytest
from laboratory import Cells, Lab, Sheet, assert_fault

from orecell.data.tables import TABLES

Key = dict[str, str]
FLOWS = "recipe_flows"
PCAM = {"recipe": "pcam_nmc811"}
CELL = {"recipe": "cell_lfp"}
SHRED = {"recipe": "shred_nmc811"}
HYDRO = {"recipe": "hydromet_nmc811"}

CELLS: dict[str, tuple[Key, Cells, str, str]] = {
    "role_of_an_assembly": ({**PCAM, "commodity": "niso4_6h2o"}, {"role": "ingredient"}, "role", "method"),
    "role_of_a_reaction": ({**CELL, "commodity": "aam"}, {"role": "carrier"}, "role", "method assembly"),
    "role_of_a_treatment": ({**PCAM, "commodity": "naoh"}, {"role": "product"}, "role", "method"),
    "loss_of_a_split": (
        {**SHRED, "commodity": "aluminum_scrap"},
        {"role": "loss", "commodity": "", "value": "", "unit": "", "value_low": "", "value_high": ""},
        "role",
        "method split",
    ),
    "loss_of_a_commodity": (
        {"recipe": "cam_nmc622", "role": "loss"},
        {"commodity": "carbon_dioxide"},
        "commodity",
        "is not read",
    ),
    "loss_of_nothing": (
        {"recipe": "cam_nmc622", "role": "loss"},
        {"element": ""},
        "element",
        "must be filled",
    ),
    "loss_of_no_element": (
        {"recipe": "cam_nmc622", "role": "loss"},
        {"element": "Cx"},
        "element",
        "not an element",
    ),
    "loss_of_an_amount": (
        {"recipe": "cam_nmc622", "role": "loss"},
        {"value": "0.1", "unit": "t/t"},
        "value",
        "is not read",
    ),
    "carrier_of_nothing": (
        {**PCAM, "commodity": "niso4_6h2o"},
        {"commodity": ""},
        "commodity",
        "must be filled",
    ),
    "carrier_by_moles_and_element": (
        {**PCAM, "commodity": "niso4_6h2o"},
        {"element": "Ni"},
        "element",
        "is not read",
    ),
    "carrier_by_neither": (
        {**PCAM, "commodity": "niso4_6h2o"},
        {"value": "", "unit": ""},
        "element",
        "must be filled",
    ),
    "carrier_without_unit": ({**PCAM, "commodity": "niso4_6h2o"}, {"unit": ""}, "unit", "must be filled"),
    "carrier_without_moles": (
        {**PCAM, "commodity": "niso4_6h2o"},
        {"value": "0"},
        "value",
        "must be above 0",
    ),
    "reagent_by_element": ({**PCAM, "commodity": "naoh"}, {"element": "Na"}, "element", "is not read"),
    "reagent_with_a_yield": (
        {**PCAM, "commodity": "naoh"},
        {"yield_fraction": "0.9"},
        "yield_fraction",
        "is not read",
    ),
    "reagent_without_amount": ({**PCAM, "commodity": "naoh"}, {"value": ""}, "value", "must be filled"),
    "mass_with_a_basis": (
        {**PCAM, "commodity": "ammonia"},
        {"basis": "niso4_6h2o"},
        "basis",
        "is not read",
    ),
    "scrap_by_element": (
        {**CELL, "role": "byproduct"},
        {"element": "Li"},
        "element",
        "scrap of an assembly has no element",
    ),
    "surplus_without_element": (
        {"recipe": "cobalt_hydroxide_from_ore", "role": "byproduct"},
        {"element": ""},
        "element",
        "a share of a surplus has one",
    ),
    "ingredient_without_amount": ({**CELL, "commodity": "aam"}, {"value": ""}, "value", "must be filled"),
    "ingredient_of_nothing": ({**CELL, "commodity": "aam"}, {"value": "0"}, "value", "must be above 0"),
    "ingredient_by_element": ({**CELL, "commodity": "aam"}, {"element": "C"}, "element", "is not read"),
    "ingredient_with_a_basis": (
        {**CELL, "commodity": "aam"},
        {"basis": "cell_lfp"},
        "basis",
        "is not read",
    ),
    "ingredient_with_a_yield_beside_scrap": (
        {**CELL, "commodity": "aam"},
        {"yield_fraction": "0.9"},
        "yield_fraction",
        "gives scrap",
    ),
    "ingredients_of_two_yields": (
        {"recipe": "electrolyte_blend", "commodity": "lipf6"},
        {"yield_fraction": "0.9"},
        "yield_fraction",
        "an assembly has one",
    ),
    "cell_that_is_all_scrap": (
        {**CELL, "role": "byproduct"},
        {"value": "1", "value_low": "", "value_high": "", "confidence": "low", "source": "iupac_2021"},
        "value",
        "less than all",
    ),
    "scrap_with_a_composition_of_its_own": (
        {**CELL, "role": "byproduct"},
        {"commodity": "copper_scrap"},
        "commodity",
        "is assembled",
    ),
    "scrap_of_another_cell": (
        {"recipe": "cell_nca", "role": "byproduct"},
        {"commodity": "cell_scrap_lfp"},
        "commodity",
        "is the scrap of",
    ),
    "product_without_element": (
        {**HYDRO, "commodity": "li2co3"},
        {"element": ""},
        "element",
        "must be filled",
    ),
    "product_without_share": (
        {**HYDRO, "commodity": "li2co3"},
        {"value": "", "value_low": "", "value_high": ""},
        "value",
        "must be filled",
    ),
    "share_of_an_element_that_is_not_fed": (
        {**SHRED, "commodity": "aluminum_scrap"},
        {"element": "Fe"},
        "element",
        "contains no Fe",
    ),
    "recipe_that_names_its_reference": (
        {**PCAM, "commodity": "naoh"},
        {"commodity": "pcam_nmc811"},
        "commodity",
        "is the reference",
    ),
    "moles_of_a_mixture": (
        {**PCAM, "commodity": "niso4_6h2o"},
        {"commodity": "mhp"},
        "recipe",
        "needs a formula or an element",
    ),
    "carrier_without_its_element": (
        {"recipe": "niso4_from_mhp", "role": "carrier"},
        {"commodity": "spodumene_ore"},
        "recipe",
        "contains no Ni",
    ),
    "basis_that_is_not_in_the_recipe": (
        {**HYDRO, "role": "reagent", "basis": "li2co3"},
        {"basis": "lipf6"},
        "recipe",
        "lipf6",
    ),
    "soda_of_19_in_place_of_20": ({**PCAM, "commodity": "naoh"}, {"value": "1.9"}, "recipe", "Na +"),
    "soda_of_21_in_place_of_20": ({**PCAM, "commodity": "naoh"}, {"value": "2.1"}, "recipe", "Na -"),
    "too_little_nickel": ({**PCAM, "commodity": "niso4_6h2o"}, {"value": "0.79"}, "recipe", "Ni +"),
    "too_much_sulfate": ({**PCAM, "commodity": "na2so4"}, {"value": "1.01"}, "recipe", "S +"),
    "reagent_of_another_metal": ({**PCAM, "commodity": "naoh"}, {"commodity": "lioh_h2o"}, "recipe", "Li -"),
    "surplus_of_an_element_that_lacks": (
        {"recipe": "cobalt_hydroxide_from_ore", "role": "byproduct"},
        {"commodity": "nickel_metal"},
        "recipe",
        "contains no Cu",
    ),
}


@pytest.mark.parametrize("kind", CELLS)
def test_a_flow_that_makes_no_sense_in_its_recipe_is_refused(lab: Lab, kind: str) -> None:
    key, cells, column, rule = CELLS[kind]
    sheet = lab.sheet(FLOWS)
    row: int | None = sheet.set(key, **cells)
    faults = lab.refuse(sheet)
    if column == "recipe":
        row = sheet.index(recipe=key["recipe"]) + 2
    fault = assert_fault(faults, sheet.file, row, column, rule)
    assert column != "recipe" or fault.value == key["recipe"]


ADDED: dict[str, tuple[Key, Cells, str, str]] = {
    "carrier_fed_twice": (
        {"recipe": "niso4_from_mhp", "role": "carrier"},
        {"element": "Co"},
        "commodity",
        "already",
    ),
    "product_recovered_twice": (
        {**HYDRO, "commodity": "li2co3", "role": "product"},
        {"element": "C"},
        "commodity",
        "already",
    ),
    "more_than_all_of_an_element": (
        {**SHRED, "element": "Cu", "commodity": "copper_scrap"},
        {"commodity": "aluminum_scrap"},
        "value",
        "more than 1",
    ),
    "two_kinds_of_scrap": (
        {**CELL, "role": "byproduct"},
        {"commodity": "cell_scrap_lmfp"},
        "commodity",
        "",
    ),
    "energy_of_a_material": (
        {"recipe": "cam_nmc811", "role": "energy"},
        {"commodity": "coal_tar_pitch"},
        "unit",
        "counted in t",
    ),
}


@pytest.mark.parametrize("kind", ADDED)
def test_a_flow_too_many_is_refused(lab: Lab, kind: str) -> None:
    key, cells, column, rule = ADDED[kind]
    sheet = lab.sheet(FLOWS)
    row = sheet.add(key, **cells)
    assert_fault(lab.refuse(sheet), sheet.file, None if column == "value" else row, column, rule)


@pytest.mark.parametrize(
    ("recipe", "role"),
    [
        ("pcam_nmc811", "carrier reagent"),
        ("cell_lfp", "ingredient"),
        ("shred_lfp", "product"),
        ("hydromet_lfp", "product"),
        ("aluminum_foil_rolled", "carrier"),
    ],
)
def test_a_process_without_input_or_output_is_refused(lab: Lab, recipe: str, role: str) -> None:
    sheet = lab.sheet(FLOWS)
    sheet.drop(lambda row: row["recipe"] != recipe or row["role"] not in role.split())
    row = lab.sheet("recipes").index(recipe=recipe) + 2
    assert_fault(lab.refuse(sheet), "tables/recipes.csv", row, "recipe", "needs a row of role")


@pytest.mark.parametrize("recipe", ["pcam_nmc811", "cell_nca", "shred_nca", "lioh_from_li2co3", "ammonia"])
def test_a_process_without_any_flow_is_refused(lab: Lab, recipe: str) -> None:
    flows, recipes = lab.sheet(FLOWS), lab.sheet("recipes")
    if recipe == "ammonia":
        row = recipes.add({"recipe": "cam_lfp"}, recipe=recipe, reference=recipe)
    else:
        row = recipes.index(recipe=recipe) + 2
        flows.drop(lambda flow: flow["recipe"] != recipe)
    sheets = (recipes,) if recipe == "ammonia" else (flows,)
    assert_fault(lab.refuse(*sheets), recipes.file, row, "recipe", "needs a row of role")


@pytest.mark.parametrize("kind", ["by_carriers", "by_reagents", "by_ingredients", "by_itself"])
def test_matter_that_is_made_from_itself_is_refused(lab: Lab, kind: str) -> None:
    recipes, flows = lab.sheet("recipes"), lab.sheet(FLOWS)
    if kind == "by_carriers":
        flows.set({"recipe": "copper_foil_ed", "role": "carrier"}, commodity="copper_scrap")
        recipes.add({"recipe": "copper_foil_ed"}, recipe="scrap_of_foil", reference="copper_scrap")
        flows.add(
            {"recipe": "copper_foil_ed"},
            recipe="scrap_of_foil",
            commodity="copper_foil",
            yield_fraction="0.9",
        )
        circle = "copper_foil -> copper_scrap -> copper_foil"
    elif kind == "by_reagents":
        recipes.add({"recipe": "aam_synthetic_from_coke"}, recipe="coke", reference="needle_coke")
        flows.add(
            {"recipe": "aam_synthetic_from_coke", "commodity": "needle_coke"},
            recipe="coke",
            commodity="aam_synthetic",
            value="1",
            value_low="",
            value_high="",
        )
        circle = "aam_synthetic -> needle_coke -> aam_synthetic"
    elif kind == "by_ingredients":
        recipes.set({"recipe": "dimethyl_carbonate_from_ec"}, method="assembly")
        flows.drop(lambda row: row["recipe"] != "dimethyl_carbonate_from_ec")
        flows.add(
            {"recipe": "electrolyte_blend", "commodity": "lipf6"},
            recipe="dimethyl_carbonate_from_ec",
            commodity="electrolyte",
            value="1",
        )
        circle = "dimethyl_carbonate -> electrolyte -> dimethyl_carbonate"
    else:
        flows.set({"recipe": "copper_foil_ed", "role": "carrier"}, commodity="copper_foil")
        assert_fault(lab.refuse(flows), flows.file, None, "commodity", "is the reference")
        return
    fault = assert_fault(
        lab.refuse(recipes, flows), "tables/commodities.csv", None, "commodity", "in a circle"
    )
    assert fault.value == circle


def test_a_separation_that_feeds_itself_is_refused(lab: Lab) -> None:
    commodities, recipes, flows = lab.sheet("commodities"), lab.sheet("recipes"), lab.sheet(FLOWS)
    commodities.set({"commodity": "cell_scrap_lfp"}, basis="feed", unit="t")
    recipes.set({"recipe": "hydromet_lfp"}, method="split")
    product = {**flows.rows[flows.index(recipe="hydromet_lfp", role="product", commodity="li2co3")]}
    flows.drop(lambda row: row["commodity"] != "cell_scrap_lfp" and row["recipe"] != "hydromet_lfp")
    flows.rows.append({**product, "commodity": "cell_scrap_lfp"})
    fault = assert_fault(
        lab.refuse(commodities, recipes, flows), commodities.file, None, "basis", "on itself"
    )
    assert fault.value == "black_mass_lfp -> cell_scrap_lfp -> black_mass_lfp"


def test_a_commodity_that_is_made_and_treated_is_refused(lab: Lab) -> None:
    recipes, flows = lab.sheet("recipes"), lab.sheet(FLOWS)
    row = recipes.add({"recipe": "pack_lfp"}, recipe="make_scrap", reference="cell_scrap_lfp")
    flows.add({"recipe": "pack_lfp", "commodity": "cell_lfp"}, recipe="make_scrap")
    faults = lab.refuse(recipes, flows)
    assert_fault(faults, recipes.file, None, "reference", "another recipe treats cell_scrap_lfp")
    assert_fault(faults, recipes.file, row, "recipe", "technology_mix does not name this one")


@pytest.mark.parametrize("chain", [60, 400])
def test_an_assembly_of_assemblies_without_end_is_refused(lab: Lab, chain: int) -> None:
    commodities, recipes, flows = lab.sheet("commodities"), lab.sheet("recipes"), lab.sheet(FLOWS)
    for i in range(chain):
        commodities.add({"commodity": "pack_lfp"}, commodity=f"link{i:03}", stage="")
        recipes.add({"recipe": "pack_lfp"}, recipe=f"link{i:03}", reference=f"link{i:03}")
        part = f"link{i + 1:03}" if i + 1 < chain else "cell_lfp"
        flows.add({"recipe": "pack_lfp", "commodity": "cell_lfp"}, recipe=f"link{i:03}", commodity=part)
    faults = lab.refuse(commodities, recipes, flows)
    assert_fault(faults, commodities.file, None, "basis", "in a row")


DEMAND: dict[str, tuple[str, Key, Cells, str]] = {
    "chemistry_that_no_recipe_makes": (
        "recipes",
        {"recipe": "cell_nca"},
        {"reference": "cell_lmfp"},
        "nobody can",
    ),
    "cell_that_no_pack_uses": (
        FLOWS,
        {"recipe": "pack_nca", "commodity": "cell_nca"},
        {"commodity": "cell_lmfp"},
        "no recipe of pack_nca uses it",
    ),
    "scrap_that_nobody_shreds": (
        "recipes",
        {"recipe": "shred_nca"},
        {"recipe": "shred_ncx"},
        "nothing shreds its scrap",
    ),
    "pack_of_another_family": (
        "commodities",
        {"commodity": "pack_nca"},
        {"family": "iron"},
        "of one family",
    ),
    "pack_of_any_family": ("commodities", {"commodity": "pack_nca"}, {"family": "any"}, "of one family"),
}


@pytest.mark.parametrize("kind", DEMAND)
def test_demand_that_nobody_can_make_is_refused(lab: Lab, kind: str) -> None:
    name, key, cells, rule = DEMAND[kind]
    sheet = lab.sheet(name)
    sheet.set(key, **cells)
    others = _renamed(lab, key["recipe"], cells["recipe"]) if "recipe" in cells else []
    assert_fault(lab.refuse(sheet, *others), "tables/chemistry_mix.csv", None, "commodity", rule)


def _renamed(lab: Lab, old: str, new: str) -> list[Sheet]:
    """Every table that refers to a recipe, with its new name."""
    sheets = [lab.sheet(n) for n, t in TABLES.items() if any(c.refers_to == "recipes" for c in t.columns)]
    for sheet in sheets:
        for row in sheet.rows:
            row["recipe"] = new if row["recipe"] == old else row["recipe"]
    return sheets
