"""Final demand by pack chemistry: segments of a demand case times the chemistry mix of the segment."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    import polars as pl
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]


def mix_of_segment(chemistry_mix: pl.DataFrame, years: Sequence[int], packs: Sequence[str]) -> Floats:
    """Shares of a segment (year, chemistry), linear between the years given.

    Args:
        chemistry_mix: rows of one demand case and segment.
        years: axis `year`.
        packs: axis `chemistry`, as pack commodities.
    """
    import numpy as np

    shares = np.zeros((len(years), len(packs)))
    for k, pack in enumerate(packs):
        rows = chemistry_mix.filter(chemistry_mix["commodity"] == pack.replace("pack_", "cell_")).sort("year")
        if not rows.is_empty():
            shares[:, k] = np.interp(years, rows["year"].to_numpy(), rows["value"].to_numpy())
    return shares


def demand_by_chemistry(
    tables: Mapping[str, pl.DataFrame],
    case: str,
    countries: Sequence[str],
    years: Sequence[int],
    packs: Sequence[str],
) -> Floats:
    """Demand of a set of countries (year, chemistry) [GWh].

    Args:
        tables: typed tables (demand, chemistry_mix).
        case: demand case.
        countries: countries added up.
        years: axis `year`.
        packs: axis `chemistry`.
    """
    import numpy as np
    import polars as pl

    rows = tables["demand"].filter((pl.col("demand_case") == case) & pl.col("country").is_in(list(countries)))
    mixes = tables["chemistry_mix"].filter(pl.col("demand_case") == case)
    total = np.zeros((len(years), len(packs)))
    for segment in sorted(set(rows["segment"])):
        by_year = dict(
            rows.filter(pl.col("segment") == segment).group_by("year").agg(pl.col("value").sum()).iter_rows()
        )
        gwh = np.array([by_year.get(year, 0.0) for year in years])
        total += gwh[:, None] * mix_of_segment(mixes.filter(pl.col("segment") == segment), years, packs)
    return total
