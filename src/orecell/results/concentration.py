"""Concentration of world supply by stage: Herfindahl-Hirschman index and share of concern countries.

HHI is the sum of squared shares (0 to 1). Where only some countries are published, or a rest of the
world without names, that rest is unknown: the lower end takes it as many small makers, the upper end
as one country, and, for the share of concern countries, as none or all of it. Years after the source
are projections; `latest_concentration` prefers what was measured.
Source: US Department of Justice, Herfindahl-Hirschman Index.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import polars as pl

REST = "ROW"


def concentration_rows(tables: Mapping[str, pl.DataFrame]) -> list[dict[str, object]]:
    """One row per stage, item and year of table world_supply."""

    classes = dict(tables["countries"].select("country", "sourcing_class").iter_rows())
    names = dict(tables["countries"].select("country", "name").iter_rows())
    stages = dict(tables["stages"].select("stage", "name").iter_rows())
    rows: list[dict[str, object]] = []
    keys = ["stage", "item", "year"]
    table = tables["world_supply"].sort(*keys, "country")
    for (stage, item, year), group in table.group_by(keys, maintain_order=True):
        unit = group["unit"][0]
        total = 1.0 if unit == "fraction of world" else float(group["value"].sum())
        if total <= 0:
            continue
        shares = {c: v / total for c, v in group.select("country", "value").iter_rows() if c != REST}
        unknown = max(0.0, 1.0 - sum(shares.values()))
        concern = sum(share for c, share in shares.items() if classes[c] == "concern")
        largest = max(shares, key=lambda c: (shares[c], c), default="")
        squares = sum(share**2 for share in shares.values())
        published = min(group["date"].to_list())
        rows.append(
            {
                "stage": stage,
                "stage_name": stages[str(stage)],
                "item": item,
                "year": year,
                "hhi_low": squares,
                "hhi_high": squares + unknown**2,
                "concern_share_low": concern,
                "concern_share_high": concern + unknown,
                "largest_country": names.get(largest, ""),
                "largest_share": shares.get(largest, 0.0),
                "is_projection": int(str(year)) > published.year,
                "source": ", ".join(group["source"].unique().sort().to_list()),
            }
        )
    return sorted(rows, key=lambda row: (str(row["stage"]), str(row["item"]), str(row["year"])))


def latest_concentration(frame: pl.DataFrame) -> pl.DataFrame:
    """The latest year of each stage and item, projections only where nothing else is published."""
    import polars as pl

    return (
        frame.sort(~pl.col("is_projection"), "year")
        .group_by("stage", "item", maintain_order=True)
        .last()
        .sort("stage", "item", pl.col("year"))
    )
