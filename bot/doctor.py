"""``usher doctor``: looks at everything that has to be right, and says of each thing that it is, or what to do."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from email.utils import parsedate_to_datetime

import aiohttp

from bot import keys
from bot.checks import Check, discord_checks, reached, slack_checks
from bot.config import Settings
from bot.engine import MISMATCH, database_trouble, lost_places, secret_fits
from bot.faults import SettingsError

#: Of two processes one may be so much ahead and the other behind: less than half a lease, or one takes rows that the
#: other still delivers. (Slack refuses what is signed five minutes off.)
MOST_SKEW = 10
_MOST_PLACES = 5
_PATIENCE = aiohttp.ClientTimeout(total=10)


async def examine(settings: Settings, clock: Callable[[], float] = time.time) -> list[Check]:
    """Every check, in the order in which they are best mended."""
    checks = [*settings_checks(settings), secret_check(settings), await database_check(settings)]
    if not any(check.failed for check in checks if check.name in {"secret", "database"}):
        checks += [await codes_check(settings), await places_check(settings)]
    dates: list[str] = []
    async with aiohttp.ClientSession(timeout=_PATIENCE) as session:
        if settings.slack or settings.slack_app_token is not None:
            checks += await reached("Slack", slack_checks(settings, session, dates))
        if settings.discord_token is not None:
            checks += await reached("Discord", discord_checks(settings, session, dates))
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
    if not online and not checks[0].failed:
        do = (
            "Set SLACK_BOT_TOKEN (for several teams SLACK_CLIENT_ID and SLACK_CLIENT_SECRET) with SLACK_APP_TOKEN or "
            "SLACK_SIGNING_SECRET, or set DISCORD_TOKEN; without any account try .venv/bin/usher playground, or .venv/bin/usher console"
        )
        checks.append(Check("platforms", "none is configured", do))
    return checks


def _slack_settings(settings: Settings) -> Check:
    name = "Slack settings"
    if settings.slack_client_id is not None or settings.slack_client_secret is not None:
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
    if settings.slack_bot_token is not None:
        do = "Unset SLACK_BOT_TOKEN, or SLACK_CLIENT_ID and SLACK_CLIENT_SECRET"
        return Check(name, "both for one team and for several", do)
    if not settings.slack_several:
        do = "Set both SLACK_CLIENT_ID and SLACK_CLIENT_SECRET (your app, Basic Information)"
        return Check(name, "for several teams, and only half of it", do)
    if settings.public_address is None:
        do = "Set USHER_PUBLIC_URL: Slack sends those who install Usher back to that address"
        return Check(name, "several teams, and no address to install at", do)
    if not settings.slack_over_socket and not settings.slack_over_http:
        do = "Set SLACK_SIGNING_SECRET for HTTP, or SLACK_APP_TOKEN for Socket Mode"
        return Check(name, "several teams, and no way for Slack to reach Usher", do)
    how = "Socket Mode" if settings.slack_over_socket else "HTTP"
    return Check(
        name, f"several teams, over {how}: they install Usher at {settings.public_url}/slack/install"
    )


def _discord_settings(settings: Settings) -> Check:
    return Check("Discord settings", "none" if settings.discord_token is None else "gateway")


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
