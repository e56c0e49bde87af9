"""Fixtures of the mutation fuzz; two workers with one thread each are faster than two with many."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from laboratory import Lab

from orecell.data.package import shipped_case_folder

os.environ.setdefault("POLARS_MAX_THREADS", "1")


@pytest.fixture(scope="session")
def original(tmp_path_factory: pytest.TempPathFactory) -> Path:
    target = tmp_path_factory.mktemp("shipped") / "case"
    shutil.copytree(shipped_case_folder(), target, ignore=shutil.ignore_patterns("__pycache__"))
    return target


@pytest.fixture
def lab(original: Path, tmp_path: Path) -> Iterator[Lab]:
    case = tmp_path / "case"
    yield Lab(original, case)
    shutil.rmtree(case, ignore_errors=True)
