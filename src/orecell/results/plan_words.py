"""A plan in words: the most valuable next steps, and repairs of a plan that cannot be.

Worth comes from duals: what 1 % more room in a limit takes off the cost, in present value as the cost is.
No word of linear programming reaches the reader.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from orecell.chain.plan.costs import discount_factors
from orecell.chain.plan.model import FAMILIES, Model, Plan
from orecell.core.wording import in_sentence, percent
from orecell.data.tables import SOURCING_CLASSES
from orecell.lp.explain import Give, Repair, Worth, binding, repairs
from orecell.lp.highs import Solver

Rows = list[dict[str, Any]]
VALUE = "value"
"""Basis of a sourcing rule that counts in USD."""

MOST_KINDS = 3
ROOM = 0.01
LEAST_USD = 1e4
LARGE = {"t": (1000.0, "kt"), "GWh": (1.0, "GWh"), "Mm2": (1.0, "million m2")}
TITLES: Mapping[str, str] = {
    "target": "lower the target",
    "earlier capacity": "have plants earlier than permits and construction allow",
    "qualification": "shorten qualification by customers",
    "building": "train more builders, so that more capacity can be added in a year",
    "sourcing": "relax the sourcing rule",
    "imports": "buy more abroad than sellers are expected to offer",
    "workforce": "find or train more workers for new plants",
    "quota": "allow more under the quota",
    "stock": "ask for other stocks",
    "budget": "raise the budget",
    "demand": "lower demand",
}


@dataclass(frozen=True)
class Names:
    """How the reader calls kinds of plant, places, commodities and stages; units of plants; projects.

    A project is a plant of a kind and place with a title of its own.
    """

    kinds: Mapping[str, str]
    places: Mapping[str, str]
    commodities: Mapping[str, str]
    commodity_units: Mapping[str, str]
    stages: Mapping[str, str]
    units: Mapping[str, str]
    stage_units: Mapping[str, str] = field(default_factory=dict)
    projects: Mapping[str, tuple[str, str, str]] = field(default_factory=dict)

    def plant(self, name: str) -> tuple[str, str, str]:
        """Kind, place and unit of a plant `kind@place`, or title, place and unit of a project."""
        if name in self.projects:
            kind, place, title = self.projects[name]
            return title, self.place(place), self.units.get(kind, "unit")
        kind, _, place = name.partition("@")
        return self.kinds.get(kind, kind), self.place(place), self.units.get(kind, "unit")

    def plant_in_sentence(self, name: str) -> tuple[str, str, str]:
        """As `plant`, with a kind of plant in small letters and a project by its name."""
        kind, place, unit = self.plant(name)
        return kind if name in self.projects else in_sentence(kind), place, unit

    def commodity(self, name: str) -> str:
        """Name of a commodity."""
        return self.commodities.get(name, name)

    def place(self, name: str) -> str:
        """Name of a place."""
        return self.places.get(name, name)

    def stage(self, name: str) -> str:
        """Name of a stage inside a sentence."""
        return in_sentence(self.stages.get(name, name))


def plan_finding(
    plan: Plan,
    without: float | None,
    tables: Mapping[str, Rows],
    names: Names,
    title: str = "The cheapest plan",
) -> str:
    """What the plan serves, what it costs, what it buys and builds, in one paragraph.

    Args:
        plan: a certified plan.
        without: least cost without what was asked: targets, rules, budget [USD]; None to say nothing.
        tables: of the plan.
        names: words for the reader.
        title: what kind of plan it is.
    """
    given, cost = plan.model.plan, plan.cost
    years = given.years
    discount = discount_factors(years, given.discount_rate)
    spent: dict[str, float] = {}
    for row in tables["costs"]:
        spent[row["term"]] = spent.get(row["term"], 0.0) + row["usd"] * discount[row["year"]]

    def share(term: str) -> float:
        return spent.get(term, 0.0) / cost

    markets = ", ".join(names.place(demand.place) for demand in given.demands)
    served = sum(row["value"] for row in tables["served"])
    parts = [
        f"{title} serves {served:,.0f} GWh of cells from {years[0]} to {years[-1]} ({markets}) "
        f"and costs {money(cost)} (present value in {years[0]}): {percent(share('purchases'))} for "
        f"materials and cells bought, {percent(share('capital'))} for new plants within these years."
    ]
    asked = any((given.targets, given.rules, given.uses, given.budgets, given.capital_budget is not None))
    if asked and without is not None:
        parts.append(f"What was asked adds {money(cost - without)}, or {percent(cost / without - 1.0)}.")
    parts += _unserved(plan, tables["unmet"], spent.get("unmet demand", 0.0), names)
    parts += _unused(plan, tables["disposals"], names)
    if given.rules:
        clean = sum(row["value"] for row in tables["served"] if row["class"] in given.classes[:2])
        parts.append(
            f"Of the cells, {percent(clean / max(served, 1e-9))} count as domestic or allied by all in them."
        )
    return " ".join([*parts, _built(tables["builds"], names)])


def _unused(plan: Plan, disposals: Rows, names: Names) -> list[str]:
    """What plants make although nobody in the plan uses it, by-products aside."""
    recipes = [plan.model.plan.recipes[name] for plant in plan.model.plan.plants for name in plant.recipes]
    by_products = {c for recipe in recipes for c in recipe.outputs if c != recipe.reference}
    amounts: dict[str, float] = {}
    for row in disposals:
        if row["commodity"] not in by_products:
            amounts[row["commodity"]] = amounts.get(row["commodity"], 0.0) + row["value"]
    parts = [
        f"{amount_text(v, names.commodity_units[c])} of {names.commodity(c)}" for c, v in amounts.items()
    ]
    return [f"Made for a target although no cell of the plan uses it: {', '.join(parts)}."] if parts else []


def _unserved(plan: Plan, unmet: Rows, penalty: float, names: Names) -> list[str]:
    """Who is left without cells, and how much of the cost is only the price put on that."""
    by_place: dict[str, float] = {}
    for row in unmet:
        by_place[row["place"]] = by_place.get(row["place"], 0.0) + row["value"]
    if not by_place:
        return []
    where = ", ".join(f"{names.place(place)} {gwh:,.1f}" for place, gwh in by_place.items())
    price = max(demand.unmet_price for demand in plan.model.plan.demands) / 1e6
    return [
        f"Not all can be served: {sum(by_place.values()):,.1f} GWh are left unserved ({where}); "
        f"{money(penalty)} of the cost is the {price:,.0f} USD/kWh put on that."
    ]


def _built(builds: Rows, names: Names) -> str:
    """New capacity by kind of plant, the largest capital first."""
    capital: dict[str, float] = {}
    amount: dict[str, float] = {}
    for row in builds:
        capital[row["kind"]] = capital.get(row["kind"], 0.0) + row["capex_usd"]
        amount[row["kind"]] = amount.get(row["kind"], 0.0) + row["capacity"]
    if not capital:
        return "It builds nothing beyond the plants expected anyway."
    largest = sorted(capital, key=lambda kind: -capital[kind])[:MOST_KINDS]
    words = [
        f"{in_sentence(names.kinds.get(kind, kind))} {amount_text(amount[kind], names.units[kind])}/yr"
        for kind in largest
    ]
    total = money(sum(capital.values()))
    return f"It builds for {total} beyond the plants expected anyway, most of it {', '.join(words)}."


def amount_text(amount: float, unit: str) -> str:
    """`34 kt`, `112 GWh`, `250 t`."""
    large, shown = LARGE.get(unit, (1.0, unit))
    return f"{amount / large:,.3g} {shown}" if amount >= large else f"{amount:,.3g} {unit}"


def next_steps(plan: Plan, names: Names, count: int = 3, saves: str = "the cost") -> list[str]:
    """What 1 % more room in a limit takes off the cost: what was asked, then the dearest, a sentence each.

    Args:
        plan: a certified plan.
        names: words for the reader.
        count: how many besides what was asked; one for each kind of limit and plant or commodity.
        saves: what the plan minimizes, in USD.
    """
    asked: dict[tuple[str, str], tuple[float, str]] = {}
    others: dict[tuple[str, str], tuple[float, str]] = {}
    for worth in binding(plan.solver, plan.solution):
        sentence = limit_sentence(worth, names, saves)
        if sentence is None:
            continue
        found = asked if worth.block in ("target", "sourcing", "capital", "budget") else others
        group = (worth.block, _parts(worth.label)[1][0].partition("@")[0])
        if _worth_usd(worth) > found.get(group, (0.0, ""))[0]:
            found[group] = (_worth_usd(worth), sentence)
    best = sorted(others.values(), key=lambda item: (-item[0], item[1]))[:count]
    return [sentence for _, sentence in [*asked.values(), *best]]


def _room(worth: Worth) -> float:
    """1 % of a limit; of a rule without an amount of its own, one unit."""
    return ROOM * abs(worth.end) or 1.0 * (worth.block == "sourcing")


def _worth_usd(worth: Worth) -> float:
    return abs(worth.per_unit) * _room(worth)


def limit_sentence(worth: Worth, names: Names, saves: str = "the cost") -> str | None:
    """What 1 % more room in a limit takes off; None if next to nothing or nobody's to move."""
    describe = DESCRIBE.get(worth.block)
    if describe is None or _worth_usd(worth) <= LEAST_USD:
        return None
    _, key = _parts(worth.label)
    return f"{describe(_room(worth), key, names)} lowers {saves} by {money(_worth_usd(worth))}."


