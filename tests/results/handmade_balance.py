"""Balances of a few stages made by hand: what is said per stage, the same in every year."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from orecell.results.coverage import Balance

BASES = ("nameplate", "expected", "qualified")


def balance(
    supply: Mapping[str, Sequence[float]],
    need: Mapping[str, Sequence[float]],
    demand: Sequence[float] = (10.0, 10.0),
    *,
    years: tuple[int, ...] = (2030,),
    **other: Mapping[str, Sequence[float]],
) -> Balance:
    """Supply (nickel, iron, any) and need (nickel, iron) by stage; other bases by name."""
    stages = tuple(need)

    def table(rows: Mapping[str, Sequence[float]]) -> np.ndarray:
        values = np.array([rows[stage] for stage in stages], dtype=float)
        return np.repeat(values[:, :, None], len(years), axis=2)

    supplies = {basis: table({**supply, **other.get(basis, {})}) for basis in BASES}
    wanted = np.repeat(np.array(demand, dtype=float)[:, None], len(years), axis=1)
    return Balance(stages, years, supplies, table(need), wanted)
