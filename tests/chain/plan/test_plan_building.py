"""Optima by hand where plants are built and run: annuities, lead times, ramps, budgets, targets."""

from __future__ import annotations

import random

import pytest
from small_plans import (
    AWAY,
    CLEAN,
    DIRTY,
    HOME,
    SMELT,
    by_year,
    dual,
    plan,
    recipe,
    sells,
    smelter,
    solved,
    used,
    wants,
)

from orecell.chain.plan.limits_input import Growth, OutputTarget, SourcingRule
from orecell.chain.plan.model import make_model, solve_with_and_without
from orecell.chain.plan.network_input import Place
from orecell.errors import InputError

Y = (2030,)
THREE = (2030, 2031, 2032)
FOUR = (2030, 2031, 2032, 2033)


def free_ore(years: tuple[int, ...], place: str = HOME) -> object:
    return sells(years, "ore", place, 0.0, most=1e6)


@pytest.mark.parametrize(("price", "cost"), [(150.0, 315.6), (110.0, 268.4)])
def test_building_beats_buying_only_above_the_annuity(price: float, cost: float) -> None:
    """Capex 144 over 2 years at 25 % is 144 / (0.8 + 0.64) = 100 a year, with 10 fixed and 5 variable 115.

    The plant is ready in 2031. At 150 the first unit is bought and two are made:
    150 + 115 x (0.8 + 0.64) = 315.6. At 110 all are bought: 110 x (1 + 0.8 + 0.64) = 268.4.
    """
    plant = smelter(capex=144.0, life_years=2, lead_years=1, fixed_opex=10.0, variable_opex=5.0)
    found = solved(
        THREE,
        plants=(plant,),
        supplies=(free_ore(THREE), sells(THREE, "metal", HOME, price)),
        demands=(wants(THREE, 1.0),),
        discount_rate=0.25,
    )
    assert found.solution.objective == pytest.approx(cost)


def test_only_the_years_inside_the_horizon_are_charged() -> None:
    """Capex 100 over 10 years without interest is 10 a year; 2 years of 3 units cost 60, not 300."""
    years = (2030, 2031)
    plant = smelter(capex=100.0, life_years=10)
    found = solved(years, plants=(plant,), supplies=(free_ore(years),), demands=(wants(years, 3.0),))
    assert found.solution.objective == pytest.approx(60.0)
    assert used(found, "build") == pytest.approx({("smelter@home", 2030): 3.0})


def test_a_plant_at_the_end_of_its_life_is_built_again() -> None:
    """Life 2 of 3 years: 2 x 10 for the first two years, then 10 for the third, and two builds."""
    found = solved(
        THREE,
        plants=(smelter(capex=20.0, life_years=2),),
        supplies=(free_ore(THREE),),
        demands=(wants(THREE, 1.0),),
    )
    assert found.solution.objective == pytest.approx(30.0)
    assert sum(used(found, "build").values()) == pytest.approx(2.0)


def test_nothing_is_on_line_before_the_first_year_plus_lead() -> None:
    """Two years of lead and 1 wanted each year: 1000 + 1000 unmet, then two years at 10."""
    found = solved(
        FOUR,
        plants=(smelter(capex=100.0, life_years=10, lead_years=2),),
        supplies=(free_ore(FOUR),),
        demands=(wants(FOUR, 1.0),),
    )
    assert found.solution.objective == pytest.approx(2020.0)
    assert by_year(found, "activity") == pytest.approx({2032: 1.0, 2033: 1.0})
    assert by_year(found, "build") == pytest.approx({2032: 1.0})


@pytest.mark.parametrize(
    ("qualification", "made"),
    [(0, {2030: 25.0, 2031: 50.0, 2032: 100.0}), (1, {2031: 50.0, 2032: 100.0}), (2, {2032: 100.0})],
)
def test_output_follows_the_ramp_and_waits_for_qualification(
    qualification: int, made: dict[int, float]
) -> None:
    """A budget of 100 at a capex of 1 builds 100 at once; a quarter, a half, then all of it runs."""
    plant = smelter(capex=1.0, ramp=(0.25, 0.5, 1.0), qualification_years=qualification)
    found = solved(
        THREE,
        plants=(plant,),
        supplies=(free_ore(THREE),),
        demands=(wants(THREE, 500.0),),
        capital_budget=100.0,
    )
    assert by_year(found, "activity") == pytest.approx(made)


