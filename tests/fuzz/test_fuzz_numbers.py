"""Numbers that are none, or none that a column can hold: NaN, infinity, limits, percent, spellings."""

import random

import pytest
from laboratory import Lab, assert_fault

from orecell.data.schema import Column
from orecell.data.tables import TABLES

NO_NUMBERS = (
    "nan",
    "NaN",
    "inf",
    "-Infinity",
    "1e999",
    "-1e999",
    "1_000",
    "1 000",
    "1,000",
    "1,000.5",
    "0,5",
    "1.000,5",
    "0x1F",
    "1e",
    "1.2.3",
    "--1",
    "+1",
    "12%",
    "$12",
    "12 t",
    "~12",
    ">12",
    "1/2",
    "twelve",
    "n/a",
    "-",
    ".",
    "=1+1",
    "\uff11\uff12",  # full-width digits
    "\u0661\u0662",  # Arabic-Indic digits
    "\u00bd",  # one half
    "1\u00b2",  # superscript two
    "\u22121",  # a minus sign that is no hyphen
    "1e99999",
    "true",
)
NUMERIC = [
    (name, column)
    for name, table in TABLES.items()
    for column in table.columns
    if column.kind in ("number", "integer")
]


def _ids(case: tuple[str, Column]) -> str:
    return f"{case[0]}.{case[1].name}"


@pytest.mark.parametrize("case", NUMERIC[::3], ids=_ids)
def test_text_that_is_no_number_is_refused_by_cell(lab: Lab, case: tuple[str, Column]) -> None:
    name, column = case
    rng = random.Random(f"number {name} {column.name}")
    sheet = lab.sheet(name)
    row = sheet.set(rng.randrange(len(sheet.rows)), **{column.name: rng.choice(NO_NUMBERS)})
    assert_fault(lab.refuse(sheet), sheet.file, row, column.name)


@pytest.mark.parametrize("text", NO_NUMBERS[::2])
def test_every_wrong_spelling_of_a_number_is_refused_by_cell(lab: Lab, text: str) -> None:
    sheet = lab.sheet("facility_states")
    row = sheet.set({"facility": "ascend-apex1-pcam", "known_on": "2024-08-27"}, capacity=text)
    fault = assert_fault(lab.refuse(sheet), sheet.file, row, "capacity")
    assert fault.value == text


@pytest.mark.parametrize("case", [c for c in NUMERIC if c[1].low is not None][::4], ids=_ids)
def test_a_number_below_its_column_is_refused(lab: Lab, case: tuple[str, Column]) -> None:
    name, column = case
    assert column.low is not None
    rng = random.Random(f"low {name} {column.name}")
    value = f"{int(column.low) - 1}" if column.kind == "integer" else f"{column.low - 0.5:g}"
    sheet = lab.sheet(name)
    row = sheet.set(rng.randrange(len(sheet.rows)), **{column.name: value})
    assert_fault(lab.refuse(sheet), sheet.file, row, column.name, "must not be below")


@pytest.mark.parametrize("case", [c for c in NUMERIC if c[1].high is not None][::3], ids=_ids)
def test_a_number_above_its_column_is_refused(lab: Lab, case: tuple[str, Column]) -> None:
    name, column = case
    assert column.high is not None
    rng = random.Random(f"high {name} {column.name}")
    value = "20300" if column.kind == "integer" else f"{column.high * 85 + 1:g}"
    sheet = lab.sheet(name)
    row = sheet.set(rng.randrange(len(sheet.rows)), **{column.name: value})
    fault = assert_fault(lab.refuse(sheet), sheet.file, row, column.name, "must not be above")
    assert column.unit != "fraction" or fault.fix == "write 0.85 for 85 %"


@pytest.mark.parametrize("text", ["2030.5", "2030.0", "2.03e3", "02030", "30", "FY2030", "2030/31"])
@pytest.mark.parametrize("name", ["facility_states"])
def test_a_year_that_is_not_four_digits_is_refused(lab: Lab, name: str, text: str) -> None:
    column = {"demand": "year", "facility_states": "start_year"}[name]
    sheet = lab.sheet(name)
    row = sheet.set(random.Random(f"{name} {text}").randrange(len(sheet.rows)), **{column: text})
    assert_fault(lab.refuse(sheet), sheet.file, row, column)


@pytest.mark.parametrize(
    "text",
    [
        "2025-02-30",
        "2025-13-01",
        "2025-3-26",
        "26.03.2025",
        "03/26/2025",
        "2025-03-26T00:00",
        "20250326",
        "2025-W13",
        "20300-01-01",
        "0000-00-00",
        "1899-12-31",
        "2101-01-01",
        "45742",
        "today",
        "\u0662\u0660\u0662\u0665-\u0660\u0663-\u0662\u0666",
    ],
)
def test_a_date_that_is_no_day_is_refused(lab: Lab, text: str) -> None:
    rng = random.Random(f"date {text}")
    name = rng.choice([name for name in TABLES if "date" in TABLES[name].column_names])
    sheet = lab.sheet(name)
    row = sheet.set(rng.randrange(len(sheet.rows)), date=text)
    assert_fault(lab.refuse(sheet), sheet.file, row, "date")


