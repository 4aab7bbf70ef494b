"""What the core asks of the outside: a very small port, and the four ways in which it may fail."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple, Protocol, runtime_checkable

from core.calls import Identity, MessageRef
from core.cards import Card, Home

__all__ = [
    "Access",
    "ChatPlatform",
    "DeliveryError",
    "Disconnected",
    "Forbidden",
    "Gone",
    "HomePlatform",
    "MessageRef",
    "RateLimited",
    "Target",
    "Unavailable",
]


class Target(NamedTuple):
    """Where a message goes: a channel, or (``channel`` empty) the direct messages of ``person``.

    ``quiet``: a reply that is seen by those alone who look under the message it belongs to; without that message, by nobody.
    """

    platform: str
    realm: str
    channel: str = ""
    person: str = ""
    quiet: bool = False

    @classmethod
    def direct(cls, identity: Identity) -> Target:
        return cls(identity.platform, identity.realm, person=identity.subject)


class Access(NamedTuple):
    """An account's access to something on a platform itself: ``person`` is in a channel, or has a role.

    ``kind`` says what ``outside_id`` is; ``voucher`` is the account of whoever said that Usher may give it, and who may
    still give it there themselves: Usher's own power is lent to nobody. Empty where it is only looked at or taken away.
    """

    platform: str
    realm: str
    kind: str
    outside_id: str
    person: str
    voucher: str = ""


class ChatPlatform(Protocol):
    """A platform as the relay sees it. All verbs raise ``DeliveryError`` and nothing else."""

    @property
    def name(self) -> str: ...

    async def post(
        self, target: Target, card: Card, key: str, *, look_first: bool, under: MessageRef | None = None
    ) -> MessageRef:
        """Posts a card, as a reply to the message ``under`` where that still stands.

        ``key`` (at most 25 characters) marks the message: with ``look_first``, an earlier try may have arrived, so a
        message with this key is looked for before a new one is posted.
        """

    async def find(
        self, target: Target, card: Card, key: str, *, under: MessageRef | None = None
    ) -> MessageRef | None:
        """The message with this key, if it stands. Some platforms need the look of ``card`` to know it by."""

    async def edit(self, ref: MessageRef, card: Card) -> None:
        """Makes a message show ``card``."""

    async def read_access(self, access: Access) -> bool:
        """Whether the person is in, or has it, at this moment. Who is not on the platform any more has nothing there."""

    async def apply(self, access: Access, *, give: bool, reason: str) -> None:
        """Gives it or takes it away, and looks whether that has happened; harmless when repeated.

        ``Forbidden`` with a clear word where the bot may not, or where ``voucher`` could not give it themselves now.
        ``reason`` is for the platform's own record, where it keeps one.
        """


@runtime_checkable
class HomePlatform(Protocol):
    """A platform on which people have a page with Usher of their own. The verb raises ``DeliveryError`` and nothing else."""

    async def show_home(self, person: Identity, home: Home, version: str) -> str | None:
        """Makes somebody's Home show ``home``; the platform's own word for that.

        ``version``: its word for what stands there, where that is known; None, and nothing is done, where something else does.
        """


@dataclass
class DeliveryError(Exception):
    """A message could not be delivered; ``detail`` is the platform's own word for it."""

    detail: str

    def __str__(self) -> str:
        return self.detail


@dataclass
class RateLimited(DeliveryError):
    """Try again after ``after`` seconds."""

    after: float = 1.0


@dataclass
class Gone(DeliveryError):
    """The channel, person or message is no more: trying again cannot help."""


@dataclass
class Forbidden(DeliveryError):
    """The platform does not let Usher write there (closed direct messages, not in the channel): needs a person."""


@dataclass
class Unavailable(DeliveryError):
    """No answer, or the platform is unwell: the message may or may not have arrived."""


@dataclass
class Disconnected(DeliveryError):
    """The platform no longer accepts our token here: stop until an operator has acted."""
