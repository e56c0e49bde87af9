"""From a plant to the chain: its recipe per unit of feed, with cost and emissions, and what its settings do
to it.

    recipe: 1 t of the feed and reagents in, products out, the rest of each element lost; balanced by element
    d recovery / d setting = central difference of two solved plants

Products count by their main element, as the commodity they are sold as; what they hold beside it is lost with
the wastes. Emissions are those of gas burnt and of electricity; those of making reagents are left out.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from orecell.core.elements import LEDGER_ELEMENTS, atomic_weight
from orecell.data.recipe import Commodity, Recipe
from orecell.errors import InputError
from orecell.plant.economics import Basis, basis_of, cost_of
from orecell.plant.flowsheet import Flowsheet, FlowsheetSolver, Solution
from orecell.plant.measures import recoveries
from orecell.plant.settings import changed, find_setting, setting_value

if TYPE_CHECKING:
    from orecell.data.book import Book

STEP = 0.01
"""Relative step of the differences."""
FORMULAS = {
    "niso4_6h2o": "NiSO4*6H2O",
    "coso4_7h2o": "CoSO4*7H2O",
    "mnso4_h2o": "MnSO4*H2O",
    "li2co3": "Li2CO3",
    "lioh_h2o": "LiOH*H2O",
    "na2so4": "Na2SO4",
    "aam_natural": "C",
}
"""Commodities counted by the main element of their formula."""


@dataclass(frozen=True)
class PlantRecipe:
    """What the chain needs to know of a plant.

    Attributes:
        recipe: amounts per t of the main feed.
        feed: id of the main feed.
        recoveries: element -> share that products hold.
        compositions: commodity -> composition as the plant has it [t/t].
        capital_usd_per_unit: capital per t/yr of feed.
        operating_usd_per_unit: cost beside reagents of the recipe, electricity, feed and capital, per t of
        feed.
        electricity_mwh_per_unit: per t of feed.
        emissions_t_per_unit: gas burnt, and grid electricity, per t of feed.
        derivatives: setting -> element -> d recovery / d setting.
    """

    recipe: Recipe
    feed: str
    recoveries: Mapping[str, float]
    compositions: Mapping[str, Mapping[str, float]]
    capital_usd_per_unit: float
    operating_usd_per_unit: float
    electricity_mwh_per_unit: float
    emissions_t_per_unit: float
    derivatives: Mapping[str, Mapping[str, float]] = field(default_factory=dict)


def recipe(flowsheet: Flowsheet, settings: Sequence[str] = ()) -> PlantRecipe:
    """The recipe of a plant, with derivatives to the settings named.

    Raises:
        NotSolvedError: the plant or one beside it does not solve.
        InputError: a product has no price, or a setting is no number.
    """
    solver = FlowsheetSolver(flowsheet)
    solution = solver.solve()
    found = {}
    for name in settings:
        unit, setting = find_setting(flowsheet, name)
        found[f"{unit}.{setting}"] = _derivative(solver, solution, (unit, setting))
    return recipe_of(solution, found)


def recipe_of(
    solution: Solution, derivatives: Mapping[str, Mapping[str, float]] | None = None
) -> PlantRecipe:
    """The recipe of a solved plant."""
    main = solution.flowsheet.feeds[0]
    basis = basis_of(solution)
    tonnes = solution.tonnes_per_year(main.name)
    feed_name = solution.flowsheet.economics.get("feed_commodity", main.name)
    compositions: dict[str, Mapping[str, float]] = {feed_name: _composition(solution, main.name)}
    inputs, outputs = {feed_name: 1.0}, dict[str, float]()
    for used in basis.reagents:
        if used.name != "water":
            inputs[used.name] = used.tonnes / tonnes
            compositions[used.name] = reagent_composition(solution, used.name, used.tonnes)
    for product in solution.flowsheet.products:
        name, amount, content = _product(solution, product.stream, product.commodity)
        outputs[name] = outputs.get(name, 0.0) + amount / tonnes
        compositions[name] = content
    losses = {}
    for element in LEDGER_ELEMENTS:
        net = sum(a * compositions[n].get(element, 0.0) for n, a in inputs.items())
        net -= sum(a * compositions[n].get(element, 0.0) for n, a in outputs.items())
        if abs(net) > 1e-12:
            losses[element] = net
    energy = {"electricity": basis.power_mwh / tonnes, "heat": basis.heat_gj / tonnes}
    made = Recipe(solution.flowsheet.name, feed_name, inputs, outputs, losses, energy)
    return _priced(solution, basis, made, (compositions, derivatives or {}))


def _priced(
    solution: Solution,
    basis: Basis,
    made: Recipe,
    more: tuple[Mapping[str, Mapping[str, float]], Mapping[str, Mapping[str, float]]],
) -> PlantRecipe:
    """A recipe with its cost and emissions."""
    main = solution.flowsheet.feeds[0]
    tonnes, p = solution.tonnes_per_year(main.name), basis.parameters
    cost = cost_of(basis)
    heat = basis.heat_gj * p["heat_usd_per_gj"]
    beside = heat + sum(cost.terms[term] for term in ("labor", "overhead", "waste"))
    direct = basis.heat_gj * p["gas_emissions_t_per_gj"]
    grid = basis.power_mwh * p["grid_emissions_t_per_mwh"]
    return PlantRecipe(
        made,
        made.reference,
        recoveries(solution),
        more[0],
        cost.capital_usd / tonnes,
        beside / tonnes,
        basis.power_mwh / tonnes,
        (direct + grid) / tonnes,
        more[1],
    )


def _composition(solution: Solution, stream: str) -> dict[str, float]:
    """Element -> t per t of a stream."""
    mass = solution.streams[stream].mass(solution.components)
    amounts = solution.elements(stream)
    return {e: amounts[e] * atomic_weight(e) / mass for e in LEDGER_ELEMENTS if amounts.get(e, 0.0) > 0.0}


def reagent_composition(solution: Solution, name: str, tonnes: float) -> dict[str, float]:
    """Element -> t per t of a reagent as the units take it, all of them together."""
    hours, found = solution.flowsheet.hours_per_yr, dict[str, float]()
    for outcome in solution.outcomes.values():
        if name in outcome.reagents:
            for element, kmol in solution.components.element_amounts(outcome.reagents[name]).items():
                found[element] = found.get(element, 0.0) + kmol * hours / 1000.0
    return {e: found[e] * atomic_weight(e) / tonnes for e in LEDGER_ELEMENTS if found.get(e)}


def _product(solution: Solution, stream: str, commodity: str) -> tuple[str, float, Mapping[str, float]]:
    """Commodity, t/yr and composition: by the main element where the commodity has a formula."""
    formula = FORMULAS.get(commodity)
    if formula is None:
        return commodity, solution.tonnes_per_year(stream), _composition(solution, stream)
    pure = Commodity.from_formula(commodity, formula)
    from orecell.plant.purity import main_element

    element = "C" if formula == "C" else main_element(formula)
    kmol = solution.elements(stream).get(element, 0.0)
    tonnes = kmol * atomic_weight(element) * solution.flowsheet.hours_per_yr / 1000.0
    return commodity, tonnes / pure.composition[element], pure.composition


def _derivative(solver: FlowsheetSolver, at: Solution, where: tuple[str, str]) -> dict[str, float]:
    """d recovery / d setting by element, from two plants around the one given."""
    value = setting_value(at.flowsheet, where)
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise InputError(".".join(where), f"is {value}, not a number", "name a setting with one number")
    step = STEP * abs(float(value)) if value else STEP
    ends = [
        recoveries(solver.solve(changed(at.flowsheet, {where: float(value) + sign * step}), at.memory))
        for sign in (-1.0, 1.0)
    ]
    return {e: (ends[1].get(e, 0.0) - ends[0].get(e, 0.0)) / (2.0 * step) for e in ends[1]}


def scenario_text(plant: PlantRecipe, name: str, target: str, book: Book) -> str:
    """A scenario in which a recipe of a case recovers what this plant does.

    Args:
        plant: the recipe of the plant.
        name: name of the scenario, also of its file.
        target: recipe of the case whose products take over the recoveries.
        book: recipes of the case.

    Raises:
        InputError: the case has no such recipe, or it shares no product element with the plant.
    """
    if target not in book.recipes:
        raise InputError(target, "is no recipe of the case", f"one of {', '.join(sorted(book.recipes))}")
    if book.recipes[target].reference != plant.feed:
        rule = f"treats {book.recipes[target].reference}, the plant {plant.feed}"
        raise InputError(target, rule, "name a recipe of the same feed, or set economics.feed_commodity")
    rows = [
        (product, element)
        for product, formula in FORMULAS.items()
        for element in [_main(formula)]
        if product in book.recipes[target].outputs and element in plant.recoveries
    ]
    if not rows:
        raise InputError(target, "makes nothing that the plant recovers", "name a recipe of recycling")
    lines = [
        f"name: {name}",
        f"because: Recoveries of the solved plant {plant.recipe.name} in place of those of the case.",
        "overrides:",
    ]
    for product, element in rows:
        lines += _override(target, product, element, min(plant.recoveries[element], 1.0))
    return "\n".join(lines) + "\n"


def _main(formula: str) -> str:
    from orecell.plant.purity import main_element

    return "C" if formula == "C" else main_element(formula)


def _override(target: str, product: str, element: str, value: float) -> list[str]:
    low, high = max(value - 0.05, 0.0), min(value + 0.02, 1.0)
    return [
        "  - table: recipe_flows",
        f"    because: Share of {element} that reaches the product in the solved plant.",
        f"    key: {{recipe: {target}, role: product, commodity: {product}, element: {element}, basis: ~}}",
        f"    set: {{value: {value:.6f}, value_low: {low:.6f}, value_high: {high:.6f},",
        "          source: assumption, source_url: ~, date: 2026-11-24, confidence: assumed,",
        "          note: from a solved flowsheet; range assumed}",
    ]
