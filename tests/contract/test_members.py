"""The members on every platform: their list, and one of them."""

from __future__ import annotations

import pytest

from tests.contract.stories import invite, leave, member, start
from tests.drivers.worlds import Door

# --- the list --------------------------------------------------------------------------------------------------------


async def crowd(door: Door, count: int) -> None:
    made = await invite(door)
    for number in range(count):
        door.person(f"P{number:02}")
        await door.run(f"P{number:02}", f"join code:{made.code}")


async def test_the_members_are_paged_to_the_end_and_back(door: Door) -> None:
    await start(door, policy="instant")
    await crowd(door, 22)
    first = await door.run("Ada", "member list")
    second = await door.click("Ada", first, "Next")
    third = await door.click("Ada", second, "Next")

    assert [seen.title for seen in (first, second, third)] == ["Members (23)"] * 3
    assert [seen.labels for seen in (first, second, third)] == [["Next"], ["Previous", "Next"], ["Previous"]]
    assert "page 3 of 3" in third.text
    for number in range(22):
        shown = [f"P{number:02} — Commenter" in seen.text for seen in (first, second, third)]
        assert shown.count(True) == 1, number
    assert (await door.click("Ada", third, "Previous")).text == second.text
    assert (await door.click("Ada", second, "Previous")).text == first.text


async def test_a_page_goes_on_though_the_member_at_its_border_has_left(door: Door) -> None:
    await start(door, policy="instant")
    await crowd(door, 12)
    first = await door.run("Ada", "member list")
    await leave(door, "P08")

    second = await door.click("Ada", first, "Next")
    assert [name for name in ("P09", "P10", "P11") if name in second.text] == ["P09", "P10", "P11"]


async def test_those_who_left_are_listed_apart(door: Door) -> None:
    await start(door)
    await member(door, "Bob")
    await leave(door, "Bob")

    assert "Bob" not in (await door.run("Ada", "member list")).text
    former = await door.run("Ada", "member list status:left")
    assert former.title == "Former members (1)"
    assert "Bob — left on" in former.text
    assert (await door.run("Ada", "member list status:all")).title == "Members, present and former (2)"


async def test_two_of_one_name_are_told_apart_and_can_be_named(door: Door) -> None:
    await start(door, policy="instant")
    made = await invite(door)
    door.person("One", shows="Sam")
    door.person("Two", shows="Ｓam")  # as wide as a Chinese sign, and the same name all the same
    for who in ("One", "Two"):
        await door.run(who, f"join code:{made.code}")
    listed = await door.run("Ada", "member list")
    ids = [word.strip("()") for word in listed.text.split() if word.startswith("(mem-")]
    assert len(set(ids)) == 2

    shown = await door.run("Ada", f"member show member:{ids[0]}")
    assert shown.title in {"Sam", "Ｓam"}
    assert ids[0] in shown.text


@pytest.mark.parametrize(
    "local", ["list/-/active/1/>mem-2222", "list/king/active/1/>mem-2222", "list/-/active/0", "x"]
)
async def test_a_forged_page_is_no_page(door: Door, local: str) -> None:
    made = await start(door)
    del made
    workspace = door.audit("workspace.created")[0].workspace

    seen = await door.press("Ada", "member.list", f"{workspace}/{local}")
    assert seen.title == "That button does nothing here"


# --- one member ------------------------------------------------------------------------------------------------------


async def test_L36_addresses_are_shown_to_oneself_and_to_those_who_oversee_members(door: Door) -> None:
    await start(door)
    await member(door, "Bob", "Designer")
    await member(door, "Cleo", "Designer")
    known = door.name != "discord"  # which vouches for no addresses

    assert ("bob@acme.example" in (await door.run("Ada", "member show member:@Bob")).text) is known
    assert ("bob@acme.example" in (await door.run("Bob", "member show")).text) is known
    seen = await door.run("Cleo", "member show member:@Bob")
    assert seen.title == "Bob"
    assert "@acme.example" not in seen.text


async def test_the_buttons_are_those_that_whoever_looks_may_press(door: Door) -> None:
    await start(door)
    await member(door, "Bob", "Designer")
    await member(door, "Cleo", "Admin")

    assert (await door.run("Cleo", "member show member:@Bob")).labels == ["Assign a role", "Remove"]
    assert (await door.run("Cleo", "member show member:@Ada")).labels == []
    assert (await door.run("Bob", "member show member:@Cleo")).labels == []
    own = await door.run("Bob", "member show")
    assert own.labels == ["Leave"]
    assert (await door.click("Bob", own, "Leave")).title == "Leave Studio?"
