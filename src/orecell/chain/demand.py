"""Final demand by pack chemistry: segments of a demand case times the chemistry mix of the segment."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from orecell.errors import InputError

if TYPE_CHECKING:
    import numpy as np
    import polars as pl
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]


def mix_of_segment(chemistry_mix: pl.DataFrame, years: Sequence[int], packs: Sequence[str]) -> Floats:
    """Shares of a segment (year, chemistry), linear between the years given and constant beyond them.

    Args:
        chemistry_mix: rows of one demand case and segment.
        years: axis `year`.
        packs: axis `chemistry`, as pack commodities.
    """
    import numpy as np

    points: dict[str, list[tuple[int, float]]] = {}
    for cell, year, value in chemistry_mix.select("commodity", "year", "value").iter_rows():
        points.setdefault(cell.replace("cell_", "pack_"), []).append((year, value))
    shares = np.zeros((len(years), len(packs)))
    for k, pack in enumerate(packs):
        if pack in points:
            at, values = zip(*sorted(points[pack]), strict=True)
            shares[:, k] = np.interp(years, at, values)
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
        countries: countries added up; one without any row demands nothing.
        years: axis `year`.
        packs: axis `chemistry`.

    Raises:
        InputError: a segment has demand in some years but not in all, or no chemistry mix.
    """
    import numpy as np
    import polars as pl

    rows = tables["demand"].filter((pl.col("demand_case") == case) & pl.col("country").is_in(list(countries)))
    gwh: dict[tuple[str, str], dict[int, float]] = {}
    for segment, country, year, value in rows.select("segment", "country", "year", "value").iter_rows():
        gwh.setdefault((segment, country), {})[year] = value
    mixes = (
        tables["chemistry_mix"].filter(pl.col("demand_case") == case).partition_by("segment", as_dict=True)
    )
    total = np.zeros((len(years), len(packs)))
    for (segment, country), by_year in sorted(gwh.items()):
        missing = [year for year in years if year not in by_year]
        if missing:
            shown = f"{case}, {country}, {segment}"
            raise InputError(shown, f"has no demand for {missing[0]}", "add the year to tables/demand.csv")
        if (segment,) not in mixes:
            fix = "add it to tables/chemistry_mix.csv"
            raise InputError(f"{case}, {segment}", "has demand but no chemistry mix", fix)
        shares = mix_of_segment(mixes[(segment,)], years, packs)
        total += np.array([by_year[year] for year in years])[:, None] * shares
    return total