@pytest.mark.parametrize("text", ["True", "FALSE", "yes", "no", "1", "0", "t", "x"])
def test_a_truth_value_is_true_or_false_and_nothing_else(lab: Lab, text: str) -> None:
    name, column = random.Random(text).choice(
        [("facilities", "is_counted"), ("sources", "is_collection"), ("stages", "is_reported")]
    )
    sheet = lab.sheet(name)
    row = sheet.set(1, **{column: text})
    assert_fault(lab.refuse(sheet), sheet.file, row, column, "true or false")


RANGED = [name for name, table in TABLES.items() if table.has_range]


@pytest.mark.parametrize("kind", ["above", "below", "swapped", "one_end", "no_range", "range_without_value"])
@pytest.mark.parametrize("seed", [1])
def test_a_range_that_does_not_hold_its_value_is_refused(lab: Lab, kind: str, seed: int) -> None:
    rng = random.Random(f"range {kind} {seed}")
    name = "recipe_flows" if kind == "range_without_value" else rng.choice(RANGED)
    sheet = lab.sheet(name)
    column = "value"
    if kind == "range_without_value":
        i = rng.choice([i for i, row in enumerate(sheet.rows) if row["role"] == "loss"])
        cells, column = {"value_low": "0.1", "value_high": "0.2"}, "value_low"
    elif kind == "no_range":
        assumed = [i for i, row in enumerate(sheet.rows) if row["confidence"] == "assumed" and row["value"]]
        i = rng.choice(assumed or [0])
        cells, column = {"value_low": "", "value_high": ""}, "value_low"
        if not assumed:
            cells.update(confidence="assumed", source="assumption", note="guessed")
            row = sheet.rows[i]
            row.update(value_low="0", value_high="0")
    else:
        plain = [i for i, row in enumerate(sheet.rows) if row["value"] and not row.get("yield_fraction")]
        i = rng.choice(plain)
        value = float(sheet.rows[i]["value"])
        ends = {
            "above": (value * 0.5, value * 0.9),
            "below": (value + 1e-3 if value < 0.5 else value * 1.01, value * 1.05 + 0.01),
            "swapped": (value * 1.001 + 1e-4, value * 0.5),
            "one_end": (value * 0.5, None),
        }[kind]
        cells = {"value_low": f"{ends[0]:.9g}", "value_high": "" if ends[1] is None else f"{ends[1]:.9g}"}
        column = "value_low" if kind in ("swapped", "one_end") else "value"
        if value == 0:
            sheet.rows[i]["value"] = "0.1"
            cells = {"value_low": "0.2", "value_high": "0.3" if ends[1] is not None else ""}
            cells = {"value_low": "0.3", "value_high": "0.2"} if kind == "swapped" else cells
    row = sheet.set(i, **cells)
    assert_fault(lab.refuse(sheet), sheet.file, row, column)


def test_the_range_of_a_row_with_a_yield_is_that_of_the_yield(lab: Lab) -> None:
    sheet = lab.sheet("recipe_flows")
    row = sheet.set({"recipe": "pcam_nmc811", "commodity": "niso4_6h2o"}, yield_fraction="0.5")
    assert_fault(lab.refuse(sheet), sheet.file, row, "yield_fraction", "within value_low and value_high")


FRACTIONS = [
    ("compositions", {"commodity": "mhp", "element": "Ni"}, "value"),
    ("technology_mix", {"commodity": "aam", "recipe": "aam_blend_natural"}, "value"),
    ("chemistry_mix", {"segment": "storage"}, "value"),
    ("status_transitions", {"group": "cells"}, "value"),
    ("cell_cost_shares", {"component": "cathode"}, "value"),
    ("stage_parameters", {"parameter": "utilization_fraction"}, "value"),
    ("stage_parameters", {"parameter": "ramp_fraction_year_2"}, "value"),
    ("stage_parameters", {"parameter": "output_per_feed_fraction"}, "value"),
    ("recipe_flows", {"role": "product", "unit": "fraction"}, "value"),
    ("recipe_flows", {"role": "byproduct", "unit": "fraction"}, "value"),
    ("recipe_flows", {"role": "carrier"}, "yield_fraction"),
    ("world_supply", {"unit": "fraction of world"}, "value"),
    ("published_figures", {"unit": "fraction"}, "value"),
]


@pytest.mark.parametrize("number", range(len(FRACTIONS)))
def test_a_percent_in_place_of_a_fraction_is_refused_with_the_fraction(lab: Lab, number: int) -> None:
    name, key, column = FRACTIONS[number]
    sheet = lab.sheet(name)
    cells = {column: "85"}
    if "value_low" in sheet.columns:
        cells.update(value_low="", value_high="")
        sheet.rows[sheet.index(**key)].update(confidence="medium", source="iupac_2021")
    row = sheet.set(key, **cells)
    fault = assert_fault(lab.refuse(sheet), sheet.file, row, column)
    assert fault.fix.startswith("write 0.")
