"""Rules of recipes: complete rows, real elements, closed balances, networks without circles."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from orecell.core.tolerances import SHARE_SUM
from orecell.data.case_rows import rows_of
from orecell.errors import Fault

if TYPE_CHECKING:
    from orecell.data.package import Case


def elements_exist(case: Case) -> Iterator[Fault]:
    """Elements named in compositions and flows are elements, and mixtures weigh no more than one."""
    from orecell.core.elements import ELEMENTS
    from orecell.data.check import did_you_mean

    totals: dict[str, float] = {}
    for row, commodity, element, value in rows_of(case, "compositions", "commodity", "element", "value"):
        if element not in ELEMENTS:
            near = did_you_mean(element, ELEMENTS)
            yield Fault(
                "tables/compositions.csv",
                row,
                "element",
                element,
                "is not an element",
                f"did you mean '{near}'?",
            )
        totals[commodity] = totals.get(commodity, 0.0) + value
        if totals[commodity] > 1.0 + SHARE_SUM:
            rule = f"mass fractions of {commodity} add up to {totals[commodity]:.4f}, more than 1"
            yield Fault("tables/compositions.csv", row, "value", f"{value:g}", rule, "correct the fractions")
    for row, element in rows_of(case, "recipe_flows", "element"):
        if element is not None and element not in ELEMENTS:
            near = did_you_mean(element, ELEMENTS)
            yield Fault(
                "tables/recipe_flows.csv",
                row,
                "element",
                element,
                "is not an element",
                f"did you mean '{near}'?",
            )


def flows_are_complete(case: Case) -> Iterator[Fault]:
    """Each role needs its cells: a loss its element, a product its share, an ingredient its amount."""
    columns = ("role", "commodity", "element", "value", "unit")
    for row, role, commodity, element, value, unit in rows_of(case, "recipe_flows", *columns):
        file = "tables/recipe_flows.csv"
        if role == "loss":
            if element is None or commodity is not None:
                yield Fault(
                    file,
                    row,
                    "element",
                    element or "",
                    "a loss names an element and no commodity",
                    "fill in the element",
                )
            continue
        if commodity is None:
            yield Fault(file, row, "commodity", "", f"a {role} needs a commodity", "fill in the commodity")
        if role == "product" and element is None:
            yield Fault(
                file,
                row,
                "element",
                "",
                "a product names the element recovered into it",
                "fill in the element",
            )
        if role != "carrier" and value is None:
            yield Fault(file, row, "value", "", f"a {role} needs a value", "fill in the amount or share")
        if (value is None) != (unit is None):
            yield Fault(
                file, row, "unit", unit or "", "value and unit come together", "fill in both or empty both"
            )
        if unit == "fraction" and value is not None and value > 1:
            yield Fault(
                file, row, "value", f"{value:g}", "must not be above 1 fraction", "write 0.85 for 85 %"
            )
        if role == "carrier" and value is None and element is None:
            yield Fault(
                file, row, "element", "", "a carrier has moles per mole, or an element", "fill in one of them"
            )


def recipes_have_flows(case: Case) -> Iterator[Fault]:
    """A process without output, or without input, is not a recipe."""
    with_flows = set(case.tables["recipe_flows"]["recipe"])
    for row, recipe in rows_of(case, "recipes", "recipe"):
        if recipe not in with_flows:
            fix = "add its rows to tables/recipe_flows.csv"
            yield Fault(
                "tables/recipes.csv", row, "recipe", str(recipe), "a recipe needs inputs or outputs", fix
            )


def recipes_close(case: Case) -> Iterator[Fault]:
    """Every recipe balances every element to 1e-9 of its throughput."""
    from orecell.data.book import read_book

    yield from read_book(case.tables)[1]


def mixed_recipes_make_their_commodity(case: Case) -> Iterator[Fault]:
    """technology_mix names recipes of the commodity, all of them, in every year it names."""
    reference = dict(case.tables["recipes"].select("recipe", "reference").iter_rows())
    for row, commodity, recipe in rows_of(case, "technology_mix", "commodity", "recipe"):
        if reference[recipe] != commodity:
            rule = f"recipe {recipe} makes or treats {reference[recipe]}, not {commodity}"
            yield Fault(
                "tables/technology_mix.csv", row, "recipe", recipe, rule, "name a recipe of the commodity"
            )


def demand_can_be_made(case: Case) -> Iterator[Fault]:
    """Every chemistry in the mix is a cell that some recipe makes and some pack recipe uses."""
    made = set(case.tables["recipes"]["reference"])
    for row, commodity in rows_of(case, "chemistry_mix", "commodity"):
        pack = str(commodity).replace("cell_", "pack_")
        if commodity not in made or pack not in made:
            fix = f"add recipes that make {commodity} and {pack}"
            yield Fault(
                "tables/chemistry_mix.csv",
                row,
                "commodity",
                str(commodity),
                "no recipe makes it, so nobody can",
                fix,
            )


def network_is_sound(case: Case) -> Iterator[Fault]:
    """Recipes that feed each other still need something from outside."""
    reference = {
        r: (c, m) for r, c, m in case.tables["recipes"].select("recipe", "reference", "method").iter_rows()
    }
    needs: dict[str, set[str]] = {}
    for recipe, role, commodity in (
        case.tables["recipe_flows"].select("recipe", "role", "commodity").iter_rows()
    ):
        made, method = reference[recipe]
        if role in ("carrier", "ingredient") and method in ("stoichiometry", "assembly"):
            needs.setdefault(made, set()).add(commodity)
    line = dict(case.tables["commodities"].select("commodity", "_row").iter_rows())
    for start in sorted(needs):
        path = _path_back(needs, start)
        if path and start == min(path):
            shown = " -> ".join(path)
            rule = "commodities must not be made from each other in a circle"
            yield Fault(
                "tables/commodities.csv",
                line[start],
                "commodity",
                shown,
                rule,
                "cut the circle in recipe_flows",
            )


def _path_back(needs: dict[str, set[str]], start: str) -> list[str]:
    """A path of inputs from `start` back to itself, or nothing."""
    stack = [(start, [start])]
    seen: set[str] = set()
    while stack:
        node, path = stack.pop()
        for following in sorted(needs.get(node, ())):
            if following == start:
                return [*path, start]
            if following not in seen:
                seen.add(following)
                stack.append((following, [*path, following]))
    return []
