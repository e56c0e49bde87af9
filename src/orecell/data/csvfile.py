"""Reading one CSV file into text columns with line numbers, naming every fault of its form.

Bytes must be UTF-8 without BOM, NUL or compression; the separator is a comma; the header must hold
exactly the columns of the schema, in any order; a record is one line, so that an open quotation mark
can never swallow rows. Source: RFC 4180, with LF or CRLF line ends.
"""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import TYPE_CHECKING

from orecell.data.check import MAX_FAULTS_PER_RULE, suggest
from orecell.data.filebytes import read_bytes
from orecell.data.schema import Table
from orecell.errors import Fault

if TYPE_CHECKING:
    import polars as pl

MAX_BYTES = 64 * 1024 * 1024
_SIGNATURES = {
    b"\x1f\x8b": ("is compressed (gzip)", "unpack it first"),
    b"PK\x03\x04": ("is a zip archive or a workbook", "export the sheet as CSV"),
    b"\xef\xbb\xbf": ("starts with a byte-order mark", "save as UTF-8 without BOM"),
    b"\xff\xfe": ("is UTF-16", "save as UTF-8"),
    b"\xfe\xff": ("is UTF-16", "save as UTF-8"),
}
_SHOWN = 60

Records = list[tuple[int, list[str]]]


def read_rows(path: Path, table: Table, file: str) -> tuple[pl.DataFrame | None, bytes, list[Fault]]:
    """Read a file into text columns.

    Args:
        path: file to read.
        table: its schema.
        file: name used in faults.

    Returns:
        Frame of text columns plus `_row` (line number of the record), or None when the form of the
        file hides its rows; the bytes read; the faults found.
    """
    content, faults = read_bytes(path, file, MAX_BYTES, "add the file with its header line")
    if content is None:
        return None, b"", faults
    text, faults = _decode(content, file)
    if text is None:
        return None, content, faults
    records, faults = _split(text, file)
    if faults:
        return None, content, faults
    if not records:
        rule = "the first line must name the columns"
        return None, content, [Fault(file, 1, "", "", rule, ",".join(table.column_names))]
    frame, faults = _frame(records, table, file)
    return frame, content, faults


def _decode(content: bytes, file: str) -> tuple[str | None, list[Fault]]:
    for signature, (rule, fix) in _SIGNATURES.items():
        if content.startswith(signature):
            rule = f"a table must be plain UTF-8 text; this one {rule}"
            return None, [Fault(file, 1, "", signature.hex(), rule, fix)]
    if b"\0" in content:
        line = content[: content.index(b"\0")].count(b"\n") + 1
        return None, [Fault(file, line, "", "\\x00", "a table must not contain NUL bytes", "save as UTF-8")]
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        value = content[error.start : error.end].hex()
        return None, [Fault(file, line, "", value, "a table must be UTF-8", "save as UTF-8")]
    if text.count("\r") != text.count("\r\n"):
        line = text[: text.replace("\r\n", "\n\n").index("\r")].count("\n") + 1
        rule = "a line must end with a line feed, not with a lone carriage return"
        return None, [Fault(file, line, "", "\\r", rule, "save with LF or CRLF line ends")]
    if text and not text.endswith("\n"):
        rule = "the last line must end with a line feed; the file may be cut short"
        last = text.rsplit("\n", 1)[-1][:_SHOWN]
        return None, [Fault(file, text.count("\n") + 1, "", last, rule, "restore the end of the file")]
    return text, []


def _split(text: str, file: str) -> tuple[Records, list[Fault]]:
    """Records with their line; the first record that is empty or ends on another line is a fault."""
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    records: Records = []
    try:
        for record in reader:
            line = len(records) + 1
            if reader.line_num != line:
                rule = "a cell must not contain a line break; a quotation mark may be open"
                fix = "close every quotation mark and keep each row on one line"
                return records, [Fault(file, line, "", ",".join(record)[:_SHOWN], rule, fix)]
            if not record:
                rule = "a table must not contain empty lines"
                return records, [Fault(file, line, "", "", rule, "delete the line")]
            records.append((line, record))
    except csv.Error as error:
        fix = "close every quotation mark and double those inside a cell"
        return records, [Fault(file, len(records) + 1, "", str(error), "must be well-formed CSV", fix)]
    return records, []


def _frame(records: Records, table: Table, file: str) -> tuple[pl.DataFrame | None, list[Fault]]:
    import polars as pl

    header = records[0][1]
    faults = _check_header(header, table, file)
    ragged = [(line, record) for line, record in records[1:] if len(record) != len(header)]
    for line, record in ragged[:MAX_FAULTS_PER_RULE]:
        rule = f"each row must have {len(header)} cells, this one has {len(record)}"
        fix = "add or delete commas; quote a cell that contains one"
        faults.append(Fault(file, line, "", ",".join(record)[:_SHOWN], rule, fix))
    if faults:
        return None, faults
    columns = list(zip(*(record for _, record in records[1:]), strict=True)) or [()] * len(header)
    data = {
        name: pl.Series(name, list(cells), dtype=pl.String)
        for name, cells in zip(header, columns, strict=True)
    }
    rows = pl.Series("_row", [line for line, _ in records[1:]], dtype=pl.Int64)
    return pl.DataFrame({**{name: data[name] for name in table.column_names}, "_row": rows}), []


def _check_header(header: list[str], table: Table, file: str) -> list[Fault]:
    faults = []
    if len(header) == 1 and (";" in header[0] or "\t" in header[0]):
        rule, fix = "cells must be separated by commas", "export with commas"
        return [Fault(file, 1, "", header[0][:_SHOWN], rule, fix)]
    for name in sorted(set(header) - set(table.column_names)):
        fix = suggest(name, set(table.column_names) - set(header), "delete the column")
        faults.append(Fault(file, 1, name[:_SHOWN], name[:_SHOWN], "is not a column of this table", fix))
    for name in table.column_names:
        if header.count(name) == 0:
            faults.append(Fault(file, 1, name, "", "this column is missing", "add the column"))
        elif header.count(name) > 1:
            faults.append(Fault(file, 1, name, name, "this column occurs twice", "delete one of the two"))
    return faults
