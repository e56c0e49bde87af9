"""The report of a run as one HTML file: findings first, then pictures, tables, definitions and sources.

The file loads nothing from elsewhere: charts, map outlines, style and data are inside. A content security
policy allows only the scripts that Orecell put there. Without scripts the titles, sentences and tables of
the first choice remain readable. Equal inputs give equal bytes.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from orecell.views.figures.figure import Cell, Figure, Table
from orecell.views.figures.slot import FigureSlot
from orecell.views.report.assets import CHARTS, OUTLINES, inline, script_hash, script_text

NO_NUMBER = "\u2013"
SHOWN_DIGITS = 4
SHORT_TEXT, LONG_TEXT = 12, 40
WEB_ADDRESS = re.compile(r"https?://[^\s<>\"]+")
ANCHOR = re.compile(r"[A-Za-z][A-Za-z0-9_-]*")


def is_web_address(cell: Cell) -> bool:
    """Whether a cell is one address that can be opened safely."""
    return isinstance(cell, str) and WEB_ADDRESS.fullmatch(cell) is not None


@dataclass(frozen=True)
class Headline:
    """The one number a reader takes away: `2 %`, and what it is a share of."""

    number: str
    caption: str


@dataclass(frozen=True)
class NamedTable:
    """A table with a title and a sentence that says how to read it."""

    id: str
    title: str
    sentence: str
    table: Table


@dataclass(frozen=True)
class Assumption:
    """A number nobody published, with the range it may have."""

    name: str
    value: float | None
    low: float | None
    high: float | None
    unit: str
    reason: str


@dataclass(frozen=True)
class SourceEntry:
    """Where numbers come from; `url` is linked only if it is a web address."""

    id: str
    title: str
    publisher: str = ""
    date: str = ""
    url: str = ""
    license: str = ""

    @property
    def link(self) -> str:
        """The address if it can be opened safely, else nothing."""
        return self.url if is_web_address(self.url) else ""


@dataclass(frozen=True)
class ReportInput:
    """Everything a report says.

    Attributes:
        run_id: run that the numbers come from.
        title: the question the report answers.
        headline: the one number.
        sentences: findings in plain words, most important first.
        slots: figures; the first stands directly below the headline.
        published: figures of others beside ours.
        tables: further tables.
        facilities: tables of facilities.
        definitions: (word, meaning) pairs.
        assumptions: assumed inputs with their ranges.
        sources: where inputs come from.
        manifest: how to make the run again (versions, hashes, options).
        citation: how to cite the run.
    """

    run_id: str
    title: str
    headline: Headline
    sentences: tuple[str, ...]
    slots: tuple[FigureSlot, ...]
    published: NamedTable | None = None
    tables: tuple[NamedTable, ...] = ()
    facilities: tuple[NamedTable, ...] = ()
    definitions: tuple[tuple[str, str], ...] = ()
    assumptions: tuple[Assumption, ...] = ()
    sources: tuple[SourceEntry, ...] = ()
    manifest: Mapping[str, str] = field(default_factory=dict)
    citation: str = ""

    def __post_init__(self) -> None:
        named = [*self.tables, *self.facilities, *([self.published] if self.published else [])]
        ids = [*(slot.id for slot in self.slots), *(table.id for table in named)]
        twice = sorted({name for name in ids if ids.count(name) > 1})
        odd = [name for name in ids if not ANCHOR.fullmatch(name)]
        if twice or odd:
            raise ValueError(f"ids used twice, or not plain words: {', '.join([*twice, *odd])}")


def render_report(run: ReportInput) -> str:
    """The report as HTML text.

    Args:
        run: findings, figures and tables.

    Returns:
        One self-contained page.

    Raises:
        StoreError: if the chart library or the outlines were not built.
        ValueError: if a figure holds NaN or infinity.
    """
    from jinja2 import Environment, StrictUndefined
    from markupsafe import Markup

    environment = Environment(
        autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    environment.filters["number"] = shown_number
    environment.filters["together"] = _together
    environment.tests["web_address"] = is_web_address
    environment.tests["number_cell"] = _is_number
    environment.tests["short_cell"] = lambda cell: len(shown_number(cell)) <= SHORT_TEXT
    environment.tests["long_cell"] = lambda cell: len(shown_number(cell)) >= LONG_TEXT
    scripts = [script_text(inline(CHARTS)), script_text(inline("report/report.js"))]
    page = environment.from_string(inline("report/template.html.j2"))
    return page.render(
        run=run,
        style=Markup(inline("report/report.css")),
        chart_script=Markup(scripts[0]),
        page_script=Markup(scripts[1]),
        script_hashes=Markup(" ".join(map(script_hash, scripts))),
        data=Markup(safe_json(_data(run))),
        outlines=Markup(safe_json(json.loads(inline(OUTLINES)))),
        attribution=json.loads(inline(OUTLINES))["attribution"],
    )


def safe_json(data: Any) -> str:
    """JSON that can stand inside a script element: no character in it can end the element or a line."""
    text = json.dumps(data, allow_nan=False, ensure_ascii=False, separators=(",", ":"))
    for character in "<>&\u2028\u2029":
        text = text.replace(character, f"\\u{ord(character):04x}")
    return text


def shown_number(cell: Cell) -> str:
    """A cell as a reader sees it: four digits of a fraction, thousands apart, a dash where no number is."""
    if cell is None:
        return NO_NUMBER
    if isinstance(cell, bool):
        return "yes" if cell else "no"
    if isinstance(cell, str):
        return cell
    if not math.isfinite(cell):
        return NO_NUMBER
    if float(cell).is_integer() or abs(cell) >= 1000:
        return f"{cell:,.0f}" if abs(cell) >= 10_000 else f"{cell:.0f}"
    return f"{cell:.{SHOWN_DIGITS}g}"


def _is_number(cell: Cell) -> bool:
    """Whether a cell stands at the right."""
    return isinstance(cell, int | float) and not isinstance(cell, bool)


def _together(text: str) -> str:
    """Text in which a number and its percent sign stay on one line."""
    return re.sub(r"(\d) %", "\\1\u00a0%", text)


def _data(run: ReportInput) -> dict[str, Any]:
    """What the page's script needs: every variant of every figure."""
    return {"run": run.run_id, "citation": run.citation, "slots": [_slot_data(slot) for slot in run.slots]}


def _slot_data(slot: FigureSlot) -> dict[str, Any]:
    """One slot with its variants."""
    return {
        "id": slot.id,
        "selectors": [{"name": s.name, "values": list(s.values)} for s in slot.selectors],
        "variants": [{"key": list(key), **_figure_data(figure)} for key, figure in slot.variants.items()],
    }


def _figure_data(figure: Figure) -> dict[str, Any]:
    """One variant; cells go twice only where the shown text differs from the number."""
    table = figure.table
    return {
        "title": figure.title,
        "number": figure.number,
        "sentence": figure.sentence,
        "unit": figure.unit,
        "run": figure.run_id,
        "option": figure.option,
        "columns": list(table.columns),
        "rows": [list(row) for row in table.rows],
        "assumed": list(table.assumed),
        "sources": list(figure.sources),
        "notes": list(figure.notes),
        "marks": [[mark.kind, mark.meaning] for mark in figure.marks],
        "height": figure.height_px,
    }
