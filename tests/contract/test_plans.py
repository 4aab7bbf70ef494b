"""Plans and seats, through every door."""

from __future__ import annotations

import asyncio

import pytest

from tests.contract.stories import ask, invite, member, on_plan, start
from tests.drivers.worlds import Door

FULL = "Somebody could not join Studio: no seat is free"


async def test_an_invitation_says_what_it_does_to_the_seats_and_nothing_where_there_is_no_limit(
    door: Door,
) -> None:
    await start(door)
    assert "Seats:" not in (await invite(door)).text
    on_plan(door, "pro", 4)

    assert "Seats: each newcomer uses 1 of 3 free seats" in (await invite(door)).text
    assert "Seats: uses 2 of 3 free seats" in (await invite(door, options="uses:2")).text
    assert "Seats: uses 1 of 3 free seats" in (await invite(door, options="emails:nia@acme.example")).text
    four = ",".join(f"p{number}@acme.example" for number in range(4))
    bulk = await door.run("Ada", f"invite create emails:{four}")
    assert "Seats: 3 free seats for 4 people" in bulk.text
    on_plan(door, "pro", 1)
    assert "Seats: none is free: the only one is taken" in (await invite(door)).text


async def test_the_workspace_shows_its_plan_and_its_seats(door: Door) -> None:
    await start(door)
    assert "Plan: enterprise" in (await door.run("Ada", "workspace show")).text
    on_plan(door, "pro")
    await member(door, "Bob")

    assert "pro, 2 of 10 seats" in (await door.run("Ada", "workspace show")).text
    on_plan(door, "free")
    assert "free, for one person" in (await door.run("Ada", "workspace show")).text


async def test_the_card_for_approvers_says_what_a_yes_does_to_the_seats_and_follows_them(door: Door) -> None:
    await start(door)
    on_plan(door, "pro", 4)
    await ask(door, "Nia")
    nia = door.last("Ada")
    assert "Seats: uses 1 of 3 free seats" in nia.text
    await ask(door, "Bob")
    await door.click("Ada", nia, "Approve")
    await door.settle()

    (bob,) = (seen for seen in door.inbox("Ada") if seen.title == "Bob asks to join Studio")
    assert "Seats: uses 1 of 2 free seats" in bob.text
    on_plan(door, "pro", 2)
    await door.settle()
    (bob,) = (seen for seen in door.inbox("Ada") if seen.title == "Bob asks to join Studio")
    assert "Seats: none is free: all 2 are taken" in bob.text
    refused = await door.click("Ada", bob, "Approve")
    assert refused.title == "There is no seat for Bob"
    await door.settle()
    (bob,) = (seen for seen in door.inbox("Ada") if seen.title == "Bob asks to join Studio")
    assert "Approve" in bob.labels


@pytest.mark.parametrize("policy", ["instant", ""])
async def test_a_full_workspace_lets_nobody_in_uses_nothing_up_and_tells_the_inviter_once(
    door: Door, policy: str
) -> None:
    await start(door, policy=policy)
    await member(door, "Bob") if not policy else None
    made = await invite(door, options="uses:1")
    on_plan(door, "pro", 1 if policy else 2)
    for _ in range(2):
        seen = await door.run("Nia", f"join code:{made.code}")
        assert seen.title == "Studio is full"
        assert "Ada has been told" in seen.text
        assert "Nothing was used up" in seen.text
        await door.settle()

    assert [seen.title for seen in door.inbox("Ada")].count(FULL) == 1
    on_plan(door, "pro", 3)
    title = "Welcome to Studio" if policy else "You asked to join Studio"
    assert (await door.run("Nia", f"join code:{made.code}")).title == title


async def test_a_mentioned_guest_who_presses_accept_finds_the_workspace_full_too(door: Door) -> None:
    await start(door, policy="instant")
    await invite(door, options="emails:@Nia")
    await door.settle()
    on_plan(door, "pro", 1)

    assert (await door.click("Nia", door.last("Nia"), "Accept")).title == "Studio is full"
    on_plan(door, "pro", 2)
    assert (await door.click("Nia", door.last("Nia"), "Accept")).title == "Welcome to Studio"


async def test_the_plan_for_one_person_has_room_for_nobody_else(door: Door) -> None:
    await start(door, policy="instant")
    made = await invite(door)
    on_plan(door, "free")

    seen = await door.run("Nia", f"join code:{made.code}")
    assert seen.title == "Studio is for one person"
    assert door.world.count("members") == 1


async def test_roles_that_are_not_on_the_plan_are_neither_given_nor_made_the_default(door: Door) -> None:
    await start(door, "animation")
    early = await invite(door, options="role:Viewer")
    assert (await door.run("Nia", f"join code:{early.code}")).title == "You asked to join Studio"
    on_plan(door, "pro")

    for line in (
        "invite create role:Viewer",
        "invite create emails:nia@acme.example role:Developer",
        "workspace set setting:default_role value:Viewer",
    ):
        assert (await door.run("Ada", line)).title.endswith("does not count on the pro plan")
    late = await door.run("Eve", f"join code:{early.code}")
    assert late.title == "You can't come in as Viewer now"
    await door.settle()
    assert "Viewer (does not count on the pro plan)" in door.last("Ada").text
    refused = await door.click("Ada", door.last("Ada"), "Approve")
    assert refused.title == "Viewer does not count on the pro plan"


async def test_twelve_people_at_once_for_three_seats(door: Door) -> None:
    await start(door, policy="instant")
    made = await invite(door)
    on_plan(door, "pro", 4)
    names = [f"Guest{letter}" for letter in "abcdefghijkl"]
    for name in names:
        door.person(name)
    seen = await asyncio.gather(*(door.run(name, f"join code:{made.code}") for name in names))

    assert sorted(each.title for each in seen) == ["Studio is full"] * 9 + ["Welcome to Studio"] * 3
    assert door.world.count("members") == 4
    await door.settle()
