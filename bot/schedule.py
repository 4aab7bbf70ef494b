"""Wakes the core's sweeps. A job is only a hint: what a sweep does depends on the rows and the clock, never on the job."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable
from concurrent.futures import Executor
from datetime import UTC, datetime

import structlog
from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.interval import IntervalTrigger

log = structlog.get_logger("usher.schedule")

SWEEP_SECONDS = 30


class Schedule:
    """Runs ``sweep(clock())`` in ``executor`` at start and every half minute; ``wake`` tells the relay of what it changed."""

    def __init__(
        self,
        sweep: Callable[[int], int],
        executor: Executor,
        clock: Callable[[], int],
        wake: Callable[[], None],
    ) -> None:
        self._sweep = sweep
        self._executor = executor
        self._clock = clock
        self._wake = wake
        self._scheduler = AsyncIOScheduler(timezone=UTC)

    def start(self) -> None:
        self._scheduler.add_job(
            self._by_itself,
            IntervalTrigger(seconds=SWEEP_SECONDS, timezone=UTC),
            id="sweep",
            next_run_time=datetime.now(UTC),
            misfire_grace_time=None,
            coalesce=True,
            max_instances=1,
        )
        self._scheduler.start()

    def stop(self) -> None:
        if self._scheduler.running:
            self._scheduler.shutdown(wait=False)

    async def _by_itself(self) -> None:
        """The job. Stopping cancels one that is under way; its thread comes to its end, and that is no fault to be logged."""
        with contextlib.suppress(asyncio.CancelledError):
            await self.sweep()

    async def sweep(self) -> int:
        """One sweep; a failed one is logged, the next comes anyway."""
        loop = asyncio.get_running_loop()
        try:
            changed = await loop.run_in_executor(self._executor, self._sweep, self._clock())
        except Exception:  # nothing that ails the database may end the schedule
            log.exception("sweep_failed")
            return 0
        if changed:
            log.info("swept", rows=changed)
            self._wake()
        return changed
