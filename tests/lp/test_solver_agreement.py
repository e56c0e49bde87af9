"""HiGHS, SCIP and GLPK find the same optima on small programs."""

import pytest
from other_solvers import solve_with_glpk, solve_with_scip
from random_programs import planted_integer, planted_linear, unplanned_linear

from orecell.lp.highs import Solver

GAP = 1e-6


@pytest.mark.parametrize("seed", range(60))
def test_three_solvers_find_the_same_linear_optimum(seed: int) -> None:
    solver = Solver(planted_linear(seed).problem)
    objective = solver.solve().objective
    for other in (solve_with_scip(solver.matrix), solve_with_glpk(solver.matrix)):
        assert other.status == "optimal"
        assert other.objective == pytest.approx(objective, rel=1e-9, abs=1e-9)


@pytest.mark.parametrize("seed", range(30))
def test_three_solvers_find_integer_optima_within_their_gaps(seed: int) -> None:
    solver = Solver(planted_integer(seed).problem, gap=GAP)
    solution = solver.solve()
    for other in (solve_with_scip(solver.matrix), solve_with_glpk(solver.matrix)):
        assert other.status == "optimal"
        assert other.objective == pytest.approx(solution.objective, rel=2 * GAP, abs=2 * GAP)
        assert solution.bound <= other.objective + 1e-6
        assert other.bound <= solution.objective + 1e-6


@pytest.mark.parametrize("seed", range(60))
def test_three_solvers_agree_on_whether_there_is_an_optimum(seed: int) -> None:
    solver = Solver(unplanned_linear(seed))
    status = solver.run()
    scip, glpk = solve_with_scip(solver.matrix), solve_with_glpk(solver.matrix)
    assert glpk.status == status
    assert scip.status == status or (scip.status == "inforunbd" and status != "optimal")
    if status == "optimal":
        assert glpk.objective == pytest.approx(solver.solve().objective, rel=1e-9, abs=1e-9)


def test_unplanned_programs_show_every_status() -> None:
    found = [Solver(unplanned_linear(seed)).run() for seed in range(60)]
    assert {status: found.count(status) >= 5 for status in ("optimal", "infeasible", "unbounded")} == {
        "optimal": True,
        "infeasible": True,
        "unbounded": True,
    }