def test_the_unqualified_part_of_what_stands_sells_nothing() -> None:
    """10 stand, of which 4 and then 7 are accepted."""
    years = (2030, 2031)
    plant = smelter(
        standing=dict.fromkeys(years, 10.0), qualified={2030: 4.0, 2031: 7.0}, qualification_years=1
    )
    found = solved(years, plants=(plant,), supplies=(free_ore(years),), demands=(wants(years, 20.0),))
    assert by_year(found, "activity") == pytest.approx({2030: 4.0, 2031: 7.0})
    assert dual(found, "qualification", plant="smelter@home", year=2030) == pytest.approx(-1000.0)


def test_recipes_of_a_plant_share_its_capacity() -> None:
    """9 units of capacity: a fine unit takes 3 and is worth 100, a coarse one takes 1 and is worth 100."""
    recipes = {
        "coarse": recipe("coarse", {"ore": 1.0}, {"metal": 1.0}),
        "fine": recipe("fine", {"ore": 1.0}, {"alloy": 1.0}),
    }
    plant = smelter(standing={2030: 9.0}, recipes={"coarse": 1.0, "fine": 3.0}, variable_opex=2.0)
    found = solved(
        Y,
        plants=(plant,),
        recipes=recipes,
        supplies=(free_ore(Y),),
        demands=(wants(Y, 10.0, unmet=100.0, metal=(0.0, 1.0), alloy=(0.5, 1.0)),),
    )
    # Half and half: n + 3n = 9, so 2.25 of each; 5.5 unmet; 9 units of capacity run at 2.
    assert found.solution.objective == pytest.approx(568.0)


def test_the_capital_budget_binds_and_a_dollar_of_it_has_its_worth() -> None:
    """500 at a capex of 100 builds 5 of 20: 2 years of 5 x 10 + 15 x 50 = 800 each.

    One more dollar builds 0.01, which saves 50 - 10 in each of two years.
    """
    years = (2030, 2031)
    found = solved(
        years,
        plants=(smelter(capex=100.0, life_years=10),),
        supplies=(free_ore(years),),
        demands=(wants(years, 20.0, unmet=50.0),),
        capital_budget=500.0,
    )
    assert found.solution.objective == pytest.approx(1600.0)
    assert dual(found, "capital", budget="total") == pytest.approx(-0.8)


@pytest.mark.parametrize(
    ("standing", "builds"),
    [(0.0, {2030: 3.0, 2031: 4.5, 2032: 6.75}), (4.0, {2030: 5.0, 2031: 7.5, 2032: 11.25})],
)
def test_growth_starts_small_and_follows_what_stands(standing: float, builds: dict[int, float]) -> None:
    """At most 3 + half of what stands: 3, 3 + 1.5, 3 + 3.75; with 4 standing 3 + 2, 3 + 4.5, 3 + 8.25."""
    plant = smelter(capex=1.0, standing=dict.fromkeys(THREE, standing))
    found = solved(
        THREE,
        plants=(plant,),
        supplies=(free_ore(THREE),),
        demands=(wants(THREE, 500.0),),
        growth=(Growth("smelter", 3.0, 0.5),),
    )
    assert by_year(found, "build") == pytest.approx(builds)


def test_growth_of_one_kind_is_shared_by_its_plants() -> None:
    found = solved(
        Y,
        plants=(smelter(capex=1.0), smelter(AWAY, capex=1.0)),
        supplies=(free_ore(Y), free_ore(Y, AWAY)),
        demands=(wants(Y, 500.0),),
        growth=(Growth("smelter", 3.0, 0.5),),
    )
    assert sum(used(found, "build").values()) == pytest.approx(3.0)


def test_a_target_on_output_is_met_by_the_cheapest_plants() -> None:
    """10 wanted, imports at 0.5; 7 must be made: 5 at 1, 2 at 4, and 3 are bought: 5 + 8 + 1.5.

    One more unit made costs 4 and saves an import at 0.5.
    """
    cheap = smelter(name="cheap", standing={2030: 5.0}, variable_opex=1.0)
    dear = smelter(name="dear", standing={2030: 5.0}, variable_opex=4.0)
    found = solved(
        Y,
        plants=(cheap, dear),
        supplies=(free_ore(Y), sells(Y, "metal", HOME, 0.5)),
        demands=(wants(Y, 10.0),),
        targets=(OutputTarget("made", {"smelt": 1.0}, (HOME,), {2030: 7.0}),),
    )
    assert found.solution.objective == pytest.approx(14.5)
    assert dual(found, "target", target="made", year=2030) == pytest.approx(3.5)


