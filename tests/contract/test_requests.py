"""Asking for a role, for access and for more time, through every door: asked, answered by several, taken back, too late."""

from __future__ import annotations

from tests.contract.stories import assign, change, link, member, start, vanish
from tests.drivers.base import DAY, HOUR, Seen
from tests.drivers.worlds import Both, Door

TWO = '"role: 2 of request:approve; reason on deny"'


def _cards(door: Door, who: str, title: str) -> list[Seen]:
    return [seen for seen in door.inbox(who) if seen.title == title]


async def _site(door: Door) -> None:
    """Studio with Ada, Cleo (an Admin), Bob (a Content Editor), and a folder that nobody was given."""
    await start(door)
    await member(door, "Cleo", "Admin")
    await member(door, "Bob", "Content Editor")
    made = await door.run("Ada", "resource create kind:folder name:Site")
    assert made.title.endswith("Site"), made.text


async def test_a_role_is_asked_for_answered_by_two_and_held_from_then_on(door: Door) -> None:
    await _site(door)
    await change(door, "approvals", TWO)
    asked = await door.run("Bob", 'request role role:Designer reason:"I design the spring campaign"')
    await door.settle()

    assert asked.private
    assert asked.title == "You asked for Designer"
    assert "Who can approve: two of those who may approve requests" in asked.text
    again = await door.run("Bob", "request role role:designer")
    assert again.title == "You asked for that already"
    assert asked.short_id in again.text
    assert f"{asked.short_id} your own request for Designer" in (await door.run("Bob", "me")).text
    (card,) = _cards(door, "Cleo", "Bob asks for Designer")
    assert "Has now: Content Editor" in card.text
    assert "Why: I design the spring campaign" in card.text
    assert "0 of 2 approvals." in card.text
    no = await door.click("Cleo", card, "Deny")
    assert no.title == "Deny with a reason"  # the policy wants one, so it is asked for

    first = await door.click("Cleo", card, "Approve")
    await door.settle()
    assert "1 of 2 approvals · Cleo said yes." in first.text
    assert "1 of 2 approvals · Cleo said yes." in _cards(door, "Ada", "Bob asks for Designer")[0].text
    assert (await door.run("Bob", "can permission:project:create")).title.startswith("No:")
    second = await door.run("Ada", f"request approve request:{asked.short_id}")
    await door.settle()

    assert second.title == "Approved: Bob's request for Designer"
    outcome = door.last("Bob")
    assert outcome.title == "Approved: your request for Designer"
    assert "Decided by: Cleo and Ada" in outcome.text
    for who in ("Ada", "Cleo"):
        (card,) = _cards(door, who, "Approved: Bob's request for Designer")
        assert card.labels == []
    assert (await door.run("Bob", "can permission:project:create")).title.startswith("Yes:")
    assert asked.short_id not in (await door.run("Bob", "me")).text
    assert (
        f"request {asked.short_id} approved by Ada" in (await door.run("Ada", "member show member:@Bob")).text
    )


async def test_access_is_asked_for_with_a_button_refused_taken_back_let_expire_given_and_lengthened(
    door: Door,
) -> None:
    await _site(door)
    offered = await door.run("Bob", "why permission:content:edit resource:Site")
    asked = await door.click("Bob", offered, "Ask")
    assert asked.title == "You asked for edit on Site"
    await door.settle()
    (card,) = _cards(door, "Cleo", "Bob asks for edit on Site")
    denied = await door.run("Cleo", f'request deny request:{asked.short_id} reason:"not this week"')
    await door.settle()
    assert denied.title == "Denied: Bob's request for edit on Site"
    assert "not this week" in door.last("Bob").text
    assert (await door.click("Cleo", card, "Approve")).title == "Somebody was first"

    second = await door.run("Bob", "request access resource:Site level:edit for:8h")
    await door.settle()
    (waiting,) = _cards(door, "Cleo", "Bob asks for edit on Site")
    assert (await door.click("Bob", second, "Withdraw")).title == "Withdrawn: your request for edit on Site"
    await door.settle()
    assert (await door.click("Cleo", waiting, "Approve")).title == "Somebody was first"

    third = await door.run("Bob", "request access resource:Site level:edit for:8h")
    await door.advance(3 * DAY - 1, jobs=False)
    assert third.short_id in (await door.run("Cleo", "request list")).text
    await door.advance(1, jobs=False)
    late = await door.run("Cleo", f"request approve request:{third.short_id}")
    assert late.title == "That request has expired"
    await door.advance(1)
    assert door.last("Bob").title == "Expired: your request for edit on Site"

    fourth = await door.run("Bob", "request access resource:Site level:edit for:8h")
    await door.run("Cleo", f"request approve request:{fourth.short_id}")
    assert (await door.run("Bob", "can permission:content:edit resource:Site")).title.startswith("Yes:")
    await door.advance(7 * HOUR, jobs=False)
    longer = await door.run("Bob", "request access resource:Site level:edit")
    assert longer.title == "You asked to keep edit on Site longer"
    await door.settle()
    (card,) = _cards(door, "Ada", "Bob asks to keep edit on Site longer")
    assert (await door.click("Ada", card, "Approve")).title.startswith("Approved: Bob's request to keep")
    await door.advance(9 * HOUR - 1, jobs=False)
    assert (await door.run("Bob", "can permission:content:edit resource:Site")).title.startswith("Yes:")
    await door.advance(1, jobs=False)
    assert (await door.run("Bob", "can permission:content:edit resource:Site")).title.startswith("No:")


