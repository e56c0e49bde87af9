"""The finding: one sentence made from a run's numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from orecell.results.run import Run

if TYPE_CHECKING:
    import polars as pl


def finding(run: Run) -> str:
    """What a reader should take away, for the last date and demand case of the run."""
    import polars as pl

    settings = run.scenario.settings
    date, case, year = (
        (settings.as_of or [""])[-1],
        (settings.demand_cases or [""])[-1],
        settings.headline_year,
    )
    capacity = "with_assumed" if settings.use_assumed_capacity else "sourced"
    pick = (pl.col("as_of") == date) & (pl.col("demand_case") == case) & (pl.col("year") == year)
    pick &= (
        (pl.col("region_set") == "usa") & (pl.col("basis") == "expected") & (pl.col("capacity") == capacity)
    )
    coverage = run.frames["coverage"].filter(pick & (pl.col("denominator") == "national_demand"))
    share = dict(coverage.select("stage", "coverage_fraction").iter_rows())
    cap = run.frames["bottleneck"].filter(pick).row(0, named=True)
    weakest = coverage.filter(pl.col("coverage_fraction").is_not_null()).sort(
        "coverage_fraction", "stage_order"
    )
    low = [
        name for name, value in weakest.select("stage_name", "coverage_fraction").iter_rows() if value < 0.05
    ]
    lows = f"; under 5 % in {_listed(low)}" if low else ""
    return (
        f"As of {date}, US plants are expected to cover {share['cells']:.0%} of {year} cell demand "
        f"({cap['demand_gwh']:,.0f} GWh, {case}) but {share['cam']:.0%} of CAM, {share['aam']:.0%} of graphite AAM and "
        f"{share['pcam']:.1%} of pCAM{lows}. {_bottleneck_sentence(cap)}"
    )


def _listed(names: list[str]) -> str:
    lower = [
        name if name.split()[0].isupper() or name.startswith("pCAM") else name[0].lower() + name[1:]
        for name in names
    ]
    return lower[0] if len(lower) == 1 else f"{', '.join(lower[:-1])} and {lower[-1]}"


def _bottleneck_sentence(row: dict[str, object]) -> str:
    """Which stage caps cells made wholly at home, and by how much."""
    gwh = float(str(row["domestic_cells_gwh"]))
    if not row["stage"]:
        return "Demand, not any stage, caps the cells that can be made wholly at home."
    lifted = float(str(row["lifted_gwh"]))
    helped = (
        f"without that cap {row['next_stage_name']} would hold them at {lifted:,.1f} GWh"
        if lifted > gwh * (1 + 1e-9) + 1e-9
        else f"{row['next_stage_name']} holds them as low, so neither alone helps"
    )
    return f"{row['stage_name']} caps cells made wholly in the US at {gwh:,.1f} GWh; {helped}."
