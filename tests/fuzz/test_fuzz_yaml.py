"""Scenario files: the traps of YAML, unknown keys, wrong types, overrides that fit nothing, circles."""

from itertools import pairwise

import pytest
from laboratory import Lab, assert_fault

BASE = "scenarios/base.yaml"
MINE = "scenarios/mine.yaml"
HEAD = "name: mine\nbecause: A scenario of the fuzz, to be refused.\n"
SETTINGS = HEAD + "settings:\n  "
SET = HEAD + "overrides:\n  - table: prices\n    key: {deck: spot_2025, commodity: li2co3}\n    set: "
BOMB = "a: &a [lol, lol]\n" + "".join(
    f"{y}: &{y} [{', '.join([f'*{x}'] * 9)}]\n" for x, y in pairwise("abcdefghi")
)

BROKEN: dict[str, tuple[str, int | None, str]] = {
    "anchor_bomb": (BOMB, 1, "anchors"),
    "anchor": (HEAD + "base: &b base\n", 3, "anchors"),
    "alias": (HEAD + "base: *b\n", 3, "anchors"),
    "merge_key": (HEAD + "<<: {base: base}\n", 3, "not a known key"),
    "python_tag": (HEAD + "base: !!python/object/apply:os.system [ls]\n", 3, "tags"),
    "own_tag": (HEAD + "base: !secret x\n", 3, "tags"),
    "text_tag": (HEAD + "base: !!str base\n", 3, "tags"),
    "directive": ("%YAML 1.1\n---\n" + HEAD, 1, "tags"),
    "two_documents": (HEAD + "---\n" + HEAD, 3, "one scenario"),
    "deep_list": (HEAD + "overrides: " + "[" * 100_000 + "\n", 3, "nest deeper"),
    "deep_mapping": (HEAD + "settings: " + "{a: " * 5_000 + "\n", 3, "nest deeper"),
    "deep_blocks": ("".join(f"{' ' * i}a:\n" for i in range(500)), None, "nest deeper"),
    "large": (HEAD + "# " + "x" * 300_000 + "\n", None, "larger than"),
    "duplicate_key": (HEAD + "base: base\nbase: base\n", 4, "occur once"),
    "duplicate_setting": (SETTINGS + "first_year: 2024\n  first_year: 2025\n", 5, "occur once"),
    "complex_key": (HEAD + "? [a, b]\n: c\n", 3, "a key must be a word"),
    "list": ("- name: mine\n", 1, "keys and values"),
    "text": ("mine\n", 1, "keys and values"),
    "comment_only": ("# nothing\n", 1, "must not be empty"),
    "open_bracket": (HEAD + "settings: {first_year: 2024\n", None, "well-formed"),
    "open_quote": ('name: mine\nbecause: "never closed\n', None, "well-formed"),
    "colon_in_text": ("name: mine\nbecause: one: two: three four\n", 2, "well-formed"),
    "unknown_key": (HEAD + "setings:\n  first_year: 2024\n", 3, "not a known key"),
    "unknown_setting": (SETTINGS + "frist_year: 2024\n", 4, "not a known key"),
    "unknown_override_key": (HEAD + "overrides:\n  - tabel: prices\n", 4, "not a known key"),
    "no_name": ("because: A scenario of the fuzz.\n", 1, "required"),
    "empty_name": ("name:\nbecause: A scenario of the fuzz.\n", 1, "text"),
    "path_as_name": ("name: ../mine\nbecause: A scenario of the fuzz.\n", 1, "pattern"),
    "number_as_name": ("name: 2030\nbecause: A scenario of the fuzz.\n", 1, "text"),
    "name_of_another_file": ("name: yours\nbecause: A scenario of the fuzz.\n", 1, "name of its file"),
    "no_because": ("name: mine\n", 1, "required"),
    "short_because": ("name: mine\nbecause: because\n", 2, "at least 10"),
    "blank_because": ('name: mine\nbecause: "            "\n', 2, "at least 10"),
    "escape_in_because": ('name: mine\nbecause: "\\e[31mred alert, red alert"\n', 2, "visible"),
    "list_as_because": ("name: mine\nbecause: [why, not, this]\n", 2, "text"),
    "unknown_base": (HEAD + "base: bsae\n", 3, "not a scenario"),
    "base_of_itself": (HEAD + "base: mine\n", 3, "circle"),
    "list_as_base": (HEAD + "base: [base]\n", 3, "text"),
    "list_as_settings": (HEAD + "settings: [first_year]\n", 3, "keys and values"),
    "text_as_settings": (HEAD + "settings: all of them\n", 3, "keys and values"),
    "no_as_truth": (SETTINGS + "use_assumed_capacity: no\n", 4, "true or false"),
    "yes_as_truth": (SETTINGS + "use_assumed_capacity: yes\n", 4, "true or false"),
    "one_as_truth": (SETTINGS + "use_assumed_capacity: 1\n", 4, "true or false"),
    "text_as_year": (SETTINGS + 'first_year: "2024"\n', 4, "whole number"),
    "decimal_as_year": (SETTINGS + "first_year: 2024.0\n", 4, "whole number"),
    "octal_as_year": (SETTINGS + "first_year: 02024\n", 4, "whole number"),
    "truth_as_year": (SETTINGS + "first_year: true\n", 4, "whole number"),
    "foreign_digits_as_year": (SETTINGS + "first_year: \uff12\uff10\uff12\uff14\n", 4, "whole number"),
    "year_20300": (SETTINGS + "last_year: 20300\n", 4, ""),
    "year_without_demand": (SETTINGS + "last_year: 2090\n", 4, "demand covers"),
    "years_swapped": (SETTINGS + "first_year: 2030\n  last_year: 2025\n", 4, "must not be after"),
    "first_after_inherited_last": (SETTINGS + "last_year: 2024\n", 4, "headline"),
    "headline_outside": (SETTINGS + "first_year: 2031\n", 4, "headline"),
    "headline_without_demand": (SETTINGS + "headline_year: 2050\n", 4, "demand covers"),
    "unknown_weighting": (SETTINGS + "weighting: counts\n", 4, ""),
    "date_as_text": (SETTINGS + "as_of: 2025-03-26\n", 4, "list"),
    "bad_date": (SETTINGS + 'as_of: ["2025-02-30"]\n', 4, "date written"),
    "short_date": (SETTINGS + 'as_of: ["20250326"]\n', 4, "date written"),
    "week_date": (SETTINGS + 'as_of: ["2025-W13-3"]\n', 4, "date written"),
    "date_of_another_age": (SETTINGS + 'as_of: ["1999-01-01"]\n', 4, "nothing was known"),
    "year_as_date": (SETTINGS + "as_of: [2025]\n", 4, "text"),
    "date_twice": (SETTINGS + 'as_of: ["2025-03-26", "2025-03-26"]\n', 4, "twice"),
    "no_dates": (SETTINGS + "as_of: []\n", 4, "at least one"),
    "no_demand_cases": (SETTINGS + "demand_cases: []\n", 4, "at least one"),
    "demand_case_twice": (SETTINGS + "demand_cases: [news_2025, news_2025]\n", 4, "twice"),
    "unknown_demand_case": (SETTINGS + "demand_cases: [news_2026]\n", 4, "not a demand case"),
    "text_as_overrides": (HEAD + "overrides: prices\n", 3, "list"),
    "unknown_table": (HEAD + "overrides:\n  - table: price\n    set: {value: 1}\n", 4, "not a table"),
    "unknown_column": (SET + "{valu: 1}\n", 6, "not a column"),
    "key_of_no_row": (SET.replace("li2co3", "li2co4") + "{value: 1}\n", 4, "finds no row"),
    "key_by_case": (SET.replace("li2co3", "Li2CO3") + "{value: 1}\n", 4, "finds no row"),
    "half_a_key": (SET.replace(", commodity: li2co3", "") + "{value: 1}\n", 4, "must name"),
    "key_of_another_column": (SET.replace("deck", "currency") + "{value: 1}\n", 4, "must name"),
    "one_row_of_a_list_missing": (
        SET.replace("commodity: li2co3", "commodity: [lioh_h2o, li2co4]") + "{value: 1}\n",
        4,
        "finds no row",
    ),
    "empty_list_in_a_key": (SET.replace("commodity: li2co3", "commodity: []") + "{value: 1}\n", 4, "0 rows"),
    "list_of_lists_in_a_key": (SET.replace("li2co3", "[[li2co3]]") + "{value: 1}\n", 5, "a cell is"),
    "list_in_a_key_with_one_row_twice": (
        SET.replace("commodity: li2co3", "commodity: [li2co3, li2co3]") + "{value: 9500}\n",
        6,
        "already set",
    ),
    "list_in_a_key_over_a_row_set_alone": (
        SET + "{value: 9500}\n  - table: prices\n    key: {commodity: [li2co3, lioh_h2o], deck: spot_2025}\n"
        "    set: {value: 9600}\n",
        9,
        "already set",
    ),
    "lists_in_a_key_without_end": (
        SET.replace("spot_2025", f"[{', '.join(f'd{i}' for i in range(400))}]").replace(
            "li2co3", f"[{', '.join(f'c{i}' for i in range(400))}]"
        )
        + "{value: 1}\n",
        4,
        "name 160000 rows",
    ),
    "neither_set_nor_add": (SET + "{}\n", 4, "either sets"),
    "set_and_add": (SET + "{value: 1}\n    add: {value: 1}\n", 4, "either sets"),
    "key_with_add": (SET.replace("set:", "add:") + "{value: 1}\n", 4, "has its key in"),
    "list_as_cell": (SET + "{value: [1, 2]}\n", 6, "a cell is"),
    "mapping_as_cell": (SET + "{value: {usd: 1}}\n", 6, "a cell is"),
    "text_as_number": (SET + "{value: cheap}\n", 6, "finite number"),
    "infinite_number": (SET + "{value: .inf}\n", 6, "finite number"),
    "too_large_number": (SET + "{value: 1e999}\n", 6, "finite number"),
    "negative_price": (SET + "{value: -1}\n", 6, "below 0"),
    "free_of_charge": (SET + "{value: 0, value_low: 0, value_high: 0}\n", 6, "above 0"),
    "price_outside_its_range": (SET + "{value: 90}\n", 6, "within value_low"),
    "no_as_currency": (SET + "{currency: no}\n", 6, "ISO 4217"),
    "unknown_reference": (SET + "{source: nobody}\n", 6, "sources.csv"),
    "cell_emptied": (SET + "{currency: ~}\n", 6, "must not be empty"),
    "cell_set_twice": (
        SET + "{value: 9500}\n  - table: prices\n    key: {commodity: li2co3, deck: spot_2025}\n"
        "    set: {value: 9600}\n",
        9,
        "already set",
    ),
    "row_that_is_there": (
        HEAD + "overrides:\n  - table: deflators\n    add: {index: us_cpi_u, year: 2025, value: 300,\n"
        "      source: bls_cpi_u, date: 2026-01-13, confidence: high}\n",
        4,
        "is already in row",
    ),
    "row_without_a_source": (
        HEAD + "overrides:\n  - table: deflators\n    add: {index: us_cpi_u, year: 2027, value: 300}\n",
        4,
        "must not be empty",
    ),
}


