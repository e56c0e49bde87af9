import os
from pathlib import Path

from orecell.data.filebytes import read_bytes, shown_name


def test_a_file_is_read_up_to_its_largest_size(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(b"12345")
    assert read_bytes(path, "file", 5, "add it") == (b"12345", [])
    content, faults = read_bytes(path, "file", 4, "add it")
    assert content is None
    assert faults[0].rule == "must not be larger than 4 bytes"
    assert faults[0].value == "5"


def test_a_missing_file_is_a_fault_with_the_fix_given(tmp_path: Path) -> None:
    _, faults = read_bytes(tmp_path / "none", "none", 5, "add it")
    assert (faults[0].file, faults[0].fix) == ("none", "add it")


def test_a_pipe_is_refused_without_waiting_for_a_writer(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    _, faults = read_bytes(tmp_path / "pipe", "pipe", 5, "add it")
    assert faults[0].rule == "must be a regular file"


def test_a_name_of_bytes_that_are_no_text_can_be_printed() -> None:
    assert shown_name(Path(os.fsdecode(b"caf\xe9.csv"))) == "caf\\udce9.csv"
    assert shown_name(Path("café.csv")) == "café.csv"
