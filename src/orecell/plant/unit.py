"""What every unit operation has in common: settings in, streams and remarks out.

A kind of unit is a settings model (pydantic, unknown keys refused), the ports it reads and writes, the
components it may make, and one function from inputs to an outcome. Amounts are kmol/h by component; reagents
enter a unit from outside the flowsheet, so that the balance around it is inputs + reagents = outputs.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel, ConfigDict

from orecell.core.formula import parse_formula
from orecell.data.chemistry import read_chemistry
from orecell.plant.component import WATER, Components
from orecell.plant.speciation import components_of

if TYPE_CHECKING:
    from orecell.plant.component import Floats
    from orecell.plant.stream import Phase

GALLON = 3.785412
"""Liters per US gallon, the unit of tanks in the cost table."""
TONNES_PER_DAY = 0.024
"""Tonnes per day per kg/h, the unit of filters in the cost table."""


class Settings(BaseModel):
    """Settings of a unit; unknown keys are faults."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=False)


@dataclass(frozen=True)
class Outcome:
    """What a unit does to its inputs.

    Attributes:
        outputs: port -> flows (component) [kmol/h].
        reagents: id of a reagent -> flows it brings (component) [kmol/h], with the water it comes in.
        remarks: what is wrong or worth knowing; a unit without any is OK.
        power_kw: electricity.
        heat_kw: heat from outside, as steam or gas.
        sizes: kind of equipment -> its size in the unit of the cost table.
        temperature_c: port -> temperature, where it is not that of the input.
        detail: what figures and reports show of this kind of unit.
        memory: what makes the next solve faster.
    """

    outputs: Mapping[str, Floats]
    reagents: Mapping[str, Floats] = field(default_factory=dict)
    remarks: tuple[str, ...] = ()
    power_kw: float = 0.0
    heat_kw: float = 0.0
    sizes: Mapping[str, float] = field(default_factory=dict)
    temperature_c: Mapping[str, float] = field(default_factory=dict)
    detail: Any = None
    memory: Any = None


@dataclass(frozen=True)
class Given:
    """What a unit gets.

    Attributes:
        components: components of the flowsheet.
        flows: port -> flows (component) [kmol/h].
        temperature_c: port -> temperature [C].
        settings: settings of the unit.
        memory: `Outcome.memory` of the last solve, or None.
    """

    components: Components
    flows: Mapping[str, Floats]
    temperature_c: Mapping[str, float]
    settings: Any
    memory: Any = None

    @property
    def feed(self) -> Floats:
        """Flows of the port `feed` (component) [kmol/h]."""
        return self.flows["feed"]

    def amount(self, name: str, port: str = "feed") -> float:
        """Flow of one component [kmol/h]; 0 for one that the plant does not know."""
        i = self.components.index.get(name)
        return 0.0 if i is None else float(self.flows[port][i])


@dataclass(frozen=True)
class Kind:
    """A kind of unit.

    Attributes:
        name: id used in files.
        purpose: one line for the reader.
        settings: model of its settings.
        ports_in: ports that a file must connect; several streams on one port are mixed.
        ports_out: port -> phase.
        run: inputs -> outcome.
        makes: settings and components that enter -> further components it may make.
        optional: ports that may be left open.
    """

    name: str
    purpose: str
    settings: type[Settings]
    ports_in: tuple[str, ...]
    ports_out: Mapping[str, Phase]
    run: Callable[[Given], Outcome]
    makes: Callable[[Any, tuple[str, ...]], tuple[str, ...]] = lambda settings, names: ()
    optional: tuple[str, ...] = ()

    def __reduce__(self) -> tuple[Callable[[str], Kind], tuple[str]]:
        """A kind travels between processes by its name."""
        return kind_named, (self.name,)


def kind_named(name: str) -> Kind:
    """The kind of a name."""
    from orecell.plant.kinds import kinds

    return kinds()[name]


@dataclass(frozen=True)
class Reagent:
    """A reagent as it is bought.

    Attributes:
        name: id.
        title: name for readers.
        molar_mass: of the pure reagent [g/mol].
        brings: component -> coefficient.
        water: moles of water that come with a mole of it.
        price_usd_per_t: per tonne of the pure reagent; `price_low` and `price_high` its range.
    """

    name: str
    title: str
    molar_mass: float
    brings: Mapping[str, float]
    water: float
    price_usd_per_t: float
    price_low: float
    price_high: float

    def flows(self, components: Components, kmol: float) -> Floats:
        """Flows that an amount of it brings (component) [kmol/h]."""
        found = components.vector({name: count * kmol for name, count in self.brings.items()})
        found[components.index[WATER]] += self.water * kmol
        return found


@lru_cache(maxsize=64)
def reagent(name: str) -> Reagent:
    """A reagent of the tables of chemistry.

    Raises:
        InputError: it is not in the table.
    """
    row = read_chemistry().row("reagents", reagent=name)
    mass = parse_formula(row["formula"]).molar_mass
    strength = row["strength_fraction"]
    water = mass * (1.0 - strength) / strength / parse_formula(WATER).molar_mass
    prices = (row["price_usd_per_t"], row["price_low"], row["price_high"])
    return Reagent(name, row["name"], mass, components_of(row["components"]), water, *prices)


def total(flows: Mapping[str, Floats]) -> Floats:
    """Sum of flows (component) [kmol/h]."""
    import numpy as np

    found: Floats = np.sum(list(flows.values()), axis=0)
    return found
