"""Solvent-extraction circuits: extraction, scrub and strip banks on one organic, and what they do to each
cation.

Organic enters the last extraction stage, climbs to the feed stage, passes scrub and strip and comes back,
saponified if asked. Scrub liquor joins the feed. Each stage is at equilibrium up to its Murphree efficiency,
with pH from the charge balance, or at a given pH with the alkali that it takes. The equations are in
`plant.cascade_kernel` and `plant.circuit_kernel`. Left out: temperature, kinetics, third phase, crud.
Stages are numbered along the organic; results name them E1 (feed stage) to En (raffinate), S1.., R1...
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from orecell.data.chemistry import read_chemistry
from orecell.errors import NotSolvedError
from orecell.plant.isotherm import Exchange, Extractant, charge_of, pack_laws

if TYPE_CHECKING:
    from orecell.plant.cascade_kernel import Floats, State
    from orecell.plant.circuit_kernel import Circuit, Solved

GAMMA_H = 0.74
"""Activity coefficient of a single charge where the model of `plant.speciation` is held constant."""
K_A2 = 10.0**-1.99 * 0.74 / 0.30
"""Second acidity constant of sulfuric acid there, for H+ as activity and sulfate as concentration."""
FREE_SHARE = 0.4
"""Activity over total concentration per charge in sulfate liquor: pairs and coefficients together."""
RETURNED = 0.05
"""Share of the extractant that stripped organic may bring back of one metal without a remark."""
NOTHING = 1e-12
"""Concentration put where a cation is absent [mol/L]."""


@dataclass(frozen=True)
class Bank:
    """Stages in series with one aqueous entering.

    Attributes:
        stages: how many.
        flow: aqueous fed [L/h].
        feed: cation -> concentration [mol/L].
        sulfate: total sulfate [mol/L].
        anions: other anions less inert cations [eq/L].
        ph: pH kept by alkali, per stage along the organic, or None where it follows.
    """

    stages: int
    flow: float
    feed: Mapping[str, float]
    sulfate: float
    anions: float = 0.0
    ph: tuple[float, ...] | None = None


@dataclass(frozen=True)
class Layout:
    """A circuit: banks along the organic and how it runs.

    Attributes:
        extractant: extractant with its laws.
        extractant_mol_per_l: total extractant as monomer HA [mol/L].
        organic_flow: [L/h].
        extract: extraction bank, fed with the PLS.
        scrub: scrub bank, or None.
        strip: strip bank, or None for organic that leaves loaded.
        saponified_fraction: share of HA neutralized before extraction.
        base: cation of the alkali.
        alkali_mol_per_l: strength of the alkali dosed [eq/L].
        efficiency: cation -> Murphree efficiency; `default_efficiency` for others.
        default_efficiency: [fraction].
        aqueous_in_organic: entrainment [L/L].
        organic_in_aqueous: entrainment [L/L].
        organic_in: cation -> concentration in organic that enters, for organic that does not come back.
    """

    extractant: Extractant
    extractant_mol_per_l: float
    organic_flow: float
    extract: Bank
    scrub: Bank | None = None
    strip: Bank | None = None
    saponified_fraction: float = 0.0
    base: str = "Na+"
    alkali_mol_per_l: float = 10.0
    efficiency: Mapping[str, float] | None = None
    default_efficiency: float = 1.0
    aqueous_in_organic: float = 0.0
    organic_in_aqueous: float = 0.0
    organic_in: Mapping[str, float] | None = None

    @property
    def banks(self) -> tuple[Bank, ...]:
        """Banks along the organic."""
        return tuple(bank for bank in (self.extract, self.scrub, self.strip) if bank is not None)

    @property
    def is_closed(self) -> bool:
        """Whether organic comes back: it does when it is stripped."""
        return self.strip is not None


@dataclass(frozen=True)
class Packed:
    """A layout as arrays, with the labels of its axes."""

    circuit: Circuit
    laws: Any
    cations: tuple[str, ...]
    stages: tuple[str, ...]


def pack(layout: Layout) -> Packed:
    """A layout as arrays for the compiled solver.

    Raises:
        InputError: a cation of a feed has no law.
    """
    import numpy as np

    from orecell.plant.cascade_kernel import Cascade
    from orecell.plant.circuit_kernel import Circuit

    cations = cations_of(layout)
    fed = _fed(layout, cations)
    width, count = len(cations), len(fed.water)
    base = cations.index(layout.base)
    saponified = layout.saponified_fraction * layout.extractant_mol_per_l
    entering = np.array([(layout.organic_in or {}).get(cation, 0.0) for cation in cations])
    entering[base] = max(entering[base], saponified)
    shares = layout.efficiency or {}
    cascade = Cascade(
        layout.organic_flow,
        0.5 * layout.extractant_mol_per_l,
        np.maximum(entering, 1e-30),
        np.ones(count),
        fed.link,
        fed.cations,
        np.ones(count),
        np.zeros(count),
        fed.ph,
        np.tile([shares.get(cation, layout.default_efficiency) for cation in cations], (count, 1)),
        layout.is_closed,
        saponified,
        np.ones(width),
        base,
        layout.aqueous_in_organic,
        layout.organic_in_aqueous,
        GAMMA_H,
        K_A2,
    )
    circuit = Circuit(cascade, fed.water, fed.sulfate, fed.anions, 1.0 / layout.alkali_mol_per_l)
    return Packed(circuit, pack_laws(layout.extractant, cations), cations, stage_names(layout))


@dataclass(frozen=True)
class _Fed:
    """What enters the stages from outside, arrays by stage."""

    cations: Floats
    water: Floats
    sulfate: Floats
    anions: Floats
    ph: Floats
    link: Floats


def _fed(layout: Layout, cations: Sequence[str]) -> _Fed:
    """Feeds of every stage, its given pH, and where aqueous passes on."""
    import numpy as np

    count = sum(bank.stages for bank in layout.banks)
    feed, ph, link = np.zeros((count, len(cations))), np.full(count, np.nan), np.ones(count)
    water, sulfate, anions = np.zeros(count), np.zeros(count), np.zeros(count)
    start = 0
    for bank in layout.banks:
        head = start + bank.stages - 1
        feed[head] = [bank.flow * bank.feed.get(cation, 0.0) for cation in cations]
        water[head], sulfate[head] = bank.flow, bank.flow * bank.sulfate
        anions[head] = bank.flow * bank.anions
        if bank.ph is not None:
            ph[start : head + 1] = bank.ph
        link[head] = 1.0 if bank is layout.extract and layout.scrub is not None else 0.0
        start = head + 1
    absent = feed.sum(axis=0) <= 0.0
    feed[layout.extract.stages - 1, absent] = NOTHING * layout.extract.flow
    return _Fed(feed, water, sulfate, anions, ph, link)


def cations_of(layout: Layout) -> tuple[str, ...]:
    """Cations of all feeds and of the alkali, in order of their first mention."""
    found = [cation for bank in layout.banks for cation, value in bank.feed.items() if value > 0.0]
    return tuple(dict.fromkeys([*found, *(layout.organic_in or {}), layout.base]))


def stage_names(layout: Layout) -> tuple[str, ...]:
    """Names of the stages along the organic: En .. E1, S1 .., R1 .."""
    names = [f"E{n}" for n in range(layout.extract.stages, 0, -1)]
    if layout.scrub is not None:
        names += [f"S{n}" for n in range(1, layout.scrub.stages + 1)]
    if layout.strip is not None:
        names += [f"R{n}" for n in range(1, layout.strip.stages + 1)]
    return tuple(names)


@dataclass(frozen=True)
class Profile:
    """A solved circuit, arrays by stage along the organic.

    Attributes:
        stages: names of the stages.
        cations: names of the cations.
        aqueous: (stage, cation) [mol/L].
        organic: (stage, cation) [mol/L].
        organic_in: metal in the organic that enters (cation) [mol/L].
        ph: (stage).
        flow: aqueous leaving each stage (stage) [L/h].
        sulfate: (stage) [mol/L].
        dose: alkali per stage (stage) [eq/h]; acid if negative.
        saponification: alkali used on the organic before it enters [eq/h].
        loading: share of the extractant that is bound (stage) [fraction].
        method: `Newton` or `sweeps`.
        state: unknowns, for a warm start.
    """

    stages: tuple[str, ...]
    cations: tuple[str, ...]
    aqueous: Floats
    organic: Floats
    organic_in: Floats
    ph: Floats
    flow: Floats
    sulfate: Floats
    dose: Floats
    saponification: float
    loading: Floats
    method: str
    state: State


def solve_layout(layout: Layout, start: State | None = None) -> Profile:
    """Solve a circuit; no guess is needed, `start` only makes it faster.

    Raises:
        NotSolvedError: it did not converge; names what was tried.
        InputError: a cation of a feed has no law.
    """
    from orecell.plant.circuit_kernel import cold_circuit, solve_circuit

    packed = pack(layout)
    shape = packed.circuit.cascade.efficiency.shape
    found = None
    if start is not None and start.y.shape == shape:
        found = solve_circuit(packed.circuit, packed.laws, start, True)
    if found is None or found.code == 0:
        found = cold_circuit(packed.circuit, packed.laws)
    if found.code == 0:
        raise NotSolvedError("an extraction circuit did not converge by Newton or by sweeps of its stages")
    return read_profile(packed, found)


def read_profile(packed: Packed, found: Solved) -> Profile:
    """What the solved arrays mean."""
    import numpy as np

    from orecell.plant.circuit_kernel import doses

    state, cascade = found.state, found.cascade
    width = len(packed.cations)
    given = ~np.isnan(cascade.ph)
    ph = np.where(given, cascade.ph, -state.u[:, width + 1] / math.log(10.0))
    bound = 1.0 - np.exp(state.u[:, width]) / cascade.dimers
    return Profile(
        packed.stages,
        packed.cations,
        np.exp(state.u[:, :width]),
        state.y.copy(),
        state.y_in.copy(),
        ph,
        cascade.aqueous.copy(),
        cascade.sulfate.copy(),
        doses(state, cascade),
        float(found.saponification),
        bound,
        "Newton" if found.code == 1 else "sweeps",
        state,
    )


def remarks(layout: Layout, profile: Profile) -> list[str]:
    """What an engineer should know about a solved circuit; empty if nothing is wrong."""
    found = []
    acid = [name for name, dose in zip(profile.stages, profile.dose, strict=True) if dose < -1e-9]
    if acid:
        found.append(f"the pH asked for needs acid, not alkali, in {', '.join(acid)}")
    worst = max(range(len(profile.stages)), key=lambda i: profile.loading[i])
    if profile.loading[worst] > 0.9:
        found.append(
            f"extractant {profile.loading[worst]:.0%} loaded in {profile.stages[worst]}: "
            "more organic or more stages"
        )
    found += precipitating(profile)
    if layout.is_closed:
        found += _building_up(layout, profile)
    held = _held_without_law(layout, profile)
    if held > layout.extractant_mol_per_l:
        found.append(
            f"loading of {held:.2f} eq/L is more than the extractant holds: its law does not apply here"
        )
    if profile.method == "sweeps":
        found.append("solved by sweeps of stages, slower than Newton")
    return found


def precipitating(profile: Profile) -> list[str]:
    """Hydroxides that a stage of this pH would precipitate, by the constants of the table of solids."""
    found = []
    for cation, (formula, log_k) in _hydroxides().items():
        if cation in profile.cations:
            j, z = profile.cations.index(cation), charge_of(cation)
            for i in range(len(profile.stages)):
                activity = FREE_SHARE**z * float(profile.aqueous[i, j])
                if math.log10(max(activity, 1e-30)) + z * float(profile.ph[i]) > log_k + 0.3:
                    found.append(
                        f"{formula} would precipitate in {profile.stages[i]} at pH {profile.ph[i]:.1f}"
                    )
                    break
    return found


@lru_cache(maxsize=1)
def _hydroxides() -> dict[str, tuple[str, float]]:
    """Cation -> hydroxide and its log10 K, for cations that extraction meets in earnest."""
    names = ("nickel", "cobalt", "manganese", "magnesium", "copper")
    rows = [read_chemistry().row("solids", solid=f"{name}_hydroxide") for name in names]
    return {row["components"].split(":")[0]: (row["formula"], row["log_k"]) for row in rows}


def returned(layout: Layout, profile: Profile) -> dict[str, float]:
    """Cation other than the base -> share of the extractant on which stripped organic brings it back."""
    return {
        cation: charge_of(cation) * float(y) / layout.extractant_mol_per_l
        for cation, y in zip(profile.cations, profile.organic_in, strict=True)
        if cation != layout.base
    }


def _building_up(layout: Layout, profile: Profile) -> list[str]:
    """Metals that come back with stripped organic in earnest."""
    return [
        f"{cation} comes back on {share:.0%} of the extractant: strip it harder"
        for cation, share in returned(layout, profile).items()
        if share > RETURNED
    ]


def _held_without_law(layout: Layout, profile: Profile) -> float:
    """Equivalents in the organic under laws that do not count extractant, at most over the stages [eq/L]."""
    free = [j for j, c in enumerate(profile.cations) if not isinstance(layout.extractant.laws[c], Exchange)]
    charges = {j: charge_of(profile.cations[j]) for j in free}
    return max((sum(charges[j] * row[j] for j in free) for row in profile.organic), default=0.0)
