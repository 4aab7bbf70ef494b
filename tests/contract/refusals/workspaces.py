"""How the refusals about several workspaces come about, and about handing one over and deleting it."""

from __future__ import annotations

from core.errors import RefusalCode as Code
from tests.contract.refusals import leads_to, typed
from tests.contract.stories import give, member, start
from tests.drivers.base import DAY, DIRECT, Seen
from tests.drivers.worlds import Door

typed(Code.PLACE_DECIDES, "Ada", "workspace use workspace:Studio")
typed(Code.NOT_TOP, "Bob", "workspace transfer to:Ada")
typed(Code.WRONG_NAME, "Ada", "workspace delete name:Studios")


@leads_to(Code.UNKNOWN_WORKSPACE)
async def _(door: Door) -> Seen:
    await start(door)
    return await door.run("Bob", "workspace use workspace:Studio", DIRECT)


@leads_to(Code.AMBIGUOUS_WORKSPACE)
async def _(door: Door) -> Seen:
    await start(door)
    door.channel("side")
    await door.run("Ada", "workspace create name:STUDIO", "side")
    return await door.run("Ada", "workspace use workspace:studio", DIRECT)


@leads_to(Code.TRANSFER_OVER)
async def _(door: Door) -> Seen:
    asked = await _offer(door)
    await door.advance(3 * DAY, jobs=False)
    return await door.click("Bob", asked, "Accept")


@leads_to(Code.TRANSFER_VOID)
async def _(door: Door) -> Seen:
    asked = await _offer(door)
    give(door, "Ada", "admin")
    return await door.click("Bob", asked, "Accept")


async def _offer(door: Door) -> Seen:
    await start(door)
    await member(door, "Bob")
    await door.run("Ada", "workspace transfer to:Bob")
    await door.settle()
    return door.last("Bob")
