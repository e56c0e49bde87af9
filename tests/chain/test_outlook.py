"""Nameplate, expected and qualified output of plants by hand, and the laws they keep."""

from __future__ import annotations

import datetime as dt
from typing import Any

import numpy as np
import polars as pl
import pytest
from handmade_plants import PARAMETERS, Tables, plants, state, transitions

from orecell.chain.capacity import NAMEPLATE_STATUSES, Outlook, known_states, make_outlook, stage_capacity
from orecell.data.book import Book
from orecell.data.package import Case
from orecell.data.recipe import Commodity

BOOK = Book({"cam_x": Commodity("cam_x", {})}, {})
YEARS = range(2024, 2036)
SURVIVAL = 0.729 ** (1 / 1.5)  # 0.81 a year


def outlook(tables: Tables, as_of: str, *, years: Any = YEARS, weighting: str = "count") -> Outlook:
    date = dt.date.fromisoformat(as_of)
    rows = stage_capacity(known_states(tables, date), BOOK, tables, use_assumed=False)
    return make_outlook(rows, tables, years, date, weighting)


def by_year(values: Any, years: Any = YEARS) -> dict[int, float]:
    return dict(zip(years, values.tolist(), strict=True))


def test_survival_of_the_hand_made_chain_is_081_a_year() -> None:
    assert pytest.approx(0.81) == SURVIVAL


def test_a_mature_plant_makes_capacity_times_utilization_and_slowly_closes() -> None:
    found = outlook(plants(state("a", "2024-01-01", "operating")), "2026-03-01")
    expected = by_year(found.expected[0])
    assert expected[2024] == pytest.approx(80.0)
    assert expected[2026] == pytest.approx(80.0)
    assert expected[2027] == pytest.approx(80.0 * 0.81)
    assert expected[2028] == pytest.approx(80.0 * 0.81**2)
    np.testing.assert_allclose(found.qualified, found.expected)
    assert set(found.nameplate[0].tolist()) == {100.0}


def test_a_plant_that_runs_ramps_by_age_and_qualifies_after_its_years() -> None:
    found = outlook(plants(state("a", "2026-01-01", "operating", start_year=2025)), "2026-01-01")
    expected, qualified = by_year(found.expected[0]), by_year(found.qualified[0])
    assert expected[2024] == 0.0
    assert expected[2025] == pytest.approx(100 * 0.8 * 0.5)
    assert expected[2026] == pytest.approx(100 * 0.8 * 0.9)
    assert expected[2027] == pytest.approx(100 * 0.8 * 1.0 * 0.81)
    # Qualified after 1.5 years: nothing in the first, half of the second, all from the third.
    assert qualified[2025] == 0.0
    assert qualified[2026] == pytest.approx(100 * 0.8 * 0.9 * 0.5)
    assert qualified[2027] == pytest.approx(expected[2027])


def test_a_plant_first_seen_under_construction_did_not_run_before_it_was_seen_running() -> None:
    tables = plants(state("a", "2024-12-31", "construction"), state("a", "2026-06-30", "operating"))
    found = outlook(tables, "2026-06-30")
    expected = by_year(found.expected[0])
    assert expected[2024] == expected[2025] == 0.0
    assert expected[2026] == pytest.approx(100 * 0.8 * 0.5)
    assert by_year(found.nameplate[0])[2025] == 0.0


def test_a_building_plant_enters_with_the_chain_but_not_before_its_start() -> None:
    tables = plants(state("a", "2026-01-01", "construction", start_year=2030))
    expected = by_year(outlook(tables, "2026-01-01").expected[0])
    assert [expected[year] for year in range(2024, 2030)] == [0.0] * 6
    # Half of what builds enters each 18 months: 0.875 by 4.5 years, 0.9375 by 6.
    by_end_of_2030 = 0.875 + 0.0625 * (5 - 1 / 366 - 4.5) / 1.5
    by_end_of_2031 = 0.875 + 0.0625 * (6 - 1 / 366 - 4.5) / 1.5
    assert expected[2030] == pytest.approx(80 * by_end_of_2030 * 0.5)
    assert expected[2031] == pytest.approx(
        80 * (by_end_of_2030 * 0.81 * 0.9 + (by_end_of_2031 - by_end_of_2030) * 0.5)
    )


