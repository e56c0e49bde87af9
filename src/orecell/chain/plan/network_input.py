"""What a plan is made from, free of any dataset: places, recipes, plants, supplies, demands, rules.

Any elements, commodities and places can be planned: nothing here knows of batteries. Amounts are per
year in the unit of the commodity, money is real USD of one price year, shares are fractions.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from orecell.data.recipe import Recipe
from orecell.errors import InputError


@dataclass(frozen=True)
class Place:
    """A node of the network: a region, a country, a market."""

    name: str
    origin_class: str
    latitude: float
    longitude: float


@dataclass(frozen=True)
class Plant:
    """Equipment of one kind in one place: what stands and what may be added.

    Attributes:
        name: id, shown in results.
        kind: kind of plant; growth limits and learning go by kind.
        place: where.
        recipes: recipe -> capacity used per unit of its reference.
        standing: capacity that exists without decision, by year.
        qualified: part of it whose product customers accept, by year.
        capex: USD per unit of capacity; None if nothing may be built.
        life_years: economic life.
        lead_years: permitting plus construction, whole years.
        qualification_years: from start to accepted product, whole years.
        ramp: share of capacity in the first, second, third year.
        fixed_opex: USD per unit of capacity and year.
        variable_opex: USD per unit of capacity used.
        emissions: t CO2e per unit of capacity used.
        jobs: jobs per unit of capacity.
        block: size of a block; 0 for any size.
    """

    name: str
    kind: str
    place: str
    recipes: Mapping[str, float]
    standing: Mapping[int, float] = field(default_factory=dict)
    qualified: Mapping[int, float] = field(default_factory=dict)
    capex: float | None = None
    life_years: int = 20
    lead_years: int = 3
    qualification_years: int = 0
    ramp: tuple[float, ...] = (1.0,)
    fixed_opex: float = 0.0
    variable_opex: float = 0.0
    emissions: float = 0.0
    jobs: float = 0.0
    block: float = 0.0


@dataclass(frozen=True)
class Supply:
    """One step of what a place can sell: at most `quantity` at `price`, by year."""

    commodity: str
    place: str
    step: int
    price: Mapping[int, float]
    quantity: Mapping[int, float]


@dataclass(frozen=True)
class Demand:
    """What a market wants, and which commodities can meet it.

    Attributes:
        segment: name of the segment.
        place: market.
        amount: by year.
        shares: commodity -> year -> (least, most) share of what is served.
        unmet_price: USD per unit not served.
    """

    segment: str
    place: str
    amount: Mapping[int, float]
    shares: Mapping[str, Mapping[int, tuple[float, float]]]
    unmet_price: float


@dataclass(frozen=True)
class SourcingRule:
    """At least `share` of what a segment is served must be of these origin classes, by year."""

    name: str
    segments: tuple[str, ...]
    classes: tuple[str, ...]
    share: Mapping[int, float]


@dataclass(frozen=True)
class OutputTarget:
    """Plants in some places make at least `amount`, by year.

    Attributes:
        name: name of the target.
        weights: recipe -> amount counted per unit of its reference.
        places: where output counts.
        amount: by year; years not named are free.
    """

    name: str
    weights: Mapping[str, float]
    places: tuple[str, ...]
    amount: Mapping[int, float]


@dataclass(frozen=True)
class Growth:
    """New capacity of a kind per year: a first amount, then a share of what stands."""

    kind: str
    first: float
    fraction: float


@dataclass(frozen=True)
class Freight:
    """USD and kg CO2e per tonne and kilometer, and per tonne handled, on land and at sea."""

    land_usd_per_t_km: float
    sea_usd_per_t_km: float
    land_kg_per_t_km: float
    sea_kg_per_t_km: float
    handling_usd_per_t: float
    land_circuity: float
    sea_circuity: float


@dataclass(frozen=True)
class PlanInput:
    """A whole problem.

    Attributes:
        years: horizon, one period per year, in order.
        classes: origin classes, cleanest first; a lot may be used as a dirtier class, never a cleaner one.
        places: nodes.
        recipes: by name.
        plants, supplies, demands: what makes, sells and wants.
        tonnes: tonnes per unit of a commodity, for freight; absent means freight is free.
        rules, targets, growth: limits.
        capital_budget: most capital spent on builds in total, USD; None for no limit.
        freight: rates.
        discount_rate: real, per year.
        carbon_price: USD per t CO2e.
        neighbors: lanes between plants kept per place and commodity, nearest first; None for all.
    """

    years: tuple[int, ...]
    classes: tuple[str, ...]
    places: Mapping[str, Place]
    recipes: Mapping[str, Recipe]
    plants: tuple[Plant, ...]
    supplies: tuple[Supply, ...]
    demands: tuple[Demand, ...]
    tonnes: Mapping[str, float]
    freight: Freight
    rules: tuple[SourcingRule, ...] = ()
    targets: tuple[OutputTarget, ...] = ()
    growth: tuple[Growth, ...] = ()
    capital_budget: float | None = None
    discount_rate: float = 0.08
    carbon_price: float = 0.0
    neighbors: int | None = None

    def __post_init__(self) -> None:
        self._check_years()
        self._check_places()
        for plant in self.plants:
            for recipe in plant.recipes:
                if recipe not in self.recipes:
                    raise InputError(recipe, f"of plant {plant.name}, is not a recipe", "add the recipe")

    def _check_years(self) -> None:
        """The horizon has no hole, and neither has what sells and wants."""
        if not self.years or list(self.years) != list(range(self.years[0], self.years[-1] + 1)):
            rule = "years must follow each other"
            raise InputError(str(self.years), rule, "list every year of the horizon")
        by_year: list[tuple[str, Mapping[int, object]]] = []
        for supply in self.supplies:
            name = f"{supply.commodity} of {supply.place}"
            by_year += [(f"price of {name}", supply.price), (f"quantity of {name}", supply.quantity)]
        for demand in self.demands:
            by_year.append((f"demand of {demand.segment} in {demand.place}", demand.amount))
            by_year += [(f"share of {name} in {demand.place}", ends) for name, ends in demand.shares.items()]
        for name, values in by_year:
            missing = [year for year in self.years if year not in values]
            if missing:
                raise InputError(name, f"has no value in {missing[0]}", "give one for every year")

    def _check_places(self) -> None:
        """Everything stands at a place, and every place has a class."""
        used = [("plant", p.place) for p in self.plants] + [("supply", x.place) for x in self.supplies]
        used += [("demand", d.place) for d in self.demands]
        for what, name in used:
            if name not in self.places:
                raise InputError(name, f"is the place of a {what} but not among the places", "add the place")
        for place in self.places.values():
            if place.origin_class not in self.classes:
                rule = f"class of {place.name}, is not a class"
                raise InputError(place.origin_class, rule, "add the class")

    def classes_from(self, place: str) -> tuple[str, ...]:
        """Classes in which a plant of a place can work: its own and dirtier ones."""
        return self.classes[self.rank(place) :]

    def rank(self, place: str) -> int:
        """Position of a place's class, 0 the cleanest."""
        return self.classes.index(self.places[place].origin_class)
