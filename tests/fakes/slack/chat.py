"""chat.* methods."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.fakes.slack.entities import Message
from tests.fakes.slack.errors import SlackError
from tests.fakes.slack.validate import UPDATED_TEXT_AT_MOST, check_message
from tests.fakes.slack.webapi import method

if TYPE_CHECKING:
    from tests.fakes.slack.entities import Channel, Team
    from tests.fakes.slack.server import FakeSlack

_CONTENT = (
    "text blocks attachments as_user icon_emoji icon_url link_names username parse markdown_text thread_ts"
)


def readable(slack: FakeSlack, team: Team, channel_id: Any) -> Channel:
    """A conversation that the bot knows of; private ones that it is not in do not exist for it."""
    channel = slack.state.channels.get(channel_id) if isinstance(channel_id, str) else None
    hidden = channel is not None and channel.kind != "public" and team.bot_user_id not in channel.members
    if channel is None or channel.team_id != team.id or hidden:
        raise SlackError("channel_not_found")
    return channel


def _addressed(slack: FakeSlack, team: Team, target: Any) -> Channel:
    """What chat.postMessage takes for `channel`: an id, a person's id, or the name of a public channel."""
    user = slack.state.users.get(target) if isinstance(target, str) else None
    if user is not None and user.team_id == team.id:
        if user.deleted or user.is_bot:
            raise SlackError("channel_not_found")
        return slack.state.direct(team, frozenset({user.id}))[0]
    for channel in slack.state.channels.values():
        if (
            channel.team_id == team.id
            and channel.kind == "public"
            and channel.name == str(target).lstrip("#")
        ):
            return channel
    return readable(slack, team, target)


def writable(slack: FakeSlack, team: Team, target: Any) -> Channel:
    channel = _addressed(slack, team, target)
    if team.bot_user_id not in channel.members and "chat:write.public" not in team.scopes:
        raise SlackError("not_in_channel")
    if channel.is_archived:
        raise SlackError("is_archived")
    return channel


def _own(slack: FakeSlack, team: Team, args: dict[str, Any], refusal: str) -> tuple[Channel, Message]:
    channel = readable(slack, team, args["channel"])
    message = channel.messages.get(str(args["ts"]))
    if message is None:
        raise SlackError("message_not_found")
    if message.user_id != team.bot_user_id:
        raise SlackError(refusal)
    return channel, message


def new_message(slack: FakeSlack, team: Team, channel: Channel, content: dict[str, Any]) -> Message:
    blocks = content.get("blocks")
    if content.get("markdown_text"):
        blocks = [{"type": "markdown", "text": content["markdown_text"]}]
    return Message(
        ts=slack.state.new_ts(),
        channel_id=channel.id,
        team_id=team.id,
        user_id=team.bot_user_id,
        text=content.get("text") or "",
        blocks=slack.state.with_ids(blocks),
        attachments=content.get("attachments") or [],
        metadata=content.get("metadata") or None,
        bot_id=team.bot_id,
        app_id=slack.app_id,
        thread_ts=content.get("thread_ts"),
    )


def change(slack: FakeSlack, message: Message, content: dict[str, Any]) -> None:
    """Text without blocks takes the blocks away; neither of the two leaves them; metadata stays unless given."""
    if "blocks" in content:
        message.blocks = slack.state.with_ids(content["blocks"])
    elif content.get("text"):
        message.blocks = []
        message.edited_ts = slack.state.new_ts()
    if content.get("text") is not None:
        message.text = content["text"]
    if "attachments" in content:
        message.attachments = content["attachments"] or []
    if "metadata" in content:
        message.metadata = content["metadata"] or None
    message.revision += 1


def _check_pictures(slack: FakeSlack, team: Team, args: dict[str, Any]) -> None:
    """A picture in a message is a file that was handed over and completed before."""
    for block in args.get("blocks") or ():
        wanted = block["slack_file"].get("id") if "slack_file" in block else None
        file = slack.state.files.get(wanted) if wanted else None
        if wanted and (file is None or file.team_id != team.id or not file.completed):
            raise SlackError("invalid_blocks", f"invalid slack file: {wanted}")