@pytest.mark.parametrize("kind", BROKEN)
def test_a_scenario_that_says_nothing_sound_is_refused_by_line(lab: Lab, kind: str) -> None:
    text, row, rule = BROKEN[kind]
    faults = lab.refuse(files={MINE: text.encode("utf-8")})
    assert_fault(faults, MINE, row, rule=rule)


def test_the_anchor_bomb_would_be_one() -> None:
    assert BOMB.count("*") == 8 * 9


def test_an_override_that_breaks_another_row_is_named_with_that_row(lab: Lab) -> None:
    key = "{commodity: aam, recipe: aam_blend_natural, year: 2024}"
    text = f"{HEAD}overrides:\n  - table: technology_mix\n    key: {key}\n    set: {{value: 0.2}}\n"
    faults = lab.refuse(files={MINE: text.encode("utf-8")})
    fault = assert_fault(faults, "tables/technology_mix.csv", None, "value", "sum to 1.1")
    assert fault.rule.endswith(f"(with the changes of {MINE})")


def test_an_override_by_which_a_recipe_no_longer_closes_is_refused(lab: Lab) -> None:
    key = "{recipe: pcam_nmc811, role: reagent, commodity: naoh, element: ~, basis: ~}"
    text = f"{HEAD}overrides:\n  - table: recipe_flows\n    key: {key}\n    set: {{value: 1.9}}\n"
    faults = lab.refuse(files={MINE: text.encode("utf-8")})
    fault = assert_fault(faults, "tables/recipe_flows.csv", None, "recipe", "does not balance")
    assert fault.value == "pcam_nmc811"
    assert fault.rule.endswith(f"(with the changes of {MINE})")


