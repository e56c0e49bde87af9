"""Fitting extraction constants to measured isotherms, with bands, warnings and a gate against impossible
data.

Least squares on extracted fractions: residual = w (E model - E measured), E = O y / (A c + O y) of one stage
at
the measured pH. Bands are one standard deviation of log10 K from the curvature at the optimum,
cov = s^2 (J'J)^-1. A constant whose deviation is above 0.5, or that correlates with another by more than
0.95, is named: the data do not tell it. The gate: a neutral feed cannot give up more equivalents than alkali
was added; a ratio above 1.05 is refused with the point named. Left out: errors of the measured pH.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from orecell.errors import CaseError, Fault, InputError
from orecell.plant.extraction import Bank, Layout, pack
from orecell.plant.isotherm import Exchange, Extractant, charge_of

if TYPE_CHECKING:
    from orecell.plant.cascade_kernel import Floats

MOST_EQUIVALENTS = 1.05
UNKNOWN_SPREAD, UNKNOWN_CORRELATION = 0.5, 0.95
LOADED = 0.03
"""Share of the extractant that a cation must bind at some point for its second constant to be fitted."""


@dataclass(frozen=True)
class Point:
    """One measured equilibrium.

    Attributes:
        label: name used in messages.
        ph: pH at equilibrium.
        extracted: cation -> extracted fraction.
        alkali: alkali added [eq per L of aqueous], or None if not recorded.
    """

    label: str
    ph: float
    extracted: Mapping[str, float]
    alkali: float | None = None


@dataclass(frozen=True)
class Experiment:
    """Points that share a feed, an organic and a phase ratio.

    Attributes:
        extractant: name of the extractant.
        extractant_mol_per_l: total extractant [mol/L].
        organic_to_aqueous: O/A.
        feed: cation -> concentration [mol/L].
        points: measured equilibria.
        base: cation of the alkali.
    """

    extractant: str
    extractant_mol_per_l: float
    organic_to_aqueous: float
    feed: Mapping[str, float]
    points: tuple[Point, ...]
    base: str = "Na+"


@dataclass(frozen=True)
class Fitted:
    """One fitted constant.

    Attributes:
        cation, constant: whose, and which (`log_k1`, `log_k2`).
        value: log10 of it.
        deviation: one standard deviation.
    """

    cation: str
    constant: str
    value: float
    deviation: float


@dataclass(frozen=True)
class Calibration:
    """Fitted constants and how well they describe the data.

    Attributes:
        extractant: extractant with the fitted laws.
        constants: the constants with their deviations.
        rmse: root mean square of the weighted residuals [fraction].
        rmse_equal: the same with all weights 1 [fraction].
        residuals: (point label, pH, cation, measured, model).
        warnings: what the data do not tell.
    """

    extractant: Extractant
    constants: tuple[Fitted, ...]
    rmse: float
    rmse_equal: float
    residuals: tuple[tuple[str, float, str, float, float], ...]
    warnings: tuple[str, ...]


def check_alkali(experiment: Experiment, file: str = "isotherm") -> None:
    """Refuse points that give up more equivalents than alkali was added to a neutral feed.

    Raises:
        CaseError: one fault per impossible point.
    """
    faults = []
    for point in experiment.points:
        if point.alkali is None:
            continue
        given = sum(
            charge_of(cation) * experiment.feed.get(cation, 0.0) * share
            for cation, share in point.extracted.items()
            if cation != experiment.base
        )
        if given > MOST_EQUIVALENTS * point.alkali:
            rule = (
                f"{given:.4g} eq/L extracted from a neutral feed with {point.alkali:.4g} eq/L of alkali, "
                f"{given / max(point.alkali, 1e-12):.2f} times what the charge balance allows"
            )
            fix = "check the alkali, the dilution of samples, and the assay of the raffinate"
            faults.append(Fault(file, None, "alkali_eq_per_l", point.label, rule, fix))
    if faults:
        raise CaseError(faults)


def extracted(experiment: Experiment, extractant: Extractant) -> list[dict[str, float]]:
    """Extracted fraction of every cation at every point, as the laws of the extractant have it."""
    solver = _Stage(experiment, extractant)
    return [dict(zip(solver.cations, solver.fractions(point.ph), strict=True)) for point in experiment.points]


class _Stage:
    """One stage solved again and again with changed constants and pH."""

    def __init__(self, experiment: Experiment, extractant: Extractant) -> None:
        charges = sum(charge_of(cation) * value for cation, value in experiment.feed.items())
        bank = Bank(1, 1.0, experiment.feed, 0.5 * charges, 0.0, (7.0,))
        ratio, strength = experiment.organic_to_aqueous, experiment.extractant_mol_per_l
        layout = Layout(extractant, strength, ratio, bank, base=experiment.base, alkali_mol_per_l=1e9)
        packed = pack(layout)
        self.cations, self.laws, self.circuit = packed.cations, packed.laws, packed.circuit
        self.ratio = ratio

    def fractions(self, ph: float) -> Floats:
        """Extracted fraction (cation) at a pH."""
        import numpy as np

        from orecell.plant.circuit_kernel import cold_circuit

        self.circuit.cascade.ph[:] = ph
        state = cold_circuit(self.circuit, self.laws).state
        organic = self.ratio * state.y[0]
        found: Floats = organic / (organic + np.exp(state.u[0, : len(self.cations)]))
        return found


def calibrate(
    experiment: Experiment, start: Extractant, *, weights: Mapping[str, float] | None = None
) -> Calibration:
    """Fit K1 of every measured cation, and K2 of those that load the extractant.

    Args:
        experiment: the data.
        start: extractant whose exchange laws give stoichiometry and starting values.
        weights: cation -> weight of its residuals; 1 if absent.

    Raises:
        CaseError: the data break the charge balance.
        InputError: there are no more points than constants.
    """
    import numpy as np
    from scipy.optimize import least_squares

    check_alkali(experiment)
    names = _free_constants(experiment, start)
    data = [(p, c, e) for p in experiment.points for c, e in p.extracted.items()]
    if len(data) <= len(names):
        raise InputError(
            "isotherm", f"has {len(data)} points for {len(names)} constants", "measure more points"
        )
    share = np.array([(weights or {}).get(cation, 1.0) for _, cation, _ in data])
    measured = np.array([value for _, _, value in data])
    model = _model(experiment, start, names, data)
    guess = np.array([_start_value(start, cation, which) for cation, which in names])
    found = least_squares(lambda v: share * (model(v) - measured), guess, bounds=(guess - 6.0, guess + 6.0))
    covariance = _covariance(found.jac, found.fun)
    constants = tuple(
        Fitted(cation, which, float(v), float(d))
        for (cation, which), v, d in zip(names, found.x, np.sqrt(np.diag(covariance)), strict=True)
    )
    best = model(found.x)
    return Calibration(
        start.with_laws(_laws(start, constants)),
        constants,
        float(np.sqrt(np.sum((share * (best - measured)) ** 2) / np.sum(share**2))),
        float(np.sqrt(np.mean((best - measured) ** 2))),
        tuple((p.label, p.ph, c, value, float(at)) for (p, c, value), at in zip(data, best, strict=True)),
        tuple(_warnings(constants, covariance)),
    )


def _model(
    experiment: Experiment,
    start: Extractant,
    names: Sequence[tuple[str, str]],
    data: Sequence[tuple[Point, str, float]],
) -> Callable[[Floats], Floats]:
    """Extracted fractions of the data as a function of the constants."""
    import numpy as np

    stage = _Stage(experiment, start)

    def model(values: Floats) -> Floats:
        _write(stage, names, values)
        by_ph = {point.ph: stage.fractions(point.ph) for point in experiment.points}
        return np.array([by_ph[point.ph][stage.cations.index(cation)] for point, cation, _ in data])

    return model


def _free_constants(experiment: Experiment, start: Extractant) -> list[tuple[str, str]]:
    """Which constants are fitted."""
    cations = dict.fromkeys(cation for point in experiment.points for cation in point.extracted)
    names = [(cation, "log_k1") for cation in cations]
    for cation in cations:
        law = start.laws.get(cation)
        if not isinstance(law, Exchange):
            raise InputError(cation, f"has no exchange law with {start.name} to start from", "give one")
        most = max(point.extracted.get(cation, 0.0) for point in experiment.points)
        bound = most * experiment.feed.get(cation, 0.0) / experiment.organic_to_aqueous
        if law.log_k2 is not None and bound * charge_of(cation) > LOADED * experiment.extractant_mol_per_l:
            names.append((cation, "log_k2"))
    return names


def _start_value(start: Extractant, cation: str, which: str) -> float:
    return float(getattr(start.laws[cation], which))


def _write(stage: _Stage, names: Sequence[tuple[str, str]], values: Floats) -> None:
    """Put constants into the arrays of the solver."""
    for (cation, which), value in zip(names, values, strict=True):
        j = stage.cations.index(cation)
        target = stage.laws.ln_k1 if which == "log_k1" else stage.laws.ln_k2
        target[j] = value * math.log(10.0)


def _covariance(jacobian: Floats, residuals: Floats) -> Floats:
    """Covariance of the constants at the optimum; infinite where the data say nothing."""
    import numpy as np

    free = max(1, len(residuals) - jacobian.shape[1])
    variance = float(residuals @ residuals) / free
    information = jacobian.T @ jacobian
    weak = np.diag(information) < 1e-14 * max(float(np.diag(information).max()), 1e-300)
    information[weak, weak] = 1e-300
    found: Floats = variance * np.linalg.pinv(information, rcond=1e-12)
    found[weak, weak] = np.inf
    return found


def _warnings(constants: Sequence[Fitted], covariance: Floats) -> list[str]:
    """Constants that the data do not tell."""
    found = [
        f"{c.constant} of {c.cation} is not told by these data: {c.value:.2f} +- {c.deviation:.2f}"
        for c in constants
        if not c.deviation < UNKNOWN_SPREAD
    ]
    for i, first in enumerate(constants):
        for k in range(i):
            size = first.deviation * constants[k].deviation
            if 0.0 < size < math.inf and abs(covariance[i, k]) / size > UNKNOWN_CORRELATION:
                pair = (
                    f"{first.constant} of {first.cation} and {constants[k].constant} of {constants[k].cation}"
                )
                found.append(f"{pair} cannot be told apart by these data")
    return found


def _laws(start: Extractant, constants: Sequence[Fitted]) -> dict[str, Exchange]:
    """Exchange laws with the fitted constants."""
    laws: dict[str, Exchange] = {}
    for c in constants:
        law = laws.get(c.cation) or start.laws[c.cation]
        assert isinstance(law, Exchange)
        if c.constant == "log_k1":
            laws[c.cation] = replace(law, log_k1=c.value, spread=c.deviation, note="fitted")
        else:
            laws[c.cation] = replace(law, log_k2=c.value)
    return laws
