from __future__ import annotations

import asyncio
import dataclasses
import threading
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

import aiohttp
import pytest
from structlog.testing import capture_logs

from bot import config, parts, slack_parts, wiring
from bot.config import Settings
from bot.engine import Engine, open_engine
from bot.faults import SettingsError, StartError
from bot.listening import listen
from bot.wiring import Process, chosen
from core.calls import Actor, Call, Identity, Where
from tests.fakes.discord import FakeDiscord
from tests.fakes.slack import FakeSlack

BOT = {"SLACK_BOT_TOKEN": "xoxb-1"}
SOCKET = {**BOT, "SLACK_APP_TOKEN": "xapp-1"}
HTTP = {**BOT, "SLACK_SIGNING_SECRET": "signing"}
DISCORD = {"DISCORD_TOKEN": "token"}


# --- which parts -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("given", "named", "parts"),
    [
        (SOCKET, [], ["slack", "web", "worker"]),
        (HTTP, [], ["slack", "web", "worker"]),
        (DISCORD, [], ["discord", "web", "worker"]),
        ({**SOCKET, **DISCORD}, [], ["slack", "discord", "web", "worker"]),
        ({**SOCKET, **DISCORD}, ["discord"], ["discord"]),
        (SOCKET, ["slack"], ["slack"]),
        (HTTP, ["slack"], ["slack", "web"]),
        (BOT, ["worker"], ["worker"]),
        ({}, ["web"], ["web"]),
        ({**HTTP, **DISCORD}, ["web", "slack", "discord"], ["slack", "discord", "web"]),
    ],
)
def test_what_is_named_runs_or_else_all_that_is_configured(given, named, parts):
    assert chosen(config.load(**given), named) == parts


@pytest.mark.parametrize(
    ("given", "named", "says"),
    [
        ({}, [], "Nothing is configured. .*usher playground"),
        (BOT, [], "neither SLACK_APP_TOKEN .* nor SLACK_SIGNING_SECRET"),
        ({"SLACK_APP_TOKEN": "xapp-1"}, [], "SLACK_BOT_TOKEN is missing"),
        (DISCORD, ["slack"], "SLACK_BOT_TOKEN is missing"),
        (SOCKET, ["discord"], "DISCORD_TOKEN is missing"),
        ({}, ["worker"], "nowhere to deliver to: set SLACK_BOT_TOKEN or DISCORD_TOKEN"),
    ],
)
def test_what_lacks_its_settings_is_said_in_a_sentence(given, named, says):
    with pytest.raises(SettingsError, match=says):
        chosen(config.load(**given), named)


# --- a whole process against the servers -------------------------------------------------------------------------


@dataclass
class World:
    slack: FakeSlack
    discord: FakeDiscord
    settings: Settings

    def engine(self) -> Engine:
        return open_engine(self.settings, lambda: int(time.time()))

    def without(self, **changed: str) -> Settings:
        return self.settings.model_copy(update=changed)

    @asynccontextmanager
    async def running(
        self, *names: str, settings: Settings | None = None
    ) -> AsyncIterator[tuple[Process, Engine]]:
        engine = self.engine()
        process = Process(settings or self.settings, engine, names)
        try:
            async with asyncio.timeout(20):
                await process.start()
            yield process, engine
        finally:
            async with asyncio.timeout(20):
                await process.stop()
            engine.close()


@pytest.fixture
async def world(monkeypatch, tmp_path, unused_port) -> AsyncIterator[World]:
    async with FakeSlack() as slack, FakeDiscord() as discord:
        discord.patch(monkeypatch)  # puts the addresses back afterwards
        settings = config.load(
            SLACK_BOT_TOKEN=slack.bot_token,
            SLACK_APP_TOKEN=slack.app_token,
            SLACK_SIGNING_SECRET=slack.signing_secret,
            DISCORD_TOKEN=discord.token,
            USHER_DATABASE_URL=f"sqlite:///{tmp_path}/usher.db",
            USHER_SLACK_API_URL=slack.api_url,
            USHER_DISCORD_API_URL=discord.api_url,
            USHER_DISCORD_GATEWAY_URL=discord.gateway_url,
            PORT=unused_port,
        )
        yield World(slack, discord, settings)


def members_ask_in(engine: Engine, slack: FakeSlack) -> str:
    """Somebody makes a workspace and an invitation; somebody else asks to join: a card is owed to the first. The code."""
    owner, guest = slack.add_user("owner", is_admin=True), slack.add_user("guest")
    where = Where("slack", slack.team.id, slack.general(slack.team.id).id)

    def run(user: object, command: str, **options: str) -> str:
        person = Actor(Identity("slack", slack.team.id, user.id), user.name, place_admin=True)
        card = engine.core.handle(Call(person, where, int(time.time()), command, options))
        return "".join(str(field.value) for field in card.fields if field.label == "Code")

    run(owner, "workspace create", name="Studio")
    code = run(owner, "invite create").split("'")[1]
    run(guest, "join", code=code)
    return code


