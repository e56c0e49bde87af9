"""Plants of a plan from the tables of a case: what stands, what may be built, projects that may be finished.

Standing capacity is what the outlook expects to run without any decision. A project announced, under
construction or paused is expected to start only in part; the rest of it may be bought by decision: what is
left of its capital carries it through, no sooner than its own start. It needs no place among new plants of
its kind, since its permits and crews are not theirs.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

from orecell.chain.capacity import Outlook, known_states, make_outlook, parameters_of, stage_capacity
from orecell.chain.plan.choices import PlanChoices
from orecell.chain.plan.network_input import Plant
from orecell.chain.requirement import content

if TYPE_CHECKING:
    import polars as pl

    from orecell.data.book import Book

Standing = dict[tuple[str, str], dict[int, float]]
LEFT = {
    "announced": "project_left_fraction_announced",
    "construction": "project_left_fraction_construction",
    "paused": "project_left_fraction_paused",
}
"""Status -> parameter: share of the capital still to be spent."""
LEAST_OPEN = 0.01
"""A project that is expected to start but for less than this share is left as it is."""


@dataclass(frozen=True)
class Tables:
    """What plants are made from."""

    book: Book
    tables: Mapping[str, pl.DataFrame]
    choices: PlanChoices
    parameters: Mapping[str, float]

    @cached_property
    def kinds(self) -> dict[str, dict[str, float]]:
        """Kind of plant -> parameter -> value."""
        return parameters_of(self.tables["plant_parameters"], "plant_type")

    @cached_property
    def factors(self) -> dict[tuple[str, str], float]:
        """(kind, region) of candidates -> capital cost relative to the kind's own."""
        rows = self.tables["candidates"].select("plant_type", "region", "value").iter_rows()
        return {(kind, region): value for kind, region, value in rows}

    @cached_property
    def outlook(self) -> Outlook:
        """What facilities are expected to make without decisions."""
        date = dt.date.fromisoformat(self.choices.as_of)
        sized = stage_capacity(known_states(self.tables, date), self.book, self.tables, use_assumed=False)
        return make_outlook(sized, self.tables, self.choices.years, date, self.choices.weighting)

    @cached_property
    def of_kind(self) -> dict[str, Plant]:
        """Kind of plant -> a plant of it, nowhere, without capacity."""
        recipes: dict[str, dict[str, float]] = {}
        table = self.tables["plant_recipes"].select("plant_type", "recipe", "value")
        for kind, recipe, value in table.iter_rows():
            recipes.setdefault(kind, {})[recipe] = value
        ramps = _ramps(self.tables)
        return {kind: self._of_kind(kind, recipes[kind], ramps[kind]) for kind in self.kinds}

    def _of_kind(self, kind: str, recipes: Mapping[str, float], ramp: tuple[float, ...]) -> Plant:
        values, common = self.kinds[kind], self.parameters
        power = values.get("electricity_mwh_per_unit", 0.0)
        return Plant(
            name=kind,
            kind=kind,
            place="",
            recipes=recipes,
            life_years=round(values["life_years"]),
            lead_years=round(values["permitting_years"] + values["construction_years"]),
            qualification_years=round(values.get("qualification_years", 0.0)),
            ramp=ramp,
            fixed_opex=values.get("fixed_opex_fraction", 0.0) * values["capex_usd_per_unit"],
            variable_opex=values.get("variable_opex_usd_per_unit", 0.0)
            + power * common["electricity_usd_per_mwh"],
            emissions=values.get("emissions_t_per_unit", 0.0) + power * common["grid_emissions_t_per_mwh"],
            jobs=values.get("jobs_per_unit", 0.0),
            block=values.get("block_size", 0.0) if self.choices.whole_plants else 0.0,
            hurdle_rate=common["hurdle_rate"] if self.choices.at_hurdle_rate else None,
        )


