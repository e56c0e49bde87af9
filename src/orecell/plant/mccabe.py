"""McCabe-Thiele diagram of one metal in one bank of a solved extraction circuit.

    operating points: aqueous between two stages against organic between them, from the solved profile
    equilibrium:      y = D c with D of the law at the pH of a stage, all other cations as solved there, and
                      free dimer x from x + sum(s1 y1 + s2 y2) = C_HA / 2

Between stages pH and ln c of the other cations go in equal steps, so that the curve passes through the
equilibrium of every stage. It is drawn from the solved cascade and is no design method: change the phase
ratio or a stage, and the curve moves too. The operating line bends where alkali adds volume or phases carry
each other. Left out: curves for conditions that the cascade does not have.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from orecell.core.formula import parse_formula
from orecell.errors import InputError
from orecell.plant.isotherm import ConstantRatio, Exchange, PhLine, Points, charge_of

if TYPE_CHECKING:
    from orecell.plant.component import Floats
    from orecell.plant.extraction import Layout, Profile
    from orecell.plant.isotherm import Law

BANKS = ("extract", "scrub", "strip")
STEPS = 12
"""Points of the equilibrium curve between two stages."""
REACH = 50.0
"""How far below the leanest stage the curve begins."""
BEYOND = 1.1
"""How far above the richest aqueous the curve ends."""
MOST_STEPS, STILL = 60, 1e-13
LN10 = math.log(10.0)
Point = tuple[float, float]


@dataclass(frozen=True)
class McCabe:
    """One metal in one bank; stages along the organic, concentrations in g/L of the metal.

    Attributes:
        bank: extract, scrub or strip.
        cation: the metal.
        stages: names of the stages.
        ph: pH of each stage.
        aqueous, organic: what leaves each stage.
        settled: organic that would be at equilibrium with the aqueous of each stage.
        aqueous_in: aqueous that enters the last of the stages, with scrub liquor that joins it.
        organic_in: organic that enters the first of the stages.
        equilibrium: (aqueous, organic) points of the equilibrium curve, from stage to stage.
    """

    bank: str
    cation: str
    stages: tuple[str, ...]
    ph: tuple[float, ...]
    aqueous: tuple[float, ...]
    organic: tuple[float, ...]
    settled: tuple[float, ...]
    aqueous_in: float
    organic_in: float
    equilibrium: tuple[Point, ...]

    @property
    def operating(self) -> tuple[Point, ...]:
        """Points (aqueous, organic) between stages, from where organic enters to where it leaves."""
        aqueous = (*self.aqueous, self.aqueous_in)
        return tuple(zip(aqueous, (self.organic_in, *self.organic), strict=True))

    @property
    def steps(self) -> tuple[Point, ...]:
        """Corners of the steps: operating point, stage, operating point and so on."""
        stages = zip(self.aqueous, self.organic, strict=True)
        pairs = zip(self.operating, stages, strict=False)
        return (*(point for pair in pairs for point in pair), self.operating[-1])


@dataclass(frozen=True)
class _Stage:
    """Conditions of one stage: pH, ln of every cation in the aqueous [mol/L]."""

    ph: float
    ln_aqueous: Floats


def banks_of(layout: Layout) -> dict[str, range]:
    """Name of each bank of a circuit -> positions of its stages along the organic."""
    found, start = {}, 0
    for name, bank in zip(BANKS, (layout.extract, layout.scrub, layout.strip), strict=True):
        if bank is not None:
            found[name] = range(start, start + bank.stages)
            start += bank.stages
    return found


def metals_of(layout: Layout, profile: Profile, least_g_per_l: float = 1e-3) -> tuple[str, ...]:
    """Cations above a concentration in some aqueous but the alkali, what the organic takes most first."""
    loaded = {
        cation: float(profile.organic[:, j].max() - profile.organic_in[j]) * molar_mass(cation)
        for j, cation in enumerate(profile.cations)
        if cation != layout.base and profile.aqueous[:, j].max() * molar_mass(cation) >= least_g_per_l
    }
    return tuple(sorted(loaded, key=lambda cation: -loaded[cation]))


def molar_mass(cation: str) -> float:
    """Molar mass of a cation [g/mol]."""
    return parse_formula(cation).molar_mass


def mccabe(layout: Layout, profile: Profile, bank: str, cation: str) -> McCabe:
    """The diagram of one metal in one bank of a solved circuit.

    Args:
        layout: the circuit.
        profile: its solution.
        bank: extract, scrub or strip.
        cation: cation of the circuit.

    Raises:
        InputError: the circuit has no such bank or cation.
    """
    import numpy as np

    banks = banks_of(layout)
    if bank not in banks:
        raise InputError(bank, "is no bank of this circuit", f"one of {', '.join(banks)}")
    if cation not in profile.cations:
        raise InputError(cation, "is not in this circuit", f"one of {', '.join(profile.cations)}")
    at, j, grams = banks[bank], profile.cations.index(cation), molar_mass(cation)
    stages = [_Stage(float(profile.ph[i]), np.log(np.maximum(profile.aqueous[i], 1e-300))) for i in at]
    entering = _aqueous_in(layout, profile, bank, j)
    organic_in = profile.organic_in[j] if at.start == 0 else profile.organic[at.start - 1, j]
    settled = [_equilibrium(layout, profile.cations, cation, stage) for stage in stages]
    path = _path(stages, j, entering)
    curve = [_equilibrium(layout, profile.cations, cation, stage) * grams for stage in path]
    return McCabe(
        bank,
        cation,
        profile.stages[at.start : at.stop],
        tuple(stage.ph for stage in stages),
        tuple(float(profile.aqueous[i, j]) * grams for i in at),
        tuple(float(profile.organic[i, j]) * grams for i in at),
        tuple(value * grams for value in settled),
        entering * grams,
        float(organic_in) * grams,
        tuple((math.exp(float(s.ln_aqueous[j])) * grams, y) for s, y in zip(path, curve, strict=True)),
    )


def _equilibrium(layout: Layout, cations: Sequence[str], cation: str, stage: _Stage) -> float:
    """Metal in the organic at equilibrium with the aqueous of a stage [mol/L]."""
    law = layout.extractant.laws[cation]
    ln_aqueous = float(stage.ln_aqueous[list(cations).index(cation)])
    if not isinstance(law, Exchange):
        return _without_dimers(law, math.exp(ln_aqueous), stage.ph)
    ln_dimer = _ln_free_dimer(layout, cations, stage)
    return sum(math.exp(ln_k + s * ln_dimer) for ln_k, s in _complexes(law, cation, ln_aqueous, stage.ph))


def _complexes(law: Exchange, cation: str, ln_aqueous: float, ph: float) -> list[tuple[float, float]]:
    """(ln of the complex at a free dimer of 1 mol/L, dimers it binds) for both complexes of a cation."""
    shift = ln_aqueous + charge_of(cation) * LN10 * ph
    found = [(LN10 * law.log_k1 + shift, law.s1)]
    if law.log_k2 is not None and law.s2 is not None:
        found.append((LN10 * law.log_k2 + shift, law.s2))
    return found


def _without_dimers(law: Law, aqueous: float, ph: float) -> float:
    """Metal in the organic under a law that does not count extractant [mol/L]."""
    if isinstance(law, ConstantRatio):
        return law.d * aqueous
    if isinstance(law, PhLine):
        slope = law.m0 + law.m1 * law.dosage
        return float(aqueous * 10.0 ** (slope * ph + law.b0 + law.b1 * math.log10(law.dosage)))
    assert isinstance(law, Points)
    return _on_points(law, aqueous)


def _on_points(law: Points, aqueous: float) -> float:
    """Isotherm of points: straight in logarithms, proportional below the first point."""
    (low, held), *_ = law.points
    if aqueous <= low:
        return held * aqueous / low
    pairs = list(pairwise(law.points))
    (c1, y1), (c2, y2) = next((pair for pair in pairs if aqueous <= pair[1][0]), pairs[-1])
    slope = math.log(y2 / y1) / math.log(c2 / c1)
    return float(y1 * (aqueous / c1) ** slope)


def _ln_free_dimer(layout: Layout, cations: Sequence[str], stage: _Stage) -> float:
    """ln of the free dimer [mol/L] at the aqueous of a stage.

    ln of free and bound dimers is convex in ln x, so Newton from ln of the total descends to the one root.
    """
    terms = [(0.0, 1.0)]
    for cation, ln_aqueous in zip(cations, stage.ln_aqueous, strict=True):
        law = layout.extractant.laws[cation]
        if isinstance(law, Exchange):
            complexes = _complexes(law, cation, float(ln_aqueous), stage.ph)
            terms += [(math.log(s) + ln_k, s) for ln_k, s in complexes if s > 0.0]
    total = math.log(0.5 * layout.extractant_mol_per_l)
    ln_x = total
    for _ in range(MOST_STEPS):
        values = [ln_k + s * ln_x for ln_k, s in terms]
        top = max(values)
        weights = [math.exp(value - top) for value in values]
        miss = top + math.log(sum(weights)) - total
        slope = sum(weight * s for weight, (_, s) in zip(weights, terms, strict=True)) / sum(weights)
        ln_x -= miss / slope
        if abs(miss) < STILL:
            break
    return ln_x


def _aqueous_in(layout: Layout, profile: Profile, bank: str, j: int) -> float:
    """Aqueous that enters a bank, with the scrub liquor that joins the feed [mol/L]."""
    own = {"extract": layout.extract, "scrub": layout.scrub, "strip": layout.strip}[bank]
    assert own is not None
    amount, flow = own.flow * own.feed.get(profile.cations[j], 0.0), own.flow
    if bank == "extract" and layout.scrub is not None:
        joins = layout.extract.stages
        amount += float(profile.flow[joins] * profile.aqueous[joins, j])
        flow += float(profile.flow[joins])
    return amount / flow


def _path(stages: Sequence[_Stage], j: int, entering: float) -> list[_Stage]:
    """Conditions along the bank, from below its leanest end to above its richest, in the order of aqueous."""
    import numpy as np

    ends = stages if stages[0].ln_aqueous[j] <= stages[-1].ln_aqueous[j] else list(reversed(stages))
    values = [float(stage.ln_aqueous[j]) for stage in stages]
    low = min(values) - math.log(REACH)
    high = max(*values, math.log(max(entering, 1e-300))) + math.log(BEYOND)
    found = [_at(ends[0], j, value) for value in np.linspace(low, ends[0].ln_aqueous[j], 2 * STEPS)]
    for first, second in pairwise(ends):
        found += list(_between(first, second))
    found += [_at(ends[-1], j, value) for value in np.linspace(ends[-1].ln_aqueous[j], high, 2 * STEPS)[1:]]
    return found


def _at(stage: _Stage, j: int, ln_aqueous: float) -> _Stage:
    """A stage with another concentration of one cation."""
    changed = stage.ln_aqueous.copy()
    changed[j] = ln_aqueous
    return _Stage(stage.ph, changed)


def _between(first: _Stage, second: _Stage) -> Iterator[_Stage]:
    """Conditions after one stage up to and with the next, in equal steps of pH and logarithms."""
    for k in range(1, STEPS + 1):
        share = k / STEPS
        mixed = (1.0 - share) * first.ln_aqueous + share * second.ln_aqueous
        yield _Stage((1.0 - share) * first.ph + share * second.ph, mixed)
