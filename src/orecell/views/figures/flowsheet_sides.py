"""What stands beside the boxes of a flowsheet: feeds and reagents at the left, what leaves at the right."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from orecell.plant.plant_balance import leaving, reagent_tonnes
from orecell.plant.stream_table import StreamRow
from orecell.views.figures.plant_words import own_part, reagent_word, stream_amount
from orecell.views.figures.wording import quantity

if TYPE_CHECKING:
    from orecell.plant.flowsheet import Solution

BOX_PX, LETTER_PX = 168, 6.5
ARROW_PX = (24, 11)
NOTHING = 1e-9
"""Mass of a stream that is not drawn [t/yr]."""


@dataclass(frozen=True)
class Beside:
    """Something that enters or leaves a unit from outside: its name, its amount, what it is."""

    name: str
    amount: str
    kind: str


def inlets_of(solution: Solution, rows: Mapping[str, StreamRow]) -> dict[str, list[Beside]]:
    """Unit -> feeds, then reagents, the largest first."""
    found: dict[str, list[Beside]] = {unit.name: [] for unit in solution.flowsheet.units}
    for feed in solution.flowsheet.feeds:
        row = rows[feed.name]
        if row.used_by:
            found[row.used_by].append(
                Beside(row.name, stream_amount(row.tonnes_per_yr, row.m3_per_h), "feed")
            )
    for unit, reagents in reagent_tonnes(solution).items():
        for name, tonnes in sorted(reagents.items(), key=lambda item: -item[1]):
            if tonnes > NOTHING:
                found[unit].append(Beside(reagent_word(name), quantity(tonnes, "t/yr"), "reagent"))
    return found


def outlets_of(solution: Solution, rows: Mapping[str, StreamRow]) -> dict[str, list[Beside]]:
    """Unit -> products, wastes and other streams that leave the plant from it."""
    found: dict[str, list[Beside]] = {unit.name: [] for unit in solution.flowsheet.units}
    kinds = leaving(solution)
    for kind in ("product", "waste", "other"):
        for name, row in rows.items():
            if kinds.get(name) == kind and row.made_by and row.tonnes_per_yr > NOTHING:
                amount = stream_amount(row.tonnes_per_yr, row.m3_per_h)
                found[row.made_by].append(Beside(own_part(name, row.made_by), amount, kind))
    return found


def reach_of(sides: Sequence[Beside], lines: int) -> float:
    """How far a box reaches to one side with arrows and texts of so many lines."""
    half = 0.5 * BOX_PX + 8.0
    if not sides:
        return half
    names = [len(side.name) for side in sides]
    amounts = [len(side.amount) + (len(side.kind) + 2 if lines > 1 else 1) for side in sides]
    letters = [a + b if lines == 1 else max(a, b) for a, b in zip(names, amounts, strict=True)]
    return half + ARROW_PX[0] + LETTER_PX * max(letters)