def answered(slack: FakeSlack, person: object, words: str) -> bool:
    return any(words in slack.text(message) for message in slack.seen_by(person))


async def test_with_everything_named_all_parts_connect_and_say_that_they_are_well(world: World):
    async with world.running("slack", "discord", "web", "worker") as (process, _):
        assert await process.health() == dict.fromkeys(
            ["slack", "discord", "web", "worker", "database"], True
        )
        assert len(world.slack.socket.connections) == 1
        assert world.discord.gateway.identifies == 1

    assert not world.slack.socket.connections
    assert [task for task in asyncio.all_tasks() if task.get_name().startswith("usher")] == []


async def test_a_command_over_slack_s_socket_is_answered_and_its_card_delivered(world: World):
    ann = world.slack.add_user("ann", is_admin=True)
    async with world.running("slack", "worker"):
        delivery = await world.slack.command(ann, "/usher", "workspace create name:Studio")
        await world.slack.wait_for(lambda: answered(world.slack, ann, "Studio"), 5, what="an answer")

    assert delivery.acked


async def test_a_worker_alone_posts_without_a_connection_of_its_own(world: World):
    async with world.running("worker") as (_, engine):
        await asyncio.to_thread(members_ask_in, engine, world.slack)
        owner = next(user for user in world.slack.state.users.values() if user.name == "owner")
        await world.slack.wait_message(owner, "asks to join", 10)

    assert world.slack.socket.made == 0
    assert world.discord.gateway.identifies == 0


async def test_the_web_side_alone_serves_slack_over_http_and_opens_no_socket(world: World):
    async with world.running("web") as (process, _):
        assert await process.health() == {"slack": True, "web": True, "database": True}
        world.slack.transport = "http"
        world.slack.request_url = f"http://127.0.0.1:{world.settings.port}/slack/events"
        ann = world.slack.add_user("ann")
        delivery = await world.slack.command(ann, "/usher", "help")

    assert delivery.acked
    assert world.slack.socket.made == 0


async def test_stopping_finishes_the_answers_that_are_under_way(world: World, monkeypatch):
    ann = world.slack.add_user("ann", is_admin=True)
    async with world.running("slack") as (process, engine):
        begun, go_on = threading.Event(), threading.Event()
        handle = engine.core.handle

        def slow(call: Call) -> object:
            begun.set()
            go_on.wait(10)
            return handle(call)

        monkeypatch.setattr(engine.core, "handle", slow)
        asked = asyncio.create_task(world.slack.command(ann, "/usher", "workspace create name:Studio"))
        await asyncio.to_thread(begun.wait, 10)
        stopping = asyncio.create_task(process.stop())
        await asyncio.sleep(0)
        go_on.set()
        await stopping
        await asked
        await world.slack.wait_for(lambda: answered(world.slack, ann, "Studio"), 5, what="an answer")


async def test_stopping_finishes_discord_s_answers_too(world: World, monkeypatch):
    ann = world.discord.add_user("ann")
    acme = world.discord.add_guild("Acme", owner=ann)
    async with world.running("discord") as (process, engine):
        await world.discord.wait_for(lambda: world.discord.registry.all(None), 10)
        begun, go_on = threading.Event(), threading.Event()
        handle = engine.core.handle

        def slow(call: Call) -> object:
            begun.set()
            go_on.wait(10)
            return handle(call)

        monkeypatch.setattr(engine.core, "handle", slow)
        delivery = await world.discord.command(ann, "workspace create", {"name": "Studio"}, guild=acme)
        await asyncio.to_thread(begun.wait, 10)
        stopping = asyncio.create_task(process.stop())
        await asyncio.sleep(0)
        go_on.set()
        await stopping
        reply = await delivery.reply()

    assert "Studio" in reply.text


async def test_an_invite_link_is_a_page_that_changes_nothing_until_its_last_second(world: World):
    async with world.running("web") as (process, engine), aiohttp.ClientSession() as browser:
        code = await asyncio.to_thread(members_ask_in, engine, world.slack)
        url = f"http://127.0.0.1:{world.settings.port}/i/{code}"
        before = engine.core.verify_audit()
        for method, status in (("GET", 200), ("HEAD", 200), ("POST", 405), ("DELETE", 405)):
            async with browser.request(method, url) as answer:
                page = await answer.text()
                assert answer.status == status
                assert ("invites you to Studio" in page) == (method == "GET")
        assert engine.core.verify_audit() == before

        ten_days_on = int(time.time()) + 10 * 86_400
        process._engine = dataclasses.replace(engine, clock=lambda: ten_days_on)
        async with browser.get(url) as dead, browser.get(url[:-4] + "ZZZZ") as unknown:
            assert (dead.status, unknown.status) == (404, 404)
            assert await dead.text() == await unknown.text()


