"""Requirements: what one GWh of packs of each chemistry needs at each stage, year by year.

A stage's requirement counts what leaves the stage, not what moves inside it (carbonate made into
hydroxide, natural and synthetic graphite blended). Recycling stages are measured against the black
mass that one year's demand would give if all of it were scrapped: a steady-state yardstick.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from orecell.chain.network import Network

if TYPE_CHECKING:
    import numpy as np
    import polars as pl
    from numpy.typing import NDArray

    from orecell.data.book import Book

    Floats = NDArray[np.float64]

RECYCLING_STAGES = ("recycling_preprocessing", "recycling")


@dataclass(frozen=True)
class UnitRequirement:
    """Requirement per GWh of packs.

    Attributes:
        stages: axis `stage`.
        chemistries: axis `chemistry`, as pack commodities.
        years: axis `year`.
        value: (year, stage, chemistry) [stage unit per GWh].
    """

    stages: tuple[str, ...]
    chemistries: tuple[str, ...]
    years: tuple[int, ...]
    value: Floats


def content(measure: str, composition: Mapping[str, float]) -> float:
    """Stage units in one unit of a commodity: its element content, or 1 for mass, energy and area."""
    return composition.get(measure, 0.0) if measure in ("Li", "Ni", "Co", "Mn") else 1.0


def mix_of_years(technology_mix: pl.DataFrame, years: Sequence[int]) -> list[dict[tuple[str, str], float]]:
    """(commodity, recipe) -> share for each year, linear between the years given, constant beyond them."""
    import numpy as np

    points: dict[tuple[str, str], list[tuple[int, float]]] = {}
    for commodity, recipe, year, value in technology_mix.select(
        "commodity", "recipe", "year", "value"
    ).iter_rows():
        points.setdefault((commodity, recipe), []).append((year, value))
    shares: list[dict[tuple[str, str], float]] = [{} for _ in years]
    for key in sorted(points):
        at, values = zip(*sorted(points[key]), strict=True)
        for mix, share in zip(shares, np.interp(years, at, values), strict=True):
            mix[key] = float(share)
    return shares


def unit_requirements(
    book: Book, tables: Mapping[str, pl.DataFrame], years: Sequence[int]
) -> UnitRequirement:
    """Pull one GWh of each pack back through the recipes.

    Args:
        book: commodities and recipes.
        tables: typed tables (stages, commodities, technology_mix).
        years: years wanted.

    Returns:
        The requirement per GWh (year, stage, chemistry).

    Raises:
        InputError: the network has no sensible solution.
    """
    import numpy as np

    names = tuple(sorted(book.commodities))
    network = Network.from_recipes(names, book.recipes)
    packs = tuple(name for name in names if name.startswith("pack_"))
    index = {name: i for i, name in enumerate(names)}
    demand = np.zeros((len(names), len(packs)))
    for k, pack in enumerate(packs):
        demand[index[pack], k] = 1.0
    stages = tables["stages"].sort("order", "stage")["stage"].to_list()
    gather, outside = _stage_matrices(book, tables, network, stages)
    value = np.zeros((len(years), len(stages), len(packs)))
    solved: dict[bytes, Floats] = {}
    for t, mix in enumerate(mix_of_years(tables["technology_mix"], years)):
        shares = network.shares(mix)
        key = shares.tobytes()
        if key not in solved:
            activity = network.solve(demand, shares)
            solved[key] = gather @ (network.gross_use(activity, outside) + demand)
        value[t] = solved[key]
    _add_recycling(value, book, stages, packs)
    return UnitRequirement(tuple(stages), packs, tuple(years), value)


def _stage_matrices(
    book: Book, tables: Mapping[str, pl.DataFrame], network: Network, stages: list[str]
) -> tuple[Floats, NDArray[np.bool_]]:
    """Stage units per unit of commodity (stage, commodity); which recipes use it from outside its stage."""
    import numpy as np

    stage_of = dict(tables["commodities"].select("commodity", "stage").iter_rows())
    measure_of = dict(tables["stages"].select("stage", "measure").iter_rows())
    position = np.array(
        [stages.index(stage_of[c]) if stage_of.get(c) else -1 for c in network.commodities], dtype=np.int64
    )
    outside = position[:, None] != position[network.reference][None, :]
    gather = np.zeros((len(stages), len(network.commodities)))
    for i in np.flatnonzero(position >= 0):
        stage = stages[position[i]]
        composition = book.commodities[network.commodities[i]].composition
        gather[position[i], i] = content(measure_of[stage], composition)
    return gather, outside


def _add_recycling(value: Floats, book: Book, stages: list[str], packs: tuple[str, ...]) -> None:
    """Black mass from scrapping one GWh of cells of each chemistry."""
    for k, pack in enumerate(packs):
        chemistry = pack.removeprefix("pack_")
        recipe = book.recipes.get(f"shred_{chemistry}")
        amount = recipe.outputs.get(f"black_mass_{chemistry}", 0.0) if recipe else 0.0
        for stage in RECYCLING_STAGES:
            if stage in stages:
                value[:, stages.index(stage), k] = amount
