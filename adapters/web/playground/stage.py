"""What the playground's pages ask of the chats behind them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple, Protocol

from adapters.web.playground.feed import Feed
from core.cards import Form

#: The chats, in the order in which they stand on the page, with the name of the place that each of them is.
CHATS = {"slack": "Slack", "discord": "Discord"}
#: The channels of each chat at first; direct messages with Usher are the empty one.
ROOMS = ("general", "approvals")
DIRECT = ""
#: Where people have a Home, and what stands for it among the channels: no channel is called so.
WITH_HOME = frozenset({"slack"})
HOME = "@home"


class Who(NamedTuple):
    """Somebody in a channel (or at home) in one of the chats; ``person`` is the key of their name."""

    platform: str
    person: str
    channel: str


class Face(NamedTuple):
    """A person as the page offers them."""

    key: str
    name: str
    note: str
    language: str


class Outcome(NamedTuple):
    """What came of a command, a click or a form: the item that shows the answer, or a form to fill in."""

    item: str = ""
    form: Form | None = None


class Recorded(NamedTuple):
    """One event of the record, in words."""

    number: int
    at: int
    who: str
    words: str
    refused: bool


class Record(NamedTuple):
    """The latest events of a workspace, newest first, and whether its chain of hashes holds."""

    workspace: str
    events: Sequence[Recorded]
    length: int
    holds: bool


class Unknown(Exception):
    """There is no such person, chat or item, or not any more."""


class Stage(Protocol):
    """The chats, their people and their clock. Every verb raises ``Unknown`` for what is not there."""

    feed: Feed

    def now(self) -> int: ...

    def faces(self, platform: str) -> list[Face]: ...

    def pickable(self, platform: str) -> tuple[Sequence[tuple[str, str]], Sequence[tuple[str, str]]]:
        """The people and the channels of a chat, each as the value that a form sends and its name."""

    def rooms(self, platform: str) -> Sequence[str]:
        """The names of a chat's channels."""

    def open_room(self, name: str) -> None:
        """A further channel in each chat."""

    def steps(self) -> tuple[list[bool], str]:
        """Which of the first three steps are done, and the invite code for the third."""

    async def run(self, who: Who, line: str) -> Outcome: ...

    async def press(self, who: Who, item: str, control: Mapping[str, str]) -> Outcome:
        """``control``: what the platform's own client would send of the button or menu."""

    async def open_home(self, who: Who) -> None:
        """Somebody looks at their Home: it comes as an item, and again whenever it changes."""

    async def fill(self, who: Who, key: str, typed: Mapping[str, str | list[str]]) -> Outcome: ...

    async def search(self, who: Who, key: str, name: str, typed: str) -> list[tuple[str, str]]: ...

    async def complete(
        self, who: Who, command: str, options: Mapping[str, str], option: str, typed: str
    ) -> list[tuple[str, str]]: ...

    async def advance(self, far: str) -> bool:
        """Moves the clock; False for a distance that makes no sense."""

    def join(self, name: str) -> str:
        """A new person on every chat; their key."""

    async def greet(self, language: str) -> None:
        """A page speaks this language: so does everybody of whom nobody said otherwise."""

    async def speak(self, platform: str, person: str, language: str) -> None: ...

    def dismiss(self, who: Who, item: str) -> None: ...

    async def record(self, language: str) -> list[Record]: ...

    async def picture(self, name: str) -> bytes:
        """A picture that a message shows, as PNG."""

    async def file(self, name: str) -> tuple[str, bytes]:
        """A file that a message encloses: what it is called, and what is in it."""
