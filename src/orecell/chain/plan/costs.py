"""Costs of the plan that come from formulas: discounting, distance, freight."""

from __future__ import annotations

from functools import lru_cache

from orecell.chain.plan.network_input import Freight, Place
from orecell.core.geography import great_circle_km
from orecell.core.money import discount_factor

SAME_CONTINENT_KM = 5500.0
AMERICAS_WEST, AMERICAS_EAST = -170.0, -30.0
"""Degrees of longitude between which the Americas lie."""
DARIEN_LATITUDE = 8.0
"""No road leads past the Darien gap, at this latitude [degrees]."""


def discount_factors(years: tuple[int, ...], rate: float) -> dict[int, float]:
    """Value in the first year of one dollar in each year."""
    return {year: discount_factor(rate, year - years[0]) for year in years}


@lru_cache(maxsize=65536)
def distance_km(start: Place, end: Place) -> float:
    """Great-circle distance [km]."""
    return great_circle_km(start.latitude, start.longitude, end.latitude, end.longitude)


def is_sea(start: Place, end: Place) -> bool:
    """Whether freight goes by ship: between landmasses, or farther than places of one continent are apart."""
    return _landmass(start) != _landmass(end) or distance_km(start, end) > SAME_CONTINENT_KM


def _landmass(place: Place) -> str:
    """North America, South America beyond the Darien gap, or the rest of the world."""
    if not AMERICAS_WEST <= place.longitude <= AMERICAS_EAST:
        return "rest"
    return "north" if place.latitude > DARIEN_LATITUDE else "south"


def freight_cost(freight: Freight, distance: float, *, at_sea: bool) -> tuple[float, float]:
    """Freight of one tonne over a great-circle distance.

    Args:
        freight: rates.
        distance: great circle [km].
        at_sea: by ship, else by land.

    Returns:
        USD per t and kg CO2e per t.
    """
    circuity = freight.sea_circuity if at_sea else freight.land_circuity
    usd = freight.sea_usd_per_t_km if at_sea else freight.land_usd_per_t_km
    kilograms = freight.sea_kg_per_t_km if at_sea else freight.land_kg_per_t_km
    return freight.handling_usd_per_t + usd * circuity * distance, kilograms * circuity * distance
