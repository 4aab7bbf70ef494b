"""Resources and access through every door: given from either side, inherited, through a group, for a time, and taken."""

from __future__ import annotations

from tests.contract.stories import invite, remove, start
from tests.drivers.base import HOUR, Seen
from tests.drivers.worlds import Door


async def tree(door: Door) -> None:
    """Ada's workspace with Site/Renders/Cut 3, and the members Bob and Nia, who have nothing."""
    await start(door, policy="instant")
    for line in ("name:Site", "name:Renders parent:Site", 'name:"Cut 3" parent:Site/Renders'):
        made = await door.run("Ada", f"resource create kind:folder {line}")
        assert made.title.startswith("New folder: "), made.text
    for who in ("Bob", "Nia"):
        made = await invite(door, options="role:Commenter")
        await door.run(who, f"join code:{made.code}")
    await door.settle()


async def reach(door: Door, who: str) -> str:
    seen = await door.run(who, "access list")
    assert seen.title.startswith("What you reach"), seen.text
    return seen.text


async def grant(door: Door, line: str, by: str = "Ada") -> Seen:
    seen = await door.run(by, f"access grant {line}")
    assert " has " in seen.title, seen.text
    return seen


async def test_access_is_given_and_taken_from_either_side_and_reaches_what_is_below(door: Door) -> None:
    await tree(door)
    assert "You reach nothing yet" in await reach(door, "Bob")
    assert (await door.run("Bob", 'resource show name:"Cut 3"')).title.startswith("I can't find")
    only_name = await door.run("Bob", "resource show name:Site")
    assert "You have no access to it" in only_name.text
    assert only_name.private
    asked = await door.click("Bob", only_name, "Ask")
    assert asked.title.startswith("You asked for view on Site"), asked.text
    await door.click("Bob", asked, "Withdraw")

    # From the resource's side.
    shown = await door.run("Ada", "resource show name:Site/Renders")
    who = await door.click("Ada", shown, "Grant")
    assert who.title == "Who gets access to Renders?"
    level = await door.choose("Ada", who, "To whom", "Bob")
    assert level.title == "How much may Bob do on Renders?"
    given = await door.choose("Ada", level, "Level", "edit")
    assert given.title == "Bob has edit on Renders"
    await door.settle()
    assert door.last("Bob").title == "You have edit on Renders in Studio"
    below = await door.run("Bob", 'resource show name:"Renders/Cut 3"')
    assert "Path: Site/Renders/Cut 3" in below.text
    assert "You have: edit (granted by Ada)" in below.text
    assert "Bob — edit, from Site/Renders" in below.text
    assert (await door.run("Bob", "access grant resource:Renders to:@Nia")).title.startswith("You can't give")

    # The same from the member's side, and typed.
    member = await door.run("Ada", "member show member:@Bob")
    assert "Access: Renders (edit, granted by Ada)" in member.text
    which = await door.click("Ada", member, "Revoke")
    ended = await door.choose("Ada", which, "Resource", "Site/Renders (edit)")
    assert ended.title == "Bob has no grant on Renders any more"
    await door.settle()
    assert door.last("Bob").title == "Your access to Renders in Studio has ended"
    assert "You reach nothing yet" in await reach(door, "Bob")
    what = await door.click("Ada", await door.run("Ada", "member show member:@Bob"), "Grant")
    level = await door.choose("Ada", what, "Resource", "Site/Renders")
    assert (await door.choose("Ada", level, "Level", "edit")).title == "Bob has edit on Renders"
    again = await door.run("Ada", "access grant resource:renders to:@Bob level:edit")
    assert again.title == "Nothing to change"
    more = await grant(door, "resource:folder/renders to:@Bob level:manage")
    assert "Before: edit" in more.text
    assert "Now: manage" in more.text
    # Who manages it gives it on, and no further.
    await grant(door, 'resource:"Cut 3" to:@Nia level:use', by="Bob")
    assert (await door.run("Bob", "access grant resource:Site to:@Nia")).title.startswith("You can't give")
    assert "Site/…/Cut 3 — use (granted by Bob)" in await reach(door, "Nia")
    revoked = await door.run("Ada", "access revoke resource:Renders to:@Bob")
    assert "Before: manage" in revoked.text
    assert (await door.run("Ada", "access revoke resource:Renders to:@Bob")).title.startswith(
        "Bob has no grant"
    )
    assert door.pings() == []


async def test_L06_L25_what_comes_from_a_group_a_time_or_a_membership_ends_with_it(door: Door) -> None:
    await tree(door)
    assert (await door.run("Ada", "group create name:Artists")).title == "New group: Artists"
    await grant(door, "resource:Site to:Artists level:edit")
    await door.run("Ada", "group add group:Artists member:@Bob,@Nia")
    assert "Site — edit (group Artists)" in await reach(door, "Bob")
    listed = await door.run("Bob", "access list resource:Renders")
    assert "Artists (group) — edit, from Site" in listed.text
    await door.run("Ada", "group remove group:Artists member:@Bob")
    assert "You reach nothing yet" in await reach(door, "Bob")

    timed = await grant(door, "resource:Renders to:@Bob level:manage for:8h")
    assert timed.title == "Bob has manage on Renders for a time"
    await door.advance(8 * HOUR - 1, jobs=False)
    assert "Site/Renders — manage until" in await reach(door, "Bob")
    assert (await door.run("Bob", "access grant resource:Renders to:@Nia")).title.startswith(
        "You can't give access"
    )
    await door.advance(1, jobs=False)
    assert "You reach nothing yet" in await reach(door, "Bob")
    assert (await door.run("Bob", "resource show name:Renders")).title.startswith("I can't find")

    await grant(door, "resource:Renders to:@Nia level:use")
    asked = await door.run("Ada", "member remove member:@Nia")
    assert "Ends: being in 1 group — Artists" in asked.text
    assert "Ends: their 1 grant — Renders (use)" in asked.text
    await door.click("Ada", asked, "Cancel")
    await remove(door, "Nia")
    made = await invite(door, options="role:Commenter")
    await door.run("Nia", f"join code:{made.code}")
    assert "You reach nothing yet" in await reach(door, "Nia")


async def test_deleting_a_resource_says_what_goes_with_it_and_waits_for_confirm(door: Door) -> None:
    await tree(door)
    await grant(door, "resource:Renders to:@Bob")
    listed = await door.run("Ada", "resource list")
    for name in ("Site — folder", "Renders — folder", "Cut 3 — folder"):
        assert name in listed.text
    asked = await door.run("Ada", "resource delete name:Site")
    assert asked.title == "Delete Site?"
    assert "Goes: 2 resources under it" in asked.text
    assert "Ends: 1 grant" in asked.text
    assert "Site/Renders — view" in await reach(door, "Bob")
    assert (await door.press("Bob", "intent.confirm", asked.button("Confirm").subject)).title.startswith(
        "That button does nothing"
    )
    done = await door.click("Ada", asked, "Confirm")
    assert done.title == "Deleted: Site"
    assert "You reach nothing yet" in await reach(door, "Bob")
    assert "There is nothing here yet" in (await door.run("Ada", "resource list")).text
    assert len(door.audit("resource.deleted")) == 1
