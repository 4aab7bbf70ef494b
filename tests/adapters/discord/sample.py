"""A small catalogue, a core that answers what a test tells it to, and a running client on the local server."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from adapters.desk import Desk
from adapters.discord.app import UsherClient, build_client
from core import catalogue
from core.calls import Actor, Call
from core.cards import Button, Card, Style
from core.catalogue import Kind, Scope, option
from core.errors import Repeated
from tests.fakes.discord import FakeDiscord
from tests.fakes.discord.permissions import MANAGE_GUILD
from tests.fakes.discord.state import Channel, Guild, Message, User

NOW = 1_800_000_000


@dataclass(frozen=True)
class Nothing:
    pass


@dataclass(frozen=True)
class Create:
    name: str = option(Kind.LABEL, "What to call it", "Design team", required=True)
    people: tuple[Any, ...] = option(Kind.PEOPLE, "Who it is for", "ana@example.com", default=())
    member: Any = option(Kind.MEMBER, "Who it is about", "@ana")
    role: str = option(Kind.ROLE, "The role they get", "Designer", default="")
    uses: int = option(Kind.COUNT, "How often it works", "5")
    here: bool = option(Kind.SWITCH, "Only here", "on", default=False)
    status: str = option(Kind.CHOICE, "Which ones", "all", choices=("pending", "all"), default="all")
    for_: int = option(Kind.DURATION, "How long", "7d")


@dataclass(frozen=True)
class Show:
    invite: str = option(Kind.INVITE, "Which invitation", "inv-7F3K", required=True)


@dataclass(frozen=True)
class SetTo:
    value: Any = option(Kind.SETTING_VALUE, "The new value", "#general", required=True)


def never(*_: object) -> Card:
    raise AssertionError("the stub core answers, not the catalogue's handlers")


def declare() -> None:
    """A catalogue of every kind of command and button."""
    catalogue.command("invite create", "Invites people", Create)(never)
    catalogue.command("invite show", "Shows an invitation", Show, reads=True)(never)
    catalogue.command("workspace set", "Changes a setting", SetTo)(never)
    catalogue.command("me", "Who you are here", Nothing, reads=True, scope=Scope.NONE)(never)
    catalogue.action("approve", "Approve", style=Style.PRIMARY)(never)
    catalogue.action("list_page", "Next", reads=True)(never)


CARD = Card("Done")
ASKED = Card(
    "Ana asks to join",
    buttons=(
        Button("Approve", "approve", "ws/1", Style.PRIMARY),
        Button("Deny", "deny", "ws/1", Style.DANGER),
    ),
)


@dataclass
class StubCore:
    """Keeps what it was asked; ``hold`` makes it slow until ``release``."""

    answer: Callable[[Call], Card] = lambda _: CARD
    completions: list[tuple[str, str]] = field(default_factory=list)
    known: dict[str, bool] = field(default_factory=dict)
    moves: list[tuple[str, bool]] = field(default_factory=list)
    offered: dict[str, list[tuple[str, str]]] = field(default_factory=dict)
    calls: list[Call] = field(default_factory=list)
    completed: list[tuple[Call, str, str]] = field(default_factory=list)
    events: set[str] = field(default_factory=set)
    _go: threading.Event = field(default_factory=threading.Event)
    _asked: asyncio.Event = field(default_factory=asyncio.Event)

    def __post_init__(self) -> None:
        self._go.set()
        self._loop = asyncio.get_running_loop()

    async def asked(self) -> None:
        """Returns once something has been asked."""
        await asyncio.wait_for(self._asked.wait(), 5)

    async def until(self, done: Callable[[], object]) -> None:
        """Returns once what was asked makes this true."""
        while not done():
            self._asked.clear()
            await self.asked()

    def hold(self) -> None:
        self._go.clear()

    def release(self) -> None:
        self._go.set()

    def handle(self, call: Call) -> Card:
        assert call.event
        if _changes(call):
            if call.event in self.events:
                raise Repeated
            self.events.add(call.event)
        self.calls.append(call)
        self._loop.call_soon_threadsafe(self._asked.set)
        self._go.wait(10)
        return self.answer(call)

    def complete(self, call: Call, option: str, typed: str) -> list[tuple[str, str]]:
        self.completed.append((call, option, typed))
        self._loop.call_soon_threadsafe(self._asked.set)
        return self.completions

    def complete_form(self, key: str, name: str, typed: str, call: Call) -> list[tuple[str, str]]:
        assert key
        assert not typed
        assert call in self.calls
        return self.offered.get(name, [])

    def realms(self, platform: str) -> dict[str, bool]:
        assert platform == "discord"
        return dict(self.known)

    def moved(self, platform: str, realm: str, at: int, *, gone: bool) -> bool:
        assert (platform, at) == ("discord", NOW)
        self.moves.append((realm, gone))
        self._loop.call_soon_threadsafe(self._asked.set)
        return realm in self.known

    def first_time(self, platform: str, event: str, at: int) -> bool:
        assert (platform, at) == ("discord", NOW)
        first = event not in self.events
        self.events.add(event)
        return first

    def reads(self, actor: Actor) -> None:
        raise AssertionError(actor)


def _changes(call: Call) -> bool:
    declared = catalogue.COMMANDS.get(call.command) or catalogue.ACTIONS.get(call.action)
    return declared is not None and not declared.reads


@dataclass
class Scene:
    """A server called Acme with its owner, and Alice who may do nothing special."""

    fake: FakeDiscord
    core: StubCore
    client: UsherClient
    acme: Guild
    general: Channel
    owner: User
    alice: User

    async def type(self, path: str, options: dict[str, Any] | None = None, **where: Any) -> Message:
        """Alice types a command in Acme; what she sees."""
        delivery = await self.fake.command(self.alice, path, options, **(where or {"guild": self.acme}))
        reply = await delivery.reply()
        assert isinstance(reply, Message)
        return reply

    async def card(self, card: Card = ASKED) -> Message:
        """A card that the relay has posted in Acme."""
        ref = await self.client.platform.post(target(self.general), card, "key", look_first=False)
        return self.fake.world.messages[int(ref.message)]


async def settled() -> None:
    """Returns once every event that has arrived is dealt with."""
    names = ("discord.py: ", "discord-ui")
    await asyncio.gather(*(task for task in asyncio.all_tasks() if task.get_name().startswith(names)))


def target(channel: Channel) -> Any:
    from core.ports import Target

    return Target("discord", str(channel.guild_id), str(channel.id))


def direct(user: User) -> Any:
    from core.ports import Target

    return Target("discord", "", person=str(user.id))


@asynccontextmanager
async def running(fake: FakeDiscord, core: StubCore, **options: Any) -> AsyncIterator[UsherClient]:
    """A client that is connected and (unless told otherwise) has registered its commands."""
    registered = options.pop("registered", True)
    with ThreadPoolExecutor(4) as executor:
        client = build_client(
            Desk(core, executor, lambda: NOW, lambda: None),
            **({"ready_timeout": 0.01, "pause": yields} | options),
        )
        serving = asyncio.create_task(client.start(fake.token))
        await fake.wait_connected()
        if registered:
            await fake.wait_for(lambda: fake.registry.all(None))
        try:
            yield client
        finally:
            core.release()
            await client.close()
            await serving


@asynccontextmanager
async def scene(**options: Any) -> AsyncIterator[Scene]:
    """The library has to point at the local server before: see the fixture ``fake``."""
    fake = options.pop("fake")
    core = StubCore()
    owner, alice = fake.add_user("olga"), fake.add_user("alice", global_name="Alice A.")
    acme = fake.add_guild("Acme", owner=owner)
    fake.add_member(acme, alice)
    async with running(fake, core, **options) as client:
        yield Scene(fake, core, client, acme, next(iter(acme.channels.values())), owner, alice)


def faults(logged: list[Any]) -> list[Any]:
    """The errors that were logged until now, which this test wanted."""
    found = [entry for entry in logged if entry["log_level"] == "error"]
    logged[:] = [entry for entry in logged if entry not in found]
    return found


async def yields(_: float) -> None:
    """A pause that takes no time."""
    await asyncio.sleep(0)


__all__ = [
    "ASKED",
    "CARD",
    "MANAGE_GUILD",
    "NOW",
    "Scene",
    "StubCore",
    "declare",
    "direct",
    "faults",
    "running",
    "scene",
    "target",
]
