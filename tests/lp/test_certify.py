"""A certificate holds for every optimum and for nothing else."""

import ast
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from random_programs import planted_integer, planted_linear

from orecell.lp import certify as module
from orecell.lp.certify import Certificate, certify
from orecell.lp.highs import Solution, Solver
from orecell.lp.problem import Matrix

LINEAR, INTEGER = range(60), range(30)
GAP = 1e-4
SMALL = 1e-3


def linear(seed: int) -> tuple[Matrix, Solution]:
    solver = Solver(planted_linear(seed).problem)
    return solver.matrix, solver.solve()


def integer(seed: int) -> tuple[Matrix, Solution]:
    solver = Solver(planted_integer(seed).problem, gap=GAP)
    return solver.matrix, solver.solve()


def moved(values: np.ndarray, at: int) -> np.ndarray:
    copy = values.copy()
    copy[at] += SMALL * (1.0 + abs(copy[at]))
    return copy


def column_of(matrix: Matrix) -> np.ndarray:
    return np.repeat(np.arange(len(matrix.cost)), np.diff(matrix.starts))


def consistent(matrix: Matrix, solution: Solution, primal: np.ndarray) -> Solution:
    """A solver's report of another point, with activities and objective to match."""
    terms = matrix.values * primal[column_of(matrix)]
    activity = np.bincount(matrix.rows, terms, len(matrix.row_lower))
    objective = float(matrix.cost @ primal) + matrix.offset
    return replace(solution, primal=primal, activity=activity, objective=objective, bound=objective)


def test_residuals_of_a_single_column_are_those_by_hand() -> None:
    """min 2 x with x >= 3 as a row and 0 <= x <= 10; reported as x = 2 with dual 1."""
    matrix = Matrix(
        starts=np.array([0, 1], np.int32), rows=np.zeros(1, np.int32), values=np.ones(1),
        cost=np.array([2.0]),
        lower=np.zeros(1), upper=np.array([10.0]), is_integer=np.zeros(1, np.bool_),
        row_lower=np.array([3.0]), row_upper=np.array([np.inf]), offset=5.0,
    )  # fmt: skip
    right = SimpleNamespace(
        primal=np.array([3.0]), activity=np.array([3.0]), dual=np.array([2.0]), reduced=np.zeros(1),
        objective=11.0, bound=11.0,
    )  # fmt: skip
    assert certify(matrix, right) == Certificate(0.0, 0.0, 0.0, 0.0, 0.0, 0.0)
    wrong = SimpleNamespace(
        primal=np.array([2.0]), activity=np.array([2.0]), dual=np.array([1.0]), reduced=np.array([1.0]),
        objective=9.0, bound=9.0,
    )  # fmt: skip
    found = certify(matrix, wrong)
    assert found.row == pytest.approx(1.0 / 3.0)  # one short, on a size of 1 + 2
    assert (found.bound, found.integrality, found.dual, found.report) == (0.0, 0.0, 0.0, 0.0)
    assert found.gap == pytest.approx(1.0 / 10.0)  # objective 9, dual objective 3 x 1 + 5 = 8
    assert not found.holds


def test_a_column_that_should_grow_is_not_certified_though_nothing_is_lost_yet() -> None:
    """min -x with x >= 0, reported as x = 0: no bound to press on, so the dual is infeasible by 1."""
    none, one = np.zeros(0), np.zeros(1)
    matrix = Matrix(
        starts=np.zeros(2, np.int32), rows=np.zeros(0, np.int32), values=none, cost=np.array([-1.0]),
        lower=one, upper=np.array([np.inf]), is_integer=np.zeros(1, np.bool_), row_lower=none, row_upper=none,
    )  # fmt: skip
    stuck = SimpleNamespace(
        primal=one, activity=none, dual=none, reduced=np.array([-1.0]), objective=0.0, bound=0.0
    )
    found = certify(matrix, stuck)
    assert (found.gap, found.report) == (0.0, 0.0)
    assert found.dual == pytest.approx(1.0 / 2.0)  # 1, on a size of 1 + 1
    assert not found.holds


@pytest.mark.parametrize("seed", LINEAR)
def test_every_linear_optimum_is_certified(seed: int) -> None:
    assert certify(*linear(seed)).holds


@pytest.mark.parametrize("seed", INTEGER)
def test_every_integer_optimum_is_certified(seed: int) -> None:
    found = certify(*integer(seed), allowed_gap=GAP)
    assert found.holds
    assert found.dual is None


@pytest.mark.parametrize("seed", LINEAR)
def test_a_moved_primal_is_not_certified(seed: int) -> None:
    matrix, solution = linear(seed)
    for column in np.unique(column_of(matrix)):
        assert not certify(matrix, replace(solution, primal=moved(solution.primal, column))).holds


@pytest.mark.parametrize("seed", INTEGER)
def test_a_moved_primal_of_an_integer_program_is_not_certified(seed: int) -> None:
    matrix, solution = integer(seed)
    for column in np.unique(column_of(matrix)):
        other = replace(solution, primal=moved(solution.primal, column))
        assert not certify(matrix, other, allowed_gap=GAP).holds


@pytest.mark.parametrize("seed", LINEAR)
def test_a_moved_dual_is_not_certified(seed: int) -> None:
    matrix, solution = linear(seed)
    for row in np.unique(matrix.rows):
        assert not certify(matrix, replace(solution, dual=moved(solution.dual, row))).holds
    for column in range(len(matrix.cost)):
        assert not certify(matrix, replace(solution, reduced=moved(solution.reduced, column))).holds


