"""The cells of someone else's table: CSV in the dialects in use, or one sheet of an Excel workbook.

Own tables must be plain (`csvfile`); a foreign table is read as it comes where it has one reading:
UTF-8 with or without byte-order mark, UTF-16 with one, commas, semicolons or tabs, title lines above
the header. Refused with line and fix: other encodings, NUL bytes, cells that span lines, workbooks
that are none, and formula cells whose value was not saved or is an error, which Excel readers would
otherwise pass off as blank.
"""

from __future__ import annotations

import csv
import io
import re
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

from orecell.data.check import MAX_FAULTS_PER_RULE, suggest
from orecell.data.filebytes import read_bytes, shown_name
from orecell.errors import Fault

MAX_BYTES = 32 * 1024 * 1024
MAX_UNPACKED = 256 * 1024 * 1024
MAX_ROWS = 50_000
TITLE_LINES = 30
_SHOWN = 60
_WORKBOOK = b"PK\x03\x04"
_SIGNATURES = {
    b"\x1f\x8b": ("must be CSV or .xlsx; this one is compressed (gzip)", "unpack it first"),
    b"\xd0\xcf\x11\xe0": ("is an old or a protected Excel file", "save as .xlsx without a password"),
    b"%PDF": ("must be CSV or .xlsx; this one is a PDF", "copy the table into a sheet"),
}
_MARKS = {b"\xef\xbb\xbf": "utf-8-sig", b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}
_DAMAGE = (
    LookupError,
    ValueError,
    EOFError,
    RuntimeError,
    zlib.error,
    zipfile.BadZipFile,
    ElementTree.ParseError,
)
"""What unpacking a damaged archive may raise."""

Rows = list[tuple[int, list[str]]]
Score = Callable[[list[str]], int]


@dataclass(frozen=True)
class Sheet:
    """The cells of a table.

    Attributes:
        file: name used in faults.
        header: (line, names of the columns).
        rows: (line, cells) below the header, without blank lines.
        separator: between cells; "" in a workbook.
        note: what else the workbook holds, in a sentence.
    """

    file: str
    header: tuple[int, list[str]]
    rows: Rows
    separator: str = ""
    note: str = ""


def read_sheet(path: Path, score: Score, sheet: str | None) -> tuple[Sheet | None, list[Fault]]:
    """Read the cells of a table.

    Args:
        path: CSV or .xlsx.
        score: number of known columns that a row would name, to find the header.
        sheet: name of the sheet of a workbook; None for the first that has the columns.

    Returns:
        The cells, or None where the form of the file hides them; the faults of its form.
    """
    file = shown_name(path)
    content, faults = read_bytes(path, file, MAX_BYTES, "give the path of a CSV or .xlsx file")
    if content is None:
        return None, faults
    for signature, (rule, fix) in _SIGNATURES.items():
        if content.startswith(signature):
            return None, [Fault(file, None, "", "", rule, fix)]
    is_named_workbook = path.suffix.lower() in (".xlsx", ".xlsm", ".xls")
    if content.startswith(_WORKBOOK):
        return _read_workbook(content, file, score, sheet)
    if is_named_workbook:
        fix = "save it as .xlsx in Excel, or rename it to .csv if it is text"
        return None, [Fault(file, None, "", "", "is named like an Excel workbook and is none", fix)]
    if sheet is not None:
        rule = "only a workbook has sheets"
        return None, [Fault(file, None, "--sheet", sheet, rule, "leave the option out")]
    text, faults = _decode(content, file)
    return (None, faults) if text is None else _read_text(text, file, score)


def _decode(content: bytes, file: str) -> tuple[str | None, list[Fault]]:
    encoding = next((name for mark, name in _MARKS.items() if content.startswith(mark)), "utf-8")
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        value = content[error.start : error.end].hex()
        rule = f"a table must be {'UTF-16' if encoding == 'utf-16' else 'UTF-8'} throughout"
        return None, [Fault(file, line, "", value, rule, "save as 'CSV UTF-8'")]
    if "\0" in text:
        line = text[: text.index("\0")].count("\n") + 1
        return None, [Fault(file, line, "", "\\x00", "must not contain NUL", "save as 'CSV UTF-8'")]
    return text.replace("\r\n", "\n").replace("\r", "\n"), []


