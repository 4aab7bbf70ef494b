"""The fake Slack: one aiohttp server on the loopback address that holds a workspace."""

from __future__ import annotations

import asyncio
import itertools
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, Self

from aiohttp import web

# Importing them declares the methods of the Web API.
from tests.fakes.slack import chat, files, inside, oauth, people, views  # noqa: F401
from tests.fakes.slack.answers import RESPONSE_URL, ResponseUrls
from tests.fakes.slack.client import Client
from tests.fakes.slack.errors import SlackError
from tests.fakes.slack.events import Events
from tests.fakes.slack.faults import Fault
from tests.fakes.slack.files import UPLOAD, Uploads
from tests.fakes.slack.http_mode import HttpMode
from tests.fakes.slack.manifest import check_manifest
from tests.fakes.slack.observe import Faults, Observed
from tests.fakes.slack.socket_mode import SocketMode
from tests.fakes.slack.state import State
from tests.fakes.slack.webapi import METHODS, WebAPI
from tests.fakes.slack.workspace import Workspace

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.fakes.slack.delivery import Delivery
    from tests.fakes.slack.entities import Channel, Message, User

_TRIGGER_LIFE = 3.0
_REQUEST_AT_MOST = 8 * 1024 * 1024


@dataclass(slots=True, eq=False)
class _Trigger:
    delivery: Delivery
    expires: float
    used: bool = False


