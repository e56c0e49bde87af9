"""From the tables of a case to a plan: plants, projects, supplies, demand, freight, limits.

Demand is for cells, by country and chemistry; packs are assembled where cells go. Money is USD of 2025.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from orecell.chain.demand import demand_by_chemistry
from orecell.chain.plan.case_plants import Tables, plants_of_case
from orecell.chain.plan.case_supplies import supplies_of_case
from orecell.chain.plan.choices import MARKETS, SEGMENT, PlanChoices, plan_parameters
from orecell.chain.plan.limits_input import Colocation, Growth, Learning, Workforce
from orecell.chain.plan.network_input import Demand, Freight, Place, PlanInput, Plant
from orecell.data.tables import SOURCING_CLASSES
from orecell.errors import InputError

if TYPE_CHECKING:
    import polars as pl

    from orecell.data.book import Book

MAIN_INPUT, MOST_INPUT = 0.5, 2.0
"""Tonnes of an input per tonne of product for which two plants share a site; mines lie where ore is."""


def plan_of_case(book: Book, tables: Mapping[str, pl.DataFrame], choices: PlanChoices) -> PlanInput:
    """The plan of a case.

    Raises:
        InputError: tables of the plan leave out something that a plant or a supply needs.
    """
    parameters = plan_parameters(tables, choices)
    given = Tables(book, tables, choices, parameters)
    plants = plants_of_case(given)
    places = _places(tables)
    return PlanInput(
        years=choices.years,
        classes=SOURCING_CLASSES,
        places=places,
        recipes=dict(book.recipes),
        plants=plants,
        supplies=supplies_of_case(given, plants),
        demands=_demands(tables, choices, parameters),
        tonnes=_tonnes(book, tables),
        freight=_freight(tables),
        growth=_growth(given),
        workforce=_workforce(parameters, choices.years, tuple(p for p in places if p.startswith("US-"))),
        colocations=_colocations(given),
        learning=_learning(given, plants),
        capital_budget=choices.capital_budget,
        discount_rate=parameters["discount_rate"],
        carbon_price=parameters["carbon_price_usd_per_t"],
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


def _demands(
    tables: Mapping[str, pl.DataFrame], choices: PlanChoices, parameters: Mapping[str, float]
) -> tuple[Demand, ...]:
    import numpy as np

    band, unmet = parameters["mix_band"], parameters["unmet_usd_per_kwh"] * 1e6

    cells = sorted(c for c in tables["commodities"]["commodity"].to_list() if c.startswith("pack_"))
    demands = []
    for market in MARKETS:
        gwh = demand_by_chemistry(tables, choices.demand_case, (market,), choices.years, cells)
        total = gwh.sum(axis=1)
        mix = np.divide(gwh, total[:, None], out=np.zeros_like(gwh), where=total[:, None] > 0)
        shares = {
            pack.replace("pack_", "cell_"): {
                year: (
                    max(0.0, float(mix[t, k]) - band),
                    min(1.0, float(mix[t, k]) + band),
                )
                for t, year in enumerate(choices.years)
            }
            for k, pack in enumerate(cells)
        }
        shares = {cell: ends for cell, ends in shares.items() if any(high > 0 for _, high in ends.values())}
        amount = dict(zip(choices.years, map(float, total), strict=True))
        demands.append(Demand(SEGMENT, market, amount, shares, unmet))
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


def _growth(given: Tables) -> tuple[Growth, ...]:
    return tuple(
        Growth(kind, values["growth_first_unit_per_yr"], values.get("growth_fraction_per_yr", 0.0))
        for kind, values in sorted(given.kinds.items())
        if "growth_first_unit_per_yr" in values
    )


def _workforce(parameters: Mapping[str, float], years: tuple[int, ...], places: tuple[str, ...]) -> Workforce:
    """Workers for new plants in the US."""
    return Workforce(
        places,
        dict.fromkeys(years, parameters["workforce_jobs_per_yr"]),
        usd_per_worker=parameters["training_usd_per_worker"],
        most=parameters["training_most_per_yr"],
        delay_years=round(parameters["training_delay_years"]),
    )


def _colocations(given: Tables) -> tuple[Colocation, ...]:
    """A plant saves capital beside one that makes its main input, the largest by mass that a plant makes."""
    saving, recipes = given.parameters["colocation_capex_saving_fraction"], given.book.recipes
    in_tonnes = {
        k for k, unit in given.tables["plant_types"].select("plant_type", "unit").iter_rows() if unit == "t"
    }
    kinds = {kind: plant for kind, plant in given.of_kind.items() if kind in in_tonnes}
    maker = {recipes[r].reference: kind for kind, plant in kinds.items() for r in plant.recipes}
    main: dict[str, tuple[float, str]] = {}
    for second, plant in kinds.items():
        taken = [item for name in plant.recipes for item in recipes[name].inputs.items()]
        made = [(amount, maker[c]) for c, amount in taken if maker.get(c, second) != second]
        main[second] = max((m for m in made if MAIN_INPUT <= m[0] <= MOST_INPUT), default=(0.0, ""))
    return tuple(
        Colocation(f"{first} beside {second}", first, second, ratio, saving)
        for second, (ratio, first) in sorted(main.items())
        if first and saving > 0.0
    )


def _learning(given: Tables, plants: tuple[Plant, ...]) -> tuple[Learning, ...]:
    """Learning from what stands in the first year; a kind of which nothing stands starts at one block."""
    first = given.choices.first_year
    found = []
    for kind, values in sorted(given.kinds.items()):
        stands = sum(plant.standing.get(first, 0.0) for plant in plants if plant.kind == kind)
        if values.get("learning_fraction", 0.0) > 0.0:
            found.append(Learning(kind, values["learning_fraction"], max(stands, values["block_size"])))
    return tuple(found)
