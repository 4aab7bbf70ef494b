"""The parts of a running process: Discord, the web side, the worker. Each starts, tells how it is, and stops.

Slack has a module of its own (``bot.slack_parts``). A part's ``start`` returns when it is connected. Where only an operator can help it raises ``StartError`` with what to do;
where the platform is merely away it goes on trying.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any

import structlog

from bot.faults import StartError
from bot.listening import listen
from bot.relay import Relay
from bot.schedule import Schedule

if TYPE_CHECKING:
    from adapters.discord.app import UsherClient

log = structlog.get_logger("usher")

GRACE_SECONDS = 3.0
FIRST_PAUSE = 1.0
LONGEST_PAUSE = 60.0


class Part:
    """``task`` is what keeps it running; it ends by itself only when something is wrong."""

    name = ""

    def __init__(self) -> None:
        self.task: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Returns when the part is connected."""

    async def stop(self) -> None:
        """Finishes what is under way."""

    async def well(self) -> bool:
        return True

    async def outcome(self) -> None:
        """Raises what ended ``task``."""
        if self.task is not None:
            await self.task
        raise StartError(f"The part “{self.name}” ended by itself. Please report this; the log says more.")


async def persist(
    name: str, attempt: Callable[[], Awaitable[Any]], passing: tuple[type[Exception], ...]
) -> Any:
    """What ``attempt`` gives, tried again for as long as it fails with one of ``passing``."""
    pause = FIRST_PAUSE
    while True:
        try:
            return await attempt()
        except passing as fault:
            log.warning("not_reached", part=name, reason=f"{type(fault).__name__}: {fault}", again_in=pause)
            await asyncio.sleep(pause)
            pause = min(pause * 2, LONGEST_PAUSE)


class WebPart(Part):
    """The web side under uvicorn, in our own loop and with our own signals and logs."""

    name = "web"

    def __init__(self, app: Any, host: str, port: int) -> None:
        super().__init__()
        self._app = app
        self._host = host
        self._port = port
        self._server: Any = None

    async def start(self) -> None:
        import uvicorn

        bound = listen(self._host, self._port)
        config = uvicorn.Config(
            self._app,
            log_config=None,
            access_log=False,
            lifespan="off",
            ws="none",
            server_header=False,
            limit_concurrency=500,
            timeout_graceful_shutdown=int(GRACE_SECONDS),
        )
        self._server = uvicorn.Server(config)
        self._server.capture_signals = (
            contextlib.nullcontext
        )  # signals are ours: every part stops in its turn
        self.task = asyncio.create_task(self._server.serve(sockets=[bound]), name="usher-web")
        while not self._server.started and not self.task.done():  # noqa: ASYNC110 - it has no event to wait for
            await asyncio.sleep(0.005)

    async def stop(self) -> None:
        if self._server is not None and self.task is not None:
            self._server.should_exit = True
            await asyncio.wait([self.task])


class DiscordPart(Part):
    """Discord: the whole client over its gateway, or (``posts_only``) just signed in, for a worker that posts."""

    name = "discord"

    def __init__(self, client: UsherClient, token: str, *, posts_only: bool = False) -> None:
        super().__init__()
        self._client = client
        self._token = token
        self._posts_only = posts_only

    async def start(self) -> None:
        if self._posts_only:
            await self._sign_in()
            return
        self.task = asyncio.create_task(self._client.start(self._token), name="usher-discord")
        while not self._client.is_ready() and not self.task.done():  # noqa: ASYNC110 - waiting is possible only after signing in
            await asyncio.sleep(0.01)
        if self.task.done():
            await self.outcome()

    async def outcome(self) -> None:
        from adapters.discord.app import DiscordSetupError

        assert self.task is not None
        try:
            await self.task
        except DiscordSetupError as fault:
            raise StartError(str(fault)) from None
        raise StartError(
            "Discord ended the connection for good. Start Usher again; usher doctor may say more."
        )

    async def _sign_in(self) -> None:
        import aiohttp
        import discord

        passing = (discord.DiscordServerError, aiohttp.ClientError, OSError, TimeoutError)
        try:
            await persist(self.name, lambda: self._client.login(self._token), passing)
        except discord.LoginFailure:
            raise StartError(
                "Discord does not accept DISCORD_TOKEN. Copy the bot's token from the developer portal "
                "(your application, Bot, Reset Token) and set it again."
            ) from None

    async def stop(self) -> None:
        answering = [task for task in asyncio.all_tasks() if task.get_name().startswith(_ANSWERING)]
        if answering:
            await asyncio.wait(answering, timeout=GRACE_SECONDS)
        await self._client.close()
        if self.task is not None:
            await asyncio.wait([self.task], timeout=GRACE_SECONDS)

    async def well(self) -> bool:
        return self._posts_only or (self._client.is_ready() and not self._client.is_closed())


#: How the library names the tasks in which our answers to interactions run.
_ANSWERING = ("discord.py: on_interaction", "discord-ui-dynamic-item", "discord-ui-view-dispatch")


class WorkerPart(Part):
    """The relay and the schedule."""

    name = "worker"

    def __init__(self, relay: Relay, schedule: Schedule, take_over: Callable[[], None]) -> None:
        super().__init__()
        self._relay = relay
        self._schedule = schedule
        self._take_over = take_over

    async def start(self) -> None:
        await asyncio.to_thread(self._take_over)
        self.task = asyncio.create_task(self._relay.run(), name="usher-relay")
        self._schedule.start()

    async def stop(self) -> None:
        self._schedule.stop()
        await self._relay.stop(GRACE_SECONDS)
        if self.task is not None:
            await asyncio.wait([self.task])

    async def well(self) -> bool:
        return self.task is not None and not self.task.done() and self._relay.healthy
