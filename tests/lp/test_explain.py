"""Repairs, conflicts, worths and runaways of programs small enough to work out by hand."""

from dataclasses import replace

import numpy as np
import pytest
from planted_networks import plant
from random_programs import planted_linear

from orecell.errors import InputError, NotSolvedError
from orecell.lp.axes import Keys
from orecell.lp.explain import apply_repair, binding, conflict, deletion_filter, in_words, repairs, runaway
from orecell.lp.highs import Solver
from orecell.lp.problem import Matrix, Problem

INF = float("inf")


def shop(demand: float, capacity: float, budget: float = 1e9, *, is_integer: bool = False) -> Problem:
    """Demand [t] met by machines of 10 t/yr and 1e6 USD each, at most `capacity` t/yr."""
    problem = Problem("shop")
    machines = problem.columns(Keys.product("machines", {}), cost=1e6, is_integer=is_integer)
    need = problem.rows(Keys.product("demand", {}), lower=demand)
    limit = problem.rows(Keys.product("capacity", {}), upper=capacity)
    money = problem.rows(Keys.product("budget", {}), upper=budget)
    for row, value in ((need, 10.0), (limit, 10.0), (money, 1e6)):
        problem.terms(row.at(), machines.at(), value)
    return problem


SHOP = {"demand": ["demand"], "capacity": ["capacity"], "budget": ["budget"]}


def scaled(matrix: Matrix, row: int, factor: float) -> Matrix:
    """The same program with one row written in another unit."""
    lower, upper = matrix.row_lower.copy(), matrix.row_upper.copy()
    lower[row] *= factor
    upper[row] *= factor
    values = np.where(matrix.rows == row, matrix.values * factor, matrix.values)
    return replace(matrix, values=values, row_lower=lower, row_upper=upper)


def test_each_family_that_can_help_alone_has_its_smallest_repair() -> None:
    solver = Solver(shop(demand=100.0, capacity=80.0))
    found = repairs(solver, SHOP)
    assert [repair.family for repair in found] == ["demand", "capacity"]
    demand, capacity = (repair.gives[0] for repair in found)
    assert (demand.label, demand.is_lower) == ("demand", True)
    assert demand.amount == pytest.approx(20.0)
    assert demand.share == pytest.approx(0.2)
    assert (capacity.label, capacity.is_lower) == ("capacity", False)
    assert capacity.amount == pytest.approx(20.0)
    assert capacity.share == pytest.approx(0.2)  # against the 100 t that then run, not the 80 t allowed
    assert found[0].share == demand.share


def test_repairs_of_whole_machines_are_whole() -> None:
    found = repairs(Solver(shop(demand=95.0, capacity=88.0, is_integer=True)), SHOP)
    amounts = {repair.family: repair.gives[0].amount for repair in found}
    assert amounts == {"demand": pytest.approx(15.0), "capacity": pytest.approx(12.0)}


def test_without_a_family_that_helps_alone_the_repair_names_all_that_must_give() -> None:
    solver = Solver(shop(demand=100.0, capacity=80.0, budget=7e6))
    found = repairs(solver, {"capacity": ["capacity"], "budget": ["budget"]})
    assert [repair.family for repair in found] == ["capacity + budget"]
    assert {give.label: give.amount for give in found[0].gives} == {
        "capacity": pytest.approx(20.0),
        "budget": pytest.approx(3e6),
    }
    assert Solver(shop(0.0, 0.0), matrix=apply_repair(solver.matrix, found[0])).run() == "optimal"


def test_what_no_family_can_repair_has_no_repair() -> None:
    solver = Solver(shop(demand=100.0, capacity=80.0, budget=7e6))
    assert repairs(solver, {"capacity": ["capacity"]}) == []
    assert repairs(solver, {}) == []


def test_a_feasible_program_needs_no_repair() -> None:
    assert repairs(Solver(shop(demand=70.0, capacity=80.0)), SHOP) == []


def test_a_family_that_names_no_rows_is_refused() -> None:
    with pytest.raises(InputError, match="'demnd': is not a block of rows"):
        repairs(Solver(shop(100.0, 80.0)), {"demand": ["demnd"]})


