"""Rules that need more than one cell, and the list of all of them.

Each rule is a function from a typed case to faults. They run in three rounds, each only where the one
before found nothing: rows that are complete, tables that agree, recipes that close and fit. So a rule
may rely on what the rounds before it have checked.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, NamedTuple

from orecell.core.tolerances import SHARE_SUM
from orecell.data import chemistry_rules as chemistry
from orecell.data import commodity_rules as commodities
from orecell.data import market_rules as markets
from orecell.data import money_rules as money
from orecell.data import network_rules as network
from orecell.data import place_rules as places
from orecell.data import plan_rules as plan
from orecell.data import plant_rules as plants
from orecell.data import recipe_rules as flows
from orecell.data.case_rows import At, resolved, rows_of
from orecell.data.check import suggest
from orecell.data.scenario import Scenario
from orecell.data.tables import OUTLOOK_PARAMETERS
from orecell.errors import Fault

if TYPE_CHECKING:
    from orecell.data.package import Case

Rule = Callable[["Case"], Iterator[Fault]]


def check_rules(case: Case) -> list[Fault]:
    """Every fault of every rule of the first round that finds one; for tables of well-formed cells."""
    for rules in ROUNDS:
        faults = [fault for rule in rules for fault in rule(case)]
        if faults:
            return faults
    return []


def sources_are_specific(case: Case) -> Iterator[Fault]:
    """A source that stands for many pages needs the page of each row."""
    collections = {source for _, source, many in rows_of(case, "sources", "source", "is_collection") if many}
    for name, frame in case.tables.items():
        if "source_url" not in frame.columns:
            continue
        for row, source, page in rows_of(case, name, "source", "source_url"):
            if page is None and source in collections:
                rule, fix = f"{source} needs the page of each row", "give the address of the page"
                yield At(name, row, "source_url").fault(None, rule, fix)


NAMED = ("countries", "regions", "stages", "commodities", "recipes", "facilities", "demand_cases")


def names_are_unique(case: Case) -> Iterator[Fault]:
    """Two rows with one name are two ids for one thing, which would count twice."""
    for table in NAMED:
        first: dict[str, int] = {}
        for row, name in rows_of(case, table, "name"):
            known = first.setdefault(" ".join(name.casefold().split()), row)
            if known != row:
                fix = "delete one, or tell the two apart by name"
                yield At(table, row, "name").fault(name, f"is already the name in row {known}", fix)


MIXES: Sequence[tuple[str, tuple[str, ...], str]] = (
    ("technology_mix", ("commodity",), "recipe"),
    ("chemistry_mix", ("demand_case", "segment"), "commodity"),
)
"""Tables of shares by year: what is mixed, and of which members."""


def mixes_sum_to_one(case: Case) -> Iterator[Fault]:
    """Shares of recipes, of chemistries and of status transitions sum to one."""
    groups = [(table, (*keys, "year")) for table, keys, _ in MIXES]
    for table, keys in (*groups, ("status_transitions", ("group", "weighting", "from_status"))):
        sums: dict[tuple[object, ...], tuple[float, int]] = {}
        for row, value, *group in rows_of(case, table, "value", *keys):
            sums[tuple(group)] = (sums.get(tuple(group), (0.0, row))[0] + value, row)
        for shown, (total, row) in sums.items():
            if abs(total - 1.0) > SHARE_SUM:
                rule = f"shares of {', '.join(map(str, shown))} sum to {total:.6g}, not 1"
                yield At(table, row, "value").fault(total, rule, "correct one of the shares")


def mixes_are_complete(case: Case) -> Iterator[Fault]:
    """Every member of a mix has a share in every year that the mix names, or it would be interpolated."""
    for table, keys, member in MIXES:
        years: dict[tuple[object, ...], set[int]] = {}
        given: dict[tuple[object, ...], dict[str, dict[int, int]]] = {}
        for row, year, name, *group in rows_of(case, table, "year", member, *keys):
            years.setdefault(tuple(group), set()).add(year)
            given.setdefault(tuple(group), {}).setdefault(name, {})[year] = row
        for group_, members in given.items():
            for name, have in members.items():
                missing = sorted(years[group_] - set(have))
                if missing:
                    shown = ", ".join(map(str, (*group_, missing[0])))
                    rule = f"{name} has no share for {shown}, where others of the mix have one"
                    fix = "add the row; a share that is nothing is 0"
                    yield At(table, min(have.values()), "year").fault(missing[0], rule, fix)


def base_is_complete(case: Case) -> Iterator[Fault]:
    """The base scenario gives every setting: none is defaulted in silence."""
    base = case.scenarios["base"]
    for key, value in base.settings:
        if value is None:
            rule, fix = "the scenario base gives every setting", f"add '{key}:' below 'settings:'"
            yield Fault(base.file, base.line("settings"), f"settings.{key}", "", rule, fix)


def settings_refer_to_the_case(case: Case) -> Iterator[Fault]:
    """Scenarios name demand cases that exist, years with demand, dates with known plants."""
    cases = case.tables["demand_cases"]["demand_case"].to_list()
    first_known = min(row[1] for row in rows_of(case, "facility_states", "known_on")).isoformat()
    for scenario, _ in resolved(case):
        for name in scenario.settings.demand_cases or ():
            if name not in cases:
                fix = suggest(name, cases, f"one of {', '.join(cases)}")
                yield _of_setting(scenario, "demand_cases", name).fault("is not a demand case", fix)
        for day in scenario.settings.as_of or ():
            if day < first_known:
                rule = f"nothing was known of any plant before {first_known}"
                fix = "choose a later date, or add states to tables/facility_states.csv"
                yield _of_setting(scenario, "as_of", day).fault(rule, fix)
    without_demand = list(_years_have_demand(case))
    yield from without_demand
    told = {(fault.file, fault.column) for fault in without_demand}
    yield from (f for f in _years_are_in_order(case) if (f.file, f.column) not in told)
    yield from markets.demand_covers_the_horizon(case)


class _Setting(NamedTuple):
    """A setting as a scenario file gives it."""

    scenario: Scenario
    key: str
    value: str

    def fault(self, rule: str, fix: str) -> Fault:
        row = self.scenario.line("settings", self.key)
        return Fault(self.scenario.file, row, f"settings.{self.key}", self.value, rule, fix)


def _of_setting(scenario: Scenario, key: str, value: object) -> _Setting:
    return _Setting(scenario, key, str(value))


YEARS = ("first_year", "last_year", "headline_year")


def _years_have_demand(case: Case) -> Iterator[Fault]:
    """The years of a scenario have demand; one fault for each year set, with the span of every table."""
    for scenario, settings in resolved(case):
        covered = markets.years_of_demand(case, settings)
        for key in YEARS:
            value = getattr(settings, key)
            is_own = getattr(scenario.settings, key) is not None or scenario.settings.demand_cases is not None
            if is_own and covered and value is not None and value not in covered:
                fix = "choose a year within, or add rows for it to these tables"
                yield _of_setting(scenario, key, value).fault(markets.spans(case, settings), fix)


def _years_are_in_order(case: Case) -> Iterator[Fault]:
    """The horizon of a scenario, what it inherits included, contains the headline year."""
    for scenario, settings in resolved(case):
        first, last = settings.first_year or 0, settings.last_year or 9999
        is_sound = first <= (settings.headline_year or first) <= last
        for key in YEARS:
            value = getattr(scenario.settings, key)
            if value is not None and not (is_sound and first <= value <= last):
                rule = f"the horizon is {first} to {last}, the headline year {settings.headline_year}"
                fix = "put first_year, headline_year and last_year in order"
                yield _of_setting(scenario, key, value).fault(rule, fix)


def qualification_fits_the_horizon(case: Case) -> Iterator[Fault]:
    """A qualification or lead time longer than the horizon would silently remove the stage."""
    horizon = min((s.last_year or 9999) - (s.first_year or 0) + 1 for _, s in resolved(case))
    for row, parameter, value in rows_of(case, "stage_parameters", "parameter", "value"):
        if str(parameter).endswith("_years") and value > horizon:
            rule = f"must not exceed the horizon of {horizon} years"
            fix = "shorten it or lengthen the horizon"
            yield At("stage_parameters", row, "value").fault(value, rule, fix)


def stages_are_parameterized(case: Case) -> Iterator[Fault]:
    """Every stage has the parameters that the outlook reads: none is defaulted in silence."""
    have = set(case.tables["stage_parameters"].select("stage", "parameter").iter_rows())
    for row, stage in rows_of(case, "stages", "stage"):
        for parameter in OUTLOOK_PARAMETERS:
            if (stage, parameter) not in have:
                fix = f"add the row {stage}, {parameter} to tables/stage_parameters.csv"
                yield At("stages", row, "stage").fault(stage, f"stage {stage} needs {parameter}", fix)


ROUNDS: tuple[tuple[Rule, ...], ...] = (
    (
        sources_are_specific,
        names_are_unique,
        places.countries_have_iso_codes,
        places.regions_lie_in_their_country,
        places.facilities_lie_in_their_region,
        commodities.stages_add_up_what_they_measure,
        commodities.parameters_have_their_unit,
        commodities.commodities_fit_their_basis,
        commodities.compositions_are_measured,
        commodities.commodities_fit_their_stage,
        plants.facilities_fit_their_stage,
        plants.capacities_have_the_unit_of_their_stage,
        plants.states_are_in_order,
        plants.grants_fit_their_plant,
        plants.grants_stay_the_same_grant,
        plants.transitions_are_complete,
        markets.demand_is_what_it_says,
        markets.segments_do_not_overlap,
        markets.world_supply_adds_up,
        money.money_is_above_zero,
        money.prices_can_be_converted,
        money.cost_shares_describe_cells,
        flows.roles_fit_the_method,
        flows.flows_are_complete,
        flows.flow_units_fit,
        flows.recipes_have_flows,
        mixes_sum_to_one,
        mixes_are_complete,
        stages_are_parameterized,
        plan.kinds_have_the_units_of_their_parameters,
        plan.plan_parameters_are_complete,
        plan.parameters_make_sense,
        plan.steps_are_numbered,
        plan.steps_cover_the_same_years,
        plan.steps_rise_in_price,
        base_is_complete,
    ),
    (
        settings_refer_to_the_case,
        qualification_fits_the_horizon,
        markets.published_figures_can_be_compared,
        money.priced_cells_have_all_prices,
        flows.assemblies_are_plain,
        flows.shares_stay_within_one,
        network.commodities_are_made_or_treated,
        network.mixes_name_every_recipe,
        network.demand_can_be_made,
        network.network_is_sound,
        plan.kinds_are_complete,
        plan.sellers_are_somewhere,
        plan.buyers_have_a_port,
        plan.freight_has_its_modes,
    ),
    (chemistry.chemistry_is_sound, plan.recipes_fit_their_kind),
)
