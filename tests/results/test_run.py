"""A run: the same input gives the same tables and id, settings are complete, nothing crashes."""

from __future__ import annotations

import dataclasses
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from orecell.data.package import Case, read_case
from orecell.data.scenario import Scenario, resolve
from orecell.errors import InputError
from orecell.results.headline import finding
from orecell.results.layout import LAYOUT, make_frame
from orecell.results.run import Run, complete, run_case

SMALL: dict[str, Any] = {
    "as_of": ["2026-06-30"],
    "demand_cases": ["outlook_2026"],
    "first_year": 2029,
    "last_year": 2031,
}


def scenario(case: Case, name: str = "base", **settings: Any) -> Scenario:
    resolved = resolve(case.scenarios, name)
    return resolved.model_copy(update={"settings": resolved.settings.model_copy(update=settings)})


def with_table(case: Case, name: str, change: Callable[[pl.DataFrame], pl.DataFrame]) -> Case:
    return dataclasses.replace(case, tables={**case.tables, name: change(case.tables[name])})


def test_two_runs_give_identical_tables_and_the_same_id(shipped: Case, base_run: Run) -> None:
    again = run_case(shipped, resolve(shipped.scenarios, "base"))
    assert again.run_id == base_run.run_id
    assert again.manifest == base_run.manifest
    assert list(again.frames) == list(base_run.frames) == sorted(LAYOUT)
    for name, frame in base_run.frames.items():
        assert_frame_equal(again.frames[name], frame, check_exact=True)


def test_the_id_depends_on_the_scenario(shipped: Case, base_run: Run) -> None:
    assert run_case(shipped, scenario(shipped, **SMALL)).run_id != base_run.run_id


def test_the_id_changes_when_one_cell_of_a_table_changes(shipped: Case, tmp_path: Path) -> None:
    copy = tmp_path / "case"
    shutil.copytree(shipped.folder, copy)
    same = run_case(read_case(copy), scenario(shipped, **SMALL)).run_id
    assert same == run_case(shipped, scenario(shipped, **SMALL)).run_id
    table = copy / "tables" / "regions.csv"
    text = table.read_text(encoding="utf-8")
    assert text.count("Kentucky") == 1
    table.write_text(text.replace("Kentucky", "Kentuckey"), encoding="utf-8")
    assert run_case(read_case(copy), scenario(shipped, **SMALL)).run_id != same


def test_tables_have_the_columns_of_the_layout_and_no_nan(base_run: Run) -> None:
    for name, frame in base_run.frames.items():
        assert frame.columns == list(LAYOUT[name])
        numbers = frame.select(pl.selectors.float())
        assert (
            not numbers.select(pl.any_horizontal(pl.all().is_nan().any())).item() if numbers.width else True
        )


def test_amounts_and_shares_are_not_negative_and_hhi_is_a_share(base_run: Run) -> None:
    for table, column in (
        ("coverage", "supply"),
        ("coverage", "requirement"),
        ("coverage", "coverage_fraction"),
        ("bottleneck", "domestic_cells_gwh"),
        ("supply_by_status", "supply"),
        ("requirement", "requirement"),
        ("cell_cost", "usd_per_kwh"),
    ):
        assert base_run.frames[table][column].min() >= 0, (table, column)
    shares = base_run.frames["concentration"].select("hhi_low", "hhi_high", "concern_share_high")
    assert shares.select(pl.max_horizontal(pl.all().max())).item() <= 1 + 1e-9


def test_a_frame_refuses_a_row_of_other_columns_and_keeps_them_without_rows() -> None:
    assert make_frame("supply_by_status", []).columns == list(LAYOUT["supply_by_status"])
    with pytest.raises(ValueError, match="requirement"):
        make_frame("requirement", [{"stage": "cam"}])


def test_bottleneck_lies_within_cell_output_and_demand(base_run: Run) -> None:
    keys = ["as_of", "demand_case", "region_set", "capacity", "basis", "year"]
    cells = base_run.frames["coverage"].filter(
        (pl.col("stage") == "cells") & (pl.col("denominator") == "national_demand")
    )
    joined = base_run.frames["bottleneck"].join(cells, on=keys)
    assert joined.height == base_run.frames["bottleneck"].height
    wide = pl.min_horizontal("supply", "demand_gwh") + 1e-6
    assert joined.filter(pl.col("domestic_cells_gwh") > wide).is_empty()
    assert joined.filter(pl.col("lifted_gwh") < pl.col("domestic_cells_gwh") - 1e-6).is_empty()


def test_north_america_needs_and_makes_at_least_what_the_us_does(base_run: Run) -> None:
    need = base_run.frames["requirement"].pivot(on="region_set", values="requirement")
    assert need.filter(pl.col("north_america") < pl.col("usa") - 1e-6).is_empty()
    cells = need.filter((pl.col("stage") == "cells") & (pl.col("year") == 2030))
    # argonne_2024: 1,080 in the USA, 103.788 in Canada, 46.494 in Mexico.
    row = cells.filter(pl.col("demand_case") == "argonne_2024").row(0, named=True)
    assert row["usa"] == pytest.approx(1080.0)
    assert row["north_america"] == pytest.approx(1080 + 5.94 + 93.96 + 3.888 + 1.62 + 42.282 + 2.592)


