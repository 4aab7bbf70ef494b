"""What the relay gets from the core: work it has claimed, and the steps that make the platforms show the present state."""

from __future__ import annotations

from typing import NamedTuple

from core.cards import Card
from core.ports import MessageRef, Target


class Work(NamedTuple):
    """A claimed outbox row: ``version`` is the staleness it covers, ``attempts`` counts earlier failures."""

    workspace: str
    key: str
    version: int
    attempts: int


class Post(NamedTuple):
    """A message that should stand on a platform and does not yet. ``look_first``: an earlier try may have arrived."""

    message: int
    target: Target
    card: Card
    key: str
    look_first: bool


class Edit(NamedTuple):
    """A message that no longer shows the present state."""

    message: int
    ref: MessageRef
    card: Card


class Look(NamedTuple):
    """A message that may have arrived before a crash and that nobody needs any more: if it stands, it has to be edited."""

    message: int
    target: Target
    card: Card
    key: str


Step = Post | Edit | Look