def test_without_a_stated_start_the_lead_time_of_the_stage_counts_from_the_date() -> None:
    tables = plants(state("b", "2025-01-01", "construction"), state("c", "2025-01-01", "announced"))
    found = outlook(tables, "2026-01-01")
    first = [next(y for y, v in by_year(row).items() if v > 0) for row in found.expected]
    assert first == [2028, 2030]
    assert [next(y for y, v in by_year(row).items() if v > 0) for row in found.nameplate] == [2028, 2030]


def test_a_start_year_gone_by_without_a_start_becomes_the_year_of_the_date() -> None:
    tables = plants(state("a", "2023-01-01", "construction", start_year=2024))
    found = outlook(tables, "2026-01-01")
    assert by_year(found.nameplate[0])[2025] == 0.0
    assert by_year(found.nameplate[0])[2026] == 100.0


def test_a_later_start_never_raises_what_is_expected() -> None:
    totals = []
    for start in (2026, 2028, 2031):
        tables = plants(state("a", "2026-01-01", "announced", start_year=start))
        totals.append(outlook(tables, "2026-01-01").expected[0].cumsum())
    assert (totals[0] >= totals[1] - 1e-9).all()
    assert (totals[1] >= totals[2] - 1e-9).all()


def test_a_paused_plant_is_no_nameplate_and_a_small_chance_of_a_restart() -> None:
    found = outlook(plants(state("a", "2025-01-01", "paused")), "2026-01-01")
    assert (found.nameplate == 0).all()
    expected = by_year(found.expected[0])
    assert expected[2029] == 0.0
    # By the end of 2030 5 years less a day: 0.271 by 4.5 years, a tenth of the rest per 18 months.
    entered = 0.271 + 0.0729 * (0.5 - 1 / 366) / 1.5
    assert expected[2030] == pytest.approx(80 * entered * 0.5)


@pytest.mark.parametrize("status", ["canceled", "retired"])
def test_what_has_stopped_for_good_makes_nothing(status: str) -> None:
    found = outlook(plants(state("a", "2025-01-01", status, start_year=2020)), "2026-01-01")
    assert not found.nameplate.any()
    assert not found.expected.any()
    assert not found.qualified.any()


def test_what_is_not_counted_or_of_unknown_capacity_makes_nothing_but_stays_listed() -> None:
    uncounted = outlook(plants(state("a", "2025-01-01", "operating"), is_counted=False), "2026-01-01")
    silent = outlook(
        plants(state("a", "2025-01-01", "operating", capacity=None, capacity_unit=None)), "2026-01-01"
    )
    for found in (uncounted, silent):
        assert found.facilities.height == 1
        assert not found.nameplate.any()
        assert not found.expected.any()
    assert silent.facilities["stage_capacity"].to_list() == [None]


def test_nobody_known_gives_an_outlook_without_rows() -> None:
    found = outlook(plants(state("a", "2025-01-01", "operating")), "2024-01-01")
    assert found.expected.shape == (0, len(YEARS))


def test_as_of_law_what_is_known_later_changes_nothing_before() -> None:
    early = [state("a", "2025-01-01", "construction", start_year=2027), state("b", "2025-02-01", "operating")]
    late = [
        state("a", "2026-02-01", "canceled"),
        state("b", "2026-03-01", "operating", capacity=900.0, start_year=2023),
        state("c", "2026-04-01", "operating"),
    ]
    before = outlook(plants(*early), "2025-12-31")
    after = outlook(plants(*early, *late), "2025-12-31")
    np.testing.assert_array_equal(before.nameplate, after.nameplate)
    np.testing.assert_array_equal(before.expected, after.expected)
    np.testing.assert_array_equal(before.qualified, after.qualified)
    assert before.facilities["facility"].to_list() == after.facilities["facility"].to_list()