def _read_text(text: str, file: str, score: Score) -> tuple[Sheet | None, list[Fault]]:
    """A table in the separator under which some line names most columns."""
    top = text.split("\n", TITLE_LINES)[:TITLE_LINES]
    best, separator = -1, ","
    for candidate in (",", ";", "\t"):
        found = max(score([cell.strip(' "') for cell in line.split(candidate)]) for line in top)
        if found > best:
            best, separator = found, candidate
    rows, faults = _split(text, file, separator)
    if faults:
        return None, faults
    return _with_header(rows, file, score, separator)


def _split(text: str, file: str, separator: str) -> tuple[Rows, list[Fault]]:
    """Records with their line; the first that ends on another line is a fault."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    rows: Rows = []
    line = 1
    try:
        for record in reader:
            if reader.line_num != line:
                rule = "a cell must not contain a line break; a quotation mark may be open"
                fix = "close every quotation mark and keep each row on one line"
                return rows, [Fault(file, line, "", separator.join(record)[:_SHOWN], rule, fix)]
            if line > MAX_ROWS:
                return rows, [_too_long(file)]
            rows.append((line, record))
            line += 1
    except csv.Error as error:
        fix = "close every quotation mark and double those inside a cell"
        return rows, [Fault(file, line, "", str(error), "must be well-formed CSV", fix)]
    return rows, []


def _too_long(file: str) -> Fault:
    return Fault(file, None, "", "", f"must not have more than {MAX_ROWS} rows", "split it by process")


def _with_header(rows: Rows, file: str, score: Score, separator: str) -> tuple[Sheet | None, list[Fault]]:
    """Find the header among the first rows, and refuse rows of another length."""
    filled = [(line, cells) for line, cells in rows if any(cell.strip() for cell in cells)]
    if not filled:
        fix = "write a header line and one row per flow"
        return None, [Fault(file, None, "", "", "must not be empty", fix)]
    top = filled[:TITLE_LINES]
    header = max(range(len(top)), key=lambda i: (score(top[i][1]), -i))
    line, names = filled[header]
    width = max((i + 1 for i, name in enumerate(names) if name.strip()), default=0)
    body, faults = [], []
    for row, cells in filled[header + 1 :]:
        if any(cell.strip() for cell in cells[width:]) or len(cells) < width:
            rule = f"each row must have {width} cells as the header, this one has {len(cells)}"
            fix = "add or delete separators; quote a cell that contains one"
            faults.append(Fault(file, row, "", separator.join(cells)[:_SHOWN], rule, fix))
        body.append((row, cells[:width]))
    if not body:
        fix = "write one row per flow below the header"
        faults = [Fault(file, line, "", "", "must have rows below its header", fix)]
    sheet = Sheet(file, (line, names[:width]), body, separator)
    return (None if faults else sheet), faults[:MAX_FAULTS_PER_RULE]


def _read_workbook(
    content: bytes, file: str, score: Score, sheet: str | None
) -> tuple[Sheet | None, list[Fault]]:
    """The sheet asked for, or the first that has the columns."""
    fault = _packing_fault(content, file)
    if fault:
        return None, [fault]
    import fastexcel

    try:
        workbook = fastexcel.read_excel(content)
        names = list(workbook.sheet_names)
        if sheet is not None and sheet not in names:
            fix = suggest(sheet, names, f"one of {', '.join(names)}"[:200])
            return None, [Fault(file, None, "--sheet", sheet, "is no sheet of this workbook", fix)]
        tables = ((name, _cells(workbook, name)) for name in ([sheet] if sheet else names[:100]))
        name, rows = _best(tables, score)
    except fastexcel.FastExcelError as error:
        reason = str(error).splitlines()[0]
        fix = "open it in Excel and save it again as .xlsx"
        return None, [Fault(file, None, "", reason[:80], "must be a readable Excel workbook", fix)]
    if len(rows) > MAX_ROWS:
        return None, [_too_long(file)]
    faults = list(_unsaved_cells(content, name, file))[:MAX_FAULTS_PER_RULE]
    if faults:
        return None, faults
    found, faults = _with_header(rows, file, score, "")
    if found is None:
        return None, faults
    others = [other for other in names if other != name]
    note = f"Sheet {name} was read; not read: {', '.join(others)}." if others else ""
    return Sheet(file, found.header, found.rows, "", note), []


def _packing_fault(content: bytes, file: str) -> Fault | None:
    """Why a zip archive is not unpacked: it is broken, no workbook, or unpacks to too much."""
    fix = "open it in Excel and save it again as .xlsx"
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            size = sum(item.file_size for item in archive.infolist())
            if "xl/workbook.xml" not in archive.namelist():
                return Fault(file, None, "", "", "is an archive, but no .xlsx workbook", fix)
    except _DAMAGE as error:
        return Fault(file, None, "", str(error)[:80], "must be a readable Excel workbook", fix)
    if size > MAX_UNPACKED:
        rule = f"must not unpack to more than {MAX_UNPACKED} bytes"
        return Fault(file, None, "", str(size), rule, "copy the table into a workbook of its own")
    return None


def _cells(workbook: Any, name: str) -> Rows:
    """All cells of a sheet as text, numbered as Excel does."""
    frame = workbook.load_sheet(name, header_row=None, skip_rows=0, dtypes="string", n_rows=MAX_ROWS + 1)
    if not frame.width or not frame.height:
        return []
    return [
        (line, [cell or "" for cell in cells]) for line, cells in enumerate(frame.to_polars().rows(), start=1)
    ]


def _best(tables: Iterator[tuple[str, Rows]], score: Score) -> tuple[str, Rows]:
    """The first sheet with the most known columns."""
    best, found = -1, ("", Rows())
    for name, rows in tables:
        reached = max((score(cells) for _, cells in rows[:TITLE_LINES]), default=0)
        if reached > best:
            best, found = reached, (name, rows)
    return found


def _unsaved_cells(content: bytes, name: str, file: str) -> Iterator[Fault]:
    """Formula cells of a sheet without a saved value, and cells that hold an error."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        try:
            member = _member_of(archive, name)
            cells = list(_marked_cells(archive.read(member))) if member else []
        except _DAMAGE:
            fix = "open it in Excel and save it again as .xlsx"
            yield Fault(file, None, "", name[:80], "must be a readable Excel workbook", fix)
            return
    for cell, error in cells:
        found = re.fullmatch(r"([A-Z]+)([0-9]{1,7})", cell)
        column, row = (found[1], int(found[2])) if found else (cell, None)
        rule = "a cell must not hold an error" if error else "a formula cell must hold its saved value"
        fix = "correct the cell" if error else "open the file in Excel and save it, or paste the values"
        yield Fault(file, row, column, error, rule, fix)


