"""The smallest complete adapter: people, places and messages in memory.

The console speaks through it, and the contract suite runs on it first. It keeps to what the real platforms do: facts
about a person are handed over only where a command asks for them, a channel's message can be edited, an answer is
private.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import NamedTuple

from adapters.desk import Desk
from adapters.filling import read
from core.calls import Actor, Call, Channel, Identity, MessageRef, Outside, Value, Where
from core.cards import Button, Card, Choice, Form, Home, Menu
from core.catalogue import ACTIONS, Action, Command
from core.errors import Refusal, refusal_card
from core.language import mark, speaking
from core.ports import Access, DeliveryError, Gone, Target
from core.typed import parse

PLATFORM = "memory"
REALM = "local"
CHANNEL = "general"
_NO_OPTIONS: Mapping[str, Value] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who types; ``place_admin`` and ``email`` are what the platform vouches for.

    ``subject``: their account's id, where that is not made of their name. ``language``: what they read there.
    """

    name: str
    email: str | None = None
    place_admin: bool = False
    realm: str = REALM
    platform: str = PLATFORM
    subject: str = ""
    language: str = ""

    @property
    def identity(self) -> Identity:
        return Identity(self.platform, self.realm, self.subject or self.key)

    @property
    def key(self) -> str:
        """The name as it is compared and typed."""
        return "-".join(self.name.lower().split())


class Place(NamedTuple):
    """A team or server: its id, what stands for it in direct messages, and its channels' ids by their names."""

    realm: str = REALM
    direct: str = REALM
    channels: Mapping[str, str] = MappingProxyType({})


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
    """Keeps what is posted. ``told`` hears of each message, and whether it was posted or changed.

    ``name``: the platform that it stands in for.
    """

    def __init__(self, told: Callable[[Message, bool], None] | None = None, name: str = PLATFORM) -> None:
        self.name = name
        self._told = told
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


