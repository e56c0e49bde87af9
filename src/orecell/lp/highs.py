"""Solving a program with HiGHS: one thread, fixed order, node and gap limits instead of a clock.

A solver keeps its HiGHS object, so that costs, bounds and row ends can be changed in place and the
next solve starts from the last basis. Only a proven optimum (or an integer program within its proven
gap) has numbers; every other status raises. HiGHS works in a thread of its own, so that Ctrl-C stops
it and no setting of another user of HiGHS in this process gets in the way.
Source: HiGHS, https://highs.dev; algorithm choice measured on networks of this kind.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from orecell.errors import InputError, NotSolvedError, OrecellError
from orecell.lp.interrupt import allow, make_stoppable, run_apart, stop
from orecell.lp.problem import Block, Matrix, Positions, Problem, check_entry_count, costs, ends
from orecell.lp.program_file import write_program

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import ArrayLike, NDArray

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]

Method = Literal["simplex", "ipx"]
Status = Literal["optimal", "infeasible", "unbounded", "undecided"]
CHOOSE, ELASTIC = 0, 2
RAY_NOISE = 1e-9


@dataclass(frozen=True, eq=False)
class Solution:
    """A proven optimum.

    Attributes:
        objective: value at the optimum, offset included.
        bound: proven bound on it; equal to the objective for a linear program.
        primal: value of every column (column).
        activity: value of every row (row).
        dual: change of the objective per unit of a row's end (row); NaN for integer programs.
        reduced: change of the objective per unit of a column's bound (column); likewise.
        is_integer: whether the program had integer columns.
        iterations: of simplex, interior point and crossover, or nodes of an integer program.
    """

    objective: float
    bound: float
    primal: Floats
    activity: Floats
    dual: Floats
    reduced: Floats
    is_integer: bool
    iterations: int

    def values(self, block: Block) -> Floats:
        """Values of a block of columns, or activities of a block of rows (key)."""
        return (self.activity if block.is_row else self.primal)[block.start : block.stop]

    def duals(self, block: Block) -> Floats:
        """Duals of a block of rows, or reduced costs of a block of columns (key).

        Raises:
            NotSolvedError: an integer program has none; see `Solver.solve_fixed`.
        """
        if self.is_integer:
            raise NotSolvedError("an integer program has no duals; solve it with its integers fixed")
        return (self.dual if block.is_row else self.reduced)[block.start : block.stop]


@dataclass(frozen=True, eq=False)
class Ranging:
    """How far costs and row ends may move before the basis changes (linear programs only).

    Attributes:
        cost_down, cost_up: of each column's cost (column).
        end_down, end_up: of each row's active end, or of the activity of a row between its ends (row).
    """

    cost_down: Floats
    cost_up: Floats
    end_down: Floats
    end_up: Floats

    def of(self, block: Block) -> tuple[Floats, Floats]:
        """Lowest and highest cost of a block of columns, or end of a block of rows (key)."""
        both = (self.end_down, self.end_up) if block.is_row else (self.cost_down, self.cost_up)
        return both[0][block.start : block.stop], both[1][block.start : block.stop]


class Solver:
    """One program in one HiGHS object.

    Attributes:
        name: of the program.
        matrix: its present numbers.
        columns, rows: its blocks.
    """

    def __init__(
        self,
        problem: Problem,
        *,
        matrix: Matrix | None = None,
        method: Method = "simplex",
        gap: float = 1e-4,
        most_nodes: int | None = None,
    ) -> None:
        """Hand a program over.

        Args:
            problem: what to solve.
            matrix: numbers to solve in place of the problem's own, for example repaired ones.
            method: dual simplex, or interior point with crossover for large cold solves.
            gap: relative gap at which an integer program counts as solved.
            most_nodes: nodes after which an integer program is given up.
        """
        self.name = problem.name
        self.columns, self.rows = problem.column_blocks, problem.row_blocks
        self.matrix = problem.matrix() if matrix is None else matrix
        self.is_integer = bool(self.matrix.is_integer.any())
        _check(self.name, self.matrix)
        self._highs = _hand_over(self.matrix)
        self._has_basis, self._has_moved_ends, self._iterations = False, False, 0
        self._late_costs: list[tuple[NDArray[np.int32], Floats]] = []
        self._set("simplex_strategy", CHOOSE)
        self._set("solver", "choose" if self.is_integer else method)
        self._set("mip_rel_gap", gap)
        if most_nodes is not None:
            self._set("mip_max_nodes", most_nodes)

    def set_costs(self, where: Positions, value: ArrayLike) -> None:
        """Change costs; the next solve starts from the last basis."""
        new = costs(self.columns.own(where), value)
        self._late_costs.append((_distinct(where), new))
        self.matrix = replace(self.matrix, cost=_changed(self.matrix.cost, where, new))

    def set_bounds(self, where: Positions, lower: ArrayLike, upper: ArrayLike) -> None:
        """Change bounds of columns; the next solve starts from the last basis."""
        low, high = ends(self.columns.own(where), lower, upper)
        self._demand(self._highs.changeColsBounds(len(where), _distinct(where), low, high), "change bounds")
        self._has_moved_ends = True
        old = self.matrix
        self.matrix = replace(
            old, lower=_changed(old.lower, where, low), upper=_changed(old.upper, where, high)
        )

    def set_ends(self, where: Positions, lower: ArrayLike, upper: ArrayLike) -> None:
        """Change ends of rows; the next solve starts from the last basis."""
        low, high = ends(self.rows.own(where), lower, upper)
        self._demand(self._highs.changeRowsBounds(len(where), _distinct(where), low, high), "change ends")
        self._has_moved_ends = True
        new_lower = _changed(self.matrix.row_lower, where, low)
        new_upper = _changed(self.matrix.row_upper, where, high)
        self.matrix = replace(self.matrix, row_lower=new_lower, row_upper=new_upper)

    def run(self) -> Status:
        """Solve as far as proof goes and name the status.

        After a change, new ends are met first under the old costs (dual simplex), then the new costs
        (primal simplex): each starts from a basis that is right for it.
        """
        allow(self._highs)
        self._iterations = 0
        if self._has_basis and not self.is_integer:
            self._set("solver", "simplex")
            if self._late_costs and self._has_moved_ends:
                status = self._run_highs()
                if status in ("infeasible", "undecided"):
                    return status
        self._pass_costs()
        return self._run_highs()

    def _run_highs(self) -> Status:
        from highspy._core import HighsModelStatus

        status = self._step()
        if status == HighsModelStatus.kUnknown:  # what a start from a bad basis may end in
            self._highs.clearSolver()
            status = self._step()
        unsure = status == HighsModelStatus.kUnboundedOrInfeasible
        if unsure or (self.is_integer and status == HighsModelStatus.kUnbounded):
            return self._unbounded_or_infeasible()
        named: dict[Any, Status] = {
            HighsModelStatus.kOptimal: "optimal",
            HighsModelStatus.kInfeasible: "infeasible",
            HighsModelStatus.kUnbounded: "unbounded",
        }
        return named.get(status, "undecided")

    def _step(self) -> Any:
        self._demand(run_apart(self._highs, self._highs.run), "run")
        self._has_basis, self._has_moved_ends = True, False
        self._iterations += _iterations(self._highs.getInfo(), self.is_integer)
        return self._highs.getModelStatus()

    def _pass_costs(self) -> None:
        for index, new in self._late_costs:
            self._demand(self._highs.changeColsCost(len(index), index, new), "change costs")
        self._late_costs.clear()

    def _unbounded_or_infeasible(self) -> Status:
        """Which of the two, by solving without costs."""
        import numpy as np

        if not self.matrix.cost.any():
            return "infeasible"
        free = replace(self.matrix, cost=np.zeros(len(self.matrix.cost)))
        status = Solver(Problem(self.name), matrix=free).run()
        return "unbounded" if status == "optimal" else status

    def solve(self) -> Solution:
        """The proven optimum.

        Raises:
            NotSolvedError: infeasible, unbounded or not proven; `explain` says why.
        """
        status = self.run()
        if status != "optimal":
            reason = self._highs.modelStatusToString(self._highs.getModelStatus())
            raise NotSolvedError(f"{self.name} is {status}" + f" ({reason})" * (status == "undecided"))
        return _read_solution(self._highs, self.matrix, self._iterations)

    def solve_fixed(self, solution: Solution) -> Solution:
        """An integer program solved again with its integers fixed at a solution, which has duals."""
        linear = _with_integers_fixed(self.matrix, solution.primal)
        return Solver(Problem(f"{self.name} with integers fixed"), matrix=linear).solve()

    def ranging(self) -> Ranging:
        """Ranges of costs and row ends at the present basis.

        Raises:
            NotSolvedError: the program is not solved, or has integers.
        """
        import numpy as np
        from highspy._core import HighsStatus

        self._pass_costs()
        status, found = run_apart(self._highs, self._highs.getRanging)
        if status == HighsStatus.kError or self.is_integer or not found.valid:
            raise NotSolvedError(f"{self.name} has no ranges; solve it first, with its integers fixed")
        ranges = found.col_cost_dn, found.col_cost_up, found.row_bound_dn, found.row_bound_up
        return Ranging(*(np.array(part.value_) for part in ranges))

    def conflicting_rows(self) -> Ints:
        """Rows that conflict after an infeasible run: those in HiGHS's proof, or else its infeasible set.

        The proof is a dual ray: a sum of rows that no point within the bounds can meet. Neither is the
        smallest there is, and both are empty if only whole numbers conflict.
        """
        import numpy as np

        _, has_ray, ray = run_apart(self._highs, self._highs.getDualRay)
        if has_ray:
            return np.flatnonzero(np.abs(ray) > RAY_NOISE * np.abs(ray).max(initial=0.0))
        self._set("iis_strategy", ELASTIC)
        _, found = run_apart(self._highs, self._highs.getIis)
        return np.sort(np.array(found.row_index_ if found.valid_ else [], dtype=np.int64))

    def write(self, path: Path) -> None:
        """Write the program as MPS or LP by the file's ending, with readable names where it has them.

        Raises:
            InputError: the ending is another, or the file cannot be written.
        """
        self._pass_costs()
        write_program(self._highs, path, self.columns, self.rows)

    def forget(self) -> None:
        """Let the next solve start from nothing."""
        self._pass_costs()
        self._highs.clearSolver()
        self._has_basis = False

    def stop(self) -> None:
        """Stop a solve that runs in another thread; it ends undecided."""
        stop(self._highs)

    def _set(self, option: str, value: object) -> None:
        self._demand(self._highs.setOptionValue(option, value), f"set {option} to {value}")

    def _demand(self, status: Any, what: str) -> None:
        from highspy._core import HighsStatus

        if status == HighsStatus.kError:
            raise OrecellError(f"HiGHS could not {what} ({self.name})")


def _read_solution(highs: Any, matrix: Matrix, iterations: int) -> Solution:
    """What a solved program holds; integers have no duals."""
    import numpy as np

    found, info = highs.getSolution(), highs.getInfo()
    objective = float(info.objective_function_value)
    is_integer = bool(matrix.is_integer.any())
    rows, columns = len(matrix.row_lower), len(matrix.cost)
    return Solution(
        objective=objective,
        bound=float(info.mip_dual_bound) if is_integer else objective,
        primal=np.array(found.col_value),
        activity=np.array(found.row_value),
        dual=np.full(rows, np.nan) if is_integer else np.array(found.row_dual),
        reduced=np.full(columns, np.nan) if is_integer else np.array(found.col_dual),
        is_integer=is_integer,
        iterations=iterations,
    )


def _with_integers_fixed(matrix: Matrix, primal: Floats) -> Matrix:
    import numpy as np

    whole, fixed = matrix.is_integer, np.round(primal)
    return replace(
        matrix,
        lower=np.where(whole, fixed, matrix.lower),
        upper=np.where(whole, fixed, matrix.upper),
        is_integer=np.zeros(len(whole), dtype=np.bool_),
    )


def _distinct(where: Positions) -> NDArray[np.int32]:
    """Positions as HiGHS takes them, each once."""
    import numpy as np

    index = np.atleast_1d(where.index).astype(np.int32)
    if not (index[1:] > index[:-1]).all() and len(np.unique(index)) < len(index):
        raise InputError(where.block.name, "is changed twice at one key", "change each key once")
    return index


def _iterations(info: Any, is_integer: bool) -> int:
    if is_integer:
        return int(info.mip_node_count)
    steps = info.simplex_iteration_count, info.ipm_iteration_count, info.crossover_iteration_count
    return int(sum(max(step, 0) for step in steps))


def _changed(old: Floats, where: Positions, new: Floats) -> Floats:
    copy = old.copy()
    copy[where.index] = new if where.index.ndim else new[0]
    return copy


def _check(name: str, matrix: Matrix) -> None:
    """Raise InputError if the arrays of a program do not fit together or outgrow 32 bits."""
    columns, entries = len(matrix.cost), len(matrix.values)
    check_entry_count(name, entries)
    if columns == 0:
        raise InputError(name, "has no columns", "declare some")
    by_column = {len(part) for part in (matrix.lower, matrix.upper, matrix.is_integer, matrix.starts[1:])}
    by_row = {len(matrix.row_lower), len(matrix.row_upper)}
    if by_column != {columns} or len(by_row) > 1 or len(matrix.rows) != entries:
        raise InputError(name, "has arrays of different lengths", "build the matrix with Problem")


def _hand_over(matrix: Matrix) -> Any:
    """A silent single-threaded HiGHS holding the program."""
    import numpy as np

    # The Python class on top of this one prints a banner to standard output, which belongs to our user.
    from highspy._core import HighsStatus, _Highs

    highs: Any = _Highs()
    for option, value in (("output_flag", False), ("threads", 1), ("random_seed", 0), ("parallel", "off")):
        highs.setOptionValue(option, value)
    make_stoppable(highs)
    by_column, minimize = 1, 1
    sizes = len(matrix.cost), len(matrix.row_lower), len(matrix.values), by_column, minimize
    of_columns_and_rows = matrix.cost, matrix.lower, matrix.upper, matrix.row_lower, matrix.row_upper
    entries = matrix.starts[:-1], matrix.rows, matrix.values
    status = highs.passModel(
        *sizes, matrix.offset, *of_columns_and_rows, *entries, matrix.is_integer.astype(np.int32)
    )
    if status != HighsStatus.kOk:
        raise OrecellError("HiGHS did not take the program as it is")
    return highs
