"""Streams of a flowsheet, what they weigh and fill, and the balance around a unit.

    residual of element e = sum over streams in of atoms[e] n - the same over streams out
    volume of an aqueous  = n(H2O) 18.015 / rho_w(T) + sum n V, V the volume a dissolved component adds

A residual above 1e-9 of the throughput is refused and named. Left out: volumes on mixing beyond V at
infinite dilution, which makes concentrated sulfate solutions up to 2 % too dense.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Literal

from orecell.core.tolerances import BALANCE_ABSOLUTE, BALANCE_RELATIVE
from orecell.errors import BalanceError
from orecell.plant.component import PROTON, WATER, Components

if TYPE_CHECKING:
    from orecell.plant.component import Floats

Phase = Literal["aqueous", "organic", "solid", "gas"]
HOURS_PER_DAY = 24.0


@dataclass(frozen=True)
class Stream:
    """What leaves a unit or enters the plant.

    Attributes:
        name: id in the flowsheet.
        phase: aqueous, organic, solid or gas; a slurry is two streams.
        flows: (component) [kmol/h].
        temperature_c: temperature [C].
    """

    name: str
    phase: Phase
    flows: Floats
    temperature_c: float = 25.0

    def amount(self, components: Components, name: str) -> float:
        """Flow of one component [kmol/h]; 0 for one that the plant does not know."""
        i = components.index.get(name)
        return 0.0 if i is None else float(self.flows[i])

    def mass(self, components: Components) -> float:
        """Mass flow [kg/h]."""
        return components.mass(self.flows)


def water_density(temperature_c: float) -> float:
    """Density of water [kg/L] from 0 to 100 C, within 0.0002; held at the ends beyond.

    Source: Kell 1975, J. Chem. Eng. Data 20, 97, doi 10.1021/je60064a005.
    """
    t = min(max(temperature_c, 0.0), 100.0)
    top = 999.83952 + 16.945176 * t - 7.9870401e-3 * t**2 - 46.170461e-6 * t**3
    top += 105.56302e-9 * t**4 - 280.54253e-12 * t**5
    return top / (1.0 + 16.87985e-3 * t) / 1000.0


@lru_cache(maxsize=32)
def _volumes(names: tuple[str, ...]) -> Floats:
    """Volume each component adds (component) [cm3/mol]; 15 per heavy atom where no figure is known."""
    import numpy as np

    from orecell.data.chemistry import read_chemistry

    known = {row["component"]: row["cm3_per_mol"] for row in read_chemistry().rows("ion_volumes")}
    components = Components.of(names)
    heavy = components.atoms.sum(axis=0) - components.element_row("H")
    found = np.array([known.get(name, 15.0 * heavy[i]) for i, name in enumerate(names)])
    found[components.index[WATER]] = 0.0
    return found


def aqueous_volume(components: Components, flows: Floats, temperature_c: float = 25.0) -> float:
    """Volume of an aqueous stream [L/h] from its flows (component) [kmol/h]."""
    water = flows[components.index[WATER]] * components.molar_mass[components.index[WATER]]
    return float(water / water_density(temperature_c) + _volumes(components.names) @ flows)


@dataclass(frozen=True)
class Balance:
    """What enters less what leaves, relative to throughput.

    Attributes:
        worst: the largest relative residual.
        of: element, or `charge`, of that residual.
        amount: the residual itself [kmol/h].
    """

    worst: float
    of: str
    amount: float


def balance(components: Components, given: Sequence[Floats], left: Sequence[Floats]) -> Balance:
    """Element and charge balance around a unit; flows (component) [kmol/h]."""
    import numpy as np

    total_in, total_out = np.sum(given, axis=0), np.sum(left, axis=0)
    through_in, through_out = np.sum(np.abs(given), axis=0), np.sum(np.abs(left), axis=0)
    rows = np.vstack([components.atoms, components.charge])
    residual = rows @ (total_in - total_out)
    through = np.maximum(np.abs(rows) @ through_in, np.abs(rows) @ through_out)
    relative = np.abs(residual) / np.maximum(through, BALANCE_ABSOLUTE / BALANCE_RELATIVE)
    k = int(np.argmax(relative))
    of = components.elements[k] if k < len(components.elements) else "charge"
    return Balance(float(relative[k]), of, float(residual[k]))


def check_balance(
    unit: str, components: Components, given: Sequence[Floats], left: Mapping[str, Floats]
) -> Balance:
    """The balance of a unit.

    Raises:
        BalanceError: an element or the charge does not close; names the unit and its outputs.
    """
    found = balance(components, given, list(left.values()))
    if not found.worst <= BALANCE_RELATIVE:
        raise BalanceError(unit, found.of, found.amount, tuple(left))
    return found


def check_neutral(unit: str, components: Components, streams: Mapping[str, Floats]) -> None:
    """Every stream that leaves a unit is neutral.

    Raises:
        BalanceError: a stream carries a charge; names the unit and the stream.
    """
    import numpy as np

    for name, flows in streams.items():
        charge = float(components.charge @ flows)
        through = float(np.abs(components.charge) @ np.abs(flows))
        if not abs(charge) <= max(BALANCE_ABSOLUTE, BALANCE_RELATIVE * through):
            raise BalanceError(unit, "charge", charge, (name,))


def neutralized(components: Components, flows: Floats) -> Floats:
    """Flows (component) [kmol/h] whose H+ is what makes them neutral."""
    found = flows.copy()
    p = components.index[PROTON]
    found[p] -= components.charge @ found
    return found
