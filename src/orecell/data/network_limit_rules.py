"""Checks of a network file on limits and instruments: sourcing, targets, stores, sites, grants, growth.

As in `network_file_rules`, one small function for each rule over the whole network.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from orecell.data.check import suggest
from orecell.data.network_balance import contents_of
from orecell.data.network_entries import Network, SourcingEntry, UseEntry
from orecell.data.network_values import Flaw, Where, in_years


def _sourcing(network: Network) -> Iterator[Flaw]:
    """A share is counted in one way, and no rule has the name of another."""
    for name, rule in network.sourcing_rules.items():
        yield from _counting(network, ("sourcing_rules", name), rule)
        if rule.by:
            wanted = {c for d in network.demands.values() for c in (*d.commodity, *d.shares)}
            yield from _without_content(network, ("sourcing_rules", name), rule.by, wanted)
    for name, use in network.use_rules.items():
        where = ("use_rules", name)
        yield from _counting(network, where, use)
        if not use.weights and not use.by:
            fix = "write 'by: Nd', 'weights: [ore]' or 'weights: {ore: 120}'"
            yield Flaw(where, "", "must say what is counted", fix)
        if name in network.sourcing_rules:
            yield Flaw(where, name, "a sourcing rule has this name", "rename one of the two")


def _counting(network: Network, where: Where, rule: SourcingEntry | UseEntry) -> Iterator[Flaw]:
    if rule.weights and rule.by:
        yield Flaw((*where, "by"), rule.by, "is counted by weights already", "keep one of the two")


def _without_content(network: Network, where: Where, element: str, wanted: set[str]) -> Iterator[Flaw]:
    contents = contents_of(network)
    for commodity in sorted(wanted & set(contents)):
        if contents[commodity] is None and not network.commodities[commodity].formula:
            rule = f"is served, but nobody says how much {element} it holds"
            fix = f"give {commodity} a formula or a composition"
            yield Flaw((*where, "by"), commodity, rule, fix)


def _targets(network: Network) -> Iterator[Flaw]:
    """A target counts a commodity that something makes, or recipes."""
    for name, entry in network.targets.items():
        where: Where = ("targets", name)
        if bool(entry.commodity) == bool(entry.recipes):
            rule, fix = "a target names a commodity or recipes", "write 'commodity:' or 'recipes:'"
            yield Flaw(where, "", rule, fix)


def _made(network: Network) -> Iterator[Flaw]:
    """What is asked for by a target can be made."""
    made = {commodity for recipe in network.recipes.values() for commodity in recipe.outputs}
    for name, entry in network.targets.items():
        if entry.commodity in network.commodities and entry.commodity not in made:
            rule = "is made by no recipe"
            yield Flaw(("targets", name, "commodity"), entry.commodity, rule, "add a recipe that makes it")
            continue
        making = {r for r, recipe in network.recipes.items() if entry.commodity in recipe.outputs}
        wanted, places = making | set(entry.recipes), set(entry.places or network.places)
        if not any(wanted & set(p.recipes) and places & set(p.place) for p in network.plants.values()):
            rule = "no plant of these places can do it"
            yield Flaw(("targets", name), "", rule, "add a plant, or other 'places:'")


def _held(network: Network) -> Iterator[Flaw]:
    """An element by which shares are counted is in some commodity."""
    held = {element for content in contents_of(network).values() for element in content or ()}
    for key in ("sourcing_rules", "use_rules"):
        for name, rule in getattr(network, key).items():
            if rule.by and rule.by not in held:
                fix = "add a formula or a composition with it"
                yield Flaw((key, name, "by"), rule.by, "is in no commodity of the file", fix)


def _stockpiles(network: Network) -> Iterator[Flaw]:
    """A store stands once and holds what it must."""
    seen: set[tuple[str, str]] = set()
    for i, entry in network.stockpiles.items():
        where, key = ("stockpiles", i), (entry.commodity, entry.place)
        if key in seen:
            yield Flaw(where, entry.commodity, f"{entry.place} has a store of it already", "add them up")
        seen.add(key)
        least = max(in_years(entry.least, network.years).values(), default=0.0)
        if least > entry.most:
            rule = f"the least stock must not be above the most, {entry.most:g}"
            yield Flaw((*where, "least"), least, rule, "lower it, or raise 'most'")


def _obtainable(network: Network) -> Iterator[Flaw]:
    """What plants use and places want is sold, made or in store."""
    run = {r for plant in network.plants.values() for r in plant.recipes if r in network.recipes}
    had = {supply.commodity for supply in network.supplies.values()}
    had |= {commodity for recipe in run for commodity in network.recipes[recipe].outputs}
    had |= {pile.commodity for pile in network.stockpiles.values() if pile.initial > 0.0}
    used: list[tuple[Where, str]] = [
        (("recipes", recipe, "inputs", c), c)
        for recipe in sorted(run)
        for c in network.recipes[recipe].inputs
    ]
    used += [(("demands", i), c) for i, d in network.demands.items() for c in (*d.commodity, *d.shares)]
    for where, commodity in used:
        if commodity in network.commodities and commodity not in had:
            rule, fix = "nobody sells or makes it", "add it to the supplies, or a plant that makes it"
            yield Flaw(where, commodity, rule, fix)


def _stored_where_used(network: Network) -> Iterator[Flaw]:
    """A store stands where its commodity is used or wanted."""
    used = {(c, d.place) for d in network.demands.values() for c in (*d.commodity, *d.shares)}
    for plant in network.plants.values():
        inputs = [network.recipes[r].inputs for r in plant.recipes if r in network.recipes]
        used |= {(c, place) for place in plant.place for some in inputs for c in some}
    for i, entry in network.stockpiles.items():
        is_known = entry.commodity in network.commodities and entry.place in network.places
        if is_known and (entry.commodity, entry.place) not in used:
            rule = f"is stored in {entry.place}, where nobody uses or wants it"
            yield Flaw(("stockpiles", i), entry.commodity, rule, "store it where it is used")


def _colocations(network: Network) -> Iterator[Flaw]:
    for name, entry in network.colocations.items():
        if entry.first == entry.second:
            rule = "a site is shared by two different kinds"
            yield Flaw(("colocations", name, "second"), entry.second, rule, "name another kind")


def _grants(network: Network) -> Iterator[Flaw]:
    """A grant pays one plant, in years, under a slate that it has."""
    for name, entry in network.grants.items():
        where, plant = ("grants", name), network.plants.get(entry.plant)
        if not isinstance(entry.usd, Mapping):
            rule = "payments are by year"
            yield Flaw((*where, "usd"), entry.usd, rule, "write for example {2030: 1e6}")
        if plant is None:
            continue
        is_unclear = entry.place not in plant.place if entry.place else len(plant.place) > 1
        if is_unclear:
            rule = f"{entry.plant} stands in {', '.join(plant.place)}"[:200]
            yield Flaw((*where, "place"), entry.place, rule, "add 'place:', one of these")
        if entry.slate and entry.slate not in plant.slates:
            fix = suggest(entry.slate, plant.slates, "add the slate to the plant")
            yield Flaw((*where, "slate"), entry.slate, f"is no slate of {entry.plant}", fix)


def _learning(network: Network) -> Iterator[Flaw]:
    """Capital falls by what is built or by the calendar, not by both."""
    for name, entry in network.plants.items():
        if isinstance(entry.capex, Mapping) and (entry.kind or name) in network.learning:
            rule = "capital of a kind that learns is one number"
            yield Flaw(("plants", name, "capex"), "", rule, "write one number, or drop the learning")


LIMIT_RULES: tuple[Callable[[Network], Iterator[Flaw]], ...] = (
    _sourcing,
    _targets,
    _stockpiles,
    _colocations,
    _grants,
    _learning,
)
WHOLE_RULES: tuple[Callable[[Network], Iterator[Flaw]], ...] = (_made, _held, _obtainable, _stored_where_used)
