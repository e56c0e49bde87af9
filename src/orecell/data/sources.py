"""Sources: does every number of a case resolve to one, and which rows are assumptions."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from orecell.data.package import Case

OWN = "Orecell"


@dataclass(frozen=True)
class Unresolved:
    """A row whose number leads to no source."""

    table: str
    row: int
    source: str
    reason: str


def unresolved(case: Case) -> Iterator[Unresolved]:
    """Rows that name no page, no document and no method of our own."""
    sources = {row["source"]: row for row in case.tables["sources"].to_dicts()}
    for name, frame in sorted(case.tables.items()):
        if "confidence" not in frame.columns:
            continue
        for row in frame.select("_row", "source", "source_url", "note").to_dicts():
            source = sources.get(row["source"])
            if source is None:
                yield Unresolved(name, row["_row"], row["source"] or "", "is not in the table of sources")
            elif source["publisher"] == OWN or source["license"] == "public domain":
                continue
            elif not (row["source_url"] or source["url"]):
                yield Unresolved(name, row["_row"], row["source"], "names neither a page nor a document")


def used_sources(case: Case) -> list[dict[str, str]]:
    """Sources with the number of rows that rest on each, most used first."""
    counts: dict[str, int] = {}
    for frame in case.tables.values():
        if "confidence" in frame.columns:
            for source in frame["source"].to_list():
                counts[source] = counts.get(source, 0) + 1
    rows = case.tables["sources"].to_dicts()
    listed = [
        {
            "source": r["source"],
            "title": r["title"],
            "publisher": r["publisher"],
            "url": r["url"] or "",
            "license": r["license"],
            "rows": str(counts.get(r["source"], 0)),
        }
        for r in rows
    ]
    return sorted(listed, key=lambda r: (-int(r["rows"]), r["source"]))


@dataclass(frozen=True)
class AssumedNumber:
    """A number nobody published: where it stands, its range and how it came about."""

    table: str
    key: str
    value: float | None
    low: float | None
    high: float | None
    unit: str
    method: str


def assumptions(case: Case) -> list[AssumedNumber]:
    """Every assumed row."""
    from orecell.data.tables import TABLES

    found = []
    for name, frame in sorted(case.tables.items()):
        if "confidence" not in frame.columns:
            continue
        columns = TABLES[name].columns
        unit_of_value = next((c.unit for c in columns if c.name == "value"), "")
        for row in frame.filter(frame["confidence"] == "assumed").to_dicts():
            key = ", ".join(str(row[k]) for k in TABLES[name].key if row[k] is not None)
            efficiency = row.get("yield_fraction")
            value = row.get("value") if efficiency is None else efficiency
            unit = (
                "yield"
                if efficiency is not None
                else row.get("unit") or row.get("capacity_unit") or unit_of_value
            )
            low, high = row.get("value_low"), row.get("value_high")
            found.append(AssumedNumber(name, key, value, low, high, unit, row["note"] or ""))
    return found
