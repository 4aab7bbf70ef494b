"""For tests of retries: the library's own pauses (1, 3, 5, 7, 9 s after a 5xx) take no time."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pytest


class _Hurried:
    """Stands for the module ``asyncio`` inside one library module: all of it, except that sleep only yields."""

    def __init__(self, slept: list[float]) -> None:
        self._slept = slept

    async def sleep(self, seconds: float, result: Any = None) -> Any:
        if seconds > 0:
            self._slept.append(seconds)
        await asyncio.sleep(0)
        return result

    def __getattr__(self, name: str) -> Any:
        return getattr(asyncio, name)


def without_waiting(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Patch discord.py's REST client, webhook adapter and reconnect loop; returns the pauses it asked for."""
    import discord.client
    import discord.http
    import discord.webhook.async_

    slept: list[float] = []
    for module in (discord.http, discord.webhook.async_, discord.client):
        monkeypatch.setattr(module, "asyncio", _Hurried(slept))
    return slept
