"""Random draws of a plant: extraction constants within their grades, prices and capital within their ranges.

Each extraction constant gets a normal error of log10 K with the standard deviation of its grade (0.05, 0.1,
0.3,
0.5); prices, capital and costing parameters are drawn triangularly over their ranges. Draw i uses the
stream `SeedSequence(root, spawn_key=(i,))`, so order and number of workers never matter. Recycles close
to 0.1 % of every flow in
a draw; units close in full. Left out: correlation between constants, and errors of other units' numbers.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from orecell.errors import BalanceError, InputError, NotSolvedError
from orecell.plant.economics import Basis, Used, basis_of, cost_of
from orecell.plant.flowsheet import Flowsheet, FlowsheetSolver, Solution
from orecell.plant.isotherm import Exchange
from orecell.plant.measures import recoveries
from orecell.results.plant_run import Draws

if TYPE_CHECKING:
    import numpy as np

ROUGH = 1e-3
LEAST_PER_WORKER = 50
ROOT = 20261124


def run_draws(solution: Solution, count: int, workers: int | None = None, root: int = ROOT) -> Draws:
    """Draw a plant again and again.

    Args:
        solution: the plant as solved, from which every draw starts.
        count: draws.
        workers: processes; as many as there are processors if absent.
        root: seed of all draws.
    """
    available = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    jobs = max(1, min(workers or available, count // LEAST_PER_WORKER or 1))
    parts = [range(k, count, jobs) for k in range(jobs)]
    if jobs == 1:
        found = [_draw_all(solution.flowsheet, list(parts[0]), root)]
    else:
        with ProcessPoolExecutor(jobs) as pool:
            tasks = [(solution.flowsheet, list(part), root) for part in parts]
            found = list(pool.map(_draw_task, tasks))
    rows = {i: row for part in found for i, row in part}
    kept = [row for i in sorted(rows) if (row := rows[i]) is not None]
    names = list(kept[0]) if kept else []
    columns = {name: [row.get(name, 0.0) for row in kept] for name in names}
    return Draws(columns, count - len(kept), _inputs(solution.flowsheet))


def _draw_task(task: tuple[Flowsheet, list[int], int]) -> list[tuple[int, dict[str, float] | None]]:
    return _draw_all(*task)


def _draw_all(
    flowsheet: Flowsheet, indices: Sequence[int], root: int
) -> list[tuple[int, dict[str, float] | None]]:
    """Measures of some draws of a flowsheet; None where a draw did not solve."""
    import numpy as np

    solver = FlowsheetSolver(flowsheet)
    start = solver.solve()
    found: list[tuple[int, dict[str, float] | None]] = []
    for i in indices:
        generator = np.random.Generator(np.random.PCG64(np.random.SeedSequence(root, spawn_key=(i,))))
        try:
            solution = solver.solve(drawn(flowsheet, generator), start.memory, tolerance=ROUGH)
            cost = cost_of(drawn_basis(basis_of(solution), generator))
            row = {f"recovery of {e}": v for e, v in recoveries(solution).items()}
            found.append(
                (i, {**row, "cost, USD/t": float(cost.levelized), "product, t/yr": float(cost.amount)})
            )
        except (NotSolvedError, InputError, BalanceError):
            found.append((i, None))
    return found


def drawn(flowsheet: Flowsheet, generator: np.random.Generator) -> Flowsheet:
    """The flowsheet with extraction constants drawn within their grades."""
    from orecell.plant.extraction_unit import ExtractionSettings, LawSettings

    units = []
    shifts: dict[tuple[str, str], tuple[float, float]] = {}
    for unit in flowsheet.units:
        if isinstance(unit.settings, ExtractionSettings):
            laws: dict[str, Any] = dict(unit.settings.laws)
            for cation, law in sorted(unit.settings.chemistry().laws.items()):
                if not isinstance(law, Exchange):
                    continue
                key = (unit.settings.extractant, cation)
                if key not in shifts:
                    shifts[key] = tuple(law.spread * generator.standard_normal(2))
                first, second = shifts[key]
                log_k2 = None if law.log_k2 is None else law.log_k2 + second
                laws[cation] = LawSettings(
                    kind="exchange", log_k1=law.log_k1 + first, s1=law.s1, log_k2=log_k2, s2=law.s2
                )
            unit = replace(unit, settings=unit.settings.model_copy(update={"laws": laws}))
        units.append(unit)
    return replace(flowsheet, units=tuple(units))


def drawn_basis(basis: Basis, generator: np.random.Generator) -> Basis:
    """Prices, capital and parameters drawn within their ranges."""
    from orecell.data.chemistry import read_chemistry

    def between(low: float, mode: float, high: float) -> float:
        return float(generator.triangular(low, min(max(mode, low), high), high)) if high > low else mode

    reagents: list[Used] = [replace(u, price=between(u.low, u.price, u.high)) for u in basis.reagents]
    products = [replace(s, price=between(s.low, s.price, s.high)) for s in basis.products]
    feeds = {n: (t, between(lo, p, hi), lo, hi) for n, (t, p, lo, hi) in basis.feeds.items()}
    parameters = dict(basis.parameters)
    for row in read_chemistry().rows("costing"):
        parameters[row["parameter"]] = between(row["low"], basis.parameters[row["parameter"]], row["high"])
    factor = between(parameters["capex_low_factor"], 1.0, parameters["capex_high_factor"])
    pieces = tuple(replace(piece, capital_usd=factor * piece.capital_usd) for piece in basis.pieces)
    return replace(
        basis,
        reagents=tuple(reagents),
        products=tuple(products),
        feeds=feeds,
        parameters=parameters,
        pieces=pieces,
    )


def _inputs(flowsheet: Flowsheet) -> tuple[str, ...]:
    """What is drawn, in words."""
    from orecell.plant.extraction_unit import ExtractionSettings

    circuits = [u.name for u in flowsheet.units if isinstance(u.settings, ExtractionSettings)]
    found = [f"extraction constants of {', '.join(circuits)} within their grades"] if circuits else []
    return (*found, "prices, capital and costing numbers within their ranges")
