"""A place in a page that holds one figure in several variants, chosen by at most three selectors."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from orecell.views.figures.figure import Figure

MOST_SELECTORS = 3


@dataclass(frozen=True)
class Selector:
    """One drop-down above a chart.

    Attributes:
        name: id, the same in every slot that follows the same choice.
        label: what the reader sees beside it.
        choices: (value, text) pairs; the first is shown at first.
    """

    name: str
    label: str
    choices: tuple[tuple[str, str], ...]

    @property
    def values(self) -> tuple[str, ...]:
        """The values that can be chosen, in order."""
        return tuple(value for value, _ in self.choices)


@dataclass(frozen=True)
class FigureSlot:
    """A figure with a variant for every combination of its selectors.

    Attributes:
        id: name of the slot, also its anchor.
        selectors: at most three; none for a single figure.
        variants: values of the selectors, in their order -> figure.
    """

    id: str
    selectors: tuple[Selector, ...]
    variants: Mapping[tuple[str, ...], Figure]

    def __post_init__(self) -> None:
        if len(self.selectors) > MOST_SELECTORS:
            raise ValueError(f"slot {self.id}: {len(self.selectors)} selectors, at most {MOST_SELECTORS}")
        expected = set(itertools.product(*(selector.values for selector in self.selectors)))
        if not expected or expected != set(self.variants):
            odd = sorted(expected ^ set(self.variants))
            raise ValueError(f"slot {self.id}: variants and choices differ at {odd[:3]}")

    @property
    def first(self) -> Figure:
        """The variant shown at first."""
        return self.variants[tuple(selector.values[0] for selector in self.selectors)]


def fill_slot(
    slot_id: str, selectors: tuple[Selector, ...], draw: Callable[[Mapping[str, str]], Figure]
) -> FigureSlot:
    """A slot with every variant drawn.

    Args:
        slot_id: name of the slot.
        selectors: what can be chosen.
        draw: from selector name -> value to the figure.

    Returns:
        The filled slot.
    """
    names = [selector.name for selector in selectors]
    combinations = itertools.product(*(selector.values for selector in selectors))
    variants = {values: draw(dict(zip(names, values, strict=True))) for values in combinations}
    return FigureSlot(slot_id, selectors, variants)