def test_the_first_year_asked_for_changes_no_other_year() -> None:
    rows = (state("a", "2025-01-01", "operating"), state("b", "2025-01-01", "announced", start_year=2027))
    wide = outlook(plants(*rows), "2026-01-01", years=range(2015, 2036))
    narrow = outlook(plants(*rows), "2026-01-01", years=range(2030, 2032))
    np.testing.assert_allclose(wide.expected[:, 15:17], narrow.expected)


def test_a_qualification_of_no_years_makes_all_output_qualified() -> None:
    tables = plants(state("a", "2025-01-01", "announced", start_year=2027))
    table = [{"stage": "cam", "parameter": n, "value": v} for n, v in PARAMETERS.items()]
    tables["stage_parameters"] = pl.DataFrame(table).with_columns(
        pl.when(pl.col("parameter") == "qualification_years").then(0.0).otherwise("value").alias("value")
    )
    found = outlook(tables, "2026-01-01")
    np.testing.assert_array_equal(found.qualified, found.expected)


def test_the_weighting_asked_for_is_the_one_used() -> None:
    tables = plants(state("a", "2025-01-01", "construction", start_year=2026))
    slow = {("construction", "construction"): 0.9, ("construction", "operating"): 0.1}
    tables["status_transitions"] = pl.concat(
        [tables["status_transitions"], transitions({**slow, ("operating", "operating"): 1.0}, "capital")]
    )
    count, capital = (outlook(tables, "2026-01-01", weighting=w).expected[0] for w in ("count", "capital"))
    # 0.1 instead of 0.5 enter per 18 months: a fifth in the first year.
    assert capital[2] == pytest.approx(count[2] / 5)


@pytest.fixture(scope="module", params=["2025-03-26", "2026-06-30"])
def shipped_outlook(request: pytest.FixtureRequest, shipped: Case, book: Book) -> Outlook:
    date = dt.date.fromisoformat(request.param)
    rows = stage_capacity(known_states(shipped.tables, date), book, shipped.tables, use_assumed=True)
    return make_outlook(rows, shipped.tables, YEARS, date, "count")


def test_law_qualified_is_within_expected_and_expected_within_utilized_capacity(
    shipped: Case, shipped_outlook: Outlook
) -> None:
    found = shipped_outlook
    parameters = shipped.tables["stage_parameters"].filter(pl.col("parameter") == "utilization_fraction")
    share = dict(parameters.select("stage", "value").iter_rows())
    utilization = np.array([share[stage] for stage in found.facilities["stage"]])[:, None]
    capacity = found.facilities["stage_capacity"].fill_null(0.0).to_numpy()[:, None]
    assert (found.qualified >= 0).all()
    assert (found.qualified <= found.expected + 1e-9).all()
    assert (found.expected <= capacity * utilization + 1e-9).all()
    planned = np.isin(found.facilities["status"].to_numpy(), NAMEPLATE_STATUSES)
    assert (found.expected[planned] <= (found.nameplate * utilization)[planned] + 1e-9).all()


def test_weighting_by_capital_lowers_what_announced_projects_are_expected_to_make(
    shipped: Case, book: Book
) -> None:
    date = dt.date(2026, 6, 30)
    rows = stage_capacity(known_states(shipped.tables, date), book, shipped.tables, use_assumed=False)
    announced = rows.filter(pl.col("status") == "announced")
    count, capital = (
        make_outlook(announced, shipped.tables, YEARS, date, weighting).expected.sum(axis=1)
        for weighting in ("count", "capital")
    )
    assert (capital <= count).all()
    assert capital.sum() < count.sum()
