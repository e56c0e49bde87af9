"""Laws of the whole run: what must not change, and what must never fall, when the input changes."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from typing import Any

import numpy as np
import polars as pl
import pytest
from polars.testing import assert_frame_equal

from orecell.data.package import Case
from orecell.data.scenario import Scenario, resolve
from orecell.results.run import Run, run_case

Change = Callable[[pl.DataFrame], pl.DataFrame]
MEASURES = ("coverage", "bottleneck", "supply_by_status", "requirement", "concentration", "cell_cost")
DENSITY = pl.col("value") * 2


def small(case: Case) -> Scenario:
    base = resolve(case.scenarios, "base")
    settings: dict[str, Any] = {"demand_cases": ["outlook_2026"], "first_year": 2028, "last_year": 2031}
    return base.model_copy(update={"settings": base.settings.model_copy(update=settings)})


def changed(case: Case, **changes: Change) -> Case:
    return dataclasses.replace(
        case, tables={**case.tables, **{name: change(case.tables[name]) for name, change in changes.items()}}
    )


@pytest.fixture(scope="module")
def run(shipped: Case) -> Run:
    return run_case(shipped, small(shipped))


def doubled(column: str) -> Change:
    return lambda table: table.with_columns(pl.col(column) * 2.0)


def halved_twice(table: pl.DataFrame, *columns: str) -> pl.DataFrame:
    """Every facility twice, each of half the size."""
    half = table.with_columns(pl.col(c) / 2 for c in columns)
    return pl.concat([half, half.with_columns(pl.col("facility") + "-second-half")])


def test_doubling_demand_and_capacity_changes_no_coverage_and_doubles_domestic_cells(
    shipped: Case, run: Run
) -> None:
    case = changed(
        shipped,
        demand=doubled("value"),
        facility_states=doubled("capacity"),
        capacity_assumptions=doubled("value"),
    )
    after = run_case(case, small(shipped))
    for name in ("coverage_fraction",):
        np.testing.assert_allclose(
            after.frames["coverage"][name].to_numpy(), run.frames["coverage"][name].to_numpy(), rtol=1e-9
        )
    for name in ("domestic_cells_gwh", "lifted_gwh", "demand_gwh"):
        np.testing.assert_allclose(
            after.frames["bottleneck"][name].to_numpy(),
            2 * run.frames["bottleneck"][name].to_numpy(),
            rtol=1e-7,
            atol=1e-6,
        )
    assert after.frames["bottleneck"]["stage"].to_list() == run.frames["bottleneck"]["stage"].to_list()


def test_the_order_of_rows_in_the_tables_changes_no_result(shipped: Case, run: Run) -> None:
    rng = np.random.default_rng(20260630)
    tables = {
        name: table[rng.permutation(table.height).tolist()] for name, table in sorted(shipped.tables.items())
    }
    after = run_case(dataclasses.replace(shipped, tables=tables), small(shipped))
    for name, frame in run.frames.items():
        assert_frame_equal(after.frames[name], frame, check_exact=False, rel_tol=1e-9, abs_tol=1e-9)


def test_splitting_every_facility_into_two_halves_changes_no_measure(shipped: Case, run: Run) -> None:
    case = changed(
        shipped,
        facilities=lambda t: halved_twice(t),
        facility_states=lambda t: halved_twice(t, "capacity", "capex_usd"),
        capacity_assumptions=lambda t: halved_twice(t, "value"),
    )
    after = run_case(case, small(shipped))
    assert after.frames["facility_status"].height == 2 * run.frames["facility_status"].height
    for name in MEASURES:
        assert_frame_equal(after.frames[name], run.frames[name], rel_tol=1e-7, abs_tol=1e-6)


@pytest.mark.parametrize("stage", ["foil_copper", "cam", "nickel_sulfate", "cells"])
def test_adding_a_plant_never_lowers_coverage_or_domestic_cells(shipped: Case, run: Run, stage: str) -> None:
    facility = shipped.tables["facilities"].filter(
        (pl.col("stage") == stage) & pl.col("region").str.starts_with("US-")
    )
    chosen = facility.head(1).with_columns(
        pl.lit("new-plant").alias("facility"), pl.lit(True).alias("is_counted")
    )
    states = shipped.tables["facility_states"]
    state = states.filter(pl.col("facility") == facility["facility"][0]).head(1)
    unit = {"cells": "GWh/yr", "nickel_sulfate": "t Ni/yr"}.get(stage, "t/yr")
    state = state.with_columns(
        pl.lit("new-plant").alias("facility"),
        pl.lit("operating").alias("status"),
        pl.lit(50.0 if stage == "cells" else 20000.0).alias("capacity"),
        pl.lit(unit).alias("capacity_unit"),
        pl.lit(2020, dtype=states["start_year"].dtype).alias("start_year"),
    )
    case = changed(
        shipped, facilities=lambda t: pl.concat([t, chosen]), facility_states=lambda t: pl.concat([t, state])
    )
    after = run_case(case, small(shipped))
    national = pl.col("denominator") == "national_demand"
    # Served output of stages before this one may move between families; its own may not fall.
    own = national & ((pl.col("basis") != "served") | (pl.col("stage") == stage))
    before_rows, after_rows = (
        r.frames["coverage"].filter(own)["coverage_fraction"].to_numpy() for r in (run, after)
    )
    assert (after_rows >= before_rows - 1e-9).all()
    gained = after.frames["bottleneck"]["domestic_cells_gwh"] - run.frames["bottleneck"]["domestic_cells_gwh"]
    assert gained.min() >= -1e-6
    mine = after.frames["coverage"].filter(
        national & (pl.col("stage") == stage) & (pl.col("basis") == "expected")
    )
    theirs = run.frames["coverage"].filter(
        national & (pl.col("stage") == stage) & (pl.col("basis") == "expected")
    )
    assert (mine["supply"] > theirs["supply"]).all()


def test_more_demand_alone_never_raises_coverage(shipped: Case, run: Run) -> None:
    after = run_case(changed(shipped, demand=doubled("value")), small(shipped))
    national = pl.col("denominator") == "national_demand"
    before_rows, after_rows = (
        r.frames["coverage"].filter(national)["coverage_fraction"].to_numpy() for r in (run, after)
    )
    assert (after_rows <= before_rows + 1e-9).all()