def test_served_is_within_qualified_within_expected(base_run: Run) -> None:
    keys = ["as_of", "demand_case", "region_set", "capacity", "stage", "year"]
    rows = base_run.frames["coverage"].filter(pl.col("denominator") == "national_demand")
    wide = rows.pivot(on="basis", index=keys, values="supply")
    assert wide.filter(pl.col("served") > pl.col("qualified") + 1e-6).is_empty()
    assert wide.filter(pl.col("qualified") > pl.col("expected") + 1e-6).is_empty()


def test_dates_are_written_alike_and_nothing_is_named_twice(shipped: Case) -> None:
    asked = scenario(
        shipped,
        as_of=["20260630", "2026-06-30"],
        demand_cases=["news_2025", "news_2025"],
        headline_year=None,
    )
    settings = complete(asked).settings
    assert settings.as_of == ["2026-06-30"]
    assert settings.demand_cases == ["news_2025"]
    assert settings.headline_year == settings.last_year


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"as_of": []}, "setting as_of"),
        ({"demand_cases": None}, "setting demand_cases"),
        ({"last_year": None}, "setting last_year"),
        ({"last_year": 2029, "headline_year": 2030}, "outside the horizon of 2024 to 2029"),
    ],
)
def test_settings_that_leave_nothing_to_compute_are_refused(
    shipped: Case, settings: dict[str, Any], words: str
) -> None:
    with pytest.raises(InputError, match=words):
        run_case(shipped, scenario(shipped, **settings))


def test_a_date_before_anything_was_known_is_refused_with_the_first_date(shipped: Case) -> None:
    with pytest.raises(InputError, match="choose 2017-09-30 or later"):
        run_case(shipped, scenario(shipped, **{**SMALL, "as_of": ["1990-01-01"]}))


@pytest.mark.parametrize(
    "settings",
    [
        {"as_of": ["2018-01-01"]},
        {"as_of": ["2024-01-01"]},
        {"as_of": ["2040-01-01"]},
        {"demand_cases": ["news_2025"]},
        {"use_assumed_capacity": True},
        {"headline_year": 2024, "first_year": 2024},
        {"first_year": 2030, "last_year": 2030},
        {"first_year": 2031, "last_year": 2035, "headline_year": 2035},
        {"weighting": "capital"},
    ],
)
def test_any_choice_of_settings_gives_a_finding(shipped: Case, settings: dict[str, Any]) -> None:
    run = run_case(shipped, scenario(shipped, **{**SMALL, "headline_year": 2030, **settings}))
    text = finding(run)
    assert "nan" not in text.lower()
    assert "None" not in text
    for row in run.frames["published"].to_dicts():
        assert row["difference"].endswith(".")


def test_a_scenario_that_restarts_apex_1_raises_pcam_and_lowers_nothing(shipped: Case) -> None:
    base = run_case(shipped, scenario(shipped, **SMALL))
    changed = resolve(shipped.scenarios, "apex1_restarts")
    settings = changed.settings.model_copy(update=SMALL)
    case = read_case(shipped.folder, scenario=changed)
    restarted = run_case(case, changed.model_copy(update={"settings": settings}))
    before, after = (
        run.frames["coverage"].filter((pl.col("region_set") == "usa") & (pl.col("basis") == "expected"))
        for run in (base, restarted)
    )
    gain = after["supply"] - before["supply"]
    assert gain.min() >= -1e-9
    assert set(after.filter(gain > 1.0)["stage"]) == {"pcam"}


def test_demand_of_zero_gives_no_coverage_and_says_so(shipped: Case) -> None:
    case = with_table(shipped, "demand", lambda t: t.with_columns(pl.col("value") * 0.0))
    run = run_case(case, scenario(shipped, **SMALL, headline_year=2030))
    national = run.frames["coverage"].filter(pl.col("denominator") == "national_demand")
    assert national["coverage_fraction"].null_count() == national.height
    assert run.frames["bottleneck"]["domestic_cells_gwh"].max() == 0.0
    assert finding(run) == "outlook_2026 has no US demand in 2030, so there is nothing to cover."


def test_an_all_iron_demand_is_not_said_to_need_nickel(shipped: Case) -> None:
    case = with_table(
        shipped,
        "chemistry_mix",
        lambda t: t.with_columns(
            pl.when(pl.col("commodity") == "cell_lfp").then(1.0).otherwise(0.0).alias("value")
        ),
    )
    text = finding(run_case(case, scenario(shipped, **SMALL, headline_year=2030)))
    assert "pCAM" not in text
    assert "nickel" not in text
    assert "of the CAM" in text
