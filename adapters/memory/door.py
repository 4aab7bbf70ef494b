"""What people do: type, press, pick, fill in, and look at what stands there."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from types import MappingProxyType

from adapters.desk import Desk
from adapters.filling import read
from adapters.memory.people import CHANNEL, Person, Place
from adapters.memory.platform import MemoryPlatform, Message
from core.calls import Actor, Call, Channel, Identity, MessageRef, Outside, Value, Where
from core.cards import Button, Card, Choice, Form, Home, Menu
from core.catalogue import ACTIONS, Action, Command
from core.errors import Refusal, refusal_card
from core.language import mark, speaking
from core.typed import parse

_NO_OPTIONS: Mapping[str, Value] = MappingProxyType({})


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
