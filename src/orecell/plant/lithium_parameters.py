"""Default numbers of the lithium units, from the table `lithium_parameters`.

Settings read them when they are made, not at import. Left out: draws from their ranges, which studies do.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache, partial
from typing import TYPE_CHECKING, Any

from pydantic import Field

from orecell.data.chemistry import read_chemistry
from orecell.plant.separation import CakeSettings

if TYPE_CHECKING:
    from orecell.plant.component import Floats

LATENT_KJ_PER_KG = 2257.0
"""Heat of evaporation of water at 100 C [kJ/kg]."""
LIQUOR_KJ_PER_KG_K = 3.8
"""Heat capacity of a salt liquor [kJ/kg/K], between water and 20 % of salt."""


@lru_cache(maxsize=256)
def parameter(name: str) -> float:
    """Value of a parameter of the table.

    Raises:
        InputError: it is not in the table.
    """
    return float(read_chemistry().row("lithium_parameters", parameter=name)["value"])


def default(name: str, **limits: float) -> Any:
    """A field whose default is a parameter of the table; `limits` as of pydantic (ge, gt, le, lt)."""
    return Field(default_factory=partial(parameter, name), **limits)  # type: ignore[call-overload]


def default_count(name: str, **limits: float) -> Any:
    """The same for a whole number from 0."""
    return Field(default_factory=partial(_count, name), ge=0, **limits)  # type: ignore[call-overload]


def _count(name: str) -> int:
    return round(parameter(name))


def default_cake(prefix: str) -> Any:
    """How a cake is filtered, by the parameters `<prefix>_moisture`, `_washing` and `_wash_water`."""
    return Field(default_factory=partial(_cake, prefix))


def _cake(prefix: str) -> CakeSettings:
    named = {"moisture": "moisture", "washing": "washing", "wash_ratio": "wash_water"}
    return CakeSettings.model_validate({key: parameter(f"{prefix}_{end}") for key, end in named.items()})


def bought_only(reagents: Mapping[str, Floats]) -> dict[str, Floats]:
    """Reagents of which something is used."""
    return {name: flows for name, flows in reagents.items() if flows.any()}


def evaporation_kw(kg_per_h: float, economy: float) -> float:
    """Heat to evaporate water [kW] with `economy` kg of water per kg of steam."""
    return kg_per_h * LATENT_KJ_PER_KG / 3600.0 / economy


def warming_kw(kg_per_h: float, degrees: float, recovered: float) -> float:
    """Heat to warm a liquor by some degrees [kW] when a share of it is taken back."""
    return kg_per_h * LIQUOR_KJ_PER_KG_K * max(degrees, 0.0) / 3600.0 * (1.0 - recovered)
