"""Bolt apps, unmodified, connected to a fake Slack: what the fake's own tests and others start from."""

from __future__ import annotations

import asyncio
import socket
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

import uvicorn
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.adapter.starlette.async_handler import AsyncSlackRequestHandler
from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient
from starlette.applications import Starlette
from starlette.routing import Route

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from starlette.requests import Request
    from starlette.responses import Response

    from tests.fakes.slack.entities import Team
    from tests.fakes.slack.server import FakeSlack


def web_client(slack: FakeSlack, team: Team | None = None) -> AsyncWebClient:
    return AsyncWebClient((team or slack.team).bot_token, base_url=slack.api_url)


def bolt_app(slack: FakeSlack) -> AsyncApp:
    return AsyncApp(client=web_client(slack), signing_secret=slack.signing_secret)


@asynccontextmanager
async def over_socket(
    slack: FakeSlack, app: AsyncApp, *, ping_interval: float = 1
) -> AsyncIterator[AsyncSocketModeHandler]:
    """Run the app over Socket Mode."""
    made = slack.socket.made + 1
    handler = AsyncSocketModeHandler(app, slack.app_token, ping_interval=ping_interval)
    await handler.connect_async()
    try:
        await slack.connected(made=made)
        yield handler
    finally:
        await handler.close_async()


@asynccontextmanager
async def over_http(slack: FakeSlack, app: AsyncApp) -> AsyncIterator[str]:
    """Run the app behind Starlette and uvicorn, and let the fake send its requests there."""
    handler = AsyncSlackRequestHandler(app)

    async def endpoint(request: Request) -> Response:
        return await handler.handle(request)

    site = Starlette(routes=[Route("/slack/events", endpoint, methods=["POST"])])
    listening = socket.socket()
    listening.bind(("127.0.0.1", 0))
    # Connections queue from here on, so that nobody has to wait for uvicorn to be up.
    listening.listen()
    server = uvicorn.Server(uvicorn.Config(site, log_level="warning", lifespan="off", ws="none"))
    running = asyncio.create_task(server.serve(sockets=[listening]))
    slack.transport = "http"
    slack.request_url = f"http://127.0.0.1:{listening.getsockname()[1]}/slack/events"
    try:
        yield slack.request_url
    finally:
        server.should_exit = True
        await running
