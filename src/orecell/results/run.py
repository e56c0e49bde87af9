"""One run: a checked case under one scenario, turned into tidy result tables and a manifest.

The run id is a hash of the inputs, the scenario and the version, so the same input has the same id
and the same tables. Writing is all or nothing: a folder appears only when it is complete.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from orecell.chain.capacity import Outlook, known_states, make_outlook, stage_capacity
from orecell.chain.demand import demand_by_chemistry
from orecell.chain.requirement import UnitRequirement, unit_requirements
from orecell.chain.spread import edges
from orecell.data.book import Book, read_book
from orecell.data.package import Case
from orecell.data.scenario import Scenario
from orecell.errors import CaseError, InputError
from orecell.results.bottleneck import bottleneck_rows
from orecell.results.concentration import concentration_rows
from orecell.results.cost import cell_cost_rows
from orecell.results.coverage import BASES, REGION_SETS, Balance, coverage_rows, supply_by_family
from orecell.results.facilities import facility_rows, status_rows
from orecell.results.layout import make_frame
from orecell.results.published import MATCHES, published_rows
from orecell.results.result_folder import identity, make_manifest, write_folder

if TYPE_CHECKING:
    import numpy as np
    import polars as pl
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

Rows = list[dict[str, object]]
PRICE_YEAR = 2025
CAPACITIES = {"sourced": False, "with_assumed": True}
PACKAGES = ("orecell", "numpy", "polars", "pydantic")


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
        InputError: the case or the settings hold no answer, for example prices without an exchange rate.
    """
    scenario = complete(scenario)
    settings = scenario.settings
    years = range(settings.first_year or 0, (settings.last_year or 0) + 1)
    book, faults = read_book(case.tables)
    if faults:
        raise CaseError(faults)
    unit = unit_requirements(book, case.tables, years)
    demands = {
        (name, region): demand_by_chemistry(case.tables, name, countries, years, unit.chemistries)
        for name in settings.demand_cases or ()
        for region, countries in REGION_SETS.items()
    }
    setup = _Setup(case, scenario, book, unit, demands)
    rows = _measure(setup, settings.as_of or ())
    rows["requirement"] = _requirement_rows(case, unit, demands)
    rows["cell_cost"] = cell_cost_rows(book, case.tables, PRICE_YEAR)
    rows["concentration"] = concentration_rows(case.tables)
    rows["published"] = published_rows(
        case.tables, _at_their_dates(setup, rows), scenario.settings.capacity_basis
    )
    frames = {name: make_frame(name, table) for name, table in sorted(rows.items())}
    run_id = identity(case, scenario.model_dump_json())
    manifest = make_manifest(case, run_id, frames, PACKAGES, scenario=scenario.model_dump())
    return Run(run_id, case, scenario, frames, manifest)


@dataclass(frozen=True)
class _Setup:
    """What stays the same over dates: requirements per GWh, and demand by case and region set."""

    case: Case
    scenario: Scenario
    book: Book
    unit: UnitRequirement
    demands: Mapping[tuple[str, str], Floats]


def _at_their_dates(setup: _Setup, rows: Mapping[str, Rows]) -> dict[str, Rows]:
    """The run's rows, and those of the dates at which published figures were said."""
    tables = setup.case.tables
    first = min(tables["facility_states"]["known_on"].to_list())
    figures = tables["published_figures"].select("figure", "as_of").iter_rows()
    said = {d.isoformat() for name, d in figures if name in MATCHES and d >= first}
    more = _measure(setup, sorted(said - set(setup.scenario.settings.as_of or ())), is_brief=True)
    return {name: table + more.get(name, []) for name, table in rows.items()}


def complete(scenario: Scenario) -> Scenario:
    """The scenario with its dates written alike, nothing named twice and a headline year.

    Raises:
        InputError: no date, no demand case, no horizon, or a headline year outside the horizon.
    """
    settings = scenario.settings
    for key in ("as_of", "demand_cases", "first_year", "last_year"):
        if not getattr(settings, key):
            raise InputError(f"setting {key}", "a run needs it", "set it in scenarios/base.yaml")
    first, last = settings.first_year or 0, settings.last_year or 0
    year = settings.headline_year or last
    if not first <= year <= last:
        rule = f"lies outside the horizon of {first} to {last}"
        raise InputError(f"headline_year {year}", rule, "choose a year within, or change the horizon")
    changes: dict[str, object] = {
        "as_of": list(dict.fromkeys(dt.date.fromisoformat(d).isoformat() for d in settings.as_of or ())),
        "demand_cases": list(dict.fromkeys(settings.demand_cases or ())),
        "headline_year": year,
    }
    return scenario.model_copy(update={"settings": settings.model_copy(update=changes)})


