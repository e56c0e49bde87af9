"""Names and amounts of a plant as readers expect them."""

from __future__ import annotations

import pytest

from orecell.views.figures.plant_words import (
    concentration,
    metal_color,
    metal_name,
    own_part,
    plant_title,
    reagent_word,
    share,
    stream_amount,
)

METALS = [("Co+2", "Co"), ("Li+", "Li"), ("Fe+3", "Fe(III)"), ("Fe+2", "Fe(II)"), ("CrOH+2", "CrOH+2")]
SHARES = [
    (0.5, "50 %"),
    (0.9987, "99.9 %"),
    (0.99999, "over 99.9 %"),
    (1.0, "100 %"),
    (1e-7, "under 0.001 %"),
    (0.0, "0 %"),
]
CONCENTRATIONS = [
    (12.345, "12.3 g/L"),
    (0.0123, "0.0123 g/L"),
    (1.37e-5, "0.0137 mg/L"),
    (1e-9, "under 0.001 mg/L"),
    (0.0, "0 g/L"),
]


@pytest.mark.parametrize(("cation", "name"), METALS)
def test_a_cation_reads_as_its_metal_with_a_valence_where_there_are_two(cation: str, name: str) -> None:
    assert metal_name(cation) == name


@pytest.mark.parametrize(("fraction", "text"), SHARES)
def test_a_share_has_three_digits_and_no_false_end(fraction: float, text: str) -> None:
    assert share(fraction).replace("\u00a0", " ") == text


@pytest.mark.parametrize(("value", "text"), CONCENTRATIONS)
def test_little_is_told_in_milligrams_not_in_powers_of_ten(value: float, text: str) -> None:
    assert concentration(value).replace("\u00a0", " ") == text


def test_a_metal_keeps_its_color_whatever_its_valence_and_place() -> None:
    assert metal_color("Fe(II)", 1) == metal_color("Fe(III)", 4)
    assert metal_color("Nd", 0) != metal_color("Pr", 1)


def test_liquids_are_told_by_volume_and_solids_by_mass() -> None:
    assert stream_amount(120_000.0, 14.39).replace("\u00a0", " ") == "14.4 m3/h"
    assert stream_amount(6320.0, None).replace("\u00a0", " ") == "6,320 t/yr"


def test_names_lose_their_unit_beside_it_and_words_are_spelled() -> None:
    assert own_part("leach.off_gas", "leach") == "off_gas"
    assert plant_title("mhp_to_nickel_sulfate") == "MHP to nickel sulfate"
    assert plant_title("black_mass_to_pcam") == "Black mass to pCAM"
    assert [reagent_word(name) for name in ("naoh", "water", "cyanex_272", "x")] == [
        "NaOH",
        "Water",
        "Cyanex 272",
        "x",
    ]
