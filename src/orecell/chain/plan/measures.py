"""Measures of a plan as weights of its columns: cost by term, emissions, public money, output.

The terms add up to the cost of every column, so that a cost table cannot leave anything out.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING, Any

from orecell.chain.plan.costs import discount_factors
from orecell.chain.plan.decision_rows import grant_worth
from orecell.chain.plan.model import Model
from orecell.chain.plan.near_optimal import Metric
from orecell.chain.plan.variables import activity_keys, freight_per_unit
from orecell.lp.axes import by_axis

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

TERMS: Mapping[str, str] = {
    "activity": "operation",
    "move": "freight",
    "buy": "purchases",
    "unmet": "unmet demand",
    "store": "storage",
    "build": "capital",
    "retire": "fixed operation",
    "train": "training",
    "together": "capital",
    "switch": "switching",
    "take": "grants",
}
"""Block of columns -> term of the cost it belongs to."""


def column_emissions(model: Model) -> Floats:
    """t CO2e per unit of every column: plants, freight, and what is in bought goods (column)."""
    import numpy as np

    plan, columns = model.plan, model.columns
    total = np.zeros(model.problem.column_blocks.count)
    plants = {plant.name: plant for plant in plan.plants}
    years = len(plan.years)
    made = [plants[p].recipes[r] * plants[p].emissions for p, r, _ in activity_keys(plan)]
    total[columns.activity.start : columns.activity.stop] = np.repeat(made, years)
    moved, lanes = [], columns.move.keys.tuples()[::years]
    found: dict[tuple[str, str, str], float] = {}
    for commodity, origin, destination, *_ in lanes:
        lane = (str(commodity), str(origin), str(destination))
        if lane not in found:
            found[lane] = freight_per_unit(plan, lane)[1]
        moved.append(found[lane])
    total[columns.move.start : columns.move.stop] = np.repeat(moved, years)
    bought = [supply.emissions for supply in plan.supplies]
    total[columns.buy.start : columns.buy.stop] = np.repeat(bought, years)
    return total


def yearly(model: Model, block: str, values: Floats) -> dict[int, float]:
    """Sum of values of a block's columns by its axis `year`."""
    found: dict[int, float] = {}
    for year, value in zip(model.problem.column_blocks[block].axis("year").labels(), values, strict=True):
        found[int(str(year))] = found.get(int(str(year)), 0.0) + float(value)
    return found


def output_metric(
    model: Model,
    name: str,
    weights: Mapping[str, float],
    places: Collection[str],
    year: int,
    *,
    size: float = 0.0,
) -> Metric:
    """Output of some recipes in some places in a year: weight x activity; `size` as in `Metric`."""
    import numpy as np

    keys: list[tuple[Any, ...]] = []
    values = []
    for plant in model.plan.plants:
        for recipe in plant.recipes:
            if plant.place in places and recipe in weights:
                for origin_class in model.plan.classes_from(plant.place):
                    keys.append((plant.name, recipe, origin_class, year))
                    values.append(weights[recipe])
    if not keys:
        return Metric(name, ())
    block = model.columns.activity
    return Metric(name, ((block.at(**by_axis(block.keys.axes, keys)), np.array(values)),), size)


def public_metric(model: Model) -> Metric:
    """Support of all plants and years, and grants taken, present value [USD]."""
    import numpy as np

    block, take = model.columns.decisions.support, model.columns.decisions.take
    discount = discount_factors(model.plan.years, model.plan.discount_rate)
    weights = [discount[int(str(year))] for _, year in block.keys.tuples()]
    given = [grant_worth(model.plan, grant) for grant in model.plan.grants]
    parts = [(block.every(), np.array(weights)), (take.every(), np.array(given))]
    return Metric("public money", tuple(part for part in parts if len(part[1])))


def balance_prices(model: Model, duals: Floats) -> dict[tuple[str, str, str, int], float]:
    """Undiscounted worth of one more unit: (commodity, place, class, year) -> USD.

    Args:
        model: the program.
        duals: of the rows `balance` (row).
    """
    discount = discount_factors(model.plan.years, model.plan.discount_rate)
    keys = model.problem.row_blocks["balance"].keys.tuples()
    return {
        (str(c), str(p), str(k), int(str(y))): float(dual) / discount[int(str(y))]
        for (c, p, k, y), dual in zip(keys, duals, strict=True)
    }
