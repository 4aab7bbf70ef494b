from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from structlog.testing import capture_logs

from bot.schedule import SWEEP_SECONDS, Schedule


class Sweeps:
    def __init__(self, *answers: int | Exception) -> None:
        self.answers = list(answers)
        self.at: list[int] = []
        self.woken = 0
        self.happened = asyncio.Event()

    def __call__(self, at: int) -> int:
        self.at.append(at)
        answer = self.answers.pop(0) if self.answers else 0
        if isinstance(answer, Exception):
            raise answer
        return answer

    def wake(self) -> None:
        self.woken += 1
        self.happened.set()


@pytest.fixture
def executor() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(1) as executor:
        yield executor


async def test_a_sweep_runs_at_the_start_at_the_time_of_the_clock_and_wakes_the_relay(executor):
    sweeps = Sweeps(3)
    schedule = Schedule(sweeps, executor, lambda: 1_000, sweeps.wake)
    schedule.start()
    await asyncio.wait_for(sweeps.happened.wait(), 5)
    schedule.stop()

    assert (sweeps.at, sweeps.woken) == ([1_000], 1)


async def test_a_late_sweep_runs_once_and_never_beside_another(executor):
    schedule = Schedule(Sweeps(), executor, lambda: 1_000, lambda: None)
    schedule.start()
    (job,) = schedule._scheduler.get_jobs()
    schedule.stop()

    assert (job.misfire_grace_time, job.coalesce, job.max_instances) == (None, True, 1)
    assert job.trigger.interval.total_seconds() == SWEEP_SECONDS <= 60


async def test_a_sweep_that_changed_nothing_wakes_nobody(executor):
    sweeps = Sweeps(0)

    assert await Schedule(sweeps, executor, lambda: 1, sweeps.wake).sweep() == 0
    assert sweeps.woken == 0


async def test_a_sweep_that_fails_is_logged_and_the_next_one_works(executor):
    sweeps = Sweeps(OSError("database is down"), 2)
    schedule = Schedule(sweeps, executor, lambda: 1, sweeps.wake)
    with capture_logs() as logs:
        assert [await schedule.sweep(), await schedule.sweep()] == [0, 2]

    assert [log["event"] for log in logs] == ["sweep_failed", "swept"]


async def test_stopping_what_never_started_is_harmless(executor):
    Schedule(Sweeps(), executor, lambda: 1, lambda: None).stop()


async def test_stopping_in_the_middle_of_a_sweep_is_no_fault(executor, caplog):
    begun, go_on = threading.Event(), threading.Event()

    def sweep(at: int) -> int:
        begun.set()
        go_on.wait(10)
        return 0

    schedule = Schedule(sweep, executor, lambda: 1, lambda: None)
    schedule.start()
    await asyncio.to_thread(begun.wait, 10)
    schedule.stop()
    go_on.set()
    others = asyncio.all_tasks() - {asyncio.current_task()}
    await asyncio.wait_for(asyncio.gather(*others, return_exceptions=True), 10)
    await asyncio.sleep(0)

    assert caplog.records == []
