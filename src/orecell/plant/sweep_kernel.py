"""Where a cascade starts, and its stages solved one by one: slow, and cannot diverge within a stage.

With its neighbors held, a stage is solved by nested bisection, which always finds the one root, because bound
dimers rise with free dimer and the charge falls with pH. Sweeps there and back bring a cascade near its
solution, from where Newton (`plant.newton_kernel`) finishes. Left out: proof that sweeps converge.
"""

from __future__ import annotations

import math

import numpy as np
from numba import njit

from orecell.plant.cascade_kernel import (
    EXCHANGE,
    LN10,
    TABLE,
    Cascade,
    Floats,
    Laws,
    State,
    charge_of,
    distribute,
    entering,
    ln_d_of,
    table_value,
)


@njit(cache=True, nogil=True)
def stage_at(
    totals: Floats, cascade: Cascade, laws: Laws, at: tuple[int, float, float], c: Floats
) -> float:  # pragma: no cover
    """Aqueous concentrations of one stage at given ln x and ln h into `c`; returns dimers bound."""
    i, ln_x, ln_h = at
    water = cascade.aqueous[i] + cascade.organic * cascade.a_in_o
    organic = cascade.organic + cascade.aqueous[i] * cascade.o_in_a
    charge, _ = charge_of(cascade, i, ln_h)
    held = 0.0
    for j in range(totals.shape[0]):
        if laws.kind[j] == TABLE:
            c[j] = table_root(totals[j], laws, j, water, organic * cascade.efficiency[i, j])
        else:
            d = math.exp(min(ln_d_of(laws, j, ln_x, ln_h), 600.0)) * cascade.efficiency[i, j]
            c[j] = totals[j] / (water + organic * d)
        if j != cascade.base or math.isnan(cascade.ph[i]):
            charge += laws.charge[j] * c[j]
    if not math.isnan(cascade.ph[i]) and -charge > c[cascade.base]:
        c[cascade.base] = -charge
    for j in range(totals.shape[0]):
        if laws.kind[j] == EXCHANGE:
            shift = math.log(c[j]) - laws.charge[j] * ln_h
            held += laws.s1[j] * math.exp(min(laws.ln_k1[j] + laws.s1[j] * ln_x + shift, 600.0))
            held += laws.s2[j] * math.exp(min(laws.ln_k2[j] + laws.s2[j] * ln_x + shift, 600.0))
    return held


@njit(cache=True, nogil=True)
def table_root(total: float, laws: Laws, j: int, water: float, organic: float) -> float:  # pragma: no cover
    """Concentration at which water c + organic y(c) is the total, by bisection in ln c."""
    high = math.log(total / water)
    low = high - 80.0
    for _ in range(70):
        middle = 0.5 * (low + high)
        ln_y, _ = table_value(laws, j, middle)
        if water * math.exp(middle) + organic * math.exp(ln_y) > total:
            high = middle
        else:
            low = middle
    return math.exp(0.5 * (low + high))


@njit(cache=True, nogil=True)
def free_dimer(
    totals: Floats, cascade: Cascade, laws: Laws, at: tuple[int, float], c: Floats
) -> float:  # pragma: no cover
    """ln x of one stage at given ln h: bound dimers rise with x, so bisection finds the only root."""
    i, ln_h = at
    high = math.log(cascade.dimers)
    low = high - 60.0
    for _ in range(60):
        middle = 0.5 * (low + high)
        if math.exp(middle) + stage_at(totals, cascade, laws, (i, middle, ln_h), c) > cascade.dimers:
            high = middle
        else:
            low = middle
    return 0.5 * (low + high)


