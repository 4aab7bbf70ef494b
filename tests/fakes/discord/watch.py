"""Waiting for a state without polling: predicates are looked at again whenever something changed."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable


class Watch:
    def __init__(self) -> None:
        self._waiting: list[tuple[Callable[[], object], asyncio.Future[None]]] = []

    def changed(self) -> None:
        if not self._waiting:
            return
        still = []
        for predicate, future in self._waiting:
            if future.done():
                continue
            if not self._met(predicate, future):
                still.append((predicate, future))
        self._waiting = still

    @staticmethod
    def _met(predicate: Callable[[], object], future: asyncio.Future[None]) -> bool:
        # A predicate that raises must fail the test that waits, not the request that woke it.
        try:
            if not predicate():
                return False
        except Exception as error:
            future.set_exception(error)
        else:
            future.set_result(None)
        return True

    async def wait_for(self, predicate: Callable[[], object], timeout: float) -> None:
        """Return once ``predicate()`` is true; ``TimeoutError`` after ``timeout`` seconds."""
        if predicate():
            return
        future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.append((predicate, future))
        try:
            await asyncio.wait_for(future, timeout)
        finally:
            self._waiting = [entry for entry in self._waiting if entry[1] is not future]
