"""Assembling and solving a plan: certified, or no numbers."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from orecell.chain.plan.constraints import FLOW_ROWS
from orecell.chain.plan.costs import discount_factors
from orecell.chain.plan.decision_rows import DECISION_ROWS
from orecell.chain.plan.network_input import PlanInput
from orecell.chain.plan.reach import Reach
from orecell.chain.plan.rows import Rows
from orecell.chain.plan.useful import useful_part
from orecell.chain.plan.variables import Columns, declare
from orecell.errors import NotSolvedError
from orecell.lp.certify import Certificate, certify
from orecell.lp.highs import Solution, Solver
from orecell.lp.problem import Problem

GAP = 1e-4
"""Relative gap to which a plan in whole blocks is proven."""

CONSTRAINTS = (*FLOW_ROWS, *DECISION_ROWS)

FAMILIES: Mapping[str, tuple[str, ...]] = {
    "target": ("target",),
    "earlier capacity": ("capacity", "qualification"),
    "qualification": ("qualification",),
    "building": ("growth", "most_built"),
    "workforce": ("workforce",),
    "sourcing": ("sourcing",),
    "imports": ("imports",),
    "quota": ("quota",),
    "stock": ("stock",),
    "budget": ("capital", "budget"),
    "demand": ("demand",),
}
"""Families of rows that may give way, by the name a planner knows them by."""


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
        solution: the optimum; of a plan in whole blocks with the values of the limits at these blocks.
        certificate: residuals recomputed by independent code.
    """

    model: Model
    solver: Solver
    solution: Solution
    certificate: Certificate

    @property
    def cost(self) -> float:
        """Cost of the plan, present value [USD], whatever was minimized."""
        return cost_of(self.model, self.solution)


def cost_of(model: Model, solution: Solution) -> float:
    """Cost of a solution, present value [USD]."""
    return float(model.problem.costs() @ solution.primal) + model.problem.offset


def make_model(plan: PlanInput) -> Model:
    """Lay a plan out as a program."""
    plan = useful_part(plan)
    problem = Problem("plan")
    reach = Reach(plan)
    columns = declare(problem, plan, reach, discount_factors(plan.years, plan.discount_rate))
    rows = Rows(problem, plan.years)
    for constraint in CONSTRAINTS:
        constraint(rows, plan, columns, reach)
    return Model(plan, problem, columns)


def solve(model: Model) -> Plan:
    """The cheapest plan.

    Raises:
        NotSolvedError: infeasible, not proven, or the certificate does not hold.
    """
    return certified(model, Solver(model.problem, gap=GAP))


def solve_with_and_without(model: Model, families: Sequence[str]) -> tuple[Plan, Plan]:
    """The cheapest plan without some families of rows, and the cheapest with them.

    The second solve starts from the end of the first.

    Raises:
        NotSolvedError: as for `solve`.
    """
    blocks = [block for name in families if (block := model.problem.row_blocks.get(name))]
    solver = Solver(model.problem, gap=GAP)
    matrix = solver.matrix
    for block in blocks:
        solver.set_ends(block.every(), -math.inf, math.inf)
    free = certified(model, solver)
    if not blocks:
        return free, free
    for block in blocks:
        rows = slice(block.start, block.stop)
        solver.set_ends(block.every(), matrix.row_lower[rows], matrix.row_upper[rows])
    return free, certified(model, solver)


def certified(model: Model, solver: Solver) -> Plan:
    """The optimum of a model in a solver, with its certificate.

    Raises:
        NotSolvedError: infeasible, not proven, or the certificate does not hold.
    """
    solution = solver.solve()
    certificate = certify(solver.matrix, solution, allowed_gap=GAP)
    if not certificate.holds:  # what a start from an old basis may leave behind
        solver.forget()
        solution = solver.solve()
        certificate = certify(solver.matrix, solution, allowed_gap=GAP)
    if not certificate.holds:
        raise NotSolvedError(f"the plan has no certificate: {certificate}")
    if solver.is_integer:
        fixed = solver.solve_fixed(solution)
        solution = replace(solution, dual=fixed.dual, reduced=fixed.reduced, is_integer=False)
    return Plan(model, solver, solution, certificate)
