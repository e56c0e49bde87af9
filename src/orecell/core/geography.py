"""Distance of two places on the globe."""

from __future__ import annotations

import math

EARTH_RADIUS_KM = 6371.0
"""Mean radius of the Earth. Source: IUGG (6371.0088)."""


def great_circle_km(latitude: float, longitude: float, to_latitude: float, to_longitude: float) -> float:
    """Great-circle distance [km] of two points given in degrees, by the haversine formula."""
    start, end = math.radians(latitude), math.radians(to_latitude)
    half_lat, half_lon = (end - start) / 2, math.radians(to_longitude - longitude) / 2
    inner = math.sin(half_lat) ** 2 + math.cos(start) * math.cos(end) * math.sin(half_lon) ** 2
    return 2 * EARTH_RADIUS_KM * math.asin(min(1.0, math.sqrt(inner)))
