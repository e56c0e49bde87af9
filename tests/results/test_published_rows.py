"""Figures of others beside ours: the date, case and year chosen, and plain words where ours is missing."""

from __future__ import annotations

import dataclasses
import re
from typing import Any

import polars as pl
import pytest

from orecell.data.package import Case
from orecell.data.scenario import resolve
from orecell.results.published import MATCHES
from orecell.results.run import Run, run_case

OF_NEWS = ("us_cells_localized_2030", "us_active_materials_2030")
RATIO, CAPACITY = "us_cells_capacity_to_demand_2030", "us_cell_capacity_2030_argonne"


def published(case: Case, **settings: Any) -> dict[str, dict[str, Any]]:
    base = resolve(case.scenarios, "base")
    changed = base.settings.model_copy(update={"first_year": 2029, "last_year": 2031, **settings})
    run = run_case(case, base.model_copy(update={"settings": changed}))
    return {row["figure"]: row for row in run.frames["published"].to_dicts()}


def test_every_figure_that_has_a_measure_of_ours_is_there(base_run: Run) -> None:
    assert set(base_run.frames["published"]["figure"]) == set(MATCHES)


def test_a_figure_whose_demand_case_is_not_run_is_left_without_ours_and_says_so(shipped: Case) -> None:
    rows = published(shipped, demand_cases=["outlook_2026"])
    for figure in (*OF_NEWS, RATIO):
        case = "argonne_2024" if figure == RATIO else "news_2025"
        assert rows[figure]["our_value"] is None
        assert rows[figure]["difference"].startswith(f"This run does not hold the demand case {case}")


def test_a_capacity_needs_no_demand_case(shipped: Case) -> None:
    with_case = published(shipped, demand_cases=["argonne_2024"])[CAPACITY]
    without = published(shipped, demand_cases=["outlook_2026"])[CAPACITY]
    assert with_case["our_value"] == without["our_value"] > 0
    assert with_case["difference"] == without["difference"]


def test_a_figure_of_a_year_outside_the_run_says_so(shipped: Case) -> None:
    rows = published(shipped, first_year=2031, last_year=2032, headline_year=2032)
    for figure in (*OF_NEWS, RATIO, CAPACITY):
        assert rows[figure]["our_value"] is None
        assert rows[figure]["difference"].startswith("This run does not cover 2030")


def test_each_figure_stands_beside_ours_of_the_date_at_which_it_was_said(shipped: Case) -> None:
    for dates in (["2026-06-30"], ["2024-06-01", "2026-06-30"]):
        rows = published(shipped, as_of=dates)
        assert rows[RATIO]["our_definition"].endswith("as of 2024-12-31")
        assert rows[OF_NEWS[0]]["our_definition"].endswith("as of 2025-03-26")


def test_each_figure_names_who_said_it(shipped: Case) -> None:
    rows = published(shipped)
    assert rows[RATIO]["said_by"].startswith("Argonne National Laboratory")
    assert "news document 001" in rows[OF_NEWS[0]]["said_by"]


def test_assumed_capacities_are_named_and_used_throughout(shipped: Case) -> None:
    sourced = published(shipped)
    assumed = published(shipped, use_assumed_capacity=True)
    for figure in (*OF_NEWS, RATIO):
        assert "sourced capacities" in sourced[figure]["our_definition"]
        assert "sourced and assumed capacities" in assumed[figure]["our_definition"]
        assert assumed[figure]["our_value"] > sourced[figure]["our_value"]
    # The share of the sentence and the number of the row are of the same capacities.
    assert assumed[RATIO]["our_value"] * 1080 == pytest.approx(assumed[CAPACITY]["our_value"])


def test_a_run_without_demand_says_so_instead_of_dividing_by_it(shipped: Case) -> None:
    nothing = shipped.tables["demand"].with_columns(pl.col("value") * 0.0)
    case = dataclasses.replace(shipped, tables={**shipped.tables, "demand": nothing})
    rows = published(case)
    assert rows[RATIO]["difference"].startswith("Demand of argonne_2024 in 2030 is zero")
    assert rows[OF_NEWS[1]]["our_value"] is None


def test_parts_and_rest_of_a_gap_add_up(base_run: Run) -> None:
    """Theirs less ours is what our list leaves out plus what it does not explain."""
    row = base_run.frames["published"].filter(pl.col("figure") == CAPACITY).row(0, named=True)
    numbers = [float(n.replace(",", "")) for n in re.findall(r"([\d,]+) GWh", row["difference"])]
    theirs, ours, gap, *parts = numbers
    assert theirs == row["their_value"]
    assert ours == pytest.approx(row["our_value"], abs=1.0)
    assert gap == pytest.approx(theirs - ours, abs=1.5)
    assert sum(parts) == pytest.approx(gap, abs=0.5 * (len(parts) + 1))
