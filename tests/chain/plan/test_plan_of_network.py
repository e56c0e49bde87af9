"""From a network file to a plan: every entry arrives, and hand-made networks have the optimum of the hand."""

from __future__ import annotations

import pytest

from orecell.chain.plan.from_file import plan_of_network
from orecell.chain.plan.limits_input import (
    Colocation,
    Grant,
    Growth,
    Learning,
    OutputTarget,
    Quota,
    SourcingRule,
    Stockpile,
    Support,
    UseRule,
    Workforce,
)
from orecell.chain.plan.model import Plan, make_model, solve
from orecell.chain.plan.network_input import Freight, Place, PlanInput, Supply
from orecell.data.network_file import parse_network

HEAD = """\
years: 2030-2031
classes: [clean, dirty]
places:
  home: {latitude: 40, longitude: -80}
  away: {class: dirty, latitude: 41, longitude: -81}
commodities:
  ore: {composition: {Nd: 0.5}}
  oxide: {formula: Nd2O3}
recipes:
  refine: {inputs: {ore: 4}, outputs: {oxide: 2}, lost: Nd}
plants:
  works: {kind: refinery, place: [home, away], recipes: refine, standing: {2030: 10, 2032: 30}, capex: 5}
supplies:
  - {commodity: ore, place: away, price: {2030: 10, 2032: 30}, quantity: 7, emissions: 2}
  - {commodity: ore, place: away, price: 40, quantity: 5}
  - {commodity: oxide, place: home, price: 90, class: dirty}
demands:
  - {segment: use, place: home, shares: {oxide: [0.5, 1], ore: {2030: 0.2, 2032: 0.4}}, amount: 3, unmet_price: 99}
"""  # noqa: E501
BOTH = (2030, 2031)


def plan_of(text: str) -> PlanInput:
    network, faults = parse_network(text.encode(), "my.yaml")
    assert network is not None, [str(fault) for fault in faults]
    return plan_of_network(network)


def solved(text: str) -> Plan:
    return solve(make_model(plan_of(text)))


def test_places_supplies_and_demands_arrive_with_their_values_by_year() -> None:
    plan = plan_of(HEAD)
    assert plan.places["home"] == Place("home", "clean", 40.0, -80.0)
    assert plan.places["away"].origin_class == "dirty"
    assert plan.supplies[0] == Supply(
        "ore", "away", 1, {2030: 10.0, 2031: 20.0}, {2030: 7.0, 2031: 7.0}, "", 2.0
    )
    assert [(s.commodity, s.step, s.origin_class) for s in plan.supplies[1:]] == [
        ("ore", 2, ""),
        ("oxide", 1, "dirty"),
    ]
    assert plan.supplies[2].quantity[2031] == float("inf")
    demand = plan.demands[0]
    assert (demand.segment, demand.unmet_price, demand.amount) == ("use", 99.0, {2030: 3.0, 2031: 3.0})
    assert demand.shares["oxide"] == {2030: (0.5, 1.0), 2031: (0.5, 1.0)}
    assert demand.shares["ore"][2031] == pytest.approx((0.3, 0.3))
    assert plan.freight == Freight(0, 0, 0, 0, 0, 1, 1)
    assert plan.tonnes == {"ore": 1.0, "oxide": 1.0}


def test_recipes_are_per_unit_of_their_reference_and_lose_what_does_not_come_out() -> None:
    """4 ore with 2 t Nd make 2 oxide; per oxide 2 ore, 1 t Nd in, 2 x 144.24 / 336.477 out."""
    recipe = plan_of(HEAD).recipes["refine"]
    assert (recipe.reference, recipe.inputs, recipe.outputs) == ("oxide", {"ore": 2.0}, {"oxide": 1.0})
    assert recipe.losses["Nd"] == pytest.approx(1.0 - 288.48 / 336.477, abs=1e-9)


def test_a_plant_of_several_places_is_several_plants_whose_standing_part_is_accepted() -> None:
    plants = plan_of(HEAD).plants
    assert [(p.name, p.kind, p.place) for p in plants] == [
        ("works@home", "refinery", "home"),
        ("works@away", "refinery", "away"),
    ]
    assert plants[0].standing == plants[0].qualified == {2030: 10.0, 2031: 20.0}
    assert (plants[0].capex, plants[0].lead_years, plants[0].recipes) == (5.0, 3, {"refine": 1.0})


def test_capital_by_year_is_relative_to_its_highest() -> None:
    plant = plan_of(HEAD.replace("capex: 5", "capex: {2030: 10, 2031: 8}")).plants[0]
    assert (plant.capex, plant.capex_factors) == (10.0, {2030: 1.0, 2031: 0.8})
    assert plant.capex_in(2031) == 8.0


def test_slates_start_with_the_first_and_other_keys_arrive_as_they_are() -> None:
    more = "capex: 5, most: 9, slates: {a: refine, b: [refine]}, ramp: [0.5, 1], block: 3, earliest: 2031"
    plant = plan_of(HEAD.replace("capex: 5", more)).plants[0]
    assert (plant.slates, plant.slate_now) == ({"a": ("refine",), "b": ("refine",)}, "a")
    assert (plant.ramp, plant.block, plant.most, plant.earliest) == ((0.5, 1.0), 3.0, 9.0, 2031)