@pytest.mark.parametrize("factor", [1e-4, 1e6])
def test_repairs_do_not_depend_on_the_unit_of_a_row(factor: float) -> None:
    problem = shop(demand=100.0, capacity=80.0, budget=7e6)
    solver = Solver(problem)
    families = {"supply": ["capacity", "budget"], "demand": ["demand"]}
    expected = repairs(solver, families)
    for row in range(3):
        other = Solver(problem, matrix=scaled(solver.matrix, row, factor))
        found = repairs(other, families)
        assert [[give.label for give in repair.gives] for repair in found] == [
            [give.label for give in repair.gives] for repair in expected
        ]
        for one, two in zip(found, expected, strict=True):
            assert one.share == pytest.approx(two.share, rel=1e-6)
            assert Solver(problem, matrix=apply_repair(other.matrix, one)).run() == "optimal"


def test_a_limit_of_zero_gives_like_its_neighbors() -> None:
    """30 more are needed: 30 % of b, or 10 % of a, which counts as the median of 100 and 500."""
    problem = Problem("neighbors")
    sites = {"site": ["a", "b", "c"]}
    make = problem.columns(Keys.product("make", sites), upper=[INF, INF, 500.0])
    limit = problem.rows(Keys.product("limit", sites), upper=[0.0, 100.0, 500.0])
    quota = problem.rows(Keys.product("quota", {}), lower=630.0)
    problem.terms(limit.every(), make.every(), 1.0)
    problem.terms(quota.at(), make.every(), 1.0)
    (repair,) = repairs(Solver(problem), {"limit": ["limit"]})
    (give,) = repair.gives
    assert (give.label, give.is_lower) == ("limit[a]", False)
    assert give.amount == pytest.approx(30.0)
    assert give.share == pytest.approx(1.0)


def test_rows_without_ends_or_terms_do_not_disturb_a_repair() -> None:
    problem = shop(demand=100.0, capacity=80.0)
    problem.rows(Keys.product("idle", {"i": [1, 2]}), lower=[0.0, -INF])
    (repair,) = repairs(Solver(problem), {"limits": ["idle", "capacity"]})
    assert [give.label for give in repair.gives] == ["capacity"]


def test_an_equation_may_give_way_on_either_side() -> None:
    for end, is_lower in ((5.0, True), (-5.0, False)):
        problem = Problem("equation")
        column = problem.columns(Keys.product("column", {}), lower=-3.0, upper=3.0)
        row = problem.rows(Keys.product("row", {}), lower=end, upper=end)
        problem.terms(row.at(), column.at(), 1.0)
        (repair,) = repairs(Solver(problem), {"row": ["row"]})
        (give,) = repair.gives
        assert give.is_lower == is_lower
        assert give.amount == pytest.approx(2.0)


def test_repairs_explain_the_program_as_last_changed() -> None:
    problem = shop(demand=70.0, capacity=80.0)
    solver = Solver(problem)
    assert solver.run() == "optimal"
    solver.set_ends(problem.row_blocks["demand"].every(), 200.0, INF)
    assert solver.run() == "infeasible"
    assert repairs(solver, SHOP)[0].gives[0].amount == pytest.approx(120.0)
    assert conflict(solver) == ["demand", "capacity"]


def test_a_conflict_has_only_rows_that_cannot_be_spared() -> None:
    assert conflict(Solver(shop(demand=100.0, capacity=80.0))) == ["demand", "capacity"]
    assert conflict(Solver(shop(demand=100.0, capacity=100.0, budget=7e6))) == ["demand", "budget"]


def test_a_conflict_of_whole_numbers_alone_is_found_too() -> None:
    solver = Solver(shop(demand=95.0, capacity=98.0, is_integer=True))
    assert Solver(shop(demand=95.0, capacity=98.0)).run() == "optimal"
    assert conflict(solver) == ["demand", "capacity"]


def test_bounds_that_no_whole_number_meets_conflict_without_any_row() -> None:
    problem = Problem("between")
    column = problem.columns(Keys.product("column", {}), lower=0.2, upper=0.8, is_integer=True)
    row = problem.rows(Keys.product("row", {}), lower=0.0)
    problem.terms(row.at(), column.at(), 1.0)
    assert conflict(Solver(problem)) == []


def test_a_feasible_program_has_no_conflict_and_a_bounded_one_no_runaway() -> None:
    solver = Solver(shop(demand=70.0, capacity=80.0))
    with pytest.raises(NotSolvedError, match="is not infeasible"):
        conflict(solver)
    with pytest.raises(NotSolvedError, match="is not unbounded"):
        runaway(solver)


