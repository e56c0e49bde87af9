"""Blocks become one sparse matrix, and nothing slips through."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from orecell.errors import InputError
from orecell.lp.axes import Keys
from orecell.lp.highs import Solver
from orecell.lp.problem import Block, Matrix, Problem, check_entry_count

INF = float("inf")


def dense(matrix: Matrix) -> np.ndarray:
    full = np.zeros((len(matrix.row_lower), len(matrix.cost)))
    for column in range(len(matrix.cost)):
        for entry in range(matrix.starts[column], matrix.starts[column + 1]):
            full[matrix.rows[entry], column] += matrix.values[entry]
    return full


def two_by_three() -> tuple[Problem, Block, Block]:
    problem = Problem("tiny")
    row = problem.rows(Keys.product("row", {"i": ["a", "b"]}), lower=[1.0, -INF], upper=[1.0, 5.0])
    column = problem.columns(Keys.product("column", {"j": [1, 2, 3]}), cost=[1.0, 2.0, 3.0], upper=9.0)
    return problem, row, column


def transport(name: str = "transport") -> Problem:
    """Two plants, three markets, one building decision each; offset 7."""
    problem = Problem(name, offset=7.0)
    plants, markets = {"plant": ["US-KY", "US-NV"]}, {"market": ["m", "n", "o"]}
    ship = problem.columns(Keys.product("ship", plants | markets), cost=[[2, 3, 1], [5, 4, 8]])
    build = problem.columns(Keys.product("build", plants), cost=100, upper=3, is_integer=True)
    sell = problem.columns(Keys.product("sell", {}), cost=-1, lower=-INF, upper=4)
    capacity = problem.rows(Keys.product("capacity", plants), upper=[50, 70])
    demand = problem.rows(Keys.product("demand", markets), lower=[40, 30, 20])
    balance = problem.rows(Keys.product("balance", {}), lower=0, upper=0)
    problem.terms(capacity.at(plant=ship.axis("plant")), ship.every(), 1)
    problem.terms(capacity.every(), build.every(), -10)
    problem.terms(demand.at(market=ship.axis("market")), ship.every(), 1)
    problem.terms(balance.at(), ship.at(plant="US-KY", market=["m", "o"]), [0.5, -0.5])
    problem.terms(balance.at(), sell.at(), -1)
    return problem


def test_blocks_become_columns_and_rows_in_order_of_declaration() -> None:
    problem, row, column = two_by_three()
    problem.terms(row.at(i=["a", "b", "a"]), column.at(j=[3, 1, 1]), [30.0, 100.0, 10.0])
    matrix = problem.matrix()
    assert dense(matrix).tolist() == [[10.0, 0.0, 30.0], [100.0, 0.0, 0.0]]
    assert matrix.starts.tolist() == [0, 2, 2, 3]
    assert matrix.rows.tolist() == [0, 1, 0]
    assert (matrix.starts.dtype, matrix.rows.dtype) == (np.int32, np.int32)
    assert matrix.cost.tolist() == [1.0, 2.0, 3.0]
    assert (matrix.lower.tolist(), matrix.upper.tolist()) == ([0.0] * 3, [9.0] * 3)
    assert (matrix.row_lower.tolist(), matrix.row_upper.tolist()) == ([1.0, -INF], [1.0, 5.0])
    assert problem.row_blocks.label(1) == "row[b]"
    assert problem.column_blocks.label(2) == "column[3]"


def test_entries_of_equal_place_add_up() -> None:
    problem, row, column = two_by_three()
    problem.terms(row.at(i=["a", "a", "b"]), column.at(j=[2, 2, 2]), [1.0, 2.0, 4.0])
    problem.terms(row.at(i="a"), column.at(j=2), 10.0)
    assert dense(problem.matrix())[:, 1].tolist() == [13.0, 4.0]


def test_entries_that_cancel_leave_nothing_behind() -> None:
    problem, row, column = two_by_three()
    problem.terms(row.at(i="a"), column.at(j=[2, 2, 2, 3]), [0.1, 0.2, -0.3, 1.0])
    assert 0.1 + 0.2 - 0.3 != 0.0
    matrix = problem.matrix()
    assert matrix.values.tolist() == [1.0]
    assert matrix.starts.tolist() == [0, 0, 0, 1]


def test_one_row_or_one_value_serves_all_columns() -> None:
    problem, row, column = two_by_three()
    problem.terms(row.at(i="b"), column.every(), 2.0)
    problem.terms(row.every(), column.at(j=1), [3.0, 4.0])
    assert dense(problem.matrix()).tolist() == [[3.0, 0.0, 0.0], [6.0, 2.0, 2.0]]


@given(
    st.lists(st.tuples(st.integers(0, 1), st.integers(0, 2), st.integers(-3, 3)), max_size=30), st.randoms()
)
@settings(deadline=None)
def test_the_matrix_is_the_sum_of_its_entries_in_whatever_order_and_pieces(entries: list, shuffle) -> None:
    expected = np.zeros((2, 3))
    problem, row, column = two_by_three()
    shuffle.shuffle(entries)
    cut = shuffle.randint(0, len(entries))
    for part in (entries[:cut], entries[cut:]):
        i, j, value = ([entry[k] for entry in part] for k in range(3))
        problem.terms(row.at(i=["ab"[k] for k in i]), column.at(j=[k + 1 for k in j]), value)
        for entry in part:
            expected[entry[0], entry[1]] += entry[2]
    assert (dense(problem.matrix()) == expected).all()
    assert (problem.matrix().values != 0.0).all()


def test_values_of_a_product_may_come_in_its_shape_but_not_transposed() -> None:
    problem = Problem("shapes")
    keys = Keys.product("ship", {"plant": ["a", "b"], "market": ["m", "n", "o"]})
    ship = problem.columns(keys, cost=np.arange(6.0).reshape(2, 3))
    assert problem.matrix().cost.tolist() == [0.0, 1.0, 2.0, 3.0, 4.0, 5.0]
    assert ship.at(plant="b", market="m").index == 3
    for wrong in (np.zeros((3, 2)), np.zeros((6, 1)), np.zeros(5), np.zeros(1)):
        with pytest.raises(InputError, match="has 6 keys but cost of shape"):
            problem.columns(Keys.product("other", keys.levels), cost=wrong)


def test_later_changes_of_a_callers_arrays_change_nothing() -> None:
    problem, row, column = two_by_three()
    values, cost = np.ones(3), np.ones(3)
    more = problem.columns(Keys.product("more", {"j": [1, 2, 3]}), cost=cost)
    problem.terms(row.at(i="a"), column.every(), values)
    problem.terms(row.at(i="b"), more.every(), values)
    values[:], cost[:] = 7.0, 7.0
    matrix = problem.matrix()
    assert matrix.values.tolist() == [1.0] * 6
    assert matrix.cost.tolist() == [1.0, 2.0, 3.0, 1.0, 1.0, 1.0]


@pytest.mark.parametrize(
    ("numbers", "message"),
    [
        ({"cost": float("nan")}, r"new\[1\].*no cost \(NaN\)"),
        ({"cost": [0.0, INF]}, r"new\[2\].*cost of 1e\+20 or more"),
        ({"cost": [0.0, -1e20]}, r"new\[2\].*cost of 1e\+20 or more"),
        ({"lower": [0.0, float("nan")]}, r"new\[2\].*no lower end \(NaN\)"),
        ({"upper": [float("nan"), 1.0]}, r"new\[1\].*no upper end \(NaN\)"),
        ({"lower": 2.0, "upper": [3.0, 1.0]}, r"new\[2\].*lower end above its upper end"),
        ({"lower": INF}, r"new\[1\].*nothing can meet"),
        ({"lower": -INF, "upper": -INF}, r"new\[1\].*nothing can meet"),
        ({"upper": 1e20}, r"new\[1\].*end of 1e\+20 or more"),
        ({"upper": [1.0, 2.0, 3.0]}, r"has 2 keys but upper end of shape \(3,\)"),
    ],
)
def test_numbers_that_are_no_numbers_are_refused_by_name(numbers: dict, message: str) -> None:
    problem = Problem("bad")
    keys = Keys.product("new", {"j": [1, 2]})
    with pytest.raises(InputError, match=message):
        problem.columns(keys, **numbers)
    if "cost" not in numbers:
        with pytest.raises(InputError, match=message):
            problem.rows(keys, **numbers)
    assert (problem.column_blocks.count, problem.row_blocks.count) == (0, 0)


@pytest.mark.parametrize("value", [float("nan"), INF])
def test_coefficients_that_are_not_finite_are_refused_by_name(value: float) -> None:
    problem, row, column = two_by_three()
    with pytest.raises(InputError, match=r"row\[b\] x column\[2\].*not finite"):
        problem.terms(row.every(), column.at(j=[1, 2]), [1.0, value])
    with pytest.raises(InputError, match=r"row\[b\] x column\[1\].*not finite"):
        problem.terms(row.at(i="b"), column.every(), value)


@pytest.mark.parametrize("value", [1e-9, -1e-10, 1e15, -1e16])
def test_coefficients_that_solvers_would_drop_or_refuse_are_refused_by_name(value: float) -> None:
    problem, row, column = two_by_three()
    problem.terms(row.every(), column.at(j=[1, 2]), [1.0, value])
    with pytest.raises(InputError, match=r"row\[b\] x column\[2\].*beyond 1e-09 to 1e\+15"):
        problem.matrix()


def test_lengths_that_differ_are_refused() -> None:
    problem, row, column = two_by_three()
    for rows, columns, values in (
        (row.every(), column.every(), 1.0),
        (row.at(i=["a"]), column.every(), 1.0),
        (row.at(i="a"), column.every(), [1.0, 2.0]),
        (row.at(i="a"), column.every(), [1.0]),
    ):
        with pytest.raises(InputError, match="row x column"):
            problem.terms(rows, columns, values)


def test_rows_and_columns_cannot_be_swapped_or_borrowed() -> None:
    problem, row, column = two_by_three()
    _, foreign_row, foreign_column = two_by_three()
    with pytest.raises(InputError, match="'column': is a block of columns from elsewhere"):
        problem.terms(column.every(), row.at(i="a"), 1.0)
    with pytest.raises(InputError, match="'row': is a block of rows from elsewhere"):
        problem.terms(foreign_row.at(i="a"), column.every(), 1.0)
    with pytest.raises(InputError, match="from elsewhere"):
        problem.terms(row.at(i="a"), foreign_column.every(), 1.0)


def test_names_are_declared_once() -> None:
    problem, row, column = two_by_three()
    with pytest.raises(InputError, match="is declared twice"):
        problem.rows(row.keys)
    with pytest.raises(InputError, match="is declared twice"):
        problem.columns(column.keys)
    assert problem.columns(row.keys).start == 3


def test_positions_outside_the_program_have_no_name() -> None:
    problem, row, _ = two_by_three()
    for position in (-1, 2):
        with pytest.raises(InputError, match="is not"):
            problem.row_blocks.label(position)
    with pytest.raises(InputError, match="is not in the block"):
        row.label(2)


def test_programs_beyond_32_bits_are_refused() -> None:
    problem = Problem("vast")
    for declare in (problem.columns, problem.rows):
        with pytest.raises(InputError, match=r"makes 2\^31"):
            declare(Keys.product("vast", {"a": range(50_000), "b": range(50_000)}))
    check_entry_count("full", 2**31 - 1)
    with pytest.raises(InputError, match=r"2147483648 entries"):
        check_entry_count("overfull", 2**31)


def test_more_entries_than_32_bits_are_refused_before_they_are_copied() -> None:
    vast = np.broadcast_to(1.0, 2**31)
    one, row = np.ones(1), np.zeros(1)
    matrix = Matrix(np.array([0, 1], np.int32), np.broadcast_to(np.int32(0), 2**31), vast, one, row, one,
                    np.zeros(1, dtype=np.bool_), row, one)  # fmt: skip
    problem = Problem("vast")
    with pytest.raises(InputError, match="entries"):
        Solver(problem, matrix=matrix)


def test_an_offset_must_be_finite() -> None:
    with pytest.raises(InputError, match="offset that is not finite"):
        Problem("bad", offset=float("nan")).matrix()


def test_the_same_input_gives_the_same_bits() -> None:
    first, second = transport().matrix(), transport().matrix()
    for name in (
        "starts",
        "rows",
        "values",
        "cost",
        "lower",
        "upper",
        "is_integer",
        "row_lower",
        "row_upper",
    ):
        assert getattr(first, name).tobytes() == getattr(second, name).tobytes()
