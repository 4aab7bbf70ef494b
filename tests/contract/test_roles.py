"""Roles through every door: the table, making and changing them, giving and taking them, the drop-down."""

from __future__ import annotations

import asyncio
import json

import pytest

from tests.contract.stories import ask, change, invite, link, member, start
from tests.drivers.base import DAY, HOUR
from tests.drivers.worlds import Both, Door

CHECKS = {"✓", "✔", "yes"}


async def test_the_table_shows_permissions_down_and_roles_across(door: Door) -> None:
    await start(door)
    await door.run("Ada", "role create name:Reviewer rank:25 permissions:comment:write,report:view")

    seen = await door.run("Ada", "role list")

    assert seen.title == "Roles in Studio"
    assert "Newcomers get: Commenter" in seen.text
    assert "Held by exactly one member: Owner" in seen.text
    said = "\n".join(seen.table_words) or seen.text
    if seen.table:
        header, *rows = seen.table
        assert header[1:] == ("Owner", "Admin", "Designer", "Reviewer", "Content Editor", "Commenter")
        cells = {permission: row[1:] for row in rows for permission in row[0].split(", ")}
        assert [bool(set(cell) & CHECKS) for cell in cells["report:view"]] == [False] * 3 + [True] + [
            False
        ] * 2
        assert all(set(cell) & CHECKS for cell in cells["comment:write"])
    else:
        assert "Reviewer: comment:write, report:view" in said
        assert "Owner (exactly one member): all of Admin, and workspace:delete" in said


async def test_a_role_of_the_workspace_s_own_is_made_given_and_counts(door: Door) -> None:
    await start(door, policy="instant")
    await member_of(door, "Bob", "Commenter")
    made = await door.run(
        "Ada", "role create name:Keeper copy:Designer permissions:+role:define -project:edit"
    )
    assert made.title == "New role: Keeper", made.text
    assert "Began as a copy of: Designer" in made.text
    assert (await door.run("Bob", "role create name:Mine")).title == "You can't do that here"

    given = await door.run("Ada", "role assign member:@Bob role:keeper")
    assert given.title == "Bob is now Keeper"
    assert "Before: Commenter" in given.text
    assert (await door.run("Bob", "role create name:Mine")).title == "New role: Mine"
    shown = await door.run("Bob", "role show name:Keeper")
    assert "Held by: 1 member: Bob" in shown.text

    edited = await door.run("Ada", "role edit name:Keeper permissions:-role:define rename:Helper")
    assert "Keeper → Helper" in edited.text
    assert "Taken away: role:define" in edited.text
    assert (await door.run("Bob", "role create name:Yours")).title == "You can't do that here"
    await door.run("Ada", "role unassign member:@Bob role:Helper")
    assert (await door.run("Ada", "role delete name:Helper")).title == "Deleted: Helper"
    assert door.pings() == []


async def member_of(door: Door, who: str, role: str) -> None:
    """Somebody comes in at once; the messages about it are delivered."""
    made = await invite(door, options=f'role:"{role}"')
    joined = await door.run(who, f"join code:{made.code}")
    assert joined.title == "Welcome to Studio", joined.text
    await door.settle()


async def test_a_role_for_a_time_ends_by_itself_and_the_holder_hears_of_both(door: Door) -> None:
    await start(door, policy="instant")
    await member_of(door, "Bob", "Designer")
    before = len(door.inbox("Bob"))

    given = await door.run("Ada", "role assign member:@Bob role:Admin for:8h")
    await door.settle()

    assert given.title == "Bob is Admin for a time"
    [notice] = door.inbox("Bob")[before:]
    assert notice.title == "You are Admin in Studio for a time"
    assert "Changed by: Ada" in notice.text
    assert "Admin until" in (await door.run("Bob", "me")).text
    assert (await door.run("Bob", "workspace settings")).title == "Settings of Studio"

    await door.advance(8 * HOUR, jobs=False)
    assert (await door.run("Bob", "workspace settings")).title == "You can't do that here"
    await door.advance(60)
    assert [seen.title for seen in door.inbox("Bob")[before:]] == [
        "You are Admin in Studio for a time",
        "Your time as Admin in Studio is over",
    ]
    assert len(door.audit("role.ended")) == 1
    await door.advance(DAY)
    assert len(door.inbox("Bob")) == before + 2


async def test_the_drop_down_on_a_member_s_card_gives_the_role(door: Door) -> None:
    await start(door, policy="instant")
    await member_of(door, "Bob", "Designer")
    shown = await door.run("Ada", "member show member:@Bob")
    assert shown.menus == {"Change role": ["Admin", "Content Editor", "Commenter"]}
    assert (await door.run("Bob", "member show member:@Ada")).menus == {}

    answer = await door.choose("Ada", shown, "Change role", "Admin")
    await door.settle()

    assert answer.private
    assert answer.title == "Bob is now Admin"
    assert door.last("Bob").title == "Your role in Studio is now Admin"
    assert (await door.choose("Ada", shown, "Change role", "Admin")).title == "Nothing to change"


