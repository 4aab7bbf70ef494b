"""Every form that Usher opens and every kind of Home, on a workspace where there is something of each kind: a short story.

It is told in one language, to people who open forms and send none.
"""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Final, NamedTuple

from adapters.desk import Desk
from adapters.memory import CHANNEL, Memory, MemoryPlatform, Person
from bot import config
from bot.clock import MovableClock
from bot.engine import Engine, open_engine
from bot.relay import Relay
from core.calls import OPEN, Actor, Call
from core.cards import Button, Card, Form, Home
from core.catalogue import ACTIONS, COMMANDS
from core.durations import DAY, HOUR

#: When the story begins: the moment of the other examples.
_START = 1_770_000_000
#: Where it is told: the one with Homes.
_PLATFORM: Final = "slack"


class Opened(NamedTuple):
    """A form with what there is to choose from in the fields that are searched."""

    name: str
    form: Form
    found: dict[str, list[tuple[str, str]]]


class Shown(NamedTuple):
    """A Home; ``name`` tells whose."""

    name: str
    home: Home


class Told(NamedTuple):
    forms: list[Opened]
    homes: list[Shown]


#: Whose Homes differ: of somebody who is nowhere, of somebody who asked to join, of a member, and of whoever runs it all.
HOMES: Final = ("home.stranger", "home.newcomer", "home.member", "home.owner")


def forms() -> Iterator[str]:
    """What opens a form: every command that takes something, and buttons that ask."""
    yield from (each.name for each in COMMANDS.values() if each.options)
    yield from (each.name for each in ACTIONS.values() if each.shape is not None)


def told(language: str) -> Told:
    """Every form in the order of ``forms``, and every Home in the order of ``HOMES``."""
    with tempfile.TemporaryDirectory(prefix="usher-gallery-", ignore_cleanup_errors=True) as folder:
        settings = config.load(USHER_DATABASE_URL=f"sqlite:///{Path(folder, 'gallery.db')}")
        clock = MovableClock(lambda: _START)
        engine = open_engine(settings, clock)
        try:
            story = _Story(engine, clock, language)
            asyncio.run(story.tell())
        finally:
            engine.close()
    opened, homes = story.opened, story.homes
    return Told(
        [opened[name] for name in forms() if name in opened],
        [Shown(name, homes[name]) for name in HOMES if name in homes],
    )


