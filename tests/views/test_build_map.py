"""Where new capacity comes."""

from __future__ import annotations

import math
from typing import Any

import pytest

from orecell.errors import InputError
from orecell.views.figures import Figure, Stamp, build_map
from orecell.views.figures.build_map import KM_PER_PX
from orecell.views.figures.projection import project

PLACES = {"Kentucky": (37.8, -85.2), "Tennessee": (35.8, -86.4), "Nevada": (39.0, -117.0)}


def _site(place: str, kind: str, capex: float) -> dict[str, Any]:
    latitude, longitude = PLACES[place]
    return {
        "kind": kind, "kind_name": kind, "place": place, "place_name": place, "latitude": latitude,
        "longitude": longitude, "capacity": 10.0, "unit": "GWh/yr", "capex_usd": capex, "jobs": 5.0,
        "first_year": 2031,
    }  # fmt: skip


SITES = [
    _site("Kentucky", "Cell plant", 3e9),
    _site("Kentucky", "CAM plant", 1e9),
    _site("Nevada", "CAM plant", 1e9),
]
STANDING = [
    {
        "place_name": "Kentucky", "latitude": 37.8, "longitude": -85.2, "year": 2035,
        "plants": [("Cell plant", 20.0, "GWh/yr"), ("<b>Foil</b>", 5.0, "t/yr")],
    },
    {
        "place_name": "Alaska", "latitude": 64.0, "longitude": -150.0, "year": 2035,
        "plants": [("Mine", 1.0, "t/yr")],
    },
]  # fmt: skip


def _draw(sites: list[dict[str, Any]] = SITES) -> Figure:
    return build_map(sites, STANDING, Stamp("run-1"))


def _circles(figure: Figure) -> dict[str, Any]:
    return {s["name"]: s for s in figure.option["baseOption"]["series"] if s["type"] == "pie"}


def test_the_title_says_which_places_take_how_much() -> None:
    figure = _draw()
    assert figure.title.replace("\u00a0", " ") == (
        "Kentucky takes 80 % of the 5.0 billion USD for new plants, Nevada 20 %"
    )
    assert figure.number.replace("\u00a0", " ") == "80 %"


def test_areas_follow_capital_and_slices_the_kinds() -> None:
    circles = _circles(_draw())
    assert circles["Kentucky"]["radius"] == pytest.approx(2 * circles["Nevada"]["radius"])
    slices = {one["name"]: one["value"] for one in circles["Kentucky"]["data"]}
    assert slices["Cell plant"][0] == 3000.0
    assert slices["CAM plant"][0] == 1000.0
    colors = {s["name"]: s["itemStyle"]["color"] for c in circles.values() for s in c["data"]}
    assert len(set(colors.values())) == 2


def test_a_lone_circle_stands_at_its_place() -> None:
    assert _circles(_draw())["Nevada"]["center"] == [round(km) for km in project(39.0, -117.0)]


def test_circles_that_would_overlap_are_moved_apart() -> None:
    circles = _circles(_draw([_site("Kentucky", "A", 1e9), _site("Tennessee", "B", 1e9)]))
    one, other = circles["Kentucky"], circles["Tennessee"]
    apart = math.dist(one["center"], other["center"])
    assert apart >= (one["radius"] + other["radius"]) * KM_PER_PX - 2


def test_standing_plants_are_dots_within_the_map_and_named_beyond_it() -> None:
    figure = _draw()
    dots = figure.option["baseOption"]["series"][0]["data"]
    assert [dot[2] for dot in dots] == ["Kentucky"]
    assert dots[0][3].replace("\u00a0", " ") == "Cell plant 20 GWh/yr, <b>Foil</b> 5 t/yr in 2035"
    assert "beyond the edges of the map: Alaska." in figure.notes[-1]


def test_the_table_holds_every_kind_and_place() -> None:
    figure = _draw()
    assert [(row[0], row[1], row[4]) for row in figure.table.rows] == [
        (site["place_name"], site["kind_name"], site["capex_usd"]) for site in SITES
    ]


def test_nothing_built_is_refused() -> None:
    with pytest.raises(InputError, match="nothing is built"):
        _draw([])
