from dataclasses import replace

import polars as pl

from orecell.data.package import Case
from orecell.data.sources import Unresolved, assumptions, unresolved, used_sources
from orecell.data.tables import TABLES


def test_every_number_of_the_shipped_case_resolves_to_a_source(shipped: Case) -> None:
    assert list(unresolved(shipped)) == []


def test_a_source_without_a_page_leaves_its_rows_unresolved(shipped: Case) -> None:
    sources = shipped.tables["sources"].with_columns(
        pl.when(pl.col("source") == "bls_cpi_u").then(None).otherwise(pl.col("url")).alias("url")
    )
    case = replace(shipped, tables={**shipped.tables, "sources": sources})
    rows = shipped.tables["deflators"].filter(pl.col("source") == "bls_cpi_u")["_row"].to_list()
    expected = [Unresolved("deflators", r, "bls_cpi_u", "names neither a page nor a document") for r in rows]
    assert rows
    assert list(unresolved(case)) == expected


def test_a_source_that_is_not_listed_is_unresolved(shipped: Case) -> None:
    sources = shipped.tables["sources"].filter(pl.col("source") != "cepci_prommis")
    case = replace(shipped, tables={**shipped.tables, "sources": sources})
    assert [(u.table, u.source, u.reason) for u in unresolved(case)] == [
        ("deflators", "cepci_prommis", "is not in the table of sources")
    ]


def test_sources_are_listed_with_the_rows_that_rest_on_them_most_used_first(shipped: Case) -> None:
    listed = used_sources(shipped)
    counts = [int(entry["rows"]) for entry in listed]
    assert counts == sorted(counts, reverse=True)
    total = sum(f.height for f in shipped.tables.values() if "confidence" in f.columns)
    assert sum(counts) == total
    assert len(listed) == shipped.tables["sources"].height
    cpi = next(entry for entry in listed if entry["source"] == "bls_cpi_u")
    assert cpi["rows"] == str(shipped.tables["deflators"].filter(pl.col("source") == "bls_cpi_u").height)


def test_every_assumed_row_is_listed_with_its_method(shipped: Case) -> None:
    rows = assumptions(shipped)
    assumed = sum(
        f.filter(pl.col("confidence") == "assumed").height
        for f in shipped.tables.values()
        if "confidence" in f.columns
    )
    assert len(rows) == assumed
    assert all(row.method for row in rows)
    for row in rows:
        if TABLES[row.table].has_range and row.value is not None:
            assert row.low is not None
            assert row.high is not None
            assert row.low <= row.value <= row.high


def test_an_assumed_yield_is_shown_as_the_value_of_its_row(shipped: Case) -> None:
    rows = {(row.table, row.key): row for row in assumptions(shipped)}
    row = rows["recipe_flows", "pcam_nmc811, carrier, niso4_6h2o"]
    assert (row.value, row.low, row.high, row.unit) == (0.985, 0.97, 0.998, "yield")
