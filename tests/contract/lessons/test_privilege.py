"""Privilege and identity: nobody gives or decides more than they may, by any door."""

from __future__ import annotations

import json

import pytest

from tests.contract.stories import admit, ask, assign, change, define, invite, leave, member, start
from tests.drivers.worlds import Door

NO_ROLE = "That role is above your own"


async def test_L13_nobody_invites_above_their_own_role(door: Door) -> None:
    await start(door)
    await member(door, "Bob", "Content Editor")

    for role in ("Designer", "Admin", "Commenter,Designer"):
        for more in ("", " emails:@Nia", " emails:nia@acme.example,eve@acme.example"):
            seen = await door.run("Bob", f"invite create role:{role}{more}")
            assert seen.title in {NO_ROLE, "Only one member can be Owner"}, (role, more)
    assert door.world.count("invitations", "created_by <> 'x'") == 1  # Bob's own
    assert (await invite(door, "Bob", 'role:"Content Editor"')).title.startswith("Invitation ready")


async def test_L13_nobody_approves_or_extends_above_their_own_role(door: Door) -> None:
    await start(door)
    await define(door, "Regent", 45, "member:invite", "member:remove", "request:approve", "role:assign")
    await member(door, "Bob", "Admin")
    made = await invite(door, options="role:Regent name:High")
    asked = await door.run("Nia", f"join code:{made.code}")
    await door.settle()

    assert "Who can approve: Ada" in asked.text
    assert all("Nia asks" not in seen.title for seen in door.inbox("Bob"))
    assert (await door.run("Bob", f"request approve request:{asked.short_id}")).title == NO_ROLE
    for button in door.last("Ada").buttons:
        if button.label == "Approve with less":
            door.no_forms()
        pressed = await door.press("Bob", button.action, button.subject)
        if button.label == "Approve with less":
            # What is within his own role he may give; of what is asked for he is offered nothing.
            assert pressed.menus
            assert not any("Regent" in c for cs in pressed.menus.values() for c in cs), pressed.menus
        else:
            assert pressed.title == NO_ROLE
    for line in (f"invite show invite:{made.short_id}", f"invite extend invite:{made.short_id}"):
        assert (await door.run("Bob", line)).title.startswith("I can't find the invitation")
    assert (await door.run("Bob", "workspace set setting:default_role value:Regent")).title == NO_ROLE
    assert door.world.count("members", "name = 'Nia'") == 0


async def test_L15_the_ceiling_compares_ranks_and_permissions_and_never_names(door: Door) -> None:
    """A role of the workspace's own, called like nothing special: low in rank, but it may approve."""
    await start(door)
    await define(door, "Helper", 15, "request:approve")
    await define(door, "Admin2", 35, "comment:write")
    await member(door, "Bob", "Designer")

    assert (await door.run("Bob", "invite create role:Helper")).title == NO_ROLE
    assert (await door.run("Bob", "invite create role:Admin2")).title == NO_ROLE
    assert (await door.run("Ada", "invite create role:Helper")).title.startswith("Invitation ready")


@pytest.mark.parametrize("fall", ["demoted", "gone"])
async def test_L26_whoever_may_no_longer_decide_cannot(door: Door, fall: str) -> None:
    await start(door)
    await member(door, "Bob", "Admin")
    asked = await ask(door)
    card = door.last("Bob")
    if fall == "demoted":
        await assign(door, "Bob", "Designer")
    else:
        await leave(door, "Bob")

    for seen in (
        await door.click("Bob", card, "Approve"),
        await door.click("Bob", card, "Deny"),
        await door.run("Bob", f"request approve request:{asked.short_id}"),
    ):
        assert seen.private
        expected = "You can't do that here" if fall == "demoted" else "You are not a member of this workspace"
        assert seen.title == expected
    assert len(door.audit("refused")) == 3
    assert (await door.click("Ada", door.last("Ada"), "Approve")).title == "Approved: Nia"


async def test_L27_seeing_the_card_gives_nobody_the_right_to_press_it(door: Door) -> None:
    """Guests of the channel, members without the right, the newcomer: all see it in the shared place."""
    await start(door)
    await member(door, "Bob", "Designer")
    await change(door, "approvals_place", "here")
    await ask(door)
    (card,) = door.cards()

    outside = "You are not a member of this workspace"
    for who, title in (
        ("Bob", "You can't do that here"),
        ("Eve", outside),
        ("Gus", outside),
        ("Nia", "Your request to join Studio still waits"),
    ):
        for label in ("Approve", "Deny"):
            seen = await door.click(who, card, label)
            assert seen.private
            assert seen.title == title
            assert "req-" not in seen.text
    await door.settle()

    assert door.cards() == [card]
    refused = door.audit("refused")
    codes = ["NOT_ALLOWED"] * 2 + ["NOT_A_MEMBER"] * 4 + ["STILL_WAITING"] * 2
    assert [json.loads(event.facts)["code"] for event in refused] == codes
    assert door.world.count("members", "name = 'Nia'") == 0


async def test_L28_ones_own_request_is_refused_at_the_click_as_when_it_was_made(door: Door) -> None:
    await start(door)
    asked = await ask(door, options="role:Admin")
    admit(door, "Nia", "admin")
    card = door.last("Ada")

    for seen in (
        await door.press("Nia", "request.approve", card.button("Approve").subject),
        await door.run("Nia", f"request approve request:{asked.short_id}"),
        await door.run("Nia", f"request deny request:{asked.short_id}"),
    ):
        assert seen.title == "You can't decide your own request"
    assert asked.short_id not in "".join(
        line for line in (await door.run("Nia", "request list")).text.splitlines() if "asks to join" in line
    )


async def test_L28_who_is_asked_when_a_request_is_made_and_who_may_press_are_found_by_one_rule(
    door: Door,
) -> None:
    await start(door)
    await define(door, "Helper", 15, "request:approve")
    for who, role in (("Bob", "Helper"), ("Cleo", "Admin"), ("Eve", "Designer")):
        await member(door, who, role)
    asked = await ask(door, options="role:Designer")

    assert "Bob" not in asked.text  # may approve, but not give that role
    reached = {
        who for who in ("Ada", "Bob", "Cleo", "Eve") if any("Nia asks" in s.title for s in door.inbox(who))
    }
    assert reached == {"Ada", "Cleo"}
    for who in ("Bob", "Eve"):
        assert (await door.run(who, f"request approve request:{asked.short_id}")).title in {
            NO_ROLE,
            "You can't do that here",
        }
    assert (await door.run("Cleo", f"request approve request:{asked.short_id}")).title == "Approved: Nia"
