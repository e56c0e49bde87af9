"""The heat map of coverage: finding, cells without a number, assumed capacities, table."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import polars as pl
import pytest

from orecell.errors import InputError
from orecell.views.figures import Choice, Figure, Stamp, coverage_heatmap

CHOICE = Choice("2026-06-30", "outlook_2026")
STAMP = Stamp("run-1", ("facility list",), {"outlook_2026": "Outlook 2026"})
HEAD = {
    "as_of": "2026-06-30",
    "demand_case": "outlook_2026",
    "region_set": "usa",
    "basis": "expected",
    "denominator": "national_demand",
    "capacity": "sourced",
}


def _row(stage: str, order: int, year: int, supply: float, need: float, **other: Any) -> dict[str, Any]:
    names = {"pcam": "pCAM", "cell": "Battery cells", "cam": "CAM {b} <b>"}
    return HEAD | {
        "stage": stage,
        "stage_name": names[stage],
        "stage_order": order,
        "year": year,
        "supply": supply,
        "requirement": need,
        "unit": "GWh/yr",
        "coverage_fraction": supply / need if need else None,
    } | other  # fmt: skip


ROWS = [
    _row("cell", 3, 2030, 640.0, 440.0),
    _row("cell", 3, 2029, 400.0, 400.0),
    _row("pcam", 1, 2030, 11.0, 550.0),
    _row("pcam", 1, 2029, 0.0, 0.0),
    _row("cam", 2, 2030, 55.0, 550.0),
]


def _draw(rows: list[dict[str, Any]] = ROWS, choice: Choice = CHOICE) -> Figure:
    return coverage_heatmap(pl.DataFrame(rows, infer_schema_length=None), choice, STAMP)


def _cells(figure: Figure, series: int) -> dict[tuple[int, int], Any]:
    data = figure.option["baseOption"]["series"][series]["data"]
    return {(item["value"][0], item["value"][1]): item for item in data}


def test_the_title_names_the_weakest_and_the_strongest_stage_of_the_year() -> None:
    figure = _draw()
    assert figure.title.replace("\u00a0", " ") == (
        "US supply covers 2 % of demand for pCAM in 2030, and 145 % for battery cells"
    )
    assert figure.number.replace("\u00a0", " ") == "2 %"
    assert "Outlook 2026" in figure.sentence
    assert "June\u00a030, 2026" in figure.sentence
    assert figure.run_id == "run-1"


def test_stages_stand_from_mine_to_cell_and_years_in_order() -> None:
    option = _draw().option["baseOption"]
    assert option["yAxis"]["data"] == ["pCAM", "CAM {b} <b>", "Battery cells"]
    assert option["xAxis"]["data"] == ["2029", "2030"]


def test_colors_end_at_150_percent_and_the_text_does_not() -> None:
    rows = [*ROWS, _row("cam", 2, 2029, 1100.0, 500.0)]
    value = _cells(_draw(rows), 0)[0, 1]["value"]
    assert value[2] == pytest.approx(150.0)
    assert value[3] == "220"


def test_no_need_and_no_data_are_told_apart_and_neither_is_zero() -> None:
    figure = _draw()
    full, empty = _cells(figure, 0), _cells(figure, 1)
    assert empty[0, 0]["value"][3] == "no\nneed"
    assert empty[0, 1]["value"][3] == "no\ndata"
    assert (0, 0) not in full
    assert (0, 1) not in full


def test_the_table_holds_the_numbers_drawn() -> None:
    table = _draw().table
    assert table.columns[-1] == "Coverage (fraction)"
    assert ("pCAM", 2030, 11.0, 550.0, "GWh/yr", 0.02) in table.rows
    assert ("pCAM", 2029, 0.0, 0.0, "GWh/yr", None) in table.rows
    assert len(table.rows) == len(ROWS)


def test_names_stay_out_of_formatters() -> None:
    figure = _draw()
    formatters = [series["label"]["formatter"] for series in figure.option["baseOption"]["series"]]
    assert formatters == ["{@[3]}", "{@[3]}"]
    assert "CAM {b} <b>" in figure.to_json()


def test_cells_that_assumed_capacities_change_are_dashed_italic_and_marked_in_the_table() -> None:
    assumed = [row | {"capacity": "with_assumed"} for row in ROWS]
    assumed[4] |= {"supply": 110.0, "coverage_fraction": 0.2}
    figure = _draw([*ROWS, *assumed], replace(CHOICE, capacity="with_assumed"))
    cells = _cells(figure, 0)
    assert cells[1, 1]["itemStyle"]["borderType"] == "dashed"
    assert cells[1, 1]["label"]["fontStyle"] == "italic"
    assert "itemStyle" not in cells[1, 0]
    assert [figure.table.rows[i][0] for i in figure.table.assumed] == ["CAM {b} <b>"]
    assert any(mark.kind == "assumed" for mark in figure.marks)


def test_the_other_denominator_is_said_in_the_title() -> None:
    rows = [row | {"denominator": "domestic_next_stage"} for row in ROWS]
    title = _draw(rows, replace(CHOICE, denominator="domestic_next_stage")).title
    assert title.replace("\u00a0", " ").startswith("US supply covers 2 % of what plants at home need of pCAM")


def test_two_rows_for_one_cell_and_a_choice_without_rows_are_refused() -> None:
    with pytest.raises(InputError, match="more than one row"):
        _draw([*ROWS, ROWS[0]])
    with pytest.raises(InputError, match="no rows for this choice"):
        _draw(choice=replace(CHOICE, region_set="north_america"))
