"""How much lithium carbonate precipitates from a liquor.

    log K(T, I) = log K0(T) + b (I - I0(T)),   K = (a_Li)^2 a_CO3

with the species and activities of `plant.speciation` (Li-SO4, Na-SO4 and Na-CO3 pairs are in). K0 makes pure
water dissolve the carbonate of the table `solubilities` at each of its temperatures, straight in between, and
I0 is the ionic strength of that solution, so b, of the table `lithium_parameters`, leaves pure water alone.
It stands for activities above I = 0.5, where `plant.speciation` holds them constant, and is used to 3 mol/kg.
Left out: kinetics; and that sodium chloride lowers the solubility (the Na-CO3 pair makes it rise here), so
that more lithium is left in chloride liquors than plants see.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from orecell.data.chemistry import read_chemistry
from orecell.errors import NotSolvedError
from orecell.plant.component import PROTON
from orecell.plant.lithium_parameters import parameter
from orecell.plant.speciation import Solver

if TYPE_CHECKING:
    from orecell.plant.component import Floats
    from orecell.plant.speciation_kernel import Equilibrium, System

CARBONATE_SOLID = "lithium_carbonate"
MODELED = ("Li+", "Na+", "K+", "Ca+2", "Mg+2", "SO4-2", "CO3-2", "Cl-", "F-", "NH3")
"""Components that count in the equilibrium; others are taken to be traces."""
MOST_ABOVE = 3.0
"""Ionic strength above that of the pure solution up to which b is used [mol/kg]."""
NEVER = 1e3
"""ln K at which no solid forms."""


@dataclass(frozen=True)
class Precipitate:
    """Equilibrium with lithium carbonate, per kg of water.

    Attributes:
        solid: lithium carbonate precipitated [mol/kg].
        ph: -log10 of the activity of H+.
        ionic_strength: [mol/kg].
    """

    solid: float
    ph: float
    ionic_strength: float


@lru_cache(maxsize=256)
def _system(components: tuple[str, ...], temperature_c: float) -> tuple[tuple[str, ...], System]:
    """Components in the order of the solver, H+ last, and its system with Li2CO3 as the one solid."""
    solver = Solver(components, (CARBONATE_SOLID,), temperature_c)
    return solver.components, solver.system


@lru_cache(maxsize=1)
def _pure_solutions() -> tuple[tuple[float, ...], tuple[float, ...], tuple[float, ...]]:
    """Temperatures of the table [C], ln K0 and I0 [mol/kg] at each."""
    import numpy as np

    from orecell.core.formula import parse_formula
    from orecell.plant.speciation_kernel import equilibrate

    rows = sorted(read_chemistry().rows("solubilities", salt="Li2CO3"), key=lambda row: row["temperature_c"])
    found = []
    for row in rows:
        _, system = _system(("CO3-2", "Li+"), row["temperature_c"])
        molality = row["g_per_100g_water"] * 10.0 / parse_formula("Li2CO3").molar_mass
        totals = np.array([molality, 2.0 * molality, 0.0])
        state = equilibrate(system._replace(ln_k_solid=np.array([NEVER])), totals, math.nan)
        found.append((row["temperature_c"], float(state.saturation[0]) + NEVER, float(state.ionic_strength)))
    temperatures, constants, strengths = zip(*found, strict=True)
    return temperatures, constants, strengths


@lru_cache(maxsize=256)
def pure_solution(temperature_c: float) -> tuple[float, float]:
    """ln K0 and I0 [mol/kg] of the saturated solution in pure water at a temperature [C]."""
    import numpy as np

    temperatures, constants, strengths = _pure_solutions()
    ln_k = float(np.interp(temperature_c, temperatures, constants))
    return ln_k, float(np.interp(temperature_c, temperatures, strengths))


def precipitate(totals: Mapping[str, float], temperature_c: float) -> Precipitate:
    """Bring a liquor to equilibrium with lithium carbonate.

    Args:
        totals: component -> amount, H+ as proton excess [mol/kg of water].
        temperature_c: temperature, 0 to 100 C.

    Raises:
        NotSolvedError: no equilibrium was found.
    """
    import numpy as np

    from orecell.plant.speciation_kernel import equilibrate

    held = tuple(name for name in MODELED if totals.get(name, 0.0) > 0.0)
    components, system = _system(held, temperature_c)
    vector = np.array([max(totals.get(name, 0.0), 0.0) for name in components])
    vector[-1] = totals.get(PROTON, 0.0)
    if not {"Li+", "CO3-2"} <= {*held}:
        state = equilibrate(system, vector, math.nan)
        return Precipitate(0.0, -state.ln_h / math.log(10.0), float(state.ionic_strength))
    state = _at_own_strength(system, vector, temperature_c)
    if not state.is_solved:
        raise NotSolvedError(
            f"no equilibrium of lithium carbonate at {temperature_c:g} C with {dict(totals)}"
        )
    return Precipitate(float(state.solids[0]), -state.ln_h / math.log(10.0), float(state.ionic_strength))


def _at_own_strength(system: System, totals: Floats, temperature_c: float) -> Equilibrium:
    """Equilibrium with the constant at the ionic strength that it leads to, by secant."""
    import numpy as np

    from orecell.plant.speciation_kernel import equilibrate

    ln_k, pure = pure_solution(temperature_c)
    slope = parameter("li2co3_ionic_strength_slope") * math.log(10.0)
    charges = system.charge[:-1] ** 2
    at = min(max(0.45 * float(charges @ totals[:-1]) - pure, 0.0), MOST_ABOVE)
    before, missed = math.nan, math.nan
    for _ in range(30):
        state = equilibrate(system._replace(ln_k_solid=np.array([ln_k + slope * at])), totals, math.nan)
        miss = min(max(float(state.ionic_strength) - pure, 0.0), MOST_ABOVE) - at
        if abs(miss) <= 1e-11:
            break
        step = miss if math.isnan(missed) or miss == missed else miss * (at - before) / (missed - miss)
        before, missed = at, miss
        at = min(max(at + step, 0.0), MOST_ABOVE)
    return state
