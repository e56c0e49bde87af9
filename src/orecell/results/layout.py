"""The columns of every result table, so that a table without rows still has them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import polars as pl

TEXT, NUMBER, WHOLE, FLAG = "String", "Float64", "Int64", "Boolean"
"""Names of the polars types of columns."""

_SCOPE = {"as_of": TEXT, "demand_case": TEXT, "region_set": TEXT, "capacity": TEXT}

LAYOUT: Mapping[str, Mapping[str, str]] = {
    "coverage": {
        **_SCOPE,
        "stage": TEXT,
        "stage_name": TEXT,
        "stage_order": NUMBER,
        "year": WHOLE,
        "basis": TEXT,
        "denominator": TEXT,
        "supply": NUMBER,
        "requirement": NUMBER,
        "unit": TEXT,
        "coverage_fraction": NUMBER,
        "coverage_low": NUMBER,
        "coverage_high": NUMBER,
    },
    "bottleneck": {
        **_SCOPE,
        "basis": TEXT,
        "year": WHOLE,
        "demand_gwh": NUMBER,
        "domestic_cells_gwh": NUMBER,
        "stage": TEXT,
        "stage_name": TEXT,
        "lifted_gwh": NUMBER,
        "next_stage_name": TEXT,
    },
    "supply_by_status": {
        "as_of": TEXT,
        "region_set": TEXT,
        "stage": TEXT,
        "year": WHOLE,
        "status": TEXT,
        "basis": TEXT,
        "supply": NUMBER,
        "unit": TEXT,
    },
    "requirement": {
        "demand_case": TEXT,
        "region_set": TEXT,
        "stage": TEXT,
        "year": WHOLE,
        "requirement": NUMBER,
        "unit": TEXT,
    },
    "facility_status": {
        "as_of": TEXT,
        "facility": TEXT,
        "name": TEXT,
        "operator": TEXT,
        "stage": TEXT,
        "stage_name": TEXT,
        "region": TEXT,
        "country": TEXT,
        "latitude": NUMBER,
        "longitude": NUMBER,
        "status": TEXT,
        "known_on": TEXT,
        "capacity": NUMBER,
        "unit": TEXT,
        "capacity_is_assumed": FLAG,
        "start_year": WHOLE,
        "is_counted": FLAG,
        "grant": TEXT,
        "confidence": TEXT,
        "note": TEXT,
        "source": TEXT,
    },
    "concentration": {
        "stage": TEXT,
        "stage_name": TEXT,
        "item": TEXT,
        "year": WHOLE,
        "hhi_low": NUMBER,
        "hhi_high": NUMBER,
        "concern_share_low": NUMBER,
        "concern_share_high": NUMBER,
        "largest_country": TEXT,
        "largest_share": NUMBER,
        "is_projection": FLAG,
        "source": TEXT,
    },
    "cell_cost": {
        "deck": TEXT,
        "cell": TEXT,
        "cell_name": TEXT,
        "component": TEXT,
        "usd_per_kwh": NUMBER,
        "share_fraction": NUMBER,
        "is_active_material": FLAG,
        "price_source": TEXT,
    },
    "published": {
        "figure": TEXT,
        "title": TEXT,
        "their_value": NUMBER,
        "our_value": NUMBER,
        "unit": TEXT,
        "as_of": TEXT,
        "year": WHOLE,
        "said_by": TEXT,
        "definition": TEXT,
        "our_definition": TEXT,
        "difference": TEXT,
        "source": TEXT,
    },
}


def make_frame(table: str, rows: Sequence[Mapping[str, Any]]) -> pl.DataFrame:
    """Rows as a table with exactly its columns; raises ValueError for a row that has others."""
    import polars as pl

    columns = LAYOUT[table]
    for row in rows:
        if row.keys() != columns.keys():
            raise ValueError(f"{table}: a row has {sorted(row)}, the layout {sorted(columns)}")
    return pl.DataFrame(rows, schema={name: getattr(pl, kind) for name, kind in columns.items()})
