"""The word that goes to Slack with whoever installs Usher, and comes back with them: of this server, lately, and once.

It is signed and says until when it counts, as in the SDK's own stateless store, so that nobody makes rows by asking for one:
anybody may ask, as often as they like. What that store cannot do is know a word that comes twice; so a word leaves a row
when Slack has given a token for it.
Source: https://docs.slack.dev/tools/python-slack-sdk/reference/oauth/state_store/stateless/
"""

from __future__ import annotations

import asyncio
import base64
import hashlib
import hmac
import secrets
from collections.abc import Callable
from concurrent.futures import Executor
from typing import Any, Final, NamedTuple

from slack_sdk.oauth.state_store.async_state_store import AsyncOAuthStateStore
from sqlalchemy import Engine, bindparam, delete, exists, select, text

from core.models import slack_states

#: How long somebody may take between the first click and Slack's question whether to allow it.
STATE_SECONDS: Final = 600
#: So much longer it is remembered that a word was used: the clocks of several processes differ, and one goes on meanwhile.
REMEMBERED_SECONDS: Final = 60
_USED = select(exists().where(slack_states.c.state == bindparam("given")))
_USE = text(
    "INSERT INTO slack_oauth_states (state, expires_at) VALUES (:given, :until) ON CONFLICT (state) DO NOTHING"
)
_OVER = delete(slack_states).where(slack_states.c.expires_at <= bindparam("before"))


class _Word(NamedTuple):
    name: str
    until: int


class States(AsyncOAuthStateStore):
    """``key``: of this purpose alone, the same in every process."""

    def __init__(self, key: bytes, engine: Engine, executor: Executor, clock: Callable[[], int]) -> None:
        self._key = key
        self._engine = engine
        self._executor = executor
        self._clock = clock

    async def async_issue(self, *args: Any, **kwargs: Any) -> str:
        del args, kwargs
        return self._signed(f"{secrets.token_urlsafe(24)}.{self._clock() + STATE_SECONDS}")

    async def async_unused(self, state: str) -> bool:
        """Whether it could be used up now."""
        word = self._genuine(state)
        if word is None:
            return False

        def look() -> bool:
            with self._engine.connect() as connection:
                return not connection.scalar(_USED, {"given": word.name})

        return await asyncio.get_running_loop().run_in_executor(self._executor, look)

    async def async_consume(self, state: str) -> bool:
        """Uses it up. False where somebody was first, or it is none of ours or too old."""
        word = self._genuine(state)
        if word is None:
            return False

        def take() -> bool:
            with self._engine.begin() as connection:
                connection.execute(_OVER, {"before": self._clock() - REMEMBERED_SECONDS})
                return connection.execute(_USE, {"given": word.name, "until": word.until}).rowcount == 1

        return await asyncio.get_running_loop().run_in_executor(self._executor, take)

    def _signed(self, words: str) -> str:
        mac = hmac.digest(self._key, words.encode(), hashlib.sha256)
        return f"{words}.{base64.urlsafe_b64encode(mac).decode().rstrip('=')}"

    def _genuine(self, state: str) -> _Word | None:
        """What it says, if it was said here and still counts."""
        words, _, _ = state.rpartition(".")
        if not hmac.compare_digest(self._signed(words).encode(), state.encode()):
            return None
        name, _, until = words.rpartition(".")
        return _Word(name, int(until)) if self._clock() < int(until) else None
