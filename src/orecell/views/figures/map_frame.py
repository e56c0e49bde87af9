"""The offline map that figures of places draw on: its outlines, its frame, where a place lies on it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from orecell.views.figures.frame import Option
from orecell.views.figures.palette import LAND, LAND_EDGE
from orecell.views.figures.projection import project

MAP_NAME = "north_america"
FRAME_KM = (-2450.0, -1750.0, 2350.0, 1450.0)
MARGIN_KM = 250.0


def geo(places: Iterable[dict[str, Any]]) -> Option:
    """The map component: outlines below the key, stretched to hold every latitude and longitude."""
    return {
        "map": MAP_NAME,
        "aspectScale": 1,
        "roam": False,
        "clip": True,
        "scaleLimit": {"min": 1, "max": 12},
        "boundingCoords": corners(places),
        "left": 0,
        "right": 0,
        "top": 56,
        "bottom": 0,
        "silent": True,
        "itemStyle": {"areaColor": LAND, "borderColor": LAND_EDGE, "borderWidth": 0.8},
    }


def corners(places: Iterable[dict[str, Any]]) -> list[list[float]]:
    """Corners of the view [km]: the lower 48 states, stretched to hold every place."""
    at = [project(place["latitude"], place["longitude"]) for place in places]
    west = min([FRAME_KM[0], *(x - MARGIN_KM for x, _ in at)])
    south = min([FRAME_KM[1], *(y - MARGIN_KM for _, y in at)])
    east = max([FRAME_KM[2], *(x + MARGIN_KM for x, _ in at)])
    north = max([FRAME_KM[3], *(y + MARGIN_KM for _, y in at)])
    return [[west, north], [east, south]]


def is_inside(place: dict[str, Any], view: list[list[float]]) -> bool:
    """Whether a place lies in a view given by its corners."""
    x, y = project(place["latitude"], place["longitude"])
    (west, north), (east, south) = view
    return west <= x <= east and south <= y <= north
