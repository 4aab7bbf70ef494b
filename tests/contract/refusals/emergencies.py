"""What is refused about less than was asked for, and about emergencies."""

from __future__ import annotations

from tests.contract.refusals import Code, leads_to, typed
from tests.contract.stories import ask, change, member, start
from tests.drivers.base import Seen
from tests.drivers.worlds import Door

POLICY = '"access: 1 of request:approve; emergency script:add for at most 4h"'
TAKE = 'access emergency resource:Vault reason:"It burns"'

typed(Code.NO_EMERGENCY, "Ada", TAKE)


async def burning(door: Door) -> None:
    """Studio with a vault, and a policy that lets Ada and Bob take it in an emergency."""
    await start(door)
    await member(door, "Bob", "Admin")
    made = await door.run("Ada", "resource create kind:folder name:Vault")
    assert made.title == "New folder: Vault", made.text
    await change(door, "approvals", POLICY)


@leads_to(Code.NOT_LESS)
async def _(door: Door) -> Seen:
    await start(door)
    asked = await ask(door)
    return await door.run("Ada", f"request approve request:{asked.short_id} role:Admin")


@leads_to(Code.NOTHING_LESS)
async def _(door: Door) -> Seen:
    await start(door)
    asked = await ask(door, options="role:Commenter")
    (studio,) = door.world.core.workspaces()
    return await door.press("Ada", "request.less", f"{studio.workspace_id}/{asked.short_id}")


@leads_to(Code.NOTHING_AGREED)
async def _(door: Door) -> Seen:
    await start(door)
    await member(door, "Bob", "Admin")
    made = await door.run("Ada", "role create name:Remover rank:15 permissions:member:remove")
    assert made.title == "New role: Remover", made.text
    await change(door, "approvals", '"join: 2 of request:approve"')
    asked = await ask(door, options="role:Admin")
    await door.run("Bob", f"request approve request:{asked.short_id} role:Remover")
    return await door.run("Ada", f"request approve request:{asked.short_id} role:Designer")


@leads_to(Code.EMERGENCY_TIME)
async def _(door: Door) -> Seen:
    await burning(door)
    return await door.run("Bob", f"{TAKE} for:5h")


@leads_to(Code.EMERGENCY_OPEN)
async def _(door: Door) -> Seen:
    await burning(door)
    await door.run("Bob", TAKE)
    return await door.run("Bob", f"{TAKE} level:manage")


@leads_to(Code.EMERGENCY_DENIED)
async def _(door: Door) -> Seen:
    await burning(door)
    taken = await door.run("Bob", TAKE)
    await door.run("Ada", f"request deny request:{taken.short_id}")
    return await door.run("Bob", TAKE)


@leads_to(Code.EMERGENCIES_OPEN)
async def _(door: Door) -> Seen:
    await burning(door)
    seen = await door.run("Bob", TAKE)
    for name in ("Safe", "Chest", "Box"):
        await door.run("Ada", f"resource create kind:folder name:{name}")
        seen = await door.run("Bob", TAKE.replace("Vault", name))
    return seen


@leads_to(Code.REVIEW_STAYS)
async def _(door: Door) -> Seen:
    await burning(door)
    taken = await door.run("Bob", TAKE)
    return await door.run("Bob", f"request cancel request:{taken.short_id}")
