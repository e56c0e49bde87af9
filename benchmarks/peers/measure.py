"""Time and peak memory of building a network and handing it to HiGHS, printed as one line of JSON."""

from __future__ import annotations

import argparse
import json
import resource
import time
from collections.abc import Callable
from typing import Any

from network import Network, make_network


def peak_mb() -> float:
    """Largest resident memory of this process so far [MB]."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024.0


def measure(hand_over: Callable[[Network], Any], solved: Callable[[Any], float]) -> None:
    """Build once and print what it took; with --solve, the objective too."""
    parser = argparse.ArgumentParser()
    parser.add_argument("size")
    parser.add_argument("--solve", action="store_true")
    given = parser.parse_args()
    network = make_network(given.size)
    hand_over(make_network("tiny"))  # what is imported or compiled at first use is not building
    before = peak_mb()
    begin = time.perf_counter()
    model = hand_over(network)
    found = {"seconds": time.perf_counter() - begin, "peak_mb": peak_mb(), "before_mb": before}
    if given.solve:
        found["objective"] = solved(model)
    print(json.dumps(found))
