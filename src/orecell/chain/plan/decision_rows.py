"""Rows of the plan on decisions: builds, retirement, workforce, sites, slates, grants, public money.

As in `constraints`, one small function for each family, and rows named by family and indices.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

from orecell.chain.plan.costs import discount_factors
from orecell.chain.plan.decisions import (
    Site,
    build_years,
    builders,
    charged_years,
    retirable,
    retirement_years,
    share_left,
    sites,
    supported,
    with_slates,
    yearly_capital,
)
from orecell.chain.plan.limits_input import Grant
from orecell.chain.plan.network_input import PlanInput, Plant
from orecell.chain.plan.reach import Reach
from orecell.chain.plan.rows import Entries, Key, Rows
from orecell.chain.plan.variables import Columns

ROUNDING = 1e-9
"""A margin this small against its parts, or against one USD, is zero."""


def growth(rows: Rows, plan: PlanInput, columns: Columns, _: Reach) -> None:
    """New capacity of a kind in a year <= first amount + share of what stood the year before."""
    ends = [
        g.first
        + g.fraction
        * sum(p.standing.get(y - 1, p.standing.get(y, 0.0)) for p in plan.plants if p.kind == g.kind)
        for g in plan.growth
        for y in plan.years
    ]
    block = rows.every_year("growth", ("kind",), [(g.kind,) for g in plan.growth], upper=ends)
    fraction = {g.kind: g.fraction for g in plan.growth}
    entries: Entries = []
    for plant in builders(plan):
        if plant.kind not in fraction or plant.is_project:
            continue
        for online in build_years(plan, plant):
            entries.append(((plant.kind, online), (plant.name, online), plant.size))
            later = range(online + 1, min(plan.years[-1], online + plant.life_years) + 1)
            entries += [
                ((plant.kind, y), (plant.name, online), -fraction[plant.kind] * plant.size) for y in later
            ]
    rows.add(block, columns.build, entries)


def most_built(rows: Rows, plan: PlanInput, columns: Columns, _: Reach) -> None:
    """All builds of a plant together <= the most that may be added."""
    limited = [plant for plant in builders(plan) if plant.most is not None and build_years(plan, plant)]
    ends = [plant.most for plant in limited]
    block = rows.block("most_built", ("plant",), [(plant.name,) for plant in limited], upper=ends)
    entries = [
        ((plant.name,), (plant.name, online), plant.size)
        for plant in limited
        for online in build_years(plan, plant)
    ]
    rows.add(block, columns.build, entries)


def capital(rows: Rows, plan: PlanInput, columns: Columns, _: Reach) -> None:
    """Capital of all builds <= budget, undiscounted."""
    budgets = [] if plan.capital_budget is None else [plan.capital_budget]
    block = rows.block("capital", ("budget",), [("total",) for _ in budgets], upper=budgets)
    entries: Entries = [
        (("total",), (plant.name, online), plant.size * plant.capex_in(online))
        for plant in builders(plan)
        for online in build_years(plan, plant)
    ]
    rows.add(block, columns.build, entries if budgets else [])


def retirement(rows: Rows, plan: PlanInput, columns: Columns, _: Reach) -> None:
    """Of all that was given up, what would still have stood in a year <= what would stand in it."""
    plants = retirable(plan)
    ends = [plant.standing.get(year, 0.0) for plant in plants for year in plan.years]
    block = rows.every_year("retirement", ("plant",), [(plant.name,) for plant in plants], upper=ends)
    entries = [
        ((plant.name, year), (plant.name, since), share_left(plant, since, year))
        for plant in plants
        for since in retirement_years(plan, plant)
        for year in plan.years
        if year >= since and share_left(plant, since, year) > 0.0
    ]
    rows.add(block, columns.decisions.retire, entries)


def workforce(rows: Rows, plan: PlanInput, columns: Columns, _: Reach) -> None:
    """Jobs in all builds by a year <= workers hired by then + workers trained in time."""
    crew = plan.workforce
    years = () if crew is None else plan.years
    hired = [sum(crew.hired[y] for y in plan.years if y <= year) for year in years] if crew else []
    block = rows.block("workforce", ("year",), [(year,) for year in years], upper=hired)
    if crew is None:
        return
    jobs: Entries = [
        ((year,), (plant.name, online), plant.size * plant.jobs)
        for plant in builders(plan)
        if plant.place in crew.places and plant.jobs > 0.0
        for online in build_years(plan, plant)
        for year in plan.years
        if year >= online
    ]
    rows.add(block, columns.build, jobs)
    trained = [key[0] for key in columns.decisions.train.keys.tuples()]
    rows.add(
        block,
        columns.decisions.train,
        [((y,), (t,), -1.0) for t in trained for y in plan.years if y >= int(str(t)) + crew.delay_years],
    )


def colocation(rows: Rows, plan: PlanInput, columns: Columns, _: Reach) -> None:
    """Together <= what is built of a plant in a year; all together in a place <= all of the first by then."""
    here = sites(plan)
    built = [(s.pair.name, s.second.name, y) for s in here for y in build_years(plan, s.second)]
    second = rows.block("beside_second", ("pair", "plant", "year"), built, upper=0.0)
    together, build = columns.decisions.together, columns.build
    sizes = {site.second.name: site.second.size for site in here}
    rows.add(second, together, [(key, key, 1.0) for key in built])
    rows.add(second, build, [(key, key[1:], -sizes[key[1]]) for key in built])
    spots = {(site.pair.name, site.second.place): site for site in here}
    keys: list[Key] = [(*spot, year) for spot in spots for year in plan.years]
    stands = [site.stands(plan, year) for site in spots.values() for year in plan.years]
    first = rows.block("beside_first", ("pair", "place", "year"), keys, upper=stands)
    for site in here:
        spot, years = (site.pair.name, site.second.place), build_years(plan, site.second)
        mine = [
            ((*spot, y), (site.pair.name, site.second.name, o), 1.0)
            for o in years
            for y in plan.years
            if y >= o
        ]
        rows.add(first, together, mine)
    for spot, site in spots.items():
        rows.add(first, build, [entry for plant in site.firsts for entry in _firsts(plan, spot, site, plant)])


def _firsts(plan: PlanInput, spot: Key, site: Site, plant: Plant) -> Entries:
    """Builds of the first kind make room for more of the second beside them."""
    online = build_years(plan, plant) if plant.capex is not None else []
    size = -plant.size / site.pair.ratio
    return [((*spot, year), (plant.name, o), size) for o in online for year in plan.years if year >= o]


def _largest(plant: Plant) -> float:
    """Capacity that a plant can have at most."""
    built = 0.0 if plant.capex is None else plant.most or 0.0
    return max(plant.standing.values(), default=0.0) + built


def slate(rows: Rows, plan: PlanInput, columns: Columns, _: Reach) -> None:
    """One slate a year; a recipe runs only under a slate that has it, and sells only after qualification."""
    plants = with_slates(plan)
    ones = rows.every_year("one_slate", ("plant",), [(p.name,) for p in plants], lower=1.0, upper=1.0)
    run = columns.decisions.run
    rows.add(ones, run, [((p, y), (p, s, y), 1.0) for p, s, y in run.keys.tuples()])
    _switching(rows, plan, columns)
    keys = [(p.name, recipe, year, lag) for p in plants for recipe, year, lag in _product_years(plan, p)]
    ends = [
        _before(p, recipe, year - lag, plan) for p in plants for recipe, year, lag in _product_years(plan, p)
    ]
    block = rows.block("product", ("plant", "recipe", "year", "lag"), keys, upper=ends)
    uses: Entries = []
    runs: Entries = []
    for plant in plants:
        for recipe, year, lag in _product_years(plan, plant):
            row = (plant.name, recipe, year, lag)
            for origin_class in plan.classes_from(plant.place):
                uses.append((row, (plant.name, recipe, origin_class, year), plant.recipes[recipe]))
            if year - lag >= plan.years[0]:
                having = [name for name, recipes in plant.slates.items() if recipe in recipes]
                runs += [(row, (plant.name, name, year - lag), -_largest(plant)) for name in having]
    rows.add(block, columns.activity, uses)
    rows.add(block, run, runs)


def _product_years(plan: PlanInput, plant: Plant) -> list[tuple[str, int, int]]:
    """Recipe, year and years before in which a slate with it must have run: this year, and qualification."""
    lags = range(plant.qualification_years + 1)
    return [(recipe, year, lag) for recipe in plant.recipes for year in plan.years for lag in lags]


def _before(plant: Plant, recipe: str, year: int, plan: PlanInput) -> float:
    """Use allowed by what ran before the first year."""
    ran = year < plan.years[0] and recipe in plant.slates[plant.slate_now]
    return _largest(plant) if ran else 0.0


def _switching(rows: Rows, plan: PlanInput, columns: Columns) -> None:
    """A slate runs in a year only if it ran the year before or is taken up."""
    keys = columns.decisions.run.keys.tuples()
    now = {plant.name: plant.slate_now for plant in with_slates(plan)}
    ends = [1.0 if y == plan.years[0] and now[str(p)] == s else 0.0 for p, s, y in keys]
    block = rows.block("switching", ("plant", "slate", "year"), keys, upper=ends)
    rows.add(block, columns.decisions.run, [(key, key, 1.0) for key in keys])
    before: Entries = [
        ((p, s, y), (p, s, int(str(y)) - 1), -1.0) for p, s, y in keys if y != plan.years[0]
    ]  # fmt: skip
    rows.add(block, columns.decisions.run, before)
    rows.add(block, columns.decisions.switch, [(key, key, -1.0) for key in keys])


def grant(rows: Rows, plan: PlanInput, columns: Columns, _: Reach) -> None:
    """A grant is taken only under its slate from the first payment on, and only for what is added."""
    years = {g.name: [y for y in plan.years if y >= min(g.usd)] for g in plan.grants if g.slate}
    keys: list[Key] = [(name, year) for name, some in years.items() for year in some]
    slates = rows.block("grant_slate", ("grant", "year"), keys, upper=0.0)
    take, run = columns.decisions.take, columns.decisions.run
    of = {g.name: g for g in plan.grants}
    rows.add(slates, take, [(key, (key[0],), 1.0) for key in keys])
    rows.add(slates, run, [(key, (of[key[0]].plant, of[key[0]].slate, key[1]), -1.0) for key in keys])
    asking = [g for g in plan.grants if g.least_capacity > 0.0]
    built = rows.block("grant_build", ("grant",), [(g.name,) for g in asking], upper=0.0)
    rows.add(built, take, [((g.name,), (g.name,), g.least_capacity) for g in asking])
    rows.add(built, columns.build, [entry for g in asking for entry in _grant_builds(plan, g)])


def _grant_builds(plan: PlanInput, given: Any) -> Entries:
    plant = next(plant for plant in plan.plants if plant.name == given.plant)
    if plant.capex is None:
        return []
    online = [year for year in build_years(plan, plant) if year <= max(given.usd)]
    return [((given.name,), (plant.name, year), -plant.size) for year in online]


def support(rows: Rows, plan: PlanInput, columns: Columns, _: Reach) -> None:
    """Support and grants of a plant >= operation, inputs, annuities, fixed cost, less worth of products.

    In present value over all years: a year that loses may be made up by one that earns.
    """
    plants, discount = supported(plan), discount_factors(plan.years, plan.discount_rate)
    ends = [p.fixed_opex * sum(p.standing.get(y, 0.0) * discount[y] for y in plan.years) for p in plants]
    block = rows.block("support", ("plant",), [(plant.name,) for plant in plants], lower=ends)
    names, decisions = {plant.name for plant in plants}, columns.decisions
    money: Entries = [(key, key, 1.0) for key in decisions.support.keys.tuples()]
    for column, entries in (
        (decisions.support, money),
        (columns.activity, [entry for p in plants for entry in _operating(plan, p)]),
        (columns.build, [entry for p in plants for entry in _yearly(plan, p)]),
        (decisions.together, _shared(plan)),
        (decisions.retire, _given_up(plan)),
        (decisions.take, _granted(plan)),
    ):
        mine = [entry for entry in entries if entry[0][0] in names]
        rows.add(block, column, [((p,), key, value * discount[int(y)]) for (p, y), key, value in mine])
    _support_total(rows, plan, columns, discount)


def _support_total(rows: Rows, plan: PlanInput, columns: Columns, discount: dict[int, float]) -> None:
    """Support of all plants and years, and grants, present value <= the most."""
    most = math.inf if plan.support is None or plan.support.most is None else plan.support.most
    keys: list[Key] = [("total",)] if supported(plan) else []
    total = rows.block("support_total", ("money",), keys, upper=most)
    paid: Entries = [
        (("total",), key, discount[int(str(key[1]))]) for key in columns.decisions.support.keys.tuples()
    ]
    rows.add(total, columns.decisions.support, paid)
    given: Entries = [(("total",), (g.name,), grant_worth(plan, g)) for g in plan.grants] if keys else []
    rows.add(total, columns.decisions.take, given)


def _shared(plan: PlanInput) -> Entries:
    """What a shared site saves of the annuity in a year."""
    return [
        (
            (site.second.name, year),
            (site.pair.name, site.second.name, online),
            site.pair.saving * yearly_capital(plan, site.second, online),
        )
        for site in sites(plan)
        for online in build_years(plan, site.second)
        for year in charged_years(plan, site.second, online)
    ]


def _given_up(plan: PlanInput) -> Entries:
    """What giving up saves of the fixed cost in a year."""
    return [
        ((plant.name, year), (plant.name, since), plant.fixed_opex * share_left(plant, since, year))
        for plant in retirable(plan)
        for since in retirement_years(plan, plant)
        for year in plan.years
        if year >= since and share_left(plant, since, year) > 0.0
    ]


def _granted(plan: PlanInput) -> Entries:
    """What a grant pays in a year."""
    years = set(plan.years)
    return [((g.plant, y), (g.name,), usd) for g in plan.grants for y, usd in g.usd.items() if y in years]


def grant_worth(plan: PlanInput, given: Grant) -> float:
    """Payments of a grant within the horizon, present value [USD]."""
    discount = discount_factors(plan.years, plan.discount_rate)
    return sum(usd * discount.get(year, 0.0) for year, usd in given.usd.items())


def _operating(plan: PlanInput, plant: Plant) -> Entries:
    """What a unit of activity earns less what it costs, at given prices [USD]."""
    prices = plan.support.prices if plan.support else {}
    entries: Entries = []
    for recipe, used in plant.recipes.items():
        made, taken = plan.recipes[recipe].outputs.items(), plan.recipes[recipe].inputs.items()
        for origin_class in plan.classes_from(plant.place):
            for year in plan.years:
                at = plant.place, origin_class, year
                earned = sum(amount * prices.get((c, *at), 0.0) for c, amount in made)
                spent = sum(amount * prices.get((c, *at), 0.0) for c, amount in taken)
                cost = used * (plant.variable_opex + plan.carbon_price * plant.emissions)
                margin = earned - spent - cost
                if abs(margin) > ROUNDING * max(1.0, abs(earned) + abs(spent) + cost):
                    entries.append(((plant.name, year), (plant.name, recipe, origin_class, year), margin))
    return entries


def _yearly(plan: PlanInput, plant: Plant) -> Entries:
    """Annuity and fixed cost of a build in each year it stands [USD]."""
    if plant.capex is None:
        return []
    entries: Entries = []
    for online in build_years(plan, plant):
        yearly = plant.size * (yearly_capital(plan, plant, online) + plant.fixed_opex)
        charged = charged_years(plan, plant, online)
        entries += [((plant.name, year), (plant.name, online), -yearly) for year in charged]
    return entries


def budget(rows: Rows, plan: PlanInput, columns: Columns, _: Reach) -> None:
    """Grants and support paid from a program in a year <= its money."""
    keys: list[Key] = [(name, y) for name, money in plan.budgets.items() for y in plan.years if y in money]
    block = rows.block("budget", ("program", "year"), keys, upper=[plan.budgets[n][y] for n, y in keys])
    known = set(keys)
    grants: Entries = [((g.program, y), (g.name,), usd) for g in plan.grants for y, usd in g.usd.items()]
    rows.add(block, columns.decisions.take, [entry for entry in grants if entry[0] in known])
    program = plan.support.program if plan.support else ""
    supports: Entries = [((program, key[1]), key, 1.0) for key in columns.decisions.support.keys.tuples()]
    rows.add(block, columns.decisions.support, [entry for entry in supports if entry[0] in known])


DECISION_ROWS: tuple[Callable[[Rows, PlanInput, Columns, Reach], None], ...] = (
    growth,
    most_built,
    capital,
    retirement,
    workforce,
    colocation,
    slate,
    grant,
    support,
    budget,
)
