"""The playground's world: two chats in the manner of Slack and Discord on one core, with people, a clock, relay and sweeps.

What a person types or presses goes the way it goes in production: a call to the desk, the core's card, the platform's own
renderer. Only the network between is missing. ``bot.showing`` draws what the platform would be sent, ``bot.passing`` delivers.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from itertools import count

from adapters.desk import Desk
from adapters.memory import MemoryPlatform, Message, Person, bare
from adapters.web.playground.feed import MOST, Feed, Item
from adapters.web.playground.stage import (
    CHATS,
    DIRECT,
    HOME,
    WITH_HOME,
    Outcome,
    Record,
    Unknown,
    Who,
)
from bot.folk import Folk, filled
from bot.records import records
from bot.showing import Control, Showing
from bot.steps import Steps
from core.calls import Actor, Identity
from core.cards import Button, Card, Form, Home, Tone
from core.catalogue import ACTIONS
from core.language import everywhere, mark, speaking
from core.service import Core

#: So many opened forms are remembered.
MOST_FORMS = 200
_PAGING = (mark("Next"), mark("Previous"))
_NOTHING: tuple[Card, Message | None] = (Card(""), None)


class Town(Folk):
    """The stage on which the playground's pages play. Everything here runs in one event loop."""

    def __init__(
        self,
        core: Core,
        desk: Desk,
        platforms: Mapping[str, MemoryPlatform],
        feed: Feed,
        forward: Callable[[str], Awaitable[bool]],
    ) -> None:
        super().__init__(desk, platforms, feed)
        self._core = core
        self._desk = desk
        self._forward = forward
        self._showing = Showing(self.name_of)
        self._numbers = count(1)
        self._forms: dict[str, Form] = {}
        self._cards: dict[str, tuple[Card, Message | None]] = {}
        self._steps = Steps()

    def now(self) -> int:
        return self._desk.clock()

    # --- what people do ------------------------------------------------------------------------------------------

    async def run(self, who: Who, line: str) -> Outcome:
        person = self._person(who.platform, who.person)
        card = await self._memory(who.platform).run(person, line, who.channel)
        self._steps.typed(line, card)
        return self._answer(who, person, card, _as_typed(who.platform, line))

    async def press(self, who: Who, item: str, control: Control) -> Outcome:
        person = self._person(who.platform, who.person)
        found = self.feed.find(item)
        pressed = self._showing.pressed(who.platform, control)
        # A click on what the person does not see was made up, or came late: the core answers it as any other.
        known = found is not None and _in_sight(found, who)
        at_home = who.channel == HOME
        if at_home:
            who = who._replace(channel=DIRECT)
        shown, message = self._cards.get(item, _NOTHING) if known else _NOTHING
        label = _label(shown, pressed.action, pressed.subject, pressed.choice)
        card = await self._memory(who.platform).press(
            person,
            Button(label, pressed.action, pressed.subject),
            message.ref if message is not None else None,
            who.channel,
            pressed.choice,
        )
        self._steps.pressed(pressed.action, card)
        if at_home:
            await self.open_home(who)
        own = (
            known
            and message is None
            and not at_home
            and not (who.platform == "discord" and label not in _turning())
        )
        instead = item if own and card.tone not in {Tone.REFUSED, Tone.BROKEN} else ""
        stays = at_home or (instead != "" and found is not None and found.kind == "message")
        typed = "" if instead else label
        return self._answer(who, person, card, typed, pressed=True, instead=instead, stays=stays)

    async def open_home(self, who: Who) -> None:
        person, memory = self._person(who.platform, who.person), self._memory(who.platform)
        if who.platform not in WITH_HOME:
            raise Unknown
        if self.feed.find(_home_of(who.person)) is None:
            memory.platform.homes.pop(
                person.identity, None
            )  # whatever is known of it, nothing of it is shown
        await self._desk.reads(Actor(person.identity, "", language=person.language))
        await memory.open_home(person)

    async def fill(self, who: Who, key: str, typed: Mapping[str, str | list[str]]) -> Outcome:
        person = self._person(who.platform, who.person)
        form = self._forms.get(key)
        # Whoever's it is, and whether it was sent before, the core knows.
        options = filled(form, typed, self._memory(who.platform)) if form is not None else {}
        at_home = who.channel == HOME
        if at_home:
            who = who._replace(channel=DIRECT)
        card = await self._memory(who.platform).send(person, key, options, who.channel)
        title = form.title if form is not None else ""
        return self._answer(who, person, card, title, pressed=True, stays=at_home)

    async def search(self, who: Who, key: str, name: str, typed: str) -> list[tuple[str, str]]:
        person = self._person(who.platform, who.person)
        return await self._memory(who.platform).search(person, key, name, typed, who.channel)

    async def complete(
        self, who: Who, command: str, options: Mapping[str, str], option: str, typed: str
    ) -> list[tuple[str, str]]:
        person = self._person(who.platform, who.person)
        return await self._memory(who.platform).complete(person, command, options, option, typed, who.channel)

    async def advance(self, far: str) -> bool:
        moved = await self._forward(far)
        if moved:
            at = self.now()
            for platform in CHATS:
                item = f"time-{platform}-{next(self._numbers)}"
                with speaking(self._language):
                    html = self._showing.moved(at)
                self.feed.put(Item(item, platform, "*", "", "time", at, "", html))
        return moved

    # --- what is shown -------------------------------------------------------------------------------------------

    def _answer(
        self,
        who: Who,
        person: Person,
        card: Card,
        typed: str,
        *,
        pressed: bool = False,
        instead: str = "",
        stays: bool = False,
    ) -> Outcome:
        """A private answer in the place where it was asked for, or the form that opens instead of it.

        ``stays``: it is a message, as the answer to what was pressed at home is.
        """
        if card.form is not None:
            self._forms[card.form.key] = card.form
            if len(self._forms) > MOST_FORMS:
                del self._forms[next(iter(self._forms))]
            return Outcome(form=card.form)
        item = instead or f"answer-{next(self._numbers)}"
        if card.files and who.platform == "slack":
            card = self._hand_over(person, card)
        with speaking(person.language):
            html = self._showing.answer(
                who.platform,
                card,
                self.now(),
                item,
                person.name,
                typed,
                pressed=pressed,
                passes=not stays,
            )
        self._keep(item, card, None)
        kind = "message" if stays else "answer"
        self.feed.put(Item(item, who.platform, who.channel, who.person, kind, self.now(), card.title, html))
        return Outcome(item)

    def _hand_over(self, person: Person, card: Card) -> Card:
        """The files of an answer come to the direct messages, as Slack's do; the answer says so."""
        from adapters.slack.files import told

        item, at = f"file-{next(self._numbers)}", self.now()
        with speaking(person.language):
            html = self._showing.files(card.files, at, item)
            title = ", ".join(file.name for file in card.files)
            self._keep(item, Card(title), None)
            self.feed.put(Item(item, "slack", DIRECT, person.key, "message", at, title, html))
            return told(card)

    def told(self, message: Message) -> None:
        """A message was posted or changed."""
        platform, room = message.ref.platform, DIRECT
        reader, language = "", self._language
        if message.direct:
            owner = next(
                (p for p in self._memory(platform).people.values() if p.identity.subject == message.person),
                None,
            )
            reader, language = (owner.key, owner.language) if owner is not None else ("-", language)
        else:
            channels = self._memory(platform).place.channels
            room = next((room for room, known in channels.items() if known == message.ref.channel), "-")
        item = f"{platform}-{message.ref.message}"
        under = message.under.card.title if message.under is not None else ""
        before = self.feed.find(item)
        at = before.at if before is not None else self.now()
        with speaking(language):
            html = self._showing.message(platform, message.card, at, item, under)
        self._keep(item, message.card, message)
        self.feed.put(Item(item, platform, room, reader, "message", at, message.card.title, html))
        if before is not None and before.title != message.card.title:
            replies = [
                reply for _, reply in self._cards.values() if reply is not None and reply.under is message
            ]
            for reply in replies:  # they say under what they stand
                self.told(reply)

    def told_home(self, identity: Identity, home: Home) -> None:
        """A Home is shown, or shows something else now."""
        owner = next((p for p in self._memory("slack").people.values() if p.identity == identity), None)
        if owner is None:
            return
        item, cards = _home_of(owner.key), [card for section in home.sections for card in section.cards]
        with speaking(owner.language):
            html = self._showing.home(home, item)
        title = home.sections[0].title if home.sections else ""
        buttons = tuple(button for card in cards for button in card.buttons)
        menus = tuple(menu for card in cards for menu in card.menus)
        self._keep(item, Card(title, buttons=buttons, menus=menus), None)
        self.feed.put(Item(item, "slack", HOME, owner.key, "home", self.now(), title, html))

    def _keep(self, item: str, card: Card, message: Message | None) -> None:
        """For as many as the feed shows."""
        self._cards[item] = card, message
        if len(self._cards) > MOST:
            del self._cards[next(iter(self._cards))]

    def dismiss(self, who: Who, item: str) -> None:
        found = self.feed.find(item)
        if found is None or found.kind != "answer" or not _in_sight(found, who):
            raise Unknown
        self.feed.remove(item)

    async def picture(self, name: str) -> bytes:
        found = self._showing.picture(name)
        if found is None:
            raise Unknown
        return found

    async def file(self, name: str) -> tuple[str, bytes]:
        found = self._showing.file(name)
        if found is None:
            raise Unknown
        return found

    # --- the first steps and the record --------------------------------------------------------------------------

    def steps(self) -> tuple[list[bool], str]:
        return list(self._steps.done), self._steps.code

    async def record(self, language: str) -> list[Record]:
        return await asyncio.to_thread(records, self._core, self.now(), language, self.name_of)


def _home_of(person: str) -> str:
    """The item that a person's Home is."""
    return f"home-{person}"


def _in_sight(item: Item, who: Who) -> bool:
    """Whether the person reads what stands there."""
    return item.platform == who.platform and item.channel == who.channel and item.person in {"", who.person}


def _as_typed(platform: str, line: str) -> str:
    words = bare(line)
    return f"/{words}" if platform == "discord" else f"/usher {words}".rstrip()


def _turning() -> frozenset[str]:
    return frozenset().union(*map(everywhere, _PAGING))


def _label(card: Card, action: str, subject: str, choice: str) -> str:
    """The words on what was pressed."""
    for button in card.buttons:
        if (button.action, button.subject) == (action, subject) and not choice:
            return button.label
    for menu in card.menus:
        for each in menu.choices:
            if (menu.action, menu.subject, each.value) == (action, subject, choice):
                return f"{menu.label}: {each.label}"
    declared = ACTIONS.get(action)
    return declared.label if declared is not None else ""
