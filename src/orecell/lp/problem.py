"""A linear or mixed-integer program as named blocks of columns and rows.

    minimize  cost . x    subject to   row_lower <= A x <= row_upper,   lower <= x <= upper

Blocks live over labeled axes; entries of A are appended as triplets and handed over as one sparse
matrix by columns. Places are found by labels, exactly; numbers must not be NaN; entries of equal place
add up. Order of rows and columns is the order of declaration: same input, same matrix, same bits.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from orecell.errors import InputError
from orecell.lp.axes import Coded, Keys, Label, Labels

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import ArrayLike, NDArray

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]
    Ints32 = NDArray[np.int32]
    Bools = NDArray[np.bool_]

LARGEST_COUNT = 2**31 - 1
"""Solvers count columns, rows and entries with 32 bits."""
INFINITE = 1e20
"""Solvers take ends this large for none and costs this large for infinite, so we refuse them."""
SMALLEST_VALUE, LARGEST_VALUE = 1e-9, 1e15
"""HiGHS drops smaller entries in silence and refuses larger ones, so we refuse both."""
CANCELED = 1e-12
"""A sum this small against its parts is zero with rounding noise."""


@dataclass(frozen=True, eq=False)
class Positions:
    """Places of some keys of a block in the whole program.

    Attributes:
        block: of the keys.
        index: place of each key (key), or a bare number for a single key.
        shape: number of labels per axis if these are all keys of a product, else the number of keys.
    """

    block: Block
    index: Ints
    shape: tuple[int, ...]

    def __len__(self) -> int:
        return self.index.size

    def label(self, number: int) -> str:
        """Readable name of one of the keys, counted from 0."""
        return self.block.label(int(self.index.flat[number]))


@dataclass(frozen=True, eq=False)
class Block:
    """Columns or rows of one name; `start` is the position of the first in the whole program."""

    keys: Keys
    start: int
    is_row: bool

    @property
    def name(self) -> str:
        """Name of the block."""
        return self.keys.name

    def __len__(self) -> int:
        return len(self.keys)

    @property
    def stop(self) -> int:
        """Position after the last."""
        return self.start + len(self.keys)

    def at(self, **axes: Label | Labels) -> Positions:
        """Positions of the keys with these labels.

        A single label stands for the same label in every key.

        Raises:
            InputError: an axis is missing or extra, lengths differ, a key is not in the block.
        """
        import numpy as np

        index = np.asarray(self.keys.positions(axes) + self.start)
        return Positions(self, index, index.shape)

    def every(self) -> Positions:
        """Positions of all keys, in order."""
        import numpy as np

        return Positions(self, np.arange(self.start, self.stop, dtype=np.int64), self.keys.shape)

    def axis(self, name: str) -> Coded:
        """The label of every key on one axis, to be used in `at` of another block."""
        return self.keys.axis(name)

    def label(self, position: int) -> str:
        """Readable name of the column or row at a position of the whole program."""
        inner = self.keys.label(position - self.start)
        return f"{self.name}[{inner}]" if inner else self.name


class Blocks(dict[str, Block]):
    """All blocks of columns, or all of rows, by name."""

    @property
    def count(self) -> int:
        """Number of columns, or of rows."""
        return next(reversed(self.values())).stop if self else 0

    def new(self, keys: Keys, *, is_row: bool) -> Block:
        """A block after the last, not yet declared.

        Raises:
            InputError: the name is taken, or the program outgrows 32 bits.
        """
        kind = "rows" if is_row else "columns"
        if keys.name in self:
            raise InputError(keys.name, "is declared twice", f"give each block of {kind} its own name")
        if self.count + len(keys) > LARGEST_COUNT:
            raise InputError(keys.name, f"makes 2^31 {kind} or more", "aggregate or decompose the program")
        return Block(keys, self.count, is_row)

    def own(self, positions: Positions) -> Positions:
        """The positions, if they belong here; raises InputError otherwise."""
        if self.get(positions.block.name) is not positions.block:
            kind = "rows" if positions.block.is_row else "columns"
            rule = f"is a block of {kind} from elsewhere"
            raise InputError(positions.block.name, rule, "use Block.at of this program, rows before columns")
        return positions

    def label(self, position: int) -> str:
        """Readable name, for example `balance[pcam_nmc811,US-KY,2030]`."""
        for block in self.values():
            if block.start <= position < block.stop:
                return block.label(position)
        raise InputError(str(position), "is not a position of the program", "use Block.at")


@dataclass(frozen=True, eq=False)
class Matrix:
    """A program in the form solvers take: columns compressed. Arrays are never changed in place.

    Attributes:
        starts: first entry of each column, and the number of entries (column + 1).
        rows: row of each entry (entry).
        values: value of each entry (entry).
        cost, lower, upper: of columns (column).
        is_integer: of columns (column).
        row_lower, row_upper: of rows (row).
        offset: constant of the objective.
    """

    starts: Ints32
    rows: Ints32
    values: Floats
    cost: Floats
    lower: Floats
    upper: Floats
    is_integer: Bools
    row_lower: Floats
    row_upper: Floats
    offset: float = 0.0


@dataclass(eq=False)
class Problem:
    """Collects blocks and entries; `matrix()` gives what a solver takes."""

    name: str
    column_blocks: Blocks = field(default_factory=Blocks)
    row_blocks: Blocks = field(default_factory=Blocks)
    offset: float = 0.0
    _columns: list[tuple[Floats, Floats, Floats, Bools]] = field(default_factory=list)
    _rows: list[tuple[Floats, Floats]] = field(default_factory=list)
    _entries: list[tuple[Ints32, Ints32, Floats]] = field(default_factory=list)

    def columns(
        self,
        keys: Keys,
        *,
        cost: ArrayLike = 0.0,
        lower: ArrayLike = 0.0,
        upper: ArrayLike = float("inf"),
        is_integer: ArrayLike = False,
    ) -> Block:
        """Declare columns.

        Args:
            keys: their names.
            cost: objective coefficients (key), or one for all.
            lower: lower bounds, likewise.
            upper: upper bounds, likewise.
            is_integer: whether they take whole numbers only (key), or one for all.

        Raises:
            InputError: the name is taken, a number is NaN, a bound crosses the other.
        """
        import numpy as np

        block = self.column_blocks.new(keys, is_row=False)
        coefficients, (low, high) = costs(block.every(), cost), ends(block.every(), lower, upper)
        self._columns.append((coefficients, low, high, np.full(len(keys), is_integer, dtype=np.bool_)))
        self.column_blocks[keys.name] = block
        return block

    def rows(self, keys: Keys, *, lower: ArrayLike = -float("inf"), upper: ArrayLike = float("inf")) -> Block:
        """Declare rows with their lower and upper ends; equal ends make an equation.

        Raises:
            InputError: the name is taken, a number is NaN, the ends cross.
        """
        block = self.row_blocks.new(keys, is_row=True)
        self._rows.append(ends(block.every(), lower, upper))
        self.row_blocks[keys.name] = block
        return block

    def terms(self, rows: Positions, columns: Positions, values: ArrayLike) -> None:
        """Add entries of the matrix; equal places add up.

        Args:
            rows: from `at` or `every` of a block of rows (entry), or one row for all.
            columns: likewise of a block of columns (entry), or one column for all.
            values: coefficients (entry), or one for all.

        Raises:
            InputError: lengths differ, a block is not of this program, a value is not finite.
        """
        import numpy as np

        row, column = self.row_blocks.own(rows).index, self.column_blocks.own(columns).index
        value = np.asarray(values, dtype=np.float64)
        if len({part.shape for part in (row, column, value) if part.ndim}) > 1:
            shapes = f"{len(rows)} rows, {len(columns)} columns and {value.size} values"
            raise InputError(
                f"{rows.block.name} x {columns.block.name}", shapes, "give one of each per entry"
            )
        bad = ~np.isfinite(value)
        row, column, value, bad = np.atleast_1d(*np.broadcast_arrays(row, column, value, bad))
        if bad.any():
            entry = int(np.flatnonzero(bad)[0])
            place = self._place(int(row[entry]), int(column[entry]))
            raise InputError(place, "has a coefficient that is not finite", "check the data behind it")
        kept = value if np.ndim(values) == 0 else value.copy()  # one value for all takes no memory
        self._entries.append((row.astype(np.int32), column.astype(np.int32), kept))

    def matrix(self) -> Matrix:
        """The program by columns, entries of equal place added, zeros dropped.

        Raises:
            InputError: a coefficient or the number of entries is beyond what solvers take.
        """
        import numpy as np

        check_entry_count(self.name, sum(len(part[2]) for part in self._entries))
        if not np.isfinite(self.offset):
            raise InputError(self.name, "has an offset that is not finite", "check the data behind it")
        code, value = self._added()
        counts = np.bincount(code // self._stride, minlength=self.column_blocks.count)
        np.remainder(code, self._stride, out=code)
        cost, lower, upper = (_joined([c[i] for c in self._columns]) for i in range(3))  # type: ignore[misc]
        whole = np.concatenate([np.zeros(0, dtype=np.bool_), *(c[3] for c in self._columns)])
        row_lower, row_upper = (_joined([r[i] for r in self._rows]) for i in range(2))
        return Matrix(
            np.append(0, np.cumsum(counts)).astype(np.int32), code.astype(np.int32), value,
            cost, lower, upper, whole, row_lower, row_upper, self.offset,
        )  # fmt: skip

    def costs(self) -> Floats:
        """Objective coefficient of every column as declared (column)."""
        return _joined([part[0] for part in self._columns])

    @property
    def _stride(self) -> int:
        return max(self.row_blocks.count, 1)

    def _placed(self) -> tuple[Ints, Floats]:
        """Place of every entry as column x stride + row, and its value."""
        import numpy as np

        count = sum(len(part[2]) for part in self._entries)
        code, value, start = np.empty(count, dtype=np.int64), np.empty(count), 0
        for row, column, part in self._entries:
            here = slice(start, start + len(part))
            np.multiply(column, np.int64(self._stride), out=code[here])
            code[here] += row
            value[here] = part
            start += len(part)
        return code, value

    def _added(self) -> tuple[Ints, Floats]:
        """Places ascending, and the sum of the entries at each, without zeros."""
        import numpy as np

        code, value = self._placed()
        if not (code[1:] > code[:-1]).all():
            order = np.argsort(code, kind="stable")
            code, value = code[order], value[order]
        is_new = code[1:] != code[:-1]
        if not is_new.all():
            first = np.flatnonzero(np.append(True, is_new))
            size = np.add.reduceat(np.abs(value), first)
            code, value = code[first], np.add.reduceat(value, first)
            value[np.abs(value) <= CANCELED * size] = 0.0
        kept = value != 0.0
        code, value = (code, value) if kept.all() else (code[kept], value[kept])
        self._check_sizes(code, value)
        return code, value

    def _check_sizes(self, code: Ints, value: Floats) -> None:
        """Raise InputError on a coefficient that solvers drop or refuse."""
        import numpy as np

        large, small = LARGEST_VALUE, SMALLEST_VALUE
        is_bad = (value >= large) | (value <= -large) | ((value <= small) & (value >= -small))
        if is_bad.any():
            bad = int(np.flatnonzero(is_bad)[0])
            column, row = divmod(int(code[bad]), self._stride)
            rule = f"has the coefficient {value[bad]:.6g}, beyond {small:g} to {large:g}"
            raise InputError(self._place(row, column), rule, "use other units for the row or the column")

    def _place(self, row: int, column: int) -> str:
        return f"{self.row_blocks.label(row)} x {self.column_blocks.label(column)}"


def check_entry_count(name: str, count: int) -> None:
    """Raise InputError if a program has more entries than solvers can count."""
    if count > LARGEST_COUNT:
        raise InputError(name, f"has {count} entries, 2^31 or more", "aggregate or decompose the program")


def costs(where: Positions, value: ArrayLike) -> Floats:
    """One finite cost per key; raises InputError otherwise."""
    import numpy as np

    given = _given(where, "cost", value)
    _refuse(where, np.abs(given) >= INFINITE, f"has a cost of {INFINITE:g} or more")
    return _spread(where, given)


def ends(where: Positions, lower: ArrayLike, upper: ArrayLike) -> tuple[Floats, Floats]:
    """One lower and one upper end per key, not crossing; raises InputError otherwise."""
    import numpy as np

    low, high = _given(where, "lower end", lower), _given(where, "upper end", upper)
    _refuse(where, low > high, "has a lower end above its upper end")
    for end, unmet in ((low, np.inf), (high, -np.inf)):
        _refuse(where, end == unmet, "has an end that nothing can meet")
        _refuse(where, np.isfinite(end) & (np.abs(end) >= INFINITE), f"has an end of {INFINITE:g} or more")
    return _spread(where, low), _spread(where, high)


def _given(where: Positions, what: str, value: ArrayLike) -> Floats:
    """One number for all keys, or one per key."""
    import numpy as np

    array = np.asarray(value, dtype=np.float64)
    if array.shape not in ((), (len(where),), where.shape):
        rule = f"has {len(where)} keys but {what} of shape {array.shape}"
        raise InputError(where.block.name, rule, f"give one per key, in shape {where.shape} or in a row")
    array = array.ravel() if array.ndim else array
    _refuse(where, np.isnan(array), f"has no {what} (NaN)")
    return array


def _spread(where: Positions, given: Floats) -> Floats:
    """A copy with one number per key."""
    import numpy as np

    return np.array(np.broadcast_to(given, (len(where),)))


def _refuse(where: Positions, bad: Bools, rule: str) -> None:
    import numpy as np

    if len(where) and bad.any():
        raise InputError(where.label(int(np.flatnonzero(bad)[0])), rule, "check the data behind it")


def _joined(parts: list[Floats]) -> Floats:
    import numpy as np

    return np.concatenate([np.zeros(0), *parts])
