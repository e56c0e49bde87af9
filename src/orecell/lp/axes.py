"""Labeled axes: from labels to positions, exactly or not at all.

A block of keys is every combination of labels, or a list of distinct keys, in the order given. Labels
are text or whole numbers. Each distinct label is looked up once and the rest is integer arithmetic, so
that millions of keys cost no Python loop. Missing, extra and repeated labels raise.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from math import prod
from typing import TYPE_CHECKING, Any

from orecell.errors import InputError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Ints = NDArray[np.int64]

Label = str | int
MOST_COMBINATIONS = 2**62
FORBIDDEN_SIGNS = ",[]"


@dataclass(frozen=True, eq=False)
class Coded:
    """Labels of many keys on one axis, each distinct label written once.

    Attributes:
        levels: the distinct labels.
        codes: place of each key's label in the levels, as an array that spreads over the shape: along
            one axis of a product it has the length of that axis and 1 along all others.
        shape: of the keys; empty for a single label.
    """

    levels: tuple[Label, ...]
    codes: Ints
    shape: tuple[int, ...]

    def __len__(self) -> int:
        return prod(self.shape)

    def flat(self) -> Coded:
        """The same with one code written out per key."""
        import numpy as np

        codes = np.broadcast_to(self.codes, self.shape).reshape(-1)
        return Coded(self.levels, codes, codes.shape)

    def mapped(self, to: Mapping[Any, Label]) -> Coded:
        """The label that each label maps to, for example the region of every facility.

        Raises:
            InputError: a label has no entry in the map.
        """
        missing = [label for label in self.levels if label not in to]
        if missing:
            raise InputError(str(missing[0]), "is a label without an entry in the map", "add it to the map")
        new = encode([to[label] for label in self.levels], "map of labels")
        return Coded(new.levels, new.codes[self.codes], self.shape)

    def labels(self) -> list[Label]:
        """The label of every key."""
        return [self.levels[code] for code in self.flat().codes.tolist()]


Labels = Sequence[Label] | Coded | Any
"""Labels of many keys: a list, an array of text or whole numbers, a polars column, or `Coded`."""


def by_axis(axes: Sequence[str], keys: Iterable[Sequence[Any]]) -> dict[str, list[Label]]:
    """Keys given whole, one label per axis each, as `Keys.listed` and `Block.at` take them."""
    listed = list(keys)
    return {axis: [key[i] for key in listed] for i, axis in enumerate(axes)}


def each_with(
    axes: Sequence[str], keys: Iterable[Sequence[Any]], last: str, labels: Sequence[Label]
) -> dict[str, Labels]:
    """Every key, given whole, with every label of one more axis, that label fastest.

    A plan has few keys and many years: the keys are looked up once and the rest is integer arithmetic.
    """
    import numpy as np

    count = len(labels)
    listed = by_axis(axes, keys)
    total = len(next(iter(listed.values()))) * count
    found: dict[str, Labels] = {}
    for axis, some in listed.items():
        coded = encode(some, axis)
        found[axis] = Coded(coded.levels, np.repeat(coded.codes, count), (total,))
    coded = encode(list(labels), last)
    found[last] = Coded(coded.levels, np.tile(coded.codes, total // max(count, 1)), (total,))
    return found


@dataclass(frozen=True, eq=False)
class Keys:
    """Distinct keys over axes; made by `product` or `listed`.

    Attributes:
        name: of the block.
        levels: axis -> its distinct labels.
        listing: axis -> place of each key's label in the levels (key); None for every combination.
    """

    name: str
    levels: Mapping[str, tuple[Label, ...]]
    listing: Mapping[str, Ints] | None = None

    @classmethod
    def product(cls, name: str, axes: Mapping[str, Labels]) -> Keys:
        """Every combination of labels, last axis fastest; without axes, a single key.

        Raises:
            InputError: a label is repeated or cannot stand in a name.
        """
        coded = _encoded(name, axes)
        for axis, one in coded.items():
            if len(one.levels) != len(one):
                raise InputError(f"{name}, axis {axis}", "repeats a label", "list each label once")
        return cls(name, {axis: one.levels for axis, one in coded.items()})

    @classmethod
    def listed(cls, name: str, axes: Mapping[str, Labels]) -> Keys:
        """The keys listed, one label per axis and key.

        Raises:
            InputError: a key is repeated, axes differ in length, a label cannot stand in a name.
        """
        import numpy as np

        coded = {axis: one.flat() for axis, one in _encoded(name, axes).items()}
        lengths = sorted({len(one) for one in coded.values()})
        if len(lengths) != 1:
            raise InputError(name, f"has axes of {lengths} labels", "give one label per axis and key")
        if prod(len(one.levels) for one in coded.values()) > MOST_COMBINATIONS:
            raise InputError(name, "has too many combinations of labels", "use fewer axes")
        keys = cls(name, {a: c.levels for a, c in coded.items()}, {a: c.codes for a, c in coded.items()})
        order, ordered = keys._sorted
        repeated = np.flatnonzero(ordered[1:] == ordered[:-1])
        if repeated.size:
            shown = keys.label(int(order[repeated[0]]))
            raise InputError(f"{name}[{shown}]", "is listed twice", "list each key once")
        return keys

    def __len__(self) -> int:
        if self.listing is None:
            return prod(len(labels) for labels in self.levels.values())
        return len(next(iter(self.listing.values())))

    @property
    def axes(self) -> tuple[str, ...]:
        """Names of the axes, in order."""
        return tuple(self.levels)

    @property
    def shape(self) -> tuple[int, ...]:
        """Number of labels per axis if every combination is a key, else the number of keys."""
        full = tuple(len(labels) for labels in self.levels.values())
        return full if self.listing is None else (len(self),)

    def axis(self, name: str) -> Coded:
        """The label of every key on one axis.

        Raises:
            InputError: there is no such axis.
        """
        import numpy as np

        if name not in self.levels:
            raise InputError(self.name, f"has no axis {name}", f"use one of {', '.join(self.axes)}")
        if self.listing is not None:
            return Coded(self.levels[name], self.listing[name], self.shape)
        along = [len(self.levels[name]) if axis == name else 1 for axis in self.axes]
        return Coded(
            self.levels[name], np.arange(len(self.levels[name]), dtype=np.int64).reshape(along), self.shape
        )

    def tuples(self) -> list[tuple[Label, ...]]:
        """The labels of every key, in order."""
        return list(zip(*(self.axis(name).labels() for name in self.axes), strict=True))

    def label(self, position: int) -> str:
        """The key at a position as text, for example `pcam_nmc811,US-KY,2030`."""
        if not 0 <= position < len(self):
            raise InputError(f"{self.name}, position {position}", "is not in the block", "use Block.at")
        shown: list[str] = []
        for axis in reversed(self.axes):
            labels = self.levels[axis]
            if self.listing is None:
                position, code = divmod(position, len(labels))
            else:
                code = int(self.listing[axis][position])
            shown.append(str(labels[code]))
        return ",".join(reversed(shown))

    def positions(self, axes: Mapping[str, Labels]) -> Ints:
        """Positions of keys given by their labels.

        A single label stands for itself in every key. If all are single, the position is a bare number.

        Raises:
            InputError: axes are missing or extra, lengths differ, or a key is not there (the first is named).
        """
        import numpy as np

        if set(axes) != set(self.axes):
            given = ", ".join(axes) or "none"
            raise InputError(self.name, f"has axes {', '.join(self.axes)}", f"give these, not {given}")
        coded = {axis: encode(axes[axis], f"{self.name}, axis {axis}") for axis in self.axes}
        shapes = {one.shape for one in coded.values() if one.shape}
        if len(shapes) > 1:
            coded = {axis: one.flat() if one.shape else one for axis, one in coded.items()}
            shapes = {one.shape for one in coded.values() if one.shape}
        if len(shapes) > 1:
            lengths = sorted(prod(shape) for shape in shapes)
            raise InputError(self.name, f"is given {lengths} labels", "give one label per axis and key")
        total: Ints = np.zeros((), dtype=np.int64)
        for axis, one in coded.items():
            total = np.asarray(total * len(self.levels[axis]) + self._found(axis, one))
        shape = shapes.pop() if shapes else ()
        full = np.broadcast_to(total, shape).reshape(-1 if shape else ())
        return full if self.listing is None else self._searched(full, coded)

    def _found(self, axis: str, coded: Coded) -> Ints:
        """Places in this block's levels of labels coded by any levels."""
        import numpy as np

        known = self._lookup[axis]
        table = np.array([known.get(label, -1) for label in coded.levels], dtype=np.int64)
        found: Ints = table[coded.codes]
        if coded.codes.size and found.min() < 0:
            label = coded.levels[int(coded.codes[found < 0].flat[0])]
            text = f"{self.name}, axis {axis}, label {label!r}"
            raise InputError(text, "is not in the block", "add the key or drop the term")
        return found

    def _searched(self, total: Ints, coded: Mapping[str, Coded]) -> Ints:
        """Positions of combined codes among listed keys."""
        import numpy as np

        order, ordered = self._sorted
        place = np.searchsorted(ordered[:-1], total)
        missing = np.flatnonzero(ordered[place] != total)
        if missing.size:
            all_labels = [one.labels() for one in coded.values()]
            shown = ",".join(str(labels[missing[0] if len(labels) > 1 else 0]) for labels in all_labels)
            raise InputError(f"{self.name}[{shown}]", "is not in the block", "add the key or drop the term")
        return np.asarray(order[place])

    @cached_property
    def _lookup(self) -> dict[str, dict[Label, int]]:
        return {axis: {label: i for i, label in enumerate(labels)} for axis, labels in self.levels.items()}

    @cached_property
    def _sorted(self) -> tuple[Ints, Ints]:
        """Order of listed keys by combined code, and the codes in that order; -1 ends both."""
        import numpy as np

        total = np.zeros(len(self), dtype=np.int64)
        for axis, labels in self.levels.items():
            total = total * len(labels) + self.axis(axis).codes
        if (total[1:] > total[:-1]).all():
            order = np.arange(len(self), dtype=np.int64)
        else:
            order = np.argsort(total, kind="stable")
            total = total[order]
        return np.append(order, -1), np.append(total, -1)


