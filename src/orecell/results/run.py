"""One run: a checked case under one scenario, turned into tidy result tables and a manifest.

The run id is a hash of the inputs, the scenario and the version, so the same input has the same id
and the same tables. Writing is all or nothing: a folder appears only when it is complete.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

from orecell.chain.capacity import Outlook, known_states, make_outlook, stage_capacity
from orecell.chain.demand import demand_by_chemistry
from orecell.chain.requirement import UnitRequirement, unit_requirements
from orecell.data.book import Book, read_book
from orecell.data.package import Case
from orecell.data.scenario import Scenario
from orecell.errors import StoreError
from orecell.results.bottleneck import bottleneck_rows
from orecell.results.concentration import concentration_rows
from orecell.results.cost import cell_cost_rows
from orecell.results.coverage import BASES, REGION_SETS, Balance, coverage_rows, supply_by_family
from orecell.results.published import published_rows

if TYPE_CHECKING:
    import numpy as np
    import polars as pl
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

PRICE_YEAR = 2025
CAPACITIES = {"sourced": False, "with_assumed": True}
SCHEMA_VERSION = 1
MARKER = "manifest.json"


@dataclass(frozen=True)
class Run:
    """Results of one run.

    Attributes:
        run_id: first 12 hex digits of the hash of inputs, scenario and version.
        case: the case as run.
        scenario: settings with every base applied.
        frames: result tables by name.
        manifest: what was run with what.
    """

    run_id: str
    case: Case
    scenario: Scenario
    frames: Mapping[str, pl.DataFrame]
    manifest: Mapping[str, Any]


def run_case(case: Case, scenario: Scenario) -> Run:
    """Evaluate a case.

    Args:
        case: checked case, with the overrides of the scenario already in it.
        scenario: resolved scenario; its settings are complete.

    Raises:
        InputError: the case holds no answer, for example prices without an exchange rate.
    """
    settings = scenario.settings
    years = range(settings.first_year or 0, (settings.last_year or 0) + 1)
    book, _ = read_book(case.tables)
    unit = unit_requirements(book, case.tables, years)
    demands = {
        (name, region): demand_by_chemistry(case.tables, name, countries, years, unit.chemistries)
        for name in settings.demand_cases or ()
        for region, countries in REGION_SETS.items()
    }
    rows = _measure(case, scenario, book, unit, demands)
    rows["requirement"] = _requirement_rows(case, unit, demands)
    rows["cell_cost"] = cell_cost_rows(book, case.tables, PRICE_YEAR)
    rows["concentration"] = concentration_rows(case.tables)
    rows["published"] = published_rows(
        case.tables["published_figures"], rows, settings.headline_year or years[-1]
    )
    frames = {name: _frame(table) for name, table in sorted(rows.items())}
    run_id = _run_id(case, scenario)
    return Run(run_id, case, scenario, frames, _manifest(case, scenario, run_id, frames))


def _frame(rows: list[dict[str, object]]) -> pl.DataFrame:
    import polars as pl

    return pl.DataFrame(rows, infer_schema_length=None)


def _measure(
    case: Case,
    scenario: Scenario,
    book: Book,
    unit: UnitRequirement,
    demands: Mapping[tuple[str, str], Floats],
) -> dict[str, list[dict[str, object]]]:
    """Coverage, bottleneck, supply by status and facility status for every date and capacity basis."""
    rows: dict[str, list[dict[str, object]]] = {
        "coverage": [],
        "bottleneck": [],
        "supply_by_status": [],
        "facility_status": [],
    }
    names = dict(case.tables["stages"].select("stage", "name").iter_rows())
    for as_of in scenario.settings.as_of or ():
        date = dt.date.fromisoformat(as_of)
        states = known_states(case.tables, date)
        for capacity, use_assumed in CAPACITIES.items():
            sized = stage_capacity(states, book, case.tables, use_assumed=use_assumed)
            outlook = make_outlook(
                sized, case.tables, unit.years, date, scenario.settings.weighting or "count"
            )
            if capacity == _default_capacity(scenario):
                rows["facility_status"] += _facility_rows(outlook.facilities, as_of, case)
                rows["supply_by_status"] += _status_rows(outlook, as_of, case)
            for (name, region), demand in demands.items():
                balance = make_balance(outlook, unit, demand, REGION_SETS[region], case)
                head: dict[str, object] = {
                    "as_of": as_of,
                    "demand_case": name,
                    "region_set": region,
                    "capacity": capacity,
                }
                rows["coverage"] += [{**head, **row} for row in coverage_rows(balance, case.tables["stages"])]
                found = bottleneck_rows(balance, names, BASES[:3])
                rows["bottleneck"] += [{**head, **row} for row in found]
    return rows


def _default_capacity(scenario: Scenario) -> str:
    return "with_assumed" if scenario.settings.use_assumed_capacity else "sourced"


def make_balance(
    outlook: Outlook, unit: UnitRequirement, demand: Floats, countries: tuple[str, ...], case: Case
) -> Balance:
    """Supply against requirement of one region set.

    Args:
        outlook: output of every facility.
        unit: requirement per GWh (year, stage, chemistry).
        demand: (year, chemistry) [GWh].
        countries: countries of the region set.
        case: for the countries of regions and the families of cells.
    """
    import numpy as np

    located = outlook.facilities.join(
        case.table("regions").select("region", "country"), on="region", how="left"
    )
    supply = {
        "nameplate": supply_by_family(located, outlook.nameplate, unit.stages, countries),
        "expected": supply_by_family(located, outlook.expected, unit.stages, countries),
        "qualified": supply_by_family(located, outlook.qualified, unit.stages, countries),
    }
    family_of = dict(case.tables["commodities"].select("commodity", "family").iter_rows())
    member = np.array(
        [[family_of[pack] == f for pack in unit.chemistries] for f in ("nickel", "iron")], dtype=float
    )
    requirement = np.einsum("tsc,tc,fc->sft", unit.value, demand, member)
    return Balance(unit.stages, unit.years, supply, requirement, np.einsum("tc,fc->ft", demand, member))


def _requirement_rows(
    case: Case, unit: UnitRequirement, demands: Mapping[tuple[str, str], Floats]
) -> list[dict[str, object]]:
    import numpy as np

    rows: list[dict[str, object]] = []
    units = dict(case.tables["stages"].select("stage", "unit").iter_rows())
    for (name, region), demand in demands.items():
        need = np.einsum("tsc,tc->st", unit.value, demand)
        rows += [
            {
                "demand_case": name,
                "region_set": region,
                "stage": stage,
                "year": year,
                "requirement": float(need[i, t]),
                "unit": units[stage],
            }
            for i, stage in enumerate(unit.stages)
            for t, year in enumerate(unit.years)
        ]
    return rows


def _status_rows(outlook: Outlook, as_of: str, case: Case) -> list[dict[str, object]]:
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


def _facility_rows(states: pl.DataFrame, as_of: str, case: Case) -> list[dict[str, object]]:
    labels = {row["stage"]: row for row in case.tables["stages"].to_dicts()}
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
        amount = "amount unknown" if row["value"] is None else f"{row['value'] / 1e6:.0f} MUSD"
        paid = "" if row["disbursed_usd"] is None else f", {row['disbursed_usd'] / 1e6:.0f} paid"
        lines.setdefault(row["facility"], []).append(f"{amount} {row['status']}{paid}")
    return {facility: "; ".join(parts) for facility, parts in lines.items()}


def _run_id(case: Case, scenario: Scenario) -> str:
    text = case.input_hash + scenario.model_dump_json() + version("orecell")
    return hashlib.sha256(text.encode()).hexdigest()[:12]


def _manifest(
    case: Case, scenario: Scenario, run_id: str, frames: Mapping[str, pl.DataFrame]
) -> dict[str, Any]:
    import platform

    packages = ("orecell", "numpy", "polars", "pydantic")
    return {
        "schema_version": SCHEMA_VERSION,
        "run_id": run_id,
        "case": case.name,
        "scenario": scenario.model_dump(),
        "input_sha256": case.input_hash,
        "versions": {"python": platform.python_version(), **{name: version(name) for name in packages}},
        "tables": {name: {"rows": frame.height, "columns": frame.columns} for name, frame in frames.items()},
    }


def write_run(run: Run, folder: Path) -> dict[str, str]:
    """Write a run's tables and manifest; an older run in the folder is replaced as a whole.

    Args:
        run: what to write.
        folder: result folder.

    Returns:
        File name -> SHA-256 of each table.

    Raises:
        StoreError: the folder cannot be written, or holds something that is not a run.
    """
    if folder.exists() and not (folder / MARKER).is_file():
        raise StoreError(f"{folder} exists and is not a result folder; name another with --out")
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        building = Path(tempfile.mkdtemp(prefix=".run-", dir=folder.parent))
    except OSError as error:
        raise StoreError(f"cannot write to {folder.parent}: {error.strerror}") from error
    try:
        hashes = {}
        for name, frame in run.frames.items():
            frame.write_parquet(building / f"{name}.parquet", statistics=False)
            hashes[f"{name}.parquet"] = hashlib.sha256(
                (building / f"{name}.parquet").read_bytes()
            ).hexdigest()
        manifest = {**run.manifest, "sha256": hashes}
        (building / MARKER).write_text(
            json.dumps(manifest, indent=1, sort_keys=True) + "\n", encoding="utf-8"
        )
        if folder.exists():
            shutil.rmtree(folder)
        os.replace(building, folder)
    except OSError as error:
        shutil.rmtree(building, ignore_errors=True)
        raise StoreError(f"cannot write {folder}: {error.strerror}") from error
    return hashes
