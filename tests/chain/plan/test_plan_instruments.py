"""Quotas, stockpiles, workforce, shared sites, slates, grants, support, retirement: by hand calculation."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from small_plans import (
    AWAY,
    CLEAN,
    DIRTY,
    HOME,
    by_year,
    least_cost,
    plan,
    recipe,
    sells,
    smelter,
    solved,
    used,
    wants,
)

from orecell.chain.plan.limits_input import (
    Colocation,
    Grant,
    Growth,
    Quota,
    SourcingRule,
    Stockpile,
    Support,
    UseRule,
    Workforce,
)
from orecell.chain.plan.network_input import PlanInput, Plant, Supply
from orecell.errors import InputError

Y = (2030, 2031, 2032)
TWO = (2030, 2031)


def smelting(years: tuple[int, ...] = TWO, **more: Any) -> PlanInput:
    """Ore from away at 1, metal wanted at home, 5 each year; a smelter of 20 stands at home."""
    given: dict[str, Any] = {
        "plants": (smelter(standing=dict.fromkeys(years, 20.0)),),
        "supplies": (sells(years, "ore", AWAY, 1.0),),
        "demands": (wants(years, 5.0, unmet=100.0),),
    }
    return plan(years, **{**given, **more})


def test_a_quota_leaves_demand_unmet_and_a_ban_all_of_it() -> None:
    """Metal takes 2 ore: 4 ore make 2 metal, none make none; ore costs 1, unmet metal 100."""
    quota = Quota("ore", ("ore",), (AWAY,), (HOME,), {2030: 4.0, 2031: 0.0})
    given = smelting(quotas=(quota,))
    assert by_year(solved_of(given), "unmet") == pytest.approx({2030: 3.0, 2031: 5.0})
    assert least_cost(given) == pytest.approx(4.0 + 300.0 + 500.0)


def test_a_quota_on_dirty_lots_lets_clean_ones_through() -> None:
    dirty = Quota("ore", ("ore",), (AWAY,), (HOME,), {2030: 0.0, 2031: 0.0}, (DIRTY,))
    clean = replace(dirty, classes=(CLEAN,))
    assert least_cost(smelting(quotas=(dirty,))) == pytest.approx(1000.0)
    assert least_cost(smelting(quotas=(clean,))) == pytest.approx(20.0)


def test_a_stockpile_carries_ore_over_a_ban() -> None:
    """10 ore bought in 2030 wait a year at 0.5 each: 20 for ore, 5 for storage. Of 6 come 3 metal."""
    ban = Quota("ore", ("ore",), (AWAY,), (HOME,), {2031: 0.0})
    given = smelting(quotas=(ban,), stockpiles=(Stockpile("ore", HOME, 99.0, 0.5),))
    assert least_cost(given) == pytest.approx(25.0)
    small = replace(given, stockpiles=(Stockpile("ore", HOME, 6.0, 0.5),))
    assert by_year(solved_of(small), "unmet") == pytest.approx({2031: 2.0})


def test_stock_from_before_is_used_and_a_least_stock_is_kept() -> None:
    """7 ore are there; 2 must be left at the end: 20 - 7 + 2 bought. Holding costs nothing here."""
    pile = Stockpile("ore", HOME, 99.0, 0.0, initial=7.0, least={2031: 2.0})
    assert least_cost(smelting(stockpiles=(pile,))) == pytest.approx(15.0)


def test_stock_of_a_dirty_lot_stays_dirty() -> None:
    """Nothing clean comes in, so a rule on clean metal cannot be met by waiting: all goes unmet."""
    rule = SourcingRule("clean", ("use",), (CLEAN,), {2031: 1.0})
    given = smelting(stockpiles=(Stockpile("ore", HOME, 99.0),), rules=(rule,))
    assert by_year(solved_of(given), "unmet") == pytest.approx({2031: 5.0})


def solved_of(given: PlanInput) -> Any:
    from orecell.chain.plan.model import make_model, solve

    return solve(make_model(given))


def building(**more: Any) -> PlanInput:
    """Nothing stands; a unit of smelter costs 6 in 2 years of life and has 2 jobs; 5 metal a year."""
    given: dict[str, Any] = {"plants": (smelter(capex=6.0, life_years=2, jobs=2.0),)}
    return smelting(**{**given, **more})


def test_workers_limit_builds_and_training_adds_them_a_year_later() -> None:
    """4 workers a year build 2 units each year. 2 more, trained in 2030 at 3 each, build another."""
    crew = Workforce((HOME,), {2030: 4.0, 2031: 4.0})
    assert by_year(solved_of(building(workforce=crew)), "unmet") == pytest.approx({2030: 3.0, 2031: 1.0})
    trained = replace(crew, usd_per_worker=3.0, most=9.0)
    found = solved_of(building(workforce=trained))
    assert by_year(found, "unmet") == pytest.approx({2030: 3.0})
    assert by_year(found, "train") == pytest.approx({2030: 2.0})
    late = replace(trained, delay_years=2)
    assert by_year(solved_of(building(workforce=late)), "unmet") == pytest.approx({2030: 3.0, 2031: 1.0})


def test_a_shared_site_saves_a_share_of_the_second_plant() -> None:
    """5 smelters at 6 = 30 for two years; a mill of 4 serves 2 of them and saves half of 2 x 6."""
    mill = Plant("mill@home", "mill", HOME, {"grind": 1.0}, dict.fromkeys(TWO, 4.0))
    grind = recipe("grind", {"rock": 1.0}, {"ore": 1.0})
    given = building()
    given = replace(given, recipes={**given.recipes, "grind": grind}, plants=(*given.plants, mill))
    assert least_cost(given) == pytest.approx(20.0 + 30.0)
    pair = Colocation("hub", "mill", "smelter", ratio=2.0, saving=0.5)
    assert least_cost(replace(given, colocations=(pair,))) == pytest.approx(20.0 + 30.0 - 6.0)


def two_slates(**more: Any) -> PlanInput:
    """A plant of 5 makes metal under one slate and alloy, wanted from 2031, under the other."""
    years = Y
    plant = smelter(
        recipes={"smelt": 1.0, "cast": 1.0},
        standing=dict.fromkeys(years, 5.0),
        qualified=dict.fromkeys(years, 5.0),
        slates={"metal": ("smelt",), "alloy": ("cast",)},
        slate_now="metal",
        switch_usd=30.0,
    )
    demand = wants(years, {2030: 5.0, 2031: 5.0, 2032: 5.0}, unmet=100.0)
    alloy = replace(
        wants(years, {2030: 0.0, 2031: 5.0, 2032: 5.0}, unmet=120.0, alloy=(0.0, 1.0)), segment="alloy"
    )
    return plan(
        years,
        recipes={
            "smelt": recipe("smelt", {"ore": 2.0}, {"metal": 1.0}),
            "cast": recipe("cast", {"ore": 1.0}, {"alloy": 1.0}),
        },
        plants=(replace(plant, **more),),
        supplies=(sells(years, "ore", HOME, 1.0),),
        demands=(demand, alloy),
    )


def test_a_plant_runs_one_slate_at_a_time_and_pays_for_the_switch() -> None:
    """Metal in 2030 (10 of ore); then alloy for two years (10 of ore) after 30, metal 1,000 unmet."""
    found = solved_of(two_slates())
    assert found.solution.objective == pytest.approx(10.0 + 30.0 + 10.0 + 1000.0)
    assert used(found, "switch") == pytest.approx({("smelter@home", "alloy", 2031): 1.0})


def test_a_new_product_sells_only_after_its_own_qualification() -> None:
    """A year without sales: the plant goes over in 2031, alloy sells in 2032, or never switches.

    Never: 20 + 10 of ore, 1,200 of alloy unmet = 1,230. Over: 10 + 5 + 30 + 600 + 1,000 = 1,645. In 2030
    already: 30 + 10 + 1,500 unmet metal. So it stays; at 320 for alloy unmet it goes over in 2030: 1,540.
    """
    stays = solved_of(two_slates(qualification_years=1))
    assert stays.solution.objective == pytest.approx(1230.0)
    given = two_slates(qualification_years=1)
    dear = replace(given, demands=(given.demands[0], replace(given.demands[1], unmet_price=320.0)))
    assert solved_of(dear).solution.objective == pytest.approx(30.0 + 10.0 + 1500.0)


def test_a_grant_is_paid_only_under_its_slate() -> None:
    """With 1,000 for staying with metal the plant stays, and nothing is switched."""
    given = two_slates()
    grant = Grant("stay", "smelter@home", {2031: 1000.0}, "metal", "fund")
    found = solved_of(replace(given, grants=(grant,)))
    assert used(found, "switch") == {}
    assert found.solution.objective == pytest.approx(30.0 + 1200.0 - 1000.0)
    little = replace(grant, usd={2031: 50.0})
    assert solved_of(replace(given, grants=(little,))).solution.objective == pytest.approx(1050.0)
    dry = replace(given, grants=(grant,), budgets={"fund": {2031: 999.0}})
    assert solved_of(dry).solution.objective == pytest.approx(1050.0)


def test_a_grant_for_capacity_needs_the_capacity() -> None:
    """40 for 8 units: 3 more than needed cost 18, so it is taken; 10 do not pay for them."""
    grant = Grant("more", "smelter@home", {2030: 40.0}, least_capacity=8.0)
    assert least_cost(building(grants=(grant,))) == pytest.approx(20.0 + 8 * 6.0 - 40.0)
    assert least_cost(building(grants=(replace(grant, usd={2030: 10.0}),))) == pytest.approx(50.0)


def test_idle_capacity_is_given_up_and_what_runs_is_kept() -> None:
    """20 units cost 3 a year each; 5 are needed: 15 go at once."""
    stands = smelter(standing=dict.fromkeys(TWO, 20.0), fixed_opex=3.0)
    found = solved_of(smelting(plants=(stands,)))
    assert used(found, "retire") == pytest.approx({("smelter@home", 2030): 15.0})
    assert found.solution.objective == pytest.approx(20.0 + 2 * 5 * 3.0)


def test_capacity_that_will_be_needed_is_not_given_up() -> None:
    stands = smelter(standing=dict.fromkeys(TWO, 20.0), fixed_opex=3.0)
    found = solved_of(smelting(plants=(stands,), demands=(wants(TWO, {2030: 5.0, 2031: 12.0}),)))
    assert used(found, "retire") == pytest.approx({("smelter@home", 2030): 8.0})


def test_a_plant_adds_no_more_than_its_most_and_not_before_its_earliest_year() -> None:
    """2 of 5 from 2031 on."""
    late = smelter(capex=6.0, life_years=2, most=2.0, earliest=2031)
    assert by_year(solved_of(building(plants=(late,))), "unmet") == pytest.approx({2030: 5.0, 2031: 3.0})


def test_an_investor_who_asks_for_more_pays_higher_annuities() -> None:
    """A life of 1 year at 50 %: 6 a unit become 9."""
    dear = smelter(capex=6.0, life_years=1, hurdle_rate=0.5)
    assert least_cost(building(plants=(dear,))) == pytest.approx(20.0 + 2 * 5 * 9.0)


def test_capacity_that_would_fade_anyway_may_be_given_up_at_once() -> None:
    """10, then 4, then nothing, each at 5 a year; metal is bought at 1, and nothing is kept: 3."""
    fading = smelter(standing={2030: 10.0, 2031: 4.0, 2032: 0.0}, fixed_opex=5.0)
    found = solved(Y, plants=(fading,), supplies=(sells(Y, "metal", AWAY, 1.0),), demands=(wants(Y, 1.0),))
    assert found.cost == pytest.approx(3.0)


def test_shared_sites_do_not_hang_on_the_order_of_plants() -> None:
    """Two smelters beside a mill that serves 5: half of the capital of 5 is saved, whoever comes first."""
    mill = Plant("mill@home", "mill", HOME, {"grind": 1.0}, dict.fromkeys(TWO, 10.0))
    grind = recipe("grind", {"rock": 1.0}, {"ore": 1.0})
    one = smelter(capex=6.0, life_years=2)
    two = smelter(name="other", capex=6.0, life_years=2, most=1.0)
    pair = Colocation("hub", "mill", "smelter", ratio=2.0, saving=0.5)
    given = building()
    given = replace(given, recipes={**given.recipes, "grind": grind}, colocations=(pair,))
    costs = [least_cost(replace(given, plants=(mill, *pair_of))) for pair_of in ((one, two), (two, one))]
    assert costs == pytest.approx([20.0 + 15.0, 20.0 + 15.0])


def test_growth_counts_plants_of_the_kind_that_make_what_nobody_wants() -> None:
    """50 of the kind stand on another product: the first year may add 1 + 50."""
    idle = smelter(name="idle", recipes={"slag": 1.0}, standing=dict.fromkeys(TWO, 50.0))
    given = building(growth=(Growth("smelter", 1.0, 1.0),))
    slag = recipe("slag", {"rock": 1.0}, {"slag": 1.0})
    given = replace(given, recipes={**given.recipes, "slag": slag}, plants=(*given.plants, idle))
    assert by_year(solved_of(given), "unmet") == {}


def test_support_counts_fixed_cost_of_what_stands_and_grants() -> None:
    """A plant that stands earns 2 a unit and has a fixed cost of 3: 1 lacks for each of 5, less grants."""
    prices: dict[tuple[str, str, str, int], float] = {}
    for year in TWO:
        prices |= {("metal", HOME, DIRTY, year): 4.0, ("ore", HOME, DIRTY, year): 1.0}
    stands = smelter(standing=dict.fromkeys(TWO, 5.0), fixed_opex=3.0)
    fund = Support((HOME,), prices, "fund")
    given = smelting(plants=(stands,), support=fund, budgets={"fund": dict.fromkeys(TWO, 2.0)})
    assert sum(by_year(solved_of(given), "unmet").values()) == pytest.approx(6.0)
    granted = replace(given, grants=(Grant("g", "smelter@home", {2030: 3.0}),))
    assert sum(by_year(solved_of(granted), "unmet").values()) == pytest.approx(3.0)


def test_support_is_what_a_plant_lacks_at_given_prices() -> None:
    """Metal at 4 earns 4 less 2 ore at 1 = 2, an annuity takes 3: 1 lacks, for 5 units, each year."""
    prices: dict[tuple[str, str, str, int], float] = {}
    for year in TWO:
        prices |= {("metal", HOME, DIRTY, year): 4.0, ("ore", HOME, DIRTY, year): 1.0}
    fund = Support((HOME,), prices, "fund")
    enough = building(support=fund, budgets={"fund": dict.fromkeys(TWO, 5.0)})
    found = solved_of(enough)
    assert by_year(found, "unmet") == {}
    short = replace(enough, budgets={"fund": dict.fromkeys(TWO, 3.0)})
    assert sum(by_year(solved_of(short), "unmet").values()) == pytest.approx(4.0)
    elsewhere = replace(short, support=replace(fund, places=(AWAY,)))
    assert by_year(solved_of(elsewhere), "unmet") == {}


def mixed(share: float, weights: dict[str, float]) -> PlanInput:
    """Metal needs clean or dirty ore at 3 or 1, and dirty acid at 1; 2 and 1 for a metal; 5 wanted."""
    rule = UseRule("inputs", weights, (HOME,), ("smelter",), (CLEAN,), dict.fromkeys(TWO, share))
    return smelting(
        recipes={"smelt": recipe("smelt", {"ore": 2.0, "acid": 1.0}, {"metal": 1.0})},
        supplies=(
            sells(TWO, "ore", HOME, 3.0),
            sells(TWO, "ore", AWAY, 1.0),
            sells(TWO, "acid", AWAY, 1.0),
        ),
        uses=(rule,),
    )


@pytest.mark.parametrize(
    ("share", "weights", "clean"),
    [
        (0.5, {"ore": 1.0}, 5.0),  # half of 10 ore
        (0.5, {"ore": 3.0, "acid": 4.0}, 25.0 / 3.0),  # by value 30 + 20: 25 of it is ore
        (0.6, {"ore": 3.0, "acid": 4.0}, 10.0),
    ],
)
def test_use_by_weight_is_met_by_clean_inputs_although_the_product_is_dirty(
    share: float, weights: dict[str, float], clean: float
) -> None:
    found = solved_of(mixed(share, weights))
    bought = {key[:3]: value for key, value in used(found, "buy").items() if key[3] == 2030}
    assert bought["ore", HOME, 1] == pytest.approx(clean)
    assert by_year(found, "unmet") == {}


def test_use_that_cannot_be_met_stops_the_plant() -> None:
    """Acid is 40 % of the value and always dirty: 70 % cannot be met."""
    assert by_year(solved_of(mixed(0.7, {"ore": 3.0, "acid": 4.0})), "unmet") == pytest.approx(
        dict.fromkeys(TWO, 5.0)
    )


def test_a_rule_on_use_is_not_met_by_what_others_in_the_place_use() -> None:
    """The smelter uses 10 ore and 5 acid a year, a painter 8 ore: at most 18 of 23 can be clean, not 90 %."""
    given = mixed(0.9, {"ore": 1.0, "acid": 1.0})
    paint = recipe("paint", {"ore": 1.0}, {"paint": 1.0})
    painter = Plant("painter@home", "painter", HOME, {"paint": 1.0}, dict.fromkeys(TWO, 8.0))
    wanted = replace(wants(TWO, 8.0, paint=(0.0, 1.0)), segment="paint")
    given = replace(
        given,
        recipes={**given.recipes, "paint": paint},
        plants=(*given.plants, painter),
        demands=(*given.demands, wanted),
    )
    found = solved_of(given)
    bought = used(found, "buy")
    clean, dirty = bought["ore", HOME, 1, 2030], bought.get(("acid", AWAY, 1, 2030), 0.0)
    assert clean >= 0.9 * (clean + dirty) * (1 - 1e-6)


def test_service_counts_by_mass() -> None:
    """Alloy is a fourth nickel, metal all of it: half of the nickel clean, not half of the amount.

    5 metal and 5 alloy a year hold 6.25; clean metal at 9 against 1 gives 3.125, as little as possible.
    """
    rule = SourcingRule("nickel", ("use",), (CLEAN,), {2030: 0.5}, {"metal": 1.0, "alloy": 0.25})
    found = solved(
        (2030,),
        supplies=(
            sells((2030,), "metal", HOME, 9.0),
            sells((2030,), "metal", AWAY, 1.0),
            sells((2030,), "alloy", AWAY, 1.0),
        ),
        demands=(wants((2030,), 10.0, metal=(0.5, 0.5), alloy=(0.5, 0.5)),),
        rules=(rule,),
    )
    assert used(found, "buy")["metal", HOME, 1, 2030] == pytest.approx(3.125)


def test_goods_with_dirty_content_do_not_count_as_clean() -> None:
    """Home sells clean metal at 9 and metal with dirty content at 1; half must be clean."""
    supplies = (
        replace(sells((2030,), "metal", HOME, 1.0), origin_class=DIRTY),
        sells((2030,), "metal", HOME, 9.0, step=2),
    )
    rule = SourcingRule("clean", ("use",), (CLEAN,), {2030: 0.5})
    found = solved((2030,), supplies=supplies, demands=(wants((2030,), 10.0),), rules=(rule,))
    assert found.solution.objective == pytest.approx(5.0 + 45.0)


def test_a_carbon_price_falls_on_what_is_in_bought_goods() -> None:
    supply: Supply = replace(sells((2030,), "metal", AWAY, 1.0), emissions=0.5)
    found = solved((2030,), supplies=(supply,), demands=(wants((2030,), 10.0),), carbon_price=4.0)
    assert found.solution.objective == pytest.approx(10.0 * (1.0 + 2.0))


@pytest.mark.parametrize(
    ("part", "named"),
    [
        ({"stockpiles": (Stockpile("slag", HOME, 1.0),)}, "slag"),
        ({"grants": (Grant("g", "nobody", {2030: 1.0}),)}, "nobody"),
        ({"grants": (Grant("g", "smelter@home", {2030: 1.0}, "gold"),)}, "gold"),
        ({"grants": (Grant("g", "smelter@home", {}),)}, "without payments"),
        ({"workforce": Workforce((HOME,), {2030: 1.0})}, "2031"),
        ({"supplies": (replace(sells(TWO, "ore", AWAY, 1.0), origin_class=CLEAN),)}, CLEAN),
        ({"plants": (smelter(slates={"a": ("smelt",)}, slate_now="b"),)}, "b"),
        ({"plants": (smelter(ramp=()),)}, "no ramp"),
        ({"plants": (smelter(lead_years=-1),)}, "negative lead"),
        ({"demands": (wants(TWO, -1.0),)}, "less than nothing"),
        ({"rules": (SourcingRule("r", ("use",), ("clene",), {2030: 0.5}),)}, "clene"),
        ({"rules": (SourcingRule("r", ("use",), (CLEAN,), {2030: 1.5}),)}, "1.5"),
        ({"plants": (smelter(slates={"a": ("cast",)}, slate_now="a"),)}, "cast"),
        ({"plants": (smelter(slates={"a": ("smelt",)}, slate_now="a", capex=1.0),)}, "without end"),
    ],
)
def test_instruments_that_do_not_fit_are_refused_by_name(part: dict[str, Any], named: str) -> None:
    with pytest.raises(InputError, match=named):
        smelting(**part)


def test_relaxing_an_instrument_never_raises_the_cost() -> None:
    """Each pair is the same instrument, tight and then loose."""
    pile = Stockpile("ore", HOME, 4.0, 0.1)
    ban = Quota("ore", ("ore",), (AWAY,), (HOME,), {2031: 1.0})
    crew, banned = Workforce((HOME,), {2030: 2.0, 2031: 2.0}, 1.0, 1.0), {"quotas": (ban,)}
    pairs: list[tuple[dict[str, Any], dict[str, Any]]] = [
        ({"quotas": (ban,)}, {"quotas": (replace(ban, amount={2031: 2.0}),)}),
        ({"stockpiles": (pile,), **banned}, {"stockpiles": (replace(pile, most=5.0),), **banned}),
        ({"workforce": crew}, {"workforce": replace(crew, most=2.0)}),
        ({"workforce": crew}, {"workforce": None}),
    ]  # fmt: skip
    for tight, loose in pairs:
        assert least_cost(building(**tight)) > least_cost(building(**loose))
