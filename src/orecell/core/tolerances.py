"""Named tolerances, so that "close enough" means the same thing everywhere.

A residual is what enters minus what leaves; throughput is the larger of the two sums. Left out:
tolerances of single iterative solvers, which belong beside their equations.
"""

from __future__ import annotations

import math

BALANCE_RELATIVE = 1e-9
"""Element balance against throughput: a sum of a million doubles loses at most about 1e-10."""

BALANCE_ABSOLUTE = 1e-12
"""Element balance where nothing flows: what subtraction of equal amounts may leave."""

RECIPE_RELATIVE = 1e-6
"""Element balance of a recipe: amounts come from formulas, or are written with seven digits."""

SHARE_SUM = 1e-6
"""Shares that must sum to one: three thirds written with seven digits still do."""

SOLVER_FEASIBILITY = 1e-7
"""Largest violated row or bound of a solution, the default of HiGHS."""

DUALITY_GAP = 1e-6
"""Relative gap between primal and dual objective that still certifies an optimum."""


def is_balanced(residual: float, throughput: float) -> bool:
    """Tell whether a balance closes, relative to what flows through it.

    Args:
        residual: inputs minus outputs [any unit].
        throughput: larger of inputs and outputs [the same unit].

    Returns:
        True if |residual| is within tolerance; False also for NaN and infinity, which are no amounts.
    """
    allowed = max(BALANCE_ABSOLUTE, BALANCE_RELATIVE * abs(throughput))
    return math.isfinite(throughput) and abs(residual) <= allowed
