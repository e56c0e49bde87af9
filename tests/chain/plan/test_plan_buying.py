"""Optima by hand where everything is bought: steps, market limits, unmet demand, classes, freight."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest
from small_plans import AWAY, CLEAN, DIRTY, HOME, by_year, dual, plan, sells, solved, used, wants

from orecell.chain.plan.costs import is_sea
from orecell.chain.plan.limits_input import SourcingRule
from orecell.chain.plan.network_input import Freight, Place
from orecell.core.geography import EARTH_RADIUS_KM
from orecell.errors import InputError

Y = (2030,)


def rule(classes: tuple[str, ...], share: float, years: tuple[int, ...] = Y) -> SourcingRule:
    return SourcingRule("origin", ("use",), classes, dict.fromkeys(years, share))


def test_the_cheap_step_is_emptied_before_the_dear_one() -> None:
    """10 wanted; 6 at 5 and then 4 of the 8 at 9 make 30 + 36 = 66."""
    steps = (sells(Y, "metal", HOME, 5.0, most=6.0), sells(Y, "metal", HOME, 9.0, most=8.0, step=2))
    found = solved(Y, supplies=steps, demands=(wants(Y, 10.0),))
    assert found.solution.objective == pytest.approx(66.0)
    assert used(found, "buy") == pytest.approx({("metal", HOME, 1, 2030): 6.0, ("metal", HOME, 2, 2030): 4.0})


def test_the_second_year_is_discounted() -> None:
    """4 a year at 10 with 25 % a year: 40 + 40 / 1.25 = 72."""
    years = (2030, 2031)
    found = solved(
        years, supplies=(sells(years, "metal", HOME, 10.0),), demands=(wants(years, 4.0),), discount_rate=0.25
    )
    assert found.solution.objective == pytest.approx(72.0)


def test_a_last_step_cheaper_than_the_first_still_sells_no_more_than_it_has() -> None:
    """6 wanted; 4 at 5 from the second step and 2 at 9 from the first make 20 + 18 = 38."""
    steps = (sells(Y, "metal", HOME, 9.0, most=4.0), sells(Y, "metal", HOME, 5.0, most=4.0, step=2))
    found = solved(Y, supplies=steps, demands=(wants(Y, 6.0),))
    assert found.solution.objective == pytest.approx(38.0)
    assert used(found, "buy") == pytest.approx({("metal", HOME, 1, 2030): 2.0, ("metal", HOME, 2, 2030): 4.0})


def test_steps_that_change_places_between_years_are_each_limited_in_every_year() -> None:
    """5 wanted each year of 3 + 3: dear 2 and cheap 3 make 2 x 9 + 3 x 5 = 33, in both years."""
    years = (2030, 2031)
    first = sells(years, "metal", HOME, {2030: 5.0, 2031: 9.0}, most=3.0)
    second = sells(years, "metal", HOME, {2030: 9.0, 2031: 5.0}, most=3.0, step=2)
    found = solved(years, supplies=(first, second), demands=(wants(years, 5.0),))
    assert found.solution.objective == pytest.approx(66.0)


def test_a_place_sells_no_more_than_all_its_steps_and_the_next_place_fills_in() -> None:
    """Away has 2 + 3 at 1 and 2, home any at 10: 2 + 6 + 5 x 10 = 58; one more from away saves 10 - 2."""
    steps = (
        sells(Y, "metal", AWAY, 1.0, most=2.0),
        sells(Y, "metal", AWAY, 2.0, most=3.0, step=2),
        sells(Y, "metal", HOME, 10.0),
    )
    found = solved(Y, supplies=steps, demands=(wants(Y, 10.0),))
    assert found.solution.objective == pytest.approx(58.0)
    assert dual(found, "imports", commodity="metal", place=AWAY, year=2030) == pytest.approx(-8.0)
    assert dual(found, "imports", commodity="metal", place=HOME, year=2030) == pytest.approx(0.0)


def test_demand_that_nobody_can_meet_is_paid_at_its_price_and_reported() -> None:
    """10 wanted, 6 sold at 5, 4 unmet at 100: 30 + 400."""
    found = solved(
        Y, supplies=(sells(Y, "metal", HOME, 5.0, most=6.0),), demands=(wants(Y, 10.0, unmet=100.0),)
    )
    assert found.solution.objective == pytest.approx(430.0)
    assert used(found, "unmet") == pytest.approx({("use", HOME, 2030): 4.0})


def test_demand_stays_unmet_where_supply_is_dearer_than_its_price() -> None:
    found = solved(Y, supplies=(sells(Y, "metal", HOME, 101.0),), demands=(wants(Y, 3.0, unmet=100.0),))
    assert found.solution.objective == pytest.approx(300.0)
    assert used(found, "buy") == {}


def test_demand_for_what_does_not_exist_is_all_unmet() -> None:
    found = solved(Y, demands=(wants(Y, 3.0, unmet=7.0),))
    assert found.solution.objective == pytest.approx(21.0)


def test_a_sourcing_share_forces_the_dearer_class_and_is_worth_the_discounted_difference() -> None:
    """Clean at 10, dirty at 6, 10 wanted, 30 % clean: 3 x 10 + 7 x 6 = 72, then 72 / 1.25 = 57.6.

    One more clean unit costs 10 - 6 = 4 in the first year, 3.2 in the second.
    """
    years = (2030, 2031)
    found = solved(
        years,
        supplies=(sells(years, "metal", HOME, 10.0), sells(years, "metal", AWAY, 6.0)),
        demands=(wants(years, 10.0),),
        rules=(rule((CLEAN,), 0.3, years),),
        discount_rate=0.25,
    )
    assert found.solution.objective == pytest.approx(129.6)
    assert used(found, "serve")["use", HOME, "metal", CLEAN, 2031] == pytest.approx(3.0)
    assert dual(found, "sourcing", rule="origin", year=2030) == pytest.approx(4.0)
    assert dual(found, "sourcing", rule="origin", year=2031) == pytest.approx(3.2)


def test_a_rule_binds_only_in_its_years_and_its_segments() -> None:
    years = (2030, 2031)
    supplies = (sells(years, "metal", HOME, 10.0), sells(years, "metal", AWAY, 6.0))
    late = SourcingRule("origin", ("use",), (CLEAN,), {2031: 1.0})
    other = SourcingRule("origin", ("another",), (CLEAN,), {2030: 1.0, 2031: 1.0})
    found = solved(years, supplies=supplies, demands=(wants(years, 1.0),), rules=(late,))
    assert found.solution.objective == pytest.approx(6.0 + 10.0)
    none = replace(wants(years, 0.0), segment="another")
    found = solved(years, supplies=supplies, demands=(wants(years, 1.0), none), rules=(other,))
    assert found.solution.objective == pytest.approx(12.0)
    with pytest.raises(InputError, match="another"):
        plan(years, supplies=supplies, demands=(wants(years, 1.0),), rules=(other,))


@pytest.mark.parametrize("carbon", [0.0, 1.0])
def test_no_step_sells_more_than_it_has(carbon: float) -> None:
    """Cheap and dirty, dear and clean: none is the worst in every way, so each has its bound."""
    clean = replace(sells(Y, "metal", HOME, 5.0, most=10.0), emissions=10.0)
    dirty = replace(sells(Y, "metal", HOME, 3.0, most=10.0, step=2), origin_class=DIRTY)
    found = solved(
        Y,
        supplies=(clean, dirty),
        demands=(wants(Y, 20.0),),
        rules=(rule((CLEAN,), 0.1),),
        carbon_price=carbon,
    )
    assert used(found, "buy") == pytest.approx(
        {("metal", HOME, 1, 2030): 10.0, ("metal", HOME, 2, 2030): 10.0}
    )


def test_ships_cross_the_atlantic_and_trucks_the_continent() -> None:
    halifax, liverpool = Place("a", CLEAN, 44.6, -63.6), Place("b", CLEAN, 53.4, -3.0)
    kentucky, quito = Place("c", CLEAN, 36.9, -87.5), Place("d", CLEAN, -0.2, -78.5)
    assert is_sea(halifax, liverpool)
    assert is_sea(kentucky, quito)
    assert not is_sea(halifax, kentucky)


def test_a_clean_lot_may_serve_as_a_dirty_one() -> None:
    found = solved(
        Y,
        supplies=(sells(Y, "metal", HOME, 5.0),),
        demands=(wants(Y, 2.0),),
        rules=(rule((DIRTY,), 1.0),),
    )
    assert found.solution.objective == pytest.approx(10.0)
    assert used(found, "downgrade") == pytest.approx({("metal", HOME, CLEAN, 2030): 2.0})


def test_a_dirty_lot_never_serves_as_a_clean_one() -> None:
    found = solved(
        Y,
        supplies=(sells(Y, "metal", AWAY, 5.0),),
        demands=(wants(Y, 2.0, unmet=50.0),),
        rules=(rule((CLEAN,), 1.0),),
    )
    assert found.solution.objective == pytest.approx(100.0)
    assert used(found, "buy") == {}


def test_least_and_most_shares_hold_of_what_is_served() -> None:
    """Tin costs 1, zinc 3; tin at most 60 %, so 6 + 12 = 18; zinc at least 50 %, so 5 + 15 = 20."""
    supplies = (sells(Y, "tin", HOME, 1.0), sells(Y, "zinc", HOME, 3.0))
    at_most = solved(Y, supplies=supplies, demands=(wants(Y, 10.0, tin=(0.0, 0.6), zinc=(0.0, 1.0)),))
    at_least = solved(Y, supplies=supplies, demands=(wants(Y, 10.0, tin=(0.0, 1.0), zinc=(0.5, 1.0)),))
    assert at_most.solution.objective == pytest.approx(18.0)
    assert at_least.solution.objective == pytest.approx(20.0)


def test_a_fixed_mix_with_one_part_scarce_leaves_the_rest_unmet_in_proportion() -> None:
    """Half and half with 2 tin: 2 zinc go with them and 6 of 10 are unmet."""
    found = solved(
        Y,
        supplies=(sells(Y, "tin", HOME, 1.0, most=2.0), sells(Y, "zinc", HOME, 3.0)),
        demands=(wants(Y, 10.0, tin=(0.5, 0.5), zinc=(0.5, 0.5)),),
    )
    assert by_year(found, "unmet") == pytest.approx({2030: 6.0})


def test_freight_is_paid_by_distance_handling_and_carbon() -> None:
    """One degree of the equator is R pi / 180 km; the road is 1.5 times longer.

    A unit of 2 t pays 2 x (3 + 0.1 x 1.5 d) and, at 50 USD/t CO2, 2 x 50 x 0.2 x 1.5 d / 1000.
    """
    freight = Freight(0.1, 9.0, 0.2, 9.0, 3.0, 1.5, 9.0)
    found = solved(
        Y,
        supplies=(sells(Y, "metal", AWAY, 5.0),),
        demands=(wants(Y, 1.0),),
        tonnes={"metal": 2.0},
        freight=freight,
        carbon_price=50.0,
    )
    road = 1.5 * EARTH_RADIUS_KM * math.pi / 180
    assert found.solution.objective == pytest.approx(5.0 + 2 * (3 + 0.1 * road) + 2 * 50 * 0.2 * road / 1000)


def test_far_places_are_reached_by_sea() -> None:
    """A quarter of the equator, 1.2 times longer by ship, at 0.01 USD per t and km."""
    places = {HOME: Place(HOME, CLEAN, 0.0, 0.0), AWAY: Place(AWAY, DIRTY, 0.0, 90.0)}
    found = solved(
        Y,
        places=places,
        supplies=(sells(Y, "metal", AWAY, 5.0),),
        demands=(wants(Y, 1.0),),
        tonnes={"metal": 1.0},
        freight=Freight(9.0, 0.01, 0.0, 0.0, 0.0, 9.0, 1.2),
    )
    assert found.solution.objective == pytest.approx(5.0 + 0.01 * 1.2 * EARTH_RADIUS_KM * math.pi / 2)


@pytest.mark.parametrize(
    ("parts", "named"),
    [
        ({"supplies": (sells(Y, "metal", "mars", 1.0),)}, "mars"),
        ({"places": {HOME: Place(HOME, "unheard", 0.0, 0.0)}}, "unheard"),
        ({"years": (2030, 2032)}, "2030, 2032"),
        ({"supplies": (sells((2029,), "metal", HOME, 1.0),)}, "price of metal of home"),
        ({"demands": (wants((2029,), 1.0),)}, "demand of use in home"),
    ],
)
def test_what_does_not_fit_together_is_refused_by_name(parts: dict[str, object], named: str) -> None:
    years = parts.pop("years", Y)
    whole = {"demands": (wants(Y, 1.0),), **parts}
    with pytest.raises(InputError, match=named):
        plan(years, **whole)  # type: ignore[arg-type]


def test_freight_and_unmet_demand_of_later_years_are_discounted() -> None:
    """2 sold at 0 with 3 handling a unit, 1 unmet at 10: 16 a year, 16 + 16 / 1.25 = 28.8."""
    years = (2030, 2031)
    found = solved(
        years,
        supplies=(sells(years, "metal", AWAY, 0.0, most=2.0),),
        demands=(wants(years, 3.0, unmet=10.0),),
        tonnes={"metal": 1.0},
        freight=Freight(0.0, 0.0, 0.0, 0.0, 3.0, 1.0, 1.0),
        discount_rate=0.25,
    )
    assert found.solution.objective == pytest.approx(28.8)
