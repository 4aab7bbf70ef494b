"""Routes about guilds: members, their roles, the roles themselves."""

from __future__ import annotations

from typing import Any

from tests.fakes.discord import payloads, permissions
from tests.fakes.discord.errors import known
from tests.fakes.discord.form import Form
from tests.fakes.discord.rest import NOTHING, Answer, Call, route, snowflake
from tests.fakes.discord.state import Guild, Member, Role


def find_guild(call: Call, needed: int = 0) -> Guild:
    world = call.fake.world
    guild = world.guilds.get(call.id("guild"))
    if guild is None:
        raise known(10004)
    if world.bot.id not in guild.members:
        raise known(50001)
    if needed & ~permissions.in_guild(guild, guild.members[world.bot.id]):
        raise known(50013)
    return guild


def find_member(call: Call, guild: Guild) -> Member:
    member = guild.members.get(call.id("user"))
    if member is None:
        raise known(10007 if call.id("user") in call.fake.world.users else 10013)
    return member


def _top(call: Call, guild: Guild) -> int:
    bot = call.fake.world.bot.id
    return 10_000 if guild.owner_id == bot else permissions.top_position(guild, guild.members[bot])


def find_role(call: Call, guild: Guild, role_id: int) -> Role:
    """A role that the bot may give, take or change: below its own, not managed, not everyone's."""
    role = guild.roles.get(role_id)
    if role is None:
        raise known(10011)
    if role.position >= _top(call, guild) or role.managed:
        raise known(50013)
    if role.id == guild.id:
        raise known(50028)
    return role


def _check_above(call: Call, guild: Guild, member: Member) -> None:
    """The bot may touch this member's nick, or remove them: its highest role is above theirs."""
    if member.user.id == guild.owner_id or permissions.top_position(guild, member) >= _top(call, guild):
        raise known(50013)


@route("GET", "/guilds/{guild}")
def get_guild(call: Call) -> Answer:
    guild = find_guild(call)
    body = payloads.guild(guild)
    if call.query.get("with_counts") in {"1", "true"}:
        body |= {"approximate_member_count": len(guild.members), "approximate_presence_count": 0}
    return Answer(200, body)


@route("GET", "/guilds/{guild}/channels")
def channels(call: Call) -> Answer:
    return Answer(200, [payloads.channel(c) for c in find_guild(call).channels.values()])


@route("GET", "/guilds/{guild}/members")
def members(call: Call) -> Answer:
    guild = find_guild(call)
    if "members" not in call.fake.gateway.privileged:
        raise known(50001)
    limit, after = call.number("limit", 1, 1, 1000), int(call.query.get("after", 0))
    found = sorted((m for m in guild.members.values() if m.user.id > after), key=lambda m: m.user.id)
    return Answer(200, [payloads.member(m) for m in found[:limit]])


@route("GET", "/guilds/{guild}/members/search")
def search_members(call: Call) -> Answer:
    guild = find_guild(call)
    text, limit = call.query.get("query", "").lower(), call.number("limit", 1, 1, 1000)
    found = [m for m in guild.members.values() if (m.nick or m.user.username).lower().startswith(text)]
    return Answer(200, [payloads.member(m) for m in found[:limit]])


@route("GET", "/guilds/{guild}/members/{user}")
def get_member(call: Call) -> Answer:
    return Answer(200, payloads.member(find_member(call, find_guild(call))))


@route("PUT", "/guilds/{guild}/members/{user}")
def add_member(call: Call) -> Answer:
    guild = find_guild(call, permissions.CREATE_INVITE)
    body = call.fields("access_token", "nick", "roles", "mute", "deaf")
    person = call.fake.world.access_tokens.get(body.get("access_token") or "")
    if person is None or person.id != call.id("user"):
        raise known(50025)
    if person.id in guild.members:
        return NOTHING
    roles = [find_role(call, guild, snowflake(r, ("roles",))) for r in body.get("roles") or []]
    member = call.fake.add_member(guild, person, roles=roles, nick=body.get("nick"))
    return Answer(201, payloads.member(member))


