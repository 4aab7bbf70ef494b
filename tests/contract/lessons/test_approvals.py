"""Approval by several: nobody is waited for who is not there, and what was true when they answered is asked again."""

from __future__ import annotations

from tests.contract.stories import ask, assign, change, invite, member, start, vanish
from tests.drivers.worlds import Door

TWO = '"join: 2 of request:approve"'


async def test_L37_a_missing_approver_is_found_when_it_is_asked_not_when_it_dies(door: Door) -> None:
    await start(door)
    changed = await change(door, "approvals", TWO)
    assert "Nobody can ask to join yet" in changed.text
    made = await invite(door)
    refused = await door.run("Nia", f"join code:{made.code}")

    assert refused.title == "Nobody can approve this yet"
    assert "It takes two of those who may approve requests" in refused.text
    assert door.audit("join.asked") == []
    await change(door, "approvals", "default")
    assert (await door.run("Nia", f"join code:{made.code}")).title == "You asked to join Studio"


async def test_L37_who_left_since_can_be_replaced_by_whoever_has_the_role_now(door: Door) -> None:
    await start(door)
    await member(door, "Bob", "Admin")
    await member(door, "Cleo", "Designer")
    await change(door, "approvals", TWO)
    asked = await ask(door)
    vanish(door, "Bob")
    await assign(door, "Cleo", "Admin")
    await door.settle()
    (card,) = [seen for seen in door.inbox("Cleo") if seen.title == "Nia asks to join Studio"]

    assert (await door.click("Cleo", card, "Approve")).title.startswith("You said yes")
    decided = await door.run("Ada", f"request approve request:{asked.short_id}")
    assert decided.title == "Approved: Nia"


async def test_L28_an_answer_is_worth_what_its_giver_may_do_when_it_is_counted(door: Door) -> None:
    await start(door)
    await member(door, "Bob", "Admin")
    await member(door, "Cleo", "Admin")
    await change(door, "approvals", '"join: 2 of request:approve; denials 2"')
    asked = await ask(door)
    line = f"request deny request:{asked.short_id}"
    await door.run("Bob", line)
    await assign(door, "Bob", "Designer")

    one = await door.run("Cleo", line)
    two = await door.run("Ada", line)

    assert "1 of 2 denials · Cleo said no." in one.text
    assert two.title == "Denied: Nia"