def _measure(setup: _Setup, dates: Sequence[str], *, is_brief: bool = False) -> dict[str, Rows]:
    """Coverage, bottleneck, supply by status and facility status for every date and capacity basis.

    Brief: the run's own capacity basis only, without ranges and bottleneck.
    """
    case, scenario = setup.case, setup.scenario
    rows: dict[str, Rows] = {
        name: [] for name in ("coverage", "bottleneck", "supply_by_status", "facility_status")
    }
    for as_of in dates:
        date = dt.date.fromisoformat(as_of)
        states = known_states(case.tables, date)
        if states.is_empty():
            first = min(case.tables["facility_states"]["known_on"].to_list())
            raise InputError(f"as_of {as_of}", "no facility was known by then", f"choose {first} or later")
        for capacity, use_assumed in CAPACITIES.items():
            if is_brief and capacity != scenario.settings.capacity_basis:
                continue
            sized = stage_capacity(states, setup.book, case.tables, use_assumed=use_assumed)
            weighting = scenario.settings.weighting or "count"
            outlook = make_outlook(sized, case.tables, setup.unit.years, date, weighting)
            if capacity == scenario.settings.capacity_basis:
                rows["facility_status"] += facility_rows(outlook.facilities, as_of, case)
                rows["supply_by_status"] += status_rows(outlook, as_of, case)
            head: dict[str, object] = {"as_of": as_of, "capacity": capacity}
            ends = None if is_brief else edges(sized, case.tables, setup.unit.years, date)
            _add_coverage(rows, setup, outlook, ends, head)
    return rows


def _add_coverage(
    rows: dict[str, Rows],
    setup: _Setup,
    outlook: Outlook,
    ends: tuple[list[Outlook], list[Outlook]] | None,
    head: Mapping[str, object],
) -> None:
    """Coverage of one date and capacity basis by demand case and region; with ranges the bottleneck too."""
    stages = setup.case.tables["stages"]
    names = dict(stages.select("stage", "name").iter_rows())
    spreads = {r: _spread(ends, setup.unit, REGION_SETS[r], setup.case) if ends else {} for r in REGION_SETS}
    for (name, region), demand in setup.demands.items():
        balance = make_balance(outlook, setup.unit, demand, REGION_SETS[region], setup.case)
        where = {**head, "demand_case": name, "region_set": region}
        rows["coverage"] += [{**where, **row} for row in coverage_rows(balance, stages, spreads[region])]
        if ends is None:
            continue
        rows["bottleneck"] += [{**where, **row} for row in bottleneck_rows(balance, names, BASES[:3])]


def _spread(
    ends: tuple[list[Outlook], list[Outlook]], unit: UnitRequirement, countries: tuple[str, ...], case: Case
) -> dict[str, tuple[Floats, Floats]]:
    """Least and most expected and qualified supply of a region set (stage, year)."""
    import numpy as np

    def supply(outlook: Outlook, output: Floats) -> Floats:
        total: Floats = supply_by_family(_located(outlook, case), output, unit.stages, countries).sum(axis=1)
        return total

    bad, good = ends
    return {
        "expected": (
            np.minimum(*(supply(o, o.expected) for o in bad)),
            np.maximum(*(supply(o, o.expected) for o in good)),
        ),
        "qualified": (
            np.minimum(*(supply(o, o.qualified) for o in bad)),
            np.maximum(*(supply(o, o.qualified) for o in good)),
        ),
    }


def _located(outlook: Outlook, case: Case) -> pl.DataFrame:
    """Facilities with the country of their region, in the order of the outlook."""
    regions = case.table("regions").select("region", "country")
    return outlook.facilities.join(regions, on="region", how="left", maintain_order="left")


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

    located = _located(outlook, case)
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


def write_run(run: Run, folder: Path, pages: Mapping[str, str] | None = None) -> dict[str, str]:
    """Write a run's tables, pages and manifest; see `write_folder`.

    Args:
        run: what to write.
        folder: result folder.
        pages: file name -> text of reports to put beside the tables.

    Returns:
        File name -> SHA-256 of each table.

    Raises:
        StoreError: the folder cannot be written, or holds something that is not a run.
    """
    return write_folder(folder, run.frames, pages or {}, run.manifest)
