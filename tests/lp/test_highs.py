"""Only proven optima have numbers; changes keep the basis; names survive; nothing is printed."""

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from random_programs import planted_integer, planted_linear, unplanned_linear

from orecell.errors import InputError, NotSolvedError, OrecellError
from orecell.lp.axes import Keys
from orecell.lp.certify import certify
from orecell.lp.highs import Solver
from orecell.lp.problem import Block, Problem

INF = float("inf")


def blend() -> tuple[Problem, Block, Block]:
    """min 2 a + 3 b with a + b >= 4 and a <= 3: a = 3, b = 1, objective 9."""
    problem = Problem("blend")
    buy = problem.columns(Keys.product("buy", {"from": ["a", "b"]}), cost=[2.0, 3.0])
    need = problem.rows(Keys.product("need", {"of": ["all", "a"]}), lower=[4.0, -INF], upper=[INF, 3.0])
    problem.terms(need.at(of="all"), buy.every(), 1.0)
    problem.terms(need.at(of="a"), buy.at(**{"from": "a"}), 1.0)
    return problem, buy, need


def network(
    seed: int = 0, plants: int = 12, markets: int = 15, periods: int = 6
) -> tuple[Problem, Block, Block]:
    """A transport program of some size: capacity 1.3 times the demand of every period."""
    random = np.random.default_rng(seed)
    problem = Problem("network")
    axes = {"plant": range(plants), "market": range(markets), "year": range(periods)}
    ship = problem.columns(Keys.product("ship", axes), cost=random.uniform(1, 9, (plants, markets, periods)))
    need = random.uniform(5, 20, (markets, periods))
    place = {"plant": axes["plant"], "year": axes["year"]}
    capacity = problem.rows(
        Keys.product("capacity", place), upper=np.tile(1.3 * need.sum(0) / plants, plants)
    )
    demand = problem.rows(
        Keys.product("demand", {"market": axes["market"], "year": axes["year"]}), lower=need
    )
    year = ship.axis("year")
    problem.terms(capacity.at(plant=ship.axis("plant"), year=year), ship.every(), 1.0)
    problem.terms(demand.at(market=ship.axis("market"), year=year), ship.every(), 1.0)
    return problem, ship, demand


def test_the_optimum_of_a_small_blend_is_that_by_hand() -> None:
    problem, buy, need = blend()
    solution = Solver(problem).solve()
    assert solution.objective == solution.bound == 9.0
    assert solution.values(buy).tolist() == [3.0, 1.0]
    assert solution.values(need).tolist() == [4.0, 3.0]
    assert solution.duals(need).tolist() == [3.0, -1.0]
    assert solution.duals(buy).tolist() == [0.0, 0.0]


def test_ranges_of_a_small_blend_are_those_by_hand() -> None:
    problem, buy, need = blend()
    solver = Solver(problem)
    solver.solve()
    low, high = solver.ranging().of(buy)
    assert low.tolist() == [-INF, 2.0]
    assert high.tolist() == [3.0, INF]
    low, high = solver.ranging().of(need)
    assert low.tolist() == [3.0, 0.0]
    assert high.tolist() == [INF, 4.0]


def test_there_are_no_ranges_without_an_optimum_or_with_integers() -> None:
    problem, _, need = blend()
    solver = Solver(problem)
    with pytest.raises(NotSolvedError, match="solve it first"):
        solver.ranging()
    solver.solve()
    solver.set_ends(need.at(of="a"), -INF, 2.0)
    with pytest.raises(NotSolvedError, match="solve it first"):
        solver.ranging()
    whole = Solver(planted_integer(0).problem)
    whole.solve()
    with pytest.raises(NotSolvedError, match="integers fixed"):
        whole.ranging()


def test_ranges_are_stale_after_a_change_of_costs() -> None:
    problem, buy, _ = blend()
    solver = Solver(problem)
    solver.solve()
    solver.set_costs(buy.at(**{"from": "a"}), 5.0)
    with pytest.raises(NotSolvedError, match="solve it first"):
        solver.ranging()


def test_infeasible_and_unbounded_programs_have_no_numbers() -> None:
    problem, buy, need = blend()
    solver = Solver(problem)
    solver.set_bounds(buy.at(**{"from": "b"}), 0.0, 0.5)
    assert solver.run() == "infeasible"
    with pytest.raises(NotSolvedError, match="blend is infeasible"):
        solver.solve()
    solver.set_bounds(buy.at(**{"from": "b"}), -INF, INF)
    solver.set_ends(need.at(of="all"), -INF, INF)
    assert solver.run() == "unbounded"
    with pytest.raises(NotSolvedError, match="blend is unbounded"):
        solver.solve()


