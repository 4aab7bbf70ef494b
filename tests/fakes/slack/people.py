"""auth.*, users.*, team.* and conversations.* methods."""

from __future__ import annotations

import base64
import binascii
from typing import TYPE_CHECKING, Any

from tests.fakes.slack.chat import readable
from tests.fakes.slack.errors import SlackError
from tests.fakes.slack.webapi import method, missing_scope, truth, whole

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tests.fakes.slack.entities import Channel, Team, User
    from tests.fakes.slack.server import FakeSlack

_HISTORY_SCOPE = {
    "public": "channels:history",
    "private": "groups:history",
    "im": "im:history",
    "mpim": "mpim:history",
}
_INFO_SCOPE = {"public": "channels:read", "private": "groups:read", "im": "im:read", "mpim": "mpim:read"}


@method("auth.test")
def auth_test(slack: FakeSlack, team: Team, args: dict[str, Any]) -> dict[str, Any]:
    return {
        "url": f"https://{team.domain}.slack.com/",
        "team": team.name,
        "user": slack.state.users[team.bot_user_id].name,
        "team_id": team.id,
        "user_id": team.bot_user_id,
        "bot_id": team.bot_id,
        "is_enterprise_install": False,
    }


@method("apps.connections.open", app_token=True)
def connections_open(slack: FakeSlack, team: Team, args: dict[str, Any]) -> dict[str, Any]:
    return {"url": slack.socket.open()}


@method("team.info", "", "team domain include_slackbot_availability", scope="team:read")
def team_info(slack: FakeSlack, team: Team, args: dict[str, Any]) -> dict[str, Any]:
    if args.get("team", team.id) != team.id:
        raise SlackError("team_not_found")
    info = {"id": team.id, "name": team.name, "domain": team.domain, "email_domain": "", "icon": {}}
    return {"team": info | {"url": f"https://{team.domain}.slack.com/"}}


def _user(slack: FakeSlack, team: Team, user_id: Any) -> User:
    user = slack.state.users.get(user_id) if isinstance(user_id, str) else None
    if user is None or user.team_id != team.id:
        raise SlackError("user_not_found")
    return user


def _public(team: Team, user: User, args: dict[str, Any]) -> dict[str, Any]:
    with_email = "users:read.email" in team.scopes
    return user.public(with_email=with_email, with_locale=truth(args.get("include_locale")))


@method("users.info", "user", "include_locale", scope="users:read")
def users_info(slack: FakeSlack, team: Team, args: dict[str, Any]) -> dict[str, Any]:
    return {"user": _public(team, _user(slack, team, args["user"]), args)}


@method("users.lookupByEmail", "email", scope="users:read.email")
def lookup_by_email(slack: FakeSlack, team: Team, args: dict[str, Any]) -> dict[str, Any]:
    wanted = str(args["email"]).lower()
    for user in slack.state.users.values():
        if user.team_id == team.id and not user.deleted and (user.email or "").lower() == wanted:
            return {"user": _public(team, user, args)}
    raise SlackError("users_not_found")


@method("users.list", "", "cursor include_locale limit team_id", scope="users:read")
def users_list(slack: FakeSlack, team: Team, args: dict[str, Any]) -> dict[str, Any]:
    everybody = [user for user in slack.state.users.values() if user.team_id == team.id]
    page, cursor = page_of(everybody, args, most=1000, default=len(everybody) or 1)
    members = [_public(team, user, args) for user in page]
    return {"members": members, "cache_ts": int(slack.clock()), "response_metadata": {"next_cursor": cursor}}


def page_of(
    rows: Sequence[Any], args: dict[str, Any], *, most: int, default: int
) -> tuple[Sequence[Any], str]:
    limit = whole(args, "limit", default) or default
    if not 0 < limit <= max(most, default):
        raise SlackError("invalid_limit")
    start = 0
    if args.get("cursor"):
        try:
            start = int(base64.b64decode(str(args["cursor"]), validate=True).removeprefix(b"next:"))
        except (binascii.Error, ValueError):
            raise SlackError("invalid_cursor") from None
    end = start + limit
    cursor = base64.b64encode(b"next:%d" % end).decode() if end < len(rows) else ""
    return rows[start:end], cursor


