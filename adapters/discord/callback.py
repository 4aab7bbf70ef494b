"""The first answer to an interaction, which Discord takes within 3 s and only once.

The library would pause 1, 3, 5 … seconds between its tries, by when there is nobody left to answer, and it reads back every
message it sent. Here a try that failed is repeated at once, and what became of it is one of three words.
"""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Sequence
from enum import Enum
from typing import Any

import aiohttp
import discord
import structlog
from discord.http import Route

from adapters.discord import limits
from adapters.discord.letters import Enclosure

log = structlog.get_logger("usher.discord")

_ALREADY_ANSWERED = 40060
_JSON = "application/json"


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
        enclosed: Sequence[Enclosure] = (),
    ) -> Outcome:
        """Answers with ``kind`` and ``data``, which announces what is enclosed. Raises ``Malformed``, nothing else."""
        body = json.dumps({"type": kind.value, "data": data} if data else {"type": kind.value})
        for pause in (*limits.ANSWER_AGAIN, None):
            outcome = await self._try(interaction, body, enclosed)
            if outcome is not None:
                return outcome
            if pause is not None:
                await self._pause(pause)
        return Outcome.REFUSED

    async def _try(
        self, interaction: discord.Interaction[Any], body: str, enclosed: Sequence[Enclosure]
    ) -> Outcome | None:
        """None when another try makes sense."""
        if self._session is None:
            return Outcome.REFUSED
        url = f"{Route.BASE}/interactions/{interaction.id}/{interaction.token}/callback"
        try:
            async with self._session.post(url, data=_form(body, enclosed)) as response:
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


def _form(body: str, enclosed: Sequence[Enclosure]) -> aiohttp.FormData | aiohttp.StringPayload:
    """The body of one try: aiohttp takes a form only once."""
    if not enclosed:
        return aiohttp.StringPayload(body, content_type=_JSON)
    form = aiohttp.FormData()
    form.add_field("payload_json", body, content_type=_JSON)
    for place, each in enumerate(enclosed):
        form.add_field(
            f"files[{place}]", each.content, filename=each.name, content_type="application/octet-stream"
        )
    return form


def _code(text: str) -> int:
    try:
        return int(json.loads(text)["code"])
    except (ValueError, KeyError, TypeError):
        return 0
