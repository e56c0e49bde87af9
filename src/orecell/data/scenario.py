"""Scenarios: a base with named changes, each with the reason for it.

A scenario file is short YAML: `name`, `because`, optionally `base`, `settings` and `overrides`. An
override sets cells of rows found by their key, or adds a row; it applies before the checks run
(see `orecell.data.override`), so a scenario can never smuggle in a value that a table would not accept.
A key names every key column of its table; a list of values in it stands for one row each:

    key: {stage: [cam, pcam], parameter: qualification_years}
"""

from __future__ import annotations

import datetime as dt
import itertools
import math
import re
import unicodedata
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, PrivateAttr, ValidationError

from orecell.data.check import DAY, suggest
from orecell.data.filebytes import read_bytes, shown_name
from orecell.data.tables import TABLES
from orecell.data.yamlfile import MAX_BYTES, Lines, read_yaml
from orecell.errors import CaseError, Fault

Cell = str | int | float | bool | None
MIN_REASON = 10
MAX_ROWS = 1000
_CELLS_OF = ("key", "set", "add")


class Override(BaseModel):
    """One change: `set` cells of the rows with this key, or add a row when `add` is given."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    table: str
    key: dict[str, Cell | list[Cell]] = Field(default_factory=dict)
    set: dict[str, Cell] = Field(default_factory=dict)
    add: dict[str, Cell] = Field(default_factory=dict)
    because: str | None = None
    _file: str = PrivateAttr("")
    _lines: dict[str, int] = PrivateAttr(default_factory=dict)

    def row_keys(self) -> list[dict[str, Cell]]:
        """Key of each row that it sets: every combination of the values named."""
        choices = [cell if isinstance(cell, list) else [cell] for cell in self.key.values()]
        return [dict(zip(self.key, cells, strict=True)) for cells in itertools.product(*choices)]

    def place(self, name: str = "") -> tuple[str, int | None]:
        """File and line of a column that it sets, or of the override itself."""
        return self._file, self._lines.get(name, self._lines.get(""))


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

    @property
    def last_choice(self) -> tuple[str, str]:
        """Last date of knowledge and last demand case, which are shown first."""
        return (self.as_of or [""])[-1], (self.demand_cases or [""])[-1]

    @property
    def capacity_basis(self) -> str:
        """Capacity basis of the results shown: `with_assumed` or `sourced`."""
        return "with_assumed" if self.use_assumed_capacity else "sourced"


class Scenario(BaseModel):
    """A named set of settings and overrides, with the reason for it."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    name: str = Field(min_length=1, max_length=80, pattern=r"^[A-Za-z0-9][A-Za-z0-9_.\-]*$")
    because: str = Field(min_length=MIN_REASON)
    base: str | None = None
    settings: Settings = Settings()
    overrides: list[Override] = Field(default_factory=list)
    _lines: Lines = PrivateAttr(default_factory=dict)

    @property
    def file(self) -> str:
        """Its file; a scenario has the name of its file."""
        return f"scenarios/{self.name}.yaml"

    def line(self, *where: str | int) -> int | None:
        """Line of a value in the file, or None where the scenario inherits it."""
        return self._lines.get(where)


def read_scenarios(folder: Path) -> tuple[dict[str, Scenario], list[Fault], dict[str, bytes]]:
    """Every scenario of a case, the faults of all files, and the bytes read by file."""
    scenarios: dict[str, Scenario] = {}
    faults: list[Fault] = []
    contents: dict[str, bytes] = {}
    for path in sorted(folder.glob("*")):
        file = f"scenarios/{shown_name(path)}"
        if path.suffix != ".yaml":
            fix = "rename it to end in .yaml, or move it away"
            faults.append(Fault(file, None, "", "", "a scenario is a .yaml file", fix))
            continue
        content, found = read_bytes(path, file, MAX_BYTES, "restore the file")
        faults.extend(found)
        if content is None:
            continue
        contents[file] = content
        scenario, found = read_scenario(content, file)
        faults.extend(found)
        if scenario is not None:
            faults.extend(_check_name(scenario, file, scenarios))
            scenarios[scenario.name] = scenario
    if not faults:
        faults.extend(_check_bases(scenarios))
    if not faults and "base" not in scenarios:
        fix = "add scenarios/base.yaml with name: base"
        faults.append(Fault("scenarios", None, "name", "", "a case has a scenario named base", fix))
    return scenarios, faults, contents


def _check_name(scenario: Scenario, file: str, others: Mapping[str, Scenario]) -> Iterator[Fault]:
    """The name is that of the file, and no other differs from it only by case."""
    row = scenario.line("name")
    if scenario.file != file:
        fix = f"rename the file to {scenario.name}.yaml, or correct the name"
        yield Fault(file, row, "name", scenario.name, "a scenario has the name of its file", fix)
    twins = [name for name in others if name.casefold() == scenario.name.casefold()]
    if twins:
        rule = f"another scenario has the name {twins[0]} (case does not count)"
        yield Fault(file, row, "name", scenario.name, rule, "rename one")


