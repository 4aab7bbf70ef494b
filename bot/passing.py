"""How time passes in the playground: what waits is delivered at once, sweeps run, and the clock can be moved forward."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable, Mapping

from bot.clock import MovableClock
from bot.engine import Engine
from bot.relay import Relay
from bot.schedule import Schedule
from core.ports import ChatPlatform

_POLL_SECONDS = 1.0


class Passing:
    """Relay and sweeps as in production, and a turn that moving the clock can take: nothing is delivered while it moves."""

    def __init__(self, engine: Engine, clock: MovableClock, platforms: Mapping[str, ChatPlatform]) -> None:
        self._clock = clock
        self._turn = asyncio.Lock()
        self._woken = asyncio.Event()
        self._relay = Relay(engine.core, platforms, engine.executor, clock, jitter=lambda: 0.0)
        self._schedule = Schedule(engine.core.sweep, engine.executor, clock, self.wake)
        self._delivering: asyncio.Task[None] | None = None

    def wake(self) -> None:
        self._woken.set()

    async def open(self) -> None:
        self._schedule.start()
        self._delivering = asyncio.create_task(self._deliver(), name="playground-relay")

    async def close(self) -> None:
        self._schedule.stop()
        if self._delivering is not None:
            self._delivering.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._delivering

    async def forward(self, seconds: int, passed: Callable[[], None]) -> None:
        """Moves the clock; ``passed`` hears of each step."""

        async def settle() -> None:
            await self._schedule.sweep()
            await self._relay.drain()
            passed()

        async with self._turn:
            await self._clock.forward(seconds, settle)

    async def _deliver(self) -> None:
        """Hands out what waits, as soon as it is woken and each second."""
        while True:
            self._woken.clear()
            async with self._turn:
                await self._relay.drain()
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(_POLL_SECONDS):
                    await self._woken.wait()
