"""The range of a metric over all plans that cost at most a little more than the cheapest.

Optimal plans are seldom unique; a figure that may be anything within 1 % of the cost is no finding.

Cost as a function of the most that a metric can be is convex. Instead of capping the cost by a row over
all columns, which the simplex method crawls along, the metric is paid for: minimizing cost - price x metric
gives a point on that curve and, by weak duality, a bound on the metric of every plan within the limit,

    metric <= (limit - min(cost - price x metric)) / price.

The price goes up until a point lies beyond the limit; then it is the slope between the two points around the
limit, until bound and point meet. Between two plans every mix is a plan, so the point at the limit is one.
Each solve starts from the one before and has its certificate.
Sources: DeCarolis 2011, modeling to generate alternatives; Eisner and Severance 1976, the chords of a
parametric program.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from orecell.chain.plan.model import GAP, Model, Plan, certified
from orecell.errors import NotSolvedError
from orecell.lp.highs import Solution, Solver
from orecell.lp.problem import Positions

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

SLACK_FRACTION = 0.01
CLOSE = 3e-3
"""Bound and point may differ by this share of the metric or of its size."""
MOST_SOLVES = 20
FASTER = 2.0
LEAST_SLACK = 1e-9
"""Share of the cost that is lost to rounding anyway."""


@dataclass(frozen=True)
class Metric:
    """A weighted sum of columns.

    Attributes:
        name: what it measures.
        parts: positions of columns with their weights (entry); of any blocks.
        size: what counts as much of it, for tolerances; 0 for its largest weight.
    """

    name: str
    parts: tuple[tuple[Positions, Floats], ...]
    size: float = 0.0

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


@dataclass(frozen=True)
class Range:
    """Least and most of a metric, each between what some plan reaches and what no plan can pass.

    Attributes:
        least, most: bounds that no plan within the cost passes.
        least_reached, most_reached: values that plans within the cost have.
    """

    least: float
    most: float
    least_reached: float
    most_reached: float


def ranges(best: Plan, metrics: Sequence[Metric], slack: float = SLACK_FRACTION) -> dict[str, Range]:
    """Range of each metric over plans within `slack` of the least cost.

    Sizes of plants are taken as free, also where the plan has whole plants.

    Args:
        best: the cheapest plan; its solver is used and left with the costs it had.
        metrics: what to range, with positions of its model.
        slack: share of the cost that may be given up.

    Returns:
        Metric name -> range.

    Raises:
        NotSolvedError: a solve has no certificate.
    """
    limit = best.cost + max(slack * abs(best.cost), LEAST_SLACK * max(abs(best.cost), 1.0))
    curve = _Curve(best, limit)
    found = {}
    for metric in metrics:
        most, most_reached = curve.end(metric, 1.0)
        least, least_reached = curve.end(metric, -1.0)
        found[metric.name] = Range(-least, most, -least_reached, most_reached)
    return found


@dataclass(frozen=True)
class _Point:
    """A plan on the curve: metric (times the sign of the end) and cost."""

    metric: float
    cost: float


class _Curve:
    """The curve of cost against a metric, followed from the cheapest plan outward."""

    def __init__(self, best: Plan, limit: float) -> None:
        self._model, self._best, self._limit = best.model, best, limit
        self._cost = best.model.problem.costs()
        self._solver = _with_free_sizes(best.model) if best.solver.is_integer else best.solver

    def end(self, metric: Metric, sign: float) -> tuple[float, float]:
        """Bound and reached value of sign x metric, from the cheapest plan on."""
        inside = _Point(sign * metric.value(self._best.solution), self._best.cost)
        outside: _Point | None = None
        reached, bound = inside.metric, self._natural(metric, sign)
        size = max(abs(inside.metric), self._size(metric))
        price = (self._limit - inside.cost) / size
        paid, endless = 0.0, float("inf")
        for _ in range(MOST_SOLVES):
            if bound - reached <= CLOSE * max(abs(reached), size):
                break
            try:
                point, least = self._at(metric, sign, price)
            except NotSolvedError:  # at this price there is no end to the metric
                endless, price = price, 0.5 * (paid + price)
                continue
            paid = price
            bound = min(bound, (self._limit - least) / price)
            if point.cost <= self._limit:
                inside = max(inside, point, key=lambda one: one.metric)
            else:
                outside = point
            reached = max(reached, self._mixed(inside, outside))
            price = _slope(inside, outside) or min(FASTER * price, 0.5 * (price + endless))
        self._restore(metric)
        return max(bound, reached), reached

    def _natural(self, metric: Metric, sign: float) -> float:
        """What sign x metric cannot pass by the bounds of its columns alone."""
        import numpy as np

        weights = sign * metric.weights(len(self._cost))
        used = np.flatnonzero(weights)
        matrix = self._solver.matrix
        ends = np.where(weights[used] > 0.0, matrix.upper[used], matrix.lower[used])
        return float((weights[used] * ends).sum())

    def _size(self, metric: Metric) -> float:
        """What counts as much of the metric."""
        if metric.size > 0.0:
            return metric.size
        return max((float(abs(weights).max(initial=0.0)) for _, weights in metric.parts), default=1.0)

    def _at(self, metric: Metric, sign: float, price: float) -> tuple[_Point, float]:
        """Where cost - price x sign x metric is least, and that least value."""
        self._set(metric, -price * sign)
        found = certified(self._model, self._solver)
        point = _Point(sign * metric.value(found.solution), found.cost)
        return point, found.solution.objective

    def _set(self, metric: Metric, factor: float) -> None:
        """Cost plus factor x metric in the columns of the metric."""
        import numpy as np

        weights = metric.weights(len(self._cost))
        for where, _ in metric.parts:
            index = np.unique(where.index)
            block = Positions(where.block, index, index.shape)
            self._solver.set_costs(block, self._cost[index] + factor * weights[index])

    def _restore(self, metric: Metric) -> None:
        self._set(metric, 0.0)

    def _mixed(self, inside: _Point, outside: _Point | None) -> float:
        """The metric at the limit of cost on the line between two plans."""
        if outside is None or outside.cost <= inside.cost:
            return inside.metric
        share = (self._limit - inside.cost) / (outside.cost - inside.cost)
        return inside.metric + share * (outside.metric - inside.metric)


def _with_free_sizes(model: Model) -> Solver:
    """The program with no whole numbers."""
    import numpy as np

    matrix = model.problem.matrix()
    free = np.zeros(len(matrix.cost), dtype=np.bool_)
    return Solver(model.problem, matrix=replace(matrix, is_integer=free), gap=GAP)


def _slope(inside: _Point, outside: _Point | None) -> float:
    """Cost per unit of the metric between two plans; 0 if it is not known."""
    if outside is None or outside.metric <= inside.metric:
        return 0.0
    return (outside.cost - inside.cost) / (outside.metric - inside.metric)
