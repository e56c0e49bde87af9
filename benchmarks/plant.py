"""Speed of the plant: cascades, batches, flowsheets, random draws, import; each beside its target and a peer
method.

Usage: python benchmarks/plant.py [--draws N]   (exit code 1 if a target is missed)

No open program solves this chain of units, so the peer of a cascade is the general method one would reach
for: the
same stage equations given to scipy.optimize.root. Everything runs in one process on one core but for the
draws. Compiled
code is warm; its first compilation is timed apart, in a process with an empty cache.
"""

from __future__ import annotations

import argparse
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time
from importlib.metadata import version
from typing import Any

import numpy as np

from orecell.plant.cascade_kernel import new_state
from orecell.plant.circuit_kernel import cold_circuit, solve_circuit
from orecell.plant.extraction import Bank, Layout, Packed, pack
from orecell.plant.extraction_batch import solve_batch
from orecell.plant.flowsheet import FlowsheetSolver
from orecell.plant.flowsheet_file import read_flowsheet
from orecell.plant.isotherm import charge_of, shipped_extractant

CATIONS = ("Mn+2", "Co+2", "Ni+2", "Li+", "Mg+2")
CASES = 1000


def cascade(generator: np.random.Generator) -> Packed:
    """A random cascade as arrays."""
    return pack(layout(generator))


def layout(generator: np.random.Generator, stages: int = 5) -> Layout:
    """A random 5-stage cascade of 6 cations with pH from the charge balance."""
    feed = {c: float(10 ** generator.uniform(-4, -0.4)) for c in CATIONS}
    feed["Na+"] = float(generator.uniform(0, 0.5)) + 1e-9
    sulfate = 0.5 * (sum(charge_of(c) * v for c, v in feed.items()) + 10 ** generator.uniform(-5, -1))
    strength, ratio = float(generator.uniform(0.2, 1.2)), float(generator.uniform(0.3, 6))
    bank = Bank(stages, 1.0, feed, float(sulfate))
    sap = float(generator.uniform(0, 0.6))
    return Layout(shipped_extractant("cyanex_272"), strength, ratio, bank, saponified_fraction=sap)


def cascades() -> tuple[float, int, float, float]:
    """Warm median [ms], cold convergences of 1,000, cold mean [ms], batch of 10,000 cold [s]."""
    generator = np.random.default_rng(1)
    cases = [cascade(generator) for _ in range(CASES)]
    cold_circuit(cases[0].circuit, cases[0].laws)
    start = time.perf_counter()
    found = [cold_circuit(case.circuit, case.laws) for case in cases]
    cold = (time.perf_counter() - start) / CASES * 1e3
    times = []
    for case, solved in zip(cases, found, strict=True):
        base = case.circuit.cascade
        moved = case.circuit._replace(
            cascade=base._replace(feed=base.feed * 1.01), sulfate_in=case.circuit.sulfate_in * 1.01
        )
        start = time.perf_counter()
        solve_circuit(moved, case.laws, solved.state, True)
        times.append(time.perf_counter() - start)
    layouts = [layout(generator) for _ in range(CASES)] * 10
    solve_batch(layouts[:2])
    start = time.perf_counter()
    assert solve_batch(layouts).is_solved.all()
    return statistics.median(times) * 1e3, sum(f.code > 0 for f in found), cold, time.perf_counter() - start


def scipy_root() -> tuple[float, int]:
    """The same residuals by scipy.optimize.root (hybr): median [ms] and how many of 50 arrive."""
    from scipy.optimize import root

    from orecell.plant.cascade_kernel import copied
    from orecell.plant.flow_kernel import set_flows
    from orecell.plant.newton_kernel import new_blocks, residual
    from orecell.plant.sweep_kernel import cold_start

    generator = np.random.default_rng(1)
    times, arrived = [], 0
    for _ in range(50):
        case = cascade(generator)
        shape = case.circuit.cascade.efficiency.shape
        chain = copied(case.circuit.cascade, False)
        set_flows(case.circuit, chain, np.zeros(shape[0]))
        state, blocks = new_state(*shape), new_blocks(*shape)
        cold_start(state, chain, case.laws, 4.0)

        def equations(
            u: Any, state: Any = state, chain: Any = chain, case: Packed = case, blocks: Any = blocks
        ) -> Any:
            state.u[:] = np.clip(u.reshape(state.u.shape), -700, 50)
            residual(state, chain, case.laws, chain.scale, blocks)
            return blocks.right.ravel().copy()

        start = time.perf_counter()
        found = root(equations, state.u.ravel().copy(), method="hybr")
        times.append(time.perf_counter() - start)
        arrived += bool(np.abs(equations(found.x)).max() < 1e-8)
    return statistics.median(times) * 1e3, arrived


