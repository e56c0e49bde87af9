"""A folder of results: Parquet tables, pages and a manifest, written as a whole or not at all.

The manifest names tables with their SHA-256; a folder without one is not ours and is left alone.
"""

from __future__ import annotations

import hashlib
import io
import json
import shutil
import tempfile
from collections.abc import Mapping
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

from orecell.data.package import Case
from orecell.errors import StoreError

if TYPE_CHECKING:
    import polars as pl

SCHEMA_VERSION = 1
MARKER = "manifest.json"


def identity(case: Case, *asked: str) -> str:
    """First 12 hex digits of the hash of the case, what was asked of it, and the version."""
    text = case.input_hash + "".join(asked) + version("orecell")
    return hashlib.sha256(text.encode()).hexdigest()[:12]


def make_manifest(
    case: Case, run_id: str, frames: Mapping[str, pl.DataFrame], packages: tuple[str, ...], **more: Any
) -> dict[str, Any]:
    """What was run with what: case, versions, tables, and what the caller adds."""
    import platform

    return {
        "schema_version": SCHEMA_VERSION,
        "run_id": run_id,
        "case": case.name,
        "input_sha256": case.input_hash,
        "versions": {"python": platform.python_version(), **{name: version(name) for name in packages}},
        "tables": {name: {"rows": frame.height, "columns": frame.columns} for name, frame in frames.items()},
        **more,
    }


def write_folder(
    folder: Path, frames: Mapping[str, pl.DataFrame], pages: Mapping[str, str], manifest: Mapping[str, Any]
) -> dict[str, str]:
    """Write tables, pages and manifest; older results in the folder are replaced as a whole.

    Args:
        folder: result folder.
        frames: name -> table.
        pages: file name -> text to put beside the tables.
        manifest: what was run with what.

    Returns:
        File name -> SHA-256 of each table.

    Raises:
        StoreError: the folder cannot be written, or holds something that is not a result.
    """
    if folder.exists() and not (folder / MARKER).is_file():
        raise StoreError(f"{folder} exists and is not a result folder; name another with --out")
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        room = Path(tempfile.mkdtemp(prefix=".run-", dir=folder.parent))
    except OSError as error:
        raise StoreError(f"cannot write to {folder.parent}: {error.strerror}") from error
    try:
        hashes = _fill(room / "new", frames, pages, manifest)
        _swap(room, folder)
    except OSError as error:
        raise StoreError(f"cannot write {folder}: {error.strerror}") from error
    finally:
        shutil.rmtree(room, ignore_errors=True)
    return hashes


def _fill(
    building: Path, frames: Mapping[str, pl.DataFrame], pages: Mapping[str, str], manifest: Mapping[str, Any]
) -> dict[str, str]:
    """Write everything into a new folder; returns the hashes of the tables."""
    building.mkdir()
    hashes = {}
    for name, frame in frames.items():
        content = io.BytesIO()
        frame.write_parquet(content, statistics=False)
        (building / f"{name}.parquet").write_bytes(content.getbuffer())
        hashes[f"{name}.parquet"] = hashlib.sha256(content.getbuffer()).hexdigest()
    for name, text in pages.items():
        (building / name).write_text(text, encoding="utf-8")
    text = json.dumps({**manifest, "sha256": hashes}, indent=1, sort_keys=True)
    (building / MARKER).write_text(text + "\n", encoding="utf-8")
    return hashes


def _swap(room: Path, folder: Path) -> None:
    """Put the new folder in place; the old one is moved aside first, and back if that fails."""
    old = room / "old"
    try:
        if folder.exists():
            folder.replace(old)
        (room / "new").replace(folder)
    except BaseException:
        if old.exists() and not folder.exists():
            old.replace(folder)
        raise