def read_scenario(content: bytes, file: str) -> tuple[Scenario | None, list[Fault]]:
    """One scenario file, or its faults.

    Args:
        content: bytes of the file.
        file: name used in faults.
    """
    value, lines, faults = read_yaml(content, file)
    if faults:
        return None, faults
    if not isinstance(value, dict):
        fix = "write 'name: my_scenario'"
        return None, [Fault(file, 1, "", str(value)[:60], "must be keys and values", fix)]
    try:
        scenario = Scenario.model_validate(value)
    except ValidationError as error:
        return None, faults_of(error, lines, file)
    scenario._lines.update(lines)
    faults = [*_check_reason(scenario, file), *check_settings(scenario, lines, file)]
    for i, override in enumerate(scenario.overrides):
        override._file = file
        override._lines[""] = lines.get(("overrides", i), 1)
        for part in _CELLS_OF:
            named = getattr(override, part)
            override._lines.update({name: lines.get(("overrides", i, part, name), 1) for name in named})
        faults.extend(_check_override(override))
    faults = faults or list(_check_repeats(scenario, file))
    return (None, faults) if faults else (scenario, [])


def faults_of(error: ValidationError, lines: Lines, file: str) -> list[Fault]:
    """A fault for each problem that pydantic found; a cell of a wrong type is one problem."""
    faults: dict[tuple[str, str], Fault] = {}
    for problem in error.errors():
        fault = _fault_of(problem, lines, file)
        faults.setdefault((fault.column, fault.rule), fault)
    return list(faults.values())


_RULES = {
    "missing": ("this key is required", "add it"),
    "bool_type": ("must be true or false", "write true or false"),
    "int_type": ("must be a whole number", "write for example 2030"),
    "string_type": ("must be text", "write text, in quotes if it looks like a number"),
    "list_type": ("must be a list", "write for example [first, second]"),
    "dict_type": ("must be keys and values", "write for example 'country: USA'"),
    "model_type": ("must be keys and values", "write for example 'first_year: 2024'"),
}
_CELL_RULE = ("a cell is text, a number, true, false or empty", "write one value")


def _fault_of(problem: Any, lines: Lines, file: str) -> Fault:
    where = tuple(problem["loc"])
    is_cell = len(where) > 3 and where[2] in _CELLS_OF
    where = where[:4] if is_cell else where
    row = next((lines[where[:n]] for n in range(len(where), -1, -1) if where[:n] in lines), None)
    name = ".".join(str(part) for part in where)
    rule, fix = _RULES.get(problem["type"], (str(problem["msg"]), "correct the value"))
    if is_cell:
        rule, fix = _CELL_RULE
    elif problem["type"] == "extra_forbidden":
        models: dict[int, type[BaseModel]] = {1: Scenario, 2: Settings, 3: Override}
        known = models[len(where)].model_fields if len(where) in models else {}
        rule, fix = "is not a known key", suggest(str(where[-1]), known, "delete it")
    elif problem["type"] == "missing":
        fix = f"add '{where[-1]}:'"
    value = problem.get("input")
    return Fault(file, row, name, "" if isinstance(value, (dict, list)) else str(value)[:80], rule, fix)


def _check_reason(scenario: Scenario, file: str) -> Iterator[Fault]:
    """A reason is words, not blanks or escape codes."""
    reason = scenario.because.strip()
    hidden = any(unicodedata.category(character) in ("Cc", "Cf") for character in reason.replace("\n", ""))
    if len(reason) < MIN_REASON or hidden:
        rule = f"must give the reason in at least {MIN_REASON} characters, all visible"
        yield Fault(file, scenario.line("because"), "because", reason[:80], rule, "say why in a sentence")


def check_settings(scenario: Scenario, lines: Lines, file: str) -> list[Fault]:
    """Dates that are dates, lists without repetition, and years in order."""
    settings, faults = scenario.settings, []

    def add(key: str, value: str, rule: str, fix: str, *where: int) -> None:
        row = lines.get(("settings", key, *where), lines.get(("settings", key)))
        faults.append(Fault(file, row, f"settings.{key}", value, rule, fix))

    for i, value in enumerate(settings.as_of or []):
        if not _is_day(value):
            add("as_of", value, "must be a date written YYYY-MM-DD", "write for example 2025-03-26", i)
    for key in ("as_of", "demand_cases"):
        values = getattr(settings, key)
        if values is not None and not values:
            add(key, "[]", "must name at least one", "name one, or delete the key to take that of the base")
        for i, value in enumerate(values or []):
            if value in values[:i]:
                add(key, value, "must not be named twice", "delete one of the two", i)
    first, last, headline = settings.first_year, settings.last_year, settings.headline_year
    if first is not None and last is not None and first > last:
        add("first_year", str(first), "must not be after last_year", "swap the two")
    if headline is not None and ((first or headline) > headline or (last or headline) < headline):
        rule = "must lie within first_year and last_year"
        add("headline_year", str(headline), rule, "choose a year of the horizon")
    return faults


