"""The verbs that every driver has, and the world in which they run: one core, one clock, one or more platforms.

A driver plays the people of a platform. What it reports (``Seen``) is read back from what the platform holds, never from
what Usher meant to send.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any, Literal, NamedTuple, Protocol

from sqlalchemy import text

from adapters.desk import Desk
from bot.relay import Relay
from bot.schedule import Schedule
from core.ids import Codes
from core.ports import ChatPlatform
from core.service import Core
from core.state import Config
from core.store import Store

#: 2 February 2026 02:40 UTC.
BEGIN = 1_770_000_000
MINUTE, HOUR, DAY = 60, 3_600, 86_400
GENERAL = "general"
#: As a place to type in: the person's direct messages with Usher.
DIRECT = "dm"
SECRET = b"a secret that tests share"
PUBLIC_URL = "https://usher.example"

Trouble = Literal["rate limited", "unavailable", "lost", "forbidden", "gone", "disconnected"]
Verb = Literal["post", "edit", "access"]

_GROUP = "[2-9A-HJKMNP-TV-Z]{4}"
_CODE = re.compile(rf"(?<![\w-]){_GROUP}(?:-{_GROUP}){{3}}(?![\w-])")
_LINK_CODE = re.compile(rf"(?<![\w-]){_GROUP}-{_GROUP}(?![\w-])")
_SHORT_ID = re.compile(r"\b(?:inv|req)-[0-9A-Z]+\b")


class Clock:
    """Time that stands still until it is moved."""

    def __init__(self, at: int = BEGIN) -> None:
        self.at = at

    def __call__(self) -> int:
        return self.at


class Button(NamedTuple):
    """A button as the platform holds it."""

    label: str
    action: str
    subject: str


class FieldSeen(NamedTuple):
    """A field of a form as its person sees it. ``value``: what stands in it, in words; ``choices``: the labels of its menu."""

    label: str
    value: str = ""
    error: str = ""
    required: bool = False
    choices: tuple[str, ...] = ()


class FormSeen(NamedTuple):
    """A form that stands open before a person. ``fields`` by the options that they fill, in their order."""

    title: str
    submit: str
    fields: dict[str, FieldSeen]
    text: str = ""

    @property
    def errors(self) -> dict[str, str]:
        return {name: field.error for name, field in self.fields.items() if field.error}


@dataclass(frozen=True, slots=True)
class Seen:
    """A message as a person reads it: words without markup. ``held`` is the platform's own object.

    ``raw`` is what the platform held in it at that moment. ``table`` has its header first; where a platform shows a
    picture, ``table_words`` is the picture's description. ``files`` are names with their text, wherever the platform
    put them for this person; ``menus`` are the labels of the choices under the label of each drop-down. ``chart`` is the
    description of a picture of numbers; ``under`` the title of the message to which it is a reply. ``form``: the form that
    opened for the person, in place of a message (its title and words are then ``title`` and ``text``) or, where the platform
    has none, with it.
    """

    title: str
    text: str
    buttons: tuple[Button, ...]
    private: bool
    table: tuple[tuple[str, ...], ...] = ()
    table_words: tuple[str, ...] = ()
    files: tuple[tuple[str, str], ...] = ()
    menus: dict[str, list[str]] = field(default_factory=dict, hash=False)
    chart: str = ""
    under: str = ""
    form: FormSeen | None = field(default=None, compare=False)
    held: Any = field(default=None, compare=False, repr=False)
    raw: Any = field(default=None, compare=False, repr=False)

    @property
    def labels(self) -> list[str]:
        return [button.label for button in self.buttons]

    def button(self, label: str) -> Button:
        found = [button for button in self.buttons if button.label == label]
        if len(found) != 1:
            raise AssertionError(f"{len(found)} buttons {label!r} on:\n{self.text}\n{self.labels}")
        return found[0]

    @property
    def codes(self) -> list[str]:
        return list(dict.fromkeys(_CODE.findall(self.text)))

    @property
    def code(self) -> str:
        """The one invite code that it shows."""
        (found,) = self.codes
        return found

    @property
    def link_code(self) -> str:
        (found,) = dict.fromkeys(_LINK_CODE.findall(_CODE.sub("", self.text)))
        return found

    @property
    def short_id(self) -> str:
        return _SHORT_ID.findall(self.text)[-1]


class Thing(NamedTuple):
    """Something on a platform that a resource can be: the kind of that resource, and how one types which one is meant."""

    kind: str
    typed: str


class Event(NamedTuple):
    """A line of the audit."""

    workspace: str
    actor: str
    origin: str
    event: str
    subject: str
    facts: str


class Driver(Protocol):
    """One platform with its people. Lines are typed in Slack's form: ``invite create name:"Design team"``.

    ``@Ada`` and ``#general`` in a line are mentions, as the platform's own client makes them.
    """

    name: str
    platform: ChatPlatform

    async def open(self, clock: Clock) -> None:
        """The platform begins to exist."""

    async def connect(self, desk: Desk) -> None:
        """Usher begins to serve it."""

    async def disconnect(self) -> None:
        """Usher's side is thrown away; the platform stays as it is."""

    async def close(self) -> None:
        """The platform ends. Fails if one of its rules was broken."""

    def person(
        self,
        name: str,
        *,
        admin: bool = False,
        guest: bool = False,
        email: str | None = None,
        shows: str = "",
    ) -> None:
        """Somebody who is in the place: its admin, or there as a guest only; with an address that the platform knows.

        ``name`` is what tests call them; ``shows`` is the name that the platform shows, if another one.
        """

    def channel(self, name: str) -> None:
        """A further channel, in which everybody is."""

    def thing(self, name: str, keeper: str = "Ada") -> Thing:
        """A private channel or a role with nobody in it but whom ``keeper`` and Usher may let others into, or give."""

    def access(self, name: str) -> set[str]:
        """Who of the people is in that channel or has that role."""

    def put(self, name: str, person: str, *, into: bool = True) -> None:
        """Somebody else lets the person in, or puts them out."""

    def refuse(self, code: str, times: int = 1, *, give: bool = True) -> None:
        """Usher's next tries to let somebody in, or to put somebody out, are answered with the platform's own word."""

    async def run(self, person: str, line: str, channel: str = GENERAL) -> Seen:
        """Types a command (in a channel, or ``DIRECT``) and returns the answer."""

    async def click(self, person: str, seen: Seen, label: str) -> Seen:
        """Presses a button as it was when it was seen, though the message may have changed, and returns the answer."""

    async def choose(self, person: str, seen: Seen, menu_label: str, choice_label: str) -> Seen:
        """Picks from a drop-down as it was when it was seen, as ``click`` does, and returns the answer."""

    async def fill(self, person: str, seen: Seen, **values: str) -> Seen:
        """Fills the form that opened with ``seen``, sends it, and returns the answer.

        ``values`` are words by the option that a field fills (``for_`` for ``for``): as typed, or as on the entry that is
        picked (what stands in front of a bracket is typed to find it); ``@Ada`` and ``#general`` where one picks people or
        channels; several with commas between them. Empty words
        empty a field; what is not named stays as it is. Where something was wrong the answer's ``form`` has it, if the platform
        shows it in the form; else the answer is a message, whose button Fill in opens the form again.
        The same form can be sent twice, by others, and long after: as it was when it was seen.
        """

    async def press(
        self, person: str, action: str, subject: str, on: Seen | None = None, choice: str = ""
    ) -> Seen:
        """Sends a click that no client offers: forged, or on a message that is not the person's.

        With a ``choice`` it comes from a drop-down.
        """

    def cards(self, channel: str = GENERAL) -> list[Seen]:
        """What Usher has standing in a channel for all to see, oldest first."""

    def inbox(self, person: str, newest: int = 0) -> list[Seen]:
        """What Usher has standing in a person's direct messages, or so many of the newest, oldest first."""

    def fail_next(self, trouble: Trouble, verb: Verb = "post", times: int = 1) -> None:
        """The next messages of Usher's that are to be posted or edited fail, or its changes to who is in something."""

    def no_forms(self) -> None:
        """The next form would open too late: the card is shown that stands in for it."""

    def shut(self, person: str) -> None:
        """The person takes no direct messages."""

    def put_back(self, seen: Seen, words: str = "", instead: str = "") -> None:
        """The message stands again as it did when it was seen, with other words in it, as if nothing had happened since."""

    def remove(self, seen: Seen) -> None:
        """Somebody deletes the message."""

    def pings(self) -> list[str]:
        """Every mention, foreign link and piece of markup that the platform would show in what it holds of Usher's."""


