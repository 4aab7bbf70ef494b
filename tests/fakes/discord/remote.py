"""The fake as a process of its own, and its verbs from here: for benchmarks and for bots that get killed."""

from __future__ import annotations

import asyncio
import json
import sys
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

import aiohttp

if TYPE_CHECKING:
    from collections.abc import AsyncIterator


class RemoteError(AssertionError):
    """The verb failed over there; the text says how."""


class RemoteDiscord:
    """``await remote("add_user", username="alice")``; ids stand for objects, see ``control``."""

    def __init__(self, addresses: dict[str, Any], session: aiohttp.ClientSession) -> None:
        self.api_url: str = addresses["api_url"]
        self.gateway_url: str = addresses["gateway_url"]
        self.token: str = addresses["token"]
        self._control_url: str = addresses["control_url"]
        self._session = session

    async def __call__(self, verb: str, **what: Any) -> Any:
        async with self._session.post(self._control_url + verb, json=what) as answer:
            body = await answer.json()
        if "error" in body:
            raise RemoteError(f"{verb}: {body['error']}: {body['message']}")
        return body["result"]


@asynccontextmanager
async def remote_discord() -> AsyncIterator[RemoteDiscord]:
    """Start the process; stop it at the end, when it must have nothing to complain of."""
    command = (sys.executable, "-m", "tests.fakes.discord")
    process = await asyncio.create_subprocess_exec(*command, stdout=asyncio.subprocess.PIPE)
    try:
        assert process.stdout
        addresses = json.loads(await process.stdout.readline())
        async with aiohttp.ClientSession() as session:
            remote = RemoteDiscord(addresses, session)
            yield remote
            complaints = await remote("violations")
            assert complaints == [], complaints
    finally:
        process.terminate()
        await process.wait()
