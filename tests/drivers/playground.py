"""Plays the people of the playground's Slack through what its page would send, and reads back what its page would show."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from html.parser import HTMLParser
from typing import Any, NamedTuple

from adapters.desk import Desk
from adapters.memory import MemoryPlatform, Message, Person
from adapters.slack.controls import PICK
from adapters.web.playground.app import Site, _told, build
from adapters.web.playground.feed import Feed
from adapters.web.playground.guard import Guard
from adapters.web.playground.stage import HOME, Outcome, Who
from bot.showing import Pressed
from bot.town import Town
from core.cards import Card
from tests.drivers.base import (
    DIRECT,
    GENERAL,
    PUBLIC_URL,
    Button,
    Clock,
    FieldSeen,
    FormSeen,
    Seen,
    Thing,
)
from tests.drivers.memory import MemoryDriver

CHAT, PORT = "slack", 8080
_VOID = {"br", "hr", "img", "input", "rect"}
_REPLY = re.compile("In reply to “(.*)”", re.DOTALL)
_BLOCKS = {"p", "li", "h2", "h3", "h4", "div", "tr", "pre", "summary", "button"}


@dataclass
class Element:
    """A piece of HTML; words stand among its children."""

    name: str
    facts: dict[str, str]
    inside: list[Element | str] = field(default_factory=list)

    def all(self, name: str = "", **facts: str) -> Iterator[Element]:
        for child in self.inside:
            if isinstance(child, str):
                continue
            fits = name in {"", child.name}
            if fits and all(
                child.facts.get(key.rstrip("_").replace("_", "-")) == value for key, value in facts.items()
            ):
                yield child
            yield from child.all(name, **facts)

    @property
    def text(self) -> str:
        """The words in it, blocks below each other; without what can be pressed."""
        out = ""
        for child in self.inside:
            if isinstance(child, str):
                out += child
            elif child.name not in {"button", "details"}:
                out += f"{child.text}\n" if child.name in _BLOCKS else child.text
                out += " " * self.has("quiet")  # which the style sheet leaves between them
        return out

    def has(self, word: str) -> bool:
        return word in self.facts.get("class", "").split()


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.top = Element("", {})
        self._open = [self.top]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        made = Element(tag, {key: value or "" for key, value in attrs})
        self._open[-1].inside.append(made)
        if tag not in _VOID:
            self._open.append(made)

    def handle_endtag(self, tag: str) -> None:
        if tag not in _VOID:
            assert self._open.pop().name == tag, "the HTML is not well formed"

    def handle_data(self, data: str) -> None:
        self._open[-1].inside.append(data)


def read(html: str) -> Element:
    reader = _Reader()
    reader.feed(html)
    reader.close()
    assert reader._open == [reader.top]
    return reader.top


class Held(NamedTuple):
    """Where something stands on the page; of a message, which one it is, and how it was when it was seen."""

    item: str
    room: str
    message: Message | None = None
    card: Card | None = None


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
        for control in _controls(form):
            name, said = control.facts["name"], words.get(control.facts["name"])
            if control.name == "select":
                sent[name] = _picked(control, said)
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
        sent: list[dict[str, Any]] = []

        async def receive() -> dict[str, Any]:
            return {"type": "http.request", "body": body, "more_body": False}

        async def send(message: Any) -> None:
            sent.append(dict(message))

        host = f"127.0.0.1:{PORT}"
        headers = {
            "host": host,
            "origin": f"http://{host}",
            "content-type": "application/json",
            "x-usher-playground": self._guard.token,
        }
        scope = {
            "type": "http",
            "asgi": {"version": "3.0"},
            "http_version": "1.1",
            "scheme": "http",
            "method": method,
            "path": path,
            "raw_path": path.encode(),
            "query_string": b"",
            "root_path": "",
            "headers": [(key.encode(), value.encode()) for key, value in headers.items()],
            "server": ("127.0.0.1", PORT),
            "client": ("127.0.0.1", 1),
        }
        await self._app(scope, receive, send)  # type: ignore[arg-type]
        content = b"".join(message.get("body", b"") for message in sent)
        assert sent[0]["status"] == 200, content
        return content

    async def _answer(self, found: Any, person: str, room: str) -> Seen:
        if found["form"]:
            form = next(read(found["form"]).all("form"))
            shown = _form(form)
            return Seen(shown.title, _said(form), (), private=True, form=shown, held=Held("", room), raw=form)
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
        seen = _seen(item, Held(item["id"], item["channel"], message, card))
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
        return [ping for item in self._items("message", "answer") for ping in _pings(item)]


def _pings(item: dict[str, Any]) -> Iterator[str]:
    """What the page makes more of than words, but the names in an answer, which call nobody."""
    (message,) = (each for each in read(item["html"]).all("div") if each.has("message"))
    for each in message.all():
        foreign = each.name == "a" and not each.facts.get("href", "").startswith(PUBLIC_URL)
        calls = each.has("mention") and item["kind"] != "answer"
        if calls and each.text.startswith("#") and not item["channel"]:
            continue  # a channel is called nowhere
        if foreign or calls:
            yield f"{each.name}: {each.text}"


def _form(form: Element) -> FormSeen:
    """A form as it stands in the dialog."""
    fields: dict[str, FieldSeen] = {}
    for around in (each for each in form.all() if each.has("field")):
        controls = _controls(around)
        first = controls[0]
        named = next(around.all("legend" if around.name == "fieldset" else "label")).text
        errors = [each.text for each in around.all("p") if each.has("error")]
        values, choices = _value(around, controls)
        required = "required" in first.facts or (around.name == "fieldset" and "(optional)" not in named)
        fields[first.facts["name"]] = FieldSeen(
            named.removesuffix(" (optional)"), values, errors[0] if errors else "", required, choices
        )
    submit = next(form.all("button", type="submit")).text
    about = "\n".join(each.text for each in form.inside if isinstance(each, Element) and each.name == "p")
    return FormSeen(next(form.all("h2")).text, submit, fields, about)


def _said(form: Element) -> str:
    """All that a person can read of it."""
    hints = (each.facts["placeholder"] for each in form.all() if each.facts.get("placeholder"))
    lines = [*form.text.splitlines(), *hints]
    return "\n".join(line for line in lines if line.strip())


def _value(around: Element, controls: list[Element]) -> tuple[str, tuple[str, ...]]:
    """What stands in a field, and what can be chosen, in words."""
    first = controls[0]
    if first.name == "select":
        options = [option for option in first.all("option") if option.facts["value"]]
        chosen = next((option.text for option in options if "selected" in option.facts), "")
        return chosen, tuple(option.text for option in options)
    if first.facts.get("type") == "checkbox":
        labels = [next(around.all("label", for_=each.facts["id"])).text.strip() for each in controls]
        ticked = [label for label, each in zip(labels, controls, strict=True) if "checked" in each.facts]
        return ", ".join(ticked), tuple(labels)
    return (first.text if first.name == "textarea" else first.facts.get("value", "")), ()


def _controls(form: Element) -> list[Element]:
    return [
        each for each in form.all() if each.name in {"input", "select", "textarea"} and each.facts.get("name")
    ]


def _picked(select: Element, said: str | None) -> str:
    options = list(select.all("option"))
    if said is None:
        return next((o.facts["value"] for o in options if "selected" in o.facts), "")
    wanted = said.removeprefix("@").removeprefix("#").casefold()
    return next((o.facts["value"] for o in options if o.text.removeprefix("#").casefold() == wanted), "")


def _seen(item: dict[str, Any], held: Held) -> Seen:
    top = read(item["html"])
    (message,) = (each for each in top.all("div") if each.has("message"))
    private = any(each.has("private") for each in top.all("article"))
    assert private == (item["kind"] == "answer")
    buttons = tuple(
        Button(each.text, meant.action, meant.subject)
        for each in message.all("button", data_kind="button")
        if (meant := Pressed(each.facts["data-action-id"].partition("#")[0], each.facts["data-value"], ""))
    )
    menus = {
        next(menu.all("summary")).text: [next(entry.all("span")).text for entry in menu.all("button")]
        for menu in message.all("details")
    }
    table = tuple(
        tuple(cell.text for cell in row.all() if cell.name in {"th", "td"}) for row in message.all("tr")
    )
    title = next((each.text for each in message.all() if each.name in {"h2", "h3", "h4"}), "")
    words = "\n".join(line for line in message.text.splitlines() if line.strip())
    assert item["title"].startswith(title.removesuffix("…"))
    return Seen(
        title,
        words,
        buttons,
        private or not item["channel"],
        table=table,
        menus=menus,
        chart=" ".join(each.facts["alt"] for each in message.all("img")),
        under=next(
            (found[1] for each in top.all("p", class_="under") if (found := _REPLY.fullmatch(each.text))), ""
        ),
        held=held,
        raw=message,
    )
