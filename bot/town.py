"""The playground's world: two chats in the manner of Slack and Discord on one core, with people, a clock, relay and sweeps.

What a person types or presses goes the way it goes in production: a call to the desk, the core's card, the platform's own
renderer. Only the network between is missing. ``bot.showing`` draws what the platform would be sent, ``bot.passing`` delivers.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Mapping
from itertools import count

from adapters.desk import Desk
from adapters.memory import MemoryPlatform, Message, Person
from adapters.web.playground.feed import MOST, Feed, Item
from adapters.web.playground.stage import CHATS, DIRECT, Outcome, Record, Recorded, Unknown, Who
from bot.folk import Folk, filled
from bot.showing import Control, Showing
from core.cards import Account, Button, Card, Code, Form, Span, Tone, plain
from core.catalogue import ACTIONS
from core.language import everywhere, mark, speaking
from core.service import Core
from core.typed import parse

#: So many opened forms are remembered.
MOST_FORMS = 200
#: So many of the latest events are shown of each workspace.
MOST_RECORDED = 200
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
        self._done = [False, False, False]
        self._code = ""

    def now(self) -> int:
        return self._desk.clock()

    # --- what people do ------------------------------------------------------------------------------------------

    async def run(self, who: Who, line: str) -> Outcome:
        person = self._person(who.platform, who.person)
        card = await self._memory(who.platform).run(person, line, who.channel)
        self._look_at_steps(line, card)
        return self._answer(who, person, card, _as_typed(who.platform, line))

    async def press(self, who: Who, item: str, control: Control) -> Outcome:
        person = self._person(who.platform, who.person)
        found = self.feed.find(item)
        pressed = self._showing.pressed(who.platform, control)
        # A click on what the person does not see was made up, or came late: the core answers it as any other.
        known = found is not None and _in_sight(found, who)
        shown, message = self._cards.get(item, _NOTHING) if known else _NOTHING
        label = _label(shown, pressed.action, pressed.subject, pressed.choice)
        card = await self._memory(who.platform).press(
            person,
            Button(label, pressed.action, pressed.subject),
            message.ref if message is not None else None,
            who.channel,
            pressed.choice,
        )
        self._done[2] |= pressed.action == "request.approve" and card.tone is not Tone.REFUSED
        own = known and message is None and not (who.platform == "discord" and label not in _turning())
        instead = item if own and card.tone not in {Tone.REFUSED, Tone.BROKEN} else ""
        return self._answer(who, person, card, "" if instead else label, pressed=True, instead=instead)

    async def fill(self, who: Who, key: str, typed: Mapping[str, str | list[str]]) -> Outcome:
        person = self._person(who.platform, who.person)
        form = self._forms.get(key)
        # Whoever's it is, and whether it was sent before, the core knows.
        options = filled(form, typed, self._memory(who.platform)) if form is not None else {}
        card = await self._memory(who.platform).send(person, key, options, who.channel)
        return self._answer(who, person, card, form.title if form is not None else "", pressed=True)

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
        self, who: Who, person: Person, card: Card, typed: str, *, pressed: bool = False, instead: str = ""
    ) -> Outcome:
        """A private answer in the place where it was asked for, or the form that opens instead of it."""
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
                who.platform, card, self.now(), item, person.name, typed, pressed=pressed
            )
        self._keep(item, card, None)
        self.feed.put(
            Item(item, who.platform, who.channel, who.person, "answer", self.now(), card.title, html)
        )
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
        return list(self._done), self._code

    def _look_at_steps(self, line: str, card: Card) -> None:
        if card.form is not None or card.tone in {Tone.REFUSED, Tone.BROKEN}:
            return
        with contextlib.suppress(Exception):
            name = parse(_bare(line))[0].name
            self._done[0] |= name == "workspace create"
            if name == "invite create" and (code := _code_on(card)):
                self._done[1], self._code = True, code

    async def record(self, language: str) -> list[Record]:
        return await asyncio.to_thread(self._recorded, language)

    def _recorded(self, language: str) -> list[Record]:
        broken = self._core.verify_audit()
        out = []
        for listed in self._core.workspaces():
            with speaking(language):
                length, events = self._core.recorded(listed.workspace_id, self.now(), MOST_RECORDED)
            shown = [Recorded(e.number, e.at, self._named(e.who), e.words, e.refused) for e in events]
            out.append(Record(listed.name, shown, length, broken.get(listed.workspace_id) is None))
        return out

    def _named(self, who: Span) -> str:
        return self.name_of(who.subject) if isinstance(who, Account) else plain((who,))


def _in_sight(item: Item, who: Who) -> bool:
    """Whether the person reads what stands there."""
    return item.platform == who.platform and item.channel == who.channel and item.person in {"", who.person}


def _as_typed(platform: str, line: str) -> str:
    bare = _bare(line)
    return f"/{bare}" if platform == "discord" else f"/usher {bare}".rstrip()


def _bare(line: str) -> str:
    head, _, rest = line.strip().partition(" ")
    return rest.strip() if head.lower() in {"/usher", "usher"} else line.strip().removeprefix("/")


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


def _code_on(card: Card) -> str:
    spans = [span for field in card.fields for span in field.value] + [s for text in card.body for s in text]
    return next((s.text for s in spans if isinstance(s, Code) and s.text.count("-") == 3), "")
