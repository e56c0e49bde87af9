"""Rules that need compositions: recipes close, and what is counted by an element contains it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from orecell.core.elements import LEDGER_ELEMENTS
from orecell.data.case_rows import At, column_of, rows_of
from orecell.data.recipe_rules import recipes_by_name
from orecell.errors import Fault

if TYPE_CHECKING:
    from orecell.data.book import Book
    from orecell.data.package import Case


def chemistry_is_sound(case: Case) -> Iterator[Fault]:
    """Every recipe balances every element to 1e-9 of its throughput; contents are where they are named."""
    from orecell.data.book import read_book

    book, faults = read_book(case.tables)
    yield from faults
    if not faults:
        yield from _counted_elements(case, book)
        yield from _treated_elements(case, book)
        yield from _priced_elements(case, book)


def _counted_elements(case: Case, book: Book) -> Iterator[Fault]:
    """A stage that adds up an element has commodities and facilities with that element."""
    measures = column_of(case, "stages", "stage", "measure")
    counted = [
        ("commodities", row, name, stage)
        for row, name, stage in rows_of(case, "commodities", "commodity", "stage")
        if stage is not None
    ]
    counted += [
        ("facilities", row, name, stage)
        for row, name, stage, is_counted in rows_of(case, "facilities", "commodity", "stage", "is_counted")
        if is_counted
    ]
    for table, row, name, stage in counted:
        element = measures[stage]
        if element in LEDGER_ELEMENTS and book.commodities[name].composition.get(element, 0.0) <= 0:
            rule = f"stage {stage} adds up {element}, of which {name} has none"
            column = "stage" if table == "commodities" else "commodity"
            value = stage if table == "commodities" else name
            yield At(table, row, column).fault(value, rule, "correct the stage or the composition")


def _treated_elements(case: Case, book: Book) -> Iterator[Fault]:
    """A treatment gives elements that its feed contains."""
    recipes = recipes_by_name(case)
    columns = ("recipe", "role", "element")
    for row, recipe, role, element in rows_of(case, "recipe_flows", *columns):
        feed = recipes[recipe][0]
        if role == "product" and book.commodities[feed].composition.get(element, 0.0) <= 0:
            rule = f"{feed} contains no {element}"
            yield At("recipe_flows", row, "element").fault(
                element, rule, "correct the element, or delete the row"
            )


def _priced_elements(case: Case, book: Book) -> Iterator[Fault]:
    """A price per tonne of an element is of a commodity that contains it."""
    for row, commodity, unit in rows_of(case, "prices", "commodity", "unit"):
        element = unit.removeprefix("t ")
        if element in LEDGER_ELEMENTS and book.commodities[commodity].composition.get(element, 0.0) <= 0:
            rule = f"{commodity} contains no {element}"
            yield At("prices", row, "unit").fault(unit, rule, "correct the unit or the commodity")
