from dataclasses import replace

import polars as pl
import pytest

from orecell.data import money_rules
from orecell.data.case_rows import At, column_of, resolved, rows_of
from orecell.data.commodity_rules import no_element
from orecell.data.package import Case
from orecell.data.place_rules import BOXES
from orecell.data.recipe_rules import AMOUNT_UNITS, NEEDED, ROLES_OF
from orecell.data.rules import ROUNDS, Rule, check_rules, settings_refer_to_the_case
from orecell.data.tables import FLOW_UNITS, METHODS, ROLES
from orecell.errors import Fault

RULES = [rule for rules in ROUNDS for rule in rules]


def changed(case: Case, table: str, column: str, value: object, **key: str) -> Case:
    frame = case.tables[table]
    match = pl.all_horizontal(pl.col(name) == wanted for name, wanted in key.items())
    cell = pl.lit(value, dtype=frame.schema[column])
    frame = frame.with_columns(pl.when(match).then(cell).otherwise(pl.col(column)).alias(column))
    return replace(case, tables={**case.tables, table: frame})


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_no_rule_finds_a_fault_in_the_shipped_case(shipped: Case, rule: Rule) -> None:
    assert rule.__doc__
    assert list(rule(shipped)) == []


def test_each_rule_runs_once() -> None:
    assert len(set(RULES)) == len(RULES)


def test_a_round_that_finds_faults_is_the_last(shipped: Case) -> None:
    case = changed(shipped, "prices", "value", 0.0, commodity="naoh")
    case = changed(case, "commodities", "formula", "NaXx", commodity="naoh")
    assert [fault.file for fault in check_rules(case)] == ["tables/prices.csv"]
    assert {
        fault.column
        for fault in check_rules(changed(shipped, "commodities", "formula", "Xx", commodity="naoh"))
    }


def test_every_fault_of_a_round_is_found(shipped: Case) -> None:
    case = changed(shipped, "prices", "value", 0.0, commodity="naoh")
    case = changed(case, "regions", "longitude", 85.2, region="US-KY")
    case = changed(case, "stages", "unit", "kt/yr", stage="cam")
    assert {(fault.file, fault.column) for fault in check_rules(case)} >= {
        ("tables/prices.csv", "value"),
        ("tables/regions.csv", "longitude"),
        ("tables/stages.csv", "unit"),
    }


def test_settings_given_on_the_command_line_are_checked_without_a_base(shipped: Case) -> None:
    base = shipped.scenarios["base"]
    wrong = base.settings.model_copy(update={"demand_cases": ["nobody"], "as_of": ["1999-01-01"]})
    probe = replace(shipped, scenarios={"command line": base.model_copy(update={"settings": wrong})})
    faults = list(settings_refer_to_the_case(probe))
    assert {fault.column for fault in faults} == {"settings.demand_cases", "settings.as_of"}
    assert list(settings_refer_to_the_case(replace(shipped, scenarios={"command line": base}))) == []


def test_a_scenario_is_checked_with_what_it_inherits(shipped: Case) -> None:
    base = shipped.scenarios["base"]
    late = base.model_copy(
        update={"name": "late", "settings": base.settings.__class__(first_year=2031), "base": None}
    )
    faults = list(settings_refer_to_the_case(replace(shipped, scenarios={"base": base, "late": late})))
    assert [(fault.file, fault.column) for fault in faults] == [
        ("scenarios/late.yaml", "settings.first_year")
    ]
    assert "headline year 2030" in faults[0].rule


def test_every_plant_of_the_shipped_case_lies_in_a_box(shipped: Case) -> None:
    assert set(shipped.tables["regions"]["country"]) <= set(BOXES)


def test_every_role_and_unit_of_the_schema_has_its_rule() -> None:
    assert set(ROLES_OF) == set(NEEDED) == set(METHODS)
    assert {role for roles in ROLES_OF.values() for role in roles} == set(ROLES)
    assert set(FLOW_UNITS) == {*AMOUNT_UNITS, "mol/mol", "fraction"}


def test_the_money_of_the_rules_is_the_money_of_the_results() -> None:
    from orecell.results import cost, run

    assert run.PRICE_YEAR == money_rules.MONEY_YEAR
    assert cost.FALLBACK_DECK == money_rules.FALLBACK_DECK


def test_a_wrong_element_is_answered_with_the_likely_one() -> None:
    assert no_element("NI") == "did you mean 'Ni'?"
    assert no_element("nothing at all").startswith("use a symbol")


def test_a_fault_of_a_cell_shows_numbers_short_and_nothing_as_nothing() -> None:
    at = At("prices", 7, "value")
    assert at.fault(0.1 + 0.2, "rule", "fix") == Fault("tables/prices.csv", 7, "value", "0.3", "rule", "fix")
    assert at.beside("unit").fault(None, "rule", "fix").value == ""
    assert len(at.fault("x" * 500, "rule", "fix").value) == 80


def test_rows_and_columns_are_read_with_their_lines(shipped: Case) -> None:
    rows = list(rows_of(shipped, "conversions", "commodity", "from_unit"))
    assert rows[0] == (2, "aluminum_foil", "m2")
    assert column_of(shipped, "conversions", "commodity", "from_unit")["electrolyte"] == "L"


def test_scenarios_are_resolved_in_the_order_of_their_names(shipped: Case) -> None:
    names = [scenario.name for scenario, _ in resolved(shipped)]
    assert names == sorted(shipped.scenarios)
    assert all(settings.last_year == 2035 for _, settings in resolved(shipped))
