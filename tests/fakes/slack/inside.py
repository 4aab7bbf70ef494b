"""Who is in a conversation: conversations.members, .invite and .kick."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.fakes.slack.chat import readable
from tests.fakes.slack.errors import SlackError
from tests.fakes.slack.people import page_of
from tests.fakes.slack.webapi import method, missing_scope

if TYPE_CHECKING:
    from tests.fakes.slack.entities import Channel, Team
    from tests.fakes.slack.server import FakeSlack

_READ = {"public": "channels:read", "private": "groups:read", "im": "im:read", "mpim": "mpim:read"}
_MANAGE = {"public": "channels:manage", "private": "groups:write"}


@method("conversations.members", "channel", "cursor limit")
def conversations_members(slack: FakeSlack, team: Team, args: dict[str, Any]) -> dict[str, Any]:
    channel = readable(slack, team, args["channel"])
    if _READ[channel.kind] not in team.scopes:
        raise missing_scope(team, _READ[channel.kind])
    page, cursor = page_of(sorted(channel.members), args, most=1000, default=100)
    return {"members": list(page), "response_metadata": {"next_cursor": cursor}}


def _changeable(slack: FakeSlack, team: Team, args: dict[str, Any]) -> Channel:
    channel = readable(slack, team, args["channel"])
    if channel.kind not in _MANAGE:
        raise SlackError("method_not_supported_for_channel_type")
    if _MANAGE[channel.kind] not in team.scopes:
        raise missing_scope(team, _MANAGE[channel.kind])
    if channel.is_archived:
        raise SlackError("is_archived")
    if team.bot_user_id not in channel.members:
        raise SlackError("not_in_channel")
    return channel


@method("conversations.invite", "channel users", "force")
def conversations_invite(slack: FakeSlack, team: Team, args: dict[str, Any]) -> dict[str, Any]:
    channel = _changeable(slack, team, args)
    wanted = [each for each in str(args["users"]).split(",") if each]
    for each in wanted:
        user = slack.state.users.get(each)
        if user is None or user.deleted:
            raise SlackError("user_not_found")
        if each == team.bot_user_id:
            raise SlackError("cant_invite_self")
        if each in channel.members:
            raise SlackError("already_in_channel")
        if user.is_ultra_restricted:
            raise SlackError("user_is_ultra_restricted")
    channel.members.update(wanted)
    return {"channel": channel.public(team.bot_user_id)}


@method("conversations.kick", "channel user")
def conversations_kick(slack: FakeSlack, team: Team, args: dict[str, Any]) -> dict[str, Any]:
    channel = _changeable(slack, team, args)
    if channel is slack.general(team.id):
        raise SlackError("cant_kick_from_general")
    if args["user"] == team.bot_user_id:
        raise SlackError("cant_kick_self")
    if args["user"] not in slack.state.users:
        raise SlackError("user_not_found")
    if args["user"] not in channel.members:
        raise SlackError("not_in_channel")
    channel.members.discard(args["user"])
    return {}
