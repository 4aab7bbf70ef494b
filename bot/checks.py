"""What the platforms themselves say of an operator's tokens, and what a check of the doctor's is."""

from __future__ import annotations

import base64
from collections.abc import Awaitable
from typing import Any, NamedTuple

import aiohttp

from bot.config import Settings

_SLACK = "https://slack.com/api/"
_DISCORD = "https://discord.com/api/v10"
#: Lets Usher into a server: as a bot with commands, that sees channels, writes there with pictures and files, and finds again
#: what it has written.
_INVITE = (
    "https://discord.com/oauth2/authorize?client_id={}&scope=bot+applications.commands&permissions=117760"
)
#: What Slack says of an app that it does not know, and of a code that nobody has to one that it does.
_OF_THE_APP = frozenset({"invalid_client_id", "bad_client_secret"})
_OF_THE_CODE = frozenset({"invalid_code", "code_already_used", "bad_redirect_uri"})


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


async def reached(name: str, checks: Awaitable[list[Check]]) -> list[Check]:
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


async def slack_checks(settings: Settings, session: aiohttp.ClientSession, dates: list[str]) -> list[Check]:
    """The bot's token of the one team, or the app's own words for several; and what opens Socket Mode, for one and for several."""
    api = settings.slack_api_url or _SLACK
    checks = []
    if settings.slack_several:
        checks.append(await _client(settings, f"{api}oauth.v2.access", session, dates))
    if settings.slack_bot_token is not None:
        checks += await _bot(f"{api}auth.test", settings.slack_bot_token.get_secret_value(), session, dates)
    if settings.slack_app_token is not None:
        token = settings.slack_app_token.get_secret_value()
        checks.append(await _socket(f"{api}apps.connections.open", token, session, dates))
    return checks


async def _bot(url: str, token: str, session: aiohttp.ClientSession, dates: list[str]) -> list[Check]:
    reply = await _ask(session, "POST", url, f"Bearer {token}", dates)
    if not reply.body.get("ok"):
        do = "Install the app again at api.slack.com/apps (Install App) and set SLACK_BOT_TOKEN to its bot token"
        return [Check("Slack token", f"refused ({reply.body.get('error', reply.status)})", do)]
    return [Check("Slack token", f"{reply.body.get('user')} in {reply.body.get('team')}"), _scopes(reply)]


def _scopes(reply: Reply) -> Check:
    from adapters.slack.manifest import SCOPES

    granted = {scope.strip() for scope in reply.headers.get("x-oauth-scopes", "").split(",")}
    missing = [scope for scope in SCOPES if scope not in granted]
    if not missing:
        return Check("Slack scopes", "all there")
    do = "Paste what “.venv/bin/usher manifest” prints into your app (App Manifest) and install it again"
    return Check("Slack scopes", f"missing {', '.join(missing)}", do)


async def _client(settings: Settings, url: str, session: aiohttp.ClientSession, dates: list[str]) -> Check:
    """Whether Slack knows the app that teams are to install: it looks at that before it looks at a code, which nobody has."""
    assert settings.slack_client_id is not None
    assert settings.slack_client_secret is not None
    both = f"{settings.slack_client_id}:{settings.slack_client_secret.get_secret_value()}"
    auth = f"Basic {base64.b64encode(both.encode()).decode()}"
    reply = await _ask(session, "POST", f"{url}?code=usher-doctor", auth, dates)
    found = reply.body.get("error", reply.status)
    if found in _OF_THE_CODE:
        return Check("Slack app", "Slack takes its id and secret")
    if found not in _OF_THE_APP:
        # It is busy or away, or says what it never said before: that tells nothing of the app.
        return Check("Slack app", f"Slack did not look at it ({found})", "Try again in a while", grave=False)
    do = "Copy SLACK_CLIENT_ID and SLACK_CLIENT_SECRET from your app (Basic Information, App Credentials)"
    return Check("Slack app", f"refused ({found})", do)


async def _socket(url: str, token: str, session: aiohttp.ClientSession, dates: list[str]) -> Check:
    reply = await _ask(session, "POST", url, f"Bearer {token}", dates)
    if reply.body.get("ok"):
        return Check("Slack Socket Mode", "opens")
    do = "Make an app-level token with connections:write (Basic Information), switch Socket Mode on, set SLACK_APP_TOKEN"
    return Check("Slack Socket Mode", f"refused ({reply.body.get('error', reply.status)})", do)


async def discord_checks(settings: Settings, session: aiohttp.ClientSession, dates: list[str]) -> list[Check]:
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
