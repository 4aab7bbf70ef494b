"""Slack as a part of a running process: for one team, or for those that install Usher by themselves."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any

import structlog

from bot.faults import StartError
from bot.parts import GRACE_SECONDS, Part, persist

if TYPE_CHECKING:
    from adapters.slack.app import SlackApp

log = structlog.get_logger("usher")

#: How old what is known of a token may be before it is asked for again, and how long the answer may take.
PROOF_SECONDS = 30.0
PROOF_PATIENCE = 1.5


class _Answering:
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


async def _accepted(attempt: Callable[[], Awaitable[Any]], setting: str, do: str) -> Any:
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


class SlackTeamsPart(Part):
    """Slack for teams that install Usher by themselves: Socket Mode where there is an ``app_token``, else the web side alone.

    No token is proven at the start: there may be no team yet. Without an ``app`` it only posts.
    """

    name = "slack"

    def __init__(self, app: SlackApp | None, app_token: str | None) -> None:
        super().__init__()
        self._app = app
        self._app_token = app_token
        self._handler: Any = None
        self._answering = _Answering()

    async def start(self) -> None:
        if self._app is None or self._app_token is None:
            return
        from adapters.slack.app import start_socket_mode

        app, token = self._app, self._app_token
        self._handler = await _accepted(
            lambda: start_socket_mode(app, token),
            "SLACK_APP_TOKEN",
            "Make an app-level token with connections:write (Basic Information) and switch Socket Mode on",
        )
        self._answering.watch(self._handler.client.socket_mode_request_listeners)

    async def stop(self) -> None:
        if self._handler is not None:
            # An answer may ride on the acknowledgement, over this socket.
            await self._answering.finished(GRACE_SECONDS)
            await self._handler.close_async()
        if self._app is not None:
            async with asyncio.timeout(GRACE_SECONDS):
                await self._app.drain()

    async def well(self) -> bool:
        return self._handler is None or bool(await self._handler.client.is_connected())


class SlackPart(SlackTeamsPart):
    """Slack for one team: its token is proven before anything else, and again now and then."""

    def __init__(self, client: Any, app: SlackApp | None, app_token: str | None) -> None:
        super().__init__(app, app_token)
        self._client = client
        self._accepted = False
        self._asked_at = 0.0

    async def start(self) -> None:
        await _accepted(
            self._client.auth_test,
            "SLACK_BOT_TOKEN",
            "Install the app again at api.slack.com/apps (Install App) and copy its bot token",
        )
        self._accepted, self._asked_at = True, asyncio.get_running_loop().time()
        await super().start()

    async def well(self) -> bool:
        if not await super().well():
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
