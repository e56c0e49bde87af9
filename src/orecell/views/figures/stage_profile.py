"""A solved extraction circuit from stage to stage: metals, pH, loading of the extractant, alkali.

Stages stand in the order in which the organic meets them: from the raffinate end of the extract bank (En)
over the feed stage (E1) through scrub (S) and strip (R).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from orecell.errors import InputError
from orecell.plant.mccabe import banks_of, molar_mass
from orecell.views.figures.choice import Stamp
from orecell.views.figures.figure import Cell, Figure, Table
from orecell.views.figures.frame import Option, base, category_axis, legend, responsive, value_axis
from orecell.views.figures.palette import BLUE, MUTED, SKY
from orecell.views.figures.plant_words import concentration, metal_color, metal_name, share
from orecell.views.figures.wording import quantity, significant

if TYPE_CHECKING:
    from orecell.plant.extraction import Layout, Profile

Phase = Literal["aqueous", "organic"]
UNIT, DOSE_UNIT = "g/L", "keq/h"
MOST_METALS = 8
LEAST_G_PER_L = 1e-5
"""Lowest end of the logarithmic axis."""
TOPS = (66, 318, 418, 518)
HEIGHTS = (220, 70, 70, 70)
LEFT, RIGHT = 66, 22
SHADE = "#f1f3f6"


@dataclass(frozen=True)
class _Metal:
    """One metal along the stages [g/L]."""

    cation: str
    values: tuple[float, ...]

    @property
    def name(self) -> str:
        return metal_name(self.cation)


def stage_profile(
    circuit: tuple[Layout, Profile], unit: str, stamp: Stamp, *, phase: Phase = "aqueous"
) -> Figure:
    """Metals of one phase along the stages, with pH, loading and alkali below.

    Args:
        circuit: layout and solution of an extraction unit.
        unit: extraction unit, as named in the flowsheet.
        stamp: run, sources and names.
        phase: phase whose metals are shown.

    Raises:
        InputError: there is no metal in the phase.
    """
    layout, profile = circuit
    metals = _metals(profile, phase)
    if not metals:
        raise InputError(unit, f"holds no metal in its {phase}", "change its feed")
    number, title = _finding(layout, profile, unit)
    return Figure(
        id=f"stages_{unit}",
        title=title,
        number=number,
        sentence=(
            f"Metals in the {phase} that leaves each stage of {stamp.name(unit)}, {UNIT}, with pH, share of "
            "the extractant that is bound, and alkali dosed. The organic runs from left to right: E extract, "
            "S scrub (shaded), R strip; E1 is the feed stage."
        ),
        unit=UNIT,
        run_id=stamp.run_id,
        option=_option(circuit, metals, phase, title),
        table=_table(profile, phase),
        sources=stamp.sources,
        notes=_notes(layout, profile),
        height_px=TOPS[-1] + HEIGHTS[-1] + 40,
    )


def _metals(profile: Profile, phase: Phase) -> list[_Metal]:
    """Metals of a phase above the foot of the axis, the most first, at most as many as can be told apart."""
    array = profile.aqueous if phase == "aqueous" else profile.organic
    found = [
        _Metal(cation, tuple(float(value) * molar_mass(cation) for value in array[:, j]))
        for j, cation in enumerate(profile.cations)
    ]
    kept = [metal for metal in found if max(metal.values) >= 100.0 * LEAST_G_PER_L]
    return sorted(kept, key=lambda metal: -max(metal.values))[:MOST_METALS]


def _finding(layout: Layout, profile: Profile, unit: str) -> tuple[str, str]:
    """The number and the title: the highest loading, and the alkali that the circuit takes."""
    top = max(range(len(profile.stages)), key=lambda i: float(profile.loading[i]))
    loading = share(float(profile.loading[top]))
    alkali = (profile.saponification + sum(max(float(dose), 0.0) for dose in profile.dose)) / 1000.0
    stages = f"{len(profile.stages)} stages of {unit}"
    took = f"take {quantity(alkali, DOSE_UNIT)} of alkali" if alkali > 0.0 else "take no alkali"
    return (
        loading,
        f"The {stages} {took} and bind up to {loading} of the extractant, in {profile.stages[top]}",
    )


def _notes(layout: Layout, profile: Profile) -> tuple[str, ...]:
    notes = [f"Values below {concentration(LEAST_G_PER_L)} are not drawn; the table holds them."]
    if profile.saponification > 0.0:
        amount = quantity(float(profile.saponification) / 1000.0, DOSE_UNIT)
        notes.append(f"{amount} of alkali goes onto the organic before it enters.")
    if any(float(dose) < -1e-9 for dose in profile.dose):
        notes.append("Alkali below zero is acid that the pH asked for would need.")
    return tuple(notes)


def _option(circuit: tuple[Layout, Profile], metals: Sequence[_Metal], phase: Phase, title: str) -> Option:
    """Four panels on one row of stages."""
    layout, profile = circuit
    names = [metal.name for metal in metals]
    wide = base(title) | {
        "tooltip": {"trigger": "axis", "confine": True},
        "axisPointer": {"link": [{"xAxisIndex": "all"}]},
        "legend": legend(data=names),
        "grid": [
            {"left": LEFT, "right": RIGHT, "top": top, "height": height}
            for top, height in zip(TOPS, HEIGHTS, strict=True)
        ],
        "xAxis": [_stage_axis(layout, profile, i) for i in range(len(TOPS))],
        "yAxis": _values_axes(phase, metals),
        "series": [
            *(_metal_line(metal, place) for place, metal in enumerate(metals)),
            *_panels(profile),
        ],
    }
    return responsive(wide, {"grid": [{"left": 52, "right": 10} for _ in TOPS]})


def _stage_axis(layout: Layout, profile: Profile, panel: int) -> Option:
    """Stages of one panel, named below the last."""
    return category_axis(
        profile.stages,
        gridIndex=panel,
        axisLabel={"show": panel == len(TOPS) - 1},
        axisLine={"onZero": panel == len(TOPS) - 1},
        splitArea={"show": True, "interval": 0, "areaStyle": {"color": _shades(layout)}},
    )


def _values_axes(phase: Phase, metals: Sequence[_Metal]) -> list[Option]:
    """Axes of concentration (logarithmic), pH, loading and alkali."""
    align: Option = {"nameTextStyle": {"align": "left", "padding": [0, 0, 0, -50]}, "nameGap": 10}
    seen = [value for metal in metals for value in metal.values if value >= LEAST_G_PER_L]
    foot = max(LEAST_G_PER_L, 10.0 ** _floor(min(seen)))
    return [
        value_axis(f"Metals in the {phase} ({UNIT})", type="log", min=foot, gridIndex=0, **align),
        value_axis("pH", gridIndex=1, scale=True, splitNumber=2, **align),
        value_axis("Extractant bound (%)", gridIndex=2, min=0, max=100, interval=50, **align),
        value_axis(f"Alkali ({DOSE_UNIT})", gridIndex=3, splitNumber=2, **align),
    ]


def _floor(value: float) -> int:
    """Decade at or below a value."""
    return math.floor(math.log10(value))


def _metal_line(metal: _Metal, place: int) -> Option:
    """One metal; nothing where it is below the foot of the axis."""
    color = metal_color(metal.name, place)
    return {
        "name": metal.name,
        "type": "line",
        "data": [significant(v, 4) if v >= LEAST_G_PER_L else None for v in metal.values],
        "symbol": "circle",
        "symbolSize": 6,
        "lineStyle": {"color": color, "width": 2},
        "itemStyle": {"color": color},
    }


def _panels(profile: Profile) -> list[Option]:
    """pH, loading and alkali."""
    ph = [significant(float(value), 4) for value in profile.ph]
    loading = [significant(100.0 * float(value), 4) for value in profile.loading]
    dose = [significant(float(value) / 1000.0, 4) for value in profile.dose]
    shared: Option = {"symbol": "circle", "symbolSize": 6}
    lines: list[Option] = [
        {"name": "pH", "type": "line", "data": ph, **shared, "color": MUTED},
        {"name": "Extractant bound (%)", "type": "bar", "data": loading, "color": SKY, "barMaxWidth": 26},
        {"name": f"Alkali ({DOSE_UNIT})", "type": "bar", "data": dose, "color": BLUE, "barMaxWidth": 26},
    ]
    for place, line in enumerate(lines, start=1):
        line |= {"xAxisIndex": place, "yAxisIndex": place}
    return lines


def _shades(layout: Layout) -> list[str]:
    """Background of every stage: every second bank is shaded."""
    return [SHADE if k % 2 else "transparent" for k, at in enumerate(banks_of(layout).values()) for _ in at]


def _table(profile: Profile, phase: Phase) -> Table:
    """Every metal of the phase, with pH, loading and alkali, stage by stage."""
    array = profile.aqueous if phase == "aqueous" else profile.organic
    columns = (
        "Stage",
        "pH",
        "Extractant bound (%)",
        f"Alkali ({DOSE_UNIT})",
        *(f"{metal_name(cation)} ({UNIT})" for cation in profile.cations),
    )
    rows: list[tuple[Cell, ...]] = []
    for i, name in enumerate(profile.stages):
        metals = (float(array[i, j]) * molar_mass(cation) for j, cation in enumerate(profile.cations))
        loading, dose = 100.0 * float(profile.loading[i]), float(profile.dose[i]) / 1000.0
        rows.append((name, float(profile.ph[i]), loading, dose, *metals))
    return Table(columns, tuple(rows))
