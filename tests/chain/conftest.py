"""The shipped case, read once."""

from __future__ import annotations

import pytest

from orecell.data.book import Book, read_book
from orecell.data.package import Case, read_case, shipped_case_folder


@pytest.fixture(scope="session")
def shipped() -> Case:
    return read_case(shipped_case_folder())


@pytest.fixture(scope="session")
def book(shipped: Case) -> Book:
    return read_book(shipped.tables)[0]
