"""``FakeDiscord``: one local server that holds a world, speaks REST and gateway, and plays the people in it."""

from __future__ import annotations

import asyncio
from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING, Any, Self

from aiohttp import web

from tests.fakes.discord import control, rest, routes_app, routes_channels, routes_guilds
from tests.fakes.discord.board import Board
from tests.fakes.discord.builder import Builder
from tests.fakes.discord.commands import Registry
from tests.fakes.discord.desk import Desk
from tests.fakes.discord.faults import Fault, Faults
from tests.fakes.discord.gateway import Gateway
from tests.fakes.discord.limits import Limits
from tests.fakes.discord.people import People
from tests.fakes.discord.record import Log, Violation, Violations
from tests.fakes.discord.state import World
from tests.fakes.discord.watch import Watch

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from contextlib import AbstractContextManager
    from datetime import datetime

    import pytest

    from tests.fakes.discord.state import Channel, Message, User

TOKEN = "fake.discord.token"
_LOADED = (routes_app, routes_channels, routes_guilds)  # importing them registers their routes


class FakeDiscord(Builder, People):
    """See the package's docstring for the API at a glance."""

    def __init__(
        self,
        *,
        port: int = 0,
        token: str = TOKEN,
        clock: Callable[[], float | datetime] | None = None,
        keep_log: int = 100_000,
    ) -> None:
        self.token = token
        self.log = Log(keep_log)
        self.violations = Violations()
        self.limits = Limits()
        self.world = World(clock)
        self.dm_needs_mutual_guild = True
        self._watch = Watch()
        self._port = port
        self._runner: web.ServerRunner | None = None
        self.faults = Faults(self.changed)
        self.gateway = Gateway(self.world, self.log, self.violations, token, self.changed)
        self.board = Board(self.world, self.gateway, lambda: self.base_url)
        self.desk = Desk(self.world, self.board)
        self.registry = Registry(self.world)
        self.owner = self.add_user("operator")

    # life -------------------------------------------------------------------------------------------------

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.stop()

    async def start(self) -> None:
        loop = asyncio.get_running_loop()
        big = partial(web.BaseRequest, loop=loop, client_max_size=rest.MAX_REQUEST)
        # The low-level server: no router and no middleware of aiohttp on the way of a request.
        server = web.Server(self._serve, request_factory=big)  # type: ignore[arg-type]
        self._runner = web.ServerRunner(server, access_log=None, shutdown_timeout=1.0)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", self._port).start()
        self._port = self._runner.addresses[0][1]
        self.gateway.url = self.gateway_url

    async def stop(self) -> None:
        self.faults.clear()
        await self.gateway.close()
        if self._runner:
            await self._runner.cleanup()
            self._runner = None

    async def _serve(self, request: web.BaseRequest) -> web.StreamResponse:
        path = request.path
        if path.startswith(rest.PREFIX):
            return await rest.serve(self, request)
        if path.startswith("/gateway"):
            return await self.gateway.serve(request)
        if path.startswith("/_control/"):
            return await control.serve(self, request)
        if path.startswith("/attachments/"):
            return self._attachment(path)
        self.violations.record(f"{request.method} {path}", "no such address")
        return web.Response(status=404)

    def _attachment(self, path: str) -> web.Response:
        number = int(path.split("/")[2])
        for message in self.world.messages.values():
            for file in message.files:
                if file.id == number:
                    return web.Response(body=file.content)
        return web.Response(status=404)

    # addresses --------------------------------------------------------------------------------------------

    @property
    def port(self) -> int:
        return self._port

    @property
    def base_url(self) -> str:
        return f"http://127.0.0.1:{self._port}"

    @property
    def api_url(self) -> str:
        return self.base_url + rest.PREFIX

    @property
    def gateway_url(self) -> str:
        return f"ws://127.0.0.1:{self._port}/gateway"

    def patch(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Point the library of this process at the fake, until the test ends."""
        for owner, name, value in self._addresses():
            monkeypatch.setattr(owner, name, value)

    @contextmanager
    def patched(self) -> Iterator[None]:
        """The same where there is no monkeypatch: for the time of the block."""
        before = [(owner, name, getattr(owner, name)) for owner, name, _ in self._addresses()]
        for owner, name, value in self._addresses():
            setattr(owner, name, value)
        try:
            yield
        finally:
            for owner, name, value in before:
                setattr(owner, name, value)

    def _addresses(self) -> list[tuple[type, str, Any]]:
        import yarl
        from discord.gateway import DiscordWebSocket
        from discord.http import Route

        gateway = yarl.URL(self.gateway_url)
        return [(Route, "BASE", self.api_url), (DiscordWebSocket, "DEFAULT_GATEWAY", gateway)]

    # watching ---------------------------------------------------------------------------------------------

    def changed(self) -> None:
        self._watch.changed()

    async def wait_for(self, predicate: Callable[[], object], timeout: float = 5.0) -> None:
        """Return as soon as the predicate is true; it is looked at again at every change, never polled."""
        await self._watch.wait_for(predicate, timeout)

    async def wait_message(
        self, where: Channel | User, containing: str = "", timeout: float = 5.0
    ) -> Message:
        """The newest message of a channel (or direct with a person) with this text, as soon as there is one."""

        def found() -> list[Message]:
            return [m for m in self.messages(where) if containing in m.text and not m.loading]

        await self.wait_for(found, timeout)
        return found()[-1]

    async def wait_connected(self, timeout: float = 5.0) -> None:
        """A bot is identified and its commands can be used."""
        await self.wait_for(lambda: self.gateway.connected, timeout)

    def advance(self, seconds: float) -> None:
        """Move the fake's clock: deadlines of interactions, life of tokens and nonces."""
        self.world.advance(seconds)
        for delivery in self.desk.unanswered():
            delivery.changed()
        self.changed()

    def expect_violation(self, containing: str = "") -> AbstractContextManager[list[Violation]]:
        """Inside this block something is refused as malformed, and that is what the test wants."""
        return self.violations.expected(containing)

    def assert_clean(self) -> None:
        """For teardown: no request or frame broke a rule of the platform."""
        self.violations.assert_none()

    # faults -----------------------------------------------------------------------------------------------

    def fail_next(self, method: str, pattern: str, kind: str, **how: Any) -> Fault:
        """Plan a fault for the next matching request(s); see ``Faults.plan`` for the keywords.

        ``pattern`` is a path with ``*`` or ``{name}`` for the variable steps. Kinds: ``error`` (``code=``,
        ``status=``), ``http_500`` and other numbers, ``ratelimited`` (``retry_after=``, ``is_global=``,
        ``via=``), ``reset`` (nothing happens), ``lost`` (it happens, nobody hears of it), ``slow`` (it happens,
        the answer is held until ``fault.release()``). ``after_effect`` moves the fault before or after the effect.
        """
        return self.faults.plan(method, pattern, kind, **how)

    @property
    def enforce_rate_limits(self) -> bool:
        return self.limits.enforced

    @enforce_rate_limits.setter
    def enforce_rate_limits(self, value: bool) -> None:
        self.limits.enforced = value
