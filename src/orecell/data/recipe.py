"""Recipes: what making or treating one unit of a commodity takes and gives, balanced by element.

For every ledger element e and one unit of the reference commodity

    inputs_e - outputs_e - losses_e = 0        (to 1e-9 of the throughput of e)

Four ways to make one:

* `from_stoichiometry`: a reaction with moles per mole of product; carriers with a yield y are fed
  1/y and lose the rest. Mixtures carry the element named; what else they bring must go somewhere.
* `from_ingredients`: an assembly (cell, pack, electrolyte) whose composition is its ingredients.
* `from_splits`: a physical separation of a feed, element by element.
* `from_recovery`: a feed whose elements are recovered into products of known formula.

Left out: water, oxygen, hydrogen and nitrogen are in compositions but not in the ledger.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from orecell.core.elements import LEDGER_ELEMENTS
from orecell.core.formula import parse_formula
from orecell.core.tolerances import is_balanced
from orecell.errors import InputError, RecipeError

Composition = Mapping[str, float]  # element -> t per unit of the commodity


@dataclass(frozen=True)
class Commodity:
    """A traded good: its unit, its composition and, where it has one, its formula.

    Attributes:
        name: id.
        composition: element -> mass [t per unit].
        molar_mass: [t per Mmol, that is g/mol], or None for mixtures and assemblies.
        is_rigid: a loss of it loses all its elements alike (formula or assembly).
    """

    name: str
    composition: Composition
    molar_mass: float | None = None
    is_rigid: bool = True

    @classmethod
    def from_formula(cls, name: str, formula: str) -> Commodity:
        """A pure compound counted in t; raises FormulaError."""
        parsed = parse_formula(formula)
        return cls(name, dict(parsed.mass_fractions()), parsed.molar_mass)

    @classmethod
    def mixture(cls, name: str, mass_fractions: Composition) -> Commodity:
        """A measured mixture counted in t."""
        return cls(name, dict(mass_fractions), None, is_rigid=False)


@dataclass(frozen=True)
class Carrier:
    """A feed that brings product elements.

    Attributes:
        commodity: what is fed.
        element: element whose content sets the amount, or "" to use moles per mole of product.
        moles: mol of the carrier per mol of product, used where element is "".
        yield_fraction: share of the carrier's element that reaches the product.
    """

    commodity: Commodity
    element: str = ""
    moles: float = 1.0
    yield_fraction: float = 1.0


@dataclass(frozen=True)
class Side:
    """A reagent or by-product.

    Attributes:
        commodity: what is fed or given.
        amount: mol per mol of `basis`, or t per unit of product where `is_mass`, or, for a
            by-product with `element`, the share of that element's surplus that it takes.
        basis: commodity whose moles count; "" is the product.
        element: element whose surplus a by-product takes, or "".
        is_mass: amount is a mass per unit of product.
    """

    commodity: Commodity
    amount: float
    basis: str = ""
    element: str = ""
    is_mass: bool = False


@dataclass(frozen=True)
class Recipe:
    """Amounts per unit of the reference commodity; a treatment has its reference among the inputs."""

    name: str
    reference: str
    inputs: Mapping[str, float]
    outputs: Mapping[str, float]
    losses: Composition
    energy: Mapping[str, float] = field(default_factory=dict)

    @property
    def is_treatment(self) -> bool:
        """Whether the reference commodity is consumed instead of made."""
        return self.reference in self.inputs

    @classmethod
    def from_stoichiometry(
        cls,
        name: str,
        product: Commodity,
        carriers: Iterable[Carrier],
        *,
        reagents: Iterable[Side] = (),
        byproducts: Iterable[Side] = (),
        lost_elements: Iterable[str] = (),
    ) -> Recipe:
        """A reaction that makes one unit of `product`.

        Args:
            name: id of the recipe.
            product: what is made.
            carriers: feeds with their yields.
            reagents: feeds in moles per mole of product or by-product.
            byproducts: in moles, or taking the surplus of an element.
            lost_elements: elements whose remaining surplus leaves in residues or gas.

        Raises:
            RecipeError: an element does not close; the message has the amount missing.
            InputError: a yield, an element or a formula cannot be used.
        """
        ledger = _Ledger(name, product)
        ledger.put(product, 1.0)
        for carrier in carriers:
            ledger.feed_carrier(carrier)
        reagents = tuple(reagents)
        ledger.add_sides(reagents, tuple(byproducts))
        return ledger.close(lost_elements)

    @classmethod
    def from_ingredients(
        cls,
        name: str,
        product: Commodity,
        ingredients: Mapping[str, tuple[Commodity, float]],
        *,
        yield_fraction: float = 1.0,
        scrap: str = "",
    ) -> Recipe:
        """An assembly: ingredients [unit per unit of good product], and scrap of the same composition.

        Without a scrap commodity the share lost is a loss by element.

        Raises:
            RecipeError: the composition of the product is not that of its ingredients.
            InputError: the yield is not above 0 and at most 1.
        """
        _check_yield(name, yield_fraction)
        ledger = _Ledger(name, product)
        ledger.put(product, 1.0)
        rejected = 1.0 / yield_fraction - 1.0
        if scrap and rejected > 0:
            ledger.put(Commodity(scrap, product.composition), rejected)
        for commodity, amount in ingredients.values():
            ledger.take(commodity, amount / yield_fraction)
        if not scrap:
            ledger.lose({element: rejected * mass for element, mass in product.composition.items()})
        return ledger.close(())

    @classmethod
    def from_splits(
        cls,
        name: str,
        feed: Commodity,
        splits: Mapping[str, tuple[Commodity, Composition]],
    ) -> Recipe:
        """A separation of one unit of `feed`: product -> (commodity, element -> share); the rest is lost.

        Raises:
            RecipeError: the shares of an element exceed one, or a product's composition disagrees.
        """
        ledger = _Ledger(name, feed)
        ledger.take(feed, 1.0)
        for commodity, shares in splits.values():
            mass = {e: share * feed.composition.get(e, 0.0) for e, share in shares.items()}
            ledger.put(commodity, _amount_with(commodity, mass))
        return ledger.close(feed.composition)

    @classmethod
    def from_recovery(
        cls,
        name: str,
        feed: Commodity,
        products: Mapping[str, tuple[Commodity, str, float]],
        *,
        reagents: Iterable[Side] = (),
        byproducts: Iterable[Side] = (),
        lost_elements: Iterable[str] = (),
    ) -> Recipe:
        """Treat one unit of `feed`: product -> (commodity, element, share of the element recovered).

        Args:
            name: id of the recipe.
            feed: what is treated.
            products: recovered products.
            reagents: feeds, in moles per mole of the product named as basis.
            byproducts: likewise.
            lost_elements: elements that leave in residues; recovered ones lose what is not recovered.

        Raises:
            RecipeError: an element does not close; the message has the amount missing.
            InputError: a product has none of the element recovered into it.
        """
        ledger = _Ledger(name, feed)
        ledger.take(feed, 1.0)
        rest: dict[str, float] = {}
        for commodity, element, share in products.values():
            content = feed.composition.get(element, 0.0)
            ledger.put(commodity, share * content / _content(commodity, element))
            rest[element] = rest.get(element, 1.0) - share
        ledger.lose({element: share * feed.composition.get(element, 0.0) for element, share in rest.items()})
        ledger.add_sides(tuple(reagents), tuple(byproducts))
        return ledger.close(lost_elements)

    def residual(self, compositions: Mapping[str, Composition]) -> dict[str, float]:
        """inputs - outputs - losses by ledger element [t per unit of reference]."""
        return {e: _net(self, compositions, e) for e in LEDGER_ELEMENTS}


def _net(recipe: Recipe, compositions: Mapping[str, Composition], element: str) -> float:
    total = -recipe.losses.get(element, 0.0)
    for sign, side in ((1.0, recipe.inputs), (-1.0, recipe.outputs)):
        for name, amount in side.items():
            total += sign * amount * compositions[name].get(element, 0.0)
    return total


def _amount_with(commodity: Commodity, mass: Composition) -> float:
    """Units of a commodity that hold the element masses given, by their sum."""
    inside = sum(commodity.composition.get(e, 0.0) for e in mass)
    return sum(mass.values()) / inside if inside > 0 else 0.0


def _content(commodity: Commodity, element: str) -> float:
    """Mass of an element in one unit of a commodity; raises InputError where it has none."""
    content = commodity.composition.get(element, 0.0)
    if content <= 0:
        raise InputError(commodity.name, f"contains no {element}", "name an element that it contains")
    return content


def _check_yield(name: str, yield_fraction: float) -> None:
    if not 0.0 < yield_fraction <= 1.0:
        raise InputError(
            name, f"a yield is above 0 and at most 1, not {yield_fraction:g}", "write 0.9 for 90 %"
        )


class _Ledger:
    """Adds up what goes in, out and is lost for one unit of the reference, then closes it."""

    def __init__(self, name: str, reference: Commodity) -> None:
        self.name = name
        self.reference = reference
        self.known: dict[str, Commodity] = {}
        self.inputs: dict[str, float] = {}
        self.outputs: dict[str, float] = {}
        self.losses: dict[str, float] = {}

    def take(self, commodity: Commodity, amount: float) -> None:
        self.known[commodity.name] = commodity
        self.inputs[commodity.name] = self.inputs.get(commodity.name, 0.0) + amount

    def put(self, commodity: Commodity, amount: float) -> None:
        self.known[commodity.name] = commodity
        self.outputs[commodity.name] = self.outputs.get(commodity.name, 0.0) + amount

    def lose(self, masses: Composition) -> None:
        for element, mass in masses.items():
            if element in LEDGER_ELEMENTS:
                self.losses[element] = self.losses.get(element, 0.0) + mass

    def moles(self, name: str) -> float:
        """Moles of a commodity on the side where it stands; raises RecipeError without a formula."""
        commodity = self.known.get(name)
        if commodity is None or commodity.molar_mass is None:
            raise InputError(
                name, "has no formula, so its moles cannot be counted", "give the amount per unit of product"
            )
        return (self.outputs.get(name, 0.0) or self.inputs.get(name, 0.0)) / commodity.molar_mass

    def feed_carrier(self, carrier: Carrier) -> None:
        commodity, efficiency = carrier.commodity, carrier.yield_fraction
        _check_yield(commodity.name, efficiency)
        if carrier.element:
            wanted = _content(self.reference, carrier.element)
            amount = wanted / (_content(commodity, carrier.element) * efficiency)
        else:
            if commodity.molar_mass is None:
                raise InputError(
                    commodity.name, "a carrier needs a formula or an element", "name the element it carries"
                )
            amount = carrier.moles * self.moles(self.reference.name) * commodity.molar_mass / efficiency
        self.take(commodity, amount)
        lost = (
            commodity.composition
            if commodity.is_rigid
            else {carrier.element: commodity.composition[carrier.element]}
        )
        self.lose({e: (1.0 - efficiency) * amount * share for e, share in lost.items()})

    def add_sides(self, reagents: tuple[Side, ...], byproducts: tuple[Side, ...]) -> None:
        """By-products that take a surplus first, since reagents may refer to them."""
        for side in byproducts:
            if side.element:
                surplus = side.amount * max(0.0, self.surplus(side.element))
                self.put(side.commodity, surplus / _content(side.commodity, side.element))
        for side in byproducts:
            if not side.element:
                self.put(side.commodity, self.side_amount(side))
        for side in reagents:
            self.take(side.commodity, self.side_amount(side))

    def side_amount(self, side: Side) -> float:
        if side.is_mass:
            return side.amount
        if side.commodity.molar_mass is None:
            raise InputError(
                side.commodity.name,
                "has no formula, so its moles cannot be counted",
                "give t per unit of product",
            )
        return side.amount * self.moles(side.basis or self.reference.name) * side.commodity.molar_mass

    def surplus(self, element: str) -> float:
        inside = sum(a * self.known[n].composition.get(element, 0.0) for n, a in self.inputs.items())
        outside = sum(a * self.known[n].composition.get(element, 0.0) for n, a in self.outputs.items())
        return inside - outside - self.losses.get(element, 0.0)

    def close(self, lost_elements: Iterable[str]) -> Recipe:
        """Send the surplus of the elements named to losses and refuse what does not close."""
        for commodity, amount in (*self.inputs.items(), *self.outputs.items()):
            if not amount >= 0.0:
                raise InputError(
                    commodity, f"an amount is not below 0, here {amount:g}", "correct the amounts"
                )
        for element in lost_elements:
            if element in LEDGER_ELEMENTS and self.surplus(element) > 0:
                self.lose({element: self.surplus(element)})
        missing = {}
        for element in LEDGER_ELEMENTS:
            through = sum(a * self.known[n].composition.get(element, 0.0) for n, a in self.inputs.items())
            through = max(
                through, sum(a * self.known[n].composition.get(element, 0.0) for n, a in self.outputs.items())
            )
            gap = self.surplus(element)
            if not is_balanced(gap, through):
                missing[element] = -gap
        if missing:
            raise RecipeError(self.name, missing, "t")
        losses = {e: m for e, m in sorted(self.losses.items()) if m > 0}
        return Recipe(self.name, self.reference.name, dict(self.inputs), dict(self.outputs), losses)
