"""Rules of the plan's tables, each on the shipped case with one thing changed."""

from collections.abc import Callable
from dataclasses import replace

import polars as pl
import pytest

from orecell.data import plan_rules
from orecell.data.package import Case
from orecell.data.plan_rules import LIMITS, NEEDED, Limits
from orecell.data.plan_tables import PLAN_PARAMETERS, PLANT_PARAMETERS
from orecell.data.rules import ROUNDS, Rule, check_rules
from orecell.data.tables import TABLES

Frames = Callable[[pl.DataFrame], pl.DataFrame]


def with_table(case: Case, table: str, change: Frames) -> Case:
    frame = change(case.tables[table])
    assert not frame.equals(case.tables[table]), "nothing was changed"
    return replace(case, tables={**case.tables, table: frame})


def where(**key: object) -> pl.Expr:
    return pl.all_horizontal(pl.col(name) == value for name, value in key.items())


def cell(column: str, value: object, **key: object) -> Frames:
    """The table with one column changed where the key fits."""
    return lambda frame: frame.with_columns(
        pl.when(where(**key))
        .then(pl.lit(value, dtype=frame.schema[column]))
        .otherwise(pl.col(column))
        .alias(column)
    )


def without(**key: object) -> Frames:
    return lambda frame: frame.filter(~where(**key))


CAM = {"plant_type": "cam_nickel_plant"}
FOIL = {"commodity": "copper_foil", "country": "CHN"}
BROKEN: dict[str, tuple[Rule, str, Frames, str, str]] = {
    "cost_of_a_cell_plant_per_tonne": (
        plan_rules.kinds_have_the_units_of_their_parameters,
        "plant_parameters",
        cell("unit", "USD per t/yr", plant_type="cell_plant", parameter="capex_usd_per_unit"),
        "unit",
        "has the unit USD per GWh/yr",
    ),
    "power_of_a_separator_plant_per_tonne": (
        plan_rules.kinds_have_the_units_of_their_parameters,
        "plant_parameters",
        cell("unit", "MWh/t", plant_type="separator_plant", parameter="electricity_mwh_per_unit"),
        "unit",
        "has the unit MWh/Mm2",
    ),
    "rate_in_percent": (
        plan_rules.plan_parameters_are_complete,
        "plan_parameters",
        cell("unit", "percent", parameter="discount_rate"),
        "unit",
        "has the unit fraction per year",
    ),
    "plan_without_a_parameter": (
        plan_rules.plan_parameters_are_complete,
        "plan_parameters",
        without(parameter="training_delay_years"),
        "parameter",
        "the plan needs training_delay_years",
    ),
    "plant_that_costs_nothing": (
        plan_rules.parameters_make_sense,
        "plant_parameters",
        cell("value", 0.0, parameter="capex_usd_per_unit", **CAM),
        "value",
        "capex_usd_per_unit is above 0",
    ),
    "low_end_that_costs_nothing": (
        plan_rules.parameters_make_sense,
        "plant_parameters",
        cell("value_low", 0.0, parameter="capex_usd_per_unit", **CAM),
        "value_low",
        "capex_usd_per_unit is above 0",
    ),
    "plant_built_in_no_time": (
        plan_rules.parameters_make_sense,
        "plant_parameters",
        cell("value", 0.0, parameter="construction_years", **CAM),
        "value",
        "construction_years is above 0 and below 20",
    ),
    "construction_in_months": (
        plan_rules.parameters_make_sense,
        "plant_parameters",
        cell("value", 24.0, parameter="construction_years", **CAM),
        "value",
        "construction_years is above 0 and below 20",
    ),
    "life_of_no_year": (
        plan_rules.parameters_make_sense,
        "plant_parameters",
        cell("value", 0.5, parameter="life_years", **CAM),
        "value",
        "life_years is between 1 and 100",
    ),
    "block_of_nothing": (
        plan_rules.parameters_make_sense,
        "plant_parameters",
        cell("value", 0.0, parameter="block_size", **CAM),
        "value",
        "block_size is above 0",
    ),
    "scale_that_makes_large_plants_dear": (
        plan_rules.parameters_make_sense,
        "plant_parameters",
        cell("value", 1.3, parameter="scale_exponent", **CAM),
        "value",
        "scale_exponent is between 0.3 and 1.2",
    ),
    "overhead_in_percent": (
        plan_rules.parameters_make_sense,
        "plant_parameters",
        cell("value", 4.0, parameter="fixed_opex_fraction", **CAM),
        "value",
        "fixed_opex_fraction is between 0 and 1",
    ),
    "learning_by_half": (
        plan_rules.parameters_make_sense,
        "plant_parameters",
        cell("value_high", 0.5, parameter="learning_fraction", **CAM),
        "value_high",
        "learning_fraction is at least 0 and below 0.5",
    ),
    "discount_in_percent": (
        plan_rules.parameters_make_sense,
        "plan_parameters",
        cell("value", 8.0, parameter="discount_rate"),
        "value",
        "discount_rate is between 0 and 1",
    ),
    "demand_that_nobody_misses": (
        plan_rules.parameters_make_sense,
        "plan_parameters",
        cell("value", 0.0, parameter="unmet_usd_per_kwh"),
        "value",
        "unmet_usd_per_kwh is above 0",
    ),
    "kind_without_a_cost": (
        plan_rules.kinds_are_complete,
        "plant_parameters",
        without(parameter="capex_usd_per_unit", **CAM),
        "plant_type",
        "needs capex_usd_per_unit",
    ),
    "kind_without_a_recipe": (
        plan_rules.kinds_are_complete,
        "plant_recipes",
        without(**CAM),
        "plant_type",
        "no recipe uses its capacity",
    ),
    "kind_whose_recipes_use_nothing": (
        plan_rules.kinds_are_complete,
        "plant_recipes",
        cell("value", 0.0, **CAM),
        "plant_type",
        "no recipe uses its capacity",
    ),
    "recipe_of_another_unit": (
        plan_rules.recipes_fit_their_kind,
        "plant_recipes",
        cell("recipe", "cell_lfp", recipe="cam_nca", **CAM),
        "recipe",
        "cell_lfp is counted in GWh, cam_nickel_plant in t",
    ),
    "step_that_got_lost": (
        plan_rules.steps_are_numbered,
        "supply_steps",
        cell("step", 3, step=2, **FOIL),
        "step",
        "copper_foil, CHN has no step 2",
    ),
    "step_without_a_year": (
        plan_rules.steps_cover_the_same_years,
        "supply_steps",
        without(step=2, year=2030, **FOIL),
        "year",
        "step 2 of copper_foil, CHN has no row for 2030",
    ),
    "step_cheaper_than_the_one_before": (
        plan_rules.steps_rise_in_price,
        "supply_steps",
        cell("value", 100.0, step=2, year=2030, **FOIL),
        "value",
        "is not above the",
    ),
    "foil_for_nothing": (
        plan_rules.steps_rise_in_price,
        "supply_steps",
        cell("value", 0.0, step=1, year=2030, **FOIL),
        "value",
        "must be above 0",
    ),
    "seller_without_a_port": (
        plan_rules.sellers_are_somewhere,
        "ports",
        without(country="CHL"),
        "country",
        "has no row in ports",
    ),
    "seller_at_plants_that_are_nowhere": (
        plan_rules.sellers_are_somewhere,
        "supply_steps",
        cell("is_at_plant", True, **FOIL),
        "country",
        "has no row in regions",
    ),
    "seller_at_plants_and_at_sea": (
        plan_rules.sellers_are_somewhere,
        "supply_steps",
        cell("is_at_plant", False, commodity="spodumene_ore", country="USA", year=2030),
        "is_at_plant",
        "say the contrary",
    ),
    "buyer_without_a_port": (
        plan_rules.buyers_have_a_port,
        "ports",
        without(country="MEX"),
        "country",
        "has demand, but no row in ports",
    ),
    "no_ships": (
        plan_rules.freight_has_its_modes,
        "freight_rates",
        without(mode="ship"),
        "mode",
        "ship has no rate",
    ),
}


