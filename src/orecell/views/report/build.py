"""From a run to what its report says: figures with their variants, tables, definitions, assumptions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

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
from orecell.views.figures.figure import Figure
from orecell.views.figures.slot import FigureSlot, Selector, fill_slot
from orecell.views.figures.stacked_area import stacked_area
from orecell.views.report.case_parts import assumed_numbers, source_entries
from orecell.views.report.report import Headline, ReportInput, render_report
from orecell.views.report.tables import (
    assumed_table,
    changed_table,
    facility_tables,
    published_table,
)

AREA_STAGES = ("cells", "cam", "aam", "pcam", "lithium_chemicals", "separator", "recycling")
REGION_CHOICES = (("usa", "United States"), ("north_america", "North America"))
BASIS_CHOICES = (
    ("nameplate", "Nameplate"),
    ("expected", "Expected output"),
    ("qualified", "Qualified output"),
    ("served", "Served up to the cell"),
)
PROJECT_NOTES = (
    "Only projects known on the date count: later years hold no plant announced since, so supply falls.",
    "Operating plants close at the measured rate, 11 % in 18 months by count and 5 % by capital.",
)
HEADLINE_STAGES = {"cam": "cathode active material", "aam": "graphite anode material", "cells": "cells"}
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
    settings = run.scenario.settings
    slots = _slots(run, _stamp(run))
    return ReportInput(
        run_id=run.run_id,
        title=f"US battery demand in {settings.headline_year}: how much can be made at home?",
        headline=_headline(run),
        sentences=_sentences(run),
        slots=slots,
        published=published_table(run),
        tables=(changed_table(run), assumed_table(run)),
        facilities=facility_tables(run),
        definitions=DEFINITIONS,
        assumptions=assumed_numbers(run.case),
        sources=source_entries(run.case),
        manifest={
            "case": str(run.manifest["case"]),
            "scenario": run.scenario.name,
            "because": run.scenario.because,
            "input SHA-256": str(run.manifest["input_sha256"]),
            **{name: str(value) for name, value in run.manifest["versions"].items()},
        },
        citation=f"Orecell {run.manifest['versions']['orecell']}, run {run.run_id}, case {run.case.name}.",
    )


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
    """The share of CAM made at home: the figure that published ones differ most about."""
    import polars as pl

    date, case = run.scenario.settings.last_choice
    year = run.scenario.settings.headline_year
    pick = (pl.col("as_of") == date) & (pl.col("demand_case") == case) & (pl.col("year") == year)
    pick &= (
        (pl.col("region_set") == "usa")
        & (pl.col("basis") == "expected")
        & (pl.col("capacity") == run.scenario.settings.capacity_basis)
    )
    pick &= (pl.col("denominator") == "national_demand") & pl.col("coverage_fraction").is_not_null()
    rows = {row["stage"]: row for row in run.frames["coverage"].filter(pick).to_dicts()}
    stage = next((name for name in HEADLINE_STAGES if name in rows), None)
    if stage is None:
        return Headline("no need", f"no stage is needed by {case} in {year}, so nothing is to be covered.")
    row, other = rows[stage], rows.get("cells")
    cells = (
        f"; of the cells themselves {percent(other['coverage_fraction'])}"
        if other and stage != "cells"
        else ""
    )
    span = f"{percent(row['coverage_low'])} to {percent(row['coverage_high'])}"
    caption = (
        f"of the {HEADLINE_STAGES[stage]} that US battery demand needs in {year} is expected to be made "
        f"in the United States (range {span}){cells}."
    )
    return Headline(percent(row["coverage_fraction"]), caption)


def _sentences(run: Run) -> tuple[str, ...]:
    lines = [finding(run)]
    for row in run.frames["published"].to_dicts():
        if row["our_value"] is not None and row["unit"] == "fraction":
            who = row["said_by"].split(":")[0]
            said = f"{row['title']}: {percent(row['their_value'])} by {who}, {row['as_of']}"
            lines.append(f"{said}; ours is {percent(row['our_value'])}. {row['difference']}")
    return tuple(lines)


@dataclass(frozen=True)
class _Drawing:
    """Draws a run's figures for the choices of a reader."""

    run: Run
    stamp: Stamp

    def choice(self, picked: Mapping[str, str]) -> Choice:
        """What the selectors say, with the last date and demand case where they say nothing."""
        date, case = self.run.scenario.settings.last_choice
        return Choice(
            as_of=picked.get("as_of", date),
            demand_case=picked.get("demand", case),
            basis=picked.get("basis", "expected"),
            region_set=picked.get("region", "usa"),
            capacity=self.run.scenario.settings.capacity_basis,
            year=self.run.scenario.settings.headline_year or 0,
        )

    def coverage(self, picked: Mapping[str, str]) -> Figure:
        figure = coverage_heatmap(self.run.frames["coverage"], self.choice(picked), self.stamp)
        return replace(figure, notes=(*figure.notes, *PROJECT_NOTES))

    def bottleneck(self, picked: Mapping[str, str]) -> Figure:
        return bottleneck_bars(self.run.frames["bottleneck"], self.choice(picked), self.stamp)

    def area(self, picked: Mapping[str, str]) -> Figure:
        frames = self.run.frames
        choice = self.choice(picked)
        figure = stacked_area(
            frames["supply_by_status"], frames["requirement"], picked["stage"], choice, self.stamp
        )
        return replace(figure, notes=(*figure.notes, *PROJECT_NOTES))

    def facilities(self, picked: Mapping[str, str]) -> Figure:
        choice = self.choice({**picked, "region": "north_america"})
        return facility_map(self.run.frames["facility_status"], choice, self.stamp)

    def cost(self, _: Mapping[str, str]) -> Figure:
        return cell_cost_bar(self.run.frames["cell_cost"], self.stamp)

    def dependence(self, _: Mapping[str, str]) -> Figure:
        latest = latest_concentration(self.run.frames["concentration"])
        figure = dependence_heat(latest, self.stamp)
        stages = self.run.case.tables["stages"].filter("is_reported").sort("order")
        known = set(latest["stage"].to_list())
        silent = [name for stage, name in stages.select("stage", "name").iter_rows() if stage not in known]
        return replace(figure, notes=(*figure.notes, f"No public figures for: {', '.join(silent)}."))


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
