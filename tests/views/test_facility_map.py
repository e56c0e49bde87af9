"""The map of facilities: finding, sizes, unknown capacities, names that try to be markup."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import polars as pl
import pytest

from orecell.errors import InputError
from orecell.views.figures import Choice, Figure, Stamp, facility_map
from orecell.views.figures.projection import project

EVIL = "</script><b>{a}</b>"
CHOICE = Choice("2026-06-30", "outlook_2026")
BASE = {
    "as_of": "2026-06-30", "operator": "Operator", "stage": "cell", "stage_name": "Battery cells",
    "region": "US-KY", "latitude": 37.0, "longitude": -87.0, "status": "operating", "capacity": 40.0,
    "unit": "GWh/yr", "capacity_is_assumed": False, "start_year": 2025, "is_counted": True, "note": "",
    "source": "company",
}  # fmt: skip


def _site(name: str, **other: Any) -> dict[str, Any]:
    return BASE | {"facility": name.lower(), "name": name} | other


SITES = [
    _site("Big"),
    _site("Quarter", capacity=10.0, status="construction", source="agency"),
    _site("Silent", capacity=None, unit=None, start_year=None, status="announced"),
    _site("Gone", status="canceled", is_counted=False),
    _site("Guess", capacity=20.0, capacity_is_assumed=True, status="paused"),
    _site("North", region="CA-ON", latitude=44.0, longitude=-77.0),
]


def _draw(
    sites: list[dict[str, Any]] = SITES, choice: Choice = CHOICE, stages: tuple[str, ...] = ()
) -> Figure:
    frame = pl.DataFrame(sites, infer_schema_length=None)
    return facility_map(frame, choice, Stamp("run-1", ("facility list",)), stages)


def _dots(figure: Figure) -> dict[str, dict[str, Any]]:
    return {
        dot["value"][2]: dot for series in figure.option["baseOption"]["series"] for dot in series["data"]
    }


def test_the_title_counts_what_runs_what_is_gone_and_what_is_silent() -> None:
    figure = _draw()
    assert figure.title.replace("\u00a0", " ") == (
        "1 of 4 production lines were running on June 30, 2026; 1 more was canceled or closed; "
        "1 has published no capacity"
    )
    assert figure.number == "1 of 4"


def test_a_line_that_is_in_no_total_is_not_counted_in_the_title() -> None:
    assert _draw([*SITES, _site("Twice", is_counted=False)]).number == "1 of 4"


def test_the_wider_region_and_a_stage_change_the_count() -> None:
    title = _draw(choice=replace(CHOICE, region_set="north_america"), stages=("cell",)).title
    assert title.startswith("2 of 5 lines for battery cells were running")


def test_dots_stand_where_the_projection_puts_them_and_areas_follow_capacity() -> None:
    dots = _dots(_draw())
    x, y = project(37.0, -87.0)
    assert dots["Big"]["value"][:2] == [round(x), round(y)]
    assert dots["Big"]["symbolSize"] == pytest.approx(2 * dots["Quarter"]["symbolSize"])


def test_an_unknown_capacity_is_a_hollow_diamond_and_an_assumed_one_has_a_dashed_edge() -> None:
    dots = _dots(_draw())
    assert dots["Silent"]["symbol"] == "diamond"
    assert dots["Silent"]["value"][5:] == ["not published", "not stated"]
    assert dots["Guess"]["itemStyle"]["borderType"] == "dashed"
    assert "assumed" in dots["Guess"]["value"][5]
    assert dots["Gone"]["itemStyle"]["opacity"] < dots["Big"]["itemStyle"]["opacity"]


def test_tooltips_come_from_dimensions_only() -> None:
    figure = _draw([*SITES, _site(EVIL)])
    for series in figure.option["baseOption"]["series"]:
        assert series["encode"]["tooltip"] == [3, 4, 5, 6]
        assert series["dimensions"][2] == "Site"
    assert "formatter" not in figure.to_json()
    assert EVIL in _dots(figure)


def test_a_site_without_a_place_is_in_the_table_but_not_on_the_map() -> None:
    figure = _draw([*SITES, _site("Nowhere", latitude=None, longitude=None)])
    assert "Nowhere" not in _dots(figure)
    assert "Nowhere" in [row[0] for row in figure.table.rows]
    assert any("without a known place" in note for note in figure.notes)


def test_the_table_keeps_unknown_capacities_empty_and_marks_assumed_rows() -> None:
    table = _draw().table
    rows = {row[0]: dict(zip(table.columns, row, strict=True)) for row in table.rows}
    assert rows["Silent"]["Capacity"] is None
    assert rows["Big"]["Capacity"] == 40.0
    assert [table.rows[i][0] for i in table.assumed] == ["Guess"]


def test_sources_of_the_sites_are_named_once() -> None:
    assert _draw().sources == ("facility list", "agency", "company")


def test_the_view_widens_for_a_site_far_north() -> None:
    far = _draw([*SITES, _site("Nome", region="US-AK", latitude=64.5, longitude=-165.4)])
    (west, north), (east, south) = far.option["baseOption"]["geo"]["boundingCoords"]
    x, y = project(64.5, -165.4)
    assert west < x < east
    assert south < y < north


def test_a_choice_without_facilities_is_refused_and_the_option_is_plain_json() -> None:
    with pytest.raises(InputError, match="no facility"):
        _draw(stages=("pcam",))
    assert json.loads(_draw().to_json())["baseOption"]["geo"]["map"] == "north_america"
