"""Rows of the plan on flows: one small function for each family of constraints.

Every row is named by its family and indices, for example `balance[pcam_nmc811,US-KY,domestic,2030]`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from orecell.chain.plan.decisions import build_years, retirable, retirement_years, share_left
from orecell.chain.plan.limits_input import SourcingRule, UseRule
from orecell.chain.plan.network_input import PlanInput, Plant
from orecell.chain.plan.reach import Reach
from orecell.chain.plan.rows import Entries, Key, Rows
from orecell.chain.plan.variables import Columns, activity_keys
from orecell.lp.problem import Block


def balance(rows: Rows, plan: PlanInput, columns: Columns, reach: Reach) -> None:
    """made + arriving + bought + stock before + from a cleaner class = used + leaving + served + ..."""
    keys: list[Key] = [
        (commodity, place, plan.classes[rank])
        for (commodity, place), cleanest in sorted(reach.cleanest.items())
        for rank in range(cleanest, len(plan.classes))
    ]
    ends = _initial_stock(plan, keys)
    block = rows.every_year("balance", ("commodity", "place", "class"), keys, lower=ends, upper=ends)
    made, known = _made(plan), set(keys)
    _forbid(rows, columns.activity, [column for row, column, _ in made if row not in known])
    rows.add_every_year(block, columns.activity, [entry for entry in made if entry[0] in known])
    rows.add_every_year(block, columns.move, _moves(plan, reach))
    rows.add_every_year(block, columns.buy, _bought(plan))
    served = [(key[:-1], key[:-1]) for key in columns.serve.keys.tuples()[:: len(plan.years)]]
    rows.add_every_year(block, columns.serve, [((c, p, k), (s, p, c, k), -1.0) for _, (s, p, c, k) in served])
    disposed = [key[:-1] for key in columns.dispose.keys.tuples()[:: len(plan.years)]]
    rows.add_every_year(block, columns.dispose, [(key, key, -1.0) for key in disposed])
    rows.add_every_year(block, columns.downgrade, _downgraded(plan, columns.downgrade))
    rows.add(block, columns.store, _stored(plan, columns.store))


def _initial_stock(plan: PlanInput, keys: list[Key]) -> list[float]:
    """End of each balance: less the stock before the first year, which needs nobody to make it."""
    first: dict[Key, float] = {}
    for pile in plan.stockpiles:
        key = (pile.commodity, pile.place, plan.places[pile.place].origin_class)
        first[key] = first.get(key, 0.0) + pile.initial
    start = plan.years[0]
    return [0.0 - first.get(key, 0.0) if year == start else 0.0 for key in keys for year in plan.years]


def _made(plan: PlanInput) -> Entries:
    """What each activity gives less what it takes, in the class it runs in."""
    made: Entries = []
    for plant in plan.plants:
        for recipe in plant.recipes:
            net = {commodity: -amount for commodity, amount in plan.recipes[recipe].inputs.items()}
            for commodity, amount in plan.recipes[recipe].outputs.items():
                net[commodity] = net.get(commodity, 0.0) + amount
            for origin_class in plan.classes_from(plant.place):
                column = (plant.name, recipe, origin_class)
                made += [
                    ((commodity, plant.place, origin_class), column, net[commodity]) for commodity in net
                ]
    return made


def _forbid(rows: Rows, activity: Block, keys: list[Key]) -> None:
    """Activities whose inputs cannot be had in that class are fixed at zero by a row of their own."""
    unique = list(dict.fromkeys(keys))
    block = rows.every_year("no_input", activity.keys.axes[:-1], unique, lower=0.0, upper=0.0)
    rows.add_every_year(block, activity, [(key, key, 1.0) for key in unique])


def _moves(plan: PlanInput, reach: Reach) -> Entries:
    entries: Entries = []
    for commodity, origin, destination in reach.lanes:
        for rank in reach.origins[commodity][origin]:
            column = (commodity, origin, destination, plan.classes[rank])
            entries.append(((commodity, origin, plan.classes[rank]), column, -1.0))
            entries.append(((commodity, destination, plan.classes[rank]), column, 1.0))
    return entries


def _bought(plan: PlanInput) -> Entries:
    return [
        ((s.commodity, s.place, plan.class_of(s)), (s.commodity, s.place, s.step), 1.0)
        for s in plan.supplies
    ]  # fmt: skip


def _downgraded(plan: PlanInput, downgrade: Block) -> Entries:
    """Out of one class and into the next dirtier one."""
    worse = dict(zip(plan.classes, plan.classes[1:], strict=False))
    entries: Entries = []
    for commodity, place, origin_class, _ in downgrade.keys.tuples()[:: len(plan.years)]:
        column = (commodity, place, origin_class)
        entries.append((column, column, -1.0))
        entries.append(((commodity, place, worse[str(origin_class)]), column, 1.0))
    return entries


def _stored(plan: PlanInput, store: Block) -> Entries:
    """Put away at the end of a year, there at the start of the next."""
    entries: Entries = []
    for key in store.keys.tuples():
        *what, year = key
        entries.append((key, key, -1.0))
        if year != plan.years[-1]:
            entries.append(((*what, int(str(year)) + 1), key, 1.0))
    return entries


@dataclass(frozen=True)
class UseLimit:
    """A limit on the use of plants: what stands, and what a build of an age adds."""

    name: str
    standing: Callable[[Plant], Mapping[int, float]]
    share: Callable[[Plant, int], float]
    applies: Callable[[Plant], bool]


def _available(plant: Plant, age: int) -> float:
    return plant.ramp[min(age, len(plant.ramp) - 1)]


def _accepted(plant: Plant, age: int) -> float:
    return _available(plant, age) if age >= plant.qualification_years else 0.0


CAPACITY = UseLimit("capacity", lambda plant: plant.standing, _available, lambda plant: True)
QUALIFICATION = UseLimit(
    "qualification", lambda plant: plant.qualified, _accepted, lambda plant: plant.qualification_years > 0
)


def capacity(rows: Rows, plan: PlanInput, columns: Columns, _: Reach) -> None:
    """Use of all recipes of a plant <= standing capacity not retired + builds on line x ramp at their age."""
    _use_limit(rows, plan, columns, CAPACITY)


def qualification(rows: Rows, plan: PlanInput, columns: Columns, _: Reach) -> None:
    """Use <= qualified capacity: builds count after their qualification; nobody buys earlier output."""
    _use_limit(rows, plan, columns, QUALIFICATION)


def _use_limit(rows: Rows, plan: PlanInput, columns: Columns, limit: UseLimit) -> None:
    chosen = [plant for plant in plan.plants if limit.applies(plant)]
    names = {plant.name for plant in chosen}
    ends = [limit.standing(plant).get(year, 0.0) for plant in chosen for year in plan.years]
    block = rows.every_year(limit.name, ("plant",), [(plant.name,) for plant in chosen], upper=ends)
    used = {(plant.name, recipe): amount for plant in chosen for recipe, amount in plant.recipes.items()}
    uses = [((key[0],), key, used[key[:2]]) for key in activity_keys(plan) if key[0] in names]
    rows.add_every_year(block, columns.activity, uses)
    builds = [entry for plant in chosen if plant.capex is not None for entry in _adds(plan, plant, limit)]
    rows.add(block, columns.build, builds)
    if limit is CAPACITY:
        rows.add(block, columns.decisions.retire, _retired(plan))


def _adds(plan: PlanInput, plant: Plant, limit: UseLimit) -> Entries:
    return [
        ((plant.name, year), (plant.name, online), -plant.size * limit.share(plant, year - online))
        for online in build_years(plan, plant)
        for year in range(online, min(plan.years[-1], online + plant.life_years - 1) + 1)
    ]


def _retired(plan: PlanInput) -> Entries:
    """What was given up in a year or before cannot be used."""
    return [
        ((plant.name, year), (plant.name, since), share_left(plant, since, year))
        for plant in retirable(plan)
        for since in retirement_years(plan, plant)
        for year in plan.years
        if year >= since and share_left(plant, since, year) > 0.0
    ]


def imports(rows: Rows, plan: PlanInput, columns: Columns, _: Reach) -> None:
    """All steps of a place's supply together <= what it can sell."""
    most: dict[Key, dict[int, float]] = {}
    for supply in plan.supplies:
        of_place = most.setdefault((supply.commodity, supply.place), dict.fromkeys(plan.years, 0.0))
        for year in plan.years:
            of_place[year] += supply.quantity[year]
    ends = [by_year[year] for by_year in most.values() for year in plan.years]
    block = rows.every_year("imports", ("commodity", "place"), list(most), upper=ends)
    entries = [((s.commodity, s.place), (s.commodity, s.place, s.step), 1.0) for s in plan.supplies]
    rows.add_every_year(block, columns.buy, entries)


