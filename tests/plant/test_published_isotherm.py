"""Published isotherms as experiments."""

from __future__ import annotations

import math

import pytest

from orecell.errors import InputError
from orecell.plant.isotherm import shipped_extractant
from orecell.plant.published_isotherm import compared, extraction_curves, read_isotherm

NAME = "jantunen_2022_3b"


def test_points_of_one_ph_are_one_equilibrium() -> None:
    experiment = read_isotherm(NAME)
    assert (experiment.extractant, experiment.organic_to_aqueous) == ("cyanex_272", 2.5)
    assert experiment.feed["Co+2"] == pytest.approx(16.5 / 58.933, rel=1e-4)
    first = experiment.points[0]
    assert (first.ph, dict(first.extracted)) == (3.2, {"Mn+2": 0.195, "Co+2": 0.05, "Ni+2": 0.0})
    assert sum(len(point.extracted) for point in experiment.points) == 28


def test_curves_pass_from_nothing_to_all_as_ph_rises() -> None:
    curves = extraction_curves(read_isotherm(NAME), shipped_extractant("cyanex_272"), [1.0, 3.0, 5.0, 8.0])
    cobalt = curves["Co+2"]
    assert cobalt == tuple(sorted(cobalt))
    assert cobalt[0] < 1e-3
    assert cobalt[-1] > 0.999


def test_comparing_fits_nothing_and_tells_the_misses() -> None:
    experiment, extractant = read_isotherm(NAME), shipped_extractant("cyanex_272")
    found = compared(experiment, extractant)
    assert found.constants == ()
    assert len(found.residuals) == 28
    misses = [model - measured for *_, measured, model in found.residuals]
    assert found.rmse_equal == pytest.approx(math.sqrt(sum(miss**2 for miss in misses) / 28))
    metals = [row for row in found.residuals if row[2] != "Na+"]
    assert max(abs(model - measured) for *_, measured, model in metals) < 0.03


def test_an_unknown_isotherm_is_refused() -> None:
    with pytest.raises(InputError, match="isotherm_experiments"):
        read_isotherm("nobody")
