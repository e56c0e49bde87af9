"""Tables of plants: facilities, what was known of them and when, events, grants, status transitions."""

from __future__ import annotations

from orecell.data.schema import (
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

STATUSES = ("announced", "construction", "operating", "paused", "pilot", "canceled", "retired")
CAPACITY_UNITS = (
    "t/yr",
    "t LCE/yr",
    "t Li/yr",
    "t Ni/yr",
    "t Co/yr",
    "t Mn/yr",
    "GWh/yr",
    "m2/yr",
    "t feed/yr",
)
FAMILIES = ("nickel", "iron", "any")

PLANTS = (
    table(
        "facilities",
        "Real sites, one row per product line.",
        ("facility",),
        identifier("facility", "id"),
        text("name", "name"),
        identifier("site", "id shared by the lines of one site"),
        text("operator", "operating company"),
        text("owner_country", "country of the ultimate parent", refers_to="countries"),
        text("region", "region", refers_to="regions"),
        text("city", "city"),
        text("stage", "stage", refers_to="stages"),
        text("commodity", "main product, or feed for recycling lines", refers_to="commodities"),
        text("family", "cathode family served", choices=FAMILIES),
        number("latitude", "latitude", "degrees", low=-90, high=90),
        number("longitude", "longitude", "degrees", low=-180, high=180),
        flag("is_counted", "false: never added to totals (double counting, other chemistry, not credible)"),
        provenance(),
    ),
    table(
        "facility_states",
        "What was known of a facility, and when.",
        ("facility", "known_on"),
        text("facility", "facility", refers_to="facilities"),
        day("known_on", "date from which this state was known"),
        text("status", "status", choices=STATUSES),
        number("capacity", "nameplate capacity; empty where nobody published one", required=False, low=0),
        text("capacity_unit", "unit of the capacity", required=False, choices=CAPACITY_UNITS),
        year("start_year", "first year of production, actual or stated", required=False),
        number("capex_usd", "capital cost of the line", "USD", required=False, low=0),
        provenance(),
    ),
    table(
        "capacity_assumptions",
        "Assumed capacities of facilities that published none; used only on request.",
        ("facility",),
        text("facility", "facility", refers_to="facilities"),
        number("value", "assumed capacity", low=0),
        text("capacity_unit", "unit of the capacity", choices=CAPACITY_UNITS),
        value_range(low=0),
        provenance(),
    ),
    table(
        "facility_events",
        "Dated events: starts, pauses, pivots, grants ended.",
        ("facility", "date", "event"),
        text("facility", "facility", refers_to="facilities"),
        text("event", "kind of event"),
        text("title", "what happened"),
        text("detail", "detail", required=False),
        provenance(),
    ),
    table(
        "grants",
        "Public money for a facility and how it stood at a date.",
        ("grant", "known_on"),
        identifier("grant", "id shared by the states of one grant"),
        text("facility", "facility", refers_to="facilities"),
        text("program", "program"),
        text(
            "commodity", "product the money is tied to, where it is", required=False, refers_to="commodities"
        ),
        day("known_on", "date from which this state was known"),
        text("status", "status", choices=("selected", "awarded", "canceled", "completed")),
        number("value", "amount of the award", "USD", required=False, low=0),
        number("disbursed_usd", "paid so far", "USD", required=False, low=0),
        provenance(),
    ),
    table(
        "status_transitions",
        "Measured probabilities that a project moves from one status to another in a period.",
        ("group", "weighting", "from_status", "to_status"),
        identifier("group", "group of stages"),
        text("weighting", "projects counted equally or by capital", choices=("count", "capital")),
        text("from_status", "status before", choices=STATUSES),
        text("to_status", "status after", choices=STATUSES),
        fraction("value", "probability"),
        number("period_months", "length of the period", "months", low=1, high=120),
        value_range("fraction", 0, 1),
        provenance(),
    ),
)
