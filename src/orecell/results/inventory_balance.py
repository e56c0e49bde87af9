"""Elements that enter and leave a process of an inventory, and what an open balance may mean.

    residual_e = sum over inputs of mass_e - sum over outputs of mass_e        [kg]

Positive: atoms are lost; negative: atoms are created. An element is closed if the residual is within the
tolerance times the larger of the two sums, because printed amounts are rounded. Otherwise it is

    open      hydrogen and oxygen, which leave and enter as water and air that nobody lists; and carbon
              that is lost while no carbon gas is listed
    unknown   all of it may be in a flow whose atoms the file does not give
    created   or lost: the inventory cannot be right

Left out: nuclear reactions, and electrons.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from orecell.core.elements import ELEMENTS
from orecell.core.tolerances import BALANCE_RELATIVE, SHARE_SUM
from orecell.data.inventory import Flow, Process
from orecell.results.inventory_chemistry import CARBON_GASES, GASES

Totals = Mapping[str, tuple[float, float]]  # element -> (kg in, kg out)
STATUSES = ("created", "lost", "unknown", "open", "closed")


@dataclass(frozen=True)
class ElementBalance:
    """One element of one process, per unit of its product.

    Attributes:
        element: symbol.
        in_kg: mass in all inputs [kg].
        out_kg: mass in all outputs [kg].
        created_kg: what leaves without having entered [kg], else 0.
        lost_kg: what enters and does not leave [kg], else 0.
        fraction_of_input: out_kg / in_kg - 1; None where nothing enters.
        status: one of STATUSES.
        note: what the status rests on, or "".
    """

    element: str
    in_kg: float
    out_kg: float
    created_kg: float
    lost_kg: float
    fraction_of_input: float | None
    status: str
    note: str


@dataclass(frozen=True)
class NotChecked:
    """Mass whose atoms the file does not give.

    Attributes:
        row: line of the file.
        name: of the flow.
        is_input: side.
        mass_kg: mass without known atoms, as booked [kg]; None where the unit is no mass.
        why: reason, in words.
    """

    row: int
    name: str
    is_input: bool
    mass_kg: float | None
    why: str


def totals(flows: Iterable[Flow]) -> dict[str, tuple[float, float]]:
    """Mass of each element in all inputs and in all outputs [kg], by atomic number."""
    sums: dict[str, list[float]] = {}
    for flow in flows:
        for element, mass in flow.masses.items():
            sums.setdefault(element, [0.0, 0.0])[0 if flow.is_input else 1] += mass
    return {element: (sums[element][0], sums[element][1]) for element in ELEMENTS if element in sums}


def is_closed(entered: float, left: float, tolerance: float) -> bool:
    """Whether a balance closes within the rounding of an inventory, and always within that of a computer."""
    return abs(entered - left) <= max(tolerance, BALANCE_RELATIVE) * max(entered, left)


def not_checked(flows: Iterable[Flow]) -> tuple[NotChecked, ...]:
    """Flows without known atoms, and mixtures whose shares do not sum to one."""
    found = []
    for flow in flows:
        named = sum(share for _, share in flow.mixture) if flow.mixture else 1.0
        if not flow.is_known:
            why = "no formula" if flow.mass_kg is not None else f"{flow.unit}, no mass"
            found.append(NotChecked(flow.row, flow.name, flow.is_input, flow.mass_kg, why))
        elif named < 1.0 - SHARE_SUM:
            rest = (flow.mass_kg or 0.0) * (1.0 - named * flow.fraction)
            why = f"{named * flow.fraction:.3g} of its mass is given"
            found.append(NotChecked(flow.row, flow.name, flow.is_input, rest, why))
    return tuple(found)


def balances(process: Process, tolerance: float) -> tuple[ElementBalance, ...]:
    """Every element of a process per unit of its product, the worst first."""
    hidden = not_checked(process.flows)
    found = []
    for element, (entered, left) in totals(process.flows).items():
        status, note = _status(process, element, hidden, (entered, left))
        if is_closed(entered, left, tolerance):
            status, note = "closed", ""
        residual = (entered - left) / process.divisor
        found.append(
            ElementBalance(
                element,
                entered / process.divisor,
                left / process.divisor,
                created_kg=max(0.0, -residual),
                lost_kg=max(0.0, residual),
                fraction_of_input=left / entered - 1.0 if entered else None,
                status=status,
                note=note,
            )
        )
    return tuple(sorted(found, key=_worst_first))


def _worst_first(balance: ElementBalance) -> tuple[int, float, str]:
    return STATUSES.index(balance.status), -max(balance.created_kg, balance.lost_kg), balance.element


def lists_carbon_gas(flows: Iterable[Flow]) -> bool:
    """Whether some output is a gas that carries carbon away."""
    return any(not flow.is_input and flow.formula in CARBON_GASES for flow in flows)


def _status(
    process: Process, element: str, hidden: Iterable[NotChecked], sums: tuple[float, float]
) -> tuple[str, str]:
    """What it means that an element does not close, and why."""
    entered, left = sums
    is_created = left > entered
    if element in GASES:
        return "open", "water and air are seldom listed"
    if element == "C" and not is_created and not lists_carbon_gas(process.flows):
        return "open", "may leave as CO2, which is not listed"
    carriers = [item for item in hidden if item.is_input is is_created and item.mass_kg]
    room = sum(item.mass_kg or 0.0 for item in carriers)
    names = ", ".join(dict.fromkeys(item.name for item in carriers))
    if carriers and room < abs(entered - left):
        return "created" if is_created else "lost", f"more than there is room for in {names}"
    if carriers and not min(entered, left):
        return "unknown", f"may be in {names}"
    return "created" if is_created else "lost", f"unless it is in {names}" if carriers else ""
