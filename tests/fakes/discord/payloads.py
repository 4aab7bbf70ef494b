"""State as the JSON objects of the API."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.fakes.discord import permissions
from tests.fakes.discord.state import DIRECT

if TYPE_CHECKING:
    from tests.fakes.discord.state import Channel, File, Guild, Member, Message, Role, User, World

Json = dict[str, Any]


def user(person: User) -> Json:
    return {
        "id": str(person.id),
        "username": person.username,
        "discriminator": "0000" if person.bot else "0",
        "global_name": person.global_name,
        "avatar": None,
        "avatar_decoration_data": None,
        "bot": person.bot,
        "public_flags": 0,
    }


def own_user(person: User) -> Json:
    return user(person) | {
        "verified": True,
        "mfa_enabled": True,
        "email": None,
        "flags": 0,
        "locale": person.locale,
    }


def member(who: Member, *, with_user: bool = True) -> Json:
    body: Json = {
        "roles": [str(role_id) for role_id in who.roles],
        "nick": who.nick,
        "avatar": None,
        "joined_at": who.joined_at,
        "premium_since": None,
        "flags": 0,
        "pending": False,
        "communication_disabled_until": who.timeout_until,
        "deaf": False,
        "mute": False,
    }
    if with_user:
        body["user"] = user(who.user)
    return body


def role(of: Role) -> Json:
    body: Json = {
        "id": str(of.id),
        "name": of.name,
        "color": of.color,
        "colors": {"primary_color": of.color, "secondary_color": None, "tertiary_color": None},
        "hoist": of.hoist,
        "icon": None,
        "unicode_emoji": None,
        "position": of.position,
        "permissions": str(of.permissions),
        "managed": of.managed,
        "mentionable": of.mentionable,
        "flags": 0,
    }
    if of.bot_id:
        body["tags"] = {"bot_id": str(of.bot_id)}
    return body


def channel(of: Channel) -> Json:
    last = next(reversed(of.messages), None)
    body: Json = {
        "id": str(of.id),
        "type": of.type,
        "last_message_id": str(last) if last else None,
        "flags": 0,
    }
    if of.type == DIRECT:
        assert of.recipient
        return body | {"recipients": [user(of.recipient)]}
    return body | {
        "guild_id": str(of.guild_id),
        "name": of.name,
        "position": of.position,
        "topic": of.topic,
        "nsfw": False,
        "parent_id": None,
        "rate_limit_per_user": 0,
        "permission_overwrites": [
            {"id": str(o.id), "type": o.type, "allow": str(o.allow), "deny": str(o.deny)}
            for o in of.overwrites.values()
        ],
    }


def guild(of: Guild) -> Json:
    return {
        "id": str(of.id),
        "name": of.name,
        "icon": None,
        "description": None,
        "splash": None,
        "discovery_splash": None,
        "banner": None,
        "owner_id": str(of.owner_id),
        "region": "deprecated",
        "afk_channel_id": None,
        "afk_timeout": 300,
        "verification_level": 0,
        "default_message_notifications": 0,
        "explicit_content_filter": 0,
        "mfa_level": 0,
        "nsfw_level": 0,
        "premium_tier": 0,
        "premium_subscription_count": 0,
        "preferred_locale": of.locale,
        "system_channel_id": None,
        "system_channel_flags": 0,
        "rules_channel_id": None,
        "public_updates_channel_id": None,
        "vanity_url_code": None,
        "application_id": None,
        "features": [],
        "emojis": [],
        "stickers": [],
        "roles": [role(r) for r in of.roles.values()],
    }


def guild_create(of: Guild, bot: User) -> Json:
    """As sent over the gateway: like the real one, of all members only the bot itself is included."""
    return guild(of) | {
        "unavailable": False,
        "joined_at": of.members[bot.id].joined_at,
        "large": len(of.members) > 250,
        "member_count": len(of.members),
        "members": [member(of.members[bot.id])],
        "channels": [channel(c) for c in of.channels.values()],
        "threads": [],
        "voice_states": [],
        "presences": [],
        "stage_instances": [],
        "guild_scheduled_events": [],
        "soundboard_sounds": [],
    }


def attachment(of: File, base_url: str) -> Json:
    url = f"{base_url}/attachments/{of.id}/{of.filename}"
    body: Json = {
        "id": str(of.id),
        "filename": of.filename,
        "size": len(of.content),
        "url": url,
        "proxy_url": url,
    }
    return body | ({"description": of.description} if of.description else {})


def message(of: Message, world: World, base_url: str) -> Json:
    body: Json = {
        "id": str(of.id),
        "channel_id": str(of.channel.id),
        "type": 20 if of.interaction and of.interaction["type"] == 2 else 0,
        "author": user(of.author),
        "content": of.content,
        "timestamp": of.created,
        "edited_timestamp": of.edited,
        "tts": False,
        "pinned": False,
        "flags": of.flags,
        "embeds": of.embeds,
        "components": of.components,
        "attachments": [attachment(f, base_url) for f in of.files],
        "mentions": [user(u) for u in of.mentions],
        "mention_roles": [str(r) for r in of.mention_roles],
        "mention_everyone": of.mention_everyone,
    }
    if of.nonce is not None:
        body["nonce"] = of.nonce
    if of.interaction is not None:
        body |= {"interaction_metadata": of.interaction, "application_id": str(world.bot.id)}
        body["webhook_id"] = str(world.bot.id)
    if of.reference is not None:
        body["message_reference"] = of.reference
        referenced = world.messages.get(int(of.reference["message_id"]))
        body["referenced_message"] = message(referenced, world, base_url) if referenced else None
    return body


def partial_channel(of: Channel, bits: int) -> Json:
    """The shape inside an interaction and among its resolved values."""
    return channel(of) | {"permissions": str(bits)}


def partial_guild(of: Guild) -> Json:
    return {"id": str(of.id), "locale": of.locale, "features": []}


def app_permissions(world: World, where: Channel) -> str:
    return str(world.allowed(world.bot.id, where) if where.guild_id else permissions.DIRECT)
