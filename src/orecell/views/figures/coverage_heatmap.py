"""Coverage of every stage in every year: how much of a demand is met, stage by stage.

    coverage = supply / requirement

Colors stop at 150 %: beyond that a surplus is a surplus. A stage-year that needs nothing says `no need`,
one that the table does not hold says `no data`; neither is drawn as zero. Where assumed capacities are
added, the cells that they change are marked.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from orecell.core.wording import SPACE, in_sentence, listed, percent
from orecell.errors import InputError
from orecell.views.figures.choice import Choice, Row, Stamp, focus_year, rows_of
from orecell.views.figures.figure import Figure, Mark, Table
from orecell.views.figures.frame import Option
from orecell.views.figures.heat import HeatMap, empty_cell, full_cell, heat_option, height_px
from orecell.views.figures.palette import COVERAGE_SCALE, INK
from orecell.views.figures.wording import BASIS_NAMES, day, quantity, region_name

if TYPE_CHECKING:
    import polars as pl

CLIP = 1.5
COLUMNS = ("stage", "stage_name", "stage_order", "year", "supply", "requirement", "unit", "coverage_fraction")
DENOMINATORS = {
    "national_demand": ("demand", "for"),
    "domestic_next_stage": ("what plants at home need", "of"),
}


def coverage_heatmap(coverage: pl.DataFrame, choice: Choice, stamp: Stamp) -> Figure:
    """How much of the demand each stage covers in each year.

    Args:
        coverage: rows by as_of, demand_case, region_set, stage, year, basis, denominator and capacity with
            supply and requirement [unit] and coverage_fraction.
        choice: which rows to show; `choice.year` is the year of the title.
        stamp: run, sources and names.

    Returns:
        A heat map, pale where supply is missing.
    """
    rows = _chosen(coverage, choice)
    year = focus_year((row["year"] for row in rows), choice.year)
    assumed = _assumed(coverage, choice, rows)
    number, title = _finding(rows, year, choice)
    demand, _ = DENOMINATORS.get(choice.denominator, (choice.denominator, "for"))
    marks = [Mark("empty", "no need: the chain needs nothing of it; no data: not in the table")]
    if assumed:
        marks.append(Mark("assumed", "dashed, italic: rests on an assumed capacity"))
    return Figure(
        id="coverage",
        title=title,
        number=number,
        sentence=(
            f"Supply as a share of {demand}, in %, by stage and year. "
            f"Demand: {stamp.name(choice.demand_case)}. Known on {day(choice.as_of)}. "
            f"Supply counted: {BASIS_NAMES.get(choice.basis, choice.basis)}."
        ),
        unit=f"% of {demand}",
        run_id=stamp.run_id,
        option=_option(rows, assumed, title),
        table=_table(rows, assumed),
        sources=stamp.sources,
        notes=("Bold: the whole requirement is met. Colors end at 150 %, numbers do not.",),
        marks=tuple(marks),
        height_px=height_px({row["stage_name"] for row in rows}),
    )


def _chosen(coverage: pl.DataFrame, choice: Choice) -> list[Row]:
    """Rows of the choice, from mine to recycling, then by year."""
    rows = rows_of(
        coverage,
        COLUMNS,
        as_of=choice.as_of,
        demand_case=choice.demand_case,
        region_set=choice.region_set,
        basis=choice.basis,
        denominator=choice.denominator,
        capacity=choice.capacity,
    )
    keys = [(row["stage"], row["year"]) for row in rows]
    if len(set(keys)) != len(keys):
        raise InputError("coverage", "more than one row for a stage and year", "make the rows unique")
    return sorted(rows, key=lambda row: (row["stage_order"], row["stage"], row["year"]))


def _assumed(coverage: pl.DataFrame, choice: Choice, rows: list[Row]) -> set[tuple[str, int]]:
    """Stage and year of numbers that assumed capacities change."""
    if choice.capacity == "sourced":
        return set()
    sourced = {
        (r["stage"], r["year"]): r["supply"] for r in _chosen(coverage, replace(choice, capacity="sourced"))
    }
    return {(r["stage"], r["year"]) for r in rows if sourced.get((r["stage"], r["year"])) != r["supply"]}


def _finding(rows: list[Row], year: int, choice: Choice) -> tuple[str, str]:
    """The number and the title: the weakest stages of the year, and the strongest."""
    known = [row for row in rows if row["year"] == year and row["coverage_fraction"] is not None]
    region = region_name(choice.region_set)
    if not known:
        return "", f"No {region} stage has a requirement in {year}"
    low = percent(min(row["coverage_fraction"] for row in known))
    high = percent(max(row["coverage_fraction"] for row in known))
    weakest = [in_sentence(r["stage_name"]) for r in known if percent(r["coverage_fraction"]) == low]
    strongest = [in_sentence(r["stage_name"]) for r in known if percent(r["coverage_fraction"]) == high]
    demand, link = DENOMINATORS.get(choice.denominator, (choice.denominator, "for"))
    title = f"{region} supply covers {low} of {demand} {link} {listed(weakest)} in {year}"
    if low != high:
        title += f", and {high} {link} {listed(strongest)}"
    return low, title


def _cell_text(fraction: float) -> str:
    """A coverage as it stands in a cell, without the sign."""
    if 0 < fraction < 0.001:
        return "<0.1"
    return percent(fraction).split(SPACE)[0]


def _full(row: Row, at: tuple[int, int], is_assumed: bool) -> Option:
    """One colored cell: bold where the requirement is met, dashed and italic where assumed."""
    fraction, unit = row["coverage_fraction"], row["unit"]
    texts = [
        _cell_text(fraction),
        f"{row['stage_name']}, {row['year']}",
        percent(fraction),
        _amount(row["supply"], unit),
        _amount(row["requirement"], unit),
    ]
    cell = full_cell(at, min(fraction, CLIP) / CLIP, texts, COVERAGE_SCALE, CLIP * 100)
    if fraction >= 1:
        cell["label"] |= {"fontWeight": "bold"}
    if is_assumed:
        cell["label"] |= {"fontStyle": "italic"}
        cell["itemStyle"] = {"borderType": "dashed", "borderColor": INK, "borderWidth": 1.5}
    return cell


def _amount(value: float | None, unit: str) -> str:
    """An amount on hovering."""
    return "not known" if value is None else quantity(value, unit)


def _option(rows: list[Row], assumed: set[tuple[str, int]], title: str) -> Option:
    """The picture; assumed cells are drawn last, so that their edge stays whole."""
    years = sorted({row["year"] for row in rows})
    stages = {row["stage"]: row["stage_name"] for row in rows}
    found = {(row["stage"], row["year"]): row for row in rows}
    full, empty = [], []
    for place, at in (((s, y), (years.index(y), list(stages).index(s))) for s in stages for y in years):
        row = found.get(place)
        if row and row["coverage_fraction"] is not None:
            full.append((place in assumed, _full(row, at, place in assumed)))
        else:
            empty.append(empty_cell(at, "no\nneed" if row else "no\ndata"))
    heat = HeatMap(
        columns=tuple(str(year) for year in years),
        rows=tuple(stages.values()),
        scale=COVERAGE_SCALE,
        top=CLIP * 100,
        ends=("0 %", "150 % or more"),
        full=[cell for _, cell in sorted(full, key=lambda pair: pair[0])],
        empty=empty,
        dimensions=("Coverage", "Supply", "Requirement"),
    )
    return heat_option(heat, title)


def _table(rows: list[Row], assumed: set[tuple[str, int]]) -> Table:
    """The numbers drawn."""
    columns = ("Stage", "Year", "Supply", "Requirement", "Unit", "Coverage (fraction)")
    keys = ("stage_name", "year", "supply", "requirement", "unit", "coverage_fraction")
    marked = tuple(i for i, row in enumerate(rows) if (row["stage"], row["year"]) in assumed)
    return Table(columns, tuple(tuple(row[key] for key in keys) for row in rows), marked)
