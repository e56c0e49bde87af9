"""HiGHS at work in a thread of its own, so that Ctrl-C stops it.

Python sees a signal only between two of its own steps, and a solve is one long step outside of it. So
the solve runs aside while the caller waits, and its interrupt callbacks are armed only once it is to
stop: until then they cost nothing. A fresh thread also has a fresh scheduler, so that no thread count
set by another user of HiGHS in this process stands in the way of ours.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future, wait
from threading import Thread
from typing import Any, TypeVar

T = TypeVar("T")
POLL_SECONDS = 0.5


def make_stoppable(highs: Any) -> None:
    """Give a HiGHS object the callback that `stop` arms."""
    highs.setCallback(_say_stop, None)


def run_apart(highs: Any, work: Callable[[], T]) -> T:
    """Do work of a HiGHS object in a thread of its own; Ctrl-C stops it and is raised here."""
    from highspy._core import _Highs

    outcome: Future[T] = Future()

    def do() -> None:
        try:
            outcome.set_result(work())
        except BaseException as error:
            outcome.set_exception(error)
        finally:
            _Highs.resetThreadScheduler(False)

    Thread(target=do, daemon=True).start()
    try:
        while not wait([outcome], POLL_SECONDS).done:
            pass
    except BaseException:
        stop(highs)
        wait([outcome])
        raise
    return outcome.result()


def stop(highs: Any) -> None:
    """Make work end at its next step, undecided, until `allow`."""
    for kind in _kinds():
        highs.startCallback(kind)


def allow(highs: Any) -> None:
    """Let work run on again."""
    for kind in _kinds():
        highs.stopCallback(kind)


def _say_stop(_kind: object, _message: object, _output: object, answer: Any, _user: object) -> None:
    answer.user_interrupt = True


def _kinds() -> tuple[Any, ...]:
    from highspy._core.cb import HighsCallbackType

    return (
        HighsCallbackType.kCallbackSimplexInterrupt,
        HighsCallbackType.kCallbackIpmInterrupt,
        HighsCallbackType.kCallbackMipInterrupt,
    )
