"""Measured isotherms in a CSV file, one row per cation and point.

Columns: point, ph, cation, feed_g_per_l, extracted_fraction, extractant, extractant_mol_per_l,
organic_to_aqueous; and, where recorded, alkali_eq_per_l (alkali added to a liter of a neutral feed). An empty
extracted_fraction says that the cation was there and not measured. One file is one experiment: one
extractant, phase ratio and feed in every row, one pH and alkali per point. Every fault is named at once.
"""

from __future__ import annotations

import csv
import io
import math
import re
from collections.abc import Iterator, Mapping
from pathlib import Path

from orecell.core.formula import parse_formula
from orecell.data.check import DECIMAL_COMMA, NUMBER, suggest
from orecell.data.chemistry import read_chemistry
from orecell.data.filebytes import read_bytes
from orecell.errors import CaseError, Fault, InputError
from orecell.plant.calibration import Experiment, Point, check_alkali

NEEDED = (
    *("point", "ph", "cation", "feed_g_per_l", "extracted_fraction"),
    *("extractant", "extractant_mol_per_l", "organic_to_aqueous"),
)
OPTIONAL = ("alkali_eq_per_l",)
SAME: Mapping[str, str] = {
    **dict.fromkeys(("extractant", "extractant_mol_per_l", "organic_to_aqueous"), ""),
    **dict.fromkeys(("ph", "alkali_eq_per_l"), "point"),
    "feed_g_per_l": "cation",
}
"""Column -> column of what it is the same for; empty for the whole file."""
MOST_FAULTS = 100
MAX_BYTES = 4 * 1024 * 1024
LIMITS: Mapping[str, tuple[float, float]] = {
    "ph": (0.0, 14.0),
    "feed_g_per_l": (0.0, 500.0),
    "extracted_fraction": (0.0, 1.0),
    "extractant_mol_per_l": (1e-4, 3.0),
    "organic_to_aqueous": (1e-3, 100.0),
    "alkali_eq_per_l": (0.0, 20.0),
}
FRACTION_FIX = "write 0.85 for 85 %"


def read_isotherm(path: Path) -> Experiment:
    """Read a file.

    Raises:
        CaseError: it has faults, or its points break the charge balance; all are in the message.
    """
    content, faults = read_bytes(path, path.name, MAX_BYTES, "check the path")
    if content is None:
        raise CaseError(faults)
    rows, faults = _rows(content, path.name)
    faults = faults or list(_faults(rows, path.name))
    if faults:
        raise CaseError(_few(faults, path.name))
    experiment = _experiment(rows)
    check_alkali(experiment, path.name)
    return experiment


Rows = list[tuple[int, dict[str, str]]]


def _few(faults: list[Fault], file: str) -> list[Fault]:
    """Faults as far as a reader can use them."""
    if len(faults) <= MOST_FAULTS:
        return faults
    rest = len(faults) - MOST_FAULTS
    return [*faults[:MOST_FAULTS], Fault(file, None, "", "", f"and {rest} faults more", "mend these first")]