def is_single(value: object) -> bool:
    """Whether a value is one label rather than many."""
    return isinstance(value, (str, bytes)) or not hasattr(value, "__len__") or getattr(value, "ndim", 1) == 0


def encode(labels: Labels, place: str) -> Coded:
    """Labels with each distinct one written once; a single label becomes a bare code.

    Args:
        labels: what a caller gave.
        place: block and axis, for messages.

    Raises:
        InputError: a label is neither text nor a whole number, or would make names ambiguous.
    """
    import numpy as np

    if isinstance(labels, Coded):
        return labels
    if is_single(labels):
        return Coded(_checked([_plain(labels, place)], place), np.zeros((), dtype=np.int64), ())
    if isinstance(labels, (set, frozenset)):
        raise InputError(place, "is a set, which has no order", "give a sorted list")
    if isinstance(labels, np.ndarray) and labels.ndim > 1:
        raise InputError(place, f"has labels in {labels.ndim} dimensions", "give one label per key")
    if isinstance(labels, np.ndarray) and labels.dtype.kind in "iu":
        levels, codes = np.unique(labels, return_inverse=True)
        return Coded(_checked(levels.tolist(), place), codes.astype(np.int64, copy=False), codes.shape)
    many = labels.tolist() if isinstance(labels, np.ndarray) else list(labels)
    if not set(map(type, many)) <= {str, int}:
        many = [_plain(label, place) for label in many]
    where = {label: i for i, label in enumerate(dict.fromkeys(many))}
    codes = np.fromiter(map(where.__getitem__, many), dtype=np.int64, count=len(many))
    return Coded(_checked(list(where), place), codes, codes.shape)


