"""Ranges of a metric over nearly cheapest plans, and plans that cannot be."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from small_plans import AWAY, HOME, plan, sells, smelter, wants

from orecell.chain.plan.limits_input import Growth, OutputTarget
from orecell.chain.plan.model import FAMILIES, Model, make_model, solve
from orecell.chain.plan.near_optimal import Metric, ranges
from orecell.chain.plan.network_input import PlanInput
from orecell.errors import NotSolvedError
from orecell.lp.explain import repairs
from orecell.lp.highs import Solver

Y = (2030,)


def two_sellers(home: float, away: float) -> PlanInput:
    supplies = (sells(Y, "metal", HOME, home), sells(Y, "metal", AWAY, away))
    return plan(Y, supplies=supplies, demands=(wants(Y, 10.0),))


def bought_at(model: Model, *places: str) -> Metric:
    """Sum of what is bought at places, one part for each."""
    buy = model.columns.buy
    parts = [(buy.at(commodity="metal", place=[p], step=1, year=2030), np.ones(1)) for p in places]
    return Metric("bought", tuple(parts))


def range_of(given: PlanInput, places: tuple[str, ...], slack: float) -> tuple[tuple[float, float], float]:
    best = solve(make_model(given))
    metric = bought_at(best.model, *places)
    found = ranges(best, [metric], slack)["bought"]
    assert found.least <= found.least_reached <= found.most_reached <= found.most
    assert (found.least, found.most) == pytest.approx(
        (found.least_reached, found.most_reached), rel=5e-3, abs=1e-6
    )
    return (found.least, found.most), metric.value(best.solution)


def test_the_range_is_what_the_slack_pays_for() -> None:
    """10 at 10 cost 100; with 1 more dollar, home at 12 may replace 0.5 of away."""
    (least, most), _ = range_of(two_sellers(12.0, 10.0), (HOME,), 0.01)
    assert (least, most) == pytest.approx((0.0, 0.5), abs=1e-6, rel=3e-3)


@pytest.mark.parametrize("slack", [0.0, 0.01, 0.1])
def test_the_range_contains_the_optimum(slack: float) -> None:
    (least, most), value = range_of(two_sellers(12.0, 10.0), (AWAY,), slack)
    assert value == pytest.approx(10.0)
    assert least - 1e-6 <= value <= most + 1e-6
    assert least == pytest.approx(10.0 - 50.0 * slack, abs=1e-6, rel=3e-3)


def test_without_slack_the_range_is_the_optimum_where_it_is_unique() -> None:
    (least, most), value = range_of(two_sellers(12.0, 10.0), (AWAY,), 0.0)
    assert (least, most) == pytest.approx((value, value), abs=1e-6, rel=3e-3)


def test_without_slack_the_range_shows_a_tie() -> None:
    (least, most), _ = range_of(two_sellers(10.0, 10.0), (AWAY,), 0.0)
    assert (least, most) == pytest.approx((0.0, 10.0), abs=1e-6, rel=3e-3)


def test_a_plan_that_earns_money_has_a_range_too() -> None:
    """1000 taken at a fee of 8 and 1000 at 10 earn 18000; for 1 % of it, 180 / 8 less may be taken at 8."""
    (least, most), _ = range_of(two_sellers(-8.0, -10.0), (HOME,), 0.01)
    assert most == pytest.approx(1000.0, abs=1e-6, rel=3e-3)
    assert least == pytest.approx(1000.0 - 180.0 / 8.0, abs=1e-6, rel=3e-3)


def test_parts_that_overlap_add_up() -> None:
    """Twice what away sells: 9.5 at least, and 10.1 at most since a bought 0.1 may be disposed of."""
    (least, most), value = range_of(two_sellers(12.0, 10.0), (AWAY, AWAY), 0.01)
    assert value == pytest.approx(20.0)
    assert (least, most) == pytest.approx((19.0, 20.2), abs=1e-6, rel=3e-3)


def test_ranges_of_two_metrics_do_not_mix() -> None:
    given = two_sellers(12.0, 10.0)
    best = solve(make_model(given))
    home, away = bought_at(best.model, HOME), bought_at(best.model, AWAY)
    found = ranges(best, [home, Metric("away", away.parts)], 0.01)
    assert (found["bought"].least, found["bought"].most) == pytest.approx((0.0, 0.5), abs=1e-6, rel=3e-3)
    assert (found["away"].least, found["away"].most) == pytest.approx((9.5, 10.1), abs=1e-6, rel=3e-3)


def test_a_metric_without_end_is_ranged_by_what_the_slack_pays_for() -> None:
    """Metal may be made without end at 12 a unit and thrown away; 1 % of 100 pays for 1 / 12 more."""
    makes = smelter(capex=10.0, life_years=1, lead_years=0)
    given = plan(
        Y,
        plants=(makes,),
        supplies=(sells(Y, "ore", HOME, 1.0, most=1e6), sells(Y, "metal", AWAY, 10.0, most=10.0)),
        demands=(wants(Y, 10.0),),
    )
    best = solve(make_model(given))
    made = best.model.columns.activity
    metric = Metric("made", ((made.every(), np.ones(len(made))),))
    found = ranges(best, [metric], 0.01)["made"]
    assert best.cost == pytest.approx(100.0)
    assert found.least == pytest.approx(0.0, abs=1e-3)
    assert found.most == pytest.approx(0.5, rel=2e-2)


def out_of_reach(**more: Any) -> Model:
    """A target of 8 where 5 stand."""
    given: dict[str, Any] = {
        "plants": (smelter(standing={2030: 5.0}, capex=100.0, lead_years=0),),
        "supplies": (sells(Y, "ore", HOME, 1.0),),
        "demands": (wants(Y, 10.0),),
        "targets": (OutputTarget("made", {"smelt": 1.0}, (HOME,), {2030: 8.0}),),
    }
    return make_model(plan(Y, **{**given, **more}))


def gives(model: Model) -> dict[str, dict[str, float]]:
    found = repairs(Solver(model.problem), FAMILIES)
    return {repair.family: {give.label: give.amount for give in repair.gives} for repair in found}


def test_a_budget_too_small_for_the_target_is_named_with_what_would_do() -> None:
    """3 more at 100 need 300; 100 are there, so 200 more, or a target of 6, or 2 of earlier capacity."""
    model = out_of_reach(capital_budget=100.0)
    with pytest.raises(NotSolvedError, match="infeasible"):
        solve(model)
    assert gives(model) == {
        "target": pytest.approx({"target[made,2030]": 2.0}, rel=1e-5),
        "earlier capacity": pytest.approx({"capacity[smelter@home,2030]": 2.0}, rel=1e-5),
        "budget": pytest.approx({"capital[total]": 200.0}, rel=1e-5),
    }


def test_growth_too_slow_for_the_target_is_named() -> None:
    """First 1 and no more may be built of the 3 that are missing."""
    found = gives(out_of_reach(growth=(Growth("smelter", 1.0, 0.0),)))
    assert found["building"] == pytest.approx({"growth[smelter,2030]": 2.0}, rel=1e-5)
    assert set(found) == {"target", "earlier capacity", "building"}


def test_ore_too_scarce_for_the_target_is_named() -> None:
    """8 metal take 16 ore and 12 are sold."""
    model = out_of_reach(supplies=(sells(Y, "ore", HOME, 1.0, most=12.0),))
    found = gives(model)
    assert found["imports"] == pytest.approx({"imports[ore,home,2030]": 4.0}, rel=1e-5)
    assert set(found) == {"target", "imports"}


def test_a_lead_time_too_long_for_the_target_is_named() -> None:
    slow = smelter(standing={2030: 5.0}, capex=100.0, lead_years=3)
    found = gives(out_of_reach(plants=(slow,)))
    assert found["earlier capacity"] == pytest.approx({"capacity[smelter@home,2030]": 3.0}, rel=1e-5)
    assert set(found) == {"target", "earlier capacity"}


def test_qualification_too_late_for_the_target_is_named() -> None:
    """8 stand and only 5 are accepted: either 3 more are accepted, or the target gives way."""
    plant = smelter(standing={2030: 8.0}, qualified={2030: 5.0}, qualification_years=2)
    found = gives(out_of_reach(plants=(plant,)))
    assert found["qualification"] == pytest.approx({"qualification[smelter@home,2030]": 3.0}, rel=1e-5)
