"""The one composition root: opens the core, builds the parts that are asked for, runs them in one event loop."""

from __future__ import annotations

import asyncio
import signal
import time
from collections.abc import Sequence
from typing import TYPE_CHECKING

import structlog
from pydantic import SecretStr

from adapters.desk import Desk
from bot.config import Settings
from bot.engine import Engine, open_engine
from bot.faults import SettingsError, StartError
from bot.parts import DiscordPart, Part, WebPart, WorkerPart
from bot.relay import Relay
from bot.schedule import Schedule
from bot.slack_parts import SlackPart, SlackTeamsPart
from core.cards import Card
from core.language import prepare, spoken
from core.ports import ChatPlatform

if TYPE_CHECKING:
    from adapters.slack.app import SlackApp
    from adapters.web.app import Install

log = structlog.get_logger("usher")

PARTS = ("slack", "discord", "web", "worker")
STOP_SECONDS = 5.0
HEALTH_SECONDS = 2.0
#: Ready means connected here: nothing of ours needs every server's details in memory first.
DISCORD_READY_SECONDS = 0.1


def chosen(settings: Settings, named: Sequence[str]) -> list[str]:
    """The parts to run: those named, or all that are configured. ``SettingsError`` says what a part lacks."""
    if named:
        for name in named:
            _check(settings, name)
        wanted = set(named)
    else:
        wanted = _configured(settings)
    if "slack" in wanted and (settings.slack_several or not settings.slack_over_socket):
        wanted.add("web")  # that is where Slack's requests come in, and those who install
    return [name for name in PARTS if name in wanted]


def _configured(settings: Settings) -> set[str]:
    some_slack = (
        settings.slack_bot_token
        or settings.slack_app_token
        or settings.slack_signing_secret
        or settings.slack_client_id
        or settings.slack_client_secret
    )
    found = {"slack"} if some_slack else set()
    if settings.discord_token is not None:
        found.add("discord")
    if not found:
        raise SettingsError(
            "Nothing is configured. For Slack set SLACK_BOT_TOKEN with SLACK_APP_TOKEN (Socket Mode) or with "
            "SLACK_SIGNING_SECRET (HTTP); for Discord set DISCORD_TOKEN. To try Usher without either: .venv/bin/usher playground"
        )
    for name in found:
        _check(settings, name)
    return {*found, "web", "worker"}


def _check(settings: Settings, name: str) -> None:
    """Whether a part has the settings it needs."""
    if name == "slack":
        _check_slack(settings)
    if name == "discord" and settings.discord_token is None:
        raise SettingsError(
            "DISCORD_TOKEN is missing: set it to the bot's token of your Discord application."
        )
    if name == "worker" and not settings.slack and settings.discord_token is None:
        raise SettingsError("The worker has nowhere to deliver to: set SLACK_BOT_TOKEN or DISCORD_TOKEN.")


def _check_slack(settings: Settings) -> None:
    """One team with a bot token, or several that install Usher by themselves."""
    one, several = settings.slack_bot_token is not None, settings.slack_several
    if one and (settings.slack_client_id is not None or settings.slack_client_secret is not None):
        raise SettingsError(
            "SLACK_BOT_TOKEN is for one team, SLACK_CLIENT_ID and SLACK_CLIENT_SECRET are for teams that install Usher by "
            "themselves: unset one or the other."
        )
    if not one and not several:
        if settings.slack_client_id is not None or settings.slack_client_secret is not None:
            raise SettingsError(
                "SLACK_CLIENT_ID and SLACK_CLIENT_SECRET belong together: set both (your Slack app, Basic Information)."
            )
        raise SettingsError("SLACK_BOT_TOKEN is missing: set it to the bot token (xoxb-…) of your Slack app.")
    if several and settings.public_address is None:
        raise SettingsError(
            "USHER_PUBLIC_URL is missing: Slack sends those who install Usher back to that address."
        )
    if not settings.slack_over_socket and not settings.slack_over_http:
        raise SettingsError(
            f"{'SLACK_BOT_TOKEN' if one else 'SLACK_CLIENT_ID'} is set, but neither SLACK_APP_TOKEN (Socket Mode) nor "
            "SLACK_SIGNING_SECRET (HTTP): set one of them."
        )