def plant(name: str) -> tuple[float, float, int]:
    """Cold and warm [ms], and units."""
    flowsheet = read_flowsheet(name)
    solver = FlowsheetSolver(flowsheet)
    solver.solve()
    cold, warm = [], []
    for _ in range(5):
        start = time.perf_counter()
        solution = solver.solve()
        cold.append(time.perf_counter() - start)
        start = time.perf_counter()
        solver.solve(memory=solution.memory)
        warm.append(time.perf_counter() - start)
    return statistics.median(cold) * 1e3, statistics.median(warm) * 1e3, len(flowsheet.units)


def draws(name: str, count: int) -> float:
    """Seconds for random draws of a plant on all cores."""
    from orecell.results.plant_draws import run_draws

    solution = FlowsheetSolver(read_flowsheet(name)).solve()
    start = time.perf_counter()
    found = run_draws(solution, count)
    assert found.failed < 0.05 * count
    return time.perf_counter() - start


def first_compilation() -> float:
    """Seconds for the first solve of a plant with an empty cache of compiled code."""
    code = (
        "from orecell.plant.flowsheet import solve; "
        "from orecell.plant.flowsheet_file import read_flowsheet; "
        "solve(read_flowsheet('black_mass_to_sulfates'))"
    )
    with tempfile.TemporaryDirectory() as folder:
        start = time.perf_counter()
        subprocess.run(
            [sys.executable, "-c", code], check=True, env={**os.environ, "NUMBA_CACHE_DIR": folder}
        )
        return time.perf_counter() - start


def import_time() -> float:
    """Seconds to import the package, which must not bring the kernels along."""
    code = (
        "import time, sys; t = time.perf_counter(); import orecell; print(time.perf_counter() - t); "
        "assert 'numba' not in sys.modules"
    )
    return float(
        subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True).stdout
    )


def rows(count: int) -> list[tuple[str, str, str, bool]]:
    """What, measured, target, met."""
    warm, arrived, cold, batch = cascades()
    peer, peer_arrived = scipy_root()
    found = [
        (
            "5 stages, 6 cations, pH from charge, warm, median of 1,000",
            f"{warm:.3f} ms",
            "0.15 ms",
            warm <= 0.15,
        ),
        (
            "the same from nothing, converged of 1,000",
            f"{arrived}, {cold:.2f} ms each",
            "1,000",
            arrived == CASES,
        ),
        (
            "10,000 cascades from nothing as a batch, one core, with packing",
            f"{batch:.1f} s",
            "2 s",
            batch <= 2.0,
        ),
        (
            "the same equations by scipy.optimize.root, from the same start",
            f"{peer:.0f} ms, {peer_arrived} of 50 arrive ({peer / cold:.0f}x slower)",
            "peer",
            True,
        ),
    ]
    for name in ("black_mass_to_pcam", "black_mass_to_sulfates", "sulfates_to_pcam_to_cam"):
        a, b, units = plant(name)
        found.append((f"{name}, {units} units, from nothing", f"{a:.0f} ms", "1,000 ms", a <= 1000))
        found.append((f"{name}, warm", f"{b:.1f} ms", "10 ms", b <= 10))
    for name in ("sulfates_to_pcam_to_cam", "black_mass_to_pcam"):
        seconds = draws(name, count) * 10_000 / count
        found.append(
            (f"10,000 draws of {name}, 2 cores (from {count:,})", f"{seconds:.0f} s", "60 s", seconds <= 60)
        )
    found.append(
        ("import orecell, without the kernels", f"{import_time():.3f} s", "0.3 s", import_time() <= 0.3)
    )
    found.append(("first compilation of all kernels", f"{first_compilation():.0f} s", "none", True))
    return found


def main() -> int:
    """Print the table; returns the exit code."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--draws", type=int, default=1000)
    found = rows(parser.parse_args().draws)
    print("| what | measured | target | met |\n|---|---|---|---|")
    for what, measured, target, met in found:
        print(f"| {what} | {measured} | {target} | {'yes' if met else 'no'} |")
    versions = ", ".join(f"{name} {version(name)}" for name in ("numba", "numpy", "scipy"))
    machine = f"{os.cpu_count()} cores ({platform.machine()}), shared; Python {platform.python_version()}"
    print(f"\n*{machine}; {versions}; benchmarks/plant.py.*")
    return 0 if all(met for *_, met in found) else 1


if __name__ == "__main__":
    sys.exit(main())
