"""What is left of somebody who was taken out: nothing that lets anybody in."""

from __future__ import annotations

from tests.contract.stories import ask, change, give, invite, member, remove, start
from tests.contract.test_member_removal import asked
from tests.drivers.worlds import Door


async def test_L25_nothing_of_a_removed_member_s_lets_anybody_in(door: Door) -> None:
    await start(door, policy="instant")
    old = await invite(door)
    await door.run("Bob", f"join code:{old.code}")
    give(door, "Bob", "designer")
    sent = await invite(door, "Bob", "role:Designer")
    await remove(door, "Bob")
    await door.settle()

    assert (await door.run("Nia", f"join code:{sent.code}")).title == "This invitation was revoked"
    assert (await door.run("Bob", f"join code:{sent.code}")).title == "This invitation was revoked"
    assert (await door.run("Bob", f"join code:{old.code}")).title == "You have used this invitation before"
    assert (await door.run("Bob", "me")).title == "You are not in Studio"


async def test_L25_a_personal_invitation_dies_with_the_membership(door: Door) -> None:
    await start(door, policy="instant")
    personal = await invite(door, options="emails:@Bob role:Admin")
    made = await invite(door)
    await door.run("Bob", f"join code:{made.code}")
    warning = await asked(door)
    assert "1 invitation for them" in warning.text
    await door.click("Ada", warning, "Confirm")

    assert (await door.run("Bob", f"join code:{personal.code}")).title == "This invitation was revoked"


async def test_L25_coming_back_restores_nothing(door: Door) -> None:
    await start(door)
    await member(door, "Bob", "Admin")
    await remove(door, "Bob")
    await change(door, "join_policy", "instant")
    made = await invite(door)
    assert (await door.run("Bob", f"join code:{made.code}")).title == "Welcome to Studio"

    shown = await door.run("Ada", "member show member:@Bob")
    assert "Role: Commenter" in shown.text
    assert (await door.run("Bob", "workspace settings")).title == "You can't do that here"
    joined = [event.subject for event in door.audit("member.joined")]
    assert len(set(joined)) == len(joined) == 3


async def test_L26_a_removed_approver_s_card_decides_nothing(door: Door) -> None:
    await start(door)
    await member(door, "Bob", "Admin")
    await ask(door)
    card = door.last("Bob")
    await remove(door, "Bob")
    await door.settle()

    for label in ("Approve", "Deny"):
        assert (await door.click("Bob", card, label)).title == "You are not a member of this workspace"
    assert (await door.click("Ada", door.last("Ada"), "Approve")).title == "Approved: Nia"
