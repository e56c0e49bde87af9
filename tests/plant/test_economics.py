"""Cost of a plant: terms add up, ranges move it, existing equipment against new."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache

import pytest

from orecell.errors import InputError
from orecell.plant.alternatives import built_capital, shared_facility
from orecell.plant.economics import Basis, basis_of, cost_of, recovery_factor, tornado
from orecell.plant.equipment import bare_cost, costing, installed_factor
from orecell.plant.flowsheet import Solution, solve
from orecell.plant.flowsheet_file import read_flowsheet


@lru_cache(maxsize=1)
def plant() -> Solution:
    return solve(read_flowsheet("black_mass_to_pcam"))


@lru_cache(maxsize=1)
def basis() -> Basis:
    return basis_of(plant())


def test_capital_recovery_of_20_years_at_10_percent_is_the_textbook_number() -> None:
    assert recovery_factor(0.10, 20) == pytest.approx(0.11746, abs=1e-5)
    assert recovery_factor(0.0, 20) == pytest.approx(0.05)


def test_equipment_at_its_own_size_costs_what_the_table_says() -> None:
    assert bare_cost("mixer_settler", 2444.0) == pytest.approx(303517.0)
    assert bare_cost("mixer_settler", 4888.0) / 303517.0 == pytest.approx(2**0.45)
    assert bare_cost("tank", 0.0) == 0.0


def test_installed_factor_is_lang_times_the_cost_index() -> None:
    assert installed_factor(costing()) == pytest.approx(2.97 * 815.59 / 541.7)


def test_terms_add_up_to_the_levelized_cost() -> None:
    cost = cost_of(basis())
    assert sum(cost.terms.values()) / cost.amount == pytest.approx(cost.levelized)
    by_hand = sum(used.tonnes * used.price for used in basis().reagents)
    assert cost.terms["reagents"] == pytest.approx(by_hand)
    assert cost.terms["by-products"] < 0.0


def test_net_present_value_is_zero_when_the_product_sells_at_its_levelized_cost() -> None:
    cost = cost_of(basis())
    main = replace(basis().products[0], price=cost.levelized)
    at_cost = cost_of(replace(basis(), products=(main, *basis().products[1:])))
    assert at_cost.npv_usd == pytest.approx(0.0, abs=1.0)


def test_the_tornado_is_ordered_and_brackets_the_cost() -> None:
    swings, level = tornado(basis()), cost_of(basis()).levelized
    widths = [swing.width for swing in swings]
    assert widths == sorted(widths, reverse=True)
    for swing in swings:
        assert min(swing.at_low, swing.at_high) <= level + 1e-6
        assert max(swing.at_low, swing.at_high) >= level - 1e-6


def test_existing_equipment_without_toll_and_refit_saves_its_capital() -> None:
    found = shared_facility(plant(), ("polish_sx", "leach"), 0.0, 0.0)
    own = sum(piece.capital_usd for piece in basis().pieces if piece.unit in ("polish_sx", "leach"))
    assert found.avoided_usd == pytest.approx(own)
    assert found.shared.levelized < found.new.levelized
    assert found.shared.terms["toll"] == 0.0


def test_at_the_break_even_toll_both_facilities_cost_the_same() -> None:
    even = shared_facility(plant(), ("polish_sx",)).break_even_toll_usd_per_m3
    found = shared_facility(plant(), ("polish_sx",), toll=even)
    assert found.shared.levelized == pytest.approx(found.new.levelized, rel=1e-9)


def test_a_unit_that_is_not_there_cannot_be_shared() -> None:
    with pytest.raises(InputError, match="no unit"):
        shared_facility(plant(), ("kiln",))


def test_at_announced_capital_the_product_costs_more() -> None:
    found = built_capital(plant())
    assert found is not None
    assert found.capital_usd == pytest.approx(28151 * 10000)
    assert found.ends[0] < found.levelized < found.ends[1]
    assert found.levelized > cost_of(basis()).levelized
