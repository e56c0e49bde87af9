"""Published headline figures beside ours, each under its own definition, and why they differ.

A figure of others is matched with the measure of ours that comes nearest to its definition: the first
date of knowledge not before it was said, its demand case, its year, its denominator. The sentence of
difference is made from the numbers, not written by hand. Where the run lacks the demand case or the
year there is no number of ours, and the sentence says so.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from orecell.core.wording import percent
from orecell.results.coverage import REGION_SETS

if TYPE_CHECKING:
    import polars as pl

Row = Mapping[str, Any]
Results = Mapping[str, list[dict[str, Any]]]
Answer = tuple[float | None, str, str]
Compare = Callable[[Row, "Scope"], Answer]
STOPPED = ("canceled", "retired")


def published_rows(
    tables: Mapping[str, pl.DataFrame], results: Results, capacity: str
) -> list[dict[str, Any]]:
    """One row per published figure that has a measure of ours beside it.

    Args:
        tables: published_figures and sources.
        results: rows of coverage, supply_by_status, facility_status and cell_cost.
        capacity: capacity basis of supply_by_status and facility_status.
    """
    rows: list[dict[str, Any]] = []
    sources = {row["source"]: row for row in tables["sources"].to_dicts()}
    for figure in tables["published_figures"].sort("figure").to_dicts():
        compare = MATCHES.get(figure["figure"])
        if compare is None:
            continue
        scope = Scope.of(figure, results, figure["year"], capacity)
        ours, definition, difference = compare(figure, scope)
        rows.append(
            {
                "figure": figure["figure"],
                "title": figure["title"],
                "their_value": figure["value"],
                "our_value": ours,
                "unit": figure["unit"],
                "as_of": figure["as_of"].isoformat(),
                "year": scope.year,
                "said_by": _said_by(sources[figure["source"]], figure),
                "definition": f"{figure['numerator']} / {figure['denominator']}",
                "our_definition": definition,
                "difference": difference,
                "source": figure["source"],
            }
        )
    return rows


def _said_by(source: Row, figure: Row) -> str:
    """Publisher and title of a figure's source, with the page where the source is a collection."""
    page = f" ({figure['source_url']})" if source["is_collection"] and figure["source_url"] else ""
    return f"{source['publisher']}: {source['title']}{page}"


