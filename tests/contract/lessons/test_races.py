"""Races: one outcome, one winner, and the losers know who it was."""

from __future__ import annotations

import asyncio

import pytest

import core.join_requests
from tests.contract.conftest import Logged
from tests.contract.stories import admit, ask, change, invite, link, member, start
from tests.drivers.base import DAY
from tests.drivers.databases import KINDS
from tests.drivers.worlds import Both, Door


@pytest.mark.everywhere
async def test_L07_two_approvers_together_make_one_member_and_one_message(door: Door) -> None:
    await start(door)
    await member(door, "Bob", "Admin")
    await ask(door)
    cards = {who: door.last(who) for who in ("Ada", "Bob")}

    answers = await asyncio.gather(*(door.click(who, card, "Approve") for who, card in cards.items()))
    await door.settle()

    assert sorted(seen.title for seen in answers) == ["Approved: Nia", "Somebody was first"]
    assert door.world.count("members", "name = 'Nia'") == 1
    assert door.world.count("member_roles", "role_id = 'designer'") == 1
    assert len(door.audit("request.approved")) == 2  # Bob's own, and this one
    assert len(door.inbox("Nia")) == 1


@pytest.mark.everywhere
async def test_L08_approve_against_deny_has_one_outcome_and_the_loser_learns_who_was_first(
    door: Door,
) -> None:
    await start(door)
    await member(door, "Bob", "Admin")
    for who in ("Nia", "Eve", "Cleo"):
        await ask(door, who)
        cards = {approver: door.last(approver) for approver in ("Ada", "Bob")}
        yes, no = await asyncio.gather(
            door.click("Ada", cards["Ada"], "Approve"), door.click("Bob", cards["Bob"], "Deny")
        )
        await door.settle()

        approved = yes.title == f"Approved: {who}"
        loser, words = (no, "Approved by Ada") if approved else (yes, "Denied by Bob")
        assert loser.title == "Somebody was first"
        assert words in loser.text
        assert door.world.count("members", f"name = '{who}'") == approved
        assert door.last(who).title.startswith("Approved" if approved else "Denied")
        outcome = f"Joined: {who}" if approved else f"Denied: {who}"
        for approver in ("Ada", "Bob"):
            assert any(seen.title.startswith(outcome) for seen in door.inbox(approver))


async def test_L08_approvers_on_two_platforms_race_and_one_wins(both: Both) -> None:
    await link(both)
    for who in ("Nia", "Eve"):
        made = await invite(both.slack, options="role:Designer")
        await both.discord.run(who, f"join code:{made.code}")
        await both.settle()
        yes, no = await asyncio.gather(
            both.slack.click("Ada", both.slack.last("Ada"), "Approve"),
            both.discord.click("Cleo", both.discord.last("Cleo"), "Deny"),
        )
        await both.settle()

        assert [yes.title, no.title].count("Somebody was first") == 1
        assert both.world.count("members", f"name = '{who}'") == (yes.title != "Somebody was first")


