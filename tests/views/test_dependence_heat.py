"""Dependence on few countries: finding, ranges, items without a share."""

from __future__ import annotations

import json
from typing import Any

import polars as pl
import pytest

from orecell.errors import InputError
from orecell.views.figures import Figure, Stamp, dependence_heat


def _row(item: str, low: float | None, high: float | None, year: int = 2025, **other: Any) -> dict[str, Any]:
    return {
        "stage": "aam", "stage_name": "AAM", "item": item, "year": year, "hhi_low": 0.81, "hhi_high": 0.92,
        "concern_share_low": low, "concern_share_high": high, "largest_country": "CHN", "largest_share": 0.9,
        "source": "agency",
    } | other  # fmt: skip


ROWS = [
    _row("Nickel", 0.05, 0.12, largest_country="IDN", largest_share=0.6),
    _row("Graphite, share of world output", 0.9, 0.96),
    _row("Graphite, share of world output", 0.7, 0.8, year=2020),
    _row("Separator", None, None),
]


def _draw(rows: list[dict[str, Any]] = ROWS, year: int | None = None) -> Figure:
    stamp = Stamp("run-1", (), {"CHN": "China"})
    return dependence_heat(pl.DataFrame(rows, infer_schema_length=None), stamp, year)


def _texts(figure: Figure) -> dict[tuple[int, int], str]:
    cells = [cell for series in figure.option["baseOption"]["series"] for cell in series["data"]]
    return {(cell["value"][0], cell["value"][1]): cell["value"][3].replace("\u00a0", " ") for cell in cells}


def test_the_title_names_the_item_that_depends_most() -> None:
    assert _draw().title.replace("\u00a0", " ") == (
        "Countries of concern make 90 to 96 % of the world's graphite (2025), "
        "and more than half of 1 of the 2 items shown"
    )


def test_items_stand_most_dependent_first_with_ranges_and_the_largest_maker() -> None:
    figure = _draw()
    assert figure.option["baseOption"]["yAxis"]["data"] == ["AAM: Graphite", "AAM: Nickel", "AAM: Separator"]
    texts = _texts(figure)
    assert [texts[x, 0] for x in range(3)] == ["90\u201396 %", "0.81\u20130.92", "China 90 %"]
    assert texts[2, 1] == "IDN 60 %"


def test_a_share_that_is_not_known_says_so_and_stays_empty_in_the_table() -> None:
    figure = _draw()
    assert _texts(figure)[0, 2] == "no data"
    assert figure.table.rows[2][3:5] == (None, None)
    assert figure.marks[0].kind == "empty"


def test_the_latest_row_up_to_a_year_is_shown() -> None:
    figure = _draw(year=2021)
    assert [row[2] for row in figure.table.rows] == [2020]
    with pytest.raises(InputError, match="no world supply"):
        _draw(year=2000)


def test_the_option_is_plain_json() -> None:
    assert json.loads(_draw().to_json())["media"]
