"""Plays the people of a Discord server, over its gateway and API, against the fake Discord.

A line is turned into a real interaction, as far as the registered commands allow it; what Discord's own client would not
let a person send is sent all the same, as a forged or outdated client would.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import re
import warnings
from dataclasses import replace
from typing import Any
from unittest.mock import patch

from core import catalogue, typed
from core.cards import Table
from core.errors import Refusal
from tests.drivers import discord_reads
from tests.drivers.base import DIRECT, GENERAL, Clock, Seen, Thing, Trouble, Verb
from tests.fakes.discord import FakeDiscord, Refused, permissions
from tests.fakes.discord.components import STRING_SELECT, TEXT_INPUT
from tests.fakes.discord.delivery import Delivery
from tests.fakes.discord.forms import Field, Modal
from tests.fakes.discord.state import Channel, Guild, Message, Role, User

with warnings.catch_warnings():
    warnings.simplefilter("ignore", DeprecationWarning)  # the library imports audioop
    from adapters.desk import Desk
    from adapters.discord import picture
    from adapters.discord.app import UsherClient, build_client, configure

_draw = picture.drawn
_ROLE_OF_MEMBER = "/guilds/*/members/*/roles/*"
_ROUTES: dict[Verb, tuple[str, str]] = {
    "post": ("POST", "/channels/*/messages"),
    "edit": ("PATCH", "/channels/*/messages/*"),
    "access": ("PUT", _ROLE_OF_MEMBER),
}
_KINDS: dict[Trouble, dict[str, Any]] = {
    "rate limited": {"kind": "ratelimited", "retry_after": 60.0},
    "unavailable": {"kind": "http_503"},
    "lost": {"kind": "lost"},
    "forbidden": {"kind": "error", "code": 50013},
    "gone": {"kind": "error", "code": 10003},
    "disconnected": {"kind": "error", "code": 0, "status": 401},
}
_MENTIONED = re.compile(r"@([A-Z][a-z]+)\b|#([a-z][a-z-]*)\b")
_OPTION = re.compile(r"([a-z_]+)[:=](.*)", re.DOTALL)


class DiscordDriver:
    name = "discord"

    async def open(self, clock: Clock) -> None:
        self._after = contextlib.ExitStack()
        self.fake = FakeDiscord(clock=clock)
        await self.fake.start()
        self._after.enter_context(self.fake.patched())  # puts the library's addresses back at the end
        self.guild: Guild = self.fake.add_guild("Acme", owner=self.fake.owner)
        self._managers = self.fake.add_role(self.guild, "Managers", permissions=permissions.MANAGE_GUILD)
        # Which table a picture shows is known by its bytes; that it shows them is tested where pictures are drawn.
        self._pictures: dict[bytes | None, Table] = {}
        self._after.enter_context(patch.object(picture, "drawn", self._drawn))
        self._people: dict[str, User] = {}
        self.roles: dict[str, Role] = {}
        self.keepers: Role | None = None
        self._channels: dict[str, Channel] = {GENERAL: next(iter(self.guild.channels.values()))}

    async def connect(self, desk: Desk) -> None:
        fake = self.fake
        configure(fake.api_url, fake.gateway_url)
        self.client: UsherClient = build_client(desk, ready_timeout=0.01, pause=lambda _: asyncio.sleep(0))
        self._running = asyncio.create_task(self.client.start(fake.token))
        await fake.wait_connected()
        await fake.wait_for(lambda: fake.registry.all(None))
        self.platform: Any = self.client.platform

    async def disconnect(self) -> None:
        await self.client.close()
        await asyncio.wait([self._running])
        await self.fake.wait_for(lambda: not self.fake.gateway.connected)

    async def close(self) -> None:
        await self.fake.stop()
        self._after.close()
        self.fake.assert_clean()

    # --- people --------------------------------------------------------------------------------------------------

    def person(
        self,
        name: str,
        *,
        admin: bool = False,
        guest: bool = False,
        email: str | None = None,
        shows: str = "",
    ) -> None:
        del email  # Discord vouches for none
        made = self.fake.add_user(name.lower(), global_name=shows or name)
        self.fake.add_member(self.guild, made, roles=[self._managers] if admin and not guest else [])
        self._people[name] = made

    def channel(self, name: str) -> None:
        self._channels[name] = self.fake.add_channel(self.guild, name)

    def thing(self, name: str, keeper: str = "Ada") -> Thing:
        self.roles[name] = self.fake.add_role(self.guild, name, position=10 + len(self.roles))
        if self.keepers is None:
            self.keepers = self.fake.add_role(
                self.guild, "Keepers", position=90, permissions=permissions.MANAGE_ROLES
            )
        self._hold(keeper, self.keepers, held=True)
        return Thing("discord-role", f"<@&{self.roles[name].id}>")

    def access(self, name: str) -> set[str]:
        role = self.roles[name].id
        members = self.guild.members
        return {
            who for who, user in self._people.items() if user.id in members and role in members[user.id].roles
        }

    def leave(self, person: str) -> None:
        """They leave the server."""
        self.fake.remove_member(self.guild, self._people[person])

    def come(self, person: str) -> None:
        """They come to the server, with no role."""
        self.fake.add_member(self.guild, self._people[person])

    @property
    def bot_role(self) -> Role:
        """Usher's own role."""
        return next(role for role in self.guild.roles.values() if role.bot_id)

    def put(self, name: str, person: str, *, into: bool = True) -> None:
        self._hold(person, self.roles[name], held=into)

    def _hold(self, person: str, role: Role, *, held: bool) -> None:
        user = self._people[person]
        others = [self.guild.roles[each] for each in self.guild.members[user.id].roles if each != role.id]
        self.fake.set_roles(self.guild, user, [*others, role] if held else others)

    def refuse(self, code: str, times: int = 1, *, give: bool = True) -> None:
        method = "PUT" if give else "DELETE"
        if code.isdecimal():
            self.fake.fail_next(method, _ROLE_OF_MEMBER, "error", times=times, code=int(code))
        else:
            self.fake.fail_next(method, _ROLE_OF_MEMBER, code, times=times)

    async def run(self, person: str, line: str, channel: str = GENERAL) -> Seen:
        return await self._answer(await self.send(person, line, channel), person)

    async def send(self, person: str, line: str, channel: str = GENERAL) -> Delivery:
        """Types a command and does not wait for the answer."""
        user = self._people[person]
        where: dict[str, Any] = {} if channel == DIRECT else {"channel": self._channels[channel]}
        line = _MENTIONED.sub(self._mentioned, line)
        try:
            declared, given = typed.parse(line)
            options = {name: _value(declared.option(name), value) for name, value in given.items()}
            return await self.fake.command(user, declared.name, options, **where)
        except (Refusal, Refused):
            return await self.fake.raw_command(user, _forged(line), **where)

    async def click(self, person: str, seen: Seen, label: str) -> Seen:
        button = seen.button(label)
        user = self._people[person]
        try:
            sent = await self.fake.click(user, seen.held, _custom_id(button.action, button.subject))
        except Refused:
            return await self.press(person, button.action, button.subject, seen)
        return await self._answer(sent, person)

    async def choose(self, person: str, seen: Seen, menu_label: str, choice_label: str) -> Seen:
        menu, value = discord_reads.picked(seen, menu_label, choice_label)
        try:
            sent = await self.fake.select(self._people[person], seen.held, [value], menu.custom_id)
        except Refused:
            button = discord_reads.button(menu_label, menu.custom_id)
            return await self.press(person, button.action, button.subject, seen, value)
        return await self._answer(sent, person)

    async def press(
        self, person: str, action: str, subject: str, on: Seen | None = None, choice: str = ""
    ) -> Seen:
        user = self._people[person]
        message = on.held if on is not None else self.fake.say(user, self._channels[GENERAL], "x")
        forged: dict[str, Any] = {"component_type": STRING_SELECT, "values": [choice]} if choice else {}
        sent = await self.fake.raw_component(user, _custom_id(action, subject), message=message, **forged)
        return await self._answer(sent, person)

    async def fill(self, person: str, seen: Seen, **values: str) -> Seen:
        modal = seen.held
        assert isinstance(modal, Modal), f"no form is open: {seen.text}"
        fields = {discord_reads.option_of(field): field for field in modal.fields}
        given = {}
        for name, said in values.items():
            field = fields[name.rstrip("_")]
            given[field.custom_id] = self._given(field, said)
        return await self._answer(await self.fake.submit_modal(self._people[person], modal, given), person)

    def _given(self, field: Field, said: str) -> Any:
        """What somebody types into a field or picks for it."""
        if field.type == TEXT_INPUT:
            return _MENTIONED.sub(self._mentioned, said)
        parts = [part.strip() for part in said.split(",") if part.strip()]
        if field.type == STRING_SELECT:
            return parts
        return [
            self._people[part[1:]] if part.startswith("@") else self._channels[part[1:]] for part in parts
        ]

    async def _answer(self, sent: Delivery, person: str) -> Seen:
        reply = await sent.reply()
        if isinstance(reply, Modal):
            return discord_reads.form(reply, self._named)
        return self._seen(reply, self._people[person])

    def _named(self, number: int) -> str:
        """Somebody or a channel as the client shows them."""
        found: dict[int, str] = {user.id: f"@{name}" for name, user in self._people.items()}
        found |= {channel.id: f"#{name}" for name, channel in self._channels.items()}
        return found[number]

    def _drawn(self, table: Table) -> bytes | None:
        made = _draw(table)
        self._pictures[made] = table
        return made

    def _seen(self, message: Message, reader: User | None = None) -> Seen:
        read = discord_reads.seen(message, reader)
        shown = [
            self._pictures[file.content] for file in message.files if file.filename == discord_reads.PICTURE
        ]
        return replace(read, table=tuple(row for table in shown for row in (table.columns, *table.rows)))

    def _mentioned(self, found: re.Match[str]) -> str:
        person, channel = found[1], found[2]
        if person in self._people:
            return f"<@{self._people[person].id}>"
        return f"<#{self._channels[channel].id}>" if channel in self._channels else found[0]

    # --- what stands ---------------------------------------------------------------------------------------------

    def cards(self, channel: str = GENERAL) -> list[Seen]:
        return [self._seen(message) for message in self._own(self._channels[channel])]

    def inbox(self, person: str, newest: int = 0) -> list[Seen]:
        user = self._people[person]
        return [self._seen(message, user) for message in self._own(user)[-newest:]]

    def _own(self, where: Channel | User) -> list[Message]:
        return [message for message in self.fake.messages(where) if message.author is self.fake.world.bot]

    def fail_next(self, trouble: Trouble, verb: Verb = "post", times: int = 1) -> None:
        method, route = _ROUTES[verb]
        how = dict(_KINDS[trouble])
        self.fake.fail_next(method, route, how.pop("kind"), times=times, **how)

    def no_forms(self) -> None:
        self.fake.fail_next("POST", "/interactions/*/*/callback", "error", code=10062, status=404)

    def shut(self, person: str) -> None:
        self._people[person].dm_open = False

    def put_back(self, seen: Seen, words: str = "", instead: str = "") -> None:
        raw = seen.raw.replace(words, instead) if words else seen.raw
        seen.held.embeds, seen.held.components = json.loads(raw)

    def remove(self, seen: Seen) -> None:
        self.fake.board.delete(seen.held)

    async def again(self, sent: Delivery) -> None:
        """Discord tells of an interaction once more, as it does after a connection was resumed."""
        self.fake.gateway.dispatch("INTERACTION_CREATE", sent.payload)

    def pings(self) -> list[str]:
        held = [message for message in self.fake.world.messages.values() if message.author.bot]
        return [found for message in held for found in discord_reads.pings(message)]


def _custom_id(action: str, subject: str) -> str:
    return f"usher:{action}:{subject}"


def _value(option: catalogue.Option | None, given: Any) -> Any:
    """What the client makes of typed words: numbers where the option is one."""
    assert option is not None
    if option.kind is catalogue.Kind.COUNT and re.fullmatch(r"[0-9]+", str(given)):
        return int(given)
    return str(given)


def _forged(line: str) -> dict[str, Any]:
    """A line as the data of an interaction, whatever it says."""
    noun, *rest = typed.words(line) or [""]
    steps = [word for word in rest[:1] if not _OPTION.fullmatch(word)]
    options: list[dict[str, Any]] = []
    for word in rest[len(steps) :]:
        found = _OPTION.fullmatch(word)
        if found:
            options.append({"name": found[1], "type": 3, "value": found[2].strip('"“”')})
        elif options:
            options[-1]["value"] += f" {word}"
    if steps:
        options = [{"name": steps[0], "type": 1, "options": options}]
    return {"name": noun, "options": options}
