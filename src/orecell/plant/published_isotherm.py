"""Published isotherms of the tables of chemistry as experiments, and extraction curves over pH.

Points of all cations at one pH are one measured equilibrium, so its label is its pH. Sodium comes with the
alkali and not with the feed: its extracted share is of what keeps the stage at its pH. Left out: measured
volumes, and alkali, which these sources do not state.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from orecell.core.formula import parse_formula
from orecell.data.chemistry import read_chemistry
from orecell.plant.calibration import Calibration, Experiment, Point, extracted
from orecell.plant.speciation import components_of

if TYPE_CHECKING:
    from orecell.plant.isotherm import Extractant


def read_isotherm(name: str) -> Experiment:
    """A published isotherm.

    Raises:
        InputError: the tables have no experiment of this name.
    """
    tables = read_chemistry()
    row = tables.row("isotherm_experiments", experiment=name)
    grams = components_of(row["feed_g_per_l"])
    feed = {cation: g / parse_formula(cation).molar_mass for cation, g in grams.items()}
    by_ph: dict[float, dict[str, float]] = {}
    for point in tables.rows("isotherm_points", experiment=name):
        by_ph.setdefault(point["ph"], {})[point["cation"]] = point["extracted_fraction"]
    points = tuple(Point(f"pH {ph:.2f}", ph, by_ph[ph]) for ph in sorted(by_ph))
    return Experiment(row["extractant"], row["extractant_mol_per_l"], row["organic_to_aqueous"], feed, points)


def extraction_curves(
    experiment: Experiment, extractant: Extractant, ph: Sequence[float]
) -> Mapping[str, tuple[float, ...]]:
    """Extracted fraction of every cation at every pH, as the laws of an extractant have it.

    Args:
        experiment: feed, organic and phase ratio.
        extractant: extractant with its laws.
        ph: pH values at equilibrium.
    """
    asked = replace(experiment, points=tuple(Point(f"pH {value:g}", value, {}) for value in ph))
    found = extracted(asked, extractant)
    return {cation: tuple(float(at[cation]) for at in found) for cation in found[0]} if found else {}


def compared(experiment: Experiment, extractant: Extractant) -> Calibration:
    """Measured points beside an extractant as it is; nothing is fitted, so there are no constants.

    Args:
        experiment: measured points.
        extractant: extractant with its laws.
    """
    found = extracted(experiment, extractant)
    residuals = tuple(
        (point.label, point.ph, cation, measured, float(at[cation]))
        for point, at in zip(experiment.points, found, strict=True)
        for cation, measured in point.extracted.items()
    )
    squares = [(model - measured) ** 2 for *_, measured, model in residuals]
    rmse = math.sqrt(sum(squares) / len(squares)) if squares else 0.0
    return Calibration(extractant, (), rmse, rmse, residuals, ())