@pytest.mark.parametrize(
    ("kind", "meant"),
    [
        ("unknown_key", "settings"),
        ("unknown_setting", "first_year"),
        ("unknown_override_key", "table"),
        ("unknown_base", "base"),
        ("unknown_demand_case", "news_2025"),
        ("unknown_table", "prices"),
        ("unknown_column", "value"),
    ],
)
def test_a_misspelled_word_of_a_scenario_is_refused_with_the_word_meant(
    lab: Lab, kind: str, meant: str
) -> None:
    faults = lab.refuse(files={MINE: BROKEN[kind][0].encode("utf-8")})
    assert f"did you mean '{meant}'?" in [fault.fix for fault in faults]


@pytest.mark.parametrize("length", [2, 3, 5])
def test_scenarios_that_inherit_in_a_circle_are_refused_with_the_circle(lab: Lab, length: int) -> None:
    files = {
        f"scenarios/s{i}.yaml": f"name: s{i}\nbecause: One of a circle.\nbase: s{(i + 1) % length}\n".encode()
        for i in range(length)
    }
    faults = lab.refuse(files=files)
    fault = assert_fault(faults, "scenarios/s0.yaml", 3, "base", "circle")
    assert fault.value == " -> ".join([*(f"s{i}" for i in range(length)), "s0"])


def test_a_base_that_inherits_from_its_heir_is_refused(lab: Lab) -> None:
    base = lab.files[BASE] + b"base: capital_weighted\n"
    assert_fault(lab.refuse(files={BASE: base}), BASE, None, "base", "root of all others")


def test_two_scenarios_that_differ_by_case_are_refused(lab: Lab) -> None:
    other = lab.files[BASE].replace(b"name: base", b"name: Base")
    assert_fault(lab.refuse(files={"scenarios/Base.yaml": other}), BASE, 1, "name", "case does not count")


@pytest.mark.parametrize(
    "key",
    [
        "as_of",
        "demand_cases",
        "first_year",
        "last_year",
        "headline_year",
        "weighting",
        "use_assumed_capacity",
    ],
)
def test_a_base_that_leaves_a_setting_open_is_refused(lab: Lab, key: str) -> None:
    lines = lab.files[BASE].split(b"\n")
    text = b"\n".join(line for line in lines if not line.strip().startswith(key.encode()))
    assert_fault(lab.refuse(files={BASE: text}), BASE, None, f"settings.{key}", "every setting")