@njit(cache=True, nogil=True)
def solve_stage(
    state: State, cascade: Cascade, laws: Laws, scale: Floats, i: int
) -> float:  # pragma: no cover
    """Stage i by nested bisection with its neighbors held; returns the largest change of ln c."""
    m = state.y.shape[1]
    totals, c = np.empty(m), np.empty(m)
    out_organic = cascade.organic + cascade.aqueous[i] * cascade.o_in_a
    for j in range(m):
        before = state.y_in[j] if i == 0 else state.y[i - 1, j]
        passed = out_organic * (1.0 - cascade.efficiency[i, j]) * before
        totals[j] = max(entering(state, cascade, i, j) - passed, 1e-30)
    given = not math.isnan(cascade.ph[i])
    low = -LN10 * (cascade.ph[i] if given else 14.5)
    high = low if given else LN10 * 1.5
    for _ in range(0 if given else 60):
        middle = 0.5 * (low + high)
        free_dimer(totals, cascade, laws, (i, middle), c)
        charge, _ = charge_of(cascade, i, middle)
        for j in range(m):
            charge += laws.charge[j] * c[j]
        if charge > 0.0:
            high = middle
        else:
            low = middle
    ln_h = 0.5 * (low + high)
    ln_x = free_dimer(totals, cascade, laws, (i, ln_h), c)
    change = 0.0
    for j in range(m):
        change = max(change, abs(state.u[i, j] - math.log(c[j])))
        state.u[i, j] = math.log(c[j])
    state.u[i, m] = ln_x
    state.u[i, m + 1] = (
        dose_of(totals, cascade, laws, (i, ln_x, ln_h), c) / scale[cascade.base] if given else ln_h
    )
    distribute(state, cascade, laws, i)
    for j in range(m):
        before, share = state.y_in[j] if i == 0 else state.y[i - 1, j], cascade.efficiency[i, j]
        state.y[i, j] = (1.0 - share) * before + share * state.f[i, j]
    return change


@njit(cache=True, nogil=True)
def dose_of(
    totals: Floats, cascade: Cascade, laws: Laws, at: tuple[int, float, float], c: Floats
) -> float:  # pragma: no cover
    """Alkali [eq/h] that a stage of given pH takes; acid, as a negative number, where it needs that."""
    i, ln_x, ln_h = at
    b = cascade.base
    water = cascade.aqueous[i] + cascade.organic * cascade.a_in_o
    organic = cascade.organic + cascade.aqueous[i] * cascade.o_in_a
    d = math.exp(min(ln_d_of(laws, b, ln_x, ln_h), 600.0)) * cascade.efficiency[i, b]
    base = c[b] * (water + organic * d) - totals[b]
    charge, _ = charge_of(cascade, i, ln_h)
    for j in range(totals.shape[0]):
        charge += laws.charge[j] * c[j]
    acid = max(charge, 0.0) * cascade.aqueous[i]
    return float(base if base > acid else -acid)


@njit(cache=True, nogil=True)
def sweep(state: State, cascade: Cascade, laws: Laws, most: int) -> None:  # pragma: no cover
    """Solve the stages one by one, there and back, until they stop changing or `most` sweeps are done."""
    stages = state.y.shape[0]
    scale = cascade.scale
    for _ in range(most):
        change = 0.0
        for i in range(stages):
            change = max(change, solve_stage(state, cascade, laws, scale, i))
        for i in range(stages - 2, -1, -1):
            change = max(change, solve_stage(state, cascade, laws, scale, i))
        if cascade.is_closed:
            for j in range(state.y_in.shape[0]):
                state.y_in[j] = state.y[stages - 1, j] + cascade.a_in_o * math.exp(state.u[stages - 1, j])
            state.y_in[cascade.base] = max(state.y_in[cascade.base], cascade.saponified)
        if change < 1e-3:
            return


@njit(cache=True, nogil=True)
def cold_start(state: State, cascade: Cascade, laws: Laws, ph: float) -> None:  # pragma: no cover
    """A linear profile: cations fall from feed end to raffinate end, half the dimers free, pH of the acid
    fed."""
    stages, m = state.y.shape
    scale = cascade.scale
    state.y_in[:] = cascade.y_in
    for i in range(stages):
        for j in range(m):
            share = (i + 1.0) / (stages + 1.0)
            state.u[i, j] = math.log(scale[j] * share / (cascade.aqueous[i] + cascade.organic))
        state.u[i, m] = math.log(0.5 * cascade.dimers)
        free = 2.0 * cascade.sulfate[i] + cascade.anions[i]
        for j in range(m):
            free -= laws.charge[j] * np.sum(cascade.feed[:, j]) / cascade.aqueous[i]
        is_acid = free > 0.2 * (2.0 * cascade.sulfate[i] + cascade.anions[i])
        state.u[i, m + 1] = math.log(0.3 * free) if is_acid else -LN10 * ph
        if not math.isnan(cascade.ph[i]):
            state.u[i, m + 1] = 0.1
