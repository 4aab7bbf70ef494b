"""Driving a fake Slack that runs as a process of its own."""

from __future__ import annotations

import asyncio
import json
import sys
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import aiohttp

if TYPE_CHECKING:
    from collections.abc import AsyncIterator


class RemoteSlack:
    """`await remote.do("command", user=…, name="/usher", text="help", reply=5)` and so on for every verb.

    People, channels and teams are named by their id, messages by `{"channel": …, "ts": …}`, views by
    `{"view": …}`. `reply` waits that many seconds for the first answer to the person.
    """

    def __init__(self, info: dict[str, Any], session: aiohttp.ClientSession) -> None:
        self.info = info
        self._session = session

    async def do(self, verb: str, **given: Any) -> Any:
        async with self._session.post(f"{self.info['url']}/_control/{verb}", json=given) as response:
            answer = await response.json()
        if "error" in answer:
            raise AssertionError(f"{verb}: {answer['error']}")
        return answer["result"]


@asynccontextmanager
async def fake_slack_process(port: int = 0) -> AsyncIterator[RemoteSlack]:
    """Start `python -m tests.fakes.slack` and stop it afterwards."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "tests.fakes.slack",
        "--port",
        str(port),
        "--until-stdin-closes",
        cwd=Path(__file__).parents[3],
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
    )
    assert process.stdin is not None
    assert process.stdout is not None
    try:
        info = json.loads(await process.stdout.readline())
        async with aiohttp.ClientSession() as session:
            yield RemoteSlack(info, session)
    finally:
        process.stdin.close()
        await process.wait()
