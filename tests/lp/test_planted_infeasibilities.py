"""Forty networks with one impossible row each: the culprit is named, and every repair works."""

from dataclasses import replace

import numpy as np
import pytest
from planted_networks import FAMILIES, plant

from orecell.lp.explain import apply_repair, conflict, deletion_filter, repairs
from orecell.lp.highs import Solver
from orecell.lp.problem import Matrix, Problem

NUMBERS = range(40)


def without_rows(matrix: Matrix, rows: list[int]) -> Matrix:
    lower, upper = matrix.row_lower.copy(), matrix.row_upper.copy()
    lower[rows], upper[rows] = -np.inf, np.inf
    return replace(matrix, row_lower=lower, row_upper=upper)


@pytest.mark.parametrize("number", NUMBERS)
def test_the_family_and_row_of_the_culprit_are_among_the_repairs_and_all_repairs_work(number: int) -> None:
    culprit = plant(number)
    solver = Solver(culprit.problem)
    assert solver.run() == "infeasible"
    found = {repair.family: repair for repair in repairs(solver, FAMILIES)}
    assert culprit.label in [give.label for give in found[culprit.family].gives]
    for repair in found.values():
        assert {give.label.split("[")[0] for give in repair.gives} <= set(FAMILIES[repair.family])
        repaired = Solver(culprit.problem, matrix=apply_repair(solver.matrix, repair))
        assert repaired.run() == "optimal"


@pytest.mark.parametrize("number", NUMBERS)
def test_the_conflict_contains_the_culprit_and_no_row_of_it_can_be_spared(number: int) -> None:
    culprit = plant(number)
    solver = Solver(culprit.problem)
    labels = conflict(solver)
    assert culprit.label in labels
    count = solver.rows.count
    rows = [i for i in range(count) if solver.rows.label(i) in labels]
    others = [i for i in range(count) if i not in rows]
    assert Solver(Problem("kept"), matrix=without_rows(solver.matrix, others)).run() == "infeasible"
    for row in rows:
        spared = without_rows(solver.matrix, [*others, row])
        assert Solver(Problem("spared"), matrix=spared).run() == "optimal"


@pytest.mark.parametrize("number", NUMBERS)
def test_without_the_culprit_each_network_has_a_plan(number: int) -> None:
    assert Solver(plant(number, is_planted=False).problem).run() == "optimal"


@pytest.mark.parametrize("number", range(0, 40, 5))
def test_our_own_deletion_filter_starts_from_all_rows_just_as_well(number: int) -> None:
    culprit = plant(number)
    solver = Solver(culprit.problem)
    rows = deletion_filter(solver.matrix)
    assert culprit.label in [solver.rows.label(int(row)) for row in rows]
    for row in rows:
        assert len(deletion_filter(solver.matrix, rows)) == len(rows)
        others = [i for i in range(solver.rows.count) if i not in rows]
        spared = without_rows(solver.matrix, [*others, int(row)])
        assert Solver(Problem("spared"), matrix=spared).run() == "optimal"
