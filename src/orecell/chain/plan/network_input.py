"""What a plan is made from, free of any dataset: places, recipes, plants, supplies, demands, rules.

Any elements, commodities and places can be planned: nothing here knows of batteries. Amounts are per
year in the unit of the commodity, money is real USD of one price year, shares are fractions.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from orecell.chain.plan.limits_input import (
    Colocation,
    Grant,
    Growth,
    Learning,
    OutputTarget,
    Quota,
    SourcingRule,
    Stockpile,
    Support,
    UseRule,
    Workforce,
)
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
        most: most capacity that may be added over all years; None for any.
        earliest: first year in which anything can come on line, whatever the lead time.
        hurdle_rate: real rate of return asked of a build; None for the discount rate of the plan.
        capex_factors: capital by first year of operation relative to `capex`, where it is not the same.
        is_project: an existing project, whose builds no growth limit counts.
        slates: product slate -> recipes it runs; with slates the plant runs one of them in a year.
        slate_now: slate that ran before the first year.
        switch_usd: cost of taking up another slate; its new recipes then need qualification.
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
    most: float | None = None
    earliest: int = 0
    hurdle_rate: float | None = None
    capex_factors: Mapping[int, float] = field(default_factory=dict)
    is_project: bool = False
    slates: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    slate_now: str = ""
    switch_usd: float = 0.0

    @property
    def size(self) -> float:
        """Capacity of one unit of build: a block, or 1."""
        return self.block or 1.0

    def capex_in(self, online: int) -> float:
        """Capital of one unit of capacity that comes on line in a year [USD]."""
        return (self.capex or 0.0) * self.capex_factors.get(online, 1.0)


@dataclass(frozen=True)
class Supply:
    """One step of what a place can sell: at most `quantity` at `price`, by year.

    Attributes:
        commodity, place, step: what, where, and number of the step.
        price: USD per unit by year.
        quantity: most by year.
        origin_class: of the lot, where what is in it is dirtier than the place; empty for that of the place.
        emissions: t CO2e per unit, from everything that went into it.
    """

    commodity: str
    place: str
    step: int
    price: Mapping[int, float]
    quantity: Mapping[int, float]
    origin_class: str = ""
    emissions: float = 0.0


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
        freight: rates.
        rules, uses, targets, growth, quotas: limits.
        workforce: workers for new plants; None for as many as needed.
        stockpiles, colocations, grants, learning: what may be stored, saved, granted and learned.
        support: public money that keeps plants whole; None for nobody asks.
        budgets: program -> most public money by year, USD.
        capital_budget: most capital spent on builds in total, USD; None for no limit.
        discount_rate: real, per year.
        carbon_price: USD per t CO2e, on plants, freight and what is in bought goods.
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
    uses: tuple[UseRule, ...] = ()
    targets: tuple[OutputTarget, ...] = ()
    growth: tuple[Growth, ...] = ()
    quotas: tuple[Quota, ...] = ()
    workforce: Workforce | None = None
    stockpiles: tuple[Stockpile, ...] = ()
    colocations: tuple[Colocation, ...] = ()
    grants: tuple[Grant, ...] = ()
    learning: tuple[Learning, ...] = ()
    support: Support | None = None
    budgets: Mapping[str, Mapping[int, float]] = field(default_factory=dict)
    capital_budget: float | None = None
    discount_rate: float = 0.08
    carbon_price: float = 0.0
    neighbors: int | None = None

    def __post_init__(self) -> None:
        check_plan(self)

    def classes_from(self, place: str) -> tuple[str, ...]:
        """Classes in which a plant of a place can work: its own and dirtier ones."""
        return self.classes[self.rank(place) :]

    def class_of(self, supply: Supply) -> str:
        """Origin class of what a supply sells."""
        return supply.origin_class or self.places[supply.place].origin_class

    def rank(self, place: str) -> int:
        """Position of a place's class, 0 the cleanest."""
        return self.classes.index(self.places[place].origin_class)


def check_plan(plan: PlanInput) -> None:
    """What is given fits together.

    Raises:
        InputError: a year, place, class, recipe or plant is missing, or a number makes no sense.
    """
    _check_years(plan)
    _check_places(plan)
    for plant in plan.plants:
        _check_plant(plan, plant)
    _check_rules(plan)
    _check_grants(plan)
    _check_stockpiles(plan)


def _check_years(plan: PlanInput) -> None:
    """The horizon has no hole, and neither has what sells and wants."""
    if not plan.years or list(plan.years) != list(range(plan.years[0], plan.years[-1] + 1)):
        rule = "years must follow each other"
        raise InputError(str(plan.years), rule, "list every year of the horizon")
    by_year: list[tuple[str, Mapping[int, object]]] = []
    for supply in plan.supplies:
        name = f"{supply.commodity} of {supply.place}"
        by_year += [(f"price of {name}", supply.price), (f"quantity of {name}", supply.quantity)]
    for demand in plan.demands:
        by_year.append((f"demand of {demand.segment} in {demand.place}", demand.amount))
        by_year += [(f"share of {name} in {demand.place}", ends) for name, ends in demand.shares.items()]
    if plan.workforce is not None:
        by_year.append(("workers who can be hired", plan.workforce.hired))
    for name, values in by_year:
        missing = [year for year in plan.years if year not in values]
        if missing:
            raise InputError(name, f"has no value in {missing[0]}", "give one for every year")


