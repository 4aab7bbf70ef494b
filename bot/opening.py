"""Puts a town of the playground together: a core on an empty database, both platforms, relay and sweeps."""

from __future__ import annotations

import asyncio
import shutil
import time
from contextlib import AsyncExitStack
from pathlib import Path
from typing import NamedTuple

# What draws messages is read now, and not when the first of them waits for it.
import adapters.discord.letters
import adapters.slack.render  # noqa: F401
from adapters.desk import Desk
from adapters.memory import MemoryPlatform, Message
from adapters.web.playground.feed import Feed
from adapters.web.playground.stage import CHATS
from bot import config
from bot.clock import MovableClock
from bot.engine import Engine, open_engine
from bot.folk import PEOPLE
from bot.passing import Passing
from bot.town import Town
from core import language
from core.calls import Identity
from core.cards import Home


class Opened(NamedTuple):
    """A town, the core that it stands on, and what has to be closed after it."""

    town: Town
    engine: Engine
    ends: AsyncExitStack


async def open_town(folder: Path, address: str, port: int) -> Opened:
    """A town in which nothing has happened yet. Its database is in ``folder``, which goes away with it."""
    async with AsyncExitStack() as ends:
        ends.push_async_callback(asyncio.to_thread, shutil.rmtree, folder, ignore_errors=True)
        clock = MovableClock(time.time)
        engine = await asyncio.to_thread(_engine, folder, address, port, clock)
        ends.push_async_callback(asyncio.to_thread, engine.close)
        feed = Feed()

        def told(message: Message, _: bool) -> None:
            made.told(message)

        def told_home(person: Identity, home: Home) -> None:
            made.told_home(person, home)

        platforms = {name: MemoryPlatform(told, name, told_home) for name in CHATS}
        passing = Passing(engine, clock, platforms)

        async def forward(far: str) -> bool:
            seconds = clock.distance(far)
            if seconds is not None:
                await passing.forward(seconds, feed.touch)
            return seconds is not None

        desk = Desk(engine.core, engine.executor, clock, passing.wake, local=True)
        made = Town(engine.core, desk, platforms, feed, forward)
        for name, admin in PEOPLE:
            made.settle_in(name, admin=admin)
        await passing.open()
        ends.push_async_callback(passing.close)
        return Opened(made, engine, ends.pop_all())


def _engine(folder: Path, address: str, port: int, clock: MovableClock) -> Engine:
    folder.mkdir()
    database = f"sqlite:///{folder / 'playground.db'}"
    settings = config.load(USHER_DATABASE_URL=database, USHER_PUBLIC_URL=address, PORT=port)
    engine = open_engine(settings, clock)
    language.prepare()
    return engine
