"""The card that stands where a form cannot be opened."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from core.cards import Card, Say, Text, text
from core.example_words import said, views
from core.examples import LABEL, NOTE, REQUEST
from core.form_words import COMMANDS
from core.forms import fill_in
from core.language import t
from core.views.joins import join_line


def _waits(title: str, body: tuple[Text, ...], typed: Text) -> tuple[str, Card]:
    """With the button that opens the form after all."""
    card = views.form_waits(title, body, typed)
    return "form_waits", replace(card, buttons=(fill_in("7F3K2M9C"),))


def examples() -> Iterator[tuple[str, Card]]:
    for command, options in (
        ("group create", 'name:"Design leads"'),
        ("role assign", "role:Designer for:8h"),
    ):
        yield _waits(t(COMMANDS[command].title), (), (Say(command, options),))
    why = t("Deny with a reason")
    asked = join_line(said(REQUEST), own=False).text
    yield _waits(why, (asked,), (Say("request deny", "request:req-2M9C reason:…"),))
    typed = Say("request deny", f'request:req-2M9CQ reason:"{NOTE}"')
    yield _waits(why, (text(LABEL), text(NOTE)), (typed,))
    yield _waits(why, (), ())
