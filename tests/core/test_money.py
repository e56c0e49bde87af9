import contextlib
import pickle

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from orecell.core.money import (
    CURRENCIES,
    Deflator,
    annuity,
    annuity_factor,
    discount_factor,
    parse_money_unit,
    present_value,
)
from orecell.errors import MoneyError

RATES = st.floats(-0.05, 0.5)
LIVES = st.integers(1, 50)


def test_money_moves_between_years_by_the_ratio_of_the_index() -> None:
    deflator = Deflator({2023: 120.0, 2020: 100.0})
    assert deflator.to_year(50.0, 2020, 2023) == pytest.approx(60.0, rel=1e-15)
    assert deflator.to_year(60.0, 2023, 2020) == pytest.approx(50.0, rel=1e-15)
    assert list(deflator.index) == [2020, 2023]


@settings(deadline=None)
@given(st.floats(-1e12, 1e12), st.lists(st.floats(1.0, 1000.0), min_size=3, max_size=3))
def test_a_detour_over_another_year_changes_no_value(value: float, levels: list[float]) -> None:
    deflator = Deflator(dict(zip((2020, 2021, 2022), levels, strict=True)))
    detour = deflator.to_year(deflator.to_year(value, 2020, 2021), 2021, 2022)
    assert detour == pytest.approx(deflator.to_year(value, 2020, 2022), rel=1e-12)
    assert deflator.to_year(value, 2020, 2020) == pytest.approx(value, rel=1e-15)


@pytest.mark.parametrize(("from_year", "to_year"), [(2019, 2020), (2020, 2035), (2021, 2020)])
def test_a_year_outside_the_index_is_refused_with_the_range(from_year: int, to_year: int) -> None:
    with pytest.raises(MoneyError, match="it covers 2020 to 2023"):
        Deflator({2020: 100.0, 2023: 120.0}).to_year(1.0, from_year, to_year)


@pytest.mark.parametrize("index", [{}, {2020: 0.0}, {2020: -1.0}, {2020: float("nan")}, {2020: float("inf")}])
def test_an_index_that_cannot_be_divided_by_is_refused(index: dict[int, float]) -> None:
    with pytest.raises(MoneyError):
        Deflator(index)


def test_a_deflator_is_closed_to_later_changes_and_survives_pickle() -> None:
    levels = {2020: 100.0, 2023: 120.0}
    deflator = Deflator(levels)
    levels[2023] = 1.0
    assert deflator.to_year(1.0, 2020, 2023) == pytest.approx(1.2)
    with pytest.raises(TypeError):
        deflator.index[2023] = 1.0  # type: ignore[index]
    assert pickle.loads(pickle.dumps(deflator)) == deflator


# By hand: 1.1^-2 = 1 / 1.21.
def test_discount_factor_is_that_of_the_hand_calculation() -> None:
    assert discount_factor(0.1, 2) == pytest.approx(1 / 1.21, rel=1e-14)
    assert discount_factor(0.1, 0) == 1.0
    assert discount_factor(0.0, 40) == 1.0


# By hand: -100 + 60 / 1.1 + 60 / 1.21 = 4.1322314...
def test_present_value_is_that_of_the_hand_calculation() -> None:
    assert present_value([-100, 60, 60], 0.1, [0, 1, 2]) == pytest.approx(
        -100 + 60 / 1.1 + 60 / 1.21, rel=1e-13
    )
    assert present_value([], 0.1, []) == 0.0


def test_present_value_refuses_series_of_different_length() -> None:
    with pytest.raises(MoneyError, match="2 cash flows, 1 years"):
        present_value([1, 2], 0.1, [0])


# By hand: (1 - 1.08^-20) / 0.08 = 9.818147; printed as 9.818 in annuity tables.
def test_annuity_factor_agrees_with_the_printed_table() -> None:
    assert annuity_factor(0.08, 20) == pytest.approx(9.818, abs=5e-4)
    assert annuity_factor(0.05, 1) == pytest.approx(1 / 1.05, rel=1e-14)


def test_annuity_is_capital_over_life_where_money_costs_nothing() -> None:
    assert annuity_factor(0.0, 25) == 25.0
    assert annuity(100.0, 0.0, 25) == 4.0


