"""Elemental audit of an inventory: do atoms appear or vanish, how much product do the inputs allow, and why.

    supported product = min over elements e of the product of (mass of e in all inputs)
                                                            / (mass of e in one unit of product)
    yield             = product booked / supported product

The limit is an upper one: what other outputs need of the same element is not taken off. Elements of
which no listed input holds any are named apart. Balance and its words: `inventory_balance`; suspected
causes: `inventory_causes`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from orecell.core.wording import listed
from orecell.data.inventory import Flow, Inventory, Process
from orecell.results.inventory_balance import (
    ElementBalance,
    NotChecked,
    balances,
    is_closed,
    not_checked,
    totals,
)
from orecell.results.inventory_causes import Cause, find_causes
from orecell.results.inventory_chemistry import GASES

TOLERANCE = 0.01
"""Share of what flows of an element below which its balance counts as closed: printed amounts are rounded."""

MANY = 9.0
"""Excess over what enters from which a multiple reads better than a percentage."""


@dataclass(frozen=True)
class Support:
    """How much product the inputs allow.

    Attributes:
        element: the limiting one.
        amount: product that it allows, per unit of product booked.
        yield_fraction: product booked / product allowed; above 1 it cannot be.
    """

    element: str
    amount: float
    yield_fraction: float


@dataclass(frozen=True)
class ProcessAudit:
    """What the audit of one process found.

    Attributes:
        process: name.
        basis: what amounts are per, in words.
        is_closed: whether no element is created or lost.
        sentence: the finding.
        elements: balance of each element, the worst first.
        support: product that the inputs allow; None where it cannot be told.
        support_note: the same in words, or why it cannot be told.
        causes: suspected causes, the best explained first.
        unexplained: elements created or lost for which no cause has evidence.
        not_checked: flows whose atoms the file does not give.
    """

    process: str
    basis: str
    is_closed: bool
    sentence: str
    elements: tuple[ElementBalance, ...]
    support: Support | None
    support_note: str
    causes: tuple[Cause, ...]
    unexplained: tuple[str, ...]
    not_checked: tuple[NotChecked, ...]


@dataclass(frozen=True)
class Audit:
    """What the audit of a file found.

    Attributes:
        file: its name.
        sentence: the finding over all processes.
        tolerance: share of what flows within which an element counts as closed.
        processes: in the order of the file.
        notes: what a reader must know of how the file was read.
    """

    file: str
    sentence: str
    tolerance: float
    processes: tuple[ProcessAudit, ...]
    notes: tuple[str, ...]


def audit(inventory: Inventory, tolerance: float = TOLERANCE) -> Audit:
    """Audit every process of an inventory.

    Args:
        inventory: as read from a file.
        tolerance: share of what flows of an element within which it counts as closed.
    """
    processes = tuple(audit_process(process, tolerance) for process in inventory.processes)
    return Audit(inventory.file, _finding(processes), tolerance, processes, inventory.notes)


def audit_process(process: Process, tolerance: float = TOLERANCE) -> ProcessAudit:
    """Audit one process; `tolerance` as in `audit`."""
    elements = balances(process, tolerance)
    causes = find_causes(process, elements, tolerance)
    wrong = [balance for balance in elements if balance.status in ("created", "lost")]
    explained = {element for cause in causes if cause.evidence for element in cause.closes}
    support, note = _support(process)
    return ProcessAudit(
        process.name,
        process.basis,
        not wrong,
        _sentence(process, elements),
        elements,
        support,
        note,
        causes,
        tuple(balance.element for balance in wrong if balance.element not in explained),
        not_checked(process.flows),
    )


def _finding(processes: Sequence[ProcessAudit]) -> str:
    """The finding over all processes; that of the only one where there is one."""
    if len(processes) == 1:
        return processes[0].sentence
    wrong = [process.process for process in processes if not process.is_closed]
    if not wrong:
        return f"Atoms balance in all {len(processes)} processes, as far as they can be checked."
    return f"Atoms do not balance in {len(wrong)} of {len(processes)} processes: {listed(wrong, 5)}."


def _sentence(process: Process, elements: Iterable[ElementBalance]) -> str:
    """What appears and what vanishes in a process."""
    by_status: dict[str, list[ElementBalance]] = {}
    for balance in elements:
        by_status.setdefault(balance.status, []).append(balance)
    told = []
    verbs = (("created", "appears from nowhere", "appear from nowhere"), ("lost", "vanishes", "vanish"))
    for status, one, several in verbs:
        names = [_told(balance) for balance in by_status.get(status, [])]
        told.extend([f"{listed(names, 3)} {one if len(names) == 1 else several}"] if names else [])
    if told:
        return f"Atoms do not balance in {process.name}: {'; '.join(told)} ({process.basis})."
    checked = [balance.element for balance in by_status.get("closed", [])]
    if not checked:
        return f"Nothing could be checked in {process.name}: no element has both sides known."
    return f"Atoms balance in {process.name}: {listed(checked, 12)} close, as far as they can be checked."


def _told(balance: ElementBalance) -> str:
    """`3.2 kg Ni (12 % of what enters)`."""
    mass = max(balance.created_kg, balance.lost_kg)
    share = balance.fraction_of_input
    of_input = "no input has any" if share is None else f"{abs(share) * 100:,.3g} % of what enters"
    if share is not None and share >= MANY:
        of_input = f"{share + 1.0:,.3g} times what enters leaves"
    return f"{mass:,.4g} kg {balance.element} ({of_input})"


def _support(process: Process) -> tuple[Support | None, str]:
    """How much product the inputs allow, and that in words."""
    product = process.reference
    if product is None or product.is_input or not product.is_known:
        why = "has no formula" if product and not product.is_input else ""
        return None, f"{product.name} {why}, so the yield is not known." if product and why else ""
    sums = totals(process.flows)
    wanted = {e: mass for e, mass in product.masses.items() if e not in GASES and mass > 0.0}
    ratios = {e: sums[e][0] / mass for e, mass in wanted.items() if sums[e][0] > 0.0}
    absent = [element for element in wanted if element not in ratios]
    nowhere = f" No listed input holds {listed(absent)}." if absent else ""
    if not ratios:
        return None, f"What {product.name} may be made from is not listed.{nowhere}"
    element = min(ratios, key=lambda e: (ratios[e], e))
    ratio = ratios[element]
    made = ratio * product.amount
    words = f"The inputs allow {made:,.4g} {product.unit} of {product.name}, limited by {element}"
    booked = f"{product.amount:,.4g} {product.unit} is booked, a yield of {100 / ratio:.4g} %"
    verdict = ", which cannot be" if _is_too_much(product, sums[element][0], element) else ""
    return Support(element, ratio, 1.0 / ratio), f"{words}; {booked}{verdict}.{nowhere}"


def _is_too_much(product: Flow, entered: float, element: str) -> bool:
    """Whether the product alone holds more of an element than all inputs bring."""
    left = product.masses[element]
    return left > entered and not is_closed(entered, left, TOLERANCE)
