"""Why a solution is as it is, and why there is none.

* binding: rows at their ends, ranked by what one more unit is worth.
* repairs: for an infeasible program, one smallest repair per family of rows: with all other families
  kept, how far rows of this one must give way. Each repair re-solves.
* conflict: a set of rows that cannot hold together, none of which can be spared; a deletion filter
  thins out what HiGHS proves to be in conflict.
* runaway: the columns that grow without end in an unbounded program.

Left out: words of the domain, which the model that owns the rows supplies.
Source: Chinneck 2008, Feasibility and Infeasibility in Optimization.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from orecell.errors import InputError, NotSolvedError
from orecell.lp.highs import Solution, Solver
from orecell.lp.problem import Matrix, Problem

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]

NOISE = 1e-7
SLACK_SIZES = 1e-6, 1e12


@dataclass(frozen=True)
class Worth:
    """A row at its end: one more unit of the end changes the objective by `per_unit`."""

    position: int
    label: str
    block: str
    end: float
    per_unit: float
    is_lower: bool


@dataclass(frozen=True)
class Give:
    """How far one row must give way: downward for a lower end, upward for an upper one.

    Attributes:
        position, label: of the row.
        amount: in the row's unit.
        share: amount against the end or the sum of the row's terms, whichever is larger.
        is_lower: whether it is the lower end that gives way.
    """

    position: int
    label: str
    amount: float
    share: float
    is_lower: bool


@dataclass(frozen=True)
class Repair:
    """What one family of rows must give for the program to have a solution."""

    family: str
    gives: tuple[Give, ...]

    @property
    def share(self) -> float:
        """Share of the row that gives most, comparable between families of different units."""
        return max(give.share for give in self.gives)


@dataclass(frozen=True)
class Runaway:
    """One of the columns that grow (or fall) together without end."""

    position: int
    label: str
    step: float
    saving: float


def binding(solver: Solver, solution: Solution, *, least: float = NOISE) -> list[Worth]:
    """Rows whose dual is not zero, most valuable first; ties in order of declaration.

    Raises:
        NotSolvedError: an integer program has no duals; see `Solver.solve_fixed`.
    """
    import numpy as np

    found = []
    for block in solver.rows.values():
        duals = solution.duals(block)
        for offset in np.flatnonzero(np.abs(duals) > least).tolist():
            position, dual = block.start + offset, float(duals[offset])
            ends = solver.matrix.row_lower if dual > 0 else solver.matrix.row_upper
            label = block.label(position)
            found.append(Worth(position, label, block.name, float(ends[position]), dual, dual > 0))
    return sorted(found, key=lambda worth: (-abs(worth.per_unit), worth.position))


def repairs(solver: Solver, families: Mapping[str, Sequence[str]]) -> list[Repair]:
    """One smallest repair for each family that can repair an infeasible program alone.

    Within a family, giving way is measured against the end of each row, so that units do not matter. If
    no family can do it alone, the only repair is that of all together, named after those that must give.

    Args:
        solver: of an infeasible program.
        families: family -> names of its row blocks; rows of no family never give way.

    Returns:
        Repairs in the order of the families; empty if not even all together can repair.

    Raises:
        InputError: a family names a block that is not there.
    """
    rows = {family: _positions(solver, names) for family, names in families.items()}
    alone = [_repair(solver, family, members) for family, members in rows.items() if len(members)]
    found = [repair for repair in alone if repair is not None]
    return found or _joint_repair(solver, rows)


def _joint_repair(solver: Solver, rows: Mapping[str, Ints]) -> list[Repair]:
    import numpy as np

    members = np.unique(np.concatenate([np.zeros(0, dtype=np.int64), *rows.values()]))
    repair = _repair(solver, "", members) if len(members) else None
    if repair is None:
        return []
    giving = {give.position for give in repair.gives}
    return [replace(repair, family=" + ".join(f for f, some in rows.items() if giving & set(some.tolist())))]


def _positions(solver: Solver, names: Sequence[str]) -> Ints:
    import numpy as np

    missing = [name for name in names if name not in solver.rows]
    if missing:
        raise InputError(missing[0], "is not a block of rows", f"use some of {', '.join(solver.rows)}")
    parts = [np.arange(solver.rows[name].start, solver.rows[name].stop) for name in names]
    return np.concatenate([np.zeros(0, dtype=np.int64), *parts])


def _repair(solver: Solver, family: str, rows: Ints) -> Repair | None:
    """The least total give of the rows, each measured against its own size; None if that cannot help."""
    import numpy as np

    matrix = solver.matrix
    ends = np.concatenate([matrix.row_lower[rows], matrix.row_upper[rows]])
    real = np.isfinite(ends)
    where, signs = np.tile(rows, 2)[real], np.repeat([1.0, -1.0], len(rows))[real]
    sizes = _sizes(solver, where, np.abs(ends[real]))
    elastic = Solver(Problem(f"{solver.name}, elastic"), matrix=_with_slack(matrix, where, signs * sizes))
    try:
        primal = elastic.solve().primal
    except NotSolvedError:
        return None
    amounts = sizes * primal[len(matrix.cost) :]
    against = np.maximum(np.abs(ends[real]), _term_sizes(matrix, primal)[where])
    gives = []
    for i in np.flatnonzero(amounts > NOISE * sizes).tolist():
        row, amount, is_lower = int(where[i]), float(amounts[i]), bool(signs[i] > 0)
        gives.append(Give(row, solver.rows.label(row), amount, amount / float(against[i]), is_lower))
    return Repair(family, tuple(gives)) if gives else None


def _sizes(solver: Solver, rows: Ints, ends: Floats) -> Floats:
    """What giving way is measured against: the end itself; for an end of zero the median of its block,
    for a block of zeros the row's largest coefficient.
    """
    import numpy as np

    matrix, sizes = solver.matrix, ends.copy()
    largest = np.zeros(len(matrix.row_lower))
    np.maximum.at(largest, matrix.rows, np.abs(matrix.values))
    for block in solver.rows.values():
        here = (rows >= block.start) & (rows < block.stop)
        known = ends[here & (ends > 0.0)]
        if known.size:
            sizes[here & (ends == 0.0)] = np.median(known)
    sizes = np.where(sizes > 0.0, sizes, np.where(largest[rows] > 0.0, largest[rows], 1.0))
    return np.clip(sizes, *SLACK_SIZES)


def _term_sizes(matrix: Matrix, primal: Floats) -> Floats:
    """Sum of the sizes of each row's terms."""
    import numpy as np

    column = np.repeat(np.arange(len(matrix.cost)), np.diff(matrix.starts))
    sizes = np.abs(matrix.values * primal[column])
    return np.bincount(matrix.rows, sizes, len(matrix.row_lower)).astype(np.float64)


