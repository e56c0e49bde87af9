"""Orecell's `lp` layer beside linopy, pyoframe and Pyomo: the same network built and handed to HiGHS.

The peers live in an environment of their own, because they pin other versions of what we use:

    python3.11 -m venv /tmp/peers
    /tmp/peers/bin/pip install linopy pyoframe highsbox pyomo highspy

Then, on an idle machine (some 10 minutes in all; each command below takes a part of it),

    python benchmarks/lp_build.py build --peers /tmp/peers/bin/python --sizes tiny 75k 350k
    python benchmarks/lp_build.py build --peers /tmp/peers/bin/python --sizes 3.4M
    python benchmarks/lp_build.py resolve

write their parts of the section "LP layer" of benchmarks/RESULTS.md. Every measurement is a process of its
own that first builds a tiny network, so that imports and first calls are not counted in the first column.
Builders take turns, after memory has been touched that the host of a virtual machine may have to find
first; time is the best of the repeats, memory the peak resident memory of the whole process. On "tiny" all
optima are compared. Networks and builders are in benchmarks/peers. Pyomo is left out at 3.4 M columns: it
took 632 s and 6.7 GB there on a network of this kind.
"""

from __future__ import annotations

import argparse
import datetime
import json
import os
import platform
import re
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
RESULTS = HERE / "RESULTS.md"
HEADING = "## LP layer"
BUILDERS = {
    "Orecell": ["with_orecell.py"],
    "linopy": ["with_linopy.py"],
    "linopy, sparse path": ["with_linopy.py", "--sparse"],
    "pyoframe": ["with_pyoframe.py"],
    "Pyomo": ["with_pyomo.py"],
}
SKIPPED = {("Pyomo", "3.4M"): "632 s before"}
REPEATS = {"tiny": 1, "75k": 5, "350k": 3, "3.4M": 3}
RESOLVES = [
    ("75k", "simplex", False), ("75k", "ipx", False), ("75k", "ipx", True),
    ("350k", "simplex", False), ("350k", "ipx", False), ("350k", "ipx", True),
    ("75k expanding", "ipx", False), ("75k expanding", "ipx", True),
]  # fmt: skip
BUILD_HEAD = """\
| builder | build + hand-over [s] | x | process with imports [s] | x | its peak [MB] | x | of it the model |
|---|---|---|---|---|---|---|---|"""
RESOLVE_HEAD = """\
| network | change | cold by | cold build + solve [s] | warm re-solve [s] | x | iterations cold, warm |
|---|---|---|---|---|---|---|"""
TOUCH_MEMORY = "b'x' * 2**31"
PACKAGES = ["highspy", "numpy", "linopy", "pyoframe", "highsbox", "pyomo", "polars", "xarray"]


def measured(python: str, arguments: list[str]) -> dict[str, Any]:
    """What one measurement prints last."""
    command = [python, str(HERE / "peers" / arguments[0]), *arguments[1:]]
    begin = time.perf_counter()
    run = subprocess.run(command, capture_output=True, text=True, check=False)
    if run.returncode != 0:
        raise SystemExit(f"{' '.join(arguments)} failed:\n{run.stderr}")
    found: dict[str, Any] = json.loads(run.stdout.strip().splitlines()[-1])
    found["process"] = time.perf_counter() - begin
    print(" ".join(arguments), found, flush=True)
    return found


def versions(python: str) -> str:
    """Versions of the packages that matter, of those installed for an interpreter."""
    script = (
        "import importlib.metadata as m, json, sys\n"
        "print(json.dumps({d.metadata['Name'].lower(): d.version for d in m.distributions()}))"
    )
    run = subprocess.run([python, "-c", script], capture_output=True, text=True, check=True)
    installed = json.loads(run.stdout)
    return ", ".join(f"{name} {installed[name]}" for name in PACKAGES if name in installed)


def build_rows(peers: str, size: str) -> list[str]:
    """Table rows of one size: every builder, best time and peak memory, against Orecell."""
    names = [name for name in BUILDERS if (name, size) not in SKIPPED]
    all_found: dict[str, list[dict[str, Any]]] = {name: [] for name in names}
    for _ in range(REPEATS[size]):
        subprocess.run([sys.executable, "-c", TOUCH_MEMORY], check=True)
        for name in names:
            script, *options = BUILDERS[name]
            python = sys.executable if name == "Orecell" else peers
            all_found[name].append(measured(python, [script, size, *options]))
    best = {
        name: {key: min(one[key] for one in found) for key in found[0]} for name, found in all_found.items()
    }
    rows = [_build_row(name, best[name], best["Orecell"]) for name in names]
    return rows + [f"| {n} | skipped ({why}) | | | | | | |" for (n, s), why in SKIPPED.items() if s == size]