@pytest.mark.parametrize("seed", LINEAR)
def test_a_moved_objective_or_bound_or_activity_is_not_certified(seed: int) -> None:
    for (matrix, solution), gap in ((linear(seed), 1.0), (integer(seed % len(INTEGER)), GAP)):
        step = 2 * GAP * (1.0 + abs(solution.objective))
        for other in (
            replace(solution, objective=solution.objective + step),
            replace(solution, objective=solution.objective - step),
            replace(solution, bound=solution.bound + step),
            replace(solution, bound=solution.bound - 2 * step),
            replace(solution, activity=moved(solution.activity, 0)),
        ):
            assert not certify(matrix, other, allowed_gap=gap).holds


@pytest.mark.parametrize("seed", LINEAR)
def test_a_bound_or_an_end_that_moves_past_its_value_is_not_kept(seed: int) -> None:
    for matrix, solution in (linear(seed), integer(seed % len(INTEGER))):
        x, activity = solution.primal, solution.activity
        over = {
            "lower": x + SMALL * (1.0 + np.abs(x)),
            "upper": x - SMALL * (1.0 + np.abs(x)),
        }
        for name, ends in over.items():
            changed = replace(matrix, **{name: np.where(np.arange(len(x)) == 0, ends, getattr(matrix, name))})
            assert certify(changed, solution, allowed_gap=GAP).bound > 1e-5
            assert not certify(changed, solution, allowed_gap=GAP).holds
        size = 1.0 + np.bincount(matrix.rows, np.abs(matrix.values * x[column_of(matrix)]), len(activity))
        for name, sign in (("row_lower", 1.0), ("row_upper", -1.0)):
            ends = activity + sign * SMALL * size
            changed = replace(
                matrix, **{name: np.where(np.arange(len(ends)) == 0, ends, getattr(matrix, name))}
            )
            assert certify(changed, solution, allowed_gap=GAP).row > 1e-5
            assert not certify(changed, solution, allowed_gap=GAP).holds


@pytest.mark.parametrize("seed", INTEGER)
def test_a_fraction_is_not_whole(seed: int) -> None:
    matrix, solution = integer(seed)
    primal = solution.primal.copy()
    primal[0] += 0.25 if primal[0] < 10 else -0.25
    found = certify(matrix, consistent(matrix, solution, primal), allowed_gap=1.0)
    assert found.integrality == pytest.approx(0.25, abs=1e-6)
    assert not found.holds


@pytest.mark.parametrize("seed", LINEAR)
def test_a_feasible_plan_that_is_worse_is_not_certified_however_consistent(seed: int) -> None:
    planted = planted_linear(seed)
    solver = Solver(planted.problem)
    matrix, solution = solver.matrix, solver.solve()
    other = consistent(matrix, solution, planted.feasible)
    found = certify(matrix, other, allowed_gap=1.0)  # a gap is for integer programs
    assert max(found.row, found.bound, found.report) <= 1e-9
    worse = (other.objective - solution.objective) / (1.0 + abs(other.objective))
    assert found.gap == pytest.approx(worse, rel=1e-6, abs=1e-9)
    assert found.holds == (worse <= 1e-6)


def test_most_planted_points_are_worse_than_the_optimum() -> None:
    worse = 0
    for seed in LINEAR:
        matrix, solution = linear(seed)
        point = planted_linear(seed).feasible
        worse += float(matrix.cost @ point) + matrix.offset > solution.objective + 1e-3
    assert worse >= 40


@pytest.mark.parametrize("seed", LINEAR)
def test_duals_that_prove_nothing_are_not_certified_however_consistent(seed: int) -> None:
    matrix, solution = linear(seed)
    for dual in (np.zeros(len(matrix.row_lower)), -solution.dual):
        reduced = matrix.cost - np.bincount(
            column_of(matrix), matrix.values * dual[matrix.rows], len(matrix.cost)
        )
        if np.abs(reduced - solution.reduced).max() > 1e-3:
            assert not certify(matrix, replace(solution, dual=dual, reduced=reduced)).holds


@pytest.mark.parametrize("field", ["primal", "activity", "dual", "reduced", "objective", "bound"])
@pytest.mark.parametrize("place", [0, -1])
def test_nothing_that_is_no_number_is_certified(field: str, place: int) -> None:
    matrix, solution = linear(5)
    value = getattr(solution, field)
    if isinstance(value, float):
        value = float("nan")
    else:
        value = value.copy()
        value[place] = np.nan
    assert not certify(matrix, replace(solution, **{field: value})).holds


def test_a_bound_above_the_objective_of_an_integer_program_is_no_bound() -> None:
    matrix, solution = integer(3)
    other = replace(solution, bound=solution.objective + 0.01 * (1.0 + abs(solution.objective)))
    assert not certify(matrix, other, allowed_gap=0.05).holds


def test_the_certificate_shares_no_code_with_the_builder() -> None:
    tree = ast.parse(Path(module.__file__).read_text())
    imported = [
        node.module if isinstance(node, ast.ImportFrom) else node.names[0].name
        for node in ast.walk(tree)
        if isinstance(node, (ast.Import, ast.ImportFrom))
    ]
    assert set(imported) == {"__future__", "dataclasses", "typing", "numpy", "numpy.typing"}
