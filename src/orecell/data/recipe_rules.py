"""Rules of recipes as tables: complete rows, units that fit, mixes that name all, no circles.

Each method reads certain roles and cells; whatever it would not read is refused instead of ignored.
Left out: whether a recipe closes, which needs its chemistry (see `orecell.data.chemistry_rules`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from orecell.core.tolerances import SHARE_SUM
from orecell.data.case_rows import At, column_of, rows_of
from orecell.data.commodity_rules import no_element
from orecell.errors import Fault

if TYPE_CHECKING:
    from orecell.data.package import Case

FLOWS = "recipe_flows"
ROLES_OF: Mapping[str, tuple[str, ...]] = {
    "stoichiometry": ("carrier", "reagent", "byproduct", "loss", "energy"),
    "assembly": ("ingredient", "byproduct", "energy"),
    "split": ("product", "energy"),
    "recovery": ("product", "reagent", "byproduct", "loss", "energy"),
}
NEEDED: Mapping[str, tuple[str, ...]] = {
    "stoichiometry": ("carrier", "reagent"),
    "assembly": ("ingredient",),
    "split": ("product",),
    "recovery": ("product",),
}
AMOUNT_UNITS: Mapping[str, tuple[str, str]] = {
    "t/t": ("t", "t"),
    "t/GWh": ("t", "GWh"),
    "kg/kWh": ("t", "GWh"),
    "Mm2/GWh": ("Mm2", "GWh"),
    "t/Mm2": ("t", "Mm2"),
    "GWh/GWh": ("GWh", "GWh"),
    "MWh/t": ("MWh", "t"),
    "MWh/GWh": ("MWh", "GWh"),
    "GJ/t": ("GJ", "t"),
}
"""Unit of a flow -> unit of its commodity and unit of the reference commodity of its recipe."""

ENERGY_UNITS = ("MWh", "GJ")
ASSEMBLED_SUM = 1e-5
"""Ingredients of a tonne weigh a tonne; three shares are written with six digits."""


def roles_fit_the_method(case: Case) -> Iterator[Fault]:
    """A method reads some roles; a row of another would be ignored."""
    recipes = recipes_by_name(case)
    for row, recipe, role, commodity in rows_of(case, FLOWS, "recipe", "role", "commodity"):
        reference, method = recipes[recipe]
        if role not in ROLES_OF[method]:
            rule = f"a recipe of method {method} has {', '.join(ROLES_OF[method])}"
            yield At(FLOWS, row, "role").fault(role, rule, "correct the role, or the method in recipes")
        if commodity == reference:
            rule = f"{reference} is the reference of {recipe} and stands in no row of it"
            yield At(FLOWS, row, "commodity").fault(commodity, rule, "delete the row")


def recipes_by_name(case: Case) -> dict[str, tuple[str, str]]:
    """Recipe -> reference commodity and method."""
    return {
        name: (ref, how) for _, name, ref, how in rows_of(case, "recipes", "recipe", "reference", "method")
    }


def flows_are_complete(case: Case) -> Iterator[Fault]:
    """Each role has the cells that it reads, and no others."""
    from orecell.core.elements import ELEMENTS

    columns = ("role", "commodity", "element", "basis", "value", "unit", "yield_fraction")
    for row, *cells in rows_of(case, FLOWS, *columns):
        flow = dict(zip(columns, cells, strict=True))
        if flow["element"] is not None and flow["element"] not in ELEMENTS:
            fix = no_element(flow["element"])
            yield At(FLOWS, row, "element").fault(flow["element"], "is not an element", fix)
        for column, is_needed in _cells_of(flow).items():
            value = flow[column]
            if is_needed and value is None:
                rule = f"must be filled in a row of role {flow['role']}"
                yield At(FLOWS, row, column).fault(None, rule, f"fill in the {column}")
            elif is_needed is False and value is not None:
                rule = f"is not read in this row of role {flow['role']}, so it must be empty"
                yield At(FLOWS, row, column).fault(value, rule, "empty the cell, or correct the role or unit")


def _cells_of(flow: Mapping[str, Any]) -> dict[str, bool | None]:
    """Column -> whether this row must fill it (True), must not (False), or may (None)."""
    role, unit = flow["role"], flow["unit"]
    by_element = role == "carrier" and flow["value"] is None
    of_element = role in ("product", "loss") or by_element
    is_amount = role != "loss" and not by_element
    element = None if role == "byproduct" and unit == "fraction" else of_element
    return {
        "commodity": role != "loss",
        "element": element,
        "value": is_amount,
        "unit": is_amount,
        "basis": None if role in ("reagent", "byproduct") and unit == "mol/mol" else False,
        "yield_fraction": None if role in ("carrier", "ingredient") else False,
    }


def flow_units_fit(case: Case) -> Iterator[Fault]:
    """Units of amounts are those of the commodity and the reference; shares stay within one."""
    counted = column_of(case, "commodities", "commodity", "unit")
    recipes = recipes_by_name(case)
    columns = ("recipe", "role", "commodity", "element", "value", "unit")
    for row, recipe, role, commodity, element, value, unit in rows_of(case, FLOWS, *columns):
        reference, method = recipes[recipe]
        at = At(FLOWS, row, "unit")
        allowed = _units_of(role, method)
        if unit is None or commodity is None:
            continue
        if unit not in allowed:
            rule = f"role {role} of method {method} is given in {', '.join(allowed)}"
            yield at.fault(unit, rule, "convert the value")
        elif unit in AMOUNT_UNITS and AMOUNT_UNITS[unit] != (counted[commodity], counted[reference]):
            rule = f"{commodity} is counted in {counted[commodity]}, {reference} in {counted[reference]}"
            yield at.fault(unit, rule, f"give {counted[commodity]} per {counted[reference]}")
        if unit == "fraction" and value is not None and value > 1:
            yield at.beside("value").fault(value, "must not be above 1 fraction", "write 0.85 for 85 %")
        if role not in ("product", "byproduct") and value == 0:
            rule = f"must be above 0 in a row of role {role}"
            yield at.beside("value").fault(value, rule, "delete the row")
        if role == "byproduct" and unit == "fraction" and (element is None) != (method == "assembly"):
            rule = "scrap of an assembly has no element, a share of a surplus has one"
            yield at.beside("element").fault(element, rule, "correct the element or the unit")


def _units_of(role: str, method: str) -> tuple[str, ...]:
    """Units in which a role may be given."""
    matter = tuple(unit for unit, (of, _) in AMOUNT_UNITS.items() if of not in ENERGY_UNITS)
    energy = tuple(unit for unit, (of, _) in AMOUNT_UNITS.items() if of in ENERGY_UNITS)
    if role == "byproduct" and method == "assembly":
        return ("fraction",)
    return {
        "carrier": ("mol/mol",),
        "reagent": ("mol/mol", *matter),
        "byproduct": ("mol/mol", *matter, "fraction"),
        "ingredient": matter,
        "product": ("fraction",),
        "energy": energy,
    }.get(role, ())


def recipes_have_flows(case: Case) -> Iterator[Fault]:
    """A process without input, or without output, is not a recipe."""
    roles: dict[str, set[str]] = {}
    for _, recipe, role in rows_of(case, FLOWS, "recipe", "role"):
        roles.setdefault(recipe, set()).add(role)
    for row, recipe, method in rows_of(case, "recipes", "recipe", "method"):
        if not roles.get(recipe, set()) & set(NEEDED[method]):
            rule = f"a recipe of method {method} needs a row of role {' or '.join(NEEDED[method])}"
            fix = f"add its rows to tables/{FLOWS}.csv"
            yield At("recipes", row, "recipe").fault(recipe, rule, fix)


def assemblies_are_plain(case: Case) -> Iterator[Fault]:
    """One kind of scrap and one yield per assembly, and a tonne is made of a tonne."""
    recipes = recipes_by_name(case)
    columns = ("recipe", "role", "commodity", "value", "unit", "yield_fraction")
    flows = [flow for flow in rows_of(case, FLOWS, *columns) if recipes[flow[1]][1] == "assembly"]
    yield from _scrap_faults(case, [(*flow[:2], *flow[3:5]) for flow in flows if flow[2] == "byproduct"])
    with_scrap = {recipe for _, recipe, role, *_ in flows if role == "byproduct"}
    yields: dict[str, float] = {}
    sums: dict[str, float] = {}
    for row, recipe, role, _, value, unit, share in flows:
        if role != "ingredient":
            continue
        at = At(FLOWS, row, "yield_fraction")
        sums[recipe] = sums.get(recipe, 0.0) + (value if unit == "t/t" else float("nan"))
        if share is not None and recipe in with_scrap:
            rule = f"{recipe} gives scrap, so this yield would be ignored"
            yield at.fault(share, rule, "empty the cell, or delete the scrap")
        elif share is not None and yields.setdefault(recipe, share) != share:
            rule = f"another ingredient has the yield {yields[recipe]:g}; an assembly has one"
            yield at.fault(share, rule, "give all the same yield")
    for row, recipe in rows_of(case, "recipes", "recipe"):
        if abs(sums.get(recipe, 1.0) - 1.0) > ASSEMBLED_SUM:
            rule = f"ingredients of a tonne add up to {sums[recipe]:.6g} t"
            yield At("recipes", row, "recipe").fault(recipe, rule, f"correct its rows in tables/{FLOWS}.csv")


def _scrap_faults(case: Case, rejects: list[tuple[int, str, str, float]]) -> Iterator[Fault]:
    """Scrap has the composition of one product, so it is assembled and comes from one recipe."""
    recipes = recipes_by_name(case)
    kinds = {n: kind for _, n, *kind in rows_of(case, "commodities", "commodity", "unit", "basis")}
    scrap_of: dict[str, str] = {}
    maker_of: dict[str, str] = {}
    for row, recipe, commodity, share in rejects:
        reference = recipes[recipe][0]
        at = At(FLOWS, row, "commodity")
        if kinds[commodity] != [kinds[reference][0], "assembled"]:
            rule = f"scrap of {reference} is assembled and counted in {kinds[reference][0]}"
            yield at.fault(commodity, rule, "correct the commodity, or its basis and unit")
        if scrap_of.setdefault(recipe, commodity) != commodity:
            yield at.fault(commodity, f"{recipe} already gives {scrap_of[recipe]}", "keep one")
        if maker_of.setdefault(commodity, recipe) != recipe:
            yield at.fault(commodity, f"is the scrap of {maker_of[commodity]} too", "name a scrap of its own")
        if share >= 1:
            fix = "write 0.1 for 10 %"
            yield at.beside("value").fault(share, "scrap is less than all", fix)


def shares_stay_within_one(case: Case) -> Iterator[Fault]:
    """A treatment gives each element once at most; a recovered product is named once."""
    recipes = recipes_by_name(case)
    total: dict[tuple[str, str], float] = {}
    named: set[tuple[str, str]] = set()
    for row, recipe, role, commodity, element, value in rows_of(
        case, FLOWS, "recipe", "role", "commodity", "element", "value"
    ):
        if role == "carrier":
            if (recipe, commodity) in named:
                rule = f"{commodity} is already a carrier of {recipe}"
                yield At(FLOWS, row, "commodity").fault(commodity, rule, "add the two rows up")
            named.add((recipe, commodity))
        if role != "product":
            continue
        total[recipe, element] = total.get((recipe, element), 0.0) + value
        if total[recipe, element] > 1.0 + SHARE_SUM:
            rule = f"shares of {element} add up to {total[recipe, element]:.6g}, more than 1"
            yield At(FLOWS, row, "value").fault(value, rule, "correct one of the shares")
        if recipes[recipe][1] == "recovery" and (recipe, commodity) in named:
            rule = f"{commodity} is already a product of {recipe}"
            yield At(FLOWS, row, "commodity").fault(commodity, rule, "give it by one element")
        named.add((recipe, commodity))
