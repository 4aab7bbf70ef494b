from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
import uvicorn
from starlette.applications import Starlette
from starlette.routing import Route
from structlog.testing import capture_logs

from adapters.desk import Desk
from adapters.slack.app import SlackApp, build_app, http_handler, start_socket_mode
from core import catalogue
from tests.adapters.slack import stub
from tests.fakes.slack import FakeSlack

NOW = 1_770_000_000

Start = Callable[..., Awaitable[SlackApp]]


@pytest.fixture(autouse=True)
def small_catalogue() -> Iterator[None]:
    kept = dict(catalogue.COMMANDS)
    catalogue.COMMANDS.clear()
    catalogue.COMMANDS.update(stub.COMMANDS)
    yield
    catalogue.COMMANDS.clear()
    catalogue.COMMANDS.update(kept)


@pytest.fixture(autouse=True)
def no_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    """Bolt reads these by itself."""
    for name in ("SLACK_BOT_TOKEN", "SLACK_APP_TOKEN", "SLACK_SIGNING_SECRET", "SLACK_CLIENT_ID"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture(autouse=True)
def logged() -> Iterator[list[Any]]:
    """What was logged; to draw a traceback for nobody would take the app longer than Slack waits."""
    with capture_logs() as entries:
        yield entries


@pytest.fixture
async def slack() -> AsyncIterator[FakeSlack]:
    async with FakeSlack() as fake:
        yield fake
        fake.assert_clean()


@pytest.fixture
def core() -> Iterator[stub.StubCore]:
    made = stub.StubCore()
    yield made
    made.hold.set()


@pytest.fixture
def desk(core: stub.StubCore) -> Iterator[Desk]:
    with ThreadPoolExecutor(4) as executor:
        yield Desk(core, executor, lambda: NOW, lambda: None)


@pytest.fixture
async def start(slack: FakeSlack, desk: Desk) -> AsyncIterator[Start]:
    """Starts the app over Socket Mode."""
    running: list[tuple[SlackApp, Any]] = []

    async def begin(**settings: Any) -> SlackApp:
        app = build_app(desk, token=slack.bot_token, api_url=slack.api_url, **settings)
        handler = await start_socket_mode(app, slack.app_token, ping_interval=1)
        running.append((app, handler))
        await slack.connected()
        return app

    yield begin
    for app, handler in running:
        await app.drain()
        await handler.close_async()


@pytest.fixture
async def app(start: Start) -> SlackApp:
    return await start()


@pytest.fixture
async def http_app(slack: FakeSlack, desk: Desk) -> AsyncIterator[SlackApp]:
    """The app over HTTP, under uvicorn."""
    app = build_app(desk, token=slack.bot_token, signing_secret=slack.signing_secret, api_url=slack.api_url)
    web = Starlette(routes=[Route("/slack/events", http_handler(app), methods=["POST"])])
    config = uvicorn.Config(web, host="127.0.0.1", port=0, log_config=None, lifespan="off", ws="none")
    server = uvicorn.Server(config)
    serving = asyncio.create_task(server.serve())
    while not server.started:
        await asyncio.sleep(0)
    port = server.servers[0].sockets[0].getsockname()[1]
    slack.transport, slack.request_url = "http", f"http://127.0.0.1:{port}/slack/events"
    yield app
    await app.drain()
    server.should_exit = True
    await serving
