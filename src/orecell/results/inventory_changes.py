"""Mistakes that inventories are known for, as changes that would undo them.

Each change takes flows out and puts others in. Whether the balance then closes is not decided here (see
`inventory_causes`). A change whose amount is chosen so that it fits is marked, because it proves less:
the amount x of a substance with mass fractions w is the least-squares fit of the residuals r, each
weighed by what flows through its element, T:

    x = sum(r_e w_e / T_e^2) / sum(w_e^2 / T_e^2)        over open elements e

Left out: two different mistakes in one element, except two hydrates.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations

from orecell.data.inventory import Flow, Process
from orecell.results.inventory_chemistry import (
    ALIKE,
    BASES,
    BY_PRODUCTS,
    GASES,
    POUNDS,
    REAGENTS,
    SLIPS,
    STRENGTHS,
    other_hydrates,
    parsed,
    with_other_element,
)

MOST_FLOWS = 120
"""Flows compared in pairs; the heaviest in open elements, so that long processes stay quick."""

PLAUSIBLE_FACTOR = (0.02, 50.0)
"""Range of an amount that is said to be wrong by an odd factor."""


@dataclass(frozen=True)
class Change:
    """A mistake, undone.

    Attributes:
        kind: swap, hydrate, basis, slip, dilution, side, exchange, amount, missing_output,
            missing_input or over_closed.
        sentence: the mistake in words.
        removed: flows as booked.
        added: flows in their place.
        fitted: numbers chosen so that it fits.
        may_narrow: whether it is worth a word where it closes nothing but most of a gap.
        size: how far-fetched it is among its kind: rank of a hydrate, or ln of the ratio of amounts.
    """

    kind: str
    sentence: str
    removed: tuple[Flow, ...]
    added: tuple[Flow, ...]
    fitted: int = 0
    may_narrow: bool = False
    size: float = 0.0


@dataclass(frozen=True)
class Gaps:
    """What does not close in a process.

    Attributes:
        residual: element -> inputs minus outputs [kg], of open elements.
        through: element -> larger of inputs and outputs [kg].
        loose: open elements that may well be open, such as oxygen; nothing is fitted to them.
    """

    residual: Mapping[str, float]
    through: Mapping[str, float]
    loose: frozenset[str]

    def fit(self, masses: Mapping[str, float]) -> float:
        """How often `masses` must leave for the residuals to vanish, by least squares."""
        firm = (masses.keys() & self.residual.keys()) - self.loose
        chosen = firm or (masses.keys() & self.residual.keys()) - GASES
        weights = {e: masses[e] / self.through[e] ** 2 for e in sorted(chosen)}
        below = sum(weight * masses[e] for e, weight in weights.items())
        return sum(weight * self.residual[e] for e, weight in weights.items()) / below if below else 0.0


def changes(process: Process, gaps: Gaps) -> Iterator[Change]:
    """Every mistake that touches an open element."""
    flows = [flow for flow in process.flows if flow.masses.keys() & gaps.residual.keys() and flow.mass_kg]
    for flow in flows:
        yield from _swaps(flow, gaps)
        yield from _hydrates(flow)
        yield from _bases(flow)
        yield from _slips(flow)
        yield from _strengths(flow)
        yield from _sides(flow)
        yield from _amounts(flow, gaps)
    yield from _hydrate_pairs(flows)
    yield from _whole_sides(process)
    yield from _exchanges(process, gaps)
    yield from _missing(process, gaps)


def _booked(flow: Flow) -> str:
    return f"{flow.name} (row {flow.row})"


def _number(value: float) -> str:
    return f"{value:,.4g}" if abs(value) < 1e4 else f"{value:,.0f}"


def _swaps(flow: Flow, gaps: Gaps) -> Iterator[Change]:
    """One element stands for another of the same kind: CoSO4 that is NiSO4."""
    elements = flow.parsed.atoms if flow.parsed else {}
    for old in sorted(elements.keys() & gaps.residual.keys()):
        for new in sorted({other for group in ALIKE if old in group for other in group} - elements.keys()):
            if gaps.residual.get(new, 0.0) * gaps.residual[old] < 0.0:
                for formula in with_other_element(flow.formula, old, new):
                    sentence = f"{_booked(flow)} is {formula}, booked as {flow.formula}"
                    yield Change("swap", sentence, (flow,), (flow.read_as(formula),))


def _hydrates(flow: Flow) -> Iterator[Change]:
    """A salt is counted with other water than its formula says; the most common first."""
    for i, formula in enumerate(other_hydrates(flow.formula) if flow.formula else ()):
        sentence = f"{_booked(flow)} is {formula}, booked as {flow.formula}"
        yield Change("hydrate", sentence, (flow,), (flow.read_as(formula),), may_narrow=True, size=i)


def _hydrate_pairs(flows: Sequence[Flow]) -> Iterator[Change]:
    """Two salts of one side are counted with other water."""
    single = [change for flow in flows[:MOST_FLOWS] for change in list(_hydrates(flow))[:2]]
    for first, second in combinations(single, 2):
        one, other = first.removed[0], second.removed[0]
        if one is not other and one.is_input is other.is_input:
            sentence = f"{first.sentence}, and {second.sentence}"
            added = (*first.added, *second.added)
            size = first.size + second.size
            yield Change("hydrate", sentence, (one, other), added, fitted=1, may_narrow=True, size=size)


def _bases(flow: Flow) -> Iterator[Change]:
    """Kilograms of an element or of another compound stand for those of the compound, or the reverse."""
    if flow.parsed is None or flow.is_molar:
        return
    for element in flow.parsed.atoms:
        held = flow.parsed.mass_fraction(element)
        for basis in BASES.get(element, ()):
            other = parsed(basis)
            if other == flow.parsed or basis in other_hydrates(flow.formula):
                continue
            counted = f"{_booked(flow)} is counted in {flow.unit} of {_basis_name(basis)}"
            sentence = f"{counted}, booked as {flow.formula}"
            is_element = len(flow.parsed.atoms) == 1
            right = flow.read_as(basis) if is_element else flow.scaled(other.mass_fraction(element) / held)
            yield Change("basis", sentence, (flow,), (right,))


def _basis_name(basis: str) -> str:
    return "Li2CO3 (LCE)" if basis == "Li2CO3" else basis


def _slips(flow: Flow) -> Iterator[Change]:
    """An amount is off by a power of ten, or in pounds for kilograms."""
    for factor in SLIPS if flow.is_molar else (*SLIPS, POUNDS):
        for times, word in ((factor, "low"), (1.0 / factor, "high")):
            right = flow.scaled(times)
            by = f"{factor:,.5g} times{' (pounds for kg)' if factor == POUNDS else ''}"
            amounts = f"{_number(right.amount)} {flow.unit} instead of {_number(flow.amount)}"
            sentence = f"{_booked(flow)} is booked {by} too {word}: {amounts}"
            yield Change("slip", sentence, (flow,), (right,), fitted=int(factor == POUNDS))


def _whole_sides(process: Process) -> Iterator[Change]:
    """All inputs, or all outputs, are in another unit."""
    for is_input, side in ((True, "inputs"), (False, "outputs")):
        flows = tuple(flow for flow in process.flows if flow.is_input is is_input and flow.masses)
        for factor in SLIPS if len(flows) > 1 else ():
            for times, word in ((factor, "low"), (1.0 / factor, "high")):
                sentence = f"all {side} are booked {factor:,.4g} times too {word}"
                yield Change("slip", sentence, flows, tuple(flow.scaled(times) for flow in flows))


def _strengths(flow: Flow) -> Iterator[Change]:
    """A solution is booked as pure, or a pure amount as solution."""
    if flow.fraction != 1.0:
        sentence = f"{_booked(flow)} is an amount of pure {flow.formula or 'material'}, not of the solution"
        yield Change("dilution", sentence, (flow,), (replace(flow, fraction=1.0),), may_narrow=True)
        return
    for strength in () if flow.is_molar else STRENGTHS.get(flow.formula, ()):
        sentence = f"{_booked(flow)} is a {strength * 100:g} % solution, booked as pure {flow.formula}"
        yield Change("dilution", sentence, (flow,), (replace(flow, fraction=strength),), may_narrow=True)


def _sides(flow: Flow) -> Iterator[Change]:
    """A flow stands on the wrong side."""
    role, where = ("output", "an output") if flow.is_input else ("input", "an input")
    sentence = f"{_booked(flow)} is {where}, booked as {flow.role}"
    yield Change("side", sentence, (flow,), (replace(flow, role=role),))


def _amounts(flow: Flow, gaps: Gaps) -> Iterator[Change]:
    """The amount of one flow is wrong by an odd factor, chosen so that it fits."""
    times = 1.0 + gaps.fit(flow.masses) * (-1.0 if flow.is_input else 1.0)
    low, high = PLAUSIBLE_FACTOR
    if not low <= times <= high or times == 1.0:
        return
    right = flow.scaled(times)
    amounts = f"{_number(right.amount)} {flow.unit} instead of {_number(flow.amount)}"
    size = abs(math.log(times))
    created = sorted(e for e in flow.masses.keys() - gaps.loose if gaps.residual.get(e, 0.0) < 0.0)
    if flow.is_input and len(created) == 1:
        share = -gaps.residual[created[0]] / (gaps.through[created[0]] + gaps.residual[created[0]])
        head = f"{created[0]} is over-closed: {share * 100:.3g} % more leaves than enters"
        sentence = f"{head}; {_booked(flow)} would have to be {amounts}, or less {created[0]} leaves"
        yield Change("over_closed", sentence, (flow,), (right,), fitted=1, size=size)
    else:
        sentence = f"{_booked(flow)} would have to be {amounts}"
        yield Change("amount", sentence, (flow,), (right,), fitted=1, size=size)


def _exchanges(process: Process, gaps: Gaps) -> Iterator[Change]:
    """The amounts of two flows are exchanged; one of many pairs, so that one element proves nothing."""
    heavy = sorted(
        (flow for flow in process.flows if flow.masses and flow.mass_kg),
        key=lambda flow: -sum(flow.masses[e] for e in flow.masses.keys() & gaps.residual.keys()),
    )[:MOST_FLOWS]
    for one, other in combinations(heavy, 2):
        if not one.masses.keys() & gaps.residual.keys() or one.amount == other.amount:
            continue
        sentence = f"the amounts of {_booked(one)} and {_booked(other)} are exchanged"
        added = (replace(one, amount=other.amount), replace(other, amount=one.amount))
        yield Change("exchange", sentence, (one, other), added, fitted=1)


def _missing(process: Process, gaps: Gaps) -> Iterator[Change]:
    """An output or an input is not listed at all."""
    for is_input, formulas in ((False, BY_PRODUCTS), (True, REAGENTS)):
        same_side = [flow.formula for flow in process.flows if flow.formula and flow.is_input is is_input]
        listed = {parsed(water) for formula in same_side for water in (formula, *other_hydrates(formula))}
        sign, side = (-1.0, "input") if is_input else (1.0, "output")
        for i, formula in enumerate(formulas):
            unit = Flow(0, formula, side, 1.0, "kg", 1.0, formula)
            needed = unit.masses.keys() - GASES
            if unit.parsed in listed or not needed <= gaps.residual.keys():
                continue
            if all(sign * gaps.residual[e] > 0.0 for e in needed):
                for amount in _amounts_missing(unit.masses, needed, gaps, sign):
                    per = f"{_number(amount / process.divisor)} kg {process.basis}"
                    sentence = f"an {side} is missing: {formula}, {per}"
                    flow = replace(unit, amount=amount)
                    yield Change(f"missing_{side}", sentence, (), (flow,), fitted=1, size=i)


def _amounts_missing(
    masses: Mapping[str, float], needed: Iterable[str], gaps: Gaps, sign: float
) -> tuple[float, ...]:
    """Kilograms that fit all its elements, and those that close the first one to close."""
    fitted = sign * gaps.fit(masses)
    least = min(sign * gaps.residual[e] / masses[e] for e in needed)
    return (fitted,) if abs(fitted - least) <= 1e-9 * fitted else (fitted, least)