@route("PATCH", "/guilds/{guild}/members/{user}")
def edit_member(call: Call) -> Answer:
    guild = find_guild(call)
    member = find_member(call, guild)
    body = call.fields("nick", "roles", "mute", "deaf", "channel_id", "communication_disabled_until", "flags")
    if "nick" in body:
        find_guild(call, permissions.MANAGE_NICKNAMES)
        _check_above(call, guild, member)
        form = Form()
        form.text(body, "nick", (), 0, 32)
        form.finish()
        member.nick = body["nick"] or None
    if body.get("roles") is not None:
        find_guild(call, permissions.MANAGE_ROLES)
        wanted = [snowflake(r, ("roles",)) for r in body["roles"]]
        for role_id in set(wanted) ^ set(member.roles):
            find_role(call, guild, role_id)
        member.roles = wanted
    call.fake.announce_member(member)
    return Answer(200, payloads.member(member))


@route("DELETE", "/guilds/{guild}/members/{user}")
def remove_member(call: Call) -> Answer:
    guild = find_guild(call, permissions.KICK_MEMBERS)
    member = find_member(call, guild)
    _check_above(call, guild, member)
    call.fake.remove_member(guild, member.user)
    return NOTHING


@route("PUT", "/guilds/{guild}/members/{user}/roles/{role}")
def give_role(call: Call) -> Answer:
    guild = find_guild(call, permissions.MANAGE_ROLES)
    member, role = find_member(call, guild), find_role(call, guild, call.id("role"))
    if role.id not in member.roles:
        member.roles.append(role.id)
        call.fake.announce_member(member)
    return NOTHING


@route("DELETE", "/guilds/{guild}/members/{user}/roles/{role}")
def take_role(call: Call) -> Answer:
    guild = find_guild(call, permissions.MANAGE_ROLES)
    member, role = find_member(call, guild), find_role(call, guild, call.id("role"))
    if role.id in member.roles:
        member.roles.remove(role.id)
        call.fake.announce_member(member)
    return NOTHING


@route("GET", "/guilds/{guild}/roles")
def roles(call: Call) -> Answer:
    return Answer(200, [payloads.role(r) for r in find_guild(call).roles.values()])


@route("GET", "/guilds/{guild}/roles/{role}")
def get_role(call: Call) -> Answer:
    role = find_guild(call).roles.get(call.id("role"))
    if role is None:
        raise known(10011)
    return Answer(200, payloads.role(role))


_ROLE_KEYS = ("name", "permissions", "color", "colors", "hoist", "mentionable", "icon", "unicode_emoji")


def _role_fields(call: Call, guild: Guild) -> dict[str, Any]:
    body = call.fields(*_ROLE_KEYS)
    form = Form()
    form.text(body, "name", (), 1, 100)
    form.finish()
    bits = int(body.get("permissions") or 0)
    if bits & ~permissions.in_guild(guild, guild.members[call.fake.world.bot.id]):
        raise known(50013)
    kept = {key: body[key] for key in ("name", "color", "hoist", "mentionable") if body.get(key) is not None}
    return kept | ({"permissions": bits} if "permissions" in body else {})


@route("POST", "/guilds/{guild}/roles")
def create_role(call: Call) -> Answer:
    guild = find_guild(call, permissions.MANAGE_ROLES)
    fields = _role_fields(call, guild)
    role = call.fake.add_role(guild, **({"name": "new role"} | fields))
    return Answer(200, payloads.role(role))


@route("PATCH", "/guilds/{guild}/roles/{role}")
def edit_role(call: Call) -> Answer:
    guild = find_guild(call, permissions.MANAGE_ROLES)
    role = find_role(call, guild, call.id("role"))
    for key, value in _role_fields(call, guild).items():
        setattr(role, key, value)
    call.fake.announce_role("GUILD_ROLE_UPDATE", role)
    return Answer(200, payloads.role(role))


@route("DELETE", "/guilds/{guild}/roles/{role}")
def delete_role(call: Call) -> Answer:
    guild = find_guild(call, permissions.MANAGE_ROLES)
    call.fake.remove_role(find_role(call, guild, call.id("role")))
    return NOTHING
