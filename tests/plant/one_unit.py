"""One unit operation alone in a flowsheet, for tests."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from orecell.plant.flowsheet import Feed, Flowsheet, Solution, Unit, solve
from orecell.plant.unit import Kind, Outcome

HOURS = 8000.0


class Alone:
    """A solved unit: masses and flows by port."""

    def __init__(self, kind: Kind, flows: Mapping[str, float], **settings: Any) -> None:
        ports = {port: port for port in kind.ports_out}
        unit = Unit("unit", kind, kind.settings(**settings), {"feed": ("fed",)}, ports)
        feed = Feed("fed", "solid", flows)
        self.solution: Solution = solve(Flowsheet("test", "one unit", HOURS, (feed,), (unit,)))
        self.outcome: Outcome = self.solution.outcomes["unit"]

    def kmol(self, port: str, name: str) -> float:
        return self.solution.streams[port].amount(self.solution.components, name)

    def kg(self, port: str) -> float:
        return self.solution.streams[port].mass(self.solution.components)

    def element(self, port: str, element: str) -> float:
        return self.solution.elements(port).get(element, 0.0)

    def bought(self, reagent: str) -> float:
        """Mass of a reagent with the water it comes in [kg/h]."""
        return float(self.solution.components.molar_mass @ self.outcome.reagents[reagent])

    @property
    def remarks(self) -> str:
        return "; ".join(self.outcome.remarks)


def assert_sound(alone: Alone) -> None:
    """Balances close, every number is finite, and nothing that cannot be negative is."""
    assert alone.solution.worst_balance <= 1e-9
    components = alone.solution.components
    for stream in alone.solution.streams.values():
        for name, flow in zip(components.names, stream.flows.tolist(), strict=True):
            assert math.isfinite(flow), (stream.name, name)
            assert name == "H+" or flow >= -1e-9, (stream.name, name, flow)
    assert math.isfinite(alone.outcome.power_kw)
    assert math.isfinite(alone.outcome.heat_kw)
    assert all(math.isfinite(size) and size >= 0.0 for size in alone.outcome.sizes.values())