def test_an_infeasible_program_that_would_be_unbounded_is_infeasible() -> None:
    for is_integer in (False, True):
        problem = Problem("both")
        free = problem.columns(Keys.product("free", {}), cost=-1.0, is_integer=is_integer)
        stuck = problem.columns(Keys.product("stuck", {"i": [1, 2]}), is_integer=is_integer)
        row = problem.rows(Keys.product("row", {"i": [1, 2]}), lower=[1.0, -INF], upper=[INF, 0.0])
        problem.terms(row.at(i=[1, 1, 2, 2]), stuck.at(i=[1, 2, 1, 2]), [1.0, -1.0, 1.0, -1.0])
        assert Solver(problem).run() == "infeasible"
        assert len(free) == 1


def test_an_unbounded_integer_program_is_unbounded() -> None:
    problem = Problem("endless")
    column = problem.columns(Keys.product("column", {"i": [1, 2]}), cost=[-1.0, 0.0], is_integer=True)
    row = problem.rows(Keys.product("row", {}), upper=3.0)
    problem.terms(row.at(), column.every(), [1.0, -1.0])
    assert Solver(problem).run() == "unbounded"


def test_a_program_without_columns_is_refused_and_one_without_rows_is_not() -> None:
    problem = Problem("empty", offset=3.0)
    problem.rows(Keys.product("row", {}), lower=1.0)
    with pytest.raises(InputError, match="has no columns"):
        Solver(problem)
    bare = Problem("bare", offset=3.0)
    bare.columns(Keys.product("column", {}), cost=2.0, lower=1.0)
    assert Solver(bare).solve().objective == 5.0


def knapsacks() -> Problem:
    """Five knapsacks that share sixty things of nearly equal worth."""
    random = np.random.default_rng(4)
    problem = Problem("knapsacks")
    keys = Keys.product("take", {"i": range(60)})
    take = problem.columns(keys, cost=-random.uniform(9, 11, 60), upper=1, is_integer=True)
    room = problem.rows(Keys.product("room", {"k": range(5)}), upper=100.0)
    for k in range(5):
        problem.terms(room.at(k=k), take.every(), random.uniform(5, 15, 60))
    return problem


def test_an_integer_program_stopped_at_its_node_limit_has_no_numbers() -> None:
    with pytest.raises(NotSolvedError, match=r"knapsacks is undecided \(.*limit"):
        Solver(knapsacks(), gap=0.0, most_nodes=1).solve()


def test_an_integer_program_is_solved_to_the_gap_asked_for() -> None:
    rough, fine = (Solver(knapsacks(), gap=gap).solve() for gap in (0.5, 0.05))
    gaps = [(one.objective - one.bound) / abs(one.objective) for one in (rough, fine)]
    assert 1e-3 < gaps[0] <= 0.5
    assert gaps[1] <= 0.05


def test_a_solver_works_with_one_thread_and_a_fixed_seed() -> None:
    options = Solver(knapsacks())._highs.getOptions()
    assert (options.threads, options.parallel, options.random_seed) == (1, "off", 0)


def test_an_integer_program_has_a_gap_and_no_duals_until_its_integers_are_fixed() -> None:
    problem = Problem("blocks")
    build = problem.columns(Keys.product("build", {}), cost=10.0, upper=5, is_integer=True)
    buy = problem.columns(Keys.product("buy", {}), cost=3.0)
    need = problem.rows(Keys.product("need", {}), lower=25.0)
    problem.terms(need.at(), build.at(), 10.0)
    problem.terms(need.at(), buy.at(), 1.0)
    solver = Solver(problem)
    solution = solver.solve()
    assert (solution.objective, solution.bound, solution.is_integer) == (30.0, 30.0, True)
    assert np.isnan(solution.dual).all()
    with pytest.raises(NotSolvedError, match="has no duals"):
        solution.duals(need)
    assert solver.solve_fixed(solution).objective == 30.0
    solver.set_costs(build.at(), 16.0)
    solution = solver.solve()
    assert solution.values(build).tolist() == [2.0]
    fixed = solver.solve_fixed(solution)
    assert fixed.objective == solution.objective == 47.0
    assert fixed.duals(need).tolist() == [3.0]


