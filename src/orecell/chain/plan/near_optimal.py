"""The range of a metric over all plans that cost at most a little more than the cheapest.

Optimal plans are seldom unique; a figure that may be anything within 1 % of the cost is no finding.
A row caps the cost, the objective is swapped for the metric and minimized, then maximized, each from
the basis of the solve before. Source: DeCarolis 2011, modeling to generate alternatives.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from orecell.chain.plan.model import Model, Plan
from orecell.lp.axes import Keys
from orecell.lp.highs import Solution, Solver
from orecell.lp.problem import Positions

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

SLACK_FRACTION = 0.01


@dataclass(frozen=True)
class Metric:
    """A weighted sum of columns.

    Attributes:
        name: what it measures.
        parts: positions of columns with their weights (entry); of any blocks.
    """

    name: str
    parts: tuple[tuple[Positions, Floats], ...]

    def weights(self, count: int) -> Floats:
        """Weight of every column (column); where parts overlap they add up, as in `value`."""
        import numpy as np

        total = np.zeros(count)
        for where, weights in self.parts:
            np.add.at(total, where.index, weights)
        return total

    def value(self, solution: Solution) -> float:
        """The metric of a solution."""
        return sum(float(weights @ solution.primal[where.index]) for where, weights in self.parts)


def ranges(
    model: Model, best: Plan, metrics: list[Metric], slack: float = SLACK_FRACTION
) -> Mapping[str, tuple[float, float]]:
    """Least and most of each metric over plans within `slack` of the least cost.

    Args:
        model: a freshly made model of the same plan; a row is added to it.
        best: the cheapest plan.
        metrics: what to range, with positions of `model`.
        slack: share of the cost that may be given up.

    Returns:
        Metric name -> (least, most).

    Raises:
        NotSolvedError: a range could not be proven.
    """
    cost = best.solver.matrix.cost
    least = best.solution.objective
    most = least + slack * abs(least)
    limit = model.problem.rows(Keys.listed("near_optimal", {"cost": ["total"]}), upper=most)
    for block in model.problem.column_blocks.values():
        model.problem.terms(limit.at(cost="total"), block.every(), cost[block.start : block.stop])
    solver = Solver(model.problem)
    found = {}
    for metric in metrics:
        ends = []
        for sign in (1.0, -1.0):
            weights = sign * metric.weights(len(cost))
            for block in model.problem.column_blocks.values():
                solver.set_costs(block.every(), weights[block.start : block.stop])
            ends.append(sign * solver.solve().objective)
        found[metric.name] = (ends[0], ends[1])
    return found
