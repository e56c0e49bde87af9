"""The shipped case and its base run, made once."""

from __future__ import annotations

import pytest

from orecell.data.package import Case, read_case, shipped_case_folder
from orecell.data.scenario import resolve
from orecell.results.run import Run, run_case


@pytest.fixture(scope="session")
def shipped() -> Case:
    return read_case(shipped_case_folder())


@pytest.fixture(scope="session")
def base_run(shipped: Case) -> Run:
    return run_case(shipped, resolve(shipped.scenarios, "base"))
