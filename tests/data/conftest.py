"""The shipped case, read once, and folders of it to change."""

import shutil
from pathlib import Path

import pytest

from orecell.data.package import Case, read_case, shipped_case_folder


@pytest.fixture(scope="session")
def shipped() -> Case:
    return read_case(shipped_case_folder())


@pytest.fixture
def case_folder(tmp_path: Path) -> Path:
    """A copy of the shipped case that a test may change."""
    target = tmp_path / "case"
    shutil.copytree(shipped_case_folder(), target, ignore=shutil.ignore_patterns("__pycache__"))
    return target
