"""Equilibrium laws of solvent extraction, one per cation, and the extractants they belong to.

Exchange with a dimeric acid (H2A2), conditional constants in mol/L, h = 10^-pH as measured:

    M^z + s1 H2A2 = C1 + z H+   (K1)      M^z + s2 H2A2 = C2 + z H+   (K2, at high loading)
    D = (K1 x^s1 + K2 x^s2) / h^z

Sodium is an ordinary cation, so saponification is organic that enters as NaA, and the limit of loading and
the
plateau of lithium follow without a parameter of their own. Other laws: constant D; a line in pH
log D = (m0 + m1 g) pH + B0 + B1 log10 g with dosage g; points of an isotherm, straight in logarithms. Those
do
not take up extractant, so a loading above what the extractant can hold is reported, not prevented.
Left out: hydrolysis, synergism, kinetics. Sources: the tables `extraction_constants`, `extractants`.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING

from orecell.core.formula import parse_formula
from orecell.data.chemistry import read_chemistry
from orecell.data.chemistry_tables import GRADE_SPREAD
from orecell.errors import InputError

if TYPE_CHECKING:
    from orecell.plant.cascade_kernel import Laws

NEVER = -1e4
"""ln K of a complex that does not exist."""


@dataclass(frozen=True)
class Exchange:
    """Cation exchange with one or two complexes; constants as log10 in mol/L.

    Attributes:
        log_k1, s1: constant and dimers per ion.
        log_k2, s2: the same at high loading; None where there is no such complex.
        spread: standard deviation of log10 K, from the grade.
        note: where the constants come from.
    """

    log_k1: float
    s1: float
    log_k2: float | None = None
    s2: float | None = None
    spread: float = 0.0
    note: str = ""


@dataclass(frozen=True)
class ConstantRatio:
    """A distribution ratio that never changes."""

    d: float


@dataclass(frozen=True)
class PhLine:
    """log10 D = (m0 + m1 g) pH + b0 + b1 log10 g at a dosage g, as published for rare earths."""

    m0: float
    m1: float
    b0: float
    b1: float
    dosage: float


@dataclass(frozen=True)
class Points:
    """An isotherm of points (aqueous, organic) [mol/L], both rising."""

    points: tuple[tuple[float, float], ...]


Law = Exchange | ConstantRatio | PhLine | Points


@dataclass(frozen=True)
class Extractant:
    """An organic extractant and how it takes up each cation.

    Attributes:
        name: id.
        formula: formula of the monomer HA.
        density: [kg/L].
        laws: cation -> law.
        price_usd_per_kg: price of the pure extractant, or None.
    """

    name: str
    formula: str
    density: float
    laws: Mapping[str, Law]
    price_usd_per_kg: float | None = None

    def with_laws(self, laws: Mapping[str, Law]) -> Extractant:
        """The same extractant with other or more laws."""
        return replace(self, laws={**self.laws, **laws})


@lru_cache(maxsize=16)
def shipped_extractant(name: str) -> Extractant:
    """An extractant of the tables of chemistry.

    Raises:
        InputError: it is not in the tables.
    """
    tables = read_chemistry()
    row = tables.row("extractants", extractant=name)
    laws: dict[str, Law] = {
        r["cation"]: Exchange(
            r["log_k1"],
            r["s1"],
            r["log_k2"],
            r["s2"],
            GRADE_SPREAD[r["grade"]],
            f"grade {r['grade']}: {r['source']}",
        )
        for r in tables.rows("extraction_constants", extractant=name)
    }
    return Extractant(name, row["formula"], row["density_kg_per_l"], laws, row["price_usd_per_kg"])


def charge_of(cation: str) -> float:
    """Charge number of a cation; raises InputError for what is none."""
    charge = parse_formula(cation).charge
    if charge is None or charge < 1:
        raise InputError(cation, "is not a cation", "write e.g. Ni+2 or Nd+3")
    return float(charge)


def pack_laws(extractant: Extractant, cations: Sequence[str]) -> Laws:
    """Laws of the cations as arrays (cation) for the compiled solver.

    Raises:
        InputError: a cation has no law.
    """
    import numpy as np

    from orecell.plant.cascade_kernel import Laws

    missing = [cation for cation in cations if cation not in extractant.laws]
    if missing:
        rule = f"has no equilibrium law with {extractant.name}"
        raise InputError(", ".join(missing), rule, "give one under `laws`, or leave the cation out")
    count = len(cations)
    width = max((len(law.points) for law in extractant.laws.values() if isinstance(law, Points)), default=1)
    packed = Laws(
        np.zeros(count, dtype=np.int64),
        np.array([charge_of(cation) for cation in cations]),
        np.full(count, NEVER),
        np.ones(count),
        np.full(count, NEVER),
        np.ones(count),
        np.zeros(count),
        np.zeros(count),
        np.zeros((count, max(width, 2))),
        np.zeros((count, max(width, 2))),
        np.ones(count, dtype=np.int64),
    )
    for j, cation in enumerate(cations):
        _pack(packed, j, extractant.laws[cation])
    return packed


def _pack(packed: Laws, j: int, law: Law) -> None:
    """Write one law into row j."""
    from orecell.plant.cascade_kernel import CONSTANT, EXCHANGE, LN10, PH_LINE, TABLE

    if isinstance(law, Exchange):
        packed.kind[j] = EXCHANGE
        packed.ln_k1[j], packed.s1[j] = law.log_k1 * LN10, law.s1
        if law.log_k2 is not None and law.s2 is not None:
            packed.ln_k2[j], packed.s2[j] = law.log_k2 * LN10, law.s2
    elif isinstance(law, ConstantRatio):
        packed.kind[j], packed.ln_d[j] = CONSTANT, math.log(law.d)
    elif isinstance(law, PhLine):
        packed.kind[j] = PH_LINE
        packed.slope[j] = (law.m0 + law.m1 * law.dosage) * LN10
        packed.ln_d[j] = (law.b0 + law.b1 * math.log10(law.dosage)) * LN10
    else:
        packed.kind[j], packed.points[j] = TABLE, len(law.points)
        for k, (aqueous, organic) in enumerate(law.points):
            packed.table_c[j, k], packed.table_y[j, k] = math.log(aqueous), math.log(organic)
