"""Who lives in the playground's chats, in which channels, and what they are all called."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import replace

from adapters.desk import Desk
from adapters.memory import Memory, MemoryPlatform, Person, Place
from adapters.web.playground.feed import Feed
from adapters.web.playground.stage import CHATS, ROOMS, Face, Unknown
from core.calls import Actor, Channel, Value
from core.cards import Control, Form
from core.language import LANGUAGES

PEOPLE = (("Owner", True), ("Admin", True), ("Member", False), ("Newcomer", False))
#: What each chat calls itself: the team, and in Discord's direct messages nothing.
TEAM, SERVER = "T0PLAYGROUND", "100000000000000001"
#: So many people can be thought up.
MOST_PEOPLE = 40
#: So many channels can be opened in each chat.
MOST_ROOMS = 20


class Folk:
    """The people of both chats; who is in one is in the other, too, under another id."""

    def __init__(self, desk: Desk, platforms: Mapping[str, MemoryPlatform], feed: Feed) -> None:
        self.feed = feed
        self._language = LANGUAGES[0]
        #: Whose language was chosen for them, in which chat.
        self._chosen: set[tuple[str, str]] = set()
        places = {
            "slack": Place(TEAM, TEAM, rooms_of("slack")),
            "discord": Place(SERVER, "", rooms_of("discord")),
        }
        self._chats = {name: Memory(desk, platforms[name], place=places[name]) for name in CHATS}

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
            channels = {**memory.place.channels, name: id_of(platform, "room", name)}
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
        taught = [
            (memory, memory.meet(replace(person, language=language)))
            for platform, memory in self._chats.items()
            for person in list(memory.people.values())
            if (platform, person.key) not in self._chosen and person.language != language
        ]
        self.feed.touch()
        for memory, person in taught:
            await _write_down(memory, person)

    async def speak(self, platform: str, person: str, language: str) -> None:
        """In this language the person is answered and written to from now on."""
        known = self._person(platform, person)
        if language not in LANGUAGES:
            raise Unknown
        self._chosen.add((platform, person))
        memory = self._memory(platform)
        await _write_down(memory, memory.meet(replace(known, language=language)))
        self.feed.touch()

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
                    subject=id_of(platform, "person", key),
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


async def _write_down(memory: Memory, person: Person) -> None:
    """What somebody reads, for what is written to them before they have said anything."""
    await memory.desk.reads(Actor(person.identity, "", language=person.language))


def rooms_of(platform: str) -> dict[str, str]:
    return {room: id_of(platform, "room", room) for room in ROOMS}


def id_of(platform: str, kind: str, name: str) -> str:
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


def filled(form: Form, typed: Mapping[str, str | list[str]], memory: Memory) -> dict[str, Value]:
    """What was filled in as the adapters hand it over: accounts and channels for what was picked, texts for what was typed."""
    accounts = {person.identity.subject: person.identity for person in memory.people.values()}
    out: dict[str, Value] = {}
    for entry in form.entries:
        given = typed.get(entry.name, "")
        words = given if isinstance(given, str) else ", ".join(given)
        match entry.control:
            case Control.PERSON:
                out[entry.name] = accounts.get(words, words)
            case Control.CHANNEL if words:
                out[entry.name] = Channel(memory.platform.name, memory.place.realm, words)
            case Control.CHOICES:
                out[entry.name] = tuple(given) if isinstance(given, list) else (words,) if words else ()
            case Control.SEARCHES:
                out[entry.name] = tuple(part.strip() for part in words.split(",") if part.strip())
            case _:
                out[entry.name] = words
    return out