def _rows(content: bytes, file: str) -> tuple[Rows, list[Fault]]:
    """Rows with their line numbers, or the faults of the form of the file."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return [], [Fault(file, 1, "", "", "must be UTF-8 text", "save as CSV, UTF-8")]
    reader = csv.reader(io.StringIO(text))
    try:
        lines = [(reader.line_num, line) for line in reader if any(cell.strip() for cell in line)]
    except csv.Error as error:
        return [], [Fault(file, reader.line_num, "", "", f"must be CSV: {error}", "save as CSV")]
    if not lines:
        return [], [Fault(file, 1, "", "", "must not be empty", f"columns: {', '.join(NEEDED)}")]
    head = [cell.strip() for cell in lines[0][1]]
    faults = [
        Fault(file, 1, name, "", "this column is required", "add it") for name in NEEDED if name not in head
    ]
    for name in dict.fromkeys(name for name in head if head.count(name) > 1):
        faults.append(Fault(file, 1, name, name, "this column occurs twice", "delete one of the two"))
    for name in dict.fromkeys(head):
        if name not in (*NEEDED, *OPTIONAL):
            faults.append(
                Fault(
                    file,
                    1,
                    name,
                    name,
                    "is no known column",
                    suggest(name, (*NEEDED, *OPTIONAL), "delete it"),
                )
            )
    rows: Rows = []
    for number, line in lines[1:]:
        if len(line) != len(head):
            rule = f"has {len(line)} cells for {len(head)} columns"
            faults.append(Fault(file, number, "", "", rule, "a decimal comma or a missing comma?"))
            continue
        rows.append((number, {name: cell.strip() for name, cell in zip(head, line, strict=True)}))
    return rows, faults


def _faults(rows: Rows, file: str) -> Iterator[Fault]:
    """Faults of cells, and rows that contradict each other."""
    if not rows:
        yield Fault(file, 2, "", "", "holds no points", "add rows")
        return
    extractants = [row["extractant"] for row in read_chemistry().rows("extractants")]
    seen = set[tuple[str, str]]()
    for number, row in rows:
        yield from _cell_faults(row, number, file)
        yield from _cation_fault(row["cation"], number, file)
        if row["extractant"] and row["extractant"] not in extractants:
            fix = suggest(row["extractant"], extractants, f"one of {', '.join(extractants)}")
            yield Fault(file, number, "extractant", row["extractant"], "is no extractant of the tables", fix)
        if (row["point"], row["cation"]) in seen:
            rule = f"occurs twice in point {row['point']}"
            yield Fault(file, number, "cation", row["cation"], rule, "delete one")
        seen.add((row["point"], row["cation"]))
    yield from _contradictions(rows, file)
    if not any(row["extracted_fraction"] for _, row in rows):
        yield Fault(file, 2, "extracted_fraction", "", "nothing was measured", "fill this column")


def _cell_faults(row: Mapping[str, str], number: int, file: str) -> Iterator[Fault]:
    """Cells that are empty, no number, or out of range."""
    for name in ("point", "extractant"):
        if not row[name]:
            yield Fault(file, number, name, "", "must be filled", "write a name")
    for name, (low, high) in LIMITS.items():
        cell = row.get(name, "")
        if not cell:
            if name in NEEDED and name != "extracted_fraction":
                yield Fault(file, number, name, "", "must be filled", "write a number")
            continue
        value = _number(cell)
        if value is None or not low <= value <= high:
            fix = FRACTION_FIX if name == "extracted_fraction" else "correct it"
            fix = "write a decimal point" if re.match(DECIMAL_COMMA, cell) else fix
            yield Fault(file, number, name, cell, f"must be a number from {low:g} to {high:g}", fix)
    if row["extracted_fraction"] and _number(row["feed_g_per_l"]) == 0.0:
        rule = "nothing of this cation is fed, yet its extraction was measured"
        yield Fault(file, number, "feed_g_per_l", row["feed_g_per_l"], rule, "write its concentration")


def _contradictions(rows: Rows, file: str) -> Iterator[Fault]:
    """Numbers that must be the same in several rows and are not."""
    first: dict[tuple[str, str], str] = {}
    for number, row in rows:
        for name, by in SAME.items():
            cell, key = row.get(name, ""), (name, row[by] if by else "")
            if not cell or (name in LIMITS and _number(cell) is None):
                continue
            known = first.setdefault(key, cell)
            if cell != known and (name not in LIMITS or _number(cell) != _number(known)):
                where = f"every row of {by} {row[by]}" if by else "every row"
                rule, fix = f"must be the same in {where}: {known}", "correct it, or use another file"
                yield Fault(file, number, name, cell, rule, fix)


def _cation_fault(text: str, number: int, file: str) -> Iterator[Fault]:
    try:
        formula = parse_formula(text)
        charge, _ = formula.charge, formula.molar_mass
    except InputError as error:
        yield Fault(file, number, "cation", text, error.rule, "write e.g. Ni+2")
        return
    if not charge or charge < 0:
        yield Fault(file, number, "cation", text, "is not a cation", "write e.g. Ni+2 or Li+")


def _number(text: str) -> float | None:
    value = float(text) if re.match(NUMBER, text) else math.inf
    return value if math.isfinite(value) else None


def _experiment(rows: Rows) -> Experiment:
    """The experiment that checked rows describe."""
    first = rows[0][1]
    feed: dict[str, float] = {}
    points: dict[str, dict[str, float]] = {}
    ph, alkali = dict[str, float](), dict[str, float | None]()
    for _, row in rows:
        cation = row["cation"]
        feed[cation] = float(row["feed_g_per_l"]) / parse_formula(cation).molar_mass
        label = row["point"]
        ph[label] = float(row["ph"])
        alkali[label] = float(row["alkali_eq_per_l"]) if row.get("alkali_eq_per_l") else alkali.get(label)
        found = points.setdefault(label, {})
        if row["extracted_fraction"]:
            found[cation] = float(row["extracted_fraction"])
    return Experiment(
        first["extractant"],
        float(first["extractant_mol_per_l"]),
        float(first["organic_to_aqueous"]),
        {cation: value for cation, value in feed.items() if value > 0},
        tuple(Point(label, ph[label], found, alkali[label]) for label, found in points.items()),
    )
