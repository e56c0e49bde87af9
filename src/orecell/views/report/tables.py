"""Tables of a report made from a run: published figures, what changed, assumed capacities, facilities."""

from __future__ import annotations

from orecell.core.wording import percent
from orecell.results.run import Run
from orecell.views.figures.figure import Table
from orecell.views.report.report import NamedTable


def published_table(run: Run) -> NamedTable:
    """Figures of others beside ours."""
    rows = tuple(
        (
            r["title"],
            _value(r["their_value"], r["unit"]),
            r["as_of"],
            r["said_by"],
            r["definition"],
            _value(r["our_value"], r["unit"]),
            r["our_definition"],
            r["difference"],
        )
        for r in run.frames["published"].to_dicts()
    )
    columns = (
        "Figure",
        "Theirs",
        "Said on",
        "Said by",
        "Their definition",
        "Ours",
        "Our definition",
        "Why they differ",
    )
    return NamedTable(
        "published",
        "Published figures beside ours",
        "Each under its own definition and date.",
        Table(columns, rows),
    )


def _value(value: float | None, unit: str) -> str:
    if value is None:
        return ""
    return percent(value) if unit == "fraction" else f"{value:,.0f} {unit}"


def changed_table(run: Run) -> NamedTable:
    """Expected US coverage by date of knowledge, stage by stage."""
    import polars as pl

    settings = run.scenario.settings
    _, case = run.scenario.settings.last_choice
    pick = (pl.col("demand_case") == case) & (pl.col("region_set") == "usa") & (pl.col("basis") == "expected")
    pick &= (pl.col("denominator") == "national_demand") & (pl.col("year") == settings.headline_year)
    pick &= pl.col("capacity") == run.scenario.settings.capacity_basis
    rows: dict[str, dict[str, str]] = {}
    for r in run.frames["coverage"].filter(pick).sort("stage_order").to_dicts():
        value = r["coverage_fraction"]
        rows.setdefault(r["stage_name"], {})[r["as_of"]] = "no need" if value is None else percent(value)
    dates = settings.as_of or []
    cells = tuple((name, *(by_date.get(date, "") for date in dates)) for name, by_date in rows.items())
    need = f"{settings.headline_year} demand ({_case_name(run, case)})"
    sentence = f"Expected US coverage of {need} by date of knowledge."
    return NamedTable("changed", "What was believed when", sentence, Table(("Stage", *dates), cells))


def _case_name(run: Run, case: str) -> str:
    """Name of a demand case."""
    names = dict(run.case.tables["demand_cases"].select("demand_case", "name").iter_rows())
    return str(names.get(case, case))


def assumed_table(run: Run) -> NamedTable:
    """Coverage with published capacities, and with assumed ones too."""
    import polars as pl

    date, case = run.scenario.settings.last_choice
    pick = (pl.col("as_of") == date) & (pl.col("demand_case") == case) & (pl.col("region_set") == "usa")
    pick &= (pl.col("denominator") == "national_demand") & (
        pl.col("year") == run.scenario.settings.headline_year
    )
    rows: dict[str, dict[tuple[str, str], float | None]] = {}
    for r in run.frames["coverage"].filter(pick).sort("stage_order").to_dicts():
        rows.setdefault(r["stage_name"], {})[r["basis"], r["capacity"]] = r["coverage_fraction"]
    keys = [(b, c) for b in ("nameplate", "expected", "qualified") for c in ("sourced", "with_assumed")]
    cells = tuple(
        (name, *("no need" if v.get(k) is None else percent(float(v[k] or 0)) for k in keys))
        for name, v in rows.items()
    )
    columns = (
        "Stage",
        *(f"{b}, {'published' if c == 'sourced' else 'published and assumed'}" for b, c in keys),
    )
    sentence = (
        f"US coverage in {run.scenario.settings.headline_year} of national demand "
        f"({case}, as of {date}): "
        "capacities somebody published, and with assumed ones where nobody did."
    )
    return NamedTable(
        "assumed_capacity", "What unpublished capacities could add", sentence, Table(columns, cells)
    )


FACILITY_COLUMNS = {
    "name": "Site",
    "operator": "Operator",
    "region": "Region",
    "stage_name": "Stage",
    "status": "Status",
    "known_on": "Known on",
    "capacity": "Capacity",
    "unit": "Unit",
    "start_year": "First year",
    "grant": "Grants",
    "confidence": "Confidence",
    "source": "Source",
}


def facility_tables(run: Run) -> tuple[NamedTable, ...]:
    """Facilities as known on each date."""
    import polars as pl

    tables = []
    for date in reversed(run.scenario.settings.as_of or []):
        frame = run.frames["facility_status"].filter(pl.col("as_of") == date).sort("stage", "facility")
        table = Table(tuple(FACILITY_COLUMNS.values()), tuple(frame.select(list(FACILITY_COLUMNS)).rows()))
        name = f"facilities_{date.replace('-', '_')}"
        sentence = "An empty capacity was never published and counts zero."
        tables.append(NamedTable(name, f"Facilities as known on {date}", sentence, table))
    return tuple(tables)