def test_every_limit_arrives_with_all_that_it_leaves_out() -> None:
    plan = plan_of(
        HEAD
        + """\
sourcing_rules:
  rule: {classes: clean, share: {2031: 0.3}, by: Nd}
use_rules:
  use: {weights: ore, classes: clean, share: 0.1}
targets:
  made: {commodity: oxide, amount: {2031: 5}}
  run: {recipes: {refine: 3}, places: away, amount: 1}
growth:
  refinery: {first: 5, fraction: 0.5}
quotas:
  ban: {commodities: ore, origins: away, amount: {2031: 0}}
workforce: {hired: {2030: 10, 2032: 50}}
stockpiles:
  - {commodity: oxide, place: home, most: 50, initial: 2, least: {2031: 1}}
grants:
  help: {plant: works, place: away, usd: {2030: 5}, program: fund}
support: {prices: {oxide: 100}, program: fund, most: 7}
budgets:
  fund: {usd: {2031: 1e6}}
capital_budget: 1e7
discount_rate: 0.05
carbon_price: 10
neighbors: 2
"""
    )
    everywhere = ("home", "away")
    content = 288.48 / 336.477
    assert plan.rules[0].weights == pytest.approx({"ore": 0.5, "oxide": content}, abs=1e-9)
    assert plan.rules[0] == SourcingRule("rule", ("use",), ("clean",), {2031: 0.3}, plan.rules[0].weights)
    assert plan.uses == (
        UseRule("use", {"ore": 1.0}, everywhere, ("refinery",), ("clean",), {2030: 0.1, 2031: 0.1}),
    )
    assert plan.targets == (
        OutputTarget("made", {"refine": 1.0}, everywhere, {2031: 5.0}),
        OutputTarget("run", {"refine": 3.0}, ("away",), {2030: 1.0, 2031: 1.0}),
    )
    assert plan.growth == (Growth("refinery", 5.0, 0.5),)
    assert plan.quotas == (Quota("ban", ("ore",), ("away",), everywhere, {2031: 0.0}),)
    assert plan.workforce == Workforce(everywhere, {2030: 10.0, 2031: 30.0})
    assert plan.stockpiles == (Stockpile("oxide", "home", 50.0, 0.0, 2.0, {2031: 1.0}),)
    assert plan.grants == (Grant("help", "works@away", {2030: 5.0}, program="fund"),)
    prices = {("oxide", p, k, y): 100.0 for y in BOTH for p in everywhere for k in ("clean", "dirty")}
    assert plan.support == Support(everywhere, prices, "fund", 7.0)
    assert plan.budgets == {"fund": {2031: 1e6}}
    assert (plan.capital_budget, plan.discount_rate) == (1e7, 0.05)
    assert (plan.carbon_price, plan.neighbors) == (10.0, 2)


def test_sites_and_learning_go_by_kind() -> None:
    plants = "plants:\n  shop: {place: home, recipes: refine, capex: 5}\n"
    plan = plan_of(
        HEAD.replace("plants:\n", plants)
        + "colocations:\n  pair: {first: refinery, second: shop, saving: 0.1}\n"
        + "learning:\n  refinery: {rate: 0.2, built: 10}\n"
    )
    assert plan.colocations == (Colocation("pair", "refinery", "shop", 1.0, 0.1),)
    assert plan.learning == (Learning("refinery", 0.2, 10.0),)


FURNITURE = """\
years: 2030-2031
discount_rate: 0
places:
  town: {}
commodities:
  board: {unit: m2}
  hour: {unit: h}
  chair: {unit: piece}
  table: {unit: piece}
  offcut: {unit: m2}
recipes:
  chairs: {inputs: {board: 1.2, hour: 2}, outputs: {chair: 1, offcut: 0.2}}
  tables: {inputs: {board: 3, hour: 5}, outputs: table}
  stools: {inputs: {offcut: 0.5, hour: 1}, outputs: {chair: 1}}
plants:
  joinery: {place: town, recipes: {chairs: 1, tables: 2, stools: 1}, standing: 100, variable_opex: 3}
supplies:
  - {commodity: board, place: town, price: 20}
  - {commodity: hour, place: town, price: 30, quantity: 200}
demands:
  - {commodity: chair, place: town, amount: 60, unmet_price: 150}
  - {commodity: table, place: town, amount: 10, unmet_price: 400}
"""


def test_furniture_without_any_element_has_the_optimum_of_the_hand() -> None:
    """Every way of making is cheaper than going without. A chair takes 87 USD and 2 hours, a stool from
    offcuts 33 USD and 1 hour, a table 216 USD and 5 hours. c chairs give 0.2 c offcuts for 0.4 c stools, so
    that c = 60 / 1.4 serves who wants to sit; with 10 tables that takes 152.9 of 200 hours.
    """
    found = solved(FURNITURE)
    chairs = 60 / 1.4
    yearly = chairs * (1.2 * 20 + 2 * 30 + 3) + 0.4 * chairs * (30 + 3) + 10 * (3 * 20 + 5 * 30 + 2 * 3)
    assert found.solution.objective == pytest.approx(2 * yearly)


def test_furniture_with_fewer_hours_gives_up_tables_first() -> None:
    """A chair with its 0.4 stools saves 63 + 0.4 x 117 in 2.4 hours, 45.8 an hour; a table 36.8. With
    120 hours, all chairs take 60 / 1.4 x 2.4 and leave 17.1 for 3.4 tables.
    """
    found = solved(FURNITURE.replace("quantity: 200", "quantity: 120"))
    tables = (120 - 60 / 1.4 * 2.4) / 5
    unmet = found.solution.values(found.model.columns.unmet)
    assert sorted(unmet.tolist()) == pytest.approx([0.0, 0.0, 10 - tables, 10 - tables], abs=1e-6)
