"""Rows of the tables of chemistry behind a plant: which are assumed, and where all of them come from.

A row counts as used where a unit, reagent, product, piece of equipment or costing parameter of the plant
stands on it. A value that the flowsheet file gives itself replaces its row. Left out: ion volumes, which
every liquid uses.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial
from typing import TYPE_CHECKING, Any

from orecell.data.chemistry import read_chemistry
from orecell.data.chemistry_tables import GRADE_SPREAD
from orecell.plant.crystallization import salt_of
from orecell.views.figures.plant_words import metal_name
from orecell.views.report.report import Assumption, SourceEntry

if TYPE_CHECKING:
    from orecell.plant.flowsheet import Solution
    from orecell.results.plant_run import PlantRun

Row = Mapping[str, Any]
Used = tuple[str, Row]
ASSUMED = "D"
NOT_COSTED = ("first_of_a_kind_factor", "gas_emissions_t_per_gj", "grid_emissions_t_per_mwh")
SHARED_STARTS = ("steam", "heat")
"""Starts of parameters that all units on lithium share."""
ONLY_SHARED = ("refit_fraction", "toll_usd_per_m3")
KEYS = {
    "reagents": ("price of {name}", "price_usd_per_t", "USD/t"),
    "product_prices": ("price of {name}", "price_usd_per_t", "USD/t"),
    "extractants": ("price of {name}", "price_usd_per_kg", "USD/kg"),
}
"""Table -> how its row is called, the column of its value, and the unit."""


def used_rows(run: PlantRun) -> list[Used]:
    """Table and row of everything a plant stands on, each once, table by table."""
    found = [
        *_extraction(run.solution),
        *_bought(run),
        *_sold(run.solution),
        *_equipment(run),
        *_unit_parameters(run.solution),
        *_equilibria(run.solution),
    ]
    unique = {(table, tuple(sorted(row.items(), key=str))): (table, row) for table, row in found}
    return list(unique.values())


def assumed_inputs(run: PlantRun) -> tuple[Assumption, ...]:
    """Numbers that nobody published, with their ranges: those of the tables, then those of the flowsheet."""
    rows = [_assumption(table, row) for table, row in used_rows(run) if row["grade"] == ASSUMED]
    return (*rows, *_own_prices(run))


def source_list(run: PlantRun) -> tuple[SourceEntry, ...]:
    """Sources of all rows used, by id."""
    names = {str(row["source"]) for _, row in used_rows(run)}
    rows = sorted(
        (row for row in read_chemistry().rows("sources") if row["source"] in names), key=lambda r: r["source"]
    )
    return tuple(
        SourceEntry(r["source"], r["title"], r["publisher"], "", r["source_url"] or "", r["license"])
        for r in rows
    )


def _extraction(solution: Solution) -> Iterator[Used]:
    """Extractants and their constants, but for laws of the user's own."""
    tables = read_chemistry()
    for unit in solution.flowsheet.units:
        detail = solution.outcomes[unit.name].detail
        if unit.kind.name != "extraction" or detail is None:
            continue
        layout, profile = detail
        name = layout.extractant.name
        yield from (("extractants", row) for row in tables.rows("extractants", extractant=name))
        for row in tables.rows("extraction_constants", extractant=name):
            if row["cation"] in profile.cations and row["cation"] not in unit.settings.laws:
                yield "extraction_constants", row


def _bought(run: PlantRun) -> Iterator[Used]:
    """Reagents."""
    for used in run.basis.reagents:
        yield from (("reagents", row) for row in read_chemistry().rows("reagents", reagent=used.name))


def _sold(solution: Solution) -> Iterator[Used]:
    """Prices and specifications of products."""
    tables, own = read_chemistry(), solution.flowsheet.economics.get("product_usd_per_t", {})
    for product in solution.flowsheet.products:
        if product.commodity not in own:
            prices = tables.rows("product_prices", commodity=product.commodity)
            yield from (("product_prices", row) for row in prices)
        if product.specification:
            limits = tables.rows("specifications", product=product.specification)
            yield from (("specifications", row) for row in limits)


def _equipment(run: PlantRun) -> Iterator[Used]:
    """Equipment and costing parameters."""
    tables, own = read_chemistry(), run.solution.flowsheet.economics.get("parameters", {})
    for name in dict.fromkeys(piece.equipment for piece in run.basis.pieces):
        yield from (("equipment", row) for row in tables.rows("equipment", equipment=name))
    passed = {*own, *NOT_COSTED, *(() if getattr(run, "shared", None) else ONLY_SHARED)}
    yield from (("costing", row) for row in tables.rows("costing") if row["parameter"] not in passed)


