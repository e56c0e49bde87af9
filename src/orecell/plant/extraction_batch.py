"""Many solvent-extraction circuits of one shape, solved in one compiled loop.

Isotherms, stages, cations and entrainment are shared; feeds, flows, strengths, saponification and pH vary.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from orecell.errors import InputError
from orecell.plant.extraction import Layout, Packed, pack

if TYPE_CHECKING:
    from orecell.plant.cascade_kernel import Floats


@dataclass(frozen=True)
class Batch:
    """Many circuits of one shape, solved.

    Attributes:
        stages, cations: names of the axes.
        aqueous: (case, stage, cation) [mol/L].
        organic: (case, stage, cation) [mol/L].
        ph: (case, stage).
        is_solved: (case).
    """

    stages: tuple[str, ...]
    cations: tuple[str, ...]
    aqueous: Floats
    organic: Floats
    ph: Floats
    is_solved: Any


def _is_alike(one: Packed, other: Packed) -> bool:
    """Whether two circuits differ only in what a batch may vary."""
    import numpy as np

    a, b = one.circuit.cascade, other.circuit.cascade
    names = ("link", "efficiency", "is_closed", "base", "a_in_o", "o_in_a")
    same = all(np.array_equal(getattr(a, name), getattr(b, name)) for name in names)
    laws = all(np.array_equal(x, y) for x, y in zip(one.laws, other.laws, strict=True))
    return same and laws and one.circuit.dose_volume == other.circuit.dose_volume


def solve_batch(layouts: Sequence[Layout]) -> Batch:
    """Solve many circuits of one shape in compiled code, each from nothing.

    Args:
        layouts: circuits with the same extractant, stages, cations and entrainment; feeds, flows, strengths,
            saponification and pH may differ.

    Raises:
        InputError: they differ in more than that, or there are none.
    """
    import numpy as np

    from orecell.plant.circuit_kernel import Varied, solve_many

    packed = [pack(layout) for layout in layouts]
    if not packed or any((p.cations, p.stages) != (packed[0].cations, packed[0].stages) for p in packed):
        raise InputError("batch", "needs circuits of the same stages and cations", "solve others one by one")
    if any(not _is_alike(packed[0], other) for other in packed[1:]):
        raise InputError("batch", "needs circuits of one extractant, efficiency and entrainment", "split it")
    cascades = [p.circuit.cascade for p in packed]
    varied = Varied(
        *(np.array([getattr(c, name) for c in cascades]) for name in ("organic", "dimers", "saponified")),
        *(np.stack([getattr(c, name) for c in cascades]) for name in ("y_in", "feed", "ph")),
        *(np.stack([getattr(p.circuit, n) for p in packed]) for n in ("water_in", "sulfate_in", "anions_in")),
    )
    count, width = cascades[0].efficiency.shape
    unknowns = np.zeros((len(packed), count, width + 2))
    organic = np.zeros((len(packed), count, width))
    codes = solve_many(packed[0].circuit, packed[0].laws, varied, unknowns, organic)
    ph = np.where(np.isnan(varied.ph), -unknowns[:, :, width + 1] / math.log(10.0), varied.ph)
    return Batch(packed[0].stages, packed[0].cations, np.exp(unknowns[:, :, :width]), organic, ph, codes > 0)
