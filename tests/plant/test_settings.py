"""Settings named from outside: changes, sweeps, and what is said where they cannot be."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from orecell.errors import CaseError
from orecell.plant.flowsheet import Flowsheet
from orecell.plant.flowsheet_file import parse_flowsheet
from orecell.plant.settings import (
    MOST_STEPS,
    changed,
    find_setting,
    read_changes,
    read_sweep,
    setting_value,
)

PLANT = parse_flowsheet(
    b"""
name: plant
because: A plant whose settings are changed.
feeds:
  solid: {phase: solid, t_per_yr: 8000, mass: {LiNiO2: 1.0}}
units:
  leach: {kind: leach, in: solid, out: pls}
  cement: {kind: cement_copper, in: pls, out: copper_free}
  iron: {kind: neutralize, in: copper_free, out: purified}
  sx:
    kind: extraction
    in: purified
    extractant: cyanex_272
    extractant_mol_per_l: 0.5
    organic_to_aqueous: 1
    extract_stages: 2
    ph: 5.0
""",
    "plant.yaml",
)


def message(call: Any, *arguments: Any) -> str:
    with pytest.raises(CaseError) as caught:
        call(*arguments)
    return str(caught.value)


def set_to(*texts: str) -> Flowsheet:
    return changed(PLANT, read_changes(PLANT, texts))


def test_a_setting_is_found_by_unit_or_alone_where_one_unit_has_it() -> None:
    assert find_setting(PLANT, "leach.hours") == ("leach", "hours")
    assert find_setting(PLANT, "solids_g_per_l") == ("leach", "solids_g_per_l")
    assert find_setting(PLANT, "leach.cake.moisture") == ("leach", "cake.moisture")
    assert find_setting(PLANT, "leach.complete_hours.Ni") == ("leach", "complete_hours.Ni")


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("leach.hour", "did you mean 'hours'?"),
        ("leech.hours", "did you mean 'leach'?"),
        ("ph", "iron, sx"),
        ("nonsense", "is no setting of any unit"),
        ("leach.cake.moistur", "did you mean 'moisture'?"),
        ("leach.hours.deeper", "is no part of a setting"),
        ("iron.solids.0", "is no part of a setting"),
        ("leach.", "no such setting"),
        (".hours", "is a setting of leach, iron"),
        ("", "is no setting"),
        ("feeds.solid.t_per_yr", "is no unit"),
    ],
)
def test_a_name_that_is_no_setting_is_met_with_what_is_near(name: str, said: str) -> None:
    assert said in message(find_setting, PLANT, name)


def test_values_are_read_as_what_they_look_like() -> None:
    texts = ("leach.hours=6", "leach.temperature_c=6.5e1", "iron.oxidize=false", "leach.reductant=so2")
    found = set_to(*texts, "sx.ph=5,5.5", "cement.recovery=none")
    leach = found.unit("leach").settings
    assert (leach.hours, leach.temperature_c, leach.reductant) == (6.0, 65.0, "so2")
    assert found.unit("iron").settings.oxidize is False
    assert found.unit("sx").settings.ph == (5.0, 5.5)
    assert found.unit("cement").settings.recovery is None
    assert PLANT.unit("leach").settings.hours == 4.0


def test_one_word_is_a_list_of_one_where_a_list_is_wanted() -> None:
    assert set_to("iron.solids=gypsum").unit("iron").settings.solids == ("gypsum",)


def test_a_word_that_a_setting_chooses_among_is_a_word() -> None:
    assert set_to("leach.reductant=none").unit("leach").settings.reductant == "none"


def test_a_setting_inside_another_leaves_the_others_alone() -> None:
    leach = set_to("leach.cake.moisture=0.5", "leach.complete_hours.Ni=1").unit("leach").settings
    assert leach.cake.moisture == 0.5
    assert leach.cake.washing == PLANT.unit("leach").settings.cake.washing
    assert leach.complete_hours["Ni"] == 1.0
    assert leach.complete_hours["Co"] == 2.5


def test_the_value_of_a_setting_is_that_of_the_flowsheet() -> None:
    assert setting_value(PLANT, ("leach", "hours")) == 4.0
    assert setting_value(PLANT, ("leach", "cake.moisture")) == 0.35
    assert setting_value(PLANT, ("leach", "complete_hours.Al")) is None


def test_every_fault_of_all_changes_is_in_one_message() -> None:
    said = message(
        read_changes, PLANT, ("leach.hour=3", "leach.hours", "leach.hours=", "iron.ph=4", "iron.ph=5")
    )
    for part in ("4 faults", "did you mean 'hours'?", "must be unit.setting=value", "is set twice"):
        assert part in said
    said = message(set_to, "leach.hours=300", "leach.tanks=1.5", "iron.ph=20", "iron.solids=rust")
    for part in ("4 faults", "leach.hours=300", "leach.tanks=1.5", "iron.ph=20", "rust is no solid"):
        assert part in said


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("leach.hours=1e999", "less than or equal to 100"),
        ("leach.hours=nan", "leach.hours=nan"),
        ("leach.hours=true", "must be a number"),
        ("leach.hours=six", "valid number"),
        ("leach.cake=3", "leach.cake=3"),
        ("leach.cake.moisture=0.9", "0.8"),
        ("sx.ph=99", "between 0 and 10"),
        ("sx.ph=a,b", "sx.ph"),
        ("leach.complete_hours.Nickel=3", "no element"),
    ],
)
def test_a_value_out_of_range_is_refused(text: str, said: str) -> None:
    assert said in message(set_to, text)


def test_a_change_of_a_unit_that_is_not_there_is_refused() -> None:
    assert "is no unit" in message(changed, PLANT, {("leech", "hours"): 3})
    assert "no such setting" in message(changed, PLANT, {("leach", "hour"): 3})


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("sx.ph=4:7:1", (4, 5, 6, 7)),
        ("sx.ph=4:5:0.3", (4, 4.3, 4.6, 4.9)),
        ("sx.ph=4:4:1", (4,)),
        ("sx.ph=0:1:0.6", (0, 0.6)),
        ("sx.ph=5", (5,)),
        ("sx.ph=5, 4,4.5", (5, 4, 4.5)),
        ("leach.cake.moisture=0.1:0.3:0.1", (0.1, 0.2, 0.3)),
        ("leach.hours=1e-15:3e-15:1e-15", (1e-15, 2e-15, 3e-15)),
    ],
)
def test_a_sweep_holds_both_ends_where_its_step_reaches_them(text: str, values: tuple[float, ...]) -> None:
    assert read_sweep(PLANT, text).values == values


def test_a_sweep_is_labelled_by_unit_and_setting() -> None:
    assert read_sweep(PLANT, "solids_g_per_l=50,100").label == "leach.solids_g_per_l"


@pytest.mark.parametrize(
    "text",
    [
        *("sx.ph", "sx.ph=", "sx.ph=a:b:c", "sx.ph=4:5", "sx.ph=4:5:1:1", "sx.ph=4:5:0", "sx.ph=5:4:1"),
        *("sx.ph=4:5:-1", "sx.ph=nan", "sx.ph=0:inf:1", "sx.ph=1:1e300:1", "sx.ph=0:1:1e-12", "sx.ph=4,,5"),
        "sx.ph=" + ",".join("5" for _ in range(MOST_STEPS + 1)),
    ],
)
def test_a_sweep_without_end_or_numbers_is_refused_at_once(text: str) -> None:
    assert "--sweep" in message(read_sweep, PLANT, text)


@settings(max_examples=300, deadline=None)
@given(
    st.text(max_size=30),
    st.sampled_from(["leach.hours", "sx.ph", "iron.uptake.Ni+2", "leach", "", "sx.laws.x"]),
)
def test_no_text_is_a_crash(text: str, start: str) -> None:
    for call in (
        lambda: set_to(f"{start}={text}"),
        lambda: read_sweep(PLANT, f"{start}={text}"),
        lambda: set_to(text),
    ):
        with suppress(CaseError):
            call()