async def test_L08_two_hundred_races_across_two_platforms_have_one_outcome_each(both: Both) -> None:
    """Half of them on each database."""
    await link(both)
    made = await invite(both.slack, options="role:Designer")
    approved = 0
    for number in range(200 // len(KINDS)):
        who = f"N{chr(97 + number // 26)}{chr(97 + number % 26)}"
        asker = both.discord if number % 2 else both.slack
        asker.person(who)
        await asker.run(who, f"join code:{made.code}")
        await both.settle()
        cards = (both.slack.last("Ada"), both.discord.last("Cleo"))
        clicks = [both.slack.click("Ada", cards[0], "Approve"), both.discord.click("Cleo", cards[1], "Deny")]
        answers = await asyncio.gather(*(clicks if number % 4 < 2 else reversed(clicks)))
        yes, no = answers if number % 4 < 2 else reversed(answers)
        await both.settle()

        won = yes.title == f"Approved: {who}"
        loser, words = (no, "Approved by Ada") if won else (yes, "Denied by Cleo")
        assert loser.title == "Somebody was first"
        assert words in loser.text
        assert both.world.count("members", f"name = '{who}'") == won
        assert len(asker.inbox(who)) == 1
        approved += won
        # Every copy shows the outcome, and none has a button left.
        outcome = f"Joined: {who}" if won else f"Denied: {who}"
        for reader, seen in ((both.slack, "Ada"), (both.discord, "Cleo")):
            [copy] = [card for card in reader.inbox(seen, 6) if card.title.startswith(outcome)]
            assert not copy.buttons
    assert both.world.count("members", "name LIKE 'N__'") == approved


@pytest.mark.everywhere
async def test_L09_a_fault_in_the_middle_of_approving_leaves_the_request_as_it_was(
    door: Door, logged: Logged, monkeypatch: pytest.MonkeyPatch
) -> None:
    logged.expect("fault")
    await start(door)
    await ask(door)

    def fail(*_: object) -> None:
        raise RuntimeError("the effect failed")

    with monkeypatch.context() as broken:
        broken.setattr(core.join_requests, "admit", fail)
        seen = await door.click("Ada", door.last("Ada"), "Approve")
    assert seen.private
    assert seen.title.startswith("Something broke on our side (ref ")
    await door.settle()
    assert door.last("Ada").labels == ["Approve", "Approve with less", "Deny", "Deny with a reason"]
    assert door.inbox("Nia") == []
    assert door.audit("request.approved") == []

    assert (await door.click("Ada", door.last("Ada"), "Approve")).title == "Approved: Nia"


async def test_L09_a_decision_whose_message_fails_stands_and_the_failure_is_seen_and_retried(
    door: Door,
) -> None:
    await start(door)
    await ask(door)
    door.fail_next("unavailable", times=3)

    await door.click("Ada", door.last("Ada"), "Approve")
    await door.settle()
    assert door.inbox("Nia") == []
    assert "Role: Designer" in (await door.run("Nia", "me")).text

    for _ in range(4):
        await door.advance(600)
    assert [seen.title for seen in door.inbox("Nia")] == ["Approved: welcome to Studio"]


@pytest.mark.everywhere
@pytest.mark.parametrize("policy", ["instant", "approval"])
async def test_L10_a_code_for_two_lets_two_of_six_in(door: Door, policy: str) -> None:
    await start(door, policy="instant" if policy == "instant" else "")
    made = await invite(door, options="uses:2")
    people = ("Bob", "Cleo", "Eve", "Gus", "Nia", "Zoe")
    door.person("Zoe")

    answers = await asyncio.gather(*(door.run(who, f"join code:{made.code}") for who in people))

    titles = sorted(seen.title for seen in answers)
    assert titles.count("This invitation is used up") == 4, titles
    assert door.world.count("invitation_uses") == 2
    assert door.world.count("members" if policy == "instant" else "requests") == (
        3 if policy == "instant" else 2
    )


@pytest.mark.everywhere
async def test_L10_one_person_in_a_hurry_uses_a_code_once(door: Door) -> None:
    await start(door, policy="instant")
    made = await invite(door, options="uses:3")

    answers = await asyncio.gather(*(door.run("Nia", f"join code:{made.code}") for _ in range(5)))

    titles = sorted(seen.title for seen in answers)
    assert titles == ["Welcome to Studio", *["You are already in Studio"] * 4]
    assert door.world.count("members", "name = 'Nia'") == 1
    assert "2 of 3 uses left" in (await door.run("Ada", f"invite show invite:{made.short_id}")).text


@pytest.mark.everywhere
async def test_L10_a_use_that_is_given_back_is_given_back_once(door: Door) -> None:
    await start(door)
    made = await invite(door, options="uses:1")
    asked = await door.run("Nia", f"join code:{made.code}")
    await door.advance(3 * DAY)
    await door.advance(DAY)
    for verb in ("deny", "approve"):
        await door.run("Ada", f"request {verb} request:{asked.short_id}")

    assert "1 of 1 uses left" in (await door.run("Ada", f"invite show invite:{made.short_id}")).text


@pytest.mark.everywhere
async def test_L12_no_door_makes_a_second_owner(door: Door) -> None:
    await start(door, policy="instant")
    for line in (
        "invite create role:Owner",
        "invite create role:owner emails:@Nia",
        "invite create role:Designer,Owner",
        "workspace set setting:default_role value:Owner",
    ):
        seen = await door.run("Ada", line)
        assert seen.title == "Exactly one member is Owner", line

    assert door.world.count("member_roles", "role_id = 'owner'") == 1
    assert door.world.count("invitations") == 0


async def test_L12_the_only_owner_stays_owner_whatever_code_they_use(door: Door) -> None:
    await start(door, policy="instant")
    made = await invite(door, options="role:Commenter")

    seen = await door.run("Ada", f"join code:{made.code}")

    assert seen.title == "You are already in Studio"
    assert "Role: Owner" in (await door.run("Ada", "me")).text
    assert "no limit, 0 uses so far" in (await door.run("Ada", f"invite show invite:{made.short_id}")).text


async def test_L12_approving_a_request_changes_no_role_of_a_member(door: Door) -> None:
    """Nia became Admin by another way while her request for less was waiting."""
    await start(door)
    asked = await ask(door, options="role:Commenter")
    admit(door, "Nia", "admin")
    await change(door, "join_policy", "instant")

    await door.run("Ada", f"request approve request:{asked.short_id}")

    assert door.world.count("members", "name = 'Nia'") == 1
    assert "Role: Admin" in (await door.run("Nia", "me")).text