def money(usd: float) -> str:
    """`3.3 billion USD`, `20.1 MUSD`, `12,300 USD`."""
    if abs(usd) < 1e5:
        return f"{usd:,.0f} USD"
    return f"{usd / 1e9:,.1f} billion USD" if usd >= 1e9 else f"{usd / 1e6:,.1f} MUSD"


def _plant_step(what: str) -> Callable[[float, list[str], Names], str]:
    def describe(room: float, key: list[str], names: Names) -> str:
        kind, place, unit = names.plant_in_sentence(key[0])
        return f"{amount_text(room, unit)}/yr more {what} capacity of {kind} in {place} in {key[1]}"

    return describe


def _growth_step(room: float, key: list[str], names: Names) -> str:
    kind, _, unit = names.plant_in_sentence(key[0])
    return f"Crews for {amount_text(room, unit)}/yr more {kind} coming on line in {key[1]}"


def _import_step(room: float, key: list[str], names: Names) -> str:
    amount, seller = amount_text(room, names.commodity_units[key[0]]), names.place(key[1])
    return f"{amount} more {names.commodity(key[0])} from {seller} in {key[2]}"


def _sourcing_step(room: float, key: list[str], _: Names) -> str:
    return f"Letting {_ruled(room, key[0])} off the rule for {_rule_name(key[0])} in {key[1]}"


