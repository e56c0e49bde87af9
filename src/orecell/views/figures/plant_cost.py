"""What a tonne of the main product costs, term by term, with what other products bring taken off.

    levelized cost = sum of its terms / main product

Terms are those of `plant.economics`; a term below zero is money that comes back.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from orecell.core.wording import in_sentence
from orecell.errors import InputError
from orecell.views.figures.choice import Stamp
from orecell.views.figures.figure import Cell, Figure, Mark, Table
from orecell.views.figures.frame import Option, base, category_axis, label_px, responsive, value_axis
from orecell.views.figures.palette import BLUE, GRAY, GREEN, INK, VERMILION
from orecell.views.figures.plant_words import share
from orecell.views.figures.waterfall import Bar, waterfall_series
from orecell.views.figures.wording import at_start, quantity, significant

if TYPE_CHECKING:
    from orecell.plant.economics import Basis, Cost

UNIT = "USD/t"
TERM_WORDS = {
    "feed": "Feed",
    "reagents": "Reagents",
    "energy": "Electricity and heat",
    "labor": "Operators",
    "maintenance": "Maintenance",
    "overhead": "Overhead of operators",
    "waste": "Disposal of waste",
    "capital": "Capital, as a yearly payment",
    "by-products": "Other products sold",
}
WHOLE = "Levelized cost"
NOTES = (
    "Class 4 to 5 estimate of capital (-30 to +50 %). First plants of this chain ended at 1.75 times their "
    "early figure (median), which is not in this cost.",
    "Without income tax, finance and land; no policy is applied.",
)


def plant_cost(cost: Cost, basis: Basis, stamp: Stamp) -> Figure:
    """Bars from nothing to the levelized cost, and the price of the product.

    Args:
        cost: cost of a plant.
        basis: what it is made of; its first product is the main one.
        stamp: run, sources and names.

    Raises:
        InputError: the plant has no cost.
    """
    terms = {term: float(usd) / cost.amount for term, usd in cost.terms.items() if usd}
    if not terms:
        raise InputError("cost", "the plant has no cost", "give its reagents and equipment")
    main = basis.products[0]
    product, price = stamp.name(main.commodity), float(main.price)
    title = _title(float(cost.levelized), price, terms, product)
    return Figure(
        id="plant_cost",
        title=title,
        number=quantity(float(cost.levelized), UNIT),
        sentence=(
            f"USD of 2025 per t of {in_sentence(product)}, at {quantity(float(cost.amount), 't/yr')}; "
            f"dashed: its price, {quantity(price, UNIT)}."
        ),
        unit=UNIT,
        run_id=stamp.run_id,
        option=_option(terms, float(cost.levelized), price, title),
        table=_table(cost, price),
        sources=stamp.sources,
        notes=(*NOTES, _made_of(basis)),
        marks=(Mark("assumed", "the price of the product is assumed"),) if main.is_assumed else (),
        height_px=100 + 34 * (len(terms) + 1),
    )


def _title(levelized: float, price: float, terms: dict[str, float], product: str) -> str:
    """What it costs, the largest term, and how that stands to the price."""
    largest = max(terms, key=lambda term: terms[term])
    spent = sum(usd for usd in terms.values() if usd > 0)
    part = (
        f"{in_sentence(TERM_WORDS.get(largest, largest))} ({share(terms[largest] / spent)} of what is spent)"
    )
    margin = quantity(abs(price - levelized), UNIT)
    against = f"{margin} {'below' if levelized <= price else 'above'} its price"
    return f"{product} costs {quantity(levelized, UNIT)}, {against}; the largest part is {part}"


def _made_of(basis: Basis) -> str:
    """Energy and capital behind the terms."""
    power, heat = quantity(float(basis.power_mwh), "MWh/yr"), quantity(float(basis.heat_gj), "GJ/yr")
    capital = quantity(float(basis.capital_usd) / 1e6, "million USD")
    return f"Behind the terms: {power} of electricity, {heat} of heat and {capital} of capital."


def _option(terms: dict[str, float], levelized: float, price: float, title: str) -> Option:
    """The picture, with the price as a dashed line across it."""
    bars, reached = [], 0.0
    for term, usd in terms.items():
        low, high = sorted((reached, reached + usd))
        bars.append(Bar(TERM_WORDS.get(term, at_start(term)), quantity(usd, ""), low, high, _color(usd)))
        reached += usd
    low, high = sorted((0.0, levelized))
    bars.append(Bar(WHOLE, quantity(levelized, ""), low, high, BLUE))
    labels = [bar.label for bar in bars]
    margin = label_px(labels, 260)
    series = waterfall_series(bars, UNIT)
    series[1]["markLine"] = _price_line(price)
    wide = base(title) | {
        "grid": {"left": margin, "right": 84, "top": 34, "bottom": 44},
        "xAxis": value_axis(f"{UNIT} of product", nameLocation="middle", nameGap=26),
        "yAxis": category_axis(labels, inverse=True),
        "series": series,
    }
    small = min(margin, 118)
    narrow = {
        "grid": {"left": small, "right": 60},
        "yAxis": {"axisLabel": {"fontSize": 10, "width": small - 10, "overflow": "break", "lineHeight": 11}},
    }
    return responsive(wide, narrow)


def _color(usd: float) -> str:
    return GREEN if usd < 0 else GRAY


def _price_line(price: float) -> Option:
    """The price of the product."""
    return {
        "silent": True,
        "symbol": "none",
        "lineStyle": {"color": VERMILION, "width": 2, "type": "dashed"},
        "label": {"show": True, "formatter": "price", "position": "start", "color": INK, "fontSize": 11},
        "data": [{"xAxis": significant(price, 6)}],
    }


def _table(cost: Cost, price: float) -> Table:
    """Terms, their sum, and the price."""
    rows: list[tuple[Cell, ...]] = [
        (TERM_WORDS.get(term, at_start(term)), float(usd), float(usd) / cost.amount)
        for term, usd in cost.terms.items()
    ]
    rows.append((WHOLE, float(sum(cost.terms.values())), float(cost.levelized)))
    rows.append(("Price of the product", None, price))
    return Table(("Term", "USD/yr", "USD per t of product"), tuple(rows))