@method(
    "chat.postMessage",
    "channel",
    f"{_CONTENT} metadata mrkdwn reply_broadcast unfurl_links unfurl_media",
    scope="chat:write",
)
def post_message(slack: FakeSlack, team: Team, args: dict[str, Any]) -> dict[str, Any]:
    channel = writable(slack, team, args["channel"])
    check_message(args)
    _check_pictures(slack, team, args)
    message = new_message(slack, team, channel, args)
    channel.messages[message.ts] = message
    return {"channel": channel.id, "ts": message.ts, "message": message.public(with_metadata=True)}


@method("chat.postEphemeral", "channel user", _CONTENT, scope="chat:write")
def post_ephemeral(slack: FakeSlack, team: Team, args: dict[str, Any]) -> dict[str, Any]:
    channel = writable(slack, team, args["channel"])
    if args["user"] not in channel.members:
        raise SlackError("user_not_in_channel")
    check_message(args)
    message = new_message(slack, team, channel, args)
    message.ephemeral_to = args["user"]
    slack.state.ephemeral(message)
    return {"message_ts": message.ts}


@method(
    "chat.update",
    "channel ts",
    "text blocks attachments as_user file_ids link_names metadata parse reply_broadcast markdown_text",
    scope="chat:write",
)
def update(slack: FakeSlack, team: Team, args: dict[str, Any]) -> dict[str, Any]:
    channel, message = _own(slack, team, args, "cant_update_message")
    check_message(args, text_at_most=UPDATED_TEXT_AT_MOST)
    _check_pictures(slack, team, args)
    if channel.is_archived:
        raise SlackError("is_archived")
    change(slack, message, args)
    public = message.public(with_metadata=True)
    return {"channel": channel.id, "ts": message.ts, "text": message.text, "message": public}


@method(
    "chat.unfurl",
    "unfurls",
    "channel ts unfurl_id source user_auth_blocks user_auth_message user_auth_required user_auth_url",
    scope="links:write",
)
def unfurl(slack: FakeSlack, team: Team, args: dict[str, Any]) -> dict[str, Any]:
    message = _with_links(slack, team, args)
    for url, shown in args["unfurls"].items():
        if not isinstance(shown, dict) or not shown.get("blocks"):
            raise SlackError("invalid_unfurls_format")
        if url not in message.text:
            raise SlackError("cannot_unfurl_url")
        check_message({"blocks": shown["blocks"]})
    message.unfurls = args["unfurls"]
    return {}


def _with_links(slack: FakeSlack, team: Team, args: dict[str, Any]) -> Message:
    """The message that is meant: by its place, or by the word that the event had for it."""
    if args.get("unfurl_id") or args.get("source"):
        if args.get("source") not in {"composer", "conversations_history"}:
            raise SlackError("invalid_source" if args.get("source") else "missing_source")
        if not args.get("unfurl_id"):
            raise SlackError("missing_unfurl_id")
        channel_id, _, ts = str(args["unfurl_id"]).partition("-")
    else:
        channel_id, ts = str(args.get("channel") or ""), str(args.get("ts") or "")
        if not channel_id or not ts:
            raise SlackError("missing_ts" if channel_id else "missing_channel")
    channel = slack.state.channels.get(channel_id)
    if channel is None or channel.team_id != team.id:
        raise SlackError("cannot_find_channel")
    message = channel.messages.get(ts)
    if message is None:
        raise SlackError("cannot_find_message")
    return message


@method("chat.delete", "channel ts", "as_user", scope="chat:write")
def delete(slack: FakeSlack, team: Team, args: dict[str, Any]) -> dict[str, Any]:
    channel, message = _own(slack, team, args, "cant_delete_message")
    del channel.messages[message.ts]
    message.deleted = True
    return {"channel": channel.id, "ts": message.ts}
