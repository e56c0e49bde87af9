"""Elements in the recipes of a network file: contents of commodities, losses, balance.

For every followed element e of a recipe whose commodities all have a known composition

    inputs_e - outputs_e - losses_e = 0        (to 1e-9 of the throughput of e)

Followed are the elements that the file lists, or else all that it names except hydrogen, nitrogen and
oxygen, which air and water bring. A commodity without formula and composition is of unknown content; its
recipes are not checked. Elements of the file need not be chemical: `wood` will do once it is listed.
"""

from __future__ import annotations

from collections.abc import Mapping

from orecell.core.formula import parse_formula
from orecell.core.tolerances import BALANCE_RELATIVE
from orecell.data.network_entries import CommodityEntry, Network, RecipeEntry
from orecell.data.recipe import Recipe
from orecell.errors import InputError

FREE_ELEMENTS = ("H", "N", "O")

Contents = Mapping[str, Mapping[str, float] | None]


def content_of(entry: CommodityEntry) -> Mapping[str, float] | None:
    """Element -> t per unit; None where nobody says, or where the formula cannot be read."""
    if not entry.formula:
        return entry.composition
    try:
        fractions = parse_formula(entry.formula).mass_fractions()
    except InputError:
        return None
    tonnes = entry.tonnes_per_unit or 0.0
    return {element: tonnes * fraction for element, fraction in fractions.items()}


def contents_of(network: Network) -> Contents:
    """Content of every commodity."""
    return {name: content_of(entry) for name, entry in network.commodities.items()}


def followed_elements(network: Network, contents: Contents) -> tuple[str, ...]:
    """Elements that must balance."""
    named = {element for content in contents.values() for element in content or ()}
    return network.elements or tuple(sorted(named - set(FREE_ELEMENTS)))


def is_checked(entry: RecipeEntry, contents: Contents) -> bool:
    """Whether all that goes in and comes out has a known content."""
    return all(contents.get(name) is not None for name in (*entry.inputs, *entry.outputs))


def unchecked_recipes(network: Network) -> list[str]:
    """Recipes that touch something of known content but cannot be balanced."""
    contents = contents_of(network)
    return [
        name
        for name, entry in network.recipes.items()
        if not is_checked(entry, contents)
        and any(contents.get(c) is not None for c in (*entry.inputs, *entry.outputs))
    ]


def mass_of(element: str, amounts: Mapping[str, float], contents: Contents) -> float:
    """Mass of an element in amounts of commodities [t]; those of unknown content count zero."""
    return sum(amount * (contents.get(c) or {}).get(element, 0.0) for c, amount in amounts.items())


def losses_of(entry: RecipeEntry, contents: Contents) -> dict[str, float]:
    """Losses as given, and what is left of the elements that are lost [t]."""
    losses = dict(entry.losses)
    for element in entry.lost:
        rest = mass_of(element, entry.inputs, contents) - mass_of(element, entry.outputs, contents)
        losses[element] = losses.get(element, 0.0) + max(0.0, rest - losses.get(element, 0.0))
    return losses


def imbalances(
    entry: RecipeEntry, contents: Contents, elements: tuple[str, ...]
) -> dict[str, tuple[float, float]]:
    """Element -> t that the inputs bring and t that outputs and losses hold, where the two differ."""
    losses = losses_of(entry, contents)
    found = {}
    for element in elements if is_checked(entry, contents) else ():
        brought = mass_of(element, entry.inputs, contents)
        held = mass_of(element, entry.outputs, contents) + losses.get(element, 0.0)
        if abs(brought - held) > BALANCE_RELATIVE * max(brought, held):
            found[element] = (brought, held)
    return found


def recipe_of(name: str, entry: RecipeEntry, contents: Contents) -> Recipe:
    """The recipe per unit of its reference commodity."""
    counted = entry.counted
    size = entry.outputs.get(counted) or entry.inputs[counted]
    inputs, outputs, losses = (
        {what: amount / size for what, amount in amounts.items() if amount > 0.0}
        for amounts in (entry.inputs, entry.outputs, losses_of(entry, contents))
    )
    return Recipe(name, counted, inputs, outputs, losses)
