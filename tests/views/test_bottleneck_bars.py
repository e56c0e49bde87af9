"""Cells made wholly at home and what limits them."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import polars as pl
import pytest

from orecell.errors import InputError
from orecell.views.figures import Choice, Figure, Stamp, bottleneck_bars

CHOICE = Choice("2026-06-30", "outlook_2026")


def _row(
    year: int, made: float | None, lifted: float | None, stage: str = "pcam", **other: Any
) -> dict[str, Any]:
    names = {"pcam": "pCAM", "foil": "copper foil", "": "demand"}
    return {
        "as_of": "2026-06-30", "demand_case": "outlook_2026", "region_set": "usa", "basis": "expected",
        "year": year, "demand_gwh": 440.0, "domestic_cells_gwh": made, "stage": stage,
        "stage_name": names[stage], "lifted_gwh": lifted, "next_stage_name": "Graphite AAM",
    } | other  # fmt: skip


def _draw(rows: list[dict[str, Any]], choice: Choice = CHOICE) -> Figure:
    return bottleneck_bars(pl.DataFrame(rows, infer_schema_length=None), choice, Stamp("run-1"))


def test_the_title_names_the_limit_the_amount_and_the_next_limit() -> None:
    figure = _draw([_row(2030, 8.8, 28.2), _row(2029, 4.0, 20.0, "foil")])
    assert figure.title.replace("\u00a0", " ") == (
        "pCAM limits cells made wholly from US materials to 8.8 GWh/yr in 2030 (2 % of demand); "
        "without that limit, graphite AAM limits them to 28.2 GWh/yr"
    )
    assert figure.number.replace("\u00a0", " ") == "8.8 GWh/yr"


def test_a_title_begins_with_a_capital() -> None:
    assert _draw([_row(2030, 1.0, 2.0, "foil")]).title.startswith("Copper foil limits")


def test_years_are_in_order_with_the_limiting_stage_beside_them() -> None:
    option = _draw([_row(2030, 8.8, 28.2), _row(2029, 4.0, 20.0, "foil")]).option["baseOption"]
    assert option["yAxis"]["data"] == ["copper foil  2029", "pCAM  2030"]
    made, added, demand = option["series"]
    assert [item["value"] for item in made["data"]] == [4.0, 8.8]
    assert [item["value"][0] for item in added["data"]] == [16.0, 19.4]
    assert demand["data"] == [[440.0, 0], [440.0, 1]]


def test_an_empty_stage_means_that_only_demand_limits() -> None:
    figure = _draw([_row(2030, 440.0, 440.0, "")])
    assert figure.title.startswith("Only demand limits cells made wholly from US materials: 440")
    assert figure.table.rows[0][3] is None


def test_what_is_not_known_is_neither_zero_nor_a_bar() -> None:
    figure = _draw([_row(2030, None, None)])
    assert figure.title.startswith("It is not known")
    assert figure.option["baseOption"]["series"][0]["data"] == [{"value": None}]
    assert figure.table.rows[0][2] is None


def test_rows_are_chosen_by_capacity_where_there_is_such_a_column() -> None:
    rows = [_row(2030, 1.0, 2.0, capacity="sourced"), _row(2030, 5.0, 9.0, capacity="with_assumed")]
    assert _draw(rows).number.startswith("1")
    assert _draw(rows, replace(CHOICE, capacity="with_assumed")).number.startswith("5")


def test_two_rows_for_a_year_are_refused() -> None:
    with pytest.raises(InputError, match="more than one row"):
        _draw([_row(2030, 1.0, 2.0), _row(2030, 1.0, 2.0)])


def test_solver_noise_is_shown_as_zero() -> None:
    label = _draw([_row(2030, -1e-14, 3.0)]).option["baseOption"]["series"][1]["data"][0]["value"][2]
    assert label == "0"
