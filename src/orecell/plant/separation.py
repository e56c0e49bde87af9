"""Separating solids from liquor: a cake keeps moisture, washing replaces most of the liquor in it.

    liquor kept by the cake = moisture / (1 - moisture) x dry mass      [kg liquor or wash water]
    wash water = wash ratio x dry mass
    solutes kept = solutes in that liquor x (1 - min(washing, wash water / liquor kept))

The minimum is plug flow: water displaces no more liquor than its own amount. So nothing leaves a filter
without a loss. Left out: compressible cakes, cracks, filtration rate.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pydantic import Field

from orecell.plant.component import WATER, Components
from orecell.plant.unit import Settings

if TYPE_CHECKING:
    from orecell.plant.component import Floats


class CakeSettings(Settings):
    """How a cake is filtered and washed.

    Attributes:
        moisture: water and liquor in the cake [mass fraction of the wet cake].
        washing: share of the solutes of that liquor washed out, if the water suffices.
        wash_ratio: wash water per dry cake [kg/kg].
        fines: share of the solid that passes the filter with the liquor.
    """

    moisture: float = Field(default=0.3, ge=0, le=0.8)
    washing: float = Field(default=0.95, ge=0, le=0.9999)
    wash_ratio: float = Field(default=2.0, ge=0, le=50)
    fines: float = Field(default=0.0, ge=0, le=0.1)


def washed_share(settings: CakeSettings) -> float:
    """Share of the solutes in the liquor of a cake that its wash water takes out."""
    if settings.moisture <= 0.0:
        return settings.washing
    return min(settings.washing, settings.wash_ratio * (1.0 - settings.moisture) / settings.moisture)


def separate(
    components: Components, solid: Floats, liquor: Floats, settings: CakeSettings
) -> tuple[Floats, Floats, Floats]:
    """Filter and wash.

    Args:
        components: of the flowsheet.
        solid: dry solid (component) [kmol/h].
        liquor: aqueous around it (component) [kmol/h].
        settings: how.

    Returns:
        Cake with what it keeps, filtrate with the wash liquor, and the wash water used (component) [kmol/h].
    """
    import numpy as np

    water = components.index[WATER]
    dry = components.mass(solid)
    wet = components.mass(liquor)
    wash = np.zeros_like(liquor)
    if dry <= 0.0 or wet <= 0.0:
        return solid.copy(), liquor.copy(), wash
    wash[water] = settings.wash_ratio * dry / components.molar_mass[water]
    kept = min(settings.moisture / (1.0 - settings.moisture) * dry / wet, 0.9)
    shared = kept * liquor
    solutes = (1.0 - washed_share(settings)) * shared
    moisture = solutes.copy()
    missing = components.mass(shared - solutes)
    moisture[water] += min(
        missing / components.molar_mass[water], 0.95 * (liquor[water] + wash[water]) - solutes[water]
    )
    through = settings.fines * solid
    return solid - through + moisture, liquor + wash + through - moisture, wash
