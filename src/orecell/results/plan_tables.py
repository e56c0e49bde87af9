"""A plan as tidy tables: builds, activity, flows, purchases, what is served, costs by term, prices.

Every term of the objective is an output; their sum is the objective. Prices are duals of the balance,
undiscounted: what one more unit at that place in that year would be worth.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from orecell.chain.plan.costs import discount_factors, distance_km, freight_cost, is_sea
from orecell.chain.plan.model import Plan
from orecell.chain.plan.network_input import Plant
from orecell.core.money import annuity

if TYPE_CHECKING:
    from orecell.lp.problem import Block

Rows = list[dict[str, Any]]
NOISE = 1e-7
LEAST_CAPEX_USD = 1.0


def used(plan: Plan, block: Block) -> Rows:
    """Keys and values of a block's columns that are not zero."""
    values = plan.solution.values(block)
    largest = float(abs(values).max(initial=0.0))
    return [
        {**dict(zip(block.keys.axes, key, strict=True)), "value": float(value)}
        for key, value in zip(block.keys.tuples(), values, strict=True)
        if value > max(NOISE, 1e-9 * largest)
    ]


def used_blocks(plan: Plan) -> dict[str, Block]:
    """Tables that are a block of columns as it is."""
    columns = plan.model.columns
    return {
        "activity": columns.activity,
        "moves": columns.move,
        "purchases": columns.buy,
        "served": columns.serve,
        "unmet": columns.unmet,
        "downgrades": columns.downgrade,
        "disposals": columns.dispose,
    }


def plan_tables(plan: Plan) -> dict[str, Rows]:
    """Every table of a plan."""
    return {
        "builds": builds(plan),
        **{name: used(plan, block) for name, block in used_blocks(plan).items()},
        "costs": costs(plan),
        "prices": prices(plan),
        "standing": standing(plan),
        "emissions": emissions(plan),
    }


def _plants(plan: Plan) -> dict[str, Plant]:
    return {plant.name: plant for plant in plan.model.plan.plants}


def builds(plan: Plan) -> Rows:
    """New capacity with its dates: start of permitting, on line, accepted by customers."""
    plants = _plants(plan)
    rows = []
    for row in used(plan, plan.model.columns.build):
        plant = plants[str(row["plant"])]
        amount = row["value"] * (plant.block or 1.0)
        if amount * (plant.capex or 0.0) < LEAST_CAPEX_USD:
            continue
        rows.append(
            {
                "plant": plant.name,
                "kind": plant.kind,
                "place": plant.place,
                "start_year": row["online"] - plant.lead_years,
                "online_year": row["online"],
                "accepted_year": row["online"] + plant.qualification_years,
                "capacity": amount,
                "capex_usd": amount * (plant.capex or 0.0),
                "jobs": amount * plant.jobs,
            }
        )
    return sorted(rows, key=lambda r: (r["online_year"], r["kind"], r["place"]))


def standing(plan: Plan) -> Rows:
    """Capacity that exists without decision, by plant and year."""
    return [
        {"plant": p.name, "kind": p.kind, "place": p.place, "year": y, "capacity": value}
        for p in plan.model.plan.plants
        for y, value in sorted(p.standing.items())
        if value > 0
    ]


def costs(plan: Plan) -> Rows:
    """Undiscounted cost by term and year [USD]; discounted and added up they are the objective."""
    given, columns = plan.model.plan, plan.model.columns
    discount = discount_factors(given.years, given.discount_rate)
    matrix_cost = plan.solver.matrix.cost
    rows: Rows = []
    terms = {
        "operation": columns.activity,
        "freight": columns.move,
        "purchases": columns.buy,
        "unmet demand": columns.unmet,
    }
    for term, block in terms.items():
        value = plan.solution.values(block) * matrix_cost[block.start : block.stop]
        by_year: dict[int, float] = {}
        for year, amount in zip(block.keys.axis("year").labels(), value, strict=True):
            by_year[int(str(year))] = by_year.get(int(str(year)), 0.0) + float(amount)
        rows += [
            {"term": term, "year": y, "usd": v / discount[y]} for y, v in sorted(by_year.items()) if v != 0.0
        ]
    return rows + _build_costs(plan)


def _build_costs(plan: Plan) -> Rows:
    """Annuities and fixed cost of builds in the years they are charged."""
    given, plants = plan.model.plan, _plants(plan)
    totals: dict[tuple[str, int], float] = {}
    for row in used(plan, plan.model.columns.build):
        plant = plants[str(row["plant"])]
        amount = row["value"] * (plant.block or 1.0)
        yearly = {
            "capital": annuity(plant.capex or 0.0, given.discount_rate, plant.life_years) * amount,
            "fixed operation": plant.fixed_opex * amount,
        }
        for year in given.years:
            if row["online"] <= year < row["online"] + plant.life_years:
                for term, usd in yearly.items():
                    totals[term, year] = totals.get((term, year), 0.0) + usd
    return [{"term": term, "year": year, "usd": usd} for (term, year), usd in sorted(totals.items())]


def prices(plan: Plan) -> Rows:
    """Worth of one more unit by commodity, place, class and year [USD per unit], where it is not zero."""
    given = plan.model.plan
    discount = discount_factors(given.years, given.discount_rate)
    block = plan.model.problem.row_blocks["balance"]
    duals = plan.solution.duals(block)
    return [
        {
            "commodity": c,
            "place": p,
            "class": k,
            "year": y,
            "usd_per_unit": float(dual) / discount[int(str(y))],
        }
        for (c, p, k, y), dual in zip(block.keys.tuples(), duals, strict=True)
        if abs(dual) > NOISE
    ]


def emissions(plan: Plan) -> Rows:
    """t CO2e by year from plants and freight of the plan."""
    given, plants = plan.model.plan, _plants(plan)
    totals = dict.fromkeys(given.years, 0.0)
    for row in used(plan, plan.model.columns.activity):
        plant = plants[str(row["plant"])]
        totals[row["year"]] += row["value"] * plant.recipes[str(row["recipe"])] * plant.emissions
    for row in used(plan, plan.model.columns.move):
        start, end = given.places[str(row["origin"])], given.places[str(row["destination"])]
        _, kg = freight_cost(given.freight, distance_km(start, end), at_sea=is_sea(start, end))
        totals[row["year"]] += row["value"] * given.tonnes.get(str(row["commodity"]), 0.0) * kg / 1000.0
    return [{"year": year, "t_co2e": amount} for year, amount in sorted(totals.items())]
