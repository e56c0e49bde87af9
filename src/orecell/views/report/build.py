"""From a run to what its report says: figures with their variants, tables, definitions, assumptions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from orecell.core.wording import percent
from orecell.results.concentration import latest_concentration
from orecell.results.headline import finding
from orecell.results.run import Run
from orecell.views.figures.bottleneck_bars import bottleneck_bars
from orecell.views.figures.cell_cost_bar import cell_cost_bar
from orecell.views.figures.choice import Choice, Stamp
from orecell.views.figures.coverage_heatmap import coverage_heatmap
from orecell.views.figures.dependence_heat import dependence_heat
from orecell.views.figures.facility_map import facility_map
from orecell.views.figures.figure import Figure, Table
from orecell.views.figures.slot import FigureSlot, Selector, fill_slot
from orecell.views.figures.stacked_area import stacked_area
from orecell.views.report.report import (
    Assumption,
    Headline,
    NamedTable,
    ReportInput,
    SourceEntry,
    render_report,
)

if TYPE_CHECKING:
    pass

AREA_STAGES = ("cells", "cam", "aam", "pcam", "lithium_chemicals", "separator", "recycling")
REGION_CHOICES = (("usa", "United States"), ("north_america", "North America"))
BASIS_CHOICES = (
    ("nameplate", "Nameplate"),
    ("expected", "Expected output"),
    ("qualified", "Qualified output"),
    ("served", "Served up to the cell"),
)
DEFINITIONS = (
    (
        "Coverage",
        "Supply of a stage over what is needed of it; 100 % means as much as needed, not that it is used.",
    ),
    (
        "Nameplate",
        "Full capacity of announced, building, pilot and operating plants from their start year; "
        "paused and canceled plants count zero.",
    ),
    (
        "Expected output",
        "Capacity times the measured chance of being built and of still running, times ramp and utilization.",
    ),
    (
        "Qualified output",
        "The part of expected output made after the plant's product is qualified by customers.",
    ),
    (
        "Served",
        "The part of qualified output that domestic plants further down the chain draw, "
        "cathode family by cathode family, up to the cell.",
    ),
    (
        "National demand",
        "What all packs sold in the region would need at the stage, losses on the way included.",
    ),
    ("Domestic next stage", "What the region's own plants of the next stage would need at the same basis."),
    (
        "Wholly domestic cells",
        "The most cells that could be made if every stage up to the cell had to be in the region.",
    ),
    ("As of", "Only what was known on that date counts: status, capacity, start year, grants."),
    ("HHI", "Sum of squared country shares of world supply; 1 is a single country, below 0.15 many."),
)


def build_report(run: Run) -> str:
    """The report of a run as one HTML page.

    Raises:
        StoreError: the chart library was not built into the package.
    """
    return render_report(report_input(run))


def report_input(run: Run) -> ReportInput:
    """Everything the report says."""
    from orecell.data.sources import assumptions

    assumed = [
        Assumption(
            f"{row['table']}: {row['key']}",
            None,
            None,
            None,
            f"{row['value']} ({row['range']})",
            row["method"],
        )
        for row in assumptions(run.case)
    ]
    settings = run.scenario.settings
    slots = _slots(run, _stamp(run))
    return ReportInput(
        run_id=run.run_id,
        title=f"How much of battery demand can North America cover in {settings.headline_year}?",
        headline=_headline(run),
        sentences=_sentences(run),
        slots=slots,
        published=_published(run),
        tables=(_dependence_table(run),),
        facilities=_facility_tables(run),
        definitions=DEFINITIONS,
        assumptions=tuple(assumed),
        sources=_sources(run),
        manifest={
            "case": str(run.manifest["case"]),
            "scenario": run.scenario.name,
            "because": run.scenario.because,
            "input SHA-256": str(run.manifest["input_sha256"]),
            **{name: str(value) for name, value in run.manifest["versions"].items()},
        },
        citation=f"Orecell {run.manifest['versions']['orecell']}, run {run.run_id}, case {run.case.name}.",
    )


def _last(run: Run) -> tuple[str, str]:
    settings = run.scenario.settings
    return (settings.as_of or [""])[-1], (settings.demand_cases or [""])[-1]


def _capacity(run: Run) -> str:
    return "with_assumed" if run.scenario.settings.use_assumed_capacity else "sourced"


def _stamp(run: Run) -> Stamp:
    tables = run.case.tables
    names: dict[str, str] = dict(tables["demand_cases"].select("demand_case", "name").iter_rows())
    names.update(tables["stages"].select("stage", "name").iter_rows())
    names.update({"batpac_2024": "BatPaC 2024", "spot_2025": "spot 2025", "spot_2026": "spot 2026"})
    sources = (
        "Facilities: Clean Investment Monitor (CC BY 4.0) and company reports",
        "Every row: table of sources below",
    )
    return Stamp(run.run_id, sources, names)


def _headline(run: Run) -> Headline:
    import polars as pl

    date, case = _last(run)
    year = run.scenario.settings.headline_year
    pick = (pl.col("as_of") == date) & (pl.col("demand_case") == case) & (pl.col("year") == year)
    pick &= (
        (pl.col("region_set") == "usa")
        & (pl.col("basis") == "expected")
        & (pl.col("capacity") == _capacity(run))
    )
    row = run.frames["bottleneck"].filter(pick).row(0, named=True)
    share = row["domestic_cells_gwh"] / row["demand_gwh"] if row["demand_gwh"] else 0.0
    caption = (
        f"of US battery demand in {year} ({row['demand_gwh']:,.0f} GWh) could be met by cells whose every "
        "stage from lithium chemical to cell is in the United States, with what is expected to run; "
        f"{row['stage_name']} caps it."
    )
    return Headline(percent(share), caption)


def _sentences(run: Run) -> tuple[str, ...]:
    lines = [finding(run)]
    for row in run.frames["published"].to_dicts():
        if row["our_value"] is not None and row["unit"] == "fraction":
            said = f"{row['title']}: {percent(row['their_value'])} was said on {row['as_of']}"
            lines.append(f"{said}; ours is {percent(row['our_value'])}. {row['difference']}")
    return tuple(lines)


@dataclass(frozen=True)
class _Drawing:
    """Draws a run's figures for the choices of a reader."""

    run: Run
    stamp: Stamp

    def choice(self, picked: Mapping[str, str]) -> Choice:
        """What the selectors say, with the last date and demand case where they say nothing."""
        date, case = _last(self.run)
        return Choice(
            as_of=picked.get("as_of", date),
            demand_case=picked.get("demand", case),
            basis=picked.get("basis", "expected"),
            region_set=picked.get("region", "usa"),
            capacity=_capacity(self.run),
            year=self.run.scenario.settings.headline_year or 0,
        )

    def coverage(self, picked: Mapping[str, str]) -> Figure:
        return coverage_heatmap(self.run.frames["coverage"], self.choice(picked), self.stamp)

    def bottleneck(self, picked: Mapping[str, str]) -> Figure:
        return bottleneck_bars(self.run.frames["bottleneck"], self.choice(picked), self.stamp)

    def area(self, picked: Mapping[str, str]) -> Figure:
        frames = self.run.frames
        choice = self.choice(picked)
        return stacked_area(
            frames["supply_by_status"], frames["requirement"], picked["stage"], choice, self.stamp
        )

    def facilities(self, picked: Mapping[str, str]) -> Figure:
        choice = self.choice({**picked, "region": "north_america"})
        return facility_map(self.run.frames["facility_status"], choice, self.stamp)

    def cost(self, _: Mapping[str, str]) -> Figure:
        return cell_cost_bar(self.run.frames["cell_cost"], self.stamp)

    def dependence(self, _: Mapping[str, str]) -> Figure:
        return dependence_heat(latest_concentration(self.run.frames["concentration"]), self.stamp)


