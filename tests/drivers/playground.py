"""Plays the people of the playground's Slack through what its page would send, and reads back what its page would show."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

from adapters.desk import Desk
from adapters.memory import MemoryPlatform, Person
from adapters.slack.controls import PICK
from adapters.web.playground.app import Site, _told, build
from adapters.web.playground.feed import Feed
from adapters.web.playground.guard import Guard
from adapters.web.playground.stage import HOME, Outcome, Who
from bot.town import Town
from core.cards import Card
from tests.drivers.asgi import ask
from tests.drivers.base import (
    DIRECT,
    GENERAL,
    Clock,
    Seen,
    Thing,
)
from tests.drivers.markup import Element, read
from tests.drivers.memory import MemoryDriver
from tests.drivers.playground_reads import Held, controls, form_seen, picked, pings, seen_of, words_of

CHAT, PORT = "slack", 8080
_NOWHERE = Held("", GENERAL)


class _Town(Town):
    """In it a form can come too late, as on Slack."""

    late = 0

    def _answer(self, who: Who, person: Person, card: Card, *args: Any, **more: Any) -> Outcome:
        if self.late and card.form is not None:
            self.late -= 1
            card = replace(card, form=None)
        return super()._answer(who, person, card, *args, **more)


class PlaygroundDriver(MemoryDriver):
    """Its people and what can go wrong are the memory driver's; what they do and see goes through the page's own door."""

    name = CHAT

    async def open(self, clock: Clock) -> None:
        await super().open(clock)
        self.platform.name = CHAT
        self._town: Town | None = None

    async def connect(self, desk: Desk) -> None:
        """The town is a platform, too, which outlives what serves it: what was shown can be pressed ever after."""
        if self._town is None:
            await self._built(desk)
        self._town._core, self._town._desk = desk._core, desk
        for memory in self._town._chats.values():
            memory.desk = desk

    async def _built(self, desk: Desk) -> None:
        async def forward(far: str) -> bool:
            return False

        platforms = {CHAT: self.platform, "discord": MemoryPlatform(name="discord")}
        town = self._town = _Town(desk._core, desk, platforms, Feed(), forward)
        self.platform._told, self.platform._home_told = lambda message, _: town.told(message), town.told_home
        self._memory = self._town._chats[CHAT]
        self._guard = Guard("127.0.0.1", PORT)
        self._faults: list[BaseException] = []
        self._known: set[str] = set()
        self._app = build(self._opened, self._guard, self._fault)
        self._site = Site(self._opened, self._guard, self._fault)
        await self._site._open()

    async def _opened(self) -> Town:
        return self._town

    def _fault(self, fault: BaseException, path: str) -> str:
        self._faults.append(fault)
        return "000000"

    async def disconnect(self) -> None:
        assert self._faults == []

    def person(
        self,
        name: str,
        *,
        admin: bool = False,
        guest: bool = False,
        email: str | None = None,
        shows: str = "",
    ) -> None:
        self._town.settle_in(shows or name, admin=admin and not guest)
        made = self._memory.find(shows or name)
        assert made is not None
        self._people[name] = self._memory.meet(replace(made, email=None if guest else email))

    def channel(self, name: str) -> None:
        self._town.open_room(name)

    def thing(self, name: str, keeper: str = "Ada") -> Thing:
        self.channel(name)
        self.platform.inside[self._room(name)] = {self._people[keeper].identity.subject}
        return Thing("slack-channel", f"#{name}")

    def access(self, name: str) -> set[str]:
        inside = self.platform.inside[self._room(name)]
        return {who for who, person in self._people.items() if person.identity.subject in inside}

    def put(self, name: str, person: str, *, into: bool = True) -> None:
        inside = self.platform.inside[self._room(name)]
        (inside.add if into else inside.discard)(self._people[person].identity.subject)

    def _room(self, name: str) -> str:
        return self._memory.place.channels[name]

    # --- doing ---------------------------------------------------------------------------------------------------

    async def run(self, person: str, line: str, channel: str = GENERAL) -> Seen:
        room = "" if channel == DIRECT else channel
        return await self._answer(await self._post("run", person, room, line=line), person, room)

    async def press(
        self, person: str, action: str, subject: str, on: Seen | None = None, choice: str = ""
    ) -> Seen:
        """On what the person does not see, or on nothing at all, a page can be made to send it all the same."""
        value = f"{subject}{PICK}{choice}" if choice else subject
        return await self._pressed(person, on, "static_select" if choice else "button", action, value)

    async def _pressed(self, person: str, on: Seen | None, kind: str, action: str, value: str) -> Seen:
        held = on.held if on is not None else _NOWHERE
        control = {"kind": kind, "action_id": action, "value": value}
        found = await self._post("press", person, held.room, item=held.item, control=control)
        return await self._answer(found, person, held.room)

    async def choose(self, person: str, seen: Seen, menu_label: str, choice_label: str) -> Seen:
        (menu,) = [m for m in seen.raw.all("details") if next(m.all("summary")).text == menu_label]
        (entry,) = [e for e in menu.all("button") if next(e.all("span")).text == choice_label]
        action, value = menu.facts["data-action-id"], entry.facts["data-value"]
        return await self._pressed(person, seen, menu.facts["data-kind"], action, value)

    async def fill(self, person: str, seen: Seen, **values: str) -> Seen:
        form: Element = seen.raw
        assert form.facts.get("data-form"), f"no form is open: {seen.text}"
        room = seen.held.room
        words = {name.rstrip("_"): said for name, said in values.items()}
        sent: dict[str, str | list[str]] = {}
        for control in controls(form):
            name, said = control.facts["name"], words.get(control.facts["name"])
            if control.name == "select":
                sent[name] = picked(control, said)
            elif control.facts.get("type") == "checkbox":
                label = next(la.text for la in form.all("label", for_=control.facts["id"]))
                wanted = [part.strip() for part in said.split(",")] if said is not None else None
                ticked = "checked" in control.facts if wanted is None else label.strip() in wanted
                kept = sent.setdefault(name, [])
                assert isinstance(kept, list)
                kept.extend([control.facts["value"]] if ticked else [])
            elif "data-search" in control.facts and said:
                sent[name] = await self._found(person, room, form.facts["data-form"], name, said)
            else:
                shown = control.text if control.name == "textarea" else control.facts.get("value", "")
                sent[name] = shown if said is None else said
        found = await self._post("fill", person, room, form=form.facts["data-form"], values=sent)
        return await self._answer(found, person, room)

    async def _found(self, person: str, room: str, key: str, name: str, said: str) -> str:
        out = []
        for part in said.split(","):
            typed = part.partition("(")[0].strip()
            found = await self._post("search", person, room, form=key, name=name, typed=typed)
            out.append(next((e["line"] for e in found if e["label"] == part.strip()), part.strip()))
        return ", ".join(out)

    async def _post(self, verb: str, person: str, room: str, **asked: Any) -> Any:
        """What the page's script posts, and what it gets."""
        who = {"platform": CHAT, "person": self._people[person].key, "channel": room}
        return json.loads(await self._fetched("POST", f"/play/{verb}", json.dumps({**who, **asked}).encode()))

    async def _fetched(self, method: str, path: str, body: bytes = b"") -> bytes:
        """As the page's browser asks."""
        host = f"127.0.0.1:{PORT}"
        headers = {
            "host": host,
            "origin": f"http://{host}",
            "content-type": "application/json",
            "x-usher-playground": self._guard.token,
        }
        sent = await ask(self._app, method, path, headers, ("127.0.0.1", PORT), body)
        content = b"".join(message.get("body", b"") for message in sent)
        assert sent[0]["status"] == 200, content
        return content

    async def _answer(self, found: Any, person: str, room: str) -> Seen:
        if found["form"]:
            form = next(read(found["form"]).all("form"))
            shown = form_seen(form)
            return Seen(
                shown.title, words_of(form), (), private=True, form=shown, held=Held("", room), raw=form
            )
        item = found["item"]
        where = "" if room == HOME else room  # a Home takes no answers
        assert (item["person"], item["channel"]) == (self._people[person].key, where)
        return replace(self._seen(item), files=await self._handed_over(person))

    async def _handed_over(self, person: str) -> tuple[tuple[str, str], ...]:
        """The files that came with an answer, in the person's direct messages."""
        key = self._people[person].key
        new = [each for each in self._items("message") if each["id"] not in self._known]
        self._known |= {each["id"] for each in new}
        files = [
            (file.facts["data-file"], next(file.all("a")).facts["href"])
            for item in new
            if (item["channel"], item["person"]) == ("", key)
            for file in read(item["html"]).all("p")
            if file.has("file")
        ]
        return tuple([(name, (await self._fetched("GET", where)).decode()) for name, where in files])

    # --- seeing --------------------------------------------------------------------------------------------------

    def _items(self, *kinds: str) -> list[dict[str, Any]]:
        """What a page that has just come hears first."""
        told = _told(self._town, self._town.feed.since(0))
        data = next(line for line in told.splitlines() if line.startswith("data: "))
        found: list[dict[str, Any]] = json.loads(data.removeprefix("data: "))["items"]
        return [item for item in found if item["platform"] == CHAT and item["kind"] in kinds]

    def cards(self, channel: str = GENERAL) -> list[Seen]:
        return self._standing(channel, "")

    def inbox(self, person: str, newest: int = 0) -> list[Seen]:
        return self._standing("", self._people[person].key, newest)

    async def open_home(self, person: str) -> None:
        await self._post("home", person, HOME)

    def home(self, person: str) -> Seen:
        key = self._people[person].key
        (item,) = [each for each in self._items("home") if each["person"] == key]
        return replace(self._seen(item), private=True)

    def _standing(self, room: str, reader: str, newest: int = 0) -> list[Seen]:
        items = [
            each for each in self._items("message") if (each["channel"], each["person"]) == (room, reader)
        ]
        return [self._seen(item) for item in items[-newest:]]

    def _seen(self, item: dict[str, Any]) -> Seen:
        card, message = self._town._cards[item["id"]]
        seen = seen_of(item, Held(item["id"], item["channel"], message, card))
        pictures = [each.facts["src"].rpartition("/")[2] for each in seen.raw.all("img")]
        assert None not in map(self._town._showing.picture, pictures), "a picture is not there"
        return seen

    # --- what befalls what stands there --------------------------------------------------------------------------

    def put_back(self, seen: Seen, words: str = "", instead: str = "") -> None:
        stood = seen.held
        message = self.platform.messages[stood.message.ref.message]
        message.card = stood.card
        super().put_back(replace(seen, held=message, raw=message.card), words, instead)
        self._town.told(message)

    def remove(self, seen: Seen) -> None:
        super().remove(replace(seen, held=seen.held.message))
        self._town.feed.remove(seen.held.item)

    def no_forms(self) -> None:
        self._town.late += 1

    def pings(self) -> list[str]:
        return [ping for item in self._items("message", "answer") for ping in pings(item)]
