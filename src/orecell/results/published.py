"""Published headline figures beside ours, each under its own definition, and why they differ.

A figure of others is matched with the measure of ours that comes nearest to its definition: the date
of knowledge at or after it was said, its demand case, its denominator. The sentence of difference is
made from the numbers, not written by hand.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import polars as pl

Row = Mapping[str, Any]
Results = Mapping[str, list[dict[str, Any]]]
Answer = tuple[float | None, str, str]
Compare = Callable[[Row, Results], Answer]
NO_DEMAND: Answer = (None, "", "this run has no demand in that year")


def published_rows(figures: pl.DataFrame, results: Results, headline_year: int) -> list[dict[str, Any]]:
    """One row per published figure that has a measure of ours beside it.

    Args:
        figures: table published_figures.
        results: rows of coverage, requirement and cell_cost.
        headline_year: unused years fall back to it.
    """
    rows: list[dict[str, Any]] = []
    for figure in figures.to_dicts():
        compare = MATCHES.get(figure["figure"])
        if compare is None:
            continue
        ours, definition, difference = compare(figure, results)
        rows.append(
            {
                "figure": figure["figure"],
                "title": figure["title"],
                "their_value": figure["value"],
                "our_value": ours,
                "unit": figure["unit"],
                "as_of": figure["as_of"].isoformat(),
                "year": figure["year"] or headline_year,
                "definition": f"{figure['numerator']} / {figure['denominator']}",
                "our_definition": definition,
                "difference": difference,
                "source": figure["source"],
            }
        )
    return rows


def _nearest_date(rows: list[dict[str, Any]], said_on: str) -> str:
    """The earliest date of knowledge not before the figure was said, else the latest there is."""
    dates = sorted({str(row["as_of"]) for row in rows})
    return next((date for date in dates if date >= said_on), dates[-1])


def _sums(figure: Row, results: Results, stages: tuple[str, ...], basis: str) -> tuple[float, float, str]:
    """Supply and requirement of the stages in the US, and the date they were evaluated at."""
    rows = results["coverage"]
    date = _nearest_date(rows, figure["as_of"].isoformat())
    wanted = (date, figure["demand_case"], "usa", figure["year"], basis, "national_demand", "sourced")
    keys = ("as_of", "demand_case", "region_set", "year", "basis", "denominator", "capacity")
    found = [row for row in rows if row["stage"] in stages and tuple(row[key] for key in keys) == wanted]
    supply = sum(row["supply"] for row in found)
    need = sum(row["requirement"] or 0.0 for row in found)
    return supply, need, date


def _cells_localized(
    figure: Row, results: Results
) -> Answer:
    expected, need, date = _sums(figure, results, ("cells",), "expected")
    nameplate, _, _ = _sums(figure, results, ("cells",), "nameplate")
    if need <= 0:
        return NO_DEMAND
    theirs = float(figure["value"])
    definition = (
        f"expected US cell output over US pack demand, cell facilities with a sourced capacity, as of {date}"
    )
    difference = (
        f"Theirs is {theirs * need:,.0f} GWh of {need:,.0f}; ours expects {expected:,.0f} GWh after status, ramp "
        f"and utilization, while nameplate alone is {nameplate / need:.0%} and plants running or under "
        f"construction alone {_firm(results, date, figure) / need:.0%}."
    )
    return expected / need, definition, difference


def _firm(results: Results, date: str, figure: Row) -> float:
    """Nameplate of US cell plants that run or are being built."""
    wanted = (date, "usa", "cells", figure["year"], "nameplate")
    keys = ("as_of", "region_set", "stage", "year", "basis")
    rows = (r for r in results["supply_by_status"] if tuple(r[k] for k in keys) == wanted)
    return sum(float(r["supply"]) for r in rows if r["status"] in ("operating", "construction"))


def _active_materials(
    figure: Row, results: Results
) -> Answer:
    expected, need, date = _sums(figure, results, ("cam", "aam"), "expected")
    nameplate, _, _ = _sums(figure, results, ("cam", "aam"), "nameplate")
    cathode, cathode_need, _ = _sums(figure, results, ("cam",), "expected")
    anode, anode_need, _ = _sums(figure, results, ("aam",), "expected")
    if need <= 0:
        return NO_DEMAND
    definition = f"expected US output of CAM and AAM over the tonnes national demand needs, sourced capacities, as of {date}"
    difference = (
        f"Nameplate comes to {nameplate / need:.0%}; after status, ramp and utilization CAM reaches "
        f"{cathode / cathode_need:.0%} and AAM {anode / anode_need:.0%}, and plants without a published capacity count zero."
    )
    return expected / need, definition, difference


def _left_out(results: Results, date: str) -> str:
    """What of the US cell plants known at a date our nameplate does not count."""
    rows = [r for r in results["facility_status"] if r["as_of"] == date and r["stage"] == "cells"]
    rows = [r for r in rows if r["region"].startswith("US-") and r["status"] not in ("canceled", "retired")]
    silent = sum(1 for r in rows if r["is_counted"] and r["capacity"] is None)
    other = sum(r["capacity"] or 0.0 for r in rows if not r["is_counted"])
    paused = sum(r["capacity"] or 0.0 for r in rows if r["is_counted"] and r["status"] == "paused")
    parts = [f"{silent} plants published no capacity"] if silent else []
    parts += [f"{paused:,.0f} GWh are paused"] if paused else []
    parts += [f"{other:,.0f} GWh are of another chemistry or not credible"] if other else []
    return ", ".join(parts) or "every known plant is counted"


def _capacity_to_demand(figure: Row, results: Results) -> Answer:
    nameplate, need, date = _sums(figure, results, ("cells",), "nameplate")
    if need <= 0:
        return NO_DEMAND
    theirs = float(figure["value"])
    definition = f"nameplate of announced, building and operating US cell plants over US pack demand, as of {date}"
    difference = (
        f"Theirs puts {theirs * need:,.0f} GWh of planned capacity against {need:,.0f} GWh; ours finds {nameplate:,.0f} "
        f"GWh known on {date}, because plants canceled since are out and {_left_out(results, date)}."
    )
    return nameplate / need, definition, difference


def _capacity(figure: Row, results: Results) -> Answer:
    nameplate, _, date = _sums(figure, results, ("cells",), "nameplate")
    definition = f"nameplate of announced, building and operating US cell plants, as of {date}"
    gap = nameplate - float(figure["value"])
    return nameplate, definition, f"Ours is {gap:+,.0f} GWh against theirs: {_left_out(results, date)}."


def _cost_share(figure: Row, results: Results) -> Answer:
    shares: dict[tuple[str, str], float] = {}
    for row in results["cell_cost"]:
        if row["is_active_material"]:
            key = (str(row["deck"]), str(row["cell_name"]))
            shares[key] = shares.get(key, 0.0) + float(row["share_fraction"])
    if not shares:
        return None, "", "this run has no cell cost"
    ordered = sorted(shares.items(), key=lambda item: item[1])
    (low_key, low), (high_key, high) = ordered[0], ordered[-1]
    ours = shares.get(("batpac_2024", "NMC811"), ordered[len(ordered) // 2][1])
    definition = "CAM and AAM over the whole cell cost, NMC811 at BatPaC 2024 prices"
    difference = (
        f"The share moves with prices and chemistry: from {low:.0%} ({low_key[1]}, {low_key[0]}) to "
        f"{high:.0%} ({high_key[1]}, {high_key[0]})."
    )
    return ours, definition, difference


MATCHES: dict[str, Compare] = {
    "us_cells_localized_2030": _cells_localized,
    "us_active_materials_2030": _active_materials,
    "us_cells_capacity_to_demand_2030": _capacity_to_demand,
    "us_cell_capacity_2030_argonne": _capacity,
    "cell_cost_active_materials": _cost_share,
}
