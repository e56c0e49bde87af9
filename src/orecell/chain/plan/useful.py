"""Leaving out what cannot help: what is on no path to a demand, and classes that nobody asks for."""

from __future__ import annotations

from dataclasses import replace

from orecell.chain.plan.network_input import PlanInput


def useful_part(plan: PlanInput) -> PlanInput:
    """The plan without recipes, plants and supplies that reach no demand, target, store or grant.

    Its optimum is the same. Recipes that treat a waste of a useful recipe stay if something they give is
    useful; plants with slates or grants stay whole, since what they run decides what they are paid; plants
    that stand stay, without recipes, where their kind counts for growth or shared sites.
    """
    wanted = {commodity for demand in plan.demands for commodity in demand.shares}
    wanted |= {pile.commodity for pile in plan.stockpiles}
    targeted = {recipe for target in plan.targets for recipe in target.weights}
    granted = {grant.plant for grant in plan.grants}
    targeted |= {r for p in plan.plants if p.slates or p.name in granted for r in p.recipes}
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
    counted = {growth.kind for growth in plan.growth} | {pair.first for pair in plan.colocations}
    plants = tuple(
        replace(plant, recipes={r: used for r, used in plant.recipes.items() if r in kept})
        for plant in plan.plants
        if kept & set(plant.recipes) or (plant.kind in counted and any(plant.standing.values()))
    )
    supplies = tuple(supply for supply in plan.supplies if supply.commodity in wanted)
    return replace(plan, plants=plants, supplies=supplies)


ANY = "any"
"""The one class of a plan in which origin does not matter."""


def with_classes_asked_for(plan: PlanInput) -> PlanInput:
    """The plan with all lots in one class, unless a rule or quota asks for origin.

    Classes bind only through such rules; without them the optimum is the same, in a fraction of the time.
    """
    if plan.rules or plan.uses or any(quota.classes for quota in plan.quotas):
        return plan
    prices = {}
    if plan.support is not None:
        prices = {(c, p, ANY, y): usd for (c, p, _, y), usd in plan.support.prices.items()}
    return replace(
        plan,
        classes=(ANY,),
        places={name: replace(place, origin_class=ANY) for name, place in plan.places.items()},
        supplies=tuple(replace(supply, origin_class="") for supply in plan.supplies),
        support=None if plan.support is None else replace(plan.support, prices=prices),
    )