def _build_row(name: str, best: dict[str, float], ours: dict[str, float]) -> str:
    cells = [f"{best['seconds']:.3f}", f"{best['process']:.2f}", f"{best['peak_mb']:.0f}"]
    ratios = [f"{best[key] / ours[key]:.1f}x" for key in ("seconds", "process", "peak_mb")]
    by = [" | ".join(pair) for pair in zip(cells, ratios, strict=True)]
    return f"| {name} | {' | '.join(by)} | {best['peak_mb'] - best['before_mb']:.0f} |"


def compare_optima(peers: str) -> str:
    """All builders solve the tiny network; raises SystemExit if their optima differ."""
    found = {}
    for name, arguments in BUILDERS.items():
        python = sys.executable if name == "Orecell" else peers
        found[name] = measured(python, [arguments[0], "tiny", *arguments[1:], "--solve"])["objective"]
    spread = max(found.values()) / min(found.values()) - 1.0
    if spread > 1e-9:
        raise SystemExit(f"the optima differ: {found}")
    return f"All five reach the same optimum on the tiny network (spread {spread:.0e})."


def build(peers: str, sizes: list[str]) -> None:
    """Measure building and write one part per size."""
    for size in sizes:
        if size == "tiny":
            write_part("Versions", f"{compare_optima(peers)} Peers: {versions(peers)}.")
            continue
        rows = [BUILD_HEAD, *build_rows(peers, size)]
        write_part(f"Build and hand-over, {size} columns", "\n".join(rows))


def resolve() -> None:
    """Measure warm re-solves and write their part."""
    rows = [RESOLVE_HEAD]
    for size, method, is_scenario in RESOLVES:
        arguments = ["resolve.py", size, method, *(["--scenario"] if is_scenario else [])]
        found = measured(sys.executable, arguments)
        warm = sorted(found["warm"])
        middle = warm[len(warm) // 2]
        change = "freight x 0.9 to 1.1, demand x 0.98 to 1.02" if is_scenario else "each number within 2 %"
        rows.append(
            f"| {size}, {found['columns']:,} x {found['rows']:,} | {change} | {method} | {found['cold']:.2f} "
            f"| {middle:.3f} ({warm[0]:.3f} to {warm[-1]:.3f}) | {found['cold'] / middle:.1f}x "
            f"| {found['cold_iterations']:,}, {sorted(found['warm_iterations'])[len(warm) // 2]:,} |"
        )
    write_part("Re-solve after a change", "\n".join(rows))


def write_part(title: str, text: str, by: str = "lp_build.py") -> None:
    """Put a part under its title in the section, in place of the last one of that title."""
    old = RESULTS.read_text(encoding="utf-8") if RESULTS.exists() else "# Results of the benchmarks\n"
    before, _, rest = old.partition(f"\n{HEADING}\n")
    section, mark, after = rest.partition("\n## ")
    machine = f"{os.cpu_count()} cores ({platform.machine()}), shared; Python {platform.python_version()}; "
    stamp = f"*{machine}{versions(sys.executable)}; {datetime.date.today().isoformat()}; benchmarks/{by}.*"
    part = f"\n### {title}\n\n{text}\n\n{stamp}\n"
    section = re.sub(rf"\n### {re.escape(title)}\n.*?(?=\n### |\Z)", "", section, flags=re.DOTALL)
    RESULTS.write_text(
        f"{before.rstrip()}\n\n{HEADING}\n{section.rstrip()}\n{part}{mark}{after}", encoding="utf-8"
    )


def main() -> None:
    """Read the command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parts = parser.add_subparsers(dest="part", required=True)
    for_build = parts.add_parser("build")
    for_build.add_argument("--peers", required=True, help="python of the environment of the peers")
    for_build.add_argument("--sizes", nargs="+", default=["tiny", "75k", "350k", "3.4M"], choices=REPEATS)
    parts.add_parser("resolve")
    given = parser.parse_args()
    if given.part == "build":
        build(given.peers, given.sizes)
    else:
        resolve()


if __name__ == "__main__":
    main()
