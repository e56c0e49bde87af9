"""Designing a plant: settings that meet purity and recovery at least cost, by search.

The file names settings with their ranges. From the design of the file, and from the best of a few dozen
designs
drawn evenly over the ranges, a pattern search moves one setting at a time, then along the last gain, and
halves its steps when nothing helps (Hooke & Jeeves 1961, doi 10.1145/321062.321069). Designs are ranked by

    merit = levelized cost x (1 + 3 sum of ln of what exceeds a limit)

so that a limit kept weighs more than money. This finds a good design, not a proven optimum: what is claimed
at the
end is that no single setting, moved by the last step either way, improves it. Left out: changes of the
layout.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from orecell.errors import BalanceError, InputError, NotSolvedError
from orecell.plant.flowsheet import Flowsheet, FlowsheetSolver, Solution
from orecell.plant.measures import Measures, measure
from orecell.plant.settings import changed, find_setting, setting_value

SPREAD = 24
FIRST_STEP, LAST_STEP = 0.25, 0.02
PENALTY = 3.0
ROUGH = 1e-4
"""How well recycles close while searching."""
MOST_LOADED = 0.95
"""Share of the extractant that a design may load: fuller organic turns viscous."""
CLOSE = 0.9
"""Share of a limit from which it is called near."""


@dataclass(frozen=True)
class Variable:
    """A setting that the search may change, within low and high."""

    unit: str
    setting: str
    low: float
    high: float
    is_whole: bool = False

    @property
    def label(self) -> str:
        """`unit.setting`."""
        return f"{self.unit}.{self.setting}"

    def value(self, share: float) -> float:
        """Value at a share of the range, whole where it must be."""
        at = self.low + min(max(share, 0.0), 1.0) * (self.high - self.low)
        return float(round(at)) if self.is_whole else at


@dataclass(frozen=True)
class Tried:
    """One design tried.

    Attributes:
        shares: variables as shares of their ranges.
        merit: what the search lowers; infinite where the plant did not solve.
        solution, measures: of the design, or None.
        excess: limit -> how many times it is exceeded, above 1 only.
    """

    shares: tuple[float, ...]
    merit: float
    solution: Solution | None
    measures: Measures | None
    excess: Mapping[str, float]


@dataclass(frozen=True)
class Design:
    """The best design found.

    Attributes:
        variables: what was changed.
        start: the design of the file.
        best: the best one.
        tried: how many designs were solved.
        failed: how many did not solve.
        is_local: whether no single setting, moved by the last step either way, improved it.
        limiting: what stands in the way, the most pressing first.
    """

    variables: tuple[Variable, ...]
    start: Tried
    best: Tried
    tried: int
    failed: int
    is_local: bool
    limiting: tuple[str, ...]

    def values(self) -> dict[str, tuple[float, float]]:
        """Setting -> value in the file and in the best design."""
        return {
            v.label: (v.value(a), v.value(b))
            for v, a, b in zip(self.variables, self.start.shares, self.best.shares, strict=True)
        }


def variables_of(flowsheet: Flowsheet) -> tuple[Variable, ...]:
    """Settings that the file lets the search change; raises InputError if there are none."""
    entries = flowsheet.economics.get("design") or ()
    if not entries:
        raise InputError(
            flowsheet.name, "names no settings under `design`", "add e.g. {set: sx.ph, low: 4, high: 6}"
        )
    found = []
    for entry in entries:
        unit, setting = find_setting(flowsheet, entry.set, "design")
        found.append(Variable(unit, setting, entry.low, entry.high, entry.whole))
    return tuple(found)


def optimize(
    flowsheet: Flowsheet, most: int = 400, seed: int = 1, told: Callable[[int, float], None] | None = None
) -> Design:
    """Search for the cheapest design that keeps purity and recoveries.

    Args:
        flowsheet: with `design` and `keep`.
        most: designs solved at most.
        seed: of the designs drawn evenly.
        told: called with the count and the best merit so far.

    Raises:
        InputError: no settings are named.
        NotSolvedError: the design of the file does not solve.
    """
    search = _Search(flowsheet, variables_of(flowsheet), most, told)
    start = search.tried(search.shares_of(flowsheet))
    if start.solution is None:
        raise NotSolvedError(f"the design of the file {flowsheet.name} does not solve")
    spread = [search.tried(shares) for shares in _evenly(len(search.variables), min(SPREAD, most // 4), seed)]
    best = min([start, *spread], key=lambda tried: tried.merit)
    best, is_local = search.pattern(best)
    return Design(
        search.variables, start, best, search.count, search.failed, is_local, tuple(_limiting(search, best))
    )


class _Search:
    """Designs of one flowsheet, each solved once, warm from the best so far."""

    def __init__(
        self,
        flowsheet: Flowsheet,
        variables: tuple[Variable, ...],
        most: int,
        told: Callable[[int, float], None] | None,
    ) -> None:
        self.flowsheet, self.variables, self.most, self.told = flowsheet, variables, most, told
        self.solver = FlowsheetSolver(flowsheet)
        self.keep = flowsheet.economics.get("keep")
        self.memory: Mapping[str, Any] | None = None
        self.known: dict[tuple[float, ...], Tried] = {}
        self.count = self.failed = 0
        self.best = math.inf

    def shares_of(self, flowsheet: Flowsheet) -> tuple[float, ...]:
        """Where the settings of a flowsheet lie in their ranges."""
        found = []
        for v in self.variables:
            value = setting_value(flowsheet, (v.unit, v.setting))
            if not isinstance(value, (int, float)):
                raise InputError(v.label, f"is {value} in the file", "give it one number to start from")
            found.append(min(max((value - v.low) / (v.high - v.low), 0.0), 1.0))
        return tuple(found)

    def tried(self, shares: Sequence[float]) -> Tried:
        """One design, solved unless it was before."""
        changes = {
            (v.unit, v.setting): _as_number(v, share) for v, share in zip(self.variables, shares, strict=True)
        }
        key = tuple(round(float(value), 12) for value in changes.values())
        if key not in self.known:
            self.known[key] = self._solved(tuple(shares), changes)
        return self.known[key]

    def _solved(self, shares: tuple[float, ...], changes: Mapping[tuple[str, str], Any]) -> Tried:
        self.count += 1
        try:
            variant = changed(self.flowsheet, changes, "design")
            solution = self.solver.solve(variant, self.memory, tolerance=ROUGH)
            measures = measure(solution)
        except (NotSolvedError, InputError, BalanceError):
            self.failed += 1
            return Tried(shares, math.inf, None, None, {})
        excess = self._excess(measures) | _circuit_faults(solution)
        over = sum(math.log(value) for value in excess.values())
        merit = _positive(measures.levelized_usd_per_t) * (1.0 + PENALTY * over)
        if merit < self.best:
            self.best, self.memory = merit, solution.memory
        if self.told is not None:
            self.told(self.count, self.best)
        return Tried(shares, merit, solution, measures, excess)

    def _excess(self, measures: Measures) -> dict[str, float]:
        """Limits that a design exceeds."""
        found = {}
        if self.keep is None or self.keep.specification:
            for stream, row in measures.failing:
                found[f"{row.item} in {stream}"] = max(measures.excess(row), 1.0)
        for element, least in (self.keep.recovery if self.keep is not None else {}).items():
            got = measures.recoveries.get(element, 0.0)
            if got < least:
                found[f"recovery of {element}"] = 1.0 + (least - got) * 20.0
        return found

    def pattern(self, best: Tried) -> tuple[Tried, bool]:
        """Pattern search from a design; the best found, and whether the last step helped nowhere."""
        step = FIRST_STEP
        while self.count < self.most:
            found = self._around(best, step)
            if found.merit < best.merit * (1.0 - 1e-6):
                jump = tuple(2.0 * b - a for a, b in zip(best.shares, found.shares, strict=True))
                further = self.tried(tuple(min(max(x, 0.0), 1.0) for x in jump))
                best = min(found, further, key=lambda tried: tried.merit)
            elif step <= LAST_STEP:
                return best, True
            else:
                step = max(step / 2.0, LAST_STEP)
        return best, False

    def _around(self, best: Tried, step: float) -> Tried:
        """The best of moving each setting in turn by a step."""
        for i, v in enumerate(self.variables):
            least = max(step, 1.0 / (v.high - v.low)) if v.is_whole else step
            for sign in (1.0, -1.0):
                if self.count >= self.most:
                    return best
                moved = list(best.shares)
                moved[i] = min(max(moved[i] + sign * least, 0.0), 1.0)
                found = self.tried(moved)
                if found.merit < best.merit:
                    best = found
                    break
        return best


def _circuit_faults(solution: Solution) -> dict[str, float]:
    """Circuits that work on paper only: metals that organic brings back, and organic loaded full."""
    from orecell.plant.extraction import RETURNED, Layout, returned

    found: dict[str, float] = {}
    for name, outcome in solution.outcomes.items():
        if isinstance(outcome.detail, tuple) and isinstance(outcome.detail[0], Layout):
            shares = returned(*outcome.detail)
            found |= {
                f"{c} on the organic of {name}": s / RETURNED for c, s in shares.items() if s > RETURNED
            }
            loading = max(outcome.detail[1].loading)
            if loading > MOST_LOADED:
                found[f"loading of the organic of {name}"] = loading / MOST_LOADED
    return found


def _as_number(variable: Variable, share: float) -> float | int:
    value = variable.value(share)
    return int(value) if variable.is_whole else value


def _positive(cost: float) -> float:
    """A cost that can be multiplied: above 1000 as it is, below (with by-products paying) bent to stay
    positive."""
    return cost if cost > 1000.0 else 1000.0 * math.exp((cost - 1000.0) / 1000.0)


def _evenly(width: int, count: int, seed: int) -> list[tuple[float, ...]]:
    """Designs drawn evenly over the ranges (Sobol)."""
    import warnings

    from scipy.stats import qmc

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # a count that is no power of two is even enough here
        points = qmc.Sobol(width, scramble=True, rng=seed).random(max(count, 1))
    return [tuple(float(x) for x in point) for point in points]


def _limiting(search: _Search, best: Tried) -> list[str]:
    """What stands in the way of a better design, in words."""
    found = [
        f"{name} is {value:.2g} times its limit"
        for name, value in sorted(best.excess.items(), key=lambda x: -x[1])
    ]
    if best.measures is not None:
        rows = [(s, row) for s, rows in best.measures.purity.items() for row in rows if row.passes]
        near = [(best.measures.excess(row), s, row) for s, row in rows if row.kind == "max"]
        found += [
            f"{row.item} in {stream} is at {share:.0%} of its limit"
            for share, stream, row in sorted(near, key=lambda item: -item[0])
            if share > CLOSE
        ]
    for v, share in zip(search.variables, best.shares, strict=True):
        if share <= 0.0 or share >= 1.0:
            end = "low" if share <= 0.0 else "high"
            found.append(f"{v.label} is at the {end} end of its range ({v.value(share):g})")
    return found
