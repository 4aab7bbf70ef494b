"""A small world around a real core: people who type and press, a clock, and a desk that stands in for the platforms."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import text as sql

from core.calls import Actor, Call, Channel, Identity, MessageRef, Value, Where
from core.cards import Card, Code, Say, plain
from core.catalogue import COMMANDS
from core.durations import DAY
from core.errors import Refusal, RefusalCode, refusal_card
from core.ids import Codes
from core.models import metadata
from core.schema import migrate
from core.service import Core
from core.state import Config
from core.store import Store
from core.typed import parse
from tests.core.desk import Desk

START = 1_800_000_000
SECRET = b"a secret of 32 bytes, for tests."
_MENTION = re.compile(r"<@(\w+)>|<#(\w+)>")
_CODE = re.compile(r"[2-9A-Z]{4}(?:-[2-9A-Z]{4}){1,3}")


class World:
    """One database and one process; ``another`` is a second process on the same database."""

    def __init__(self, url: str, at: int = START, *, synchronous: str = "OFF") -> None:
        self.url = url
        self.at = at
        self.store = Store(url, synchronous=synchronous)
        self.core = Core(self.store, Config(Codes(SECRET), "https://door.example"))
        self.core.prepare()
        self.desk = Desk(self.core)
        self.others: list[World] = []

    def close(self) -> None:
        for other in self.others:
            other.close()
        self.store.close()

    def another(self) -> World:
        other = World(self.url, self.at)
        self.others.append(other)
        return other

    def forward(self, seconds: int) -> None:
        self.at += seconds

    def person(self, name: str, platform: str = "slack", realm: str = "T1", **more: Any) -> Person:
        subject = more.pop("subject", name.upper().replace(" ", ""))
        realm = "" if platform == "discord" else realm
        place = more.pop("where", Where(platform, realm or "G1", "C1"))
        return Person(self, Actor(Identity(platform, realm, subject), name, **more), place)

    def studio(self, scheme: str = "studio", *settings: str) -> Person:
        """A workspace in T1 with its creator, and settings such as ``join_policy instant``."""
        owner = self.person("Olga", place_admin=True, email="olga@studio.example")
        made(owner.say(f"workspace create name:Studio scheme:{scheme}"))
        for setting in settings:
            name, _, value = setting.partition(" ")
            made(owner.say(f"workspace set setting:{name} value:{value}"))
        return owner

    def member(
        self, inviter: Person, name: str, role: str = "", platform: str = "slack", **more: Any
    ) -> Person:
        """Lets a person in: invited by ``inviter`` with a role, and approved by them where that is needed."""
        newcomer = self.person(name, platform, **more)
        role = f' role:"{role}"' if role else ""
        code = code_in(made(inviter.say(f"invite create name:for-{newcomer.identity.subject}{role}")))
        card = newcomer.say(f"join code:{code}")
        if card.title.startswith("You asked"):
            made(inviter.say(f"request approve request:{id_in(card)}"))
        return newcomer

    # --- looking into the database ---------------------------------------------------------------------------------

    def rows(self, statement: str, **params: Any) -> list[Any]:
        with self.store.reading() as connection:
            return list(connection.execute(sql(statement), params).all())

    def one(self, statement: str, **params: Any) -> Any:
        return self.rows(statement, **params)[0][0]

    def change(self, statement: str, **params: Any) -> int:
        with self.store.writing() as connection:
            return connection.execute(sql(statement), params).rowcount

    def events(self, *names: str) -> list[str]:
        found = [row.event for row in self.rows("SELECT event FROM audit_events ORDER BY at, number")]
        return [event for event in found if not names or event in names]

    def refused(self) -> list[str]:
        """The codes of all refused attempts that are on record."""
        rows = self.rows("SELECT facts FROM audit_events WHERE event = 'refused' ORDER BY at, number")
        return [re.search(r'"code":"(\w+)"', row.facts)[1] for row in rows]  # type: ignore[index]

    def members(self) -> dict[str, str]:
        """The names of the members with their roles."""
        found = self.rows(
            "SELECT m.name, r.name AS role FROM members m "
            "LEFT JOIN member_roles h ON h.workspace_id = m.workspace_id AND h.member_id = m.member_id "
            "LEFT JOIN roles r ON r.workspace_id = m.workspace_id AND r.role_id = h.role_id "
            "WHERE m.left_at IS NULL"
        )
        return {row.name: row.role or "" for row in found}

    def leave(self, person: Person) -> None:
        """They leave by themselves."""
        made(person.click(made(person.run("member remove", member=person.identity)), "Confirm"))

    def remove(self, by: Person, person: Person, reason: str = "") -> Card:
        """Somebody takes them out: the last card."""
        asked = made(by.run("member remove", member=person.identity, reason=reason))
        return made(by.click(asked, "Confirm"))

    def vanish(self, person: Person) -> None:
        """They are no member any more, by none of the ways that also end what they began."""
        self.change(
            "UPDATE members SET left_at = :at WHERE member_id = "
            "(SELECT member_id FROM identities WHERE subject = :who)",
            at=self.at,
            who=person.identity.subject,
        )

    def give(self, person: Person, role: str) -> None:
        """What giving a member another role will do to these tables."""
        self.change(
            "UPDATE member_roles SET role_id = :role WHERE member_id = "
            "(SELECT member_id FROM identities WHERE subject = :who)",
            role=role.lower().replace(" ", "-"),
            who=person.identity.subject,
        )

    def dump(self) -> str:
        """Everything that a thief of the database gets."""
        out = []
        with self.store.reading() as connection:
            for table in metadata.sorted_tables:
                out += [repr(tuple(row)) for row in connection.execute(table.select())]
        return "\n".join(out)

    def sound(self) -> None:
        """The record holds together in every workspace."""
        assert set(self.core.verify_audit().values()) == {None}


@dataclass(frozen=True)
class Person:
    world: World
    actor: Actor
    where: Where

    @property
    def identity(self) -> Identity:
        return self.actor.identity

    def at(self, channel: str = "", realm: str | None = None) -> Person:
        """The same person in another place; without a channel: in a direct message with the bot."""
        where = Where(self.where.platform, self.where.realm if realm is None else realm, channel)
        return replace(self, where=where)

    def with_(self, **more: Any) -> Person:
        return replace(self, actor=replace(self.actor, **more))

    def on(self, world: World) -> Person:
        return replace(self, world=world)

    def lift(self, word: str) -> Value:
        found = _MENTION.fullmatch(word)
        if not found:
            return word
        platform, realm = self.where.platform, self.where.realm
        if found[2]:
            return Channel(platform, realm, found[2])
        return Identity(platform, "" if platform == "discord" else realm, found[1])

    def say(self, typed: str) -> Card:
        try:
            declared, options = parse(typed, self.lift)
        except Refusal as refusal:
            return refusal_card(refusal)
        return self.run(declared.name, **options)

    def run(self, command: str, /, **options: Value) -> Card:
        return self.world.core.handle(Call(self.actor, self.where, self.world.at, command, options))

    def press(self, action: str, subject: str, message: MessageRef | None = None) -> Card:
        call = Call(self.actor, self.where, self.world.at, action=action, subject=subject, message=message)
        return self.world.core.handle(call)

    def click(self, card: Card, label: str, message: MessageRef | None = None) -> Card:
        button = next(button for button in card.buttons if button.label == label)
        return self.press(button.action, button.subject, message)

    def complete(self, command: str, option: str, typed: str = "") -> list[str]:
        call = Call(self.actor, self.where, self.world.at, command)
        return [label for _, label in self.world.core.complete(call, option, typed)]

    def link(self, *, uses: int | None = None, role: str = "", expires: str = "") -> str:
        """Makes a link and returns its code."""
        typed = "invite create" + (f" uses:{uses}" if uses else "")
        typed += (f' role:"{role}"' if role else "") + (f" expires:{expires}" if expires else "")
        return code_in(made(self.say(typed)))

    def ask(self, code: str) -> str:
        """Asks to join and returns the request's short id."""
        card = self.say(f"join code:{code}")
        assert card.title.startswith("You asked to join"), card
        return id_in(card)


