"""Plays the people of the adapter in memory."""

from __future__ import annotations

from dataclasses import replace

from adapters.desk import Desk
from adapters.filling import shown
from adapters.memory import Memory, MemoryPlatform, Message, Person
from core import ports
from core.cards import Button as CardButton
from core.cards import Card, Control, Form, plain, plain_home, plain_text, text
from core.cards import Field as CardField
from tests.drivers.base import DIRECT, GENERAL, Button, Clock, FieldSeen, FormSeen, Seen, Thing, Trouble, Verb

_ERRORS: dict[Trouble, ports.DeliveryError] = {
    "rate limited": ports.RateLimited("slow down", 60.0),
    "unavailable": ports.Unavailable("unwell"),
    "lost": ports.Unavailable("no answer"),
    "forbidden": ports.Forbidden("not there"),
    "gone": ports.Gone("no such channel"),
    "disconnected": ports.Disconnected("token revoked"),
}


class MemoryDriver:
    """What stands on the platform outlives the adapter, as everywhere."""

    name = "memory"

    async def open(self, clock: Clock) -> None:
        del clock
        self.platform: MemoryPlatform = _Shutting()
        self._people: dict[str, Person] = {}

    async def connect(self, desk: Desk) -> None:
        self._memory = Memory(desk, self.platform, tuple(self._people.values()))

    async def disconnect(self) -> None:
        del self._memory

    async def close(self) -> None:
        pass

    # --- people --------------------------------------------------------------------------------------------------

    def person(
        self,
        name: str,
        *,
        admin: bool = False,
        guest: bool = False,
        email: str | None = None,
        shows: str = "",
    ) -> None:
        self._people[name] = Person(shows or name, None if guest else email, place_admin=admin and not guest)
        self._memory.meet(self._people[name])

    def channel(self, name: str) -> None:
        pass

    def thing(self, name: str, keeper: str = "Ada") -> Thing:
        self.platform.inside[name] = {self._people[keeper].identity.subject}
        return Thing("memory-channel", f"#{name}")

    def access(self, name: str) -> set[str]:
        inside = self.platform.inside[name]
        return {who for who, person in self._people.items() if person.identity.subject in inside}

    def put(self, name: str, person: str, *, into: bool = True) -> None:
        inside = self.platform.inside[name]
        (inside.add if into else inside.discard)(self._people[person].identity.subject)

    def refuse(self, code: str, times: int = 1, *, give: bool = True) -> None:
        del give
        self.platform.refuse_next(ports.Forbidden(code), times)

    async def run(self, person: str, line: str, channel: str = GENERAL) -> Seen:
        where = "" if channel == DIRECT else channel
        return _seen(await self._memory.run(self._people[person], f"/usher {line}", where), private=True)

    async def click(self, person: str, seen: Seen, label: str) -> Seen:
        button = seen.button(label)
        return await self.press(person, button.action, button.subject, seen)

    async def choose(self, person: str, seen: Seen, menu_label: str, choice_label: str) -> Seen:
        card: Card = seen.raw
        found = [
            (menu, choice)
            for menu in card.menus
            for choice in menu.choices
            if (menu.label, choice.label) == (menu_label, choice_label)
        ]
        assert len(found) == 1, f"{len(found)} choices {choice_label!r} in {menu_label!r}: {seen.menus}"
        ((menu, choice),) = found
        return await self.press(person, menu.action, menu.subject, seen, choice.value)

    async def fill(self, person: str, seen: Seen, **values: str) -> Seen:
        card: Card = seen.raw
        assert card.form is not None, f"no form is open: {seen.text}"
        who = self._people[person]
        found = {name.rstrip("_"): said for name, said in values.items()}
        for entry in card.form.entries:
            if entry.control in {Control.SEARCH, Control.SEARCHES} and found.get(entry.name):
                found[entry.name] = await self._picked(who, card.form, entry.name, found[entry.name])
        return _seen(await self._memory.fill(who, card.form, found, GENERAL), private=True)

    async def open_home(self, person: str) -> None:
        await self._memory.open_home(self._people[person])

    def home(self, person: str) -> Seen:
        home, _ = self.platform.homes[self._people[person].identity]
        cards = [card for section in home.sections for card in section.cards]
        buttons = tuple(
            Button(each.label, each.action, each.subject) for card in cards for each in card.buttons
        )
        return Seen(home.sections[0].title, plain_home(home), buttons, private=True)

    def published(self) -> int:
        return self.platform.published

    async def _picked(self, person: Person, form: Form, name: str, said: str) -> str:
        """What was found by these words; what was not found is handed over as typed."""
        found = []
        for part in said.split(","):
            looked = await self._memory.search(person, form.key, name, part.partition("(")[0].strip())
            found.append(next((value for value, label in looked if label == part.strip()), part.strip()))
        return ", ".join(found)

    async def press(
        self, person: str, action: str, subject: str, on: Seen | None = None, choice: str = ""
    ) -> Seen:
        ref = on.held.ref if on is not None and isinstance(on.held, Message) else None
        button = CardButton(action, action, subject)
        return _seen(await self._memory.press(self._people[person], button, ref, choice=choice), private=True)

    # --- what stands ---------------------------------------------------------------------------------------------

    def cards(self, channel: str = GENERAL) -> list[Seen]:
        return [_seen(message.card, message) for message in self.platform.shared(channel)]

    def inbox(self, person: str, newest: int = 0) -> list[Seen]:
        mine = self.platform.inbox(self._people[person])
        return [_seen(message.card, message, private=True) for message in mine[-newest:]]

    def fail_next(self, trouble: Trouble, verb: Verb = "post", times: int = 1) -> None:
        fail = self.platform.refuse_next if verb == "access" else self.platform.fail_next
        fail(_ERRORS[trouble], times, after_effect=trouble == "lost")

    def no_forms(self) -> None:
        pass  # none opens, ever

    def shut(self, person: str) -> None:
        assert isinstance(self.platform, _Shutting)
        self.platform.shut.add(self._people[person].identity.subject)

    def put_back(self, seen: Seen, words: str = "", instead: str = "") -> None:
        card: Card = seen.raw
        fields = tuple(
            CardField(
                each.label, text(plain(each.value).replace(words, instead) if words else plain(each.value))
            )
            for each in card.fields
        )
        title = card.title.replace(words, instead) if words else card.title
        seen.held.card = replace(card, title=title, fields=fields)

    def remove(self, seen: Seen) -> None:
        self.platform.remove(seen.held)

    def pings(self) -> list[str]:
        return []  # there is no markup


