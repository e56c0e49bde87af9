"""Every kind of unit operation a flowsheet may name."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from types import MappingProxyType

from orecell.plant.unit import Kind


@lru_cache(maxsize=1)
def kinds() -> Mapping[str, Kind]:
    """Name -> kind of unit."""
    from orecell.plant import (
        calcination,
        coprecipitation,
        crystallization,
        extraction_unit,
        graphite,
        impurity,
        leach,
        lithium,
        mixing,
        preparation,
    )

    found = (
        preparation.KIND,
        leach.KIND,
        impurity.CEMENT,
        impurity.NEUTRALIZE,
        extraction_unit.KIND,
        crystallization.EVAPORATE,
        crystallization.CRYSTALLIZE,
        coprecipitation.KIND,
        coprecipitation.STRIP,
        *calcination.KINDS,
        *lithium.KINDS,
        *graphite.KINDS,
        mixing.SPLIT,
        mixing.ADJUST,
        mixing.SOFTEN,
    )
    return MappingProxyType({kind.name: kind for kind in found})
