"""How the refusals about editing, sending again, declining and asking to invite come about."""

from __future__ import annotations

from core.errors import RefusalCode as Code
from tests.contract.refusals import leads_to, typed
from tests.contract.stories import add_role, invite, member, on_plan, start
from tests.drivers.base import HOUR, Seen
from tests.drivers.worlds import Door

typed(Code.CANNOT_INVITE, "Bob", "invite create", scheme="simple")


async def asked(door: Door) -> Seen:
    """Bob, who may not invite, asks for a link: his card."""
    await start(door, "simple")
    await member(door, "Bob", "")
    offered = await door.run("Bob", "invite create")
    seen = await door.click("Bob", offered, "Ask")
    assert seen.title == "You asked for an invite link to Studio", seen.text
    await door.settle()
    return seen


@leads_to(Code.INVITATION_DECLINED)
async def _(door: Door) -> Seen:
    await start(door)
    made = await invite(door, options="emails:@Nia")
    await door.run("Nia", f"decline code:{made.code}")
    return await door.run("Nia", f"join code:{made.code}")


@leads_to(Code.NOTHING_TO_DECLINE)
async def _(door: Door) -> Seen:
    await start(door)
    made = await invite(door)
    return await door.run("Nia", f"decline code:{made.code}")


@leads_to(Code.RESENT_JUST_NOW)
async def _(door: Door) -> Seen:
    await start(door)
    made = await invite(door)
    await door.run("Ada", f"invite resend invite:{made.short_id}")
    await door.advance(59)
    return await door.run("Ada", f"invite resend invite:{made.short_id}")


@leads_to(Code.USES_TAKEN)
async def _(door: Door) -> Seen:
    await start(door, policy="instant")
    made = await invite(door, options="uses:3")
    for who in ("Bob", "Nia"):
        await door.run(who, f"join code:{made.code}")
    return await door.run("Ada", f"invite edit invite:{made.short_id} uses:1")


@leads_to(Code.ALREADY_ASKED)
async def _(door: Door) -> Seen:
    await asked(door)
    return await door.click("Bob", await door.run("Bob", "invite create"), "Ask")


@leads_to(Code.TOO_MANY_WAITING)
async def _(door: Door) -> Seen:
    await asked(door)
    for name in "abcd":
        seen = await door.run("Bob", f"request invite name:{name}")
        assert seen.title == "You asked for an invite link to Studio", seen.text
    return await door.run("Bob", "request invite name:e")


@leads_to(Code.NOBODY_TO_ASK)
async def _(door: Door) -> Seen:
    await start(door, "simple")
    await member(door, "Bob", "")
    add_role(door, "Regent", 99, "project:crown")
    return await door.run("Bob", "request invite role:Regent")


@leads_to(Code.ROLE_GONE)
async def _(door: Door) -> Seen:
    await start(door)
    await door.run("Ada", "role create name:Temp permissions:note:read")
    made = await invite(door, options="role:Temp expires:1h")
    await door.advance(HOUR)
    await door.run("Ada", "role delete name:Temp")
    return await door.run("Ada", f"invite resend invite:{made.short_id}")


@leads_to(Code.INVITED_ROLE_GONE)
async def _(door: Door) -> Seen:
    await start(door)
    add_role(door, "Temp", 1, "note:read")
    made = await invite(door, options="role:Temp")
    door.world.alter("DELETE FROM roles WHERE name = 'Temp'")
    door.world.alter("UPDATE workspaces SET roles_version = roles_version + 1 WHERE name = 'Studio'")
    return await door.run("Nia", f"join code:{made.code}")


@leads_to(Code.INVITED_ROLE_OFF)
async def _(door: Door) -> Seen:
    await start(door, "animation")
    made = await invite(door, options="role:Viewer")
    on_plan(door, "pro")
    return await door.run("Nia", f"join code:{made.code}")
