"""A solve can be stopped, by Ctrl-C or from another thread."""

import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
from endless import market_split

from orecell.errors import NotSolvedError
from orecell.lp.highs import Solver

SCRIPT = """
import sys
sys.path.insert(0, sys.argv[1])
from endless import market_split
from orecell.lp.highs import Solver
solver = Solver(market_split())
print("solving", flush=True)
try:
    solver.solve()
except KeyboardInterrupt:
    print("interrupted", flush=True)
"""


def test_ctrl_c_stops_a_solve() -> None:
    run = subprocess.Popen(
        [sys.executable, "-c", SCRIPT, str(Path(__file__).parent)], stdout=subprocess.PIPE, text=True
    )
    assert run.stdout is not None
    with run:
        assert run.stdout.readline() == "solving\n"
        time.sleep(0.5)
        run.send_signal(signal.SIGINT)
        assert run.stdout.read() == "interrupted\n"
    assert run.returncode == 0


def test_a_solve_stopped_from_another_thread_has_no_numbers() -> None:
    solver = Solver(market_split())
    ended = threading.Event()

    def keep_stopping() -> None:
        while not ended.wait(0.05):
            solver.stop()

    stopper = threading.Thread(target=keep_stopping)
    stopper.start()
    try:
        with pytest.raises(NotSolvedError, match="undecided"):
            solver.solve()
    finally:
        ended.set()
        stopper.join()
