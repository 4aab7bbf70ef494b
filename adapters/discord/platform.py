"""Discord as the relay sees it: posts a card, edits a card, and says in the core's words what went wrong.

How a message is found again. Discord takes a message with the same enforced nonce only once, but forgets nonces after a few
minutes and does not show them in a channel's history. So each posted card also carries its key where nobody sees it and
Discord keeps it: as the number of its first button (the ``id`` that every component has), and, for cards without
buttons, in the lowest bits of the embed's colour. Twelve bits alone could be a coincidence, therefore the title has
to be the same too. A visible reference or an address behind the title would have been read, and clicked, by people.
"""

from __future__ import annotations

import asyncio
import hashlib
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from typing import Any, TypeVar

import aiohttp
import discord

from adapters.discord import access as roles
from adapters.discord import controls, letters, limits, render
from adapters.discord.letters import Letter
from adapters.discord.parse import PLATFORM
from core.cards import Card
from core.ports import (
    Access,
    DeliveryError,
    Disconnected,
    Forbidden,
    Gone,
    MessageRef,
    RateLimited,
    Target,
    Unavailable,
)

T = TypeVar("T")

#: Unknown channel, guild, message, user; invalid recipient.
_GONE = frozenset({10003, 10004, 10008, 10013, 50033})
_OPENING_TOO_FAST = 40003
_UNKNOWN_WAIT = 60.0


class DiscordPlatform:
    """``ChatPlatform`` over a client that has logged in; the gateway need not be connected."""

    name = PLATFORM

    def __init__(
        self, client: discord.Client, signed_in: asyncio.Event, deadline: float = limits.DELIVERING
    ) -> None:
        self._client = client
        self._signed_in = signed_in
        self._deadline = deadline
        self._direct: OrderedDict[str, int] = OrderedDict()
        self._servers: OrderedDict[int, str] = OrderedDict()

    async def post(
        self, target: Target, card: Card, key: str, *, look_first: bool, under: MessageRef | None = None
    ) -> MessageRef:
        # A file is for one reader: in a channel it would be for everybody.
        letter = await letters.write(replace(card, files=()) if target.channel else card)
        return await self._delivered(
            lambda: self._post(target, letter, key, look_first=look_first, under=under), letter.size
        )

    async def send(self, target: Target, letter: Letter, key: str) -> MessageRef:
        """Posts what is written already."""
        return await self._delivered(lambda: self._post(target, letter, key, look_first=False), letter.size)

    async def find(
        self, target: Target, card: Card, key: str, *, under: MessageRef | None = None
    ) -> MessageRef | None:
        del under  # a reply stands in the channel like everything else
        return await self._delivered(lambda: self._look(target, card, key))

    async def edit(self, ref: MessageRef, card: Card) -> None:
        letter = await letters.write(replace(card, files=()) if ref.realm else card)
        await self._delivered(lambda: self._edit(ref, letter), letter.size)

    async def read_access(self, access: Access) -> bool:
        return await self._delivered(lambda: self._in_words(roles.read(self._client, access)))

    async def apply(self, access: Access, *, give: bool, reason: str) -> None:
        await self._delivered(
            lambda: self._in_words(roles.apply(self._client, access, give=give, reason=reason))
        )

    async def _in_words(self, work: Awaitable[T]) -> T:
        """What is in the way of a role, as somebody would say it who can mend it."""
        try:
            return await work
        except discord.HTTPException as error:
            raise roles.in_words(error) or error from error

    async def _post(
        self, target: Target, letter: Letter, key: str, *, look_first: bool, under: MessageRef | None = None
    ) -> MessageRef:
        channel_id = await self._channel(target)
        channel = self._client.get_partial_messageable(channel_id)
        number = mark(key)
        embed, view = render.embed(letter.card, number), controls.view(letter.card, number)
        found = await self._find(channel, number, embed) if look_first else None
        if found is None:
            reference = _reference(under, channel_id)
            # The library asks Discord to enforce a nonce whenever there is one. (It has no overload for "no view".)
            found = await channel.send(
                embed=embed,
                view=view,  # type: ignore[arg-type]
                files=letter.files() or None,  # type: ignore[arg-type]
                nonce=key[: limits.NONCE],
                reference=reference,  # type: ignore[arg-type]
                mention_author=None if reference is None else False,  # type: ignore[arg-type]
            )
        return MessageRef(PLATFORM, target.realm, str(channel_id), str(found.id))

    async def _look(self, target: Target, card: Card, key: str) -> MessageRef | None:
        channel_id = (
            _snowflake(target.channel) if target.channel else await self._direct_channel(target.person)
        )
        number = mark(key)
        channel = self._client.get_partial_messageable(channel_id)
        found = await self._find(channel, number, render.embed(card, number))
        return None if found is None else MessageRef(PLATFORM, target.realm, str(channel_id), str(found.id))

    async def _edit(self, ref: MessageRef, letter: Letter) -> None:
        channel = self._client.get_partial_messageable(_snowflake(ref.channel))
        message = channel.get_partial_message(_snowflake(ref.message))
        await message.edit(
            embed=render.embed(letter.card), view=controls.view(letter.card), attachments=letter.files()
        )

    async def _find(
        self, channel: discord.PartialMessageable, number: int, embed: discord.Embed
    ) -> discord.Message | None:
        """Our message with this mark among the latest. Bots may read their own messages without any intent."""
        async for message in channel.history(limit=limits.HISTORY):
            if message.author == self._client.user and _carries(message, number, embed):
                return message
        return None

    async def _channel(self, target: Target) -> int:
        """Where a card goes. Whatever was kept as its place: never to another server than the one it names."""
        if not target.channel:
            return await self._direct_channel(target.person)
        channel_id = _snowflake(target.channel)
        if target.realm and await self._server_of(channel_id) != target.realm:
            raise Forbidden("channel of another server")
        return channel_id

    async def _server_of(self, channel_id: int) -> str:
        """The server of a channel, empty where it has none; asked once, as it never changes."""
        known = self._servers.get(channel_id)
        if known is not None:
            self._servers.move_to_end(channel_id)
            return known
        held = getattr(self._client.get_channel(channel_id), "guild", None)
        if held is not None:
            server = str(held.id)
        else:
            shown: Mapping[str, Any] = await self._client.http.get_channel(channel_id)
            server = str(shown.get("guild_id") or "")
        self._servers[channel_id] = server
        if len(self._servers) > limits.CHANNELS_KNOWN:
            self._servers.popitem(last=False)
        return server

    async def _direct_channel(self, person: str) -> int:
        """The channel for direct messages; Discord allows few of them to be opened, so they are remembered."""
        known = self._direct.get(person)
        if known is not None:
            self._direct.move_to_end(person)
            return known
        channel = await self._client.create_dm(discord.Object(_snowflake(person)))
        self._direct[person] = channel.id
        if len(self._direct) > limits.DIRECT_CHANNELS:
            self._direct.popitem(last=False)
        return channel.id

    async def _delivered(self, deliver: Callable[[], Awaitable[T]], size: int = 0) -> T:
        """``size``: bytes that are enclosed; many of them take longer."""
        if self._client.is_closed():
            raise Unavailable("closed")
        try:
            async with asyncio.timeout(limits.UPLOADING if size > limits.AT_ONCE else self._deadline):
                await self._signed_in.wait()
                return await deliver()
        except (discord.DiscordException, aiohttp.ClientError, OSError, TimeoutError) as error:
            raise delivery_error(error) from error


