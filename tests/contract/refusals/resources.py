"""How the refusals about resources and access come about."""

from __future__ import annotations

from core.errors import RefusalCode as Code
from tests.contract.refusals import leads_to, typed
from tests.contract.stories import member, start
from tests.drivers.base import Seen
from tests.drivers.worlds import Door

typed(Code.UNKNOWN_RESOURCE, "Ada", "resource show name:Nothing")
typed(Code.BAD_RESOURCE_KIND, "Ada", "resource create kind:9th name:Site")
typed(Code.ONE_SIDE, "Ada", "access list member:@Bob resource:Site")


async def site(door: Door) -> None:
    """Ada makes the folder Site; Bob is a member who has nothing."""
    await start(door)
    await member(door, "Bob", "")
    await door.run("Ada", "resource create kind:folder name:Site outside:f1")


@leads_to(Code.RESOURCE_EXISTS)
async def _(door: Door) -> Seen:
    await site(door)
    return await door.run("Ada", "resource create kind:folder name:site")


@leads_to(Code.OUTSIDE_TAKEN)
async def _(door: Door) -> Seen:
    await site(door)
    return await door.run("Ada", "resource create kind:folder name:Other outside:f1")


@leads_to(Code.AMBIGUOUS_RESOURCE)
async def _(door: Door) -> Seen:
    await site(door)
    await door.run("Ada", "resource create kind:project name:Site")
    return await door.run("Ada", "resource show name:Site")


@leads_to(Code.RESOURCE_TOO_DEEP)
async def _(door: Door) -> Seen:
    await site(door)
    for number in range(10):
        parent = f"L{number - 1}" if number else "Site"
        last = await door.run("Ada", f"resource create kind:folder name:L{number} parent:{parent}")
    return last


@leads_to(Code.TOO_MANY_RESOURCES)
async def _(door: Door) -> Seen:
    await site(door)
    door.world.alter(
        "INSERT INTO resources (workspace_id, resource_id, kind, name, name_key, path, created_at) "
        "WITH RECURSIVE counted(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM counted WHERE n < 100000) "
        "SELECT workspace_id, 'res-#' || n, 'x', 'x', 'x', '/res-#' || n || '/', 0 FROM counted, resources"
    )
    return await door.run("Ada", "resource create kind:folder name:More")


@leads_to(Code.CANNOT_GRANT)
async def _(door: Door) -> Seen:
    await site(door)
    return await door.run("Bob", "access grant resource:Site to:@Ada")


@leads_to(Code.NO_ACCESS)
async def _(door: Door) -> Seen:
    await site(door)
    return await door.run("Bob", "access list resource:Site")


@leads_to(Code.GRANT_OUTLASTS)
async def _(door: Door) -> Seen:
    await site(door)
    await door.run("Ada", "access grant resource:Site to:@Bob level:manage for:8h")
    return await door.run("Bob", "access grant resource:Site to:@Ada level:view")


@leads_to(Code.BAD_GRANT_TIME)
async def _(door: Door) -> Seen:
    await site(door)
    return await door.run("Ada", "access grant resource:Site to:@Bob for:91d")


@leads_to(Code.HAS_FOR_GOOD)
async def _(door: Door) -> Seen:
    await site(door)
    await door.run("Ada", "access grant resource:Site to:@Bob level:edit")
    return await door.run("Ada", "access grant resource:Site to:@Bob level:view for:8h")


@leads_to(Code.NO_ACCESS_TO_TAKE)
async def _(door: Door) -> Seen:
    await site(door)
    return await door.run("Ada", "access revoke resource:Site to:@Bob")


@leads_to(Code.UNKNOWN_HOLDER)
async def _(door: Door) -> Seen:
    await site(door)
    return await door.run("Ada", "access grant resource:Site to:Nobody")


@leads_to(Code.AMBIGUOUS_HOLDER)
async def _(door: Door) -> Seen:
    await site(door)
    await door.run("Ada", "group create name:Bob")
    return await door.run("Ada", "access grant resource:Site to:Bob")
