"""Most output for a budget, least public money, least emissions, fronts, learning, short sight: by hand."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from small_plans import AWAY, CLEAN, DIRTY, HOME, by_year, plan, sells, smelter, used, wants

from orecell.chain.plan.learning import plan_with_learning
from orecell.chain.plan.limits_input import (
    Growth,
    Learning,
    OutputTarget,
    Stockpile,
    Support,
    Workforce,
)
from orecell.chain.plan.measures import TERMS, column_emissions
from orecell.chain.plan.model import make_model, solve
from orecell.chain.plan.modes import (
    PUBLIC,
    emission_front,
    least_emissions,
    least_public_money,
    most_output,
    output_front,
    reachable,
)
from orecell.chain.plan.myopic import plan_myopically
from orecell.chain.plan.network_input import PlanInput
from orecell.errors import InputError, NotSolvedError

TWO = (2030, 2031)
MADE = OutputTarget("made", {"smelt": 1.0}, (HOME,), {})


def buy_or_build(years: tuple[int, ...] = TWO, **more: Any) -> PlanInput:
    """Metal from away at 4 and 1 t CO2e, or smelted at home from 2 ore at 1 in a plant of 6 a unit that lasts
    two years, and emits 0.25 t; 10 wanted each year.
    """
    given: dict[str, Any] = {
        "plants": (smelter(capex=6.0, life_years=2, emissions=0.25),),
        "supplies": (
            sells(years, "ore", HOME, 1.0),
            replace(sells(years, "metal", AWAY, 4.0), emissions=1.0),
        ),
        "demands": (wants(years, 10.0),),
    }
    return plan(years, **{**given, **more})


def test_least_cost_buys_and_emissions_are_those_of_what_is_bought() -> None:
    """40 a year bought; making costs 2 + 3 = 5 a unit."""
    found = solve(make_model(buy_or_build()))
    assert found.cost == pytest.approx(80.0)
    assert column_emissions(found.model) @ found.solution.primal == pytest.approx(20.0)


def test_least_emissions_makes_all_of_it_at_least_cost() -> None:
    found = least_emissions(buy_or_build())
    assert found.cost == pytest.approx(100.0)
    assert column_emissions(found.model) @ found.solution.primal == pytest.approx(5.0)
    assert by_year(found, "unmet") == {}


def test_least_emissions_does_not_leave_demand_unmet() -> None:
    """Even where a unit unmet costs less than the emissions of a unit at the price put on them."""
    found = least_emissions(buy_or_build(plants=()))
    assert by_year(found, "unmet") == {}


def test_the_emission_front_turns_where_the_price_of_carbon_pays_for_making() -> None:
    """Making saves 0.75 t for 1 a unit: it pays from 1.333 per t on."""
    points = emission_front(buy_or_build(), [0.0, 1.3, 1.4, 100.0])
    assert [p.cost_usd for p in points] == pytest.approx([80.0, 100.0])
    assert [p.other for p in points] == pytest.approx([20.0, 5.0])


def test_most_output_is_what_the_budget_builds() -> None:
    """24 build 4 units; each costs 1 more than buying."""
    reached, found = most_output(buy_or_build(capital_budget=24.0), MADE, 2031, 99.0)
    assert reached == pytest.approx(4.0)
    assert found.cost == pytest.approx(84.0, rel=1e-4)


def test_what_is_reachable_ignores_cost_and_targets_but_not_growth() -> None:
    limited = buy_or_build(growth=(Growth("smelter", 3.0, 0.0),), capital_budget=0.0)
    asked = replace(limited, targets=(replace(MADE, amount={2031: 99.0}),))
    assert reachable(asked, replace(MADE, amount=dict.fromkeys(TWO, 0.0))) == pytest.approx(
        {2030: 3.0, 2031: 6.0}
    )


def test_the_output_front_costs_one_more_for_each_unit() -> None:
    """A unit in 2031 costs 2 + 6 / 2 for each of two years against 4: 1 more each year."""
    points = output_front(buy_or_build(), MADE, 2031, [0.0, 2.0, 4.0])
    assert [p.other for p in points] == pytest.approx([0.0, 2.0, 4.0])
    assert [p.cost_usd - 80.0 for p in points] == pytest.approx([0.0, 2.0, 4.0])


def test_public_money_is_what_plants_lack_at_prices_without_them() -> None:
    """Metal is worth 4, ore 1: a unit earns 2 and its annuity is 3, so 5 units in 2031 lack 5."""
    asked = replace(buy_or_build(), targets=(replace(MADE, amount={2031: 5.0}),))
    _, least, found = least_public_money(asked, solve(make_model(buy_or_build())), (HOME,))
    assert least == pytest.approx(5.0)
    assert found.cost == pytest.approx(85.0, rel=1e-4)


def test_public_money_is_not_needed_by_a_plant_that_pays() -> None:
    """Metal from away at 6 makes the smelter earn 4 against 3."""
    dear = buy_or_build(supplies=(sells(TWO, "ore", HOME, 1.0), sells(TWO, "metal", AWAY, 6.0)))
    asked = replace(dear, targets=(replace(MADE, amount={2031: 5.0}),))
    assert least_public_money(asked, solve(make_model(dear)), (HOME,))[1] == pytest.approx(0.0, abs=1e-9)


def test_a_public_budget_caps_output() -> None:
    """3 in each of two years keep 6 units whole in the second."""
    prices = {("metal", HOME, k, y): 4.0 for k in (CLEAN, DIRTY) for y in TWO}
    prices |= {("ore", HOME, k, y): 1.0 for k in (CLEAN, DIRTY) for y in TWO}
    fund = Support((HOME,), prices, PUBLIC)
    asked = buy_or_build(support=fund, budgets={PUBLIC: dict.fromkeys(TWO, 3.0)})
    assert most_output(asked, MADE, 2031, 99.0)[0] == pytest.approx(6.0)


def test_short_sight_misses_what_takes_longer_than_it_sees() -> None:
    """Metal from away rises from 4 to 9 in 2033; a smelter takes 2 years, costs 12 and lasts two years.

    Seeing all, 10 units come on line in 2033 at 2 + 6 = 8: 80 against 90. Seeing two years, nobody starts in
    2031 what runs in 2033.
    """
    years = (2030, 2031, 2032, 2033)
    given = buy_or_build(
        years,
        plants=(smelter(capex=12.0, life_years=2, lead_years=2),),
        supplies=(
            sells(years, "ore", HOME, 1.0),
            sells(years, "metal", AWAY, {2030: 4.0, 2031: 4.0, 2032: 4.0, 2033: 9.0}),
        ),
    )
    far = solve(make_model(given))
    assert far.cost == pytest.approx(120.0 + 80.0)
    near = plan_myopically(given, 2)
    assert near.plan.cost == pytest.approx(120.0 + 90.0)
    assert near.decided == {}
    enough = plan_myopically(given, 3)
    assert enough.plan.cost == pytest.approx(far.cost)
    assert enough.decided == pytest.approx({("smelter@home", 2033): 10.0})


def test_seeing_everything_is_perfect_foresight_and_costs_no_more_than_short_sight() -> None:
    years = (2030, 2031, 2032)
    given = buy_or_build(
        years,
        plants=(smelter(capex=9.0, life_years=3, lead_years=1, qualification_years=1),),
        supplies=(
            sells(years, "ore", HOME, 1.0),
            sells(years, "metal", AWAY, {2030: 3.0, 2031: 5.0, 2032: 9.0}),
        ),
    )
    far = solve(make_model(given)).cost
    costs = [plan_myopically(given, foresight).plan.cost for foresight in (2, 3, 9)]
    assert all(cost >= far - 1e-9 for cost in costs)
    assert costs[1] == pytest.approx(far)
    assert costs[2] == pytest.approx(far)


def test_investors_with_a_hurdle_build_less_but_are_priced_alike() -> None:
    """At 50 % an annuity of 6 over two years is 5.4: with 2 of ore dearer than 4.9 bought; at 0 % it is 3."""
    supplies = (sells(TWO, "ore", HOME, 1.0), sells(TWO, "metal", AWAY, 5.5))
    patient = buy_or_build(supplies=supplies)
    hurried = replace(patient, plants=tuple(replace(p, hurdle_rate=0.5) for p in patient.plants))
    assert plan_myopically(patient, 2).plan.cost == pytest.approx(100.0)
    assert plan_myopically(hurried, 2).plan.cost == pytest.approx(110.0)


def carried(**more: Any) -> PlanInput:
    """Demand grows by 10 a year; only smelting serves it; a smelter takes a year."""
    years = (2030, 2031, 2032, 2033)
    slow = smelter(capex=6.0, life_years=9, lead_years=1, jobs=1.0)
    given: dict[str, Any] = {
        "plants": (slow,),
        "supplies": (sells(years, "ore", HOME, 1.0),),
        "demands": (wants(years, {2030: 0.0, 2031: 10.0, 2032: 20.0, 2033: 30.0}),),
    }
    return buy_or_build(years, **{**given, **more})


@pytest.mark.parametrize(
    "limit",
    [
        {"capital_budget": 60.0},
        {"workforce": Workforce((HOME,), dict.fromkeys((2030, 2031, 2032, 2033), 4.0))},
        {"workforce": Workforce((HOME,), dict.fromkeys((2030, 2031, 2032, 2033), 2.0), 1.0, 3.0)},
        {"growth": (Growth("smelter", 1.0, 1.0),)},
        {"stockpiles": (Stockpile("ore", HOME, 50.0, 0.1, initial=20.0),)},
    ],
    ids=["budget", "workforce", "training", "growth", "stock"],
)
def test_limits_carry_on_from_window_to_window(limit: dict[str, Any]) -> None:
    """What short sight decides keeps within limits over all years, and never beats perfect foresight."""
    given = carried(**limit)
    far = solve(make_model(given)).cost
    for foresight in (2, 3, 4):
        near = plan_myopically(given, foresight)
        assert near.plan.cost >= far * (1 - 1e-5)
        built = sum(near.decided.values())
        assert built * 6.0 <= limit.get("capital_budget", 1e9) * (1 + 1e-5)
    assert near.plan.cost == pytest.approx(far, rel=1e-4)


def test_least_emissions_serves_even_where_plants_emit_most() -> None:
    """Smelting emits 1 t a unit and nothing else serves: all is served all the same."""
    stands = smelter(standing=dict.fromkeys(TWO, 100.0), emissions=1.0)
    found = least_emissions(buy_or_build(plants=(stands,), supplies=(sells(TWO, "ore", HOME, 1.0),)))
    assert by_year(found, "unmet") == {}


def test_one_year_of_foresight_is_refused() -> None:
    with pytest.raises(InputError, match="foresight"):
        plan_myopically(buy_or_build(), 1)


def test_a_window_that_cannot_reach_its_target_says_so() -> None:
    late = buy_or_build(
        plants=(smelter(capex=6.0, life_years=2, lead_years=1),), targets=(replace(MADE, amount={2030: 1.0}),)
    )
    with pytest.raises(NotSolvedError):
        plan_myopically(late, 2)


def test_learning_brings_later_capital_down_by_what_was_built_before() -> None:
    """20 % per doubling from 10 built: after another 10, capital of 2031 is 0.8 of 6.

    Metal is made in both years, 10 in 2030 and 20 in 2031, so 10 are added each year: one doubling.
    """
    given = buy_or_build(
        supplies=(sells(TWO, "ore", HOME, 1.0),),
        demands=(wants(TWO, {2030: 10.0, 2031: 20.0}),),
        learning=(Learning("smelter", 0.2, 10.0),),
    )
    learned = plan_with_learning(given)
    assert learned.is_settled
    assert learned.factors["smelter", 2030] == pytest.approx(1.0)
    assert learned.factors["smelter", 2031] == pytest.approx(0.8, abs=6e-3)
    assert learned.plan.cost == pytest.approx(60.0 + 2 * 30.0 + 30.0 * 0.8, rel=6e-3)


def test_without_learning_nothing_changes() -> None:
    given = buy_or_build()
    learned = plan_with_learning(given)
    assert (learned.rounds, learned.factors) == (1, {})
    assert learned.plan.cost == pytest.approx(solve(make_model(given)).cost)


def test_learning_that_makes_building_pay_is_found() -> None:
    """Nothing is built at 5 against 4, so nothing is learned: a plan that settles without learning."""
    given = buy_or_build(learning=(Learning("smelter", 0.4, 1.0),))
    learned = plan_with_learning(given)
    assert used(learned.plan, "build") == {}
    assert learned.is_settled


def test_every_block_with_a_cost_has_a_term() -> None:
    problem = make_model(buy_or_build()).problem
    costs = problem.costs()
    paid = {name for name, block in problem.column_blocks.items() if costs[block.start : block.stop].any()}
    assert paid <= set(TERMS)
