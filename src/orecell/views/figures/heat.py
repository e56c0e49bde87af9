"""A heat map: colored cells with their number, gray cells that say why there is none."""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from orecell.views.figures.frame import Option, base, category_axis, label_px, merged, responsive
from orecell.views.figures.palette import EMPTY, INK, MUTED, PAPER, color_at, text_on

ROW_PX, LINE_PX, EDGES_PX = 38, 12, 100
MOST_LABEL_PX, NARROW_LABEL_PX = 290, 128
LETTERS_PER_LINE, MOST_LINES = 19, 3
FEW_COLUMNS = 4
COLOR, TEXT, PLACE = 2, 3, 4


@dataclass(frozen=True)
class HeatMap:
    """What a heat map shows.

    Attributes:
        columns: labels above the cells.
        rows: labels beside the cells, from the top.
        scale: colors from 0 to `top`.
        top: value of the last color.
        ends: words at the low and the high end of the color bar.
        full: cells with a number, as made by `full_cell`.
        empty: cells without, as made by `empty_cell`.
        dimensions: names of what follows text and place in a cell; shown on hovering.
    """

    columns: tuple[str, ...]
    rows: tuple[str, ...]
    scale: tuple[str, ...]
    top: float
    ends: tuple[str, str]
    full: Sequence[Option]
    empty: Sequence[Option]
    dimensions: tuple[str, ...]


def full_cell(
    at: tuple[int, int], share: float, texts: Sequence[str], scale: tuple[str, ...], top: float
) -> Option:
    """One colored cell: column, row and share of the scale, then text, place in words and more to show."""
    color = text_on(color_at(scale, share))
    return {"value": [*at, share * top, *texts], "label": {"color": color}}


def empty_cell(at: tuple[int, int], text: str) -> Option:
    """One gray cell with the reason why it holds no number."""
    return {"value": [*at, 0, text]}


def height_px(labels: Collection[str]) -> int:
    """Height at which a heat map with these row labels reads well, also where the page is narrow."""
    longest = max((len(label) for label in labels), default=0)
    lines = min(MOST_LINES, math.ceil(longest / LETTERS_PER_LINE))
    return EDGES_PX + len(labels) * max(ROW_PX, LINE_PX * lines + 8)


def heat_option(heat: HeatMap, description: str) -> Option:
    """The picture of a heat map; numbers stay readable where the page is narrow."""
    margin = label_px(heat.rows, MOST_LABEL_PX)
    is_many = len(heat.columns) > FEW_COLUMNS
    heading: Option = {} if is_many else {"width": 150, "overflow": "break", "lineHeight": 14}
    wide = base(description) | {
        "grid": {"left": margin, "right": 4, "top": 28 if is_many else 42, "bottom": 50},
        "xAxis": category_axis(heat.columns, position="top", axisLine={"show": False}, axisLabel=heading),
        "yAxis": category_axis(
            heat.rows,
            inverse=True,
            axisLine={"show": False},
            axisLabel={"width": margin - 14, "overflow": "break", "lineHeight": 14},
        ),
        "visualMap": [_color_bar(heat), _gray()],
        "series": _series(heat),
    }
    wrapped: Option = {"width": 76, "overflow": "break", "lineHeight": 12}
    x_label: Option = {"rotate": 60} if is_many else wrapped
    cell_label: Option = {"fontSize": 9} if is_many else wrapped | {"fontSize": 10}
    small = min(margin, 96 if is_many else NARROW_LABEL_PX)
    narrow = {
        "grid": {"left": small, "top": 50},
        "xAxis": {"axisLabel": x_label | {"fontSize": 10}},
        "yAxis": {"axisLabel": {"width": small - 10, "fontSize": 10, "lineHeight": 12}},
        "visualMap": [{"itemHeight": 110}, {}],
        "series": [{"label": cell_label}, {"label": {"fontSize": 8, "lineHeight": 9}}],
    }
    return responsive(wide, narrow)


def _color_bar(heat: HeatMap) -> Option:
    """The key to the colors."""
    return {
        "type": "continuous",
        "seriesIndex": 0,
        "dimension": COLOR,
        "min": 0,
        "max": heat.top,
        "inRange": {"color": list(heat.scale)},
        "orient": "horizontal",
        "left": "center",
        "bottom": 2,
        "itemWidth": 14,
        "itemHeight": 220,
        "text": [heat.ends[1], heat.ends[0]],
        "textStyle": {"color": INK, "fontSize": 12},
        "hoverLink": False,
    }


def _gray() -> Option:
    """Gray for cells without a number; the chart library wants a rule for every heat map."""
    pieces = [{"value": 0, "color": EMPTY}]
    return {"show": False, "type": "piecewise", "seriesIndex": 1, "dimension": COLOR, "pieces": pieces}


def _fit(heat: HeatMap) -> Option:
    """Long texts are broken where there are few, wide columns."""
    return {} if len(heat.columns) > FEW_COLUMNS else {"width": 180, "overflow": "break", "lineHeight": 15}


def _series(heat: HeatMap) -> list[Option]:
    """Cells with a number, and cells without."""
    names = ["column", "row", "color", "text", "place", *heat.dimensions]
    shared: dict[str, Any] = {
        "type": "heatmap",
        "dimensions": names,
        "encode": {
            "x": 0,
            "y": 1,
            "value": COLOR,
            "itemName": PLACE,
            "tooltip": list(range(PLACE + 1, len(names))),
        },
        "label": {"show": True, "formatter": f"{{@[{TEXT}]}}", "fontSize": 13} | _fit(heat),
        "itemStyle": {"borderColor": PAPER, "borderWidth": 2},
        "emphasis": {"itemStyle": {"borderColor": INK, "borderWidth": 2}},
    }
    gray: Mapping[str, Any] = {
        "data": list(heat.empty),
        "label": {"color": MUTED, "fontSize": 11, "fontStyle": "italic", "lineHeight": 12},
        "itemStyle": {"color": EMPTY},
        "tooltip": {"show": False},
    }
    return [shared | {"data": list(heat.full)}, merged(shared, dict(gray))]
