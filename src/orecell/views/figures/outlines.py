"""Outlines of North America for maps that work offline, made once when the package is built.

Two TopoJSON files (US states of the Census Bureau; countries of Natural Earth) are decoded, projected to
kilometers, simplified and written as one GeoJSON whose coordinates are map kilometers, not degrees.
A border shared by two states is one arc in TopoJSON and is simplified once, so neighbors still fit.

The build hook loads this file by its path before the package exists: it imports the standard library only.
It leaves out lakes of Canada, islands smaller than `SMALLEST_RING_KM2` and everything outside the frame.
Source: TopoJSON specification 1.0, https://github.com/topojson/topojson-specification; line simplification
of Douglas and Peucker (1973), https://doi.org/10.3138/FM57-6770-U75U-7727.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Iterable, Sequence
from typing import Any

Point = tuple[float, float]
Project = Callable[[float, float], Point]

ATTRIBUTION = (
    "Outlines: US states, cartographic boundary files of the US Census Bureau (2017); Canada and Mexico, "
    "Natural Earth 1:50m. Both in the public domain; from the npm packages us-atlas and world-atlas."
)
NEIGHBORS = ("Canada", "Mexico")
FAR_TERRITORIES = (
    "American Samoa",
    "Guam",
    "Commonwealth of the Northern Mariana Islands",
    "United States Virgin Islands",
)
TOLERANCE_KM = 6.0
SMALLEST_RING_KM2 = 1500.0
NORTH_EDGE_KM = 4500.0


def decode_arcs(topology: dict[str, Any]) -> list[list[Point]]:
    """Arcs of a quantized topology as (longitude, latitude) [degrees], the steps added up."""
    scale, shift = topology["transform"]["scale"], topology["transform"]["translate"]
    arcs: list[list[Point]] = []
    for steps in topology["arcs"]:
        column = row = 0
        arc: list[Point] = []
        for step in steps:
            column, row = column + step[0], row + step[1]
            arc.append((column * scale[0] + shift[0], row * scale[1] + shift[1]))
        arcs.append(arc)
    return arcs


def simplify(line: Sequence[Point], tolerance: float) -> list[Point]:
    """The line without the points closer than `tolerance` to what remains; both ends stay."""
    keep = {0, len(line) - 1}
    waiting = [(0, len(line) - 1)]
    while waiting:
        first, last = waiting.pop()
        farthest, distance = 0, tolerance
        for i in range(first + 1, last):
            here = _distance(line[i], line[first], line[last])
            if here > distance:
                farthest, distance = i, here
        if farthest:
            keep.add(farthest)
            waiting += [(first, farthest), (farthest, last)]
    return [line[i] for i in sorted(keep)]


def _distance(point: Point, start: Point, end: Point) -> float:
    """Distance of a point from the straight piece between two others."""
    run, rise = end[0] - start[0], end[1] - start[1]
    length = run * run + rise * rise
    along = 0.0
    if length:
        along = min(1.0, max(0.0, ((point[0] - start[0]) * run + (point[1] - start[1]) * rise) / length))
    return math.hypot(point[0] - start[0] - along * run, point[1] - start[1] - along * rise)


def ring_area(ring: Sequence[Point]) -> float:
    """Area inside a closed ring, positive in either direction."""
    pairs = itertools.pairwise(ring)
    return abs(sum(a[0] * b[1] - b[0] * a[1] for a, b in pairs)) / 2


def stitch(numbers: Iterable[int], arcs: Sequence[Sequence[Point]]) -> list[Point]:
    """One closed ring from arc numbers; ~n stands for arc n read backward, shared ends appear once."""
    ring: list[Point] = []
    for number in numbers:
        arc = list(arcs[number]) if number >= 0 else list(reversed(arcs[~number]))
        ring += arc[1:] if ring else arc
    return ring


def cut_north(ring: Sequence[Point], edge: float) -> list[Point]:
    """The part of a closed ring south of y = `edge`, closed along the edge."""
    kept: list[Point] = []
    for here, there in itertools.pairwise(ring):
        if here[1] <= edge:
            kept.append(here)
        if (here[1] <= edge) != (there[1] <= edge):
            along = (edge - here[1]) / (there[1] - here[1])
            kept.append((here[0] + along * (there[0] - here[0]), edge))
    return [*kept, kept[0]] if kept else []


def _polygons(shape: dict[str, Any]) -> list[list[list[int]]]:
    """Arc numbers by polygon and ring, for both kinds of areas."""
    return [shape["arcs"]] if shape["type"] == "Polygon" else list(shape["arcs"])


def _feature(shape: dict[str, Any], arcs: Sequence[Sequence[Point]]) -> dict[str, Any]:
    """One state or country as a GeoJSON feature in whole kilometers."""
    polygons = []
    for rings in _polygons(shape):
        outer = cut_north(stitch(rings[0], arcs), NORTH_EDGE_KM)
        if ring_area(outer) >= SMALLEST_RING_KM2:
            polygons.append([[[round(x), round(y)] for x, y in outer]])
    return {
        "type": "Feature",
        "properties": {"name": shape["properties"]["name"]},
        "geometry": {"type": "MultiPolygon", "coordinates": polygons},
    }


def _features(
    topology: dict[str, Any], layer: str, project: Project, wanted: Callable[[str], bool]
) -> list[dict[str, Any]]:
    """Chosen shapes of a layer, with the arcs they use projected and simplified."""
    shapes = [s for s in topology["objects"][layer]["geometries"] if wanted(s["properties"]["name"])]
    used = {n if n >= 0 else ~n for s in shapes for rings in _polygons(s) for ring in rings for n in ring}
    arcs: list[list[Point]] = [[] for _ in topology["arcs"]]
    for number, arc in enumerate(decode_arcs(topology)):
        if number in used:
            placed = [project(min(90.0, lat), max(-180.0, min(180.0, lon))) for lon, lat in arc]
            arcs[number] = simplify(placed, TOLERANCE_KM)
    return [_feature(shape, arcs) for shape in shapes]


def make_outlines(states: dict[str, Any], countries: dict[str, Any], project: Project) -> dict[str, Any]:
    """The map of North America.

    Args:
        states: TopoJSON with a layer `states` (us-atlas, states-10m).
        countries: TopoJSON with a layer `countries` (world-atlas, countries-50m).
        project: latitude and longitude [degrees] to map kilometers.

    Returns:
        GeoJSON feature collection in kilometers with `attribution`; features have a `name`.
    """
    around = _features(countries, "countries", project, lambda name: name in NEIGHBORS)
    inside = _features(states, "states", project, lambda name: name not in FAR_TERRITORIES)
    return {
        "type": "FeatureCollection",
        "attribution": ATTRIBUTION,
        "features": [shape for shape in (*around, *inside) if shape["geometry"]["coordinates"]],
    }
