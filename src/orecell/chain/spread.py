"""How far expected output may lie: every ranged parameter of a stage at its bad end, or at its good one.

Utilization and ramp go down together while lead and qualification times go up, and the reverse, under
both weightings of the status transitions. This is the outer edge of the ranges in the data, not a
probability; studies draw from the ranges instead.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import TYPE_CHECKING, Literal

from orecell.chain.capacity import Outlook, make_outlook

if TYPE_CHECKING:
    import polars as pl

WEIGHTINGS = ("count", "capital")
LATER_IS_WORSE = ("qualification_years", "lead_time_announced_years", "lead_time_construction_years")


def at_end(stage_parameters: pl.DataFrame, end: Literal["bad", "good"]) -> pl.DataFrame:
    """Stage parameters at the end of their range that gives less (bad) or more (good) output."""
    import polars as pl

    delays = pl.col("parameter").is_in(LATER_IS_WORSE)
    use_high = delays if end == "bad" else ~delays
    ranged = pl.when(use_high).then("value_high").otherwise("value_low")
    return stage_parameters.with_columns(pl.coalesce(ranged, "value").alias("value"))


def edges(
    states: pl.DataFrame, tables: Mapping[str, pl.DataFrame], years: tuple[int, ...], as_of: dt.date
) -> tuple[list[Outlook], list[Outlook]]:
    """Outlooks at the bad ends and at the good ends, one per weighting."""
    bad = {**tables, "stage_parameters": at_end(tables["stage_parameters"], "bad")}
    good = {**tables, "stage_parameters": at_end(tables["stage_parameters"], "good")}
    return (
        [make_outlook(states, bad, years, as_of, weighting) for weighting in WEIGHTINGS],
        [make_outlook(states, good, years, as_of, weighting) for weighting in WEIGHTINGS],
    )
