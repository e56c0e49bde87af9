"""Suspected causes of an open balance: each is tried by computing the balance again, and ranked.

A cause is named only if, with the mistake undone,

    every open element that it touches closes, or at least falls both in kg and against what flows, and
    no closed element opens, and
    one open element closes and falls by 90 % or more (or, for hydrates and strengths, the gap halves).

Evidence is the number of elements that close, plus one if hydrogen and oxygen both do, less the numbers
chosen to fit: a single by-product for a single element always fits and proves nothing. Ranking: evidence,
then how exactly the elements close, then how many. Elements whose whole amount may be in an unchecked
flow say nothing either way, and carbon may be lost as gas where no gas is listed. Left out: two
different mistakes in the same element.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from orecell.data.inventory import Process
from orecell.results.inventory_balance import ElementBalance, Totals, is_closed, lists_carbon_gas, totals
from orecell.results.inventory_changes import Change, Gaps, changes
from orecell.results.inventory_chemistry import GASES

FALL_TO_CLOSE = 0.9
FALL_TO_NARROW = 0.5
MOST_CAUSES = 12
MOST_NARROWING = 2
NEAR, NEARER = 0.02, 1e-6
"""Share of a gap that is left, below which an element closes less by coincidence."""

_ROUNDING = 1e-12
_KINDS = ("swap", "hydrate", "dilution", "slip", "basis", "exchange", "side")
_FITTED_KINDS = ("over_closed", "missing_output", "missing_input", "amount")


@dataclass(frozen=True)
class Effect:
    """Residual of one element, inputs minus outputs per unit of product, before and after [kg]."""

    element: str
    before_kg: float
    after_kg: float
    is_closed: bool


@dataclass(frozen=True)
class Cause:
    """A mistake that would explain an open balance.

    Attributes:
        kind: as in Change.
        sentence: the mistake in words.
        rows: lines of the file that it is about.
        effects: what undoing it does to the open elements that it touches.
        closes: elements that close.
        fall_fraction: share of the residuals of those elements that vanishes; of all, where none closes.
        evidence: elements that close less numbers chosen to fit; 0 proves nothing.
    """

    kind: str
    sentence: str
    rows: tuple[int, ...]
    effects: tuple[Effect, ...]
    closes: tuple[str, ...]
    fall_fraction: float
    evidence: int


class _Setting(NamedTuple):
    """What a change is judged by: sums as booked, open elements, elements that say nothing."""

    process: Process
    booked: Totals
    open: frozenset[str]
    silent: frozenset[str]
    may_lose_carbon: bool
    tolerance: float


class _Judged(NamedTuple):
    """A change that holds, with what it is ranked by."""

    change: Change
    effects: tuple[Effect, ...]
    closes: tuple[str, ...]
    evidence: int
    fall: float
    distance: float

    @property
    def rows(self) -> tuple[int, ...]:
        """Lines of the file that it is about."""
        return tuple(flow.row for flow in self.change.removed)

    @property
    def subject(self) -> object:
        """What it says something about: one mistake of a row, or one way to fill a gap."""
        if self.evidence:
            return self.change.kind, self.rows or self.change.sentence
        return self.closes or self.rows

    @property
    def rank(self) -> tuple[object, ...]:
        """Evidence first, then exactness, number of elements, and what is the more usual mistake."""
        coarse = sum(self.distance > limit for limit in (NEARER, NEAR))
        kind = (*_KINDS, *_FITTED_KINDS).index(self.change.kind)
        closing = (not self.closes, -self.evidence, coarse, -len(self.closes))
        return *closing, kind, self.change.size, -self.fall, self.change.sentence


def find_causes(process: Process, elements: Iterable[ElementBalance], tolerance: float) -> tuple[Cause, ...]:
    """Mistakes that, undone, close the balance of a process better; the best explained first."""
    status = {balance.element: balance.status for balance in elements}
    silent = frozenset(e for e, word in status.items() if word == "unknown")
    unclosed = frozenset(e for e, word in status.items() if word != "closed") - silent
    if not unclosed:
        return ()
    booked = totals(process.flows)
    may_lose_carbon = not lists_carbon_gas(process.flows)
    setting = _Setting(process, booked, unclosed, silent, may_lose_carbon, tolerance)
    gaps = Gaps(
        {e: booked[e][0] - booked[e][1] for e in sorted(unclosed)},
        {e: max(booked[e]) for e in unclosed},
        frozenset(e for e in unclosed if status[e] == "open"),
    )
    judged = (_judge(change, setting) for change in changes(process, gaps))
    return tuple(_cause(item, setting) for item in _chosen([item for item in judged if item]))


def _judge(change: Change, setting: _Setting) -> _Judged | None:
    """The change with its effects, or None where it does not close the balance better."""
    after = _after(change, setting.booked)
    effects = _effects(after, change, setting)
    if effects is None or _is_removal(change, after, setting):
        return None
    closed = [effect for effect in effects if effect.is_closed and _fall([effect]) >= FALL_TO_CLOSE]
    gases = _closed_gases(after, setting)
    evidence = len(closed) + bool(gases) - change.fitted
    closed += gases
    fall = _fall(closed or effects)
    if not closed and not (change.may_narrow and fall >= FALL_TO_NARROW):
        return None
    distance = max((abs(e.after_kg / e.before_kg) for e in closed), default=1.0)
    closes = tuple(effect.element for effect in closed)
    return _Judged(change, (*effects, *gases), closes, max(0, evidence) if closed else 0, fall, distance)


def _is_removal(change: Change, after: Totals, setting: _Setting) -> bool:
    """Whether a slip leaves nothing to speak of, so that any larger factor would fit as well."""
    if change.kind != "slip":
        return False
    left = {e: sum(flow.masses.get(e, 0.0) for flow in change.added) for e in after.keys() - GASES}
    return all(mass <= setting.tolerance * max(after[e]) for e, mass in left.items())


def _after(change: Change, booked: Totals) -> dict[str, tuple[float, float]]:
    """Sums in and out of the elements that a change touches [kg]."""
    sums: dict[str, list[float]] = {}
    for sign, flows in ((-1.0, change.removed), (1.0, change.added)):
        for flow in flows:
            for element, mass in flow.masses.items():
                pair = sums.setdefault(element, list(booked.get(element, (0.0, 0.0))))
                pair[0 if flow.is_input else 1] += sign * mass
    return {
        element: (max(0.0, pair[0]), max(0.0, pair[1]))
        for element, pair in sums.items()
        if not _is_same(pair, booked.get(element, (0.0, 0.0)))
    }


def _is_same(pair: Sequence[float], other: Sequence[float]) -> bool:
    return all(abs(a - b) <= _ROUNDING * max(a, b) for a, b in zip(pair, other, strict=True))


def _effects(after: Totals, change: Change, setting: _Setting) -> tuple[Effect, ...] | None:
    """What a change does to the open elements; None where it makes one worse or opens a closed one."""
    found = []
    for element in sorted(after.keys() - GASES - setting.silent):
        old = setting.booked.get(element, (0.0, 0.0))
        new = after[element]
        is_shut = is_closed(*new, setting.tolerance)
        is_loss = old[0] > old[1] if is_shut else new[0] > new[1]
        if is_loss and _may_be_gas(element, change, setting):
            continue
        if element in setting.open and (is_shut or _is_better(old, new)):
            found.append(Effect(element, old[0] - old[1], new[0] - new[1], is_shut))
        elif not is_shut:
            return None
    return tuple(found)


def _may_be_gas(element: str, change: Change, setting: _Setting) -> bool:
    """Whether a loss of the element says nothing, because carbon gases are not listed."""
    return element == "C" and setting.may_lose_carbon and change.kind != "missing_output"


def _is_better(old: tuple[float, float], new: tuple[float, float]) -> bool:
    """Whether a gap falls both in kg and against what flows."""
    gap, was = abs(new[0] - new[1]), abs(old[0] - old[1])
    return gap < was and gap * max(old) < was * max(new)


def _closed_gases(after: Totals, setting: _Setting) -> list[Effect]:
    """Hydrogen and oxygen, where both were open and both close: one alone may be chance."""
    if not setting.open >= GASES or not after.keys() >= GASES:
        return []
    found = []
    for element in sorted(GASES):
        old, new = setting.booked[element], after[element]
        found.append(Effect(element, old[0] - old[1], new[0] - new[1], is_closed(*new, setting.tolerance)))
    return found if all(e.is_closed and _fall([e]) >= FALL_TO_CLOSE for e in found) else []


def _fall(effects: Sequence[Effect]) -> float:
    """Share of the residuals that vanishes."""
    before = sum(abs(effect.before_kg) for effect in effects)
    return 1.0 - sum(abs(effect.after_kg) for effect in effects) / before if before else 0.0


def _chosen(judged: Sequence[_Judged]) -> list[_Judged]:
    """The best, without what proves nothing where something better explains the same elements."""
    found: list[_Judged] = []
    explained: set[str] = set()
    seen: set[object] = set()
    for item in sorted(judged, key=lambda item: item.rank):
        narrowing = sum(not other.closes for other in found)
        is_one_too_many = not item.closes and narrowing >= MOST_NARROWING
        if item.subject in seen or is_one_too_many or _is_idle(item, found, explained):
            continue
        seen.add(item.subject)
        found.append(item)
        if item.evidence > 1:
            explained.update(item.closes)
    return found[:MOST_CAUSES]


def _is_idle(item: _Judged, better: Sequence[_Judged], explained: set[str]) -> bool:
    """Whether a cause adds nothing to those ranked before it."""
    kind = item.change.kind
    if not item.evidence and kind in ("amount", "exchange"):
        return True
    if not item.evidence and {effect.element for effect in item.effects} <= explained:
        return True
    return kind == "amount" and any(item.rows == other.rows for other in better)


def _cause(item: _Judged, setting: _Setting) -> Cause:
    """The cause as it is told, with residuals from the whole balance computed again."""
    change, process = item.change, setting.process
    kept = [flow for flow in process.flows if not any(flow is gone for gone in change.removed)]
    sums = totals([*kept, *change.added])
    effects = []
    for effect in item.effects:
        entered, left = sums.get(effect.element, (0.0, 0.0))
        before, after = effect.before_kg / process.divisor, (entered - left) / process.divisor
        effects.append(Effect(effect.element, before, after, is_closed(entered, left, setting.tolerance)))
    return Cause(
        change.kind, change.sentence, item.rows, tuple(effects), item.closes, item.fall, item.evidence
    )
