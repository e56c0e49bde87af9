"""Tables of the plan: what may be built, what may be bought abroad, what freight costs."""

from __future__ import annotations

from collections.abc import Mapping

from orecell.data.schema import Column, flag, identifier, number, provenance, table, text, value_range, year

PLANT_PARAMETERS: Mapping[str, str] = {
    "capex_usd_per_unit": "USD per {unit}/yr",
    "scale_exponent": "exponent",
    "block_size": "{unit}/yr",
    "permitting_years": "years",
    "construction_years": "years",
    "life_years": "years",
    "fixed_opex_fraction": "fraction of capex per year",
    "variable_opex_usd_per_unit": "USD/{unit}",
    "electricity_mwh_per_unit": "MWh/{unit}",
    "jobs_per_unit": "jobs per {unit}/yr",
    "emissions_t_per_unit": "t CO2e/{unit}",
    "qualification_years": "years",
    "growth_first_unit_per_yr": "{unit}/yr per year",
    "growth_fraction_per_yr": "fraction per year",
    "learning_fraction": "fraction per doubling",
}
"""Parameter of a kind of plant -> its unit, with the unit of the kind's capacity left open."""

PLAN_PARAMETERS: Mapping[str, str] = {
    "discount_rate": "fraction per year",
    "hurdle_rate": "fraction per year",
    "electricity_usd_per_mwh": "USD/MWh",
    "unmet_usd_per_kwh": "USD/kWh",
    "mix_band": "fraction",
    "carbon_price_usd_per_t": "USD/t CO2e",
    "workforce_jobs_per_yr": "jobs/yr",
    "training_usd_per_worker": "USD/worker",
    "training_most_per_yr": "workers/yr",
    "training_delay_years": "years",
    "colocation_capex_saving_fraction": "fraction",
    "storage_usd_per_t_yr": "USD/t per year",
    "grid_emissions_t_per_mwh": "t CO2e/MWh",
    "grid_emissions_abroad_t_per_mwh": "t CO2e/MWh",
    "project_left_fraction_announced": "fraction",
    "project_left_fraction_construction": "fraction",
    "project_left_fraction_paused": "fraction",
}
"""Parameter of a plan -> its unit. A case gives all of them: none is defaulted in silence."""

FREIGHT_MODES = ("truck", "rail", "ship")

PLAN = (
    table(
        "plant_types",
        "Kinds of plant: equipment that runs one or several recipes on one capacity.",
        ("plant_type",),
        identifier("plant_type", "id"),
        text("name", "name in tables and figures"),
        text("stage", "stage it belongs to", refers_to="stages"),
        text("unit", "unit of its capacity, per year", choices=("t", "GWh", "Mm2")),
        provenance(),
    ),
    table(
        "plant_recipes",
        "Recipes a kind of plant can run.",
        ("plant_type", "recipe"),
        text("plant_type", "kind of plant", refers_to="plant_types"),
        text("recipe", "recipe", refers_to="recipes"),
        number("value", "capacity used per unit of the recipe's reference", low=0),
        value_range(low=0),
        provenance(),
    ),
    table(
        "plant_parameters",
        "Cost, timing and labor of a kind of plant, in USD of 2025 and per unit of capacity and year.",
        ("plant_type", "parameter"),
        text("plant_type", "kind of plant", refers_to="plant_types"),
        text("parameter", "which parameter", choices=tuple(PLANT_PARAMETERS)),
        number("value", "value", low=0),
        text("unit", "unit of the value"),
        value_range(low=0),
        provenance(),
    ),
    table(
        "plan_parameters",
        "Numbers of a plan that belong to no plant: rates, prices, workforce, in real USD of 2025.",
        ("parameter",),
        text("parameter", "which parameter", choices=tuple(PLAN_PARAMETERS)),
        number("value", "value", low=0),
        text("unit", "unit of the value"),
        value_range(low=0),
        provenance(),
    ),
    table(
        "candidates",
        "Where a kind of plant may be built.",
        ("plant_type", "region"),
        text("plant_type", "kind of plant", refers_to="plant_types"),
        text("region", "region", refers_to="regions"),
        number("value", "capital cost relative to the kind's own", "ratio", low=0.1, high=10),
        value_range(low=0),
        provenance(),
    ),
    table(
        "supply_steps",
        "What a country can sell, in steps of rising price, USD of 2025 at its port; linear between years.",
        ("commodity", "country", "step", "year"),
        text("commodity", "commodity", refers_to="commodities"),
        text("country", "country", refers_to="countries"),
        Column("step", "integer", "number of the step, 1 is the cheapest", "", True, 1, 20),
        year("year", "year"),
        number("value", "price", "USD per unit", low=0),
        value_range(low=0),
        number("quantity", "most that can be bought at this price", "units/yr", low=0),
        flag("is_at_plant", "true for ores and brines: the price holds at any plant, without freight"),
        provenance(),
    ),
    table(
        "ports",
        "A representative port or center of a country, for distances.",
        ("country",),
        text("country", "country", refers_to="countries"),
        text("name", "port or place"),
        number("latitude", "latitude", "degrees", low=-90, high=90),
        number("longitude", "longitude", "degrees", low=-180, high=180),
        provenance(),
    ),
    table(
        "freight_rates",
        "Cost and emissions of freight by mode.",
        ("mode",),
        text("mode", "mode", choices=FREIGHT_MODES),
        number("value", "rate", "USD/t-km", low=0),
        value_range(low=0),
        number("handling_usd_per_t", "loading, unloading and port", "USD/t", low=0),
        number("emissions_kg_per_t_km", "greenhouse gas", "kg CO2e/t-km", low=0),
        number("circuity_factor", "way travelled over the great circle", "ratio", low=1, high=3),
        provenance(),
    ),
)
