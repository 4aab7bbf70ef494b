"""Servers that Usher is let into, and those that it is taken out of.

Who is let in says hello once, to the server's owner alone: nobody else has asked for it. Who is taken out posts nothing there
any more; the links stay, so that all is as it was after coming back.
"""

from __future__ import annotations

import asyncio

import discord
import structlog

from adapters.desk import Desk
from adapters.discord import letters
from adapters.discord.parse import PLATFORM
from adapters.discord.platform import DiscordPlatform
from core import views
from core.calls import Identity
from core.language import nearest, speaking
from core.ports import DeliveryError, Target

log = structlog.get_logger("usher.discord")


class Arrivals:
    def __init__(self, desk: Desk, platform: DiscordPlatform) -> None:
        self._desk = desk
        self._platform = platform
        # News of one server follow each other closely, and each is told to the core in a thread of its own.
        self._in_turn = asyncio.Lock()

    async def came(self, guild: discord.Guild) -> None:
        """Let into a server. Where something is linked Usher was there before, and says nothing."""
        log.info("discord server joined", server=guild.id)
        if await self._moved(str(guild.id), gone=False):
            return
        joined = guild.me.joined_at if guild.me is not None else None
        event = f"hello/{guild.id}/{int(joined.timestamp()) if joined else 0}"
        if guild.owner_id is None or not await self._desk.first_time(PLATFORM, event):
            return
        with speaking(nearest(str(guild.preferred_locale))):
            letter = await letters.write(views.arrived(guild.name))
        try:
            target = Target.direct(Identity(PLATFORM, "", str(guild.owner_id)))
            await self._platform.send(target, letter, event)
        except DeliveryError as closed:
            # Nothing is lost: help says the same to whoever types a command there.
            log.info("nobody to say hello to", server=guild.id, detail=closed.detail)

    async def left(self, guild: discord.Guild) -> None:
        log.warning("discord server left", server=guild.id)
        await self._moved(str(guild.id), gone=True)

    async def _moved(self, realm: str, *, gone: bool) -> bool:
        async with self._in_turn:
            return await self._desk.moved(PLATFORM, realm, gone=gone)

    async def look_round(self, client: discord.Client) -> None:
        """What happened while nobody was connected: once Discord has named all servers, also those that are unwell."""
        here = {str(guild.id) for guild in client.guilds}
        for realm, known in (await self._desk.realms(PLATFORM)).items():
            if not _is_served(client, realm) or known == (realm in here):
                continue
            log.info("discord server noticed", server=realm, there=realm in here)
            await self._moved(realm, gone=known)


def _is_served(client: discord.Client, realm: str) -> bool:
    """Whether this process is told of a server: others may have other shards."""
    if not realm.isdecimal():
        return False
    shards: list[int] | None = getattr(client, "shard_ids", None)
    if client.shard_count is None or not shards:
        return True
    return (int(realm) >> 22) % client.shard_count in shards
