"""What somebody has for a time, through every door: told of before its end, asked for longer, given back, and over."""

from __future__ import annotations

import pytest

from tests.contract.stories import member, start
from tests.drivers.base import DAY, HOUR, Seen
from tests.drivers.worlds import Door


async def begin(door: Door) -> None:
    """Bob is Admin, and reaches Renders, for three days each."""
    await start(door, "studio")
    await member(door, "Bob")
    await door.run("Ada", "resource create kind:scene name:Renders")
    given = await door.run("Ada", "access grant resource:Renders to:@Bob level:edit for:3d")
    assert given.title == "Bob has edit on Renders for a time", given.text
    given = await door.run("Ada", "role assign member:@Bob role:Admin for:3d")
    assert given.title == "Bob is Admin for a time", given.text
    await door.settle()


def notices(door: Door) -> dict[str, Seen]:
    """What Bob was told of ends, by title; the same is not told twice."""
    found = [seen for seen in door.inbox("Bob") if seen.labels == ["Extend", "Choose how long", "I'm done"]]
    titles = [seen.title for seen in found]
    assert len(set(titles)) == len(titles)
    return dict(zip(titles, found, strict=True))


async def may(door: Door, typed: str) -> bool:
    return (await door.run("Bob", f"can {typed}")).title.startswith("Yes")


@pytest.mark.everywhere
async def test_a_holder_is_told_asks_for_longer_gives_back_and_loses_the_rest_at_its_second(
    door: Door,
) -> None:
    await begin(door)
    await door.advance(2 * DAY - 1)
    assert notices(door) == {}
    await door.advance(1)
    await door.restart()
    await door.advance(0)
    found = notices(door)
    assert sorted(found) == ["Your Admin role ends tomorrow", "Your access to Renders (edit) ends tomorrow"]

    asked = await door.click("Bob", found["Your access to Renders (edit) ends tomorrow"], "Extend")
    assert asked.title == "You asked to keep edit on Renders longer", asked.text
    again = await door.click("Bob", found["Your access to Renders (edit) ends tomorrow"], "Extend")
    assert again.title != asked.title
    await door.settle()
    decided = await door.click("Ada", door.last("Ada"), "Approve")
    assert "Approved" in decided.title, decided.text
    stale = await door.click("Bob", found["Your access to Renders (edit) ends tomorrow"], "I'm done")
    assert stale.title == "Nothing to change", stale.text

    done = await door.click("Bob", found["Your Admin role ends tomorrow"], "I'm done")
    assert done.title == "You are no longer Admin", done.text
    assert not await may(door, "permission:member:remove")
    await door.advance(23 * HOUR)
    assert sorted(notices(door)) == sorted(found)

    # Three days more from the old end on; nothing sweeps when they are over.
    await door.advance(3 * DAY, jobs=False)
    assert await may(door, "permission:content:edit resource:Renders")
    await door.advance(HOUR - 1, jobs=False)
    assert await may(door, "permission:content:edit resource:Renders")
    await door.advance(1, jobs=False)
    assert not await may(door, "permission:content:edit resource:Renders")
    await door.advance(0)
    assert door.last("Bob").title == "Your access to Renders (edit) is over"
    assert len(door.audit("access.ended")) == 1


async def test_L39_of_what_is_over_or_taken_or_switched_off_nobody_is_told(door: Door) -> None:
    await begin(door)
    await door.advance(2 * DAY, jobs=False)
    door.world.core.sweep(door.world.clock())
    taken = await door.run("Ada", "access revoke resource:Renders to:@Bob")
    assert taken.title == "Bob has no grant on Renders any more", taken.text
    seen = await door.run("Ada", "workspace set setting:reminders value:roles")
    assert seen.title.startswith("reminders is now"), seen.text
    await door.settle()
    assert notices(door) == {}
    await door.run("Ada", "workspace set setting:reminders value:on")
    await door.advance(23 * HOUR)
    assert list(notices(door)) == ["Your Admin role ends in 1 hour"]
