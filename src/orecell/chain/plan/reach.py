"""Where each commodity can be: from where it comes, where it goes, by which lanes and in which classes."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from orecell.chain.plan.costs import distance_km
from orecell.chain.plan.network_input import PlanInput


@dataclass(frozen=True)
class Reach:
    """Where each commodity can come from and where it can go (place names), and in which classes."""

    plan: PlanInput

    @cached_property
    def origins(self) -> dict[str, dict[str, tuple[int, ...]]]:
        """Commodity -> place -> ranks of the classes in which it leaves the place; cleanest first.

        What is made may come in any class from that of the plant on; what is only bought in those sold.
        """
        found: dict[str, dict[str, set[int]]] = {}
        for commodity, place in sorted(self.makers):
            ranks = range(self.plan.rank(place), len(self.plan.classes))
            found.setdefault(commodity, {}).setdefault(place, set()).update(ranks)
        for supply in self.plan.supplies:
            rank = self.plan.classes.index(self.plan.class_of(supply))
            found.setdefault(supply.commodity, {}).setdefault(supply.place, set()).add(rank)
        return {c: {p: tuple(sorted(ranks)) for p, ranks in places.items()} for c, places in found.items()}

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
        if most is None:
            return {frozenset((place, other)) for place in one for other in others if other != place}
        pairs = set()
        for place in one:
            ordered = sorted(others - {place}, key=lambda o: (distance_km(places[place], places[o]), o))
            pairs |= {frozenset((place, other)) for other in ordered[:most]}
        return pairs

    @cached_property
    def cleanest(self) -> dict[tuple[str, str], int]:
        """(commodity, place) -> cleanest class in which it can be there."""
        found = {(c, p): ranks[0] for c, places in self.origins.items() for p, ranks in places.items()}
        for commodity, origin, destination in self.lanes:
            rank = self.origins[commodity][origin][0]
            key = (commodity, destination)
            found[key] = min(found.get(key, 99), rank)
        for pile in self.plan.stockpiles:
            key = (pile.commodity, pile.place)
            if pile.initial > 0.0:
                found[key] = min(found.get(key, 99), self.plan.rank(pile.place))
        return found
