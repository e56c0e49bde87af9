"""What the dry unit operations share: parameters from the table, masses and shares of solids, burning in air.

    CcHhOoFfSsNn + (c + s + (h - f)/4 - o/2) O2 = c CO2 + s SO2 + f HF + (h - f)/2 H2O + n/2 N2

Left out: CO and soot of incomplete burning, heat of combustion.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache, partial
from typing import TYPE_CHECKING, Any

from pydantic import Field

from orecell.core.formula import parse_formula
from orecell.data.chemistry import read_chemistry
from orecell.plant.component import WATER
from orecell.plant.unit import reagent

if TYPE_CHECKING:
    from orecell.plant.component import Components, Floats

BURNT = ("O2", "N2", "CO2", "SO2")
"""Gases that burning in air may need or make, besides water vapor and HF."""
FUEL_ELEMENTS = frozenset({"C", "H", "O", "F", "S", "N"})
KJ_PER_KWH = 3600.0


@lru_cache(maxsize=256)
def parameter(unit: str, name: str) -> float:
    """A number of the table of parameters of solids; raises InputError if it is not there."""
    return float(read_chemistry().row("solid_parameters", unit=unit, parameter=name)["value"])


def from_table(
    unit: str,
    name: str,
    *,
    gt: float | None = None,
    ge: float | None = None,
    lt: float | None = None,
    le: float | None = None,
) -> Any:
    """A field of settings whose default is a number of the table, within limits as for a pydantic field."""
    return Field(default_factory=partial(parameter, unit, name), gt=gt, ge=ge, lt=lt, le=le)


def ratio(part: float, whole: float) -> float:
    """Part of a whole; 0 of nothing."""
    return part / whole if whole > 0.0 else 0.0


def share_of(components: Components, flows: Floats, name: str) -> float:
    """Mass fraction of a component in a solid; 0 where nothing flows."""
    i = components.index[name]
    return ratio(float(flows[i] * components.molar_mass[i]), components.mass(flows))


def step_detail(
    components: Components, given: Floats, product: Floats, added: Floats | None = None
) -> dict[str, float]:
    """Figures of a step on graphite.

    Args:
        components: of the flowsheet.
        given: feed (component) [kmol/h].
        product: product (component) [kmol/h].
        added: carbon from elsewhere (component) [kmol/h].

    Returns:
        Carbon in the product, share of all carbon that is in it, feed per product.
    """
    carbon = components.index["C"]
    entered = float(given[carbon]) + (0.0 if added is None else float(added[carbon]))
    return {
        "carbon_fraction": share_of(components, product, "C"),
        "carbon_recovery_fraction": ratio(float(product[carbon]), entered),
        "feed_t_per_t": ratio(components.mass(given), components.mass(product)),
    }


def fed(name: str, components: Components, kg: float) -> Floats:
    """Flows of a reagent (component) [kmol/h] for a mass of the pure reagent [kg/h], with its water."""
    bought = reagent(name)
    return bought.flows(components, kg / bought.molar_mass)


def air(components: Components, oxygen: float) -> Floats:
    """Flows of dry air (component) [kmol/h] that bring an amount of oxygen [kmol/h]."""
    return reagent("air").flows(components, oxygen / reagent("air").brings["O2"])


def is_fuel(name: str) -> bool:
    """Whether a formula burns to gases of which account is kept."""
    atoms = set(parse_formula(name).atoms)
    return "C" in atoms and atoms <= FUEL_ELEMENTS


def oxygen_need(name: str) -> float:
    """Moles of O2 that burn one mole of a formula, with carbon to CO2, sulfur to SO2 and fluorine to HF."""
    atoms = parse_formula(name).atoms
    hydrogen = atoms.get("H", 0.0) - atoms.get("F", 0.0)
    return atoms.get("C", 0.0) + atoms.get("S", 0.0) + hydrogen / 4.0 - atoms.get("O", 0.0) / 2.0


def burnt(components: Components, fuel: Mapping[str, float], excess: float) -> tuple[Floats, Floats]:
    """Burn in air.

    Args:
        components: of the flowsheet.
        fuel: formula -> amount [kmol/h].
        excess: air over what is needed, at least 1.

    Returns:
        Air and off-gas (component) [kmol/h].
    """
    need = sum(amount * oxygen_need(name) for name, amount in fuel.items())
    blown = air(components, excess * max(need, 0.0))
    gas = blown.copy()
    gas[components.index["O2"]] -= need
    for name, amount in fuel.items():
        atoms = parse_formula(name).atoms
        hydrogen = atoms.get("H", 0.0) - atoms.get("F", 0.0)
        made = {"CO2": atoms.get("C", 0.0), "SO2": atoms.get("S", 0.0), "HF": atoms.get("F", 0.0)}
        made |= {WATER: hydrogen / 2.0, "N2": atoms.get("N", 0.0) / 2.0}
        gas += components.vector({product: count * amount for product, count in made.items() if count})
    return blown, gas