def _need(team: Team, scope: str) -> None:
    if scope not in team.scopes:
        raise missing_scope(team, scope)


@method("conversations.open", "", "channel return_im users prevent_creation", scope="im:write|mpim:write")
def conversations_open(slack: FakeSlack, team: Team, args: dict[str, Any]) -> dict[str, Any]:
    if args.get("channel"):
        channel, already = readable(slack, team, args["channel"]), True
    else:
        wanted = [user for user in str(args.get("users") or "").split(",") if user]
        if not wanted:
            raise SlackError("users_list_not_supplied")
        channel, already = _opened(slack, team, wanted)
    shown: dict[str, Any] = {"id": channel.id}
    if truth(args.get("return_im")):
        shown = channel.public(team.bot_user_id)
    return {"channel": shown, "no_op": already, "already_open": already} if already else {"channel": shown}


def _opened(slack: FakeSlack, team: Team, wanted: list[str]) -> tuple[Channel, bool]:
    if len(wanted) > 8:
        raise SlackError("too_many_users")
    for user_id in wanted:
        user = _user(slack, team, user_id)
        if user.deleted:
            raise SlackError("user_disabled")
        if user.is_bot:
            raise SlackError("cannot_dm_bot")
    return slack.state.direct(team, frozenset(wanted))


@method("conversations.info", "channel", "include_locale include_num_members")
def conversations_info(slack: FakeSlack, team: Team, args: dict[str, Any]) -> dict[str, Any]:
    channel = readable(slack, team, args["channel"])
    _need(team, _INFO_SCOPE[channel.kind])
    shown = channel.public(team.bot_user_id)
    if truth(args.get("include_num_members")):
        shown["num_members"] = len(channel.members)
    return {"channel": shown}


@method("conversations.history", "channel", "cursor inclusive include_all_metadata latest limit oldest")
def conversations_history(slack: FakeSlack, team: Team, args: dict[str, Any]) -> dict[str, Any]:
    channel = readable(slack, team, args["channel"])
    _need(team, _HISTORY_SCOPE[channel.kind])
    if team.bot_user_id not in channel.members:
        raise SlackError("not_in_channel")
    inside = [
        m for m in reversed(channel.messages.values()) if m.thread_ts in (None, m.ts) and _within(m.ts, args)
    ]
    page, cursor = page_of(inside, args, most=999, default=100)
    with_metadata = truth(args.get("include_all_metadata"))
    answer: dict[str, Any] = {
        "messages": [message.public(with_metadata=with_metadata) for message in page],
        "has_more": bool(cursor),
        "pin_count": 0,
    }
    return answer | ({"response_metadata": {"next_cursor": cursor}} if cursor else {})


@method("conversations.replies", "channel ts", "cursor inclusive include_all_metadata latest limit oldest")
def conversations_replies(slack: FakeSlack, team: Team, args: dict[str, Any]) -> dict[str, Any]:
    """A message and what stands in its thread, oldest first."""
    channel = readable(slack, team, args["channel"])
    _need(team, _HISTORY_SCOPE[channel.kind])
    if team.bot_user_id not in channel.members:
        raise SlackError("not_in_channel")
    thread = [m for m in channel.messages.values() if args["ts"] in (m.ts, m.thread_ts)]
    if not thread:
        raise SlackError("thread_not_found")
    page, cursor = page_of([m for m in thread if _within(m.ts, args)], args, most=999, default=1_000)
    with_metadata = truth(args.get("include_all_metadata"))
    answer: dict[str, Any] = {
        "messages": [message.public(with_metadata=with_metadata) for message in page],
        "has_more": bool(cursor),
    }
    return answer | ({"response_metadata": {"next_cursor": cursor}} if cursor else {})


def _within(ts: str, args: dict[str, Any]) -> bool:
    try:
        oldest, latest = float(args.get("oldest") or 0), float(args.get("latest") or "inf")
    except (TypeError, ValueError):
        raise SlackError("invalid_ts_oldest") from None
    moment = float(ts)
    if truth(args.get("inclusive")):
        return oldest <= moment <= latest
    return oldest < moment < latest
