"""The Markov chain of project status against matrix powers done by hand, and its limits."""

from __future__ import annotations

import itertools

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from orecell.chain.capacity import CHAIN_STATES, StatusChain
from orecell.data.package import Case
from orecell.errors import InputError


@pytest.fixture(scope="module")
def measured(shipped: Case) -> StatusChain:
    return StatusChain.from_table(shipped.tables["status_transitions"], "all", "count")


def entry(chain: StatusChain, status: str, *years: float) -> list[float]:
    return chain.cumulative_entry(status, np.array(years)).tolist()


def test_construction_enters_as_the_powers_of_the_measured_matrix_say(measured: StatusChain) -> None:
    # 18 months: 0.38. Then 0.49 still builds and 0.08 fell back: 0.49 x 0.38 + 0.08 x 0.08.
    second = 0.49 * 0.38 + 0.08 * 0.08
    # 36 months on: building 0.49^2 + 0.08 x 0.10, announced 0.49 x 0.08 + 0.08 x 0.72.
    third = (0.49**2 + 0.08 * 0.10) * 0.38 + (0.49 * 0.08 + 0.08 * 0.72) * 0.08
    found = entry(measured, "construction", 0.0, 1.5, 3.0, 4.5)
    assert found == pytest.approx([0.0, 0.38, 0.38 + second, 0.38 + second + third])


def test_announced_enters_directly_and_through_construction(measured: StatusChain) -> None:
    assert entry(measured, "announced", 1.5, 3.0) == pytest.approx([0.08, 0.08 + 0.72 * 0.08 + 0.10 * 0.38])


def test_entry_is_linear_within_a_period(measured: StatusChain) -> None:
    assert entry(measured, "announced", 0.75) == pytest.approx([0.04])
    assert entry(measured, "construction", 2.25) == pytest.approx([0.38 + (0.49 * 0.38 + 0.08 * 0.08) / 2])


def test_a_canceled_project_never_enters(measured: StatusChain) -> None:
    assert entry(measured, "canceled", 0.0, 30.0) == [0.0, 0.0]


def test_yearly_survival_compounds_to_that_of_a_period(measured: StatusChain) -> None:
    assert measured.yearly_survival**1.5 == pytest.approx(0.89)


def test_a_retired_plant_counts_as_canceled_and_a_state_without_rows_stays(measured: StatusChain) -> None:
    row = measured.matrix[CHAIN_STATES.index("operating")]
    assert row[CHAIN_STATES.index("canceled")] == pytest.approx(0.11)
    bare = pl.DataFrame(
        {
            "group": ["all"],
            "weighting": ["count"],
            "from_status": ["operating"],
            "to_status": ["operating"],
            "value": [1.0],
            "period_months": [18.0],
        }
    )
    chain = StatusChain.from_table(bare, "all", "count")
    np.testing.assert_array_equal(chain.matrix, np.eye(len(CHAIN_STATES)))


def test_a_weighting_without_rows_and_mixed_periods_are_refused(shipped: Case) -> None:
    table = shipped.tables["status_transitions"]
    with pytest.raises(InputError, match="has no transitions"):
        StatusChain.from_table(table.filter(pl.col("weighting") == "count"), "all", "capital")
    mixed = table.with_columns(
        pl.when(pl.col("from_status") == "paused")
        .then(12.0)
        .otherwise(pl.col("period_months"))
        .alias("period_months")
    )
    with pytest.raises(InputError, match="one period"):
        StatusChain.from_table(mixed, "all", "count")


@given(
    weights=st.lists(st.floats(0.0, 1.0), min_size=36, max_size=36),
    start=st.sampled_from(CHAIN_STATES),
    years=st.lists(st.floats(0.0, 60.0), min_size=2, max_size=6),
)
def test_entry_never_falls_and_never_exceeds_one(
    weights: list[float], start: str, years: list[float]
) -> None:
    raw = np.array(weights).reshape(6, 6) + 1e-6
    chain = StatusChain(raw / raw.sum(axis=1, keepdims=True), 1.5)
    found = entry(chain, start, *sorted(years))
    assert all(a <= b + 1e-12 for a, b in itertools.pairwise(found))
    assert found[0] >= 0.0
    assert found[-1] <= 1.0 + 1e-12