async def test_L26_L27_L28_whoever_may_not_answer_now_answers_none_of_them(door: Door) -> None:
    """Somebody who was an approver when the card came, somebody who never was, a stranger, and whoever asked."""
    await _site(door)
    await member(door, "Nia", "Commenter")
    await change(door, "approvals_place", "here")
    await door.run("Ada", "role assign member:@Bob role:Designer for:2d")
    for line in (
        "request role role:Admin",
        "request access resource:Site level:edit",
        "request role role:Designer",
    ):
        assert (await door.run("Bob", line)).title.startswith("You asked"), line
    await door.settle()
    titles = ("Bob asks for Admin", "Bob asks for edit on Site", "Bob asks to keep Designer longer")
    cards = [next(seen for seen in door.cards() if seen.title == title) for title in titles]
    await assign(door, "Cleo", "Designer")
    await door.run("Ada", "role assign member:@Bob role:Admin for:1d")
    before = len(door.audit("refused"))

    for card in cards:
        for who, title in (
            ("Cleo", "You can't do that here"),
            ("Nia", "You can't do that here"),
            ("Eve", "You are not a member of this workspace"),
            ("Bob", "You can't decide your own request"),
        ):
            for label in ("Approve", "Deny"):
                refused = await door.click(who, card, label)
                assert refused.title == title, (who, card.title, refused.text)
    assert len(door.audit("refused")) == before + 24
    assert door.world.count("requests", "status = 'pending' AND kind <> 'join'") == 3
    vanish(door, "Cleo")
    assert (await door.click("Cleo", cards[0], "Approve")).title == "You are not a member of this workspace"


async def test_nobody_to_ask_is_said_at_once_and_what_nobody_answers_goes_to_others(door: Door) -> None:
    """L37; and the escalation that a policy names."""
    await _site(door)
    await change(door, "approvals", '"role: 1 of role:Owner; escalate 1d to role:Admin"')
    await change(door, "approvals", '"access: 1 of role:Designer"')
    nobody = await door.run("Bob", "request access resource:Site level:edit")
    assert nobody.title == "Nobody here could say yes to that"
    assert "It takes one Designer, and there are not enough members who could." in nobody.text

    await door.run("Bob", "request role role:Designer")
    await door.settle()
    assert _cards(door, "Ada", "Bob asks for Designer")
    assert not _cards(door, "Cleo", "Bob asks for Designer")
    await door.advance(DAY)
    (card,) = _cards(door, "Cleo", "Bob asks for Designer")
    assert (await door.click("Cleo", card, "Approve")).title == "Approved: Bob's request for Designer"


async def test_asked_on_one_platform_answered_on_the_other_and_not_asked_again_with_another_account(
    both: Both,
) -> None:
    await link(both)
    await member(both.slack, "Bob", "Commenter")
    who = "SELECT workspace_id, member_id FROM members WHERE name = 'Bob'"
    nia = "SELECT subject FROM requests WHERE name = 'Nia'"
    made = await both.slack.run("Ada", "invite create")
    await both.discord.run("Nia", f"join code:{made.code}")
    both.world.alter(
        "INSERT INTO identities (workspace_id, platform, realm, subject, member_id) "
        f"SELECT workspace_id, 'discord', '', ({nia}), member_id FROM ({who}) AS bob"
    )

    asked = await both.slack.run("Bob", "request role role:Designer")
    again = await both.discord.run("Nia", "request role role:Designer")
    await both.settle()

    assert again.title == "You asked for that already"
    assert asked.short_id in again.text
    card = next(seen for seen in both.discord.inbox("Cleo") if seen.title == "Bob asks for Designer")
    decided = await both.discord.click("Cleo", card, "Approve")
    await both.settle()
    assert decided.title == "Approved: Bob's request for Designer"
    assert both.slack.last("Bob").title == "Approved: your request for Designer"
    assert any(
        seen.title == "Approved: Bob's request for Designer" and "by Cleo" in seen.text
        for seen in both.slack.inbox("Ada")
    )
