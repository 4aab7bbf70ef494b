"""The parts of a running process: Slack, Discord, the web side, the worker. Each starts, tells how it is, and stops.

A part's ``start`` returns when it is connected. Where only an operator can help it raises ``StartError`` with what to do;
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
    from adapters.slack.app import SlackApp

log = structlog.get_logger("usher")

GRACE_SECONDS = 3.0
#: How old what is known of a token may be before it is asked for again, and how long the answer may take.
PROOF_SECONDS = 30.0
PROOF_PATIENCE = 1.5
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


class Answering:
    """Counts what listeners have under way."""

    def __init__(self) -> None:
        self._count = 0
        self._idle = asyncio.Event()
        self._idle.set()

    def watch(self, listeners: list[Callable[..., Awaitable[Any]]]) -> None:
        listeners[:] = [self._counted(listener) for listener in listeners]

    def _counted(self, listener: Callable[..., Awaitable[Any]]) -> Callable[..., Awaitable[Any]]:
        async def counted(*args: Any) -> None:
            self._count += 1
            self._idle.clear()
            try:
                await listener(*args)
            finally:
                self._count -= 1
                if not self._count:
                    self._idle.set()

        return counted

    async def finished(self, seconds: float) -> None:
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._idle.wait()


async def slack_accepts(attempt: Callable[[], Awaitable[Any]], setting: str, do: str) -> Any:
    """What ``attempt`` gives; ``StartError`` where Slack does not take what ``setting`` holds."""
    from adapters.slack.errors import as_delivery_error
    from core.ports import DeliveryError, RateLimited, Unavailable

    async def translated() -> Any:
        try:
            return await attempt()
        except Exception as fault:
            raise as_delivery_error(fault) from fault

    try:
        return await persist("slack", translated, (RateLimited, Unavailable))
    except DeliveryError as refused:
        raise StartError(f"Slack does not accept {setting} ({refused}). {do}.") from None


async def open_socket(app: SlackApp, token: str, answering: Answering) -> Any:
    """Socket Mode, whose listeners ``answering`` watches. ``StartError`` where Slack does not take the token."""
    from adapters.slack.app import start_socket_mode

    handler = await slack_accepts(
        lambda: start_socket_mode(app, token),
        "SLACK_APP_TOKEN",
        "Make an app-level token with connections:write (Basic Information) and switch Socket Mode on",
    )
    answering.watch(handler.client.socket_mode_request_listeners)
    return handler


class SlackPart(Part):
    """Slack: the token is proven first, then Socket Mode is opened where there is an ``app_token``."""

    name = "slack"

    def __init__(self, client: Any, app: SlackApp | None, app_token: str | None) -> None:
        super().__init__()
        self._client = client
        self._app = app
        self._app_token = app_token
        self._handler: Any = None
        self._answering = Answering()
        self._accepted = False
        self._asked_at = 0.0

    async def start(self) -> None:
        await slack_accepts(
            self._client.auth_test,
            "SLACK_BOT_TOKEN",
            "Install the app again at api.slack.com/apps (Install App) and copy its bot token",
        )
        self._accepted, self._asked_at = True, asyncio.get_running_loop().time()
        if self._app is not None and self._app_token is not None:
            self._handler = await open_socket(self._app, self._app_token, self._answering)

    async def stop(self) -> None:
        if self._handler is not None:
            await self._answering.finished(
                GRACE_SECONDS
            )  # an answer may ride on the acknowledgement, over this socket
            await self._handler.close_async()
        if self._app is not None:
            async with asyncio.timeout(GRACE_SECONDS):
                await self._app.drain()

    async def well(self) -> bool:
        if self._handler is not None and not await self._handler.client.is_connected():
            return False
        await self._prove()
        return self._accepted

    async def _prove(self) -> None:
        """Asks Slack, seldom, whether it still takes the token: over HTTP no connection would tell."""
        from adapters.slack.errors import as_delivery_error
        from core.ports import RateLimited

        now = asyncio.get_running_loop().time()
        if not self._asked_at or now < self._asked_at + PROOF_SECONDS:
            return
        self._asked_at = now  # whoever asks meanwhile gets what was known before
        try:
            async with asyncio.timeout(PROOF_PATIENCE):
                await self._client.auth_test()
        except Exception as fault:  # noqa: BLE001 - whatever it is, it is no yes
            refused = as_delivery_error(fault)
            if isinstance(refused, RateLimited):
                return
            if self._accepted:
                log.warning("slack_not_well", reason=str(refused), do="run usher doctor")
            self._accepted = False
        else:
            self._accepted = True


class SlackTeamsPart(Part):
    """Slack for teams that install Usher by themselves: Socket Mode where there is an ``app_token``, else the web side alone.

    No token is proven at the start: there may be no team yet.
    """

    name = "slack"

    def __init__(self, app: SlackApp, app_token: str | None) -> None:
        super().__init__()
        self._app = app
        self._app_token = app_token
        self._handler: Any = None
        self._answering = Answering()

    async def start(self) -> None:
        if self._app_token is not None:
            self._handler = await open_socket(self._app, self._app_token, self._answering)

    async def stop(self) -> None:
        if self._handler is not None:
            await self._answering.finished(GRACE_SECONDS)
            await self._handler.close_async()
        async with asyncio.timeout(GRACE_SECONDS):
            await self._app.drain()

    async def well(self) -> bool:
        return self._handler is None or bool(await self._handler.client.is_connected())


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