def _slots(run: Run, stamp: Stamp) -> tuple[FigureSlot, ...]:
    settings = run.scenario.settings
    draw = _Drawing(run, stamp)
    known = tuple((date, date) for date in reversed(settings.as_of or []))
    wanted = tuple((case, stamp.name(case)) for case in reversed(settings.demand_cases or []))
    dates = Selector("as_of", "Known on", known)
    cases = Selector("demand", "Demand", wanted)
    region = Selector("region", "Region", REGION_CHOICES)
    basis = Selector("basis", "Supply counted", BASIS_CHOICES)
    stage = Selector("stage", "Stage", tuple((s, stamp.name(s)) for s in _stages_with_supply(run)))
    wanted_slots = [
        ("coverage", (dates, cases, region), draw.coverage, True),
        ("coverage_basis", (basis, region), draw.coverage, True),
        ("bottleneck", (dates, cases, region), draw.bottleneck, True),
        ("supply", (stage, dates, cases), draw.area, bool(stage.choices)),
        ("map", (dates,), draw.facilities, _has_facilities(run)),
        ("cost", (), draw.cost, run.frames["cell_cost"].height > 0),
        ("dependence", (), draw.dependence, run.frames["concentration"].height > 0),
    ]
    return tuple(fill_slot(name, by, how) for name, by, how, is_drawn in wanted_slots if is_drawn)