def test_output_elsewhere_does_not_count_for_a_target() -> None:
    """Away makes metal at 1, home at 4; the target of 2 by home costs 2 x 4 + 8 x 1."""
    found = solved(
        Y,
        plants=(
            smelter(standing={2030: 20.0}, variable_opex=4.0),
            smelter(AWAY, standing={2030: 20.0}, variable_opex=1.0),
        ),
        supplies=(free_ore(Y), free_ore(Y, AWAY)),
        demands=(wants(Y, 10.0),),
        targets=(OutputTarget("made", {"smelt": 1.0}, (HOME,), {2030: 2.0}),),
    )
    assert found.solution.objective == pytest.approx(16.0)


def test_a_target_on_what_no_demand_needs_is_met_all_the_same() -> None:
    """3 of a metal nobody wants are made at 4 and disposed of; the year's demand for tin costs 1."""
    found = solved(
        Y,
        plants=(smelter(standing={2030: 5.0}, variable_opex=4.0),),
        supplies=(free_ore(Y), sells(Y, "tin", HOME, 1.0)),
        demands=(wants(Y, 1.0, tin=(0.0, 1.0)),),
        targets=(OutputTarget("made", {"smelt": 1.0}, (HOME,), {2030: 3.0}),),
    )
    assert found.solution.objective == pytest.approx(13.0)


def test_what_a_plant_makes_of_dirty_goods_is_dirty() -> None:
    """Home has clean ore but only dirty acid; its metal cannot count as clean."""
    parts = {
        "plants": (smelter(standing={2030: 5.0}),),
        "recipes": {"smelt": recipe("smelt", {"ore": 1.0, "acid": 1.0}, {"metal": 1.0})},
        "supplies": (free_ore(Y), sells(Y, "acid", AWAY, 3.0)),
        "demands": (wants(Y, 2.0, unmet=50.0),),
    }
    assert solved(Y, **parts).solution.objective == pytest.approx(6.0)
    clean_only = SourcingRule("origin", ("use",), (CLEAN,), {2030: 1.0})
    assert solved(Y, rules=(clean_only,), **parts).solution.objective == pytest.approx(100.0)


def test_a_plant_in_a_dirty_place_makes_dirty_goods_of_clean_ones() -> None:
    found = solved(
        Y,
        plants=(smelter(AWAY, standing={2030: 5.0}),),
        supplies=(free_ore(Y),),
        demands=(wants(Y, 2.0),),
    )
    assert {key[2] for key in used(found, "activity")} == {DIRTY}
    assert found.solution.objective == pytest.approx(0.0)


def test_by_products_that_nobody_takes_are_disposed_of() -> None:
    """Each metal brings half a slag: 4 metal leave 2 slag."""
    found = solved(
        Y,
        plants=(smelter(standing={2030: 5.0}, variable_opex=1.0),),
        recipes={"smelt": recipe("smelt", {"ore": 1.0}, {"metal": 1.0, "slag": 0.5})},
        supplies=(sells(Y, "ore", HOME, 1.0),),
        demands=(wants(Y, 4.0),),
    )
    assert by_year(found, "unmet") == {}
    assert used(found, "dispose") == pytest.approx({("slag", HOME, CLEAN, 2030): 2.0})


def test_a_by_product_that_is_wanted_is_used_before_it_is_bought() -> None:
    """2 metal bring 1 slag for the slag wanted 1 to 2 of metal; nothing need be bought."""
    found = solved(
        Y,
        plants=(smelter(standing={2030: 2.0}),),
        recipes={"smelt": recipe("smelt", {"ore": 1.0}, {"metal": 1.0, "slag": 0.5})},
        supplies=(free_ore(Y), sells(Y, "slag", HOME, 10.0)),
        demands=(wants(Y, 3.0, metal=(0.0, 1.0), slag=(0.0, 1.0)),),
    )
    assert found.solution.objective == pytest.approx(0.0)


def test_carbon_of_a_plant_is_paid_per_unit_of_capacity_used() -> None:
    """2 capacity per metal, 0.5 t CO2 each at 10 USD, 3 metal: 3 x 2 x 0.5 x 10 = 30."""
    plant = smelter(standing={2030: 10.0}, recipes={"smelt": 2.0}, emissions=0.5)
    found = solved(Y, plants=(plant,), supplies=(free_ore(Y),), demands=(wants(Y, 3.0),), carbon_price=10.0)
    assert found.solution.objective == pytest.approx(30.0)


def test_blocks_are_built_whole() -> None:
    """5 wanted in blocks of 4 at 10 a unit and year: 2 blocks cost 80 where 5 units would cost 50."""
    plant = smelter(capex=100.0, life_years=10, block=4.0)
    found = solved(Y, plants=(plant,), supplies=(free_ore(Y),), demands=(wants(Y, 5.0),))
    assert found.solution.objective == pytest.approx(80.0)
    assert used(found, "build") == pytest.approx({("smelter@home", 2030): 2.0})


