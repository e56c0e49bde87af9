"""Searching settings: limits weigh more than money, and what is claimed holds."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache

import pytest

from orecell.errors import InputError
from orecell.plant.design import LAST_STEP, Design, Variable, optimize
from orecell.plant.flowsheet_file import read_flowsheet
from orecell.plant.settings import changed


@lru_cache(maxsize=1)
def designed() -> Design:
    flowsheet = read_flowsheet("black_mass_to_pcam")
    entries = [
        e
        for e in flowsheet.economics["design"]
        if e.set in ("leach.hours", "lithium.excess", "polish_sx.saponified_fraction")
    ]
    return optimize(replace(flowsheet, economics={**flowsheet.economics, "design": entries}), 60)


def test_the_best_design_is_no_worse_than_that_of_the_file() -> None:
    assert designed().best.merit <= designed().start.merit
    assert sum(designed().best.excess.values()) <= sum(designed().start.excess.values())


def test_settings_stay_within_their_ranges() -> None:
    for v in designed().variables:
        assert v.low <= designed().values()[v.label][1] <= v.high


def test_a_design_called_local_is_not_improved_by_a_step_of_any_setting() -> None:
    from orecell.plant.flowsheet import FlowsheetSolver
    from orecell.plant.measures import measure

    found = designed()
    if not found.is_local:
        pytest.skip("the search ran out of tries")
    best = found.best.solution
    assert best is not None
    solver = FlowsheetSolver(best.flowsheet)
    level = measure(solver.solve()).levelized_usd_per_t
    for v in found.variables:
        value = found.values()[v.label][1]
        for sign in (-1.0, 1.0):
            moved = min(max(value + sign * LAST_STEP * (v.high - v.low), v.low), v.high)
            other = measure(solver.solve(changed(best.flowsheet, {(v.unit, v.setting): moved})))
            worse_purity = len(other.failing) > len(measure(best).failing)
            assert worse_purity or other.levelized_usd_per_t >= level * (1.0 - 2e-3)


def test_what_limits_the_design_is_said() -> None:
    assert designed().limiting


def test_a_whole_setting_takes_whole_values() -> None:
    v = Variable("sx", "extract_stages", 1, 6, True)
    assert [v.value(share) for share in (0.0, 0.29, 0.31, 1.0)] == [1.0, 2.0, 3.0, 6.0]


def test_a_flowsheet_without_design_settings_is_refused() -> None:
    with pytest.raises(InputError, match="names no settings"):
        optimize(read_flowsheet("natural_graphite_aam"))