@pytest.mark.parametrize("seed", range(10))
def test_interior_point_with_crossover_finds_the_same_optimum(seed: int) -> None:
    problem = planted_linear(seed).problem
    simplex, interior = Solver(problem).solve(), Solver(problem, method="ipx").solve()
    assert interior.objective == pytest.approx(simplex.objective, rel=1e-9, abs=1e-9)


@pytest.mark.parametrize("method", ["simplex", "ipx"])
def test_changes_of_costs_ends_and_bounds_start_from_the_last_basis(method: str) -> None:
    problem, ship, demand = network()
    solver = Solver(problem, method=method)
    cold = Solver(problem).solve().iterations
    solver.solve()
    random = np.random.default_rng(7)
    costs = solver.matrix.cost[ship.start : ship.stop]
    ends = solver.matrix.row_lower[demand.start : demand.stop]

    def changed(values: np.ndarray) -> np.ndarray:
        return values * random.uniform(0.99, 1.01, len(values))

    solver.set_costs(ship.every(), changed(costs))
    for_costs = solver.solve()
    solver.set_ends(demand.every(), changed(ends), INF)
    for_ends = solver.solve()
    solver.set_costs(ship.every(), changed(costs))
    solver.set_ends(demand.every(), changed(ends), INF)
    for_both = solver.solve()
    solver.set_bounds(ship.at(plant=0, market=0, year=0), 0.0, 0.5)
    for_bounds = solver.solve()
    for solution in (for_costs, for_ends, for_both, for_bounds):
        assert solution.iterations <= cold / 4
    assert solver.solve().iterations == 0
    anew = Solver(problem, matrix=solver.matrix).solve()
    assert for_bounds.objective == pytest.approx(anew.objective, rel=1e-12)
    assert certify(solver.matrix, for_bounds).holds


@pytest.mark.parametrize("seed", range(20))
def test_a_changed_program_solves_to_the_optimum_of_a_new_one(seed: int) -> None:
    problem, ship, demand = network(seed, plants=4, markets=5, periods=2)
    solver = Solver(problem)
    random = np.random.default_rng([9, seed])
    for _ in range(4):
        some = sorted(random.choice(5, 3, replace=False).tolist(), reverse=True)
        solver.set_costs(ship.at(plant=1, market=some, year=0), random.uniform(1, 9, 3))
        if random.random() < 0.5:
            solver.set_ends(demand.at(market=some, year=1), random.uniform(1, 20, 3), INF)
        if random.random() < 0.5:
            solver.set_bounds(ship.at(plant=0, market=some, year=1), 0.0, random.uniform(0, 6, 3))
        fresh = Solver(problem, matrix=solver.matrix)
        status = solver.run()
        assert status == fresh.run()
        if status == "optimal":
            assert solver.solve().objective == pytest.approx(fresh.solve().objective, rel=1e-9)


@pytest.mark.parametrize("seed", [5624, 6784])
def test_an_infeasible_program_stays_infeasible_when_solved_again(seed: int) -> None:
    solver = Solver(unplanned_linear(seed))  # from its last basis, HiGHS 1.16 alone ends in "unknown"
    assert [solver.run() for _ in range(5)] == ["infeasible"] * 5


def test_changes_never_touch_a_matrix_that_was_handed_out() -> None:
    problem, buy, need = blend()
    before = problem.matrix()
    solver = Solver(problem, matrix=before)
    solver.set_costs(buy.every(), [7.0, 8.0])
    solver.set_bounds(buy.every(), 1.0, 2.0)
    solver.set_ends(need.at(of="a"), 0.0, 1.0)
    assert before.cost.tolist() == [2.0, 3.0]
    assert before.upper.tolist() == [INF, INF]
    assert before.row_upper.tolist() == [INF, 3.0]
    assert solver.matrix.cost.tolist() == [7.0, 8.0]
    assert solver.matrix.lower.tolist() == [1.0, 1.0]
    assert solver.matrix.row_upper.tolist() == [INF, 1.0]


