"""Inventories made from balanced reactions, and mistakes planted in them."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import replace
from typing import NamedTuple

from orecell.core.formula import parse_formula
from orecell.data.inventory import Flow, Process
from orecell.results.inventory_chemistry import HYDRATES, STRENGTHS, hydrated

Side = dict[str, float]
REACTIONS: list[tuple[Side, Side]] = [
    ({"NaOH": 2, "H2SO4": 1}, {"Na2SO4": 1, "H2O": 2}),
    ({"Na2CO3": 1, "H2SO4": 1}, {"Na2SO4": 1, "H2O": 1, "CO2": 1}),
    ({"Li2CO3": 1, "Ca(OH)2": 1, "H2O": 2}, {"LiOH.H2O": 2, "CaCO3": 1}),
    ({"NiSO4.6H2O": 1, "NaOH": 2}, {"Ni(OH)2": 1, "Na2SO4": 1, "H2O": 6}),
    ({"CoSO4.7H2O": 1, "NaOH": 2}, {"Co(OH)2": 1, "Na2SO4": 1, "H2O": 7}),
    ({"MnSO4.H2O": 1, "NaOH": 2}, {"Mn(OH)2": 1, "Na2SO4": 1, "H2O": 1}),
    ({"Ca(OH)2": 1, "H2SO4": 1}, {"CaSO4.2H2O": 1}),
    ({"FePO4.2H2O": 2, "Li2CO3": 1, "C": 1}, {"LiFePO4": 2, "CO2": 1, "CO": 1, "H2O": 4}),
    ({"Cu": 1, "H2SO4": 1, "H2O2": 1, "H2O": 3}, {"CuSO4.5H2O": 1}),
    ({"MgO": 1, "HCl": 2}, {"MgCl2": 1, "H2O": 1}),
]
"""(formula -> moles in, formula -> moles out), balanced by hand."""


class Planted(NamedTuple):
    """A mistake in an inventory: its kind, the row it is in (0 if the row is gone), the substance."""

    flows: list[Flow]
    kind: str
    row: int
    formula: str


def flow(row: int, role: str, formula: str, amount: float, *, unit: str = "kg", name: str = "") -> Flow:
    kg = {"kg": 1.0, "t": 1e3, "g": 1e-3}[unit]
    return Flow(row, name or f"{role} {formula}", role, amount, unit, kg, formula)


def process(flows: list[Flow], *, name: str = "plant") -> Process:
    products = [item for item in flows if item.role in ("product", "feed")]
    return Process(name, tuple(flows), products[0] if products else None)


def balanced_flows(rng: random.Random, reactions: int) -> list[Flow]:
    """Several reactions at random extents, each substance added up on its side."""
    sums: dict[tuple[str, str], float] = {}
    for inputs, outputs in rng.sample(REACTIONS, reactions):
        extent = 10 ** rng.uniform(-0.5, 0.8)
        for role, moles in (("input", inputs), ("output", outputs)):
            for formula, count in moles.items():
                mass = extent * count * parse_formula(formula).molar_mass
                sums[role, formula] = sums.get((role, formula), 0.0) + mass
    return [flow(row, *key, mass) for row, (key, mass) in enumerate(sums.items(), start=2)]


def _replaced(flows: list[Flow], old: Flow, new: Flow) -> list[Flow]:
    return [new if item is old else item for item in flows]


def _slip(rng: random.Random, item: Flow, _: list[Flow]) -> Flow | None:
    return item.scaled(rng.choice([1e3, 1e-3, 100.0, 0.01, 10.0, 0.1]))


def _hydrate(_: random.Random, item: Flow, __: list[Flow]) -> Flow | None:
    for salt, waters in HYDRATES.items():
        if item.formula == hydrated(salt, waters[0]):
            return item.read_as(salt)
    return None


def _swap(_: random.Random, item: Flow, flows: list[Flow]) -> Flow | None:
    for old, new in (("Ni", "Co"), ("Co", "Ni"), ("Mn", "Co"), ("Ni", "Mn")):
        if old in item.masses and any(new in other.masses for other in flows):
            return item.read_as(item.formula.replace(old, new))
    return None


def _dilution(rng: random.Random, item: Flow, _: list[Flow]) -> Flow | None:
    strengths = STRENGTHS.get(item.formula)
    return item.scaled(1.0 / rng.choice(strengths)) if strengths else None


def _basis(_: random.Random, item: Flow, __: list[Flow]) -> Flow | None:
    element = {"Li2CO3": "Li", "Ni(OH)2": "Ni", "Co(OH)2": "Co"}.get(item.formula)
    if item.formula == "LiOH.H2O":  # counted as LCE
        return item.scaled(item.composition["Li"] / parse_formula("Li2CO3").mass_fraction("Li"))
    return item.scaled(item.composition[element]) if element else None


def _side(_: random.Random, item: Flow, __: list[Flow]) -> Flow | None:
    return replace(item, role="output" if item.is_input else "input")


def _over_closed(rng: random.Random, item: Flow, _: list[Flow]) -> Flow | None:
    is_reagent = item.is_input and item.formula in ("H2SO4", "NaOH")
    return item.scaled(rng.uniform(0.3, 0.8)) if is_reagent else None


_ONE_ROW: dict[str, Callable[[random.Random, Flow, list[Flow]], Flow | None]] = {
    "slip": _slip,
    "hydrate": _hydrate,
    "swap": _swap,
    "dilution": _dilution,
    "basis": _basis,
    "side": _side,
    "over_closed": _over_closed,
}
KINDS = (*_ONE_ROW, "exchange", "missing_output")


def plant(rng: random.Random, flows: list[Flow], kind: str) -> Planted | None:
    """The inventory with one mistake in it; None where it has no row for that kind."""
    for item in rng.sample(flows, len(flows)):
        if kind == "missing_output":
            if not item.is_input and item.formula in ("Na2SO4", "CaSO4.2H2O", "CaCO3"):
                return Planted([other for other in flows if other is not item], kind, 0, item.formula)
        elif kind == "exchange":
            other = rng.choice([other for other in flows if other is not item])
            swapped = _replaced(flows, item, replace(item, amount=other.amount))
            swapped = _replaced(swapped, other, replace(other, amount=item.amount))
            return Planted(swapped, kind, item.row, item.formula)
        elif (wrong := _ONE_ROW[kind](rng, item, flows)) is not None:
            return Planted(_replaced(flows, item, wrong), kind, item.row, item.formula)
    return None
