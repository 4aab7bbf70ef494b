"""What approval policies refuse."""

from __future__ import annotations

from tests.contract.refusals import Code, leads_to
from tests.contract.stories import ask, change, member, start
from tests.drivers.base import Seen
from tests.drivers.worlds import Door


@leads_to(Code.NOT_AN_APPROVER)
async def _(door: Door) -> Seen:
    await start(door)
    await member(door, "Bob", "Admin")
    await change(door, "approvals", '"join: 1 of role:Owner"')
    asked = await ask(door)
    return await door.run("Bob", f"request approve request:{asked.short_id}")


@leads_to(Code.POLICY_FOR_A_TIME)
async def _(door: Door) -> Seen:
    await start(door)
    await member(door, "Bob")
    await door.run("Ada", "role assign member:@Bob role:Admin for:8h")
    return await door.run("Bob", 'workspace set setting:approvals value:"access: 1 of content:edit"')


@leads_to(Code.ALREADY_SAID)
async def _(door: Door) -> Seen:
    await start(door)
    await member(door, "Bob", "Admin")
    await change(door, "approvals", '"join: 2 of request:approve"')
    await ask(door)
    await door.click("Ada", door.last("Ada"), "Approve")
    return await door.click("Ada", door.last("Ada"), "Approve")


@leads_to(Code.REASON_NEEDED)
async def _(door: Door) -> Seen:
    await start(door)
    await change(door, "approvals", '"join: 1 of request:approve; reason on deny"')
    await ask(door)
    return await door.run("Ada", f"request deny request:{door.last('Ada').short_id}")