def facts_of(world: World, event: str) -> list[dict[str, Any]]:
    """What the record says of each event of a kind, oldest first."""
    rows = world.rows("SELECT facts FROM audit_events WHERE event = :event ORDER BY number", event=event)
    return [json.loads(row.facts) for row in rows]


# --- reading cards -------------------------------------------------------------------------------------------------


def _pattern(template: str) -> str:
    parts = re.split(r"\{/?[a-z_ ]+\}", template)
    return ".*".join(re.escape(part) for part in parts)


_SENTENCES: list[tuple[RefusalCode, str, str]] = [
    (code, _pattern(code.sentence.title), _pattern(code.sentence.body)) for code in RefusalCode
]


def refusal_in(card: Card) -> RefusalCode | None:
    """The refusal that a card tells, or None where it is no refusal."""
    body = "".join(
        plain(tuple("" if isinstance(s, Say) else s for s in paragraph)) for paragraph in card.body
    )
    for code, title, sentence in _SENTENCES:
        if re.fullmatch(title, card.title, re.DOTALL) and re.fullmatch(sentence, body, re.DOTALL):
            return code
    return None


def code(card: Card) -> str:
    """The name of the refusal that a card tells, empty where it is none."""
    found = refusal_in(card)
    return found.name if found else ""


def made(card: Card) -> Card:
    """The card of something that worked."""
    assert refusal_in(card) is None, card
    return card


def words(card: Card) -> str:
    """Everything a card says, except what is there to be copied."""
    spans = [plain(paragraph) for paragraph in card.body]
    spans += [plain(field.value) for field in card.fields] + [plain(line.text) for line in card.lines]
    return "\n".join([card.title, *spans, plain(card.footer)])


def code_in(card: Card) -> str:
    """The first code that a card shows."""
    for texts in ([f.value for f in card.fields], [line.text for line in card.lines], card.body):
        for text in texts:
            for span in text:
                if isinstance(span, Code) and _CODE.fullmatch(span.text):
                    return span.text
    raise AssertionError(f"no code on {card}")


def id_in(card: Card) -> str:
    """The short id in a card's quiet line."""
    found = re.match(r"(?:inv|req)-\w+", plain(card.footer))
    assert found, card
    return found[0]


def helped(card: Card) -> set[str]:
    """The commands in an overview: a line for each kind of thing, or for a single command."""
    found = set()
    for line in card.lines:
        said, *told = line.text
        assert isinstance(said, Say)
        verbs = plain(tuple(told)).removeprefix(" — ").split(", ")
        named = {f"{said.command} {verb}" for verb in verbs}
        found |= named if named <= set(COMMANDS) else {said.command}
    return found


def field_of(card: Card, label: str) -> str:
    return next(plain(field.value) for field in card.fields if field.label == label)


Say_ = Callable[[str], Card]
__all__ = [
    "DAY",
    "START",
    "Person",
    "World",
    "code_in",
    "field_of",
    "id_in",
    "made",
    "migrate",
    "refusal_in",
    "words",
]
