"""A plan as tidy tables: builds, activity, flows, purchases, what is served, costs by term, prices.

Every term of the objective is an output; their sum is the objective. Prices are duals of the balance,
undiscounted: what one more unit at that place in that year would be worth.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from orecell.chain.plan.costs import discount_factors
from orecell.chain.plan.decisions import charged_years, retirable, share_left, sites, yearly_capital
from orecell.chain.plan.measures import TERMS, balance_prices, column_emissions, yearly
from orecell.chain.plan.model import Plan
from orecell.chain.plan.network_input import Plant

if TYPE_CHECKING:
    import polars as pl

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
        "stocks": columns.store,
        "retirements": columns.decisions.retire,
        "training": columns.decisions.train,
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
        amount = row["value"] * plant.size
        capex = amount * plant.capex_in(row["online"])
        if capex < LEAST_CAPEX_USD:
            continue
        rows.append(
            {
                "plant": plant.name,
                "kind": plant.kind,
                "place": plant.place,
                "is_project": plant.is_project,
                "start_year": row["online"] - plant.lead_years,
                "online_year": row["online"],
                "accepted_year": row["online"] + plant.qualification_years,
                "capacity": amount,
                "capex_usd": capex,
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
    """Undiscounted cost by term and year [USD]; discounted and added up they are the cost of the plan."""
    totals: dict[tuple[str, int], float] = {}
    for term, year, usd in (*_flow_costs(plan), *_build_costs(plan), *_stand_costs(plan), *_grants(plan)):
        totals[term, year] = totals.get((term, year), 0.0) + usd
    factors = discount_factors(plan.model.plan.years, plan.model.plan.discount_rate)
    return [
        {"term": term, "year": year, "usd": usd, "discount_factor": factors[year]}
        for (term, year), usd in sorted(totals.items())
        if usd != 0.0
    ]


Cost = tuple[str, int, float]


def _flow_costs(plan: Plan) -> list[Cost]:
    """Terms of columns that are paid in their own year; what emissions cost is a term of its own."""
    model, given = plan.model, plan.model.plan
    discount = discount_factors(given.years, given.discount_rate)
    declared, emitted = model.problem.costs(), column_emissions(model)
    found: list[Cost] = []
    for name, term in TERMS.items():
        block = model.problem.column_blocks[name]
        here = slice(block.start, block.stop)
        amount = plan.solution.values(block)
        if "year" not in block.keys.axes or name == "retire":
            continue
        carbon = yearly(model, name, given.carbon_price * emitted[here] * amount)
        paid = yearly(model, name, declared[here] * amount)
        for year in carbon:
            found.append(("carbon price", year, carbon[year]))
            found.append((term, year, paid[year] / discount[year] - carbon[year]))
    return found


def _build_costs(plan: Plan) -> list[Cost]:
    """Annuities and fixed cost of builds in the years they are charged, less what shared sites save."""
    given, plants = plan.model.plan, _plants(plan)
    found: list[Cost] = []
    for row in used(plan, plan.model.columns.build):
        plant, online = plants[str(row["plant"])], row["online"]
        amount = row["value"] * plant.size
        for year in charged_years(given, plant, online):
            found.append(("capital", year, yearly_capital(given, plant, online) * amount))
            found.append(("fixed operation", year, plant.fixed_opex * amount))
    seconds = {(site.pair.name, site.second.name): site for site in sites(given)}
    for row in used(plan, plan.model.columns.decisions.together):
        site = seconds[str(row["pair"]), str(row["plant"])]
        saved = site.pair.saving * yearly_capital(given, site.second, row["online"]) * row["value"]
        found += [("capital", year, -saved) for year in charged_years(given, site.second, row["online"])]
    return found


def _stand_costs(plan: Plan) -> list[Cost]:
    """Fixed cost of what stands and was not given up."""
    given = plan.model.plan
    gone: dict[tuple[str, int], float] = {}
    plants = _plants(plan)
    for row in used(plan, plan.model.columns.decisions.retire):
        name, since = str(row["plant"]), row["year"]
        for year in given.years:
            if year >= since:
                left = row["value"] * share_left(plants[name], since, year)
                gone[name, year] = gone.get((name, year), 0.0) + left
    return [
        ("fixed operation", year, p.fixed_opex * (p.standing.get(year, 0.0) - gone.get((p.name, year), 0.0)))
        for p in retirable(given)
        for year in given.years
    ]


def _grants(plan: Plan) -> list[Cost]:
    """Payments of grants that are taken, as income."""
    given = {grant.name: grant for grant in plan.model.plan.grants}
    years = set(plan.model.plan.years)
    return [
        ("grants", year, -usd * row["value"])
        for row in used(plan, plan.model.columns.decisions.take)
        for year, usd in given[str(row["grant"])].usd.items()
        if year in years
    ]


def prices(plan: Plan) -> Rows:
    """Worth of one more unit by commodity, place, class and year [USD per unit], where it is not zero."""
    duals = plan.solution.duals(plan.model.problem.row_blocks["balance"])
    return [
        {"commodity": c, "place": p, "class": k, "year": y, "usd_per_unit": usd}
        for (c, p, k, y), usd in balance_prices(plan.model, duals).items()
        if abs(usd) > NOISE
    ]


def emissions(plan: Plan) -> Rows:
    """t CO2e by year and where they come from: plants, freight, what is in bought goods."""
    model, emitted = plan.model, column_emissions(plan.model)
    rows: Rows = []
    for name, source in (("activity", "plants"), ("move", "freight"), ("buy", "bought goods")):
        block = model.problem.column_blocks[name]
        amounts = emitted[block.start : block.stop] * plan.solution.values(block)
        by_year = yearly(model, name, amounts)
        rows += [
            {"year": year, "source": source, "t_co2e": by_year.get(year, 0.0)} for year in model.plan.years
        ]
    return rows


def plan_frames(plan: Plan, tables: Mapping[str, Rows]) -> dict[str, pl.DataFrame]:
    """Tables of a plan; an empty table of used columns keeps its columns."""
    import polars as pl

    blocks = used_blocks(plan)
    found = {}
    for name, rows in tables.items():
        block = blocks.get(name)
        empty: dict[str, list[Any]] = {axis: [] for axis in (*block.keys.axes, "value")} if block else {}
        found[name] = pl.DataFrame(rows or empty, infer_schema_length=None)
    return found
