"""US output of a plan as a share of what US demand needs, one small panel for each stage.

    coverage = US output of the stage / what US demand needs of it

All panels have one scale, so that what is low looks low. Where the plan has a range over all plans that
cost almost as little, it is drawn as a band around the line, or as a bar in the years that have one. Stages
without output are named, not drawn.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

from orecell.core.wording import in_sentence, listed, percent
from orecell.errors import InputError
from orecell.views.figures.choice import Row, Stamp
from orecell.views.figures.figure import Figure, Table
from orecell.views.figures.frame import Option, base, category_axis, responsive, value_axis
from orecell.views.figures.palette import BLUE, INK, MUTED, PAPER, SKY, VERMILION
from orecell.views.figures.wording import percent_range, significant

UNIT = "% of need"
LEAST_SHOWN, ROUNDING = 0.0005, 1e-4
RANGE = ("least_fraction", "most_fraction")
MOST_COLUMNS, NARROW_COLUMNS = 5, 3
PANEL_PX, NARROW_TITLE_PX = 186, 10
STEPS = (5, 10, 20, 25, 50, 100, 200, 500)
Asked = Mapping[tuple[str, int], float]


def coverage_plan(coverage: Sequence[Row], asked: Asked, stamp: Stamp) -> Figure:
    """Coverage by stage and year.

    Args:
        coverage: rows with `stage`, `stage_name`, `year`, `coverage_fraction` and `requirement`; the range
            `least_fraction` to `most_fraction` is drawn where it is there.
        asked: (stage, year) -> share that was asked for.
        stamp: run, sources and names.

    Raises:
        InputError: no stage of the plan is made in the US.
    """
    if not coverage:
        raise InputError("coverage", "no stage of the plan can be made in the US", "show the finding instead")
    panels, idle = _panels(coverage, asked)
    year = max((year for _, year in asked), default=max(row["year"] for row in coverage))
    number, title = _finding(coverage, asked, year)
    has_range = any(row.get(RANGE[0]) is not None for row in coverage)
    return Figure(
        id="coverage_plan",
        title=title,
        number=number,
        sentence=_sentence(idle, has_range=has_range, is_asked=bool(asked)),
        unit=UNIT,
        run_id=stamp.run_id,
        option=_option(panels, asked, title),
        table=_table(coverage, has_range=has_range),
        sources=stamp.sources,
        notes=("Plants that stand may idle where buying is cheaper than running them.",),
        height_px=_height(len(panels)),
    )


def _columns(count: int) -> int:
    """Panels beside each other: three to five, whichever leaves the least empty places."""
    return min(range(MOST_COLUMNS, 2, -1), key=lambda columns: -count % columns)


def _height(count: int) -> int:
    """Height of the picture."""
    return PANEL_PX * math.ceil(count / _columns(count))


def _panels(coverage: Sequence[Row], asked: Asked) -> tuple[dict[str, list[Row]], list[str]]:
    """Stage -> its rows by year for stages that are made or asked for; names of the others."""
    found: dict[str, list[Row]] = {}
    for row in sorted(coverage, key=lambda row: int(row["year"])):
        found.setdefault(row["stage"], []).append(row)
    order = {stage: found[stage] for stage in dict.fromkeys(row["stage"] for row in coverage)}
    wanted = {stage for stage, _ in asked}
    busy = {
        stage: rows
        for stage, rows in order.items()
        if stage in wanted or max(_most(row) for row in rows) > LEAST_SHOWN
    }
    return busy, [rows[0]["stage_name"] for stage, rows in order.items() if stage not in busy]


def _most(row: Row) -> float:
    """The highest share that a row shows."""
    return max(float(row["coverage_fraction"]), row.get(RANGE[1]) or 0.0)


def _finding(coverage: Sequence[Row], asked: Asked, year: int) -> tuple[str, str]:
    """The number and the title: what was asked, else the stage with most; then most and least."""
    rows = {row["stage"]: row for row in coverage if row["year"] == year}
    wanted = [stage for stage, when in asked if when == year and stage in rows]
    most = max(rows, key=lambda stage: rows[stage]["coverage_fraction"])
    first = wanted[0] if wanted else most
    share = percent(rows[first]["coverage_fraction"])
    title = f"US plants make {share} of the {_name(rows[first])} that US demand needs in {year}"
    if wanted:
        title += _against(rows[first]["coverage_fraction"], asked[first, year])
    if most != first:
        title += f"; most of {_name(rows[most])} ({percent(rows[most]['coverage_fraction'])})"
    none = [_name(row) for row in rows.values() if row["coverage_fraction"] < LEAST_SHOWN]
    return share, f"{title}; next to nothing of {listed(none)}" if none else title


def _against(reached: float, wanted: float) -> str:
    """Whether what was asked is reached."""
    return ", as was asked" if reached >= wanted * (1 - ROUNDING) else f"; {percent(wanted)} was asked"


def _name(row: Row) -> str:
    return in_sentence(row["stage_name"])


def _sentence(idle: Sequence[str], *, has_range: bool, is_asked: bool) -> str:
    """How to read the panels, and which stages have none."""
    parts = ["US output as a share of what US demand needs, in %, by stage and year, all on one scale."]
    if has_range:
        parts.append("Bands and pale bars: least and most over all plans that cost almost as little.")
    if is_asked:
        parts.append("Diamonds: what was asked.")
    if idle:
        names = listed([in_sentence(name) for name in idle], len(idle))
        parts.append(f"Next to nothing is made in the US of {names}.")
    return " ".join(parts)


def _option(panels: Mapping[str, list[Row]], asked: Asked, title: str) -> Option:
    """The picture: panels four by four, two by two where the page is narrow."""
    rows = [row for members in panels.values() for row in members]
    highest = max([*map(_most, rows), *asked.values(), 0.05]) * 100
    step = next(step for step in STEPS if 2.6 * step >= highest or step == STEPS[-1])
    wide = base(title) | {
        "title": [_heading(members[0]["stage_name"]) for members in panels.values()],
        "xAxis": [_years(members, i) for i, members in enumerate(panels.values())],
        "yAxis": [_shares(max(highest, 2 * step) * 1.04, step, i) for i in range(len(panels))],
        "series": [
            series
            for i, (stage, members) in enumerate(panels.items())
            for series in _series(members, _wishes(asked, stage), i)
        ],
    }
    wide["tooltip"] = wide["tooltip"] | {"trigger": "axis"}
    layout = _layout(len(panels), _columns(len(panels)), heading=26, axis=34, fill=0.67)
    narrow = _layout(len(panels), NARROW_COLUMNS, heading=19, axis=20, fill=0.58)
    small: Option = {"textStyle": {"fontSize": NARROW_TITLE_PX}}
    narrow["title"] = [one | small for one in narrow["title"]]
    narrow["xAxis"] = [{"axisLabel": {"fontSize": 9}}] * len(panels)
    wide["title"] = [one | at for one, at in zip(wide["title"], layout["title"], strict=True)]
    return responsive(wide | {"grid": layout["grid"]}, narrow)


def _wishes(asked: Asked, stage: str) -> dict[int, float]:
    return {year: share for (wanted, year), share in asked.items() if wanted == stage}


def _heading(name: str) -> Option:
    return {"text": name, "textStyle": {"fontSize": 13, "fontWeight": 600, "color": INK}, "padding": 0}


def _layout(count: int, columns: int, *, heading: int, axis: int, fill: float) -> dict[str, list[Option]]:
    """Places of headings and panels, in percent of the picture.

    Args:
        count: of panels.
        columns: panels beside each other.
        heading, axis: room above and below a panel [px].
        fill: share of the width of a column that its panel takes.
    """
    width, height = 100 / columns, 100 / math.ceil(count / columns)
    share_per_px = 100 / _height(count)
    grid, title = [], []
    for i in range(count):
        left, top = width * (i % columns), height * (i // columns)
        title.append({"left": f"{left + 0.4:.2f}%", "top": f"{top + 3 * share_per_px:.2f}%"})
        grid.append(
            {
                "left": f"{left + width * 0.14:.2f}%",
                "width": f"{width * fill:.2f}%",
                "top": f"{top + heading * share_per_px:.2f}%",
                "height": f"{height - (heading + axis) * share_per_px:.2f}%",
            }
        )
    return {"grid": grid, "title": title}


def _years(rows: Sequence[Row], i: int) -> Option:
    """Years of one panel; the first and the last are written."""
    label = {"interval": max(0, len(rows) - 2), "fontSize": 11, "color": MUTED}
    return category_axis([str(row["year"]) for row in rows], gridIndex=i, boundaryGap=False, axisLabel=label)


def _shares(top: float, step: float, i: int) -> Option:
    label = {"fontSize": 10, "color": MUTED, "showMaxLabel": False}
    return value_axis(
        "",
        gridIndex=i,
        min=0,
        max=significant(top),
        interval=step,
        axisLabel=label,
        splitLine={"showMaxLine": False},
    )


def _series(rows: Sequence[Row], wishes: Mapping[int, float], i: int) -> list[Option]:
    """Band, line and what was asked of one panel."""
    series = [*_band(rows, i), _line(rows, i)]
    if wishes:
        at = [[str(year), significant(share * 100)] for year, share in sorted(wishes.items())]
        series.append(
            {
                "name": f"Asked ({UNIT})",
                "type": "scatter",
                "symbol": "diamond",
                "symbolSize": 12,
                "data": at,
                "itemStyle": {"color": PAPER, "borderColor": VERMILION, "borderWidth": 2},
                "z": 6,
            }
            | _on(i)
        )
    return series


def _on(i: int) -> Option:
    return {"xAxisIndex": i, "yAxisIndex": i}


def _line(rows: Sequence[Row], i: int) -> Option:
    """The line of a panel, with its last value."""
    shares = [(str(row["year"]), row["coverage_fraction"]) for row in rows]
    data: list[Option] = [{"value": [y, significant(share * 100), percent(share)]} for y, share in shares]
    look = {"position": "right", "color": INK, "fontSize": 11}
    data[-1]["label"] = {"show": True, "formatter": "{@[2]}", **look}
    return {
        "name": f"US output ({UNIT})",
        "type": "line",
        "dimensions": ["year", "share", "text"],
        "encode": {"x": 0, "y": 1, "tooltip": [1]},
        "data": data,
        "symbol": "circle",
        "symbolSize": 4,
        "showAllSymbol": True,
        "lineStyle": {"color": BLUE, "width": 2.5},
        "itemStyle": {"color": BLUE},
        "clip": False,
        "z": 5,
    } | _on(i)


def _band(rows: Sequence[Row], i: int) -> list[Option]:
    """Least and most of a panel: a band where every year has them, else a bar for each year that has."""
    known = [row for row in rows if _width(row) is not None]
    if len(known) < len(rows):
        return [_bars(known, i)] if known else []
    low = [_percent_of(row.get(RANGE[0])) for row in rows]
    wide = [_percent_of(_width(row)) for row in rows]
    shared: Option = {"type": "line", "symbol": "none", "lineStyle": {"opacity": 0}}
    shared |= _on(i) | {"stack": f"range {i}"}
    hidden = {"silent": True, "tooltip": {"show": False}, "itemStyle": {"color": "transparent"}}
    area = {"areaStyle": {"color": SKY, "opacity": 0.45}, "itemStyle": {"color": SKY}}
    name = {"name": "Width of the range (points)"}
    return [shared | hidden | {"data": low}, shared | area | name | {"data": wide}]


def _bars(rows: Sequence[Row], i: int) -> Option:
    """An upright bar from least to most in each of some years."""
    data: list[list[Any]] = []
    for row in rows:
        year, ends = str(row["year"]), (_percent_of(row[RANGE[0]]), _percent_of(row[RANGE[1]]))
        data += [[year, ends[0]], [year, ends[1]], [year, None]]
    return {
        "name": "Range",
        "type": "line",
        "data": data,
        "symbol": "none",
        "lineStyle": {"color": SKY, "width": 7, "opacity": 0.6},
        "itemStyle": {"color": SKY},
        "tooltip": {"show": False},
        "silent": True,
    } | _on(i)


def _width(row: Row) -> float | None:
    least, most = row.get(RANGE[0]), row.get(RANGE[1])
    return None if least is None or most is None else max(0.0, most - least)


def _percent_of(fraction: float | None) -> float | None:
    return None if fraction is None else significant(fraction * 100)


def _table(rows: Sequence[Row], *, has_range: bool) -> Table:
    """All stages and years, also those without output."""
    columns = ["Stage", "Year", "Coverage (fraction)", "Need (unit of the stage)"]
    keys = ["stage_name", "year", "coverage_fraction", "requirement"]
    if has_range:
        columns += ["Least (fraction)", "Most (fraction)"]
        keys += RANGE
    return Table(tuple(columns), tuple(tuple(row.get(key) for key in keys) for row in rows))


def range_text(row: Row) -> str:
    """A coverage with its range where the plan has one: `30 % (24 to 33 %)`."""
    share = percent(row["coverage_fraction"]).replace("under ", "<")
    least, most = row.get(RANGE[0]), row.get(RANGE[1])
    return share if least is None or most is None else f"{share} ({percent_range(least, most)})"