class _Shutting(MemoryPlatform):
    """Some people take no direct messages."""

    def __init__(self) -> None:
        super().__init__()
        self.shut: set[str] = set()

    async def post(
        self,
        target: ports.Target,
        card: Card,
        key: str,
        *,
        look_first: bool,
        under: ports.MessageRef | None = None,
    ) -> ports.MessageRef:
        if target.person in self.shut:
            raise ports.Forbidden("takes no direct messages")
        return await super().post(target, card, key, look_first=look_first, under=under)


def _form(form: Form) -> FormSeen:
    fields = {
        entry.name: FieldSeen(
            entry.label,
            shown(entry, lambda identity: identity.subject.title()),
            entry.error,
            entry.required,
            tuple(choice.label for choice in entry.choices),
        )
        for entry in form.entries
    }
    return FormSeen(form.title, form.submit, fields, "\n".join(map(plain, form.body)))


def _seen(card: Card, held: Message | None = None, *, private: bool = False) -> Seen:
    buttons = tuple(Button(each.label, each.action, each.subject) for each in card.buttons)
    table = () if card.table is None else (card.table.columns, *card.table.rows)
    return Seen(
        card.title,
        plain_text(card.without_buttons()),
        buttons,
        private,
        table=table,
        files=tuple((file.name, file.content) for file in card.files),
        menus={menu.label: [choice.label for choice in menu.choices] for menu in card.menus},
        chart=card.chart.words if card.chart is not None else "",
        form=_form(card.form) if card.form is not None else None,
        under=held.under.card.title if held is not None and held.under is not None else "",
        held=held,
        raw=card,
    )
