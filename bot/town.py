"""The playground's world: two chats in the manner of Slack and Discord on one core, with people, a clock, relay and sweeps.

What a person types or presses goes the way it goes in production: a call to the desk, the core's card, the platform's own
renderer. Only the network between is missing. ``bot.showing`` draws what the platform would be sent, ``bot.passing`` delivers.
"""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from itertools import count

from adapters.desk import Desk
from adapters.memory import Memory, MemoryPlatform, Message, Person, Place
from adapters.web.playground.feed import MOST, Feed, Item
from adapters.web.playground.stage import CHATS, DIRECT, ROOMS, Face, Outcome, Record, Recorded, Unknown, Who
from bot.showing import Control, Showing
from core.calls import Actor, Channel, Value
from core.cards import Account, Button, Card, Code, Form, Span, Tone, plain
from core.cards import Control as CardControl
from core.catalogue import ACTIONS
from core.language import LANGUAGES, everywhere, mark, speaking
from core.service import Core
from core.typed import parse

PEOPLE = (("Owner", True), ("Admin", True), ("Member", False), ("Newcomer", False))
#: What each chat calls itself: the team, and in Discord's direct messages nothing.
TEAM, SERVER = "T0PLAYGROUND", "100000000000000001"
#: So many people can be thought up.
MOST_PEOPLE = 40
#: So many channels can be opened in each chat.
MOST_ROOMS = 20
#: So many opened forms are remembered.
MOST_FORMS = 200
#: So many of the latest events are shown of each workspace.
MOST_RECORDED = 200
_PAGING = (mark("Next"), mark("Previous"))
_NOTHING: tuple[Card, Message | None] = (Card(""), None)


