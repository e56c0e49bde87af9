"""Final demand by chemistry: interpolation, sums over countries, gaps that must not pass as zero."""

from __future__ import annotations

import polars as pl
import pytest

from orecell.chain.demand import demand_by_chemistry, mix_of_segment
from orecell.data.package import Case
from orecell.errors import InputError

PACKS = ("pack_lfp", "pack_nmc")


def tables() -> dict[str, pl.DataFrame]:
    demand = [
        ("base", "USA", "ev", 2025, 100.0),
        ("base", "USA", "ev", 2026, 200.0),
        ("base", "CAN", "ev", 2025, 10.0),
        ("base", "CAN", "ev", 2026, 20.0),
        ("base", "USA", "storage", 2025, 40.0),
        ("base", "USA", "storage", 2026, 80.0),
        ("other", "USA", "ev", 2025, 999.0),
    ]
    mix = [
        ("base", "ev", "cell_lfp", 2025, 0.2),
        ("base", "ev", "cell_nmc", 2025, 0.8),
        ("base", "ev", "cell_lfp", 2027, 0.6),
        ("base", "ev", "cell_nmc", 2027, 0.4),
        ("base", "storage", "cell_lfp", 2025, 1.0),
        ("base", "storage", "cell_nmc", 2025, 0.0),
    ]
    return {
        "demand": pl.DataFrame(
            demand, schema=["demand_case", "country", "segment", "year", "value"], orient="row"
        ),
        "chemistry_mix": pl.DataFrame(
            mix, schema=["demand_case", "segment", "commodity", "year", "value"], orient="row"
        ),
    }


def test_segments_and_countries_add_up_by_chemistry() -> None:
    found = demand_by_chemistry(tables(), "base", ("USA", "CAN"), [2025, 2026], PACKS)
    # 2026: mix half way, 0.4 LFP; 220 GWh of vehicles and 80 of storage, all LFP.
    assert found.tolist() == [
        pytest.approx([110 * 0.2 + 40, 110 * 0.8]),
        pytest.approx([220 * 0.4 + 80, 220 * 0.6]),
    ]


def test_a_country_alone_is_part_of_the_set() -> None:
    alone = demand_by_chemistry(tables(), "base", ("USA",), [2025], PACKS)
    assert alone.tolist() == [pytest.approx([100 * 0.2 + 40, 80.0])]


def test_a_country_without_rows_demands_nothing() -> None:
    assert demand_by_chemistry(tables(), "base", ("MEX",), [2025], PACKS).tolist() == [[0.0, 0.0]]


def test_a_year_that_is_missing_is_refused_not_taken_as_zero() -> None:
    with pytest.raises(InputError, match="has no demand for 2027"):
        demand_by_chemistry(tables(), "base", ("USA",), [2026, 2027], PACKS)


def test_demand_without_a_mix_is_refused_not_dropped() -> None:
    bare = tables()
    bare["chemistry_mix"] = bare["chemistry_mix"].filter(pl.col("segment") != "storage")
    with pytest.raises(InputError, match="no chemistry mix"):
        demand_by_chemistry(bare, "base", ("USA",), [2025], PACKS)


def test_a_mix_stays_constant_beyond_its_years() -> None:
    mix = tables()["chemistry_mix"].filter(pl.col("segment") == "ev")
    assert mix_of_segment(mix, [2020, 2040], PACKS).tolist() == [
        pytest.approx([0.2, 0.8]),
        pytest.approx([0.6, 0.4]),
    ]


@pytest.mark.parametrize("case", ["news_2025", "argonne_2024", "outlook_2026"])
def test_chemistries_of_the_shipped_case_add_up_to_its_demand(shipped: Case, case: str) -> None:
    packs = sorted({c.replace("cell_", "pack_") for c in shipped.tables["chemistry_mix"]["commodity"]})
    years = range(2024, 2041)
    for countries in (("USA",), ("USA", "CAN", "MEX")):
        rows = shipped.tables["demand"].filter(
            (pl.col("demand_case") == case) & pl.col("country").is_in(countries)
        )
        total = demand_by_chemistry(shipped.tables, case, countries, years, packs).sum(axis=1)
        said = rows.group_by("year").agg(pl.col("value").sum()).sort("year")["value"].to_list()
        assert total.tolist() == pytest.approx(said, rel=1e-9)
