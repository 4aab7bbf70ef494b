"""Many do something at once, or one does something alone."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager


class Turns:
    """Whoever wants to be alone waits for those who are at it, and whoever comes meanwhile waits for them."""

    def __init__(self) -> None:
        self._inside = 0
        self._left = asyncio.Event()
        self._alone = asyncio.Lock()

    @asynccontextmanager
    async def among_others(self) -> AsyncIterator[None]:
        async with self._alone:
            self._inside += 1
        try:
            yield
        finally:
            self._inside -= 1
            self._left.set()

    @asynccontextmanager
    async def alone(self) -> AsyncIterator[None]:
        async with self._alone:
            while self._inside:
                self._left.clear()
                await self._left.wait()
            yield
