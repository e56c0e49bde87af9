"""Supply by status against demand: finding, bands, gap, stages without any project."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import polars as pl
import pytest

from orecell.errors import InputError
from orecell.views.figures import Choice, Figure, Stamp, stacked_area
from orecell.views.figures.palette import HATCH, NO_HATCH

CHOICE = Choice("2026-06-30", "outlook_2026")
STAMP = Stamp("run-1", (), {"cell": "Battery cells", "outlook_2026": "Outlook 2026"})


def _supply(status: str, year: int, supply: float | None, stage: str = "cell") -> dict[str, Any]:
    return {
        "as_of": "2026-06-30", "region_set": "usa", "stage": stage, "year": year, "status": status,
        "basis": "expected", "supply": supply, "unit": "GWh/yr",
    }  # fmt: skip


def _need(year: int, requirement: float, stage: str = "cell", unit: str = "GWh/yr") -> dict[str, Any]:
    return {
        "demand_case": "outlook_2026", "region_set": "usa", "stage": stage, "year": year,
        "requirement": requirement, "unit": unit,
    }  # fmt: skip


SUPPLY = [
    _supply("announced", 2030, 40.0),
    _supply("operating", 2030, 100.0),
    _supply("operating", 2025, 90.0),
]
NEED = [_need(2025, 200.0), _need(2030, 400.0)]


def _draw(
    supply: list[dict[str, Any]] = SUPPLY, need: list[dict[str, Any]] = NEED, stage: str = "cell"
) -> Figure:
    return stacked_area(pl.DataFrame(supply), pl.DataFrame(need), stage, CHOICE, STAMP)


def test_the_title_gives_what_runs_what_all_would_give_and_the_gap() -> None:
    assert _draw().title.replace("\u00a0", " ") == (
        "US plants running on June 30, 2026 supply 25 % of the battery cells needed in 2030; "
        "all projects together 35 %; the gap is 260 GWh/yr"
    )


def test_no_gap_is_said_where_supply_exceeds_need() -> None:
    title = _draw([*SUPPLY, _supply("construction", 2030, 500.0)]).title
    assert title.endswith("no gap remains on paper")


def test_bands_stand_in_the_order_of_certainty_and_only_firm_ones_are_plain() -> None:
    *bands, demand = _draw().option["baseOption"]["series"]
    assert [band["name"] for band in bands] == ["Operating", "Announced"]
    assert [band["itemStyle"]["decal"] for band in bands] == [NO_HATCH, HATCH]
    assert [band["data"] for band in bands] == [[90.0, 100.0], [0.0, 40.0]]
    assert demand["data"] == [200.0, 400.0]
    assert "stack" not in demand


def test_the_table_holds_bands_need_and_gap_and_no_invented_zero() -> None:
    table = _draw().table
    assert table.columns == (
        "Year", "Operating (GWh/yr)", "Announced (GWh/yr)", "Needed (GWh/yr)", "Gap (GWh/yr)",
    )  # fmt: skip
    assert table.rows == ((2025, 90.0, None, 200.0, 110.0), (2030, 100.0, 40.0, 400.0, 260.0))


def test_a_stage_without_any_project_is_an_empty_stack_below_the_line() -> None:
    figure = _draw(need=[*NEED, _need(2030, 500.0, "pcam", "kt/yr")], stage="pcam")
    assert "supply 0\u00a0% of the pcam needed in 2030; the gap is 500\u00a0kt/yr" in figure.title
    assert [series["name"] for series in figure.option["baseOption"]["series"]] == ["Needed"]


def test_supply_that_is_not_known_adds_nothing() -> None:
    figure = _draw([*SUPPLY, _supply("paused", 2030, None)])
    assert figure.table.rows[1] == (2030, 100.0, 40.0, None, 400.0, 260.0)


def test_different_units_and_a_date_without_rows_are_refused() -> None:
    with pytest.raises(InputError, match="different units"):
        _draw(need=[_need(2030, 400.0, unit="t/yr")])
    with pytest.raises(InputError, match="no rows"):
        stacked_area(
            pl.DataFrame(SUPPLY), pl.DataFrame(NEED), "cell", replace(CHOICE, as_of="2020-01-01"), STAMP
        )


def test_the_option_is_plain_json() -> None:
    assert json.loads(_draw().to_json())["baseOption"]["legend"]["left"] == 0
