"""Rows of the plan: one small function for each family of constraints.

Every row is named by its family and indices, for example `balance[pcam_nmc811,US-KY,domestic,2030]`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from orecell.chain.plan.network_input import PlanInput, Plant
from orecell.chain.plan.variables import Columns, Reach, build_years
from orecell.lp.axes import Keys, by_axis
from orecell.lp.problem import Block, Problem

Entries = list[tuple[tuple[object, ...], tuple[object, ...], float]]

FAMILIES: Mapping[str, tuple[str, ...]] = {
    "target": ("target",),
    "earlier capacity": ("capacity", "qualification"),
    "qualification": ("qualification",),
    "building": ("growth",),
    "sourcing": ("sourcing",),
    "imports": ("imports",),
    "budget": ("capital",),
    "demand": ("demand",),
}
"""Families of rows that may give way, by the name a planner knows them by."""


@dataclass
class Rows:
    """Collects entries by labels and hands them to the problem block by block."""

    problem: Problem
    entries: dict[tuple[str, str], Entries] = field(default_factory=dict)

    def block(
        self, name: str, axes: tuple[str, ...], keys: list[tuple[object, ...]], **ends: object
    ) -> Block:
        """A block of rows; it exists without keys too, so that every family can be asked to give way."""
        return self.problem.rows(Keys.listed(name, by_axis(axes, keys)), **ends)  # type: ignore[arg-type]

    def add(self, rows: Block, columns: Block, entries: Entries) -> None:
        """Entries of one block of rows and one of columns, each by its labels."""
        if not entries:
            return
        row_keys, column_keys, values = zip(*entries, strict=True)
        row = rows.at(**by_axis(rows.keys.axes, row_keys))
        column = columns.at(**by_axis(columns.keys.axes, column_keys))
        self.problem.terms(row, column, values)


def balance(rows: Rows, plan: PlanInput, columns: Columns, reach: Reach) -> None:
    """made + arriving + bought + from a cleaner class = used + leaving + served + downgraded + disposed."""
    ranks = range(len(plan.classes))
    keys: list[tuple[object, ...]] = [
        (commodity, place, plan.classes[rank], year)
        for (commodity, place), cleanest in sorted(reach.cleanest.items())
        for rank in ranks
        if rank >= cleanest
        for year in plan.years
    ]
    block = rows.block("balance", ("commodity", "place", "class", "year"), keys, lower=0.0, upper=0.0)
    made = _made(plan)
    known = set(keys)
    _forbid(rows, columns.activity, [column for row, column, _ in made if row not in known])
    rows.add(block, columns.activity, [entry for entry in made if entry[0] in known])
    rows.add(block, columns.move, _moves(columns.move))
    rows.add(block, columns.buy, _bought(plan, columns.buy))
    rows.add(
        block,
        columns.serve,
        [((c, p, k, y), (s, p, c, k, y), -1.0) for s, p, c, k, y in columns.serve.keys.tuples()],
    )
    rows.add(block, columns.dispose, [(key, key, -1.0) for key in columns.dispose.keys.tuples()])
    worse = dict(zip(plan.classes, plan.classes[1:], strict=False))
    down: Entries = [(key, key, -1.0) for key in columns.downgrade.keys.tuples()]
    down += [((c, p, worse[str(k)], y), (c, p, k, y), 1.0) for c, p, k, y in columns.downgrade.keys.tuples()]
    rows.add(block, columns.downgrade, down)


def _made(plan: PlanInput) -> Entries:
    """What each activity gives less what it takes, in the class it runs in."""
    made: Entries = []
    for plant in plan.plants:
        for recipe in plant.recipes:
            net = {commodity: -amount for commodity, amount in plan.recipes[recipe].inputs.items()}
            for commodity, amount in plan.recipes[recipe].outputs.items():
                net[commodity] = net.get(commodity, 0.0) + amount
            for origin_class in plan.classes_from(plant.place):
                for year in plan.years:
                    column = (plant.name, recipe, origin_class, year)
                    for commodity, amount in net.items():
                        made.append(((commodity, plant.place, origin_class, year), column, amount))
    return made


def _forbid(rows: Rows, activity: Block, keys: list[tuple[object, ...]]) -> None:
    """Activities whose inputs cannot be had in that class are fixed at zero by a row of their own."""
    unique = list(dict.fromkeys(keys))
    block = rows.block("no_input", activity.keys.axes, unique, lower=0.0, upper=0.0)
    rows.add(block, activity, [(key, key, 1.0) for key in unique])


def _moves(move: Block) -> Entries:
    entries: Entries = []
    for key in move.keys.tuples():
        commodity, origin, destination, origin_class, year = key
        entries.append(((commodity, origin, origin_class, year), key, -1.0))
        entries.append(((commodity, destination, origin_class, year), key, 1.0))
    return entries


def _bought(plan: PlanInput, buy: Block) -> Entries:
    return [
        ((c, p, plan.places[str(p)].origin_class, y), (c, p, s, y), 1.0)
        for c, p, s, y in buy.keys.tuples()
    ]  # fmt: skip


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
    """Use of all recipes of a plant <= standing capacity + builds on line x ramp at their age."""
    _use_limit(rows, plan, columns, CAPACITY)


def qualification(rows: Rows, plan: PlanInput, columns: Columns, _: Reach) -> None:
    """Use <= qualified capacity: builds count after their qualification; nobody buys earlier output."""
    _use_limit(rows, plan, columns, QUALIFICATION)


def _use_limit(rows: Rows, plan: PlanInput, columns: Columns, limit: UseLimit) -> None:
    chosen = [plant for plant in plan.plants if limit.applies(plant)]
    keys: list[tuple[object, ...]] = [(plant.name, year) for plant in chosen for year in plan.years]
    ends = [limit.standing(plant).get(year, 0.0) for plant in chosen for year in plan.years]
    block = rows.block(limit.name, ("plant", "year"), keys, upper=ends)
    uses: Entries = []
    builds: Entries = []
    for plant in chosen:
        for recipe, used in plant.recipes.items():
            for origin_class in plan.classes_from(plant.place):
                column = (plant.name, recipe, origin_class)
                uses += [((plant.name, year), (*column, year), used) for year in plan.years]
        if plant.capex is not None:
            builds += _adds(plan, plant, limit)
    rows.add(block, columns.activity, uses)
    rows.add(block, columns.build, builds)


def _adds(plan: PlanInput, plant: Plant, limit: UseLimit) -> Entries:
    size = plant.block or 1.0
    return [
        ((plant.name, year), (plant.name, online), -size * limit.share(plant, year - online))
        for online in build_years(plan, plant)
        for year in range(online, min(plan.years[-1], online + plant.life_years - 1) + 1)
    ]


def imports(rows: Rows, plan: PlanInput, columns: Columns, _: Reach) -> None:
    """All steps of a place's supply together <= what it can sell."""
    most: dict[tuple[str, str, int], float] = {}
    for supply in plan.supplies:
        for year in plan.years:
            key = (supply.commodity, supply.place, year)
            most[key] = most.get(key, 0.0) + supply.quantity[year]
    block = rows.block("imports", ("commodity", "place", "year"), list(most), upper=list(most.values()))
    rows.add(block, columns.buy, [((c, p, y), (c, p, s, y), 1.0) for c, p, s, y in columns.buy.keys.tuples()])


