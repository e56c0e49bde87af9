"""Leaving out what cannot help: recipes and supplies from which no path leads to a demand or a target."""

from __future__ import annotations

from dataclasses import replace

from orecell.chain.plan.network_input import PlanInput


def useful_part(plan: PlanInput) -> PlanInput:
    """The plan without recipes, plants and supplies that reach no demand or target; its optimum is the same.

    Recipes that treat a waste of a useful recipe stay if something they give is useful.
    """
    wanted = {commodity for demand in plan.demands for commodity in demand.shares}
    targeted = {recipe for target in plan.targets for recipe in target.weights}
    running = {recipe for plant in plan.plants for recipe in plant.recipes}
    kept: set[str] = set()
    grown = True
    while grown:
        grown = False
        for name in sorted(running - kept):
            if name in targeted or wanted & set(plan.recipes[name].outputs):
                kept.add(name)
                wanted |= set(plan.recipes[name].inputs)
                grown = True
    plants = tuple(
        replace(plant, recipes={r: used for r, used in plant.recipes.items() if r in kept})
        for plant in plan.plants
        if kept & set(plant.recipes)
    )
    supplies = tuple(supply for supply in plan.supplies if supply.commodity in wanted)
    return replace(plan, plants=plants, supplies=supplies)
