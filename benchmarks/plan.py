"""Time of the national plan: building it against HiGHS's own time on the same matrix, and all of it.

Usage: python benchmarks/plan.py   (writes its part of benchmarks/RESULTS.md)

Each horizon is planned in a fresh process; every stage, four sourcing classes, continuous sizes. No other
open program plans this chain, so there is no peer to run beside it: builders of such programs are compared
in lp_build.py.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from lp_build import write_part

ROOT = Path(__file__).parent.parent
COMMAND = "from orecell.views.cli.main import main; main()"
HORIZONS = (2035, 2040)
MOST_SHARE, MOST_SECONDS = 0.1, 20.0


def measure(last_year: int) -> dict[str, float]:
    """Seconds and sizes of one plan, in this process."""
    from orecell.chain.plan.model import make_model
    from orecell.lp.highs import Solver
    from orecell.results.plan_question import Question
    from orecell.results.plan_run import plan_input
    from orecell.views.cli.plan import plan_choices
    from orecell.views.cli.work import Choices, prepare

    case, scenario = prepare("base", Choices(settings=(f"last_year={last_year}",)))
    given, _, _ = plan_input(case, Question(plan_choices(scenario)))
    start = time.perf_counter()
    model = make_model(given)
    built = time.perf_counter()
    solver = Solver(model.problem)
    handed = time.perf_counter()
    solver.solve()
    solved = time.perf_counter()
    matrix = solver.matrix
    return {
        "columns": len(matrix.cost),
        "rows": len(matrix.row_lower),
        "entries": len(matrix.values),
        "places": len({plant.place for plant in given.plants}),
        "build": built - start,
        "hand_over": handed - built,
        "solve": solved - handed,
    }


def apart(last_year: int) -> dict[str, float]:
    """The same in a fresh process, and the whole command beside it."""
    done = subprocess.run(
        [sys.executable, __file__, str(last_year)], check=True, capture_output=True, text=True
    )
    found: dict[str, float] = json.loads(done.stdout)
    with tempfile.TemporaryDirectory() as folder:
        words = ["plan", "--set", f"last_year={last_year}", "--no-ranges", "--out", f"{folder}/plan"]
        start = time.perf_counter()
        subprocess.run([sys.executable, "-c", COMMAND, *words], check=True, capture_output=True)
        found["command"] = time.perf_counter() - start
    return found


def main() -> None:
    """Measure and write."""
    lines = [
        "| horizon | columns x rows | entries | regions with plants | build [s] | hand-over [s] | HiGHS [s] "
        "| build + hand-over / HiGHS | target | `orecell plan` in all [s] | target |",
        "|---|---|---|---|---|---|---|---|---|---|---|",
    ]
    for last_year in HORIZONS:
        one = apart(last_year)
        share = (one["build"] + one["hand_over"]) / one["solve"]
        verdict = "met" if share < MOST_SHARE else "missed"
        in_time = "met" if one["command"] < MOST_SECONDS else "missed"
        size = f"{one['columns']:,.0f} x {one['rows']:,.0f} | {one['entries']:,.0f} | {one['places']:.0f}"
        times = f"{one['build']:.2f} | {one['hand_over']:.2f} | {one['solve']:.1f} | {share:.1%}"
        lines.append(
            f"| 2026 to {last_year} | {size} | {times} | < 10 %: {verdict} | {one['command']:.1f} | "
            f"< 20 s: {in_time} |"
        )
    write_part("National plan", "\n".join(lines), by="plan.py")
    print("\n".join(lines))


if __name__ == "__main__":
    if len(sys.argv) > 1:
        print(json.dumps(measure(int(sys.argv[1]))))
    else:
        main()