def value(secret: SecretStr | None) -> str | None:
    return None if secret is None else secret.get_secret_value()


class Process:
    """The parts of this process on one engine, built from ``names`` (of ``PARTS``)."""

    def __init__(self, settings: Settings, engine: Engine, names: Sequence[str]) -> None:
        self._settings = settings
        self._engine = engine
        self._names = frozenset(names)
        self._relay: Relay | None = None
        self._platforms: dict[str, ChatPlatform] = {}
        self._installing: Install | None = None
        self.desk = Desk(engine.core, engine.executor, engine.clock, self._wake, local=engine.store.is_sqlite)
        doors: list[Part] = []
        slack_app = self._slack(doors)
        self._discord(doors)
        self.web = self._web(slack_app)
        self.worker = self._worker()
        self.doors = doors

    @property
    def parts(self) -> list[Part]:
        ends = [part for part in (self.web, self.worker) if part is not None]
        return [*self.doors, *ends]

    def _wake(self) -> None:
        if self._relay is not None:
            self._relay.wake()

    # --- building ------------------------------------------------------------------------------------------------

    def _slack(self, doors: list[Part]) -> SlackApp | None:
        """Adds Slack as far as this process has to do with it. The app is returned where the web side serves it too."""
        token = value(self._settings.slack_bot_token)
        if not self._settings.slack or not self._names & {"slack", "web", "worker"}:
            return None
        if token is None:
            return self._slack_of_several(doors)
        from adapters.slack.platform import SlackPlatform, patient_client

        client = patient_client(token, self._settings.slack_api_url)
        if "worker" in self._names:
            self._platforms["slack"] = SlackPlatform(client)
        app_token, over_http = self._slack_ways()
        app = self._slack_app(token) if app_token or over_http else None
        if app is not None or "worker" in self._names:
            doors.append(SlackPart(client, app, app_token))
        return app if over_http else None

    def _slack_of_several(self, doors: list[Part]) -> SlackApp | None:
        """The same for teams that install Usher by themselves, and the pages on which they do."""
        from bot.slack_teams import several

        settings, engine = self._settings, self._engine
        built = several(settings, engine, self.desk, self._wake)
        if "worker" in self._names:
            self._platforms["slack"] = built.platform
        if "web" in self._names:
            self._installing = built.installing
        app_token, over_http = self._slack_ways()
        if app_token or over_http:
            doors.append(SlackTeamsPart(built.app, app_token))
        return built.app if over_http else None

    def _slack_ways(self) -> tuple[str | None, bool]:
        """With which token Socket Mode is opened here, if it is, and whether the web side takes Slack's requests."""
        settings, names = self._settings, self._names
        socket_mode = "slack" in names and settings.slack_over_socket
        over_http = "web" in names and settings.slack_over_http
        return value(settings.slack_app_token) if socket_mode else None, over_http

    def _slack_app(self, token: str) -> SlackApp:
        from adapters.slack.app import build_app

        signing = value(self._settings.slack_signing_secret)
        return build_app(self.desk, token=token, signing_secret=signing, api_url=self._settings.slack_api_url)

    def _discord(self, doors: list[Part]) -> None:
        token = value(self._settings.discord_token)
        if token is None or not self._names & {"discord", "worker"}:
            return
        from adapters.discord.app import Shards, build_client, configure

        configure(self._settings.discord_api_url, self._settings.discord_gateway_url)
        settings = self._settings
        shards = Shards(settings.shard_count, settings.shard_ids) if settings.discord_shards else None
        client = build_client(self.desk, ready_timeout=DISCORD_READY_SECONDS, shards=shards)
        self._platforms["discord"] = client.platform
        doors.append(DiscordPart(client, token, posts_only="discord" not in self._names))

    def _web(self, slack_app: SlackApp | None) -> Part | None:
        if "web" not in self._names:
            return None
        from adapters.web.app import build

        slack = None
        if slack_app is not None:
            from adapters.slack.app import http_handler

            slack = http_handler(slack_app)
        app = build(
            self._landing,
            self.health,
            lambda fault, path: self.desk.fault(fault, path=path),
            slack,
            self._installing,
        )
        return WebPart(app, self._settings.host, self._settings.port)

    def _worker(self) -> Part | None:
        if "worker" not in self._names:
            return None
        engine = self._engine
        self._relay = Relay(engine.core, self._platforms, engine.executor, engine.clock)
        schedule = Schedule(engine.core.sweep, engine.executor, engine.clock, self._relay.wake)
        return WorkerPart(self._relay, schedule, engine.core.take_over)

    # --- what the web side asks ----------------------------------------------------------------------------------

    async def _landing(self, code: str) -> Card:
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(
            self._engine.executor, self._engine.core.landing, code, self._engine.clock(), spoken()
        )

    async def health(self) -> dict[str, bool]:
        """Each part, and whether the database answers."""
        found = {part.name: await part.well() for part in self.parts}
        loop = asyncio.get_running_loop()
        try:
            async with asyncio.timeout(HEALTH_SECONDS):
                found["database"] = await loop.run_in_executor(self._engine.executor, self._engine.well)
        except TimeoutError:
            found["database"] = False
        return found

    # --- running -------------------------------------------------------------------------------------------------

    async def start(self) -> None:
        """Returns when every part is connected; the web side goes first, since a taken port is found out at once."""
        if self.web is not None:
            await self.web.start()
        rest = [part for part in self.parts if part is not self.web]
        starting = [asyncio.create_task(part.start(), name=f"start-{part.name}") for part in rest]
        try:
            await asyncio.gather(*starting)
        finally:
            for task in starting:
                task.cancel()
        # Read while nobody waits for it yet.
        asyncio.get_running_loop().run_in_executor(self._engine.executor, prepare)

    async def ended(self) -> None:
        """Waits until a part comes to its end by itself, and raises why."""
        tasks = {part.task: part for part in self.parts if part.task is not None}
        if not tasks:
            await asyncio.Event().wait()
        done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        for task in done:
            await tasks[task].outcome()

    async def stop(self) -> None:
        """The worker first, so that nothing more is claimed; then the doors, each finishing its answers."""
        if self.worker is not None:
            await _stop(self.worker)
        others = [part for part in self.parts if part is not self.worker]
        await asyncio.gather(*map(_stop, others))


