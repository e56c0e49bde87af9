"""Extraction of each metal against pH: measured points, the curve of the model, and what lies between.

Model and points are those of `plant.calibration`; the curve holds for the feed, organic and phase ratio of
the experiment.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from orecell.core.wording import SPACE
from orecell.errors import InputError
from orecell.plant.published_isotherm import extraction_curves
from orecell.views.figures.choice import Stamp
from orecell.views.figures.figure import Figure, Table
from orecell.views.figures.frame import Option, base, legend, responsive, value_axis
from orecell.views.figures.palette import MUTED
from orecell.views.figures.plant_words import metal_color, metal_name
from orecell.views.figures.wording import quantity, significant

if TYPE_CHECKING:
    from orecell.plant.calibration import Calibration, Experiment

UNIT = f"%{SPACE}extracted"
POINTS = "points of extraction"
STEPS = 81
MARGIN = 0.3
"""How far the curves go beyond the measured pH."""
LEFT_NAME: Option = {"nameTextStyle": {"align": "left"}, "splitNumber": 3}
Residual = tuple[str, float, str, float, float]


def extraction_curve(experiment: Experiment, calibration: Calibration, stamp: Stamp) -> Figure:
    """Curves, points and residuals of one isotherm.

    Args:
        experiment: feed, organic and measured points.
        calibration: extractant with its constants, and the residuals.
        stamp: run, sources and names.

    Raises:
        InputError: nothing was measured.
    """
    rows = calibration.residuals
    if not rows:
        raise InputError("isotherm", "has no measured point", "measure one")
    number, title = _finding(experiment, calibration, stamp)
    ratio, strength = experiment.organic_to_aqueous, quantity(experiment.extractant_mol_per_l, "mol/L")
    return Figure(
        id=f"extraction_{experiment.extractant}",
        title=title,
        number=number,
        sentence=(
            f"Share of each metal in the organic at equilibrium, with {strength} of extractant and an O/A of "
            f"{ratio:.3g}. Lines: model; dots: measured; below: measured less model, in percentage points."
        ),
        unit=UNIT,
        run_id=stamp.run_id,
        option=_option(experiment, calibration, title),
        table=_table(rows),
        sources=stamp.sources,
        notes=_notes(calibration),
        height_px=560,
    )


def _finding(experiment: Experiment, calibration: Calibration, stamp: Stamp) -> tuple[str, str]:
    """The number and the title: how well the model describes the points."""
    name, rows = stamp.name(experiment.extractant), calibration.residuals
    miss = quantity(100.0 * calibration.rmse_equal, "percentage points")
    worst = max(rows, key=lambda row: abs(row[3] - row[4]))
    far = quantity(100.0 * abs(worst[3] - worst[4]), "")
    where = f"{metal_name(worst[2])} at pH {worst[1]:.2f}"
    title = f"{name}: the model misses {len(rows)} measured {POINTS} by {miss} (root mean square)"
    return miss, f"{title}, at most by {far}, for {where}"


def _notes(calibration: Calibration) -> tuple[str, ...]:
    """Constants with their deviations, and what the data do not tell."""
    notes = [
        f"Fitted for {metal_name(c.cation)}: log10 {c.constant.removeprefix('log_').upper()} = {c.value:.2f} "
        f"with a standard deviation of {c.deviation:.2g}."
        for c in calibration.constants
    ]
    return (*notes, *(f"{warning}." for warning in calibration.warnings))


def _option(experiment: Experiment, calibration: Calibration, title: str) -> Option:
    """Curves and points above, residuals below, on one axis of pH."""
    rows = calibration.residuals
    low, high = (end([row[1] for row in rows]) for end in (min, max))
    first, last = low - MARGIN, high + MARGIN
    ph = [first + (last - first) * k / (STEPS - 1) for k in range(STEPS)]
    curves = extraction_curves(experiment, calibration.extractant, ph)
    cations = list(dict.fromkeys(row[2] for row in rows))
    grids = [
        {"left": 62, "right": 22, "top": 56, "height": 290},
        {"left": 62, "right": 22, "top": 394, "height": 110},
    ]
    wide = base(title) | {
        "legend": legend(data=[metal_name(cation) for cation in cations]),
        "grid": grids,
        "xAxis": [_ph_axis(first, last, panel) for panel in (0, 1)],
        "yAxis": [
            value_axis("Extracted (%)", min=0, max=100, gridIndex=0, nameTextStyle={"align": "left"}),
            value_axis("Measured less model (percentage points)", gridIndex=1, **LEFT_NAME),
        ],
        "series": [s for k, cation in enumerate(cations) for s in _series(cation, k, rows, (ph, curves))],
    }
    return responsive(wide, {"grid": [{"left": 48, "right": 10}, {"left": 48, "right": 10}]})


def _ph_axis(first: float, last: float, panel: int) -> Option:
    """pH, named below the lower panel."""
    name = {"nameLocation": "middle", "nameGap": 26} if panel else {}
    return value_axis(
        "pH" if panel else "",
        min=significant(first, 4),
        max=significant(last, 4),
        gridIndex=panel,
        axisLine={"onZero": False},
        axisLabel={"showMinLabel": False, "showMaxLabel": False},
        **name,
    )


def _series(
    cation: str,
    place: int,
    rows: Sequence[Residual],
    drawn: tuple[Sequence[float], Mapping[str, Sequence[float]]],
) -> list[Option]:
    """Curve, points and residuals of one metal."""
    name, (ph, curves) = metal_name(cation), drawn
    color = metal_color(name, place)
    own = [row for row in rows if row[2] == cation]
    words: Option = {
        "dimensions": ["pH", "y", "Point", "Measured", "Model"],
        "encode": {"x": 0, "y": 1, "itemName": 2, "tooltip": [3, 4]},
        "itemStyle": {"color": color},
    }
    texts = [
        (f"{name}, {label}", _percent(measured), _percent(model)) for label, _, _, measured, model in own
    ]
    shown = [[r[1], significant(100.0 * r[3]), *t] for r, t in zip(own, texts, strict=True)]
    misses = [[r[1], significant(100.0 * (r[3] - r[4])), *t] for r, t in zip(own, texts, strict=True)]
    line = [[significant(x), significant(100.0 * y)] for x, y in zip(ph, curves[cation], strict=True)]
    curve: Option = {"type": "line", "data": line, "symbol": "none", "tooltip": {"show": False}}
    curve |= {"lineStyle": {"color": color, "width": 2}, "itemStyle": {"color": color}}
    points: Option = {"type": "scatter", "data": shown, "symbolSize": 9, **words}
    below: Option = {
        "type": "scatter",
        "data": misses,
        "symbolSize": 8,
        "xAxisIndex": 1,
        "yAxisIndex": 1,
        **words,
    }
    return [{"name": name, **series} for series in (curve, points, below | {"markLine": _zero()})]


def _zero() -> Option:
    """The line on which measured and model agree."""
    return {
        "silent": True,
        "symbol": "none",
        "label": {"show": False},
        "lineStyle": {"color": MUTED, "width": 1, "type": "solid"},
        "data": [{"yAxis": 0}],
    }


def _percent(fraction: float) -> str:
    """A share as percent to three digits."""
    return quantity(100.0 * fraction, "%")


def _table(rows: Sequence[Residual]) -> Table:
    """Points with the model beside them."""
    columns = ("Point", "pH", "Metal", "Measured (%)", "Model (%)", "Measured less model (percentage points)")
    return Table(
        columns,
        tuple(
            (label, ph, metal_name(cation), 100.0 * measured, 100.0 * model, 100.0 * (measured - model))
            for label, ph, cation, measured, model in rows
        ),
    )
