"""What a product of a plant holds of each element that its specification limits.

    element, or sum as Ni+Co+Mn: its mass over the mass of the product
    compound, as Li2CO3: mass of the compound that its main element makes, less the part of that element
                         which other compounds of the product hold, over the mass of the product

Crystal water does not make a compound another one: LiOH*H2O counts as LiOH. The product is the stream as it
leaves the plant. An element that no component of the plant holds is not judged, for nothing was said of it.
Left out: moisture of what is sold, particle size, magnetic matter.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from orecell.core.elements import ELEMENTS, atomic_weight
from orecell.core.formula import parse_formula
from orecell.data.chemistry import read_chemistry
from orecell.errors import InputError

if TYPE_CHECKING:
    from orecell.plant.component import Components
    from orecell.plant.flowsheet import Product, Solution
    from orecell.plant.stream import Stream

SIDE_ELEMENTS = ("H", "O", "C", "N", "S")
"""Elements that are never the main one of a compound with others."""
SAME = 1e-9
UNKNOWN = "not judged: nothing that enters the plant as described holds it"


@dataclass(frozen=True)
class PurityRow:
    """One limit of a specification and what was found.

    Attributes:
        item: element, sum of elements, or compound.
        kind: `min` or `max`.
        limit_percent: limit [mass %].
        found_percent: what the product holds [mass %], or None where the plant knows nothing of it.
        passes: whether the limit is kept, or None where nothing was found.
        grade: how far the limit can be trusted, A to D.
        note: what a reader should know.
    """

    item: str
    kind: str
    limit_percent: float
    found_percent: float | None
    passes: bool | None
    grade: str
    note: str

    @property
    def limit_ppm(self) -> float:
        """Limit [mg/kg]."""
        return self.limit_percent * 1e4

    @property
    def found_ppm(self) -> float | None:
        """What was found [mg/kg]."""
        return None if self.found_percent is None else self.found_percent * 1e4


def purity(solution: Solution, product: Product) -> list[PurityRow]:
    """A product against its specification, in the order of the table.

    Args:
        solution: solved flowsheet.
        product: one of its products; without a specification there is nothing to hold it against.

    Raises:
        InputError: the table has no such specification, or the product is not made.
    """
    if not product.specification:
        return []
    rows = read_chemistry().rows("specifications", product=product.specification)
    if not rows:
        raise InputError(product.specification, "is not in the table of specifications", "correct it")
    stream = solution.streams[product.stream]
    if stream.mass(solution.components) <= 0.0:
        raise InputError(product.stream, "is a product that is not made", "change what feeds it")
    return [_judged(row, *_found(solution.components, stream, row["item"])) for row in rows]


def failing(rows: Iterable[PurityRow]) -> list[PurityRow]:
    """Rows whose limit is not kept."""
    return [row for row in rows if row.passes is False]


def _judged(row: Mapping[str, object], found: float | None, note: str) -> PurityRow:
    """A row of the specification with what was found."""
    kind, limit = str(row["kind"]), float(str(row["limit"]))
    passes = None if found is None else (found <= limit if kind == "max" else found >= limit)
    said = str(row["note"] or "")
    return PurityRow(
        str(row["item"]), kind, limit, found, passes, str(row["grade"]), "; ".join(filter(None, (said, note)))
    )


def _found(components: Components, stream: Stream, item: str) -> tuple[float | None, str]:
    """What a stream holds of an item [mass %], and how it was counted."""
    parts = item.split("+")
    if all(part in ELEMENTS for part in parts):
        if not any(part in components.elements for part in parts):
            return None, UNKNOWN
        amounts = components.element_amounts(stream.flows)
        kilograms = sum(amounts.get(part, 0.0) * atomic_weight(part) for part in parts)
        return 100.0 * kilograms / stream.mass(components), ""
    return _assay(components, stream, item)


def _assay(components: Components, stream: Stream, compound: str) -> tuple[float | None, str]:
    """Share of a compound by its main element [mass %]."""
    formula = parse_formula(compound)
    main = main_element(compound)
    if main not in components.elements:
        return None, UNKNOWN
    held = components.element_row(main) * stream.flows
    others = sum(
        float(amount)
        for name, amount in zip(components.names, held, strict=True)
        if amount and not is_hydrate_of(name, compound)
    )
    kmol = (float(held.sum()) - others) / formula.atoms[main]
    note = f"all {main} counted as {compound}, less what other compounds of the product hold of it"
    return 100.0 * kmol * formula.molar_mass / stream.mass(components), note


def main_element(compound: str) -> str:
    """The element by which a compound is assayed: the heaviest share that is not H, O, C, N or S.

    Raises:
        InputError: it has none.
    """
    shares = parse_formula(compound).mass_fractions()
    named = {element: share for element, share in shares.items() if element not in SIDE_ELEMENTS}
    if not named:
        raise InputError(compound, "has no element to assay it by", "limit an element instead")
    return max(named, key=lambda element: named[element])


def is_hydrate_of(formula: str, compound: str) -> bool:
    """Whether a formula is the compound, with or without crystal water."""
    atoms, wanted = dict(parse_formula(formula).atoms), parse_formula(compound).atoms
    main = main_element(compound)
    if parse_formula(formula).charge or main not in atoms:
        return False
    times = atoms[main] / wanted[main]
    rest = {e: atoms.get(e, 0.0) - times * wanted.get(e, 0.0) for e in {*atoms, *wanted}}
    water = rest.pop("H", 0.0) / 2.0
    is_water = water >= -SAME and abs(rest.pop("O", 0.0) - water) <= SAME
    return is_water and all(abs(count) <= SAME for count in rest.values())