async def _stop(part: Part) -> None:
    try:
        async with asyncio.timeout(STOP_SECONDS):
            await part.stop()
    except Exception as fault:  # noqa: BLE001 - the other parts stop all the same
        log.warning("did_not_stop_cleanly", part=part.name, fault=f"{type(fault).__name__}: {fault}")


async def serve(settings: Settings, names: Sequence[str], begun: float) -> int:
    """Runs until SIGTERM or SIGINT; the exit code. ``begun`` is when the process started, for the log."""
    asked_to_stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, asked_to_stop.set)
    engine = await asyncio.to_thread(open_engine, settings, lambda: int(time.time()))
    process = Process(settings, engine, names)
    try:
        return await _until(asked_to_stop, process, begun)
    except StartError as wrong:
        log.error("cannot_run", reason=str(wrong))  # noqa: TRY400 - a sentence for the operator, not a fault
        return 1
    finally:
        await process.stop()
        await asyncio.to_thread(engine.close)
        log.info("stopped")


async def _until(asked_to_stop: asyncio.Event, process: Process, begun: float) -> int:
    """Starts the parts, and returns when asked to stop; a part that ends by itself raises."""
    stop = asyncio.create_task(asked_to_stop.wait())
    for name, step in (("start", process.start), ("run", process.ended)):
        task = asyncio.create_task(step(), name=name)
        await asyncio.wait({task, stop}, return_when=asyncio.FIRST_COMPLETED)
        if stop.done():
            task.cancel()
            await asyncio.wait([task])
            return 0
        await task
        if name == "start":
            seconds = round(time.time() - begun, 2)
            log.info("ready", parts=[part.name for part in process.parts], seconds=seconds)
    return 1
