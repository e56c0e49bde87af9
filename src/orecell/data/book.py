"""The recipe book of a case: compositions and balanced recipes made from its tables.

Formulas and measured mixtures come first; assemblies take the composition of their ingredients,
their scrap the same, and the product of a separation that of the elements sent to it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from orecell.data.recipe import Carrier, Commodity, Recipe, Side
from orecell.errors import Fault, InputError, RecipeError

if TYPE_CHECKING:
    import polars as pl

Row = dict[str, Any]
_FLOWS = "tables/recipe_flows.csv"
_MASS_UNITS = ("t/t", "t/GWh", "kg/kWh", "t/Mm2", "Mm2/GWh", "GWh/GWh")
MAX_DEPTH = 50
_FACTOR = {"kg/kWh": 1000.0}  # t per GWh


@dataclass(frozen=True)
class Book:
    """Commodities with their compositions, and recipes by name, in sorted order."""

    commodities: Mapping[str, Commodity]
    recipes: Mapping[str, Recipe]


def read_book(tables: Mapping[str, pl.DataFrame]) -> tuple[Book, list[Fault]]:
    """Build every commodity and recipe of a case.

    Args:
        tables: typed tables with `_row`.

    Returns:
        The book, holding what could be built, and a fault for each thing that could not.
    """
    reader = _Reader(tables)
    for name in sorted(reader.rows):
        reader.commodity(name, ())
    recipes: dict[str, Recipe] = {}
    for name in sorted(reader.recipes):
        try:
            recipes[name] = reader.recipe(name)
        except (InputError, KeyError) as error:
            reader.refuse(name, error)
    return Book(reader.known, recipes), reader.faults


class _Reader:
    """Resolves compositions in the order of their dependence and collects faults."""

    def __init__(self, tables: Mapping[str, pl.DataFrame]) -> None:
        self.rows: dict[str, Row] = {row["commodity"]: row for row in tables["commodities"].to_dicts()}
        self.recipes: dict[str, Row] = {row["recipe"]: row for row in tables["recipes"].to_dicts()}
        self.measured: dict[str, dict[str, float]] = {}
        for row in tables["compositions"].to_dicts():
            self.measured.setdefault(row["commodity"], {})[row["element"]] = row["value"]
        self.flows: dict[str, list[Row]] = {name: [] for name in self.recipes}
        for row in tables["recipe_flows"].to_dicts():
            self.flows[row["recipe"]].append(row)
        self.scrap_of = {
            row["commodity"]: self.recipes[name]["reference"]
            for name, rows in self.flows.items()
            if self.recipes[name]["method"] == "assembly"
            for row in rows
            if row["role"] == "byproduct"
        }
        self.known: dict[str, Commodity] = {}
        self.faults: list[Fault] = []

    def refuse(self, recipe: str, error: InputError | KeyError) -> None:
        rows = self.flows[recipe]
        line = rows[0]["_row"] if rows else None
        file = _FLOWS if rows else "tables/recipes.csv"
        if isinstance(error, KeyError):
            rule, fix = f"needs {error}, which has no composition", "correct that commodity first"
        elif isinstance(error, RecipeError):
            rule, fix = error.rule, f"{error.fix}; or declare a by-product or a loss of the element"
        else:
            rule, fix = f"{error.text}: {error.rule}", error.fix
        self.faults.append(Fault(file, line, "recipe", recipe, rule, fix))

    def commodity(self, name: str, path: tuple[str, ...]) -> Commodity | None:
        """The commodity, resolved with what it depends on; None after a fault."""
        if name in self.known:
            return self.known[name]
        row = self.rows[name]
        if name in path:
            shown = " -> ".join((*path, name))
            self._fault(row, "basis", shown, "a composition must not depend on itself", "measure one of them")
            return None
        if len(path) > MAX_DEPTH:
            rule = f"its composition depends on more than {MAX_DEPTH} others in a row"
            self._fault(row, "basis", row["basis"], rule, "measure one of them")
            return None
        composed = self._compose(row, (*path, name))
        if composed is not None:
            self.known[name] = composed
        return composed

    def _fault(self, row: Row, column: str, value: str, rule: str, fix: str) -> None:
        self.faults.append(Fault("tables/commodities.csv", row["_row"], column, value, rule, fix))

    def _compose(self, row: Row, path: tuple[str, ...]) -> Commodity | None:
        name, basis = row["commodity"], row["basis"]
        if basis == "none":
            return Commodity(name, {})
        if basis == "formula":
            try:
                return Commodity.from_formula(name, row["formula"] or "")
            except InputError as error:
                fix = error.fix or "write a formula such as NiSO4*6H2O"
                self._fault(row, "formula", (row["formula"] or "")[:80], error.rule, fix)
                return None
        if basis == "measured":
            if name not in self.measured:
                self._fault(
                    row, "basis", basis, "has no rows in tables/compositions.csv", "add its mass fractions"
                )
                return None
            return Commodity.mixture(name, self.measured[name])
        if basis == "feed":
            return self._from_split(row, path)
        return self._assembled(row, path)

    def _assembled(self, row: Row, path: tuple[str, ...]) -> Commodity | None:
        name = row["commodity"]
        whole = self.scrap_of.get(name)
        if whole is not None:
            base = self.commodity(whole, path)
            return None if base is None else Commodity(name, base.composition)
        makers = [
            r for r, rec in self.recipes.items() if rec["reference"] == name and rec["method"] == "assembly"
        ]
        if len(makers) != 1:
            rule = f"an assembled commodity needs exactly one recipe of method assembly, found {len(makers)}"
            self._fault(row, "basis", "assembled", rule, "add the recipe, or give a formula")
            return None
        composition: dict[str, float] = {}
        for flow in self._of(makers[0], "ingredient"):
            part = self.commodity(flow["commodity"], path)
            if part is None:
                return None
            for element, mass in part.composition.items():
                composition[element] = composition.get(element, 0.0) + _amount(flow) * mass
        return Commodity(name, composition)

    def _from_split(self, row: Row, path: tuple[str, ...]) -> Commodity | None:
        """One tonne of the mixture that a separation sends to this product."""
        name = row["commodity"]
        makers = [r for r in self.recipes if any(f["commodity"] == name for f in self._of(r, "product"))]
        splits = [r for r in makers if self.recipes[r]["method"] == "split"]
        if len(splits) != 1:
            rule = f"needs exactly one recipe of method split that gives it, found {len(splits)}"
            self._fault(row, "basis", "feed", rule, "add the recipe, or measure the composition")
            return None
        feed = self.commodity(self.recipes[splits[0]]["reference"], path)
        if feed is None:
            return None
        shares = {f["element"]: f["value"] for f in self._of(splits[0], "product") if f["commodity"] == name}
        mass = {e: share * feed.composition.get(e, 0.0) for e, share in shares.items()}
        total = sum(mass.values())
        if total <= 0:
            self._fault(
                row, "basis", "feed", "the separation sends nothing to it", "check the shares and the feed"
            )
            return None
        return Commodity.mixture(name, {e: m / total for e, m in mass.items()})

    def _of(self, recipe: str, role: str) -> Iterator[Row]:
        return (row for row in self.flows[recipe] if row["role"] == role)

    def recipe(self, name: str) -> Recipe:
        """The balanced recipe; raises InputError or KeyError (a commodity without composition)."""
        row = self.recipes[name]
        reference = self.known[row["reference"]]
        lost = [flow["element"] for flow in self._of(name, "loss")]
        energy = {flow["commodity"]: flow["value"] for flow in self._of(name, "energy")}
        reagents = [self._side(flow) for flow in self._of(name, "reagent")]
        match row["method"]:
            case "assembly":
                recipe = self._assembly(name, reference)
            case "split":
                recipe = Recipe.from_splits(name, reference, self._splits(name))
            case "recovery":
                products = {
                    f["commodity"]: (self.known[f["commodity"]], f["element"], f["value"])
                    for f in self._of(name, "product")
                }
                sides = [self._side(flow) for flow in self._of(name, "byproduct")]
                recipe = Recipe.from_recovery(
                    name, reference, products, reagents=reagents, byproducts=sides, lost_elements=lost
                )
            case _:
                carriers = [self._carrier(flow) for flow in self._of(name, "carrier")]
                sides = [self._side(flow) for flow in self._of(name, "byproduct")]
                recipe = Recipe.from_stoichiometry(
                    name, reference, carriers, reagents=reagents, byproducts=sides, lost_elements=lost
                )
        return Recipe(recipe.name, recipe.reference, recipe.inputs, recipe.outputs, recipe.losses, energy)

    def _assembly(self, name: str, reference: Commodity) -> Recipe:
        parts = {
            f["commodity"]: (self.known[f["commodity"]], _amount(f)) for f in self._of(name, "ingredient")
        }
        if not parts:
            raise InputError(name, "an assembly needs ingredients", "add rows of role ingredient")
        rejects = list(self._of(name, "byproduct"))
        share = rejects[0]["value"] if rejects else 0.0
        losses = [f["yield_fraction"] for f in self._of(name, "ingredient") if f["yield_fraction"]]
        good = 1.0 - share if rejects else min(losses, default=1.0)
        scrap = rejects[0]["commodity"] if rejects else ""
        return Recipe.from_ingredients(name, reference, parts, yield_fraction=good, scrap=scrap)

    def _splits(self, name: str) -> dict[str, tuple[Commodity, dict[str, float]]]:
        splits: dict[str, tuple[Commodity, dict[str, float]]] = {}
        for flow in self._of(name, "product"):
            entry = splits.setdefault(flow["commodity"], (self.known[flow["commodity"]], {}))
            entry[1][flow["element"]] = flow["value"]
        return splits

    def _carrier(self, flow: Row) -> Carrier:
        moles = 1.0 if flow["value"] is None else flow["value"]
        return Carrier(
            self.known[flow["commodity"]], flow["element"] or "", moles, flow["yield_fraction"] or 1.0
        )

    def _side(self, flow: Row) -> Side:
        amount = 1.0 if flow["value"] is None else _amount(flow)
        is_mass = flow["unit"] in _MASS_UNITS
        element = (flow["element"] or "") if flow["unit"] == "fraction" else ""
        return Side(self.known[flow["commodity"]], amount, flow["basis"] or "", element, is_mass)


def _amount(flow: Row) -> float:
    value: float = flow["value"]
    return value * _FACTOR.get(flow["unit"], 1.0)
