"""The largest wholly domestic output against brute force, and the stage that caps it by hand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import combinations

import numpy as np
import pytest
from handmade_balance import balance
from hypothesis import given
from hypothesis import strategies as st

from orecell.errors import InputError
from orecell.results.bottleneck import CELL_STAGES, bottleneck_rows, find_bottleneck, largest_corner
from orecell.results.coverage import Balance

PLENTY = (0.0, 0.0, 1e6)


def brute_force(lines: Sequence[Sequence[float]], demand: Sequence[float]) -> float:
    """Best x + y over every crossing of two borders that breaks none of them."""
    borders = [*lines, (1, 0, demand[0]), (0, 1, demand[1]), (-1, 0, 0), (0, -1, 0)]
    best = 0.0
    for (a, b, c), (d, e, f) in combinations(borders, 2):
        det = a * e - b * d
        if abs(det) < 1e-12:
            continue
        x, y = (c * e - b * f) / det, (a * f - c * d) / det
        if all(p * x + q * y <= r + 1e-7 * (1 + abs(r)) for p, q, r in borders):
            best = max(best, x + y)
    return best


coefficient = st.one_of(st.just(0.0), st.floats(0.05, 20.0))
line = st.tuples(coefficient, coefficient, st.floats(0.0, 500.0)).filter(lambda row: row[0] + row[1] > 0)


@given(st.lists(line, max_size=8), st.tuples(st.floats(0.0, 100.0), st.floats(0.0, 100.0)))
def test_the_largest_corner_is_that_of_brute_force(
    lines: list[tuple[float, float, float]], demand: tuple[float, float]
) -> None:
    x, y = largest_corner(np.array(lines, dtype=float).reshape(-1, 3), np.array(demand))
    assert x + y == pytest.approx(brute_force(lines, demand), rel=1e-5, abs=1e-5)
    assert 0 <= x <= demand[0] + 1e-9
    assert 0 <= y <= demand[1] + 1e-9
    assert all(a * x + b * y <= c + 1e-6 * (1 + c) for a, b, c in lines)


@pytest.mark.parametrize(
    ("lines", "demand", "best"),
    [
        ([], (3.0, 4.0), 7.0),
        ([(1, 1, 5)], (3.0, 4.0), 5.0),
        ([(1, 0, 2)], (3.0, 4.0), 6.0),
        # x + 2y <= 8 and 3x + y <= 9 cross at x = 2, y = 3.
        ([(1, 2, 8), (3, 1, 9)], (10.0, 10.0), 5.0),
        ([(2, 1, 0)], (3.0, 4.0), 0.0),
        ([(2, 0, 0)], (3.0, 4.0), 4.0),
        ([(1, 1, 5)], (0.0, 0.0), 0.0),
    ],
)
def test_the_largest_corner_of_closed_examples(
    lines: list[tuple[float, float, float]], demand: tuple[float, float], best: float
) -> None:
    corner = largest_corner(np.array(lines, dtype=float).reshape(-1, 3), np.array(demand))
    assert sum(corner) == pytest.approx(best)


def cells(demand: Sequence[float] = (100.0, 100.0), **supply: Sequence[float]) -> Balance:
    """Every stage needs 1 per GWh, nickel stages only for nickel, and has plenty unless said."""
    only_nickel = ("nickel_sulfate", "cobalt_sulfate", "manganese_sulfate", "pcam")
    need: Mapping[str, Sequence[float]] = {
        stage: (demand[0], 0.0 if stage in only_nickel else demand[1]) for stage in CELL_STAGES
    }
    return balance({stage: supply.get(stage, PLENTY) for stage in CELL_STAGES}, need, demand)


def test_the_scarcest_stage_caps_and_the_next_one_is_named() -> None:
    found = find_bottleneck(cells(foil_copper=(0, 0, 50), cam=(0, 0, 80)), "expected", 0)
    assert (found.domestic_gwh, found.stage) == (pytest.approx(50.0), "foil_copper")
    assert (found.lifted_gwh, found.next_stage) == (pytest.approx(80.0), "cam")


def test_without_the_only_cap_demand_is_next() -> None:
    found = find_bottleneck(cells(separator=(0, 0, 60)), "expected", 0)
    assert (found.stage, found.next_stage) == ("separator", "")
    assert found.lifted_gwh == pytest.approx(200.0)


def test_plenty_everywhere_leaves_demand_as_the_cap() -> None:
    found = find_bottleneck(cells(), "expected", 0)
    assert (found.domestic_gwh, found.stage, found.next_stage) == (pytest.approx(200.0), "", "")


def test_no_nickel_sulfate_caps_the_nickel_half_only() -> None:
    found = find_bottleneck(cells(nickel_sulfate=(0, 0, 0)), "expected", 0)
    assert (found.domestic_gwh, found.stage) == (pytest.approx(100.0), "nickel_sulfate")
    assert found.lifted_gwh == pytest.approx(200.0)


def test_iron_cells_are_capped_by_iron_cathode_and_flexible_plants_help_either() -> None:
    # CAM 20 for nickel, 10 for iron, 30 flexible: 60 in all.
    found = find_bottleneck(cells(cam=(20, 10, 30)), "expected", 0)
    assert (found.domestic_gwh, found.stage) == (pytest.approx(60.0), "cam")


def test_among_stages_at_zero_none_is_blamed_that_some_cells_do_without() -> None:
    # Nickel sulfate is at zero too, but iron cells need none of it: copper foil or separator is to blame.
    nothing = (0, 0, 0)
    found = find_bottleneck(
        cells(nickel_sulfate=nothing, separator=nothing, foil_copper=nothing), "expected", 0
    )
    assert found.domestic_gwh == found.lifted_gwh == 0.0
    assert {found.stage, found.next_stage} == {"separator", "foil_copper"}


def test_a_single_stage_at_zero_is_named_even_beside_a_nickel_stage_at_zero() -> None:
    found = find_bottleneck(cells(nickel_sulfate=(0, 0, 0), foil_copper=(0, 0, 0)), "expected", 0)
    assert (found.domestic_gwh, found.stage) == (0.0, "foil_copper")
    assert (found.lifted_gwh, found.next_stage) == (pytest.approx(100.0), "nickel_sulfate")


def test_no_demand_is_capped_by_demand() -> None:
    found = find_bottleneck(cells(demand=(0.0, 0.0)), "expected", 0)
    assert (found.domestic_gwh, found.stage) == (0.0, "")


def test_a_family_without_demand_binds_nothing() -> None:
    found = find_bottleneck(
        cells(demand=(0.0, 100.0), cam=(0, 40, 0), nickel_sulfate=(0, 0, 0)), "expected", 0
    )
    assert (found.domestic_gwh, found.stage) == (pytest.approx(40.0), "cam")


def test_a_case_that_lacks_a_stage_of_the_cell_is_refused() -> None:
    whole = cells()
    part = Balance(
        whole.stages[:-1],
        whole.years,
        {basis: values[:-1] for basis, values in whole.supply.items()},
        whole.requirement[:-1],
        whole.demand,
    )
    with pytest.raises(InputError, match="a cell needs this stage"):
        find_bottleneck(part, "expected", 0)


@given(st.lists(st.floats(0.0, 300.0), min_size=36, max_size=36), st.integers(0, 35), st.floats(0.0, 300.0))
def test_law_more_supply_never_lowers_domestic_cells_nor_does_lifting_a_cap(
    amounts: list[float], where: int, more: float
) -> None:
    def of(values: Sequence[float]) -> Balance:
        supply = {stage: values[3 * i : 3 * i + 3] for i, stage in enumerate(CELL_STAGES)}
        return cells(**supply)

    before = find_bottleneck(of(amounts), "expected", 0)
    after = find_bottleneck(of([v + more * (i == where) for i, v in enumerate(amounts)]), "expected", 0)
    assert after.domestic_gwh >= before.domestic_gwh - 1e-6
    assert before.lifted_gwh >= before.domestic_gwh - 1e-6


def test_rows_name_demand_where_no_stage_caps() -> None:
    rows = bottleneck_rows(cells(foil_copper=(0, 0, 50)), {"foil_copper": "Copper foil"}, ("expected",))
    assert rows == [
        {
            "basis": "expected",
            "year": 2030,
            "demand_gwh": 200.0,
            "domestic_cells_gwh": pytest.approx(50.0),
            "stage": "foil_copper",
            "stage_name": "Copper foil",
            "lifted_gwh": pytest.approx(200.0),
            "next_stage_name": "demand",
        }
    ]
