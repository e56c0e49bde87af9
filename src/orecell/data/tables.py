"""Every table of a case, described as data (see `orecell.data.schema` for the words).

The order is the reading order: places, things, transformations, plants, markets, published figures.
"""

from __future__ import annotations

from orecell.data.market_tables import MARKETS
from orecell.data.plan_tables import PLAN
from orecell.data.plant_tables import FAMILIES, PLANTS
from orecell.data.schema import (
    Table,
    day,
    flag,
    fraction,
    identifier,
    number,
    provenance,
    table,
    text,
    value_range,
    year,
)

SOURCING_CLASSES = ("domestic", "allied", "other", "concern")
BASES = ("formula", "measured", "assembled", "feed", "none")
METHODS = ("stoichiometry", "assembly", "split", "recovery")
ROLES = ("carrier", "reagent", "ingredient", "byproduct", "product", "loss", "energy")
FLOW_UNITS = (
    "mol/mol",
    "t/t",
    "t/GWh",
    "kg/kWh",
    "Mm2/GWh",
    "t/Mm2",
    "GWh/GWh",
    "fraction",
    "MWh/t",
    "MWh/GWh",
    "GJ/t",
)
OUTLOOK_PARAMETERS = (
    "utilization_fraction",
    "qualification_years",
    "ramp_fraction_year_1",
    "ramp_fraction_year_2",
    "ramp_fraction_year_3",
    "lead_time_announced_years",
    "lead_time_construction_years",
)
"""Parameters that the outlook reads of every stage: none is defaulted in silence."""

STAGE_PARAMETERS = (*OUTLOOK_PARAMETERS, "output_per_feed_fraction")


PLACES = (
    table(
        "sources",
        "Where the numbers come from.",
        ("source",),
        identifier("source", "id, lower case with underscores"),
        text("title", "title of the document or dataset"),
        text("publisher", "who published it"),
        text("url", "address, or the statute", required=False),
        text("license", "license, or 'cite as fact' for single facts from a protected work"),
        flag("is_collection", "true if it stands for many pages, so that each row must name its own"),
        day("date", "date of publication or edition"),
    ),
    table(
        "countries",
        "Countries and the sourcing class each belongs to.",
        ("country",),
        identifier("country", "ISO 3166-1 alpha-3 code"),
        text("name", "English short name"),
        text("sourcing_class", "partition used for origin and dependence", choices=SOURCING_CLASSES),
        provenance(),
    ),
    table(
        "regions",
        "States, provinces and hubs.",
        ("region",),
        identifier("region", "ISO 3166-2 code, for example US-KY"),
        text("name", "name"),
        text("country", "country it lies in", refers_to="countries"),
        number("latitude", "of the population center", "degrees", low=-90, high=90),
        number("longitude", "of the population center", "degrees", low=-180, high=180),
        provenance(),
    ),
)

THINGS = (
    table(
        "stages",
        "Stages of the chain whose coverage is reported.",
        ("stage",),
        identifier("stage", "id"),
        text("name", "name in tables and figures"),
        number("order", "position from mine to recycling", low=0, high=100),
        text(
            "measure",
            "what is added up: mass, energy, area or an element",
            choices=("mass", "energy", "area", "Li", "Ni", "Co", "Mn"),
        ),
        text("unit", "unit of the sum"),
        identifier("transition_group", "group of status transitions"),
        flag("is_reported", "false for stages upstream of the coverage table"),
        provenance(),
    ),
    table(
        "stage_parameters",
        "Operating and timing parameters of a stage.",
        ("stage", "parameter"),
        text("stage", "stage", refers_to="stages"),
        text("parameter", "which parameter", choices=STAGE_PARAMETERS),
        number("value", "value", low=0),
        text("unit", "unit of the value"),
        value_range(low=0),
        provenance(),
    ),
    table(
        "commodities",
        "Traded goods, reagents and wastes with their unit and the basis of their composition.",
        ("commodity",),
        identifier("commodity", "id"),
        text("name", "name in tables and figures"),
        text("unit", "unit in which amounts are counted", choices=("t", "GWh", "Mm2", "MWh", "GJ")),
        text(
            "basis",
            "formula, measured (table of compositions), assembled or feed (from a recipe), none (energy)",
            choices=BASES,
        ),
        text("formula", "chemical formula where the basis is formula", required=False),
        text(
            "stage",
            "stage that makes it, where it belongs to a reported one",
            required=False,
            refers_to="stages",
        ),
        text("family", "cathode family it serves", choices=FAMILIES),
        provenance(),
    ),
    table(
        "compositions",
        "Measured compositions of mixtures.",
        ("commodity", "element"),
        text("commodity", "mixture", refers_to="commodities"),
        text("element", "element symbol"),
        fraction("value", "mass fraction of the element, as used"),
        value_range("fraction", 0, 1),
        provenance(),
    ),
)

TRANSFORMATIONS = (
    table(
        "recipes",
        "Ways to make or treat a commodity; amounts follow from the rows of recipe_flows.",
        ("recipe",),
        identifier("recipe", "id"),
        text("name", "name"),
        text(
            "reference",
            "commodity made, or treated where the method is split or recovery",
            refers_to="commodities",
        ),
        text("method", "how amounts are computed", choices=METHODS),
        provenance(),
    ),
    table(
        "recipe_flows",
        "What a recipe takes and gives, as coefficients and yields from sources.",
        ("recipe", "role", "commodity", "element", "basis"),
        text("recipe", "recipe", refers_to="recipes"),
        text("role", "part it plays", choices=ROLES),
        text("commodity", "commodity; empty for an element lost", required=False, refers_to="commodities"),
        text("element", "element that sets the amount of a carrier, product or loss", required=False),
        text(
            "basis",
            "commodity to whose moles a reagent or by-product refers, where not the product",
            required=False,
            refers_to="commodities",
        ),
        number("value", "coefficient, fraction or yield, in the unit of the row", required=False, low=0),
        text("unit", "unit of the value", choices=FLOW_UNITS, required=False),
        number(
            "yield_fraction",
            "share that reaches the product; where given, the range of the row is of this yield",
            "fraction",
            required=False,
            low=1e-6,
            high=1,
        ),
        value_range(low=0),
        provenance(),
    ),
    table(
        "technology_mix",
        "Share of each recipe in making or treating a commodity; linear between the years given.",
        ("commodity", "recipe", "year"),
        text("commodity", "commodity", refers_to="commodities"),
        text("recipe", "recipe", refers_to="recipes"),
        year("year", "year of the share"),
        fraction("value", "share of the commodity made or treated by the recipe"),
        value_range("fraction", 0, 1),
        provenance(),
    ),
)

TABLES: dict[str, Table] = {
    entry.name: entry for entry in (*PLACES, *THINGS, *TRANSFORMATIONS, *PLANTS, *MARKETS, *PLAN)
}
