"""Two plans side by side: what was put in differently, and what came out differently.

Plans are read from their folders, so that any two that were ever made can be compared.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from orecell.core.wording import percent
from orecell.errors import StoreError
from orecell.results.plan_words import money
from orecell.results.result_folder import MARKER

if TYPE_CHECKING:
    import polars as pl

SCALES = {"builds": "capex_usd", "costs": "usd"}
WORDS = ("note", "source", "source_url", "date", "confidence", "value_low", "value_high")
MOST_KEYS = 3
LEAST_SHARE = 0.001
LEAST_USD = 1e6
"""Differences below a tenth of a point or a million USD are left out."""


@dataclass(frozen=True)
class Stored:
    """A plan read from its folder.

    Attributes:
        folder: where.
        told: what was asked of it: question and scenario.
        summary: finding and cost.
        input_sha256: of the case's files.
        tables: by name.
    """

    folder: Path
    told: Mapping[str, Any]
    summary: Mapping[str, Any]
    input_sha256: str
    tables: Mapping[str, pl.DataFrame]

    @property
    def cost(self) -> float:
        """Present value [USD]."""
        return float(self.summary["cost_usd"])


@dataclass(frozen=True)
class Difference:
    """One line of a comparison."""

    what: str
    first: Any
    second: Any


@dataclass(frozen=True)
class Comparison:
    """Two plans side by side.

    Attributes:
        inputs: what was put in differently.
        costs: present value by term [USD], the total first.
        coverage: US output over need, by stage and year, the largest difference first.
        builds: capital of what is built [USD], by kind of plant.
        sentence: the difference in one sentence.
    """

    inputs: list[Difference]
    costs: list[Difference]
    coverage: list[Difference]
    builds: list[Difference]
    sentence: str


def read_plan(folder: Path) -> Stored:
    """A plan from its folder.

    Raises:
        StoreError: there is no plan, or a table is not what the manifest says.
    """
    import hashlib
    import io

    import polars as pl

    try:
        manifest = json.loads((folder / MARKER).read_text(encoding="utf-8"))
        summary = json.loads((folder / "plan.json").read_text(encoding="utf-8"))
        tables = {}
        for file, expected in manifest["sha256"].items():
            content = (folder / file).read_bytes()
            if hashlib.sha256(content).hexdigest() != expected:
                raise StoreError(f"{folder / file} was changed or damaged since it was written; plan again")
            tables[file.removesuffix(".parquet")] = pl.read_parquet(io.BytesIO(content))
        told = {"question": manifest["question"], "scenario": manifest["scenario"]}
        return Stored(folder, told, summary, manifest["input_sha256"], tables)
    except (OSError, ValueError, KeyError, pl.exceptions.PolarsError) as error:
        raise StoreError(f"{folder} holds no plan that can be read: {error}") from error


def compare(first: Stored, second: Stored) -> Comparison:
    """What differs between two plans."""
    flat = [{**_flat(plan.told["question"]), **_scenario(plan.told["scenario"])} for plan in (first, second)]
    inputs = [Difference(key, a, b) for key, a, b in _different(*flat)]
    is_explained = any("(" in one.what for one in inputs)
    if first.input_sha256 != second.input_sha256 and not is_explained:
        hashes = first.input_sha256[:12], second.input_sha256[:12]
        inputs.append(Difference("files of the case", *hashes))
    total = Difference("all", first.cost, second.cost)
    costs = [total, *_by(first, second, "costs", "term", LEAST_USD)]
    builds = _by(first, second, "builds", "kind", LEAST_USD)
    return Comparison(inputs, costs, _coverage(first, second), builds, _sentence(first, second))


def _scenario(told: Mapping[str, Any]) -> dict[str, Any]:
    """Settings of a scenario, and each cell that it overrides as `table (key) column`; words are left out."""
    found = _flat(told.get("settings", {}), "settings.")
    found["scenario"] = told.get("name")
    for override in told.get("overrides", []):
        cells = override.get("set") or override.get("add") or {}
        for column, value in cells.items():
            if column not in WORDS:
                found[f"{override['table']} ({_key(override)}) {column}"] = value
    return found


def _key(override: Mapping[str, Any]) -> str:
    """The rows that an override changes, in short."""
    parts = []
    for value in (override.get("key") or override.get("add") or {}).values():
        parts.append(f"{len(value)} rows" if isinstance(value, list) else str(value))
    return ", ".join(parts[:MOST_KEYS])


def _flat(value: Any, prefix: str = "") -> dict[str, Any]:
    """Nested settings as `question.choices.weighting` -> value."""
    if isinstance(value, Mapping):
        return {k: v for key, item in value.items() for k, v in _flat(item, f"{prefix}{key}.").items()}
    if isinstance(value, list) and not value:
        return {}
    if isinstance(value, list) and any(isinstance(item, (dict, list)) for item in value):
        return {k: v for i, item in enumerate(value) for k, v in _flat(item, f"{prefix}{i + 1}.").items()}
    return {prefix.removesuffix("."): value}


def _different(first: Mapping[str, Any], second: Mapping[str, Any]) -> list[tuple[str, Any, Any]]:
    keys = dict.fromkeys([*first, *second])
    return [(k, first.get(k), second.get(k)) for k in keys if first.get(k) != second.get(k)]


def _by(first: Stored, second: Stored, table: str, axis: str, least: float) -> list[Difference]:
    """Sums of a table by an axis that differ, the largest difference first."""
    sums = [_sums(plan, table, axis) for plan in (first, second)]
    found = [
        Difference(key, sums[0].get(key, 0.0), sums[1].get(key, 0.0)) for key in sorted({*sums[0], *sums[1]})
    ]
    large = [one for one in found if abs(one.second - one.first) >= least]
    return sorted(large, key=lambda one: -abs(one.second - one.first))


def _sums(plan: Stored, table: str, axis: str) -> dict[str, float]:
    """Sum of a table by an axis; costs at their present value."""
    import polars as pl

    frame = plan.tables.get(table)
    if frame is None or not frame.height:
        return {}
    value = pl.col(SCALES[table]) * (pl.col("discount_factor") if table == "costs" else 1.0)
    return dict(frame.group_by(axis).agg(value.sum().alias("sum")).select(axis, "sum").iter_rows())


def _coverage(first: Stored, second: Stored) -> list[Difference]:
    shares = [
        {f"{name} in {year}": share for name, year, share in _coverage_rows(plan)} for plan in (first, second)
    ]
    keys = dict.fromkeys([*shares[0], *shares[1]])
    found = [Difference(key, shares[0].get(key, 0.0), shares[1].get(key, 0.0)) for key in keys]
    large = [one for one in found if abs(one.second - one.first) >= LEAST_SHARE]
    return sorted(large, key=lambda one: -abs(one.second - one.first))


def _coverage_rows(plan: Stored) -> list[tuple[str, int, float]]:
    return list(plan.tables["coverage"].select("stage_name", "year", "coverage_fraction").iter_rows())


def _sentence(first: Stored, second: Stored) -> str:
    change = second.cost - first.cost
    more = "more" if change >= 0 else "less"
    return (
        f"{second.folder} costs {money(abs(change))} {more} than {first.folder}, or "
        f"{percent(abs(change) / first.cost)} (present value: {money(second.cost)} against "
        f"{money(first.cost)})."
    )
