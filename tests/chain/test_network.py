"""Throughput of small networks against closed forms: loops, by-products, surplus, free matter."""

from __future__ import annotations

import numpy as np
import pytest

from orecell.chain.network import Network
from orecell.data.recipe import Recipe
from orecell.errors import InputError

Flows = dict[str, float]


def network(*recipes: tuple[str, Flows, Flows]) -> Network:
    """Recipes as (reference, inputs, outputs); a made reference need not be listed."""
    book = {}
    for i, (reference, inputs, outputs) in enumerate(recipes):
        made = outputs if reference in inputs else {reference: 1.0, **outputs}
        book[f"r{i}_{reference}"] = Recipe(f"r{i}_{reference}", reference, inputs, made, {})
    names = {c for _, inputs, outputs in recipes for c in (*inputs, *outputs)} | {r[0] for r in recipes}
    return Network.from_recipes(tuple(sorted(names)), book)


def solve(net: Network, demand: Flows, mix: dict[tuple[str, str], float] | None = None) -> Flows:
    """Activity by reference commodity, recipes of the same reference added up."""
    column = np.array([[demand.get(name, 0.0)] for name in net.commodities])
    activity = net.solve(column, net.shares(mix or {}))[:, 0]
    result: Flows = {}
    for value, reference in zip(activity, net.reference, strict=True):
        name = net.commodities[reference]
        result[name] = result.get(name, 0.0) + float(value)
    return result


def test_a_chain_multiplies_the_amounts_per_unit() -> None:
    net = network(("pack", {"cell": 1.0}, {}), ("cell", {"cam": 1.5}, {}), ("cam", {"salt": 2.0}, {}))
    assert solve(net, {"pack": 4.0}) == pytest.approx({"pack": 4.0, "cell": 4.0, "cam": 6.0})


def test_a_recycling_loop_has_throughput_demand_over_one_minus_the_loop() -> None:
    # A needs 1 B, B needs 0.25 A: g = 9 / (1 - 0.25) = 12 for both.
    net = network(("a", {"b": 1.0}, {}), ("b", {"a": 0.25, "ore": 0.75}, {}))
    assert solve(net, {"a": 9.0}) == pytest.approx({"a": 12.0, "b": 12.0})


def test_scrap_is_treated_and_its_metal_replaces_metal_from_ore() -> None:
    # 8 cells use 10 metal and reject 2; treating 2 gives back 1.2, so 8.8 is made from ore.
    net = network(
        ("cell", {"metal": 1.25}, {"scrap": 0.25}),
        ("scrap", {"scrap": 1.0}, {"metal": 0.6}),
        ("metal", {"ore": 1.0}, {}),
    )
    assert solve(net, {"cell": 8.0}) == pytest.approx({"cell": 8.0, "scrap": 2.0, "metal": 8.8})


def test_a_by_product_replaces_making() -> None:
    # 10 nickel give 2 cobalt; of the 5 wanted, 3 are made.
    net = network(("nickel", {"mhp": 1.0}, {"cobalt": 0.2}), ("cobalt", {"ore": 1.0}, {}))
    assert solve(net, {"nickel": 10.0, "cobalt": 5.0}) == pytest.approx({"nickel": 10.0, "cobalt": 3.0})


def test_a_by_product_beyond_all_use_stops_the_making_and_what_feeds_it() -> None:
    net = network(
        ("nickel", {"mhp": 1.0}, {"cobalt": 0.2}),
        ("cobalt", {"ore": 1.0}, {}),
        ("ore", {"rock": 3.0}, {}),
    )
    made = solve(net, {"nickel": 10.0, "cobalt": 1.5})
    assert made == pytest.approx({"nickel": 10.0, "cobalt": 0.0, "ore": 0.0})