def _plain(label: Any, place: str) -> Label:
    """A label as plain text or whole number."""
    import numpy as np

    value = label.item() if isinstance(label, (np.generic, np.ndarray)) else label
    if isinstance(value, str):
        return str.__str__(value)
    if isinstance(value, int) and not isinstance(value, bool):
        return int(value)
    raise InputError(place, f"has the label {label!r}", "labels are text or whole numbers")


def _checked(levels: list[Label], place: str) -> tuple[Label, ...]:
    """Distinct labels that can stand in a name such as `balance[pcam,US-KY,2030]` and be told apart there."""
    texts = list(map(str, levels))
    joined = "".join(texts)
    if "" in texts or not joined.isprintable() or any(sign in joined for sign in FORBIDDEN_SIGNS):
        bad = next(t for t in texts if not t or not t.isprintable() or any(s in t for s in FORBIDDEN_SIGNS))
        raise InputError(place, f"has the label {bad!r}", "write labels without commas, brackets, breaks")
    if len(set(texts)) != len(texts):
        raise InputError(place, "has the same label as text and as number", "use one kind of label")
    return tuple(levels)


def _encoded(name: str, axes: Mapping[str, Labels]) -> dict[str, Coded]:
    if not (name.isascii() and name.isidentifier()):
        raise InputError(name, "cannot name a block", "use letters, digits and _")
    for axis, labels in axes.items():
        if is_single(labels):
            raise InputError(f"{name}, axis {axis}", f"has the single label {labels!r}", "give a list")
    return {axis: encode(labels, f"{name}, axis {axis}") for axis, labels in axes.items()}
