from pathlib import Path

import pytest

from orecell.data.csvfile import read_rows
from orecell.data.schema import identifier, number, table
from orecell.errors import Fault

TABLE = table("metals", "Metals.", ("metal",), identifier("metal", "metal"), number("value", "value"))


def faults_of(tmp_path: Path, content: bytes) -> list[Fault]:
    path = tmp_path / "metals.csv"
    path.write_bytes(content)
    frame, read, faults = read_rows(path, TABLE, "tables/metals.csv")
    assert read == content
    assert (frame is None) == bool(faults)
    return faults


def test_cells_are_read_as_text_with_the_line_of_their_row(tmp_path: Path) -> None:
    path = tmp_path / "metals.csv"
    path.write_bytes(b'value,metal\n1.0,Ni\n"2","Co"\n')
    frame, _, faults = read_rows(path, TABLE, "tables/metals.csv")
    assert faults == []
    assert frame is not None
    assert frame.rows() == [("Ni", "1.0", 2), ("Co", "2", 3)]
    assert frame.columns == ["metal", "value", "_row"]


def test_windows_line_ends_and_doubled_quotes_are_read(tmp_path: Path) -> None:
    assert faults_of(tmp_path, b'metal,value\r\n"N""i",1\r\n') == []


@pytest.mark.parametrize(
    ("content", "row", "rule"),
    [
        (b"", 1, "the first line must name the columns"),
        (b"metal,value\nNi,1", 2, "the file may be cut short"),
        (b"metal,value\n\nNi,1\n", 2, "empty lines"),
        (b"metal,value\nNi\n", 2, "each row must have 2 cells, this one has 1"),
        (b"metal,value\nNi,1,2\n", 2, "each row must have 2 cells, this one has 3"),
        (b"metal;value\nNi;1\n", 1, "separated by commas"),
        (b"metal\tvalue\nNi\t1\n", 1, "separated by commas"),
        (b"metal,values\nNi,1\n", 1, "this column is missing"),
        (b"metal,metal,value\nNi,Ni,1\n", 1, "occurs twice"),
        (b'metal,value\n"Ni,1\n', 2, "well-formed"),
        (b'metal,value\n"Ni"x,1\n', 2, "well-formed"),
        (b'metal,value\n"N\ni",1\n', 2, "line break"),
        (b"metal,value\nNi,1\rCo,2\n", 2, "carriage return"),
        (b"metal,value\nN\xff,1\n", 2, "must be UTF-8"),
        (b"metal,value\nN\x00i,1\n", 2, "NUL"),
        (b"\xef\xbb\xbfmetal,value\nNi,1\n", 1, "byte-order mark"),
        (b"\x1f\x8b\x08\x00", 1, "gzip"),
        (b"PK\x03\x04\x14\x00", 1, "workbook"),
    ],
)
def test_a_file_that_is_no_table_is_refused_by_line(
    tmp_path: Path, content: bytes, row: int, rule: str
) -> None:
    fault = next(fault for fault in faults_of(tmp_path, content) if rule in fault.rule)
    assert fault.file == "tables/metals.csv"
    assert fault.row == row
    assert fault.fix


def test_every_ragged_row_is_reported_at_once(tmp_path: Path) -> None:
    faults = faults_of(tmp_path, b"metal,value\nNi\nCo,2\nMn,1,2\n")
    assert [fault.row for fault in faults] == [2, 4]


def test_a_file_that_is_not_there_or_no_file_is_a_fault(tmp_path: Path) -> None:
    for path, rule in ((tmp_path / "none.csv", "missing"), (tmp_path, "regular file")):
        frame, content, faults = read_rows(path, TABLE, "tables/metals.csv")
        assert frame is None
        assert content == b""
        assert rule in faults[0].rule
