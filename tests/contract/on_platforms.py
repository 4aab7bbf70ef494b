"""Beginnings of tests about resources that are something on a platform. Ada owns the workspace; Bob asks."""

from __future__ import annotations

from tests.contract.stories import member, start
from tests.drivers.base import Seen, Thing
from tests.drivers.worlds import Door


async def begin(door: Door) -> Thing:
    """Bob is a member; design is a resource, and nobody but Ada is in it."""
    await start(door, "computers")
    await member(door, "Bob", "Contributor")
    thing = door.thing("design")
    made = await door.run("Ada", f"resource create kind:{thing.kind} name:design outside:{thing.typed}")
    assert made.title == f"New {thing.kind}: design", made.text
    return thing


async def ask(door: Door) -> str:
    asked = await door.run("Bob", "request access resource:design level:edit")
    assert asked.title.startswith("You asked"), asked.text
    await door.settle()
    return asked.short_id


async def approve(door: Door, request: str) -> Seen:
    decided = await door.run("Ada", f"request approve request:{request}")
    assert decided.title.startswith("Approved"), decided.text
    return decided


def card_of(door: Door, request: str) -> Seen:
    """The approver's card, as it stands now."""
    return next(seen for seen in door.inbox("Ada") if request in seen.text)