def test_a_plant_of_any_size_stays_so_beside_one_built_in_blocks() -> None:
    """2.5 wanted: of any size at 10 a unit 25; the plant in blocks is dearer and not built."""
    free = smelter(name="free", capex=100.0, life_years=10)
    blocks = smelter(name="blocks", capex=200.0, life_years=10, block=4.0)
    found = solved(Y, plants=(free, blocks), supplies=(free_ore(Y),), demands=(wants(Y, 2.5),))
    assert found.solution.objective == pytest.approx(25.0)
    assert used(found, "build") == pytest.approx({("free", 2030): 2.5})


def test_a_plan_in_blocks_within_the_solvers_gap_is_certified() -> None:
    """Plants of 8 sizes at nearly one price: the solver stops at a proven gap just below 1e-4."""
    draw = random.Random(5)
    draw.choice([3, 5, 8])
    plants = tuple(
        smelter(
            name=f"p{i}",
            capex=round(1000 * draw.uniform(1, 1.02), 1),
            life_years=10,
            block=float(draw.randint(20, 90)),
        )
        for i in range(8)
    )
    amounts = {year: float(draw.randint(300, 3000)) for year in THREE}
    found = solved(THREE, plants=plants, supplies=(free_ore(THREE),), demands=(wants(THREE, amounts),))
    assert found.certificate.holds
    assert found.certificate.gap <= 1e-4


@pytest.mark.parametrize(
    ("neighbors", "lanes"),
    [
        (1, {("p0", "p1"), ("p10", "p11")}),
        (None, {("p0", "p1"), ("p0", "p11"), ("p10", "p1"), ("p10", "p11")}),
    ],
)
def test_plants_are_linked_to_their_nearest(neighbors: int | None, lanes: set[tuple[str, str]]) -> None:
    """Smelters at 0 and 10 degrees of longitude, users of metal at 1 and 11."""
    places = {f"p{x}": Place(f"p{x}", CLEAN, 0.0, float(x)) for x in (0, 1, 10, 11)}
    smelters = tuple(smelter(place, standing={2030: 1.0}) for place in ("p0", "p10"))
    users = tuple(
        smelter(place, name=f"user@{place}", recipes={"roll": 1.0}, standing={2030: 1.0})
        for place in ("p1", "p11")
    )
    given = plan(
        Y,
        places={**places, HOME: Place(HOME, CLEAN, 0.0, 5.0)},
        recipes={"smelt": SMELT, "roll": recipe("roll", {"metal": 1.0}, {"sheet": 1.0})},
        plants=(*smelters, *users),
        supplies=(free_ore(Y, "p0"), free_ore(Y, "p10")),
        demands=(wants(Y, 1.0, sheet=(0.0, 1.0)),),
        neighbors=neighbors,
    )
    moved = make_model(given).columns.move
    found = {*zip(*(moved.axis(a).labels() for a in ("commodity", "origin", "destination")), strict=True)}
    assert {(origin, end) for commodity, origin, end in found if commodity == "metal"} == lanes


def test_a_plant_with_an_unknown_recipe_is_refused() -> None:
    with pytest.raises(InputError, match="alchemy"):
        plan(Y, plants=(smelter(recipes={"alchemy": 1.0}),), demands=(wants(Y, 1.0),))


def test_the_cost_without_some_rows_and_the_plan_with_them() -> None:
    """Imports at 0.5 for 10 cost 5; the target of 4 at 3 makes it 12 + 3 = 15."""
    given = plan(
        Y,
        plants=(smelter(standing={2030: 5.0}, variable_opex=3.0),),
        supplies=(free_ore(Y), sells(Y, "metal", HOME, 0.5)),
        demands=(wants(Y, 10.0),),
        targets=(OutputTarget("made", {"smelt": 1.0}, (HOME,), {2030: 4.0}),),
    )
    without, found = solve_with_and_without(make_model(given), ("target", "sourcing", "no such rows"))
    assert (without.cost, found.cost) == pytest.approx((5.0, 15.0))
    assert by_year(found, "activity") == pytest.approx({2030: 4.0})


@pytest.mark.parametrize("families", [(), ("target", "sourcing")])
def test_without_rows_that_are_not_there_nothing_changes(families: tuple[str, ...]) -> None:
    given = plan(Y, supplies=(sells(Y, "metal", HOME, 0.5),), demands=(wants(Y, 10.0),))
    without, found = solve_with_and_without(make_model(given), families)
    assert (without.cost, found.cost) == pytest.approx((5.0, 5.0))


