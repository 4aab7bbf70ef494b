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
from collections.abc import Iterator
from typing import Any

from core import catalogue, typed
from core.cards import When, moment
from core.errors import Refusal
from tests.drivers.base import DIRECT, GENERAL, PUBLIC_URL, Button, Clock, Seen, Trouble, Verb
from tests.fakes.discord import FakeDiscord, Refused, permissions
from tests.fakes.discord.delivery import Delivery
from tests.fakes.discord.state import Channel, Guild, Message, User

with warnings.catch_warnings():
    warnings.simplefilter("ignore", DeprecationWarning)  # the library imports audioop
    from adapters.desk import Desk
    from adapters.discord.app import UsherClient, build_client, configure

_ROUTES: dict[Verb, tuple[str, str]] = {
    "post": ("POST", "/channels/*/messages"),
    "edit": ("PATCH", "/channels/*/messages/*"),
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
_READ = re.compile(r"\\([^a-zA-Z0-9\s])|(`+) ?(.+?) ?\2|<t:(\d+):(\w)>|~~", re.DOTALL)
_WHEN = {"D": "date", "f": "time", "R": "relative"}
_OWN = re.compile(
    r"\\[^a-zA-Z0-9\s]|(`+).+?\1|<t:\d+:\w>|^• ~~|~~$|" + re.escape(PUBLIC_URL), re.MULTILINE | re.DOTALL
)
_PERSON, _CHANNEL = re.compile(r"<@\d+>"), re.compile(r"<#\d+>")
_MARKUP = re.compile(
    r"https?://|<|@everyone|@here|\*|(?<![^\W_])_|_(?![^\W_])|~~|\|\||`|\[[^]]*\]\(|:[\w+-]+:"
    r"|^\s*(?:#{1,3}|>|-#|-|\d+\.) ",
    re.MULTILINE,
)


class DiscordDriver:
    name = "discord"

    async def open(self, clock: Clock) -> None:
        self._after = contextlib.ExitStack()
        self.fake = FakeDiscord(clock=clock)
        await self.fake.start()
        self._after.enter_context(self.fake.patched())  # puts the library's addresses back at the end
        self.guild: Guild = self.fake.add_guild("Acme", owner=self.fake.owner)
        self._managers = self.fake.add_role(self.guild, "Managers", permissions=permissions.MANAGE_GUILD)
        self._people: dict[str, User] = {}
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

    async def press(self, person: str, action: str, subject: str, on: Seen | None = None) -> Seen:
        user = self._people[person]
        message = on.held if on is not None else self.fake.say(user, self._channels[GENERAL], "x")
        sent = await self.fake.raw_component(user, _custom_id(action, subject), message=message)
        return await self._answer(sent, person)

    async def _answer(self, sent: Delivery, person: str) -> Seen:
        reply = await sent.reply()
        assert isinstance(reply, Message)
        return _seen(reply, self._people[person])

    def _mentioned(self, found: re.Match[str]) -> str:
        person, channel = found[1], found[2]
        if person in self._people:
            return f"<@{self._people[person].id}>"
        return f"<#{self._channels[channel].id}>" if channel in self._channels else found[0]

    # --- what stands ---------------------------------------------------------------------------------------------

    def cards(self, channel: str = GENERAL) -> list[Seen]:
        return [_seen(message) for message in self._own(self._channels[channel])]

    def inbox(self, person: str) -> list[Seen]:
        user = self._people[person]
        return [_seen(message, user) for message in self._own(user)]

    def _own(self, where: Channel | User) -> list[Message]:
        return [message for message in self.fake.messages(where) if message.author is self.fake.world.bot]

    def fail_next(self, trouble: Trouble, verb: Verb = "post", times: int = 1) -> None:
        method, route = _ROUTES[verb]
        how = dict(_KINDS[trouble])
        self.fake.fail_next(method, route, how.pop("kind"), times=times, **how)

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
        return [found for message in held for found in _pings(message)]


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


def _seen(message: Message, reader: User | None = None) -> Seen:
    rows, title = [], ""
    for embed in message.embeds:
        title = title or _readable(embed.get("title", ""))
        rows += [_readable(embed.get(key, "")) for key in ("title", "description")]
        rows += [f"{_readable(part['name'])}: {_readable(part['value'])}" for part in embed.get("fields", [])]
        rows.append((embed.get("footer") or {}).get("text", ""))
    buttons = tuple(_button(each.label, each.custom_id or "") for each in message.buttons)
    alone = reader is not None and (
        message.visible_to == reader.id
        or (message.channel.recipient is reader and not message.channel.guild_id)
    )
    raw = json.dumps([message.embeds, message.components], ensure_ascii=False)
    return Seen(title, "\n".join(row for row in rows if row), buttons, alone, message, raw)


def _button(label: str, custom_id: str) -> Button:
    _, action, subject = custom_id.split(":", 2)
    return Button(label, action, subject)


def _readable(shown: str) -> str:
    """Discord's markup as it looks."""

    def read(found: re.Match[str]) -> str:
        if found[4]:
            return moment(When(int(found[4]), _WHEN[found[5]]))
        return found[1] or found[3] or ""

    return _READ.sub(read, shown)


def _pings(message: Message) -> Iterator[str]:
    """What Discord would make more of than words."""
    if message.mention_everyone or message.mentions or message.mention_roles:
        yield f"mentions: {message.text}"
    shown = [message.content]
    for embed in message.embeds:
        shown += [embed.get("title", ""), embed.get("description", "")]
        shown += [part[key] for part in embed.get("fields", []) for key in ("name", "value")]
    for words in shown:
        rest = _OWN.sub("\x00", words)
        # In an answer that only its reader sees a mention shows a name and calls nobody; a channel is called nowhere.
        if message.visible_to is not None:
            rest = _PERSON.sub("", rest)
        if message.visible_to is not None or message.channel.guild_id is None:
            rest = _CHANNEL.sub("", rest)
        if found := _MARKUP.search(rest):
            yield f"markup {found[0]!r}: {words}"
