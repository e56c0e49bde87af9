"""Solving a cascade: Newton on block-tridiagonal stages, with sweeps of bisection stages as fallback.

The equations are those of `plant.cascade_kernel`. Newton starts from a linear profile, steps are cut to one
decade per unknown, and halved while the residual grows. Where it does not arrive, organic that comes back is
first taken as fresh; then stages are swept one by one (`plant.sweep_kernel`), and Newton tried again. Left
out: proof that the whole cascade has one solution.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from numba import njit

from orecell.plant.cascade_kernel import (
    DECADE,
    LN10,
    MOST_STEPS,
    MOST_SWEEPS,
    TOLERANCE,
    Cascade,
    Floats,
    Laws,
    State,
    charge_of,
    copied,
    distribute,
    eliminate,
    entering,
    pass_on,
)
from orecell.plant.flow_kernel import Circuit, does_follow, follow
from orecell.plant.sweep_kernel import cold_start, sweep

FAILED, NEWTON, SWEPT = 0, 1, 2
STILL = 1e-9
FIRST_PH = (5.0, 6.5, 2.5, 8.0)
"""pH of stages without acid at which Newton starts, one after the other."""
FOLLOWED = 0.1
MOST_CUT = 0.005
"""Share of a concentration that one step leaves at least."""
"""Residual below which flows follow the doses; farther out the doses mean nothing yet."""


class Blocks(NamedTuple):
    """The linear system of one Newton step, by stage.

    Attributes:
        before, here, after: by the unknowns of the stage before, its own, and the stage after
            (stage, row, column).
        organic: by the metal in the organic that enters the stage (stage, cation).
        made: organic that leaves by the unknowns of the stage (stage, cation, column).
        right: residuals (stage, row).
        gap: organic that enters less what comes back (cation) [mol/L].
    """

    before: Floats
    here: Floats
    after: Floats
    organic: Floats
    made: Floats
    right: Floats
    gap: Floats


@njit(cache=True, nogil=True)
def new_blocks(stages: int, cations: int) -> Blocks:  # pragma: no cover
    """An empty system."""
    n = cations + 2
    return Blocks(
        np.zeros((stages, n, n)),
        np.zeros((stages, n, n)),
        np.zeros((stages, n, n)),
        np.zeros((stages, cations)),
        np.zeros((stages, cations, n)),
        np.zeros((stages, n)),
        np.zeros(cations),
    )


@njit(cache=True, nogil=True)
def residual(
    state: State, cascade: Cascade, laws: Laws, scale: Floats, blocks: Blocks
) -> float:  # pragma: no cover
    """Residuals of every stage over what enters, into `blocks.right`; returns the largest over what
    passes."""
    stages, m = state.y.shape
    for i in range(stages):
        distribute(state, cascade, laws, i)
    pass_on(state, cascade)
    worst, out = return_gap(state, cascade, blocks.gap), blocks.right
    for i in range(stages):
        given = not math.isnan(cascade.ph[i])
        dose = state.u[i, m + 1] if given else 0.0
        ln_h = -LN10 * cascade.ph[i] if given else state.u[i, m + 1]
        out_water = cascade.aqueous[i] + cascade.organic * cascade.a_in_o
        out_organic = cascade.organic + cascade.aqueous[i] * cascade.o_in_a
        charge, _ = charge_of(cascade, i, ln_h)
        size = 2.0 * cascade.sulfate[i] + cascade.anions[i] + 1e-6
        for j in range(m):
            c = math.exp(state.u[i, j])
            charge += laws.charge[j] * c
            left = out_water * c + out_organic * state.y[i, j] - entering(state, cascade, i, j)
            if j == cascade.base:
                left -= max(dose, 0.0) * scale[j]
            out[i, j] = left / scale[j]
            passing = out_water * c + out_organic * state.y[i, j]
            worst = max(worst, abs(left) / max(scale[j], passing))
        out[i, m] = (math.exp(state.u[i, m]) + state.held[i]) / cascade.dimers - 1.0
        out[i, m + 1] = (charge + min(dose, 0.0) * scale[cascade.base] / cascade.aqueous[i]) / size
        worst = max(worst, abs(out[i, m]), abs(out[i, m + 1]))
    return worst if math.isfinite(worst) else np.inf


@njit(cache=True, nogil=True)
def return_gap(state: State, cascade: Cascade, gap: Floats) -> float:  # pragma: no cover
    """Organic that enters less what comes back (cation), in place; returns the largest over the dimers."""
    last, worst = state.y.shape[0] - 1, 0.0
    gap[:] = 0.0
    if cascade.is_closed:
        for j in range(gap.shape[0]):
            back = state.y[last, j] + cascade.a_in_o * math.exp(state.u[last, j])
            if j == cascade.base:
                back = max(back, cascade.saponified)
            gap[j] = state.y_in[j] - back
            worst = max(worst, abs(gap[j]) / cascade.dimers)
    return worst


@njit(cache=True, nogil=True)
def fill_blocks(
    state: State, cascade: Cascade, laws: Laws, scale: Floats, blocks: Blocks
) -> None:  # pragma: no cover
    """Derivatives of the residuals."""
    stages, m = state.y.shape
    organic = cascade.organic
    blocks.before[:] = 0.0
    blocks.here[:] = 0.0
    blocks.after[:] = 0.0
    blocks.made[:] = 0.0
    for i in range(stages):
        given = not math.isnan(cascade.ph[i])
        out_water = cascade.aqueous[i] + organic * cascade.a_in_o
        out_organic = organic + cascade.aqueous[i] * cascade.o_in_a
        here, made, x = blocks.here[i], blocks.made[i], math.exp(state.u[i, m])
        size = 2.0 * cascade.sulfate[i] + cascade.anions[i] + 1e-6
        for j in range(m):
            c, share = math.exp(state.u[i, j]), cascade.efficiency[i, j]
            made[j, j], made[j, m] = share * state.f_c[i, j], share * state.f_x[i, j]
            made[j, m + 1] = 0.0 if given else share * state.f_h[i, j]
            here[j, j] = (out_water * c + out_organic * made[j, j]) / scale[j]
            here[j, m] = out_organic * made[j, m] / scale[j]
            here[j, m + 1] = out_organic * made[j, m + 1] / scale[j]
            blocks.organic[i, j] = (out_organic * (1.0 - share) - organic) / scale[j]
            here[m, j] = state.held_c[i, j] / cascade.dimers
            here[m + 1, j] = laws.charge[j] * c / size
        here[m, m] = (x + state.held_x[i]) / cascade.dimers
        if given:
            is_acid = state.u[i, m + 1] < 0.0
            here[cascade.base, m + 1] += 0.0 if is_acid else -1.0
            here[m + 1, m + 1] = scale[cascade.base] / cascade.aqueous[i] / size if is_acid else 0.0
        else:
            here[m, m + 1] = state.held_h[i] / cascade.dimers
            here[m + 1, m + 1] = charge_of(cascade, i, state.u[i, m + 1])[1] / size
        fill_neighbors(state, cascade, scale, blocks, i)


@njit(cache=True, nogil=True)
def fill_neighbors(
    state: State, cascade: Cascade, scale: Floats, blocks: Blocks, i: int
) -> None:  # pragma: no cover
    """What the aqueous of the stages before and after changes in the balances of stage i."""
    stages, m = state.y.shape
    if i > 0 and cascade.a_in_o > 0.0:
        for j in range(m):
            blocks.before[i, j, j] = (
                -cascade.organic * cascade.a_in_o * math.exp(state.u[i - 1, j]) / scale[j]
            )
    if i + 1 < stages and cascade.link[i] > 0.0:
        flow, after = cascade.aqueous[i + 1], blocks.after[i]
        given = not math.isnan(cascade.ph[i + 1])
        for j in range(m):
            carried = flow * cascade.o_in_a * cascade.efficiency[i + 1, j] / scale[j]
            after[j, j] = -flow * math.exp(state.u[i + 1, j]) / scale[j] - carried * state.f_c[i + 1, j]
            after[j, m] = -carried * state.f_x[i + 1, j]
            after[j, m + 1] = 0.0 if given else -carried * state.f_h[i + 1, j]


@njit(cache=True, nogil=True)
def solve_blocks(
    blocks: Blocks, cascade: Cascade, capped: bool, carried: Floats, moved: Floats
) -> bool:  # pragma: no cover
    """One Newton step: unknowns move by -right (stage, row), organic that enters by `moved`; False if
    singular.

    Forward, each stage is written as du = q - W du(after) + R dz and the organic that leaves it as
    dy = a - B du(after) + T dz, with dz the change of organic that enters the first; the return, with the
    aqueous
    `carried` back per ln c of the last stage (cation), closes dz.
    """
    stages, n = blocks.right.shape
    m = n - 2
    turns = m if cascade.is_closed else 0
    wide = n + turns + 1
    work, keep = np.zeros((n, wide)), np.zeros((stages, n, wide))
    a, b, t = np.zeros(m), np.zeros((m, n)), np.eye(m, turns)
    for i in range(stages):
        stage_equations(blocks, keep, i, work)
        for j in range(m):
            organic = blocks.organic[i, j]
            for k in range(n):
                blocks.here[i, j, k] -= organic * b[j, k]
            for k in range(turns):
                work[j, n + k] -= organic * t[j, k]
            work[j, wide - 1] -= organic * a[j]
        if not eliminate(blocks.here[i], work):
            return False
        keep[i] = work
        carry_organic(blocks, cascade, i, work, (a, b, t))
    for j in range(m):
        for k in range(turns):
            t[j, k] += carried[j] * keep[stages - 1, j, n + k]
        a[j] += carried[j] * keep[stages - 1, j, wide - 1]
    close_return(blocks, cascade, capped, (a, t), moved)
    for i in range(stages - 1, -1, -1):
        for r in range(n):
            total = keep[i, r, wide - 1]
            for k in range(turns):
                total += keep[i, r, n + k] * moved[k]
            if i + 1 < stages:
                for k in range(n):
                    total += keep[i, r, k] * blocks.right[i + 1, k]
            blocks.right[i, r] = -total
    return True


@njit(cache=True, nogil=True)
def stage_equations(blocks: Blocks, keep: Floats, i: int, work: Floats) -> None:  # pragma: no cover
    """Right-hand sides of stage i: by the stage after, by organic that enters the first, and the residual."""
    n = blocks.right.shape[1]
    m, wide = n - 2, work.shape[1]
    work[:] = 0.0
    work[:, :n] = blocks.after[i]
    work[:, wide - 1] = -blocks.right[i]
    if i == 0:
        return
    for r in range(m):
        low = blocks.before[i, r, r]
        if low != 0.0:
            for c in range(n):
                blocks.here[i, r, c] -= low * keep[i - 1, r, c]
            for c in range(n, wide):
                work[r, c] -= low * keep[i - 1, r, c]


@njit(cache=True, nogil=True)
def carry_organic(
    blocks: Blocks, cascade: Cascade, i: int, work: Floats, carried: tuple[Floats, Floats, Floats]
) -> None:  # pragma: no cover
    """The organic that leaves stage i as a function of the stage after and of what enters the first, in
    place."""
    a, b, t = carried
    n = blocks.right.shape[1]
    m, wide = n - 2, work.shape[1]
    for j in range(m):
        rest = 1.0 - cascade.efficiency[i, j]
        g = blocks.made[i, j] - rest * b[j]
        a[j] *= rest
        for k in range(t.shape[1]):
            t[j, k] *= rest
        b[j, :] = 0.0
        for r in range(n):
            if g[r] != 0.0:
                a[j] += g[r] * work[r, wide - 1]
                for k in range(n):
                    b[j, k] += g[r] * work[r, k]
                for k in range(t.shape[1]):
                    t[j, k] += g[r] * work[r, n + k]


@njit(cache=True, nogil=True)
def close_return(
    blocks: Blocks, cascade: Cascade, capped: bool, last: tuple[Floats, Floats], moved: Floats
) -> None:  # pragma: no cover
    """Change of the organic that enters (cation), so that it is what comes back, into `moved`."""
    a, t = last
    m = a.shape[0]
    moved[:] = 0.0
    if not cascade.is_closed:
        return
    matrix, right = np.eye(m), np.zeros((m, 1))
    for j in range(m):
        right[j, 0] = -blocks.gap[j]
        if j == cascade.base and capped:
            continue
        right[j, 0] += a[j]
        for k in range(m):
            matrix[j, k] -= t[j, k]
    if eliminate(matrix, right):
        moved[:] = right[:, 0]


@njit(cache=True, nogil=True)
def newton(state: State, circuit: Circuit, cascade: Cascade, laws: Laws) -> bool:  # pragma: no cover
    """Newton from `state`; True once residuals and flows, which follow from the doses, are at rest."""
    stages, n = state.u.shape
    scale, blocks = cascade.scale, new_blocks(stages, n - 2)
    old, old_in, moved = np.empty((stages, n)), np.empty(n - 2), np.zeros(n - 2)
    change = follow(state, circuit, cascade) if does_follow(cascade) else 0.0
    worst = residual(state, cascade, laws, scale, blocks)
    for _ in range(MOST_STEPS):
        if worst < TOLERANCE and change < STILL:
            return True
        fill_blocks(state, cascade, laws, scale, blocks)
        capped = state.y[stages - 1, cascade.base] < cascade.saponified
        carried = cascade.a_in_o * np.exp(state.u[stages - 1, : n - 2])
        if not solve_blocks(blocks, cascade, capped, carried, moved):
            return False
        old[:], old_in[:] = state.u, state.y_in
        move, step, before = blocks.right.copy(), 1.0, worst
        for _halving in range(8):
            step_to(state, cascade, (old, old_in), (move, moved), step)
            worst = residual(state, cascade, laws, scale, blocks)
            if worst < 1.5 * before or worst < 0.5:
                break
            step *= 0.5
        if not math.isfinite(worst):
            return False
        if worst < FOLLOWED and does_follow(cascade):
            change = follow(state, circuit, cascade)
            worst = residual(state, cascade, laws, scale, blocks)
    return worst < TOLERANCE and change < STILL


@njit(cache=True, nogil=True)
def step_to(
    state: State, cascade: Cascade, old: tuple[Floats, Floats], move: tuple[Floats, Floats], step: float
) -> None:  # pragma: no cover
    """Unknowns a step away, each by a decade or, where it falls, by `MOST_CUT` at most, in place."""
    stages, n = state.u.shape
    for i in range(stages):
        for k in range(n):
            change = step * move[0][i, k]
            if k < n - 2:  # balances are linear in a concentration, so it moves by its own amount
                change = -math.log(min(max(1.0 - change, MOST_CUT), 1.0 / MOST_CUT))
            elif k < n - 1 or math.isnan(cascade.ph[i]):
                change = min(max(change, -DECADE), DECADE)
            state.u[i, k] = old[0][i, k] - change
    for j in range(n - 2):
        state.y_in[j] = max(old[1][j] + step * move[1][j], 0.1 * old[1][j])


@njit(cache=True, nogil=True)
def solve(
    state: State, circuit: Circuit, cascade: Cascade, laws: Laws, is_warm: bool
) -> int:  # pragma: no cover
    """Solve a cascade: Newton, then sweeps and Newton again; says which one arrived, or FAILED."""
    if is_warm:
        if not cascade.is_closed:
            state.y_in[:] = cascade.y_in
        if newton(state, circuit, cascade, laws):
            return NEWTON
    for ph in FIRST_PH:
        cold_start(state, cascade, laws, ph)
        if newton(state, circuit, cascade, laws):
            return NEWTON
    if cascade.is_closed:
        cold_start(state, cascade, laws, FIRST_PH[0])
        if newton(state, circuit, copied(cascade, False), laws) and newton(state, circuit, cascade, laws):
            return NEWTON
    most = 2
    while most <= MOST_SWEEPS:
        cold_start(state, cascade, laws, FIRST_PH[0])
        for i in range(state.y.shape[0]):
            distribute(state, cascade, laws, i)
        pass_on(state, cascade)
        sweep(state, cascade, laws, most)
        if newton(state, circuit, cascade, laws):
            return SWEPT
        most *= 8
    return FAILED
