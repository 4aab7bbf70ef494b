"""How the refusals about what resources are on the platforms themselves come about."""

from __future__ import annotations

from core.errors import RefusalCode as Code
from tests.contract.refusals import leads_to, typed
from tests.contract.stories import member, start
from tests.drivers.base import DIRECT, Seen
from tests.drivers.worlds import Door

typed(
    Code.OUTSIDE_ELSEWHERE,
    "Ada",
    "resource create kind:slack-channel name:design outside:x",
    "discord",
    "memory",
)


@leads_to(Code.NOT_OUTSIDE)
async def _(door: Door) -> Seen:
    await start(door)
    return await door.run(
        "Ada", f"resource create kind:folder name:design outside:{door.thing('design').typed}"
    )


@leads_to(Code.OUTSIDE_UNREAD)
async def _(door: Door) -> Seen:
    await start(door)
    return await door.run(
        "Ada", f"resource create kind:{door.thing('design').kind} name:design outside:design"
    )


@leads_to(Code.OUTSIDE_NOT_LINKED, "memory", "slack")  # Discord tells nothing of its roles in direct messages
async def _(door: Door) -> Seen:
    """What is typed to the bot directly is about the only workspace of hers; the place it was typed in is none of its."""
    await start(door)
    door.world.alter("DELETE FROM places")
    thing = door.thing("design")
    return await door.run(
        "Ada", f"resource create kind:{thing.kind} name:design outside:{thing.typed}", DIRECT
    )


@leads_to(Code.OUTSIDE_BEYOND)
async def _(door: Door) -> Seen:
    await start(door, "simple")
    await member(door, "Cleo", "Workspace Admin")
    thing = door.thing("design")
    return await door.run("Cleo", f"resource create kind:{thing.kind} name:design outside:{thing.typed}")


@leads_to(Code.THING_TAKEN)
async def _(door: Door) -> Seen:
    await start(door)
    thing = door.thing("design")
    await door.run("Ada", f"resource create kind:{thing.kind} name:design outside:{thing.typed}")
    await door.run("Ada", f"resource create kind:{thing.kind} name:other")
    return await door.run("Ada", f"resource link name:other outside:{thing.typed}")
