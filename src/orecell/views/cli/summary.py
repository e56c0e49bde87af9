"""The printed summary of a run: the finding, the coverage table, figures of others beside ours."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from rich.console import Console
from rich.table import Table

from orecell.core.wording import SPACE, percent
from orecell.results.headline import finding
from orecell.results.run import Run

if TYPE_CHECKING:
    import polars as pl

Answer = TypeVar("Answer")

WIDTH = 100
LEGEND = (
    "Expected: capacity x measured chance of being built and of still running x ramp x utilization; "
    "no plant is added after the date. Range: all stage parameters at their bad or good ends. Served: "
    "qualified output that US plants draw up to the cell. Plants that published no capacity (no cap) "
    "count zero."
)
OTHER_BASES = {"nameplate": "namepl.", "served": "served"}


def console() -> Console:
    """A console that never exceeds 100 columns."""
    wide = Console()
    return Console(width=min(WIDTH, wide.width) if wide.is_terminal else WIDTH, highlight=False)


def bare_table(title: str, gap: int = 1) -> Table:
    """An empty table in the look of all verbs: no lines, `gap` spaces between columns."""
    return Table(title=title, title_justify="left", box=None, padding=(0, gap, 0, 0), pad_edge=False)


@contextmanager
def steps(names: Sequence[str]) -> Iterator[Callable[[Callable[[], Answer]], Answer]]:
    """Progress over named steps on a terminal; silent elsewhere.

    Yields a function that does the next step and returns what it returns.
    """
    from rich.progress import Progress

    screen = Console(stderr=True)
    with Progress(console=screen, transient=True, disable=not screen.is_terminal) as progress:
        task = progress.add_task(names[0], total=len(names))
        remaining = iter(names)

        def do(work: Callable[[], Answer]) -> Answer:
            progress.update(task, description=next(remaining))
            result = work()
            progress.advance(task)
            return result

        yield do


def share(value: float | None) -> str:
    """A share in a narrow cell; a dash where there is no need to cover."""
    return "-" if value is None else percent(value).replace("under ", "<").replace(SPACE, " ")


def print_summary(run: Run, folder: Path, report: Path) -> None:
    """Print what a reader needs first; everything else is in the folder and the report."""
    import polars as pl

    screen = console()
    year = run.scenario.settings.headline_year
    coverage = run.frames["coverage"].filter(
        (pl.col("year") == year)
        & (pl.col("region_set") == "usa")
        & (pl.col("denominator") == "national_demand")
    )
    screen.print(finding(run), style="bold")
    screen.print()
    screen.print(_coverage_table(run, coverage))
    screen.print(LEGEND)
    screen.print()
    for row in run.frames["published"].to_dicts():
        if row["our_value"] is not None and row["unit"] == "fraction":
            theirs, ours = percent(row["their_value"]), percent(row["our_value"])
            head = f"{row['title']}: {theirs} ({row['said_by'].split(':')[0]}, {row['as_of']}), ours {ours}."
            screen.print(f"- {head} {row['difference']}")
    screen.print()
    screen.print(f"Run {run.run_id}. Tables: {folder}/*.parquet   Report: {report}", soft_wrap=True)


def _coverage_table(run: Run, coverage: pl.DataFrame) -> Table:
    """Expected coverage by date and demand case, then the bases for the last of both."""
    import polars as pl

    settings = run.scenario.settings
    dates, cases = settings.as_of or [], settings.demand_cases or []
    rows = coverage.filter(pl.col("capacity") == settings.capacity_basis)
    value = {
        (r["stage"], r["as_of"], r["demand_case"], r["basis"]): r["coverage_fraction"]
        for r in rows.to_dicts()
    }
    last = rows.filter(
        (pl.col("as_of") == dates[-1])
        & (pl.col("demand_case") == cases[-1])
        & (pl.col("basis") == "expected")
    )
    ends = {r["stage"]: (r["coverage_low"], r["coverage_high"]) for r in last.to_dicts()}
    stages = rows.select("stage", "stage_name", "stage_order").unique().sort("stage_order").rows()
    unknown = unknown_capacity(run.frames["facility_status"], dates[-1])
    title = f"US coverage of national demand in {settings.headline_year}: expected output, then other bases"
    table = bare_table(title)
    table.add_column("known in\ndemand\nbasis", no_wrap=True)
    for date in dates:
        for case in cases:
            table.add_column(f"{_heading(date, case)}\nexpect.", justify="right", no_wrap=True)
    for label in OTHER_BASES.values():
        table.add_column(f"{_heading(dates[-1], cases[-1])}\n{label}", justify="right", no_wrap=True)
    table.add_column("range of\nexpect.\n(last)", justify="right", no_wrap=True)
    table.add_column("\nno\ncap", justify="right", no_wrap=True)
    for stage, name, _ in stages:
        cells = [share(value.get((stage, d, c, "expected"))) for d in dates for c in cases]
        cells += [share(value.get((stage, dates[-1], cases[-1], b))) for b in OTHER_BASES]
        table.add_row(name, *cells, _span(ends.get(stage)), str(unknown.get(stage, 0)))
    return table


def _span(ends: tuple[float | None, float | None] | None) -> str:
    if ends is None or ends[0] is None or ends[1] is None:
        return "-"
    return f"{ends[0] * 100:.0f}-{ends[1] * 100:.0f} %"


def _heading(date: str, case: str) -> str:
    """Month of knowledge over the first word of the demand case."""
    return f"{date[2:7]}\n{case.split('_')[0][:7]}"


def unknown_capacity(status: pl.DataFrame, as_of: str) -> dict[str, int]:
    """Counted US facilities per stage, not canceled, that published no capacity as of a date."""
    import polars as pl

    rows = status.filter(
        (pl.col("as_of") == as_of)
        & pl.col("is_counted")
        & pl.col("region").str.starts_with("US-")
        & pl.col("capacity").is_null()
        & ~pl.col("status").is_in(["canceled", "retired"])
    )
    return dict(rows.group_by("stage").len().iter_rows())
