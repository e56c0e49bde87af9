"""A seeded synthetic network of many regions and years, as plain labels and arrays.

Every builder gets the same data: lanes between regions with a limit each, a chain of commodities each
made from the one before it at sites of limited capacity, demand for the last commodity with a priced
shortfall. In an expanding network capacity can also be built, in a few years, for all years after.

    balance[region,commodity,year]   arriving - leaving + made - used by the next - served >= 0
    capacity[region,commodity,year]  made - built so far <= existing
    limit[lane,year]                 shipped, all commodities together <= limit of the lane
    demand[region,year]              served + unmet >= demand

Needs numpy only, so that it runs in the environment of any peer.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

SIZES = {
    "tiny": (4, 3, 4, 5, 0),
    "75k": (24, 10, 12, 24, 0),
    "350k": (48, 13, 20, 26, 0),
    "3.4M": (120, 26, 40, 26, 0),
    "tiny expanding": (4, 3, 4, 5, 2),
    "75k expanding": (24, 10, 12, 24, 4),
}
"""Size -> regions, lanes per region, commodities, years, years in which capacity can be built."""


@dataclass(frozen=True)
class Network:
    """Labels, and arrays along them."""

    regions: list[str]
    commodities: list[str]
    years: list[int]
    vintages: list[int]
    lanes: list[str]
    origin: list[str]
    destination: list[str]
    freight: np.ndarray  # (lane) [USD/t]
    limit: np.ndarray  # (lane) [t/yr]
    making: np.ndarray  # (region, commodity) [USD/t]
    building: np.ndarray  # (region, commodity) [USD per t/yr]
    existing: np.ndarray  # (region, commodity, year) [t/yr]
    need: np.ndarray  # (commodity) t of the commodity before per t made
    demand: np.ndarray  # (region, year) [t/yr]
    shortfall: float  # [USD/t]


def make_network(size: str, seed: int = 20261124) -> Network:
    """The network of a size; the same seed gives the same network."""
    n_regions, degree, n_commodities, n_years, n_vintages = SIZES[size]
    random = np.random.default_rng(seed)
    regions = [f"R{i:03d}" for i in range(n_regions)]
    lanes, origin, destination = _lanes(random, regions, degree)
    years = list(range(2026, 2026 + n_years))
    need = np.append(0.0, random.uniform(1.02, 1.15, n_commodities - 1))
    demand = random.uniform(20.0, 200.0, (n_regions, 1)) * np.linspace(1.0, 2.0, n_years)
    demand *= random.uniform(0.9, 1.1, demand.shape)
    making = random.uniform(100.0, 1000.0, (n_regions, n_commodities))
    return Network(
        regions=regions,
        commodities=[f"C{i:02d}" for i in range(n_commodities)],
        years=years,
        vintages=years[:: -(-n_years // n_vintages)] if n_vintages else [],
        lanes=lanes,
        origin=origin,
        destination=destination,
        freight=random.uniform(20.0, 200.0, len(lanes)),
        limit=random.uniform(1.0, 20.0, len(lanes)) * demand.mean() * n_commodities / degree,
        making=making,
        building=making * random.uniform(4.0, 8.0, making.shape),
        existing=_capacity(random, demand, need, share=0.6 if n_vintages else 1.3),
        need=need,
        demand=demand,
        shortfall=50_000.0,
    )


def _lanes(
    random: np.random.Generator, regions: list[str], degree: int
) -> tuple[list[str], list[str], list[str]]:
    """Each region sends to the next one in a ring and to others drawn at random, so that each receives."""
    lanes, origin, destination = [], [], []
    for i, region in enumerate(regions):
        following = (i + 1) % len(regions)
        others = np.delete(np.arange(len(regions)), [i, following])
        drawn = random.choice(others, size=min(degree - 1, len(others)), replace=False)
        for j in sorted([following, *drawn.tolist()]):
            lanes.append(f"{region}-{regions[j]}")
            origin.append(region)
            destination.append(regions[j])
    return lanes, origin, destination


def _capacity(random: np.random.Generator, demand: np.ndarray, need: np.ndarray, share: float) -> np.ndarray:
    """Capacity at half of all places, in sum a share of what the mean demand takes at each stage."""
    has_site = random.random((len(demand), len(need))) < 0.5
    size = random.uniform(0.5, 1.5, has_site.shape) * has_site
    taken = np.append(np.cumprod(need[:0:-1])[::-1], 1.0)
    total = share * taken * demand.sum(axis=0).mean()
    growth = np.linspace(0.7, 1.3, demand.shape[1])
    return (size / size.sum(axis=0) * total)[:, :, None] * growth
