"""Scenarios: a base with named changes, each with the reason for it.

A scenario file is short YAML: `name`, `because`, optionally `base`, `settings` and `overrides`. An
override sets cells of one row, found by its key, or adds a row; it applies before the checks run,
so a scenario can never smuggle in a value that a table would not accept.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from orecell.data.check import did_you_mean
from orecell.data.tables import TABLES
from orecell.data.yamlfile import Lines, read_yaml
from orecell.errors import CaseError, Fault

if TYPE_CHECKING:
    import polars as pl

Cell = str | int | float | bool | None


class Override(BaseModel):
    """One change of one row: `set` cells of the row with this key, or add it when `add` is given."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    table: str
    key: dict[str, Cell] = Field(default_factory=dict)
    set: dict[str, Cell] = Field(default_factory=dict)
    add: dict[str, Cell] = Field(default_factory=dict)
    because: str | None = None


class Settings(BaseModel):
    """What to compute; a setting that is absent is taken from the base scenario.

    Attributes:
        as_of: dates at which the state of knowledge is evaluated.
        demand_cases: demand cases to run.
        first_year: first year of the horizon.
        last_year: last year of the horizon.
        weighting: whether status transitions count projects or capital.
        use_assumed_capacity: count assumed capacities where none was published.
        headline_year: year named in the finding.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    as_of: list[str] | None = None
    demand_cases: list[str] | None = None
    first_year: int | None = Field(default=None, ge=2000, le=2100)
    last_year: int | None = Field(default=None, ge=2000, le=2100)
    weighting: Literal["count", "capital"] | None = None
    use_assumed_capacity: bool | None = None
    headline_year: int | None = Field(default=None, ge=2000, le=2100)


class Scenario(BaseModel):
    """A named set of settings and overrides, with the reason for it."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    name: str = Field(min_length=1, max_length=80, pattern=r"^[A-Za-z0-9][A-Za-z0-9_.\-]*$")
    because: str = Field(min_length=10)
    base: str | None = None
    settings: Settings = Settings()
    overrides: list[Override] = Field(default_factory=list)


def read_scenarios(folder: Path) -> tuple[dict[str, Scenario], list[Fault], bytes]:
    """Every scenario of a case, with the faults of all files and the bytes read."""
    scenarios: dict[str, Scenario] = {}
    faults: list[Fault] = []
    content = b""
    for path in sorted(folder.glob("*")):
        file = f"scenarios/{path.name}"
        if path.suffix not in (".yaml", ".yml"):
            faults.append(
                Fault(file, None, "", "", "a scenario is a .yaml file", "rename it or move it away")
            )
            continue
        scenario, found = read_scenario(path, file)
        faults.extend(found)
        content += path.read_bytes()
        if scenario is None:
            continue
        if scenario.name in scenarios:
            faults.append(
                Fault(file, 1, "name", scenario.name, "another scenario has this name", "rename one")
            )
        scenarios[scenario.name] = scenario
    if not faults:
        faults.extend(_check_bases(scenarios))
    if not faults and "base" not in scenarios:
        fix = "add scenarios/base.yaml with name: base"
        faults.append(Fault("scenarios", None, "name", "", "a case has a scenario named base", fix))
    return scenarios, faults, content


def read_scenario(path: Path, file: str) -> tuple[Scenario | None, list[Fault]]:
    """One scenario file, or its faults."""
    value, lines, faults = read_yaml(path, file)
    if faults:
        return None, faults
    if not isinstance(value, dict):
        return None, [
            Fault(file, 1, "", str(value)[:60], "must be keys and values", "write 'name: my_scenario'")
        ]
    try:
        scenario = Scenario.model_validate(value)
    except ValidationError as error:
        return None, faults_of(error, lines, file)
    faults = check_settings(scenario, lines, file)
    for i, override in enumerate(scenario.overrides):
        faults.extend(_check_override(override, lines.get(("overrides", i), 1), file))
    return (None, faults) if faults else (scenario, [])


def faults_of(error: ValidationError, lines: Lines, file: str) -> list[Fault]:
    """A fault for each problem that pydantic found."""
    return [_fault_of(problem, lines, file) for problem in error.errors()]


def _fault_of(problem: Any, lines: Lines, file: str) -> Fault:
    where = tuple(problem["loc"])
    row = next((lines[where[:n]] for n in range(len(where), -1, -1) if where[:n] in lines), None)
    name = ".".join(str(part) for part in where)
    rule, fix = str(problem["msg"]), "correct the value"
    if problem["type"] == "extra_forbidden":
        models: dict[int, type[BaseModel]] = {1: Scenario, 2: Settings, 3: Override}
        near = did_you_mean(str(where[-1]), models[len(where)].model_fields) if len(where) in models else ""
        rule, fix = "is not a known key", f"did you mean '{near}'?" if near else "delete it"
    elif problem["type"] == "missing":
        rule, fix = "this key is required", f"add '{where[-1]}:'"
    value = problem.get("input")
    return Fault(file, row, name, "" if isinstance(value, dict) else str(value)[:80], rule, fix)


