from math import inf, nan

import pytest

from orecell.core.tolerances import (
    BALANCE_ABSOLUTE,
    BALANCE_RELATIVE,
    DUALITY_GAP,
    RECIPE_RELATIVE,
    SHARE_SUM,
    SOLVER_FEASIBILITY,
    is_balanced,
)


# By hand: one millionth of 1,000 t may be missing at most by 1e-9 * 1,000 t = 1e-6 t.
@pytest.mark.parametrize(
    ("residual", "throughput", "expected"),
    [(0.9e-6, 1000.0, True), (1.1e-6, 1000.0, False), (-0.9e-6, 1000.0, True), (-1.1e-6, -1000.0, False)],
)
def test_a_balance_closes_relative_to_what_flows(residual: float, throughput: float, expected: bool) -> None:
    assert is_balanced(residual, throughput) is expected


def test_where_nothing_flows_only_rounding_is_allowed() -> None:
    assert is_balanced(0.0, 0.0)
    assert is_balanced(BALANCE_ABSOLUTE, 0.0)
    assert not is_balanced(1e-9, 0.0)


@pytest.mark.parametrize(
    ("residual", "throughput"),
    [(nan, 1.0), (0.0, nan), (nan, nan), (0.0, inf), (inf, inf)],
)
def test_a_number_that_is_none_never_counts_as_balanced(residual: float, throughput: float) -> None:
    assert not is_balanced(residual, throughput)


@pytest.mark.parametrize("throughput", [1e-6, 1.0, 1e6])
def test_a_larger_residual_never_closes_where_a_smaller_one_does_not(throughput: float) -> None:
    verdicts = [is_balanced(throughput * share, throughput) for share in (0.0, 1e-10, 1e-8, 1e-3, 1.0)]
    assert verdicts == sorted(verdicts, reverse=True)


def test_three_rounded_thirds_are_shares_that_sum_to_one() -> None:
    assert abs(3 * 0.3333333 - 1.0) <= SHARE_SUM
    assert abs(3 * 0.33333 - 1.0) > SHARE_SUM


def test_tolerances_of_measured_things_are_looser_than_those_of_arithmetic() -> None:
    assert BALANCE_ABSOLUTE < BALANCE_RELATIVE < SOLVER_FEASIBILITY < RECIPE_RELATIVE <= DUALITY_GAP
