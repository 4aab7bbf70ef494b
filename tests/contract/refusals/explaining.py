"""How the refusals of `can` and `why` come about."""

from __future__ import annotations

from core.errors import RefusalCode as Code
from tests.contract.refusals import leads_to
from tests.contract.stories import member, start
from tests.drivers.base import Seen
from tests.drivers.worlds import Door


@leads_to(Code.NOT_REACHED)
async def _(door: Door) -> Seen:
    await start(door)
    await member(door, "Bob", "")
    await door.run("Ada", "resource create kind:folder name:Site")
    return await door.run("Bob", "why member:@Ada permission:content:edit resource:Site")
