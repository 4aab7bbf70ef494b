"""Groups through every door: people put in and taken out, invitations that carry them, and the newcomer's first card."""

from __future__ import annotations

from tests.contract.stories import assign, invite, member, start
from tests.drivers.base import HOUR, Seen
from tests.drivers.worlds import Door


async def reaches(door: Door, who: str, resource: str) -> bool:
    """Whether somebody may look at a resource, as they are told when they ask."""
    said = await door.run(who, f"can permission:content:view resource:{resource}")
    assert said.title.startswith(("Yes", "No")), said.text
    return said.title.startswith("Yes")


async def test_a_group_is_made_filled_read_emptied_and_deleted(door: Door) -> None:
    await start(door, "project")
    await member(door, "Bob", "")
    await member(door, "Cleo", "")
    made = await door.run("Ada", 'group create name:"Design leads"')
    assert made.title == "New group: Design leads"
    await door.run("Ada", "resource create kind:folder name:Website")
    await door.run("Ada", 'access grant resource:Website to:"Design leads" level:edit')

    added = await door.run("Ada", 'group add group:"design leads" member:@Bob, Cleo, Zoe')
    assert added.title == "Design leads: 2 added, 1 unknown", added.text
    await door.settle()
    told = door.last("Bob")
    assert told.title == "You are in the group Design leads in Studio"
    assert "Website (edit)" in told.text
    assert await reaches(door, "Bob", "Website")

    for who in ("Bob", "Ada"):
        shown = await door.run(who, 'group show name:"DESIGN LEADS"')
        assert shown.private
        assert "Bob — since" in shown.text
        assert "Website (edit)" in shown.text
    assert "Design leads" in (await door.run("Bob", "me")).text
    assert "Cleo" in (await door.run("Bob", 'member list group:"Design leads"')).text

    taken = await door.run("Ada", 'group remove group:"Design leads" member:@Bob')
    assert taken.title == "Bob is no longer in Design leads"
    assert not await reaches(door, "Bob", "Website")
    await door.settle()
    assert door.last("Bob").title == "You are no longer in the group Design leads in Studio"

    asked = await door.run("Ada", 'group delete name:"Design leads"')
    assert asked.title == "Delete the group Design leads?"
    assert "Cleo" in asked.text
    assert (await door.click("Ada", asked, "Cancel")).title == "Nothing was changed"
    asked = await door.run("Ada", 'group delete name:"Design leads"')
    assert (await door.click("Ada", asked, "Confirm")).title == "Deleted: Design leads"
    assert not await reaches(door, "Cleo", "Website")
    assert "There are no groups yet" in (await door.run("Cleo", "group list")).text
    assert [len(door.audit(f"group.{each}")) for each in ("added", "removed", "deleted")] == [2, 1, 1]


async def test_an_invitation_carries_groups_and_access_to_who_comes_at_once_and_to_who_is_let_in(
    door: Door,
) -> None:
    await start(door, "project", "instant")
    await door.run("Ada", "group create name:Crew")
    for name in ("Website", "Plans"):
        await door.run("Ada", f"resource create kind:folder name:{name}")
    made = await invite(door, options="group:crew resource:Website=edit")
    assert "Crew" in made.text
    assert "Website (edit)" in made.text

    welcome = await door.run("Bob", f"join code:{made.code}")
    assert welcome.title == "Welcome to Studio", welcome.text
    for said in ("Crew", "Website (edit)", "Plans"):
        assert said in welcome.text
    assert await reaches(door, "Bob", "Website")
    assert not await reaches(door, "Bob", "Plans")
    offered = await door.click("Bob", welcome, "Ask")
    assert "Plans" in str(offered), offered.text

    await door.run("Ada", "workspace set setting:join_policy value:approval")
    asked = await door.run("Nia", f"join code:{made.code}")
    assert "Crew" in asked.text
    await door.settle()
    question = door.last("Ada")
    assert question.title == "Nia asks to join Studio"
    assert "Website (edit)" in question.text
    assert (await door.click("Ada", question, "Approve")).title == "Approved: Nia"
    await door.settle()
    outcome = door.last("Nia")
    assert outcome.title == "Approved: welcome to Studio"
    for said in ("Crew", "Website (edit)", "Plans"):
        assert said in outcome.text
    assert await reaches(door, "Nia", "Website")
    assert "Nia — since" in (await door.run("Nia", "group show name:Crew")).text


async def test_L13_L14_L20_a_group_gives_nobody_more_than_they_or_their_inviter_could_give(
    door: Door,
) -> None:
    await start(door, "project", "instant")
    await door.run("Ada", "group create name:Crew")
    await door.run("Ada", "resource create kind:folder name:Payroll")
    await door.run("Ada", "access grant resource:Payroll to:Crew level:edit")
    entry = await invite(door)
    for who in ("Bob", "Cleo"):
        await door.run(who, f"join code:{entry.code}")
    await assign(door, "Bob", "Admin")

    refused = await door.run("Bob", "group add group:Crew member:@Bob")
    assert refused.title == "You can't put yourself into Crew"
    refused = await door.run("Bob", "invite create resource:Payroll=edit")
    assert refused.title == "You can't give or take access to Payroll"
    assert not await reaches(door, "Bob", "Payroll")
    made = await door.run("Bob", "invite create group:Crew")
    assert made.title.startswith("Invitation ready")
    refused = await door.run("Bob", f"invite edit invite:{made.short_id} resource:Payroll=view")
    assert refused.title == "You can't give or take access to Payroll"

    await assign(door, "Bob", "Project Member")
    asked = await door.run("Nia", f"join code:{made.code}")
    assert asked.title == "You asked to join Studio", asked.text

    await door.run("Ada", "role assign member:@Bob role:Admin for:8h")
    refused = await door.run("Bob", "group add group:Crew member:@Cleo")
    assert refused.title == "You look after groups for a time only"
    await door.advance(8 * HOUR)
    refused = await door.run("Bob", "group add group:Crew member:@Cleo")
    assert refused.title == "You can't do that here"
    assert len(door.audit("refused")) == 5


async def test_L26_who_is_in_a_group_decides_as_long_as_they_are_in_it(door: Door) -> None:
    await start(door, "project")
    for who in ("Bob", "Cleo"):
        await member(door, who, "")
    await door.run("Ada", "group create name:Crew")
    await door.run("Ada", "group add group:Crew member:@Bob")
    await door.run("Ada", 'workspace set setting:approvals value:"join: 1 of group:Crew"')
    made = await invite(door)
    await door.run("Nia", f"join code:{made.code}")
    await door.settle()
    question = _question(door, "Bob")

    await door.run("Ada", "group add group:Crew member:@Cleo")
    await door.run("Ada", "group remove group:Crew member:@Bob")
    await door.settle()
    late = await door.click("Bob", question, "Approve")
    assert not late.title.startswith("Approved"), late.text
    assert (await door.click("Cleo", _question(door, "Cleo"), "Approve")).title == "Approved: Nia"


def _question(door: Door, who: str) -> Seen:
    return next(seen for seen in reversed(door.inbox(who)) if seen.title == "Nia asks to join Studio")