def quota(rows: Rows, plan: PlanInput, columns: Columns, reach: Reach) -> None:
    """What moves from some places to others <= the amount of a year."""
    keys: list[Key] = [(q.name, year) for q in plan.quotas for year in plan.years if year in q.amount]
    ends = [q.amount[year] for q in plan.quotas for year in plan.years if year in q.amount]
    block = rows.block("quota", ("quota", "year"), keys, upper=ends)
    entries: Entries = []
    for limit in plan.quotas:
        sets = set(limit.commodities), set(limit.origins), set(limit.destinations)
        for lane in reach.lanes:
            if not all(name in names for name, names in zip(lane, sets, strict=True)):
                continue
            for rank in reach.origins[lane[0]][lane[1]]:
                origin_class = plan.classes[rank]
                if not limit.classes or origin_class in limit.classes:
                    entries += [
                        ((limit.name, y), (*lane, origin_class, y), 1.0)
                        for y in plan.years
                        if y in limit.amount
                    ]
    rows.add(block, columns.move, entries)


def demand(rows: Rows, plan: PlanInput, columns: Columns, _: Reach) -> None:
    """Served + unmet = demand, and each commodity within its share of what is served."""
    keys: list[Key] = [(d.segment, d.place) for d in plan.demands]
    amounts = [d.amount[y] for d in plan.demands for y in plan.years]
    block = rows.every_year("demand", ("segment", "place"), keys, lower=amounts, upper=amounts)
    rows.add_every_year(block, columns.unmet, [(key, key, 1.0) for key in keys])
    served = columns.serve.keys.tuples()[:: len(plan.years)]
    rows.add_every_year(block, columns.serve, [((s, p), (s, p, c, k), 1.0) for s, p, c, k, _ in served])
    for name, side in (("least_share", 0), ("most_share", 1)):
        _share_rows(rows, plan, columns, name, side)


