"""Columns of the plan: activity, move, buy, serve, unmet, build, downgrade, dispose.

Only columns that can be used exist: a commodity moves only from where it can come to where it can go.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from orecell.chain.plan.costs import distance_km, freight_cost, is_sea
from orecell.chain.plan.network_input import PlanInput, Plant
from orecell.lp.axes import Keys, by_axis
from orecell.lp.problem import Block, Problem


@dataclass(frozen=True)
class Reach:
    """Where each commodity can come from and where it can go (place names), and in which classes."""

    plan: PlanInput

    @cached_property
    def origins(self) -> dict[str, dict[str, int]]:
        """Commodity -> place -> cleanest class in which it can be there by making or buying."""
        found: dict[str, dict[str, int]] = {}
        for plant in self.plan.plants:
            for recipe in plant.recipes:
                for commodity in self.plan.recipes[recipe].outputs:
                    found.setdefault(commodity, {})[plant.place] = self.plan.rank(plant.place)
        for supply in self.plan.supplies:
            places = found.setdefault(supply.commodity, {})
            places[supply.place] = min(places.get(supply.place, 99), self.plan.rank(supply.place))
        return found

    @cached_property
    def destinations(self) -> dict[str, set[str]]:
        """Commodity -> places that use or want it."""
        found: dict[str, set[str]] = {}
        for plant in self.plan.plants:
            for recipe in plant.recipes:
                for commodity in self.plan.recipes[recipe].inputs:
                    found.setdefault(commodity, set()).add(plant.place)
        for demand in self.plan.demands:
            for commodity in demand.shares:
                found.setdefault(commodity, set()).add(demand.place)
        return found

    @cached_property
    def makers(self) -> set[tuple[str, str]]:
        """(commodity, place) where some plant makes it, so that it may be there in several classes."""
        return {
            (commodity, plant.place)
            for plant in self.plan.plants
            for recipe in plant.recipes
            for commodity in self.plan.recipes[recipe].outputs
        }

    def leaving(self, commodity: str, place: str) -> range:
        """Ranks of classes in which a commodity leaves a place; what is only bought leaves in one."""
        rank = self.origins[commodity][place]
        return range(rank, len(self.plan.classes) if (commodity, place) in self.makers else rank + 1)

    @cached_property
    def lanes(self) -> tuple[tuple[str, str, str], ...]:
        """Commodity, origin, destination, sorted; a place needs no lane to itself.

        Between plants only near lanes exist where the plan limits neighbors: a user is reached from
        its nearest makers, a maker reaches its nearest users. Bought goods and markets have all lanes.
        """
        found = []
        sellers = {(supply.commodity, supply.place) for supply in self.plan.supplies}
        for commodity in sorted(set(self.origins) & set(self.destinations)):
            makers = {p for p in self.origins[commodity] if (commodity, p) in self.makers}
            users = self.destinations[commodity] - self.markets(commodity)
            near = self._near(makers, users) | self._near(users, makers)
            for origin in sorted(self.origins[commodity]):
                only_makes = origin in makers and (commodity, origin) not in sellers
                for destination in sorted(self.destinations[commodity] - {origin}):
                    between_plants = only_makes and destination in users
                    if not between_plants or frozenset((origin, destination)) in near:
                        found.append((commodity, origin, destination))
        return tuple(found)

    def markets(self, commodity: str) -> set[str]:
        """Places that want a commodity as final demand."""
        return {demand.place for demand in self.plan.demands if commodity in demand.shares}

    def _near(self, one: set[str], others: set[str]) -> set[frozenset[str]]:
        """Pairs of each place with its nearest others."""
        places, most = self.plan.places, self.plan.neighbors
        pairs = set()
        for place in one:
            ordered = sorted(others - {place}, key=lambda o: (distance_km(places[place], places[o]), o))
            pairs |= {frozenset((place, other)) for other in ordered[:most]}
        return pairs

    @cached_property
    def cleanest(self) -> dict[tuple[str, str], int]:
        """(commodity, place) -> cleanest class in which it can be there."""
        found = {(c, p): rank for c, places in self.origins.items() for p, rank in places.items()}
        for commodity, origin, destination in self.lanes:
            rank = self.origins[commodity][origin]
            key = (commodity, destination)
            found[key] = min(found.get(key, 99), rank)
        return found


@dataclass(frozen=True)
class Columns:
    """Blocks of columns; `online` of a build is the first year of operation."""

    activity: Block
    move: Block
    buy: Block
    serve: Block
    unmet: Block
    build: Block
    downgrade: Block
    dispose: Block


def declare(problem: Problem, plan: PlanInput, reach: Reach, discount: dict[int, float]) -> Columns:
    """Declare every column with its discounted cost."""
    activity = _activity(problem, plan, discount)
    return Columns(
        activity=activity,
        move=_move(problem, plan, reach, discount),
        buy=_buy(problem, plan, discount),
        serve=_serve(problem, plan, reach),
        unmet=_unmet(problem, plan, discount),
        build=_build(problem, plan, discount),
        downgrade=_downgrade(problem, plan, reach),
        dispose=_dispose(problem, plan, reach),
    )


def _listed(
    problem: Problem, name: str, axes: tuple[str, ...], keys: list[tuple[object, ...]], **more: object
) -> Block:
    return problem.columns(Keys.listed(name, by_axis(axes, keys)), **more)  # type: ignore[arg-type]


def _activity(problem: Problem, plan: PlanInput, discount: dict[int, float]) -> Block:
    keys: list[tuple[object, ...]] = []
    cost: list[float] = []
    for plant in plan.plants:
        for recipe, used in plant.recipes.items():
            for origin_class in plan.classes_from(plant.place):
                for year in plan.years:
                    keys.append((plant.name, recipe, origin_class, year))
                    cost.append(
                        used * (plant.variable_opex + plan.carbon_price * plant.emissions) * discount[year]
                    )
    return _listed(problem, "activity", ("plant", "recipe", "class", "year"), keys, cost=cost)


def _move(problem: Problem, plan: PlanInput, reach: Reach, discount: dict[int, float]) -> Block:
    keys: list[tuple[object, ...]] = []
    cost: list[float] = []
    for commodity, origin, destination in reach.lanes:
        start, end = plan.places[origin], plan.places[destination]
        usd, kg = freight_cost(plan.freight, distance_km(start, end), at_sea=is_sea(start, end))
        per_unit = plan.tonnes.get(commodity, 0.0) * (usd + plan.carbon_price * kg / 1000.0)
        for rank in reach.leaving(commodity, origin):
            for year in plan.years:
                keys.append((commodity, origin, destination, plan.classes[rank], year))
                cost.append(per_unit * discount[year])
    return _listed(problem, "move", ("commodity", "origin", "destination", "class", "year"), keys, cost=cost)


def _buy(problem: Problem, plan: PlanInput, discount: dict[int, float]) -> Block:
    """The dearest step of a year has no bound of its own: the row `imports` limits all steps together."""
    keys: list[tuple[object, ...]] = []
    cost, most = [], []
    dearest = {
        (s.commodity, s.place, year): s.step
        for year in plan.years
        for s in sorted(plan.supplies, key=lambda s: (s.price[year], s.step))
    }
    for supply in plan.supplies:
        for year in plan.years:
            is_last = dearest[supply.commodity, supply.place, year] == supply.step
            keys.append((supply.commodity, supply.place, supply.step, year))
            cost.append(supply.price[year] * discount[year])
            most.append(float("inf") if is_last else supply.quantity[year])
    return _listed(problem, "buy", ("commodity", "place", "step", "year"), keys, cost=cost, upper=most)


def _serve(problem: Problem, plan: PlanInput, reach: Reach) -> Block:
    keys: list[tuple[object, ...]] = [
        (demand.segment, demand.place, commodity, plan.classes[rank], year)
        for demand in plan.demands
        for commodity in sorted(demand.shares)
        for rank in range(reach.cleanest.get((commodity, demand.place), 99), len(plan.classes))
        for year in plan.years
    ]
    return _listed(problem, "serve", ("segment", "place", "commodity", "class", "year"), keys)


def _unmet(problem: Problem, plan: PlanInput, discount: dict[int, float]) -> Block:
    keys: list[tuple[object, ...]] = [(d.segment, d.place, y) for d in plan.demands for y in plan.years]
    cost = [d.unmet_price * discount[y] for d in plan.demands for y in plan.years]
    return _listed(problem, "unmet", ("segment", "place", "year"), keys, cost=cost)


def build_years(plan: PlanInput, plant: Plant) -> list[int]:
    """Years in which new capacity can come on line: not before permitting and construction."""
    return [year for year in plan.years if year >= plan.years[0] + plant.lead_years]


def _build(problem: Problem, plan: PlanInput, discount: dict[int, float]) -> Block:
    import numpy as np

    from orecell.core.money import annuity

    keys: list[tuple[object, ...]] = []
    cost, whole = [], []
    for plant in plan.plants:
        if plant.capex is None:
            continue
        size = plant.block or 1.0
        yearly = annuity(plant.capex, plan.discount_rate, plant.life_years) + plant.fixed_opex
        for online in build_years(plan, plant):
            charged = [y for y in plan.years if online <= y < online + plant.life_years]
            keys.append((plant.name, online))
            cost.append(size * yearly * sum(discount[y] for y in charged))
            whole.append(plant.block > 0.0)
    return _listed(
        problem, "build", ("plant", "online"), keys, cost=cost, is_integer=np.array(whole, dtype=np.bool_)
    )


def _downgrade(problem: Problem, plan: PlanInput, reach: Reach) -> Block:
    keys: list[tuple[object, ...]] = [
        (commodity, place, plan.classes[rank], year)
        for (commodity, place), cleanest in sorted(reach.cleanest.items())
        for rank in range(cleanest, len(plan.classes) - 1)
        for year in plan.years
    ]
    return _listed(problem, "downgrade", ("commodity", "place", "class", "year"), keys)


def _dispose(problem: Problem, plan: PlanInput, reach: Reach) -> Block:
    """What nobody takes leaves the network at no cost: by-products, or what is made only for a target."""
    keys: list[tuple[object, ...]] = [
        (commodity, place, plan.classes[rank], year)
        for commodity, places in sorted(reach.origins.items())
        for place, cleanest in sorted(places.items())
        for rank in range(cleanest, len(plan.classes))
        for year in plan.years
    ]
    return _listed(problem, "dispose", ("commodity", "place", "class", "year"), keys)
