"""A certificate of a solution, recomputed from plain numbers.

This file shares no code with the one that builds programs: it takes the arrays of a program and of a
solution and recomputes every residual from the compressed columns,

    primal    row_lower <= A x <= row_upper,   lower <= x <= upper,   x whole where it must be
    dual      cost - A' y = z, with y and z pointing away from the ends that are active
    gap       cost . x against the dual objective (linear), or against the proven bound (integer)

and it compares what the solver reports (objective, activities, reduced costs) with what it recomputes.
Each residual is relative to the size of what it is measured on. Source: LP duality.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

PRIMAL = 1e-6
DUAL = 1e-6
INTEGRALITY = 1e-6
GAP = 1e-6
REPORT = 1e-6


@dataclass(frozen=True)
class Certificate:
    """Largest residuals of a solution, and whether they are within tolerance.

    Attributes:
        row: violation of row ends, relative to the row's size.
        bound: violation of column bounds, relative to the value.
        integrality: distance of integer columns from whole numbers.
        dual: violation of dual feasibility, relative to the cost or dual; None for integer programs.
        gap: relative distance between the objective and its dual or proven bound.
        report: relative distance between what the solver reports and what is recomputed.
        allowed_gap: gap that was asked for.
    """

    row: float
    bound: float
    integrality: float
    dual: float | None
    gap: float
    report: float
    allowed_gap: float = GAP

    @property
    def holds(self) -> bool:
        """Whether every residual is within tolerance; NaN never is."""
        return (
            self.row <= PRIMAL
            and self.bound <= PRIMAL
            and self.integrality <= INTEGRALITY
            and (self.dual is None or self.dual <= DUAL)
            and self.gap <= max(self.allowed_gap, GAP)
            and self.report <= REPORT
        )


def certify(matrix: Any, solution: Any, *, allowed_gap: float = GAP) -> Certificate:
    """Recompute the residuals of a solution.

    Args:
        matrix: arrays of the program (starts, rows, values, cost, lower, upper, is_integer, row_lower,
            row_upper, offset).
        solution: what the solver reports (primal, activity, dual, reduced, objective, bound).
        allowed_gap: relative gap an integer program was solved to; a linear one has none.
    """
    import numpy as np

    columns = np.repeat(np.arange(len(matrix.cost)), np.diff(matrix.starts))
    x = np.asarray(solution.primal)
    product = matrix.values * x[columns]
    activity = np.bincount(matrix.rows, weights=product, minlength=len(matrix.row_lower))
    size = 1.0 + np.bincount(matrix.rows, weights=np.abs(product), minlength=len(matrix.row_lower))
    whole = x[matrix.is_integer]
    objective = float(matrix.cost @ x) + matrix.offset
    report = [_worst(np.abs(activity - solution.activity) / size), _gap(objective, solution.objective)]
    dual, bound, allowed = None, solution.bound, allowed_gap
    if whole.size:
        report.append((bound - objective) / (1.0 + abs(objective)))  # a bound is below what it bounds
    else:
        dual, bound, unequal = _dual(matrix, np.asarray(solution.dual), solution.reduced, columns)
        allowed, report = GAP, [*report, unequal, _gap(objective, solution.bound)]
    return Certificate(
        row=_worst(np.maximum(matrix.row_lower - activity, activity - matrix.row_upper) / size),
        bound=_worst(np.maximum(matrix.lower - x, x - matrix.upper) / (1.0 + np.abs(x))),
        integrality=_worst(np.abs(whole - np.round(whole))),
        dual=dual,
        gap=_gap(objective, bound),
        report=_worst(np.array(report)),
        allowed_gap=allowed,
    )


def _worst(residuals: Floats) -> float:
    """The largest residual, 0 if none is positive; NaN stays NaN."""
    return float(residuals.max(initial=0.0))


def _gap(objective: float, other: float) -> float:
    return abs(objective - other) / (1.0 + abs(objective))


def _dual(matrix: Any, y: Floats, reduced: Floats, columns: Any) -> tuple[float, float, float]:
    """Dual infeasibility and dual objective of row duals y, and how far reported reduced costs are off.

    A positive dual presses on the lower end, a negative one on the upper; where that end does not
    exist the dual is infeasible by its size. Reduced costs are recomputed, not taken from the solver.
    """
    import numpy as np

    product = matrix.values * y[matrix.rows]
    z = matrix.cost - np.bincount(columns, weights=product, minlength=len(matrix.cost))
    size = 1.0 + np.abs(matrix.cost) + np.bincount(columns, weights=np.abs(product), minlength=len(z))
    rows_at, rows_bad = _pressed(y, matrix.row_lower, matrix.row_upper)
    columns_at, columns_bad = _pressed(z, matrix.lower, matrix.upper)
    worst = _worst(np.concatenate([rows_bad / (1.0 + np.abs(y)), columns_bad / size]))
    return worst, rows_at + columns_at + matrix.offset, _worst(np.abs(z - reduced) / size)


def _pressed(dual: Floats, lower: Floats, upper: Floats) -> tuple[float, Floats]:
    """Objective of duals at the ends they press on, and the size of those that press on nothing."""
    import numpy as np

    end = np.where(dual > 0, lower, upper)
    exists = np.isfinite(end) & (dual == dual)
    return float((dual[exists] * end[exists]).sum()), np.where(exists, 0.0, np.abs(dual))
