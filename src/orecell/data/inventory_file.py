"""Reading someone else's inventory: inputs and outputs of processes, from CSV or Excel, all faults at once.

Columns, in any order and case; others are left out and named in the notes:

    name         what flows                    role         input, output, product, waste, emission, feed
    amount       a number, 0 or more           unit         kg, g, t, lb, mol, kmol; or amount (kg) as header
    formula      NiSO4.6H2O; blank if unknown  composition  shares in a mixture: Ni=0.32;Co=0.05
    fraction     share of the mass that is it  product      the process, where the file has several

A process is counted per unit of its one row with role product, or of its one feed, else as listed. A
blank formula is no fault: the flow is then not checked. Left out: inventories whose amounts depend on
parameters or link to other processes.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from difflib import get_close_matches
from pathlib import Path
from typing import TypeVar

from orecell.core.wording import listed
from orecell.data.check import suggest
from orecell.data.inventory import REFERENCES, Flow, Inventory, Process
from orecell.data.inventory_sheet import Sheet, read_sheet
from orecell.data.inventory_values import (
    Refusal,
    clean,
    has_decimal_comma,
    read_amount,
    read_formula,
    read_fraction,
    read_mixture,
    read_role,
    read_unit,
)
from orecell.errors import CaseError, Fault

COLUMNS: Mapping[str, tuple[str, ...]] = {
    "product": ("process", "process id", "product id", "activity", "process name", "product name", "dataset"),
    "role": ("direction", "type", "input/output", "in/out", "flow type", "exchange type", "side", "kind"),
    "name": ("flow", "flow name", "exchange", "exchange name", "material", "substance", "item", "input name"),
    "amount": ("quantity", "value", "mass", "qty", "flow amount"),
    "unit": ("units", "uom", "amount unit"),
    "formula": ("chemical formula", "chemical", "molecular formula"),
    "composition": ("mixture", "mass fractions", "elements", "assay"),
    "fraction": ("purity", "mass fraction", "concentration", "share", "grade", "strength"),
}
"""Columns of an inventory, each with the synonyms accepted for it."""

REQUIRED = ("role", "name", "amount", "unit")
MOST_FAULTS = 200
_BY_NAME = {word: name for name, words in COLUMNS.items() for word in (name, *words)}
_HEADING = re.compile(r"(?P<name>.*?)\s*[(\[](?P<bracket>.*)[)\]]\Z")
Value = TypeVar("Value")


def read_inventory(path: Path, sheet: str | None = None) -> Inventory:
    """Read and check an inventory.

    Args:
        path: CSV or .xlsx.
        sheet: name of the sheet of a workbook; None for the first that has the columns.

    Raises:
        CaseError: all faults of the file, each with row, column, value, rule and fix.
    """
    table, faults = read_sheet(path, _known_columns, sheet)
    if table is None:
        raise CaseError(faults)
    reader = _Reader(table)
    processes = reader.read()
    if reader.faults:
        rest = len(reader.faults) - MOST_FAULTS
        more = [Fault(table.file, None, "", "", f"{rest} more faults are not shown", "correct these first")]
        raise CaseError([*reader.faults[:MOST_FAULTS], *(more if rest > 0 else [])])
    return Inventory(table.file, processes, tuple(_notes(table, reader.unused, processes)))


def _heading(cell: str) -> tuple[str, str]:
    """A heading in plain words, and what stands in brackets behind it: `Amount [kg]` is (amount, kg)."""
    text = clean(cell)
    match = _HEADING.match(text)
    name, bracket = (match["name"], match["bracket"].strip()) if match else (text, "")
    return name.casefold().replace("_", " "), bracket


def _known_columns(cells: list[str]) -> int:
    """Number of different columns that a row names."""
    return len({_BY_NAME[name] for cell in cells if (name := _heading(cell)[0]) in _BY_NAME})


def _notes(sheet: Sheet, unused: Sequence[str], processes: Sequence[Process]) -> Iterator[str]:
    """What a reader must know of how the file was read."""
    if sheet.note:
        yield sheet.note
    if unused:
        yield f"Columns not used: {listed(unused, 8)}."
    bare = [process.name for process in processes if process.reference is None]
    if bare:
        yield f"No single product or feed, so that amounts are as listed: {listed(bare, 5)}."
    nothing = [f"{flow.name} (row {flow.row})" for p in processes for flow in p.flows if not flow.amount]
    if nothing:
        yield f"Amount 0: {listed(nothing, 5)}."


class _Columns:
    """Where the columns stand in a table, and the cells of a row by column."""

    def __init__(self, header: Sequence[str]) -> None:
        self.place: dict[str, int] = {}
        self.bracket: dict[str, str] = {}
        self.unused: list[str] = []
        self.twice: list[tuple[str, str]] = []
        for i, cell in enumerate(header):
            name, bracket = _heading(cell)
            column = _BY_NAME.get(name)
            if column is None:
                self.unused.extend([clean(cell)] if clean(cell) else [])
            elif column in self.place:
                self.twice.append((column, clean(cell)))
            else:
                self.place[column], self.bracket[column] = i, bracket

    def missing(self) -> list[str]:
        """Columns that the table must have and has not."""
        found = [c for c in REQUIRED if c not in self.place and not (c == "unit" and self.unit)]
        return found + ([] if {"formula", "composition"} & self.place.keys() else ["formula"])

    def absent(self) -> list[str]:
        """Names of columns that the table might have and has not."""
        return [word for word, column in _BY_NAME.items() if column not in self.place]

    @property
    def unit(self) -> str:
        """Unit given in the heading of the amounts."""
        return self.bracket.get("amount", "")

    def row(self, cells: Sequence[str]) -> dict[str, str]:
        """Cells by column; "" where the table has no such column."""
        found = {c: clean(cells[self.place[c]]) if c in self.place else "" for c in COLUMNS}
        found["unit"] = found["unit"] or self.unit
        return found


class _Reader:
    """Reads the rows of one table; faults are added up, and a row at fault gives no flow."""

    def __init__(self, sheet: Sheet) -> None:
        self.sheet = sheet
        self.faults: list[Fault] = []
        self.columns = _Columns(sheet.header[1])
        self.unused = self.columns.unused
        self.rows = [(line, self.columns.row(cells)) for line, cells in sheet.rows]
        numbers = (row[column] for _, row in self.rows for column in ("amount", "fraction"))
        self.has_comma = sheet.separator != "," and has_decimal_comma(numbers)
        self.has_percent = "%" in self.columns.bracket.get("fraction", "")

    def fault(self, row: int | None, column: str, value: str, rule: str, fix: str) -> None:
        """Add a fault of this file."""
        self.faults.append(Fault(self.sheet.file, row, column, value[:80], rule, fix))

    def read(self) -> tuple[Process, ...]:
        """All processes, in the order of the file; none where there is a fault."""
        self._check_header()
        if self.faults:
            return ()
        rows: dict[str, list[Flow]] = {}
        lines: dict[str, int] = {}
        for line, row in self.rows:
            lines.setdefault(row["product"], line)
            flow = self._flow(line, row)
            rows.setdefault(row["product"], []).extend([flow] if flow else [])
        if self.faults:
            return ()
        return tuple(self._process(name, flows, lines[name]) for name, flows in rows.items())

    def _check_header(self) -> None:
        """Columns that are missing, twice, or misspelled: a mistyped optional one would change the answer."""
        line, columns = self.sheet.header[0], self.columns
        for column, heading in columns.twice:
            self.fault(line, heading, "", f"column {column} must stand once", "rename one of the two")
        missing = columns.missing()
        for column in missing:
            words = f"add it; {column} may also be called {', '.join(COLUMNS[column][:3])}"
            self.fault(line, column, "", "this column is missing", suggest(column, columns.unused, words))
        for heading in () if missing else columns.unused:
            near = get_close_matches(_heading(heading)[0], columns.absent(), n=1, cutoff=0.8)
            if near:
                fix = f"write {_BY_NAME[near[0]]}, or rename or delete it if it is something else"
                self.fault(line, heading, "", f"is not a known column, but near to {near[0]}", fix)

    def _cell(
        self, line: int, row: Mapping[str, str], column: str, read: Callable[[str], Value | Refusal]
    ) -> Value | None:
        """The value of a cell; None where it is blank or at fault."""
        value = read(row[column]) if row[column] else None
        if isinstance(value, Refusal):
            self.fault(line, column, row[column], value.rule, value.fix)
            return None
        return value

    def _flow(self, line: int, row: Mapping[str, str]) -> Flow | None:
        """One row; None where it is at fault."""
        before = len(self.faults)
        for column in (*REQUIRED, *(["product"] if "product" in self.columns.place else [])):
            if not row[column]:
                fix = "fill it in; in a workbook, a merged cell counts for its first row only"
                self.fault(line, column, "", "must not be empty", fix)
        comma, percent = self.has_comma, self.has_percent
        role = self._cell(line, row, "role", read_role)
        unit = self._cell(line, row, "unit", read_unit)
        amount = self._cell(line, row, "amount", lambda c: read_amount(c, is_comma_decimal=comma))
        formula = self._cell(line, row, "formula", read_formula)
        mixture = self._cell(line, row, "composition", lambda c: read_mixture(c, is_comma_decimal=comma))
        share = self._cell(
            line, row, "fraction", lambda c: read_fraction(c, is_comma_decimal=comma, is_percent=percent)
        )
        if len(self.faults) > before or role is None or unit is None or amount is None:
            return None
        size, is_mole = unit
        flow = Flow(
            line,
            row["name"],
            role,
            amount,
            row["unit"],
            size,
            formula=formula or "",
            fraction=share or 1.0,
            mixture=mixture or (),
            is_molar=is_mole,
        )
        return self._weighed(flow)

    def _weighed(self, flow: Flow) -> Flow | None:
        """A flow whose unit, formula and shares fit together."""
        line, rule = flow.row, ""
        if flow.formula and flow.mixture:
            self.fault(line, "composition", "", "a flow has a formula or a composition", "leave one blank")
        elif flow.is_known and flow.unit_kg is None:
            rule = "has no mass, so that atoms cannot be counted"
            self.fault(line, "unit", flow.unit, rule, "give kg or mol, or leave the formula blank")
        elif not flow.is_molar:
            return flow
        elif flow.parsed is None:
            self.fault(line, "unit", flow.unit, "moles need a formula", "give the formula, or the mass in kg")
        elif flow.fraction != 1.0:
            rule = "moles count the pure substance"
            self.fault(line, "fraction", f"{flow.fraction:g}", rule, "leave it blank, or give the mass")
        else:
            return replace(flow, unit_kg=(flow.unit_kg or 0.0) * flow.parsed.molar_mass / 1e3)
        return None

    def _process(self, name: str, flows: Sequence[Flow], line: int) -> Process:
        """The flows of a process and what they are counted per."""
        for is_input, side in ((True, "input"), (False, "output")):
            if not any(flow.is_input is is_input for flow in flows):
                rule = f"a process needs an {side}, and {name or 'this one'} has none"
                self.fault(line, "role", "", rule, f"add the {side}s, or correct the roles")
        reference = _reference(name, flows)
        if reference and not reference.amount:
            rule = "the amount of the product must be above 0"
            self.fault(reference.row, "amount", "0", rule, "give the amount that the others are per")
        return Process(name or (reference.name if reference else self.sheet.file), tuple(flows), reference)


def _reference(name: str, flows: Sequence[Flow]) -> Flow | None:
    """The one product, the one named like the process, or the one feed; None where that is not clear."""
    for role in REFERENCES:
        found = [flow for flow in flows if flow.role == role]
        for candidates in (found, [flow for flow in found if flow.name.casefold() == name.casefold()]):
            if len(candidates) == 1:
                return candidates[0]
    return None
