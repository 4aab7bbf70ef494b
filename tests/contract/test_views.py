"""Every card fits every platform: each view has examples, and each example passes each platform's own rules."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
import typing
import warnings

import pytest

from adapters.slack import render as slack
from adapters.web.render import Pages
from core import views
from core.cards import Card, plain_text
from core.errors import RefusalCode
from core.examples import of_refusals, of_views
from tests.fakes.discord.messages import CREATE, EDIT, REPLY, check_message
from tests.fakes.slack.validate import UPDATED_TEXT_AT_MOST
from tests.fakes.slack.validate import check_message as check_slack

with warnings.catch_warnings():
    warnings.simplefilter("ignore", DeprecationWarning)  # the library imports audioop
    from adapters.discord import letters as discord


VIEWS, REFUSALS = of_views(), of_refusals()
EVERYTHING = VIEWS + REFUSALS


def _by_name(examples: list[tuple[str, Card]]) -> list[object]:
    grouped: dict[str, list[Card]] = {}
    for name, card in examples:
        grouped.setdefault(name, []).append(card)
    return [pytest.param(cards, id=name) for name, cards in grouped.items()]


EACH = _by_name(EVERYTHING)


def _views() -> set[str]:
    """Every public function of ``core.views`` that makes a card."""
    found = set()
    for part in pkgutil.iter_modules(views.__path__, "core.views."):
        for name, function in inspect.getmembers(importlib.import_module(part.name), inspect.isfunction):
            if not name.startswith("_") and typing.get_type_hints(function).get("return") is Card:
                found.add(name)
    return found


def test_every_view_has_examples() -> None:
    assert _views() == set(views.__all__)
    assert {name for name, _ in VIEWS} == set(views.__all__)


def test_every_refusal_has_a_sentence_that_says_what_to_do() -> None:
    assert {name for name, _ in REFUSALS} == {code.name for code in RefusalCode}
    for code in RefusalCode:
        assert code.sentence.title
        assert len(code.sentence.body) > 5, code
        assert code.sentence.body.rstrip().endswith((".", "}")), code


@pytest.mark.parametrize("cards", EACH)
def test_slack_takes_it_as_a_message_an_answer_and_an_update(cards: list[Card]) -> None:
    for card in cards:
        for own in (False, True):
            shown = slack.message(card, own=own)
            check_slack(shown)
            check_slack(shown, text_at_most=UPDATED_TEXT_AT_MOST)


@pytest.mark.parametrize("cards", EACH)
def test_discord_takes_it_as_a_message_an_answer_and_an_update(cards: list[Card]) -> None:
    for card in cards:
        shown = discord.letter(card).message()
        for keys in (CREATE, EDIT, REPLY):
            check_message(shown, keys)


@pytest.mark.parametrize("cards", EACH)
def test_the_console_and_the_web_can_show_it(cards: list[Card]) -> None:
    pages = Pages()
    for card in cards:
        words = plain_text(card)
        assert card.title in words
        assert "None" not in words
        assert "<html" in pages.render(card)


@pytest.mark.parametrize("cards", EACH)
def test_a_card_says_what_happened_first_and_has_few_facts_and_buttons(cards: list[Card]) -> None:
    for card in cards:
        assert card.title.strip()
        assert len(card.fields) <= 6, [field.label for field in card.fields]
        assert len(card.buttons) <= 5
        assert all(button.label and button.subject for button in card.buttons)
