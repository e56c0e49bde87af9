"""A plant as a run: words, sweeps, draws, tables."""

from __future__ import annotations

import itertools
import json
import math
from functools import lru_cache
from pathlib import Path

import polars as pl
import pytest

from orecell.plant.flowsheet import solve
from orecell.plant.flowsheet_file import read_flowsheet
from orecell.plant.settings import read_sweep
from orecell.results.plant_draws import run_draws
from orecell.results.plant_run import PlantRun, percent_of, run_plant, run_sweep, with_shared, write_plant


@lru_cache(maxsize=1)
def run() -> PlantRun:
    return run_plant(read_flowsheet("black_mass_to_pcam"))


def test_the_finding_names_amount_cost_recoveries_and_what_fails() -> None:
    text = run().finding
    assert f"{run().cost.amount:,.0f} t/yr of pcam_nmc622" in text
    assert f"{run().cost.levelized:,.0f} USD/t" in text
    for element, share in run().measures.recoveries.items():
        assert f"{percent_of(share)} of {element}" in text
    for _, row in run().measures.failing[:3]:
        assert row.item in text


def test_a_recovery_near_everything_shows_what_is_lost() -> None:
    assert percent_of(0.99953) == "99.953 %"
    assert percent_of(1.2) == "120.000 %"
    assert percent_of(0.9243) == "92.4 %"


def test_a_sweep_of_ph_moves_recovery_and_cost() -> None:
    flowsheet = read_flowsheet("sulfates_to_pcam_to_cam")
    found = run_sweep(flowsheet, [read_sweep(flowsheet, "coprecipitation.ph=10.6:11.8:0.4")])
    assert found["coprecipitation.ph"] == pytest.approx([10.6, 11.0, 11.4, 11.8])
    nickel = found["recovery of Ni"]
    assert all(later > earlier for earlier, later in itertools.pairwise(nickel))
    assert not any(math.isnan(cost) for cost in found["cost, USD/t"])


def test_two_settings_are_swept_in_all_combinations() -> None:
    flowsheet = read_flowsheet("sulfates_to_pcam_to_cam")
    names = ("coprecipitation.ph=11,11.5", "coprecipitation.ammonia_per_metal=0.3,0.5,0.8")
    found = run_sweep(flowsheet, [read_sweep(flowsheet, name) for name in names])
    assert len(found["cost, USD/t"]) == 6


def test_draws_depend_on_their_number_only_not_on_workers() -> None:
    solution = solve(read_flowsheet("sulfates_to_pcam_to_cam"))
    alone = run_draws(solution, 100, workers=1)
    together = run_draws(solution, 100, workers=2)
    assert alone.failed == together.failed == 0
    for name, values in alone.columns.items():
        assert values == pytest.approx(together.columns[name], rel=1e-9)
    low, middle, high = alone.quantiles()["cost, USD/t"]
    assert low < middle < high


def test_shared_equipment_is_part_of_the_run() -> None:
    found = with_shared(run(), ("polish_sx",), None, 0.0)
    assert found.shared is not None
    assert found.shared.toll_usd_per_yr == 0.0


def test_written_tables_hold_what_the_run_holds(tmp_path: Path) -> None:
    write_plant(run(), tmp_path / "plant", {"report.html": "<html></html>"})
    streams = pl.read_parquet(tmp_path / "plant" / "streams.parquet")
    assert set(streams["name"]) == set(run().solution.streams)
    document = json.loads((tmp_path / "plant" / "plant.json").read_text())
    assert document["levelized_usd_per_t"] == pytest.approx(run().cost.levelized)
    assert document["worst_balance"] < 1e-9
    cost = pl.read_parquet(tmp_path / "plant" / "cost.parquet")
    assert cost["usd_per_yr"].sum() / run().cost.amount == pytest.approx(run().cost.levelized)
