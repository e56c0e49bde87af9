"""The finding: its numbers are those of the tables, and it stays true at the edges."""

from __future__ import annotations

import dataclasses
from typing import Any

import polars as pl
import pytest

from orecell.core.wording import percent
from orecell.results.headline import finding
from orecell.results.run import Run


def last(run: Run, table: str) -> pl.DataFrame:
    """Rows that the finding speaks of: last date and case, 2030, US, expected, sourced."""
    settings = run.scenario.settings
    return run.frames[table].filter(
        (pl.col("as_of") == (settings.as_of or [])[-1])
        & (pl.col("demand_case") == (settings.demand_cases or [])[-1])
        & (pl.col("year") == 2030)
        & (pl.col("region_set") == "usa")
        & (pl.col("basis") == "expected")
        & (pl.col("capacity") == "sourced")
    )


def with_bottleneck(run: Run, **values: Any) -> Run:
    frame = run.frames["bottleneck"].with_columns(pl.lit(v).alias(k) for k, v in values.items())
    return dataclasses.replace(run, frames={**run.frames, "bottleneck": frame})


def test_the_shares_named_are_those_of_the_coverage_table(base_run: Run) -> None:
    text = finding(base_run)
    coverage = last(base_run, "coverage").filter(pl.col("denominator") == "national_demand")
    share = dict(coverage.select("stage", "coverage_fraction").iter_rows())
    for stage, name in (("cells", "cells"), ("cam", "CAM"), ("aam", "graphite AAM"), ("pcam", "pCAM")):
        assert f"{percent(share[stage])} of the {name}" in text


def test_every_stage_below_five_percent_is_named_and_no_other(base_run: Run) -> None:
    listed = finding(base_run).split("under 5\u00a0% in ")[1].split(". ")[0]
    low = {name.lower() for name in listed.replace(" and ", ", ").split(", ")}
    coverage = last(base_run, "coverage").filter(pl.col("denominator") == "national_demand")
    rows = coverage.select("stage_name", "coverage_fraction").iter_rows()
    assert low == {name.lower() for name, value in rows if value < 0.05}


def test_the_cap_and_what_lifting_it_gives_are_those_of_the_bottleneck_table(base_run: Run) -> None:
    some = with_bottleneck(
        base_run, domestic_cells_gwh=2.0, lifted_gwh=9.0, stage_name="Foil", next_stage_name="CAM"
    )
    text = finding(some)
    assert "Foil caps cells made wholly in the US, from chemicals on, at 2.0 GWh" in text
    assert "without that cap CAM would hold them at 9.0 GWh" in text


def test_a_stage_that_nobody_makes_is_said_to_be_missing_not_to_cap_at_zero(base_run: Run) -> None:
    row = last(base_run, "bottleneck").row(0, named=True)
    assert row["domestic_cells_gwh"] == pytest.approx(0.0, abs=1e-9)
    text = finding(base_run)
    assert f"Next to no {row['stage_name'].lower()} is expected" in text
    assert f"{row['next_stage_name']} would hold them at {row['lifted_gwh']:,.1f} GWh" in text


def test_date_demand_and_case_are_named(base_run: Run) -> None:
    text = finding(base_run)
    assert text.startswith("As of 2026-06-30, ")
    assert "2030 demand needs (434 GWh, outlook_2026)" in text


def test_where_demand_caps_no_stage_is_blamed(base_run: Run) -> None:
    run = with_bottleneck(base_run, stage="", stage_name="demand")
    assert finding(run).endswith(
        "Demand, not any stage, caps cells made wholly in the US, from chemicals on."
    )


def test_where_no_stage_alone_helps_both_are_named(base_run: Run) -> None:
    run = with_bottleneck(
        base_run,
        stage="separator",
        stage_name="Separator",
        domestic_cells_gwh=0.0,
        lifted_gwh=0.0,
        next_stage_name="Copper foil",
    )
    text = finding(run)
    assert "Separator caps cells" in text
    assert text.endswith("at 0.0 GWh; Copper foil holds them as low, so neither alone helps.")


@pytest.mark.parametrize("value", [0.0, None])
def test_no_demand_leaves_nothing_to_cover(base_run: Run, value: float | None) -> None:
    run = with_bottleneck(base_run, demand_gwh=0.0)
    coverage = run.frames["coverage"].with_columns(pl.lit(value, dtype=pl.Float64).alias("coverage_fraction"))
    run = dataclasses.replace(run, frames={**run.frames, "coverage": coverage})
    assert finding(run) == "outlook_2026 has no US demand in 2030, so there is nothing to cover."
