"""Servers in several parts, each over a connection of its own, in one process or in several."""

from __future__ import annotations

from contextlib import AsyncExitStack

import pytest

from adapters.discord.app import Shards
from tests.adapters.discord.sample import CARD, NOW, StubCore, running, settled
from tests.fakes.discord import FakeDiscord
from tests.fakes.discord.state import Guild


@pytest.fixture
async def two(fake: FakeDiscord) -> list[Guild]:
    """A server of each of two shards."""
    owner = fake.add_user("olga")
    found: dict[int, Guild] = {}
    while len(found) < 2:
        fake.world.advance(0.001)
        number = (fake.world.new_id() >> 22) % 2
        if number not in found:
            found[number] = fake.add_guild(f"Server {number}", owner=owner)
            if (found[number].id >> 22) % 2 != number:  # the millisecond was over
                del fake.world.guilds[found.pop(number).id]
    return [found[0], found[1]]


@pytest.mark.parametrize("count", [2, None])
async def test_every_server_is_served_by_its_own_connection(fake: FakeDiscord, two: list[Guild], count):
    fake.gateway.recommended_shards = 2
    core = StubCore()
    async with running(fake, core, shards=Shards(count)) as client:
        await fake.wait_for(lambda: fake.gateway.shards == [(0, 2), (1, 2)])
        await client.wait_until_ready()
        assert len(fake.log.requests("GET", "/gateway/bot")) == (count is None)
        for guild in two:
            sent = await fake.command(fake.world.users[guild.owner_id], "me", guild=guild)
            assert (await sent.reply()).text == CARD.title
        sent = await fake.command(fake.world.users[two[0].owner_id], "me")
        assert (await sent.reply()).text == CARD.title
        await fake.gateway.drop()
        await fake.wait_for(lambda: fake.gateway.resumes == 2)

    assert [call.where.realm for call in core.calls] == [str(two[0].id), str(two[1].id), ""]


async def test_processes_share_the_shards_and_judge_only_their_own_servers(
    fake: FakeDiscord, two: list[Guild]
):
    cores = [StubCore(), StubCore()]
    async with AsyncExitStack() as stack:
        for number, core in enumerate(cores):
            core.known = {str(guild.id): True for guild in two}
            client = await stack.enter_async_context(running(fake, core, shards=Shards(2, (number,))))
            await fake.wait_for(lambda done=number + 1: len(fake.gateway.shards) == done)
            await client.wait_until_ready()
        await settled()
        assert fake.gateway.shards == [(0, 2), (1, 2)]
        for guild in two:
            sent = await fake.command(fake.world.users[guild.owner_id], "me", guild=guild)
            await sent.reply()
        fake.remove_bot(two[1])
        await cores[1].until(lambda: cores[1].moves)

    assert [[call.where.realm for call in core.calls] for core in cores] == [[str(g.id)] for g in two]
    assert [core.moves for core in cores] == [[], [(str(two[1].id), True)]]
    assert cores[0].calls[0].at == NOW
