"""What was known of a plant at a date, and its capacity in the unit of its stage."""

from __future__ import annotations

import datetime as dt

import polars as pl
import pytest
from handmade_plants import plants, state

from orecell.chain.capacity import MATURE_AGE_YEARS, known_states, stage_capacity, unit_factor
from orecell.data.book import Book
from orecell.data.package import Case
from orecell.data.recipe import Commodity
from orecell.errors import InputError

NISO4 = {"Ni": 0.2233, "S": 0.1220}


def day(text: str) -> dt.date:
    return dt.date.fromisoformat(text)


@pytest.mark.parametrize(
    ("unit", "measure", "composition", "per_feed", "factor"),
    [
        # Li2CO3: 2 x 6.94 of 73.89 g/mol.
        ("t LCE/yr", "Li", {"Li": 0.1654}, 1.0, 2 * 6.94 / (2 * 6.94 + 12.011 + 3 * 15.999)),
        ("t/yr", "Li", {"Li": 0.1654}, 1.0, 0.1654),
        ("t/yr", "Ni", NISO4, 1.0, 0.2233),
        ("t/yr", "mass", NISO4, 1.0, 1.0),
        ("t Ni/yr", "Ni", NISO4, 1.0, 1.0),
        ("t Co/yr", "Co", {}, 1.0, 1.0),
        ("t Mn/yr", "Mn", {}, 1.0, 1.0),
        ("t Li/yr", "Li", {}, 1.0, 1.0),
        ("GWh/yr", "energy", {}, 1.0, 1.0),
        ("m2/yr", "area", {}, 1.0, 1e-6),
        ("t feed/yr", "mass", {}, 0.5, 0.5),
    ],
)
def test_each_unit_of_capacity_has_its_factor(
    unit: str, measure: str, composition: dict[str, float], per_feed: float, factor: float
) -> None:
    assert unit_factor(unit, measure, composition, per_feed) == pytest.approx(factor, rel=1e-9)


def test_a_product_without_the_element_of_its_stage_is_refused_not_counted_as_zero() -> None:
    with pytest.raises(InputError, match="holds no Ni"):
        unit_factor("t/yr", "Ni", {"Co": 0.2}, 1.0)


def test_a_capacity_that_cannot_be_converted_names_its_plant() -> None:
    tables = plants(state("zinc-works", "2025-01-01", "operating"))
    tables["stages"] = tables["stages"].with_columns(measure=pl.lit("Ni"))
    book = Book({"cam_x": Commodity("cam_x", {"Zn": 1.0})}, {})
    with pytest.raises(InputError, match="'zinc-works'"):
        stage_capacity(known_states(tables, day("2025-01-01")), book, tables, use_assumed=False)


def test_the_latest_state_known_at_the_date_counts() -> None:
    tables = plants(
        state("a", "2024-01-01", "announced"),
        state("a", "2025-06-01", "construction", capacity=120.0),
        state("a", "2026-06-01", "canceled", capacity=None, capacity_unit=None),
    )
    found = {
        date: known_states(tables, day(date)).select("status", "capacity").row(0)
        for date in ("2024-01-01", "2025-12-31", "2026-06-01")
    }
    assert found == {
        "2024-01-01": ("announced", 100.0),
        "2025-12-31": ("construction", 120.0),
        "2026-06-01": ("canceled", None),
    }


def test_a_plant_not_yet_heard_of_is_left_out() -> None:
    tables = plants(state("a", "2025-01-01", "announced"), state("b", "2026-01-01", "announced"))
    assert known_states(tables, day("2025-06-01"))["facility"].to_list() == ["a"]
    assert known_states(tables, day("2024-12-31")).is_empty()


def test_running_since_is_known_only_for_plants_first_seen_before_they_ran() -> None:
    tables = plants(
        state("built", "2024-12-31", "construction"),
        state("built", "2026-06-30", "operating"),
        state("old", "2024-12-31", "operating"),
        state("planned", "2024-12-31", "announced"),
    )
    rows = known_states(tables, day("2026-06-30"))
    since = dict(rows.select("facility", "running_since").iter_rows())
    assert since == {"built": 2026, "old": 2024 - MATURE_AGE_YEARS, "planned": None}


def test_a_capacity_is_converted_and_an_unknown_one_stays_unknown() -> None:
    tables = plants(
        state("known", "2025-01-01", "operating"),
        state("silent", "2025-01-01", "operating", capacity=None, capacity_unit=None),
    )
    book = Book({"cam_x": Commodity("cam_x", {})}, {})
    rows = stage_capacity(known_states(tables, day("2025-01-01")), book, tables, use_assumed=False)
    assert rows["stage_capacity"].to_list() == [100.0, None]
    assert rows["is_assumed"].to_list() == [False, False]


def test_an_assumed_capacity_counts_only_on_request_and_only_where_none_was_published() -> None:
    tables = plants(
        state("known", "2025-01-01", "operating"),
        state("silent", "2025-01-01", "operating", capacity=None, capacity_unit=None),
    )
    tables["capacity_assumptions"] = pl.DataFrame(
        {"facility": ["known", "silent"], "value": [7.0, 30.0], "capacity_unit": ["t/yr", "t/yr"]}
    )
    book = Book({"cam_x": Commodity("cam_x", {})}, {})
    states = known_states(tables, day("2025-01-01"))
    without = stage_capacity(states, book, tables, use_assumed=False)
    with_assumed = stage_capacity(states, book, tables, use_assumed=True)
    assert without["stage_capacity"].to_list() == [100.0, None]
    assert with_assumed["stage_capacity"].to_list() == [100.0, 30.0]
    assert with_assumed["is_assumed"].to_list() == [False, True]


def test_no_published_capacity_of_the_shipped_case_vanishes_in_conversion(shipped: Case, book: Book) -> None:
    states = known_states(shipped.tables, day("2026-06-30"))
    rows = stage_capacity(states, book, shipped.tables, use_assumed=True)
    assert rows.filter((pl.col("capacity") > 0) & ~(pl.col("stage_capacity") > 0)).is_empty()
    lost = rows.filter(pl.col("capacity").is_not_null() & pl.col("stage_capacity").is_null())
    assert lost.is_empty()