@dataclass(frozen=True)
class Scope:
    """The part of a run that stands beside a figure.

    Attributes:
        results: rows by table.
        date: date of knowledge, the first not before the figure was said, else the last there is.
        when: the date in words, with a warning where it lies before the figure.
        demand_case: demand case of the figure.
        year: year of the figure.
        capacity: 'sourced' or 'with_assumed'.
    """

    results: Results
    date: str
    when: str
    demand_case: str
    year: int
    capacity: str

    @classmethod
    def of(cls, figure: Row, results: Results, year: int, capacity: str) -> Scope:
        """The scope of a figure in a run."""
        said = figure["as_of"].isoformat()
        dates = sorted({str(row["as_of"]) for row in results["coverage"]})
        date = next((d for d in dates if d >= said), dates[-1])
        when = f"as of {date}" if date >= said else f"as of {date}, before the figure was said"
        return cls(results, date, when, figure["demand_case"], year, capacity)

    @property
    def lacks(self) -> str:
        """Why this run has nothing to set beside the figure, or ""."""
        nothing = "so nothing of ours stands beside it"
        rows = [row for row in self.results["coverage"] if row["year"] == self.year]
        if not rows:
            return f"This run does not cover {self.year}, {nothing}."
        if not any(row["demand_case"] == self.demand_case for row in rows):
            return f"This run does not hold the demand case {self.demand_case}, {nothing}."
        if self.sums(("cells",), "nameplate")[1] <= 0:
            return f"Demand of {self.demand_case} in {self.year} is zero, {nothing}."
        return ""

    @property
    def plants(self) -> str:
        """Whose capacities count."""
        return "sourced capacities" if self.capacity == "sourced" else "sourced and assumed capacities"

    def sums(self, stages: tuple[str, ...], basis: str) -> tuple[float, float]:
        """Supply and requirement of the stages in the US."""
        wanted = (
            self.date,
            self.demand_case,
            "usa",
            self.year,
            basis,
            "national_demand",
            self.capacity,
        )
        keys = ("as_of", "demand_case", "region_set", "year", "basis", "denominator", "capacity")
        rows = (row for row in self.results["coverage"] if row["stage"] in stages)
        found = [row for row in rows if tuple(row[key] for key in keys) == wanted]
        return sum(row["supply"] for row in found), sum(row["requirement"] or 0.0 for row in found)

    def cell_nameplate(self, statuses: tuple[str, ...] = ()) -> float:
        """Nameplate of US cell plants of these statuses, or of all [GWh]; needs no demand."""
        wanted = (self.date, "usa", "cells", self.year, "nameplate")
        keys = ("as_of", "region_set", "stage", "year", "basis")
        rows = (r for r in self.results["supply_by_status"] if tuple(r[key] for key in keys) == wanted)
        return sum(float(r["supply"]) for r in rows if not statuses or r["status"] in statuses)

    def us_plants(self, stages: tuple[str, ...]) -> list[dict[str, Any]]:
        """Facilities of the stages in the US as known at the date."""
        rows = (r for r in self.results["facility_status"] if r["as_of"] == self.date)
        return [r for r in rows if r["stage"] in stages and r["country"] in REGION_SETS["usa"]]

    def silent(self, stages: tuple[str, ...]) -> str:
        """How many US plants would count but have no known capacity, or ""."""
        rows = (r for r in self.us_plants(stages) if r["is_counted"] and r["capacity"] is None)
        count = sum(1 for r in rows if r["status"] not in STOPPED)
        return f"{count} plant{'s' if count > 1 else ''} of unknown capacity" if count else ""

    def cells_left_out(self) -> dict[str, float]:
        """What of the US cell plants known at the date our nameplate does not hold, why -> GWh."""
        rows = [(r, r["capacity"] or 0.0) for r in self.us_plants(("cells",))]
        counted = [(r["status"], gwh) for r, gwh in rows if r["is_counted"]]
        planned = sum(gwh for status, gwh in counted if status not in (*STOPPED, "paused"))
        parts = {
            "canceled or closed by then": sum(gwh for status, gwh in counted if status in STOPPED),
            "paused": sum(gwh for status, gwh in counted if status == "paused"),
            f"starting after {self.year}": planned - self.cell_nameplate(),
            "counted elsewhere, of another chemistry or not credible": sum(
                gwh for r, gwh in rows if not r["is_counted"] and r["status"] not in STOPPED
            ),
        }
        return {why: gwh for why, gwh in parts.items() if gwh >= 0.5}

    def cells_gap(self, theirs: float) -> str:
        """How far our nameplate of cells is from a published one [GWh], and what of that we can name."""
        gap = theirs - self.cell_nameplate()
        if gap <= 0:
            return f"{-gap:,.0f} GWh more than theirs"
        left_out = self.cells_left_out()
        parts = [f"{gwh:,.0f} GWh {why}" for why, gwh in left_out.items()]
        parts += [self.silent(("cells",))] if self.silent(("cells",)) else []
        less = f"{gap:,.0f} GWh less than theirs"
        rest = gap - sum(left_out.values())
        if not parts:
            return f"{less}, which our list does not explain"
        tail = f"; the other {rest:,.0f} GWh it does not explain" if rest >= 0.5 else ""
        return f"{less}, and our list leaves out {', '.join(parts)}{tail}"


def _cells_localized(figure: Row, scope: Scope) -> Answer:
    if scope.lacks:
        return None, "", scope.lacks
    expected, need = scope.sums(("cells",), "expected")
    nameplate, firm = scope.cell_nameplate(), scope.cell_nameplate(("operating", "construction"))
    theirs = float(figure["value"]) * need
    definition = f"expected US cell output over US pack demand, {scope.plants}, {scope.when}"
    difference = (
        f"{percent(float(figure['value']))} would be {theirs:,.0f} GWh of {need:,.0f}; ours expects "
        f"{expected:,.0f} GWh after status, ramp and utilization ({scope.when}), while nameplate alone is "
        f"{percent(nameplate / need)} and plants "
        f"running or under construction alone {percent(firm / need)}."
    )
    return expected / need, definition, difference


