"""Every way to make or change an invitation asks the same questions."""

from __future__ import annotations

import pytest

from tests.contract.stories import change, give, invite, start
from tests.drivers.worlds import Door

ABOVE = "That role is above your own"


async def test_L14_no_later_edit_raises_an_invitation_above_its_maker(door: Door) -> None:
    await start(door, policy="instant")
    made = await _by(door, "Bob", "Content Editor", "role:Commenter")

    seen = await door.run("Bob", f"invite edit invite:{made.short_id} role:Designer")

    assert seen.title == ABOVE
    await door.run("Nia", f"join code:{made.code}")
    assert "Role: Commenter" in (await door.run("Nia", "me")).text


async def test_L14_what_somebody_higher_raised_goes_to_approval_when_it_is_used(door: Door) -> None:
    await start(door, policy="instant")
    made = await _by(door, "Bob", "Content Editor", "role:Commenter")
    await door.run("Ada", f"invite edit invite:{made.short_id} role:Designer")

    assert (await door.run("Nia", f"join code:{made.code}")).title == "You asked to join Studio"
    assert (await door.run("Nia", "member list")).title == "Your request to join Studio still waits"


async def test_L14_an_inviter_who_lost_rank_gives_their_old_role_by_no_door(door: Door) -> None:
    await start(door, policy="instant")
    made = await _by(door, "Bob", "Designer", "role:Designer")
    shown = await door.run("Bob", f"invite show invite:{made.short_id}")
    give(door, "Bob", "commenter")

    for line in ("edit invite:{} note:Hi", "extend invite:{}", "resend invite:{}"):
        assert (await door.run("Bob", f"invite {line.format(made.short_id)}")).title == ABOVE
    for label in ("Extend", "Resend"):
        assert (await door.click("Bob", shown, label)).title == ABOVE
    assert (await door.run("Nia", f"join code:{made.code}")).title == "You asked to join Studio"


async def test_L16_a_list_of_addresses_is_no_way_around_the_ceiling(door: Door) -> None:
    await start(door, policy="instant")
    await _by(door, "Bob", "Content Editor", "")
    pasted = ",".join(f"p{number}@acme.example" for number in range(30))
    before = door.world.count("invitations")

    assert (await door.run("Bob", f"invite create role:Designer emails:{pasted}")).title == ABOVE
    assert door.world.count("invitations") == before


@pytest.mark.parametrize("way", ["create", "list", "mention", "edit", "extend", "resend", "request"])
async def test_L16_where_members_cannot_invite_no_door_is_left_open(door: Door, way: str) -> None:
    await start(door, policy="instant")
    made = await _by(door, "Bob", "Designer", "")
    await change(door, "members_can_invite", "off")
    before = door.world.count("invitations")
    line = {
        "create": "invite create",
        "list": "invite create emails:a@acme.example,b@acme.example",
        "mention": "invite create emails:@Nia",
        "edit": f"invite edit invite:{made.short_id} uses:900",
        "extend": f"invite extend invite:{made.short_id}",
        "resend": f"invite resend invite:{made.short_id}",
        "request": "request invite",
    }[way]

    seen = await door.run("Bob", line)
    await door.settle()

    asked = "You asked for an invite link to Studio"
    assert seen.title == (asked if way == "request" else "You can't invite people here")
    assert door.world.count("invitations") == before
    assert (await door.run("Nia", f"join code:{made.code}")).title == "You asked to join Studio"


@pytest.mark.parametrize("way", ["approve", "typed", "button"])
async def test_L20_asking_is_no_second_way_to_what_one_may_not_do(door: Door, way: str) -> None:
    """Whoever asked decides it neither by button nor by hand, and nothing is made before somebody else has."""
    await start(door, policy="instant")
    await _by(door, "Bob", "Designer", "")
    await door.settle()  # that Bob is in; the order of two messages is nobody's promise
    await change(door, "members_can_invite", "off")
    before = door.world.count("invitations")
    asked = await door.click("Bob", await door.run("Bob", "invite create role:Admin"), "Ask")
    await door.settle()
    card = door.last("Ada")

    if way == "approve":
        seen = await door.press("Bob", "request.approve", card.button("Approve").subject)
    elif way == "typed":
        seen = await door.run("Bob", f"request approve request:{asked.short_id}")
    else:
        seen = await door.press("Bob", "intent.confirm", card.button("Approve").subject)

    assert seen.title in {"You can't do that here", "That button does nothing here"}
    assert door.world.count("invitations") == before


@pytest.mark.parametrize("way", ["create", "list", "edit", "extend", "resend", "request"])
async def test_L22_a_closed_domain_is_closed_at_every_door(door: Door, way: str) -> None:
    await start(door, policy="instant")
    open_one = await invite(door)
    old = await invite(door, options="domain:evil-corp.example")
    await member_now(door, "Bob")
    await change(door, "allowed_domains", "corp.example")
    before = door.world.count("invitations")
    line = {
        "create": "invite create domain:evil-corp.example",
        "list": "invite create emails:eve@evil-corp.example,eve@sub.corp.example",
        "edit": f"invite edit invite:{open_one.short_id} domain:evil-corp.example",
        "extend": f"invite extend invite:{old.short_id}",
        "resend": f"invite resend invite:{old.short_id}",
        "request": "request invite domain:evil-corp.example",
    }[way]
    if way == "request":
        await change(door, "members_can_invite", "off")

    seen = await door.run("Bob" if way == "request" else "Ada", line)

    closed = "Nobody at evil-corp.example can join here"
    assert seen.title == ("0 invited, 2 outside the allowed domains" if way == "list" else closed)
    assert door.world.count("invitations") == before


@pytest.mark.without("discord")  # it vouches for no address
async def test_L22_a_domain_that_was_set_later_is_asked_for_when_the_code_is_used(door: Door) -> None:
    await start(door, policy="instant")
    made = await invite(door)
    await door.run("Ada", f"invite edit invite:{made.short_id} domain:acme.example")
    door.person("Like", email="like@evil-acme.example")
    door.person("Sub", email="sub@mail.acme.example")

    for who in ("Like", "Sub"):
        seen = await door.run(who, f"join code:{made.code}")
        assert seen.title == "This invitation is for another e-mail address"
    assert (await door.run("Nia", f"join code:{made.code}")).title == "Welcome to Studio"


async def _by(door: Door, who: str, role: str, options: str):
    """An invitation made by a new member of that role."""
    await member_now(door, who, role)
    return await invite(door, who, options)


async def member_now(door: Door, who: str, role: str = "Designer") -> None:
    made = await invite(door, options=f'role:"{role}"')
    assert (await door.run(who, f"join code:{made.code}")).title == "Welcome to Studio"
