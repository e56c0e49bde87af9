"""Outlook of capacity: what each facility will make, as known at a date, without decisions.

A project's status is a Markov chain with transitions measured over 18 months. From the status known
at the date, the chain gives the share that starts producing in each later year; a stated start year
delays what would start before it. With E the entries, S the survival and r the ramp,

    expected(y)  = capacity x utilization x sum_v E(v) S(y - v) r(y - v + 1)
    qualified(y) = the same with only the part of year y in which the supplier is qualified

Nameplate counts every announced, building, operating or pilot project at full capacity from its
start year. A paused one counts zero in nameplate and, in expected, with the chance of a restart in
the table of transitions, after the lead time of an announced project. Where no start year is stated,
a plant that runs counts as mature if it ran when first heard of, else it started in the year it was
first known to run.
Left out: decisions, trade, correlation between projects, and in years before the date what plants
made that have stopped since. The transitions are the same for every date, also for one before they
were measured. Source: status transitions in the case's tables.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from orecell.chain.requirement import content
from orecell.core.formula import parse_formula
from orecell.errors import InputError

if TYPE_CHECKING:
    import numpy as np
    import polars as pl
    from numpy.typing import NDArray

    from orecell.data.book import Book

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]

CHAIN_STATES = ("announced", "construction", "paused", "pilot", "operating", "canceled")
NAMEPLATE_STATUSES = ("announced", "construction", "operating", "pilot")
MATURE_AGE_YEARS = 5
EARLIEST_ENTRY_YEARS = 12


@dataclass(frozen=True)
class Outlook:
    """Output of every facility by year.

    Attributes:
        facilities: one row per counted or known facility with its state as of the date.
        years: axis `year`.
        nameplate: (facility, year) [stage unit].
        expected: (facility, year) [stage unit].
        qualified: (facility, year) [stage unit].
        starts: first year in which each could produce (facility).
        entered: share of each that is expected to have started by the last year (facility).
    """

    facilities: pl.DataFrame
    years: tuple[int, ...]
    nameplate: Floats
    expected: Floats
    qualified: Floats
    starts: Ints
    entered: Floats


def known_states(tables: Mapping[str, pl.DataFrame], as_of: dt.date) -> pl.DataFrame:
    """Facilities with their latest state known on or before a date; unknown ones are left out.

    Args:
        tables: typed tables (facilities, facility_states).
        as_of: date of knowledge.

    Returns:
        Rows by facility, with `running_since`: year from which it is taken to run, from when it was
        first known to; null where it never was.
    """
    import polars as pl

    states = tables["facility_states"].filter(pl.col("known_on") <= as_of).sort("facility", "known_on")
    runs = pl.col("known_on").filter(pl.col("status") == "operating").min()
    age = pl.when(runs == pl.col("known_on").min()).then(MATURE_AGE_YEARS).otherwise(0)
    latest = states.group_by("facility", maintain_order=True).agg(
        pl.exclude("facility").last(), (runs.dt.year() - age).alias("running_since")
    )
    latest = latest.drop("_row").rename(
        {c: f"state_{c}" for c in ("source", "source_url", "date", "confidence", "note")}
    )
    return tables["facilities"].drop("_row").join(latest, on="facility").sort("facility")


def stage_capacity(
    states: pl.DataFrame, book: Book, tables: Mapping[str, pl.DataFrame], *, use_assumed: bool
) -> pl.DataFrame:
    """Add `stage_capacity` in the unit of the stage and whether it is assumed.

    Args:
        states: rows of `known_states`.
        book: commodities, for element contents.
        tables: typed tables.
        use_assumed: take the assumed capacity where none was published.

    Returns:
        The rows with `stage_capacity` (null where unknown) and `is_assumed`.

    Raises:
        InputError: a capacity cannot be expressed in the unit of its stage.
    """
    import polars as pl

    assumed = tables["capacity_assumptions"].select(
        "facility", pl.col("value").alias("assumed_capacity"), pl.col("capacity_unit").alias("assumed_unit")
    )
    rows = states.join(assumed, on="facility", how="left", maintain_order="left")
    take = pl.col("capacity").is_null() & pl.col("assumed_capacity").is_not_null() & pl.lit(use_assumed)
    rows = rows.with_columns(
        pl.when(take).then("assumed_capacity").otherwise("capacity").alias("capacity"),
        pl.when(take).then("assumed_unit").otherwise("capacity_unit").alias("capacity_unit"),
        take.alias("is_assumed"),
    ).drop("assumed_capacity", "assumed_unit")
    measures = dict(tables["stages"].select("stage", "measure").iter_rows())
    parameters = parameters_of(tables["stage_parameters"], "stage")
    values: list[float | None] = []
    columns = ("facility", "capacity", "capacity_unit", "stage", "commodity")
    for facility, capacity, unit, stage, commodity in rows.select(columns).iter_rows():
        if capacity is None:
            values.append(None)
            continue
        composition = book.commodities[commodity].composition
        try:
            per_feed = parameters.get(stage, {}).get("output_per_feed_fraction", 1.0)
            per_unit = unit_factor(unit, measures[stage], composition, per_feed)
        except InputError as error:
            raise InputError(facility, f"{error.text}: {error.rule}", error.fix) from error
        values.append(capacity * per_unit)
    return rows.with_columns(pl.Series("stage_capacity", values, dtype=pl.Float64))


def unit_factor(unit: str, measure: str, composition: Mapping[str, float], per_feed: float) -> float:
    """Stage units per unit in which a capacity is quoted.

    Args:
        unit: capacity unit of the row.
        measure: what the stage adds up.
        composition: of the facility's commodity [t per unit].
        per_feed: stage output per tonne of feed.

    Raises:
        InputError: the commodity holds nothing of what the stage adds up.
    """
    if unit == "t LCE/yr":
        return content(measure, parse_formula("Li2CO3").mass_fractions())
    if unit == "m2/yr":
        return 1e-6
    if unit == "t feed/yr":
        return per_feed
    if unit.startswith("t ") or unit == "GWh/yr":
        return 1.0
    factor = content(measure, composition)
    if factor <= 0:
        raise InputError(unit, f"the commodity holds no {measure}", f"quote the capacity in t {measure}/yr")
    return factor


@dataclass(frozen=True)
class StatusChain:
    """The Markov chain of project status.

    Attributes:
        matrix: one period's transitions (from state, to state) over `CHAIN_STATES`, rows summing to 1.
        period_years: length of a period.
    """

    matrix: Floats
    period_years: float

    @classmethod
    def from_table(cls, transitions: pl.DataFrame, group: str, weighting: str) -> StatusChain:
        """The chain of a group of stages; retired counts as canceled, a state without rows stays.

        Args:
            transitions: table status_transitions.
            group: group of stages.
            weighting: 'count' or 'capital'.

        Raises:
            InputError: the group has no transitions of this weighting, or of several periods.
        """
        import numpy as np
        import polars as pl

        matrix = np.zeros((len(CHAIN_STATES), len(CHAIN_STATES)))
        rows = transitions.filter((pl.col("group") == group) & (pl.col("weighting") == weighting))
        periods = set(rows["period_months"])
        if len(periods) != 1:
            rule = "needs transitions of one period" if periods else "has no transitions"
            raise InputError(
                f"{group}, weighting {weighting}", rule, "complete tables/status_transitions.csv"
            )
        for start, end, value in rows.select("from_status", "to_status", "value").iter_rows():
            target = "canceled" if end == "retired" else end
            if start in CHAIN_STATES:
                matrix[CHAIN_STATES.index(start), CHAIN_STATES.index(target)] += value
        for i in np.flatnonzero(matrix.sum(axis=1) == 0):
            matrix[i, i] = 1.0
        return cls(matrix, float(periods.pop()) / 12.0)

    @property
    def yearly_survival(self) -> float:
        """Share of operating plants still operating a year later."""
        operating = CHAIN_STATES.index("operating")
        return float(self.matrix[operating, operating] ** (1.0 / self.period_years))

    def cumulative_entry(self, status: str, times: Floats) -> Floats:
        """Share of projects of a status that have started producing by each time.

        Args:
            status: status at time 0.
            times: years since then (time), not below 0.

        Returns:
            Non-decreasing shares (time), linear within a period.
        """
        import numpy as np

        operating = CHAIN_STATES.index("operating")
        steps = int(np.ceil(float(times.max(initial=0.0)) / self.period_years)) + 1
        share = np.zeros(len(CHAIN_STATES))
        share[CHAIN_STATES.index(status)] = 1.0
        points = [0.0]
        for _ in range(steps):
            share[operating] = 0.0
            share = share @ self.matrix
            points.append(points[-1] + float(share[operating]))
        result: Floats = np.interp(times, np.arange(steps + 1) * self.period_years, points)
        return result


def make_outlook(
    states: pl.DataFrame,
    tables: Mapping[str, pl.DataFrame],
    years: Sequence[int],
    as_of: dt.date,
    weighting: str,
) -> Outlook:
    """Nameplate, expected and qualified output of every facility.

    Args:
        states: rows of `stage_capacity`.
        tables: typed tables.
        years: axis `year`.
        as_of: date of knowledge.
        weighting: 'count' or 'capital'.

    Returns:
        The outlook; facilities not counted, or without capacity, are zero.
    """
    import numpy as np

    entry_years = np.arange(min(years[0], as_of.year) - EARLIEST_ENTRY_YEARS, years[-1] + 1)
    parameters = parameters_of(tables["stage_parameters"], "stage")
    chains = _chains(tables, weighting)
    capacity = np.nan_to_num(states["stage_capacity"].to_numpy(), nan=0.0) * states["is_counted"].to_numpy()
    expected = np.zeros((states.height, len(years)))
    qualified, entered = np.zeros_like(expected), np.zeros(states.height)
    starts = _start_years(states, parameters, as_of)
    for stage in sorted(set(states["stage"])):
        chain = chains[stage]
        rows = np.flatnonzero((states["stage"] == stage).to_numpy())
        entries = np.array(
            [_entries(chain, states["status"][int(i)], int(starts[i]), entry_years, as_of) for i in rows]
        )
        kernel, share = _kernels(
            parameters[stage], entry_years, np.asarray(years), as_of, chain.yearly_survival
        )
        expected[rows], entered[rows] = entries @ kernel, entries.sum(axis=1)
        qualified[rows] = entries @ (kernel * share)
    in_plan = np.isin(states["status"].to_numpy(), NAMEPLATE_STATUSES)
    nameplate = (starts[:, None] <= np.asarray(years)[None, :]) & in_plan[:, None]
    return Outlook(
        states,
        tuple(years),
        nameplate * capacity[:, None],
        expected * capacity[:, None],
        qualified * capacity[:, None],
        starts,
        entered,
    )


def _chains(tables: Mapping[str, pl.DataFrame], weighting: str) -> dict[str, StatusChain]:
    """Stage -> chain of the group of stages it belongs to."""
    groups = dict(tables["stages"].select("stage", "transition_group").iter_rows())
    of_group = {
        group: StatusChain.from_table(tables["status_transitions"], group, weighting)
        for group in sorted(set(groups.values()))
    }
    return {stage: of_group[group] for stage, group in groups.items()}


def parameters_of(table: pl.DataFrame, key: str) -> dict[str, dict[str, float]]:
    """Key (a stage, a kind of plant) -> parameter -> value."""
    result: dict[str, dict[str, float]] = {}
    for name, parameter, value in table.select(key, "parameter", "value").iter_rows():
        result.setdefault(name, {})[parameter] = value
    return result


def _start_years(states: pl.DataFrame, parameters: Mapping[str, Mapping[str, float]], as_of: dt.date) -> Ints:
    """Stated start year, or when it was first known to run, or the date plus the stage's lead time.

    Never after the date if it runs, never before it if it does not.
    """
    import numpy as np

    starts = []
    columns = ("status", "stage", "start_year", "running_since")
    for status, stage, start, since in states.select(columns).iter_rows():
        if status == "operating":
            starts.append(min(since if start is None else start, as_of.year))
        elif start is not None:
            starts.append(max(start, as_of.year))
        else:
            key = "lead_time_construction_years" if status == "construction" else "lead_time_announced_years"
            starts.append(as_of.year + round(parameters[stage][key]))
    return np.array(starts, dtype=np.int64)


def _entries(chain: StatusChain, status: str, start: int, entry_years: Ints, as_of: dt.date) -> Floats:
    """Share of the facility that starts producing in each entry year."""
    import numpy as np

    if status in ("canceled", "retired"):
        return np.zeros(len(entry_years))
    if status == "operating":
        return np.asarray(entry_years == max(start, int(entry_years[0])), dtype=np.float64)
    elapsed = as_of.year + as_of.timetuple().tm_yday / 366.0
    reached = chain.cumulative_entry(status, np.maximum(entry_years + 1 - elapsed, 0.0))
    return np.diff(np.where(entry_years < start, 0.0, reached), prepend=0.0)


def _kernels(
    parameters: Mapping[str, float],
    entry_years: Ints,
    years: Ints,
    as_of: dt.date,
    yearly_survival: float,
) -> tuple[Floats, Floats]:
    """Output per unit of capacity entered in v, in year y, and the qualified part of the year."""
    import numpy as np

    age = years[None, :] - entry_years[:, None]
    ramp = np.array([parameters.get(f"ramp_fraction_year_{k}", 1.0) for k in (1, 2, 3)])
    level = np.where(age < 0, 0.0, np.where(age > 2, 1.0, ramp[np.clip(age, 0, 2)]))
    at_risk = years[None, :] - np.maximum(entry_years[:, None], as_of.year)
    survival = yearly_survival ** np.maximum(at_risk, 0)
    share = np.clip(age - parameters.get("qualification_years", 0.0) + 1.0, 0.0, 1.0)
    return level * survival * parameters["utilization_fraction"], share
