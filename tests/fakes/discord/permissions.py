"""Permission bits and who has which, as the platform computes them."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.fakes.discord.state import Channel, Guild, Member

CREATE_INVITE = 1 << 0
KICK_MEMBERS = 1 << 1
BAN_MEMBERS = 1 << 2
ADMINISTRATOR = 1 << 3
MANAGE_CHANNELS = 1 << 4
MANAGE_GUILD = 1 << 5
VIEW_CHANNEL = 1 << 10
SEND_MESSAGES = 1 << 11
MANAGE_MESSAGES = 1 << 13
EMBED_LINKS = 1 << 14
ATTACH_FILES = 1 << 15
READ_HISTORY = 1 << 16
MENTION_EVERYONE = 1 << 17
CHANGE_NICKNAME = 1 << 26
MANAGE_NICKNAMES = 1 << 27
MANAGE_ROLES = 1 << 28
USE_COMMANDS = 1 << 31
ALL = (1 << 50) - 1

EVERYONE = (
    CREATE_INVITE
    | VIEW_CHANNEL
    | SEND_MESSAGES
    | EMBED_LINKS
    | ATTACH_FILES
    | READ_HISTORY
    | CHANGE_NICKNAME
    | USE_COMMANDS
)
BOT = EVERYONE | MANAGE_ROLES | KICK_MEMBERS
DIRECT = EVERYONE  # what both sides have in a direct message


def in_guild(guild: Guild, member: Member) -> int:
    if guild.owner_id == member.user.id:
        return ALL
    bits = guild.roles[guild.id].permissions
    for role_id in member.roles:
        bits |= guild.roles[role_id].permissions
    return ALL if bits & ADMINISTRATOR else bits


def in_channel(guild: Guild, member: Member, channel: Channel) -> int:
    bits = in_guild(guild, member)
    if bits == ALL:
        return ALL
    if not channel.overwrites:
        return bits if bits & VIEW_CHANNEL else 0
    bits = _apply(bits, channel, [guild.id])
    bits = _apply(bits, channel, member.roles)
    bits = _apply(bits, channel, [member.user.id])
    return bits if bits & VIEW_CHANNEL else 0


def _apply(bits: int, channel: Channel, ids: list[int]) -> int:
    allow = deny = 0
    for target in ids:
        if target in channel.overwrites:
            overwrite = channel.overwrites[target]
            allow |= overwrite.allow
            deny |= overwrite.deny
    return (bits & ~deny) | allow


def top_position(guild: Guild, member: Member) -> int:
    return max((guild.roles[role_id].position for role_id in member.roles), default=0)
