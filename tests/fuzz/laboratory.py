"""The laboratory of the mutation fuzz: the shipped case with one thing changed, read in a folder of its own.

A mutation passes if `read_case` raises CaseError, never anything else and never nothing, and if every
fault says where it stands, what rule is broken and how to mend it.

Left out, because this version has no such tables or files: overlapping policy dates, and workbooks
(merged cells, formulas without values, macros, zip bombs).
"""

import csv
import io
import os
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import pytest

from orecell.data.package import Case, read_case
from orecell.data.tables import TABLES
from orecell.errors import CaseError, Fault

Cells = dict[str, str]
Changes = Mapping[str, bytes | None]


class Sheet:
    """A table of the shipped case, to be changed cell by cell and written back."""

    def __init__(self, name: str, content: bytes) -> None:
        self.file = f"tables/{name}.csv"
        reader = csv.DictReader(io.StringIO(content.decode("utf-8"), newline=""))
        self.columns = list(reader.fieldnames or ())
        self.rows: list[Cells] = list(reader)

    def index(self, **key: str) -> int:
        """Index of the first row with these cells."""
        for i, row in enumerate(self.rows):
            if all(row[name] == value for name, value in key.items()):
                return i
        raise LookupError(f"{self.file} has no row {key}")

    def set(self, where: int | Mapping[str, str], **cells: str) -> int:
        """Change cells of a row; returns its line in the file."""
        i = where if isinstance(where, int) else self.index(**where)
        assert set(cells) <= set(self.columns)
        assert any(self.rows[i][name] != value for name, value in cells.items()), "nothing was changed"
        self.rows[i] = {**self.rows[i], **cells}
        return i + 2

    def add(self, like: int | Mapping[str, str], **cells: str) -> int:
        """Append a copy of a row with other cells, and a name of its own; returns its line in the file."""
        i = like if isinstance(like, int) else self.index(**like)
        assert set(cells) <= set(self.columns)
        if "name" in self.columns and self.columns[0] in cells:
            cells.setdefault("name", f"{self.rows[i]['name']} {cells[self.columns[0]]}")
        self.rows.append({**self.rows[i], **cells})
        return len(self.rows) + 1

    def drop(self, keep: Callable[[Cells], bool]) -> None:
        """Delete the rows that are not to be kept."""
        before = len(self.rows)
        self.rows = [row for row in self.rows if keep(row)]
        assert len(self.rows) < before, "nothing was deleted"

    def content(self) -> bytes:
        out = io.StringIO(newline="")
        writer = csv.DictWriter(out, self.columns, lineterminator="\n")
        writer.writeheader()
        writer.writerows(self.rows)
        return out.getvalue().encode("utf-8")


class Lab:
    """Reads the shipped case with some files replaced, added or deleted."""

    def __init__(self, original: Path, folder: Path) -> None:
        self.folder = folder
        self.files = {
            path.relative_to(original).as_posix(): path.read_bytes()
            for path in sorted(original.rglob("*"))
            if path.is_file()
        }
        self._original = original

    def sheet(self, name: str) -> Sheet:
        return Sheet(name, self.files[f"tables/{name}.csv"])

    def build(self, changes: Changes) -> Path:
        """A case folder with the changes; files not changed are links."""
        for name in ("tables", "scenarios"):
            (self.folder / name).mkdir(parents=True, exist_ok=True)
        for file in self.files:
            if file not in changes:
                os.link(self._original / file, self.folder / file)
        for file, content in changes.items():
            if content is not None:
                (self.folder / file).write_bytes(content)
        return self.folder

    def read(self, changes: Changes) -> Case:
        return read_case(self.build(changes))

    def read_or_refuse(self, changes: Changes) -> Case | None:
        """The changed case, or None where it is refused with faults that are complete."""
        folder = self.build(changes)
        try:
            return read_case(folder)
        except CaseError as error:
            for fault in error.faults:
                check_complete(fault, folder)
            return None

    def refuse(self, *sheets: Sheet, files: Changes | None = None) -> list[Fault]:
        """Faults of the changed case; fails if it is accepted or a fault is not complete."""
        changes = {**{sheet.file: sheet.content() for sheet in sheets}, **(files or {})}
        assert any(self.files.get(file) != content for file, content in changes.items()), "nothing changed"
        folder = self.build(changes)
        with pytest.raises(CaseError) as caught:
            read_case(folder)
        assert caught.value.faults
        for fault in caught.value.faults:
            check_complete(fault, folder)
        return list(caught.value.faults)


def check_complete(fault: Fault, folder: Path) -> None:
    """A fault names its file, a row that exists, a column that exists, a rule and a fix."""
    assert fault.file
    assert fault.rule.strip(), str(fault)
    assert fault.fix.strip(), str(fault)
    assert "''" not in fault.fix, str(fault)
    assert len(fault.value) <= 200
    assert "\n" not in str(fault)
    path = folder / fault.file
    if fault.row is not None and path.is_file():
        assert 1 <= fault.row <= path.read_bytes().count(b"\n") + 1, str(fault)
    name = Path(fault.file).stem
    if fault.file.startswith("tables/") and name in TABLES and fault.row != 1:
        assert set(filter(None, fault.column.split(", "))) <= set(TABLES[name].column_names), str(fault)


def assert_fault(
    faults: Sequence[Fault], file: str, row: int | None = None, column: str | None = None, rule: str = ""
) -> Fault:
    """One of the faults stands at this place and speaks of this rule."""
    for fault in faults:
        here = fault.file == file and (row is None or fault.row == row)
        if here and (column is None or column in fault.column.split(", ")) and rule in fault.rule:
            return fault
    listed = "\n".join(map(str, faults))
    raise AssertionError(f"no fault at {file}, row {row}, column {column}, rule {rule!r} among\n{listed}")
