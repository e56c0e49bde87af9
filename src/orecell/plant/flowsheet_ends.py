"""What a flowsheet file says beyond its units: products, wastes, prices, and what a design may change.

Left out: whether a commodity without a price in the file has one in the tables, which the costing says.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

from orecell.core.elements import ELEMENTS, suggest_symbol
from orecell.core.formula import parse_formula
from orecell.data.check import suggest
from orecell.data.chemistry import read_chemistry
from orecell.errors import CaseError, InputError
from orecell.plant.file_faults import FileFaults, Place
from orecell.plant.flowsheet import Flowsheet, Product, Unit
from orecell.plant.settings import find_setting, setting_value

Price = float | Annotated[list[float], Field(min_length=3, max_length=3)]


class _Model(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class ProductEntry(_Model):
    """A product of a file."""

    stream: str
    commodity: str = Field(min_length=1, max_length=80)
    specification: str = ""
    counts: str = ""


class Variable(_Model):
    """A setting that the design may change."""

    set: str
    low: float
    high: float
    whole: bool = False


class Limit(_Model):
    """What a design must keep: a recovery, or the specification of a product."""

    recovery: dict[str, Annotated[float, Field(ge=0, le=1)]] = Field(default_factory=dict)
    specification: bool = True


class Economics(_Model):
    """Prices of the file, with [price, low, high] where a range is known, and parameters of the costing."""

    feed_usd_per_t: dict[str, Price] = Field(default_factory=dict)
    product_usd_per_t: dict[str, float] = Field(default_factory=dict)
    announced_capital_usd_per_t: dict[str, Annotated[list[float], Field(min_length=3, max_length=3)]] = Field(
        default_factory=dict
    )
    feed_commodity: str = ""
    parameters: dict[str, float] = Field(default_factory=dict)


@dataclass(frozen=True)
class Known:
    """What is known of the streams and units of a file.

    Attributes:
        makers: stream -> what makes it.
        used: stream -> unit that uses it.
        units: units without faults.
        faulty: names of the others.
    """

    makers: Mapping[str, str]
    used: Mapping[str, str]
    units: tuple[Unit, ...]
    faulty: frozenset[str]


@dataclass(frozen=True)
class Ends:
    """Products, USD per tonne of wastes, and economics with `design` and `keep`."""

    products: tuple[Product, ...]
    wastes: Mapping[str, float]
    economics: Mapping[str, Any]


def read_ends(value: Mapping[str, Any], known: Known, faults: FileFaults) -> Ends:
    """Read the ends of a file; meaningful only where no fault is noted."""
    products = _products(_list(value, "products"), known, faults)
    wastes = _wastes(_mapping(value, "wastes"), known, {p.stream for p in products}, faults)
    economics = _economics(_mapping(value, "economics"), known, products, faults)
    design = _design(_list(value, "design"), known, faults)
    keep = faults.read(Limit, _mapping(value, "keep"), ("keep",), in_part=True) or Limit()
    for element in keep.recovery:
        if element not in ELEMENTS:
            near = suggest_symbol(element)
            fix = f"did you mean '{near}'?" if near else "write a symbol, e.g. Ni"
            faults.add(("keep", "recovery", element), element, "is no element", fix)
    return Ends(products, wastes, {**economics, "design": design, "keep": keep})


def _mapping(value: Mapping[str, Any], key: str) -> dict[str, Any]:
    found = value.get(key)
    return found if isinstance(found, dict) else {}


def _list(value: Mapping[str, Any], key: str) -> list[Any]:
    found = value.get(key)
    return found if isinstance(found, list) else []


def _check_leaves(where: Place, stream: str, known: Known, faults: FileFaults) -> None:
    """A product or waste is made and not used."""
    if stream not in known.makers:
        fix = suggest(stream, known.makers, "name one that is made")
        faults.add(where, stream, "nothing makes this stream", fix)
    elif stream in known.used:
        rule = f"is used by {known.used[stream]} and cannot leave the plant"
        faults.add(where, stream, rule, "split it first")


def _products(given: list[Any], known: Known, faults: FileFaults) -> tuple[Product, ...]:
    specifications = {row["product"] for row in read_chemistry().rows("specifications")}
    found: list[Product] = []
    for i, item in enumerate(given):
        where = ("products", i)
        entry = faults.read(ProductEntry, item, where)
        if entry is None:
            continue
        _check_leaves((*where, "stream"), entry.stream, known, faults)
        if any(entry.stream == product.stream for product in found):
            faults.add((*where, "stream"), entry.stream, "is already a product", "delete one of the two")
        if entry.specification and entry.specification not in specifications:
            fix = suggest(entry.specification, specifications, f"one of {', '.join(sorted(specifications))}")
            faults.add((*where, "specification"), entry.specification, "is no specification", fix)
        if entry.counts:
            try:
                parse_formula(entry.counts)
            except InputError as error:
                faults.add((*where, "counts"), entry.counts, error.rule, error.fix)
        found.append(Product(entry.stream, entry.commodity, entry.specification, entry.counts))
    return tuple(found)


class _Usd(_Model):
    usd: float = Field(ge=-1e6, le=1e6)


def _wastes(given: dict[str, Any], known: Known, sold: set[str], faults: FileFaults) -> dict[str, float]:
    found = {}
    for stream, value in given.items():
        where = ("wastes", stream)
        _check_leaves(where, stream, known, faults)
        if stream in sold:
            faults.add(where, stream, "is a product as well", "delete one of the two")
        entry = faults.read(_Usd, {"usd": value}, where)
        if entry is not None:
            found[stream] = entry.usd
    return found


def _economics(
    given: dict[str, Any], known: Known, products: tuple[Product, ...], faults: FileFaults
) -> dict[str, Any]:
    entry = faults.read(Economics, given, ("economics",), in_part=True)
    if entry is None:
        return {}
    sold = {product.commodity for product in products}
    parameters = [row["parameter"] for row in read_chemistry().rows("costing")]
    for key, names, rule in (
        ("feed_usd_per_t", known.makers, "is no stream"),
        ("announced_capital_usd_per_t", known.makers, "is no stream"),
        ("product_usd_per_t", sold, "is the commodity of no product"),
        ("parameters", parameters, "is no parameter of the costing"),
    ):
        for name, value in getattr(entry, key).items():
            where = ("economics", key, name)
            if name not in names:
                faults.add(where, name, rule, suggest(name, names, f"one of {', '.join(sorted(names))}"))
            if isinstance(value, list) and not value[1] <= value[0] <= value[2]:
                faults.add(where, value, "must be price, low, high in this order", "correct the order")
    return entry.model_dump(exclude_unset=True)


def _design(given: list[Any], known: Known, faults: FileFaults) -> list[Variable]:
    flowsheet = Flowsheet("", "", 0.0, (), known.units)
    found = []
    for i, item in enumerate(given):
        where = ("design", i)
        entry = faults.read(Variable, item, where)
        if entry is None:
            continue
        found.append(entry)
        if not entry.low < entry.high:
            faults.add((*where, "high"), entry.high, f"must be above low, {entry.low:g}", "correct the range")
        unit, dot, _ = entry.set.partition(".")
        if unit in known.faulty or (known.faulty and not dot):
            continue
        try:
            value = setting_value(flowsheet, find_setting(flowsheet, entry.set, "design"))
        except CaseError as error:
            fault = error.faults[0]
            faults.add((*where, "set"), entry.set, fault.rule, fault.fix)
            continue
        if isinstance(value, bool) or not isinstance(value, (int, float)):
            rule, fix = f"is {value} in the file, not one number", "give it a number to start from"
            faults.add((*where, "set"), entry.set, rule, fix)
    return found
