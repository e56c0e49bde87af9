"""Columns of the plan that are flows: activity, move, buy, serve, unmet, downgrade, dispose, store.

Only columns that can be used exist: a commodity moves only from where it can come to where it can go. The
last axis of every block is the year.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from orecell.chain.plan.costs import distance_km, freight_cost, is_sea
from orecell.chain.plan.decisions import Decisions, declare_decisions
from orecell.chain.plan.network_input import PlanInput, Supply
from orecell.chain.plan.reach import Reach
from orecell.lp.axes import Keys, each_with
from orecell.lp.problem import Block, Problem

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

Key = tuple[Any, ...]
Discount = dict[int, float]


@dataclass(frozen=True)
class Columns:
    """Blocks of columns: flows, and decisions on plants and money."""

    activity: Block
    move: Block
    buy: Block
    serve: Block
    unmet: Block
    downgrade: Block
    dispose: Block
    store: Block
    decisions: Decisions

    @property
    def build(self) -> Block:
        """New capacity by first year of operation."""
        return self.decisions.build


def declare(problem: Problem, plan: PlanInput, reach: Reach, discount: Discount) -> Columns:
    """Declare every column with its discounted cost."""
    return Columns(
        activity=_activity(problem, plan, discount),
        move=_move(problem, plan, reach, discount),
        buy=_buy(problem, plan, discount),
        serve=_serve(problem, plan, reach),
        unmet=_unmet(problem, plan, discount),
        downgrade=_downgrade(problem, plan, reach),
        dispose=_dispose(problem, plan, reach),
        store=_store(problem, plan, reach, discount),
        decisions=declare_decisions(problem, plan, discount),
    )


def _every_year(
    problem: Problem, plan: PlanInput, name: str, axes: Sequence[str], keys: list[Key], **more: Any
) -> Block:
    """A block with each key in every year."""
    return problem.columns(Keys.listed(name, each_with(axes, keys, "year", plan.years)), **more)


def _discounted(per_key: list[float], discount: Discount) -> Floats:
    """Cost of each key in every year (key x year)."""
    import numpy as np

    return np.outer(np.array(per_key, dtype=np.float64), np.array(list(discount.values()))).reshape(-1)


def activity_keys(plan: PlanInput) -> list[Key]:
    """Plant, recipe and class of every activity."""
    return [
        (plant.name, recipe, origin_class)
        for plant in plan.plants
        for recipe in plant.recipes
        for origin_class in plan.classes_from(plant.place)
    ]


def _activity(problem: Problem, plan: PlanInput, discount: Discount) -> Block:
    cost = [
        used * (plant.variable_opex + plan.carbon_price * plant.emissions)
        for plant in plan.plants
        for used in plant.recipes.values()
        for _ in plan.classes_from(plant.place)
    ]
    axes, keys = ("plant", "recipe", "class"), activity_keys(plan)
    return _every_year(problem, plan, "activity", axes, keys, cost=_discounted(cost, discount))


def freight_per_unit(plan: PlanInput, lane: tuple[str, str, str]) -> tuple[float, float]:
    """USD and t CO2e to bring one unit of a commodity from origin to destination."""
    commodity, origin, destination = lane
    start, end = plan.places[origin], plan.places[destination]
    usd, kg = freight_cost(plan.freight, distance_km(start, end), at_sea=is_sea(start, end))
    tonnes = plan.tonnes.get(commodity, 0.0)
    return tonnes * usd, tonnes * kg / 1000.0


def _move(problem: Problem, plan: PlanInput, reach: Reach, discount: Discount) -> Block:
    keys: list[Key] = []
    cost: list[float] = []
    for lane in reach.lanes:
        usd, carbon = freight_per_unit(plan, lane)
        for rank in reach.origins[lane[0]][lane[1]]:
            keys.append((*lane, plan.classes[rank]))
            cost.append(usd + plan.carbon_price * carbon)
    axes = ("commodity", "origin", "destination", "class")
    return _every_year(problem, plan, "move", axes, keys, cost=_discounted(cost, discount))


def _buy(problem: Problem, plan: PlanInput, discount: Discount) -> Block:
    """A step that is the worst in every way has no bound of its own: `imports` limits all steps together.

    So that buying more than is offered, a repair, has something to buy. Worst is dearest, dirtiest and of
    most emissions; where no step is, each has its bound.
    """
    cost, most = [], []
    beside: dict[Key, list[Supply]] = {}
    for supply in plan.supplies:
        beside.setdefault((supply.commodity, supply.place), []).append(supply)
    for supply in plan.supplies:
        others = beside[supply.commodity, supply.place]
        for year in plan.years:
            is_last = _is_worst(plan, supply, others, year)
            price = supply.price[year] + plan.carbon_price * supply.emissions
            cost.append(price * discount[year])
            most.append(float("inf") if is_last else supply.quantity[year])
    keys: list[Key] = [(s.commodity, s.place, s.step) for s in plan.supplies]
    axes = ("commodity", "place", "step")
    return _every_year(problem, plan, "buy", axes, keys, cost=cost, upper=most)


def _is_worst(plan: PlanInput, supply: Supply, others: list[Supply], year: int) -> bool:
    """Whether no other step is dearer, dirtier or of more emissions; of equal steps the last is."""

    def badness(one: Supply) -> tuple[float, float, float]:
        return one.price[year], float(plan.classes.index(plan.class_of(one))), one.emissions

    mine = badness(supply)
    for other in others:
        theirs = badness(other)
        if any(b > a for a, b in zip(mine, theirs, strict=True)) or (
            theirs == mine and other.step > supply.step
        ):
            return False
    return True


def _serve(problem: Problem, plan: PlanInput, reach: Reach) -> Block:
    keys: list[Key] = [
        (demand.segment, demand.place, commodity, plan.classes[rank])
        for demand in plan.demands
        for commodity in sorted(demand.shares)
        for rank in range(reach.cleanest.get((commodity, demand.place), 99), len(plan.classes))
    ]
    return _every_year(problem, plan, "serve", ("segment", "place", "commodity", "class"), keys)


def _unmet(problem: Problem, plan: PlanInput, discount: Discount) -> Block:
    keys: list[Key] = [(d.segment, d.place) for d in plan.demands]
    cost = _discounted([d.unmet_price for d in plan.demands], discount)
    return _every_year(problem, plan, "unmet", ("segment", "place"), keys, cost=cost)


def _downgrade(problem: Problem, plan: PlanInput, reach: Reach) -> Block:
    keys: list[Key] = [
        (commodity, place, plan.classes[rank])
        for (commodity, place), cleanest in sorted(reach.cleanest.items())
        for rank in range(cleanest, len(plan.classes) - 1)
    ]
    return _every_year(problem, plan, "downgrade", ("commodity", "place", "class"), keys)


def _dispose(problem: Problem, plan: PlanInput, reach: Reach) -> Block:
    """What nobody takes leaves the network at no cost: by-products, or what is made only for a target."""
    keys: list[Key] = [
        (commodity, place, plan.classes[rank])
        for commodity, places in sorted(reach.origins.items())
        for place, ranks in sorted(places.items())
        for rank in range(ranks[0], len(plan.classes))
    ]
    return _every_year(problem, plan, "dispose", ("commodity", "place", "class"), keys)


def _store(problem: Problem, plan: PlanInput, reach: Reach, discount: Discount) -> Block:
    """Stock at the end of each year."""
    keys: list[Key] = []
    cost: list[float] = []
    for pile in plan.stockpiles:
        for rank in range(reach.cleanest.get((pile.commodity, pile.place), 99), len(plan.classes)):
            keys.append((pile.commodity, pile.place, plan.classes[rank]))
            cost.append(pile.usd_per_unit_year)
    axes = ("commodity", "place", "class")
    return _every_year(problem, plan, "store", axes, keys, cost=_discounted(cost, discount))
