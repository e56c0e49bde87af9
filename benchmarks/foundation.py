"""Time, memory and size of the foundation, each beside its target.

Usage: python benchmarks/foundation.py   (exit code 1 if a target is missed)

Each process is fresh and measured after one run that warms the disk caches; the median of the repeats
counts. No other program computes these quantities on this case, so there is no peer to compare with:
the targets are our own budgets.
"""

from __future__ import annotations

import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parent.parent
REPEATS = 5
COMMAND = "from orecell.views.cli.main import main; main()"
IMPORT = "import time; t = time.perf_counter(); import orecell; print(time.perf_counter() - t)"
MAX_RSS_UNIT_MB = 1 / 2**20 if sys.platform == "darwin" else 1 / 1024


class Result(NamedTuple):
    name: str
    value: float
    unit: str
    target: float


def python(code: str, *words: str, cwd: Path = ROOT) -> str:
    command = [sys.executable, "-c", code, *words]
    return subprocess.run(command, cwd=cwd, check=True, capture_output=True, text=True).stdout


def median_seconds(work: Callable[[], object], repeats: int = REPEATS) -> float:
    work()
    times = []
    for _ in range(repeats):
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
    return statistics.median(times)


def import_time() -> Result:
    python(IMPORT)
    return Result(
        "import orecell", statistics.median(float(python(IMPORT)) for _ in range(REPEATS)), "s", 0.3
    )


def check_time() -> Result:
    return Result("orecell check, wall", median_seconds(lambda: python(COMMAND, "check")), "s", 1.0)


def run_time_and_memory() -> list[Result]:
    with tempfile.TemporaryDirectory() as folder:
        seconds = median_seconds(lambda: python(COMMAND, "run", cwd=Path(folder)), 3)
    # The largest of all children so far; check and import need less than run.
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * MAX_RSS_UNIT_MB
    return [
        Result("orecell run, wall", seconds, "s", 5.0),
        Result("orecell run, peak memory", peak, "MB", 400.0),
    ]


def requirement_time() -> Result:
    """Unit requirements, demand and requirement of 15 years, 3 demand cases and 2 dates, in one process."""
    import numpy as np

    from orecell import read_case, shipped_case_folder
    from orecell.chain.demand import demand_by_chemistry
    from orecell.chain.requirement import unit_requirements
    from orecell.data.book import read_book

    case = read_case(shipped_case_folder())
    book, _ = read_book(case.tables)
    first = min(case.tables["demand"]["year"].to_list())
    years = range(first, first + 15)
    cases = sorted(set(case.tables["demand"]["demand_case"]))

    def requirements() -> None:
        unit = unit_requirements(book, case.tables, years)
        for _ in range(2):
            for name in cases:
                gwh = demand_by_chemistry(case.tables, name, ("USA",), years, unit.chemistries)
                np.einsum("tsc,tc->st", unit.value, gwh)

    name = f"requirements, 15 years x {len(cases)} cases x 2 dates"
    return Result(name, 1000 * median_seconds(requirements, 20), "ms", 50.0)


def wheel_size() -> Result:
    with tempfile.TemporaryDirectory() as folder:
        build = [
            sys.executable,
            "-m",
            "pip",
            "wheel",
            str(ROOT),
            "--no-deps",
            "--quiet",
            "--wheel-dir",
            folder,
        ]
        subprocess.run(build, check=True, capture_output=True)
        (wheel,) = Path(folder).glob("*.whl")
        return Result("wheel", wheel.stat().st_size / 1e6, "MB", 15.0)


def main() -> int:
    results = [import_time(), check_time(), *run_time_and_memory(), requirement_time(), wheel_size()]
    for name, value, unit, target in results:
        verdict = "" if value < target else "   MISSED"
        print(f"{name:45} {value:9.3g} {unit:3}  target < {target:g} {unit}{verdict}")
    print("No peer exists for these quantities on this case; the targets are our own budgets.")
    return int(any(result.value >= result.target for result in results))


if __name__ == "__main__":
    sys.exit(main())
