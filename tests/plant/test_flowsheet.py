"""Flowsheets: order, tears, balances, recycles."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from orecell.core.tolerances import BALANCE_RELATIVE
from orecell.errors import BalanceError
from orecell.plant.flowsheet import Feed, Flowsheet, FlowsheetSolver, Solution, Unit, order_units, solve
from orecell.plant.flowsheet_file import read_flowsheet, shipped_flowsheets
from orecell.plant.mixing import SPLIT
from orecell.plant.unit import Kind, Outcome, Settings

FEED = Feed("fed", "aqueous", {"H2O": 55.0, "Na+": 1.0, "SO4-2": 0.5})


def splitter(name: str, inputs: tuple[str, ...], outputs: tuple[str, str], share: float) -> Unit:
    ports = {"first": outputs[0], "second": outputs[1]}
    return Unit(name, SPLIT, SPLIT.settings(first=share), {"feed": inputs}, ports)


@lru_cache(maxsize=8)
def solved(name: str) -> Solution:
    return solve(read_flowsheet(name))


@pytest.mark.parametrize("share", [0.1, 0.5, 0.9, 0.99])
def test_a_recycle_of_a_share_passes_feed_over_one_less_that_share(share: float) -> None:
    unit = splitter("purge", ("fed", "back"), ("back", "out"), share)
    found = solve(Flowsheet("loop", "one loop", 8000, (FEED,), (unit,)))
    assert found.streams["back"].flows == pytest.approx(
        FEED.flows["Na+"]
        * share
        / (1 - share)
        * np.array([55.0 if n == "H2O" else FEED.flows.get(n, 0.0) for n in found.components.names]),
        rel=1e-9,
    )
    assert found.streams["out"].amount(found.components, "Na+") == pytest.approx(1.0, rel=1e-9)


def test_units_run_in_the_order_of_their_streams_whatever_the_order_of_the_file() -> None:
    second = splitter("second", ("b",), ("c", "d"), 0.5)
    first = splitter("first", ("fed",), ("a", "b"), 0.5)
    order, torn = order_units(Flowsheet("line", "no loop", 8000, (FEED,), (second, first)))
    assert [unit.name for unit in order] == ["first", "second"]
    assert torn == ()


def test_a_unit_that_loses_atoms_is_refused_with_its_streams() -> None:
    leaky = Kind(
        "leaky", "", Settings, ("feed",), {"out": "aqueous"}, lambda g: Outcome({"out": 0.999 * g.feed})
    )
    unit = Unit("hole", leaky, Settings(), {"feed": ("fed",)}, {"out": "less"})
    with pytest.raises(BalanceError, match=r"'hole' loses .* streams: less"):
        solve(Flowsheet("leak", "a hole", 8000, (FEED,), (unit,)))


def test_a_unit_that_makes_a_charged_stream_is_refused() -> None:
    def charge(g):  # type: ignore[no-untyped-def]
        moved = g.components.vector({"Na+": 0.1})
        return Outcome({"a": g.feed - moved, "b": moved})

    kind = Kind("charger", "", Settings, ("feed",), {"a": "aqueous", "b": "aqueous"}, charge)
    unit = Unit("spark", kind, Settings(), {"feed": ("fed",)}, {"a": "a", "b": "b"})
    with pytest.raises(BalanceError, match="charge"):
        solve(Flowsheet("spark", "a charge", 8000, (FEED,), (unit,)))


@given(shares=st.lists(st.floats(0.05, 0.95), min_size=3, max_size=3), seed=st.integers(0, 999))
@settings(max_examples=30, deadline=None)
def test_random_nets_of_splits_conserve_what_enters(shares: list[float], seed: int) -> None:
    generator = np.random.default_rng(seed)
    flows = {"H2O": 55.0, "Na+": float(generator.uniform(0, 2)), "Li+": float(generator.uniform(0, 2))}
    flows["SO4-2"] = (flows["Na+"] + flows["Li+"]) / 2
    units = (
        splitter("one", ("fed", "x", "z"), ("a", "b"), shares[0]),
        splitter("two", ("a",), ("x", "y"), shares[1]),
        splitter("three", ("b", "y"), ("z", "out"), shares[2]),
    )
    found = solve(Flowsheet("net", "three loops", 8000, (Feed("fed", "aqueous", flows),), units))
    for name, value in flows.items():
        assert found.streams["out"].amount(found.components, name) == pytest.approx(value, rel=1e-7, abs=1e-9)


@pytest.mark.parametrize("name", shipped_flowsheets())
def test_every_shipped_plant_closes_around_every_unit_and_as_a_whole(name: str) -> None:
    found = solved(name)
    assert found.worst_balance < BALANCE_RELATIVE
    used = {s for unit in found.flowsheet.units for names in unit.inputs.values() for s in names}
    feeds = [feed.name for feed in found.flowsheet.feeds]
    entering = [found.streams[f].flows for f in feeds]
    entering += [flows for outcome in found.outcomes.values() for flows in outcome.reagents.values()]
    total = sum(entering)
    for stream in found.streams:
        if stream not in used and stream not in feeds:
            total = total - found.streams[stream].flows
    through = found.components.atoms @ np.sum(np.abs(entering), axis=0)
    residual = np.abs(found.components.atoms @ total)
    assert np.all(residual <= 1e-7 * np.maximum(through, 1e-9))


@pytest.mark.parametrize("name", shipped_flowsheets())
def test_a_warm_solve_is_one_round_and_the_same(name: str) -> None:
    first = solved(name)
    again = FlowsheetSolver(first.flowsheet).solve(memory=first.memory)
    assert again.passes <= 2
    for stream, value in first.streams.items():
        size = float(np.abs(value.flows).max()) + 1e-12
        assert np.allclose(again.streams[stream].flows, value.flows, rtol=1e-5, atol=1e-7 * size), stream


@pytest.mark.parametrize("name", shipped_flowsheets())
def test_no_shipped_plant_recovers_everything_of_anything(name: str) -> None:
    from orecell.plant.measures import recoveries

    assert all(0.0 < share < 0.999 for share in recoveries(solved(name)).values())
