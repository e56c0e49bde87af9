"""All metals together on Cyanex 272: Jantunen, Virolainen & Sainio 2022, Metals 12:1445, figure 3b (case
P1)."""

from __future__ import annotations

import math
from functools import lru_cache

import pytest

from orecell.core.formula import parse_formula
from orecell.data.chemistry import read_chemistry
from orecell.errors import CaseError
from orecell.plant.calibration import Calibration, Experiment, Point, calibrate, check_alkali, extracted
from orecell.plant.isotherm import Exchange, shipped_extractant
from orecell.plant.speciation import components_of

EXPERIMENT = "jantunen_2022_3b"
SODIUM_WEIGHT = {"Na+": 0.5}
"""Sodium at half weight, as in the fit behind the shipped constants."""


@lru_cache(maxsize=1)
def measured() -> Experiment:
    tables = read_chemistry()
    row = tables.row("isotherm_experiments", experiment=EXPERIMENT)
    feed = {c: g / parse_formula(c).molar_mass for c, g in components_of(row["feed_g_per_l"]).items()}
    points: dict[float, dict[str, float]] = {}
    for point in tables.rows("isotherm_points", experiment=EXPERIMENT):
        points.setdefault(point["ph"], {})[point["cation"]] = point["extracted_fraction"]
    found = tuple(Point(f"pH {ph}", ph, shares) for ph, shares in sorted(points.items()))
    return Experiment(row["extractant"], row["extractant_mol_per_l"], row["organic_to_aqueous"], feed, found)


@lru_cache(maxsize=1)
def fitted() -> Calibration:
    return calibrate(measured(), shipped_extractant("cyanex_272"), weights=SODIUM_WEIGHT)


def test_the_shipped_constants_describe_the_published_points() -> None:
    curves = extracted(measured(), shipped_extractant("cyanex_272"))
    residuals = [
        (model[cation] - share) * SODIUM_WEIGHT.get(cation, 1.0)
        for point, model in zip(measured().points, curves, strict=True)
        for cation, share in point.extracted.items()
    ]
    assert math.sqrt(sum(r * r for r in residuals) / len(residuals)) < 0.03


def test_eight_constants_fit_within_three_percentage_points() -> None:
    assert len(fitted().constants) == 8
    assert fitted().rmse <= 0.03
    metals = [m - x for _, _, cation, x, m in fitted().residuals if cation != "Na+"]
    assert math.sqrt(sum(r * r for r in metals) / len(metals)) <= 0.0155


@pytest.mark.parametrize(
    ("cation", "published"), [("Mn+2", 3.54), ("Co+2", 3.93), ("Ni+2", 5.71), ("Li+", 7.3)]
)
def test_half_extraction_is_within_a_tenth_of_a_ph_unit(cation: str, published: float) -> None:
    def share(ph: float) -> float:
        at = Experiment("cyanex_272", 0.8, 2.5, measured().feed, (Point("x", ph, {}),))
        return extracted(at, fitted().extractant)[0][cation]

    low, high = 2.0, 8.5
    for _ in range(40):
        middle = 0.5 * (low + high)
        low, high = (middle, high) if share(middle) < 0.5 else (low, middle)
    assert 0.5 * (low + high) == pytest.approx(published, abs=0.1)


def test_the_lithium_plateau_comes_from_sodium_alone() -> None:
    """Without sodium that takes extractant, lithium would not level off near 55 %."""
    strong = Point("x", 7.75, {})
    at = Experiment("cyanex_272", 0.8, 2.5, measured().feed, (strong,))
    with_sodium = extracted(at, fitted().extractant)[0]["Li+"]
    no_sodium = fitted().extractant.with_laws({"Na+": Exchange(-30.0, 1.0)})
    assert with_sodium == pytest.approx(0.566, abs=0.05)
    assert extracted(at, no_sodium)[0]["Li+"] > with_sodium + 0.1


def test_constants_that_the_points_cannot_tell_are_named() -> None:
    assert any("cannot be told apart" in warning for warning in fitted().warnings)
    by_name = {(c.cation, c.constant): c for c in fitted().constants}
    assert by_name["Ni+2", "log_k1"].value == pytest.approx(
        -10.03, abs=2 * by_name["Ni+2", "log_k1"].deviation
    )


def test_more_extracted_than_the_alkali_allows_is_refused_by_name() -> None:
    feed = {"Co+2": 0.1, "Na+": 0.01}
    good = Point("first", 5.0, {"Co+2": 0.5}, alkali=0.1)
    bad = Point("second", 5.5, {"Co+2": 0.9}, alkali=0.1)
    check_alkali(Experiment("cyanex_272", 0.5, 1.0, feed, (good,)))
    with pytest.raises(CaseError, match=r"second.*1\.80 times") as error:
        check_alkali(Experiment("cyanex_272", 0.5, 1.0, feed, (good, bad)))
    assert len(error.value.faults) == 1
