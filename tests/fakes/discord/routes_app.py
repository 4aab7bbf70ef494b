"""Routes about the application: itself, its gateway, its commands, the answers to its interactions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.fakes.discord import payloads
from tests.fakes.discord.errors import known
from tests.fakes.discord.rest import NOTHING, Answer, Call, route, snowflake
from tests.fakes.discord.state import EPHEMERAL, LOADING

if TYPE_CHECKING:
    from tests.fakes.discord.delivery import Delivery


@route("GET", "/users/@me")
def own_user(call: Call) -> Answer:
    return Answer(200, payloads.own_user(call.fake.world.bot))


@route("GET", "/users/{user}")
def user(call: Call) -> Answer:
    person = call.fake.world.users.get(call.id("user"))
    if person is None:
        raise known(10013)
    return Answer(200, payloads.user(person))


@route("GET", "/users/@me/guilds")
def own_guilds(call: Call) -> Answer:
    world = call.fake.world
    there = [g for g in world.guilds.values() if world.bot.id in g.members]
    return Answer(
        200, [{"id": str(g.id), "name": g.name, "icon": None, "owner": False, "features": []} for g in there]
    )


@route("POST", "/users/@me/channels")
def open_direct(call: Call) -> Answer:
    body = call.fields("recipient_id")
    person = call.fake.world.users.get(snowflake(body.get("recipient_id"), ("recipient_id",)))
    if person is None or person.bot:
        raise known(50033)
    return Answer(200, payloads.channel(call.fake.world.direct_channel(person)))


@route("GET", "/gateway", auth=False)
def gateway(call: Call) -> Answer:
    return Answer(200, {"url": call.fake.gateway_url})


@route("GET", "/gateway/bot")
def gateway_bot(call: Call) -> Answer:
    limit = {
        "total": 1000,
        "remaining": 1000 - call.fake.gateway.identifies,
        "reset_after": 0,
        "max_concurrency": 1,
    }
    return Answer(
        200,
        {
            "url": call.fake.gateway_url,
            "shards": call.fake.gateway.recommended_shards,
            "session_start_limit": limit,
        },
    )


@route("GET", "/applications/@me")
@route("GET", "/oauth2/applications/@me")
def application(call: Call) -> Answer:
    world = call.fake.world
    return Answer(
        200,
        {
            "id": str(world.bot.id),
            "name": world.bot.global_name,
            "icon": None,
            "description": "",
            "bot_public": True,
            "bot_require_code_grant": False,
            "bot": payloads.user(world.bot),
            "owner": payloads.user(call.fake.owner),
            "team": None,
            "verify_key": "0" * 64,
            "flags": call.fake.gateway.application_flags,
            "interactions_endpoint_url": None,
            "integration_types_config": {"0": {}},
        },
    )


# commands, global and of a guild -------------------------------------------------------------------------


def _scope(call: Call) -> int | None:
    if call.id("app") != call.fake.world.bot.id:
        raise known(50001)
    if "guild" not in call.params:
        return None
    if call.id("guild") not in call.fake.world.guilds:
        raise known(50001)
    return call.id("guild")


def _unlocalized(part: dict[str, Any]) -> dict[str, Any]:
    """As lists show it unless they are asked for the localizations."""
    kept = {key: value for key, value in part.items() if not key.endswith("_localizations")}
    for key in ("options", "choices"):
        if key in part:
            kept[key] = [_unlocalized(inner) for inner in part[key]]
    return kept


for _base in ("/applications/{app}/commands", "/applications/{app}/guilds/{guild}/commands"):

    @route("GET", _base)
    def list_commands(call: Call) -> Answer:
        found = call.fake.registry.all(_scope(call))
        shown = call.query.get("with_localizations") in {"1", "true"}
        return Answer(200, found if shown else [_unlocalized(command) for command in found])

    @route("PUT", _base)
    def overwrite_commands(call: Call) -> Answer:
        return Answer(200, call.fake.registry.overwrite(_scope(call), call.body))

    @route("POST", _base)
    def create_command(call: Call) -> Answer:
        command, new = call.fake.registry.upsert(_scope(call), call.body)
        return Answer(201 if new else 200, command)

    @route("GET", _base + "/{command}")
    def get_command(call: Call) -> Answer:
        return Answer(200, call.fake.registry.get(_scope(call), call.id("command")))

    @route("PATCH", _base + "/{command}")
    def edit_command(call: Call) -> Answer:
        return Answer(200, call.fake.registry.edit(_scope(call), call.id("command"), call.body))

    @route("DELETE", _base + "/{command}")
    def delete_command(call: Call) -> Answer:
        call.fake.registry.delete(_scope(call), call.id("command"))
        return NOTHING


# answers to interactions: no Authorization header, the token in the path is the secret -----------------------


@route("POST", "/interactions/{interaction}/{token}/callback", auth=False)
def callback(call: Call) -> Answer:
    fake = call.fake
    delivery = fake.desk.respond(call.id("interaction"), call.params["token"], call.body, call.files)
    fake.log.add("answer", f"type {delivery.callback_type}", call.body)
    if call.query.get("with_response") not in {"1", "true"}:
        return NOTHING
    return Answer(200, _callback_body(call, delivery))


def _callback_body(call: Call, delivery: Delivery) -> dict[str, Any]:
    interaction: dict[str, Any] = {
        "id": str(delivery.id),
        "type": delivery.type,
        "channel_id": str(delivery.channel.id),
    }
    resource: dict[str, Any] = {"type": delivery.callback_type}
    message = delivery.original
    if message:
        interaction["response_message_id"] = str(message.id)
        interaction["response_message_loading"] = bool(message.flags & LOADING)
        interaction["response_message_ephemeral"] = bool(message.flags & EPHEMERAL)
        resource["message"] = call.fake.board.json(message)
    body: dict[str, Any] = {"interaction": interaction}
    return body | ({"resource": resource} if message else {})


def _delivery(call: Call) -> Delivery:
    return call.fake.desk.by_token(call.id("app"), call.params["token"])


@route("POST", "/webhooks/{app}/{token}", auth=False)
def follow_up(call: Call) -> Answer:
    message = call.fake.desk.follow_up(_delivery(call), call.body, call.files)
    return Answer(200, call.fake.board.json(message))


@route("GET", "/webhooks/{app}/{token}/messages/{message}", auth=False)
def get_reply(call: Call) -> Answer:
    message = call.fake.desk.message_of(_delivery(call), call.params["message"])
    return Answer(200, call.fake.board.json(message))


@route("PATCH", "/webhooks/{app}/{token}/messages/{message}", auth=False)
def edit_reply(call: Call) -> Answer:
    desk, delivery = call.fake.desk, _delivery(call)
    message = desk.edit(delivery, desk.message_of(delivery, call.params["message"]), call.body, call.files)
    return Answer(200, call.fake.board.json(message))


@route("DELETE", "/webhooks/{app}/{token}/messages/{message}", auth=False)
def delete_reply(call: Call) -> Answer:
    call.fake.board.delete(call.fake.desk.message_of(_delivery(call), call.params["message"]))
    return NOTHING
