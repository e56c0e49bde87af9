"""One plan of a network file: solved, certified, measured, put into words and written."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from importlib.metadata import version
from pathlib import Path
from typing import Any

from orecell.chain.plan.from_file import plan_of_network
from orecell.chain.plan.learning import plan_with_learning
from orecell.chain.plan.model import Model, Plan, make_model, solve_with_and_without
from orecell.chain.plan.network_input import PlanInput
from orecell.data.network_balance import unchecked_recipes
from orecell.data.network_entries import Network
from orecell.errors import NotSolvedError
from orecell.results.network_words import (
    ASKED,
    NetworkNames,
    network_finding,
    network_names,
    network_repairs,
    network_steps,
)
from orecell.results.plan_tables import plan_frames, plan_tables
from orecell.results.result_folder import write_folder

Rows = list[dict[str, Any]]


@dataclass(frozen=True)
class NetworkRun:
    """A certified plan of a network with its measures.

    Attributes:
        network: what was read.
        plan: the plan.
        cost_without: least cost without targets, rules, quotas and budgets, present value [USD].
        tables: tidy rows by table.
        finding: one paragraph.
        steps: what would help most, one sentence each.
        names: words for the reader.
        unchecked: recipes whose elements could not be balanced for want of compositions.
    """

    network: Network
    plan: Plan
    cost_without: float
    tables: Mapping[str, Rows]
    finding: str
    steps: Sequence[str]
    names: NetworkNames
    unchecked: Sequence[str]

    def summary(self) -> dict[str, Any]:
        """Everything but the tables, as plain values."""
        return {
            "network": self.network.name,
            "finding": self.finding,
            "cost_usd": self.plan.cost,
            "cost_without_targets_usd": self.cost_without,
            "next_steps": list(self.steps),
            "not_balanced": list(self.unchecked),
            "certificate": asdict(self.plan.certificate),
        }

    def document(self) -> dict[str, Any]:
        """Everything as plain values for JSON."""
        return {**self.summary(), **self.tables}


def run_network(network: Network) -> NetworkRun:
    """Solve the plan of a network and measure it.

    Raises:
        NotSolvedError: no plan exists; the message says what would mend it. Or none was proven.
    """
    given = plan_of_network(network)
    names = network_names(network, given)
    without, plan = _solved(given, names)
    tables = {**plan_tables(plan), "output": output(plan)}
    finding = network_finding(network.name, plan, without, tables, names)
    unchecked = unchecked_recipes(network)
    return NetworkRun(network, plan, without, tables, finding, network_steps(plan, names), names, unchecked)


def _solved(given: PlanInput, names: NetworkNames) -> tuple[float, Plan]:
    """Least cost without what was asked, and the plan; where kinds learn, both with learning."""
    model = make_model(given)
    try:
        free, plan = solve_with_and_without(model, ASKED)
    except NotSolvedError as error:
        raise _with_repairs(error, model, names) from None
    if not given.learning:
        return free.cost, plan
    unasked = replace(given, targets=(), rules=(), uses=(), quotas=(), budgets={}, capital_budget=None)
    return plan_with_learning(unasked).plan.cost, plan_with_learning(given).plan


def _with_repairs(error: NotSolvedError, model: Model, names: NetworkNames) -> NotSolvedError:
    """The refusal with what would mend it, if anything does."""
    lines = "\n".join(f"  - {sentence}" for sentence in network_repairs(model, names))
    if not lines:
        return error
    return NotSolvedError(f"{error}. Any one of these alone would make it possible:\n{lines}")


def output(plan: Plan) -> Rows:
    """What plants make of each commodity by place and year, less what the same recipe takes of it."""
    given = plan.model.plan
    place_of = {plant.name: plant.place for plant in given.plants}
    totals: dict[tuple[str, str, int], float] = {}
    block = plan.model.columns.activity
    for key, value in zip(block.keys.tuples(), plan.solution.values(block), strict=True):
        plant, recipe, _, year = map(str, key)
        made = given.recipes[recipe]
        for commodity, gross in made.outputs.items():
            net = gross - made.inputs.get(commodity, 0.0)
            where = (commodity, place_of[plant], int(year))
            totals[where] = totals.get(where, 0.0) + max(0.0, net) * float(value)
    least = 1e-9 * max(totals.values(), default=0.0)
    rows = [(*where, value) for where, value in sorted(totals.items()) if value > least]
    return [{"commodity": c, "place": p, "year": y, "value": value} for c, p, y, value in rows]


def write_network(run: NetworkRun, folder: Path) -> None:
    """Write tables, `plan.json` and a manifest; older results in the folder are replaced as a whole.

    Raises:
        StoreError: the folder cannot be written, or holds something that is not a result.
    """
    tables = plan_frames(run.plan, run.tables)
    manifest = {
        "network": run.network.name,
        "input_sha256": run.network.sha256,
        "versions": {name: version(name) for name in ("orecell", "numpy", "polars", "highspy")},
        "tables": {name: {"rows": frame.height, "columns": frame.columns} for name, frame in tables.items()},
    }
    write_folder(folder, tables, {"plan.json": json.dumps(run.summary(), indent=1) + "\n"}, manifest)
