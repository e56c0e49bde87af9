"""Cells that are each well-formed and together make no sense: places, plants, states, grants."""

import pytest
from laboratory import Cells, Lab, assert_fault

Key = dict[str, str]
Case = tuple[str, Key, Cells, str, str]  # table, row, cells changed, column at fault, part of the rule

APEX = {"facility": "ascend-apex1-pcam", "known_on": "2024-08-27"}
CELLS: dict[str, Case] = {
    "kilotonnes_typed_as_tonnes_twice": (
        "facility_states",
        APEX,
        {"capacity": "27000000"},
        "capacity",
        "no line in the world is larger",
    ),
    "utilization_in_percent": (
        "stage_parameters",
        {"stage": "cells", "parameter": "utilization_fraction"},
        {"value": "77", "value_low": "50", "value_high": "85"},
        "value",
        "must not be above 1",
    ),
    "region_of_another_country": ("regions", {"region": "US-KY"}, {"country": "CAN"}, "region", "CA-"),
    "region_without_country": (
        "regions",
        {"region": "US-KY"},
        {"country": "USB"},
        "country",
        "countries.csv",
    ),
    "region_east_of_greenwich": (
        "regions",
        {"region": "US-KY"},
        {"longitude": "85.2"},
        "longitude",
        "USA lies",
    ),
    "region_with_swapped_coordinates": (
        "regions",
        {"region": "US-KY"},
        {"latitude": "-85.2", "longitude": "37.8"},
        "latitude",
        "USA lies",
    ),
    "plant_in_the_pacific": (
        "facilities",
        {"facility": "6k-jackson"},
        {"longitude": "88.83"},
        "longitude",
        "USA",
    ),
    "plant_at_zero": (
        "facilities",
        {"facility": "6k-jackson"},
        {"latitude": "0", "longitude": "0"},
        "latitude",
        "USA lies",
    ),
    "plant_in_another_state": (
        "facilities",
        {"facility": "6k-jackson"},
        {"latitude": "47.6", "longitude": "-122.3"},
        "latitude",
        "km from the center of US-TN",
    ),
    "line_away_from_its_site": (
        "facilities",
        {"facility": "ascend-apex1-pcam"},
        {"region": "US-TN"},
        "region",
        "site ascend-apex1 lies in US-KY",
    ),
    "cathode_plant_that_makes_cells": (
        "facilities",
        {"facility": "6k-jackson"},
        {"commodity": "cell_lfp"},
        "commodity",
        "belongs to stage cells",
    ),
    "cell_plant_of_another_stage": (
        "facilities",
        {"facility": "ultium-warren"},
        {"stage": "packs"},
        "commodity",
        "belongs to stage cells",
    ),
    "cathode_plant_that_makes_a_reagent": (
        "facilities",
        {"facility": "6k-jackson"},
        {"commodity": "naoh", "family": "any"},
        "commodity",
        "belongs to no stage",
    ),
    "counted_plant_of_another_chemistry": (
        "facilities",
        {"facility": "6k-jackson"},
        {"commodity": "other_chemistry"},
        "commodity",
        "counted in GWh",
    ),
    "counted_line_that_was_not_to_count": (
        "facilities",
        {"commodity": "other_chemistry", "stage": "aam"},
        {"is_counted": "true"},
        "commodity",
        "counted in GWh",
    ),
    "nickel_plant_for_iron_cells": (
        "facilities",
        {"facility": "ascend-apex1-pcam"},
        {"family": "iron"},
        "family",
        "family nickel",
    ),
    "known_twice_on_one_day": (
        "facility_states",
        {"facility": "ascend-apex1-pcam", "known_on": "2025-04-01"},
        {"known_on": "2024-08-27"},
        "known_on",
        "is already in row",
    ),
    "retired_before_built": ("facility_states", APEX, {"status": "retired"}, "start_year", "retired before"),
    "operating_before_its_start": (
        "facility_states",
        APEX,
        {"status": "operating"},
        "start_year",
        "starts later",
    ),
    "assumed_without_range": (
        "capacity_assumptions",
        {"facility": "aesc-smyrna"},
        {"value_low": "", "value_high": ""},
        "value_low",
        "needs a range",
    ),
    "assumed_without_method": (
        "capacity_assumptions",
        {"facility": "aesc-smyrna"},
        {"note": ""},
        "note",
        "needs its method",
    ),
    "assumed_with_a_source": (
        "capacity_assumptions",
        {"facility": "aesc-smyrna"},
        {"source": "iupac_2021"},
        "source",
        "only they",
    ),
    "measured_without_a_source": (
        "prices",
        {"commodity": "li2co3"},
        {"source": "assumption"},
        "source",
        "only",
    ),
    "collection_without_a_page": (
        "facility_events",
        {"source": "facility_reports"},
        {"source_url": ""},
        "source_url",
        "the page of each row",
    ),
    "grant_for_another_product": (
        "grants",
        {"grant": "bil1-ascend-apex1-pcam"},
        {"commodity": "cam_nmc622"},
        "commodity",
        "makes pcam_nmc622",
    ),
    "grant_paid_more_than_awarded": (
        "grants",
        {"grant": "bil1-ascend-apex1-pcam", "known_on": "2025-10-10"},
        {"disbursed_usd": "316000001"},
        "disbursed_usd",
        "exceeds the award",
    ),
    "grant_paid_back_in_silence": (
        "grants",
        {"grant": "bil1-ascend-apex1-pcam", "known_on": "2025-10-10"},
        {"disbursed_usd": "204000000"},
        "disbursed_usd",
        "had been paid before",
    ),
    "grant_that_moves_to_another_plant": (
        "grants",
        {"grant": "bil1-icl-stlouis", "known_on": "2025-10-10"},
        {"facility": "mitra-muskegon"},
        "facility",
        "is for icl-stlouis-lfp",
    ),
    "grant_that_changes_its_program": (
        "grants",
        {"grant": "bil1-icl-stlouis", "known_on": "2025-10-10"},
        {"program": "DOE LPO loan"},
        "program",
        "is of program",
    ),
    "qualification_beyond_the_horizon": (
        "stage_parameters",
        {"stage": "cam", "parameter": "qualification_years"},
        {"value": "13", "value_high": "20"},
        "value",
        "must not exceed the horizon of 12 years",
    ),
    "lead_time_beyond_the_horizon": (
        "stage_parameters",
        {"stage": "aam", "parameter": "lead_time_announced_years"},
        {"value": "12.5", "value_high": "20"},
        "value",
        "must not exceed the horizon of 12 years",
    ),
    "stage_that_is_never_used": (
        "stage_parameters",
        {"stage": "cam", "parameter": "utilization_fraction"},
        {"value": "0", "value_low": "0", "value_high": "1"},
        "value",
        "is above 0",
    ),
    "transitions_over_another_period": (
        "status_transitions",
        {"group": "cells", "weighting": "count"},
        {"period_months": "12"},
        "period_months",
        "are over",
    ),
    "transitions_that_lose_projects": (
        "status_transitions",
        {"group": "cells", "weighting": "count", "from_status": "announced"},
        {"value": "0.001", "value_low": "", "value_high": ""},
        "value",
        "sum to",
    ),
}
IN_ANOTHER_ROW = {"transitions_that_lose_projects"}
"""The fault is of a group of rows and stands at the row where it shows."""


@pytest.mark.parametrize("kind", CELLS)
def test_a_place_or_plant_that_contradicts_itself_is_refused_by_cell(lab: Lab, kind: str) -> None:
    name, key, cells, column, rule = CELLS[kind]
    sheet = lab.sheet(name)
    row = sheet.set(key, **cells)
    assert_fault(lab.refuse(sheet), sheet.file, None if kind in IN_ANOTHER_ROW else row, column, rule)


@pytest.mark.parametrize("code", ["Xyz", "br", "BR", "BRAZIL", "B-R"])
def test_a_country_without_its_code_of_three_capitals_is_refused(lab: Lab, code: str) -> None:
    sheet = lab.sheet("countries")
    row = sheet.add({"country": "MEX"}, country=code)
    assert_fault(lab.refuse(sheet), sheet.file, row, "country", "alpha-3")


def test_a_capacity_that_is_merely_large_is_accepted(lab: Lab) -> None:
    sheet = lab.sheet("facility_states")
    sheet.set(APEX, capacity="270000")
    lab.read({sheet.file: sheet.content()})
