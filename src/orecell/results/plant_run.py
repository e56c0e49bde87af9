"""One plant: solved, measured, costed, put into words and written; designs, sweeps and random draws of it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

from orecell.core.wording import listed, percent
from orecell.errors import BalanceError, CaseError, InputError, NotSolvedError
from orecell.plant.alternatives import Shared, shared_facility
from orecell.plant.calibration import Calibration
from orecell.plant.design import Design, optimize
from orecell.plant.economics import Basis, Cost, Swing, basis_of, cost_of, tornado
from orecell.plant.flowsheet import Flowsheet, FlowsheetSolver, Solution
from orecell.plant.measures import (
    Measures,
    measure,
    reagents_per_tonne,
    sodium_sulfate_t_per_yr,
    water_m3_per_yr,
)
from orecell.plant.settings import Sweep, changed
from orecell.plant.stream_table import stream_table
from orecell.results.result_folder import write_folder

if TYPE_CHECKING:
    import polars as pl

NAMES = {"pcam": "pCAM", "cam": "CAM"}


@dataclass(frozen=True)
class PlantRun:
    """A solved plant with what is said of it.

    Attributes:
        solution: the flowsheet with its streams.
        basis, cost, swings: cost and what moves it.
        measures: recoveries and purity.
        finding: one paragraph.
        run_id: hash of what was asked.
        sweep: column -> values, or None.
        design: the search behind it, or None.
        shared: cost in existing equipment, or None.
        calibration: fitted constants, or None.
    """

    solution: Solution
    basis: Basis
    cost: Cost
    swings: list[Swing]
    measures: Measures
    finding: str
    run_id: str
    sweep: Mapping[str, list[float]] | None = None
    design: Design | None = None
    shared: Shared | None = None
    calibration: Calibration | None = None
    more: Mapping[str, Any] = field(default_factory=dict)

    def document(self) -> dict[str, Any]:
        """Everything as plain values for JSON."""
        solution = self.solution
        return {
            "flowsheet": solution.flowsheet.name,
            "finding": self.finding,
            "units": solution.status(),
            "streams": [asdict(row) for row in stream_table(solution)],
            "recoveries": dict(self.measures.recoveries),
            "purity": {s: [asdict(row) for row in rows] for s, rows in self.measures.purity.items()},
            "reagents_kg_per_t": reagents_per_tonne(solution),
            "sodium_sulfate_t_per_yr": sodium_sulfate_t_per_yr(solution),
            "water_m3_per_yr": water_m3_per_yr(solution),
            "cost_usd_per_yr": dict(self.cost.terms),
            "levelized_usd_per_t": self.cost.levelized,
            "capital_usd": self.cost.capital_usd,
            "npv_usd": self.cost.npv_usd,
            "worst_balance": solution.worst_balance,
            "sweep": self.sweep,
            "design": self.design.values() if self.design is not None else None,
        }


def run_plant(flowsheet: Flowsheet) -> PlantRun:
    """Solve and measure a plant; raises NotSolvedError, InputError."""
    return run_of(FlowsheetSolver(flowsheet).solve())


def run_of(solution: Solution) -> PlantRun:
    """Measures, cost and words of a solved plant."""
    basis = basis_of(solution)
    cost = cost_of(basis)
    measures = measure(solution)
    return PlantRun(
        solution,
        basis,
        cost,
        tornado(basis),
        measures,
        finding(solution, measures, cost),
        identity(solution.flowsheet),
    )


def run_designed(
    flowsheet: Flowsheet, most: int, told: Callable[[int, float], None] | None = None
) -> PlantRun:
    """The best design of a flowsheet, solved in full."""
    design = optimize(flowsheet, most, told=told)
    best = design.best.solution
    if best is None:
        raise NotSolvedError("no design solved")
    solver = FlowsheetSolver(best.flowsheet)
    return replace(run_of(solver.solve(memory=best.memory)), design=design)


def with_shared(run: PlantRun, units: tuple[str, ...], refit: float | None, toll: float | None) -> PlantRun:
    """The run with its cost in existing equipment."""
    return replace(run, shared=shared_facility(run.solution, units, refit, toll))


def run_sweep(flowsheet: Flowsheet, sweeps: Sequence[Sweep]) -> dict[str, list[float]]:
    """Measures over all combinations of swept settings; where a plant does not solve, NaN.

    Args:
        flowsheet: the plant.
        sweeps: one or two settings.
    """
    import itertools
    import math

    solver, memory = FlowsheetSolver(flowsheet), None
    rows: list[dict[str, float]] = []
    for values in itertools.product(*(sweep.values for sweep in sweeps)):
        changes = {(s.unit, s.setting): v for s, v in zip(sweeps, values, strict=True)}
        row = {s.label: v for s, v in zip(sweeps, values, strict=True)}
        try:
            solution = solver.solve(changed(flowsheet, changes, "--sweep"), memory)
            memory = solution.memory
            row |= measure(solution).flat()
        except (NotSolvedError, InputError, BalanceError, CaseError):
            pass  # a gap in the sweep: this plant does not solve, or makes no product
        rows.append(row)
    names = list(dict.fromkeys(name for row in rows for name in row))
    return {name: [row.get(name, math.nan) for row in rows] for name in names}


def identity(flowsheet: Flowsheet) -> str:
    """First 12 hex digits of the hash of a flowsheet and the version."""
    text = json.dumps(
        {
            "name": flowsheet.name,
            "hours": flowsheet.hours_per_yr,
            "feeds": [(f.name, f.phase, f.temperature_c, dict(f.flows)) for f in flowsheet.feeds],
            "units": [
                (u.name, u.kind.name, u.settings.model_dump(mode="json"), dict(u.inputs), dict(u.outputs))
                for u in flowsheet.units
            ],
            "ends": [list(map(str, flowsheet.products)), dict(flowsheet.wastes), str(flowsheet.economics)],
            "version": version("orecell"),
        },
        sort_keys=True,
    )
    return hashlib.sha256(text.encode()).hexdigest()[:12]


def finding(solution: Solution, measures: Measures, cost: Cost) -> str:
    """What the plant makes, loses and costs, and what fails, in a few sentences."""
    flowsheet = solution.flowsheet
    main = flowsheet.products[0].commodity
    shares = ", ".join(f"{percent_of(share)} of {element}" for element, share in measures.recoveries.items())
    text = (
        f"{flowsheet.name} makes {cost.amount:,.0f} t/yr of {main} at {cost.levelized:,.0f} USD/t "
        f"({cost.levelized / 1000.0:.2f} USD/kg) for {cost.capital_usd / 1e6:,.0f} MUSD of capital"
        f"{f' and recovers {shares}' if shares else ''}."
    )
    price = cost_price(solution)
    if price:
        text += f" Its price is {price:,.0f} USD/t."
    bad = [f"{row.item} in {stream}" for stream, row in measures.failing]
    judged = sum(row.passes is not None for rows in measures.purity.values() for row in rows)
    if judged:
        text += f" {judged - len(bad)} of {judged} limits of purity are kept"
        text += f"; not kept: {listed(bad, 6)}; the cost takes them as sold all the same." if bad else "."
    warned = [name for name, status in solution.status().items() if status != "OK"]
    if warned:
        text += f" {len(warned)} of {len(solution.outcomes)} units have a remark: {listed(warned, 6)}."
    return text


def percent_of(share: float) -> str:
    """A recovery in percent with one decimal, with more near 100."""
    if share < 0.005:
        return percent(share)
    return f"{share * 100.0:.1f} %" if share < 0.999 else f"{share * 100.0:.3f} %"


def cost_price(solution: Solution) -> float | None:
    """Price of the main product, or None where none is known."""
    try:
        return basis_of(solution).products[0].price
    except (InputError, IndexError):
        return None


@dataclass(frozen=True)
class Draws:
    """Random draws of a plant.

    Attributes:
        columns: measure -> values, one per draw that solved.
        failed: draws that did not solve.
        inputs: what was drawn, in words.
    """

    columns: Mapping[str, list[float]]
    failed: int
    inputs: tuple[str, ...]

    def quantiles(self) -> dict[str, tuple[float, float, float]]:
        """Measure -> 10, 50 and 90 percent points."""
        import numpy as np

        return {
            name: tuple(float(q) for q in np.quantile(values, (0.1, 0.5, 0.9)))  # type: ignore[misc]
            for name, values in self.columns.items()
            if values
        }


def plant_frames(run: PlantRun) -> dict[str, pl.DataFrame]:
    """Tables of a plant as frames."""
    import polars as pl

    rows = stream_table(run.solution)
    elements = sorted({e for row in rows for e in (*row.g_per_l, *row.mass_percent)})
    streams = [
        {
            **{key: value for key, value in asdict(row).items() if key not in ("g_per_l", "mass_percent")},
            **{f"{e}_g_per_l": row.g_per_l.get(e) for e in elements},
            **{f"{e}_percent": row.mass_percent.get(e) for e in elements},
        }
        for row in rows
    ]
    purity = [{"stream": s, **asdict(row)} for s, rs in run.measures.purity.items() for row in rs]
    frames = {
        "streams": pl.DataFrame(streams, infer_schema_length=None),
        "units": pl.DataFrame([{"unit": u, "status": t} for u, t in run.solution.status().items()]),
        "reagents": pl.DataFrame([asdict(used) for used in run.basis.reagents]),
        "equipment": pl.DataFrame([asdict(piece) for piece in run.basis.pieces]),
        "cost": pl.DataFrame([{"term": t, "usd_per_yr": float(v)} for t, v in run.cost.terms.items()]),
        "tornado": pl.DataFrame([asdict(swing) for swing in run.swings]),
    }
    if purity:
        frames["purity"] = pl.DataFrame(purity, infer_schema_length=None)
    if run.sweep:
        frames["sweep"] = pl.DataFrame(dict(run.sweep))
    return frames


def write_plant(run: PlantRun, folder: Path, pages: Mapping[str, str]) -> None:
    """Write tables, `plant.json`, pages and a manifest; raises StoreError."""
    frames = plant_frames(run)
    text = json.dumps(run.document(), indent=1, default=float)
    manifest = {
        "run_id": run.run_id,
        "flowsheet": run.solution.flowsheet.name,
        "versions": {name: version(name) for name in ("orecell", "numpy", "numba", "polars")},
        "tables": {name: {"rows": frame.height, "columns": frame.columns} for name, frame in frames.items()},
    }
    write_folder(folder, frames, {"plant.json": text + "\n", **pages}, manifest)
