"""A plan in words: the most valuable next steps, and repairs of a plan that cannot be.

Worth comes from duals: what 1 % more room in a limit takes off the cost, in present value as the cost is.
No word of linear programming reaches the reader.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from orecell.chain.plan.constraints import FAMILIES
from orecell.chain.plan.costs import discount_factors
from orecell.chain.plan.model import Model, Plan
from orecell.core.wording import in_sentence, percent
from orecell.data.tables import SOURCING_CLASSES
from orecell.lp.explain import Give, Repair, binding, repairs
from orecell.lp.highs import Solver

Rows = list[dict[str, Any]]

TERMS = ("operation", "freight", "purchases", "unmet demand", "capital", "fixed operation")
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
    "budget": "raise the budget",
    "demand": "lower demand",
}


@dataclass(frozen=True)
class Names:
    """How the reader calls kinds of plant, places, commodities and stages, and units of plants."""

    kinds: Mapping[str, str]
    places: Mapping[str, str]
    commodities: Mapping[str, str]
    commodity_units: Mapping[str, str]
    stages: Mapping[str, str]
    units: Mapping[str, str]

    def plant(self, name: str) -> tuple[str, str, str]:
        """Kind, place and unit of a plant `kind@place`."""
        kind, _, place = name.partition("@")
        return self.kinds.get(kind, kind), self.place(place), self.units.get(kind, "unit")

    def commodity(self, name: str) -> str:
        """Name of a commodity."""
        return self.commodities.get(name, name)

    def place(self, name: str) -> str:
        """Name of a place."""
        return self.places.get(name, name)

    def stage(self, name: str) -> str:
        """Name of a stage inside a sentence."""
        return in_sentence(self.stages.get(name, name))


def plan_finding(plan: Plan, without: float, tables: Mapping[str, Rows], names: Names) -> str:
    """What the plan serves, what it costs, what it buys and builds, in one paragraph.

    Args:
        plan: a certified plan.
        without: least cost without what was asked: targets, sourcing rules, budget [USD].
        tables: of the plan.
        names: words for the reader.
    """
    given, cost = plan.model.plan, plan.solution.objective
    years = given.years
    discount = discount_factors(years, given.discount_rate)
    spent = dict.fromkeys(TERMS, 0.0)
    for row in tables["costs"]:
        spent[row["term"]] += row["usd"] * discount[row["year"]]
    markets = ", ".join(names.place(demand.place) for demand in given.demands)
    served = sum(row["value"] for row in tables["served"])
    parts = [
        f"The cheapest plan serves {served:,.0f} GWh of cells from {years[0]} to {years[-1]} ({markets}) "
        f"and costs {_money(cost)} (present value in {years[0]}): {percent(spent['purchases'] / cost)} for "
        f"materials and cells bought, {percent(spent['capital'] / cost)} for new plants within these years."
    ]
    if given.targets or given.rules or given.capital_budget is not None:
        parts.append(f"What was asked adds {_money(cost - without)}, or {percent(cost / without - 1.0)}.")
    parts += _unserved(plan, tables["unmet"], spent["unmet demand"], names)
    parts += _unused(plan, tables["disposals"], names)
    clean = sum(row["value"] for row in tables["served"] if row["class"] in given.classes[:2])
    parts.append(
        f"{percent(clean / served if served else 0.0)} of the cells count as domestic or allied, goods "
        f"bought by the country of their seller whatever is in them."
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
    parts = [f"{_amount(v, names.commodity_units[c])} of {names.commodity(c)}" for c, v in amounts.items()]
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
        f"{_money(penalty)} of the cost is the {price:,.0f} USD/kWh put on that."
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
        f"{in_sentence(names.kinds.get(kind, kind))} {_amount(amount[kind], names.units[kind])}/yr"
        for kind in largest
    ]
    total = _money(sum(capital.values()))
    return f"It builds for {total} beyond the plants expected anyway, most of it {', '.join(words)}."


def _amount(amount: float, unit: str) -> str:
    """`34 kt`, `112 GWh`, `250 t`."""
    large, shown = LARGE.get(unit, (1.0, unit))
    return f"{amount / large:,.3g} {shown}" if amount >= large else f"{amount:,.3g} {unit}"


def next_steps(plan: Plan, names: Names, count: int = 3) -> list[str]:
    """What 1 % more room in a limit takes off the cost: what was asked, then the dearest, a sentence each.

    Args:
        plan: a certified plan.
        names: words for the reader.
        count: how many besides what was asked; one for each kind of limit and plant or commodity.
    """
    asked: dict[tuple[str, str], tuple[float, str]] = {}
    others: dict[tuple[str, str], tuple[float, str]] = {}
    for worth in binding(plan.solver, plan.solution):
        describe = DESCRIBE.get(worth.block)
        if describe is None:
            continue
        _, key = _parts(worth.label)
        room = ROOM * abs(worth.end) or 1.0 * (worth.block == "sourcing")
        value = abs(worth.per_unit) * room
        found = asked if worth.block in ("target", "sourcing", "capital") else others
        group = (worth.block, key[0].partition("@")[0])
        if value > max(LEAST_USD, found.get(group, (0.0, ""))[0]):
            found[group] = (value, f"{describe(room, key, names)} lowers the cost by {_money(value)}.")
    best = sorted(others.values(), key=lambda item: (-item[0], item[1]))[:count]
    return [sentence for _, sentence in [*asked.values(), *best]]


def _money(usd: float) -> str:
    return f"{usd / 1e9:,.1f} billion USD" if usd >= 1e9 else f"{usd / 1e6:,.1f} MUSD"


def _plant_step(what: str) -> Callable[[float, list[str], Names], str]:
    def describe(room: float, key: list[str], names: Names) -> str:
        kind, place, unit = names.plant(key[0])
        return f"{_amount(room, unit)}/yr more {what} capacity of {in_sentence(kind)} in {place} in {key[1]}"

    return describe


def _growth_step(room: float, key: list[str], names: Names) -> str:
    kind, _, unit = names.plant(key[0])
    return f"Crews for {_amount(room, unit)}/yr more {in_sentence(kind)} coming on line in {key[1]}"


def _import_step(room: float, key: list[str], names: Names) -> str:
    amount, seller = _amount(room, names.commodity_units[key[0]]), names.place(key[1])
    return f"{amount} more {names.commodity(key[0])} from {seller} in {key[2]}"


def _sourcing_step(room: float, key: list[str], _: Names) -> str:
    return f"Letting {room:,.3g} GWh off the rule for {_class(key[0])} cells in {key[1]}"


def _class(name: str) -> str:
    """`domestic`, `allied or better`."""
    return name if name == SOURCING_CLASSES[0] else f"{name} or better"


def _budget_step(_room: float, _key: list[str], _names: Names) -> str:
    return "A budget 1 % higher"


def _target_step(_room: float, key: list[str], names: Names) -> str:
    return f"Setting the target for {names.stage(key[0])} in {key[1]} 1 % lower"


DESCRIBE: Mapping[str, Callable[[float, list[str], Names], str]] = {
    "capacity": _plant_step("running"),
    "qualification": _plant_step("accepted"),
    "growth": _growth_step,
    "imports": _import_step,
    "sourcing": _sourcing_step,
    "target": _target_step,
    "capital": _budget_step,
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
    if block in ("capacity", "qualification"):
        kind, place, unit = names.plant(key[0])
        what = "accepted" if block == "qualification" else "running"
        return f"{_amount(give.amount, unit)}/yr of {in_sentence(kind)} {what} in {place} by {key[1]}"
    if block == "growth":
        kind, _, unit = names.plant(key[0])
        return f"{_amount(give.amount, unit)}/yr more of {in_sentence(kind)} on line in {key[1]}"
    if block == "imports":
        seller = names.place(key[1])
        amount = _amount(give.amount, names.commodity_units[key[0]])
        return f"{amount} of {names.commodity(key[0])} from {seller} in {key[2]}"
    if block == "target":
        return f"by {percent(give.share)} of it for {names.stage(key[0])} in {key[1]}"
    if block == "sourcing":
        return f"{give.amount:,.3g} GWh off the rule for {_class(key[0])} cells in {key[1]}"
    if block == "capital":
        return f"by {_money(give.amount)}"
    return f"by {give.amount:,.4g} GWh for {' '.join(key)}"
