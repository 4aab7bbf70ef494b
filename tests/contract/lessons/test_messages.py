"""Chat and messages: cards carry ids and no authority, words of people stay words, every click gets an answer."""

from __future__ import annotations

import asyncio
import re

import pytest

from core.models import metadata
from tests.contract.stories import ask, change, invite, link, member, start
from tests.drivers.base import DAY
from tests.drivers.web import visit
from tests.drivers.worlds import Both, Door

SUBJECT = re.compile(r"[2-9A-Z]{8}/(?:inv|req)-[0-9A-Z]{4}")


async def test_L31_a_button_carries_an_action_and_an_id_and_nothing_else(door: Door) -> None:
    await start(door)
    made = await invite(door, options="name:Spring role:Designer")
    await ask(door)

    for seen in (made, door.last("Ada")):
        for button in seen.buttons:
            assert SUBJECT.fullmatch(button.subject), button


@pytest.mark.parametrize(("words", "instead"), [("Nia", "Eve"), ("Designer", "Admin"), ("Studio", "Side")])
async def test_L31_what_a_card_says_decides_nothing(door: Door, words: str, instead: str) -> None:
    """Somebody rewrites the message; the click is about the id, read again from the record."""
    await start(door)
    await ask(door)
    card = door.last("Ada")
    door.put_back(card, words, instead)
    rewritten = door.last("Ada")
    assert instead in rewritten.text

    seen = await door.click("Ada", rewritten, "Approve")

    assert seen.title == "Approved: Nia"
    assert door.world.count("members", "name = 'Nia'") == 1
    assert door.world.count("member_roles", "role_id = 'designer'") == 1
    await door.settle()
    assert "Joined: Nia is in Studio as Designer" in [shown.title for shown in door.inbox("Ada")]


TRAP = "<!channel> @everyone [Go](https://evil.example) **now**"


async def test_L32_words_of_a_newcomer_and_an_inviter_stay_words_on_the_approvers_card(door: Door) -> None:
    await start(door)
    await change(door, "approvals_place", "here")
    door.person("Mal", shows=TRAP)
    made = await door.run("Ada", f'invite create role:Designer name:"{TRAP}" note:"{TRAP}"')
    asked = await door.run("Mal", f"join code:{made.code}")
    await door.settle()
    (card,) = door.cards()
    assert card.title == f"{TRAP} asks to join Studio"
    assert TRAP in card.text

    await door.run("Ada", f'request deny request:{asked.short_id} reason:"{TRAP}"')
    await door.settle()

    (card,) = door.cards()
    assert f"Reason: {TRAP}" in card.text
    assert f"Reason: {TRAP}" in door.last("Mal").text
    assert door.pings() == []


async def test_L33_the_first_click_after_a_restart_is_answered(door: Door) -> None:
    await start(door)
    made = await invite(door, options="name:Spring")
    await ask(door)
    card = door.last("Ada")

    for seen, label, title in (
        (made, "Extend", "Extended: Spring"),
        (made, "Revoke", "Revoked: Spring"),
        (card, "Approve", "Approved: Nia"),
        (card, "Deny", "Somebody was first"),
    ):
        await door.restart()
        assert (await door.click("Ada", seen, label)).title == title


@pytest.mark.everywhere
async def test_L33_everybody_who_presses_at_once_gets_an_answer(door: Door) -> None:
    await start(door)
    await member(door, "Bob", "Designer")
    await change(door, "approvals_place", "here")
    await ask(door)
    (card,) = door.cards()

    answers = await asyncio.gather(
        *(door.click(who, card, "Deny") for who in ("Bob", "Eve", "Nia", "Ada", "Gus"))
    )

    outside = "You are not a member of this workspace"
    bob, eve, nia, ada, gus = (seen.title for seen in answers)
    assert (bob, ada) == ("You can't do that here", "Denied: Nia")
    assert (eve, gus) == (outside, outside)
    assert nia in {outside, "Your request to join Studio still waits"}, "before Ada or after her"
    assert all(seen.private for seen in answers)


@pytest.mark.parametrize("method", ["GET", "HEAD"])
async def test_L34_opening_a_link_changes_nothing_however_often(door: Door, method: str) -> None:
    await start(door, policy="instant")
    made = await invite(door, options="uses:1")
    before = {table: door.world.count(table) for table in metadata.tables}

    for _ in range(12):
        assert (await visit(door.world, made.code, method)).status == 200
        assert (await visit(door.world, "2222-3333-4444-5555", method)).status == 404

    assert {table: door.world.count(table) for table in metadata.tables} == before
    assert "1 of 1 uses left" in (await door.run("Ada", f"invite show invite:{made.short_id}")).text
    assert (await door.run("Nia", f"join code:{made.code}")).title == "Welcome to Studio"


async def test_L34_the_page_says_who_invites_where_and_what_to_type_and_takes_no_posts(door: Door) -> None:
    await start(door)
    made = await invite(door, options="role:Designer note:Secret emails:@Nia")

    page = await visit(door.world, made.code)

    assert "Ada invites you to Studio" in page.text
    assert f"/usher join code:{made.code}" in page.text
    assert f"/join code:{made.code}" in page.text
    assert "Secret" not in page.text
    assert "Designer" not in page.text
    assert (await visit(door.world, made.code, "POST")).status == 405


async def test_L34_a_dead_link_and_a_wrong_one_look_the_same(door: Door) -> None:
    await start(door)
    revoked, expired = await invite(door), await invite(door, options="expires:1d")
    await door.click("Ada", revoked, "Revoke")
    await door.advance(DAY, jobs=False)

    pages = [
        await visit(door.world, code) for code in (revoked.code, expired.code, "2222-3333-4444-5555", "x")
    ]

    assert len(set(pages)) == 1
    assert pages[0].status == 404


@pytest.mark.parametrize("label", ["Approve", "Deny"])
async def test_L35_a_card_that_only_seems_to_have_been_changed_is_put_right_when_pressed(
    door: Door, label: str
) -> None:
    """The platform said yes to the edit and did nothing: the press on the old buttons shows it."""
    await start(door)
    asked = await ask(door)
    card = door.last("Ada")
    await door.run("Ada", f"request deny request:{asked.short_id}")
    await door.settle()
    door.put_back(card)
    assert door.last("Ada").labels == ["Approve", "Approve with less", "Deny", "Deny with a reason"]

    seen = await door.click("Ada", card, label)
    await door.settle()

    assert seen.title == "Somebody was first"
    assert door.last("Ada").title == "Denied: Nia"
    assert door.last("Ada").labels == []


async def test_L35_a_card_that_only_seems_to_have_been_changed_is_put_right_when_pressed_by_another(
    both: Both,
) -> None:
    await link(both)
    made = await invite(both.slack, options="role:Designer")
    await both.slack.run("Nia", f"join code:{made.code}")
    await both.settle()
    cards = {"slack": both.slack.last("Ada"), "discord": both.discord.last("Cleo")}
    await both.slack.click("Ada", cards["slack"], "Approve")
    await both.settle()
    both.discord.put_back(cards["discord"])

    seen = await both.discord.click("Cleo", cards["discord"], "Deny")
    await both.settle()

    assert seen.title == "Somebody was first"
    assert both.discord.last("Cleo").labels == []