class Memory:
    """What the people of one place type and press, as calls to the desk."""

    def __init__(
        self,
        desk: Desk,
        platform: MemoryPlatform,
        people: tuple[Person, ...] = (),
        place: Place | None = None,
    ) -> None:
        self.desk = desk
        self.platform = platform
        self.place = place if place is not None else Place()
        self.people: dict[Identity, Person] = {person.identity: person for person in people}

    def meet(self, person: Person) -> Person:
        """Makes a person known, so that others can mention them."""
        self.people[person.identity] = person
        return person

    def find(self, name: str) -> Person | None:
        """The person of that name, without regard to case."""
        wanted = Person(name).key
        return next((p for p in self.people.values() if p.key == wanted), None)

    async def run(self, person: Person, text: str, channel: str = CHANNEL) -> Card:
        """Types ``text`` (``/usher`` in front of it is welcome) in a channel, or with an empty one in a direct message."""
        try:
            declared, options = parse(bare(text), self._lift(person))
        except Refusal as refusal:
            with speaking(person.language):
                return refusal_card(refusal)
        actor, where = self._actor(person, declared, options), self.where(channel)
        return await self._ask(Call(actor, where, self.desk.clock(), declared.name, options))

    async def click(self, person: Person, on: Message | Card, label: str, channel: str = CHANNEL) -> Card:
        """Presses the button with ``label`` on a message or a private answer. ``LookupError`` when there is none."""
        card = on.card if isinstance(on, Message) else on
        button = button_on(card, label)
        if button is None:
            raise LookupError(f"no button {label!r} on {card.title!r}")
        return await self.press(person, button, on.ref if isinstance(on, Message) else None, channel)

    async def press(
        self,
        person: Person,
        button: Button | Menu,
        ref: MessageRef | None = None,
        channel: str = CHANNEL,
        choice: str = "",
    ) -> Card:
        """Sends the click that ``button`` stands for, whoever has it in sight; of a menu, with a choice's value."""
        if ref is not None:
            channel = "" if ref.channel.startswith("@") else ref.channel
        call = Call(
            self._actor(person, ACTIONS.get(button.action)),
            self.where(channel),
            self.desk.clock(),
            options={"choice": choice} if choice else {},
            action=button.action,
            subject=button.subject,
            message=ref,
        )
        return await self._ask(call)

    async def fill(
        self,
        person: Person,
        form: Form,
        typed: Mapping[str, str],
        channel: str = CHANNEL,
    ) -> Card:
        """Sends a form with words in its fields; what is not named goes as it stands. ``LookupError`` for a field it has not."""
        return await self.send(person, form.key, read(form, typed, self._lift(person)), channel)

    async def send(
        self, person: Person, key: str, options: Mapping[str, Value], channel: str = CHANNEL
    ) -> Card:
        """Sends the form with that key, filled in like this, whoever's it is."""
        call = Call(
            self._actor(person, None), self.where(channel), self.desk.clock(), options=options, form=key
        )
        facts = await self.desk.form_facts(call)
        return await self._ask(replace(call, actor=self._with_facts(person, facts, options)))

    async def search(
        self, person: Person, key: str, name: str, typed: str, channel: str = CHANNEL
    ) -> list[tuple[str, str]]:
        """What a field of that form could hold, as ``(value, label)``."""
        call = Call(self._actor(person, None), self.where(channel), self.desk.clock(), form=key)
        return await self.desk.complete_form(key, name, typed, call)

    async def complete(
        self,
        person: Person,
        command: str,
        options: Mapping[str, Value],
        option: str,
        typed: str,
        channel: str = CHANNEL,
    ) -> list[tuple[str, str]]:
        """What an option of a command that is being typed could be, as ``(value, label)``."""
        where, at = self.where(channel), self.desk.clock()
        call = Call(self._actor(person, None), where, at, command=command, options=options)
        return await self.desk.complete(call, option, typed)

    async def open_home(self, person: Person) -> None:
        """Somebody opens their Home."""
        await self.desk.home_opened(person.identity, self.platform.homes.get(person.identity, (None, ""))[1])

    async def home(self, person: Person) -> Home:
        """What a person's Home would show now."""
        return await self.desk.home(person.identity, person.language)

    def where(self, channel: str) -> Where:
        """A channel, by its name or id, or with an empty one the direct messages with Usher."""
        realm = self.place.realm if channel else self.place.direct
        return Where(self.platform.name, realm, self.place.channels.get(channel, channel))

    async def _ask(self, call: Call) -> Card:
        card = await self.desk.handle(call)
        assert card is not None  # nothing here comes twice
        return card

    def _actor(
        self, person: Person, declared: Command | Action | None, options: Mapping[str, Value] = _NO_OPTIONS
    ) -> Actor:
        """The person with the facts that the command or button asks for, and no others."""
        return self._with_facts(person, declared.facts if declared is not None else frozenset(), options)

    def _with_facts(self, person: Person, facts: frozenset[str], options: Mapping[str, Value]) -> Actor:
        known = Actor(person.identity, person.name, language=person.language)
        if "email" in facts:
            known = replace(known, email=person.email)
        if "place_admin" in facts:
            known = replace(known, place_admin=person.place_admin)
        if "outside" in facts:
            named = next((each for each in options.values() if isinstance(each, Channel)), None)
            why_not = "" if person.place_admin else mark("only an admin of this place can let others in")
            known = replace(known, outside=Outside(named.channel, why_not) if named else None)
        return known

    def _lift(self, person: Person) -> Callable[[str], Value]:
        """``@name`` and ``#channel`` as what they mean here; unknown names stay words."""

        def lift(word: str) -> Value:
            if word.startswith("#") and len(word) > 1:
                name = word[1:].lower()
                return Channel(person.platform, self.place.realm, self.place.channels.get(name, name))
            found = self.find(word[1:].rstrip(",")) if word.startswith("@") else None
            return word if found is None else found.identity

        return lift


def bare(text: str) -> str:
    """A command as typed, without the platform's beginning: ``/usher``, ``usher`` or a slash."""
    typed = text.strip()
    head, _, rest = typed.partition(" ")
    if head.lower() in {"/usher", "usher"}:
        return rest.strip()
    return typed.removeprefix("/")


def button_on(card: Card, label: str) -> Button | None:
    """The button of a card with these words on it, without regard to case."""
    wanted = label.casefold()
    return next((button for button in card.buttons if button.label.casefold() == wanted), None)


def choice_on(card: Card, words: str) -> tuple[Menu, Choice] | None:
    """The menu and its choice that ``words`` name one after the other, without regard to case."""
    wanted = words.casefold()
    return next(
        (
            (menu, choice)
            for menu in card.menus
            for choice in menu.choices
            if wanted in {f"{menu.label} {word}".casefold() for word in (choice.label, choice.value)}
        ),
        None,
    )