@pytest.mark.parametrize("seed", range(20))
def test_the_deletion_filter_spares_whatever_can_be_spared(seed: int) -> None:
    matrix = Solver(plant(seed).problem).matrix
    kept = deletion_filter(matrix)
    random = np.random.default_rng(seed)
    shuffled = random.permutation(len(matrix.row_lower))
    assert len(kept) >= 1
    assert len(deletion_filter(matrix, kept)) == len(kept)
    assert len(deletion_filter(matrix, shuffled)) >= 1


def test_binding_rows_are_ranked_by_the_worth_of_one_more_unit() -> None:
    solver = Solver(shop(demand=50.0, capacity=80.0))
    (worth,) = binding(solver, solver.solve())
    assert (worth.label, worth.block, worth.end, worth.is_lower) == ("demand", "demand", 50.0, True)
    assert worth.per_unit == pytest.approx(1e5)
    problem = Problem("two limits")
    make = problem.columns(Keys.product("make", {"site": ["a", "b", "c"]}), cost=[-1.0, -4.0, -2.0])
    limit = problem.rows(Keys.product("limit", {"site": ["a", "b", "c"]}), upper=[5.0, 6.0, 7.0])
    problem.terms(limit.every(), make.every(), 1.0)
    solver = Solver(problem)
    found = binding(solver, solver.solve())
    assert [(w.label, w.end, w.per_unit, w.is_lower) for w in found] == [
        ("limit[b]", 6.0, -4.0, False),
        ("limit[c]", 7.0, -2.0, False),
        ("limit[a]", 5.0, -1.0, False),
    ]


@pytest.mark.parametrize("seed", range(20))
def test_one_more_unit_changes_the_objective_by_its_worth(seed: int) -> None:
    problem = planted_linear(seed).problem
    solver = Solver(problem)
    solution = solver.solve()
    step = 1e-6
    for worth in binding(solver, solution, least=1e-3):
        row = problem.row_blocks["row"].at(i=worth.position)
        low, high = solver.matrix.row_lower[worth.position], solver.matrix.row_upper[worth.position]
        is_lower, is_upper = worth.is_lower or low == high, not worth.is_lower or low == high
        changes = []
        for sign in (-1.0, 1.0):
            moved = Solver(problem)
            moved.set_ends(row, low + sign * step * is_lower, high + sign * step * is_upper)
            rise = moved.solve().objective - solution.objective if moved.run() == "optimal" else INF
            changes.append(sign * rise / step)
        assert min(changes) - 1e-3 <= worth.per_unit <= max(changes) + 1e-3


@pytest.mark.parametrize("is_integer", [False, True])
@pytest.mark.parametrize("number", range(10))
def test_a_money_pump_is_named_column_by_column(number: int, is_integer: bool) -> None:
    problem = plant(number, is_planted=False).problem
    random = np.random.default_rng([5, number])
    region, year = str(random.choice(["US-KY", "US-NV", "CA-QC"])), int(random.choice([2030, 2031]))
    price = random.uniform(100.0, 200.0)
    keys = {"region": [region], "year": [year]}
    scrap = problem.columns(Keys.product("scrap", keys), cost=price, is_integer=is_integer)
    resale = problem.columns(Keys.product("resale", keys), cost=-1.1 * price)
    for column, sign in ((scrap, 1.0), (resale, -1.0)):
        problem.terms(problem.row_blocks["demand"].at(region=region, year=year), column.every(), sign)
    found = runaway(Solver(problem))
    assert [(one.label, one.step) for one in found] == [
        (f"resale[{region},{year}]", pytest.approx(1.0)),
        (f"scrap[{region},{year}]", pytest.approx(1.0)),
    ]
    assert sum(one.saving for one in found) == pytest.approx(0.1 * price)


def test_a_runaway_is_told_in_words() -> None:
    problem = Problem("pump")
    trade = problem.columns(Keys.product("trade", {"side": ["buy", "sell"]}), cost=[4.0, -5.0])
    debt = problem.columns(Keys.product("debt", {}), cost=0.0, lower=-INF, upper=0.0)
    balance = problem.rows(Keys.product("balance", {}), lower=0.0, upper=0.0)
    cover = problem.rows(Keys.product("cover", {}), lower=0.0, upper=0.0)
    problem.terms(balance.at(), trade.every(), [1.0, -1.0])
    problem.terms(cover.at(), trade.at(side="sell"), 0.5)
    problem.terms(cover.at(), debt.at(), 1.0)
    assert in_words(runaway(Solver(problem))) == (
        "trade[sell] +1, debt -0.5, trade[buy] +1: "
        "each such step lowers the objective by 1, and no row or bound ends it"
    )
