"""Usher as a Discord client: one door for commands, one class for all clicks, and a clear word when it can't start."""

from __future__ import annotations

import asyncio
import itertools
import re
import sys
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any, NamedTuple, Self

import aiohttp
import discord
import structlog
import yarl
from discord.gateway import DiscordWebSocket
from discord.http import Route

from adapters.desk import Desk
from adapters.discord import commands, limits, parse
from adapters.discord.answers import Answers
from adapters.discord.arrivals import Arrivals
from adapters.discord.callback import Callbacks
from adapters.discord.platform import DiscordPlatform
from core.language import everywhere

log = structlog.get_logger("usher.discord")

_NO_LOGIN = (
    "Discord does not accept DISCORD_TOKEN. Copy the bot's token from the developer portal "
    "(your application, Bot, Reset Token) and set it again."
)
_NO_INTENTS = (
    "Discord refuses the intents that Usher asks for. Check that the application is a bot and that no intent was "
    "added beyond its settings in the developer portal (your application, Bot, Privileged Gateway Intents)."
)
_CLOSED = {4004: _NO_LOGIN, 4013: _NO_INTENTS, 4014: _NO_INTENTS}
_LONGEST_PAUSE = 60.0
_BETWEEN_SHARDS = 5.0
#: Words on the buttons that turn a page.
_PAGING = ("Next", "Previous")


class DiscordSetupError(Exception):
    """Usher cannot start on Discord; the text says what to do about it."""


def configure(api_url: str | None, gateway_url: str | None) -> None:
    """Points the library elsewhere, before any client starts; None leaves Discord's own address."""
    if api_url is not None:
        Route.BASE = api_url.rstrip("/")
    if gateway_url is not None:
        DiscordWebSocket.DEFAULT_GATEWAY = yarl.URL(gateway_url)


class Control(discord.ui.DynamicItem[discord.ui.Item[Any]], template=parse.BUTTON):
    """Every button and drop-down of ours, whichever process sent it and whenever: its custom id says what it does."""

    def __init__(self, item: discord.ui.Item[Any], action: str, subject: str) -> None:
        super().__init__(item)
        self._action = action
        self._subject = subject

    @classmethod
    async def from_custom_id(
        cls, interaction: discord.Interaction[Any], item: discord.ui.Item[Any], match: re.Match[str], /
    ) -> Self:
        del interaction
        return cls(item, match["action"], match["subject"])

    async def callback(self, interaction: discord.Interaction[Any]) -> None:
        client: UsherClient = interaction.client
        await client.pressed(interaction, self._action, self._subject)


