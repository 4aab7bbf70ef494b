"""The gateway: sessions survive their sockets, and everything that can break a connection can be staged."""

from __future__ import annotations

import asyncio
import json
from contextlib import nullcontext

import aiohttp
import pytest

from tests.fakes.discord.patience import without_waiting
from tests.fakes.discord.sample import Scene, bot_on, discord, scene, world


@pytest.fixture
async def on(monkeypatch):
    async with scene(monkeypatch) as ready:
        yield ready


async def ping(on: Scene, text: str) -> str:
    delivery = await on.fake.command(on.alice, "ping", {"text": text}, guild=on.acme)
    return (await delivery.reply()).text


async def gone(on: Scene) -> None:
    await on.fake.wait_for(lambda: not on.fake.gateway.connected)


async def test_a_dropped_socket_is_resumed_and_what_was_missed_is_replayed(on: Scene):
    await on.fake.gateway.drop(4000)
    await gone(on)
    missed = await on.fake.command(on.alice, "ping", {"text": "missed"}, guild=on.acme)

    assert (await missed.reply()).text == "pong missed"
    assert (on.fake.gateway.identifies, on.fake.gateway.resumes) == (1, 1)
    assert on.bot.started == ["missed"]


async def test_an_aborted_connection_is_resumed(on: Scene):
    on.fake.gateway.abort()
    await gone(on)

    assert await ping(on, "x") == "pong x"
    assert on.fake.gateway.resumes == 1


async def test_op_7_makes_the_bot_resume(on: Scene):
    on.fake.gateway.request_reconnect()
    await on.fake.wait_for(lambda: on.fake.gateway.resumes)

    assert await ping(on, "x") == "pong x"


async def test_op_9_makes_the_bot_identify_again(on: Scene, monkeypatch):
    slept = without_waiting(monkeypatch)
    on.fake.gateway.invalidate()
    await on.fake.wait_for(lambda: on.fake.gateway.identifies == 2)
    await on.fake.wait_connected()

    assert await ping(on, "x") == "pong x"
    assert on.fake.gateway.resumes == 0
    assert slept == [5]  # the library spaces its IDENTIFYs


async def test_a_forgotten_session_is_not_resumed(on: Scene, monkeypatch):
    without_waiting(monkeypatch)
    await on.fake.gateway.drop(4009)
    await on.fake.wait_for(lambda: on.fake.gateway.identifies == 2)

    assert "op 9" in [entry.name for entry in on.fake.log.frames()]
    await on.fake.wait_connected()
    assert await ping(on, "x") == "pong x"


async def test_a_token_refused_by_the_gateway_ends_the_bot(monkeypatch):
    async with world() as fake:
        fake.patch(monkeypatch)
        fake.gateway._token = "another"
        with pytest.raises(discord.ConnectionClosed) as caught:
            async with bot_on(fake):
                pass
        assert caught.value.code == 4004


async def test_an_intent_that_is_not_allowed_ends_the_bot(monkeypatch):
    async with world() as fake:
        fake.patch(monkeypatch)
        fake.gateway.privileged = set()
        with pytest.raises(discord.PrivilegedIntentsRequired):
            async with bot_on(fake, intents=discord.Intents(guilds=True, members=True)):
                pass


async def test_the_member_list_is_sent_in_answer_to_op_8(monkeypatch):
    intents = discord.Intents(guilds=True, members=True)
    async with scene(monkeypatch, intents=intents, chunk_guilds_at_startup=True) as on:
        guild = on.bot.guilds[0]
        assert {m.name for m in guild.members} == {"alice", "bob", "usher"}
        assert [m.name for m in await guild.query_members("bo")] == ["bob"]


async def test_events_go_to_those_who_asked_for_them(monkeypatch):
    intents = discord.Intents(guilds=True, members=True)
    async with scene(monkeypatch, intents=intents, chunk_guilds_at_startup=True) as on:
        joined = asyncio.create_task(on.bot.wait_for("member_join", timeout=5))
        await asyncio.sleep(0)
        on.fake.add_member(on.acme, on.fake.add_user("carol"))
        assert (await joined).name == "carol"

        changed = asyncio.create_task(on.bot.wait_for("member_update", timeout=5))
        await asyncio.sleep(0)
        on.fake.set_roles(on.acme, on.bob, [on.fake.add_role(on.acme, "Editor")])
        assert [r.name for r in (await changed)[1].roles] == ["@everyone", "Editor"]

        on.fake.say(on.bob, on.general, "nobody asked to hear this")
        assert on.fake.log.frames("MESSAGE_CREATE") == []


async def test_a_silent_heartbeat_makes_the_bot_reconnect(monkeypatch):
    async with world() as fake:
        fake.patch(monkeypatch)
        fake.gateway.heartbeat_interval_ms = 50
        async with bot_on(fake, heartbeat_timeout=0.2) as bot:
            fake.gateway.ack_heartbeats = False
            await fake.wait_for(lambda: fake.gateway.resumes, 10)
            fake.gateway.ack_heartbeats = True
            assert bot.ready_count == 1


async def test_a_refused_connection_is_tried_again(monkeypatch):
    async with world() as fake:
        fake.patch(monkeypatch)
        slept = without_waiting(monkeypatch)
        async with bot_on(fake):
            fake.gateway.accepting = False
            fake.gateway.abort()
            await fake.wait_for(lambda: not fake.gateway.connected)
            while not slept:
                await asyncio.sleep(0.01)
            fake.gateway.accepting = True
            await fake.wait_connected()


@pytest.fixture
async def raw():
    async with (
        world() as fake,
        aiohttp.ClientSession() as session,
        session.ws_connect(fake.gateway_url) as ws,
    ):
        assert (await ws.receive_json())["op"] == 10
        yield fake, ws


async def test_too_large_a_payload_is_refused(raw):
    fake, ws = raw
    frame = {"op": 1, "d": ""}
    frame["d"] = "x" * (4096 - len(json.dumps(frame)))
    await ws.send_json(frame)
    assert (await ws.receive_json())["op"] == 11

    with fake.expect_violation("4097 bytes"):
        await ws.send_json(frame | {"d": frame["d"] + "x"})
        assert (await ws.receive()).data == 4002


async def test_120_events_a_minute_are_taken(raw):
    fake, ws = raw
    for _ in range(120):
        await ws.send_json({"op": 1, "d": None})
        assert (await ws.receive_json())["op"] == 11
    with fake.expect_violation("more than 120 events"):
        await ws.send_json({"op": 1, "d": None})
        assert (await ws.receive()).data == 4008


async def test_plain_frames_are_spoken_too(raw):
    fake, ws = raw
    await ws.send_json({"op": 2, "d": {"token": fake.token, "properties": {}, "intents": 1}})
    assert (await ws.receive_json())["t"] == "READY"
    assert (await ws.receive_json())["t"] == "GUILD_CREATE"


@pytest.mark.parametrize(
    ("frame", "code", "violation"),
    [
        ({"op": 3, "d": {}}, 4003, None),
        ({"op": 2, "d": {"token": "wrong", "intents": 0}}, 4004, None),
        ({"op": 2, "d": {"token": "fake.discord.token", "intents": 1 << 30}}, 4013, "invalid intents"),
        ({"d": 1}, 4002, "not a gateway payload"),
    ],
)
async def test_wrong_frames_close_the_socket(raw, frame, code, violation):
    fake, ws = raw
    with fake.expect_violation(violation) if violation else nullcontext():
        await ws.send_json(frame)
        closed = await ws.receive()

    assert (closed.type, closed.data) == (aiohttp.WSMsgType.CLOSE, code)
