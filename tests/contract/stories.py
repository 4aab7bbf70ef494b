"""Beginnings that many tests share. Ada owns the workspace; Nia is the newcomer."""

from __future__ import annotations

from tests.drivers.base import Seen
from tests.drivers.worlds import Both, Door


async def start(door: Door, scheme: str = "studio", policy: str = "") -> Seen:
    """Ada starts the workspace Studio."""
    made = await door.run("Ada", f"workspace create name:Studio scheme:{scheme}")
    assert made.title == "Studio is ready", made.text
    if policy:
        await change(door, "join_policy", policy)
    return made


async def change(door: Door, setting: str, value: str, channel: str = "general") -> Seen:
    seen = await door.run("Ada", f"workspace set setting:{setting} value:{value}", channel)
    assert seen.title.startswith(f"{setting} is now"), seen.text
    return seen


async def invite(door: Door, by: str = "Ada", options: str = "") -> Seen:
    """The card of a new invitation."""
    made = await door.run(by, f"invite create {options}")
    assert made.title.startswith("Invitation ready"), made.text
    return made


async def ask(door: Door, who: str = "Nia", options: str = "role:Designer") -> Seen:
    """Ada invites, somebody uses the code, and the approvers get their card: the answer to the newcomer."""
    made = await invite(door, options=options)
    asked = await door.run(who, f"join code:{made.code}")
    assert asked.title == "You asked to join Studio", asked.text
    await door.settle()
    return asked


async def member(door: Door, who: str, role: str = "Designer") -> None:
    """Somebody is invited, asks and is let in by Ada; the messages about it are delivered."""
    asked = await ask(door, who, f"role:{role}" if role else "")
    decided = await door.run("Ada", f"request approve request:{asked.short_id}")
    assert decided.title == f"Approved: {who}", decided.text
    await door.settle()


async def link(both: Both) -> None:
    """Studio begins in Slack; Discord is linked to it, and Cleo is an Admin there."""
    await start(both.slack)
    made = await both.slack.run("Ada", "workspace link")
    linked = await both.discord.run("Ada", f"workspace link code:{made.link_code}")
    assert linked.title == "Linked to Studio", linked.text
    invited = await invite(both.slack, options="role:Admin")
    asked = await both.discord.run("Cleo", f"join code:{invited.code}")
    decided = await both.slack.run("Ada", f"request approve request:{asked.short_id}")
    assert decided.title == "Approved: Cleo", decided.text
    await both.settle()


async def leave(door: Door, who: str) -> None:
    """Somebody leaves by themselves."""
    asked = await door.run(who, f"member remove member:@{who}")
    assert asked.title == "Leave Studio?", asked.text
    left = await door.click(who, asked, "Confirm")
    assert left.title == "You left Studio", left.text


async def remove(door: Door, who: str, reason: str = "", by: str = "Ada") -> Seen:
    """Somebody is taken out: the last card."""
    asked = await door.run(by, f"member remove member:@{who}" + (f' reason:"{reason}"' if reason else ""))
    assert asked.title == f"Remove {who} from Studio?", asked.text
    removed = await door.click(by, asked, "Confirm")
    assert removed.title == f"Removed: {who}", removed.text
    return removed


async def assign(door: Door, who: str, role: str, by: str = "Ada") -> None:
    """A member gets this role for good; where everybody has one, it is the only one."""
    seen = await door.run(by, f'role assign member:@{who} role:"{role}"')
    assert seen.title == f"{who} is now {role}", seen.text


async def define(door: Door, name: str, rank: int, *permissions: str) -> None:
    """A role of the workspace's own."""
    listed = ", ".join(permissions)
    seen = await door.run("Ada", f'role create name:"{name}" rank:{rank} permissions:"{listed}"')
    assert seen.title == f"New role: {name}", seen.text


# What no command does: these change the database.


def vanish(door: Door, who: str) -> None:
    """Somebody is a member no more, by none of the ways that also end what they began."""
    door.world.alter("UPDATE members SET left_at = :now WHERE name = :who", now=door.world.clock(), who=who)


def give(door: Door, who: str, role_id: str) -> None:
    """A member has this role now, and no other, whoever they were: the rules for the top role are not asked."""
    found = "member_id IN (SELECT member_id FROM members WHERE name = :who)"
    door.world.alter(f"UPDATE member_roles SET role_id = :role WHERE {found}", role=role_id, who=who)


def admit(door: Door, who: str, role_id: str) -> None:
    """Somebody whose request still waits is a member by other means."""
    now = door.world.clock()
    door.world.alter(
        "INSERT INTO members (workspace_id, member_id, name, name_key, joined_at) "
        "SELECT workspace_id, 'mem-x', name, lower(name), :now FROM requests WHERE name = :who",
        now=now,
        who=who,
    )
    door.world.alter(
        "INSERT INTO identities (workspace_id, platform, realm, subject, member_id) "
        "SELECT workspace_id, platform, realm, subject, 'mem-x' FROM requests WHERE name = :who",
        who=who,
    )
    door.world.alter(
        "INSERT INTO member_roles (workspace_id, member_id, role_id, given_at, source) "
        "SELECT workspace_id, 'mem-x', :role, :now, 'test' FROM requests WHERE name = :who",
        role=role_id,
        now=now,
        who=who,
    )


def add_role(door: Door, name: str, rank: int, *permissions: str) -> None:
    """A role that may be above everybody."""
    listed = "[" + ", ".join(f'"{permission}"' for permission in permissions) + "]"
    door.world.alter(
        "INSERT INTO roles (workspace_id, role_id, name, rank, permissions, exactly_one, plans) "
        "SELECT workspace_id, :id, :name, :rank, :listed, false, '[]' FROM workspaces WHERE name = 'Studio'",
        id=name.lower(),
        name=name,
        rank=rank,
        listed=listed,
    )
    door.world.alter("UPDATE workspaces SET roles_version = roles_version + 1 WHERE name = 'Studio'")


def on_plan(door: Door, plan: str, seats: int | None = None) -> None:
    """Whoever runs Usher puts Studio on that plan."""
    (studio,) = (each for each in door.world.core.workspaces() if each.name == "Studio")
    door.world.core.set_plan(studio.workspace_id, plan, seats, door.world.clock())
