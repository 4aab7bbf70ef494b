"""What settings, plans and seats refuse."""

from __future__ import annotations

from tests.contract.refusals import Code, leads_to
from tests.contract.stories import ask, change, invite, on_plan, start
from tests.drivers.base import Seen
from tests.drivers.worlds import Door


@leads_to(Code.INVITATION_SWITCHED_OFF)
async def _(door: Door) -> Seen:
    await start(door)
    made = await invite(door)
    await change(door, "invite_links", "off")
    return await door.run("Nia", f"join code:{made.code}")


@leads_to(Code.LINKS_OFF)
async def _(door: Door) -> Seen:
    await start(door)
    await change(door, "invite_links", "off")
    return await door.run("Ada", "invite create name:Spring")


@leads_to(Code.DOMAIN_NOT_PROVEN)
async def _(door: Door) -> Seen:
    await start(door)
    await change(door, "allowed_domains", "acme.example")
    made = await invite(door)
    door.person("Zed")
    return await door.run("Zed", f"join code:{made.code}")


@leads_to(Code.DOMAIN_DIFFERS, "memory", "slack")  # Discord proves no addresses
async def _(door: Door) -> Seen:
    await start(door)
    await change(door, "allowed_domains", "acme.example")
    made = await invite(door)
    return await door.run("Eve", f"join code:{made.code}")


@leads_to(Code.DOMAIN_CLOSED)
async def _(door: Door) -> Seen:
    await start(door)
    await change(door, "allowed_domains", "acme.example")
    return await door.run("Ada", "invite create domain:evil.example")


@leads_to(Code.NEWCOMER_OUTSIDE)
async def _(door: Door) -> Seen:
    await start(door)
    asked = await ask(door, "Eve")
    await change(door, "allowed_domains", "acme.example")
    return await door.run("Ada", f"request approve request:{asked.short_id}")


@leads_to(Code.WORKSPACE_FULL)
async def _(door: Door) -> Seen:
    await start(door)
    made = await invite(door)
    on_plan(door, "pro", 1)
    return await door.run("Nia", f"join code:{made.code}")


@leads_to(Code.WORKSPACE_ALONE)
async def _(door: Door) -> Seen:
    await start(door)
    made = await invite(door)
    on_plan(door, "free")
    return await door.run("Nia", f"join code:{made.code}")


@leads_to(Code.NO_SEAT)
async def _(door: Door) -> Seen:
    await start(door)
    asked = await ask(door)
    on_plan(door, "pro", 1)
    return await door.run("Ada", f"request approve request:{asked.short_id}")


@leads_to(Code.ROLE_NOT_ON_PLAN)
async def _(door: Door) -> Seen:
    await start(door, "animation")
    on_plan(door, "pro")
    return await door.run("Ada", "invite create role:Viewer")
