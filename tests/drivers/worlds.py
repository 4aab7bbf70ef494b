"""Which drivers there are, and the worlds that tests are run in."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

from tests.drivers.base import Driver, Seen, World
from tests.drivers.discord import DiscordDriver
from tests.drivers.memory import MemoryDriver
from tests.drivers.playground import PlaygroundDriver
from tests.drivers.slack import SlackDriver

#: Every adapter for a chat platform has its driver here, under the name of its package.
DRIVERS: dict[str, Callable[[], Driver]] = {
    "memory": MemoryDriver,
    "slack": SlackDriver,
    "discord": DiscordDriver,
}
#: What is no adapter of its own, but a way in front of one.
FURTHER: dict[str, Callable[[], Driver]] = {"playground": PlaygroundDriver}
#: The people of every world. Ada is an admin of the place; Gus is there as a guest only.
CAST: dict[str, dict[str, Any]] = {
    "Ada": {"admin": True, "email": "ada@acme.example"},
    "Bob": {"email": "bob@acme.example"},
    "Cleo": {"email": "cleo@acme.example"},
    "Eve": {"email": "eve@evil.example"},
    "Gus": {"admin": True, "guest": True, "email": "gus@acme.example"},
    "Nia": {"email": "nia@acme.example"},
}


class Door:
    """One platform of a world: the driver's verbs, and those of the world behind it."""

    def __init__(self, world: World, driver: Driver) -> None:
        self.world = world
        self.driver = driver
        self.name = driver.name
        self.run = driver.run
        self.click = driver.click
        self.press = driver.press
        self.choose = driver.choose
        self.fill = driver.fill
        self.cards = driver.cards
        self.inbox = driver.inbox
        self.channel = driver.channel
        self.person = driver.person
        self.shut = driver.shut
        self.no_forms = driver.no_forms
        self.fail_next = driver.fail_next
        self.pings = driver.pings
        self.put_back = driver.put_back
        self.remove = driver.remove
        self.thing = driver.thing
        self.access = driver.access
        self.put = driver.put
        self.refuse = driver.refuse
        self.settle = world.settle
        self.advance = world.advance
        self.restart = world.restart
        self.audit = world.audit

    async def fill_in(self, person: str, seen: Seen, **values: str) -> Seen:
        """Fills the form that is open, or that the answer's button opens again, as far as the platform has forms."""
        if seen.form is None:
            seen = await self.click(person, seen, "Fill in")
        return await self.fill(person, seen, **values)

    def last(self, person: str) -> Seen:
        """The newest direct message of a person."""
        inbox = self.inbox(person, 1)
        assert inbox, f"{person} has no messages on {self.name}"
        return inbox[-1]


class Both:
    """Slack and Discord on one core."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.slack, self.discord = (Door(world, driver) for driver in world.drivers)
        self.settle = world.settle
        self.advance = world.advance
        self.restart = world.restart
        self.audit = world.audit


@asynccontextmanager
async def opened(url: str, *names: str) -> AsyncIterator[World]:
    """A world on this database with these platforms and the usual people on each."""
    world = World(url, [(DRIVERS | FURTHER)[name]() for name in names])
    await world.open()
    for driver in world.drivers:
        for person, facts in CAST.items():
            driver.person(person, **facts)
    try:
        yield world
    finally:
        await world.close()