def test_growth_follows_what_stood_the_year_before() -> None:
    """Half of the standing 4, 8 and 2 of the year before, and of builds; the first year has only itself.

    3 + 2, then 3 + (4 + 5) / 2, then 3 + (8 + 5 + 7.5) / 2.
    """
    found = solved(
        THREE,
        plants=(smelter(capex=1.0, standing={2030: 4.0, 2031: 8.0, 2032: 2.0}),),
        supplies=(free_ore(THREE),),
        demands=(wants(THREE, 500.0),),
        growth=(Growth("smelter", 3.0, 0.5),),
    )
    assert by_year(found, "build") == pytest.approx({2030: 5.0, 2031: 7.5, 2032: 13.25})


def test_growth_does_not_follow_what_is_past_its_life() -> None:
    """Life of one year: 2, then 2 + 2, then 2 + 4 (what stood in the second year), not 2 + 2 + 4."""
    found = solved(
        THREE,
        plants=(smelter(capex=1.0, life_years=1),),
        supplies=(free_ore(THREE),),
        demands=(wants(THREE, 500.0),),
        growth=(Growth("smelter", 2.0, 1.0),),
    )
    assert by_year(found, "build") == pytest.approx({2030: 2.0, 2031: 4.0, 2032: 6.0})


def test_a_target_counts_output_by_its_weights() -> None:
    """6 counted at 0.75 each are 8 made at 3."""
    found = solved(
        Y,
        plants=(smelter(standing={2030: 9.0}, variable_opex=3.0),),
        supplies=(free_ore(Y), sells(Y, "metal", HOME, 0.0)),
        demands=(wants(Y, 10.0),),
        targets=(OutputTarget("made", {"smelt": 0.75}, (HOME,), {2030: 6.0}),),
    )
    assert found.solution.objective == pytest.approx(24.0)


def test_a_target_in_a_year_outside_the_horizon_is_refused() -> None:
    late = OutputTarget("made", {"smelt": 1.0}, (HOME,), {2040: 1.0})
    with pytest.raises(InputError, match="2040"):
        make_model(
            plan(Y, plants=(smelter(standing={2030: 9.0}),), demands=(wants(Y, 1.0),), targets=(late,))
        )


def test_the_capital_budget_pays_for_whole_blocks() -> None:
    """A block of 4 at 100 a unit takes 400 of 900: two blocks of the three wanted."""
    found = solved(
        Y,
        plants=(smelter(capex=100.0, life_years=10, block=4.0),),
        supplies=(free_ore(Y),),
        demands=(wants(Y, 12.0),),
        capital_budget=900.0,
    )
    assert used(found, "build") == pytest.approx({("smelter@home", 2030): 2.0})


def test_goods_that_are_only_bought_travel_in_the_class_of_their_seller() -> None:
    """Ore is bought at home and smelted away, so it is moved as clean and downgraded there."""
    given = plan(
        Y,
        plants=(smelter(AWAY, standing={2030: 5.0}),),
        supplies=(free_ore(Y),),
        demands=(wants(Y, 2.0),),
    )
    moved = make_model(given).columns.move
    lanes = [*zip(*(moved.axis(a).labels() for a in ("commodity", "origin", "class")), strict=True)]
    assert lanes == [("metal", AWAY, DIRTY), ("ore", HOME, CLEAN)]


@pytest.mark.parametrize("also_makes", [False, True])
def test_a_seller_reaches_every_user_even_if_it_makes_the_good_too(also_makes: bool) -> None:
    """Metal from away at 1 is rolled at home, whose nearest smelter is beside it and stands idle."""
    places = {name: Place(name, CLEAN, 0.0, x) for name, x in ((HOME, 0.0), ("beside", 0.1), (AWAY, 1.0))}
    places["near away"] = Place("near away", CLEAN, 0.0, 1.1)
    rollers = [
        smelter(place, name=f"roller@{place}", recipes={"roll": 1.0}, standing={2030: most})
        for place, most in ((HOME, 9.0), ("near away", 0.0))
    ]
    smelters = [smelter("beside"), *([smelter(AWAY)] if also_makes else [])]
    found = solved(
        Y,
        places=places,
        recipes={"smelt": SMELT, "roll": recipe("roll", {"metal": 1.0}, {"sheet": 1.0})},
        plants=(*rollers, *smelters),
        supplies=(sells(Y, "metal", AWAY, 1.0),),
        demands=(wants(Y, 5.0, sheet=(0.0, 1.0)),),
        neighbors=1,
    )
    assert found.solution.objective == pytest.approx(5.0)