def _active_materials(figure: Row, scope: Scope) -> Answer:
    stages = ("cam", "aam")
    expected, need = scope.sums(stages, "expected")
    if scope.lacks or need <= 0:
        return None, "", scope.lacks or "National demand needs no active material in this run."
    nameplate, _ = scope.sums(stages, "nameplate")
    each = []
    for stage in stages:
        made, wanted = scope.sums((stage,), "expected")
        each += [f"{percent(made / wanted)} of {stage.upper()}"] if wanted > 0 else []
    zero = f"; {scope.silent(stages)} counted as zero" if scope.silent(stages) else ""
    definition = (
        "expected US output of CAM and AAM over the tonnes national demand needs, losses included, "
        f"{scope.plants}, {scope.when}"
    )
    theirs = float(figure["value"])
    difference = (
        f"{percent(theirs)} would be {theirs * need / 1000:,.0f} kt of the {need / 1000:,.0f} kt we compute; "
        f"ours expects {expected / 1000:,.0f} kt "
        f"after status, ramp and utilization ({' and '.join(each)}, {scope.when}), while nameplate alone is "
        f"{percent(nameplate / need)}{zero}."
    )
    return expected / need, definition, difference


def _capacity_to_demand(figure: Row, scope: Scope) -> Answer:
    if scope.lacks:
        return None, "", scope.lacks
    nameplate, need = scope.sums(("cells",), "nameplate")
    theirs = float(figure["value"]) * need
    difference = (
        f"Theirs puts {theirs:,.0f} GWh of planned capacity against {need:,.0f} GWh; ours is "
        f"{nameplate:,.0f} GWh {scope.when}, {scope.cells_gap(theirs)}."
    )
    return nameplate / need, f"{_nameplate(scope)} over US pack demand, {scope.when}", difference


def _capacity(figure: Row, scope: Scope) -> Answer:
    if all(row["year"] != scope.year for row in scope.results["coverage"]):
        return None, "", scope.lacks
    nameplate, theirs = scope.cell_nameplate(), float(figure["value"])
    difference = (
        f"Theirs is {theirs:,.0f} GWh, ours {nameplate:,.0f} GWh {scope.when}, {scope.cells_gap(theirs)}."
    )
    return nameplate, f"{_nameplate(scope)}, {scope.when}", difference


def _nameplate(scope: Scope) -> str:
    return f"nameplate of announced, building and operating US cell plants, {scope.plants}"


def _cost_share(figure: Row, scope: Scope) -> Answer:
    shares: dict[tuple[str, str], float] = {}
    for row in scope.results["cell_cost"]:
        if row["is_active_material"]:
            key = (str(row["deck"]), str(row["cell_name"]))
            shares[key] = shares.get(key, 0.0) + float(row["share_fraction"])
    if not shares:
        return None, "", "This run has no cell cost."
    ordered = sorted(shares, key=lambda key: (shares[key], key))
    low, high = ordered[0], ordered[-1]
    ours = ("batpac_2024", "NMC811") if ("batpac_2024", "NMC811") in shares else ordered[len(ordered) // 2]
    definition = f"CAM and AAM over the whole cell cost, {ours[1]} at prices of {ours[0]}"
    difference = (
        f"Theirs is {percent(float(figure['value']))} of a typical cell, ours {percent(shares[ours])}; the "
        f"share moves with prices and chemistry, from {percent(shares[low])} ({low[1]}, {low[0]}) to "
        f"{percent(shares[high])} ({high[1]}, {high[0]})."
    )
    return shares[ours], definition, difference


MATCHES: dict[str, Compare] = {
    "us_cells_localized_2030": _cells_localized,
    "us_active_materials_2030": _active_materials,
    "us_cells_capacity_to_demand_2030": _capacity_to_demand,
    "us_cell_capacity_2030_argonne": _capacity,
    "cell_cost_active_materials": _cost_share,
}
