"""The map projection: places computed by hand, and the laws it must keep."""

from __future__ import annotations

import math

import pytest

from orecell.core import geography
from orecell.core.geography import EARTH_RADIUS_KM
from orecell.views.figures.outlines import ring_area
from orecell.views.figures.projection import project, unproject


def test_the_center_lies_at_zero() -> None:
    assert project(40.0, -96.0) == pytest.approx((0.0, 0.0), abs=1e-9)


def test_a_point_on_the_central_meridian_agrees_with_a_hand_calculation() -> None:
    # n = (sin 20 + sin 60) / 2 = 0.604022771; C - 2 n sin 60 = cos(60)**2 = 0.25, so r(60) = 6371 * 0.5 / n.
    # C = cos(20)**2 + 2 n sin 20 = 1.296198133; r(40) = 6371 * sqrt(C - 2 n sin 40) / n = 7603.664.
    x, y = project(60.0, -96.0)
    assert x == pytest.approx(0.0, abs=1e-9)
    assert y == pytest.approx(7603.664 - 5273.808, abs=0.01)


def test_lengths_along_a_standard_parallel_are_true() -> None:
    west, east = project(20.0, -97.0), project(20.0, -95.0)
    on_the_globe = EARTH_RADIUS_KM * math.cos(math.radians(20)) * math.radians(2)
    assert math.dist(west, east) == pytest.approx(on_the_globe, rel=1e-4)


@pytest.mark.parametrize("latitude", [15.0, 36.8, 49.0, 70.0])
@pytest.mark.parametrize("longitude", [-165.0, -96.0, -87.5, -53.0])
def test_areas_are_true(latitude: float, longitude: float) -> None:
    step = 0.5
    corners = [(0, 0), (0, step), (step, step), (step, 0), (0, 0)]
    drawn = ring_area([project(latitude + up, longitude + along) for up, along in corners])
    rise = math.sin(math.radians(latitude + step)) - math.sin(math.radians(latitude))
    assert drawn == pytest.approx(EARTH_RADIUS_KM**2 * math.radians(step) * rise, rel=1e-4)


@pytest.mark.parametrize(
    "place", [(36.87, -87.49), (19.4, -99.1), (64.5, -165.4), (47.6, -52.7), (51.9, 178.0)]
)
def test_the_inverse_gives_back_the_place(place: tuple[float, float]) -> None:
    assert unproject(*project(*place)) == pytest.approx(place, abs=1e-9)


def test_north_is_up_and_east_is_right() -> None:
    heights = [project(latitude, -100.0)[1] for latitude in range(10, 80, 5)]
    widths = [project(45.0, longitude)[0] for longitude in range(-160, -50, 5)]
    assert heights == sorted(heights)
    assert widths == sorted(widths)


@pytest.mark.parametrize("place", [(91.0, -96.0), (40.0, 181.0), (math.nan, -96.0)])
def test_a_place_that_is_not_on_earth_is_refused(place: tuple[float, float]) -> None:
    with pytest.raises(ValueError, match="no place on Earth"):
        project(*place)


def test_a_point_outside_the_map_is_refused() -> None:
    with pytest.raises(ValueError, match="outside the map"):
        unproject(0.0, 1e6)


def test_the_globe_is_that_of_distances() -> None:
    assert EARTH_RADIUS_KM == geography.EARTH_RADIUS_KM
