"""The one form every picture of Orecell has: a finding, a picture, the numbers behind it.

`option` is an Apache ECharts option as plain data. It draws in a browser, in a one-file report and in a
notebook; it holds no functions, and text from the data never stands in a formatter string (a name such as
`{a}` would be replaced, and a name with markup would be markup), only in values and dimensions.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

Cell = str | int | float | bool | None
MarkKind = Literal["assumed", "empty", "unknown", "outside"]


@dataclass(frozen=True)
class Table:
    """Numbers as rows; the same table is shown, printed and downloaded.

    Attributes:
        columns: heading of each column, with its unit.
        rows: one tuple per row, as long as `columns`; None where there is no number.
        assumed: positions of rows that rest on an assumed or low-confidence number.
    """

    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    assumed: tuple[int, ...] = ()

    def __post_init__(self) -> None:
        for number, row in enumerate(self.rows):
            if len(row) != len(self.columns):
                raise ValueError(f"row {number} has {len(row)} cells for {len(self.columns)} columns")
        if self.assumed and not (min(self.assumed) >= 0 and max(self.assumed) < len(self.rows)):
            raise ValueError(f"assumed rows {self.assumed} are not all among {len(self.rows)} rows")

    def to_csv(self) -> str:
        """The table as CSV text with a heading line; an empty cell where there is no number."""
        out = io.StringIO()
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow(self.columns)
        writer.writerows(
            [str(cell).lower() if isinstance(cell, bool) else cell for cell in row] for row in self.rows
        )
        return out.getvalue()


@dataclass(frozen=True)
class Mark:
    """A line of the key below a chart: what a special look means."""

    kind: MarkKind
    meaning: str


@dataclass(frozen=True)
class Figure:
    """One picture with its finding.

    Attributes:
        id: stable name, also the anchor in a page and the name of a downloaded file.
        title: the finding as a sentence, with unit.
        number: the one number of the finding, short, for large print; may be empty.
        sentence: what is shown and under which choices.
        unit: unit of the numbers drawn.
        run_id: run that the numbers come from.
        option: ECharts option, plain JSON data.
        table: the numbers drawn.
        sources: where the inputs come from.
        notes: what a careful reader should know.
        marks: key to special looks (assumed, empty, unknown).
        height_px: height at which the picture reads well.
    """

    id: str
    title: str
    number: str
    sentence: str
    unit: str
    run_id: str
    option: Mapping[str, Any]
    table: Table
    sources: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    marks: tuple[Mark, ...] = ()
    height_px: int = 420

    def to_json(self) -> str:
        """The ECharts option as JSON text; raises ValueError on NaN or infinity."""
        return json.dumps(self.option, allow_nan=False, ensure_ascii=False, separators=(",", ":"))
