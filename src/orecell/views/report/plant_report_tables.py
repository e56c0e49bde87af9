"""Tables of the report of a plant: streams, units, reagents, water and sulfate, purity, cost, equipment."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from orecell.plant.plant_balance import Entry, element_balance, water_balance
from orecell.plant.purity import purity
from orecell.plant.stream_table import stream_table
from orecell.views.figures.figure import Cell, Table
from orecell.views.figures.plant_words import reagent_word, spaced
from orecell.views.figures.stream_cells import stream_cells
from orecell.views.figures.wording import significant
from orecell.views.report.report import NamedTable

if TYPE_CHECKING:
    from orecell.results.plant_run import PlantRun
    from orecell.views.figures.choice import Stamp

DIGITS = 3
SULFATE = "SO4"
LEAST_T = 0.05
"""Amount below which a line of a balance is left out [t/yr]."""
SIDES = {"in": "enters", "out": "leaves"}


def plant_report_tables(run: PlantRun, stamp: Stamp) -> tuple[NamedTable, ...]:
    """All tables of a plant that a report shows, in order; an empty one is left out."""
    tables = (
        _streams(run),
        _units(run),
        _reagents(run, stamp),
        _balance(run),
        _purity(run, stamp),
        _equipment(run),
    )
    return tuple(table for table in tables if table.table.rows)


def rounded(table: Table) -> Table:
    """A table whose numbers have three significant digits."""
    rows = tuple(tuple(_short(cell) for cell in row) for row in table.rows)
    return Table(table.columns, rows, table.assumed)


def _short(cell: Cell) -> Cell:
    """A cell for reading."""
    return significant(cell, DIGITS) if isinstance(cell, float) else cell


def _streams(run: PlantRun) -> NamedTable:
    sentence = (
        "Every stream of the plant. Elements in g/L of liquids and in mass % of solids and gases; a dash "
        "where there is less than 0.000001. pH at the temperature of the stream, a dash where it has none."
    )
    return NamedTable("streams", "Streams", sentence, rounded(stream_cells(stream_table(run.solution))))


def _units(run: PlantRun) -> NamedTable:
    """Units with what they do, their status, energy and capital."""
    solution, status = run.solution, run.solution.status()
    capital: dict[str, float] = {}
    for piece in run.basis.pieces:
        capital[piece.unit] = capital.get(piece.unit, 0.0) + float(piece.capital_usd)
    rows: list[tuple[Cell, ...]] = []
    for unit in solution.flowsheet.units:
        outcome = solution.outcomes[unit.name]
        power, heat = float(outcome.power_kw), float(outcome.heat_kw)
        own = capital.get(unit.name, 0.0) / 1e6
        rows.append((unit.name, unit.kind.purpose, status[unit.name], power, heat, own))
    columns = ("Unit", "What it does", "Status", "Electricity (kW)", "Heat (kW)", "Equipment (million USD)")
    sentence = (
        "OK, or what an engineer should know. The largest imbalance of any element or charge around a unit "
        f"is {run.solution.worst_balance:.0e} of what passes it."
    )
    return NamedTable("units", "Units", sentence, rounded(Table(columns, tuple(rows))))


def _reagents(run: PlantRun, stamp: Stamp) -> NamedTable:
    """Reagents per tonne of product."""
    main, amount = run.basis.products[0], float(run.cost.amount)
    used = sorted(run.basis.reagents, key=lambda used: -used.tonnes * used.price)
    rows: list[tuple[Cell, ...]] = [
        (
            u.title,
            1000.0 * float(u.tonnes) / amount,
            float(u.tonnes),
            float(u.price),
            float(u.tonnes * u.price) / amount,
        )
        for u in used
    ]
    columns = ("Reagent", "kg/t of product", "t/yr", "Price (USD/t)", "Cost (USD/t of product)")
    assumed = tuple(i for i, u in enumerate(used) if u.is_assumed)
    sentence = f"Pure substance per t of {stamp.name(main.commodity)}, the costliest first."
    return NamedTable("reagents", "Reagents", sentence, rounded(Table(columns, tuple(rows), assumed)))


def _balance(run: PlantRun) -> NamedTable:
    """Water and sulfate in what enters and leaves."""
    water, sulfate = water_balance(run.solution), element_balance(run.solution, "S", SULFATE)
    rows = _merged(water, sulfate)
    for side in ("in", "out"):
        totals = [sum(e.tonnes_per_yr for e in entries if e.side == side) for entries in (water, sulfate)]
        rows.append((SIDES[side], "all", "", *totals))
    sentence = (
        "Water beside the ions (alkali brings its OH- as water), with what reactions make or take; all "
        "sulfur counted as sulfate. Both sides are equal, for no unit makes or loses atoms."
    )
    columns = ("Side", "Stream or reagent", "Kind", "Water (t/yr)", f"Sulfate ({SULFATE}, t/yr)")
    return NamedTable("balance", "Water and sulfate", sentence, rounded(Table(columns, tuple(rows))))


def _merged(water: Sequence[Entry], sulfate: Sequence[Entry]) -> list[tuple[Cell, ...]]:
    """Lines of two balances side by side: what enters, then what leaves, the most water first."""
    amounts: dict[tuple[str, str, str], list[float | None]] = {}
    for k, entries in enumerate((water, sulfate)):
        for entry in entries:
            amounts.setdefault((entry.side, entry.kind, entry.name), [None, None])[k] = entry.tonnes_per_yr
    kept = [
        (key, values) for key, values in amounts.items() if any((value or 0.0) >= LEAST_T for value in values)
    ]
    kept.sort(key=lambda item: (item[0][0], -(item[1][0] or 0.0)))
    return [
        (SIDES[side], reagent_word(name) if kind == "reagent" else name, kind, *values)
        for (side, kind, name), values in kept
    ]


def _purity(run: PlantRun, stamp: Stamp) -> NamedTable:
    """All products against their specifications."""
    rows: list[tuple[Cell, ...]] = []
    assumed = []
    for product in run.solution.flowsheet.products:
        for row in purity(run.solution, product):
            if row.grade == "D":
                assumed.append(len(rows))
            kept = "not judged" if row.passes is None else "yes" if row.passes else "no"
            words = "at most" if row.kind == "max" else "at least"
            percent = (
                row.limit_percent,
                None if row.found_percent is None else significant(row.found_percent),
            )
            rows.append((stamp.name(product.commodity), row.item, words, *percent, kept, row.note or None))
    columns = ("Product", "Item", "Limit", "Limit (mass %)", "Found (mass %)", "Kept", "Note")
    sentence = "What is not judged is in nothing that enters the plant as described. 0.001 mass % is 10 ppm."
    return NamedTable("purity", "Purity", sentence, Table(columns, tuple(rows), tuple(assumed)))


def _equipment(run: PlantRun) -> NamedTable:
    """Pieces of equipment."""
    rows: list[tuple[Cell, ...]] = [
        (
            piece.unit,
            spaced(piece.equipment) + (f", {piece.label}" if piece.label else ""),
            float(piece.size),
            piece.size_unit,
            float(piece.bare_usd) / 1e6,
            float(piece.capital_usd) / 1e6,
        )
        for piece in run.basis.pieces
    ]
    columns = (
        "Unit",
        "Equipment",
        "Size",
        "Unit of size",
        "Bare (million USD of 2016)",
        "Installed (million USD)",
    )
    sentence = "Bare cost from the table of equipment; installed with the Lang factor in USD of 2025."
    return NamedTable("equipment", "Equipment", sentence, rounded(Table(columns, tuple(rows))))
