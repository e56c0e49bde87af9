"""Rules of the network of recipes: mixes that name all, demand that can be made, no circles."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from orecell.data.case_rows import At, column_of, rows_of
from orecell.data.recipe_rules import recipes_by_name
from orecell.errors import Fault

if TYPE_CHECKING:
    from orecell.data.package import Case

TREATMENTS = ("split", "recovery")
CELL_FAMILIES = ("nickel", "iron")


def commodities_are_made_or_treated(case: Case) -> Iterator[Fault]:
    """The recipes of a commodity all make it, or all treat it."""
    treated: dict[str, bool] = {}
    for row, reference, method in rows_of(case, "recipes", "reference", "method"):
        is_treatment = method in TREATMENTS
        if treated.setdefault(reference, is_treatment) != is_treatment:
            rule = f"another recipe {'makes' if is_treatment else 'treats'} {reference}"
            fix = "give what is treated a commodity of its own"
            yield At("recipes", row, "reference").fault(reference, rule, fix)


def mixes_name_every_recipe(case: Case) -> Iterator[Fault]:
    """technology_mix names recipes of the commodity and all of them, wherever there are several."""
    recipes = recipes_by_name(case)
    named: dict[str, set[str]] = {}
    for row, commodity, recipe in rows_of(case, "technology_mix", "commodity", "recipe"):
        named.setdefault(commodity, set()).add(recipe)
        if recipes[recipe][0] != commodity:
            rule = f"recipe {recipe} makes or treats {recipes[recipe][0]}, not {commodity}"
            fix = "name a recipe of the commodity"
            yield At("technology_mix", row, "recipe").fault(recipe, rule, fix)
    several: dict[str, int] = {}
    for reference, _ in recipes.values():
        several[reference] = several.get(reference, 0) + 1
    for row, recipe, reference in rows_of(case, "recipes", "recipe", "reference"):
        has_mix = reference in named
        if (has_mix or several[reference] > 1) and recipe not in named.get(reference, ()):
            rule = f"{reference} has {several[reference]} recipes, but technology_mix does not name this one"
            fix = "add its share to tables/technology_mix.csv; 0 where it is not used"
            yield At("recipes", row, "recipe").fault(recipe, rule, fix)


def demand_can_be_made(case: Case) -> Iterator[Fault]:
    """Every chemistry in the mix is a cell with recipes for cell, pack and the shredding of its scrap."""
    recipes = recipes_by_name(case)
    made = {reference for reference, method in recipes.values() if method not in TREATMENTS}
    family = column_of(case, "commodities", "commodity", "family")
    flows = {
        (recipes[recipe][0], role, commodity)
        for _, recipe, role, commodity in rows_of(case, "recipe_flows", "recipe", "role", "commodity")
    }
    seen: set[str] = set()
    for row, cell in rows_of(case, "chemistry_mix", "commodity"):
        if cell in seen:
            continue
        seen.add(cell)
        chemistry = cell.removeprefix("cell_")
        pack, scrap, mass = f"pack_{chemistry}", f"cell_scrap_{chemistry}", f"black_mass_{chemistry}"
        at = At("chemistry_mix", row, "commodity")
        if not cell.startswith("cell_") or cell not in made or pack not in made:
            rule, fix = "no recipe makes it, so nobody can", f"add recipes that make {cell} and {pack}"
            yield at.fault(cell, rule, fix)
        elif (pack, "ingredient", cell) not in flows:
            yield at.fault(cell, f"no recipe of {pack} uses it", f"add it as ingredient of {pack}")
        elif f"shred_{chemistry}" not in recipes or (scrap, "product", mass) not in flows:
            rule = "nothing shreds its scrap, so recycling would have no measure"
            yield at.fault(cell, rule, f"add a recipe shred_{chemistry} that gives {mass} from {scrap}")
        elif family[cell] not in CELL_FAMILIES or family[pack] != family[cell]:
            rule = f"cell and pack are of one family, {' or '.join(CELL_FAMILIES)}"
            yield at.fault(cell, rule, "correct the family in tables/commodities.csv")


def network_is_sound(case: Case) -> Iterator[Fault]:
    """No commodity is made from itself, directly or through others."""
    recipes = recipes_by_name(case)
    needs: dict[str, set[str]] = {}
    for _, recipe, role, commodity in rows_of(case, "recipe_flows", "recipe", "role", "commodity"):
        made, method = recipes[recipe]
        if role in ("carrier", "ingredient", "reagent") and method not in TREATMENTS:
            needs.setdefault(made, set()).add(commodity)
    line = column_of(case, "commodities", "commodity", "_row")
    for start in sorted(needs):
        path = _path_back(needs, start)
        if path and start == min(path):
            rule = "commodities must not be made from each other in a circle"
            fix = "cut the circle in tables/recipe_flows.csv"
            yield At("commodities", line[start], "commodity").fault(" -> ".join(path), rule, fix)


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
