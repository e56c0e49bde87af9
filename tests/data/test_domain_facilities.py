"""The plants named in the documents that Orecell was written for are in the dataset, by id and name."""

import datetime as dt

import polars as pl
import pytest

from orecell.data.package import Case

NAMED = {
    "ussm-fredericktown-refinery": "US Strategic Metals Fredericktown",
    "ussm-st-pcam": "Missouri S&T pCAM pilot",
    "thacker-pass-p1": "Thacker Pass Phase 1",
    "thacker-pass-p2": "Thacker Pass Phase 2",
    "salton-bhe": "Salton Sea",
    "salton-ctr-hells-kitchen": "Hell's Kitchen",
    "salton-esm-atlis": "ATLiS",
    "smackover-swa-p1": "Smackover Lithium",
    "smackover-exxon-saltwerx": "Smackover",
    "smackover-lanxess-p1a": "Standard Lithium",
    "dow-carbonate-solvents": "Dow",
    "threem-battery": "3M",
    "umicore-loyalist-cam": "Umicore Loyalist - CAM",
    "umicore-loyalist-pcam": "Umicore Loyalist - pCAM",
    "ascend-apex1-pcam": "Ascend Elements Apex 1 - pCAM",
    "ascend-apex1-cam": "Ascend Elements Apex 1 - CAM",
    "ascend-apex1-li2co3": "Ascend Elements Apex 1 - lithium carbonate",
    "syrah-vidalia-1": "Syrah Vidalia",
    "syrah-vidalia-2": "Syrah Vidalia",
    "mitra-muskegon": "Mitra Chem",
    "mitra-mountain-view": "Mitra Chem",
    "sunchemical-iron-phosphate": "Mitra Chem",
    "ultium-warren": "Ultium Cells",
    "ultium-springhill": "Ultium Cells",
    "ultium-cam-p1": "Ultium CAM",
    "ultium-cam-p2-pcam": "Ultium CAM",
    "blueoval-ky1-ncm": "BlueOval SK",
    "blueoval-ky2": "BlueOval SK",
    "blueoval-tn": "BlueOval SK",
    "sk-georgia": "SK Battery America",
    "alus-oklahoma": "Alus",
    "bluewhale-bartlesville-1": "Blue Whale Materials Bartlesville",
    "bluewhale-bartlesville-2": "Blue Whale Materials Bartlesville",
    "icl-stlouis-lfp": "ICL St. Louis",
    "anovion-alabama": "Anovion",
    "anovion-bainbridge": "Anovion",
    "abtc-mccarran": "ABTC",
    "abtc-south-carolina": "ABTC",
    "abtc-tonopah": "ABTC Tonopah",
    "lgchem-clarksville-1": "LG Chem Clarksville",
    "lgchem-clarksville-2": "LG Chem Clarksville",
    "vale-becancour-niso4": "Vale",
    "aesc-florence": "AESC Florence",
    "bmw-woodruff": "BMW Plant Woodruff",
}


@pytest.mark.parametrize(("facility", "name"), NAMED.items())
def test_a_plant_of_the_documents_is_in_the_dataset_with_a_state(
    shipped: Case, facility: str, name: str
) -> None:
    rows = shipped.tables["facilities"].filter(pl.col("facility") == facility)
    assert rows.height == 1
    assert name in rows["name"][0]
    assert shipped.tables["facility_states"].filter(pl.col("facility") == facility).height >= 1


BEFORE, AFTER = dt.date(2025, 3, 26), dt.date(2026, 6, 30)


def state(case: Case, facility: str, as_of: dt.date) -> dict[str, object]:
    """What was known of a facility at a date."""
    rows = case.tables["facility_states"].filter(
        (pl.col("facility") == facility) & (pl.col("known_on") <= as_of)
    )
    return rows.sort("known_on").row(-1, named=True)


def grant(case: Case, name: str, as_of: dt.date) -> tuple[str, float, float | None]:
    """Status, amount and what was paid of a grant at a date."""
    rows = case.tables["grants"].filter((pl.col("grant") == name) & (pl.col("known_on") <= as_of))
    row = rows.sort("known_on").row(-1, named=True)
    return row["status"], row["value"], row["disbursed_usd"]


def test_apex_1_is_one_site_with_three_lines_in_hopkinsville(shipped: Case) -> None:
    lines = shipped.tables["facilities"].filter(pl.col("site") == "ascend-apex1")
    assert dict(lines.select("facility", "commodity").iter_rows()) == {
        "ascend-apex1-cam": "cam_nmc622",
        "ascend-apex1-li2co3": "black_mass_nickel",
        "ascend-apex1-pcam": "pcam_nmc622",
    }
    assert set(lines["city"]) == {"Hopkinsville"}
    assert set(lines["region"]) == {"US-KY"}


def test_the_precursor_line_of_apex_1_was_under_construction_and_then_paused(shipped: Case) -> None:
    before, after = (state(shipped, "ascend-apex1-pcam", day) for day in (BEFORE, AFTER))
    assert (before["status"], before["capacity"], before["capacity_unit"]) == (
        "construction",
        27000.0,
        "t/yr",
    )
    assert before["capex_usd"] == 1e9
    assert (after["status"], after["capacity"], after["capacity_unit"]) == ("paused", 27000.0, "t/yr")


def test_the_cathode_line_of_apex_1_was_given_up_on_27_february_2025(shipped: Case) -> None:
    for day in (BEFORE, AFTER):
        known = state(shipped, "ascend-apex1-cam", day)
        assert (known["status"], known["known_on"]) == ("canceled", dt.date(2025, 2, 27))
    assert state(shipped, "ascend-apex1-cam", dt.date(2025, 2, 26))["status"] == "announced"


def test_the_lithium_line_of_apex_1_came_with_the_pivot_and_was_paused(shipped: Case) -> None:
    assert state(shipped, "ascend-apex1-li2co3", BEFORE)["status"] == "announced"
    assert state(shipped, "ascend-apex1-li2co3", AFTER)["status"] == "paused"


def test_the_grant_of_316_million_was_awarded_and_ended_after_206_million_were_paid(shipped: Case) -> None:
    name = "bil1-ascend-apex1-pcam"
    assert grant(shipped, name, BEFORE)[:2] == ("awarded", 316e6)
    assert grant(shipped, name, AFTER) == ("canceled", 316e6, 206e6)


def test_the_grant_of_164_million_went_with_the_cathode_line(shipped: Case) -> None:
    name = "bil1-ascend-apex1-cam"
    assert grant(shipped, name, dt.date(2025, 2, 26))[:2] == ("awarded", 164e6)
    for day in (BEFORE, AFTER):
        assert grant(shipped, name, day)[:2] == ("canceled", 164e6)


@pytest.mark.parametrize("name", ["bil1-icl-stlouis", "bil1-anovion", "bil1-abtc-tonopah"])
def test_grants_of_the_same_round_were_ended_in_october_2025(shipped: Case, name: str) -> None:
    assert grant(shipped, name, BEFORE)[0] == "awarded"
    assert grant(shipped, name, AFTER)[0] == "canceled"


def test_umicore_loyalist_was_paused_before_both_dates(shipped: Case) -> None:
    for day in (BEFORE, AFTER):
        assert state(shipped, "umicore-loyalist-cam", day)["status"] in ("paused", "canceled")
