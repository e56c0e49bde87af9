"""Rules of plants: what a facility makes, in which unit, states in order, grants, status transitions."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from orecell.data.case_rows import At, column_of, rows_of
from orecell.data.commodity_rules import UNIT_OF_MEASURE
from orecell.errors import Fault

if TYPE_CHECKING:
    from orecell.data.package import Case

CAPACITY_UNITS: Mapping[str, tuple[str, ...]] = {
    "mass": ("t/yr",),
    "energy": ("GWh/yr",),
    "area": ("m2/yr",),
    "Li": ("t/yr", "t LCE/yr", "t Li/yr"),
    "Ni": ("t/yr", "t Ni/yr"),
    "Co": ("t/yr", "t Co/yr"),
    "Mn": ("t/yr", "t Mn/yr"),
}
FEED = "t feed/yr"


LARGEST_LINE = {
    "t/yr": 2e6,
    "t feed/yr": 1e6,
    "t LCE/yr": 3e5,
    "t Li/yr": 6e4,
    "t Ni/yr": 3e5,
    "t Co/yr": 1e5,
    "t Mn/yr": 1e6,
    "GWh/yr": 300.0,
    "m2/yr": 1e10,
}
"""Well above the largest single line of any stage anywhere, so that a slip by a factor of 1,000 is caught."""


def facilities_fit_their_stage(case: Case) -> Iterator[Fault]:
    """A counted facility makes a commodity of its stage, or one that states no chemistry."""
    commodities = {
        name: (stage, unit, basis, family)
        for _, name, stage, unit, basis, family in rows_of(
            case, "commodities", "commodity", "stage", "unit", "basis", "family"
        )
    }
    measures = column_of(case, "stages", "stage", "measure")
    columns = ("stage", "commodity", "family", "is_counted")
    for row, stage, commodity, family, is_counted in rows_of(case, "facilities", *columns):
        made_by, unit, basis, kind = commodities[commodity]
        at = At("facilities", row, "commodity")
        if made_by is not None and made_by != stage:
            rule = f"{commodity} belongs to stage {made_by}, not {stage}"
            yield at.fault(commodity, rule, "correct the commodity or the stage")
        elif made_by is None and is_counted and basis != "none":
            rule = f"{commodity} belongs to no stage, so it cannot count for {stage}"
            yield at.fault(commodity, rule, "name a commodity of the stage, or set is_counted to false")
        elif is_counted and unit != UNIT_OF_MEASURE.get(measures[stage], "t"):
            rule = f"{commodity} is counted in {unit}, but stage {stage} adds up {measures[stage]}"
            yield at.fault(commodity, rule, "name a commodity of the stage, or set is_counted to false")
        if "any" not in (family, kind) and family != kind:
            rule = f"{commodity} is of family {kind}"
            fix = "correct the family or the commodity"
            yield At("facilities", row, "family").fault(family, rule, fix)


def capacities_have_the_unit_of_their_stage(case: Case) -> Iterator[Fault]:
    """GWh for cells, m2 for separator, a mass or the element's mass elsewhere, feed where feed counts."""
    measures = column_of(case, "stages", "stage", "measure")
    stage_of = column_of(case, "facilities", "facility", "stage")
    fed = _stages_measured_by_feed(case)
    for table, value in (("facility_states", "capacity"), ("capacity_assumptions", "value")):
        for row, facility, capacity, unit in rows_of(case, table, "facility", value, "capacity_unit"):
            stage = stage_of[facility]
            allowed = (*CAPACITY_UNITS[measures[stage]], *([FEED] if stage in fed else []))
            at = At(table, row, "capacity_unit")
            if (capacity is None) != (unit is None):
                yield at.fault(unit, "capacity and unit come together", "fill in both or empty both")
            elif unit is not None and unit not in allowed:
                rule = f"stage {stage} is measured in {' or '.join(allowed)}"
                yield at.fault(unit, rule, f"convert the capacity to {allowed[0]}")
            elif unit is not None and capacity > LARGEST_LINE[unit]:
                rule = f"no line in the world is larger than {LARGEST_LINE[unit]:,.0f} {unit}"
                yield At(table, row, value).fault(f"{capacity:g}", rule, "check for a factor of 1,000")


