"""The first answer to an interaction, which Discord takes within 3 s and only once.

The library would pause 1, 3, 5 … seconds between its tries, by when there is nobody left to answer, and it reads back every
message it sent. Here a try that failed is repeated at once, and what became of it is one of three words.
"""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from enum import Enum
from typing import Any

import aiohttp
import discord
import structlog
from discord.http import Route

from adapters.discord import limits

log = structlog.get_logger("usher.discord")

_ALREADY_ANSWERED = 40060
_JSON = {"Content-Type": "application/json"}


class Outcome(Enum):
    TAKEN = "taken"
    ALREADY = "already"  # there is an answer: ours, whose receipt was lost, or another process's
    REFUSED = "refused"  # too late, or Discord is unwell


class Malformed(Exception):
    """Discord read the answer and found it wrong: our own fault."""


class Callbacks:
    """Use between ``open`` and ``close``."""

    def __init__(self, user_agent: str, pause: Callable[[float], Awaitable[object]]) -> None:
        self._user_agent = user_agent
        self._pause = pause
        self._session: aiohttp.ClientSession | None = None

    def open(self) -> None:
        self._session = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(limit=0),
            cookie_jar=aiohttp.DummyCookieJar(),
            headers={"User-Agent": self._user_agent},
            timeout=aiohttp.ClientTimeout(total=limits.ANSWERING),
        )

    async def close(self) -> None:
        session, self._session = self._session, None
        if session is not None:
            await session.close()

    async def answer(
        self,
        interaction: discord.Interaction[Any],
        kind: discord.InteractionResponseType,
        data: dict[str, Any] | None = None,
    ) -> Outcome:
        """Answers with ``kind`` and ``data``. Raises ``Malformed``, nothing else."""
        body = json.dumps({"type": kind.value, "data": data} if data else {"type": kind.value})
        for pause in (*limits.ANSWER_AGAIN, None):
            outcome = await self._try(interaction, body)
            if outcome is not None:
                return outcome
            if pause is not None:
                await self._pause(pause)
        return Outcome.REFUSED

    async def _try(self, interaction: discord.Interaction[Any], body: str) -> Outcome | None:
        """None when another try makes sense."""
        if self._session is None:
            return Outcome.REFUSED
        url = f"{Route.BASE}/interactions/{interaction.id}/{interaction.token}/callback"
        try:
            async with self._session.post(url, data=body, headers=_JSON) as response:
                if response.status < 300:
                    return Outcome.TAKEN
                text = await response.text()
        except (aiohttp.ClientError, OSError, TimeoutError) as lost:
            log.info("interaction not answered", detail=repr(lost))
            return None
        log.info("interaction not answered", status=response.status, detail=text[:200])
        if response.status >= 500:
            return None
        if _code(text) == _ALREADY_ANSWERED:
            return Outcome.ALREADY
        if response.status == 400:
            raise Malformed(text[:1000])
        return Outcome.REFUSED


def _code(text: str) -> int:
    try:
        return int(json.loads(text)["code"])
    except (ValueError, KeyError, TypeError):
        return 0
