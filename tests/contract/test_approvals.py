"""Policies through every door: two who have to agree, who is asked when, who is reminded, and what stays as it was."""

from __future__ import annotations

import pytest

from tests.contract.stories import ask, assign, change, invite, link, member, start
from tests.drivers.base import DAY, HOUR, MINUTE, Seen, Trouble
from tests.drivers.slack import SlackDriver
from tests.drivers.worlds import Both, Door

TWO = '"join: 2 of request:approve"'
QUESTION = "Nia asks to join Studio"


def _cards(door: Door, who: str, title: str = QUESTION) -> list[Seen]:
    return [seen for seen in door.inbox(who) if seen.title == title]


async def test_two_admins_have_to_agree_and_the_card_says_how_far_it_is(door: Door) -> None:
    await start(door)
    await member(door, "Bob", "Admin")
    changed = await change(door, "approvals", TWO)
    assert "Requests to join: Approved by two of those who may approve requests." in changed.text
    asked = await ask(door)
    assert "Who can approve: two of those who may approve requests" in asked.text
    (card,) = _cards(door, "Bob")
    assert "0 of 2 approvals." in card.text

    first = await door.click("Bob", card, "Approve")
    await door.settle()

    assert first.title == "You said yes: Nia's request waits for more answers"
    assert "Who can approve: Ada" in first.text
    for who in ("Ada", "Bob"):
        (card,) = _cards(door, who)
        assert "1 of 2 approvals · Bob said yes." in card.text
        assert card.labels == ["Approve", "Approve with less", "Deny", "Deny with a reason"]
    assert (await door.click("Bob", _cards(door, "Bob")[0], "Approve")).title == "You said yes already"

    decided = await door.run("Ada", f"request approve request:{asked.short_id}")
    await door.settle()

    assert decided.title == "Approved: Nia"
    for who in ("Ada", "Bob"):
        (card,) = _cards(door, who, "Joined: Nia is in Studio as Designer")
        assert "by Bob and Ada" in card.text
        assert card.labels == []
    assert "Decided by: Bob and Ada" in door.last("Nia").text


async def test_two_on_two_platforms_let_somebody_in_together(both: Both) -> None:
    await link(both)
    await change(both.slack, "approvals", TWO)
    made = await invite(both.slack, options="role:Designer")
    asked = await both.discord.run("Nia", f"join code:{made.code}")
    assert asked.title == "You asked to join Studio"
    await both.settle()

    first = await both.discord.click("Cleo", both.discord.last("Cleo"), "Approve")
    await both.settle()

    assert first.title == "You said yes: Nia's request waits for more answers"
    assert "1 of 2 approvals · Cleo said yes." in both.slack.last("Ada").text
    assert "1 of 2 approvals · Cleo said yes." in both.discord.last("Cleo").text
    second = await both.slack.click("Ada", both.slack.last("Ada"), "Approve")
    await both.settle()

    assert second.title == "Approved: Nia"
    assert both.discord.last("Cleo").title == "Joined: Nia is in Studio as Designer"
    assert "by Cleo and Ada" in both.discord.last("Cleo").text
    assert both.discord.last("Cleo").labels == []
    assert both.discord.last("Nia").title == "Approved: welcome to Studio"


async def test_who_was_demoted_after_their_answer_counts_no_more(door: Door) -> None:
    await start(door)
    await member(door, "Bob", "Admin")
    await member(door, "Cleo", "Admin")
    await change(door, "approvals", TWO)
    await ask(door)
    await door.click("Bob", _cards(door, "Bob")[0], "Approve")
    await assign(door, "Bob", "Commenter")
    await door.settle()
    assert "0 of 2 approvals." in _cards(door, "Ada")[0].text

    one = await door.click("Cleo", _cards(door, "Cleo")[0], "Approve")
    late = await door.click("Bob", _cards(door, "Bob")[0], "Approve")
    two = await door.click("Ada", _cards(door, "Ada")[0], "Approve")

    assert "1 of 2 approvals · Cleo said yes." in one.text
    assert late.title == "You can't do that here"
    assert two.title == "Approved: Nia"


async def test_approvers_are_reminded_once_at_each_time_and_those_who_answered_are_not(door: Door) -> None:
    await start(door)
    await member(door, "Bob", "Admin")
    await change(door, "approvals", TWO)
    await ask(door)
    await door.click("Bob", _cards(door, "Bob")[0], "Approve")
    await door.advance(4 * HOUR)
    await door.restart()
    await door.advance(HOUR)

    (waits,) = _cards(door, "Ada", f"Still waiting: {QUESTION}")
    assert "1 of 2 approvals · Bob said yes." in waits.text
    assert waits.labels == []
    assert waits.under == QUESTION
    assert _cards(door, "Bob", f"Still waiting: {QUESTION}") == []
    await door.advance(7 * HOUR)
    assert len(_cards(door, "Ada", f"Still waiting: {QUESTION}")) == 2


