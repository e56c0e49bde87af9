"""Aqueous solutions: which species a stream forms, its pH, and what precipitates from it.

Totals of master components [mol per kg of water] with the constants of the tables `aqueous_species` and
`solids` give pH from the proton balance (the charge balance in other words), or at a given pH the alkali
that it takes. Constants are moved from 25 C by van 't Hoff where an enthalpy is known. The equations are in
`plant.speciation_kernel`. Valid to an ionic strength of 0.5 mol/kg; up to a few mol/kg the coefficients are
held at their last value, so that pH of strong sulfate solutions is within about 0.3. Left out: mixed
valences (iron does not change by itself), gases, and kinetics of precipitation.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from orecell.core.formula import parse_formula
from orecell.data.chemistry import Chemistry, read_chemistry
from orecell.plant.component import PROTON, WATER

if TYPE_CHECKING:
    from orecell.plant.speciation_kernel import Equilibrium, System

GAS_CONSTANT = 8.314462618e-3
"""kJ/mol/K."""
VALID_IONIC_STRENGTH = 0.5


@dataclass(frozen=True)
class Solution:
    """A solution at equilibrium.

    Attributes:
        ph: -log10 of the activity of H+.
        molality: free components and species [mol/kg].
        solids: id of a solid -> amount precipitated [mol/kg].
        saturation_index: id of a solid -> log10(Q/K).
        ionic_strength: [mol/kg].
        proton: proton excess at this pH [mol/kg].
        is_solved: False if the equations were not solved.
        state: the state behind it, from which a solution near this one is found faster.
    """

    ph: float
    molality: Mapping[str, float]
    solids: Mapping[str, float]
    saturation_index: Mapping[str, float]
    ionic_strength: float
    proton: float
    is_solved: bool
    state: Equilibrium

    @property
    def is_valid(self) -> bool:
        """Whether the activity model holds by its own standard."""
        return self.ionic_strength <= VALID_IONIC_STRENGTH


def components_of(text: str) -> dict[str, float]:
    """`Ni+2:1 H+:-2 H2O:2` -> component -> coefficient."""
    pairs = (item.rpartition(":") for item in text.split())
    return {name: float(count) for name, _, count in pairs}


def shifted(log_k: float, enthalpy: float | None, temperature_c: float) -> float:
    """log10 K at a temperature by van 't Hoff; unchanged where the enthalpy [kJ/mol] is not known."""
    if enthalpy is None:
        return log_k
    kelvin = temperature_c + 273.15
    return log_k - enthalpy / (GAS_CONSTANT * math.log(10.0)) * (1.0 / kelvin - 1.0 / 298.15)


def debye_huckel(temperature_c: float) -> float:
    """A of the Debye-Hueckel limiting law [kg^0.5/mol^0.5]: 0.509 at 25 C.

    Source: A = 1.82e6 (eps T)^-1.5 with the permittivity of Malmberg & Maryott 1956, doi
    10.6028/jres.056.001.
    """
    t = temperature_c
    permittivity = 87.740 - 0.40008 * t + 9.398e-4 * t**2 - 1.410e-6 * t**3
    return float(1.82483e6 * (permittivity * (t + 273.15)) ** -1.5)