def _share_rows(rows: Rows, plan: PlanInput, columns: Columns, name: str, side: int) -> None:
    """serve[c] - share x sum of serve, at least 0 for the least share, at most 0 for the most."""
    limits: dict[tuple[str, str, int], dict[str, float]] = {}
    for wanted in plan.demands:
        for commodity, ends in wanted.shares.items():
            for year in plan.years:
                share = ends[year][side]
                if share > 0.0 if side == 0 else share < 1.0:
                    limits.setdefault((wanted.segment, wanted.place, year), {})[commodity] = share
    keys: list[Key] = [(s, p, c, y) for (s, p, y), shares in limits.items() for c in shares]
    ends_of_rows = {"lower": 0.0} if side == 0 else {"upper": 0.0}
    block = rows.block(name, ("segment", "place", "commodity", "year"), keys, **ends_of_rows)
    entries: Entries = []
    for key in columns.serve.keys.tuples():
        where, commodity, when = (str(key[0]), str(key[1])), str(key[2]), int(str(key[4]))
        for other, share in limits.get((*where, when), {}).items():
            value = (1.0 if other == commodity else 0.0) - share
            entries.append(((*where, other, when), key, value))
    rows.add(block, columns.serve, entries)


def sourcing(rows: Rows, plan: PlanInput, columns: Columns, _: Reach) -> None:
    """Of what segments are served, or plants use, at least a share is of the classes named."""
    rules: tuple[SourcingRule | UseRule, ...] = (*plan.rules, *plan.uses)
    keys: list[Key] = [(r.name, y) for r in rules for y in plan.years if r.share.get(y, 0.0) > 0]
    block = rows.block("sourcing", ("rule", "year"), keys, lower=0.0)
    for rule in plan.rules:
        served = [
            (key, rule.weights.get(str(key[2]), 0.0) if rule.weights else 1.0)
            for key in columns.serve.keys.tuples()
            if key[0] in rule.segments
        ]
        rows.add(block, columns.serve, _share_entries(rule, [(key, key[3], w) for key, w in served]))
    for use in plan.uses:
        rows.add(block, columns.activity, _share_entries(use, _used(plan, use)))
        rows.add(block, columns.downgrade, _share_entries(use, _dirtied(plan, use, columns.downgrade)))
    _used_here(rows, plan, columns)