def _has_facilities(run: Run) -> bool:
    """Whether every date knows of a facility; a map without points is not drawn."""
    known = set(run.frames["facility_status"]["as_of"].to_list())
    return all(date in known for date in run.scenario.settings.as_of or [])


def _stages_with_supply(run: Run) -> list[str]:
    """Stages with US supply on every date, so that each choice has a picture."""
    import polars as pl

    frame = run.frames["supply_by_status"]
    frame = frame.filter((pl.col("region_set") == "usa") & (pl.col("basis") == "expected"))
    dates = run.scenario.settings.as_of or []
    have = set(frame.select("stage", "as_of").unique().iter_rows())
    return [stage for stage in AREA_STAGES if all((stage, date) in have for date in dates)]


def _published(run: Run) -> NamedTable:
    rows = tuple(
        (
            r["title"],
            _value(r["their_value"], r["unit"]),
            r["as_of"],
            r["definition"],
            _value(r["our_value"], r["unit"]),
            r["our_definition"],
            r["difference"],
        )
        for r in run.frames["published"].to_dicts()
    )
    columns = ("Figure", "Theirs", "Said on", "Their definition", "Ours", "Our definition", "Why they differ")
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


def _dependence_table(run: Run) -> NamedTable:
    import polars as pl

    date, case = _last(run)
    pick = (pl.col("as_of") == date) & (pl.col("demand_case") == case) & (pl.col("region_set") == "usa")
    pick &= (pl.col("denominator") == "national_demand") & (
        pl.col("year") == run.scenario.settings.headline_year
    )
    rows: dict[str, dict[tuple[str, str], float | None]] = {}
    for r in run.frames["coverage"].filter(pick).sort("stage_order").to_dicts():
        rows.setdefault(r["stage_name"], {})[r["basis"], r["capacity"]] = r["coverage_fraction"]
    keys = [(b, c) for b in ("nameplate", "expected", "qualified") for c in ("sourced", "with_assumed")]
    cells = tuple(
        (name, *(None if v.get(k) is None else round(float(v[k] or 0), 4) for k in keys))
        for name, v in rows.items()
    )
    columns = (
        "Stage",
        *(f"{b}, {'published' if c == 'sourced' else 'published and assumed'}" for b, c in keys),
    )
    sentence = (
        f"US coverage in {run.scenario.settings.headline_year} as a fraction of national demand "
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


def _facility_tables(run: Run) -> tuple[NamedTable, ...]:
    import polars as pl

    tables = []
    for date in reversed(run.scenario.settings.as_of or []):
        frame = run.frames["facility_status"].filter(pl.col("as_of") == date).sort("stage", "facility")
        table = Table(tuple(FACILITY_COLUMNS.values()), tuple(frame.select(list(FACILITY_COLUMNS)).rows()))
        name = f"facilities_{date.replace('-', '_')}"
        sentence = "An empty capacity was never published and counts zero."
        tables.append(NamedTable(name, f"Facilities as known on {date}", sentence, table))
    return tuple(tables)


def _sources(run: Run) -> tuple[SourceEntry, ...]:
    rows = run.case.tables["sources"].sort("source").to_dicts()
    return tuple(
        SourceEntry(r["source"], r["title"], r["publisher"], str(r["date"]), r["url"] or "", r["license"])
        for r in rows
    )