def _with_slack(matrix: Matrix, rows: Ints, values: Floats) -> Matrix:
    """The program with a slack column in each of the rows, and the sum of the slacks as its objective."""
    import numpy as np

    extra = len(rows)
    return replace(
        matrix,
        starts=np.append(matrix.starts, matrix.starts[-1] + np.arange(1, extra + 1)).astype(np.int32),
        rows=np.append(matrix.rows, rows).astype(np.int32),
        values=np.append(matrix.values, values),
        cost=np.append(np.zeros(len(matrix.cost)), np.ones(extra)),
        lower=np.append(matrix.lower, np.zeros(extra)),
        upper=np.append(matrix.upper, np.full(extra, np.inf)),
        is_integer=np.append(matrix.is_integer, np.zeros(extra, dtype=np.bool_)),
        offset=0.0,
    )


def apply_repair(matrix: Matrix, repair: Repair, *, margin: float = 1e-6) -> Matrix:
    """The program with the rows of a repair given way, by a hair more than the least."""
    lower, upper = matrix.row_lower.copy(), matrix.row_upper.copy()
    for give in repair.gives:
        amount = give.amount + margin * (give.amount + give.amount / give.share)
        if give.is_lower:
            lower[give.position] -= amount
        else:
            upper[give.position] += amount
    return replace(matrix, row_lower=lower, row_upper=upper)


def conflict(solver: Solver) -> list[str]:
    """Labels of rows that cannot hold together within the bounds of the columns; none can be spared.

    Raises:
        NotSolvedError: the program is not infeasible.
    """
    if solver.run() != "infeasible":
        raise NotSolvedError(f"{solver.name} is not infeasible, so no rows conflict")
    found = solver.conflicting_rows()
    proven = found if len(found) and _is_infeasible(solver.matrix, found) else None
    return [solver.rows.label(row) for row in deletion_filter(solver.matrix, proven).tolist()]


