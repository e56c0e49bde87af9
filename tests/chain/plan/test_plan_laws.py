"""Laws of a plan: conservation recomputed from the optimum alone, and what can never raise the cost."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from small_plans import (
    AWAY,
    CLASSES,
    CLEAN,
    HOME,
    PLACES,
    least_cost,
    plan,
    recipe,
    sells,
    smelter,
    used,
    wants,
)

from orecell.chain.plan.limits_input import Growth, OutputTarget, SourcingRule
from orecell.chain.plan.model import Plan, make_model, solve
from orecell.chain.plan.network_input import Freight, PlanInput

Y = (2030, 2031, 2032)
RECIPES = {
    "smelt": recipe("smelt", {"ore": 2.0, "acid": 0.25}, {"matte": 1.0, "slag": 0.5}),
    "refine": recipe("refine", {"matte": 1.25}, {"metal": 1.0, "acid": 0.1}),
    "short cut": recipe("short cut", {"ore": 2.75}, {"metal": 1.0}),
}
NICKEL = {"ore": 0.40, "acid": 0.0, "matte": 0.70, "slag": 0.20, "metal": 0.875}
LOST = {"smelt": 0.0, "refine": 0.0, "short cut": 0.225}
few = settings(max_examples=25, deadline=None)


def several(low: int, high: int) -> st.SearchStrategy[dict[int, float]]:
    numbers = st.lists(st.integers(low, high).map(float), min_size=len(Y), max_size=len(Y))
    return numbers.map(lambda values: dict(zip(Y, values, strict=True)))


@st.composite
def plans(draw: Any) -> PlanInput:
    def number(low: int, high: int) -> float:
        return float(draw(st.integers(low, high)))

    def share(name: str) -> SourcingRule:
        return SourcingRule(name, ("use",), (CLEAN,), {y: number(0, 10) / 10 for y in Y})

    def plant(name: str, place: str, recipes: dict[str, float]) -> Any:
        return smelter(
            place,
            name=f"{name}@{place}",
            kind=name,
            recipes=recipes,
            standing={y: number(0, 20) for y in Y},
            capex=number(1, 200),
            life_years=draw(st.integers(1, 5)),
            lead_years=draw(st.integers(0, 2)),
            ramp=(0.5, 1.0),
            variable_opex=number(0, 20),
            emissions=number(0, 3),
        )

    places = (HOME, AWAY)
    plants = [plant("smelting", p, {"smelt": 1.0, "short cut": 2.0}) for p in places]
    plants += [plant("refining", p, {"refine": 1.0}) for p in places]
    supplies = [
        sells(Y, commodity, place, draw(several(1, 50)), most=draw(several(0, 60)), step=step)
        for commodity in ("ore", "acid", "metal")
        for place in places
        for step in (1, 2)
    ]
    return plan(
        Y,
        recipes=RECIPES,
        plants=tuple(plants),
        supplies=tuple(supplies),
        demands=(wants(Y, draw(several(0, 60)), unmet=400.0),),
        rules=(share("origin"),),
        growth=(Growth("smelting", number(0, 10), 0.5), Growth("refining", number(0, 10), 0.5)),
        capital_budget=number(0, 3000),
        tonnes={"ore": 1.0, "metal": 1.0, "matte": 2.0},
        freight=Freight(0.01, 0.0, 0.1, 0.0, 1.0, 1.2, 1.0),
        discount_rate=0.08,
        carbon_price=number(0, 5),
    )


def surplus(found: Plan) -> dict[tuple[Any, ...], float]:
    """What comes less what goes, by commodity, place, class and year, from the values of the columns."""
    left: dict[tuple[Any, ...], float] = defaultdict(float)
    at = {p.name: p.place for p in found.model.plan.plants}
    for (name, of, kind, year), value in used(found, "activity").items():
        for commodity, amount in RECIPES[of].outputs.items():
            left[commodity, at[name], kind, year] += amount * value
        for commodity, amount in RECIPES[of].inputs.items():
            left[commodity, at[name], kind, year] -= amount * value
    for (commodity, place, _, year), value in used(found, "buy").items():
        left[commodity, place, PLACES[place].origin_class, year] += value
    for (commodity, origin, end, kind, year), value in used(found, "move").items():
        left[commodity, origin, kind, year] -= value
        left[commodity, end, kind, year] += value
    for (_, place, commodity, kind, year), value in used(found, "serve").items():
        left[commodity, place, kind, year] -= value
    for key, value in used(found, "dispose").items():
        left[key] -= value
    for (commodity, place, kind, year), value in used(found, "downgrade").items():
        left[commodity, place, kind, year] -= value
        left[commodity, place, CLASSES[CLASSES.index(kind) + 1], year] += value
    return left


def total(found: Plan, block: str, part: int, weight: dict[str, float]) -> float:
    return sum(weight[key[part]] * value for key, value in used(found, block).items())


@few
@given(plans())
def test_nothing_appears_or_vanishes(given_plan: PlanInput) -> None:
    found = solve(make_model(given_plan))
    assert used(found, "serve") or used(found, "unmet") or not any(given_plan.demands[0].amount.values())
    for key, left in surplus(found).items():
        assert left == pytest.approx(0.0, abs=1e-6), key


@few
@given(plans())
def test_an_element_bought_is_served_disposed_of_or_lost(given_plan: PlanInput) -> None:
    found = solve(make_model(given_plan))
    bought = total(found, "buy", 0, NICKEL)
    gone = total(found, "serve", 2, NICKEL) + total(found, "dispose", 0, NICKEL)
    assert gone + total(found, "activity", 1, LOST) == pytest.approx(bought, abs=1e-6)


@few
@given(plans())
def test_served_and_unmet_are_the_demand_and_shares_hold(given_plan: PlanInput) -> None:
    found = solve(make_model(given_plan))
    for year in Y:
        served = {key[3]: v for key, v in used(found, "serve").items() if key[-1] == year}
        unmet = sum(v for key, v in used(found, "unmet").items() if key[-1] == year)
        assert sum(served.values()) + unmet == pytest.approx(given_plan.demands[0].amount[year], abs=1e-6)
        least = given_plan.rules[0].share[year] * sum(served.values())
        assert served.get(CLEAN, 0.0) >= least - 1e-6


@few
@given(plans())
def test_no_plant_runs_beyond_what_stands_and_was_built(given_plan: PlanInput) -> None:
    found = solve(make_model(given_plan))
    running: dict[tuple[str, int], float] = defaultdict(float)
    plants = {p.name: p for p in given_plan.plants}
    for (name, of, _, year), value in used(found, "activity").items():
        running[name, year] += plants[name].recipes[of] * value
    for (name, year), use in running.items():
        plant = plants[name]
        built = sum(
            value * (0.5 if year == online else 1.0)
            for (other, online), value in used(found, "build").items()
            if other == name and online <= year < online + plant.life_years
        )
        assert use <= plant.standing[year] + built + 1e-6


def never_dearer(changed: PlanInput, given_plan: PlanInput) -> None:
    before, after = least_cost(given_plan), least_cost(changed)
    assert after <= before + 1e-6 * (1.0 + abs(before))


@few
@given(plans(), st.integers(0, 11), st.integers(1, 30))
def test_more_supply_never_raises_the_cost(given_plan: PlanInput, number: int, more: int) -> None:
    supplies = list(given_plan.supplies)
    quantity = {year: most + more for year, most in supplies[number].quantity.items()}
    supplies[number] = replace(supplies[number], quantity=quantity)
    never_dearer(replace(given_plan, supplies=tuple(supplies)), given_plan)


@few
@given(plans(), st.integers(1, 2000))
def test_a_larger_or_no_budget_never_raises_the_cost(given_plan: PlanInput, more: int) -> None:
    larger = replace(given_plan, capital_budget=(given_plan.capital_budget or 0.0) + more)
    never_dearer(larger, given_plan)
    never_dearer(replace(given_plan, capital_budget=None), larger)


@few
@given(plans(), st.floats(0.0, 1.0))
def test_a_looser_sourcing_share_never_raises_the_cost(given_plan: PlanInput, part: float) -> None:
    (rule,) = given_plan.rules
    looser = replace(rule, share={year: round(share * part, 3) for year, share in rule.share.items()})
    never_dearer(replace(given_plan, rules=(looser,)), given_plan)


@few
@given(plans(), st.integers(0, 3), st.integers(1, 100))
def test_another_candidate_never_raises_the_cost(given_plan: PlanInput, number: int, capex: int) -> None:
    another = replace(given_plan.plants[number], name="another", capex=float(capex), standing={})
    never_dearer(replace(given_plan, plants=(*given_plan.plants, another)), given_plan)


@few
@given(plans(), st.integers(0, 3))
def test_a_longer_lead_time_never_lowers_the_cost(given_plan: PlanInput, number: int) -> None:
    plants = list(given_plan.plants)
    plants[number] = replace(plants[number], lead_years=plants[number].lead_years + 1)
    never_dearer(given_plan, replace(given_plan, plants=tuple(plants)))


@few
@given(plans(), st.integers(1, 20))
def test_a_target_never_lowers_the_cost(given_plan: PlanInput, percent: int) -> None:
    """A share of what stands at home; ore for it is ample, so that it can be met."""
    ore = sells(Y, "ore", HOME, 60.0, most=1e4, step=3)
    ample = replace(given_plan, supplies=(*given_plan.supplies, ore))
    amount = {y: percent / 100 * given_plan.plants[0].standing[y] / 2 for y in Y}
    target = OutputTarget("made", {"short cut": 1.0}, (HOME,), amount)
    never_dearer(ample, replace(ample, targets=(target,)))


def scaled(given_plan: PlanInput, k: float) -> PlanInput:
    """All money times k."""
    freight = replace(
        given_plan.freight,
        land_usd_per_t_km=given_plan.freight.land_usd_per_t_km * k,
        handling_usd_per_t=given_plan.freight.handling_usd_per_t * k,
    )
    plants = tuple(
        replace(p, capex=(p.capex or 0.0) * k, variable_opex=p.variable_opex * k) for p in given_plan.plants
    )
    supplies = tuple(replace(s, price={y: v * k for y, v in s.price.items()}) for s in given_plan.supplies)
    return replace(
        given_plan,
        freight=freight,
        plants=plants,
        supplies=supplies,
        demands=tuple(replace(d, unmet_price=d.unmet_price * k) for d in given_plan.demands),
        capital_budget=(given_plan.capital_budget or 0.0) * k,
        carbon_price=given_plan.carbon_price * k,
    )


@few
@given(plans(), st.sampled_from([0.01, 0.5, 3.0, 1000.0]))
def test_all_prices_times_k_make_the_cost_times_k(given_plan: PlanInput, k: float) -> None:
    assert least_cost(scaled(given_plan, k)) == pytest.approx(k * least_cost(given_plan), rel=1e-6, abs=1e-6)


@few
@given(plans())
def test_what_leads_to_no_demand_changes_nothing(given_plan: PlanInput) -> None:
    useless = smelter(name="useless", recipes={"glaze": 1.0}, standing=dict.fromkeys(Y, 5.0), capex=1.0)
    recipes = {**RECIPES, "glaze": recipe("glaze", {"slag": 1.0, "sand": 1.0}, {"glass": 1.0})}
    more = replace(
        given_plan,
        recipes=recipes,
        plants=(*given_plan.plants, useless),
        supplies=(*given_plan.supplies, sells(Y, "sand", HOME, 1.0)),
    )
    model = make_model(more)
    assert {p.name for p in model.plan.plants} == {p.name for p in given_plan.plants}
    assert solve(model).solution.objective == pytest.approx(least_cost(given_plan), rel=1e-9, abs=1e-9)
