"""Places on a flat map of North America: the Albers conic equal-area projection.

With latitude f, longitude g (radians), standard parallels f1, f2 and center (f0, g0) on a sphere of radius R:

    n = (sin f1 + sin f2) / 2          C = cos(f1)**2 + 2 n sin f1
    r(f) = R sqrt(C - 2 n sin f) / n   t = n (g - g0)
    x = r(f) sin t                     y = r(f0) - r(f) cos t

Equal areas on the ground are equal areas on the map, so dense and empty regions compare fairly. It leaves
out the flattening of the Earth (an error below 0.3 %, invisible on a map of a continent).
Source: Snyder, Map Projections: A Working Manual, USGS Professional Paper 1395 (1987), equations 14-1 to
14-11, https://doi.org/10.3133/pp1395. Parallels and center: the customary North America Albers
(20 and 60 degrees north, center 40 north, 96 west).
"""

from __future__ import annotations

import math

EARTH_RADIUS_KM = 6371.0
"""As in core/geography.py; written again since the build loads this file before the package is there."""

FIRST_PARALLEL_DEG = 20.0
SECOND_PARALLEL_DEG = 60.0
CENTER_LATITUDE_DEG = 40.0
CENTER_LONGITUDE_DEG = -96.0

_SIN_FIRST = math.sin(math.radians(FIRST_PARALLEL_DEG))
_CONE = (_SIN_FIRST + math.sin(math.radians(SECOND_PARALLEL_DEG))) / 2
_SCALE = math.cos(math.radians(FIRST_PARALLEL_DEG)) ** 2 + 2 * _CONE * _SIN_FIRST


def _radius_km(latitude: float) -> float:
    """Distance of a parallel from the tip of the cone [km]."""
    return EARTH_RADIUS_KM * math.sqrt(_SCALE - 2 * _CONE * math.sin(math.radians(latitude))) / _CONE


_CENTER_RADIUS_KM = _radius_km(CENTER_LATITUDE_DEG)


def project(latitude: float, longitude: float) -> tuple[float, float]:
    """Place on the map of a point on the globe.

    Args:
        latitude: degrees north, -90 to 90.
        longitude: degrees east, -180 to 180.

    Returns:
        x (east) and y (north) of the map center at 40 N, 96 W [km].

    Raises:
        ValueError: if a coordinate is missing or out of range.
    """
    if not (-90 <= latitude <= 90 and -180 <= longitude <= 180):
        raise ValueError(f"no place on Earth: latitude {latitude}, longitude {longitude}")
    turn = (longitude - CENTER_LONGITUDE_DEG + 180) % 360 - 180
    angle = _CONE * math.radians(turn)
    radius = _radius_km(latitude)
    return radius * math.sin(angle), _CENTER_RADIUS_KM - radius * math.cos(angle)


def unproject(x_km: float, y_km: float) -> tuple[float, float]:
    """Latitude and longitude [degrees] of a place on the map; the inverse of `project`."""
    down = _CENTER_RADIUS_KM - y_km
    radius = math.hypot(x_km, down)
    sine = (_SCALE - (radius * _CONE / EARTH_RADIUS_KM) ** 2) / (2 * _CONE)
    if abs(sine) > 1:
        raise ValueError(f"outside the map: x {x_km} km, y {y_km} km")
    longitude = CENTER_LONGITUDE_DEG + math.degrees(math.atan2(x_km, down) / _CONE)
    return math.degrees(math.asin(sine)), (longitude + 180) % 360 - 180
