"""Equilibrium of an aqueous solution with solids in compiled code.

Unknowns at a given pH: ln of the free molality of each component but H+, and the amount of each solid that
is present. Mass balances and mass action:

    T_i = m_i + sum_s nu_si m_s + sum_p nu_pi n_p          (every component i but H+)
    m_s = K_s prod(a_k^nu_sk) / gamma_s,   a_k = gamma_k m_k
    sum_i nu_pi ln a_i = ln K_p                            (every solid p present)

Activity coefficients follow Davies, log10 gamma = -A z^2 (sqrt I/(1 + sqrt I) - 0.3 I), in the extended form
held constant above I = 0.53 where Davies turns back up; neutral species have log10 gamma = 0.1 I. At unknown
pH the proton balance
T_H = m_H + sum nu_sH m_s + sum nu_pH n_p, which falls with pH, is solved by bracketing. Solids enter one at
a time, the most oversaturated first, and leave when used up. Left out: the activity of water, and gases.
Source: method of Westall, Zachary & Morel 1976 (MINEQL); Davies 1962, Ion Association, Butterworths.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from numba import njit

from orecell.plant.cascade_kernel import Floats, Ints, eliminate

LN10 = math.log(10.0)
TURN = 0.53
"""Ionic strength at which the Davies expression is largest."""
SALTING_OUT, MOST_SALTING = 0.1, 2.0
"""log10 of the coefficient of a neutral species per mol/kg of ionic strength, and up to where."""
MOST_STEPS = 300
FAR = 20.0
"""Excess of what species hold over what there is, beyond which a component is pulled down at once."""
DONE = 1e-11


class System(NamedTuple):
    """Species and solids that the components of one solution can form.

    Attributes:
        charge: of the components; the last one is H+ (component).
        nu: coefficients of species (species, component).
        ln_k: formation of species (species).
        species_charge: (species).
        nu_solid: coefficients of solids (solid, component).
        ln_k_solid: dissolution of solids (solid).
        debye: A of Davies at the temperature.
        is_extended: hold coefficients constant above `TURN`.
    """

    charge: Floats
    nu: Floats
    ln_k: Floats
    species_charge: Floats
    nu_solid: Floats
    ln_k_solid: Floats
    debye: float
    is_extended: bool


class Equilibrium(NamedTuple):
    """A solved solution.

    Attributes:
        is_solved: False if it did not converge.
        ln_h: ln of the activity of H+.
        ln_m: ln of free molalities (component).
        species: molalities of species (species) [mol/kg].
        solids: amounts of solids (solid) [mol/kg].
        ionic_strength: [mol/kg].
        proton: proton excess that this pH needs [mol/kg].
        saturation: ln(Q/K) of every solid (solid).
    """

    is_solved: bool
    ln_h: float
    ln_m: Floats
    species: Floats
    solids: Floats
    ionic_strength: float
    proton: float
    saturation: Floats


@njit(cache=True, nogil=True)
def ln_coefficient(charge: float, g: float, neutral: float) -> float:  # pragma: no cover
    """ln of an activity coefficient from those of a single charge and of a neutral species."""
    return charge * charge * g if charge != 0.0 else neutral


@njit(cache=True, nogil=True)
def ln_gamma(system: System, strength: float) -> float:  # pragma: no cover
    """ln of the activity coefficient of a single charge."""
    i = min(strength, TURN) if system.is_extended else strength
    root = math.sqrt(max(i, 0.0))
    return -LN10 * system.debye * (root / (1.0 + root) - 0.3 * i)


@njit(cache=True, nogil=True)
def species_of(system: System, ln_m: Floats, strength: float, out: Floats) -> None:  # pragma: no cover
    """Molalities of species at free molalities `ln_m` and an ionic strength."""
    g, neutral = ln_gamma(system, strength), LN10 * SALTING_OUT * min(strength, MOST_SALTING)
    for s in range(out.shape[0]):
        total = system.ln_k[s] - ln_coefficient(system.species_charge[s], g, neutral)
        for k in range(ln_m.shape[0]):
            if system.nu[s, k] != 0.0:
                total += system.nu[s, k] * (ln_m[k] + ln_coefficient(system.charge[k], g, neutral))
        out[s] = math.exp(min(total, 50.0))


@njit(cache=True, nogil=True)
def strength_of(system: System, ln_m: Floats, species: Floats) -> float:  # pragma: no cover
    """Ionic strength [mol/kg]."""
    total = 0.0
    for k in range(ln_m.shape[0]):
        total += system.charge[k] ** 2 * math.exp(ln_m[k])
    for s in range(species.shape[0]):
        total += system.species_charge[s] ** 2 * species[s]
    return 0.5 * total


@njit(cache=True, nogil=True)
def saturation_of(system: System, ln_m: Floats, strength: float, p: int) -> float:  # pragma: no cover
    """ln(Q/K) of solid p."""
    g, neutral = ln_gamma(system, strength), LN10 * SALTING_OUT * min(strength, MOST_SALTING)
    total = -system.ln_k_solid[p]
    for k in range(ln_m.shape[0]):
        total += system.nu_solid[p, k] * (ln_m[k] + ln_coefficient(system.charge[k], g, neutral))
    return float(total)


class Guess(NamedTuple):
    """Where an equilibrium stands while it is solved; arrays are written in place.

    Attributes:
        ln_m: ln of free molalities (component).
        species: molalities of species (species).
        present: solids that are present.
        amounts: their amounts, in the order of `present`.
    """

    ln_m: Floats
    species: Floats
    present: Ints
    amounts: Floats


@njit(cache=True, nogil=True)
def fill_step(
    system: System, totals: Floats, guess: Guess, strength: float, equations: tuple[Floats, Floats]
) -> float:  # pragma: no cover
    """Equations of one Newton step at given pH; returns the largest relative residual."""
    n, count = totals.shape[0] - 1, guess.present.shape[0]
    matrix, right = equations
    worst = 0.0
    for i in range(n):
        found = math.exp(guess.ln_m[i])
        matrix[i, i] += found
        size = found
        for s in range(guess.species.shape[0]):
            nu = system.nu[s, i]
            if nu != 0.0:
                found += nu * guess.species[s]
                size += abs(nu) * guess.species[s]
                for k in range(n):
                    matrix[i, k] += nu * system.nu[s, k] * guess.species[s]
        for q in range(count):
            found += system.nu_solid[guess.present[q], i] * guess.amounts[q]
            matrix[i, n + q] = system.nu_solid[guess.present[q], i]
            matrix[n + q, i] = system.nu_solid[guess.present[q], i]
        right[i, 0] = totals[i] - found
        worst = max(worst, abs(right[i, 0]) / (max(totals[i], size) + 1e-200))
    for q in range(count):
        right[n + q, 0] = -saturation_of(system, guess.ln_m, strength, guess.present[q])
        worst = max(worst, abs(right[n + q, 0]))
    return worst


@njit(cache=True, nogil=True)
def newton_step(system: System, totals: Floats, guess: Guess, strength: float) -> float:  # pragma: no cover
    """One damped Newton step at given pH, in place; returns the largest relative residual before it."""
    n, count = totals.shape[0] - 1, guess.present.shape[0]
    matrix, right = np.zeros((n + count, n + count)), np.zeros((n + count, 1))
    worst = fill_step(system, totals, guess, strength, (matrix, right))
    if not eliminate(matrix, right):
        return np.inf
    largest = 0.0
    for i in range(n):
        largest = max(largest, abs(right[i, 0]))
    step = min(1.0, 3.0 / largest) if largest > 0.0 else 1.0
    for i in range(n):
        guess.ln_m[i] += step * right[i, 0]
    for q in range(count):
        guess.amounts[q] += step * right[n + q, 0]
    return worst


@njit(cache=True, nogil=True)
def pull_down(system: System, totals: Floats, guess: Guess) -> bool:  # pragma: no cover
    """Lower components whose species hold far more than there is, in place; whether there was one.

    Newton would take one e-fold a step there; the mean coefficient of the species says how far to go at once.
    """
    pulled = False
    for i in range(totals.shape[0] - 1):
        held = weight = math.exp(guess.ln_m[i])
        for s in range(guess.species.shape[0]):
            nu = system.nu[s, i]
            if nu > 0.0:
                held += nu * guess.species[s]
                weight += nu * nu * guess.species[s]
        if held > FAR * totals[i] and totals[i] > 1e-200:
            guess.ln_m[i] -= math.log(held / totals[i]) * held / weight
            pulled = True
    return pulled


@njit(cache=True, nogil=True)
def settle(
    system: System, totals: Floats, guess: Guess, ln_h: float, strength: float
) -> tuple[bool, float]:  # pragma: no cover
    """Solve with the solids that are present; whether it converged, and the ionic strength."""
    n, share, before = totals.shape[0] - 1, 1.0, 0.0
    for _ in range(MOST_STEPS):
        guess.ln_m[n] = ln_h - ln_gamma(system, strength)
        species_of(system, guess.ln_m, strength, guess.species)
        if pull_down(system, totals, guess):
            continue
        worst = newton_step(system, totals, guess, strength)
        if not math.isfinite(worst):
            return False, strength
        if worst > 0.1:  # far from balanced, species mean nothing for the ionic strength
            continue
        now = strength_of(system, guess.ln_m, guess.species)
        drift = now - strength
        if drift * before < 0.0 and abs(drift) > 0.5 * abs(before):  # polymers of high charge overshoot
            share = max(0.6 * share, 0.1)
        before = drift
        strength += min(share, 0.5 if abs(drift) > 0.3 * (1e-3 + strength) else 1.0) * drift
        if worst < DONE and abs(drift) < DONE * (1.0 + now):
            return True, strength
    return False, strength


@njit(cache=True, nogil=True)
def exchange_solids(
    system: System, guess: Guess, strength: float, solids: Floats, saturation: Floats
) -> bool:  # pragma: no cover
    """Drop the solid used up most, else take in the most oversaturated; whether there was one to change."""
    solids[:] = 0.0
    gone = -1
    for q in range(guess.present.shape[0]):
        solids[guess.present[q]] = guess.amounts[q] if guess.amounts[q] != 0.0 else 1e-300
        if guess.amounts[q] < 0.0 and (gone < 0 or guess.amounts[q] < guess.amounts[gone]):
            gone = q
    best = -1
    for p in range(solids.shape[0]):
        saturation[p] = saturation_of(system, guess.ln_m, strength, p)
        if solids[p] == 0.0 and saturation[p] > 1e-9 and (best < 0 or saturation[p] > saturation[best]):
            best = p
    if gone >= 0:
        solids[guess.present[gone]] = 0.0
        return True
    if best >= 0:
        solids[best] = 1e-12
    return best >= 0


@njit(cache=True, nogil=True)
def at_ph(system: System, totals: Floats, start: Equilibrium, ln_h: float) -> Equilibrium:  # pragma: no cover
    """Equilibrium at a given activity of H+, from `start`."""
    n = totals.shape[0] - 1
    solids, strength, is_solved = start.solids.copy(), start.ionic_strength, False
    saturation = np.zeros(solids.shape[0])
    ln_m, species = start.ln_m.copy(), start.species.copy()
    for _round in range(3 * solids.shape[0] + 1):
        present = np.nonzero(solids)[0]
        guess = Guess(ln_m, species, present, solids[present])
        is_solved, strength = settle(system, totals, guess, ln_h, strength)
        ln_m[n] = ln_h - ln_gamma(system, strength)
        species_of(system, ln_m, strength, species)
        if not exchange_solids(system, guess, strength, solids, saturation) or not is_solved:
            break
    proton = math.exp(ln_m[n])
    for s in range(species.shape[0]):
        proton += system.nu[s, n] * species[s]
    for p in range(solids.shape[0]):
        proton += system.nu_solid[p, n] * solids[p]
    return Equilibrium(is_solved, ln_h, ln_m, species, solids, strength, proton, saturation)


@njit(cache=True, nogil=True)
def blank(system: System, totals: Floats) -> Equilibrium:  # pragma: no cover
    """A start: every component free, nothing precipitated."""
    ln_m = np.log(np.maximum(totals, 1e-250))
    strength = 0.0
    for k in range(totals.shape[0] - 1):
        strength += 0.5 * system.charge[k] ** 2 * totals[k]
    species = np.zeros(system.nu.shape[0])
    solids = np.zeros(system.nu_solid.shape[0])
    return Equilibrium(True, 0.0, ln_m, species, solids, 0.3 * strength, 0.0, solids.copy())


@njit(cache=True, nogil=True)
def near(system: System, totals: Floats, start: Equilibrium, ln_h: float) -> Equilibrium:  # pragma: no cover
    """Equilibrium at a given activity of H+ from a state near it; from nothing where that does not arrive."""
    found = at_ph(system, totals, start, ln_h)
    return found if found.is_solved else at_ph(system, totals, blank(system, totals), ln_h)


@njit(cache=True, nogil=True)
def equilibrate_dosed(
    system: System, totals: Floats, ph: float, added: Floats, start: Equilibrium
) -> tuple[Equilibrium, float]:  # pragma: no cover
    """Equilibrium at a pH reached with alkali, and the dose [eq/kg], by substitution from `start`.

    `added` is what one equivalent leaves (component). The dose takes up its own protons, so only what its
    cation changes is iterated.
    """
    n, wanted = totals.shape[0] - 1, 0.0
    given = totals.copy()
    found, dose = start, max(totals[n] - start.proton, 0.0) if start.is_solved else 0.0
    for _ in range(40):
        for i in range(n):
            given[i] = totals[i] + added[i] * max(dose, 0.0)
        found = near(system, given, found, -LN10 * ph)
        wanted = totals[n] - found.proton
        if abs(wanted - dose) <= 1e-10 * (1.0 + abs(wanted)):
            break
        dose = wanted
    return found, wanted


@njit(cache=True, nogil=True)
def equilibrate(system: System, totals: Floats, ph: float) -> Equilibrium:  # pragma: no cover
    """Equilibrium of totals (component) [mol/kg], the last being the proton excess; pH NaN if unknown."""
    start = blank(system, totals)
    if not math.isnan(ph):
        return at_ph(system, totals, start, -LN10 * ph)
    wanted = totals[totals.shape[0] - 1]
    low, high = -1.5, 15.0
    found = at_ph(system, totals, start, -LN10 * 7.0)
    f_low, f_high = np.inf, -np.inf
    ph = 7.0
    for count in range(80):
        miss = found.proton - wanted
        size = abs(wanted) + 1e-9
        if abs(miss) < 1e-12 * size or high - low < 1e-12:
            break
        if miss > 0.0:
            low, f_low = ph, miss
        else:
            high, f_high = ph, miss
        middle = 0.5 * (low + high)
        if count % 3 != 2 and math.isfinite(f_low) and math.isfinite(f_high):
            middle = low + (high - low) * f_low / (f_low - f_high)
            middle = min(max(middle, low + 1e-3 * (high - low)), high - 1e-3 * (high - low))
        ph = middle
        ready = found if found.is_solved else start
        found = at_ph(system, totals, ready, -LN10 * ph)
    return found
