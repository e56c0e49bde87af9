"""A plan of any network in words: what it serves, costs and builds, what would help, what would mend it.

The sentences of the battery case are in `plan_words`; these know no stage and no cell, and take every name
and unit from the file. A limit gives way in one direction, so one phrase for each family of limits serves
both what would help and what would mend.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from orecell.chain.plan.costs import discount_factors
from orecell.chain.plan.model import FAMILIES, Model, Plan
from orecell.chain.plan.network_input import PlanInput
from orecell.core.wording import listed, percent
from orecell.data.network_entries import Network
from orecell.lp.explain import Give, binding, repairs
from orecell.lp.highs import Solver
from orecell.results.plan_words import Names, money

Rows = list[dict[str, Any]]

LEAST_SHARE = 1e-6
ROOM = 0.01
MOST_GIVES = 3
UNITS = "units"
ASKED = ("target", "sourcing", "quota", "capital", "budget")
"""Limits that somebody sets, unlike what the world allows."""
TITLES: Mapping[str, str] = {
    "target": "lower the target",
    "earlier capacity": "have plants earlier than permits and construction allow",
    "qualification": "shorten qualification by customers",
    "building": "add more capacity in a year, or to a plant, than its limit allows",
    "workforce": "hire or train more workers",
    "sourcing": "relax the rule on sourcing or use",
    "imports": "buy more than sellers offer",
    "quota": "widen the quota",
    "stock": "change the limits of the stock",
    "budget": "raise the budget",
    "demand": "lower demand",
}


@dataclass(frozen=True)
class NetworkNames:
    """Names and units of a network.

    Attributes:
        names: of kinds, places and commodities; a plant `id@place` goes by the name of its id.
        limits: (block of rows, name of the limit or segment) -> unit of its amount.
    """

    names: Names
    limits: Mapping[tuple[str, str], str]

    def unit(self, block: str, name: str) -> str:
        """Unit in which a limit is counted."""
        return self.limits.get((block, name), UNITS)


def network_names(network: Network, plan: PlanInput) -> NetworkNames:
    """Names of the file, ids where it gives none."""
    units = {name: entry.unit for name, entry in network.commodities.items()}
    of_recipe = {name: units[recipe.reference] for name, recipe in plan.recipes.items()}
    of_plant = {
        name: entry.unit or _common(of_recipe[r] for r in entry.recipes)
        for name, entry in network.plants.items()
    }
    of_kind = {entry.kind: of_plant[name] for name, entry in network.plants.items() if entry.kind}
    names = Names(
        kinds={name: entry.name or name for name, entry in network.plants.items()},
        places={name: entry.name or name for name, entry in network.places.items()},
        commodities={name: entry.name or name for name, entry in network.commodities.items()},
        commodity_units=units,
        stages={},
        units={**of_kind, **of_plant},
    )
    return NetworkNames(names, _limit_units(network, plan, units))


def _common(units: Iterable[str]) -> str:
    """The unit that all have, if they have one."""
    found = set(units)
    return found.pop() if len(found) == 1 else UNITS


def _limit_units(network: Network, plan: PlanInput, units: Mapping[str, str]) -> dict[tuple[str, str], str]:
    segments = {d.segment: _common(units[c] for c in d.shares) for d in plan.demands}
    found = {("demand", name): unit for name, unit in segments.items()}
    for quota in plan.quotas:
        found["quota", quota.name] = _common(units[c] for c in quota.commodities)
    for target in plan.targets:
        wanted = network.targets[target.name].commodity
        made = [units[plan.recipes[recipe].reference] for recipe in target.weights]
        found["target", target.name] = units[wanted] if wanted else _common(made)
    for name, rule in network.sourcing_rules.items():
        counted = plan.rules[list(network.sourcing_rules).index(name)].segments
        unit = _common(segments[s] for s in counted)
        found["sourcing", name] = f"t of {rule.by}" if rule.by else UNITS if rule.weights else unit
    found |= {("sourcing", name): f"t of {use.by}" for name, use in network.use_rules.items() if use.by}
    return found


def amount(value: float, unit: str) -> str:
    """`12,300 t`, `4.25 pieces`."""
    return f"{value:,.0f} {unit}" if value >= 1e4 else f"{value:,.4g} {unit}"


def usd(value: float) -> str:
    """`101,500 USD`, `20.1 MUSD`."""
    return money(value) if value >= 1e6 else f"{value:,.0f} USD"


def network_finding(
    title: str, plan: Plan, without: float, tables: Mapping[str, Rows], names: NetworkNames
) -> str:
    """What the plan serves, what it costs and builds, in one paragraph.

    Args:
        title: name of the network.
        plan: a certified plan.
        without: least cost without targets, rules, quotas and budgets [USD].
        tables: of the plan.
        names: words for the reader.
    """
    given = plan.model.plan
    first, last = given.years[0], given.years[-1]
    span = f"in {first}" if first == last else f"from {first} to {last}"
    served = _served(tables, names)
    parts = [
        f"{title}: the cheapest plan {served}{span} and costs {usd(plan.cost)} (present value in {first})"
        f"{_terms(plan, tables['costs'])}."
    ]
    parts += _unserved(tables, names)
    if any((given.targets, given.rules, given.uses, given.quotas, given.budgets)) or given.capital_budget:
        added = max(0.0, plan.cost - without)
        parts.append(f"What was asked adds {usd(added)}{_relative(added, without)}.")
    return " ".join([*parts, _built(tables["builds"], names)])


def _relative(added: float, without: float) -> str:
    return f", or {percent(added / without)}" if without > 0.0 else ""


def _totals(rows: Rows, key: str) -> dict[str, float]:
    found: dict[str, float] = {}
    for row in rows:
        found[row[key]] = found.get(row[key], 0.0) + row["value"]
    return found


def _served(tables: Mapping[str, Rows], names: NetworkNames) -> str:
    served, unmet = _totals(tables["served"], "segment"), _totals(tables["unmet"], "segment")
    if not served and not unmet:
        return "runs "
    parts = []
    for segment in dict.fromkeys([*served, *unmet]):
        got, wanted = served.get(segment, 0.0), served.get(segment, 0.0) + unmet.get(segment, 0.0)
        share = f"{percent(got / wanted)} of " if segment in unmet else ""
        parts.append(f"{segment} {share}{amount(wanted, names.unit('demand', segment))}")
    whole = "all demand" if not unmet else "part of demand"
    return f"serves {whole} ({listed(parts, 4)}) "


def _terms(plan: Plan, costs: Rows) -> str:
    """The terms that are a hundredth of the cost or more, the largest first."""
    given = plan.model.plan
    discount = discount_factors(given.years, given.discount_rate)
    spent: dict[str, float] = {}
    for row in costs:
        spent[row["term"]] = spent.get(row["term"], 0.0) + row["usd"] * discount[row["year"]]
    if plan.cost <= 0.0:
        return ""
    shares = sorted(((value / plan.cost, term) for term, value in spent.items()), reverse=True)
    words = [f"{percent(share)} {term}" for share, term in shares if share >= 0.01]
    return f": {', '.join(words)}" if words else ""


def _unserved(tables: Mapping[str, Rows], names: NetworkNames) -> list[str]:
    parts = []
    for row in tables["unmet"]:
        what = amount(row["value"], names.unit("demand", row["segment"]))
        parts.append(f"{what} of {row['segment']} in {names.names.place(row['place'])} in {row['year']}")
    return [f"Left unserved: {listed(parts, 4)}."] if parts else []


def _built(builds: Rows, names: NetworkNames) -> str:
    """New capacity by plant, the largest capital first."""
    capital = {row["plant"]: 0.0 for row in builds}
    capacity = dict(capital)
    for row in builds:
        capital[row["plant"]] += row["capex_usd"]
        capacity[row["plant"]] += row["capacity"]
    words = []
    for plant in sorted(capital, key=lambda name: (-capital[name], name)):
        kind, place, unit = names.names.plant(plant)
        words.append(f"{kind} in {place} {amount(capacity[plant], unit)}/yr")
    if not words:
        return "It builds nothing."
    return f"It builds for {usd(sum(capital.values()))}: {listed(words, 4)}."


Phrase = Callable[[list[str], NetworkNames], tuple[str, str]]
"""Unit of a limit, and what more (or less) of it is called."""


def _of_plant(what: str, unit_end: str = "/yr") -> Phrase:
    def phrase(key: list[str], names: NetworkNames) -> tuple[str, str]:
        kind, place, unit = names.names.plant(key[0])
        when = f" in {key[1]}" if len(key) > 1 else ""
        return f"{unit}{unit_end}", f"{what} of {kind} in {place}{when}"

    return phrase


def _growth(key: list[str], names: NetworkNames) -> tuple[str, str]:
    kind, _, unit = names.names.plant(key[0])
    return f"{unit}/yr", f"new capacity of {kind} in {key[1]}"


def _goods(preposition: str) -> Phrase:
    def phrase(key: list[str], names: NetworkNames) -> tuple[str, str]:
        known = names.names
        what, place = known.commodity(key[0]), known.place(key[1])
        return known.commodity_units[key[0]], f"{what} {preposition} {place} in {key[2]}"

    return phrase


def _limit(block: str, text: str) -> Phrase:
    """`text` has {name}; the year follows where the limit has one."""

    def phrase(key: list[str], names: NetworkNames) -> tuple[str, str]:
        when = f" in {key[1]}" if len(key) > 1 else ""
        return names.unit(block, key[0]), text.format(name=key[0]) + when

    return phrase


def _demand(key: list[str], names: NetworkNames) -> tuple[str, str]:
    return names.unit("demand", key[0]), f"demand for {key[0]} in {names.names.place(key[1])} in {key[2]}"


PHRASES: Mapping[str, Phrase] = {
    "capacity": _of_plant("running capacity"),
    "qualification": _of_plant("accepted capacity"),
    "most_built": _of_plant("room for builds"),
    "growth": _growth,
    "imports": _goods("from"),
    "stock": _goods("stored in"),
    "sourcing": _limit("sourcing", "off the rule {name}"),
    "target": _limit("target", "for the target {name}"),
    "quota": _limit("quota", "under the quota {name}"),
    "budget": lambda key, _: ("USD", f"in the budget {key[0]} in {key[1]}"),
    "capital": lambda *_: ("USD", "for builds"),
    "workforce": lambda key, _: ("workers", f"for new plants in {key[0]}"),
    "demand": _demand,
}


def network_steps(plan: Plan, names: NetworkNames, count: int = 5) -> list[str]:
    """What 1 % more room in a limit takes off the cost, the dearest first; one unit where a limit is zero.

    Args:
        plan: a certified plan.
        names: words for the reader.
        count: how many at most; one for each kind of limit and plant, commodity or name.
    """
    best: dict[tuple[str, str], tuple[float, str]] = {}
    for worth in binding(plan.solver, plan.solution):
        if worth.block not in PHRASES or worth.block == "demand":
            continue
        key = _key(worth.label)
        is_free = worth.block in ("sourcing", "quota")
        room = ROOM * abs(worth.end) or 1.0 * is_free
        value = abs(worth.per_unit) * room
        group = (worth.block, key[0])
        if value > max(LEAST_SHARE * abs(plan.cost), best.get(group, (0.0, ""))[0]):
            text = f"{_sentence(worth.block, key, room, names, is_lower=worth.is_lower)} lowers the cost by"
            best[group] = (value, f"{text} {usd(value)}.")
    ordered = sorted(best.values(), key=lambda item: (-item[0], item[1]))
    return [sentence for _, sentence in ordered[:count]]


def network_repairs(model: Model, names: NetworkNames) -> list[str]:
    """For a plan that cannot be: one repair for each family of limits able to mend it alone."""
    return [
        f"{TITLES.get(repair.family, repair.family)}: {_gives(repair.gives, names)}"
        for repair in repairs(Solver(model.problem), FAMILIES)
    ]


def _gives(gives: tuple[Give, ...], names: NetworkNames) -> str:
    largest = sorted(gives, key=lambda give: (-give.share, give.position))
    parts = []
    for give in largest[:MOST_GIVES]:
        block = give.label.partition("[")[0]
        parts.append(_sentence(block, _key(give.label), give.amount, names, is_lower=give.is_lower))
    rest = len(gives) - len(parts)
    return "; ".join(parts) + (f"; and {rest} more" if rest > 0 else "")


def _key(label: str) -> list[str]:
    """Labels of a row: those of `growth[mill,2033]` are `mill` and `2033`."""
    return label.partition("[")[2].removesuffix("]").split(",")


def _sentence(block: str, key: list[str], room: float, names: NetworkNames, *, is_lower: bool) -> str:
    unit, phrase = PHRASES[block](key, names) if block in PHRASES else (UNITS, f"{block} {' '.join(key)}")
    side = "" if block == "sourcing" else " less" if is_lower else " more"
    return f"{amount(room, unit)}{side} {phrase}"
