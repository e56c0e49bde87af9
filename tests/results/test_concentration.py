"""Herfindahl-Hirschman index and dependence by hand, with what is unknown as a range."""

from __future__ import annotations

import datetime as dt

import polars as pl
import pytest

from orecell.data.package import Case
from orecell.results.concentration import concentration_rows, latest_concentration

Row = tuple[str, int, float, str]


def rows_of(*supply: Row, published: str = "2025-06-01") -> list[dict[str, object]]:
    """One item from (country, year, value, unit)."""
    date = dt.date.fromisoformat(published)
    table = pl.DataFrame(
        [
            {"stage": "cam", "item": "CAM", "country": c, "year": y, "value": v, "unit": u}
            | {"source": "hand", "date": date}
            for c, y, v, u in supply
        ]
    )
    countries = {"CHN": "concern", "RUS": "concern", "USA": "domestic", "JPN": "allied", "ROW": "other"}
    return concentration_rows(
        {
            "world_supply": table,
            "countries": pl.DataFrame(
                {
                    "country": list(countries),
                    "sourcing_class": list(countries.values()),
                    "name": list(countries),
                }
            ),
            "stages": pl.DataFrame({"stage": ["cam"], "name": ["CAM"]}),
        }
    )


def test_one_published_share_leaves_the_rest_as_a_range() -> None:
    (row,) = rows_of(("CHN", 2024, 0.85, "fraction of world"))
    assert row["hhi_low"] == pytest.approx(0.7225)
    assert row["hhi_high"] == pytest.approx(0.7225 + 0.0225)
    assert (row["concern_share_low"], row["concern_share_high"]) == pytest.approx((0.85, 1.0))
    assert (row["largest_country"], row["largest_share"]) == ("CHN", pytest.approx(0.85))


def test_quantities_become_shares_and_a_nameless_rest_is_unknown_too() -> None:
    (row,) = rows_of(("CHN", 2024, 60.0, "t/yr"), ("USA", 2024, 20.0, "t/yr"), ("ROW", 2024, 20.0, "t/yr"))
    assert row["hhi_low"] == pytest.approx(0.36 + 0.04)
    assert row["hhi_high"] == pytest.approx(0.36 + 0.04 + 0.04)
    assert (row["concern_share_low"], row["concern_share_high"]) == pytest.approx((0.6, 0.8))


def test_a_complete_list_has_no_range() -> None:
    (row,) = rows_of(("CHN", 2024, 50.0, "t/yr"), ("RUS", 2024, 25.0, "t/yr"), ("JPN", 2024, 25.0, "t/yr"))
    assert row["hhi_low"] == row["hhi_high"] == pytest.approx(0.25 + 2 * 0.0625)
    assert row["concern_share_low"] == row["concern_share_high"] == pytest.approx(0.75)


def test_a_monopoly_has_an_index_of_one_and_equal_makers_one_over_their_number() -> None:
    (alone,) = rows_of(("CHN", 2024, 7.0, "t/yr"))
    (four,) = rows_of(*((c, 2024, 1.0, "t/yr") for c in ("CHN", "RUS", "USA", "JPN")))
    assert alone["hhi_low"] == 1.0
    assert four["hhi_low"] == pytest.approx(0.25)


def test_an_item_without_any_output_has_no_row() -> None:
    assert rows_of(("CHN", 2024, 0.0, "t/yr")) == []


def test_the_order_of_the_rows_changes_nothing() -> None:
    supply: list[Row] = [("CHN", 2024, 0.1, "t/yr"), ("USA", 2024, 0.2, "t/yr"), ("JPN", 2024, 0.3, "t/yr")]
    assert rows_of(*supply) == rows_of(*reversed(supply))


def test_the_latest_measured_year_is_preferred_to_a_projection() -> None:
    rows = rows_of(("CHN", 2022, 1.0, "t/yr"), ("CHN", 2024, 1.0, "t/yr"), ("CHN", 2035, 1.0, "t/yr"))
    assert [row["is_projection"] for row in rows] == [False, False, True]
    assert latest_concentration(pl.DataFrame(rows))["year"].to_list() == [2024]


def test_an_item_with_nothing_but_projections_keeps_the_last() -> None:
    rows = rows_of(("CHN", 2030, 1.0, "t/yr"), ("CHN", 2035, 1.0, "t/yr"))
    assert latest_concentration(pl.DataFrame(rows))["year"].to_list() == [2035]


@pytest.mark.parametrize(
    ("item", "year", "china"),
    # IEA and others, as collected in midstream_shares.csv.
    [
        ("cathode active material, share of world output", 2025, 0.85),
        ("anode active material, share of world output", 2025, 0.90),
        ("battery cells, share of world output", 2025, 0.80),
        ("cell manufacturing capacity, share of world", 2024, 0.85),
        ("LFP cathode and cells, share of world output", 2024, 0.98),
        ("lithium chemicals, share of world output", 2025, 0.70),
        ("refined cobalt of all forms, share of world output", 2025, 0.75),
        ("high-purity manganese sulfate, share of world output", 2023, 0.96),
    ],
)
def test_dependence_of_the_shipped_case_is_as_published(
    shipped: Case, item: str, year: int, china: float
) -> None:
    (row,) = [r for r in concentration_rows(shipped.tables) if (r["item"], r["year"]) == (item, year)]
    assert row["largest_country"] == "China"
    assert row["concern_share_low"] == pytest.approx(china)
    assert row["hhi_low"] == pytest.approx(china**2)
    assert row["hhi_high"] == pytest.approx(china**2 + (1 - china) ** 2)