class _Story:
    """People of one place. ``opened``, ``homes``: what they have seen, by its name."""

    def __init__(self, engine: Engine, clock: MovableClock, language: str) -> None:
        self._clock = clock
        self._platform = MemoryPlatform(name=_PLATFORM)
        self._relay = Relay(
            engine.core,
            {self._platform.name: self._platform},
            engine.executor,
            clock,
            jitter=lambda: 0.0,
            width=1,
        )
        self._sweep = engine.core.sweep
        self._memory = Memory(Desk(engine.core, engine.executor, clock, self._relay.wake), self._platform)
        self._owner, self._member, self._newcomer = (
            self._memory.meet(
                Person(
                    name,
                    f"{name.lower()}@example.com",
                    place_admin=first,
                    platform=_PLATFORM,
                    language=language,
                )
            )
            for name, first in (("Owner", True), ("Member", False), ("Newcomer", False))
        )
        self.opened: dict[str, Opened] = {}
        self.homes: dict[str, Home] = {}

    async def tell(self) -> None:
        self.homes["home.stranger"] = await self._memory.home(self._newcomer)
        await self._begin()
        self.homes["home.newcomer"] = await self._memory.home(self._newcomer)
        for name in forms():
            if name in COMMANDS:
                await self._keep(self._owner, name, await self._form_of(self._owner, name))
        await self._of_requests()
        await self._of_members()
        await self._of_what_ends()
        for name, who in (("home.member", self._member), ("home.owner", self._owner)):
            self.homes[name] = await self._memory.home(who)

    async def _begin(self) -> None:
        for line in (
            "workspace create name:Studio scheme:studio",
            'group create name:"Design leads"',
            "resource create kind:folder name:Renders",
        ):
            await self._memory.run(self._owner, line)
        invited = await self._memory.run(self._owner, 'invite create name:"Design team" role:Commenter')
        await self._press(self._owner, invited, "invite.extend_by")
        code = next(field.value[0][0] for field in invited.fields if type(field.value[0]).__name__ == "Code")
        for who, action in ((self._member, "request.approve"), (self._newcomer, "request.deny_why")):
            await self._memory.run(who, f"join code:{code}")
            await self._settle()
            await self._press(self._owner, self._last(self._owner), action)
        reason = next(b for b in self._last(self._owner).buttons if b.action == "request.deny_why")
        await self._press(self._owner, Card("", buttons=(reason._replace(action="request.approve_why"),)))

    async def _of_requests(self) -> None:
        member = self._member
        await self._memory.run(member, "request role role:Designer for:7d")
        await self._settle()
        await self._press(self._owner, self._last(self._owner), "request.less")
        answer = await self._memory.run(member, "why permission:project:create")
        await self._press(member, answer, "role.ask_why")
        policy = "access: 1 of request:approve; emergency project:publish for at most 4h"
        await self._memory.run(self._owner, f'workspace set setting:approvals value:"{policy}"')
        answer = await self._memory.run(member, "why permission:project:publish resource:Renders")
        await self._press(member, answer, "access.ask_why")
        await self._press(member, answer, "access.emergency")
        await self._memory.run(self._owner, "workspace set setting:members_can_invite value:off")
        answer = await self._memory.run(member, "invite create emails:zoe@example.com")
        await self._press(member, answer, "invite.ask_why")

    async def _of_members(self) -> None:
        shown = await self._memory.run(self._owner, "member show member:@Member")
        await self._press(self._owner, shown, "role.assign")
        warned = await self._press(self._owner, shown, "member.remove")
        await self._press(self._owner, warned, "member.remove_why")
        stranger = await self._memory.run(self._owner, "member show member:@Newcomer")
        await self._press(self._owner, stranger, "person.invite")
        settings = await self._memory.run(self._owner, "workspace settings")
        await self._press(self._owner, settings, "setting.set")

    async def _of_what_ends(self) -> None:
        await self._memory.run(self._owner, "role assign member:@Member role:Designer for:2d")
        await self._clock.forward(DAY + HOUR, self._settle)
        await self._settle()
        await self._press(self._member, self._last(self._member), "time_box.extend_by")

    async def _form_of(self, who: Person, command: str) -> Card:
        """The form of a command, as a shortcut opens it."""
        actor = Actor(who.identity, who.name, who.email, place_admin=who.place_admin, language=who.language)
        where, at = self._memory.where(CHANNEL), self._clock()
        card = await self._memory.desk.handle(Call(actor, where, at, command, form=OPEN))
        assert card is not None  # nothing here comes twice
        return card

    async def _press(self, who: Person, card: Card, action: str = "") -> Card:
        """The answer to the card's button for an action; a card without it has nothing to open."""
        pressed = next((each for each in card.buttons if action in {"", each.action}), None)
        if pressed is None:
            return card
        answer = await self._memory.press(who, Button(*pressed))
        await self._keep(who, pressed.action, answer)
        return answer

    async def _keep(self, who: Person, name: str, card: Card) -> None:
        if card.form is None:
            return
        if name in ACTIONS:
            name = ACTIONS[name].asks or name
        searched = [each.name for each in card.form.entries if each.control.startswith("search")]
        found = {each: await self._memory.search(who, card.form.key, each, "") for each in searched}
        self.opened[name] = Opened(name, card.form, found)

    def _last(self, who: Person) -> Card:
        return self._platform.inbox(who)[-1].card

    async def _settle(self) -> None:
        self._sweep(self._clock())
        await self._relay.drain()
