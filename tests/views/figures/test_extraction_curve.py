"""Measured points, model curves and what lies between them."""

from __future__ import annotations

from dataclasses import replace

import pytest

from orecell.errors import InputError
from orecell.plant.calibration import Calibration, Fitted
from orecell.plant.isotherm import shipped_extractant
from orecell.plant.published_isotherm import read_isotherm
from orecell.views.figures import Figure, Stamp, extraction_curve

EXPERIMENT = read_isotherm("jantunen_2022_3b")
RESIDUALS = (("pH 3.90", 3.9, "Co+2", 0.466, 0.446), ("pH 5.27", 5.27, "Ni+2", 0.14, 0.17))
FIT = Calibration(
    shipped_extractant("cyanex_272"),
    (Fitted("Co+2", "log_k1", -7.67, 0.08),),
    0.025,
    0.0255,
    RESIDUALS,
    ("log_k1 of Ni+2 is not told by these data",),
)


def _draw(fit: Calibration = FIT) -> Figure:
    return extraction_curve(EXPERIMENT, fit, Stamp("run-1", (), {"cyanex_272": "Cyanex 272"}))


def test_the_title_tells_the_miss_in_percentage_points() -> None:
    assert _draw().title.replace("\u00a0", " ") == (
        "Cyanex 272: the model misses 2 measured points of extraction by 2.55 percentage points "
        "(root mean square), at most by 3, for Ni at pH 5.27"
    )


def test_points_stand_on_the_upper_panel_and_their_misses_on_the_lower() -> None:
    series = _draw().option["baseOption"]["series"]
    cobalt = [s for s in series if s["name"] == "Co"]
    assert [s["type"] for s in cobalt] == ["line", "scatter", "scatter"]
    assert cobalt[1]["data"][0][:2] == [3.9, 46.6]
    assert cobalt[2]["data"][0][:2] == [3.9, 2.0]
    assert cobalt[2]["yAxisIndex"] == 1


def test_the_curve_rises_from_none_to_all_of_the_metal() -> None:
    line = next(s for s in _draw().option["baseOption"]["series"] if s["name"] == "Co")["data"]
    assert line[0][0] == pytest.approx(3.6)
    assert line[-1][0] == pytest.approx(5.57)
    shares = [y for _, y in line]
    assert shares == sorted(shares)
    assert 0.0 < shares[0] < 30.0 < 99.0 < shares[-1] <= 100.0


def test_the_table_is_in_percent_and_the_notes_tell_the_constants() -> None:
    figure = _draw()
    assert figure.table.rows[1][3:] == pytest.approx((14.0, 17.0, -3.0))
    assert figure.notes[0] == "Fitted for Co: log10 K1 = -7.67 with a standard deviation of 0.08."
    assert figure.notes[1] == "log_k1 of Ni+2 is not told by these data."


def test_an_isotherm_without_points_is_refused() -> None:
    with pytest.raises(InputError, match="no measured point"):
        _draw(replace(FIT, residuals=()))
