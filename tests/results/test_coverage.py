"""Coverage by hand: split of flexible plants, served output, need of the next stage, rows and laws."""

from __future__ import annotations

import dataclasses

import numpy as np
import polars as pl
import pytest
from handmade_balance import balance
from hypothesis import given
from hypothesis import strategies as st

from orecell.results.coverage import (
    Balance,
    allocate,
    coverage_rows,
    next_stage_need,
    served,
    supply_by_family,
)

AMOUNT = st.one_of(st.just(0.0), st.floats(0.01, 1000.0))


def column(*values: float) -> np.ndarray:
    return np.array(values, dtype=float)[:, None]


def test_own_family_first_then_flexible_plants_in_proportion_to_what_is_missing() -> None:
    # Missing 3 of nickel and 6 of iron; 6 flexible go 2 and 4.
    found = allocate(column(2, 1, 6), column(5, 7))
    assert found[:, 0].tolist() == pytest.approx([4.0, 5.0])


def test_allocation_never_exceeds_the_need() -> None:
    assert allocate(column(2, 1, 60), column(5, 7))[:, 0].tolist() == [5.0, 7.0]
    assert allocate(column(9, 9, 9), column(5, 7))[:, 0].tolist() == [5.0, 7.0]
    assert allocate(column(0, 0, 9), column(0, 0))[:, 0].tolist() == [0.0, 0.0]


def chain_of_three() -> Balance:
    """pCAM for CAM for cells; cells can make half of each family."""
    return balance(
        supply={"pcam": (4, 0, 0), "cam": (14, 0, 0), "cells": (0, 0, 10)},
        need={"pcam": (13, 0), "cam": (14, 20), "cells": (10, 10)},
    )


def test_served_is_what_the_served_next_stage_draws_by_family() -> None:
    found = served(chain_of_three())[:, :, 0]
    # Cells 5 and 5 of 10 each; CAM draws half, 7 nickel served, no iron plant; pCAM 4 of 13 / 2.
    assert found.tolist() == [pytest.approx([4.0, 0.0]), pytest.approx([7.0, 0.0]), pytest.approx([5.0, 5.0])]


def test_a_stage_serves_nothing_where_the_next_one_stands_still() -> None:
    idle = balance(
        supply={"pcam": (13, 0, 0), "cam": (0, 0, 0), "cells": (0, 0, 20)},
        need={"pcam": (13, 0), "cam": (14, 20), "cells": (10, 10)},
    )
    assert served(idle)[0].tolist() == [[0.0], [0.0]]


def test_packs_limit_no_cells() -> None:
    found = balance(
        supply={"cells": (0, 0, 20), "packs": (0, 0, 1)}, need={"cells": (10, 10), "packs": (10, 10)}
    )
    assert served(found)[0, :, 0].tolist() == [10.0, 10.0]


def test_need_of_the_next_stage_is_its_output_times_the_need_per_unit() -> None:
    found = next_stage_need(chain_of_three(), "expected")[:, 0]
    # CAM makes 14 nickel, needing all 13 pCAM; cells make 5 and 5, needing 5 x 1.4 + 5 x 2.
    assert found[:2].tolist() == pytest.approx([13.0, 17.0])
    assert np.isnan(found[2])


def test_need_of_the_next_stage_uses_the_basis_asked_for() -> None:
    found = balance(
        supply={"pcam": (4, 0, 0), "cam": (14, 0, 0)},
        need={"pcam": (13, 0), "cam": (14, 20)},
        qualified={"cam": (7, 0, 0)},
    )
    assert next_stage_need(found, "nameplate")[0, 0] == pytest.approx(13.0)
    assert next_stage_need(found, "qualified")[0, 0] == pytest.approx(6.5)
    assert next_stage_need(found, "served")[0, 0] == pytest.approx(6.5)


STAGES = pl.DataFrame(
    {
        "stage": ["pcam", "cam", "cells"],
        "name": ["pCAM", "CAM", "Cells"],
        "order": [1.0, 2.0, 3.0],
        "unit": ["t/yr", "t/yr", "GWh/yr"],
        "is_reported": [True, True, False],
    }
)


