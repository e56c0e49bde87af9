"""Flowsheets: units joined by streams, with recycles, solved so that every atom and charge is accounted for.

Units run in an order in which as few streams as possible are used before they are made; those are torn and
found by Anderson acceleration of successive substitution on their flows,

    x' = g(x - sum a_k dx_k) with a least-squares fit of the last residuals (depth 5),

from nothing, so no guess is asked of anyone. Around each unit, inputs + reagents = outputs per element and in
charge to 1e-9 of what passes, or the flowsheet is refused with the unit and stream named.
Left out: pressure, energy balances beyond duties, dynamics.
Source: Anderson 1965, J. ACM 12, 547, doi 10.1145/321296.321305.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from orecell.errors import NotSolvedError
from orecell.plant.component import Components
from orecell.plant.stream import Phase, Stream, check_balance, check_neutral
from orecell.plant.unit import Given, Kind, Outcome

if TYPE_CHECKING:
    from orecell.plant.component import Floats

MOST_PASSES = 300
DEPTH = 5
TEAR_TOLERANCE = 1e-11
SMALL = 1e-5
"""Flow over the largest of a recycle below which a rough solve does not look."""


@dataclass(frozen=True)
class Unit:
    """One unit operation of a flowsheet.

    Attributes:
        name: id.
        kind: what it does.
        settings: its settings, of the model of its kind.
        inputs: port -> names of streams, mixed.
        outputs: port -> name of a stream.
    """

    name: str
    kind: Kind
    settings: Any
    inputs: Mapping[str, tuple[str, ...]]
    outputs: Mapping[str, str]


@dataclass(frozen=True)
class Feed:
    """A stream from outside, in kmol/h by component."""

    name: str
    phase: Phase
    flows: Mapping[str, float]
    temperature_c: float = 25.0


@dataclass(frozen=True)
class Product:
    """A stream that leaves for sale.

    Attributes:
        stream: its name.
        commodity: commodity of the chain, or a name of its own.
        specification: product in the table of specifications, or "".
        counts: formula in which its amount is counted, or "" for its own mass.
    """

    stream: str
    commodity: str
    specification: str = ""
    counts: str = ""


@dataclass(frozen=True)
class Flowsheet:
    """A plant on paper.

    Attributes:
        name: id.
        because: what it is for.
        hours_per_yr: hours of operation.
        feeds: streams from outside.
        units: in the order of the file.
        products: streams for sale; the first is the main one.
        wastes: stream -> USD per tonne paid to be rid of it.
        basis: feed or product by which amounts are told, with its commodity.
        economics: what the costing needs beyond the units.
    """

    name: str
    because: str
    hours_per_yr: float
    feeds: tuple[Feed, ...]
    units: tuple[Unit, ...]
    products: tuple[Product, ...] = ()
    wastes: Mapping[str, float] = field(default_factory=dict)
    economics: Mapping[str, Any] = field(default_factory=dict)

    def unit(self, name: str) -> Unit:
        """The unit of a name; raises KeyError if there is none."""
        return next(unit for unit in self.units if unit.name == name)

    def with_settings(self, changes: Mapping[str, Mapping[str, Any]]) -> Flowsheet:
        """The flowsheet with changed settings: unit -> setting -> value; settings are checked again."""
        units = []
        for unit in self.units:
            if unit.name in changes:
                known = unit.settings.model_dump()
                unit = replace(unit, settings=type(unit.settings)(**{**known, **changes[unit.name]}))
            units.append(unit)
        return replace(self, units=tuple(units))


@dataclass(frozen=True)
class Solution:
    """A solved flowsheet.

    Attributes:
        flowsheet: what was solved.
        components: its components.
        streams: name -> stream.
        outcomes: unit -> what it did.
        passes: rounds over the units.
        worst_balance: largest relative element or charge residual of any unit.
        memory: what makes the next solve faster.
    """

    flowsheet: Flowsheet
    components: Components
    streams: Mapping[str, Stream]
    outcomes: Mapping[str, Outcome]
    passes: int
    worst_balance: float
    memory: Mapping[str, Any]

    def status(self) -> dict[str, str]:
        """Unit -> OK, or what is wrong."""
        return {name: "; ".join(outcome.remarks) or "OK" for name, outcome in self.outcomes.items()}

    def tonnes_per_year(self, stream: str) -> float:
        """Mass flow of a stream [t/yr]."""
        return self.streams[stream].mass(self.components) * self.flowsheet.hours_per_yr / 1000.0

    def elements(self, stream: str) -> dict[str, float]:
        """Element -> flow in a stream [kmol/h]."""
        return self.components.element_amounts(self.streams[stream].flows)


def components_of_flowsheet(flowsheet: Flowsheet) -> Components:
    """Every component that a feed brings or a unit may make."""
    names = list(dict.fromkeys(name for feed in flowsheet.feeds for name in feed.flows))
    for _ in range(len(flowsheet.units)):
        before = len(names)
        for unit in flowsheet.units:
            known = tuple(names)
            names.extend(n for n in unit.kind.makes(unit.settings, known) if n not in names)
        if len(names) == before:
            break
    return Components.of(names)


def order_units(flowsheet: Flowsheet) -> tuple[tuple[Unit, ...], tuple[str, ...]]:
    """An order to run units in, and the streams torn because they are used before they are made.

    A unit runs once all its inputs are there; where none can, the first of the file that has some of them
    does, and those it lacks are torn.
    """
    ready = {feed.name for feed in flowsheet.feeds}
    waiting, order, torn = list(flowsheet.units), list[Unit](), list[str]()
    while waiting:
        wanted = [[s for names in unit.inputs.values() for s in names] for unit in waiting]
        lacking = [[s for s in streams if s not in ready] for streams in wanted]
        fed = [i for i, streams in enumerate(wanted) if len(lacking[i]) < len(streams)]
        best = next((i for i in range(len(waiting)) if not lacking[i]), fed[0] if fed else 0)
        torn.extend(lacking[best])
        unit = waiting.pop(best)
        order.append(unit)
        ready |= {*lacking[best], *unit.outputs.values()}
    return tuple(order), tuple(dict.fromkeys(torn))


class FlowsheetSolver:
    """Solves one flowsheet, and variants of it with other settings or feeds, warm from the last solution."""

    def __init__(self, flowsheet: Flowsheet) -> None:
        self.flowsheet = flowsheet
        self.components = components_of_flowsheet(flowsheet)
        self.order, self.torn = order_units(flowsheet)

    def solve(
        self,
        flowsheet: Flowsheet | None = None,
        memory: Mapping[str, Any] | None = None,
        *,
        tolerance: float = TEAR_TOLERANCE,
    ) -> Solution:
        """Solve.

        Args:
            flowsheet: a variant with the same units and streams; the own one if absent.
            memory: memory of a solution near this one.
            tolerance: how well recycles close, over the largest flow in them, or over each flow where it is
                rougher than the default; units always close in full.

        Raises:
            NotSolvedError: recycles or a unit did not converge.
            BalanceError: a unit creates or loses atoms.
        """
        given = flowsheet or self.flowsheet
        units = {unit.name: unit for unit in given.units}
        order = [units[unit.name] for unit in self.order]
        run = _Run(self.components, given, order, dict(memory or {}))
        passes = run.converge(self.torn, tolerance)
        worst = run.check()
        kept = {"torn": {name: run.streams[name] for name in self.torn}}
        kept |= {name: outcome.memory for name, outcome in run.outcomes.items() if outcome.memory is not None}
        return Solution(given, self.components, run.streams, run.outcomes, passes, worst, kept)


def solve(flowsheet: Flowsheet) -> Solution:
    """Solve a flowsheet from nothing; raises as `FlowsheetSolver.solve`."""
    return FlowsheetSolver(flowsheet).solve()


class _Run:
    """One solve: streams as they stand."""

    def __init__(
        self, components: Components, flowsheet: Flowsheet, order: Sequence[Unit], memory: dict[str, Any]
    ) -> None:
        self.components, self.order, self.memory = components, order, memory
        self.outcomes: dict[str, Outcome] = {}
        self.given: dict[str, Given] = {}
        self.streams: dict[str, Stream] = {
            feed.name: Stream(feed.name, feed.phase, components.vector(feed.flows), feed.temperature_c)
            for feed in flowsheet.feeds
        }

    def once(self) -> None:
        """Run every unit in order."""
        for unit in self.order:
            given = self._given(unit)
            outcome = unit.kind.run(given)
            self.given[unit.name], self.outcomes[unit.name] = given, outcome
            if outcome.memory is not None:
                self.memory[unit.name] = outcome.memory
            warm = max(given.temperature_c.values(), default=25.0)
            for port, name in unit.outputs.items():
                temperature = outcome.temperature_c.get(port, warm)
                phase = unit.kind.ports_out[port]
                self.streams[name] = Stream(name, phase, outcome.outputs[port], temperature)

    def _given(self, unit: Unit) -> Given:
        import numpy as np

        flows, temperatures = {}, {}
        for port, names in unit.inputs.items():
            streams = [self.streams[name] for name in names if name in self.streams]
            empty = np.zeros(len(self.components.names))
            flows[port] = np.sum([empty, *(stream.flows for stream in streams)], axis=0)
            weights = [abs(stream.mass(self.components)) for stream in streams]
            heat = sum(w * stream.temperature_c for w, stream in zip(weights, streams, strict=True))
            temperatures[port] = heat / sum(weights) if sum(weights) > 0 else 25.0
        return Given(self.components, flows, temperatures, unit.settings, self.memory.get(unit.name))

    def converge(self, torn: Sequence[str], tolerance: float) -> int:
        """Find the torn streams; returns the rounds it took."""
        import numpy as np

        if not torn:
            self.once()
            return 1
        for name, stream in self.memory.get("torn", {}).items():
            self.streams[name] = stream
        width = len(self.components.names)
        x = np.concatenate([self._flows(name, width) for name in torn])
        xs, residuals = list[Any](), list[Any]()
        for count in range(1, MOST_PASSES + 1):
            for k, name in enumerate(torn):
                old = self.streams.get(name)
                phase, temperature = (old.phase, old.temperature_c) if old else ("aqueous", 25.0)
                self.streams[name] = Stream(name, phase, x[k * width : (k + 1) * width], temperature)
            self.once()
            found = np.concatenate([self.streams[name].flows for name in torn])
            miss = found - x
            size = max(float(np.abs(found).max()), 1e-12)
            floor = size if tolerance <= TEAR_TOLERANCE else np.maximum(np.abs(found), SMALL * size)
            if bool(np.all(np.abs(miss) <= tolerance * floor)):
                return count
            xs, residuals = [*xs[-DEPTH:], x], [*residuals[-DEPTH:], miss]
            x = self._next(xs, residuals)
        raise NotSolvedError(f"recycles did not come to rest in {MOST_PASSES} rounds: {', '.join(torn)}")

    def _flows(self, name: str, width: int) -> Floats:
        import numpy as np

        stream = self.streams.get(name)
        return stream.flows if stream is not None else np.zeros(width)

    def _next(self, xs: Sequence[Any], residuals: Sequence[Any]) -> Floats:
        """The next guess by Anderson; plain substitution where it would make a neutral flow negative."""
        import numpy as np

        plain: Floats = xs[-1] + residuals[-1]
        if len(xs) < 3:
            return plain
        steps = np.array([residuals[-1] - r for r in residuals[:-1]]).T
        moves = np.array([xs[-1] - x for x in xs[:-1]]).T
        weights, *_ = np.linalg.lstsq(steps, residuals[-1], rcond=1e-10)
        found: Floats = plain - (moves + steps) @ weights
        proton = np.tile(np.arange(len(self.components.names)) == 1, len(found) // len(self.components.names))
        if np.any((found < -1e-14) & ~proton) or not np.all(np.isfinite(found)):
            return plain
        return found

    def check(self) -> float:
        """Balance of every unit, neutrality of every stream; returns the largest relative residual."""
        worst = 0.0
        for unit in self.order:
            outcome = self.outcomes[unit.name]
            given = [*self.given[unit.name].flows.values(), *outcome.reagents.values()]
            left = {unit.outputs[port]: outcome.outputs[port] for port in unit.outputs}
            worst = max(worst, check_balance(unit.name, self.components, given, left).worst)
            check_neutral(unit.name, self.components, left)
        return worst
