"""Measured isotherms in a CSV file, one row per cation and point.

Columns: point, ph, cation, feed_g_per_l, extracted_fraction, extractant, extractant_mol_per_l,
organic_to_aqueous; and, where recorded, alkali_eq_per_l (alkali added to a liter of a neutral feed). An empty
extracted_fraction says that the cation was there and not measured. Every fault is named at once.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping
from pathlib import Path

from orecell.core.formula import parse_formula
from orecell.data.check import suggest
from orecell.data.filebytes import read_bytes
from orecell.errors import CaseError, Fault, FormulaError
from orecell.plant.calibration import Experiment, Point, check_alkali

NEEDED = (
    *("point", "ph", "cation", "feed_g_per_l", "extracted_fraction"),
    *("extractant", "extractant_mol_per_l", "organic_to_aqueous"),
)
OPTIONAL = ("alkali_eq_per_l",)
SAME_EVERYWHERE = ("extractant", "extractant_mol_per_l", "organic_to_aqueous")
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
        raise CaseError(faults)
    experiment = _experiment(rows)
    check_alkali(experiment, path.name)
    return experiment


Rows = list[tuple[int, dict[str, str]]]


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
    for name in head:
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
    first, seen = rows[0][1], set[tuple[str, str]]()
    for number, row in rows:
        for name, (low, high) in LIMITS.items():
            cell = row.get(name, "")
            if not cell:
                if name in NEEDED and name != "extracted_fraction":
                    yield Fault(file, number, name, "", "must be filled", "write a number")
                continue
            value = _number(cell)
            if value is None or not low <= value <= high:
                fix = FRACTION_FIX if name == "extracted_fraction" else "correct it"
                yield Fault(file, number, name, cell, f"must be a number from {low:g} to {high:g}", fix)
        yield from _cation_fault(row["cation"], number, file)
        for name in SAME_EVERYWHERE:
            if row[name] != first[name]:
                yield Fault(
                    file, number, name, row[name], "is the same in every row", "put it into another file"
                )
        if (row["point"], row["cation"]) in seen:
            yield Fault(
                file, number, "cation", row["cation"], f"occurs twice in point {row['point']}", "delete one"
            )
        seen.add((row["point"], row["cation"]))


def _cation_fault(text: str, number: int, file: str) -> Iterator[Fault]:
    try:
        charge = parse_formula(text).charge
    except FormulaError as error:
        yield Fault(file, number, "cation", text, error.rule, "write e.g. Ni+2")
        return
    if not charge or charge < 0:
        yield Fault(file, number, "cation", text, "is not a cation", "write e.g. Ni+2 or Li+")


def _number(text: str) -> float | None:
    try:
        value = float(text)
    except ValueError:
        return None
    return value if value == value and abs(value) != float("inf") else None


def _experiment(rows: Rows) -> Experiment:
    """The experiment that checked rows describe."""
    first = rows[0][1]
    feed: dict[str, float] = {}
    points: dict[str, dict[str, float]] = {}
    ph, alkali = dict[str, float](), dict[str, float | None]()
    for _, row in rows:
        cation = row["cation"]
        feed[cation] = max(
            feed.get(cation, 0.0), float(row["feed_g_per_l"]) / parse_formula(cation).molar_mass
        )
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
