"""Whoever has set Discord to German reads the names of commands, options and choices that Discord shows them."""

from __future__ import annotations

import pytest

from adapters.discord import controls, names, render
from core.binding import unknown
from core.cards import Card, Term, plain_text
from core.commands import COMMANDS
from core.errors import Refusal, RefusalCode, refusal_card
from core.language import speaking
from core.terms import GIVEN, OPTION, called, in_english, typed
from core.views import help_command, help_overview, landing


@pytest.mark.parametrize(
    ("command", "english", "german"),
    [
        ("help", '/help command:"invite create"', '/hilfe befehl:"einladung erstellen"'),
        ("workspace link", "/workspace link code:A here:on", "/workspace verbinden code:A hier:an"),
        ("access grant", "/access grant to:me level:edit", "/zugriff freigeben an:me stufe:bearbeiten"),
        ("role show", '/role show name:"note: x"', '/rolle anzeigen name:"note: x"'),
        ("invite", "/invite", "/einladung"),
    ],
)
def test_a_command_is_typed_as_the_reader_sees_it(command, english, german):
    options = english.removeprefix(f"/{command}").strip()
    assert typed(command, options) == english
    with speaking("de"):
        assert typed(command, options) == typed(f"{command} {options}".strip()) == german


def test_help_tells_them_and_is_asked_with_them():
    declared = [COMMANDS["invite create"], COMMANDS["invite list"]]
    with speaking("de"):
        overview, one = help_overview("Studio", declared, subject="ws-1/help"), help_command(declared[0])
        nouns, about = render.embed(overview), render.embed(one)
        (row,) = controls.components(overview)
    assert "`/einladung` — erstellen, liste" in (nouns.description or "")
    assert nouns.footer.text == 'Mehr zu einem: /hilfe befehl:"einladung erstellen"'
    assert row["components"][0]["options"] == [{"label": "einladung", "value": "invite"}]
    assert about.title == "einladung erstellen"
    assert "• `rolle` — " in (about.description or "")
    assert in_english("Einladung erstellen") == in_english("/invite  create") == "invite create"
    assert in_english("einladung") == "invite"
    assert in_english("Quatsch") == "Quatsch"
    with speaking("de"):
        assert names.alike("list")[0] == ("invite list", "einladung liste")


def test_so_do_refusals_and_what_is_passed_on():
    with speaking("de"):
        strange = refusal_card(unknown(COMMANDS["workspace link"], "roll"))
        long = refusal_card(Refusal(RefusalCode.TOO_LONG, option=Term(OPTION, "note"), length="9", limit="3"))
        assert "notiz" in render.title(long)
        assert "note" in plain_text(long)
        assert "code, hier" in (render.embed(strange).description or "")
        assert "`/beitreten code:ABCD`" in (
            render.embed(landing("Studio", "Ada", "ABCD", 9)).description or ""
        )
        assert called(GIVEN, "here:on") == "hier:an"
        assert render.embed(Card("A", body=((Term(OPTION, "note", code=True),),))).description == "`notiz`"