def test_changes_are_checked_like_declarations() -> None:
    problem, buy, need = blend()
    solver = Solver(problem)
    with pytest.raises(InputError, match=r"buy\[b\].*no cost \(NaN\)"):
        solver.set_costs(buy.every(), [1.0, float("nan")])
    with pytest.raises(InputError, match=r"buy\[a\].*above its upper end"):
        solver.set_bounds(buy.every(), [2.0, 0.0], 1.0)
    with pytest.raises(InputError, match="has 2 keys but cost of shape"):
        solver.set_costs(buy.every(), [1.0, 2.0, 3.0])
    with pytest.raises(InputError, match="changed twice at one key"):
        solver.set_costs(buy.at(**{"from": ["a", "a"]}), 1.0)
    with pytest.raises(InputError, match="changed twice at one key"):
        solver.set_ends(need.at(of=["a", "all", "a"]), 0.0, 9.0)
    with pytest.raises(InputError, match="from elsewhere"):
        solver.set_costs(need.every(), 1.0)
    with pytest.raises(InputError, match="from elsewhere"):
        solver.set_ends(blend()[2].every(), 0.0, 1.0)
    assert solver.solve().objective == 9.0


def test_nothing_is_printed(capfd: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    solver = Solver(blend()[0])
    solver.solve()
    solver.ranging()
    Solver(planted_integer(1).problem).solve()
    solver.write(tmp_path / "blend.mps")
    assert capfd.readouterr() == ("", "")


def test_another_user_of_highs_with_two_threads_does_not_stand_in_the_way(tmp_path: Path) -> None:
    from highspy._core import HighsModelStatus, _Highs

    ours = Solver(planted_integer(2).problem)
    ours.write(tmp_path / "program.mps")
    _Highs.resetThreadScheduler(True)  # of this thread, which other tests may have set to one
    other = _Highs()
    other.setOptionValue("output_flag", False)
    other.setOptionValue("threads", 2)
    other.readModel(str(tmp_path / "program.mps"))
    other.run()
    assert other.getModelStatus() == HighsModelStatus.kOptimal
    assert ours.solve().objective == pytest.approx(other.getInfo().objective_function_value, rel=1e-9)
    _Highs.resetThreadScheduler(True)


SCRIPT = """
import hashlib, sys
sys.path.insert(0, sys.argv[1])
from test_highs import network
from random_programs import planted_integer
from orecell.lp.highs import Solver
digest = hashlib.sha256()
for problem in (network()[0], planted_integer(3).problem):
    solution = Solver(problem).solve()
    for part in (solution.primal, solution.activity, solution.dual, solution.reduced):
        digest.update(part.tobytes())
print(digest.hexdigest())
"""


def test_the_same_input_gives_the_same_bits_in_every_process() -> None:
    digests = set()
    for hash_seed in ("0", "1"):
        run = subprocess.run(
            [sys.executable, "-c", SCRIPT, str(Path(__file__).parent)],
            env={**os.environ, "PYTHONHASHSEED": hash_seed},
            capture_output=True,
            text=True,
            check=True,
        )
        digests.add(run.stdout)
    assert len(digests) == 1


@pytest.mark.parametrize("seed", range(20))
def test_rows_in_another_order_give_the_same_objective(seed: int) -> None:
    matrix = planted_linear(seed).problem.matrix()
    random = np.random.default_rng(seed)
    new_place = random.permutation(len(matrix.row_lower))
    old_place = np.argsort(new_place)
    problem = Problem("permuted", offset=matrix.offset)
    row = problem.rows(
        Keys.product("row", {"i": range(len(new_place))}),
        lower=matrix.row_lower[old_place],
        upper=matrix.row_upper[old_place],
    )
    column = problem.columns(
        Keys.product("column", {"j": range(len(matrix.cost))}),
        cost=matrix.cost,
        lower=matrix.lower,
        upper=matrix.upper,
    )
    where = np.repeat(np.arange(len(matrix.cost)), np.diff(matrix.starts))
    problem.terms(row.at(i=new_place[matrix.rows]), column.at(j=where), matrix.values)
    expected = Solver(Problem("as declared"), matrix=matrix).solve().objective
    assert Solver(problem).solve().objective == pytest.approx(expected, rel=1e-9)


def test_arrays_that_do_not_fit_together_are_refused() -> None:
    from dataclasses import replace

    matrix = blend()[0].matrix()
    for wrong in (
        {"upper": matrix.upper[:1]},
        {"row_upper": matrix.row_upper[:1]},
        {"rows": matrix.rows[:1]},
    ):
        with pytest.raises(InputError, match="different lengths"):
            Solver(Problem("odd"), matrix=replace(matrix, **wrong))
    with pytest.raises(OrecellError, match="did not take the program"):
        Solver(Problem("odd"), matrix=replace(matrix, rows=matrix.rows + np.int32(9)))
