"""Solving an extraction circuit in compiled code, cold or from a known state."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from numba import njit

from orecell.plant.cascade_kernel import Cascade, Laws, State, copied, new_state
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


@njit(cache=True, nogil=True)
def cold_circuit(circuit: Circuit, laws: Laws) -> Solved:  # pragma: no cover
    """Solve a circuit without a guess."""
    stages, m = circuit.cascade.efficiency.shape
    return solve_circuit(circuit, laws, new_state(stages, m), False)