@pytest.mark.parametrize("kind", BROKEN)
def test_a_plan_that_makes_no_sense_is_found_by_its_rule(shipped: Case, kind: str) -> None:
    rule, table, change, column, words = BROKEN[kind]
    case = with_table(shipped, table, change)
    faults = list(rule(case))
    assert faults, "the rule found nothing"
    assert any(fault.column == column and words in fault.rule for fault in faults), faults
    assert all(fault.fix and fault.file in {f"tables/{name}.csv" for name in TABLES} for fault in faults)
    assert set(faults) <= set(check_rules(case))


def test_every_rule_of_the_plan_runs_and_has_a_case_that_breaks_it() -> None:
    run = {rule for rules in ROUNDS for rule in rules if rule.__module__ == plan_rules.__name__}
    assert {rule for rule, *_ in BROKEN.values()} == run


def test_one_seller_without_a_port_is_one_fault(shipped: Case) -> None:
    case = with_table(shipped, "ports", without(country="CHN"))
    assert [fault.value for fault in plan_rules.sellers_are_somewhere(case)] == ["CHN"]


def test_limits_and_needs_name_parameters_of_their_table() -> None:
    assert set(LIMITS["plant_parameters"]) <= set(PLANT_PARAMETERS)
    assert set(LIMITS["plan_parameters"]) <= set(PLAN_PARAMETERS)
    assert set(NEEDED) <= set(PLANT_PARAMETERS)


@pytest.mark.parametrize(
    ("limits", "inside", "outside", "words"),
    [
        (Limits(0.0, 1.0), (0.0, 0.5, 1.0), (-0.1, 1.1), "between 0 and 1"),
        (plan_rules.POSITIVE, (1e-9, 1e12), (0.0, -1.0), "above 0"),
        (Limits(0.0, 0.5, ends="low"), (0.0, 0.49), (0.5, -0.1), "at least 0 and below 0.5"),
        (Limits(0.0, 20.0, ends=""), (0.1, 19.9), (0.0, 20.0), "above 0 and below 20"),
    ],
)
def test_limits_say_what_they_hold(
    limits: Limits, inside: tuple[float, ...], outside: tuple[float, ...], words: str
) -> None:
    assert all(map(limits.hold, inside))
    assert not any(map(limits.hold, outside))
    assert str(limits) == words


def test_every_kind_of_plant_has_every_parameter(shipped: Case) -> None:
    kinds = shipped.tables["plant_types"]["plant_type"].to_list()
    have = set(shipped.tables["plant_parameters"].select("plant_type", "parameter").iter_rows())
    assert have == {(kind, parameter) for kind in kinds for parameter in PLANT_PARAMETERS}
