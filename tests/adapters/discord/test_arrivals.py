"""Servers that Usher is let into and taken out of, while it is connected and while it is not."""

from __future__ import annotations

import asyncio
from types import SimpleNamespace
from typing import Any

from adapters.discord.arrivals import Arrivals
from tests.adapters.discord.sample import Scene, StubCore, running, settled
from tests.fakes.discord import FakeDiscord


async def test_whoever_owns_a_server_is_told_the_first_step_once(on: Scene):
    await on.client.wait_until_ready()
    fresh = on.fake.add_guild("Studio", owner=on.owner)
    hello = await on.fake.wait_message(on.owner, "Studio")
    assert "/workspace create" in hello.text
    assert on.core.moves == [(str(fresh.id), False)]

    async with running(on.fake, on.core):  # another process, and the news once more
        await on.fake.wait_for(lambda: on.fake.gateway.identifies == 2)
        await settled()
    assert len(on.fake.messages(on.owner)) == 1


async def test_it_is_told_in_the_language_of_the_server(on: Scene):
    await on.client.wait_until_ready()
    guild = on.fake.add_guild("Studio", owner=on.owner, locale="de")
    assert "jetzt auf Studio" in (await on.fake.wait_message(on.owner)).text
    assert guild.locale == "de"


async def test_nobody_is_told_where_usher_was_before_or_the_owner_takes_no_messages(on: Scene):
    await on.client.wait_until_ready()
    shut = on.fake.add_user("shut", dm_open=False)
    on.core.known = {"1": True}
    on.fake.add_guild("Shut", owner=shut)
    await on.core.until(lambda: on.core.moves)
    await settled()
    again = on.fake.add_guild("Again", owner=on.owner, bot=False)
    on.core.known[str(again.id)] = False
    on.fake.let_bot_in(again)
    await on.core.until(lambda: len(on.core.moves) == 2)
    await settled()

    assert on.fake.messages(on.owner) == on.fake.messages(shut) == []


async def test_being_taken_out_is_told_to_the_core_and_being_unwell_is_not(on: Scene):
    await on.client.wait_until_ready()
    on.fake.lose_guild(on.acme)
    on.fake.regain_guild(on.acme)
    await settled()
    assert on.core.moves == []

    on.fake.remove_bot(on.acme)
    await on.core.until(lambda: on.core.moves)
    assert on.core.moves == [(str(on.acme.id), True)]


async def test_what_happened_while_nobody_was_connected_is_noticed(fake: FakeDiscord):
    core = StubCore()
    there = fake.add_guild("There", owner=fake.add_user("olga"))
    core.known = {str(there.id): False, "123": True, "456": False, "T012": True}
    async with running(fake, core):
        await core.until(lambda: len(core.moves) == 2)

    assert sorted(core.moves) == sorted([(str(there.id), False), ("123", True)])


async def test_who_leaves_and_comes_back_at_once_is_there_in_the_end():
    told: list[bool] = []

    class Slow:
        async def moved(self, platform: str, realm: str, *, gone: bool) -> bool:
            await asyncio.sleep(0.01 if gone else 0)  # the thread that was asked first is the last to be done
            told.append(gone)
            return True

    desk: Any = Slow()
    platform: Any = None
    guild: Any = SimpleNamespace(id=1)
    arrivals = Arrivals(desk, platform)
    await asyncio.gather(arrivals.left(guild), arrivals.came(guild))
    assert told == [True, False]