class FakeSlack(Observed, Workspace, Client, Events):
    """See the package's docstring for all of it at a glance."""

    def __init__(self, *, port: int = 0, team: str = "Acme") -> None:
        super().__init__()
        self.port = port
        self.clock: Callable[[], float] = time.time
        self.transport: Literal["socket", "http"] = "socket"
        self.request_url: str | None = None
        self.ack_timeout = 3.0
        """Seconds in which the app has to acknowledge; later ones are taken note of and dropped."""
        self.enforce_rate_limits = False
        self.app_id = "A0FAKE00001"
        self.app_token = "xapp-1-A0FAKE00001-1-fake"
        self.signing_secret = "fake-signing-secret"
        self.verification_token = "fake-verification-token"
        self.commands: dict[str, bool] | None = None
        self.subscriptions: set[str] | None = None
        self.shortcuts: set[str] | None = None
        self.unfurl_domains: list[str] = []
        self.has_home = True
        self.suggests = True
        """Whether the app has an address to which what is typed into an external select is sent."""
        self.events: dict[str, Delivery] = {}
        self.state = State(self.now)
        self.socket = SocketMode(self)
        self.http = HttpMode(self)
        self.response_urls = ResponseUrls(self)
        self.uploads = Uploads(self)
        self.faults = Faults(self)
        self._web = WebAPI(self)
        self._triggers: dict[str, _Trigger] = {}
        self.consents: dict[str, oauth.Consent] = {}
        self.installed = 0
        self.enterprises: dict[str, str] = {}
        """The organization of a team, where it has one that installed the app for all of its teams."""
        self._numbers = itertools.count(1)
        self._tasks: set[asyncio.Task[None]] = set()
        self._runner: web.AppRunner | None = None
        self.team = self.add_team(team)

    # -- life -------------------------------------------------------------------------------------------------

    async def start(self) -> Self:
        app = web.Application(client_max_size=_REQUEST_AT_MOST)
        app.router.add_route("*", "/api/{method}", self._web.handle)
        app.router.add_get("/link", self.socket.handle)
        app.router.add_post("/response/{token}", self.response_urls.handle)
        app.router.add_post(f"/{UPLOAD}/{{file}}", self.uploads.handle)
        self._extend(app)
        app.router.add_route("*", "/{path:.*}", self._unknown_route)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=1)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", self.port).start()
        self.port = self._runner.addresses[0][1]
        return self

    def _extend(self, app: web.Application) -> None:
        """A place for the control routes of the stand-alone process."""

    async def stop(self) -> None:
        self.faults.release()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self.socket.close()
        await self.http.close()
        if self._runner is not None:
            await self._runner.cleanup()

    async def __aenter__(self) -> Self:
        return await self.start()

    async def __aexit__(self, *_: object) -> None:
        await self.stop()

    async def _unknown_route(self, request: web.Request) -> web.Response:
        self.violate(f"{request.method} {request.path}", "unknown_route")
        self.changed()
        return web.Response(status=404)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def api_url(self) -> str:
        return f"{self.url}/api/"

    @property
    def bot_token(self) -> str:
        return self.team.bot_token

    def now(self) -> float:
        return self.clock()

    # -- the app ----------------------------------------------------------------------------------------------

    def install(self, manifest: dict[str, Any]) -> None:
        """Take scopes, commands and events from a manifest: what it does not name does not work."""
        problems = check_manifest(manifest)
        if problems:
            raise AssertionError("the manifest would be refused:\n" + "\n".join(problems))
        bot = manifest.get("oauth_config", {}).get("scopes", {}).get("bot", [])
        for team in self.state.teams.values():
            team.scopes = set(bot)
        commands = manifest.get("features", {}).get("slash_commands", [])
        self.commands = {each["command"]: each.get("should_escape", False) for each in commands}
        self.shortcuts = {each["callback_id"] for each in manifest.get("features", {}).get("shortcuts", [])}
        self.unfurl_domains = manifest.get("features", {}).get("unfurl_domains", [])
        self.has_home = bool(manifest.get("features", {}).get("app_home", {}).get("home_tab_enabled"))
        settings = manifest.get("settings", {})
        interactivity = settings.get("interactivity", {})
        self.suggests = (
            settings.get("socket_mode_enabled", False) or "message_menu_options_url" in interactivity
        )
        subscribed = manifest.get("settings", {}).get("event_subscriptions", {})
        self.subscriptions = set(subscribed.get("bot_events", []))

    async def wait_message(
        self, where: Channel | User | str, containing: str = "", timeout: float = 5, *, revision: int = 0
    ) -> Message:
        """The newest message of a channel or a person's conversation that shows this text (as changed `revision` times)."""

        def found() -> Message | None:
            for message in reversed(self.messages(where)):
                if message.revision >= revision and containing in self.text(message):
                    return message
            return None

        return await self.wait_for(found, timeout, what=f"a message with {containing!r}")

    async def connected(self, count: int = 1, *, made: int = 0, timeout: float = 10) -> None:
        """Wait until `count` sockets are open; `made` counts all that were ever opened."""
        await self.wait_for(
            lambda: len(self.socket.connections) >= count and self.socket.made >= made,
            timeout,
            what="a connection",
        )

    async def disconnect(self, reason: str = "refresh_requested") -> None:
        """Tell every connection to go: `warning`, `refresh_requested` or `link_disabled`."""
        await self.socket.disconnect(reason)

    def abort(self) -> None:
        """Break every connection with a TCP reset."""
        for connection in list(self.socket.connections):
            connection.abort()

    async def deliver(self, delivery: Delivery, *, wait: bool = True) -> Delivery:
        if self.transport == "socket":
            await self.socket.send(delivery)
        elif wait:
            await self.http.send(delivery)
        else:
            task = asyncio.create_task(self.http.send(delivery))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
        if wait:
            await delivery.finished(self.ack_timeout)
        return delivery

    def new_trigger(self, delivery: Delivery) -> str:
        trigger_id = f"{next(self._numbers)}.{delivery.team_id}.trigger"
        self._triggers[trigger_id] = _Trigger(delivery, self.clock() + _TRIGGER_LIFE)
        return trigger_id

    def exchange(self, trigger_id: Any) -> Delivery:
        """Use up a trigger_id."""
        trigger = self._triggers.get(trigger_id) if isinstance(trigger_id, str) else None
        if trigger is None:
            raise SlackError("invalid_trigger_id")
        if trigger.used:
            raise SlackError("exchanged_trigger_id")
        if self.clock() > trigger.expires:
            raise SlackError("expired_trigger_id")
        trigger.used = True
        return trigger.delivery

    # -- going wrong ------------------------------------------------------------------------------------------

    def fail_next(
        self,
        method: str,
        kind: str,
        times: int = 1,
        *,
        retry_after: int = 1,
        where: Callable[[dict[str, Any]], bool] | None = None,
    ) -> Fault:
        """Let the next calls of a method (`*`: any; `response_url`; `upload`) fail. Kinds: see `Fault`."""
        if method not in METHODS and method not in {"*", RESPONSE_URL, UPLOAD}:
            raise ValueError(f"no such method: {method}")
        return self.faults.plan(Fault(method, kind, times, retry_after, where))

    def forget(self) -> None:
        """Drop the log, old interactions and ephemeral messages; for long benchmarks."""
        self.log.clear()
        self._triggers.clear()
        self.response_urls.by_token.clear()
        self.state.ephemerals.clear()
        self.events = {key: each for key, each in self.events.items() if not each.acked}
