"""The main story of `computers` through every door: nothing until it is given, from either side, and nothing afterwards."""

from __future__ import annotations

from tests.contract.stories import invite, remove, start
from tests.drivers.base import HOUR
from tests.drivers.worlds import Door

LAUNCH = "permission:application:launch"


async def test_a_new_member_of_computers_launches_nothing_until_granted_and_nothing_when_it_is_over(
    door: Door,
) -> None:
    await start(door, "computers", "instant")
    for line in ('room name:"Machine room"', 'computer name:"Render 1" parent:"Machine room"'):
        await door.run("Ada", f"resource create kind:{line}")
    made = await invite(door)
    await door.run("Nia", f"join code:{made.code}")

    async def may(resource: str = '"Machine room"') -> str:
        return (await door.run("Nia", f"can {LAUNCH} resource:{resource}")).title

    # Neither role nor computer: the name at the top is all that can be asked about.
    assert await may() == "No: you may not application:launch on Machine room"
    assert (await may('"Render 1"')).startswith("I can't find")
    await door.run("Ada", "role assign member:@Nia role:Contributor")
    seen = await door.run("Nia", f'why {LAUNCH} resource:"Machine room"')
    assert seen.title == "No: you may not application:launch on Machine room"
    assert "No grant, no access" in seen.text
    assert "Missing: use on Machine room: nothing reaches it" in seen.text
    assert "Could give it: Ada" in seen.text
    assert "Could approve it: Ada" in seen.text
    assert seen.labels == ["Ask", "Ask with a reason"]
    assert seen.private

    # From her own side of it: the card of the member.
    which = await door.click("Ada", await door.run("Ada", "member show member:@Nia"), "Grant")
    level = await door.choose("Ada", which, "Resource", "Machine room")
    await door.choose("Ada", level, "Level", "use")
    assert await may('"Render 1"') == "Yes: you may application:launch on Render 1"
    seen = await door.run("Nia", f'can {LAUNCH} resource:"Render 1"')
    assert "Your role Contributor has it, and a grant of use on Machine room reaches Render 1." in seen.text

    # Revoked, and then for a time, from the computer's side.
    await door.run("Ada", 'access revoke resource:"Machine room" to:@Nia')
    assert await may() == "No: you may not application:launch on Machine room"
    await door.run("Ada", 'access grant resource:"Render 1" to:@Nia level:use for:8h')
    seen = await door.run("Ada", f'why member:@Nia {LAUNCH} resource:"Render 1"')
    assert seen.title == "Yes: Nia may application:launch on Render 1"
    assert "use on Render 1 — granted by Ada, since" in seen.text
    await door.advance(8 * HOUR, jobs=False)
    seen = await door.run("Ada", f'why member:@Nia {LAUNCH} resource:"Render 1"')
    assert seen.title == "No: Nia may not application:launch on Render 1"
    assert "ended on" in seen.text

    # Through a group; and with the membership everything goes, and does not come back with it.
    await door.run("Ada", "group create name:Night")
    await door.run("Ada", "group add group:Night member:@Nia")
    await door.run("Ada", 'access grant resource:"Machine room" to:Night level:use')
    seen = await door.run("Nia", f'can {LAUNCH} resource:"Render 1"')
    assert "use on Machine room, through your group Night, reaches Render 1" in seen.text
    await remove(door, "Nia")
    made = await invite(door, options="role:Contributor")
    await door.run("Nia", f"join code:{made.code}")
    assert await may() == "No: you may not application:launch on Machine room"
    assert (await may('"Render 1"')).startswith("I can't find")
