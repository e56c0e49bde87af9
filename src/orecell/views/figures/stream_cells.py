"""The stream table for readers: one row per stream, elements in g/L of liquids or mass % of others."""

from __future__ import annotations

from collections.abc import Sequence

from orecell.plant.stream_table import StreamRow, shown_elements
from orecell.views.figures.figure import Cell, Table

LEAST_SHOWN = 1e-6
"""Content of an element below which the table shows none [g/L or mass %]."""
OUTSIDE = "outside"


def stream_cells(rows: Sequence[StreamRow]) -> Table:
    """The stream table for readers: elements in g/L of liquids and in mass % of everything else."""
    elements = shown_elements(rows)
    head = ("Stream", "Phase", "From", "To", "t/yr", "m3/h", "Temperature (C)", "pH")
    columns = (*head, *(f"{element} (g/L; mass %)" for element in elements))
    cells: list[tuple[Cell, ...]] = []
    for row in rows:
        ends = (row.made_by or OUTSIDE, row.used_by or OUTSIDE)
        amounts = (row.tonnes_per_yr, row.m3_per_h, round(row.temperature_c, 6), row.ph)
        cells.append((row.name, row.phase, *ends, *amounts, *(_content(row, e) for e in elements)))
    return Table(columns, tuple(cells))


def _content(row: StreamRow, element: str) -> float | None:
    """Content of an element, or None where there is as good as none."""
    found = row.content(element)
    return found if found is not None and found >= LEAST_SHOWN else None
