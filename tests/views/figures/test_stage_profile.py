"""A circuit from stage to stage."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from orecell.errors import InputError
from orecell.plant.mccabe import molar_mass
from orecell.views.figures import Figure, Stamp, stage_profile
from small_plants import cobalt

if TYPE_CHECKING:
    from orecell.plant.extraction import Layout, Profile


def _circuit() -> tuple[Layout, Profile]:
    circuit: tuple[Layout, Profile] = cobalt().outcomes["cobalt_sx"].detail
    return circuit


def _draw() -> Figure:
    return stage_profile(_circuit(), "cobalt_sx", Stamp("run-1"))


def test_lines_hold_the_solved_concentrations() -> None:
    _, profile = _circuit()
    j = profile.cations.index("Co+2")
    (line,) = [s for s in _draw().option["baseOption"]["series"] if s["name"] == "Co"]
    for shown, solved in zip(line["data"], profile.aqueous[:, j], strict=True):
        grams = float(solved) * molar_mass("Co+2")
        assert shown is None if grams < 1e-5 else shown == pytest.approx(grams, rel=1e-3)


def test_stages_stand_along_the_organic_with_scrub_shaded() -> None:
    option = _draw().option["baseOption"]
    assert option["xAxis"][0]["data"] == ["E3", "E2", "E1", "S1", "S2", "R1", "R2"]
    shades = option["xAxis"][0]["splitArea"]["areaStyle"]["color"]
    assert [shade != "transparent" for shade in shades] == [False] * 3 + [True] * 2 + [False] * 2


def test_loading_is_told_in_percent_and_alkali_in_the_title() -> None:
    figure, (_, profile) = _draw(), _circuit()
    series = {s["name"]: s["data"] for s in figure.option["baseOption"]["series"]}
    assert max(series["Extractant bound (%)"]) == pytest.approx(
        100.0 * float(profile.loading.max()), rel=1e-3
    )
    alkali = sum(max(float(dose), 0.0) for dose in profile.dose) / 1000.0
    assert f"take {alkali:.3g}\u00a0keq/h of alkali" in figure.title


def test_the_table_has_every_metal_with_its_unit() -> None:
    _, profile = _circuit()
    table = _draw().table
    assert table.columns[:4] == ("Stage", "pH", "Extractant bound (%)", "Alkali (keq/h)")
    assert len(table.columns) == 4 + len(profile.cations)
    assert all(column.endswith("(g/L)") for column in table.columns[4:])


def test_the_organic_is_another_variant() -> None:
    figure = stage_profile(_circuit(), "cobalt_sx", Stamp("run-1"), phase="organic")
    assert "organic (g/L)" in figure.option["baseOption"]["yAxis"][0]["name"]


def test_a_circuit_without_metals_is_refused() -> None:
    layout, profile = _circuit()
    with pytest.raises(InputError, match="holds no metal"):
        stage_profile((layout, replace(profile, aqueous=0.0 * profile.aqueous)), "x", Stamp("run-1"))