@pytest.mark.parametrize(
    ("name", "wrong", "says"),
    [
        ("slack", {"slack_bot_token": "xoxb-wrong"}, "Slack does not accept SLACK_BOT_TOKEN"),
        ("slack", {"slack_app_token": "xapp-wrong"}, "Slack does not accept SLACK_APP_TOKEN"),
        ("discord", {"discord_token": "wrong"}, "Discord does not accept DISCORD_TOKEN"),
        ("worker", {"discord_token": "wrong"}, "Discord does not accept DISCORD_TOKEN"),
        ("worker", {"slack_bot_token": "xoxb-wrong"}, "Slack does not accept SLACK_BOT_TOKEN"),
    ],
)
async def test_a_wrong_token_ends_the_start_with_what_to_do(world: World, name, wrong, says):
    secret = {key: type(world.settings.discord_token)(value) for key, value in wrong.items()}
    with pytest.raises(StartError, match=says):
        async with world.running(name, settings=world.settings.model_copy(update=secret)):
            pass


async def test_a_platform_that_is_away_at_the_start_is_waited_for(world: World, monkeypatch):
    monkeypatch.setattr(parts, "FIRST_PAUSE", 0.01)
    world.slack.fail_next("auth.test", "http_503", times=2)
    with capture_logs() as logs:
        async with world.running("slack"):
            pass

    assert [log["event"] for log in logs].count("not_reached") == 2


async def test_a_taken_port_is_said_before_anything_is_started(world: World):
    with (
        listen("127.0.0.1", world.settings.port),
        pytest.raises(StartError, match=r"taken: .* set PORT"),
    ):
        async with world.running("web", "discord"):
            pass

    assert world.discord.gateway.identifies == 0


async def test_a_host_that_is_not_this_machine_is_said():
    with pytest.raises(StartError, match="check USHER_HOST and PORT"):
        listen("192.0.2.1", 8080)


async def test_a_part_that_comes_to_its_end_ends_the_process_with_a_reason(world: World):
    async with world.running("discord", "worker") as (process, _):
        ended = asyncio.create_task(process.ended())
        await world.discord.gateway.drop(4004)
        with pytest.raises(StartError, match="DISCORD_TOKEN"):
            await asyncio.wait_for(ended, 10)


async def test_a_process_without_anything_that_could_end_runs_on(world: World):
    async with world.running("slack") as (process, _):
        ended = asyncio.create_task(process.ended())
        await asyncio.sleep(0)
        assert not ended.done()
        ended.cancel()


async def test_health_tells_a_database_that_is_gone_and_a_relay_that_is_dead(world: World, monkeypatch):
    async with world.running("worker") as (process, engine):
        monkeypatch.setattr(Engine, "well", lambda self: False)
        process.worker.task.cancel()
        await asyncio.wait([process.worker.task])
        health = await process.health()
        del engine

    assert (health["database"], health["worker"], health["slack"]) == (False, False, True)


@pytest.mark.parametrize("part", ["web", "slack", "worker"])
async def test_health_tells_a_slack_token_that_is_no_longer_accepted(world: World, monkeypatch, part: str):
    async with world.running(part) as (process, _):
        assert (await process.health())["slack"] is True

        monkeypatch.setattr(slack_parts, "PROOF_SECONDS", 0.0)
        with capture_logs() as logs:
            world.slack.fail_next("auth.test", "token_revoked", times=2)
            assert [(await process.health())["slack"] for _ in range(2)] == [False, False]
        assert [log["event"] for log in logs].count("slack_not_well") == 1
        world.slack.fail_next("auth.test", "ratelimited")
        assert [(await process.health())["slack"] for _ in range(2)] == [False, True]


async def test_health_does_not_ask_slack_each_time(world: World):
    async with world.running("web") as (process, _):
        before = len(world.slack.calls("auth.test"))
        for _ in range(20):
            await process.health()

        assert len(world.slack.calls("auth.test")) == before


async def test_health_tells_a_platform_that_has_thrown_the_worker_out(world: World):
    async with world.running("worker") as (process, engine):
        world.slack.fail_next("chat.postMessage", "token_revoked")
        with capture_logs():
            await asyncio.to_thread(members_ask_in, engine, world.slack)
            async with asyncio.timeout(10):
                while (await process.health())["worker"]:
                    await asyncio.sleep(0)


async def test_a_database_that_hangs_does_not_hang_the_health(world: World, monkeypatch):
    release = threading.Event()
    monkeypatch.setattr(wiring, "HEALTH_SECONDS", 0.01)
    async with world.running("worker") as (process, _):
        monkeypatch.setattr(Engine, "well", lambda self: release.wait(10))
        assert (await process.health())["database"] is False
        release.set()


async def test_a_part_that_does_not_stop_keeps_nobody_waiting(monkeypatch):
    monkeypatch.setattr(wiring, "STOP_SECONDS", 0.01)

    class Stuck(parts.Part):
        name = "stuck"

        async def stop(self) -> None:
            await asyncio.Event().wait()

    with capture_logs() as logs:
        await wiring._stop(Stuck())

    assert [log["event"] for log in logs] == ["did_not_stop_cleanly"]
