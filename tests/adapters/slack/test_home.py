"""A Home as a view: whatever it holds, Slack takes it; and what comes from one."""

from __future__ import annotations

from typing import Any

import pytest

from adapters.slack import limits, parse
from adapters.slack.home import home_view, unfurled
from core.cards import Card, Home, Section, text
from core.examples import of_views
from core.views.common import button
from tests.fakes.slack.blocks import interactive
from tests.fakes.slack.validate import check_message, check_view

EVERY = [card for _, card in of_views() if card.title]


def _home(cards: int, extra: int = 0) -> Home:
    """``cards`` of three blocks each under a heading, and ``extra`` of one."""
    full = Card("Nia asks", body=(text("To join."),), buttons=(button("request.approve", "W/req-2M9C"),))
    first = Section("Studio", (full,) * cards)
    return Home((first, *(Section("", (), text("More.")) for _ in range(extra))))


@pytest.mark.parametrize("cards", [1, 33, 34, 200])
def test_as_many_cards_as_fit_are_shown_and_that_there_are_more_is_said(cards: int) -> None:
    view = home_view(_home(cards))

    check_view(view, "home")
    shown = sum(block["type"] == "actions" for block in view["blocks"])
    # A heading, three blocks for each card, and one kept free for the sentence.
    assert shown == min(cards, 32)
    assert ("There is more than fits here" in str(view["blocks"][-1])) == (cards > 32)
    assert len(view["blocks"]) <= limits.VIEW_BLOCKS


def test_every_card_can_stand_on_a_home_and_its_buttons_differ_from_each_other() -> None:
    for start in range(0, len(EVERY), 12):
        part = EVERY[start : start + 12]
        view = home_view(
            Home((Section("*" * 400, tuple(part), text("x" * 5_000)), Section("All", tuple(part))))
        )
        check_view(view, "home")
        ids = [each["action_id"] for block in view["blocks"] for each in interactive(block)]
        assert len(ids) == len(set(ids))
    check_view(home_view(Home(())), "home")


def test_every_card_can_stand_under_a_link() -> None:
    for card in EVERY:
        check_message({"blocks": unfurled(card.without_buttons(), "/usher")})


_VIEW = {"type": "home", "hash": "12.3"}


@pytest.mark.parametrize(
    ("body", "stands"),
    [
        ({"event": {"type": "app_home_opened", "tab": "home", "user": "U1", "view": _VIEW}}, "12.3"),
        ({"event": {"type": "app_home_opened", "tab": "home", "user": "U1"}}, ""),
        ({"event": {"type": "app_home_opened", "tab": "messages", "user": "U1"}}, None),
        ({"event": {"type": "app_home_opened", "tab": "home"}}, None),
        ({"event": []}, None),
        ({"type": "block_actions", "user": {"id": "U1"}, "view": _VIEW}, "12.3"),
        ({"type": "block_actions", "user": {"id": "U1"}, "view": {"type": "modal"}}, None),
        ({"type": "block_actions", "user": 3, "view": _VIEW}, None),
    ],
)
def test_who_looks_at_their_home_is_read(body: dict[str, Any], stands: str | None) -> None:
    found = parse.opened({"team_id": "T1", **body})

    assert (found and found.stands) == stands
    assert found is None or found.actor.identity.subject == "U1"


@pytest.mark.parametrize(
    ("event", "where", "urls"),
    [
        (
            {"channel": "C1", "message_ts": "1.2", "links": [{"url": "https://a/i/B"}, {"url": 3}, "no"]},
            {"channel": "C1", "ts": "1.2"},
            ["https://a/i/B"],
        ),
        (
            {"unfurl_id": "u", "source": "composer", "links": [{"url": "https://a/i/B"}]},
            {"unfurl_id": "u", "source": "composer"},
            ["https://a/i/B"],
        ),
        ({"links": 3}, {"channel": "", "ts": ""}, []),
    ],
)
def test_links_are_read(event: dict[str, Any], where: dict[str, str], urls: list[str]) -> None:
    assert parse.links({"event": event}) == (where, urls)
