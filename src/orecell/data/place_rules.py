"""Rules of places: codes of countries, and coordinates that lie where the row says.

Boxes and distances are wide; they catch a lost sign, swapped columns and a wrong region, not a wrong
street. Left out: boxes of countries outside North America.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, NamedTuple

from orecell.core.geography import great_circle_km
from orecell.data.case_rows import At, rows_of
from orecell.errors import Fault

if TYPE_CHECKING:
    from orecell.data.package import Case

MAX_DISTANCE_KM = 2000.0


class Box(NamedTuple):
    """ISO 3166-1 alpha-2 code of a country and the degrees within which it lies."""

    code: str
    south: float
    north: float
    west: float
    east: float


BOXES: Mapping[str, Box] = {
    "USA": Box("US", 18.0, 72.0, -180.0, -65.0),
    "CAN": Box("CA", 41.0, 84.0, -142.0, -52.0),
    "MEX": Box("MX", 14.0, 33.0, -119.0, -86.0),
}


def countries_have_iso_codes(case: Case) -> Iterator[Fault]:
    """Three capitals: `usa` would be a country that no region set contains."""
    for row, country in rows_of(case, "countries", "country"):
        if not re.fullmatch("[A-Z]{3}", country):
            rule, fix = "a country is its ISO 3166-1 alpha-3 code", "write three capitals, e.g. USA"
            yield At("countries", row, "country").fault(country, rule, fix)


def regions_lie_in_their_country(case: Case) -> Iterator[Fault]:
    """The code starts with that of the country, and the center lies within it."""
    for row, region, country, *place in rows_of(
        case, "regions", "region", "country", "latitude", "longitude"
    ):
        box = BOXES.get(country)
        if box is None:
            continue
        if not region.startswith(f"{box.code}-"):
            rule = f"a region of {country} has a code {box.code}-.."
            yield At("regions", row, "region").fault(region, rule, "correct the region or its country")
        yield from _outside("regions", row, place, country)


def facilities_lie_in_their_region(case: Case) -> Iterator[Fault]:
    """Within the country of the region, and not too far from the region's center."""
    centers = {
        region: (country, latitude, longitude)
        for _, region, country, latitude, longitude in rows_of(
            case, "regions", "region", "country", "latitude", "longitude"
        )
    }
    sites: dict[str, str] = {}
    for row, region, site, *place in rows_of(case, "facilities", "region", "site", "latitude", "longitude"):
        country, *center = centers[region]
        outside = list(_outside("facilities", row, place, country))
        yield from outside
        distance = great_circle_km(*place, *center)
        if not outside and distance > MAX_DISTANCE_KM:
            shown = f"{place[0]:g}, {place[1]:g}"
            rule = f"lies {distance:,.0f} km from the center of {region}"
            yield At("facilities", row, "latitude").fault(
                shown, rule, "correct the region or the coordinates"
            )
        if sites.setdefault(site, region) != region:
            rule = f"site {site} lies in {sites[site]}"
            yield At("facilities", row, "region").fault(region, rule, "lines of one site share its region")


def _outside(table: str, row: int, place: list[float], country: str) -> Iterator[Fault]:
    box = BOXES.get(country)
    if box is None:
        return
    latitude, longitude = place
    for column, value, low, high in (
        ("latitude", latitude, box.south, box.north),
        ("longitude", longitude, box.west, box.east),
    ):
        if not low <= value <= high:
            rule = f"{country} lies between {low:g} and {high:g} degrees of {column}"
            yield At(table, row, column).fault(value, rule, "west is negative; correct the coordinates")
