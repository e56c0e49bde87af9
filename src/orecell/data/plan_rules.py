"""Rules of the plan's tables: units, limits, kinds that are complete, steps of supply, ports.

What a table alone can tell (a value within its range, a quantity that is not negative, a mode of
freight) is in its schema; whether names exist in other tables is checked with the references.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, NamedTuple

from orecell.data.case_rows import At, column_of, rows_of
from orecell.data.plan_tables import PLAN_PARAMETERS, PLANT_PARAMETERS
from orecell.data.recipe_rules import recipes_by_name
from orecell.errors import Fault

if TYPE_CHECKING:
    from orecell.data.package import Case

KINDS = "plant_parameters"
STEPS = "supply_steps"
RANGED = ("value", "value_low", "value_high")
NEEDED = (
    "capex_usd_per_unit",
    "life_years",
    "permitting_years",
    "construction_years",
    "qualification_years",
    "fixed_opex_fraction",
    "variable_opex_usd_per_unit",
    "electricity_mwh_per_unit",
)
"""Parameters of every kind of plant: without one, a plant would be too cheap or come too early."""

NEEDED_MODES = ("truck", "ship")


class Limits(NamedTuple):
    """Where a parameter makes sense; `ends` names the ends that belong to it."""

    low: float
    high: float
    ends: str = "low high"

    def hold(self, value: float) -> bool:
        """Whether a value makes sense."""
        above = value >= self.low if "low" in self.ends else value > self.low
        return above and (value <= self.high if "high" in self.ends else value < self.high)

    def __str__(self) -> str:
        if self.ends == "low high":
            return f"between {self.low:g} and {self.high:g}"
        above = f"{'at least' if 'low' in self.ends else 'above'} {self.low:g}"
        return above if self.high == math.inf else f"{above} and below {self.high:g}"


POSITIVE = Limits(0.0, math.inf, ends="")
SHARE = Limits(0.0, 1.0)
LIMITS: Mapping[str, Mapping[str, Limits]] = {
    KINDS: {
        "capex_usd_per_unit": POSITIVE,
        "block_size": POSITIVE,
        "scale_exponent": Limits(0.3, 1.2),
        "permitting_years": Limits(0.0, 30.0),
        "construction_years": Limits(0.0, 20.0, ends=""),
        "life_years": Limits(1.0, 100.0),
        "qualification_years": Limits(0.0, 10.0),
        "fixed_opex_fraction": SHARE,
        "growth_fraction_per_yr": SHARE,
        "learning_fraction": Limits(0.0, 0.5, ends="low"),
    },
    "plan_parameters": {
        **{name: SHARE for name, unit in PLAN_PARAMETERS.items() if unit.startswith("fraction")},
        "unmet_usd_per_kwh": POSITIVE,
        "training_delay_years": Limits(0.0, 20.0),
    },
}
"""Table -> parameter -> limits; parameters without an entry are bounded by the schema alone."""


def kinds_have_the_units_of_their_parameters(case: Case) -> Iterator[Fault]:
    """The unit of a parameter of a plant is made from the unit of its capacity."""
    units = column_of(case, "plant_types", "plant_type", "unit")
    for row, kind, parameter, unit in rows_of(case, KINDS, "plant_type", "parameter", "unit"):
        wanted = PLANT_PARAMETERS[parameter].format(unit=units[kind])
        if unit != wanted:
            rule = f"{parameter} of a kind of plant counted in {units[kind]} has the unit {wanted}"
            yield At(KINDS, row, "unit").fault(unit, rule, f"convert the value and write {wanted}")


def plan_parameters_are_complete(case: Case) -> Iterator[Fault]:
    """Every parameter of a plan is given, in its unit: none is defaulted in silence."""
    table = "plan_parameters"
    missing = dict(PLAN_PARAMETERS)
    for row, parameter, unit in rows_of(case, table, "parameter", "unit"):
        wanted = missing.pop(parameter)
        if unit != wanted:
            fix = f"convert the value and write {wanted}"
            yield At(table, row, "unit").fault(unit, f"{parameter} has the unit {wanted}", fix)
    for parameter, unit in missing.items():
        rule = f"the plan needs {parameter}"
        yield At(table, None, "parameter").fault(parameter, rule, f"add its row, in {unit}")


def parameters_make_sense(case: Case) -> Iterator[Fault]:
    """Values and both ends of their ranges lie where the parameter has a meaning."""
    for table, limits in LIMITS.items():
        for row, parameter, *values in rows_of(case, table, "parameter", *RANGED):
            allowed = limits.get(parameter)
            for column, value in zip(RANGED, values, strict=True):
                if allowed is not None and value is not None and not allowed.hold(value):
                    fix = "write 0.08 for 8 %" if allowed is SHARE else "correct the value or its unit"
                    yield At(table, row, column).fault(value, f"{parameter} is {allowed}", fix)


def kinds_are_complete(case: Case) -> Iterator[Fault]:
    """A kind of plant has all it needs to be built, and a recipe that uses its capacity."""
    have = set(case.tables[KINDS].select("plant_type", "parameter").iter_rows())
    running = {kind for _, kind, value in rows_of(case, "plant_recipes", "plant_type", "value") if value > 0}
    for row, kind in rows_of(case, "plant_types", "plant_type"):
        at = At("plant_types", row, "plant_type")
        for parameter in NEEDED:
            if (kind, parameter) not in have:
                fix = f"add the row {kind}, {parameter} to tables/{KINDS}.csv"
                yield at.fault(kind, f"a kind of plant needs {parameter}", fix)
        if kind not in running:
            fix = "add a recipe with a value above 0 to tables/plant_recipes.csv"
            yield at.fault(kind, "no recipe uses its capacity", fix)


def recipes_fit_their_kind(case: Case) -> Iterator[Fault]:
    """Capacity is counted in the unit of what the recipe makes or treats."""
    made = recipes_by_name(case)
    counted = column_of(case, "commodities", "commodity", "unit")
    units = column_of(case, "plant_types", "plant_type", "unit")
    for row, kind, recipe, value in rows_of(case, "plant_recipes", "plant_type", "recipe", "value"):
        reference = made[recipe][0]
        if value > 0 and counted[reference] != units[kind]:
            rule = f"{recipe} is counted in {counted[reference]}, {kind} in {units[kind]}"
            fix = "name a recipe of the kind, or correct its unit in tables/plant_types.csv"
            yield At("plant_recipes", row, "recipe").fault(recipe, rule, fix)


Seller = tuple[str, str]


def _steps_by_seller(case: Case) -> dict[Seller, dict[int, dict[int, tuple[int, float]]]]:
    """Commodity and country -> step -> year -> row and price."""
    found: dict[Seller, dict[int, dict[int, tuple[int, float]]]] = {}
    columns = ("commodity", "country", "step", "year", "value")
    for row, commodity, country, step, year, price in rows_of(case, STEPS, *columns):
        found.setdefault((commodity, country), {}).setdefault(step, {})[year] = (row, price)
    return found


def steps_are_numbered(case: Case) -> Iterator[Fault]:
    """Steps of a seller are 1, 2, 3 and so on: a gap would be a step that got lost."""
    for seller, steps in _steps_by_seller(case).items():
        for number, step in enumerate(sorted(steps), start=1):
            if step != number:
                row = min(row for row, _ in steps[step].values())
                rule = f"{', '.join(seller)} has no step {number}"
                yield At(STEPS, row, "step").fault(step, rule, "number the steps from 1 without a gap")
                break


def steps_cover_the_same_years(case: Case) -> Iterator[Fault]:
    """A step without a row in a year that the others have would be interpolated."""
    for seller, steps in _steps_by_seller(case).items():
        years = {year for step in steps.values() for year in step}
        for step, given in sorted(steps.items()):
            for year in sorted(years - set(given)):
                row = min(row for row, _ in given.values())
                rule = f"step {step} of {', '.join(seller)} has no row for {year}, where another step has one"
                yield At(STEPS, row, "year").fault(year, rule, "add the row; what cannot be bought is 0")


def steps_rise_in_price(case: Case) -> Iterator[Fault]:
    """A step costs more than the one before it in the same year, and nothing is free but at the mine."""
    for steps in _steps_by_seller(case).values():
        before: dict[int, float] = {}
        for step in sorted(steps):
            for year, (row, price) in sorted(steps[step].items()):
                if price <= before.get(year, -1.0):
                    rule = f"is not above the {before[year]:g} of the step before it in {year}"
                    yield At(STEPS, row, "value").fault(price, rule, "order the steps by price")
                before[year] = price
    for row, price, at_plant in rows_of(case, STEPS, "value", "is_at_plant"):
        if price == 0 and not at_plant:
            yield At(STEPS, row, "value").fault(price, "must be above 0", "write the price in USD of 2025")


def sellers_are_somewhere(case: Case) -> Iterator[Fault]:
    """Who sells has a port, or regions with plants where the price holds at the plant; never both."""
    ports = set(case.tables["ports"]["country"])
    places = set(case.tables["regions"]["country"])
    first: dict[Seller, bool] = {}
    lost: set[str] = set()
    for row, commodity, country, at_plant in rows_of(case, STEPS, "commodity", "country", "is_at_plant"):
        if first.setdefault((commodity, country), at_plant) != at_plant:
            rule = f"other rows of {commodity}, {country} say the contrary"
            yield At(STEPS, row, "is_at_plant").fault(str(at_plant).lower(), rule, "give all the same")
        if country not in (places if at_plant else ports) and country not in lost:
            lost.add(country)
            table = "regions" if at_plant else "ports"
            rule = f"sells {commodity}, but has no row in {table}"
            yield At(STEPS, row, "country").fault(country, rule, f"add it to tables/{table}.csv")


def buyers_have_a_port(case: Case) -> Iterator[Fault]:
    """Demand arrives at the port or center of its country."""
    known = set(case.tables["ports"]["country"])
    for row, country in rows_of(case, "demand", "country"):
        if country not in known:
            known.add(country)
            rule, fix = "has demand, but no row in ports", "add it to tables/ports.csv"
            yield At("demand", row, "country").fault(country, rule, fix)


def freight_has_its_modes(case: Case) -> Iterator[Fault]:
    """Goods move by truck on land and by ship across the sea."""
    for mode in NEEDED_MODES:
        if mode not in case.tables["freight_rates"]["mode"]:
            rule = f"{mode} has no rate, so nothing could move by it"
            yield At("freight_rates", None, "mode").fault(mode, rule, "add its row")
