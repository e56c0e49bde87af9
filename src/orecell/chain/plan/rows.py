"""Collecting entries of the plan's rows by labels, and handing them to the program block by block."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from orecell.lp.axes import Keys, by_axis, each_with
from orecell.lp.problem import Block, Problem

Key = tuple[Any, ...]
Entries = list[tuple[Key, Key, float]]
"""Labels of a row, labels of a column, coefficient."""


@dataclass(frozen=True)
class Rows:
    """Rows of a program, named by their family and indices."""

    problem: Problem
    years: Sequence[int]

    def block(self, name: str, axes: tuple[str, ...], keys: Sequence[Key], **ends: Any) -> Block:
        """A block of rows; it exists without keys too, so that every family can be asked to give way."""
        return self.problem.rows(Keys.listed(name, by_axis(axes, keys)), **ends)

    def every_year(self, name: str, axes: tuple[str, ...], keys: Sequence[Key], **ends: Any) -> Block:
        """A block of rows with each key in every year, the year last."""
        return self.problem.rows(Keys.listed(name, each_with(axes, keys, "year", self.years)), **ends)

    def add(self, rows: Block, columns: Block, entries: Entries) -> None:
        """Entries of one block of rows and one of columns, each by its labels."""
        if not entries:
            return
        row_keys, column_keys, values = zip(*entries, strict=True)
        row = rows.at(**by_axis(rows.keys.axes, row_keys))
        column = columns.at(**by_axis(columns.keys.axes, column_keys))
        self.problem.terms(row, column, values)

    def add_every_year(self, rows: Block, columns: Block, entries: Entries) -> None:
        """Entries that are alike in every year, by their labels without the year."""
        import numpy as np

        if not entries:
            return
        row_keys, column_keys, values = zip(*entries, strict=True)
        row = rows.at(**each_with(rows.keys.axes[:-1], row_keys, "year", self.years))
        column = columns.at(**each_with(columns.keys.axes[:-1], column_keys, "year", self.years))
        self.problem.terms(row, column, np.repeat(np.array(values), len(self.years)))