def _unit_parameters(solution: Solution) -> Iterator[Used]:
    """Default numbers of units on solids and on lithium."""
    tables, units = read_chemistry(), solution.flowsheet.units
    kinds, replaced = {unit.kind.name for unit in units}, _replaced(solution)
    for row in tables.rows("solid_parameters"):
        if row["unit"] in kinds and (row["unit"], row["parameter"]) not in replaced:
            yield "solid_parameters", row
    starts = {kind.partition("_")[0] for kind in kinds}
    known = {row["parameter"].partition("_")[0] for row in tables.rows("lithium_parameters")}
    starts |= {*SHARED_STARTS} if starts & known else set()
    for row in tables.rows("lithium_parameters"):
        if row["parameter"].partition("_")[0] in starts and (row["parameter"],) not in replaced:
            yield "lithium_parameters", row


def _replaced(solution: Solution) -> set[tuple[str, ...]]:
    """Keys of table rows that are defaults of settings which the flowsheet sets to something else."""
    found: set[tuple[str, ...]] = set()
    for unit in solution.flowsheet.units:
        for name, info in type(unit.settings).model_fields.items():
            factory = info.default_factory
            if isinstance(factory, partial) and getattr(unit.settings, name) != factory():
                found.add(tuple(map(str, factory.args)))
    return found


def _equilibria(solution: Solution) -> Iterator[Used]:
    """Solubilities of the salts made, and constants of speciation of what is dissolved."""
    tables, known = read_chemistry(), {*solution.components.names, "H2O", "H+"}
    for unit in solution.flowsheet.units:
        crystal = getattr(unit.settings, "crystal", "")
        if crystal:
            yield from (("solubilities", row) for row in tables.rows("solubilities", salt=salt_of(crystal)))
    for row in tables.rows("aqueous_species"):
        if {part.rpartition(":")[0] for part in row["components"].split()} <= known:
            yield "aqueous_species", row
    for row in tables.rows("solids"):
        if row["formula"] in known:
            yield "solids", row


def _assumption(table: str, row: Row) -> Assumption:
    """One assumed row for readers."""
    note = str(row["note"] or "")
    if table in KEYS:
        name, column, unit = KEYS[table]
        return Assumption(
            name.format(name=row["name"]), row[column], row["price_low"], row["price_high"], unit, note
        )
    if table == "extraction_constants":
        spread = GRADE_SPREAD[ASSUMED]
        name = f"log10 K1 of {metal_name(row['cation'])} with {row['extractant']}"
        low, high = row["log_k1"] - spread, row["log_k1"] + spread
        return Assumption(name, row["log_k1"], low, high, "in mol/L", f"{note}; {row['conditions']}")
    if table == "specifications":
        name = f"limit of {row['item']} in {row['product']} ({row['kind']})"
        return Assumption(name, row["limit"], None, None, "mass %", note)
    if table == "equipment":
        cost = row["bare_cost_usd"]
        low, high = cost * row["factor_low"], cost * row["factor_high"]
        name = f"bare cost of {row['equipment']} at {row['size']:g} {row['size_unit']}"
        return Assumption(name, cost, low, high, "USD of 2016", note)
    return _parameter_assumption(table, row, note)


def _parameter_assumption(table: str, row: Row, note: str) -> Assumption:
    """One assumed parameter, constant or solubility."""
    if table in ("costing", "lithium_parameters"):
        return Assumption(_words(row["parameter"]), row["value"], row["low"], row["high"], row["unit"], note)
    if table == "solid_parameters":
        name = f"{_words(row['unit'])}: {_words(row['parameter'])}"
        return Assumption(name, row["value"], row["low"], row["high"], row["unit_of_value"], note)
    if table == "solubilities":
        name = f"solubility of {row['salt']} at {row['temperature_c']:g} C"
        return Assumption(name, row["g_per_100g_water"], None, None, "g/100 g of water", note)
    name = f"log10 K of {row.get('species') or row.get('solid')}"
    spread = GRADE_SPREAD[ASSUMED]
    return Assumption(name, row["log_k"], row["log_k"] - spread, row["log_k"] + spread, "in mol/kg", note)


def _words(name: str) -> str:
    """A parameter as words."""
    return name.replace("_", " ")


def _own_prices(run: PlantRun) -> Iterator[Assumption]:
    """Prices that the flowsheet file gives."""
    own = "given by the flowsheet"
    for name, (_, price, low, high) in run.basis.feeds.items():
        yield Assumption(f"price of {name}", float(price), float(low), float(high), "USD/t", own)
    prices = run.solution.flowsheet.economics.get("product_usd_per_t", {})
    for sold in run.basis.products:
        if sold.commodity in prices:
            name = f"price of {sold.commodity}"
            yield Assumption(name, float(sold.price), float(sold.low), float(sold.high), "USD/t", own)
    for stream, usd in run.solution.flowsheet.wastes.items():
        yield Assumption(f"disposal of {stream}", float(usd), None, None, "USD/t", own)