@settings(deadline=None)
@given(st.floats(-1e-9, 1e-9), LIVES)
def test_annuity_factor_runs_smoothly_into_its_limit_at_rate_zero(rate: float, years: int) -> None:
    first_order = years * (1.0 - (years + 1) * rate / 2.0)
    assert annuity_factor(rate, years) == pytest.approx(first_order, rel=1e-13)


@settings(deadline=None)
@given(st.floats(0, 1e10), RATES, LIVES)
def test_the_present_value_of_an_annuity_is_the_capital_it_repays(
    capex: float, rate: float, life: int
) -> None:
    years = list(range(1, life + 1))
    payment = annuity(capex, rate, life)
    assert present_value([payment] * life, rate, years) == pytest.approx(capex, rel=1e-10)


@settings(deadline=None)
@given(st.floats(0.0, 0.4), st.floats(0.001, 0.1), LIVES)
def test_dearer_money_and_shorter_lives_raise_the_annuity(rate: float, step: float, life: int) -> None:
    assert annuity(1.0, rate + step, life) > annuity(1.0, rate, life)
    assert annuity(1.0, rate, life) > annuity(1.0, rate, life + 1) * (1 + 1e-12)
    assert discount_factor(rate + step, life) < discount_factor(rate, life)


@pytest.mark.parametrize("rate", [-1.0, -2.0, float("nan"), float("inf")])
def test_a_rate_that_is_none_is_refused(rate: float) -> None:
    for calculate in (discount_factor, annuity_factor):
        with pytest.raises(MoneyError, match=r"write 0\.08 for 8 %"):
            calculate(rate, 10)


@pytest.mark.parametrize("life", [0, -5, float("nan"), float("inf")])
def test_a_life_that_is_none_is_refused(life: float) -> None:
    with pytest.raises(MoneyError, match="above zero"):
        annuity(100.0, 0.08, life)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("USD2023/t", ("USD", 2023, "t")),
        ("CNY2020/kWh", ("CNY", 2020, "kWh")),
        ("USD2023/t LCE", ("USD", 2023, "t LCE")),
        ("USD2023/GWh/yr", ("USD", 2023, "GWh/yr")),
        (" EUR2021 ", ("EUR", 2021, "")),
    ],
)
def test_a_unit_of_money_is_read_as_currency_year_and_what_is_bought(
    text: str, expected: tuple[str, int, str]
) -> None:
    assert parse_money_unit(text) == expected


@pytest.mark.parametrize(
    ("text", "fix"),
    [
        ("USD/t", "USD2023/t"),
        ("USD", "USD2023"),
        ("usd2023/t", "write e.g. USD2023/t"),
        ("USD 2021/kg", "write e.g. USD2021/kg"),
        ("2021USD/kg", "write e.g. USD2021/kg"),
        ("$/kWh", "write e.g. USD2023/kWh"),
        ("USD23/t", "write e.g. USD2023/t"),
        ("USD2023/", "write e.g. USD2023/t"),
        ("USD2023 per t", "write e.g. USD2023/t"),
        ("LCE2023/t", "use one of AUD"),
        ("", "write e.g. USD2023/t"),
    ],
)
def test_money_without_currency_or_year_is_refused_with_a_fix(text: str, fix: str) -> None:
    with pytest.raises(MoneyError) as caught:
        parse_money_unit(text)
    assert fix in caught.value.fix


@settings(deadline=None)
@given(st.sampled_from(CURRENCIES), st.integers(1900, 2199), st.sampled_from(["", "/t", "/kWh", "/t Li"]))
def test_every_well_formed_unit_of_money_is_read_back(currency: str, year: int, per: str) -> None:
    assert parse_money_unit(f"{currency}{year}{per}") == (currency, year, per.removeprefix("/"))


@settings(deadline=None)
@given(st.text(max_size=40))
def test_arbitrary_text_is_a_unit_of_money_or_a_money_error(text: str) -> None:
    with contextlib.suppress(MoneyError):
        assert parse_money_unit(text).currency in CURRENCIES
