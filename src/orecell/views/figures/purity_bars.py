"""A product against its specification: what it holds of each limited element, and the most it may hold.

Limits from above are drawn in ppm on a logarithmic axis. A limit from below near 100 % is drawn as the most
that may be something else; lower ones, as of nickel in its sulfate, are told in words and in the table.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

from orecell.core.wording import SPACE, in_sentence, listed
from orecell.errors import InputError
from orecell.plant.purity import PurityRow, failing
from orecell.views.figures.choice import Stamp
from orecell.views.figures.figure import Cell, Figure, Mark, Table
from orecell.views.figures.frame import Option, base, category_axis, label_px, legend, responsive, value_axis
from orecell.views.figures.palette import BLUE, HATCH, INK, MUTED, NO_HATCH, VERMILION
from orecell.views.figures.wording import quantity, significant

PPM = "ppm"
KEPT, BROKEN, LIMIT = "Within its limit", "Above its limit", "Limit"
TICK = "path://M4,0h2v20h-2z"
LEAST_PPM = 0.01
"""Where the axis begins at the latest; less than this is told as less."""
ASSUMED_GRADE = "D"
NEARLY_ALL = 90.0
"""Limit from below from which on the rest to 100 % is drawn [mass %]."""


def purity_bars(rows: Sequence[PurityRow], product: str, stamp: Stamp) -> Figure:
    """Bars of what a product holds, with the limit of each as a mark.

    Args:
        rows: limits of the product and what was found.
        product: product, by its commodity.
        stamp: run, sources and names.

    Raises:
        InputError: the product has no specification.
    """
    if not rows:
        raise InputError(product, "has no specification to be held against", "name one in the flowsheet")
    name = stamp.name(product)
    number, title = _finding(rows, name)
    most = _drawn(rows)
    marks = []
    if any(row.grade == ASSUMED_GRADE for row in rows):
        marks.append(Mark("assumed", "hatched: the limit itself is assumed"))
    if any(row.found_ppm is None for row in most):
        marks.append(Mark("unknown", "not judged: nothing that enters the plant as described holds it"))
    return Figure(
        id=f"purity_{product}",
        title=title,
        number=number,
        sentence=_sentence(rows, name),
        unit=PPM,
        run_id=stamp.run_id,
        option=_option(most, title),
        table=_table(rows),
        sources=stamp.sources,
        notes=tuple(
            dict.fromkeys(f"{row.item}: {row.note}." for row in rows if row.kind == "min" and row.note)
        ),
        marks=tuple(marks),
        height_px=120 + 30 * max(len(most), 1),
    )


def _drawn(rows: Sequence[PurityRow]) -> list[PurityRow]:
    """Limits from above, and those near 100 % from below as what is left to 100 %."""
    found = [row for row in rows if row.kind == "max"]
    for row in rows:
        if row.kind == "min" and row.limit_percent >= NEARLY_ALL:
            rest = None if row.found_percent is None else max(100.0 - row.found_percent, 0.0)
            limit = 100.0 - row.limit_percent
            name = f"all but {row.item}"
            found.append(replace(row, item=name, kind="max", limit_percent=limit, found_percent=rest))
    return found


def _finding(rows: Sequence[PurityRow], name: str) -> tuple[str, str]:
    """The number and the title: whether the product passes, and by which limits it does not."""
    broken, judged = failing(rows), [row for row in rows if row.passes is not None]
    number = f"{len(judged) - len(broken)} of {len(judged)}"
    if not broken:
        limits = "the one limit" if len(judged) == 1 else f"all {len(judged)} limits"
        return number, f"{name} keeps {limits} of its specification that could be judged"
    worst = sorted(broken, key=lambda row: -_excess(row))
    told = listed([_told(row) for row in worst], 3)
    limits = "1 limit" if len(broken) == 1 else f"{len(broken)} limits"
    return number, f"{name} misses {limits} of {len(judged)}: {told}"


def _excess(row: PurityRow) -> float:
    """How many times a limit is missed."""
    found = row.found_percent or 0.0
    ratio = found / row.limit_percent if row.limit_percent else math.inf
    return ratio if row.kind == "max" else 1.0 / max(ratio, 1e-12)


def _told(row: PurityRow) -> str:
    """One missed limit in words."""
    if row.kind == "max":
        return f"{row.item} {_ppm(row.found_ppm)} (at most {_ppm(row.limit_ppm)})"
    return f"{row.item} {_percent(row.found_percent)} (at least {_percent(row.limit_percent)})"


def _sentence(rows: Sequence[PurityRow], name: str) -> str:
    """How to read the bars, and the limits from below."""
    text = f"Mass of each element in {in_sentence(name)} and the most it may hold, in {PPM} (mg per kg)."
    least = [
        f"{row.item} {_percent(row.found_percent)} of at least {_percent(row.limit_percent)}"
        for row in rows
        if row.kind == "min"
    ]
    return f"{text} {'; '.join(least)}." if least else text


def _ppm(value: float | None) -> str:
    """An amount in ppm for reading."""
    if value is None:
        return "not judged"
    if value < LEAST_PPM:
        return f"under {LEAST_PPM:g}{SPACE}{PPM}"
    return quantity(value, PPM)


def _percent(value: float | None) -> str:
    """A share for reading; four digits, since limits of main elements differ in the fourth."""
    return "not judged" if value is None else f"{value:.4g}{SPACE}%"


def _option(rows: Sequence[PurityRow], title: str) -> Option:
    """The picture of the limits from above."""
    values = [value for row in rows for value in (row.limit_ppm, row.found_ppm) if value is not None]
    seen = [value for value in values if value >= LEAST_PPM] or [1.0]
    low = 10.0 ** math.floor(math.log10(min(seen)) - 0.3)
    high = 10.0 ** math.ceil(math.log10(max(seen)) + 0.3)
    labels = [row.item for row in rows]
    margin = label_px(labels, 120)
    wide = base(title) | {
        "legend": legend(data=[KEPT, BROKEN, {"name": LIMIT, "icon": TICK}]),
        "grid": {"left": margin + 20, "right": 150, "top": 40, "bottom": 46},
        "xAxis": _axis(low, high),
        "yAxis": category_axis(labels, inverse=True),
        "series": [
            _bars(KEPT, rows, low, passes=True),
            _bars(BROKEN, rows, low, passes=False),
            _limits(rows),
            _unknown(rows, low),
        ],
    }
    return responsive(wide, {"grid": {"right": 96}})


def _axis(low: float, high: float) -> Option:
    """The axis of ppm; bars begin at its foot."""
    return value_axis(PPM, type="log", min=low, max=high, startValue=low, nameLocation="middle", nameGap=26)


def _bars(name: str, rows: Sequence[PurityRow], low: float, *, passes: bool) -> Option:
    """Bars of the elements that pass, or that do not; one below the axis has no length but its label."""
    data = [
        {
            "value": [
                significant(max(row.found_ppm, low), 5),
                i,
                row.item,
                _ppm(row.found_ppm),
                _ppm(row.limit_ppm),
            ],
            "itemStyle": {"decal": HATCH if row.grade == ASSUMED_GRADE else NO_HATCH},
        }
        for i, row in enumerate(rows)
        if row.passes is passes and row.found_ppm is not None
    ]
    return {
        "name": name,
        "type": "bar",
        "dimensions": ["x", "y", "Element", "Found", LIMIT],
        "encode": {"x": 0, "y": 1, "itemName": 2, "tooltip": [3, 4]},
        "data": data,
        "barWidth": 14,
        "barGap": "-100%",
        "itemStyle": {"color": BLUE if passes else VERMILION},
        "label": {"show": True, "position": "right", "formatter": "{@[3]}", "color": INK, "fontSize": 12},
    }


def _limits(rows: Sequence[PurityRow]) -> Option:
    """A tick at every limit."""
    return {
        "name": LIMIT,
        "type": "scatter",
        "dimensions": ["x", "y", "Element", LIMIT],
        "encode": {"x": 0, "y": 1, "itemName": 2, "tooltip": [3]},
        "data": [
            [significant(row.limit_ppm, 5), i, row.item, _ppm(row.limit_ppm)] for i, row in enumerate(rows)
        ],
        "symbol": TICK,
        "symbolSize": [3, 22],
        "itemStyle": {"color": INK},
        "z": 5,
    }


def _unknown(rows: Sequence[PurityRow], low: float) -> Option:
    """A diamond at the foot of the axis for what was not judged."""
    return {
        "type": "scatter",
        "dimensions": ["x", "y", "Element", "Found"],
        "encode": {"x": 0, "y": 1, "itemName": 2, "tooltip": [3]},
        "data": [[low, i, row.item, "not judged"] for i, row in enumerate(rows) if row.found_ppm is None],
        "symbol": "diamond",
        "symbolSize": 12,
        "itemStyle": {"color": "#ffffff", "borderColor": MUTED, "borderWidth": 2.5},
        "z": 5,
    }


def _table(rows: Sequence[PurityRow]) -> Table:
    """Every limit, from above and from below."""
    columns = (
        "Item",
        "Limit",
        "Limit (mass %)",
        "Found (mass %)",
        "Limit (ppm)",
        "Found (ppm)",
        "Kept",
        "Note",
    )
    words = {"max": "at most", "min": "at least"}
    cells: list[tuple[Cell, ...]] = [
        (
            row.item,
            words.get(row.kind, row.kind),
            row.limit_percent,
            row.found_percent,
            row.limit_ppm,
            row.found_ppm,
            "not judged" if row.passes is None else "yes" if row.passes else "no",
            row.note,
        )
        for row in rows
    ]
    return Table(columns, tuple(cells), tuple(i for i, row in enumerate(rows) if row.grade == ASSUMED_GRADE))
