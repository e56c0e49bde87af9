"""What enters a plant leaves it, element by element."""

from __future__ import annotations

import pytest

from orecell.plant.economics import basis_of
from orecell.plant.plant_balance import (
    Entry,
    element_balance,
    leaving,
    reagent_tonnes,
    strength_of,
    water_balance,
)
from small_plants import cobalt, one_stream


def _side(entries: list[Entry], side: str) -> float:
    return sum(entry.tonnes_per_yr for entry in entries if entry.side == side)


@pytest.mark.parametrize("element", ["S", "Co", "Ni", "Na", "Mg"])
def test_an_element_leaves_as_it_enters(element: str) -> None:
    entries = element_balance(cobalt(), element)
    assert _side(entries, "in") == pytest.approx(_side(entries, "out"), rel=1e-8)


def test_sulfur_counted_as_sulfate_weighs_three_times_as_much() -> None:
    plain, counted = (element_balance(cobalt(), "S", as_what) for as_what in ("", "SO4"))
    assert _side(counted, "in") == pytest.approx(_side(plain, "in") * 96.056 / 32.06, rel=1e-4)


def test_water_closes_with_what_reactions_make() -> None:
    entries = water_balance(cobalt())
    assert _side(entries, "in") == pytest.approx(_side(entries, "out"), rel=1e-12)
    made = entries[-1]
    # The only water that becomes something else is the crystal water of CoSO4*7H2O.
    crystals = cobalt().streams["coso4"].amount(cobalt().components, "CoSO4*7H2O") * 8.0
    assert (made.kind, made.side) == ("made", "out")
    assert made.tonnes_per_yr == pytest.approx(7.0 * crystals * 18.015, rel=1e-6)


def test_streams_that_leave_are_products_wastes_or_others() -> None:
    assert leaving(cobalt()) == {"raffinate": "waste", "coso4": "product", "condensate": "other"}
    assert leaving(one_stream("solid", {"C": 1.0})) == {"stream": "other"}


def test_reagents_count_as_pure_substance_as_in_the_costing() -> None:
    totals: dict[str, float] = {}
    for reagents in reagent_tonnes(cobalt()).values():
        for name, tonnes in reagents.items():
            totals[name] = totals.get(name, 0.0) + tonnes
    costed = {used.name: used.tonnes for used in basis_of(cobalt()).reagents}
    assert totals == pytest.approx(costed)
    assert (strength_of("naoh"), strength_of("cyanex_272")) == (0.5, 1.0)
