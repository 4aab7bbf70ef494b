from __future__ import annotations

import ast
import string
from pathlib import Path
from typing import NamedTuple

import pytest

from core.cards import Code, Say, Tone, When, plain_text
from core.errors import Refusal, RefusalCode, refusal_card
from core.language import _HOLE, fill
from tests.core.world import refusal_in

ROOT = Path(__file__).parents[2]


class Site(NamedTuple):
    """A place in the source where a refusal is made."""

    where: str
    code: str
    facts: frozenset[str]


def _codes(node: ast.expr) -> list[str]:
    """The codes that the first argument may be."""
    if isinstance(node, ast.IfExp):
        return _codes(node.body) + _codes(node.orelse)
    if (
        isinstance(node, ast.Attribute)
        and isinstance(node.value, ast.Name)
        and node.value.id == "RefusalCode"
    ):
        return [node.attr]
    if isinstance(node, ast.Attribute) and node.attr == "code":
        return []  # the same refusal again, with a fact put into the platform's own words
    raise AssertionError(f"write the code of a refusal where it is made: {ast.unparse(node)}")


def _sites() -> list[Site]:
    found = []
    for folder in ("core", "adapters", "bot"):
        for path in sorted((ROOT / folder).rglob("*.py")):
            if path.parent.name == "examples":
                continue  # cards with all refusals there are
            for node in ast.walk(ast.parse(path.read_text())):
                if (
                    isinstance(node, ast.Call)
                    and isinstance(node.func, ast.Name)
                    and node.func.id == "Refusal"
                ):
                    where = f"{path.relative_to(ROOT)}:{node.lineno}"
                    facts = frozenset(str(keyword.arg) for keyword in node.keywords)
                    found += [Site(where, code, facts) for code in _codes(node.args[0])]
    return found


SITES = _sites()


def holes(code: RefusalCode) -> set[str]:
    found = _HOLE.findall(code.sentence.title) + _HOLE.findall(code.sentence.body)
    return {name for slash, name in found if not slash}


@pytest.mark.parametrize("site", SITES, ids=lambda site: f"{site.where} {site.code}")
def test_every_refusal_brings_exactly_the_facts_that_its_sentence_needs(site):
    assert site.facts == holes(RefusalCode[site.code])


def test_refusals_are_made_in_many_places():
    assert len(SITES) > 50


@pytest.mark.parametrize("code", RefusalCode, ids=lambda code: code.name)
def test_every_refusal_has_a_sentence_that_says_what_happened_and_what_to_do(code):
    title, body, _ = code.sentence
    assert title
    assert not title.endswith(".")
    assert title[0] in string.ascii_uppercase + "“{"
    assert body
    assert body.endswith((".", "}"))
    assert "invalid" not in (title + body).lower()
    assert all(name.islower() for name in holes(code))


@pytest.mark.parametrize("code", RefusalCode, ids=lambda code: code.name)
def test_every_refusal_becomes_a_private_card_with_no_hole_left(code):
    facts = {name: f"<{name}>" for name in holes(code)}
    card = refusal_card(Refusal(code, **facts))

    shown = plain_text(card)
    assert card.tone is Tone.REFUSED
    assert not card.buttons
    assert "{" not in shown
    assert all(value in shown for value in facts.values())
    assert refusal_in(card) is code


def test_commands_named_in_sentences_exist():
    from core import commands

    for code in RefusalCode:
        for slash, name in _HOLE.findall(code.sentence.body):
            assert not slash or name in commands.COMMANDS, (code, name)


def test_facts_keep_their_kind_so_that_each_platform_can_show_them_in_its_way():
    filled = fill(
        "by {who} on {when}: {/invite create} {code}",
        {"who": "Ada", "when": When(5), "code": (Code("X"), "y")},
    )
    assert filled == ("by Ada on ", When(5), ": ", Say("invite create"), " ", Code("X"), "y")


def test_a_fact_is_never_read_as_a_template():
    assert fill("{name}", {"name": "{other} {/help}"}) == ("{other} {/help}",)


#: Attempts on the door are recorded; slips of the keyboard are not.
ATTEMPTS = [
    "NOT_A_MEMBER",
    "STILL_WAITING",
    "NOT_ALLOWED",
    "NOT_PLACE_ADMIN",
    "ABOVE_CEILING",
    "UNKNOWN_INVITATION",
    "UNKNOWN_REQUEST",
    "UNKNOWN_CODE",
    "TOO_MANY_CODES",
    "LINK_CODE_DEAD",
    "INVITATION_EXPIRED",
    "INVITATION_REVOKED",
    "INVITATION_USED_UP",
    "NOT_FOR_YOU",
    "EMAIL_NOT_PROVEN",
    "EMAIL_DIFFERS",
    "ALREADY_USED",
    "ONE_HOLDER",
    "OWN_REQUEST",
    "UNKNOWN_BUTTON",
]


@pytest.mark.parametrize("name", ATTEMPTS)
def test_an_attempt_on_the_door_goes_on_record(name):
    assert RefusalCode[name].sentence.attempt
