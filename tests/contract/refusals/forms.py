"""What is refused of a form that comes back."""

from __future__ import annotations

from tests.contract.refusals import Code, leads_to
from tests.contract.stories import start
from tests.drivers.base import DAY, Seen
from tests.drivers.worlds import Door


@leads_to(Code.FORM_DONE)
async def _(door: Door) -> Seen:
    await start(door)
    form = await door.run("Ada", "role create")
    await door.fill("Ada", form, name="Reviewer")
    return await door.fill("Ada", form, name="Reader")


@leads_to(Code.FORM_GONE)
async def _(door: Door) -> Seen:
    await start(door)
    form = await door.run("Ada", "role create")
    await door.advance(DAY, jobs=False)
    return await door.fill("Ada", form, name="Reviewer")
