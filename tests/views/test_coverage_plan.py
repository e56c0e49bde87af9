"""US output of a plan against need, stage by stage."""

from __future__ import annotations

from typing import Any

import pytest

from orecell.errors import InputError
from orecell.views.figures import Figure, Stamp, coverage_plan
from orecell.views.figures.coverage_plan import range_text

SHARES = {"cam": (0.1, 0.3), "cells": (0.9, 1.02), "foil": (0.0, 0.0001)}
NAMES = {"cam": "CAM", "cells": "Cells", "foil": "Copper foil"}


def _rows(**more: Any) -> list[dict[str, Any]]:
    return [
        {"stage": stage, "stage_name": NAMES[stage], "year": year, "coverage_fraction": share}
        | {"requirement": 5.0, **more}
        for stage, shares in SHARES.items()
        for year, share in zip((2033, 2034), shares, strict=True)
    ]


def _draw(rows: list[dict[str, Any]], asked: dict[tuple[str, int], float] | None = None) -> Figure:
    return coverage_plan(rows, asked or {}, Stamp("run-1"))


def test_the_title_begins_with_what_was_asked_and_says_whether_it_is_reached() -> None:
    title = _draw(_rows(), {("cam", 2034): 0.3}).title.replace("\u00a0", " ")
    assert title == (
        "US plants make 30 % of the CAM that US demand needs in 2034, as was asked; most of cells (102 %); "
        "next to nothing of copper foil"
    )
    missed = _draw(_rows(), {("cam", 2034): 0.6}).title.replace("\u00a0", " ")
    assert missed.startswith("US plants make 30 % of the CAM that US demand needs in 2034; 60 % was asked")


def test_without_a_wish_the_title_begins_with_the_stage_made_most() -> None:
    assert _draw(_rows()).title.startswith("US plants make 102\u00a0% of the cells")


def test_lines_hold_the_table_in_percent_with_a_panel_each() -> None:
    option = _draw(_rows()).option["baseOption"]
    assert [one["text"] for one in option["title"]] == ["CAM", "Cells"]
    lines = [s for s in option["series"] if s["name"].startswith("US output")]
    assert [[point["value"][1] for point in line["data"]] for line in lines] == [[10, 30], [90, 102]]
    assert [line["xAxisIndex"] for line in lines] == [0, 1]
    assert len(option["grid"]) == len(option["xAxis"]) == len(option["yAxis"]) == 2


def test_stages_without_output_are_named_not_drawn_but_stay_in_the_table() -> None:
    figure = _draw(_rows())
    assert "Next to nothing is made in the US of copper foil." in figure.sentence
    assert len(figure.table.rows) == 6


def test_what_was_asked_is_marked_in_its_panel() -> None:
    series = _draw(_rows(), {("cam", 2034): 0.3}).option["baseOption"]["series"]
    (mark,) = [s for s in series if s["type"] == "scatter"]
    assert (mark["data"], mark["xAxisIndex"]) == ([["2034", 30.0]], 0)


def test_a_range_is_a_band_from_least_to_most() -> None:
    figure = _draw(_rows(least_fraction=0.1, most_fraction=0.25))
    bands = [s for s in figure.option["baseOption"]["series"] if s.get("stack") == "range 0"]
    assert [band["data"] for band in bands] == [[10, 10], [15, 15]]
    assert "Bands" in figure.sentence
    assert figure.table.rows[0][-2:] == (0.1, 0.25)


def test_a_range_that_was_not_asked_for_is_no_band() -> None:
    figure = _draw(_rows(least_fraction=None, most_fraction=None))
    assert not [s for s in figure.option["baseOption"]["series"] if "stack" in s]
    assert "Bands" not in figure.sentence


def test_a_range_of_one_year_is_a_bar_in_that_year() -> None:
    rows = _rows(least_fraction=None, most_fraction=None)
    rows[1] |= {"least_fraction": 0.25, "most_fraction": 0.4}
    (bar,) = [s for s in _draw(rows).option["baseOption"]["series"] if s["name"] == "Range"]
    assert (bar["xAxisIndex"], bar["data"]) == (0, [["2034", 25.0], ["2034", 40.0], ["2034", None]])


def test_a_cell_of_the_table_shows_share_and_range() -> None:
    row = {"coverage_fraction": 0.3, "least_fraction": 0.24, "most_fraction": 0.33}
    assert range_text(row).replace("\u00a0", " ") == "30 % (24 to 33 %)"
    assert range_text({"coverage_fraction": 0.0004}).replace("\u00a0", " ") == "<0.1 %"


def test_no_stage_at_all_is_refused() -> None:
    with pytest.raises(InputError, match="can be made in the US"):
        _draw([])
