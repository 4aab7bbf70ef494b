"""Routes about channels and their messages."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.fakes.discord import messages, payloads, permissions
from tests.fakes.discord.board import NONCE_KEPT_SECONDS
from tests.fakes.discord.errors import known
from tests.fakes.discord.form import Form
from tests.fakes.discord.rest import NOTHING, Answer, Call, route, snowflake
from tests.fakes.discord.state import Channel, Message, Overwrite

if TYPE_CHECKING:
    from tests.fakes.discord.state import User


def find_channel(call: Call, needed: int = 0) -> Channel:
    """The channel, if the bot may see it (50001) and do what is needed there (50013)."""
    world = call.fake.world
    channel = world.channels.get(call.id("channel"))
    if channel is None:
        raise known(10003)
    bits = world.allowed(world.bot.id, channel)
    if not bits & permissions.VIEW_CHANNEL:
        raise known(50001)
    if needed & ~bits:
        raise known(50013)
    return channel


def _find_message(call: Call, channel: Channel) -> Message:
    message = channel.messages.get(call.id("message"))
    if message is None:
        raise known(10008)
    return message


@route("GET", "/channels/{channel}")
def get_channel(call: Call) -> Answer:
    return Answer(200, payloads.channel(find_channel(call)))


@route("POST", "/channels/{channel}/typing")
def typing(call: Call) -> Answer:
    find_channel(call, permissions.SEND_MESSAGES)
    return NOTHING


@route("GET", "/channels/{channel}/messages")
def history(call: Call) -> Answer:
    channel = find_channel(call)
    limit = call.number("limit", 50, 1, 100)
    if not call.fake.world.allowed(call.fake.world.bot.id, channel) & permissions.READ_HISTORY:
        return Answer(200, [])
    newest_first = [*reversed(channel.messages.values())]
    return Answer(200, [call.fake.board.json(m) for m in _page(call, newest_first, limit)])


def _page(call: Call, newest_first: list[Message], limit: int) -> list[Message]:
    if "before" in call.query:
        edge = snowflake(call.query["before"], ("before",))
        return [m for m in newest_first if m.id < edge][:limit]
    if "after" in call.query:
        edge = snowflake(call.query["after"], ("after",))
        return [m for m in newest_first if m.id > edge][-limit:]
    if "around" in call.query:
        edge = snowflake(call.query["around"], ("around",))
        newer = [m for m in newest_first if m.id > edge][-(limit // 2) :]
        return (newer + [m for m in newest_first if m.id <= edge])[:limit]
    return newest_first[:limit]


@route("POST", "/channels/{channel}/messages")
def post(call: Call) -> Answer:
    fake, world = call.fake, call.fake.world
    channel = find_channel(call)
    body = messages.check_message(call.body, messages.CREATE)
    needed = permissions.SEND_MESSAGES | (permissions.EMBED_LINKS if body.get("embeds") else 0)
    find_channel(call, needed | (permissions.ATTACH_FILES if call.files else 0))
    if channel.recipient:
        _check_reachable(call, channel.recipient)
    nonce = None if body.get("nonce") is None else str(body["nonce"])
    if nonce is not None and body.get("enforce_nonce"):
        earlier = world.by_nonce(channel, nonce, NONCE_KEPT_SECONDS)
        if earlier:
            return Answer(200, fake.board.json(earlier))
    made = Message(
        world.new_id(), channel, world.bot, flags=(body.get("flags") or 0) & ~(1 << 6), nonce=nonce
    )
    made.reference = _reference(call, channel, body.get("message_reference"))
    fake.board.publish(made, body, call.files)
    if nonce is not None:
        world.remember_nonce(channel, nonce, made)
    return Answer(200, fake.board.json(made))


def _check_reachable(call: Call, person: User) -> None:
    if not person.dm_open:
        raise known(50007)
    if call.fake.dm_needs_mutual_guild and not any(call.fake.world.mutual_guilds(person)):
        raise known(50278)


def _reference(call: Call, channel: Channel, given: dict[str, Any] | None) -> dict[str, Any] | None:
    if given is None:
        return None
    target = channel.messages.get(snowflake(given.get("message_id"), ("message_reference", "message_id")))
    if target:
        return {"type": 0, "message_id": str(target.id), "channel_id": str(channel.id)}
    if given.get("fail_if_not_exists", True):
        form = Form()
        form.add(("message_reference",), "MESSAGE_REFERENCE_UNKNOWN_MESSAGE", "Unknown message")
        form.finish()
    return None


@route("GET", "/channels/{channel}/messages/{message}")
def get_message(call: Call) -> Answer:
    channel = find_channel(call, permissions.READ_HISTORY)
    return Answer(200, call.fake.board.json(_find_message(call, channel)))


@route("PATCH", "/channels/{channel}/messages/{message}")
def edit_message(call: Call) -> Answer:
    message = _find_message(call, find_channel(call))
    if message.author is not call.fake.world.bot:
        raise known(50005)
    call.fake.board.edit(message, call.body, messages.EDIT, call.files)
    return Answer(200, call.fake.board.json(message))


@route("DELETE", "/channels/{channel}/messages/{message}")
def delete_message(call: Call) -> Answer:
    channel = find_channel(call)
    message = _find_message(call, channel)
    if message.author is not call.fake.world.bot:
        find_channel(call, permissions.MANAGE_MESSAGES)
    call.fake.board.delete(message)
    return NOTHING


@route("PUT", "/channels/{channel}/permissions/{target}")
def set_overwrite(call: Call) -> Answer:
    channel = find_channel(call, permissions.MANAGE_ROLES)
    body = call.fields("id", "type", "allow", "deny")
    target = call.id("target")
    allow, deny = int(body.get("allow") or 0), int(body.get("deny") or 0)
    channel.overwrites[target] = Overwrite(target, int(body.get("type") or 0), allow, deny)
    call.fake.announce_channel(channel)
    return NOTHING


@route("DELETE", "/channels/{channel}/permissions/{target}")
def delete_overwrite(call: Call) -> Answer:
    channel = find_channel(call, permissions.MANAGE_ROLES)
    channel.overwrites.pop(call.id("target"), None)
    call.fake.announce_channel(channel)
    return NOTHING