async def test_in_the_place_for_approvals_one_reminder_stands_under_the_card_and_calls_nobody(
    door: Door,
) -> None:
    await start(door)
    await member(door, "Bob", "Admin")
    await change(door, "approvals_place", "here")
    await ask(door)
    await door.advance(4 * HOUR)
    await door.restart()
    await door.advance(HOUR)

    card, waits = door.cards()
    assert (card.title, waits.title, waits.under) == (QUESTION, f"Still waiting: {QUESTION}", QUESTION)
    assert not [seen for who in ("Ada", "Bob") for seen in door.inbox(who) if seen.title.startswith("Still")]
    assert door.pings() == []

    await door.click("Bob", card, "Approve")
    await door.advance(DAY)
    joined, _, *ended = door.cards()
    # In Discord a reply is one more message in the channel: the card itself has to do.
    assert [(seen.title, seen.under) for seen in ended] == [(joined.title, joined.title)] * (
        door.driver.name != "discord"
    )


async def test_the_story_of_a_request_stands_under_its_card_once_and_aloud_to_nobody(door: Door) -> None:
    await start(door)
    for who in ("Bob", "Cleo"):
        await member(door, who, "Admin")
    await change(door, "approvals_place", "here")
    await change(door, "approvals", '"join: 2 of role:Admin; life 3d; escalate 1d to role:Owner"')
    before = len(door.cards())
    await ask(door)
    card = door.cards()[before]
    assert card.title == QUESTION
    private = {who: len(door.inbox(who)) for who in ("Bob", "Cleo")}

    await door.click("Bob", card, "Approve")
    await door.settle()
    await door.restart()
    await door.advance(DAY + HOUR)
    await door.advance(HOUR)
    await door.click("Cleo", card, "Approve")
    await door.settle()

    told = [seen for seen in door.cards()[before + 1 :] if not seen.title.startswith("Still waiting")]
    titles = [seen.title for seen in told]
    joined = door.cards()[before].title
    assert joined.startswith("Joined: Nia")
    if door.driver.name == "discord":
        assert titles == []
    else:
        assert titles == ["Bob said yes", "Nobody has decided so far: others are asked now", joined]
        assert {seen.under for seen in told} == {joined}
        assert "1 of 2 approvals" in told[0].text
    assert {who: len(door.inbox(who)) for who in private} == private
    if isinstance(door.driver, SlackDriver):
        sent = [entry.data["args"] for entry in door.driver.fake.calls("chat.postMessage")]
        quiet = [each for each in sent if each["text"].startswith(("Bob said", "Nobody"))]
        assert [each.get("reply_broadcast") in (False, "0", "false", 0) for each in quiet] == [True, True]
    assert door.pings() == []


@pytest.mark.parametrize("trouble", ["lost", "unavailable", "forbidden"])
async def test_a_reminder_that_was_hard_to_send_is_read_once(door: Door, trouble: Trouble) -> None:
    await start(door)
    await ask(door)
    door.fail_next(trouble)
    await door.advance(4 * HOUR)
    await door.advance(2 * MINUTE)

    (waits,) = [seen for seen in door.inbox("Ada") if QUESTION in seen.title and seen.title != QUESTION]
    # Where a reply is not allowed it stands by itself, with all that the card says.
    by_itself = trouble == "forbidden"
    assert waits.under == ("" if by_itself else QUESTION)
    assert waits.title == f"{'Still waits for you' if by_itself else 'Still waiting'}: {QUESTION}"


async def test_a_reminder_whose_card_was_deleted_is_sent_all_the_same(door: Door) -> None:
    await start(door)
    await ask(door)
    door.remove(door.inbox("Ada")[-1])
    await door.advance(4 * HOUR)

    assert [seen.title for seen in door.inbox("Ada")][-1:] == [f"Still waiting: {QUESTION}"]


async def test_a_request_that_is_decided_before_its_reminder_is_sent_needs_none(door: Door) -> None:
    await start(door)
    asked = await ask(door)
    await door.advance(4 * HOUR, jobs=False)
    await door.run("Ada", f"request deny request:{asked.short_id}")
    await door.advance(DAY)

    assert not [seen for seen in door.inbox("Ada") if seen.title.startswith("Still")]


async def test_it_escalates_to_those_whom_the_policy_names(door: Door) -> None:
    await start(door)
    await member(door, "Bob", "Admin")
    await change(door, "approvals", '"join: 1 of role:Owner; remind off; escalate 1d to role:Admin"')
    asked = await ask(door)
    early = await door.run("Bob", f"request approve request:{asked.short_id}")
    assert early.title == "This request is for others to answer"
    assert _cards(door, "Bob") == []
    await door.advance(DAY)

    (card,) = _cards(door, "Bob")
    assert (await door.click("Bob", card, "Approve")).title == "Approved: Nia"


async def test_a_changed_policy_leaves_what_is_open_as_it_was(door: Door) -> None:
    await start(door)
    await member(door, "Bob", "Admin")
    await ask(door)
    changed = await change(door, "approvals", TWO)
    assert "keep the policy under which they were made" in changed.text

    assert (await door.click("Bob", _cards(door, "Bob")[0], "Approve")).title == "Approved: Nia"
