"""What stands in the chats, and who still has to hear of it.

Each change has a number. A page that lost its connection says the last number it saw and gets what came since: nothing is
lost, nothing comes twice.
"""

from __future__ import annotations

import asyncio
import contextlib
import secrets
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from typing import NamedTuple

#: So many items are kept; the oldest go first.
MOST = 2_000


@dataclass(frozen=True, slots=True)
class Item:
    """Something that stands in a channel (``channel`` empty: in direct messages).

    ``person``: the key of its only reader, empty where everybody reads it. ``place`` orders the items, ``number`` is that of
    its last change. ``kind``: ``answer`` is private, ``message`` stands in the chat, ``time`` says that the clock was moved.
    """

    id: str
    platform: str
    channel: str
    person: str
    kind: str
    at: int
    title: str
    html: str
    place: int = 0
    number: int = 0
    gone: bool = False


class Change(NamedTuple):
    """Items that changed, and the number up to which a reader is then up to date."""

    items: list[Item]
    number: int


class Feed:
    """The items in the order of their places; ``epoch`` is another one when everything begins anew."""

    def __init__(self) -> None:
        self.epoch = secrets.token_hex(4)
        self._items: dict[str, Item] = {}
        self._number = 0
        self._places = 0
        self._changed = asyncio.Event()
        self._ended = False

    def put(self, item: Item) -> Item:
        """Adds an item, or changes the one of that id where it stands."""
        before = self._items.get(item.id)
        if before is None:
            self._places += 1
        place = before.place if before is not None else self._places
        made = replace(item, place=place, number=self._next())
        self._items[made.id] = made
        if len(self._items) > MOST:
            del self._items[next(iter(self._items))]
        self._tell()
        return made

    def remove(self, id: str) -> None:
        """Takes an item away, wherever it is shown."""
        if id in self._items:
            self._items[id] = replace(self._items[id], gone=True, html="", number=self._next())
            self._tell()

    def find(self, id: str) -> Item | None:
        found = self._items.get(id)
        return None if found is None or found.gone else found

    def touch(self) -> None:
        """Something beside the items changed: the clock, the people."""
        self._next()
        self._tell()

    def end(self) -> None:
        """Nothing comes any more: whoever reads along is let go."""
        self._ended = True
        self._tell()

    def since(self, number: int) -> Change:
        """What changed after that number, in the order of its places."""
        items = [item for item in self._items.values() if item.number > number]
        return Change([item for item in items if not item.gone or number], self._number)

    async def changes(self, number: int, pause: float) -> AsyncIterator[Change]:
        """What is there, and then each change; an empty one after ``pause`` seconds of silence."""
        change = self.since(number)
        while not self._ended:
            yield change
            changed = self._changed
            if self._number == change.number and not self._ended:
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(pause):
                        await changed.wait()
            change = self.since(change.number)

    def _next(self) -> int:
        self._number += 1
        return self._number

    def _tell(self) -> None:
        self._changed.set()
        self._changed = asyncio.Event()