def _member_of(archive: zipfile.ZipFile, name: str) -> str:
    """Path of a sheet inside the workbook; "" where it is not listed."""
    book = ElementTree.fromstring(archive.read("xl/workbook.xml"))
    links = ElementTree.fromstring(archive.read("xl/_rels/workbook.xml.rels"))
    targets = {link.get("Id"): link.get("Target", "") for link in links}
    for item in book.iter():
        if _tag(item) == "sheet" and item.get("name") == name:
            key = next((value for key, value in item.attrib.items() if key.endswith("}id")), None)
            target = targets.get(key, "")
            return target.lstrip("/") if target.startswith("/") else f"xl/{target}"
    return ""


def _marked_cells(content: bytes) -> Iterator[tuple[str, str]]:
    """(cell, its error or "") of cells whose value is an error or was never computed."""
    for _, item in ElementTree.iterparse(io.BytesIO(content)):
        if _tag(item) == "c":
            parts = {_tag(part): part for part in item}
            value = parts["v"].text or "" if "v" in parts else ""
            if item.get("t") == "e":
                yield item.get("r", ""), value or "error"
            elif "f" in parts and not value and item.get("t") != "str":
                yield item.get("r", ""), ""
        elif _tag(item) == "row":
            item.clear()


def _tag(item: ElementTree.Element) -> str:
    return item.tag.rpartition("}")[2]