def test_what_feeds_a_stopped_making_is_still_made_for_others() -> None:
    # Nickel gives 6 cobalt, 1 is wanted: cobalt stops. Ore is then needed only for its own demand of 2.
    net = network(
        ("nickel", {"mhp": 1.0}, {"cobalt": 3.0}),
        ("cobalt", {"ore": 1.0}, {}),
        ("ore", {"rock": 1.0}, {}),
    )
    made = solve(net, {"nickel": 2.0, "cobalt": 1.0, "ore": 2.0})
    assert made == pytest.approx({"nickel": 2.0, "cobalt": 0.0, "ore": 2.0})


def test_columns_are_solved_as_if_alone() -> None:
    net = network(("nickel", {"mhp": 1.0}, {"cobalt": 0.2}), ("cobalt", {"ore": 1.0}, {}))
    demand = np.zeros((len(net.commodities), 2))
    demand[net.commodities.index("nickel")] = [10.0, 10.0]
    demand[net.commodities.index("cobalt")] = [5.0, 1.0]
    both = net.solve(demand, net.shares({}))
    for k in (0, 1):
        np.testing.assert_allclose(both[:, [k]], net.solve(demand[:, [k]], net.shares({})))


def test_what_demand_never_reaches_is_exactly_zero() -> None:
    # Amounts of very different size would leave rounding in the other chain.
    net = network(
        ("pack_a", {"cell_a": 1.0}, {}),
        ("cell_a", {"cam_a": 1234.567, "foil": 3.3}, {"scrap": 0.1}),
        ("cam_a", {"salt_a": 0.97, "li": 0.11}, {}),
        ("pack_b", {"cell_b": 1.0}, {}),
        ("cell_b", {"cam_b": 2345.678, "foil": 7.7}, {}),
        ("cam_b", {"salt_b": 0.31, "li": 0.07}, {}),
        ("scrap", {"scrap": 1.0}, {"salt_a": 11.1}),
        ("salt_a", {"ore": 1.7}, {}),
        ("salt_b", {"ore": 1.3}, {}),
        ("li", {"brine": 9.0}, {}),
    )
    made = solve(net, {"pack_b": 1.0})
    assert [made[name] for name in ("pack_a", "cell_a", "cam_a", "scrap", "salt_a")] == [0.0] * 5
    assert made["salt_b"] == pytest.approx(2345.678 * 0.31)


@pytest.mark.parametrize("gain", [1.0, 2.0])
def test_a_cycle_that_makes_matter_from_nothing_is_refused(gain: float) -> None:
    net = network(("a", {"b": gain}, {}), ("b", {"a": 1.0}, {}))
    with pytest.raises(InputError, match="technology_mix"):
        solve(net, {"a": 1.0})


def test_shares_split_a_commodity_over_its_recipes() -> None:
    net = network(("li", {"brine": 2.0}, {}), ("li", {"spodumene": 8.0}, {}))
    mix = {("li", "r0_li"): 0.25, ("li", "r1_li"): 0.75}
    activity = net.solve(np.array([[0.0], [4.0], [0.0]]), net.shares(mix))
    assert activity[:, 0] == pytest.approx([1.0, 3.0])


def test_several_recipes_without_shares_are_refused() -> None:
    net = network(("li", {"brine": 2.0}, {}), ("li", {"spodumene": 8.0}, {}))
    with pytest.raises(InputError, match="technology_mix"):
        net.shares({})


def test_gross_use_counts_only_the_users_that_count() -> None:
    net = network(("cell", {"cam": 2.0}, {}), ("cam", {"salt": 3.0}, {}), ("binder", {"salt": 5.0}, {}))
    outside = np.ones((len(net.commodities), len(net.recipes)), dtype=bool)
    outside[net.commodities.index("salt"), net.recipes.index("r2_binder")] = False
    used = net.gross_use(np.array([[1.0], [2.0], [7.0]]), outside)
    assert dict(zip(net.commodities, used[:, 0], strict=True)) == pytest.approx(
        {"cell": 0.0, "cam": 2.0, "salt": 6.0, "binder": 0.0}
    )