def plants_of_case(given: Tables) -> tuple[Plant, ...]:
    """Plants by kind and region, then projects by name."""
    expected, qualified = _standing(given)
    plants = []
    for kind, place in sorted({*given.factors, *expected}):
        factor = given.factors.get((kind, place))
        capex = None if factor is None else given.kinds[kind]["capex_usd_per_unit"] * factor
        standing, accepted = expected.get((kind, place), {}), qualified.get((kind, place), {})
        name = f"{kind}@{place}"
        plants.append(
            replace(
                given.of_kind[kind],
                name=name,
                place=place,
                standing=standing,
                qualified=accepted,
                capex=capex,
            )
        )
    return (*plants, *_projects(given))


def _per_unit(given: Tables, stage: str, commodity: str) -> float:
    """Units of a stage per unit of capacity of the kind that makes a commodity."""
    measures = dict(given.tables["stages"].select("stage", "measure").iter_rows())
    return content(measures[stage], given.book.commodities[commodity].composition) or 1.0


def _standing(given: Tables) -> tuple[Standing, Standing]:
    """(kind, region) -> year -> expected and qualified capacity of facilities, in units of the kind."""
    outlook, years = given.outlook, given.choices.years
    expected: Standing = {}
    qualified: Standing = {}
    rows = outlook.facilities.select("plant_type", "stage", "commodity", "region").iter_rows()
    for i, (kind, stage, commodity, region) in enumerate(rows):
        if kind is None:
            continue
        per_unit = _per_unit(given, stage, commodity)
        for target, output in ((expected, outlook.expected), (qualified, outlook.qualified)):
            total = target.setdefault((kind, region), dict.fromkeys(years, 0.0))
            for t, year in enumerate(years):
                total[year] += float(output[i, t]) / per_unit
    running = {key for key, by_year in expected.items() if any(by_year.values())}
    return {k: expected[k] for k in running}, {k: qualified[k] for k in running}


def _projects(given: Tables) -> list[Plant]:
    """The part of each project that is not expected to start by itself."""
    outlook, found = given.outlook, []
    for i, row in enumerate(outlook.facilities.iter_rows(named=True)):
        share_open = 1.0 - float(outlook.entered[i])
        is_open = row["status"] in LEFT and row["is_counted"] and row["plant_type"] is not None
        if is_open and row["stage_capacity"] and share_open > LEAST_OPEN:
            found.append(_project(given, row, share_open, int(outlook.starts[i])))
    return sorted(found, key=lambda plant: plant.name)


def _project(given: Tables, row: Mapping[str, Any], share_open: float, start: int) -> Plant:
    """One project: capital left to spend, and a lead time without what has been done already."""
    kind = row["plant_type"]
    values, status = given.kinds[kind], row["status"]
    factor = given.factors.get((kind, row["region"]), 1.0)
    left = given.parameters[LEFT[status]]
    build_years = values["construction_years"] * (left if status != "announced" else 1.0)
    size = row["stage_capacity"] / _per_unit(given, row["stage"], row["commodity"])
    return replace(
        given.of_kind[kind],
        name=row["facility"],
        place=row["region"],
        capex=values["capex_usd_per_unit"] * factor * left,
        lead_years=max(1, math.ceil(build_years)),
        earliest=start,
        most=size * share_open,
        block=size * share_open if given.choices.whole_plants else 0.0,
        is_project=True,
    )


def _ramps(tables: Mapping[str, pl.DataFrame]) -> dict[str, tuple[float, ...]]:
    """Share of nameplate in use in the first three years: ramp x utilization of the stage of each kind."""
    values = parameters_of(tables["stage_parameters"], "stage")
    stage_of = tables["plant_types"].select("plant_type", "stage").iter_rows()
    return {kind: _ramp(values.get(stage, {})) for kind, stage in stage_of}


def _ramp(of_stage: Mapping[str, float]) -> tuple[float, ...]:
    used = of_stage.get("utilization_fraction", 1.0)
    return tuple(of_stage.get(f"ramp_fraction_year_{n}", 1.0) * used for n in (1, 2, 3))