def _check_places(plan: PlanInput) -> None:
    """Everything stands at a place, and every place has a class."""
    used = [("plant", p.place) for p in plan.plants] + [("supply", x.place) for x in plan.supplies]
    used += [("demand", d.place) for d in plan.demands]
    for what, name in used:
        if name not in plan.places:
            raise InputError(name, f"is the place of a {what} but not among the places", "add the place")
    for place in plan.places.values():
        if place.origin_class not in plan.classes:
            rule = f"class of {place.name}, is not a class"
            raise InputError(place.origin_class, rule, "add the class")
    for supply in plan.supplies:
        if plan.class_of(supply) not in plan.classes[plan.rank(supply.place) :]:
            rule = f"class of {supply.commodity} of {supply.place}, is none or cleaner than the place"
            raise InputError(supply.origin_class, rule, "name the class of the place or a dirtier one")


def _check_rules(plan: PlanInput) -> None:
    """Rules speak of segments and classes that are there, and shares lie between 0 and 1."""
    segments = {demand.segment for demand in plan.demands}
    for rule in plan.rules:
        for name in rule.segments:
            if name not in segments:
                raise InputError(name, f"of rule {rule.name}, is no segment of demand", "name one that is")
    limits: tuple[SourcingRule | UseRule | Quota, ...] = (*plan.rules, *plan.uses, *plan.quotas)
    for limit in limits:
        for name in limit.classes:
            if name not in plan.classes:
                raise InputError(
                    name, f"of rule {limit.name}, is not a class", f"use {', '.join(plan.classes)}"
                )
    shares = [(r.name, r.share) for r in plan.rules] + [(u.name, u.share) for u in plan.uses]
    for name, by_year in shares:
        for year, share in by_year.items():
            if not 0.0 <= share <= 1.0:
                text = f"of rule {name} in {year}, is no share"
                raise InputError(str(share), text, "give a fraction between 0 and 1")
    for demand in plan.demands:
        if any(amount < 0.0 for amount in demand.amount.values()):
            raise InputError(demand.segment, f"of {demand.place}, wants less than nothing", "give 0 or more")


def _check_plant(plan: PlanInput, plant: Plant) -> None:
    """Recipes exist; slates run recipes of the plant, from a known start, on limited equipment."""
    if not plant.ramp:
        raise InputError(plant.name, "has no ramp", "give (1.0,) for full use from the first year")
    if min(plant.lead_years, plant.qualification_years, plant.life_years - 1) < 0:
        raise InputError(
            plant.name, "has a negative lead or qualification, or no life", "give years from 0 on"
        )
    for recipe in plant.recipes:
        if recipe not in plan.recipes:
            raise InputError(recipe, f"of plant {plant.name}, is not a recipe", "add the recipe")
    if not plant.slates:
        return
    for slate, recipes in plant.slates.items():
        for recipe in recipes:
            if recipe not in plant.recipes:
                raise InputError(recipe, f"of slate {slate} of {plant.name}, is not run there", "add it")
    if plant.slate_now not in plant.slates:
        rule = f"is what {plant.name} runs now but none of its slates"
        raise InputError(plant.slate_now, rule, f"name one of {', '.join(plant.slates)}")
    if plant.capex is not None and plant.most is None:
        rule = "has slates and may be enlarged without end"
        raise InputError(plant.name, rule, "say how much may be added at most")


def _check_grants(plan: PlanInput) -> None:
    """Grants go to plants and slates that are there."""
    plants = {plant.name: plant for plant in plan.plants}
    for grant in plan.grants:
        if grant.plant not in plants:
            raise InputError(grant.plant, f"of grant {grant.name}, is not a plant", "add the plant")
        if grant.slate and grant.slate not in plants[grant.plant].slates:
            rule = f"of grant {grant.name}, is no slate of {grant.plant}"
            raise InputError(grant.slate, rule, "add the slate to the plant")
        if not grant.usd:
            raise InputError(grant.name, "is a grant without payments", "give USD by year")


def _check_stockpiles(plan: PlanInput) -> None:
    """A store stands where its commodity is used or wanted."""
    used = {(c, p.place) for p in plan.plants for r in p.recipes for c in plan.recipes[r].inputs}
    used |= {(c, d.place) for d in plan.demands for c in d.shares}
    for store in plan.stockpiles:
        if (store.commodity, store.place) not in used:
            rule = f"is stored in {store.place}, where nobody uses or wants it"
            raise InputError(store.commodity, rule, "store it where it is used")
