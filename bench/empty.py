"""Bots that do nothing, with the settings of Usher's own clients: ``python -m bench.empty slack|slack-http|discord``."""

from __future__ import annotations

import asyncio
import json
import os
import sys
import warnings
from typing import Any


def _slack() -> Any:
    from slack_bolt.async_app import AsyncApp

    from adapters.slack.answers import retries

    quick = bool(os.environ.get("QUICK"))
    # As in adapters/slack/app.py. Bolt's default (False) looks for the response only every 10 ms.
    app = AsyncApp(
        token=os.environ["BOT"], signing_secret=os.environ["SIGNING"], process_before_response=quick
    )
    app.client.base_url = os.environ["API"]
    if quick:
        app.client.retry_handlers = retries()

    @app.command("/usher")
    async def usher(ack: Any) -> None:
        await ack()

    return app


async def slack() -> None:
    from slack_bolt.adapter.socket_mode.async_handler import AsyncSocketModeHandler

    handler = AsyncSocketModeHandler(_slack(), os.environ["APP"], ping_interval=10)
    await handler.connect_async()
    say_ready()
    await asyncio.Event().wait()


async def slack_http() -> None:
    import uvicorn
    from slack_bolt.adapter.starlette.async_handler import AsyncSlackRequestHandler
    from starlette.applications import Starlette
    from starlette.routing import Route

    handler = AsyncSlackRequestHandler(_slack())
    app = Starlette(routes=[Route("/slack/events", handler.handle, methods=["POST"])])
    config = uvicorn.Config(
        app, port=int(os.environ["PORT"]), log_config=None, access_log=False, lifespan="off", ws="none"
    )
    server = uvicorn.Server(config)
    serving = asyncio.create_task(server.serve())
    while not server.started:
        await asyncio.sleep(0.01)
    say_ready()
    await serving


async def discord() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        import discord as library
    import yarl
    from discord.gateway import DiscordWebSocket
    from discord.http import Route

    Route.BASE = os.environ["API"]
    DiscordWebSocket.DEFAULT_GATEWAY = yarl.URL(os.environ["GATEWAY"])

    class Client(library.Client):
        def __init__(self) -> None:
            # As in adapters/discord/app.py.
            super().__init__(
                intents=library.Intents(guilds=True),
                max_messages=None,
                member_cache_flags=library.MemberCacheFlags.none(),
                chunk_guilds_at_startup=False,
                guild_ready_timeout=0.1,
                allowed_mentions=library.AllowedMentions.none(),
                max_ratelimit_timeout=30.0,
            )
            self.tree = library.app_commands.CommandTree(self)

        async def setup_hook(self) -> None:
            await self.tree.sync()

        async def on_ready(self) -> None:
            say_ready()

    client = Client()

    @client.tree.command(name="me", description="Nothing")
    async def me(interaction: Any) -> None:
        await interaction.response.send_message("ok", ephemeral=True)

    await client.start(os.environ["BOT"])


def say_ready() -> None:
    sys.stdout.write(json.dumps({"event": "ready"}) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    asyncio.run({"slack": slack, "slack-http": slack_http, "discord": discord}[sys.argv[1]]())