def _reference(under: MessageRef | None, channel_id: int) -> discord.MessageReference | None:
    """What is replied to. A message that was deleted meanwhile does not keep the reply from being sent."""
    if under is None or under.channel != str(channel_id):
        return None
    return discord.MessageReference(
        message_id=_snowflake(under.message), channel_id=channel_id, fail_if_not_exists=False
    )


def mark(key: str) -> int:
    """A key as a number that fits a component's id (32 bits with a sign, and not 0)."""
    return int.from_bytes(hashlib.blake2b(key.encode(), digest_size=4).digest()) % 0x7FFF_FFFE + 1


def _carries(message: discord.Message, number: int, wanted: discord.Embed) -> bool:
    buttons = [child for row in message.components for child in getattr(row, "children", ())]
    if buttons:
        return any(button.id == number for button in buttons)
    for shown in message.embeds[:1]:
        colour = shown.colour.value if shown.colour else 0
        return shown.title == wanted.title and render.tinted(colour, number) == colour
    return False


def _snowflake(value: str) -> int:
    if not (value.isascii() and value.isdigit()):
        raise Gone(f"{value!r} is no id of Discord's")
    return int(value)


def delivery_error(error: Exception) -> DeliveryError:
    """What a failure of the library or of the network means to the relay."""
    if isinstance(error, discord.RateLimited):
        return RateLimited(str(error), error.retry_after)
    if isinstance(error, discord.HTTPException):
        return _refused(error)
    return Unavailable(f"{type(error).__name__}: {error}".rstrip(": "))


def _refused(error: discord.HTTPException) -> DeliveryError:
    detail = f"{error.status} {error.code} {error.text}".strip()
    if error.status == 429 or error.code == _OPENING_TOO_FAST:
        return RateLimited(detail, _wait(error))
    if error.status == 401:
        return Disconnected(detail)
    if error.code in _GONE:
        return Gone(detail)
    if error.status >= 500 or error.status == 404:
        # 404 without one of the codes above is an address that is not Discord's API (a proxy, a wrong setting).
        return Unavailable(detail)
    return Forbidden(detail)


def _wait(error: discord.HTTPException) -> float:
    try:
        return float(error.response.headers["Retry-After"])
    except (KeyError, ValueError):
        return _UNKNOWN_WAIT
