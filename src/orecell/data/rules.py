"""Rules that need more than one cell: units that fit, shares that sum, recipes that close, dates in order.

Each rule is a function from a typed case to faults; `RULES` lists them all.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from orecell.core.tolerances import SHARE_SUM
from orecell.data import recipe_rules
from orecell.data.case_rows import rows_of
from orecell.errors import Fault

if TYPE_CHECKING:
    from orecell.data.package import Case

UNIT_OF_MEASURE = {
    "mass": ("t/yr", "t feed/yr"),
    "energy": ("GWh/yr",),
    "area": ("m2/yr",),
    "Li": ("t/yr", "t LCE/yr", "t Li/yr"),
    "Ni": ("t/yr", "t Ni/yr"),
    "Co": ("t/yr", "t Co/yr"),
    "Mn": ("t/yr", "t Mn/yr"),
}


def check_rules(case: Case) -> list[Fault]:
    """Every fault of every rule; meant for tables whose cells are all well-formed."""
    return [fault for rule in RULES for fault in rule(case)]


def sources_are_specific(case: Case) -> Iterator[Fault]:
    """A source that stands for many pages needs the page of each row."""
    import polars as pl

    collections = case.tables["sources"].filter("is_collection")["source"].to_list()
    for name, frame in case.tables.items():
        if "source_url" not in frame.columns:
            continue
        bad = frame.filter(pl.col("source").is_in(collections) & pl.col("source_url").is_null())
        for row, source in bad.select("_row", "source").iter_rows():
            fix = "give the address of the page"
            yield Fault(
                f"tables/{name}.csv", row, "source_url", "", f"{source} needs the page of each row", fix
            )


def capacities_have_the_unit_of_their_stage(case: Case) -> Iterator[Fault]:
    """GWh for cells, m2 for separator, a mass or the element's mass elsewhere."""
    measures = dict(case.tables["stages"].select("stage", "measure").iter_rows())
    stage_of = dict(case.tables["facilities"].select("facility", "stage").iter_rows())
    for table, value in (("facility_states", "capacity"), ("capacity_assumptions", "value")):
        for row, facility, capacity, unit in rows_of(case, table, "facility", value, "capacity_unit"):
            stage = stage_of[facility]
            allowed = UNIT_OF_MEASURE[measures[stage]]
            file = f"tables/{table}.csv"
            if (capacity is None) != (unit is None):
                yield Fault(
                    file,
                    row,
                    "capacity_unit",
                    unit or "",
                    "capacity and unit come together",
                    "fill in both or empty both",
                )
            elif unit is not None and unit not in allowed:
                rule = f"stage {stage} is measured in {' or '.join(allowed)}"
                yield Fault(file, row, "capacity_unit", unit, rule, f"convert the capacity to {allowed[0]}")


def mixes_sum_to_one(case: Case) -> Iterator[Fault]:
    """Shares of recipes, of chemistries and of status transitions sum to one."""
    groups = (
        ("technology_mix", ("commodity", "year")),
        ("chemistry_mix", ("demand_case", "segment", "year")),
        ("status_transitions", ("group", "weighting", "from_status")),
    )
    import polars as pl

    for table, keys in groups:
        sums = (
            case.tables[table]
            .group_by(keys, maintain_order=True)
            .agg(pl.col("value").sum(), pl.col("_row").max())
        )
        for *shown, total, row in sums.iter_rows():
            if abs(total - 1.0) > SHARE_SUM:
                what = ", ".join(str(part) for part in shown)
                rule = f"shares of {what} sum to {total:.6g}, not 1"
                yield Fault(
                    f"tables/{table}.csv", row, "value", f"{total:.6g}", rule, "correct one of the shares"
                )


def demand_is_what_it_says(case: Case) -> Iterator[Fault]:
    """Where demand is vehicles times pack, the product is the number given."""
    columns = ("vehicles", "kwh_per_vehicle", "value")
    for row, vehicles, pack, value in rows_of(case, "demand", *columns):
        if (vehicles is None) != (pack is None):
            yield Fault(
                "tables/demand.csv",
                row,
                "vehicles",
                str(vehicles or ""),
                "vehicles and pack come together",
                "fill in both or empty both",
            )
        elif vehicles is not None and abs(vehicles * pack / 1e6 - value) > 1e-6 * max(value, 1e-9):
            rule = f"vehicles x pack is {vehicles * pack / 1e6:.6g} GWh"
            yield Fault("tables/demand.csv", row, "value", f"{value:g}", rule, "make the three numbers agree")


def states_are_in_order(case: Case) -> Iterator[Fault]:
    """A plant cannot retire before it was known to be built, nor run before its start year."""
    import polars as pl

    file = "tables/facility_states.csv"
    states = case.tables["facility_states"].sort("facility", "known_on")
    for _, rows in states.group_by("facility", maintain_order=True):
        started = None
        for row, known_on, status, start in rows.select(
            "_row", "known_on", "status", "start_year"
        ).iter_rows():
            if status == "retired" and (start or started or known_on.year) > known_on.year:
                yield Fault(
                    file,
                    row,
                    "start_year",
                    str(start or started),
                    "is retired before it started",
                    "correct status or dates",
                )
            if status == "operating" and start is not None and start > known_on.year:
                yield Fault(
                    file,
                    row,
                    "start_year",
                    str(start),
                    f"operates on {known_on} but starts later",
                    "correct status or start year",
                )
            started = start or started
    known = set(case.tables["facility_states"]["facility"])
    missing = case.tables["facilities"].filter(~pl.col("facility").is_in(list(known)))
    for row, facility in missing.select("_row", "facility").iter_rows():
        yield Fault("tables/facilities.csv", row, "facility", facility, "has no state", f"add it to {file}")


