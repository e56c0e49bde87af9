"""Solving an extraction circuit in compiled code, cold or from a known state."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from numba import njit

from orecell.plant.cascade_kernel import Cascade, Floats, Ints, Laws, State, copied, new_state
from orecell.plant.flow_kernel import Circuit, doses, set_flows
from orecell.plant.newton_kernel import solve

__all__ = ["Circuit", "Solved", "cold_circuit", "doses", "solve_circuit"]


class Solved(NamedTuple):
    """A solved circuit.

    Attributes:
        code: 0 failed, 1 Newton, 2 after sweeps.
        cascade: the cascade with its final flows.
        state: the unknowns of every stage.
        saponification: alkali used before the organic enters [eq/h].
    """

    code: int
    cascade: Cascade
    state: State
    saponification: float


@njit(cache=True, nogil=True)
def solve_circuit(circuit: Circuit, laws: Laws, start: State, is_warm: bool) -> Solved:  # pragma: no cover
    """Solve a circuit from `start` (used as the first guess where warm; its arrays are written)."""
    cascade = copied(circuit.cascade, circuit.cascade.is_closed)
    stages = start.y.shape[0]
    set_flows(circuit, cascade, np.zeros(stages))
    if not is_warm:
        start.y_in[:] = cascade.y_in
    code = solve(start, circuit, cascade, laws, is_warm)
    alkali = cascade.organic * cascade.saponified
    if cascade.is_closed:
        b = cascade.base
        back = start.y[stages - 1, b] + cascade.a_in_o * math.exp(start.u[stages - 1, b])
        alkali = cascade.organic * max(cascade.saponified - back, 0.0)
    return Solved(code, cascade, start, alkali)


def cold_circuit(circuit: Circuit, laws: Laws) -> Solved:
    """Solve a circuit without a guess; not compiled: each compiled caller compiles what it calls again."""
    stages, m = circuit.cascade.efficiency.shape
    return solve_circuit(circuit, laws, new_state(stages, m), False)


class Varied(NamedTuple):
    """What differs between the cascades of a batch; everything else is that of one circuit.

    Attributes:
        organic: flow of organic (case) [L/h].
        dimers: extractant as dimer (case) [mol/L].
        saponified: base in the organic that enters, at least (case) [mol/L].
        y_in: metal in the organic that enters (case, cation) [mol/L].
        feed: cations fed (case, stage, cation) [mol/h].
        ph: given pH (case, stage).
        water_in, sulfate_in, anions_in: as in `Circuit` (case, stage).
    """

    organic: Floats
    dimers: Floats
    saponified: Floats
    y_in: Floats
    feed: Floats
    ph: Floats
    water_in: Floats
    sulfate_in: Floats
    anions_in: Floats


@njit(cache=True, nogil=True)
def one_of(circuit: Circuit, varied: Varied, k: int) -> Circuit:  # pragma: no cover
    """Case k of a batch."""
    given = circuit.cascade
    cascade = Cascade(
        varied.organic[k],
        varied.dimers[k],
        varied.y_in[k],
        given.aqueous,
        given.link,
        varied.feed[k],
        given.sulfate,
        given.anions,
        varied.ph[k],
        given.efficiency,
        given.is_closed,
        varied.saponified[k],
        given.scale,
        given.base,
        given.a_in_o,
        given.o_in_a,
        given.gamma_h,
        given.k_a2,
    )
    return Circuit(
        cascade, varied.water_in[k], varied.sulfate_in[k], varied.anions_in[k], circuit.dose_volume
    )


@njit(cache=True, nogil=True)
def solve_many(
    circuit: Circuit, laws: Laws, varied: Varied, unknowns: Floats, organic: Floats
) -> Ints:  # pragma: no cover
    """Solve every case from nothing into `unknowns` (case, stage, cation + 2) and `organic`; gives codes."""
    cases = varied.organic.shape[0]
    stages, m = circuit.cascade.efficiency.shape
    codes = np.zeros(cases, dtype=np.int64)
    for k in range(cases):
        found = solve_circuit(one_of(circuit, varied, k), laws, new_state(stages, m), False)
        codes[k] = found.code
        unknowns[k] = found.state.u
        organic[k] = found.state.y
    return codes
