"""The payloads that Slack sends, field by field."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tests.fakes.slack.entities import Channel, Message, Team, User, View
    from tests.fakes.slack.server import FakeSlack


def command(slack: FakeSlack, user: User, channel: Channel, name: str, text: str) -> dict[str, Any]:
    """Without response_url and trigger_id, which the server adds when it sends."""
    team = slack.state.teams[user.team_id]
    return {
        "token": slack.verification_token,
        "team_id": team.id,
        "team_domain": team.domain,
        "channel_id": channel.id,
        "channel_name": channel.payload_name,
        "user_id": user.id,
        "user_name": user.name,
        "command": name,
        "text": text,
        "api_app_id": slack.app_id,
        # A form field: over HTTP and over the socket alike a string.
        "is_enterprise_install": "true" if team.id in slack.enterprises else "false",
        **({"enterprise_id": slack.enterprises[team.id]} if team.id in slack.enterprises else {}),
    }


def _who(slack: FakeSlack, user: User) -> dict[str, Any]:
    team = slack.state.teams[user.team_id]
    return {
        "user": {"id": user.id, "username": user.name, "name": user.name, "team_id": team.id},
        "api_app_id": slack.app_id,
        "token": slack.verification_token,
        "team": {"id": team.id, "domain": team.domain},
        "enterprise": {"id": slack.enterprises[team.id]} if team.id in slack.enterprises else None,
        "is_enterprise_install": team.id in slack.enterprises,
    }


def _place(channel: Channel) -> dict[str, Any]:
    return {"id": channel.id, "name": channel.payload_name}


def _message_container(message: Message) -> dict[str, Any]:
    container: dict[str, Any] = {
        "type": "message",
        "message_ts": message.ts,
        "channel_id": message.channel_id,
        "is_ephemeral": message.ephemeral_to is not None,
    }
    if message.thread_ts:
        container["thread_ts"] = message.thread_ts
    return container


def block_actions(
    slack: FakeSlack, user: User, where: Message | View, actions: list[dict[str, Any]], values: dict[str, Any]
) -> dict[str, Any]:
    from tests.fakes.slack.entities import Message

    body = {"type": "block_actions", **_who(slack, user), "actions": actions}
    if not isinstance(where, Message):
        team = slack.state.teams[where.team_id]
        return body | {
            "container": {"type": "view", "view_id": where.id},
            "view": where.public(team, slack.app_id),
        }
    channel = slack.state.channels[where.channel_id]
    body |= {"container": _message_container(where), "channel": _place(channel), "state": {"values": values}}
    if where.ephemeral_to is None:
        # Of an ephemeral message Slack sends nothing but its ts.
        body["message"] = where.public()
    return body


def action(element: dict[str, Any], block_id: str, ts: str, chosen: dict[str, Any]) -> dict[str, Any]:
    body = {"type": element["type"], "action_id": element["action_id"], "block_id": block_id, "action_ts": ts}
    for key in ("text", "value", "style", "placeholder"):
        if key in element:
            body[key] = element[key]
    return body | chosen


def view_submission(slack: FakeSlack, user: User, view: View) -> dict[str, Any]:
    team = slack.state.teams[view.team_id]
    return {
        "type": "view_submission",
        **_who(slack, user),
        "view": view.public(team, slack.app_id),
        "response_urls": [],
    }


def view_closed(slack: FakeSlack, user: User, view: View, *, cleared: bool) -> dict[str, Any]:
    team = slack.state.teams[view.team_id]
    return {
        "type": "view_closed",
        **_who(slack, user),
        "view": view.public(team, slack.app_id),
        "is_cleared": cleared,
    }


def block_suggestion(
    slack: FakeSlack, user: User, where: Message | View, element: dict[str, Any], block_id: str, typed: str
) -> dict[str, Any]:
    shown = block_actions(slack, user, where, [], {})
    del shown["actions"]
    return shown | {
        "type": "block_suggestion",
        "action_id": element["action_id"],
        "block_id": block_id,
        "value": typed,
    }


def shortcut(slack: FakeSlack, user: User, callback_id: str, message: Message | None) -> dict[str, Any]:
    body = {
        "type": "shortcut",
        **_who(slack, user),
        "callback_id": callback_id,
        "action_ts": slack.state.new_ts(),
    }
    if message is None:
        return body
    channel = slack.state.channels[message.channel_id]
    return body | {
        "type": "message_action",
        "message_ts": message.ts,
        "channel": _place(channel),
        "message": message.public(),
    }


def event_callback(slack: FakeSlack, team: Team, event: dict[str, Any], event_id: str) -> dict[str, Any]:
    return {
        "token": slack.verification_token,
        "team_id": team.id,
        "context_team_id": team.id,
        "context_enterprise_id": slack.enterprises.get(team.id),
        **({"enterprise_id": slack.enterprises[team.id]} if team.id in slack.enterprises else {}),
        "api_app_id": slack.app_id,
        "event": event,
        "type": "event_callback",
        "event_id": event_id,
        "event_time": int(slack.clock()),
        "authorizations": [
            {
                "enterprise_id": slack.enterprises.get(team.id),
                "team_id": team.id,
                "user_id": team.bot_user_id,
                "is_bot": True,
                "is_enterprise_install": team.id in slack.enterprises,
            }
        ],
        "is_ext_shared_channel": False,
        "event_context": f"4-{event_id}",
    }
