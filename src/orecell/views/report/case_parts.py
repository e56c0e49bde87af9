"""What every report says of its case: assumed numbers with their ranges, and the sources of all others."""

from __future__ import annotations

from orecell.data.package import Case
from orecell.data.sources import assumptions
from orecell.views.report.report import Assumption, SourceEntry


def assumed_numbers(case: Case) -> tuple[Assumption, ...]:
    """Numbers nobody published."""
    return tuple(
        Assumption(f"{row.table}: {row.key}", row.value, row.low, row.high, row.unit, row.method)
        for row in assumptions(case)
    )


def source_entries(case: Case) -> tuple[SourceEntry, ...]:
    """All sources of the case, by id."""
    rows = case.tables["sources"].sort("source").to_dicts()
    return tuple(
        SourceEntry(r["source"], r["title"], r["publisher"], str(r["date"]), r["url"] or "", r["license"])
        for r in rows
    )
