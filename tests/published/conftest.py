"""The shipped case as published figures need it."""

from __future__ import annotations

import pytest

from orecell.data.package import Case
from orecell.data.scenario import resolve
from orecell.results.run import Run, run_case


@pytest.fixture(scope="session")
def at_its_date(shipped: Case) -> Run:
    """The base run with the date at which Argonne's figures were said among its dates."""
    base = resolve(shipped.scenarios, "base")
    settings = base.settings.model_copy(update={"as_of": ["2024-12-31"], "demand_cases": ["argonne_2024"]})
    return run_case(shipped, base.model_copy(update={"settings": settings}))
