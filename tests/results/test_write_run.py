"""Writing a run is all or nothing: never over something else, never half, the old one kept on failure."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from orecell.errors import StoreError
from orecell.results.result_folder import MARKER
from orecell.results.run import Run, write_run


def names(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


def test_tables_and_manifest_are_written_and_read_back_the_same(base_run: Run, tmp_path: Path) -> None:
    folder = tmp_path / "deep" / "base"
    hashes = write_run(base_run, folder, {"report.html": "<p>Löß</p>"})
    assert names(folder) == {*(f"{n}.parquet" for n in base_run.frames), MARKER, "report.html"}
    for name, frame in base_run.frames.items():
        assert_frame_equal(pl.read_parquet(folder / f"{name}.parquet"), frame)
        content = (folder / f"{name}.parquet").read_bytes()
        assert hashes[f"{name}.parquet"] == hashlib.sha256(content).hexdigest()
    manifest = json.loads((folder / MARKER).read_text(encoding="utf-8"))
    assert manifest["run_id"] == base_run.run_id
    assert manifest["sha256"] == hashes
    assert (folder / "report.html").read_text(encoding="utf-8") == "<p>Löß</p>"
    assert names(folder.parent) == {"base"}


def test_the_same_run_is_written_with_the_same_bytes(base_run: Run, tmp_path: Path) -> None:
    assert write_run(base_run, tmp_path / "a") == write_run(base_run, tmp_path / "b")


def test_a_folder_is_as_readable_as_any_other_made_here(base_run: Run, tmp_path: Path) -> None:
    plain = tmp_path / "plain"
    plain.mkdir()
    write_run(base_run, tmp_path / "run")
    assert (tmp_path / "run").stat().st_mode == plain.stat().st_mode


@pytest.mark.parametrize("kind", ["folder", "empty folder", "file"])
def test_what_is_not_a_run_is_never_replaced(base_run: Run, tmp_path: Path, kind: str) -> None:
    target = tmp_path / "thesis"
    if kind == "file":
        target.write_text("years of work", encoding="utf-8")
    else:
        target.mkdir()
    if kind == "folder":
        (target / "draft.txt").write_text("years of work", encoding="utf-8")
    with pytest.raises(StoreError, match="not a result folder"):
        write_run(base_run, target)
    assert target.is_file() == (kind == "file")
    assert kind != "folder" or names(target) == {"draft.txt"}
    assert names(tmp_path) == {"thesis"}


def test_an_older_run_is_replaced_as_a_whole(base_run: Run, tmp_path: Path) -> None:
    folder = tmp_path / "base"
    write_run(base_run, folder, {"old.html": "old"})
    write_run(base_run, folder, {"new.html": "new"})
    assert "new.html" in names(folder)
    assert "old.html" not in names(folder)
    assert names(tmp_path) == {"base"}


@pytest.mark.parametrize("step", ["write_bytes", "write_text"])
def test_a_failing_write_leaves_the_old_run_and_nothing_else(
    base_run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    folder = tmp_path / "base"
    write_run(base_run, folder, {"old.html": "old"})
    before = {path.name: path.read_bytes() for path in folder.iterdir()}

    def full(self: Path, *_: Any, **__: Any) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, step, full)
    with pytest.raises(StoreError, match="No space left"):
        write_run(base_run, folder)
    monkeypatch.undo()
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before
    assert names(tmp_path) == {"base"}


@pytest.mark.parametrize("error", [OSError(13, "Permission denied"), KeyboardInterrupt()])
def test_a_failing_swap_puts_the_old_run_back(
    base_run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: BaseException
) -> None:
    folder = tmp_path / "base"
    write_run(base_run, folder, {"old.html": "old"})
    real = Path.replace

    def refuse(self: Path, target: Path) -> Path:
        if self.name == "new":
            raise error
        return real(self, target)

    monkeypatch.setattr(Path, "replace", refuse)
    with pytest.raises((StoreError, KeyboardInterrupt)):
        write_run(base_run, folder)
    monkeypatch.undo()
    assert "old.html" in names(folder)
    assert names(tmp_path) == {"base"}


def test_a_parent_that_is_a_file_is_reported(base_run: Run, tmp_path: Path) -> None:
    (tmp_path / "results").write_text("a file", encoding="utf-8")
    with pytest.raises(StoreError, match="cannot write"):
        write_run(base_run, tmp_path / "results" / "base")
