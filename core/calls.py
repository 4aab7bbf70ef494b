"""Who asks, from where, for what: the one form in which every adapter hands a command or a click to the core.

All times in Usher are whole seconds since 1970 in UTC; all ids are text.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple


class Identity(NamedTuple):
    """A proven account of a person on a platform.

    ``realm`` is what makes ``subject`` unique there: the Slack team of the person, empty on Discord, whose user
    ids are global.
    """

    platform: str
    realm: str
    subject: str


@dataclass(frozen=True, slots=True)
class Actor:
    """The person behind a call, as the platform vouches for them.

    ``email`` is set only where the platform itself has verified it. ``place_admin`` says that the platform counts the
    person among the admins of this team or server; it is only looked up for commands whose declaration asks for it.
    ``outside`` likewise: what the command names of the platform's own, and whether they may give that to others there.
    ``language``: what they read on their platform, as ``core.language.nearest`` has it; empty where the platform did not say.
    """

    identity: Identity
    name: str
    email: str | None = None
    place_admin: bool = False
    outside: Outside | None = None
    language: str = ""


@dataclass(frozen=True, slots=True)
class Where:
    """The place of a call: ``realm`` is a Slack team or a Discord server, empty in a Discord direct message.

    ``channel`` is empty in a direct message with the bot.
    """

    platform: str
    realm: str
    channel: str


class MessageRef(NamedTuple):
    """A message that stands on a platform."""

    platform: str
    realm: str
    channel: str
    message: str


class Channel(NamedTuple):
    """A channel that a person mentioned."""

    platform: str
    realm: str
    channel: str


class ChatRole(NamedTuple):
    """A role of a place itself that a person mentioned."""

    platform: str
    realm: str
    role: str


class Outside(NamedTuple):
    """Something of a platform's own, by its id there, and why the person may not give it to others there: empty if they may."""

    outside_id: str
    why_not: str = ""


@dataclass(frozen=True, slots=True)
class EmailAddress:
    """An address as pasted, with the name that stood beside it."""

    address: str
    name: str = ""


#: What an adapter may put into an option. Text is always allowed; the core turns it into what the option needs.
Value = str | int | Identity | Channel | ChatRole | tuple["Value", ...]


#: In place of a form's key: see ``Call``.
OPEN = "+"


@dataclass(frozen=True, slots=True)
class Call:
    """A command with its options, or a click on a button (``action`` and ``subject``).

    ``message`` is the message on which a button was pressed, where that message can be edited later. ``event`` is the
    platform's own id of a call that it may deliver more than once. ``form``: the key of the form (``core.cards.Form``) in
    which ``options`` were filled; what it was opened for is kept under that key, so nothing else is named. An option that was
    on the form and is empty has to be among them, as empty text: of one that is not, what was filled in before is kept. With
    ``OPEN`` in place of a key the form of ``command`` is opened, whether or not anything is missing.
    """

    actor: Actor
    where: Where
    at: int
    command: str = ""
    options: Mapping[str, Value] = field(default_factory=dict)
    action: str = ""
    subject: str = ""
    message: MessageRef | None = None
    event: str = ""
    form: str = ""