def _used_here(rows: Rows, plan: PlanInput, columns: Columns) -> None:
    """What a counted plant takes in as a dirtier class is used there, not thrown away or sent on.

    Without these rows, clean lots could be bought, counted, called dirty and disposed of.
    """
    users = {(c, place) for rule in plan.uses for place in _use_places(plan, rule) for c in rule.weights}
    downs = [key[:-1] for key in columns.downgrade.keys.tuples()[:: len(plan.years)] if key[:2] in users]
    worse = dict(zip(plan.classes, plan.classes[1:], strict=False))
    keys: list[Key] = [(c, p, worse[str(k)]) for c, p, k in downs]
    block = rows.every_year("used_here", ("commodity", "place", "class"), keys, lower=0.0)
    rows.add_every_year(
        block, columns.downgrade, [(row, down, -1.0) for row, down in zip(keys, downs, strict=True)]
    )
    known = set(keys)
    rows.add_every_year(block, columns.downgrade, [(key, key, 1.0) for key in downs if key in known])
    taken = [
        ((c, plant.place, k), (plant.name, recipe, k), amount)
        for plant in plan.plants
        for recipe in plant.recipes
        for c, amount in plan.recipes[recipe].inputs.items()
        for k in plan.classes_from(plant.place)
    ]
    rows.add_every_year(block, columns.activity, [entry for entry in taken if entry[0] in known])


Weighed = Sequence[tuple[Any, Any, float]]
"""Column with its year last, origin class of what it brings, weight per unit."""


def _share_entries(rule: SourcingRule | UseRule, weighed: Weighed) -> Entries:
    """weight x (1 if the class counts, else 0) - weight x share, in years with a share."""
    entries: Entries = []
    for key, origin_class, weight in weighed:
        share = rule.share.get(int(key[-1]), 0.0)
        if share > 0.0 and weight != 0.0:
            counted = (1.0 if origin_class in rule.classes else 0.0) - share
            entries.append(((rule.name, key[-1]), key, weight * counted))
    return entries


def _use_places(plan: PlanInput, rule: UseRule) -> set[str]:
    """Places of a rule in which a plant of its kinds stands."""
    return {plant.place for plant in plan.plants if plant.kind in rule.kinds} & set(rule.places)


def _used(plan: PlanInput, rule: UseRule) -> Weighed:
    """What plants in counted places take in, at the class they run in."""
    found = []
    counted = _use_places(plan, rule)
    for plant in plan.plants:
        if plant.place not in counted:
            continue
        for recipe in plant.recipes:
            taken = plan.recipes[recipe].inputs.items()
            weight = sum(amount * rule.weights.get(commodity, 0.0) for commodity, amount in taken)
            for origin_class in plan.classes_from(plant.place):
                for year in plan.years:
                    found.append(((plant.name, recipe, origin_class, year), origin_class, weight))
    return found


def _dirtied(plan: PlanInput, rule: UseRule, downgrade: Block) -> Weighed:
    """What was used as a dirtier class arrived in the cleaner one: counted there, and not in the next."""
    places = _use_places(plan, rule)
    worse = dict(zip(plan.classes, plan.classes[1:], strict=False))
    found = []
    for key in downgrade.keys.tuples():
        weight = rule.weights.get(str(key[0]), 0.0) if key[1] in places else 0.0
        found.append((key, str(key[2]), weight))
        found.append((key, worse[str(key[2])], -weight))
    return found


def target(rows: Rows, plan: PlanInput, columns: Columns, _: Reach) -> None:
    """Plants in some places make at least an amount."""
    keys: list[Key] = [(t.name, y) for t in plan.targets for y in t.amount]
    amounts = [t.amount[y] for t in plan.targets for y in t.amount]
    block = rows.block("target", ("target", "year"), keys, lower=amounts)
    entries: Entries = []
    for wanted in plan.targets:
        for plant in plan.plants:
            for recipe in plant.recipes:
                if plant.place not in wanted.places or recipe not in wanted.weights:
                    continue
                for origin_class in plan.classes_from(plant.place):
                    column = (plant.name, recipe, origin_class)
                    weight = wanted.weights[recipe]
                    entries += [((wanted.name, y), (*column, y), weight) for y in wanted.amount]
    rows.add(block, columns.activity, entries)


def stock(rows: Rows, plan: PlanInput, columns: Columns, _: Reach) -> None:
    """Stock of all classes at the end of a year, between the least and the most."""
    keys: list[Key] = [(s.commodity, s.place, y) for s in plan.stockpiles for y in plan.years]
    least = [pile.least.get(year, 0.0) for pile in plan.stockpiles for year in plan.years]
    most = [pile.most for pile in plan.stockpiles for _ in plan.years]
    block = rows.block("stock", ("commodity", "place", "year"), keys, lower=least, upper=most)
    entries = [((c, p, y), (c, p, k, y), 1.0) for c, p, k, y in columns.store.keys.tuples()]
    rows.add(block, columns.store, entries)


FLOW_ROWS: tuple[Callable[[Rows, PlanInput, Columns, Reach], None], ...] = (
    balance,
    capacity,
    qualification,
    imports,
    quota,
    demand,
    sourcing,
    target,
    stock,
)
