"""Living with the library: its pauses (1, 3, 5, 7, 9 s after a 5xx) taken out, its clients closed cleanly."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import discord
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


async def close(client: discord.Client) -> None:
    """Close a client without leaving a task behind.

    A client closed while it is still becoming ready starts ``on_ready`` as the loop ends, and the loop complains
    of a coroutine that was never awaited.
    """
    becoming_ready = client._connection._ready_task
    if becoming_ready is not None:
        await asyncio.wait({becoming_ready})
    await client.close()
    await asyncio.sleep(0)
