"""Joining and being let in: requests, decisions, who sees what."""

from __future__ import annotations

import pytest

from tests.contract.refusals import NOBODYS_CODE
from tests.contract.stories import ask, change, invite, member, start
from tests.drivers.base import DAY, DIRECT, HOUR
from tests.drivers.worlds import Door


async def test_the_typed_twins_do_what_the_buttons_do_and_carry_a_reason(door: Door) -> None:
    await start(door)
    for who, verb, outcome in (("Nia", "approve", "Approved"), ("Eve", "deny", "Denied")):
        asked = await ask(door, who)
        decided = await door.run("Ada", f'request {verb} request:{asked.short_id} reason:"As we said"')
        assert decided.title == f"{outcome}: {who}"
        await door.settle()
        told = door.last(who)
        assert told.title.startswith(outcome)
        assert "Decided by: Ada" in told.text
        assert "Reason: As we said" in told.text
        card = next(seen for seen in door.inbox("Ada") if asked.short_id in seen.text)
        assert card.labels == []
        assert "Reason: As we said" in card.text


async def test_every_approver_gets_one_card_and_every_copy_shows_the_outcome(door: Door) -> None:
    await start(door)
    await member(door, "Bob", "Admin")
    await member(door, "Cleo", "Designer")
    await ask(door)

    card = door.last("Bob")
    assert card.title == door.last("Ada").title == "Nia asks to join Studio"
    assert all(seen.title != card.title for seen in door.inbox("Cleo"))
    await door.click("Bob", card, "Approve")
    await door.settle()

    for who in ("Ada", "Bob"):
        shown = next(seen for seen in door.inbox(who) if "Nia" in seen.title)
        assert shown.title == "Joined: Nia is in Studio as Designer"
        assert "by Bob" in shown.text
        assert shown.labels == []


async def test_the_loser_is_told_who_was_first_and_when(door: Door) -> None:
    await start(door)
    await member(door, "Bob", "Admin")
    await ask(door)
    cards = {who: door.last(who) for who in ("Ada", "Bob")}
    await door.click("Bob", cards["Bob"], "Deny")

    late = await door.click("Ada", cards["Ada"], "Approve")

    assert late.private
    assert late.title == "Somebody was first"
    assert "Denied by Bob on 2 February 2026 02:40 UTC. Your click changed nothing." in late.text
    assert (await door.run("Nia", "me")).title.startswith("Denied")


async def test_a_newcomer_who_asks_again_hears_that_they_wait_and_makes_no_second_card(door: Door) -> None:
    await start(door)
    asked = await ask(door)
    other = await invite(door, options="role:Commenter")
    await door.settle()

    again = await door.run("Nia", f"join code:{other.code}")
    await door.settle()

    assert again.title == "You already asked to join Studio"
    assert asked.short_id in again.text
    assert len(door.inbox("Ada")) == 1
    waiting = await door.run("Nia", "me")
    assert asked.short_id in waiting.text


async def test_a_request_holds_a_use_and_gives_it_back_when_it_comes_to_nothing(door: Door) -> None:
    await start(door)
    made = await invite(door, options="uses:1")
    asked = await door.run("Nia", f"join code:{made.code}")
    assert (await door.run("Bob", f"join code:{made.code}")).title == "This invitation is used up"

    await door.run("Ada", f"request deny request:{asked.short_id}")
    assert (await door.run("Bob", f"join code:{made.code}")).title == "You asked to join Studio"
    await door.advance(3 * DAY)
    assert (await door.run("Cleo", f"join code:{made.code}")).title == "You asked to join Studio"


async def test_a_request_ends_after_three_days_and_everybody_is_told(door: Door) -> None:
    await start(door)
    await ask(door)
    await door.advance(3 * DAY - 1)
    card, *reminders = door.inbox("Ada")
    assert card.labels == ["Approve", "Approve with less", "Deny", "Deny with a reason"]
    assert {seen.title for seen in reminders} == {"Still waiting: Nia asks to join Studio"}

    await door.advance(1)

    card = door.inbox("Ada")[0]
    assert card.title == "Expired: Nia"
    assert card.labels == []
    assert "nobody answered by 5 February 2026 02:40 UTC" in card.text
    (told,) = door.inbox("Nia")
    assert told.title == "Expired: your request to join Studio"
    assert "the same code" in told.text
    assert (await ask(door)).title == "You asked to join Studio"


