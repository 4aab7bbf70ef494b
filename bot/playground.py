"""``usher playground``: a page on this machine with both chats. It is there at once; the core is opened behind it."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import signal
import sys
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from adapters.web.playground.guard import Guard, is_loopback
from bot.faults import SettingsError, StartError
from bot.listening import listen
from core.cards import Card
from core.language import spoken

if TYPE_CHECKING:
    import socket

    from starlette.types import Receive, Scope, Send

    from bot.opening import Opened
    from bot.town import Town

#: Whoever sets one of these means a real workspace.
TOKENS = (
    "SLACK_BOT_TOKEN",
    "SLACK_APP_TOKEN",
    "SLACK_SIGNING_SECRET",
    "SLACK_CLIENT_SECRET",
    "DISCORD_TOKEN",
)
USUAL_PORT = 8080
#: So long the first page has the processor to itself.
FIRST_SECONDS = 0.5


def run_playground(host: str, port: int | None, *, sure: bool) -> None:
    """Serves until it is stopped. Raises ``SettingsError`` for what it does only when told to."""
    if not sure:
        refuse(host, os.environ)
    with (
        contextlib.suppress(KeyboardInterrupt),
        tempfile.TemporaryDirectory(prefix="usher-", ignore_cleanup_errors=True) as folder,
    ):
        asyncio.run(_serve(_bound(host, port), Path(folder), host))


def refuse(host: str, environment: Mapping[str, str]) -> None:
    """Says no where the playground could be taken for the real thing, or by somebody who is not meant."""
    found = [name for name in TOKENS if environment.get(name)]
    if found:
        raise SettingsError(
            f"{found[0]} is set, and the playground is no place for real tokens: nothing that happens in it reaches a real "
            "workspace. Unset it, or start Usher itself: .venv/bin/usher run. To play all the same: "
            ".venv/bin/usher playground --i-know"
        )
    if not is_loopback(host):
        raise SettingsError(
            f"{host} can be reached by others, and in the playground anyone is anyone. Leave out --host to play on this "
            "machine alone, or add --i-know."
        )


def _bound(host: str, port: int | None) -> socket.socket:
    """The listening socket; where nobody named a port and the usual one is taken, any free one."""
    named = os.environ.get("PORT", "")
    if port is None and named:
        if not (named.isdecimal() and len(named) < 6 and int(named) < 2**16):
            raise SettingsError("PORT can't be used: it must be a whole number from 0 to 65535.")
        port = int(named)
    if port is not None:
        return listen(host, port)
    try:
        return listen(host, USUAL_PORT)
    except StartError:
        return listen(host, 0)


async def _serve(listening: socket.socket, folder: Path, host: str) -> None:
    import uvicorn

    port = listening.getsockname()[1]
    address = f"http://{f'[{host}]' if ':' in host else host}:{port}"
    async with playground(folder, host, port, address) as app:
        config = uvicorn.Config(
            app,
            log_config=None,
            access_log=False,
            lifespan="off",
            ws="none",
            server_header=False,
            timeout_graceful_shutdown=1,
        )
        server: Any = uvicorn.Server(config)
        server.capture_signals = contextlib.nullcontext  # signals are ours
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, _stop, server, app)
        _say(f"Usher's playground is at {address}/  (Ctrl-C ends it, and all of it is forgotten)")
        app.town.add_done_callback(lambda town: _stop(server, app) if town.exception() else None)
        await server.serve(sockets=[listening])
        if app.town.done():
            app.town.result()  # what kept it from opening is said


def _stop(server: Any, app: Playground) -> None:
    """Ends it: the pages' streams first, which would go on for ever."""
    logging.getLogger("uvicorn.error").disabled = True  # what is cut off from here on is cut off on purpose
    app.end()
    server.should_exit = True


def _say(words: str) -> None:
    print(words, flush=True)  # noqa: T201 - a terminal is what this is for
    sys.stdout.flush()


class Playground:
    """The ASGI application, and the town behind it as soon as that is open."""

    def __init__(self, folder: Path, host: str, port: int, address: str) -> None:
        from adapters.web.playground.app import build

        self._folder = folder
        self._address = address
        self._port = port
        self._here: Opened | None = None
        self._towns = 0
        self._seen = asyncio.Event()
        self.guard = Guard(host, port)
        self.town: asyncio.Task[Town] = asyncio.create_task(self._open(), name="playground-opening")
        self._app = build(self._opened, self.guard, self._fault, self._rest, self._begin_anew)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self._app(scope, receive, send)
        self._seen.set()

    async def _opened(self) -> Town:
        return await asyncio.shield(self.town)

    async def _open(self) -> Town:
        with contextlib.suppress(TimeoutError):  # the page first, the rest behind it
            async with asyncio.timeout(FIRST_SECONDS):
                await self._seen.wait()
        return await self._town()

    async def _town(self) -> Town:
        open_town = await asyncio.to_thread(_opening)
        self._towns += 1
        self._here = await open_town(self._folder / str(self._towns), self._address, self._port)
        return self._here.town

    async def _begin_anew(self) -> None:
        """Another town, in which nothing has happened yet. Whoever reads along in the old one is led there."""
        before = self._here
        assert before is not None
        town = asyncio.create_task(self._town(), name="playground-opening")
        await town
        self.town = town
        before.town.feed.end()
        await before.ends.aclose()

    def end(self) -> None:
        """Lets go of the pages that read along."""
        if self.town.done() and not self.town.exception():
            self.town.result().feed.end()

    async def close(self) -> None:
        with contextlib.suppress(Exception):
            await self.town
        if self._here is not None:
            await self._here.ends.aclose()

    def _fault(self, fault: BaseException, path: str) -> str:
        """Logs what broke; the reference under which it stands."""
        import secrets

        import structlog

        _logging()
        reference = secrets.token_hex(3).upper()
        structlog.get_logger("usher.playground").error(
            "fault", reference=reference, path=path, exc_info=fault
        )
        return reference

    async def _rest(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Every other address: what lies behind an invite link, as in production."""
        from adapters.web.app import build

        await self._opened()

        async def health() -> dict[str, bool]:
            return {}

        async def landing(code: str) -> Card:
            assert self._here is not None
            engine = self._here.engine
            return await asyncio.to_thread(engine.core.landing, code, engine.clock(), spoken())

        site = build(
            landing, health, lambda fault, path: Card(f"Something broke ({self._fault(fault, path)})")
        )
        await site(scope, receive, send)


@cache
def _logging() -> None:
    """Sets the logs up; not before the first page, which has nothing to log and would wait for it."""
    from bot import logs

    logs.configure(level="WARNING", tracebacks=not sys.stderr.isatty())


def _opening() -> Callable[[Path, str, int], Awaitable[Opened]]:
    """Read beside the event loop, because that takes a while."""
    from bot.opening import open_town

    _logging()
    return open_town


@asynccontextmanager
async def playground(folder: Path, host: str, port: int, address: str) -> AsyncIterator[Playground]:
    """The application on a database in ``folder``."""
    app = Playground(folder, host, port, address)
    try:
        yield app
    finally:
        await app.close()
