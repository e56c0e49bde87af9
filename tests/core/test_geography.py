import pytest

from orecell.core.geography import EARTH_RADIUS_KM, great_circle_km

QUARTER_KM = 10_007.543  # pi / 2 x 6371 km


def test_a_quarter_of_the_equator_is_a_quarter_of_its_length() -> None:
    assert EARTH_RADIUS_KM == 6371.0
    assert great_circle_km(0.0, 0.0, 0.0, 90.0) == pytest.approx(QUARTER_KM, abs=0.001)
    assert great_circle_km(90.0, 12.0, 0.0, -77.0) == pytest.approx(QUARTER_KM, abs=0.001)
    assert great_circle_km(36.9, -87.5, 36.9, -87.5) == 0.0
