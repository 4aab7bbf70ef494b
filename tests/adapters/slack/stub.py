"""A core that answers what a test tells it to, and a catalogue small enough to see through."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from typing import Any

from core import catalogue
from core.calls import Actor, Call
from core.cards import Button, Card, Style, Tone, text
from core.catalogue import Command, Kind, Option, Scope
from core.errors import Repeated


@dataclass
class StubCore:
    """``answers`` by command or action; ``hold`` keeps every answer back until it is set."""

    answers: dict[str, Card | Exception] = field(default_factory=dict)
    calls: list[Call] = field(default_factory=list)
    events: set[str] = field(default_factory=set)
    found: list[tuple[str, str]] = field(default_factory=list)
    searched: list[tuple[str, str, str]] = field(default_factory=list)
    facts: frozenset[str] = frozenset()
    read: dict[str, str] = field(default_factory=dict)
    hold: threading.Event = field(default_factory=threading.Event)

    def __post_init__(self) -> None:
        self.hold.set()

    def handle(self, call: Call) -> Card:
        declared = catalogue.COMMANDS.get(call.command)
        if call.event and declared is not None and not declared.reads:
            if call.event in self.events:
                raise Repeated
            self.events.add(call.event)
        self.calls.append(call)
        assert self.hold.wait(10)
        what = call.command or call.action or call.form
        answer = self.answers.get(what, Card(f"Done: {what}"))
        if isinstance(answer, Exception):
            raise answer
        return answer

    def complete(self, call: Call, option: str, typed: str) -> list[tuple[str, str]]:
        return []

    def complete_form(self, key: str, name: str, typed: str, call: Call) -> list[tuple[str, str]]:
        self.searched.append((key, name, typed))
        assert self.hold.wait(10)
        return [each for each in self.found if typed.lower() in each[1].lower()]

    def form_facts(self, call: Call) -> frozenset[str]:
        return self.facts

    def reads(self, actor: Actor) -> None:
        self.read[actor.identity.subject] = actor.language


def _declared(name: str, *options: Option, **more: Any) -> Command:
    return Command(name, "", options, object, Card, scope=Scope.NONE, **more)


def _option(name: str, kind: Kind, *, required: bool = False) -> Option:
    return Option(name, kind, "What it is", "x", required)


COMMANDS = {
    declared.name: declared
    for declared in (
        _declared("help", _option("command", Kind.COMMAND)),
        _declared(
            "invite create",
            _option("emails", Kind.PEOPLE),
            _option("name", Kind.LABEL),
            _option("note", Kind.NOTE),
            _option("domain", Kind.DOMAIN),
        ),
        _declared("invite list", reads=True),
        _declared("join", _option("code", Kind.CODE, required=True), facts=frozenset({"email"})),
        _declared("member show", _option("member", Kind.MEMBER, required=True)),
        _declared(
            "group add",
            _option("group", Kind.GROUP, required=True),
            _option("member", Kind.MEMBERS, required=True),
        ),
        _declared(
            "workspace create", _option("name", Kind.LABEL, required=True), facts=frozenset({"place_admin"})
        ),
        _declared(
            "workspace set",
            _option("setting", Kind.SETTING, required=True),
            _option("value", Kind.SETTING_VALUE, required=True),
        ),
    )
}

LIST = Card(
    "Invitations (12 waiting)",
    buttons=(Button("Previous", "invite.list", "w1/0"), Button("Next", "invite.list", "w1/2")),
)
ASKED = Card(
    "Ann asks to join Studio",
    Tone.WAITING,
    buttons=(
        Button("Approve", "join.approve", "w1/req-1", Style.PRIMARY),
        Button("Deny", "join.deny", "w1/req-1", Style.DANGER),
    ),
    footer=text("req-2M9C"),
)
