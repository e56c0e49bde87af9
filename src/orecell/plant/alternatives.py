"""The same plant under other capital: in idle equipment of others, or at what announced plants cost.

    shared: capital of some units x refit fraction, plus a rent per m3 of liquor that they treat
    announced: all equipment scaled to USD per t/yr of a feed, as announced plants of the kind

Left out: schedules of a shared facility, cleaning between campaigns, its location.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from orecell.errors import InputError
from orecell.plant.economics import Cost, basis_of, cost_of, scaled_capital

if TYPE_CHECKING:
    from orecell.plant.flowsheet import Solution


@dataclass(frozen=True)
class Shared:
    """A plant in equipment that stands idle elsewhere, beside one of new equipment.

    Attributes:
        new: cost with new equipment.
        shared: cost with the equipment of `units` refitted and rented.
        units: units that run in existing equipment.
        avoided_usd: capital not spent.
        refit_usd: capital for the refit.
        toll_usd_per_yr: rent per year.
        break_even_toll_usd_per_m3: rent at which both cost the same.
    """

    new: Cost
    shared: Cost
    units: tuple[str, ...]
    avoided_usd: float
    refit_usd: float
    toll_usd_per_yr: float
    break_even_toll_usd_per_m3: float


def shared_facility(
    solution: Solution, units: tuple[str, ...], refit_fraction: float | None = None, toll: float | None = None
) -> Shared:
    """Cost of running some units in existing equipment against buying it.

    Args:
        solution: solved flowsheet.
        units: units whose equipment stands.
        refit_fraction: capital of the refit over that of new equipment.
        toll: rent per m3 of feed to these units.

    Raises:
        InputError: a unit is not in the flowsheet.
    """
    for unit in units:
        if unit not in solution.outcomes:
            raise InputError(unit, "is no unit of the flowsheet", f"one of {', '.join(solution.outcomes)}")
    units = tuple(dict.fromkeys(units))
    basis = basis_of(solution)
    p = basis.parameters
    refit = p["refit_fraction"] if refit_fraction is None else refit_fraction
    rent = p["toll_usd_per_m3"] if toll is None else toll
    existing = sum(piece.capital_usd for piece in basis.pieces if piece.unit in units)
    pieces = tuple(
        replace(piece, capital_usd=refit * piece.capital_usd) if piece.unit in units else piece
        for piece in basis.pieces
    )
    volume = sum(_treated(solution, unit) for unit in units) * solution.flowsheet.hours_per_yr
    new = cost_of(basis)
    refitted = replace(basis, pieces=pieces)
    shared = cost_of(replace(refitted, toll_usd=rent * volume))
    free = cost_of(refitted)
    even = (new.levelized - free.levelized) * new.amount / volume if volume > 0 else 0.0
    return Shared(new, shared, units, (1.0 - refit) * existing, refit * existing, rent * volume, even)


def _treated(solution: Solution, unit: str) -> float:
    """Liquor that a unit treats: what enters it, or what leaves where more does, as from solids [m3/h]."""
    from orecell.plant.stream import aqueous_volume

    def liquor(names: Iterable[str]) -> float:
        streams = [solution.streams[name] for name in names if name in solution.streams]
        wet = [stream for stream in streams if stream.phase == "aqueous"]
        return sum(aqueous_volume(solution.components, s.flows) for s in wet) / 1000.0

    found = solution.flowsheet.unit(unit)
    return max(liquor(s for names in found.inputs.values() for s in names), liquor(found.outputs.values()))


@dataclass(frozen=True)
class Built:
    """A plant at the capital of announced plants of its kind.

    Attributes:
        feed: stream that their capital is told by.
        per_tonne: USD per t/yr of that stream, and its low and high end.
        capital_usd: capital at the middle.
        levelized: USD per t of main product at the middle; `ends` at the low and the high end.
    """

    feed: str
    per_tonne: tuple[float, float, float]
    capital_usd: float
    levelized: float
    ends: tuple[float, float]


def built_capital(solution: Solution) -> Built | None:
    """The plant at the capital of announced plants, where the file names it, else None."""
    entry = solution.flowsheet.economics.get("announced_capital_usd_per_t", {})
    if not entry:
        return None
    feed, values = next(iter(entry.items()))
    tonnes = solution.tonnes_per_year(feed)
    basis = basis_of(solution)
    per, low, high = (float(value) for value in values)
    own = basis.capital_usd
    costs = [scaled_capital(basis, value * tonnes / own) for value in (per, low, high)]
    return Built(feed, (per, low, high), per * tonnes, costs[0], (costs[1], costs[2]))