def check_settings(scenario: Scenario, lines: Lines, file: str) -> list[Fault]:
    """Dates that are dates and years in order."""
    faults = []
    for i, value in enumerate(scenario.settings.as_of or []):
        try:
            dt.date.fromisoformat(value)
        except ValueError:
            row = lines.get(("settings", "as_of", i), 1)
            faults.append(
                Fault(
                    file,
                    row,
                    "settings.as_of",
                    value,
                    "must be a date written YYYY-MM-DD",
                    "write for example 2025-03-26",
                )
            )
    first, last = scenario.settings.first_year, scenario.settings.last_year
    if first is not None and last is not None and first > last:
        row = lines.get(("settings", "first_year"), 1)
        faults.append(
            Fault(file, row, "settings.first_year", str(first), "must not be after last_year", "swap the two")
        )
    return faults


def _check_override(override: Override, row: int, file: str) -> list[Fault]:
    table = TABLES.get(override.table)
    if table is None:
        near = did_you_mean(override.table, TABLES)
        fix = f"did you mean '{near}'?" if near else f"one of {', '.join(TABLES)}"
        return [Fault(file, row, "table", override.table, "is not a table of a case", fix)]
    faults = []
    if bool(override.add) == bool(override.set):
        faults.append(
            Fault(
                file, row, "set", "", "an override either sets cells or adds a row", "write 'set:' or 'add:'"
            )
        )
    if override.set and set(override.key) != set(table.key):
        need = ", ".join(table.key)
        faults.append(Fault(file, row, "key", ", ".join(override.key), f"must name {need}", f"give {need}"))
    for name in (*override.set, *override.add):
        if name not in table.column_names:
            near = did_you_mean(name, table.column_names)
            fix = f"did you mean '{near}'?" if near else "delete it"
            faults.append(Fault(file, row, name, name, f"is not a column of {table.name}", fix))
    return faults


def _check_bases(scenarios: Mapping[str, Scenario]) -> list[Fault]:
    """Every base exists and no chain of bases closes on itself."""
    faults = []
    for scenario in scenarios.values():
        seen = [scenario.name]
        while (base := scenarios[seen[-1]].base) is not None:
            file = f"scenarios/{scenario.name}.yaml"
            if base not in scenarios:
                near = did_you_mean(base, scenarios)
                fix = f"did you mean '{near}'?" if near else f"one of {', '.join(sorted(scenarios))}"
                faults.append(Fault(file, None, "base", base, "is not a scenario of this case", fix))
                break
            if base in seen:
                path = " -> ".join([*seen, base])
                faults.append(
                    Fault(
                        file, None, "base", path, "scenarios must not inherit in a circle", "drop one 'base:'"
                    )
                )
                break
            seen.append(base)
    return faults


def resolve(scenarios: Mapping[str, Scenario], name: str) -> Scenario:
    """A scenario with the settings and overrides of its bases; the nearest setting wins.

    Raises:
        CaseError: no scenario has this name.
    """
    if name not in scenarios:
        near = did_you_mean(name, scenarios)
        fix = f"did you mean '{near}'?" if near else f"one of {', '.join(sorted(scenarios))}"
        raise CaseError([Fault("scenarios", None, "name", name, "is not a scenario of this case", fix)])
    scenario = scenarios[name]
    parent = scenario.base or ("base" if name != "base" else None)
    if parent is None or parent not in scenarios:
        return scenario
    above = resolve(scenarios, parent)
    own = {k: v for k, v in scenario.settings.model_dump().items() if v is not None}
    settings = Settings.model_validate({**above.settings.model_dump(), **own})
    return scenario.model_copy(
        update={"settings": settings, "overrides": [*above.overrides, *scenario.overrides]}
    )


def apply_overrides(
    raw: Mapping[str, pl.DataFrame], scenario: Scenario
) -> tuple[dict[str, pl.DataFrame], list[Fault]]:
    """Change raw (text) tables as a scenario says; a key that finds no row is a fault."""
    import polars as pl

    tables = dict(raw)
    faults: list[Fault] = []
    file = f"scenarios/{scenario.name}.yaml"
    for override in scenario.overrides:
        frame = tables[override.table]
        if override.add:
            row = {name: [_as_text(override.add.get(name))] for name in frame.columns if name != "_row"}
            added = pl.DataFrame(row, schema_overrides=dict.fromkeys(row, pl.String))
            tables[override.table] = pl.concat(
                [frame, added.with_columns(pl.lit(0, dtype=pl.Int64).alias("_row"))]
            )
            continue
        match = pl.all_horizontal(pl.col(k) == _as_text(v) for k, v in override.key.items())
        if frame.filter(match).height != 1:
            shown = ", ".join(f"{k}={v}" for k, v in override.key.items())
            fix = f"look for the row in tables/{override.table}.csv"
            faults.append(Fault(file, None, "key", shown, f"finds no row of {override.table}", fix))
            continue
        tables[override.table] = frame.with_columns(
            pl.when(match).then(pl.lit(_as_text(v))).otherwise(pl.col(k)).alias(k)
            for k, v in override.set.items()
        )
    return tables, faults


def _as_text(value: Cell) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)
