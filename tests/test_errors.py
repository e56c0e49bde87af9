import copy
import pickle

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from orecell import errors
from orecell.errors import (
    BalanceError,
    CaseError,
    ExitCode,
    Fault,
    FormulaError,
    InputError,
    MoneyError,
    NotSolvedError,
    OrecellError,
    RecipeError,
    StoreError,
    UnitError,
)

EXAMPLES = [
    (OrecellError("broken"), 1),
    (InputError("no such scenario"), 2),
    (FormulaError("NI", 0, "has two readings", "write Ni"), 2),
    (UnitError("ton", "may be short", "write t"), 2),
    (MoneyError("USD", "has no year", "write USD2023"), 2),
    (RecipeError("calcine", {"Ni": -0.01, "Li": 0.2}, "kg/kg"), 2),
    (CaseError([Fault("prices.csv", 3, "price", "-1", "is below zero", "correct it")]), 2),
    (BalanceError("leach", "Ni", 0.02, ("pls", "residue")), 1),
    (NotSolvedError("infeasible"), 3),
    (StoreError("locked"), 4),
]


@pytest.mark.parametrize(("error", "code"), EXAMPLES)
def test_each_error_leaves_the_shell_with_the_code_of_its_kind(error: OrecellError, code: int) -> None:
    assert error.exit_code == code


def test_exit_codes_are_the_documented_numbers() -> None:
    assert [int(code) for code in ExitCode] == [0, 1, 2, 3, 4, 130]


def test_the_drawn_tree_names_every_error_class() -> None:
    classes = [
        item for item in vars(errors).values() if isinstance(item, type) and issubclass(item, Exception)
    ]
    assert len(classes) == len(EXAMPLES)
    assert all(issubclass(item, OrecellError) for item in classes)
    assert all(item.__name__ in (errors.__doc__ or "") for item in classes)


@pytest.mark.parametrize(("error", "code"), EXAMPLES)
def test_an_error_survives_the_way_back_from_a_worker_process(error: OrecellError, code: int) -> None:
    for twin in (pickle.loads(pickle.dumps(error)), copy.copy(error)):
        assert type(twin) is type(error)
        assert str(twin) == str(error)
        assert vars(twin) == vars(error)
        assert twin.exit_code == code


def test_a_formula_error_names_text_position_rule_and_fix() -> None:
    error = FormulaError("LiNixO2", 4, "'x' cannot stand here", "give a number")
    assert str(error) == "formula 'LiNixO2', character 5: 'x' cannot stand here; fix: give a number"


def test_a_long_text_is_cut_in_the_message_but_kept_on_the_error() -> None:
    error = UnitError("t" * 5000, "is not a unit", "write t")
    assert len(str(error)) < 200
    assert error.text == "t" * 5000


def test_an_error_about_text_with_line_breaks_still_takes_one_line() -> None:
    for error in (FormulaError("0\n2+", 2, "not 0\n2", "write 0\n^2+"), UnitError("t\nLi", "t\n?", "t\nLi")):
        assert len(str(error).splitlines()) == 1


def test_a_plain_input_error_shows_its_message_unquoted() -> None:
    assert str(InputError("no such scenario")) == "no such scenario"


def test_a_recipe_error_lists_each_element_with_its_signed_amount() -> None:
    error = RecipeError("calcine", {"O": 0.25, "Li": -0.0125}, "kg/kg")
    assert "'calcine'" in str(error)
    assert "Li -0.0125 kg/kg, O +0.25 kg/kg" in str(error)
    assert error.missing == {"Li": -0.0125, "O": 0.25}


def test_a_fault_names_file_row_column_value_rule_and_fix_on_one_line() -> None:
    fault = Fault("facilities.csv", 12, "capacity", "12x", "must be a number", "remove the x")
    assert str(fault) == (
        "facilities.csv, row 12, column capacity, value '12x': must be a number; fix: remove the x"
    )


def test_a_fault_leaves_out_what_is_not_set() -> None:
    assert str(Fault("prices.csv", None, "", "", "is missing", "")) == "prices.csv: is missing"
    assert str(Fault("", None, "", "", "no plant is open", "")) == "no plant is open"


WORD = st.text(st.characters(codec="ascii", categories=["L", "N"]), min_size=1)


@settings(deadline=None)
@given(WORD, st.integers(1, 10**6), WORD, WORD, WORD, WORD)
def test_a_fault_shows_every_field_that_is_set(
    file: str, row: int, column: str, value: str, rule: str, fix: str
) -> None:
    text = str(Fault(file, row, column, value, rule, fix))
    assert all(part in text for part in (file, str(row), column, value, rule, fix))


@settings(deadline=None)
@given(st.text(), st.text(), st.text(), st.text(), st.text())
def test_a_fault_stays_on_one_line_whatever_its_cells_hold(
    file: str, column: str, value: str, rule: str, fix: str
) -> None:
    assert len(str(Fault(file, 1, column, value, rule, fix)).splitlines()) <= 1


def test_a_case_error_counts_and_lists_every_fault_by_file_row_and_column() -> None:
    late = Fault("b.csv", 1, "price", "x", "must be a number", "correct it")
    second = Fault("a.csv", 10, "price", "y", "must be a number", "correct it")
    first = Fault("a.csv", 9, "year", "z", "must be a year", "correct it")
    whole = Fault("a.csv", None, "", "", "has no header", "add one")
    error = CaseError([late, second, first, whole])
    assert error.faults == (whole, first, second, late)
    assert str(error).splitlines() == [
        "4 faults in the case:",
        *[f"  {fault}" for fault in (whole, first, second, late)],
    ]


def test_a_single_fault_is_counted_in_the_singular() -> None:
    assert str(CaseError([Fault("a.csv", 1, "", "", "is wrong", "")])).startswith("1 fault in the case:")
