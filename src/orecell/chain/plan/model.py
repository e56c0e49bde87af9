"""Assembling and solving a plan: certified, or no numbers."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from orecell.chain.plan.constraints import CONSTRAINTS, Rows
from orecell.chain.plan.costs import discount_factors
from orecell.chain.plan.network_input import PlanInput
from orecell.chain.plan.useful import useful_part
from orecell.chain.plan.variables import Columns, Reach, declare
from orecell.errors import NotSolvedError
from orecell.lp.certify import Certificate, certify
from orecell.lp.highs import Solution, Solver
from orecell.lp.problem import Problem

GAP = 1e-4
"""Relative gap to which a plan in whole blocks is proven."""


@dataclass(frozen=True)
class Model:
    """A plan as a program."""

    plan: PlanInput
    problem: Problem
    columns: Columns


@dataclass(frozen=True)
class Plan:
    """A certified plan.

    Attributes:
        model: the program.
        solver: the program in the solver, at its optimum.
        solution: the optimum.
        certificate: residuals recomputed by independent code.
    """

    model: Model
    solver: Solver
    solution: Solution
    certificate: Certificate


def make_model(plan: PlanInput) -> Model:
    """Lay a plan out as a program."""
    plan = useful_part(plan)
    problem = Problem("plan")
    reach = Reach(plan)
    columns = declare(problem, plan, reach, discount_factors(plan.years, plan.discount_rate))
    rows = Rows(problem)
    for constraint in CONSTRAINTS:
        constraint(rows, plan, columns, reach)
    return Model(plan, problem, columns)


def solve(model: Model) -> Plan:
    """The cheapest plan.

    Raises:
        NotSolvedError: infeasible, not proven, or the certificate does not hold.
    """
    return _certified(model, Solver(model.problem))


def solve_with_and_without(model: Model, families: Sequence[str]) -> tuple[float, Plan]:
    """The least cost without some families of rows, and the cheapest plan with them.

    The second solve starts from the end of the first.

    Raises:
        NotSolvedError: as for `solve`.
    """
    blocks = [block for name in families if (block := model.problem.row_blocks.get(name))]
    solver = Solver(model.problem, gap=GAP)
    matrix = solver.matrix
    for block in blocks:
        solver.set_ends(block.every(), -math.inf, math.inf)
    free = _certified(model, solver)
    if not blocks:
        return free.solution.objective, free
    for block in blocks:
        rows = slice(block.start, block.stop)
        solver.set_ends(block.every(), matrix.row_lower[rows], matrix.row_upper[rows])
    return free.solution.objective, _certified(model, solver)


def _certified(model: Model, solver: Solver) -> Plan:
    solution = solver.solve()
    certificate = certify(solver.matrix, solution, allowed_gap=GAP)
    if not certificate.holds:
        raise NotSolvedError(f"the plan has no certificate: {certificate}")
    return Plan(model, solver, solution, certificate)