def _is_day(value: str) -> bool:
    if not re.match(DAY, value) or value.endswith("\n"):
        return False
    try:
        return 1900 <= dt.date.fromisoformat(value).year <= 2100
    except ValueError:
        return False


def _check_override(override: Override) -> Iterator[Fault]:
    file, row = override.place()
    table = TABLES.get(override.table)
    if table is None:
        fix = suggest(override.table, TABLES, f"one of {', '.join(TABLES)}")
        yield Fault(file, row, "table", override.table[:80], "is not a table of a case", fix)
        return
    if bool(override.add) == bool(override.set):
        rule = "an override either sets cells or adds a row"
        yield Fault(file, row, "set", "", rule, "write 'set:' or 'add:'")
    need = ", ".join(table.key)
    shown = ", ".join(override.key)
    if override.set and set(override.key) != set(table.key):
        yield Fault(file, row, "key", shown[:80], f"must name {need}", f"give {need}")
    rows = math.prod(len(cell) for cell in override.key.values() if isinstance(cell, list))
    if not 1 <= rows <= MAX_ROWS:
        rule = f"the lists in a key name {rows} rows, not 1 to {MAX_ROWS}"
        yield Fault(file, row, "key", shown[:80], rule, "name fewer, or one at least")
    if override.add and override.key:
        rule = "a row that is added has its key in 'add'"
        yield Fault(file, row, "key", shown[:80], rule, "move the key into 'add:'")
    for name in (*override.set, *override.add):
        if name not in table.column_names:
            fix = suggest(name, table.column_names, "delete it")
            rule = f"is not a column of {table.name}"
            yield Fault(file, override.place(name)[1], name[:80], name[:80], rule, fix)


def _check_repeats(scenario: Scenario, file: str) -> Iterator[Fault]:
    """No cell is set twice by one scenario: the second would win in silence."""
    seen: set[tuple[str, str, str]] = set()
    rows = ((override, row) for override in scenario.overrides for row in override.row_keys())
    for change, row in rows:
        key = ", ".join(f"{name}={row[name]}" for name in sorted(row))
        for name in change.set:
            if (change.table, key, name) in seen:
                rule = f"this cell of {change.table} is already set by this scenario"
                yield Fault(file, change.place(name)[1], name, key[:80], rule, "delete one of the two")
            seen.add((change.table, key, name))


def _check_bases(scenarios: Mapping[str, Scenario]) -> Iterator[Fault]:
    """Every base exists, no chain of bases closes on itself, and `base` itself has none."""
    for scenario in scenarios.values():
        seen = [scenario.name]
        if scenario.name == "base" and scenario.base is not None:
            rule = "the scenario base is the root of all others and has no base"
            yield Fault(scenario.file, scenario.line("base"), "base", scenario.base, rule, "delete 'base:'")
            continue
        while (base := scenarios[seen[-1]].base) is not None:
            row = scenario.line("base")
            if base not in scenarios:
                fix = suggest(base, scenarios, f"one of {', '.join(sorted(scenarios))}")
                yield Fault(scenario.file, row, "base", base, "is not a scenario of this case", fix)
                break
            if base in seen:
                path = " -> ".join([*seen, base])
                rule = "scenarios must not inherit in a circle"
                yield Fault(scenario.file, row, "base", path, rule, "drop one 'base:'")
                break
            seen.append(base)


def resolve(scenarios: Mapping[str, Scenario], name: str) -> Scenario:
    """A scenario with the settings and overrides of its bases; the nearest setting wins.

    Raises:
        CaseError: no scenario has this name.
    """
    if name not in scenarios:
        fix = suggest(name, scenarios, f"one of {', '.join(sorted(scenarios))}")
        raise CaseError([Fault("scenarios", None, "name", name, "is not a scenario of this case", fix)])
    scenario = scenarios[name]
    parent = (scenario.base or "base") if name != "base" else None
    if parent is None or parent not in scenarios:
        return scenario
    above = resolve(scenarios, parent)
    own = {k: v for k, v in scenario.settings.model_dump().items() if v is not None}
    settings = Settings.model_validate({**above.settings.model_dump(), **own})
    return scenario.model_copy(
        update={"settings": settings, "overrides": [*above.overrides, *scenario.overrides]}
    )
