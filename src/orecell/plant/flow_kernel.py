"""Flows of an extraction circuit, which follow from what is fed and dosed, stages far apart included.

Repeated with every Newton step of the cascade of `plant.cascade_kernel` until nothing moves:

    A[i] = water fed + volume of alkali dosed + A[i + 1] where linked - what organic carries off   [L/h]
    sulfate and other anions from their own balances, with what organic carries

Left out: time, and the difference in efficiency between directions of transfer.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from numba import njit

from orecell.plant.cascade_kernel import Cascade, Floats, State, eliminate


class Circuit(NamedTuple):
    """A cascade and what is around it.

    Attributes:
        cascade: flows and feeds; `aqueous`, `sulfate` and `anions` are set here.
        water_in: aqueous fed to each stage from outside (stage) [L/h].
        sulfate_in: sulfate fed to each stage (stage) [mol/h].
        anions_in: other anions less inert cations fed to each stage (stage) [eq/h].
        dose_volume: volume that alkali brings [L/eq].
    """

    cascade: Cascade
    water_in: Floats
    sulfate_in: Floats
    anions_in: Floats
    dose_volume: float


@njit(cache=True, nogil=True)
def doses(state: State, cascade: Cascade) -> Floats:  # pragma: no cover
    """Alkali dosed in each stage (stage) [eq/h]; negative is acid."""
    stages, m = state.y.shape
    scale = cascade.scale[cascade.base]
    found = np.zeros(stages)
    for i in range(stages):
        if not math.isnan(cascade.ph[i]):
            found[i] = state.u[i, m + 1] * scale
    return found


@njit(cache=True, nogil=True)
def carry_anion(circuit: Circuit, cascade: Cascade, fed: Floats, found: Floats) -> None:  # pragma: no cover
    """Concentration of an anion in every stage from its balance; anions do not enter the organic."""
    stages = found.shape[0]
    carried = cascade.organic * cascade.a_in_o
    if carried == 0.0:
        for i in range(stages - 1, -1, -1):
            above = cascade.aqueous[i + 1] * found[i + 1] if i + 1 < stages and cascade.link[i] > 0.0 else 0.0
            found[i] = (fed[i] + above) / cascade.aqueous[i]
        return
    a, b = np.zeros((stages, stages)), np.zeros((stages, 1))
    for i in range(stages):
        a[i, i] = cascade.aqueous[i] + carried
        b[i, 0] = fed[i]
        if i > 0:
            a[i, i - 1] = -carried
        elif cascade.is_closed:
            a[i, stages - 1] -= carried
        if i + 1 < stages and cascade.link[i] > 0.0:
            a[i, i + 1] -= cascade.aqueous[i + 1]
    eliminate(a, b)
    found[:] = b[:, 0]


@njit(cache=True, nogil=True)
def set_flows(circuit: Circuit, cascade: Cascade, dosed: Floats) -> None:  # pragma: no cover
    """Aqueous flows and anions of every stage, in place."""
    stages = dosed.shape[0]
    for i in range(stages - 1, -1, -1):
        flow = circuit.water_in[i] + circuit.dose_volume * max(dosed[i], 0.0)
        if i + 1 < stages and cascade.link[i] > 0.0:
            flow += cascade.aqueous[i + 1]
        if i == 0 and not cascade.is_closed:
            flow -= cascade.organic * cascade.a_in_o
        cascade.aqueous[i] = flow
    fed = circuit.sulfate_in.copy()
    for i in range(stages):
        fed[i] += 0.5 * max(-dosed[i], 0.0)
    carry_anion(circuit, cascade, fed, cascade.sulfate)
    for i in range(stages):
        cascade.sulfate[i] -= 0.5 * max(-dosed[i], 0.0) / cascade.aqueous[i]
    carry_anion(circuit, cascade, circuit.anions_in, cascade.anions)


@njit(cache=True, nogil=True)
def does_follow(cascade: Cascade) -> bool:  # pragma: no cover
    """Whether flows depend on the solution, through doses."""
    return bool(np.any(~np.isnan(cascade.ph)))


@njit(cache=True, nogil=True)
def follow(state: State, circuit: Circuit, cascade: Cascade) -> float:  # pragma: no cover
    """Let flows follow the doses, in place; returns the largest relative change of a flow."""
    before = cascade.aqueous.copy()
    set_flows(circuit, cascade, doses(state, cascade))
    return float(np.max(np.abs(cascade.aqueous - before) / cascade.aqueous))
