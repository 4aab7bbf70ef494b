"""What the relay gets from the core: work it has claimed, and the steps that make the platforms show the present state."""

from __future__ import annotations

from typing import NamedTuple

from core.calls import Identity
from core.cards import Card, Home
from core.language import LANGUAGES
from core.ports import Access, MessageRef, Target


class Work(NamedTuple):
    """A claimed outbox row: ``version`` is the staleness it covers, ``attempts`` counts earlier failures."""

    workspace: str
    key: str
    version: int
    attempts: int


class Post(NamedTuple):
    """A message that should stand on a platform and does not yet. ``look_first``: an earlier try may have arrived.

    ``under``: the message to which it is a reply. ``language``: the one in which the card is said.
    """

    message: int
    target: Target
    card: Card
    key: str
    look_first: bool
    under: MessageRef | None = None
    language: str = LANGUAGES[0]


class Edit(NamedTuple):
    """A message that no longer shows the present state."""

    message: int
    ref: MessageRef
    card: Card
    language: str = LANGUAGES[0]


class Look(NamedTuple):
    """A message that may have arrived before a crash and that nobody needs any more: if it stands, it has to be edited."""

    message: int
    target: Target
    card: Card
    key: str
    under: MessageRef | None = None
    language: str = LANGUAGES[0]


class Later(NamedTuple):
    """Instead of steps: nothing is done before that moment, and nothing is wrong with it."""

    until: int
    reason: str


class Check(NamedTuple):
    """An account that is to have something: asks whether it does already, without Usher."""

    resource: str
    member: str
    access: Access


class Apply(NamedTuple):
    """Something that an account is to have and has not (``give``), or that Usher has given it and is to take away.

    ``seen``: since when it had stood as it did when this was planned.
    """

    resource: str
    member: str
    access: Access
    give: bool
    reason: str
    seen: int = 0


class Publish(NamedTuple):
    """A Home that no longer shows what is so. ``version``: the platform's word for what is thought to stand there."""

    person: Identity
    home: Home
    version: str
    digest: str


Step = Post | Edit | Look | Check | Apply | Publish
#: What came of a step: where the message stands, whether the account has it, or the platform's word for what a Home shows
#: now; None for a look that found nothing, and for a Home that showed something else than was thought.
Result = MessageRef | bool | str | None