def _stages_measured_by_feed(case: Case) -> set[str]:
    """Stages with a factor from feed to output, or whose commodities are themselves treated."""
    stages = {
        stage
        for _, stage, parameter in rows_of(case, "stage_parameters", "stage", "parameter")
        if parameter == "output_per_feed_fraction"
    }
    stage_of = column_of(case, "commodities", "commodity", "stage")
    treated = {r for _, r, m in rows_of(case, "recipes", "reference", "method") if m in ("split", "recovery")}
    return stages | {stage_of[name] for name in treated if stage_of[name] is not None}


def states_are_in_order(case: Case) -> Iterator[Fault]:
    """A plant cannot retire before it was known to be built, nor run before its start year."""
    table = "facility_states"
    columns = ("facility", "known_on", "status", "start_year")
    states = sorted(rows_of(case, table, *columns), key=lambda state: (state[1], state[2]))
    started: dict[str, int] = {}
    for row, facility, known_on, status, start in states:
        at = At(table, row, "start_year")
        begun = start or started.get(facility)
        if status == "retired" and begun is not None and begun > known_on.year:
            yield at.fault(begun, "is retired before it started", "correct status or dates")
        if status == "operating" and start is not None and start > known_on.year:
            rule = f"operates on {known_on} but starts later"
            yield at.fault(start, rule, "correct status or start year")
        if begun is not None:
            started[facility] = begun
    known = {state[1] for state in states}
    for row, facility in rows_of(case, "facilities", "facility"):
        if facility not in known:
            yield At("facilities", row, "facility").fault(
                facility, "has no state", f"add it to tables/{table}.csv"
            )


def grants_fit_their_plant(case: Case) -> Iterator[Fault]:
    """A grant tied to a product is for a plant that makes it, and never pays more than its amount."""
    product = column_of(case, "facilities", "facility", "commodity")
    columns = ("facility", "commodity", "value", "disbursed_usd")
    for row, facility, commodity, amount, paid in rows_of(case, "grants", *columns):
        if amount is not None and paid is not None and paid > amount:
            rule = f"exceeds the award of {amount:g} USD"
            yield At("grants", row, "disbursed_usd").fault(paid, rule, "correct one of them")
        if commodity is not None and product[facility] != commodity:
            rule = f"{facility} makes {product[facility]}, not {commodity}"
            yield At("grants", row, "commodity").fault(commodity, rule, "name a product of the plant")


def grants_stay_the_same_grant(case: Case) -> Iterator[Fault]:
    """The states of a grant are of one plant and one program, and what was paid stays paid."""
    columns = ("grant", "known_on", "facility", "program", "disbursed_usd")
    states = sorted(rows_of(case, "grants", *columns), key=lambda state: (state[1], state[2]))
    first: dict[str, tuple[str, str]] = {}
    paid: dict[str, float] = {}
    for row, grant, _, facility, program, disbursed in states:
        plant, scheme = first.setdefault(grant, (facility, program))
        if facility != plant:
            rule = f"grant {grant} is for {plant} in an earlier state"
            yield At("grants", row, "facility").fault(facility, rule, "give the other grant an id of its own")
        if program != scheme:
            rule = f"grant {grant} is of program {scheme} in an earlier state"
            yield At("grants", row, "program").fault(program, rule, "give the other grant an id of its own")
        if disbursed is not None:
            if disbursed < paid.get(grant, 0.0):
                rule = f"{paid[grant]:g} USD had been paid before"
                fix = "correct the amounts or the dates"
                yield At("grants", row, "disbursed_usd").fault(disbursed, rule, fix)
            paid[grant] = disbursed


def transitions_are_complete(case: Case) -> Iterator[Fault]:
    """Each group of stages has transitions under both weightings, all over one period."""
    table = "status_transitions"
    rows = list(rows_of(case, table, "group", "weighting", "period_months"))
    counts: dict[tuple[str, str], Counter[float]] = {}
    for _, group, weighting, months in rows:
        counts.setdefault((group, weighting), Counter())[months] += 1
    periods = {key: count.most_common(1)[0][0] for key, count in counts.items()}
    for row, group, weighting, months in rows:
        if months != periods[group, weighting]:
            rule = f"other rows of {group}, {weighting} are over {periods[group, weighting]:g} months"
            fix = "convert the probability to that period"
            yield At(table, row, "period_months").fault(months, rule, fix)
    groups = sorted({group for group, _ in periods})
    for row, group in rows_of(case, "stages", "transition_group"):
        missing = [w for w in ("count", "capital") if (group, w) not in periods]
        if missing:
            rule = f"has no rows of weighting {' or '.join(missing)} in status_transitions"
            fix = f"add them, or use one of {', '.join(groups)}"
            yield At("stages", row, "transition_group").fault(group, rule, fix)