async def test_L12_no_door_lowers_the_last_who_can_run_the_workspace(door: Door) -> None:
    await start(door, scheme="simple", policy="instant")
    await member_of(door, "Bob", "Workspace Editor")
    await door.run("Ada", 'role assign member:@Bob role:"Workspace Admin" for:8h')
    shown = await door.run("Ada", "member show member:@Ada")

    for seen in (
        await door.run("Ada", 'role assign member:@Ada role:"Workspace Viewer"'),
        await door.run("Ada", 'role unassign member:@Ada role:"Workspace Admin"'),
        await door.run("Bob", 'role unassign member:@Ada role:"Workspace Admin"'),
        await door.choose("Ada", shown, "Change role", "Workspace Viewer"),
        await door.run("Ada", 'role edit name:"Workspace Admin" permissions:-workspace:configure'),
        await door.run("Ada", 'role edit name:"Workspace Admin" permissions:member:invite'),
    ):
        assert seen.private
        assert seen.title == "Somebody has to be able to run this workspace", seen.text
    codes = [json.loads(event.facts)["code"] for event in door.audit("refused")]
    assert codes == ["LAST_HOLDER"] * 6
    assert "Role: Workspace Admin" in (await door.run("Ada", "me")).text


async def test_L12_the_role_of_exactly_one_is_neither_given_taken_nor_deleted(door: Door) -> None:
    await start(door, policy="instant")
    await member_of(door, "Bob", "Admin")
    for line in (
        "role assign member:@Bob role:Owner",
        "role assign member:@Bob role:Owner for:8h",
        "role assign member:@Ada role:Admin",
        "role unassign member:@Ada role:Owner",
        "role delete name:Owner",
    ):
        assert (await door.run("Ada", line)).title == "Exactly one member is Owner", line
    assert door.world.count("member_roles", "role_id = 'owner'") == 1


@pytest.mark.parametrize("raised", ["rank:45", "permissions:+member:remove"])
async def test_L14_a_role_raised_by_a_later_edit_waits_for_approval_though_joining_is_instant(
    door: Door, raised: str
) -> None:
    await start(door, policy="instant")
    await member_of(door, "Bob", "Designer")
    made = await invite(door, "Bob", 'role:"Content Editor"')
    await door.run("Ada", f'role edit name:"Content Editor" {raised}')

    assert (await door.run("Nia", f"join code:{made.code}")).title == "You asked to join Studio"
    assert door.world.count("members", "name = 'Nia'") == 0


async def test_L15_L16_no_door_gives_or_makes_more_than_one_has(door: Door) -> None:
    """A steward who may assign and define, of middle rank: commands, drop-down and forged choices ask the same."""
    await start(door, policy="instant")
    await door.run(
        "Ada", "role create name:Steward rank:25 permissions:role:assign,role:define,member:invite"
    )
    await door.run("Ada", "role create name:Auditor rank:2 permissions:audit:view")
    await member_of(door, "Bob", "Steward")
    await member_of(door, "Cleo", "Commenter")
    shown = await door.run("Bob", "member show member:@Cleo")
    assert shown.menus == {"Change role": ["Steward", "Content Editor"]}
    ids = {row.role_id: row.name for row in roles(door)}
    auditor = next(role_id for role_id, name in ids.items() if name == "Auditor")
    subject = subject_of(door, "Cleo")

    above = "That role is above your own"
    for seen in (
        await door.run("Bob", "role assign member:@Cleo role:Admin"),
        await door.run("Bob", "role assign member:@Cleo role:Auditor"),
        await door.run("Bob", "role assign member:@Cleo role:Designer for:5m"),
        await door.run("Bob", "role create name:New permissions:audit:view"),
        await door.run("Bob", "role create name:New rank:26"),
        await door.run("Bob", "role create name:New copy:Admin"),
        await door.run("Bob", "role edit name:Commenter permissions:+member:remove"),
        await door.run("Bob", "role edit name:Commenter rank:31"),
        await door.run("Bob", "role edit name:Designer rank:12"),
        await door.run("Bob", "role delete name:Auditor"),
        await door.press("Bob", "role.choose", subject, choice="admin"),
        await door.press("Bob", "role.choose", subject, choice=auditor),
    ):
        assert seen.private
        assert seen.title == above, seen.text
    assert (await door.run("Bob", "role assign member:@Ada role:Commenter")).title.startswith(
        "You can't change the roles of Ada"
    )
    assert (
        await door.press("Cleo", "role.choose", subject, choice="admin")
    ).title == "You can't do that here"
    assert (await door.press("Eve", "role.choose", subject, choice="admin")).title == (
        "You are not a member of this workspace"
    )
    assert len(door.audit("refused")) == 15
    assert "Role: Commenter" in (await door.run("Cleo", "me")).text


