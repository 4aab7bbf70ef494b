"""What a platform is to the relay: it posts, changes and finds messages, shows Homes and keeps who is in its channels."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from adapters.memory.people import PLATFORM, Person
from core.calls import Identity, MessageRef
from core.cards import Card, Home
from core.ports import Access, DeliveryError, Gone, Target


@dataclass(slots=True)
class Message:
    """A message that stands somewhere; ``number`` orders messages by when they were posted.

    ``under``: the message to which it is a reply.
    """

    ref: MessageRef
    person: str
    card: Card
    number: int
    shown: list[Card] = field(default_factory=list)
    under: Message | None = None

    @property
    def direct(self) -> bool:
        return self.person != ""


class MemoryPlatform:
    """Keeps what is posted. ``told`` hears of each message, and whether it was posted or changed; ``home_told`` of Homes.

    ``name``: the platform that it stands in for.
    """

    def __init__(
        self,
        told: Callable[[Message, bool], None] | None = None,
        name: str = PLATFORM,
        home_told: Callable[[Identity, Home], None] | None = None,
    ) -> None:
        self.name = name
        self._told = told
        self._home_told = home_told
        self.messages: dict[str, Message] = {}
        self.calls = 0
        #: What people's Homes show, and which state of it that is.
        self.homes: dict[Identity, tuple[Home, str]] = {}
        self.published = 0
        self._removed: set[str] = set()
        self._failures: list[tuple[DeliveryError, bool]] = []
        #: Who is in which channel that a resource is, by what that is called; somebody else may have put them there.
        self.inside: dict[str, set[str]] = {}
        self._refusals: list[tuple[DeliveryError, bool]] = []

    async def post(
        self, target: Target, card: Card, key: str, *, look_first: bool, under: MessageRef | None = None
    ) -> MessageRef:
        """Posts; a key that stands here already is the same message (with ``look_first``) or a twin of it."""
        after = self._begin()
        standing = self.messages.get(key)
        if standing is None or not look_first:
            standing = self._stand(self._ref(target, key), target.person, card)
            standing.under = self.messages.get(under.message) if under is not None else None
            self._tell(standing, posted=True)
        if after is not None:
            raise after
        return standing.ref

    async def find(
        self, target: Target, card: Card, key: str, *, under: MessageRef | None = None
    ) -> MessageRef | None:
        """The message with this key, if it stands."""
        del target, card, under
        after = self._begin()
        if after is not None:
            raise after
        standing = self.messages.get(key)
        return standing.ref if standing is not None else None

    async def edit(self, ref: MessageRef, card: Card) -> None:
        """Changes a message. One that an earlier process showed is shown again: its screen is gone, its place is not."""
        after = self._begin()
        if ref.message in self._removed:
            raise Gone("the message was deleted")
        standing = self.messages.get(ref.message)
        if standing is None:
            person = ref.channel.removeprefix("@") if ref.channel.startswith("@") else ""
            self._tell(self._stand(ref, person, card), posted=True)
        else:
            standing.card = card
            standing.shown.append(card)
            self._tell(standing, posted=False)
        if after is not None:
            raise after

    async def show_home(self, person: Identity, home: Home, version: str) -> str | None:
        """Keeps what a person's Home shows; counted, so that an older one is noticed."""
        after = self._begin()
        if after is not None:
            raise after
        _, stands = self.homes.get(person, (home, ""))
        if version and version != stands:
            return None
        self.published += 1
        self.homes[person] = (home, str(self.published))
        if self._home_told is not None:
            self._home_told(person, home)
        return self.homes[person][1]

    async def read_access(self, access: Access) -> bool:
        """Whether the person is in the channel."""
        self.calls += 1
        return access.person in self.inside.get(access.outside_id, set())

    async def apply(self, access: Access, *, give: bool, reason: str) -> None:
        """Lets the person in, or puts them out."""
        del reason
        self.calls += 1
        error, after_effect = self._refusals.pop(0) if self._refusals else (None, True)
        people = self.inside.setdefault(access.outside_id, set())
        if error is None or after_effect:
            (people.add if give else people.discard)(access.person)
        if error is not None:
            raise error

    def _tell(self, message: Message, *, posted: bool) -> None:
        if self._told is not None:
            self._told(message, posted)

    def _ref(self, target: Target, key: str) -> MessageRef:
        twin = key
        while twin in self.messages or twin in self._removed:
            twin += "'"
        return MessageRef(self.name, target.realm, target.channel or f"@{target.person}", twin)

    def _stand(self, ref: MessageRef, person: str, card: Card) -> Message:
        message = Message(ref, person, card, len(self.messages) + len(self._removed), [card])
        self.messages[ref.message] = message
        return message

    # --- what a reader sees --------------------------------------------------------------------------------------

    def inbox(self, person: Person) -> list[Message]:
        """The direct messages of a person, oldest first."""
        mine = person.identity
        return [m for m in self._in_order() if m.person == mine.subject and m.ref.realm == mine.realm]

    def shared(self, channel: str = "") -> list[Message]:
        """The messages in channels (or one of them), oldest first."""
        return [m for m in self._in_order() if not m.direct and channel in {"", m.ref.channel}]

    def _in_order(self) -> list[Message]:
        return sorted(self.messages.values(), key=lambda message: message.number)

    # --- what can go wrong ---------------------------------------------------------------------------------------

    def fail_next(self, error: DeliveryError, times: int = 1, *, after_effect: bool = False) -> None:
        """The next ``times`` calls raise ``error``; with ``after_effect`` the message arrives and only the answer is lost."""
        self._failures += [(error, after_effect)] * times

    def refuse_next(self, error: DeliveryError, times: int = 1, *, after_effect: bool = False) -> None:
        """As ``fail_next``, of letting people into channels and putting them out."""
        self._refusals += [(error, after_effect)] * times

    def remove(self, message: Message) -> None:
        """Somebody deletes a message."""
        self._removed.add(message.ref.message)
        del self.messages[message.ref.message]

    def _begin(self) -> DeliveryError | None:
        self.calls += 1
        if not self._failures:
            return None
        error, after_effect = self._failures.pop(0)
        if not after_effect:
            raise error
        return error
