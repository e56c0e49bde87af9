"""The stream table of a solved plant: amounts, pH and what each stream holds, stream by stream.

    g/L of an element    = its mass flow / volume flow of the aqueous stream
    mass % of an element = its mass flow / mass flow of the solid, gas or organic stream

pH is that of the equilibrium of `plant.speciation` at the temperature of the stream, with nothing
precipitating, so a liquor that waits for its precipitation has one too. Left out: pH of the liquor that
cakes hold, volumes of organic, gas and solid streams.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from orecell.core.elements import ELEMENTS, atomic_weight
from orecell.plant.component import PROTON, WATER
from orecell.plant.impurity import MASTER
from orecell.plant.speciation import solver_for
from orecell.plant.stream import aqueous_volume

if TYPE_CHECKING:
    from orecell.plant.component import Components
    from orecell.plant.flowsheet import Solution
    from orecell.plant.stream import Phase, Stream

WATER_ELEMENTS = ("H", "O")
"""Elements of water, which tables for readers leave out."""
NO_WATER = 1e-9
"""Share of water in a stream below which it has no pH [mol/mol]."""
NOTHING = 1e-12
"""Molality below which a component is not asked for [mol/kg]."""


@dataclass(frozen=True)
class StreamRow:
    """One stream.

    Attributes:
        name: id in the flowsheet.
        phase: aqueous, organic, solid or gas.
        tonnes_per_yr: mass flow.
        m3_per_h: volume flow of an aqueous stream, or None.
        ph: pH of an aqueous stream, or None where it has none.
        temperature_c: temperature [C].
        g_per_l: element -> concentration in an aqueous stream; empty for others.
        mass_percent: element -> share of a solid, gas or organic stream, 100 for all; empty for others.
        made_by: unit that makes it, or "" for a feed.
        used_by: unit that takes it, or "" where it leaves the plant.
    """

    name: str
    phase: Phase
    tonnes_per_yr: float
    m3_per_h: float | None
    ph: float | None
    temperature_c: float
    g_per_l: Mapping[str, float]
    mass_percent: Mapping[str, float]
    made_by: str
    used_by: str

    def content(self, element: str) -> float | None:
        """Concentration of an element, in g/L or in mass % as the phase has it; None where it holds none."""
        return self.g_per_l.get(element, self.mass_percent.get(element))


def stream_ph(components: Components, stream: Stream) -> float | None:
    """pH of an aqueous stream at its temperature.

    Args:
        components: components of the flowsheet; those that speciation does not know are passed over.
        stream: stream.

    Returns:
        pH, or None for another phase, without water, or where the equilibrium is not found.
    """
    water = stream.amount(components, WATER)
    if stream.phase != "aqueous" or water <= NO_WATER * float(abs(stream.flows).sum()):
        return None
    kilograms = water * float(components.molar_mass[components.index[WATER]])
    molality = {name: 1000.0 * stream.amount(components, name) / kilograms for name in (*MASTER, PROTON)}
    names = tuple(name for name in MASTER if molality[name] > NOTHING)
    solution = solver_for(names, (), round(stream.temperature_c, 2)).solve(molality)
    return solution.ph if solution.is_solved else None


def stream_table(solution: Solution) -> list[StreamRow]:
    """Every stream of a solved flowsheet: feeds first, then as units make them in the order of the file."""
    units = solution.flowsheet.units
    made_by = {name: unit.name for unit in units for name in unit.outputs.values()}
    used_by = {name: unit.name for unit in units for names in unit.inputs.values() for name in names}
    order = [*(feed.name for feed in solution.flowsheet.feeds), *made_by]
    return [_row(solution, name, made_by.get(name, ""), used_by.get(name, "")) for name in order]


def shown_elements(rows: Iterable[StreamRow]) -> tuple[str, ...]:
    """Elements that any of the streams holds, without those of water, by atomic number."""
    held = {element for row in rows for element in (*row.g_per_l, *row.mass_percent)}
    return tuple(element for element in ELEMENTS if element in held - {*WATER_ELEMENTS})


def _row(solution: Solution, name: str, made_by: str, used_by: str) -> StreamRow:
    """One stream as a row."""
    components, stream = solution.components, solution.streams[name]
    is_aqueous = stream.phase == "aqueous"
    mass = stream.mass(components)
    liters = aqueous_volume(components, stream.flows, stream.temperature_c) if is_aqueous else 0.0
    amounts = solution.elements(name)
    grams = {e: 1000.0 * kmol * atomic_weight(e) for e, kmol in amounts.items() if kmol > 0.0}
    return StreamRow(
        name,
        stream.phase,
        solution.tonnes_per_year(name),
        liters / 1000.0 if is_aqueous else None,
        stream_ph(components, stream),
        stream.temperature_c,
        {element: value / liters for element, value in grams.items()} if liters > 0.0 else {},
        {e: value / mass / 10.0 for e, value in grams.items()} if not is_aqueous and mass > 0.0 else {},
        made_by,
        used_by,
    )
