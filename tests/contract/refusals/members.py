"""How the refusals about members come about."""

from __future__ import annotations

from core.errors import RefusalCode as Code
from tests.contract.refusals import leads_to
from tests.contract.stories import leave, member, start
from tests.drivers.base import MINUTE, Seen
from tests.drivers.worlds import Door


@leads_to(Code.LAST_HOLDER)
async def _(door: Door) -> Seen:
    await start(door, scheme="simple")
    return await door.run("Ada", "member remove member:@Ada")


@leads_to(Code.ABOVE_YOU)
async def _(door: Door) -> Seen:
    await start(door, scheme="project")
    await member(door, "Bob", "Admin")
    return await door.run("Bob", "member remove member:@Ada")


@leads_to(Code.ALREADY_LEFT)
async def _(door: Door) -> Seen:
    await start(door)
    await member(door, "Bob")
    asked = await door.run("Ada", "member remove member:@Bob")
    await leave(door, "Bob")
    return await door.click("Ada", asked, "Confirm")


@leads_to(Code.ALREADY_CONFIRMED)
async def _(door: Door) -> Seen:
    await start(door)
    await member(door, "Bob")
    asked = await door.run("Ada", "member remove member:@Bob")
    await door.click("Ada", asked, "Cancel")
    return await door.click("Ada", asked, "Confirm")


@leads_to(Code.CONFIRM_TOO_LATE)
async def _(door: Door) -> Seen:
    await start(door)
    await member(door, "Bob")
    asked = await door.run("Ada", "member remove member:@Bob")
    await door.advance(15 * MINUTE, jobs=False)
    return await door.click("Ada", asked, "Confirm")