class InOrder(Relay):
    """Serves what it claimed one after the other: messages of one second would come in any order. ``tests/bot`` has it at once."""

    async def drain(self) -> int:
        count = 0
        while claimed := await self._claim(self._width):
            for work in claimed:
                await self._serve(work)
            count += len(claimed)
        return count


class World:
    """Usher at work on these platforms, with a clock that only tests move."""

    def __init__(self, url: str, drivers: Sequence[Driver]) -> None:
        self.clock = Clock()
        self.drivers = list(drivers)
        self._url = url

    async def open(self) -> None:
        for driver in self.drivers:
            await driver.open(self.clock)
        await self._start()

    async def _start(self) -> None:
        self.store = Store(self._url)
        self.core = Core(self.store, Config(Codes(SECRET), PUBLIC_URL))
        self.core.prepare()
        self._executor = ThreadPoolExecutor(4, "core")
        self.desk = Desk(self.core, self._executor, self.clock, lambda: None, local=self.store.is_sqlite)
        for driver in self.drivers:
            await driver.connect(self.desk)
        platforms = {driver.platform.name: driver.platform for driver in self.drivers}
        self.relay = InOrder(self.core, platforms, self._executor, self.clock, jitter=lambda: 1.0)
        self._schedule = Schedule(self.core.sweep, self._executor, self.clock, self.relay.wake)

    async def _stop(self) -> None:
        for driver in self.drivers:
            await driver.disconnect()
        self._executor.shutdown()
        self.store.close()

    async def restart(self) -> None:
        """Everything of Usher's is thrown away and made anew, on the same database and the same platforms."""
        await self._stop()
        await self._start()

    async def close(self) -> None:
        """Fails if a platform's rule or the audit's chain was broken."""
        broken = [where for where, number in self.core.verify_audit().items() if number is not None]
        await self._stop()
        for driver in self.drivers:
            await driver.close()
        assert not broken, f"the audit of {broken} does not hold"

    # --- time and messages ---------------------------------------------------------------------------------------

    async def settle(self) -> int:
        """Everything that is due is delivered; the number of rows that were."""
        return await self.relay.drain()

    async def advance(self, seconds: int, *, jobs: bool = True) -> None:
        """Moves the clock; then the sweep and the relay run, unless ``jobs`` are off."""
        self.clock.at += seconds
        if jobs:
            await self._schedule.sweep()
            await self.settle()

    # --- what the database knows ---------------------------------------------------------------------------------

    def audit(self, event: str = "") -> list[Event]:
        """The record of all workspaces in order; ``event`` picks one kind."""
        with self.store.reading() as connection:
            rows = connection.execute(
                text(
                    "SELECT workspace_id, actor, origin, event, subject, facts FROM audit_events "
                    "ORDER BY workspace_id, number"
                )
            ).all()
        return [found for found in (Event(*row) for row in rows) if event in {"", found.event}]

    def count(self, table: str, where: str = "1 = 1") -> int:
        """Rows of a table; for what no door shows."""
        with self.store.reading() as connection:
            return int(connection.execute(text(f"SELECT count(*) FROM {table} WHERE {where}")).scalar_one())

    def counts(self, tables: Iterable[str]) -> list[int]:
        """Rows of each of these tables, in one look."""
        each = ", ".join(f"(SELECT count(*) FROM {table})" for table in tables)
        with self.store.reading() as connection:
            return list(connection.execute(text(f"SELECT {each}")).one())

    def alter(self, statement: str, **values: Any) -> int:
        """Changes rows behind Usher's back, where what a test needs cannot be done by any command yet."""
        with self.store.writing() as connection:
            changed = connection.execute(text(statement), values).rowcount
        assert changed, f"nothing was changed by {statement}"
        return changed