def test_rows_hold_supply_over_need_for_each_basis_and_denominator() -> None:
    rows = coverage_rows(chain_of_three(), STAGES, {})
    found = {(r["stage"], r["basis"], r["denominator"]): r["coverage_fraction"] for r in rows}
    assert len(rows) == 2 * 4 * 2
    assert found["pcam", "expected", "national_demand"] == pytest.approx(4 / 13)
    assert found["pcam", "served", "national_demand"] == pytest.approx(4 / 13)
    assert found["pcam", "expected", "domestic_next_stage"] == pytest.approx(4 / 13)
    assert found["cam", "expected", "national_demand"] == pytest.approx(14 / 34)
    assert found["cam", "served", "national_demand"] == pytest.approx(7 / 34)
    assert found["cam", "expected", "domestic_next_stage"] == pytest.approx(14 / 17)


def test_a_range_of_supply_becomes_a_range_of_coverage_of_national_demand_only() -> None:
    given = chain_of_three()
    least, most = np.full((3, 1), 2.0), np.full((3, 1), 26.0)
    rows = coverage_rows(given, STAGES, {"expected": (least, most)})
    found = {
        (r["stage"], r["basis"], r["denominator"]): (r["coverage_low"], r["coverage_high"]) for r in rows
    }
    assert found["pcam", "expected", "national_demand"] == (pytest.approx(2 / 13), pytest.approx(2.0))
    assert found["pcam", "expected", "domestic_next_stage"] == (None, None)
    assert found["pcam", "nameplate", "national_demand"] == (None, None)


def test_a_need_of_zero_gives_no_coverage_instead_of_a_number() -> None:
    nothing = balance(supply={"pcam": (4, 0, 0), "cam": (5, 5, 0)}, need={"pcam": (0, 0), "cam": (0, 0)})
    rows = coverage_rows(nothing, STAGES, {})
    assert {row["coverage_fraction"] for row in rows} == {None}


def test_supply_adds_up_counted_countries_by_family() -> None:
    rows = pl.DataFrame(
        {
            "stage": ["cam", "cam", "cam", "elsewhere"],
            "family": ["nickel", "any", "nickel", "any"],
            "country": ["USA", "CAN", "KOR", "USA"],
        }
    )
    output = np.array([[1.0, 2.0], [10.0, 20.0], [100.0, 200.0], [1000.0, 2000.0]])
    found = supply_by_family(rows, output, ("cam",), ("USA", "CAN"))
    assert found[0].tolist() == [[1.0, 2.0], [0.0, 0.0], [10.0, 20.0]]


@st.composite
def chains(draw: st.DrawFn) -> Balance:
    supply = {stage: [draw(AMOUNT) for _ in range(3)] for stage in ("pcam", "cam", "cells")}
    need = {stage: [draw(AMOUNT) for _ in range(2)] for stage in ("pcam", "cam", "cells")}
    return balance(supply, need)


@given(chains())
def test_law_served_is_within_qualified_supply_and_within_the_need(found: Balance) -> None:
    reached = served(found)
    slack = 1e-9 * 1000
    assert (reached >= 0).all()
    assert (reached <= found.requirement + slack).all()
    assert (reached.sum(axis=1) <= found.supply["qualified"].sum(axis=1) + slack).all()


@given(chains(), st.integers(0, 2), st.integers(0, 2), AMOUNT)
def test_law_more_supply_of_a_stage_never_lowers_what_it_serves(
    found: Balance, stage: int, family: int, more: float
) -> None:
    raised = found.supply["qualified"].copy()
    raised[stage, family] += more
    after = dataclasses.replace(found, supply={**found.supply, "qualified": raised})
    assert served(after)[stage].sum() >= served(found)[stage].sum() - 1e-6


@given(chains(), st.floats(0.1, 10.0))
def test_law_scaling_demand_and_capacity_scales_what_is_served(found: Balance, scale: float) -> None:
    supply = {basis: scale * values for basis, values in found.supply.items()}
    after = Balance(found.stages, found.years, supply, scale * found.requirement, scale * found.demand)
    np.testing.assert_allclose(served(after), scale * served(found), rtol=1e-9, atol=1e-6)
