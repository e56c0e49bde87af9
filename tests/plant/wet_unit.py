"""One wet unit operation alone in a flowsheet, for tests."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from one_unit import HOURS, Alone

from orecell.core.formula import parse_formula
from orecell.plant.flowsheet import Feed, Flowsheet, Unit, solve
from orecell.plant.impurity import MASTER
from orecell.plant.speciation import solver_for
from orecell.plant.stream import Phase
from orecell.plant.unit import Kind

WATER_KMOL = 1000.0 / 18.015
"""Water of a cubic meter, nearly."""


def mass(formula: str) -> float:
    """Molar mass [g/mol]."""
    return parse_formula(formula).molar_mass


def liquor(g_per_l: Mapping[str, float], anion: str = "SO4-2", acid: float = 0.0) -> dict[str, float]:
    """Flows [kmol/h] of about 1 m3/h with contents [g/L] and free acid [kmol H+/h], neutral by the anion."""
    flows = {name: grams / mass(name) for name, grams in g_per_l.items()}
    flows["H+"] = flows.get("H+", 0.0) + acid
    surplus = sum((parse_formula(name).charge or 0) * value for name, value in flows.items())
    flows[anion] = flows.get(anion, 0.0) - surplus / (parse_formula(anion).charge or 1)
    return {**flows, "H2O": WATER_KMOL}


class Wet(Alone):
    """A solved unit: masses and flows by port.

    Args:
        kind: what it does.
        flows: flows at its first port [kmol/h].
        phase: phase of them.
        others: further port -> flows [kmol/h].
        fed_c: temperature of the feed [C].
        settings: settings of the unit.
    """

    def __init__(
        self,
        kind: Kind,
        flows: Mapping[str, float],
        *,
        phase: Phase = "aqueous",
        others: Mapping[str, Mapping[str, float]] | None = None,
        fed_c: float = 25.0,
        **settings: Any,
    ) -> None:
        feeds = [Feed("fed", phase, flows, fed_c)]
        feeds += [Feed(f"to_{port}", "aqueous", given, fed_c) for port, given in (others or {}).items()]
        inputs = {kind.ports_in[0]: ("fed",)} | {port: (f"to_{port}",) for port in others or {}}
        unit = Unit("unit", kind, kind.settings(**settings), inputs, {port: port for port in kind.ports_out})
        self.solution = solve(Flowsheet("test", "one unit", HOURS, tuple(feeds), (unit,)))
        self.outcome = self.solution.outcomes["unit"]

    def reagent(self, name: str, component: str) -> float:
        """What a reagent brings of a component [kmol/h]; 0 if none is bought."""
        flows = self.outcome.reagents.get(name)
        return 0.0 if flows is None else float(flows[self.solution.components.index[component]])

    def lost(self, port: str, element: str) -> float:
        """Share of an element fed that leaves at a port."""
        return self.element(port, element) / self.element("fed", element)

    def ph(self, port: str) -> float:
        """pH of a stream by speciation, nothing precipitating."""
        stream, components = self.solution.streams[port], self.solution.components
        kg = stream.amount(components, "H2O") * mass("H2O")
        totals = {n: 1000.0 * stream.amount(components, n) / kg for n in (*MASTER, "H+")}
        names = tuple(n for n in MASTER if totals[n] > 1e-9)
        return solver_for(names, (), stream.temperature_c).solve(totals).ph
