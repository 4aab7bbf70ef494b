"""``usher doctor``: looks at everything that has to be right, and says of each thing that it is, or what to do."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from email.utils import parsedate_to_datetime
from typing import Any, NamedTuple

import aiohttp

from bot import keys
from bot.config import Settings
from bot.engine import MISMATCH, database_trouble, lost_places, secret_fits
from bot.faults import SettingsError

#: Of two processes one may be so much ahead and the other behind: less than half a lease, or one takes rows that the
#: other still delivers. (Slack refuses what is signed five minutes off.)
MOST_SKEW = 10
_MOST_PLACES = 5
_PATIENCE = aiohttp.ClientTimeout(total=10)
_SLACK = "https://slack.com/api/"
_DISCORD = "https://discord.com/api/v10"
#: Lets Usher into a server: as a bot with commands, that sees channels, writes there with pictures and files, and finds again
#: what it has written.
_INVITE = (
    "https://discord.com/oauth2/authorize?client_id={}&scope=bot+applications.commands&permissions=117760"
)


class Check(NamedTuple):
    """``do`` is empty when all is well. ``grave``: Usher does not work as it is."""

    name: str
    found: str
    do: str = ""
    grave: bool = True

    @property
    def failed(self) -> bool:
        return bool(self.do) and self.grave

    def __str__(self) -> str:
        mark = "ok  " if not self.do else "FIX " if self.grave else "note"
        return f"{mark}  {self.name}: {self.found}" + (f". {self.do}" if self.do else "")


class Reply(NamedTuple):
    status: int
    headers: dict[str, str]
    body: dict[str, Any]


async def examine(settings: Settings, clock: Callable[[], float] = time.time) -> list[Check]:
    """Every check, in the order in which they are best mended."""
    checks = [*settings_checks(settings), secret_check(settings), await database_check(settings)]
    if not any(check.failed for check in checks if check.name in {"secret", "database"}):
        checks += [await codes_check(settings), await places_check(settings)]
    dates: list[str] = []
    async with aiohttp.ClientSession(timeout=_PATIENCE) as session:
        if settings.slack_bot_token is not None:
            checks += await _reached("Slack", _slack(settings, session, dates))
        if settings.discord_token is not None:
            checks += await _reached("Discord", _discord(settings, session, dates))
    return [*checks, clock_check(clock(), dates)]


# --- what this process has ---------------------------------------------------------------------------------------


def settings_checks(settings: Settings) -> list[Check]:
    checks = [_slack_settings(settings), _discord_settings(settings)]
    online = settings.slack or settings.discord_token is not None
    if online and settings.public_address is None:
        do = "Nobody else can open them: set USHER_PUBLIC_URL to the address at which people reach this machine"
        checks.append(Check("invite links", f"point to {settings.public_url}", do, grave=False))
    else:
        checks.append(Check("invite links", f"point to {settings.public_url}"))
    if settings.smtp_url is not None and settings.mail_from is None:
        checks.append(
            Check("mail", "USHER_SMTP_URL is set", "Set USHER_MAIL_FROM to the sender's address as well")
        )
    if not online:
        do = "Set SLACK_BOT_TOKEN with SLACK_APP_TOKEN (or SLACK_SIGNING_SECRET), or DISCORD_TOKEN; or try usher console"
        checks.append(Check("platforms", "none is configured", do))
    return checks


def _slack_settings(settings: Settings) -> Check:
    name = "Slack settings"
    if settings.slack_several and settings.slack_bot_token is None:
        return _several_settings(settings, name)
    if settings.slack_bot_token is None:
        if settings.slack_app_token is None and settings.slack_signing_secret is None:
            return Check(name, "none")
        return Check(name, "no SLACK_BOT_TOKEN", "Set it to the bot token (xoxb-…) of your app")
    if settings.slack_over_socket:
        return Check(
            name, "Socket Mode" + (", and /slack/events over HTTP" if settings.slack_over_http else "")
        )
    if settings.slack_over_http:
        return Check(name, f"over HTTP, at {settings.public_url}/slack/events")
    do = "Set SLACK_APP_TOKEN for Socket Mode, or SLACK_SIGNING_SECRET for HTTP; with neither, Usher can only post"
    return Check(name, "SLACK_BOT_TOKEN alone", do)


def _several_settings(settings: Settings, name: str) -> Check:
    """For teams that install Usher by themselves."""
    if settings.public_address is None:
        do = "Set USHER_PUBLIC_URL: Slack sends those who install Usher back to that address"
        return Check(name, "several teams, and no address to install at", do)
    if not settings.slack_over_socket and not settings.slack_over_http:
        do = "Set SLACK_SIGNING_SECRET for HTTP, or SLACK_APP_TOKEN for Socket Mode"
        return Check(name, "several teams, and no way for Slack to reach Usher", do)
    return Check(name, f"several teams: they install Usher at {settings.public_url}/slack/install")


def _discord_settings(settings: Settings) -> Check:
    return Check("Discord settings", "none" if settings.discord_token is None else "gateway")


def _shards(settings: Settings, gateway: Reply) -> Check:
    """Whether there are as many connections as Discord wants for so many servers."""
    wanted = int(gateway.body.get("shards") or 1)
    if settings.discord_shards == "auto":
        return Check("Discord shards", f"{wanted}, as many as Discord recommends")
    count = settings.shard_count or 1
    ours = f", here {settings.discord_shard_ids}" if settings.discord_shard_ids else ""
    if wanted <= count:
        return Check("Discord shards", f"{count}{ours}")
    do = f"Discord recommends {wanted}: set DISCORD_SHARDS to auto, or to {wanted} with DISCORD_SHARD_IDS for each process"
    return Check("Discord shards", f"{count}{ours}", do, grave=False)


def secret_check(settings: Settings) -> Check:
    if settings.secret is not None:
        return Check("secret", "USHER_SECRET")
    if settings.sqlite_file is None:
        return Check(
            "secret", "none", "Set USHER_SECRET, the same one for every process (openssl rand -hex 32)"
        )
    path = keys.beside(settings.sqlite_file)
    if not path.exists():
        return Check("secret", f"{path} will be made at the first start")
    try:
        keys.kept(path)
    except SettingsError as wrong:
        return Check("secret", str(path), str(wrong))
    if keys.open_to_others(path):
        return Check("secret", f"{path} can be read by others", f"Type: chmod 600 {path}")
    return Check("secret", str(path))


async def database_check(settings: Settings) -> Check:
    shown = str(settings.sqlite_file or "PostgreSQL")
    if settings.sqlite_file is not None and not settings.sqlite_file.exists():
        if not settings.sqlite_file.absolute().parent.is_dir():
            do = f"Make the folder {settings.sqlite_file.absolute().parent}, or change USHER_DATABASE_URL"
            return Check("database", f"{shown} cannot be made", do)
        return Check("database", f"{shown} will be made at the first start")
    trouble = await asyncio.to_thread(database_trouble, settings)
    return Check("database", shown if trouble else f"{shown}, schema current", trouble)


async def codes_check(settings: Settings) -> Check:
    """Whether the codes in the database were made with this secret."""
    file = settings.sqlite_file
    if (file is not None and not file.exists()) or await asyncio.to_thread(secret_fits, settings):
        return Check("codes", "made with this secret")
    return Check("codes", "made with another secret", MISMATCH[0].upper() + MISMATCH[1:])


async def places_check(settings: Settings) -> Check:
    """Whether Usher still is wherever a workspace is linked."""
    file = settings.sqlite_file
    lost = []
    if file is None or file.exists():
        lost = await asyncio.to_thread(lost_places, settings)
    if not lost:
        return Check("places", "Usher is wherever a workspace is linked, as far as it was told")
    shown = ", ".join("/".join(place) for place in lost[:_MOST_PLACES]) + (
        f" and {len(lost) - _MOST_PLACES:,} more" if len(lost) > _MOST_PLACES else ""
    )
    do = "Nothing is posted there: add Usher there again, and all is as it was"
    return Check("places", f"Usher was taken out of {shown}", do, grave=False)


def clock_check(now: float, dates: list[str]) -> Check:
    """Against the clocks of the platforms that answered; without any there is nothing to compare with."""
    skews = [abs(parsedate_to_datetime(date).timestamp() - now) for date in dates]
    if not skews:
        return Check("clock", "not compared: no platform answered")
    worst = max(skews)
    do = (
        "Set this machine's clock (NTP): codes and requests would end at the wrong time"
        if worst > MOST_SKEW
        else ""
    )
    return Check("clock", f"{worst:.0f} s from the platforms'", do)


# --- what the platforms say --------------------------------------------------------------------------------------


async def _reached(name: str, checks: Awaitable[list[Check]]) -> list[Check]:
    try:
        return await checks
    except (aiohttp.ClientError, TimeoutError, ValueError) as fault:
        do = "Check this machine's way to the internet, its proxy and firewall"
        return [Check(name, f"cannot be reached ({type(fault).__name__})", do)]


async def _ask(session: aiohttp.ClientSession, method: str, url: str, auth: str, dates: list[str]) -> Reply:
    async with session.request(method, url, headers={"Authorization": auth}) as answer:
        headers = {name.lower(): value for name, value in answer.headers.items()}
        if "date" in headers:
            dates.append(headers["date"])
        body = await answer.json(content_type=None)
        return Reply(answer.status, headers, body if isinstance(body, dict) else {})


async def _slack(settings: Settings, session: aiohttp.ClientSession, dates: list[str]) -> list[Check]:
    assert settings.slack_bot_token is not None
    api = settings.slack_api_url or _SLACK
    bearer = f"Bearer {settings.slack_bot_token.get_secret_value()}"
    reply = await _ask(session, "POST", f"{api}auth.test", bearer, dates)
    if not reply.body.get("ok"):
        do = "Install the app again at api.slack.com/apps (Install App) and set SLACK_BOT_TOKEN to its bot token"
        checks = [Check("Slack token", f"refused ({reply.body.get('error', reply.status)})", do)]
    else:
        checks = [
            Check("Slack token", f"{reply.body.get('user')} in {reply.body.get('team')}"),
            _scopes(reply),
        ]
    if settings.slack_app_token is not None:
        checks.append(
            await _socket(
                f"{api}apps.connections.open", settings.slack_app_token.get_secret_value(), session, dates
            )
        )
    return checks


def _scopes(reply: Reply) -> Check:
    from adapters.slack.manifest import SCOPES

    granted = {scope.strip() for scope in reply.headers.get("x-oauth-scopes", "").split(",")}
    missing = [scope for scope in SCOPES if scope not in granted]
    if not missing:
        return Check("Slack scopes", "all there")
    do = "Paste what “usher manifest” prints into your app (App Manifest) and install it again"
    return Check("Slack scopes", f"missing {', '.join(missing)}", do)


async def _socket(url: str, token: str, session: aiohttp.ClientSession, dates: list[str]) -> Check:
    reply = await _ask(session, "POST", url, f"Bearer {token}", dates)
    if reply.body.get("ok"):
        return Check("Slack Socket Mode", "opens")
    do = "Make an app-level token with connections:write (Basic Information), switch Socket Mode on, set SLACK_APP_TOKEN"
    return Check("Slack Socket Mode", f"refused ({reply.body.get('error', reply.status)})", do)


async def _discord(settings: Settings, session: aiohttp.ClientSession, dates: list[str]) -> list[Check]:
    assert settings.discord_token is not None
    api = settings.discord_api_url or _DISCORD
    auth = f"Bot {settings.discord_token.get_secret_value()}"
    me = await _ask(session, "GET", f"{api}/users/@me", auth, dates)
    if me.status != 200:
        do = "Copy the bot's token from the developer portal (your application, Bot) and set DISCORD_TOKEN"
        return [Check("Discord token", f"refused ({me.status})", do)]
    application = await _ask(session, "GET", f"{api}/oauth2/applications/@me", auth, dates)
    checks = [
        Check("Discord token", str(me.body.get("username"))),
        Check("Discord intents", "none that needs to be switched on"),
    ]
    if application.body.get("id"):
        checks.append(Check("Discord invite", _INVITE.format(application.body["id"])))
    gateway = await _ask(session, "GET", f"{api}/gateway/bot", auth, dates)
    checks.append(_shards(settings, gateway))
    if application.body.get("bot_require_code_grant"):
        do = (
            "Switch “Requires OAuth2 Code Grant” off in the developer portal (Bot), or nobody can add the bot"
        )
        checks.append(Check("Discord application", "asks for a code grant", do))
    return checks