def _ruled(amount: float, rule: str) -> str:
    """An amount in the unit that a sourcing rule counts in."""
    basis, slash, _ = rule.rpartition("/")
    if not slash:
        return f"{amount:,.3g} GWh"
    return money(amount) if basis == VALUE else f"{amount_text(amount, 't')} of {basis}"


def _rule_name(rule: str) -> str:
    """`allied or better cells`, `domestic inputs of US cells by value`."""
    basis, slash, origin_class = rule.rpartition("/")
    clean = origin_class if origin_class == SOURCING_CLASSES[0] else f"{origin_class} or better"
    if not slash:
        return f"{clean} cells"
    return f"{clean} inputs of US cells by {'value' if basis == VALUE else f'{basis} content'}"


def _budget_step(_room: float, key: list[str], _names: Names) -> str:
    return "A budget 1 % higher" if len(key) == 1 else f"A public budget 1 % higher in {key[1]}"


def _target_step(_room: float, key: list[str], names: Names) -> str:
    return f"Setting the target for {names.stage(key[0])} in {key[1]} 1 % lower"


def _workforce_step(room: float, key: list[str], _: Names) -> str:
    return f"{room:,.0f} more workers for new plants by {key[0]}"


def _project_step(room: float, key: list[str], names: Names) -> str:
    title, place, unit = names.plant_in_sentence(key[0])
    return f"{amount_text(room, unit)}/yr more of {title} in {place} to be finished"


