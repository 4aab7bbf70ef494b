"""Answers that go wrong on purpose."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import struct
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from aiohttp import web

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.fakes.slack.observe import Observed

HELD = frozenset({"slow", "stuck"})
AFTER_EFFECT = frozenset({"lost", "slow"})
_STATUS = {f"http_{status}": status for status in (500, 502, 503, 504)}


@dataclass(eq=False)
class Fault:
    """One planned failure.

    Kinds: an error code; `http_500` … `http_504`; `ratelimited`; `reset` (TCP reset, nothing happened); `lost` (it
    happened, then the connection closes without an answer); `slow` (it happened, the answer waits for `release`);
    `stuck` (nothing happens before `release`); `hollow` (Slack says that it is done, and nothing happens).
    """

    method: str
    kind: str
    left: int
    retry_after: int = 1
    where: Callable[[dict[str, Any]], bool] | None = None
    hits: int = 0
    _released: asyncio.Event = field(default_factory=asyncio.Event)
    observed: Observed | None = field(default=None, repr=False)

    def matches(self, method: str, args: dict[str, Any]) -> bool:
        return self.left > 0 and self.method in {method, "*"} and (self.where is None or self.where(args))

    def hit(self) -> None:
        self.left -= 1
        self.hits += 1

    async def reached(self, timeout: float = 5) -> None:
        """Wait until a request has run into it."""
        assert self.observed is not None
        await self.observed.wait_for(
            lambda: self.hits, timeout, what=f"{self.kind} fault of {self.method} to be met"
        )

    def release(self) -> None:
        """Let the held answer go, and any later one."""
        self._released.set()

    async def hold(self) -> None:
        await self._released.wait()

    def answer(self, request: web.Request) -> web.StreamResponse:
        if self.kind in {"reset", "lost"}:
            return abort(request, reset=self.kind == "reset")
        if self.kind in _STATUS:
            return web.Response(
                status=_STATUS[self.kind], text="<html>Sorry</html>", content_type="text/html"
            )
        if self.kind == "ratelimited":
            return too_many(self.retry_after)
        return web.json_response({"ok": True} if self.kind == "hollow" else {"ok": False, "error": self.kind})


def too_many(after: int) -> web.Response:
    return web.json_response(
        {"ok": False, "error": "ratelimited"}, status=429, headers={"Retry-After": str(after)}
    )


def abort(request: web.Request, *, reset: bool) -> web.StreamResponse:
    """Close the connection without an answer: with RST, so that the client sees a reset, or with FIN."""
    transport = request.transport
    if transport is not None:
        raw = transport.get_extra_info("socket")
        if reset and raw is not None:
            with contextlib.suppress(OSError):
                raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        transport.abort()
    return web.Response(status=500)
