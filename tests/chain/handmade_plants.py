"""Hand-made tables of plants at one stage, cam, and the chain of their status."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

import polars as pl

Tables = dict[str, pl.DataFrame]
PROVENANCE = {
    "source": "hand",
    "source_url": "",
    "date": dt.date(2025, 1, 1),
    "confidence": "high",
    "note": "",
}
PARAMETERS = {
    "utilization_fraction": 0.8,
    "qualification_years": 1.5,
    "ramp_fraction_year_1": 0.5,
    "ramp_fraction_year_2": 0.9,
    "ramp_fraction_year_3": 1.0,
    "lead_time_announced_years": 4.0,
    "lead_time_construction_years": 2.0,
}
TRANSITIONS = {
    ("announced", "announced"): 0.7,
    ("announced", "construction"): 0.2,
    ("announced", "canceled"): 0.1,
    ("construction", "construction"): 0.5,
    ("construction", "operating"): 0.5,
    ("paused", "paused"): 0.9,
    ("paused", "operating"): 0.1,
    ("operating", "operating"): 0.729,
    ("operating", "retired"): 0.271,
}


def state(facility: str, known_on: str, status: str, **more: Any) -> dict[str, Any]:
    row = {"capacity": 100.0, "capacity_unit": "t/yr", "start_year": None, "capex_usd": None, **more}
    return {
        "facility": facility,
        "known_on": dt.date.fromisoformat(known_on),
        "status": status,
        **row,
        **PROVENANCE,
        "_row": 0,
    }


def transitions(shares: Mapping[tuple[str, str], float], weighting: str = "count") -> pl.DataFrame:
    rows = [
        {"group": "all", "weighting": weighting, "from_status": a, "to_status": b, "value": v}
        for (a, b), v in shares.items()
    ]
    return pl.DataFrame(rows).with_columns(period_months=pl.lit(18.0))


def plants(*states: dict[str, Any], is_counted: bool = True) -> Tables:
    """Tables of one stage from rows of facility_states."""
    names = sorted({row["facility"] for row in states})
    facilities = [
        {
            "facility": name,
            "stage": "cam",
            "commodity": "cam_x",
            "family": "any",
            "region": "US-KY",
            "is_counted": is_counted,
            **PROVENANCE,
            "_row": 0,
        }
        for name in names
    ]
    schema = {"start_year": pl.Int64, "capacity": pl.Float64, "capacity_unit": pl.String}
    return {
        "facilities": pl.DataFrame(facilities),
        "facility_states": pl.DataFrame(list(states), schema_overrides=schema),
        "capacity_assumptions": pl.DataFrame(
            schema={"facility": pl.String, "value": pl.Float64, "capacity_unit": pl.String}
        ),
        "stages": pl.DataFrame(
            {"stage": ["cam"], "order": [17.0], "measure": ["mass"], "transition_group": ["all"]}
        ),
        "stage_parameters": pl.DataFrame(
            [{"stage": "cam", "parameter": name, "value": value} for name, value in PARAMETERS.items()]
        ),
        "status_transitions": transitions(TRANSITIONS),
    }
