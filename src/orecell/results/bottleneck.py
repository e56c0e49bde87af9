"""The bottleneck: how many GWh of cells can be made wholly from domestic stages, and what caps them.

With x the GWh of nickel and iron cells made, a and b the need of a stage per GWh of each, and S its
supply by family,

    maximize x_n + x_i   subject to   a x_n <= S_n + S_any,  b x_i <= S_i + S_any,
                                      a x_n + b x_i <= S_n + S_i + S_any,   x <= demand

a linear program in two variables, solved exactly by looking at its corners. The bottleneck is the
stage whose removal raises the result most; where none alone does, the stage that by itself would
allow the fewest. Left out: packs and recycling, which come after the cell, and what comes before or
beside the stages below: mines, nickel metal, iron phosphate, electrolyte salts and solvents, binders.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from orecell.errors import InputError
from orecell.results.coverage import Balance

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

CELL_STAGES = (
    "lithium_chemicals",
    "nickel_sulfate",
    "cobalt_sulfate",
    "manganese_sulfate",
    "aam",
    "pcam",
    "cam",
    "electrolyte",
    "separator",
    "foil_copper",
    "foil_aluminum",
    "cells",
)


@dataclass(frozen=True)
class Bottleneck:
    """Result of one year.

    Attributes:
        domestic_gwh: cells made wholly from domestic stages [GWh].
        stage: stage that caps them, or "" if demand does.
        lifted_gwh: result if that stage were unlimited [GWh].
        next_stage: stage that caps then, or "".
    """

    domestic_gwh: float
    stage: str
    lifted_gwh: float
    next_stage: str


def largest_corner(lines: Floats, demand: Floats) -> tuple[float, float]:
    """The x and y of the largest sum with lines[:, 0] x + lines[:, 1] y <= lines[:, 2], 0 <= x, y <= demand.

    For a given x the best y is the lowest of a few straight lines, so the sum is concave and piecewise
    linear in x: its maximum lies at an end or where two of the lines cross.

    Args:
        lines: (line, 3), all coefficients at least 0, none of a row's first two both 0.
        demand: upper bounds of x and y (2).
    """
    import numpy as np

    only_x, only_y = lines[:, 1] == 0, lines[:, 0] == 0
    x_most = min([demand[0], *(lines[only_x, 2] / lines[only_x, 0])])
    y_most = min([demand[1], *(lines[only_y, 2] / lines[only_y, 1])])
    both = lines[~only_x & ~only_y]
    slope = np.append(both[:, 0] / both[:, 1], 0.0)
    height = np.append(both[:, 2] / both[:, 1], y_most)
    x_most = min([x_most, *(height[:-1] / slope[:-1])])
    apart = slope[:, None] - slope[None, :]
    crossing = np.divide(height[:, None] - height[None, :], apart, out=np.zeros_like(apart), where=apart != 0)
    x = np.clip(np.append(crossing.ravel(), [0.0, x_most]), 0.0, x_most)
    y = (height[:, None] - slope[:, None] * x[None, :]).min(axis=0)
    best = int(np.argmax(x + np.maximum(y, 0.0)))
    return float(x[best]), max(float(y[best]), 0.0)


def _lines(supply: Floats, need: Floats) -> Floats:
    """The three rows of a stage; a family that needs nothing of it is not bound by it."""
    import numpy as np

    nickel, iron, flexible = supply
    a, b = need
    rows = [[a, 0.0, nickel + flexible], [0.0, b, iron + flexible], [a, b, nickel + iron + flexible]]
    return np.array([row for row in rows if row[0] > 0 or row[1] > 0]).reshape(-1, 3)


@dataclass(frozen=True)
class _Year:
    """The rows of one year's program, by stage."""

    lines: Mapping[str, Floats]
    demand: Floats

    @classmethod
    def of(cls, balance: Balance, basis: str, year_index: int) -> _Year:
        import numpy as np

        demand = balance.demand[:, year_index]
        lines = {}
        for stage in CELL_STAGES:
            if stage not in balance.stages:
                raise InputError(stage, "a cell needs this stage", "add it to tables/stages.csv")
            i = balance.stages.index(stage)
            required = balance.requirement[i, :, year_index]
            need = np.divide(required, demand, out=np.zeros(2), where=demand > 0)
            lines[stage] = _lines(balance.supply[basis][i, :, year_index], need)
        return cls(lines, demand)

    def without(self, stage: str) -> _Year:
        return _Year({s: rows for s, rows in self.lines.items() if s != stage}, self.demand)

    def only(self, stage: str) -> _Year:
        return _Year({stage: self.lines[stage]}, self.demand)

    def corner(self) -> tuple[float, float]:
        import numpy as np

        rows = [rows for rows in self.lines.values() if len(rows)]
        return largest_corner(np.concatenate(rows) if rows else np.zeros((0, 3)), self.demand)

    def best(self) -> float:
        return sum(self.corner())

    def cap(self) -> tuple[str, float]:
        """The stage whose removal helps most and the result without it, "" and the result if demand caps.

        Only a stage that binds at the best corner can help. Among equals the stage that by itself would
        allow the fewest: at zero, not one that some other cells do without.
        """
        x, y = self.corner()
        if x + y >= float(self.demand.sum()) * (1 - 1e-9):
            return "", x + y
        binding = [stage for stage, rows in self.lines.items() if _binds(rows, x, y)]
        gains = {stage: self.without(stage).best() for stage in binding}
        most = max(gains.values())
        equal = [stage for stage, gain in gains.items() if gain >= most - 1e-9 * max(1.0, most)]
        stage = min(equal, key=lambda s: (self.only(s).best(), CELL_STAGES.index(s)))
        return stage, gains[stage]


def _binds(rows: Floats, x: float, y: float) -> bool:
    """Whether a row has no room left; a loose limit, as a stage too many does no harm."""
    used = rows[:, 0] * x + rows[:, 1] * y
    return bool((used >= rows[:, 2] - 1e-6 * (1.0 + rows[:, 2])).any())


def find_bottleneck(balance: Balance, basis: str, year_index: int) -> Bottleneck:
    """The cap on wholly domestic cells in one year.

    Args:
        balance: supply and requirement.
        basis: nameplate, expected or qualified.
        year_index: position on the year axis.
    """
    program = _Year.of(balance, basis, year_index)
    stage, lifted = program.cap()
    if not stage:
        return Bottleneck(lifted, "", lifted, "")
    following, _ = program.without(stage).cap()
    return Bottleneck(program.best(), stage, lifted, following)


def bottleneck_rows(balance: Balance, names: dict[str, str], bases: Iterable[str]) -> list[dict[str, object]]:
    """Long rows: one per basis and year."""
    rows: list[dict[str, object]] = []
    for basis in bases:
        for t, year in enumerate(balance.years):
            found = find_bottleneck(balance, basis, t)
            rows.append(
                {
                    "basis": basis,
                    "year": year,
                    "demand_gwh": float(balance.demand[:, t].sum()),
                    "domestic_cells_gwh": found.domestic_gwh,
                    "stage": found.stage,
                    "stage_name": names.get(found.stage, "demand"),
                    "lifted_gwh": found.lifted_gwh,
                    "next_stage_name": names.get(found.next_stage, "demand"),
                }
            )
    return rows
