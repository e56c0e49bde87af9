"""Cost of what a plant makes: reagents, energy, labor, capital, waste, by-products; and what moves it.

    levelized cost = (reagents + feed + energy + labor + maintenance + overhead + waste + organic lost
                      + capital x recovery factor - other products sold) / main product
    recovery factor = r / (1 - (1 + r)^-n)

Money is USD of 2025 without tax. A number that is assumed carries its range into the tornado, which moves one
input at a time. Left out: income tax, finance, land, insurance of product; policy is not applied here.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from orecell.core.elements import atomic_weight
from orecell.core.formula import parse_formula
from orecell.data.chemistry import read_chemistry
from orecell.errors import InputError
from orecell.plant.component import WATER
from orecell.plant.equipment import Piece, costing, organic_inventory, pieces_of
from orecell.plant.unit import reagent

if TYPE_CHECKING:
    from orecell.plant.flowsheet import Product, Solution

SWUNG = (
    *("electricity_usd_per_kwh", "heat_usd_per_gj", "labor_usd_per_operator_yr", "operators_per_unit"),
    *("maintenance_fraction", "overhead_fraction", "discount_rate", "life_yr"),
)
"""Costing parameters that the tornado moves."""


@dataclass(frozen=True)
class Used:
    """A reagent used in a year.

    Attributes:
        name: id.
        title: name for readers.
        tonnes: pure reagent [t/yr].
        price: [USD/t]; `low` and `high` its range.
        is_assumed: whether the price is assumed.
    """

    name: str
    title: str
    tonnes: float
    price: float
    low: float
    high: float
    is_assumed: bool


@dataclass(frozen=True)
class Sold:
    """A product of a year; `amount` in t/yr of what is counted, `price` in USD/t with its range."""

    commodity: str
    amount: float
    price: float
    low: float
    high: float
    is_assumed: bool


@dataclass(frozen=True)
class Basis:
    """Everything that the cost of a solved plant is made of, before prices and rates are put on it.

    Attributes:
        reagents: used.
        products: sold, the main one first.
        feeds: stream -> (t/yr, price, low, high).
        power_mwh: electricity [MWh/yr].
        heat_gj: heat [GJ/yr].
        pieces: equipment.
        organic_usd: first fill of organic.
        waste_usd: cost of wastes per year.
        toll_usd: rent of a shared facility per year.
        units: unit operations.
        parameters: costing parameters.
    """

    reagents: tuple[Used, ...]
    products: tuple[Sold, ...]
    feeds: Mapping[str, tuple[float, float, float, float]]
    power_mwh: float
    heat_gj: float
    pieces: tuple[Piece, ...]
    organic_usd: float
    waste_usd: float
    units: int
    parameters: Mapping[str, float]
    toll_usd: float = 0.0

    @property
    def capital_usd(self) -> float:
        """Installed equipment, first fill of organic and working capital."""
        installed = sum(piece.capital_usd for piece in self.pieces)
        return (installed + self.organic_usd) * (1.0 + self.parameters["working_capital_fraction"])


@dataclass(frozen=True)
class Cost:
    """Cost of a plant.

    Attributes:
        terms: term -> USD per year; by-products are negative.
        amount: main product [t/yr].
        levelized: USD per t of main product.
        capital_usd: capital.
        revenue_usd: all products sold, per year.
        npv_usd: net present value over the life at the discount rate.
    """

    terms: Mapping[str, float]
    amount: float
    levelized: float
    capital_usd: float
    revenue_usd: float
    npv_usd: float


def basis_of(solution: Solution) -> Basis:
    """What the cost of a solved flowsheet is made of.

    Raises:
        InputError: a product or feed has no price.
    """
    flowsheet = solution.flowsheet
    hours = flowsheet.hours_per_yr
    outcomes = solution.outcomes.values()
    waste = sum(usd * solution.tonnes_per_year(stream) for stream, usd in flowsheet.wastes.items())
    return Basis(
        tuple(_reagents_used(solution)),
        tuple(_sold(solution, product) for product in flowsheet.products),
        _feeds(solution),
        sum(outcome.power_kw for outcome in outcomes) * hours / 1000.0,
        sum(outcome.heat_kw for outcome in outcomes) * hours * 3.6e-3,
        tuple(pieces_of(solution)),
        sum(usd for _, usd in organic_inventory(solution).values()),
        waste,
        len(flowsheet.units),
        {**costing(), **flowsheet.economics.get("parameters", {})},
    )


def _reagents_used(solution: Solution) -> Iterator[Used]:
    """Pure reagents per year, over all units; the water they come in is not counted."""
    components, totals = solution.components, dict[str, float]()
    for outcome in solution.outcomes.values():
        for name, flows in outcome.reagents.items():
            kg = components.mass(flows)
            if name != "water":
                kg -= _carrier_water(name, flows, components)
            totals[name] = totals.get(name, 0.0) + kg * solution.flowsheet.hours_per_yr / 1000.0
    for name, tonnes in sorted(totals.items()):
        if tonnes > 0:
            yield _priced(name, tonnes)


def _carrier_water(name: str, flows: Any, components: Any) -> float:
    """Water that a reagent comes in [kg/h], from its strength."""
    rows = read_chemistry().rows("reagents", reagent=name)
    if not rows or rows[0]["strength_fraction"] >= 1.0:
        return 0.0
    bought = reagent(name)
    first = next(c for c in bought.brings if c not in (WATER, "H+"))
    moles = float(flows[components.index[first]]) / bought.brings[first]
    return moles * bought.water * float(components.molar_mass[components.index[WATER]])


def _priced(name: str, tonnes: float) -> Used:
    rows = read_chemistry().rows("extractants", extractant=name)
    if rows:
        row = rows[0]
        prices = (row["price_usd_per_kg"] * 1e3, row["price_low"] * 1e3, row["price_high"] * 1e3)
        return Used(name, row["name"], tonnes, *prices, row["grade"] == "D")
    row = read_chemistry().row("reagents", reagent=name)
    prices = (row["price_usd_per_t"], row["price_low"], row["price_high"])
    return Used(name, row["name"], tonnes, *prices, row["grade"] == "D")


def _sold(solution: Solution, product: Product) -> Sold:
    """Amount and price of a product; amount as its formula where it names one, else its dry mass."""
    prices = solution.flowsheet.economics.get("product_usd_per_t", {})
    amount = product_tonnes(solution, product)
    if product.commodity in prices:
        value = float(prices[product.commodity])
        return Sold(product.commodity, amount, value, 0.7 * value, 1.5 * value, True)
    row = read_chemistry().row("product_prices", commodity=product.commodity)
    limits = (row["price_usd_per_t"], row["price_low"], row["price_high"])
    return Sold(product.commodity, amount, *limits, row["grade"] == "D")


def product_tonnes(solution: Solution, product: Product) -> float:
    """Product [t/yr]: by its main element where `counts` names a formula, else by mass."""
    if not product.counts:
        return solution.tonnes_per_year(product.stream)
    atoms = parse_formula(product.counts).mass_fractions()
    element = max((e for e in atoms if e not in "OHSCN"), key=lambda e: atoms[e])
    kmol = solution.elements(product.stream).get(element, 0.0)
    return kmol * atomic_weight(element) * solution.flowsheet.hours_per_yr / 1000.0 / atoms[element]


def _feeds(solution: Solution) -> dict[str, tuple[float, float, float, float]]:
    prices = solution.flowsheet.economics.get("feed_usd_per_t", {})
    found = {}
    for name, entry in prices.items():
        if name not in {feed.name for feed in solution.flowsheet.feeds}:
            raise InputError(name, "is priced but no feed", "name a feed of the flowsheet")
        values = entry if isinstance(entry, list) else [entry, 0.5 * float(entry), 2.0 * float(entry)]
        price, low, high = (float(v) for v in values)
        found[name] = (solution.tonnes_per_year(name), price, low, high)
    return found


def recovery_factor(rate: float, years: float) -> float:
    """Share of capital paid per year that returns it with interest."""
    return rate / (1.0 - (1.0 + rate) ** -years) if rate > 0 else 1.0 / years


def cost_of(basis: Basis) -> Cost:
    """Cost of a plant from what it is made of.

    Raises:
        InputError: there is no main product.
    """
    p = basis.parameters
    if not basis.products or basis.products[0].amount <= 0:
        raise InputError("products", "the main product is not made", "name a product that a unit makes")
    labor = p["operators_per_unit"] * basis.units * p["shifts"] * p["labor_usd_per_operator_yr"]
    capital = basis.capital_usd
    terms = {
        "feed": sum(tonnes * price for tonnes, price, _, _ in basis.feeds.values()),
        "reagents": sum(used.tonnes * used.price for used in basis.reagents),
        "energy": basis.power_mwh * p["electricity_usd_per_kwh"] * 1000.0
        + basis.heat_gj * p["heat_usd_per_gj"],
        "labor": labor,
        "maintenance": p["maintenance_fraction"] * capital,
        "overhead": p["overhead_fraction"] * labor,
        "waste": basis.waste_usd,
        "toll": basis.toll_usd,
        "capital": capital * recovery_factor(p["discount_rate"], p["life_yr"]),
        "by-products": -sum(sold.amount * sold.price for sold in basis.products[1:]),
    }
    main = basis.products[0]
    revenue = sum(sold.amount * sold.price for sold in basis.products)
    spent = sum(usd for term, usd in terms.items() if term not in ("capital", "by-products"))
    npv = (revenue - spent) / recovery_factor(p["discount_rate"], p["life_yr"]) - capital
    return Cost(terms, main.amount, sum(terms.values()) / main.amount, capital, revenue, npv)


@dataclass(frozen=True)
class Swing:
    """What one input does to the levelized cost, at the ends of its range [USD per t]."""

    what: str
    low: float
    high: float
    at_low: float
    at_high: float
    is_assumed: bool

    @property
    def width(self) -> float:
        """How far the cost moves."""
        return abs(self.at_high - self.at_low)


def tornado(basis: Basis) -> list[Swing]:
    """Inputs by how far they move the levelized cost, the widest first."""
    swings = [*_price_swings(basis), *_parameter_swings(basis)]
    return sorted(swings, key=lambda swing: -swing.width)


def _price_swings(basis: Basis) -> Iterator[Swing]:
    for i, used in enumerate(basis.reagents):
        ends = [_with_reagent(basis, i, value) for value in (used.low, used.high)]
        yield Swing(f"price of {used.title}", used.low, used.high, ends[0], ends[1], used.is_assumed)
    for i, sold in enumerate(basis.products[1:], start=1):
        ends = [_with_product(basis, i, value) for value in (sold.low, sold.high)]
        yield Swing(f"price of {sold.commodity}", sold.low, sold.high, ends[0], ends[1], sold.is_assumed)
    for name, (tonnes, price, low, high) in basis.feeds.items():
        ends = [
            cost_of(replace(basis, feeds={**basis.feeds, name: (tonnes, value, low, high)})).levelized
            for value in (low, high)
        ]
        yield Swing(f"price of {name}", low, high, ends[0], ends[1], price > 0)


def _with_reagent(basis: Basis, i: int, price: float) -> float:
    reagents = tuple(replace(u, price=price) if k == i else u for k, u in enumerate(basis.reagents))
    return cost_of(replace(basis, reagents=reagents)).levelized


def _with_product(basis: Basis, i: int, price: float) -> float:
    products = tuple(replace(s, price=price) if k == i else s for k, s in enumerate(basis.products))
    return cost_of(replace(basis, products=products)).levelized


def _parameter_swings(basis: Basis) -> Iterator[Swing]:
    for name in SWUNG:
        row = read_chemistry().row("costing", parameter=name)
        low, high = (f(row[end], basis.parameters[name]) for f, end in ((min, "low"), (max, "high")))
        ends = [
            cost_of(replace(basis, parameters={**basis.parameters, name: value})).levelized
            for value in (low, high)
        ]
        words = name.replace("_usd_per_kwh", " price").replace("_usd_per_gj", " price").replace("_", " ")
        yield Swing(words, low, high, ends[0], ends[1], row["grade"] == "D")
    p = basis.parameters
    ends = [scaled_capital(basis, p[end]) for end in ("capex_low_factor", "capex_high_factor")]
    yield Swing(
        "capital (class 4 to 5)", p["capex_low_factor"], p["capex_high_factor"], ends[0], ends[1], False
    )


def scaled_capital(basis: Basis, factor: float) -> float:
    """Levelized cost with all equipment costing a multiple [USD/t]."""
    pieces = tuple(replace(piece, capital_usd=factor * piece.capital_usd) for piece in basis.pieces)
    return cost_of(replace(basis, pieces=pieces)).levelized
