"""The verbs over HTTP, for a fake that runs as a process of its own.

``POST /_control/VERB`` with a JSON object of keywords. Ids stand for objects: a parameter called user, guild,
channel, role, message or delivery takes the id that an earlier verb answered.
"""

from __future__ import annotations

import inspect
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from tests.fakes.discord.delivery import Delivery
from tests.fakes.discord.forms import Modal
from tests.fakes.discord.rest import json_response
from tests.fakes.discord.state import Channel, Guild, Member, Message, Role, User

if TYPE_CHECKING:
    from aiohttp import web

    from tests.fakes.discord.server import FakeDiscord

DIRECT_VERBS = frozenset(
    [
        "add_user",
        "add_guild",
        "remove_bot",
        "add_channel",
        "remove_channel",
        "add_role",
        "remove_role",
        "add_member",
        "remove_member",
        "set_roles",
        "roles_of",
        "grant_access",
        "say",
        "direct",
        "messages",
        "advance",
        "fail_next",
        "seen_by",
        "wait_message",
        "wait_connected",
        "command",
        "raw_command",
        "context_menu",
        "autocomplete",
        "click",
        "select",
        "raw_component",
    ]
)


async def serve(fake: FakeDiscord, request: web.BaseRequest) -> web.Response:
    verb = request.path.removeprefix("/_control/")
    given = await request.json() if request.body_exists else {}
    try:
        found = await _call(fake, verb, given)
    except (AssertionError, LookupError, TypeError, ValueError, TimeoutError) as error:
        return json_response(400, {"error": type(error).__name__, "message": str(error)})
    return json_response(200, {"result": _shown(found)})


async def _call(fake: FakeDiscord, verb: str, given: dict[str, Any]) -> Any:
    arguments = {name: _object(fake, name, value) for name, value in given.items()}
    if verb in DIRECT_VERBS:
        found = getattr(fake, verb)(**arguments)
        return await found if inspect.isawaitable(found) else found
    if verb in OTHER_VERBS:
        found = OTHER_VERBS[verb](fake, **arguments)
        return await found if inspect.isawaitable(found) else found
    raise LookupError(f"no verb {verb!r}")


def _object(fake: FakeDiscord, name: str, value: Any) -> Any:
    if name in {"user", "owner", "who", "target"} and value is not None:
        return fake.world.users[int(value)]
    if name == "roles":
        return [_role(fake, one) for one in value]
    finders = {
        "guild": lambda: fake.world.guilds[int(value)],
        "channel": lambda: fake.world.channels[int(value)],
        "where": lambda: fake.world.channels[int(value)],
        "message": lambda: fake.world.messages[int(value)],
        "role": lambda: _role(fake, value),
        "delivery": lambda: fake.desk.get(int(value)),
    }
    return finders[name]() if name in finders and value is not None else value


def _role(fake: FakeDiscord, value: Any) -> Role:
    return next(g.roles[int(value)] for g in fake.world.guilds.values() if int(value) in g.roles)


def _submit(fake: FakeDiscord, user: User, delivery: Delivery, values: dict[str, Any]) -> Any:
    async def fill() -> Delivery:
        return await fake.submit_modal(user, await delivery.modal(), values)

    return fill()


def _gateway(fake: FakeDiscord, do: str, **how: Any) -> Any:
    if do not in {"drop", "abort", "request_reconnect", "invalidate", "forget_sessions"}:
        raise LookupError(f"the gateway cannot {do!r}")
    return getattr(fake.gateway, do)(**how)


OTHER_VERBS: dict[str, Any] = {
    "submit_modal": _submit,
    "gateway": _gateway,
    "reply": lambda _, delivery, timeout=5.0: delivery.reply(timeout),
    "initial": lambda _, delivery, timeout=5.0: delivery.initial(timeout),
    "release": lambda fake: fake.faults.clear(),
    "violations": lambda fake: [str(v) for v in fake.violations],
    "log": lambda fake, last=1000: [str(entry) for entry in [*fake.log][-last:]],
    "counts": lambda fake: {
        "identifies": fake.gateway.identifies,
        "resumes": fake.gateway.resumes,
        "connected": fake.gateway.connected,
        "messages": len(fake.world.messages),
        "requests": len(fake.log.requests()),
    },
    "set_dm_open": lambda _, user, is_open: setattr(user, "dm_open", is_open),
}


def _shown(value: Any) -> Any:
    if isinstance(value, list | tuple):
        return [_shown(one) for one in value]
    for kind, show in SHOWN.items():
        if isinstance(value, kind):
            return show(value)
    return value if isinstance(value, str | int | float | bool | dict | None) else str(value)


def _shown_message(message: Message) -> dict[str, Any]:
    body = {
        "id": message.id,
        "channel": message.channel.id,
        "text": message.text,
        "ephemeral": message.ephemeral,
    }
    return body | {
        "edits": message.edits,
        "deleted": message.deleted,
        "buttons": [asdict(b) for b in message.buttons],
    }


SHOWN: dict[type, Any] = {
    set: sorted,
    Message: _shown_message,
    Modal: lambda modal: {
        "title": modal.title,
        "text": modal.text,
        "fields": [f.label for f in modal.fields],
    },
    Delivery: lambda delivery: {"id": delivery.id, "answered": delivery.answered, "failed": delivery.failed},
    Member: lambda member: {"id": member.user.id, "roles": member.roles},
    Guild: lambda guild: {"id": guild.id, "name": guild.name, "channel": next(iter(guild.channels), None)},
    User: lambda user: {"id": user.id, "name": user.username},
    Role: lambda role: {"id": role.id, "name": role.name},
    Channel: lambda channel: {"id": channel.id, "name": channel.name},
}