def demand(rows: Rows, plan: PlanInput, columns: Columns, _: Reach) -> None:
    """Served + unmet = demand, and each commodity within its share of what is served."""
    keys: list[tuple[object, ...]] = [(d.segment, d.place, y) for d in plan.demands for y in plan.years]
    amounts = [d.amount[y] for d in plan.demands for y in plan.years]
    block = rows.block("demand", ("segment", "place", "year"), keys, lower=amounts, upper=amounts)
    rows.add(block, columns.unmet, [(key, key, 1.0) for key in keys])
    rows.add(
        block,
        columns.serve,
        [((s, p, y), (s, p, c, k, y), 1.0) for s, p, c, k, y in columns.serve.keys.tuples()],
    )
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
    keys: list[tuple[object, ...]] = [(s, p, c, y) for (s, p, y), shares in limits.items() for c in shares]
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
    """Of what the segments are served, at least a share is of the classes named."""
    keys: list[tuple[object, ...]] = [
        (r.name, y) for r in plan.rules for y in plan.years if r.share.get(y, 0.0) > 0
    ]
    block = rows.block("sourcing", ("rule", "year"), keys, lower=0.0)
    entries: Entries = []
    for rule in plan.rules:
        for key in columns.serve.keys.tuples():
            segment, _place, _commodity, origin_class, year = key
            share = rule.share.get(int(str(year)), 0.0)
            if segment in rule.segments and share > 0:
                value = (1.0 if origin_class in rule.classes else 0.0) - share
                entries.append(((rule.name, year), key, value))
    rows.add(block, columns.serve, entries)


def growth(rows: Rows, plan: PlanInput, columns: Columns, _: Reach) -> None:
    """New capacity of a kind in a year <= first amount + share of what stood the year before."""
    keys: list[tuple[object, ...]] = [(g.kind, y) for g in plan.growth for y in plan.years]
    ends = [
        g.first
        + g.fraction
        * sum(p.standing.get(y - 1, p.standing.get(y, 0.0)) for p in plan.plants if p.kind == g.kind)
        for g in plan.growth
        for y in plan.years
    ]
    block = rows.block("growth", ("kind", "year"), keys, upper=ends)
    fraction = {g.kind: g.fraction for g in plan.growth}
    entries: Entries = []
    for plant in plan.plants:
        if plant.capex is None or plant.kind not in fraction:
            continue
        size = plant.block or 1.0
        for online in build_years(plan, plant):
            entries.append(((plant.kind, online), (plant.name, online), size))
            later = range(online + 1, min(plan.years[-1], online + plant.life_years) + 1)
            entries += [((plant.kind, y), (plant.name, online), -fraction[plant.kind] * size) for y in later]
    rows.add(block, columns.build, entries)


def capital(rows: Rows, plan: PlanInput, columns: Columns, _: Reach) -> None:
    """Capital of all builds <= budget, undiscounted."""
    budgets = [] if plan.capital_budget is None else [plan.capital_budget]
    block = rows.block("capital", ("budget",), [("total",) for _ in budgets], upper=budgets)
    entries: Entries = [
        (("total",), (plant.name, online), (plant.block or 1.0) * plant.capex)
        for plant in plan.plants
        if plant.capex is not None
        for online in build_years(plan, plant)
    ]
    rows.add(block, columns.build, entries if budgets else [])


def target(rows: Rows, plan: PlanInput, columns: Columns, _: Reach) -> None:
    """Plants in some places make at least an amount."""
    keys: list[tuple[object, ...]] = [(t.name, y) for t in plan.targets for y in t.amount]
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


CONSTRAINTS: tuple[Callable[[Rows, PlanInput, Columns, Reach], None], ...] = (
    balance,
    capacity,
    qualification,
    imports,
    demand,
    sourcing,
    growth,
    capital,
    target,
)
