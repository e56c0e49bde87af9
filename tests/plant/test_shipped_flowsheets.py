"""Shipped flowsheets: they solve, balance, recover nothing in full, and bear other feeds."""

from __future__ import annotations

import math
from dataclasses import replace
from functools import lru_cache

import pytest

from orecell.core.formula import parse_formula
from orecell.plant.flowsheet import Flowsheet, FlowsheetSolver, Solution, solve
from orecell.plant.flowsheet_file import read_flowsheet, shipped_flowsheets
from orecell.plant.measures import recoveries

NAMES = shipped_flowsheets()
GOOD = ("Li", "Ni", "Co", "Mn")


@lru_cache(maxsize=16)
def solved(name: str) -> Solution:
    return solve(read_flowsheet(name))


def assert_sound(solution: Solution) -> None:
    """Balances close; nothing is negative but H+, and all is finite."""
    assert solution.worst_balance < 1e-9
    names = solution.components.names
    for stream in solution.streams.values():
        size = max(float(stream.flows.max()), 1e-9)
        for name, flow in zip(names, stream.flows.tolist(), strict=True):
            assert math.isfinite(flow), (stream.name, name)
            assert name == "H+" or flow >= -1e-9 * size, (stream.name, name, flow)
    for outcome in solution.outcomes.values():
        assert math.isfinite(outcome.power_kw)
        assert all(size >= 0.0 for size in outcome.sizes.values())


@pytest.mark.parametrize("name", NAMES)
def test_a_shipped_plant_balances_and_nothing_is_negative(name: str) -> None:
    assert_sound(solved(name))


@pytest.mark.parametrize("name", NAMES)
def test_no_equilibrium_of_a_shipped_plant_is_missed(name: str) -> None:
    for unit, remark in solved(name).status().items():
        assert "not found" not in remark, unit
        assert "did not come to rest" not in remark, unit


@pytest.mark.parametrize("name", NAMES)
def test_no_metal_is_recovered_in_full(name: str) -> None:
    for element, share in recoveries(solved(name)).items():
        assert share < 1.0 - 1e-4, element


@pytest.mark.parametrize("name", NAMES)
def test_no_unit_sends_a_metal_one_way_only(name: str) -> None:
    """Filters, circuits and crystallizers leave some of every metal in each of two streams at least."""
    solution = solved(name)
    for unit in solution.flowsheet.units:
        if unit.kind.name in ("split", "adjust", "evaporate", "strip_ammonia", "calcine"):
            continue
        for element in ("Ni", "Co", "Li"):
            out = [solution.elements(stream).get(element, 0.0) for stream in unit.outputs.values()]
            if sum(out) > 1e-4 and len([p for p in unit.kind.ports_out.values() if p != "gas"]) > 1:
                assert max(out) < sum(out) * (1.0 - 1e-9), (unit.name, element)


@pytest.mark.parametrize("name", NAMES)
def test_elements_of_feeds_and_reagents_leave_the_plant(name: str) -> None:
    solution = solved(name)
    used = {s for unit in solution.flowsheet.units for names in unit.inputs.values() for s in names}
    feeds = [feed.name for feed in solution.flowsheet.feeds]
    for element in solution.components.elements:
        row = solution.components.element_row(element)
        came = sum(float(row @ solution.streams[feed].flows) for feed in feeds)
        came += sum(float(row @ f) for o in solution.outcomes.values() for f in o.reagents.values())
        left = sum(
            float(row @ stream.flows)
            for stream in solution.streams.values()
            if stream.name not in used and stream.name not in feeds
        )
        assert left == pytest.approx(came, rel=1e-7, abs=1e-9), element


def scaled(flowsheet: Flowsheet, component: str, factor: float) -> Flowsheet:
    """The first feed with one of its components scaled, and its charge taken up by sulfate or chloride."""
    feed, more = flowsheet.feeds[0], flowsheet.feeds[1:]
    flows = {**feed.flows, component: feed.flows[component] * factor}
    added = flows[component] - feed.flows[component]
    counter = {"solid": "", "aqueous": "SO4-2" if "SO4-2" in flows else "Cl-"}[feed.phase]
    if counter:
        charge = added * (parse_formula(component).charge or 0)
        flows[counter] -= charge / (parse_formula(counter).charge or 1)
    return replace(flowsheet, feeds=(replace(feed, flows=flows), *more))


def swept(name: str) -> list[str]:
    feed = read_flowsheet(name).feeds[0]
    return [c for c in feed.flows if c not in ("H2O", "H+", "SO4-2", "Cl-")]


@pytest.mark.parametrize(("name", "component"), [(n, c) for n in NAMES for c in swept(n)])
def test_a_plant_bears_a_fifth_more_or_less_of_anything_in_its_feed(name: str, component: str) -> None:
    first = solved(name)
    solver = FlowsheetSolver(first.flowsheet)
    for factor in (0.8, 1.2):
        found = solver.solve(scaled(first.flowsheet, component, factor), first.memory)
        assert_sound(found)
        for share in recoveries(found).values():
            assert share < 1.0
