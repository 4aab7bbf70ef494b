"""How the refusals about roles come about."""

from __future__ import annotations

from core.errors import RefusalCode as Code
from tests.contract.refusals import leads_to, typed
from tests.contract.stories import invite, member, start
from tests.drivers.base import Seen
from tests.drivers.worlds import Door

typed(Code.ROLE_EXISTS, "Ada", 'role create name:"content editor"')
typed(Code.BAD_ROLE_NAME, "Ada", "role create name:none")
typed(Code.RANK_TAKEN, "Ada", "role create name:New rank:30")
typed(Code.BAD_RANK, "Ada", "role create name:New rank:1000")
typed(Code.UNKNOWN_PERMISSION, "Ada", "role create name:New permissions:member:fly")
typed(Code.MIXED_PERMISSIONS, "Ada", 'role edit name:Designer permissions:"content:edit, -comment:write"')
typed(Code.PERMISSION_INCLUDED, "Ada", "role edit name:Admin permissions:-audit:view")
typed(Code.TOP_ROLE, "Ada", "role edit name:Owner rank:1")
typed(Code.BAD_TIME, "Ada", "role assign member:@Bob role:Admin for:91d")
typed(Code.HELD_FOR_GOOD, "Ada", "role assign member:@Bob role:Commenter for:8h")
typed(Code.ONLY_ROLE, "Ada", "role unassign member:@Bob role:Commenter")


@leads_to(Code.NO_FREE_RANK)
async def _(door: Door) -> Seen:
    await start(door)
    await door.run("Ada", "role create name:Last rank:1")
    return await door.run("Ada", "role create name:New copy:Last")


@leads_to(Code.TOO_MANY_ROLES)
async def _(door: Door) -> Seen:
    await start(door)
    for number in range(45):
        await door.run("Ada", f"role create name:R{number}")
    return await door.run("Ada", "role create name:New")


@leads_to(Code.TOO_MANY_PERMISSIONS)
async def _(door: Door) -> Seen:
    await start(door)
    for begin in range(0, 200, 50):
        listed = ", ".join(
            f"a:p{'x' * (number % 10)}{'y' * (number // 10)}" for number in range(begin, begin + 50)
        )
        await door.run("Ada", f'role create name:R{begin} permissions:"{listed}"')
    return await door.run("Ada", "role create name:New permissions:b:c")


@leads_to(Code.ROLE_IN_USE)
async def _(door: Door) -> Seen:
    await start(door)
    await invite(door, options="role:Designer")
    return await door.run("Ada", "role delete name:Designer")


@leads_to(Code.ROLES_CHANGED)
async def _(door: Door) -> Seen:
    await start(door)
    announced = await door.run("Ada", "role edit name:Owner permissions:-workspace:delete")
    await door.run("Ada", "role edit name:Designer rank:33")
    return await door.click("Ada", announced, "Confirm")


@leads_to(Code.MEMBER_ABOVE)
async def _(door: Door) -> Seen:
    await start(door)
    await member(door, "Bob", "Admin")
    return await door.run("Bob", "role assign member:@Ada role:Designer")


@leads_to(Code.NOT_ON_PLAN)
async def _(door: Door) -> Seen:
    await start(door, "animation")
    await member(door, "Bob", "")
    door.world.alter("UPDATE workspaces SET plan = 'pro' WHERE name = 'Studio'")
    return await door.run("Ada", "role assign member:@Bob role:Viewer")
