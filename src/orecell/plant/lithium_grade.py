"""What is wrong with a lithium product or its mother liquor, in words.

Products are held against the table `specifications`, liquors against the solubility of sodium sulfate.
Left out: moisture, particle size, magnetic matter.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import TYPE_CHECKING

from orecell.core.elements import atomic_weight
from orecell.data.chemistry import read_chemistry
from orecell.plant.component import WATER, Components
from orecell.plant.crystallization import solubility

if TYPE_CHECKING:
    from orecell.plant.component import Floats


def ppm(components: Components, solid: Floats) -> dict[str, float]:
    """Element -> its mass in a solid [mg/kg]; empty for no solid."""
    mass = components.mass(solid)
    if mass <= 0.0:
        return {}
    amounts = components.element_amounts(solid)
    return {e: 1e6 * amount * atomic_weight(e) / mass for e, amount in amounts.items() if amount > 0.0}


@lru_cache(maxsize=16)
def limits_of(product: str) -> tuple[tuple[str, str, float], ...]:
    """Item, kind (min or max) and limit [mg/kg] of a product of the table of specifications."""
    rows = read_chemistry().rows("specifications", product=product)
    return tuple((row["item"], row["kind"], row["limit"] * 1e4) for row in rows)


def grade_notes(product: str, held: Mapping[str, float], advice: str) -> list[str]:
    """One remark that names every limit of a product that is passed; empty if none is.

    Args:
        product: product in the table of specifications.
        held: element or compound -> its mass [mg/kg].
        advice: what to do about it.
    """
    faults = []
    for item, kind, limit in limits_of(product):
        found = held.get(item, 0.0)
        if kind == "max" and found > limit:
            faults.append(f"{item} {found:.0f} ppm above {limit:.0f}")
        if kind == "min" and item in held and found < limit:
            faults.append(f"{item} {found / 1e4:.2f} % below {limit / 1e4:g}")
    return [f"not of battery grade ({', '.join(faults)}): {advice}"] if faults else []


def sulfate_saturation(components: Components, liquor: Floats, temperature_c: float) -> float:
    """Sodium sulfate in a liquor over what dissolves in pure water at the temperature."""
    water = float(liquor[components.index[WATER]]) * components.molar_mass[components.index[WATER]]
    if water <= 0.0 or not {"Na+", "SO4-2"} <= {*components.names}:
        return 0.0
    sodium, sulfate = float(liquor[components.index["Na+"]]), float(liquor[components.index["SO4-2"]])
    molality = 1000.0 * max(min(sodium / 2.0, sulfate), 0.0) / water
    return float(molality / solubility("Na2SO4", temperature_c))


def saturation_notes(saturation: float, advice: str) -> list[str]:
    """A remark if a mother liquor cannot hold its sodium sulfate."""
    if saturation < 1.0:
        return []
    return [f"mother liquor is saturated with Na2SO4 ({saturation:.2f} times its solubility): {advice}"]
