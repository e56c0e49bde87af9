"""Map outlines: decoding of TopoJSON, simplification, and the file that the build made."""

from __future__ import annotations

import itertools
import json

import pytest

from orecell.views.figures.outlines import cut_north, decode_arcs, make_outlines, ring_area, simplify, stitch
from orecell.views.figures.projection import project
from orecell.views.report.assets import OUTLINES, inline


def test_arc_steps_are_added_up_scaled_and_shifted() -> None:
    topology = {
        "transform": {"scale": [0.5, 2.0], "translate": [10.0, -1.0]},
        "arcs": [[[2, 1], [2, 0], [-1, 3]]],
    }
    assert decode_arcs(topology) == [[(11.0, 1.0), (12.0, 1.0), (11.5, 7.0)]]


def test_points_near_the_straight_line_are_dropped_and_corners_stay() -> None:
    line = [(0.0, 0.0), (1.0, 0.1), (2.0, 0.0), (2.1, 1.0), (2.0, 2.0)]
    assert simplify(line, 0.2) == [(0.0, 0.0), (2.0, 0.0), (2.0, 2.0)]


def test_a_closed_line_keeps_its_farthest_point() -> None:
    ring = [(0.0, 0.0), (4.0, 0.0), (4.0, 4.0), (0.0, 4.0), (0.0, 0.0)]
    assert simplify(ring, 0.5) == ring


def test_a_reversed_arc_is_read_backward_and_shared_ends_appear_once() -> None:
    arcs = [[(0.0, 0.0), (1.0, 0.0)], [(0.0, 0.0), (0.0, 1.0), (1.0, 0.0)]]
    assert stitch([0, ~1], arcs) == [(0.0, 0.0), (1.0, 0.0), (0.0, 1.0), (0.0, 0.0)]


def test_a_square_cut_at_half_height_has_half_the_area() -> None:
    square = [(0.0, 0.0), (2.0, 0.0), (2.0, 2.0), (0.0, 2.0), (0.0, 0.0)]
    assert ring_area(square) == pytest.approx(4.0)
    assert ring_area(cut_north(square, 1.0)) == pytest.approx(2.0)
    assert cut_north(square, -1.0) == []


def test_only_the_wanted_places_of_a_tiny_atlas_are_kept() -> None:
    box = [[[0, 0], [10, 0], [0, 10], [-10, 0], [0, -10]]]
    transform = {"scale": [1.0, 1.0], "translate": [-100.0, 35.0]}

    def atlas(layer: str, *names: str) -> dict[str, object]:
        shapes = [{"type": "Polygon", "arcs": [[0]], "properties": {"name": name}} for name in names]
        return {"transform": transform, "arcs": box, "objects": {layer: {"geometries": shapes}}}

    states, countries = atlas("states", "Kansas", "Guam"), atlas("countries", "Canada", "France")
    drawn = make_outlines(states, countries, project)
    assert [shape["properties"]["name"] for shape in drawn["features"]] == ["Canada", "Kansas"]
    west, north = project(35.0, -100.0)
    assert drawn["features"][1]["geometry"]["coordinates"][0][0][0] == [round(west), round(north)]


def test_the_built_file_is_small_complete_and_says_where_it_comes_from() -> None:
    text = inline(OUTLINES)
    outlines = json.loads(text)
    names = {shape["properties"]["name"] for shape in outlines["features"]}
    assert 40_000 < len(text) < 90_000
    assert {"Canada", "Mexico", "Kentucky", "Alaska", "Texas"} <= names
    assert "Census" in outlines["attribution"]
    assert "Natural Earth" in outlines["attribution"]


def test_known_cities_lie_inside_their_state_of_the_built_file() -> None:
    shapes = {
        s["properties"]["name"]: s["geometry"]["coordinates"]
        for s in json.loads(inline(OUTLINES))["features"]
    }
    for name, place in (
        ("Kentucky", (36.87, -87.49)),
        ("Nevada", (39.53, -119.5)),
        ("Georgia", (33.0, -83.5)),
    ):
        assert any(_is_inside(project(*place), polygon[0]) for polygon in shapes[name]), name


def _is_inside(point: tuple[float, float], ring: list[list[float]]) -> bool:
    """Whether a ray to the right crosses the ring an odd number of times."""
    x, y = point
    crossings = 0
    for (x0, y0), (x1, y1) in itertools.pairwise(ring):
        if (y0 > y) != (y1 > y) and x < x0 + (y - y0) / (y1 - y0) * (x1 - x0):
            crossings += 1
    return crossings % 2 == 1