class UsherClient(discord.Client):
    """Made by ``build_client``; ``platform`` is its outbound side, for the relay."""

    def __init__(
        self,
        desk: Desk,
        *,
        patience: float = limits.PATIENCE,
        ready_timeout: float = 0.5,
        pause: Callable[[float], Awaitable[object]] = asyncio.sleep,
        **sharding: Any,
    ) -> None:
        super().__init__(
            intents=discord.Intents(guilds=True),
            max_messages=None,
            member_cache_flags=discord.MemberCacheFlags.none(),
            chunk_guilds_at_startup=False,
            guild_ready_timeout=ready_timeout,
            allowed_mentions=discord.AllowedMentions.none(),
            max_ratelimit_timeout=30.0,
            **sharding,
        )
        self._desk = desk
        self._pause = pause
        self._signed_in = asyncio.Event()
        self._commands = commands.payload()
        self._syncing: asyncio.Task[bool] | None = None
        self.platform = DiscordPlatform(self, self._signed_in)
        self._callbacks = Callbacks(self.http.user_agent, pause)
        self._answers = Answers(desk, self._callbacks, self.platform, patience)
        self._arrivals = Arrivals(desk, self.platform)

    async def start(self, token: str, *, reconnect: bool = True) -> None:
        """Serves until ``close``. Raises ``DiscordSetupError`` where only an operator can help."""
        try:
            await super().start(token, reconnect=reconnect)
        except discord.LoginFailure as error:
            raise DiscordSetupError(_NO_LOGIN) from error
        except discord.PrivilegedIntentsRequired as error:
            raise DiscordSetupError(_NO_INTENTS) from error
        except discord.ConnectionClosed as error:
            told = _CLOSED.get(error.code, f"Discord closed the connection for good (code {error.code}).")
            raise DiscordSetupError(told) from error
        finally:
            await self.close()

    async def login(self, token: str) -> None:
        """Signs in, however long it takes: Discord being away when Usher starts is no reason to give up."""
        for attempt in itertools.count():
            try:
                await super().login(token)
            except (discord.DiscordServerError, aiohttp.ClientError, OSError, TimeoutError) as error:
                wait = min(_LONGEST_PAUSE, 2.0**attempt)
                log.warning("discord cannot be reached", detail=repr(error), again_in=wait)
                # The library opens a session at every try and would go on with the connector of the one closed here.
                await self.http.close()
                self.http.connector = discord.utils.MISSING
                await self._pause(wait)
            else:
                return

    async def close(self) -> None:
        if self._syncing is not None:
            self._syncing.cancel()
        await super().close()
        await self._callbacks.close()

    def dispatch(self, event: str, /, *args: Any, **kwargs: Any) -> None:
        """What the library still has to say once it is closed would only trip over its missing loop."""
        if not self.is_closed():
            super().dispatch(event, *args, **kwargs)

    async def setup_hook(self) -> None:
        self._callbacks.open()
        self.add_dynamic_items(Control)
        self._signed_in.set()
        self._sync()

    async def on_ready(self) -> None:
        """May come again after a lost session."""
        log.info("discord ready", guilds=len(self.guilds))
        self._sync()
        await self._arrivals.look_round(self)

    async def on_guild_join(self, guild: discord.Guild) -> None:
        await self._arrivals.came(guild)

    async def on_guild_remove(self, guild: discord.Guild) -> None:
        """Taken out; of a server that is merely unwell Discord says so, and the library calls something else."""
        await self._arrivals.left(guild)

    def _sync(self) -> None:
        """Registers the commands beside everything else, once; again at the next ``on_ready`` if that failed."""
        done = self._syncing is not None and (not self._syncing.done() or self._syncing.result())
        if not done:
            self._syncing = asyncio.create_task(self._register(), name="usher-discord-commands")

    async def _register(self) -> bool:
        try:
            if await commands.sync(self, self._commands):
                log.info("discord commands registered")
        except (discord.DiscordException, aiohttp.ClientError, OSError, TimeoutError) as error:
            log.warning("discord commands not registered", detail=str(error))
            return False
        return True

    async def on_interaction(self, interaction: discord.Interaction[Any]) -> None:
        """Commands as typed and forms as filled in; the library hands clicks to ``Control``."""
        if interaction.type is discord.InteractionType.application_command:
            await self._answers.give(interaction, partial(parse.command, at=self._desk.clock()))
        elif interaction.type is discord.InteractionType.autocomplete:
            await self._answers.suggest(interaction)
        elif interaction.type is discord.InteractionType.modal_submit:
            await self._answers.give(interaction, partial(parse.submission, at=self._desk.clock()))

    async def pressed(self, interaction: discord.Interaction[Any], action: str, subject: str) -> None:
        """A click or a choice. Paging through one's own private list turns the page in place; all else answers anew."""
        button = parse.pressed(interaction)
        private = interaction.message is not None and interaction.message.flags.ephemeral
        in_place = private and button is not None and _turns_a_page(button.label)
        read = partial(parse.click, action=action, subject=subject, at=self._desk.clock())
        await self._answers.give(interaction, read, in_place=in_place)

    async def on_error(self, event_method: str, /, *args: Any, **kwargs: Any) -> None:
        del args, kwargs
        fault = sys.exc_info()[1]
        assert fault is not None
        self._desk.fault(fault, where=event_method)


class ShardedClient(UsherClient, discord.AutoShardedClient):
    """The same over several connections, each for a part of the servers: Discord asks for it beyond 2,500 of them."""

    async def before_identify_hook(self, shard_id: int | None, *, initial: bool = False) -> None:
        """Discord lets one connection in each five seconds."""
        del shard_id
        if not initial:
            await self._pause(_BETWEEN_SHARDS)


class Shards(NamedTuple):
    """How many parts the servers are in, None for as many as Discord recommends; ``ids``: those of this process, if not all."""

    total: int | None = None
    ids: tuple[int, ...] = ()


def _turns_a_page(label: str | None) -> bool:
    return any(label in everywhere(word) for word in _PAGING)


def build_client(
    desk: Desk,
    *,
    patience: float = limits.PATIENCE,
    ready_timeout: float = 0.5,
    pause: Callable[[float], Awaitable[object]] = asyncio.sleep,
    shards: Shards | None = None,
) -> UsherClient:
    """A client that serves ``desk``; call ``configure`` first where Discord's addresses are not its own.

    ``patience``: seconds before a person is shown that Usher is thinking. ``ready_timeout``: how long after the last
    server that Discord names it counts as ready. ``pause`` sleeps between tries. ``shards``: None for one connection.
    """
    # Usher has no voice: what is missing for it is no news to an operator.
    discord.VoiceClient.warn_nacl = discord.VoiceClient.warn_dave = False
    if shards is None:
        return UsherClient(desk, patience=patience, ready_timeout=ready_timeout, pause=pause)
    return ShardedClient(
        desk,
        patience=patience,
        ready_timeout=ready_timeout,
        pause=pause,
        shard_count=shards.total,
        shard_ids=list(shards.ids) or None,
    )
