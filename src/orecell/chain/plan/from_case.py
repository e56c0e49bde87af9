"""From the tables of a case to a plan: standing plants from the outlook, candidates, supplies, demand.

Standing capacity is what the outlook expects to run without any decision. Demand is for cells, by
country and chemistry; packs are assembled where cells go. Money is USD of 2025.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from orecell.chain.capacity import known_states, make_outlook, parameters_of, stage_capacity
from orecell.chain.demand import demand_by_chemistry
from orecell.chain.plan.network_input import Demand, Freight, Growth, Place, PlanInput, Plant, Supply
from orecell.chain.requirement import content
from orecell.data.tables import SOURCING_CLASSES
from orecell.errors import InputError

if TYPE_CHECKING:
    import polars as pl

    from orecell.data.book import Book

MARKETS = ("USA", "CAN", "MEX")
SEGMENT = "cells"


@dataclass(frozen=True)
class PlanChoices:
    """What a planner chooses.

    Attributes:
        as_of: date of knowledge.
        demand_case: demand case.
        first_year, last_year: horizon.
        weighting: of status transitions.
        discount_rate: real, per year.
        carbon_price: USD per t CO2e.
        unmet_usd_per_kwh: price of cells that nobody supplies.
        mix_band: how far the share of a chemistry may move, in points of share.
        electricity_usd_per_mwh: price of electricity for plants.
        capital_budget: most capital for builds, USD.
        neighbors: lanes kept between plants, nearest first; None for all.
    """

    as_of: str
    demand_case: str
    first_year: int
    last_year: int
    weighting: str = "count"
    discount_rate: float = 0.08
    carbon_price: float = 0.0
    unmet_usd_per_kwh: float = 500.0
    mix_band: float = 0.0
    electricity_usd_per_mwh: float = 80.0
    capital_budget: float | None = None
    neighbors: int | None = None

    @property
    def years(self) -> tuple[int, ...]:
        """The horizon."""
        return tuple(range(self.first_year, self.last_year + 1))


def plan_of_case(book: Book, tables: Mapping[str, pl.DataFrame], choices: PlanChoices) -> PlanInput:
    """The plan of a case.

    Raises:
        InputError: tables of the plan leave out something that a plant or a supply needs.
    """
    parameters = parameters_of(tables["plant_parameters"], "plant_type")
    plants = _plants(book, tables, choices, parameters)
    return PlanInput(
        years=choices.years,
        classes=SOURCING_CLASSES,
        places=_places(tables),
        recipes=dict(book.recipes),
        plants=plants,
        supplies=_supplies(book, tables, choices.years, plants),
        demands=_demands(tables, choices),
        tonnes=_tonnes(book, tables),
        freight=_freight(tables),
        growth=_growth(parameters),
        capital_budget=choices.capital_budget,
        discount_rate=choices.discount_rate,
        carbon_price=choices.carbon_price,
        neighbors=choices.neighbors,
    )


def _places(tables: Mapping[str, pl.DataFrame]) -> dict[str, Place]:
    classes = dict(tables["countries"].select("country", "sourcing_class").iter_rows())
    regions = tables["regions"].select("region", "country", "latitude", "longitude").iter_rows()
    found = {region: Place(region, classes[country], lat, lon) for region, country, lat, lon in regions}
    for country, latitude, longitude in (
        tables["ports"].select("country", "latitude", "longitude").iter_rows()
    ):
        found[country] = Place(country, classes[country], latitude, longitude)
    return found


def _recipes_of(tables: Mapping[str, pl.DataFrame]) -> dict[str, dict[str, float]]:
    found: dict[str, dict[str, float]] = {}
    for kind, recipe, value in tables["plant_recipes"].select("plant_type", "recipe", "value").iter_rows():
        found.setdefault(kind, {})[recipe] = value
    return found


def _plants(
    book: Book,
    tables: Mapping[str, pl.DataFrame],
    choices: PlanChoices,
    parameters: Mapping[str, Mapping[str, float]],
) -> tuple[Plant, ...]:
    standing, qualified = _standing(book, tables, choices)
    factors = {
        (k, r): v for k, r, v in tables["candidates"].select("plant_type", "region", "value").iter_rows()
    }
    recipes = _recipes_of(tables)
    ramps = _ramps(tables)
    plants = []
    for kind, place in sorted({*factors, *standing}):
        values = parameters[kind]
        capex = values["capex_usd_per_unit"] * factors[kind, place] if (kind, place) in factors else None
        power = values.get("electricity_mwh_per_unit", 0.0) * choices.electricity_usd_per_mwh
        plants.append(
            Plant(
                name=f"{kind}@{place}",
                kind=kind,
                place=place,
                recipes=recipes[kind],
                standing=standing.get((kind, place), {}),
                qualified=qualified.get((kind, place), {}),
                capex=capex,
                life_years=round(values["life_years"]),
                lead_years=round(values["permitting_years"] + values["construction_years"]),
                qualification_years=round(values.get("qualification_years", 0.0)),
                ramp=ramps[kind],
                fixed_opex=values.get("fixed_opex_fraction", 0.0) * values["capex_usd_per_unit"],
                variable_opex=values.get("variable_opex_usd_per_unit", 0.0) + power,
                emissions=values.get("emissions_t_per_unit", 0.0),
                jobs=values.get("jobs_per_unit", 0.0),
            )
        )
    return tuple(plants)


def _ramps(tables: Mapping[str, pl.DataFrame]) -> dict[str, tuple[float, ...]]:
    """Share of nameplate in use in the first three years: ramp x utilization of the stage of each kind."""
    values = parameters_of(tables["stage_parameters"], "stage")
    stage_of = tables["plant_types"].select("plant_type", "stage").iter_rows()
    return {kind: _ramp(values.get(stage, {})) for kind, stage in stage_of}


def _ramp(of_stage: Mapping[str, float]) -> tuple[float, ...]:
    used = of_stage.get("utilization_fraction", 1.0)
    return tuple(of_stage.get(f"ramp_fraction_year_{n}", 1.0) * used for n in (1, 2, 3))


Standing = dict[tuple[str, str], dict[int, float]]


def _standing(
    book: Book, tables: Mapping[str, pl.DataFrame], choices: PlanChoices
) -> tuple[Standing, Standing]:
    """(kind, region) -> year -> expected and qualified capacity of facilities, in units of the kind."""
    date = dt.date.fromisoformat(choices.as_of)
    sized = stage_capacity(known_states(tables, date), book, tables, use_assumed=False)
    outlook = make_outlook(sized, tables, choices.years, date, choices.weighting)
    measures = dict(tables["stages"].select("stage", "measure").iter_rows())
    expected: Standing = {}
    qualified: Standing = {}
    rows = outlook.facilities.select("plant_type", "stage", "commodity", "region").iter_rows()
    for i, (kind, stage, commodity, region) in enumerate(rows):
        if kind is None:
            continue
        per_unit = content(measures[stage], book.commodities[commodity].composition) or 1.0
        for target, output in ((expected, outlook.expected), (qualified, outlook.qualified)):
            total = target.setdefault((kind, region), dict.fromkeys(choices.years, 0.0))
            for t, year in enumerate(choices.years):
                total[year] += float(output[i, t]) / per_unit
    running = {key for key, by_year in expected.items() if any(by_year.values())}
    return {k: expected[k] for k in running}, {k: qualified[k] for k in running}


def _supplies(
    book: Book, tables: Mapping[str, pl.DataFrame], years: tuple[int, ...], plants: tuple[Plant, ...]
) -> tuple[Supply, ...]:
    """Steps with price and quantity linear between the years given; ores and brines at each plant."""
    import numpy as np

    country_of = dict(tables["regions"].select("region", "country").iter_rows())
    supplies = []
    table = tables["supply_steps"].sort("commodity", "country", "step", "year")
    for (commodity, country, step), rows in table.group_by(
        "commodity", "country", "step", maintain_order=True
    ):
        at = rows["year"].to_numpy()
        prices = dict(zip(years, np.interp(years, at, rows["value"].to_numpy()).tolist(), strict=True))
        most = dict(zip(years, np.interp(years, at, rows["quantity"].to_numpy()).tolist(), strict=True))
        places = [str(country)]
        if rows["is_at_plant"][0]:
            places = _users(book, plants, str(commodity), {r for r, c in country_of.items() if c == country})
        supplies += [Supply(str(commodity), place, round(float(str(step))), prices, most) for place in places]
    return tuple(supplies)


def _users(book: Book, plants: tuple[Plant, ...], commodity: str, regions: set[str]) -> list[str]:
    """Regions of a country with a plant that uses a commodity."""
    users = {p.place for p in plants for r in p.recipes if commodity in book.recipes[r].inputs}
    return sorted(users & regions)


def _demands(tables: Mapping[str, pl.DataFrame], choices: PlanChoices) -> tuple[Demand, ...]:
    import numpy as np

    cells = sorted(c for c in tables["commodities"]["commodity"].to_list() if c.startswith("pack_"))
    demands = []
    for market in MARKETS:
        gwh = demand_by_chemistry(tables, choices.demand_case, (market,), choices.years, cells)
        total = gwh.sum(axis=1)
        mix = np.divide(gwh, total[:, None], out=np.zeros_like(gwh), where=total[:, None] > 0)
        shares = {
            pack.replace("pack_", "cell_"): {
                year: (
                    max(0.0, float(mix[t, k]) - choices.mix_band),
                    min(1.0, float(mix[t, k]) + choices.mix_band),
                )
                for t, year in enumerate(choices.years)
            }
            for k, pack in enumerate(cells)
        }
        shares = {cell: ends for cell, ends in shares.items() if any(high > 0 for _, high in ends.values())}
        amount = dict(zip(choices.years, map(float, total), strict=True))
        demands.append(Demand(SEGMENT, market, amount, shares, choices.unmet_usd_per_kwh * 1e6))
    return tuple(demands)


def _tonnes(book: Book, tables: Mapping[str, pl.DataFrame]) -> dict[str, float]:
    """Tonnes per unit, from the composition; 1 for what is counted in tonnes."""
    units = dict(tables["commodities"].select("commodity", "unit").iter_rows())
    return {
        name: 1.0 if units[name] == "t" else sum(commodity.composition.values())
        for name, commodity in book.commodities.items()
    }


def _freight(tables: Mapping[str, pl.DataFrame]) -> Freight:
    modes = {row["mode"]: row for row in tables["freight_rates"].to_dicts()}
    for mode in ("truck", "ship"):
        if mode not in modes:
            raise InputError(mode, "has no freight rate", "add it to freight_rates")
    land, sea = modes["truck"], modes["ship"]
    return Freight(
        land_usd_per_t_km=land["value"],
        sea_usd_per_t_km=sea["value"],
        land_kg_per_t_km=land["emissions_kg_per_t_km"],
        sea_kg_per_t_km=sea["emissions_kg_per_t_km"],
        handling_usd_per_t=land["handling_usd_per_t"],
        land_circuity=land["circuity_factor"],
        sea_circuity=sea["circuity_factor"],
    )


def _growth(parameters: Mapping[str, Mapping[str, float]]) -> tuple[Growth, ...]:
    return tuple(
        Growth(kind, values["growth_first_unit_per_yr"], values.get("growth_fraction_per_yr", 0.0))
        for kind, values in sorted(parameters.items())
        if "growth_first_unit_per_yr" in values
    )