def roles(door: Door):
    from sqlalchemy import text

    with door.world.store.reading() as connection:
        return connection.execute(text("SELECT role_id, name FROM roles")).all()


def subject_of(door: Door, who: str) -> str:
    from sqlalchemy import text

    with door.world.store.reading() as connection:
        statement = text("SELECT workspace_id, member_id FROM members WHERE name = :who")
        row = connection.execute(statement, {"who": who}).one()
    return f"{row.workspace_id}/{row.member_id}"


async def test_what_could_not_be_undone_is_confirmed_first(door: Door) -> None:
    await start(door)
    asked = await door.run("Ada", "role edit name:Owner permissions:-workspace:delete")
    assert asked.labels == ["Confirm", "Cancel"]
    assert "could not be undone" in asked.text
    assert (await door.click("Ada", asked, "Cancel")).title == "Nothing was changed"

    asked = await door.run("Ada", "role edit name:Owner permissions:-workspace:delete")
    assert (await door.click("Ada", asked, "Confirm")).title == "Changed: Owner"
    assert (await door.run("Ada", "role edit name:Owner permissions:+workspace:delete")).title == (
        "That role is above your own"
    )


async def test_two_admins_who_demote_each_other_at_once_leave_one_admin(door: Door) -> None:
    await start(door, policy="instant")
    await member_of(door, "Bob", "Admin")
    await member_of(door, "Cleo", "Admin")

    answers = await asyncio.gather(
        door.run("Bob", "role assign member:@Cleo role:Commenter"),
        door.run("Cleo", "role assign member:@Bob role:Commenter"),
    )

    titles = sorted(seen.title for seen in answers)
    assert titles in (
        ["Bob is now Commenter", "You can't do that here"],
        ["Cleo is now Commenter", "You can't do that here"],
    )
    assert door.world.count("member_roles", "role_id = 'admin'") == 1


async def test_one_role_from_two_doors_at_once_is_given_once_and_told_once(both: Both) -> None:
    await link(both)
    await change(both.slack, "join_policy", "instant")
    made = await invite(both.slack, options="role:Commenter")
    await both.slack.run("Bob", f"join code:{made.code}")
    await both.settle()
    shown = await both.discord.run("Cleo", "member show member:Bob")
    before = len(both.slack.inbox("Bob"))

    answers = await asyncio.gather(
        both.slack.run("Ada", "role assign member:@Bob role:Designer"),
        both.discord.choose("Cleo", shown, "Change role", "Designer"),
    )
    await both.settle()

    assert sorted(seen.title for seen in answers) == ["Bob is now Designer", "Nothing to change"]
    assert [seen.title for seen in both.slack.inbox("Bob")[before:]] == [
        "Your role in Studio is now Designer"
    ]


async def test_two_edits_from_two_doors_at_once_both_count(both: Both) -> None:
    await link(both)
    answers = await asyncio.gather(
        both.slack.run("Ada", "role edit name:Designer permissions:+report:view"),
        both.discord.run("Cleo", "role edit name:Designer permissions:+report:send"),
    )
    assert [seen.title for seen in answers] == ["Changed: Designer"] * 2
    shown = (await both.slack.run("Ada", "role show name:Designer")).text
    assert "report:view" in shown
    assert "report:send" in shown


async def test_whoever_becomes_an_approver_gets_the_card_of_what_is_open(door: Door) -> None:
    await start(door)
    await member(door, "Bob")
    await ask(door)
    before = len(door.inbox("Bob"))
    await door.run("Ada", "role assign member:@Bob role:Admin")
    await door.settle()

    titles = [seen.title for seen in door.inbox("Bob")[before:]]
    assert sorted(titles) == ["Nia asks to join Studio", "Your role in Studio is now Admin"]
    card = next(seen for seen in door.inbox("Bob") if seen.title.startswith("Nia asks"))
    assert (await door.click("Bob", card, "Approve")).title == "Approved: Nia"


async def test_a_role_s_name_is_text_wherever_it_is_shown(door: Door) -> None:
    await start(door, policy="instant")
    await member_of(door, "Bob", "Commenter")
    name = "<!channel> *boss* @everyone"
    await door.run("Ada", f'role create name:"{name}" permissions:content:edit')
    await door.run("Ada", f'role assign member:@Bob role:"{name}"')
    await door.settle()
    for line in ("role list", f'role show name:"{name}"', "member show member:@Bob", "member list"):
        await door.run("Ada", line)
    assert door.last("Bob").title.endswith("boss* @everyone")
    assert door.pings() == []
