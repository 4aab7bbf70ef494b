"""The world the fake holds: people, guilds, roles, channels, messages. Plain data, integer ids."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from tests.fakes.discord import permissions, render

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

EPOCH_MS = 1_420_070_400_000
EPHEMERAL = 1 << 6
LOADING = 1 << 7
COMPONENTS_V2 = 1 << 15
TEXT, DIRECT = 0, 1


@dataclass(eq=False)
class User:
    id: int
    username: str
    global_name: str | None = None
    locale: str = "en-US"
    bot: bool = False
    dm_open: bool = True

    @property
    def mention(self) -> str:
        return f"<@{self.id}>"


@dataclass(eq=False)
class Role:
    id: int
    guild_id: int
    name: str
    position: int
    permissions: int = 0
    managed: bool = False
    mentionable: bool = False
    hoist: bool = False
    color: int = 0
    bot_id: int | None = None


@dataclass(eq=False)
class Overwrite:
    id: int
    type: int
    allow: int = 0
    deny: int = 0


@dataclass(eq=False)
class Channel:
    id: int
    type: int
    name: str = ""
    guild_id: int | None = None
    recipient: User | None = None
    position: int = 0
    topic: str | None = None
    overwrites: dict[int, Overwrite] = field(default_factory=dict)
    messages: dict[int, Message] = field(default_factory=dict)


@dataclass(eq=False)
class Member:
    user: User
    guild_id: int
    roles: list[int] = field(default_factory=list)
    nick: str | None = None
    joined_at: str = ""
    timeout_until: str | None = None


@dataclass(eq=False)
class Guild:
    id: int
    name: str
    owner_id: int
    locale: str = "en-US"
    roles: dict[int, Role] = field(default_factory=dict)
    channels: dict[int, Channel] = field(default_factory=dict)
    members: dict[int, Member] = field(default_factory=dict)


@dataclass(eq=False)
class File:
    id: int
    filename: str
    content: bytes
    description: str | None = None
    slot: int = 0  # n of ``files[n]``


@dataclass(eq=False)
class Message:
    """A message as it stands now. ``visible_to`` is set on ephemeral ones: only this person sees it."""

    id: int
    channel: Channel
    author: User
    content: str = ""
    embeds: list[dict[str, Any]] = field(default_factory=list)
    components: list[dict[str, Any]] = field(default_factory=list)
    files: list[File] = field(default_factory=list)
    flags: int = 0
    nonce: str | None = None
    created: str = ""
    edited: str | None = None
    edits: int = 0
    visible_to: int | None = None
    interaction: dict[str, Any] | None = None
    reference: dict[str, Any] | None = None
    mentions: list[User] = field(default_factory=list)
    mention_roles: list[int] = field(default_factory=list)
    mention_everyone: bool = False
    deleted: bool = False

    @property
    def ephemeral(self) -> bool:
        return bool(self.flags & EPHEMERAL)

    @property
    def loading(self) -> bool:
        return bool(self.flags & LOADING)

    @property
    def text(self) -> str:
        """Everything a person reads in this message, one thing a line."""
        return render.text(self.content, self.embeds, self.components)

    @property
    def buttons(self) -> list[render.Button]:
        return render.buttons(self.components)

    @property
    def selects(self) -> list[render.Select]:
        return render.selects(self.components)

    def button(self, label: str) -> render.Button:
        return render.button(self.buttons, label)


class World:
    """All state, and the one source of ids and of time."""

    def __init__(self, clock: Callable[[], float | datetime] | None) -> None:
        self._clock = clock or time.time
        self._offset = 0.0
        self._last_id = 0
        self.users: dict[int, User] = {}
        self.guilds: dict[int, Guild] = {}
        self.channels: dict[int, Channel] = {}
        self.messages: dict[int, Message] = {}
        self.direct: dict[int, Channel] = {}
        self._nonces: dict[tuple[int, str], tuple[float, Message]] = {}
        self.access_tokens: dict[str, User] = {}
        self.bot = User(self.new_id(), "usher", "Usher", bot=True)
        self.users[self.bot.id] = self.bot

    def now(self) -> float:
        moment = self._clock()
        seconds = moment.timestamp() if isinstance(moment, datetime) else moment
        return seconds + self._offset

    def advance(self, seconds: float) -> None:
        self._offset += seconds

    def stamp(self) -> str:
        return datetime.fromtimestamp(self.now(), UTC).isoformat()

    def new_id(self) -> int:
        """A snowflake: carries the time, and never goes back even when the clock does."""
        made = (int(self.now() * 1000) - EPOCH_MS) << 22
        self._last_id = max(self._last_id + 1, made)
        return self._last_id

    def direct_channel(self, user: User) -> Channel:
        if user.id not in self.direct:
            channel = Channel(self.new_id(), DIRECT, recipient=user)
            self.direct[user.id] = self.channels[channel.id] = channel
        return self.direct[user.id]

    def mutual_guilds(self, user: User) -> Iterator[Guild]:
        for guild in self.guilds.values():
            if user.id in guild.members and self.bot.id in guild.members:
                yield guild

    def allowed(self, member_id: int, channel: Channel) -> int:
        """Permission bits of someone in a channel; none for people who are not there."""
        if channel.guild_id is None:
            there = channel.recipient is not None and member_id in {channel.recipient.id, self.bot.id}
            return permissions.DIRECT if there else 0
        guild = self.guilds.get(channel.guild_id)
        member = guild.members.get(member_id) if guild else None
        return permissions.in_channel(guild, member, channel) if guild and member else 0

    def add_message(self, message: Message) -> Message:
        message.created = self.stamp()
        self.messages[message.id] = message
        if message.visible_to is None:
            message.channel.messages[message.id] = message
        return message

    def remove_message(self, message: Message) -> None:
        message.deleted = True
        self.messages.pop(message.id, None)
        message.channel.messages.pop(message.id, None)

    def remember_nonce(self, channel: Channel, nonce: str, message: Message) -> None:
        self._nonces[channel.id, nonce] = (self.now(), message)
        if len(self._nonces) > 10_000:
            del self._nonces[next(iter(self._nonces))]

    def by_nonce(self, channel: Channel, nonce: str, keep_seconds: float) -> Message | None:
        when, message = self._nonces.get((channel.id, nonce), (0.0, None))
        return message if when >= self.now() - keep_seconds else None
