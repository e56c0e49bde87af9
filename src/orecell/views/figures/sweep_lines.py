"""What happens as one or two settings change: every measure in its own panel, on one axis of the setting.

A second setting gives one line for each of its values. A point that was not solved is a gap in its line.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from orecell.core.wording import SPACE
from orecell.errors import InputError
from orecell.views.figures.choice import Stamp
from orecell.views.figures.figure import Cell, Figure, Table
from orecell.views.figures.frame import Option, base, legend, responsive, value_axis
from orecell.views.figures.palette import BLUE, GREEN, INK, ORANGE, PURPLE, SKY, VERMILION
from orecell.views.figures.wording import at_start, quantity, significant

LINE_COLORS = (BLUE, ORANGE, GREEN, PURPLE, SKY, VERMILION, INK)
MOST_LINES = 7
SETTING_UNITS = {
    "_usd_per_t": ("USD/t", 1.0),
    "_fraction": ("%", 100.0),
    "_percent": ("%", 1.0),
    "_t_per_yr": ("t/yr", 1.0),
    "_kg_per_t": ("kg/t", 1.0),
    "_g_per_l": ("g/L", 1.0),
    "_mol_per_l": ("mol/L", 1.0),
    "_kg_per_kg": ("kg/kg", 1.0),
    "_c": ("C", 1.0),
    "hours": ("h", 1.0),
    "minutes": ("min", 1.0),
}
"""End of the name of a setting -> unit for readers, and what its numbers are multiplied by."""
SHARES = ("recovery of ",)
"""Starts of measures that are shares, told in percent."""
KEPT_WORDS = ("hours", "minutes")
COST_UNIT = "USD/t"
TOP, PANEL, BETWEEN, BOTTOM = 34, 96, 38, 52
LEFT, RIGHT = 70, 24


@dataclass(frozen=True)
class Measure:
    """One column for readers.

    Attributes:
        column: name of the column.
        label: name for readers.
        unit: unit for readers, or "".
        values: numbers in that unit; None where there is none.
    """

    column: str
    label: str
    unit: str
    values: tuple[float | None, ...]

    @property
    def title(self) -> str:
        """Name with unit."""
        return f"{self.label} ({self.unit})" if self.unit else self.label

    def told(self, value: float) -> str:
        """A value for reading."""
        return quantity(value, self.unit)


def sweep_lines(
    columns: Mapping[str, Sequence[float | None]], settings: Sequence[str], stamp: Stamp
) -> Figure:
    """Measures against a setting.

    Args:
        columns: name -> numbers, one per point; NaN or None where a point was not solved.
        settings: one or two columns that were set; all others are measures.
        stamp: run, sources and names.

    Raises:
        InputError: settings or measures are missing, or columns differ in length.
    """
    x, by, measures = _read(columns, settings, stamp)
    title, number = _finding(x, by, measures)
    lines = _lines(x, by)
    count = sum(any(measure.values[i] is not None for measure in measures) for i in range(len(x.values)))
    beside = f", one line for each {by.title}" if by else ""
    return Figure(
        id="sweep",
        title=title,
        number=number,
        sentence=(
            f"{count} of {len(x.values)} points were solved, shown against {x.title}{beside}; "
            "each measure on its own scale."
        ),
        unit=measures[0].unit,
        run_id=stamp.run_id,
        option=_option(x, by, measures, lines, title),
        table=_table([x, *([by] if by else []), *measures]),
        sources=stamp.sources,
        height_px=TOP + len(measures) * (PANEL + BETWEEN) + BOTTOM,
    )


def setting_of(column: str, values: Sequence[float | None], stamp: Stamp) -> Measure:
    """A setting for readers: `cobalt_sx.ph` as `cobalt_sx pH`, `leach.temperature_c` in C."""
    place, _, name = column.rpartition(".")
    unit, factor = "", 1.0
    for end, (shown, times) in SETTING_UNITS.items():
        if name.endswith(end):
            unit, factor = shown, times
            name = name if end in KEPT_WORDS else name.removesuffix(end)
            break
    words = " ".join("pH" if word == "ph" else word for word in name.split("_"))
    where = place.replace(".", " ")
    label = f"{stamp.name(where)} {words}" if place else at_start(words)
    return Measure(column, label, unit, tuple(_number(value, factor) for value in values))


def measure_of(column: str, values: Sequence[float | None], stamp: Stamp) -> Measure:
    """A measure for readers: `recovery of Ni` in percent; a unit follows the last comma, `cost, USD/t`."""
    if column.startswith(SHARES):
        return Measure(column, at_start(column), "%", tuple(_number(value, 100.0) for value in values))
    label, comma, unit = column.rpartition(", ")
    name = stamp.names.get(column) or at_start(label if comma else column)
    return Measure(column, name, unit if comma else "", tuple(_number(value, 1.0) for value in values))


def _number(value: float | None, factor: float) -> float | None:
    """A finite number in the unit for readers, or None."""
    return None if value is None or not math.isfinite(value) else float(value) * factor


def _read(
    columns: Mapping[str, Sequence[float | None]], settings: Sequence[str], stamp: Stamp
) -> tuple[Measure, Measure | None, list[Measure]]:
    """The setting of the axis, that of the lines, and the measures."""
    missing = [name for name in settings if name not in columns]
    if missing or not 1 <= len(settings) <= 2:
        raise InputError(
            ", ".join(missing or settings), "one or two settings must be columns", "name columns"
        )
    lengths = {len(values) for values in columns.values()}
    measures = [measure_of(n, v, stamp) for n, v in columns.items() if n not in settings]
    kept = [measure for measure in measures if any(value is not None for value in measure.values)]
    if len(lengths) != 1 or not kept:
        raise InputError("sweep", "has no measure, or columns of different length", "run the sweep again")
    x, *rest = (setting_of(name, columns[name], stamp) for name in settings)
    return x, rest[0] if rest else None, kept


def _finding(x: Measure, by: Measure | None, measures: Sequence[Measure]) -> tuple[str, str]:
    """The title and its number: where the cost is lowest, else what moves most."""
    settings = [x, *([by] if by else [])]
    cost = next((measure for measure in measures if measure.unit == COST_UNIT), None)
    if cost is not None:
        least, i = min((value, i) for i, value in enumerate(cost.values) if value is not None)
        where = " and ".join(f"{s.label} {s.told(at)}" for s in settings if (at := s.values[i]) is not None)
        return f"{cost.label} is lowest, {cost.told(least)}, at {where}", cost.told(least)
    moved = max(measures, key=_relative_width)
    known = [value for value in moved.values if value is not None]
    ends = [value for value in x.values if value is not None]
    reach = f"{x.label} {quantity(min(ends), '')} to {x.told(max(ends))}"
    span = f"between {quantity(min(known), '')} and {moved.told(max(known))}"
    return f"{moved.label} moves most over {reach}: {span}", moved.told(max(known))


def _relative_width(measure: Measure) -> float:
    """How far a measure moves, against its size."""
    known = [value for value in measure.values if value is not None]
    size = max(abs(value) for value in known)
    return (max(known) - min(known)) / size if size > 0 else 0.0


def _lines(x: Measure, by: Measure | None) -> dict[str, list[int]]:
    """Name of each line -> its points by rising setting."""
    order = sorted(
        (i for i, value in enumerate(x.values) if value is not None), key=lambda i: x.values[i] or 0.0
    )
    if by is None:
        return {"": order}
    values = sorted({value for value in by.values if value is not None})
    step = max(1, math.ceil(len(values) / MOST_LINES))
    return {f"{by.label} {by.told(v)}": [i for i in order if by.values[i] == v] for v in values[::step]}


def _option(
    x: Measure,
    by: Measure | None,
    measures: Sequence[Measure],
    lines: Mapping[str, Sequence[int]],
    title: str,
) -> Option:
    """Panels one below the other."""
    tops = [TOP + 20 + k * (PANEL + BETWEEN) for k in range(len(measures))]
    last = len(measures) - 1
    wide = base(title) | {
        "tooltip": {"trigger": "axis", "confine": True},
        "axisPointer": {"link": [{"xAxisIndex": "all"}]},
        "legend": legend(data=[name for name in lines if name], show=by is not None),
        "grid": [{"left": LEFT, "right": RIGHT, "top": top, "height": PANEL} for top in tops],
        "xAxis": [_setting_axis(x, k, is_last=k == last) for k in range(len(measures))],
        "yAxis": [_measure_axis(measure, k) for k, measure in enumerate(measures)],
        "series": [
            _line(x, measure, (name, points), (k, place))
            for k, measure in enumerate(measures)
            for place, (name, points) in enumerate(lines.items())
        ],
    }
    return responsive(wide, {"grid": [{"left": 52, "right": 10} for _ in tops]})


def _setting_axis(x: Measure, panel: int, *, is_last: bool) -> Option:
    """The setting, named below the last panel."""
    name: Option = {"nameLocation": "middle", "nameGap": 28} if is_last else {"axisLabel": {"show": False}}
    return value_axis(
        x.title if is_last else "", gridIndex=panel, scale=True, axisLine={"onZero": False}, **name
    )


def _measure_axis(measure: Measure, panel: int) -> Option:
    return value_axis(
        measure.title,
        gridIndex=panel,
        scale=True,
        splitNumber=3,
        nameGap=8,
        nameTextStyle={"align": "left", "padding": [0, 0, 0, -LEFT + 10]},
    )


def _line(x: Measure, measure: Measure, line: tuple[str, Sequence[int]], place: tuple[int, int]) -> Option:
    """One line of one panel."""
    name, points = line
    panel, color = place[0], LINE_COLORS[place[1] % len(LINE_COLORS)]
    data = []
    for i in points:
        at, value = x.values[i], measure.values[i]
        data.append(
            [None if at is None else significant(at, 5), None if value is None else significant(value)]
        )
    return {
        "name": name or measure.label,
        "type": "line",
        "data": data,
        "xAxisIndex": panel,
        "yAxisIndex": panel,
        "symbol": "circle",
        "symbolSize": 6,
        "lineStyle": {"color": color, "width": 2},
        "itemStyle": {"color": color},
    }


def _table(shown: Sequence[Measure]) -> Table:
    """Settings and measures, point by point."""
    rows: list[tuple[Cell, ...]] = [tuple(row) for row in zip(*(m.values for m in shown), strict=True)]
    return Table(tuple(measure.title.replace(SPACE, " ") for measure in shown), tuple(rows))