class Solver:
    """Equilibria of one set of components and solids at one temperature.

    Args:
        components: master components; water and H+ may be among them.
        solids: ids of solids that may precipitate.
        temperature_c: temperature [C].
        is_extended: hold activity coefficients above I = 0.53 instead of following Davies upward.
        chemistry: tables of constants; those of the package if absent.
    """

    def __init__(
        self,
        components: Iterable[str],
        solids: Iterable[str] = (),
        temperature_c: float = 25.0,
        *,
        is_extended: bool = True,
        chemistry: Chemistry | None = None,
    ) -> None:
        tables = chemistry or read_chemistry()
        self.components = (*sorted({*components} - {WATER, PROTON}), PROTON)
        rows = [row for row in tables.rows("aqueous_species") if self._is_of(row["components"])]
        self.species = tuple(row["species"] for row in rows)
        kept = [tables.row("solids", solid=name) for name in solids]
        kept = [row for row in kept if self._is_of(row["components"])]
        self.solids = tuple(row["solid"] for row in kept)
        self.system = self._system(rows, kept, temperature_c, is_extended)

    def _is_of(self, text: str) -> bool:
        return {*components_of(text)} <= {*self.components, WATER}

    def _system(
        self, species: list[Any], solids: list[Any], temperature_c: float, is_extended: bool
    ) -> System:
        import numpy as np

        from orecell.plant.speciation_kernel import System

        width = len(self.components)

        def coefficients(rows: list[Any]) -> Any:
            found = np.zeros((len(rows), width))
            for i, row in enumerate(rows):
                for name, count in components_of(row["components"]).items():
                    if name != WATER:
                        found[i, self.components.index(name)] = count
            return found

        def constants(rows: list[Any]) -> Any:
            values = [shifted(r["log_k"], r["delta_h_kj_per_mol"], temperature_c) for r in rows]
            return np.array(values, dtype=float) * math.log(10.0)

        charge = np.array([float(parse_formula(name).charge or 0) for name in self.components])
        nu = coefficients(species)
        return System(
            charge,
            nu,
            constants(species),
            nu @ charge,
            coefficients(solids),
            constants(solids),
            debye_huckel(temperature_c),
            is_extended,
        )

    def solve(
        self, totals: Mapping[str, float], ph: float = math.nan, *, shifts: Mapping[str, float] | None = None
    ) -> Solution:
        """Equilibrium of totals [mol/kg of water], with H+ as proton excess, or at a given pH.

        Args:
            totals: component -> total.
            ph: pH kept, or NaN where it follows.
            shifts: id of a solid -> what to add to its log10 K, as the log10 of its share in a solid
            solution.
        """
        from orecell.plant.speciation_kernel import equilibrate

        return self._solution(equilibrate(self._shifted(shifts), self._vector(totals), ph))

    def solve_dosed(
        self,
        totals: Mapping[str, float],
        ph: float,
        per_equivalent: Mapping[str, float],
        *,
        shifts: Mapping[str, float] | None = None,
        start: Equilibrium | None = None,
    ) -> tuple[Solution, float]:
        """Equilibrium at a pH reached with an alkali.

        Args:
            totals: components before [mol/kg of water].
            ph: pH after.
            per_equivalent: component -> moles that one equivalent of the alkali leaves, as {"Ca+2": 0.5}.
            shifts: as for `solve`.
            start: state of a solution near this one, `Solution.state`.

        Returns:
            The equilibrium, and the dose [eq/kg]; a negative one means that acid would be needed.
        """
        import numpy as np

        from orecell.plant.speciation_kernel import blank, equilibrate_dosed

        vector, system = self._vector(totals), self._shifted(shifts)
        added = np.array([per_equivalent.get(name, 0.0) for name in self.components])
        shape = (len(self.components), len(self.species), len(self.solids))
        if start is None or (len(start.ln_m), len(start.species), len(start.solids)) != shape:
            start = blank(system, vector)._replace(is_solved=False)
        found, dose = equilibrate_dosed(system, vector, ph, added, start)
        return self._solution(found), float(dose)

    def _vector(self, totals: Mapping[str, float]) -> Any:
        """Totals in the order of the components; only the proton excess may be negative."""
        import numpy as np

        vector = np.array([max(totals.get(name, 0.0), 0.0) for name in self.components])
        vector[-1] = totals.get(PROTON, 0.0)
        return vector

    def _shifted(self, shifts: Mapping[str, float] | None) -> System:
        """The system with constants of solids shifted."""
        import numpy as np

        if not shifts:
            return self.system
        added = np.array([shifts.get(name, 0.0) for name in self.solids]) * math.log(10.0)
        return self.system._replace(ln_k_solid=self.system.ln_k_solid + added)

    def _solution(self, found: Equilibrium) -> Solution:
        import numpy as np

        free = zip(self.components, np.exp(found.ln_m).tolist(), strict=True)
        formed = zip(self.species, found.species.tolist(), strict=True)
        solids = zip(self.solids, found.solids.tolist(), strict=True)
        indices = zip(self.solids, (found.saturation / math.log(10.0)).tolist(), strict=True)
        return Solution(
            -found.ln_h / math.log(10.0),
            {**dict(free), **dict(formed)},
            dict(solids),
            dict(indices),
            float(found.ionic_strength),
            float(found.proton),
            bool(found.is_solved),
            found,
        )


@lru_cache(maxsize=128)
def solver_for(components: tuple[str, ...], solids: tuple[str, ...], temperature_c: float) -> Solver:
    """The solver of a set of components, made once."""
    return Solver(components, solids, temperature_c)


def solid_formula(name: str) -> str:
    """Formula of a solid of the table."""
    return str(read_chemistry().row("solids", solid=name)["formula"])