def _quota_step(room: float, key: list[str], _: Names) -> str:
    return f"{room:,.4g} more under the quota {key[0]} in {key[1]}"


DESCRIBE: Mapping[str, Callable[[float, list[str], Names], str]] = {
    "capacity": _plant_step("running"),
    "qualification": _plant_step("accepted"),
    "growth": _growth_step,
    "imports": _import_step,
    "sourcing": _sourcing_step,
    "target": _target_step,
    "capital": _budget_step,
    "budget": _budget_step,
    "workforce": _workforce_step,
    "most_built": _project_step,
    "quota": _quota_step,
}


def repair_sentences(model: Model, names: Names) -> list[tuple[Repair, str]]:
    """For a plan that cannot be: one repair per family, each able to mend it alone."""
    found = repairs(Solver(model.problem), FAMILIES)
    return [
        (repair, f"{TITLES.get(repair.family, repair.family)}: {_gives(repair.gives, names)}")
        for repair in found
    ]


def _parts(label: str) -> tuple[str, list[str]]:
    """Block and key of a row: `growth[cell_plant,2033]` becomes `growth` and its two labels."""
    block, _, inner = label.partition("[")
    return block, inner.removesuffix("]").split(",")


def _gives(gives: tuple[Give, ...], names: Names, most: int = 3) -> str:
    largest = sorted(gives, key=lambda give: -give.amount)
    parts = [_give(give, names) for give in largest[:most]]
    rest = len(gives) - len(parts)
    return "; ".join(parts) + (f"; and {rest} more" if rest > 0 else "")


def _give(give: Give, names: Names) -> str:
    block, key = _parts(give.label)
    if block in GIVES:
        return GIVES[block](give, key, names)
    return f"by {give.amount:,.4g} GWh for {' '.join(key)}"


def _plant_give(what: str) -> Callable[[Give, list[str], Names], str]:
    def describe(give: Give, key: list[str], names: Names) -> str:
        kind, place, unit = names.plant_in_sentence(key[0])
        return f"{amount_text(give.amount, unit)}/yr of {kind} {what} in {place} by {key[1]}"

    return describe


def _growth_give(give: Give, key: list[str], names: Names) -> str:
    kind, _, unit = names.plant_in_sentence(key[0])
    return f"{amount_text(give.amount, unit)}/yr more of {kind} on line in {key[1]}"


GIVES: Mapping[str, Callable[[Give, list[str], Names], str]] = {
    "capacity": _plant_give("running"),
    "qualification": _plant_give("accepted"),
    "growth": _growth_give,
    "most_built": lambda give, key, names: _project_step(give.amount, key, names),
    "imports": lambda give, key, names: _import_step(give.amount, key, names),
    "target": lambda give, key, names: (
        f"by {percent(give.share)} of it for {names.stage(key[0])} in {key[1]}"
    ),
    "sourcing": lambda give, key, _: f"{_ruled(give.amount, key[0])} off the rule for {_rule_name(key[0])}",
    "capital": lambda give, _key, _names: f"by {money(give.amount)}",
    "budget": lambda give, key, _: f"by {money(give.amount)} in {key[-1]}",
    "workforce": lambda give, key, names: _workforce_step(give.amount, key, names),
    "quota": lambda give, key, names: _quota_step(give.amount, key, names),
}
"""Block of rows -> how far one of them must give way, in words."""
