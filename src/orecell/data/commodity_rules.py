"""Rules of stages and commodities: what is added up, in which unit, and where a composition comes from."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from orecell.core.tolerances import SHARE_SUM
from orecell.data.case_rows import At, column_of, rows_of
from orecell.data.check import suggest
from orecell.errors import Fault

if TYPE_CHECKING:
    from orecell.data.package import Case

UNIT_OF_MEASURE: Mapping[str, str] = {"mass": "t", "energy": "GWh", "area": "Mm2"}
"""Unit of a commodity that a stage of this measure counts; a stage of an element counts tonnes."""

UNITS_OF_BASIS: Mapping[str, tuple[str, ...]] = {
    "formula": ("t",),
    "measured": ("t",),
    "feed": ("t",),
    "assembled": ("t", "GWh", "Mm2"),
    "none": ("t", "GWh", "Mm2", "MWh", "GJ"),
}
BLACK_MASS = "t black mass/yr"


def stages_add_up_what_they_measure(case: Case) -> Iterator[Fault]:
    """The unit of a stage follows from its measure."""
    for row, measure, unit in rows_of(case, "stages", "measure", "unit"):
        allowed = {
            "mass": ("t/yr", BLACK_MASS),
            "energy": ("GWh/yr",),
            "area": ("Mm2/yr",),
        }.get(measure, (f"t {measure}/yr",))
        if unit not in allowed:
            rule = f"a stage that adds up {measure} has the unit {' or '.join(allowed)}"
            yield At("stages", row, "unit").fault(unit, rule, f"write {allowed[0]}, or correct the measure")


def parameters_have_their_unit(case: Case) -> Iterator[Fault]:
    """Times are in years, shares are fractions between 0 and 1, and a plant that runs is used."""
    table = "stage_parameters"
    for row, parameter, value, unit in rows_of(case, table, "parameter", "value", "unit"):
        if parameter.endswith("_years"):
            wanted = "years"
        elif parameter == "output_per_feed_fraction":
            wanted = "t black mass per t feed"
        else:
            wanted = "fraction"
        if unit != wanted:
            yield At(table, row, "unit").fault(unit, f"{parameter} has the unit {wanted}", f"write {wanted}")
        if wanted != "years" and value > 1:
            yield At(table, row, "value").fault(value, "must be between 0 and 1", "write 0.85 for 85 %")
        if parameter in ("utilization_fraction", "output_per_feed_fraction") and value == 0:
            rule = f"{parameter} is above 0, or the stage would make nothing"
            yield At(table, row, "value").fault(value, rule, "set is_counted to false for single plants")


def commodities_fit_their_basis(case: Case) -> Iterator[Fault]:
    """A formula stands where the basis is formula, and the unit can carry the composition."""
    columns = ("basis", "formula", "unit")
    for row, basis, formula, unit in rows_of(case, "commodities", *columns):
        if (basis == "formula") != (formula is not None):
            rule = f"basis {basis} " + ("needs a formula" if formula is None else "takes no formula")
            fix = "write the formula, or correct the basis"
            yield At("commodities", row, "formula").fault(formula, rule, fix)
        if unit not in UNITS_OF_BASIS[basis]:
            allowed = " or ".join(UNITS_OF_BASIS[basis])
            rule = f"a commodity of basis {basis} is counted in {allowed}"
            yield At("commodities", row, "unit").fault(unit, rule, "correct the unit or the basis")


def compositions_are_measured(case: Case) -> Iterator[Fault]:
    """Elements exist, mass fractions add up to no more than one, and the commodity uses them."""
    from orecell.core.elements import ELEMENTS

    table = "compositions"
    basis = column_of(case, "commodities", "commodity", "basis")
    totals: dict[str, float] = {}
    for row, commodity, element, value in rows_of(case, table, "commodity", "element", "value"):
        if basis[commodity] != "measured":
            rule = f"{commodity} has basis {basis[commodity]}, so this row would be ignored"
            yield At(table, row, "commodity").fault(commodity, rule, "set the basis to measured")
        if element not in ELEMENTS:
            yield At(table, row, "element").fault(element, "is not an element", no_element(element))
        totals[commodity] = totals.get(commodity, 0.0) + value
        if totals[commodity] > 1.0 + SHARE_SUM:
            rule = f"mass fractions of {commodity} add up to {totals[commodity]:.4f}, more than 1"
            yield At(table, row, "value").fault(value, rule, "correct the fractions")


def no_element(symbol: str) -> str:
    """Fix for a word that is no element."""
    from orecell.core.elements import ELEMENTS

    return suggest(symbol, ELEMENTS, "use a symbol such as Li, Ni or Co")


def commodities_fit_their_stage(case: Case) -> Iterator[Fault]:
    """A stage adds up commodities of its own unit."""
    measures = column_of(case, "stages", "stage", "measure")
    for row, stage, unit in rows_of(case, "commodities", "stage", "unit"):
        if stage is None:
            continue
        wanted = UNIT_OF_MEASURE.get(measures[stage], "t")
        if unit != wanted:
            rule = f"stage {stage} adds up {measures[stage]}, so its commodities are counted in {wanted}"
            yield At("commodities", row, "unit").fault(unit, rule, "correct the unit or the stage")
