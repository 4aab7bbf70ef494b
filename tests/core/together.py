"""Things that happen in the same moment."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any


def at_once(*steps: Callable[[], Any]) -> list[Any]:
    """What each step gave; all of them begin in the same moment, each on a thread of its own."""
    barrier = Barrier(len(steps))

    def run(step: Callable[[], Any]) -> Any:
        barrier.wait(30)
        return step()

    with ThreadPoolExecutor(len(steps)) as pool:
        return [future.result(60) for future in [pool.submit(run, step) for step in steps]]
