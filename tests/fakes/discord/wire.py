"""One gateway socket: an ordered outbox, and the compression of the transport."""

from __future__ import annotations

import asyncio
import contextlib
import zlib
from collections import deque
from typing import TYPE_CHECKING

from aiohttp import web

if TYPE_CHECKING:
    from tests.fakes.discord.gateway import Session


class Socket:
    def __init__(self, request: web.BaseRequest) -> None:
        self._request = request
        self.ws = web.WebSocketResponse(timeout=1.0, compress=False, max_msg_size=0)
        self.session: Session | None = None
        self.events: deque[float] = deque()
        self.closed_by_us = False
        self._outbox: deque[str] = deque()
        self._wake = asyncio.Event()
        self._deflate: zlib._Compress | None = None
        self._writer: asyncio.Task[None] | None = None

    async def open(self, *, zlib_stream: bool) -> None:
        await self.ws.prepare(self._request)
        # One stream for the whole connection: every message ends with a sync flush, the dictionary lives on.
        self._deflate = zlib.compressobj() if zlib_stream else None
        self._writer = asyncio.create_task(self._write())

    def push(self, text: str) -> None:
        self._outbox.append(text)
        self._wake.set()

    async def _write(self) -> None:
        with contextlib.suppress(ConnectionError):
            while True:
                await self._wake.wait()
                self._wake.clear()
                while self._outbox:
                    await self._send(self._outbox.popleft())

    async def _send(self, text: str) -> None:
        if self._deflate is None:
            await self.ws.send_str(text)
            return
        data = self._deflate.compress(text.encode()) + self._deflate.flush(zlib.Z_SYNC_FLUSH)
        await self.ws.send_bytes(data)

    async def close(self, code: int) -> None:
        while self._outbox and not self.ws.closed and self._writer and not self._writer.done():
            await asyncio.sleep(0)  # what was said before goes out before
        self.closed_by_us = True
        await self.ws.close(code=code)

    def abort(self) -> None:
        self.closed_by_us = True
        if self._request.transport:
            self._request.transport.abort()

    async def done(self) -> None:
        if self._writer:
            self._writer.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._writer