class Town:
    """The stage on which the playground's pages play. Everything here runs in one event loop."""

    def __init__(
        self,
        core: Core,
        desk: Desk,
        platforms: Mapping[str, MemoryPlatform],
        feed: Feed,
        forward: Callable[[str], Awaitable[bool]],
    ) -> None:
        self.feed = feed
        self._core = core
        self._desk = desk
        self._forward = forward
        self._showing = Showing(self.name_of)
        self._numbers = count(1)
        self._forms: dict[str, Form] = {}
        self._cards: dict[str, tuple[Card, Message | None]] = {}
        self._done = [False, False, False]
        self._code = ""
        self._language = LANGUAGES[0]
        #: Whose language was chosen for them, in which chat.
        self._chosen: set[tuple[str, str]] = set()
        places = {
            "slack": Place(TEAM, TEAM, _rooms("slack")),
            "discord": Place(SERVER, "", _rooms("discord")),
        }
        self._chats = {name: Memory(desk, platforms[name], place=places[name]) for name in CHATS}

    # --- who and where -------------------------------------------------------------------------------------------

    def now(self) -> int:
        return self._desk.clock()

    def faces(self, platform: str) -> list[Face]:
        return [
            Face(p.key, p.name, "admin" if p.place_admin else "", p.language)
            for p in self._memory(platform).people.values()
        ]

    def pickable(self, platform: str) -> tuple[list[tuple[str, str]], list[tuple[str, str]]]:
        people = [(p.identity.subject, p.name) for p in self._memory(platform).people.values()]
        rooms = [(known, f"#{room}") for room, known in self._memory(platform).place.channels.items()]
        return people, rooms

    def rooms(self, platform: str) -> list[str]:
        return list(self._memory(platform).place.channels)

    def open_room(self, name: str) -> None:
        """A further channel in each chat, in which everybody is."""
        if len(self.rooms(next(iter(CHATS)))) >= MOST_ROOMS:
            raise Unknown
        for platform, memory in self._chats.items():
            channels = {**memory.place.channels, name: _id(platform, "room", name)}
            memory.place = memory.place._replace(channels=channels)
        self.feed.touch()

    def join(self, name: str) -> str:
        known = self._chats["slack"].find(name)
        if known is None:
            if len(self._chats["slack"].people) >= MOST_PEOPLE:
                raise Unknown
            self.settle_in(name)
            self.feed.touch()
        return Person(name).key

    async def greet(self, language: str) -> None:
        """A page speaks this language: so does everybody of whom nobody said otherwise."""
        if language not in LANGUAGES:
            raise Unknown
        self._language = language
        for platform, memory in self._chats.items():
            for person in list(memory.people.values()):
                if (platform, person.key) not in self._chosen and person.language != language:
                    await self._teach(platform, person, language)
        self.feed.touch()

    async def speak(self, platform: str, person: str, language: str) -> None:
        """In this language the person is answered and written to from now on."""
        known = self._person(platform, person)
        if language not in LANGUAGES:
            raise Unknown
        self._chosen.add((platform, person))
        await self._teach(platform, known, language)
        self.feed.touch()

    async def _teach(self, platform: str, person: Person, language: str) -> None:
        made = self._memory(platform).meet(replace(person, language=language))
        await self._desk.reads(Actor(made.identity, "", language=language))

    def settle_in(self, name: str, *, admin: bool = False) -> None:
        """An account for somebody on each platform. Discord vouches for no address, and its accounts belong to no server."""
        key = Person(name).key
        for platform, memory in self._chats.items():
            slack = platform == "slack"
            memory.meet(
                Person(
                    name,
                    f"{key}@example.com" if slack else None,
                    place_admin=admin,
                    realm=TEAM if slack else "",
                    platform=platform,
                    subject=_id(platform, "person", key),
                    language=self._language,
                )
            )

    def _memory(self, platform: str) -> Memory:
        if platform not in self._chats:
            raise Unknown
        return self._chats[platform]

    def _person(self, platform: str, key: str) -> Person:
        found = next((p for p in self._memory(platform).people.values() if p.key == key), None)
        if found is None:
            raise Unknown
        return found

    def name_of(self, known: str) -> str:
        """What an account or a channel is called, by its id."""
        for memory in self._chats.values():
            for person in memory.people.values():
                if person.identity.subject == known:
                    return person.name
            for room, channel in memory.place.channels.items():
                if channel == known:
                    return room
        return known

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
            replies = [reply for _, reply in self._cards.values() if reply is not None and reply.under is message]
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


def filled(form: Form, typed: Mapping[str, str | list[str]], memory: Memory) -> dict[str, Value]:
    """What was filled in as the adapters hand it over: accounts and channels for what was picked, texts for what was typed."""
    accounts = {person.identity.subject: person.identity for person in memory.people.values()}
    out: dict[str, Value] = {}
    for entry in form.entries:
        given = typed.get(entry.name, "")
        words = given if isinstance(given, str) else ", ".join(given)
        match entry.control:
            case CardControl.PERSON:
                out[entry.name] = accounts.get(words, words)
            case CardControl.CHANNEL if words:
                out[entry.name] = Channel(memory.platform.name, memory.place.realm, words)
            case CardControl.CHOICES:
                out[entry.name] = tuple(given) if isinstance(given, list) else (words,) if words else ()
            case CardControl.SEARCHES:
                out[entry.name] = tuple(part.strip() for part in words.split(",") if part.strip())
            case _:
                out[entry.name] = words
    return out


def _rooms(platform: str) -> dict[str, str]:
    return {room: _id(platform, "room", room) for room in ROOMS}


def _id(platform: str, kind: str, name: str) -> str:
    """An id in the manner of the platform, always the same for a name."""
    digest = int.from_bytes(hashlib.sha256(f"{kind}/{name}".encode()).digest()[:7])
    if platform == "discord":
        return str(100_000_000_000_000_000 + digest)
    letters = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
    made = ""
    while digest and len(made) < 9:
        digest, rest = divmod(digest, len(letters))
        made += letters[rest]
    return f"{'C' if kind == 'room' else 'U'}0{made}"


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
