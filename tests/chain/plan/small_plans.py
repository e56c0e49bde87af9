"""Tiny plans: one or two places, one chain from ore to metal, whole numbers that a person can check."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from orecell.chain.plan.model import Plan, make_model, solve
from orecell.chain.plan.network_input import Demand, Freight, Place, PlanInput, Plant, Supply
from orecell.data.recipe import Recipe

HOME, AWAY = "home", "away"
CLEAN, DIRTY = "domestic", "concern"
CLASSES = (CLEAN, DIRTY)
PLACES = {HOME: Place(HOME, CLEAN, 0.0, 0.0), AWAY: Place(AWAY, DIRTY, 0.0, 1.0)}
NO_FREIGHT = Freight(0.0, 0.0, 0.0, 0.0, 0.0, 1.0, 1.0)
SMELT = Recipe("smelt", "metal", {"ore": 2.0}, {"metal": 1.0}, {})
AMPLE = 1000.0

Number = float | Mapping[int, float]


def over(years: Iterable[int], value: Number) -> dict[int, float]:
    """One number for every year, or the numbers by year as they are."""
    return dict(value) if isinstance(value, Mapping) else dict.fromkeys(years, value)


def recipe(name: str, inputs: Mapping[str, float], outputs: Mapping[str, float]) -> Recipe:
    return Recipe(name, next(iter(outputs)), inputs, outputs, {})


def sells(
    years: Iterable[int],
    commodity: str,
    place: str,
    price: Number,
    *,
    most: Number = AMPLE,
    step: int = 1,
) -> Supply:
    return Supply(commodity, place, step, over(years, price), over(years, most))


def wants(years: Iterable[int], amount: Number, *, unmet: float = 1000.0, **more: Any) -> Demand:
    """Metal at home unless other shares are given as commodity=(least, most)."""
    shares = more or {"metal": (0.0, 1.0)}
    by_year = {commodity: dict.fromkeys(years, ends) for commodity, ends in shares.items()}
    return Demand("use", HOME, over(years, amount), by_year, unmet)


def smelter(place: str = HOME, **more: Any) -> Plant:
    """A smelter of metal without lead time that may be built if it has a capex."""
    given = {"name": f"smelter@{place}", "kind": "smelter", "recipes": {"smelt": 1.0}, "lead_years": 0}
    return Plant(place=place, **{**given, **more})


def plan(years: Iterable[int], **parts: Any) -> PlanInput:
    """Free freight and no discounting unless said otherwise."""
    given: dict[str, Any] = {
        "classes": CLASSES,
        "places": PLACES,
        "recipes": {"smelt": SMELT},
        "plants": (),
        "supplies": (),
        "tonnes": {},
        "freight": NO_FREIGHT,
        "discount_rate": 0.0,
    }
    return PlanInput(years=tuple(years), **{**given, **parts})


def solved(years: Iterable[int], **parts: Any) -> Plan:
    return solve(make_model(plan(years, **parts)))


def least_cost(given: PlanInput) -> float:
    return solve(make_model(given)).solution.objective


def used(found: Plan, block: str) -> dict[tuple[Any, ...], float]:
    """Label of each column of a block that is not zero -> its value."""
    columns = found.model.problem.column_blocks[block]
    labels = zip(*(columns.axis(axis).labels() for axis in columns.keys.axes), strict=True)
    values = found.solution.values(columns).tolist()
    return {key: value for key, value in zip(labels, values, strict=True) if abs(value) > 1e-9}


def by_year(found: Plan, block: str) -> dict[int, float]:
    """Sum of a block by its last label, the year."""
    total: dict[int, float] = {}
    for key, value in used(found, block).items():
        total[key[-1]] = total.get(key[-1], 0.0) + value
    return total


def dual(found: Plan, block: str, **labels: Any) -> float:
    """Change of the cost per unit of a row's end."""
    row = found.model.problem.row_blocks[block].at(**labels)
    return float(found.solution.dual[int(row.index)])
