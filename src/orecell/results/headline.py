"""The finding: two sentences made from a run's numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from orecell.core.wording import in_sentence, listed, percent
from orecell.results.run import Run

if TYPE_CHECKING:
    import polars as pl

NAMED = (("cells", "cells"), ("cam", "CAM"), ("aam", "graphite AAM"), ("pcam", "pCAM"))
LOW = 0.05
SHOWN_GWH = 0.05


def finding(run: Run) -> str:
    """What a reader should take away, for the last date and demand case of the run."""
    import polars as pl

    settings = run.scenario.settings
    date, case = settings.last_choice
    year = settings.headline_year
    pick = (pl.col("as_of") == date) & (pl.col("demand_case") == case) & (pl.col("year") == year)
    pick &= (pl.col("region_set") == "usa") & (pl.col("basis") == "expected")
    pick &= pl.col("capacity") == settings.capacity_basis
    cap = run.frames["bottleneck"].filter(pick).row(0, named=True)
    if cap["demand_gwh"] <= 0:
        return f"{case} has no US demand in {year}, so there is nothing to cover."
    coverage = run.frames["coverage"].filter(
        pick & (pl.col("denominator") == "national_demand") & pl.col("coverage_fraction").is_not_null()
    )
    covered = _coverage_sentence(coverage, cap["demand_gwh"], year or 0, case)
    return f"As of {date}, {covered} {_bottleneck_sentence(cap)}"


def _coverage_sentence(coverage: pl.DataFrame, demand_gwh: float, year: int, case: str) -> str:
    """What share of the need US plants are expected to make, and which stages stay low."""
    share = dict(coverage.select("stage", "coverage_fraction").iter_rows())
    named = [f"{percent(share[stage])} of the {name}" for stage, name in NAMED if stage in share]
    lowest = coverage.sort("coverage_fraction", "stage_order")
    low = [n for n, value in lowest.select("stage_name", "coverage_fraction").iter_rows() if value < LOW]
    lows = f"; under {percent(LOW)} in {_all([in_sentence(name) for name in low])}" if low else ""
    what = _all(named or ["none of the materials"])
    need = f"{year} demand needs ({demand_gwh:,.0f} GWh, {case})"
    return f"US plants are expected to cover {what} that {need}{lows}."


def _all(names: list[str]) -> str:
    return listed(names, len(names))


def _bottleneck_sentence(row: dict[str, object]) -> str:
    """Which stage caps cells made wholly in the US, from chemicals on, and by how much."""
    gwh, lifted = float(str(row["domestic_cells_gwh"])), float(str(row["lifted_gwh"]))
    cells = "cells made wholly in the US, from chemicals on"
    if not row["stage"]:
        return f"Demand, not any stage, caps {cells}."
    following = str(row["next_stage_name"])
    if gwh < SHOWN_GWH and lifted >= SHOWN_GWH:
        stage = in_sentence(str(row["stage_name"]))
        none = f"Next to no {stage} is expected, so next to no {cells}"
        return f"{none}; with enough of it {following} would hold them at {lifted:,.1f} GWh."
    if lifted > gwh * (1 + 1e-9) + 1e-9:
        rest = f"without that cap {following} would hold them at {lifted:,.1f} GWh"
    else:
        rest = f"{following} holds them as low, so neither alone helps"
    return f"{row['stage_name']} caps {cells}, at {gwh:,.1f} GWh; {rest}."
