"""From a network file to a plan: entries become places, recipes, plants, supplies, demands and limits.

What the file leaves out takes its default here: all places, all segments, all kinds, free freight.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

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
from orecell.chain.plan.network_input import Demand, Freight, Place, PlanInput, Plant, Supply
from orecell.data.network_balance import Contents, contents_of, recipe_of
from orecell.data.network_entries import (
    DemandEntry,
    FreightEntry,
    Network,
    PlantEntry,
    SourcingEntry,
    TargetEntry,
    UseEntry,
)
from orecell.data.network_values import in_years, spread, spread_ends
from orecell.data.recipe import Recipe

Years = tuple[int, ...]


def plan_of_network(network: Network) -> PlanInput:
    """The plan of a network that was checked.

    Raises:
        InputError: the parts do not fit together, which the checks of the file should have said.
    """
    contents, years = contents_of(network), network.years
    recipes = {name: recipe_of(name, entry, contents) for name, entry in network.recipes.items()}
    return PlanInput(
        years=years,
        classes=network.classes,
        places=_places(network),
        recipes=recipes,
        plants=tuple(_plants(network)),
        supplies=tuple(_supplies(network)),
        demands=tuple(_demand(entry, years) for entry in network.demands.values()),
        tonnes={name: entry.tonnes_per_unit or 0.0 for name, entry in network.commodities.items()},
        freight=Freight(**(network.freight or FreightEntry()).model_dump()),
        rules=tuple(_sourcing(network, *item, contents) for item in network.sourcing_rules.items()),
        uses=tuple(_use(network, *item, contents) for item in network.use_rules.items()),
        targets=tuple(_target(network, *item, recipes) for item in network.targets.items()),
        growth=tuple(Growth(kind, e.first, e.fraction) for kind, e in network.growth.items()),
        quotas=tuple(_quotas(network)),
        workforce=_workforce(network),
        stockpiles=tuple(_stockpiles(network)),
        colocations=tuple(Colocation(name, **e.model_dump()) for name, e in network.colocations.items()),
        grants=tuple(_grants(network)),
        learning=tuple(Learning(kind, e.rate, e.built) for kind, e in network.learning.items()),
        support=_support(network),
        budgets={name: in_years(entry.usd, years) for name, entry in network.budgets.items()},
        capital_budget=network.capital_budget,
        discount_rate=network.discount_rate,
        carbon_price=network.carbon_price,
        neighbors=network.neighbors,
    )


def plant_id(name: str, place: str) -> str:
    """Id of a plant of the file in one of its places."""
    return f"{name}@{place}"


def _places(network: Network) -> dict[str, Place]:
    cleanest = network.classes[0]
    return {
        name: Place(name, entry.origin_class or cleanest, entry.latitude or 0.0, entry.longitude or 0.0)
        for name, entry in network.places.items()
    }


def _plants(network: Network) -> Iterator[Plant]:
    for name, entry in network.plants.items():
        for place in entry.place:
            yield _plant(name, place, entry, network.years)


def _plant(name: str, place: str, entry: PlantEntry, years: Years) -> Plant:
    qualified = entry.standing if entry.qualified is None else entry.qualified
    capex, factors = _capex(entry, years)
    return Plant(
        name=plant_id(name, place),
        kind=entry.kind or name,
        place=place,
        recipes=entry.recipes,
        standing=spread(entry.standing, years),
        qualified=spread(qualified, years),
        capex=capex,
        capex_factors=factors,
        life_years=entry.life_years,
        lead_years=entry.lead_years,
        qualification_years=entry.qualification_years,
        ramp=entry.ramp,
        fixed_opex=entry.fixed_opex,
        variable_opex=entry.variable_opex,
        emissions=entry.emissions,
        jobs=entry.jobs,
        block=entry.block,
        most=entry.most,
        earliest=entry.earliest or 0,
        hurdle_rate=entry.hurdle_rate,
        slates=entry.slates,
        slate_now=entry.slate_now or next(iter(entry.slates), ""),
        switch_usd=entry.switch_usd,
    )


def _capex(entry: PlantEntry, years: Years) -> tuple[float | None, dict[int, float]]:
    """Capital at its highest, and by year relative to that where it changes."""
    if not isinstance(entry.capex, Mapping):
        return entry.capex, {}
    by_year = spread(entry.capex, years)
    highest = max(by_year.values())
    return highest, {year: usd / highest if highest else 1.0 for year, usd in by_year.items()}


def _supplies(network: Network) -> Iterator[Supply]:
    """Steps of one commodity in one place are numbered in the order of the file."""
    steps: dict[tuple[str, str], int] = {}
    for entry in network.supplies.values():
        key = (entry.commodity, entry.place)
        steps[key] = steps.get(key, 0) + 1
        most = spread(float("inf") if entry.quantity is None else entry.quantity, network.years)
        price = spread(entry.price, network.years)
        yield Supply(*key, steps[key], price, most, entry.origin_class, entry.emissions)


def _demand(entry: DemandEntry, years: Years) -> Demand:
    shares = {c: spread_ends(ends, years) for c, ends in entry.shares.items()}
    shares |= {c: dict.fromkeys(years, (0.0, 1.0)) for c in entry.commodity}
    return Demand(entry.name, entry.place, spread(entry.amount, years), shares, entry.unmet_price)


def _weights(entry: SourcingEntry | UseEntry, contents: Contents) -> Mapping[str, float]:
    """Weights as given, or t of an element per unit of every commodity that holds it."""
    if not entry.by:
        return entry.weights
    held = {commodity: (content or {}).get(entry.by, 0.0) for commodity, content in contents.items()}
    return {commodity: mass for commodity, mass in held.items() if mass > 0.0}


def _sourcing(network: Network, name: str, entry: SourcingEntry, contents: Contents) -> SourcingRule:
    segments = entry.segments or tuple(dict.fromkeys(d.name for d in network.demands.values()))
    share = in_years(entry.share, network.years)
    return SourcingRule(name, segments, entry.classes, share, _weights(entry, contents))


def _use(network: Network, name: str, entry: UseEntry, contents: Contents) -> UseRule:
    kinds = entry.kinds or tuple(dict.fromkeys(p.kind or key for key, p in network.plants.items()))
    places, share = entry.places or tuple(network.places), in_years(entry.share, network.years)
    return UseRule(name, _weights(entry, contents), places, kinds, entry.classes, share)


def _target(network: Network, name: str, entry: TargetEntry, recipes: Mapping[str, Recipe]) -> OutputTarget:
    """What recipes make of a commodity beyond what they take of it counts."""
    weights = entry.recipes or {
        recipe: net
        for recipe, given in recipes.items()
        if (net := given.outputs.get(entry.commodity, 0.0) - given.inputs.get(entry.commodity, 0.0)) > 0.0
    }
    amount = in_years(entry.amount, network.years)
    return OutputTarget(name, weights, entry.places or tuple(network.places), amount)


def _quotas(network: Network) -> Iterator[Quota]:
    everywhere = tuple(network.places)
    for name, entry in network.quotas.items():
        origins, destinations = entry.origins or everywhere, entry.destinations or everywhere
        amount = in_years(entry.amount, network.years)
        yield Quota(name, entry.commodities, origins, destinations, amount, entry.classes)


def _workforce(network: Network) -> Workforce | None:
    crew = network.workforce
    if crew is None:
        return None
    places, hired = crew.places or tuple(network.places), spread(crew.hired, network.years)
    return Workforce(places, hired, crew.usd_per_worker, crew.most, crew.delay_years)


def _stockpiles(network: Network) -> Iterator[Stockpile]:
    for e in network.stockpiles.values():
        least = in_years(e.least, network.years)
        yield Stockpile(e.commodity, e.place, e.most, e.usd_per_unit_year, e.initial, least)


def _grants(network: Network) -> Iterator[Grant]:
    for name, entry in network.grants.items():
        plant = plant_id(entry.plant, entry.place or network.plants[entry.plant].place[0])
        usd = in_years(entry.usd, network.years)
        yield Grant(name, plant, usd, entry.slate, entry.program, entry.least_capacity)


def _support(network: Network) -> Support | None:
    given = network.support
    if given is None:
        return None
    places = given.places or tuple(network.places)
    prices = {
        (commodity, place, origin_class, year): usd
        for commodity, points in given.prices.items()
        for year, usd in spread(points, network.years).items()
        for place in places
        for origin_class in network.classes
    }
    return Support(places, prices, given.program, given.most)
