"""Faults on demand: the next request of a kind goes wrong in a chosen way."""

from __future__ import annotations

import asyncio
import re
import socket
import struct
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

from tests.fakes.discord.errors import CODES, ApiError

if TYPE_CHECKING:
    from collections.abc import Callable

    from aiohttp import web

BEFORE, AFTER = "before", "after"


@dataclass(eq=False)
class Fault:
    """Returned by ``fail_next``; ``hits`` counts, ``release()`` lets a held answer go."""

    method: str
    pattern: str
    kind: str
    times: int
    when: str
    error: ApiError
    retry_after: float = 0.0
    is_global: bool = False
    via: bool = True
    skip: int = 0
    hits: int = 0
    _released: asyncio.Event = field(default_factory=asyncio.Event)

    def matches(self, method: str, path: str) -> bool:
        if self.method not in {method, "*"}:
            return False
        if self.pattern == "*":
            return True
        wanted, found = self.pattern.split("/"), path.split("/")
        return len(wanted) == len(found) and all(map(fnmatchcase, found, wanted))

    def release(self) -> None:
        self._released.set()

    async def held(self) -> None:
        await self._released.wait()


class Faults:
    def __init__(self, changed: Callable[[], None]) -> None:
        self._planned: list[Fault] = []
        self._held: set[Fault] = set()
        self._changed = changed

    def plan(
        self,
        method: str,
        pattern: str,
        kind: str,
        *,
        times: int = 1,
        skip: int = 0,
        code: int = 0,
        status: int | None = None,
        message: str | None = None,
        retry_after: float = 0.01,
        is_global: bool = False,
        via: bool = True,
        after_effect: bool | None = None,
    ) -> Fault:
        if not re.fullmatch(r"error|http_\d{3}|ratelimited|reset|lost|slow|hollow", kind):
            raise ValueError(f"unknown kind of fault {kind!r}")
        late = kind in {"lost", "slow"} if after_effect is None else after_effect
        pattern = re.sub(r"\{[^/]*\}", "*", pattern)
        error = _error(kind, code, status, message)
        fault = Fault(
            method, pattern, kind, times, AFTER if late else BEFORE, error, retry_after, is_global, via, skip
        )
        self._planned.append(fault)
        return fault

    def take(self, method: str, path: str) -> Fault | None:
        for fault in self._planned:
            if fault.matches(method, path):
                if fault.skip:
                    fault.skip -= 1
                    continue
                fault.hits += 1
                if fault.hits == fault.times:
                    self._planned.remove(fault)
                return fault
        return None

    async def hold(self, fault: Fault) -> None:
        self._held.add(fault)
        self._changed()
        try:
            await fault.held()
        finally:
            self._held.discard(fault)

    def clear(self) -> None:
        """Forget what is planned and release what is held."""
        self._planned.clear()
        for fault in [*self._held]:
            fault.release()


def _error(kind: str, code: int, status: int | None, message: str | None) -> ApiError:
    if kind.startswith("http_"):
        number = int(kind.removeprefix("http_"))
        return ApiError(number, 0, message or f"{number}: Internal Server Error")
    known_status, known_message = CODES.get(code, (400, "Planned failure"))
    return ApiError(status or known_status, code, message or known_message)


def tear(request: web.BaseRequest) -> None:
    """Reset the TCP connection: the client reads ECONNRESET, never an answer."""
    transport = request.transport
    if transport is None:
        return
    sock = transport.get_extra_info("socket")
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    transport.abort()
