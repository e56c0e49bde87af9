"""Coverage: the share of a named need that a named set of facilities can meet.

    coverage(stage, year, region set, basis) = supply / requirement

Bases: nameplate, expected, qualified (see `orecell.chain.capacity`) and served, the part of qualified
output that domestic plants further down the chain draw, cathode family by cathode family, down to the
cell (pack lines are poorly known, so they limit nothing). Denominators: what national demand would
need at the stage, or what the domestic next stage would need; both hold process losses.
Left out: exports of intermediates that come back inside cells; lithium in electrolyte salt, 3 to 5 %
of the lithium needed, is taken as drawn with that of CAM.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    import polars as pl
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

REGION_SETS: Mapping[str, tuple[str, ...]] = {"usa": ("USA",), "north_america": ("USA", "CAN", "MEX")}
FAMILIES = ("nickel", "iron", "any")
BASES = ("nameplate", "expected", "qualified", "served")
NEXT_STAGE: Mapping[str, str] = {
    "lithium_chemicals": "cam",
    "nickel_sulfate": "pcam",
    "cobalt_sulfate": "pcam",
    "manganese_sulfate": "pcam",
    "pcam": "cam",
    "cam": "cells",
    "aam": "cells",
    "electrolyte": "cells",
    "separator": "cells",
    "foil_copper": "cells",
    "foil_aluminum": "cells",
    "cells": "packs",
    "recycling_preprocessing": "recycling",
}


@dataclass(frozen=True)
class Balance:
    """Supply against requirement of one region set, as of one date, for one demand case.

    Attributes:
        stages: axis `stage`.
        years: axis `year`.
        supply: basis -> (stage, family, year) [stage unit]; families nickel, iron, any.
        requirement: (stage, family, year) [stage unit]; families nickel and iron.
        demand: (family, year) [GWh].
    """

    stages: tuple[str, ...]
    years: tuple[int, ...]
    supply: Mapping[str, Floats]
    requirement: Floats
    demand: Floats


def supply_by_family(
    rows: pl.DataFrame, output: Floats, stages: tuple[str, ...], countries: tuple[str, ...]
) -> Floats:
    """Add up facilities (stage, family, year).

    Args:
        rows: facilities with stage, family and country.
        output: (facility, year) [stage unit].
        stages: axis `stage`.
        countries: countries that count.
    """
    import numpy as np

    total = np.zeros((len(stages), len(FAMILIES), output.shape[1]))
    position = {stage: i for i, stage in enumerate(stages)}
    for i, (stage, family, country) in enumerate(rows.select("stage", "family", "country").iter_rows()):
        if country in countries and stage in position:
            total[position[stage], FAMILIES.index(family)] += output[i]
    return total


def allocate(supply: Floats, need: Floats) -> Floats:
    """Supply usable by each family (family, year): its own first, then a share of the flexible rest.

    Args:
        supply: nickel, iron, any (3, year).
        need: nickel, iron (2, year).

    Returns:
        Never above the need (2, year).
    """
    import numpy as np

    own = np.minimum(supply[:2], need)
    rest = need - own
    total = rest.sum(axis=0)
    share = np.divide(rest, total, out=np.zeros_like(rest), where=total > 0)
    result: Floats = own + share * np.minimum(supply[2], total)
    return result


def served(balance: Balance) -> Floats:
    """Qualified output that reaches final demand through domestic stages (stage, family, year).

    From cells upward: a stage serves at most what its served next stage draws.
    """
    import numpy as np

    result = np.zeros_like(balance.requirement)
    position = {stage: i for i, stage in enumerate(balance.stages)}
    for stage in sorted(balance.stages, key=_distance_to_demand):
        i = position[stage]
        need = balance.requirement[i].copy()
        following = NEXT_STAGE.get(stage)
        if following in position and following != "packs":
            j = position[following]
            drawn = _ratio(result[j], balance.requirement[j])
            need *= np.nan_to_num(drawn)
        result[i] = allocate(balance.supply["qualified"][i], need)
    return result


def _distance_to_demand(stage: str) -> int:
    steps = 0
    while stage in NEXT_STAGE:
        stage, steps = NEXT_STAGE[stage], steps + 1
    return steps


def _ratio(value: Floats, base: Floats) -> Floats:
    import numpy as np

    result: Floats = np.divide(value, base, out=np.full_like(value, np.nan), where=base > 0)
    return result


def next_stage_need(balance: Balance, basis: str) -> Floats:
    """What the domestic next stage would need of each stage (stage, year); NaN where there is none.

    The next stage's output, by family and with flexible plants split as national demand is, times
    the requirement per unit of the next stage. Served output is set against what the qualified next
    stage would need.
    """
    import numpy as np

    position = {stage: i for i, stage in enumerate(balance.stages)}
    result = np.full((len(balance.stages), len(balance.years)), np.nan)
    supply = balance.supply["qualified" if basis == "served" else basis]
    for stage, following in NEXT_STAGE.items():
        if stage not in position or following not in position:
            continue
        i, j = position[stage], position[following]
        split = np.nan_to_num(
            _ratio(balance.requirement[j], balance.requirement[j].sum(axis=0)[None, :].repeat(2, axis=0))
        )
        made = supply[j][:2] + split * supply[j][2]
        per_unit = np.nan_to_num(_ratio(balance.requirement[i], balance.requirement[j]))
        result[i] = (made * per_unit).sum(axis=0)
    return result


def coverage_rows(
    balance: Balance, stages: pl.DataFrame, spread: Mapping[str, tuple[Floats, Floats]]
) -> list[dict[str, object]]:
    """Long rows of coverage for every stage reported, year, basis and denominator.

    Args:
        balance: supply and requirement.
        stages: table stages.
        spread: basis -> least and most supply (stage, year); bases without it have no range.
    """
    import numpy as np

    reached = served(balance)
    rows: list[dict[str, object]] = []
    labels = {row["stage"]: row for row in stages.to_dicts()}
    for basis in BASES:
        supply = (reached if basis == "served" else balance.supply[basis]).sum(axis=1)
        national = balance.requirement.sum(axis=1)
        nothing = np.full_like(supply, np.nan)
        least, most = spread.get(basis, (nothing, nothing))
        for denominator, need, low, high in (
            ("national_demand", national, _ratio(least, national), _ratio(most, national)),
            ("domestic_next_stage", next_stage_need(balance, basis), nothing, nothing),
        ):
            share = _ratio(supply, need)
            rows += [
                {
                    "stage": stage,
                    "stage_name": labels[stage]["name"],
                    "stage_order": labels[stage]["order"],
                    "year": year,
                    "basis": basis,
                    "denominator": denominator,
                    "supply": float(supply[i, t]),
                    "requirement": _number(need[i, t]),
                    "unit": labels[stage]["unit"],
                    "coverage_fraction": _number(share[i, t]),
                    "coverage_low": _number(low[i, t]),
                    "coverage_high": _number(high[i, t]),
                }
                for i, stage in enumerate(balance.stages)
                if labels[stage]["is_reported"]
                for t, year in enumerate(balance.years)
            ]
    return rows


def _number(value: np.float64) -> float | None:
    return None if value != value else float(value)