async def test_under_the_instant_policy_a_good_code_is_enough(door: Door) -> None:
    await start(door, policy="instant")
    made = await invite(door, options="name:Spring role:Designer")

    seen = await door.run("Nia", f"join code:{made.code}")
    await door.settle()

    assert seen.title == "Welcome to Studio"
    assert "Role: Designer" in seen.text
    (told,) = door.inbox("Ada")
    assert told.title == "Nia joined Studio"
    assert "Through: Spring" in told.text


async def test_newcomers_get_the_default_role_of_the_moment_they_join(door: Door) -> None:
    await start(door, policy="instant")
    made = await invite(door)
    assert "Role: Commenter" in made.text
    await change(door, "default_role", '"content editor"')

    assert "Role: Content Editor" in (await door.run("Nia", f"join code:{made.code}")).text


async def test_joining_works_in_direct_messages_and_other_places_because_the_code_says_where(
    door: Door,
) -> None:
    await start(door, policy="instant")
    door.channel("side")
    await door.run("Ada", "workspace create name:Side", "side")
    made = await invite(door)

    assert (await door.run("Nia", f"join code:{made.code}", DIRECT)).title == "Welcome to Studio"
    seen = await door.run("Bob", f"join code:{made.code}", "side")
    assert seen.title == "Welcome to Studio"
    assert "The code belongs to Studio, not to the workspace of this place." in seen.text


async def test_after_ten_wrong_codes_a_person_waits_until_the_hour_is_over_and_others_do_not(
    door: Door,
) -> None:
    await start(door, policy="instant")
    made = await invite(door)
    for number in range(10):
        seen = await door.run("Nia", f"join code:{NOBODYS_CODE[:-1]}{number % 8 + 2}")
        assert seen.title == "That code opens nothing"

    stopped = await door.run("Nia", f"join code:{made.code}")
    assert stopped.title == "Too many wrong codes"
    assert "2 February 2026 03:40 UTC" in stopped.text
    assert (await door.run("Nia", f"join code:{made.code}", DIRECT)).title == "Too many wrong codes"
    assert (await door.run("Bob", f"join code:{made.code}")).title == "Welcome to Studio"
    assert len(door.audit("refused")) == 12

    await door.restart()
    await door.advance(HOUR - 1, jobs=False)
    assert (await door.run("Nia", f"join code:{made.code}")).title == "Too many wrong codes"
    await door.advance(1, jobs=False)
    assert (await door.run("Nia", f"join code:{made.code}")).title == "Welcome to Studio"


async def test_nine_wrong_codes_are_forgiven(door: Door) -> None:
    await start(door, policy="instant")
    made = await invite(door)
    for _ in range(9):
        await door.run("Nia", f"join code:{NOBODYS_CODE}")

    assert (await door.run("Nia", f"join code:{made.code}")).title == "Welcome to Studio"


async def test_guessing_link_codes_counts_like_guessing_invite_codes(door: Door) -> None:
    await start(door)
    door.channel("side")
    for _ in range(5):
        await door.run("Ada", "workspace link code:2222-3333 here:on", "side")
        await door.run("Ada", f"join code:{NOBODYS_CODE}")

    made = await door.run("Ada", "workspace link")
    stopped = await door.run("Ada", f"workspace link code:{made.link_code} here:on", "side")
    assert stopped.title == "Too many wrong codes"


@pytest.mark.parametrize("how", ["click", "type"])
async def test_a_newcomer_takes_their_request_back_and_the_approvers_see_it(door: Door, how: str) -> None:
    await start(door)
    asked = await ask(door)
    card = door.last("Ada")
    assert asked.labels == ["Withdraw"]

    if how == "click":
        seen = await door.click("Nia", asked, "Withdraw")
    else:
        seen = await door.run("Nia", f"request cancel request:{asked.short_id}", DIRECT)
    await door.settle()

    assert seen.title == "Withdrawn: your request to join Studio"
    assert door.last("Ada").title == "Withdrawn: Nia"
    assert door.last("Ada").labels == []
    assert door.inbox("Nia") == []
    assert (await door.click("Ada", card, "Approve")).title == "Somebody was first"
    assert (await ask(door)).title == "You asked to join Studio"
