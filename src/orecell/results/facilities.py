"""Rows about facilities: what was known of each at a date, and what they make by status."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from orecell.results.coverage import REGION_SETS

if TYPE_CHECKING:
    import polars as pl

    from orecell.chain.capacity import Outlook
    from orecell.data.package import Case


def status_rows(outlook: Outlook, as_of: str, case: Case) -> list[dict[str, object]]:
    """Output by status known at the date: who makes it by today's stage of building."""
    countries = dict(case.table("regions").select("region", "country").iter_rows())
    units = dict(case.tables["stages"].select("stage", "unit").iter_rows())
    totals: dict[tuple[str, str, int, str, str], float] = {}
    keys = outlook.facilities.select("stage", "status", "region").rows()
    for basis, output in (
        ("nameplate", outlook.nameplate),
        ("expected", outlook.expected),
        ("qualified", outlook.qualified),
    ):
        for i, (stage, status, region) in enumerate(keys):
            for region_set, members in REGION_SETS.items():
                if countries[region] not in members or not output[i].any():
                    continue
                for t, year in enumerate(outlook.years):
                    key = (region_set, stage, year, status, basis)
                    totals[key] = totals.get(key, 0.0) + float(output[i, t])
    return [
        {
            "as_of": as_of,
            "region_set": region_set,
            "stage": stage,
            "year": year,
            "status": status,
            "basis": basis,
            "supply": value,
            "unit": units[stage],
        }
        for (region_set, stage, year, status, basis), value in sorted(totals.items())
    ]


def facility_rows(states: pl.DataFrame, as_of: str, case: Case) -> list[dict[str, object]]:
    """What was known of every facility at the date, with its public money."""
    labels = {row["stage"]: row for row in case.tables["stages"].to_dicts()}
    countries = dict(case.table("regions").select("region", "country").iter_rows())
    grants = _grants_as_of(case, as_of)
    rows: list[dict[str, object]] = []
    for row in states.to_dicts():
        stage = labels[row["stage"]]
        rows.append(
            {
                "as_of": as_of,
                "facility": row["facility"],
                "name": row["name"],
                "operator": row["operator"],
                "stage": row["stage"],
                "stage_name": stage["name"],
                "region": row["region"],
                "country": countries[row["region"]],
                "latitude": row["latitude"],
                "longitude": row["longitude"],
                "status": row["status"],
                "known_on": row["known_on"].isoformat(),
                "capacity": row["stage_capacity"],
                "unit": stage["unit"],
                "capacity_is_assumed": row["is_assumed"],
                "start_year": row["start_year"],
                "is_counted": row["is_counted"],
                "grant": grants.get(row["facility"], ""),
                "confidence": row["state_confidence"],
                "note": row["state_note"] or row["note"] or "",
                "source": row["state_source_url"] or row["state_source"],
            }
        )
    return rows


def _grants_as_of(case: Case, as_of: str) -> dict[str, str]:
    """One line per facility on its public money as known at a date."""
    import polars as pl

    known = (
        case.tables["grants"]
        .filter(pl.col("known_on") <= dt.date.fromisoformat(as_of))
        .sort("grant", "known_on")
    )
    latest = known.group_by("grant", maintain_order=True).last().sort("facility", "grant")
    lines: dict[str, list[str]] = {}
    for row in latest.to_dicts():
        kind = "loan" if row["program"].startswith("loan") else "grant"
        amount = "amount unknown" if row["value"] is None else f"{row['value'] / 1e6:.0f} MUSD"
        paid = "" if row["disbursed_usd"] is None else f", about {row['disbursed_usd'] / 1e6:.0f} paid"
        status = "rest canceled" if paid and row["status"] == "canceled" else row["status"]
        lines.setdefault(row["facility"], []).append(f"{kind} {amount}{paid}, {status}")
    return {facility: "; ".join(parts) for facility, parts in lines.items()}
