"""Counter-current solvent extraction in compiled code: Newton in logarithms on a block-tridiagonal system.

Stages are numbered along the organic, from where it enters (the raffinate end) to where it leaves. Aqueous
flows against it wherever `link` says so. Unknowns of stage i: ln of each cation in the aqueous c[i, j]
[mol/L], ln of free dimer x[i] [mol/L], and ln h[i] (h = 10^-pH), or, where the pH is given, the alkali dose
d[i] [eq/h] (acid if negative). With y[i, j] the metal in the organic [mol/L], O and A[i] the flows [L/h]:

    f = c (K1 x^s1 + K2 x^s2) / h^z                      (exchange, at equilibrium; see `plant.isotherm`)
    y[i] = (1 - E) y[i - 1] + E f[i]                     (Murphree efficiency E of the organic)
    A c + O y + entrained = what enters from both neighbors, the feed, and the alkali      (every cation)
    x + sum(s1 y1 + s2 y2) = C_HA / 2                                                     (dimer balance)
    sum(z c) + h/gamma - Kw/(gamma h) = 2 S - S h/(h + Ka) + other anions                 (electroneutral)

Organic species are neutral, so the last line closes the proton balance. Organic that comes back enters as it
left, y[-1] = y[last] + the aqueous it carries, but for the alkali it was saponified with. Solved in
`plant.newton_kernel`.
Left out: volume change by transfer, hydrolysis, and third phases. Source: Newton on the stage equations as
in Naphtali & Sandholm 1971, AIChE J. 17, 148, doi 10.1002/aic.690170130.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

from orecell.plant.kernel_cache import use_cache_folder

use_cache_folder()  # before the first function is compiled

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

EXCHANGE, CONSTANT, PH_LINE, TABLE = 0, 1, 2, 3
LN10 = math.log(10.0)
DECADE = LN10
TINY = 1e-300
KW = 1e-14
TOLERANCE = 1e-11
MOST_STEPS = 60
MOST_SWEEPS = 4000


class Laws(NamedTuple):
    """How each cation distributes; arrays (cation) unless said otherwise.

    Attributes:
        kind: EXCHANGE, CONSTANT, PH_LINE or TABLE.
        charge: z.
        ln_k1, s1: ln K1 and dimers per ion of the first complex.
        ln_k2, s2: the same at high loading.
        slope: d ln D / d pH of PH_LINE.
        ln_d: ln D at pH 0 of PH_LINE, ln D of CONSTANT.
        table_c: ln c of the points of TABLE, rising (cation, point).
        table_y: ln y at those points.
        points: number of points.
    """

    kind: Ints
    charge: Floats
    ln_k1: Floats
    s1: Floats
    ln_k2: Floats
    s2: Floats
    slope: Floats
    ln_d: Floats
    table_c: Floats
    table_y: Floats
    points: Ints


class Cascade(NamedTuple):
    """One cascade with its feeds; flows [L/h], amounts [mol/h], concentrations [mol/L].

    Attributes:
        organic: flow of organic.
        dimers: total extractant as dimer, half of C_HA [mol/L].
        y_in: metal in the organic that enters stage 0 (cation) [mol/L].
        aqueous: flow of aqueous leaving each stage (stage).
        link: 1 where the aqueous of stage i + 1 enters stage i (stage).
        feed: cations fed to each stage from outside (stage, cation) [mol/h].
        sulfate: total sulfate in the aqueous of each stage (stage) [mol/L].
        anions: other anions of each stage (stage) [eq/L].
        ph: given pH, or NaN where it follows (stage).
        efficiency: Murphree efficiency (stage, cation) [fraction].
        is_closed: whether the organic comes back.
        saponified: base in the organic that enters, at least [mol/L].
        scale: what enters of each cation, by which residuals are divided (cation) [mol/h].
        base: index of the cation that alkali brings.
        a_in_o: aqueous carried by the organic [L/L].
        o_in_a: organic carried by the aqueous [L/L].
        gamma_h: activity coefficient of H+.
        k_a2: conditional second acidity constant of sulfuric acid [mol/L].
    """

    organic: float
    dimers: float
    y_in: Floats
    aqueous: Floats
    link: Floats
    feed: Floats
    sulfate: Floats
    anions: Floats
    ph: Floats
    efficiency: Floats
    is_closed: bool
    saponified: float
    scale: Floats
    base: int
    a_in_o: float
    o_in_a: float
    gamma_h: float
    k_a2: float


class State(NamedTuple):
    """What is known of every stage.

    Attributes:
        u: unknowns (stage, cation + 2): ln c, ln x, ln h or dose / scale of the base.
        y: metal in the organic that leaves (stage, cation) [mol/L].
        y_in: metal in the organic that enters (cation) [mol/L].
        f: metal in the organic at equilibrium (stage, cation) [mol/L].
        f_c, f_x, f_h: its derivatives by ln c, ln x and ln h (stage, cation).
        held: dimers bound at equilibrium (stage) [mol/L].
        held_c: its derivative by ln c (stage, cation).
        held_x, held_h: its derivatives by ln x and ln h (stage).
    """

    u: Floats
    y: Floats
    y_in: Floats
    f: Floats
    f_c: Floats
    f_x: Floats
    f_h: Floats
    held: Floats
    held_c: Floats
    held_x: Floats
    held_h: Floats


@njit(cache=True, nogil=True)
def new_state(stages: int, cations: int) -> State:  # pragma: no cover
    """An empty state."""
    return State(
        np.zeros((stages, cations + 2)),
        np.zeros((stages, cations)),
        np.zeros(cations),
        np.zeros((stages, cations)),
        np.zeros((stages, cations)),
        np.zeros((stages, cations)),
        np.zeros((stages, cations)),
        np.zeros(stages),
        np.zeros((stages, cations)),
        np.zeros(stages),
        np.zeros(stages),
    )


@njit(cache=True, nogil=True)
def table_value(laws: Laws, j: int, ln_c: float) -> tuple[float, float]:  # pragma: no cover
    """ln y on the isotherm of points, and its slope; straight in logarithms, slope 1 below the first."""
    count = laws.points[j]
    if ln_c <= laws.table_c[j, 0]:
        return laws.table_y[j, 0] + ln_c - laws.table_c[j, 0], 1.0
    k = 1
    while k < count - 1 and ln_c > laws.table_c[j, k]:
        k += 1
    run = laws.table_c[j, k] - laws.table_c[j, k - 1]
    slope = (laws.table_y[j, k] - laws.table_y[j, k - 1]) / run
    return laws.table_y[j, k - 1] + slope * (ln_c - laws.table_c[j, k - 1]), slope


@njit(cache=True, nogil=True)
def ln_d_of(laws: Laws, j: int, ln_x: float, ln_h: float) -> float:  # pragma: no cover
    """ln of the distribution ratio of cation j, for laws that do not depend on loading by themselves."""
    if laws.kind[j] == EXCHANGE:
        a = laws.ln_k1[j] + laws.s1[j] * ln_x
        b = laws.ln_k2[j] + laws.s2[j] * ln_x
        top = max(a, b)
        return float(top + math.log(math.exp(a - top) + math.exp(b - top)) - laws.charge[j] * ln_h)
    return float(laws.ln_d[j] - laws.slope[j] * ln_h / LN10)


@njit(cache=True, nogil=True)
def distribute(state: State, cascade: Cascade, laws: Laws, i: int) -> None:  # pragma: no cover
    """Equilibrium of stage i: metal in the organic, the dimers it binds, and their derivatives."""
    u, m = state.u, laws.charge.shape[0]
    ln_x = u[i, m]
    ln_h = u[i, m + 1] if math.isnan(cascade.ph[i]) else -LN10 * cascade.ph[i]
    held = held_x = held_h = 0.0
    for j in range(m):
        if laws.kind[j] == EXCHANGE:
            shift = u[i, j] - laws.charge[j] * ln_h
            y1 = math.exp(min(laws.ln_k1[j] + laws.s1[j] * ln_x + shift, 300.0))
            y2 = math.exp(min(laws.ln_k2[j] + laws.s2[j] * ln_x + shift, 300.0))
            bound = laws.s1[j] * y1 + laws.s2[j] * y2
            state.f[i, j] = state.f_c[i, j] = y1 + y2
            state.f_x[i, j], state.f_h[i, j] = bound, -laws.charge[j] * (y1 + y2)
            held += bound
            held_x += laws.s1[j] ** 2 * y1 + laws.s2[j] ** 2 * y2
            held_h -= laws.charge[j] * bound
            state.held_c[i, j] = bound
            continue
        if laws.kind[j] == TABLE:
            ln_y, slope = table_value(laws, j, u[i, j])
        else:
            ln_y, slope = u[i, j] + ln_d_of(laws, j, ln_x, ln_h), 1.0
        y = math.exp(min(ln_y, 300.0))
        state.f[i, j], state.f_c[i, j], state.f_x[i, j] = y, slope * y, 0.0
        state.f_h[i, j] = -laws.slope[j] / LN10 * y if laws.kind[j] == PH_LINE else 0.0
        state.held_c[i, j] = 0.0
    state.held[i], state.held_x[i], state.held_h[i] = held, held_x, held_h


@njit(cache=True, nogil=True)
def pass_on(state: State, cascade: Cascade) -> None:  # pragma: no cover
    """Metal in the organic that leaves every stage, from equilibrium and efficiency, in place."""
    stages, m = state.y.shape
    for j in range(m):
        before = state.y_in[j]
        for i in range(stages):
            share = cascade.efficiency[i, j]
            before = (1.0 - share) * before + share * state.f[i, j]
            state.y[i, j] = before


@njit(cache=True, nogil=True)
def eliminate(a: Floats, b: Floats) -> bool:  # pragma: no cover
    """Solve a x = b for several right-hand sides in place by Gauss with row pivots; False if singular."""
    n, width = a.shape[0], b.shape[1]
    for k in range(n):
        p = k
        for i in range(k + 1, n):
            if abs(a[i, k]) > abs(a[p, k]):
                p = i
        if a[p, k] == 0.0 or not math.isfinite(a[p, k]):
            return False
        if p != k:
            for j in range(k, n):
                a[k, j], a[p, j] = a[p, j], a[k, j]
            for j in range(width):
                b[k, j], b[p, j] = b[p, j], b[k, j]
        for i in range(k + 1, n):
            factor = a[i, k] / a[k, k]
            if factor != 0.0:
                for j in range(k + 1, n):
                    a[i, j] -= factor * a[k, j]
                for j in range(width):
                    b[i, j] -= factor * b[k, j]
    for k in range(n - 1, -1, -1):
        for j in range(width):
            total = b[k, j]
            for i in range(k + 1, n):
                total -= a[k, i] * b[i, j]
            b[k, j] = total / a[k, k]
    return True


@njit(cache=True, nogil=True)
def scales_of(cascade: Cascade) -> Floats:  # pragma: no cover
    """What enters of each cation [mol/h], by which its residuals are divided; alkali counts as base."""
    m = cascade.y_in.shape[0]
    found = np.empty(m)
    for j in range(m):
        found[j] = cascade.organic * cascade.y_in[j] + np.sum(cascade.feed[:, j])
    dosed = 0.0
    for i in range(cascade.ph.shape[0]):
        if not math.isnan(cascade.ph[i]):
            dosed = max(dosed, cascade.organic * 2.0 * cascade.dimers)
    found[cascade.base] += dosed
    return found


@njit(cache=True, nogil=True)
def charge_of(cascade: Cascade, i: int, ln_h: float) -> tuple[float, float]:  # pragma: no cover
    """Charge of H+, OH- and anions in stage i [eq/L], and its derivative by ln h."""
    h = math.exp(ln_h)
    oh = KW / h / cascade.gamma_h
    bound = cascade.sulfate[i] * h / (h + cascade.k_a2)
    bound_h = bound * cascade.k_a2 / (h + cascade.k_a2)
    value = h / cascade.gamma_h - oh - 2.0 * cascade.sulfate[i] + bound - cascade.anions[i]
    return value, h / cascade.gamma_h + oh + bound_h


@njit(cache=True, nogil=True)
def entering(state: State, cascade: Cascade, i: int, j: int) -> float:  # pragma: no cover
    """Cation j that enters stage i from both neighbors and from outside, without alkali [mol/h]."""
    total = cascade.feed[i, j]
    if i == 0:
        total += cascade.organic * state.y_in[j]
    else:
        carried = cascade.a_in_o * math.exp(state.u[i - 1, j])
        total += cascade.organic * (state.y[i - 1, j] + carried)
    if i + 1 < cascade.link.shape[0] and cascade.link[i] > 0.0:
        carried = cascade.o_in_a * state.y[i + 1, j]
        total += cascade.aqueous[i + 1] * (math.exp(state.u[i + 1, j]) + carried)
    return float(total)


@njit(cache=True, nogil=True)
def copied(given: Cascade, is_closed: bool) -> Cascade:  # pragma: no cover
    """A copy whose changing arrays are its own, with the organic coming back or not."""
    return Cascade(
        given.organic,
        given.dimers,
        given.y_in,
        given.aqueous.copy(),
        given.link,
        given.feed.copy(),
        given.sulfate.copy(),
        given.anions.copy(),
        given.ph,
        given.efficiency,
        is_closed,
        given.saponified,
        scales_of(given),
        given.base,
        given.a_in_o,
        given.o_in_a,
        given.gamma_h,
        given.k_a2,
    )
