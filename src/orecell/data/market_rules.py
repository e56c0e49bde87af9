"""Rules of markets: demand that adds up and covers the horizon, world supply, figures of others."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from orecell.core.tolerances import SHARE_SUM
from orecell.data.case_rows import At, column_of, resolved, rows_of
from orecell.errors import Fault

if TYPE_CHECKING:
    from orecell.data.package import Case
    from orecell.data.scenario import Settings

OF_WORLD = "fraction of world"
FIGURE_UNITS = ("fraction", "GWh", "GWh/yr", "vehicles/yr")
MAX_RATIO = 5.0
"""A published fraction may exceed one (capacity over demand); above this it is a percent."""


def demand_is_what_it_says(case: Case) -> Iterator[Fault]:
    """Where demand is vehicles times pack, the product is the number given."""
    columns = ("vehicles", "kwh_per_vehicle", "value")
    for row, vehicles, pack, value in rows_of(case, "demand", *columns):
        if (vehicles is None) != (pack is None):
            column = "vehicles" if vehicles is None else "kwh_per_vehicle"
            rule = "vehicles and pack come together"
            yield At("demand", row, column).fault(None, rule, "fill in both or empty both")
        elif vehicles is not None and abs(vehicles * pack / 1e6 - value) > 1e-6 * max(value, 1e-9):
            rule = f"vehicles x pack is {vehicles * pack / 1e6:.6g} GWh"
            yield At("demand", row, "value").fault(value, rule, "make the three numbers agree")


def segments_do_not_overlap(case: Case) -> Iterator[Fault]:
    """A country has demand for all segments together, or by segment, never both."""
    whole = {
        (name, country)
        for _, name, country, segment in rows_of(case, "demand", "demand_case", "country", "segment")
        if segment == "all"
    }
    for row, name, country, segment in rows_of(case, "demand", "demand_case", "country", "segment"):
        if segment != "all" and (name, country) in whole:
            rule = f"{name} has demand of all segments of {country}, so this one would count twice"
            fix = "keep the total or the segments"
            yield At("demand", row, "segment").fault(segment, rule, fix)


Series = dict[tuple[str, str], dict[int, int]]


def demand_rows(case: Case) -> dict[str, Series]:
    """Demand case -> country and segment -> year -> row."""
    found: dict[str, Series] = {}
    columns = ("demand_case", "country", "segment", "year")
    for row, name, country, segment, year in rows_of(case, "demand", *columns):
        found.setdefault(name, {}).setdefault((country, segment), {})[year] = row
    return found


def years_of_demand(case: Case, settings: Settings) -> range:
    """Years from the first to the last with demand in any demand case that is run."""
    demand = demand_rows(case)
    rows = [years for name in settings.demand_cases or () for years in demand.get(name, {}).values()]
    covered = sorted(set().union(*rows))
    return range(covered[0], covered[-1] + 1) if covered else range(0)


SPANNED = ("demand", "chemistry_mix", "supply_steps")
"""Tables by year that a longer horizon needs."""


def spans(case: Case, settings: Settings) -> str:
    """Which years the tables cover that a run reads, those of a demand case for the cases that are run."""
    shown: list[str] = []
    for table in SPANNED:
        years = [
            year
            for year, name in _years_and_cases(case, table)
            if name is None or name in (settings.demand_cases or ())
        ]
        if years:
            shown.append(f"{table}{'' if shown else ' covers'} {min(years)} to {max(years)}")
    return ", ".join(shown)


def _years_and_cases(case: Case, table: str) -> Iterator[tuple[int, str | None]]:
    """Year and demand case of every row; no case where the table has none."""
    frame = case.tables[table]
    years = frame["year"].to_list()
    names = frame["demand_case"].to_list() if "demand_case" in frame.columns else [None] * len(years)
    return zip(years, names, strict=True)


def demand_covers_the_horizon(case: Case) -> Iterator[Fault]:
    """Demand cases that are run have a number and a mix of chemistries for every year of the horizon.

    Years before the first and after the last with any demand are left to the rule of the settings.
    """
    faults: dict[tuple[str, ...], Fault] = {}
    demand = demand_rows(case)
    line = column_of(case, "demand_cases", "demand_case", "_row")
    for _, settings in resolved(case):
        horizon = range(settings.first_year or 0, (settings.last_year or -1) + 1)
        covered = years_of_demand(case, settings)
        years = [year for year in horizon if year in covered]
        for name in settings.demand_cases or ():
            if name in demand:
                faults.update(_gaps(case, name, demand[name], years))
            elif name in line:
                at = At("demand_cases", line[name], "demand_case")
                rule, fix = "is run but has no demand", "add its rows to tables/demand.csv"
                faults[(name,)] = at.fault(name, rule, fix)
    yield from faults.values()


def _gaps(case: Case, name: str, demand: Series, years: Sequence[int]) -> dict[tuple[str, ...], Fault]:
    """What a demand case lacks: a year, one fault for all series without it, and a mix of a segment."""
    mixed = set(case.tables["chemistry_mix"].select("demand_case", "segment").iter_rows())
    found: dict[tuple[str, ...], Fault] = {}
    lacking: dict[int, list[tuple[str, str]]] = {}
    for (country, segment), rows in demand.items():
        if missing := [year for year in years if year not in rows]:
            lacking.setdefault(missing[0], []).append((country, segment))
        if (name, segment) not in mixed:
            rule = f"{name}, {segment} has no mix of chemistries, so nothing would be needed"
            fix = "add its rows to tables/chemistry_mix.csv"
            found[name, segment] = At("demand", min(rows.values()), "segment").fault(segment, rule, fix)
    for year, series in lacking.items():
        others = f" and {len(series) - 1} more have" if len(series) > 1 else " has"
        rule = f"{name}, {', '.join(series[0])}{others} no demand in {year}, inside the horizon"
        fix = "add the row, or shorten the horizon in the scenario"
        row = min(demand[series[0]].values())
        found[name, "", str(year)] = At("demand", row, "year").fault(year, rule, fix)
    return found


def world_supply_adds_up(case: Case) -> Iterator[Fault]:
    """One unit per stage, item and year: that of the stage, or shares that sum to no more than one."""
    units = column_of(case, "stages", "stage", "unit")
    first: dict[tuple[str, str, int], str] = {}
    total: dict[tuple[str, str, int], float] = {}
    for row, stage, item, year, value, unit in rows_of(
        case, "world_supply", "stage", "item", "year", "value", "unit"
    ):
        at, key = At("world_supply", row, "unit"), (stage, item, year)
        if unit not in (units[stage], OF_WORLD):
            rule = f"stage {stage} is measured in {units[stage]} or '{OF_WORLD}'"
            yield at.fault(unit, rule, f"convert the value to {units[stage]}")
        elif first.setdefault(key, unit) != unit:
            rule = f"other countries of {item}, {year} are in {first[key]}"
            yield at.fault(unit, rule, "use one unit for an item and year")
        elif unit == OF_WORLD:
            total[key] = total.get(key, 0.0) + value
            if total[key] > 1.0 + SHARE_SUM:
                rule = f"shares of {item}, {year} add up to {total[key]:.4g}, more than 1"
                yield At("world_supply", row, "value").fault(value, rule, "write 0.85 for 85 %")


def published_figures_can_be_compared(case: Case) -> Iterator[Fault]:
    """A figure of others stands beside a demand case and a year that some scenario runs."""
    units = column_of(case, "stages", "stage", "unit")
    settings = [s for _, s in resolved(case)]
    run = {name for s in settings for name in s.demand_cases or ()}
    first = min(s.first_year or 0 for s in settings)
    last = max(s.last_year or 9999 for s in settings)
    columns = ("stage", "demand_case", "year", "value", "unit")
    for row, stage, name, year, value, unit in rows_of(case, "published_figures", *columns):
        at = At("published_figures", row, "demand_case")
        if name not in run:
            rule = f"no scenario runs {name}, so the figure would stand alone"
            yield at.fault(name, rule, f"one of {', '.join(sorted(run))}, or run it in a scenario")
        if not first <= year <= last:
            rule = f"scenarios run {first} to {last}"
            yield at.beside("year").fault(year, rule, "correct the year, or lengthen the horizon")
        if unit not in (*FIGURE_UNITS, units[stage]):
            allowed = ", ".join(sorted({*FIGURE_UNITS, units[stage]}))
            yield at.beside("unit").fault(unit, f"must be one of {allowed}", "convert the value")
        elif unit == "fraction" and not 0 <= value <= MAX_RATIO:
            rule = f"a fraction is between 0 and {MAX_RATIO:g} here"
            yield at.beside("value").fault(value, rule, "write 0.44 for 44 %")
