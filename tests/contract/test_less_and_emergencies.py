"""Less than was asked for, and what is taken in an emergency, through every door."""

from __future__ import annotations

from tests.contract.refusals.emergencies import TAKE, burning
from tests.contract.stories import ask, assign, change, member, start
from tests.drivers.base import HOUR, MINUTE, Seen
from tests.drivers.worlds import Door


def _card(door: Door, who: str, title: str) -> Seen:
    return [seen for seen in door.inbox(who) if seen.title == title][-1]


async def test_an_approver_gives_a_lower_role_with_a_drop_down_and_everybody_sees_which(door: Door) -> None:
    await start(door)
    await member(door, "Bob", "Admin")
    await change(door, "approvals", '"join: 2 of request:approve"')
    asked = await ask(door, options="role:Admin")

    door.no_forms()
    offered = await door.click("Bob", door.last("Bob"), "Approve with less")
    assert offered.private
    assert offered.title == "Approve Nia's request with less"
    assert offered.labels == []
    assert offered.menus == {
        "Instead of Admin": ["Designer", "Content Editor", "Commenter", "Admin, as asked"]
    }
    chosen = await door.choose("Bob", offered, "Instead of Admin", "Designer")
    assert "Role: Designer (asked: Admin)" in chosen.text
    assert chosen.labels == ["Confirm", "Cancel"]
    # Another's card is nobody else's, and a forged choice chooses nothing.
    button = chosen.button("Confirm")
    assert (await door.press("Ada", button.action, button.subject)).title == "That button does nothing here"
    assert (await door.press("Eve", button.action, button.subject)).title.startswith("You are not a member")
    counted = await door.click("Bob", chosen, "Confirm")
    await door.settle()

    assert "1 of 2 approvals · Bob said yes, to Designer." in counted.text
    for who in ("Ada", "Bob"):
        assert "Bob said yes, to Designer." in _card(door, who, "Nia asks to join Studio").text
    decided = await door.run("Ada", f"request approve request:{asked.short_id} role:Commenter")
    await door.settle()

    assert "Nia is in as Commenter (asked: Admin)." in decided.text
    for who in ("Ada", "Bob"):
        (shown,) = [s for s in door.inbox(who) if s.title.startswith("Joined: Nia")]
        assert shown.title == "Joined: Nia is in Studio as Commenter (asked: Admin)"
        assert shown.labels == []
    assert "Role: Commenter (asked: Admin)" in door.last("Nia").text
    assert (await door.run("Nia", "me")).text.count("Commenter") >= 1


async def test_of_access_somebody_gets_a_lower_level_for_a_shorter_time(door: Door) -> None:
    await start(door)
    await member(door, "Bob", "Commenter")
    await door.run("Ada", "resource create kind:folder name:Vault")
    asked = await door.run("Bob", "request access resource:Vault level:edit for:8h")
    await door.settle()

    door.no_forms()
    offered = await door.click("Ada", door.last("Ada"), "Approve with less")
    chosen = await door.choose("Ada", offered, "Level", "view")
    chosen = await door.choose("Ada", chosen, "For how long", "for 4h")
    assert "view (asked: edit)" in chosen.text
    assert "for 4h (asked: for 8h)" in chosen.text
    decided = await door.click("Ada", chosen, "Confirm")
    await door.settle()

    assert decided.title.startswith("Approved")
    assert asked.short_id in decided.text
    assert "asked: edit on Vault, for 8h" in door.last("Bob").text
    reach = await door.run("Bob", "access list")
    assert "view" in reach.text
    await door.advance(4 * HOUR)
    assert "view" not in (await door.run("Bob", "access list")).text


async def test_an_emergency_is_taken_at_once_told_aloud_and_ended_by_a_no(door: Door) -> None:
    await burning(door)
    await change(door, "reminders", "off")
    await change(door, "quiet_hours", "07:30-06:00")
    await member(door, "Cleo", "Admin")
    before = len(door.inbox("Eve"))

    taken = await door.run("Bob", f"{TAKE} for:1h")
    await door.settle()

    assert taken.private
    assert taken.title == "You have edit on Vault"
    for who in ("Ada", "Cleo"):
        review = _card(door, who, "Bob took edit on Vault in an emergency")
        assert review.labels == ["Approve", "Deny", "Deny with a reason"]
        assert "Why: It burns" in review.text
    assert len(door.inbox("Eve")) == before
    assert (await door.run("Bob", "can permission:content:edit resource:Vault")).title.startswith("Yes")
    assert (await door.run("Bob", f"request approve request:{taken.short_id}")).title == (
        "You can't decide your own request"
    )
    card = _card(door, "Cleo", "Bob took edit on Vault in an emergency")
    # A demoted one decides nothing any more.
    await assign(door, "Cleo", "Commenter")
    assert (await door.click("Cleo", card, "Deny")).title == "You can't do that here"
    await door.advance(MINUTE)
    denied = await door.click("Ada", _card(door, "Ada", card.title), "Deny")
    await door.settle()

    assert denied.title == "Denied: Bob's emergency access to Vault"
    assert door.last("Bob").title == "Denied: your emergency access to Vault"
    assert (await door.run("Bob", "can permission:content:edit resource:Vault")).title.startswith("No")
    assert (await door.run("Bob", TAKE)).title == "You can't take that again yet"
    assert [event.event for event in door.audit() if event.event.startswith("access.")] == [
        "access.granted",
        "access.emergency",
        "access.revoked",
    ]