def deletion_filter(matrix: Matrix, rows: Ints | None = None) -> Ints:
    """Rows of an irreducible conflict: whatever can be spared without ending it is spared.

    Rows are dropped in halves first, then in ever smaller pieces down to one by one. What cannot be
    spared from a larger set cannot be spared from a smaller one, so a single pass per size will do.

    Args:
        matrix: an infeasible program.
        rows: rows known to conflict; all if not given.
    """
    import numpy as np

    kept = np.arange(len(matrix.row_lower)) if rows is None else rows
    size = len(kept)
    while size:
        start = 0
        while start < len(kept):
            trial = np.delete(kept, np.s_[start : start + size])
            if _is_infeasible(matrix, trial):
                kept = trial
            else:
                start += size
        size //= 2
    return kept


def _is_infeasible(matrix: Matrix, rows: Ints) -> bool:
    """Whether the program is infeasible with only these rows."""
    import numpy as np

    number = np.full(len(matrix.row_lower), -1, dtype=np.int32)
    number[rows] = np.arange(len(rows))
    kept = number[matrix.rows] >= 0
    column = np.repeat(np.arange(len(matrix.cost)), np.diff(matrix.starts))
    counts = np.bincount(column[kept], minlength=len(matrix.cost))
    some = (counts > 0) | matrix.is_integer
    some[0] = True  # a program has columns
    part = Matrix(
        starts=np.append(0, np.cumsum(counts[some])).astype(np.int32),
        rows=number[matrix.rows[kept]],
        values=matrix.values[kept],
        cost=np.zeros(int(some.sum())),
        lower=matrix.lower[some],
        upper=matrix.upper[some],
        is_integer=matrix.is_integer[some],
        row_lower=matrix.row_lower[rows],
        row_upper=matrix.row_upper[rows],
    )
    return Solver(Problem("part of the rows"), matrix=part).run() == "infeasible"


def runaway(solver: Solver) -> list[Runaway]:
    """Columns of an unbounded program that grow without end together, those that save most first.

    The direction d is that with the largest saving for a total movement of 1,

        minimize  cost . d   subject to   A d = or >= or <= 0 as the rows ask,  sum |d| <= 1.

    Raises:
        NotSolvedError: the program is not unbounded.
    """
    import numpy as np

    if solver.run() != "unbounded":
        raise NotSolvedError(f"{solver.name} is not unbounded")
    up_and_down = Solver(Problem(f"{solver.name}, direction"), matrix=_cone(solver.matrix)).solve().primal
    count = len(solver.matrix.cost)
    direction = up_and_down[:count] - up_and_down[count:]
    if not direction.any():
        raise NotSolvedError(f"{solver.name} is unbounded by no more than rounding; scale its rows")
    steps = direction / np.abs(direction).max()
    savings = -solver.matrix.cost * steps
    moving = np.flatnonzero(np.abs(steps) > NOISE).tolist()
    found = [Runaway(i, solver.columns.label(i), float(steps[i]), float(savings[i])) for i in moving]
    return sorted(found, key=lambda one: (-one.saving, one.position))


def _cone(matrix: Matrix) -> Matrix:
    """Directions in which the program never ends, upward and downward apart, of total size at most 1."""
    import numpy as np

    count, size_row = len(matrix.cost), len(matrix.row_lower)
    starts = np.append(matrix.starts, matrix.starts[-1] + matrix.starts[1:])
    free = np.append(np.isinf(matrix.upper), np.isinf(matrix.lower))
    return Matrix(
        starts=(starts + np.arange(2 * count + 1)).astype(np.int32),
        rows=np.insert(np.tile(matrix.rows, 2), starts[1:], size_row).astype(np.int32),
        values=np.insert(np.append(matrix.values, -matrix.values), starts[1:], 1.0),
        cost=np.append(matrix.cost, -matrix.cost),
        lower=np.zeros(2 * count),
        upper=np.where(free, np.inf, 0.0),
        is_integer=np.zeros(2 * count, dtype=np.bool_),
        row_lower=np.append(np.where(np.isfinite(matrix.row_lower), 0.0, -np.inf), -np.inf),
        row_upper=np.append(np.where(np.isfinite(matrix.row_upper), 0.0, np.inf), 1.0),
    )


def in_words(found: Sequence[Runaway]) -> str:
    """One sentence on a runaway, for example `buy[a] +1, sell[a] +1: each such step saves 3, without end`."""
    steps = ", ".join(f"{one.label} {one.step:+.4g}" for one in found)
    saving = sum(one.saving for one in found)
    return f"{steps}: each such step lowers the objective by {saving:.4g}, and no row or bound ends it"