def qualification_fits_the_horizon(case: Case) -> Iterator[Fault]:
    """A qualification or lead time longer than the horizon would silently remove the stage."""
    settings = case.scenarios["base"].settings
    if settings.first_year is None or settings.last_year is None:
        yield Fault(
            "scenarios/base.yaml", None, "settings", "", "base sets first_year and last_year", "add both"
        )
        return
    horizon = settings.last_year - settings.first_year + 1
    for row, parameter, value in rows_of(case, "stage_parameters", "parameter", "value"):
        if str(parameter).endswith("_years") and value > horizon:
            rule = f"must not exceed the horizon of {horizon} years"
            yield Fault(
                "tables/stage_parameters.csv",
                row,
                "value",
                f"{value:g}",
                rule,
                "shorten it or lengthen the horizon",
            )
        if (str(parameter).endswith("_fraction") and not 0 <= value <= 1) or (
            "ramp_fraction" in str(parameter) and value > 1
        ):
            yield Fault(
                "tables/stage_parameters.csv",
                row,
                "value",
                f"{value:g}",
                "must be between 0 and 1",
                "write 0.85 for 85 %",
            )


def stages_are_parameterized(case: Case) -> Iterator[Fault]:
    """Every stage has the parameters that the outlook reads: none is defaulted in silence."""
    needed = (
        "utilization_fraction",
        "qualification_years",
        "ramp_fraction_year_1",
        "ramp_fraction_year_2",
        "ramp_fraction_year_3",
        "lead_time_announced_years",
        "lead_time_construction_years",
    )
    have = set(case.tables["stage_parameters"].select("stage", "parameter").iter_rows())
    groups = set(case.tables["status_transitions"]["group"])
    for row, stage, group in rows_of(case, "stages", "stage", "transition_group"):
        for parameter in needed:
            if (stage, parameter) not in have:
                rule = f"stage {stage} needs {parameter}"
                yield Fault("tables/stage_parameters.csv", None, "parameter", parameter, rule, "add the row")
        if group not in groups:
            fix = f"one of {', '.join(sorted(groups))}"
            yield Fault(
                "tables/stages.csv",
                row,
                "transition_group",
                str(group),
                "has no rows in status_transitions",
                fix,
            )


def settings_refer_to_the_case(case: Case) -> Iterator[Fault]:
    """Scenarios name demand cases that exist and years that have demand."""
    from orecell.data.check import did_you_mean

    cases = case.tables["demand_cases"]["demand_case"].to_list()
    years = set(case.tables["demand"]["year"])
    for scenario in case.scenarios.values():
        file = f"scenarios/{scenario.name}.yaml"
        for name in scenario.settings.demand_cases or ():
            if name not in cases:
                near = did_you_mean(name, cases)
                fix = f"did you mean '{near}'?" if near else f"one of {', '.join(cases)}"
                yield Fault(file, None, "settings.demand_cases", name, "is not a demand case", fix)
        for key in ("first_year", "last_year", "headline_year"):
            value = getattr(scenario.settings, key)
            if value is not None and value not in years:
                rule = f"demand covers {min(years)} to {max(years)}"
                yield Fault(file, None, f"settings.{key}", str(value), rule, "choose a year within")


def grants_fit_their_plant(case: Case) -> Iterator[Fault]:
    """A grant tied to a product is for a plant that makes it, and never pays more than its amount."""
    file = "tables/grants.csv"
    for row, amount, paid in rows_of(case, "grants", "value", "disbursed_usd"):
        if amount is not None and paid is not None and paid > amount:
            yield Fault(
                file,
                row,
                "disbursed_usd",
                f"{paid:g}",
                f"exceeds the award of {amount:g} USD",
                "correct one of them",
            )
    product = dict(case.tables["facilities"].select("facility", "commodity").iter_rows())
    for row, facility, commodity in rows_of(case, "grants", "facility", "commodity"):
        if commodity is not None and product[facility] != commodity:
            rule = f"{facility} makes {product[facility]}, not {commodity}"
            yield Fault(file, row, "commodity", str(commodity), rule, "name a product of the plant")


RULES: tuple[Callable[[Case], Iterator[Fault]], ...] = (
    sources_are_specific,
    capacities_have_the_unit_of_their_stage,
    recipe_rules.elements_exist,
    recipe_rules.flows_are_complete,
    recipe_rules.recipes_have_flows,
    recipe_rules.recipes_close,
    mixes_sum_to_one,
    recipe_rules.mixed_recipes_make_their_commodity,
    demand_is_what_it_says,
    recipe_rules.demand_can_be_made,
    recipe_rules.network_is_sound,
    states_are_in_order,
    qualification_fits_the_horizon,
    stages_are_parameterized,
    settings_refer_to_the_case,
    grants_fit_their_plant,
)
