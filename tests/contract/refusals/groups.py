"""How the refusals about groups come about."""

from __future__ import annotations

from core.errors import RefusalCode as Code
from tests.contract.refusals import leads_to, typed
from tests.contract.stories import member, start
from tests.drivers.base import Seen
from tests.drivers.worlds import Door

typed(Code.UNKNOWN_GROUP, "Ada", "group show name:QA")
typed(Code.BAD_GROUP_NAME, "Ada", "group create name:none")


async def crew(door: Door, scheme: str = "studio", role: str = "") -> None:
    """Ada's workspace with the group Crew; Bob is in the workspace."""
    await start(door, scheme)
    await member(door, "Bob", role)
    await door.run("Ada", "group create name:Crew")


@leads_to(Code.GROUP_EXISTS)
async def _(door: Door) -> Seen:
    await crew(door)
    return await door.run("Ada", "group create name:CREW")


@leads_to(Code.TOO_MANY_GROUPS)
async def _(door: Door) -> Seen:
    await crew(door)
    door.world.alter(
        "INSERT INTO groups (workspace_id, group_id, name, name_key, created_at) "
        "WITH RECURSIVE counted(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM counted WHERE n < 500) "
        "SELECT workspace_id, 'grp-#' || n, 'x' || n, 'x' || n, 0 FROM counted, groups"
    )
    return await door.run("Ada", "group create name:More")


@leads_to(Code.GROUP_NAMED)
async def _(door: Door) -> Seen:
    await crew(door)
    await door.run("Ada", 'workspace set setting:approvals value:"join: 1 of group:Crew"')
    return await door.run("Ada", "group delete name:Crew")


@leads_to(Code.GROUP_GONE)
async def _(door: Door) -> Seen:
    await crew(door)
    first, second = [await door.run("Ada", "group delete name:Crew") for _ in range(2)]
    await door.click("Ada", first, "Confirm")
    return await door.click("Ada", second, "Confirm")


@leads_to(Code.GROUP_ANSWERS)
async def _(door: Door) -> Seen:
    await crew(door, "project", "Admin")
    await door.run("Ada", 'workspace set setting:approvals value:"join: 1 of group:Crew"')
    return await door.run("Bob", "group add group:Crew member:@Bob")


@leads_to(Code.GROUP_FOR_A_TIME)
async def _(door: Door) -> Seen:
    await crew(door, "project")
    await door.run("Ada", "role assign member:@Bob role:Admin for:8h")
    return await door.run("Bob", "group add group:Crew member:@Bob")


@leads_to(Code.CANNOT_ADD_TO_GROUP)
async def _(door: Door) -> Seen:
    await crew(door)
    return await door.run("Bob", "invite create group:Crew")


@leads_to(Code.GROUP_MANAGES)
async def _(door: Door) -> Seen:
    await crew(door, "project", "Admin")
    await door.run("Ada", "resource create kind:folder name:Payroll")
    await door.run("Ada", "access grant resource:Payroll to:Crew level:manage")
    return await door.run("Bob", "invite create group:Crew")


@leads_to(Code.GROUP_NOT_YOURSELF)
async def _(door: Door) -> Seen:
    await crew(door, "project", "Admin")
    await door.run("Ada", "resource create kind:folder name:Payroll")
    await door.run("Ada", "access grant resource:Payroll to:Crew level:edit")
    return await door.run("Bob", "group add group:Crew member:@Bob")


@leads_to(Code.GROUP_MEMBER_ABOVE)
async def _(door: Door) -> Seen:
    await crew(door, "project", "Admin")
    return await door.run("Bob", "group add group:Crew member:@Ada")
