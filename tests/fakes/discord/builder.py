"""Verbs that arrange the world: people, guilds, roles, channels; bots that are connected hear of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.fakes.discord import payloads, permissions
from tests.fakes.discord.gateway import GUILD_MEMBERS, GUILDS
from tests.fakes.discord.state import DIRECT, TEXT, Channel, Guild, Member, Message, Overwrite, Role, User

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tests.fakes.discord.board import Board
    from tests.fakes.discord.gateway import Gateway
    from tests.fakes.discord.state import World

BOT_ROLE_POSITION = 100


class Builder:
    world: World
    gateway: Gateway
    board: Board

    def add_user(
        self, username: str, *, global_name: str | None = None, locale: str = "en-US", dm_open: bool = True
    ) -> User:
        user = User(self.world.new_id(), username, global_name, locale, dm_open=dm_open)
        self.world.users[user.id] = user
        return user

    def add_guild(
        self,
        name: str,
        *,
        owner: User,
        bot: bool = True,
        bot_permissions: int = permissions.BOT,
        locale: str = "en-US",
    ) -> Guild:
        """A guild with its owner, a text channel "general" and, unless told otherwise, the bot with its own role.

        The bot's role stands at position 100, so there is room below it and above it.
        """
        guild = Guild(self.world.new_id(), name, owner.id, locale)
        guild.roles[guild.id] = Role(guild.id, guild.id, "@everyone", 0, permissions.EVERYONE)
        self.world.guilds[guild.id] = guild
        self._enter(guild, owner)
        self._channel(guild, "general")
        if bot:
            self.let_bot_in(guild, bot_permissions)
        return guild

    def let_bot_in(self, guild: Guild, bot_permissions: int = permissions.BOT) -> None:
        """Somebody adds the bot to the guild (again)."""
        own = Role(self.world.new_id(), guild.id, "Usher", BOT_ROLE_POSITION, bot_permissions, managed=True)
        own.bot_id = self.world.bot.id
        guild.roles[own.id] = own
        self._enter(guild, self.world.bot, [own.id])
        body = payloads.guild_create(guild, self.world.bot)
        del body["unavailable"]  # so the library tells joining a guild from one that became available
        self.gateway.dispatch("GUILD_CREATE", body, GUILDS)

    def remove_bot(self, guild: Guild) -> None:
        """The bot is thrown out of the guild."""
        member = guild.members.pop(self.world.bot.id)
        for role_id in member.roles:
            guild.roles.pop(role_id, None)
        self.gateway.dispatch("GUILD_DELETE", {"id": str(guild.id)}, GUILDS)

    def lose_guild(self, guild: Guild) -> None:
        """The platform has trouble with the guild."""
        self.gateway.dispatch("GUILD_DELETE", {"id": str(guild.id), "unavailable": True}, GUILDS)

    def regain_guild(self, guild: Guild) -> None:
        """The trouble is over."""
        self.gateway.dispatch("GUILD_CREATE", payloads.guild_create(guild, self.world.bot), GUILDS)

    def add_channel(self, guild: Guild, name: str, *, hidden_from_bot: bool = False) -> Channel:
        channel = self._channel(guild, name)
        if hidden_from_bot:
            self.deny(channel, self.world.bot, permissions.VIEW_CHANNEL)
        else:
            self.gateway.dispatch("CHANNEL_CREATE", payloads.channel(channel), GUILDS)
        return channel

    def deny(self, channel: Channel, who: User | Role, bits: int) -> None:
        """An overwrite: these permissions are taken from this person or role in the channel."""
        channel.overwrites[who.id] = Overwrite(who.id, int(isinstance(who, User)), deny=bits)
        self.announce_channel(channel)

    def remove_channel(self, channel: Channel) -> None:
        assert channel.guild_id
        del self.world.guilds[channel.guild_id].channels[channel.id]
        del self.world.channels[channel.id]
        self.gateway.dispatch("CHANNEL_DELETE", payloads.channel(channel), GUILDS)

    def add_role(
        self, guild: Guild, name: str, *, position: int | None = None, above_bot: bool = False, **fields: Any
    ) -> Role:
        """A role; ``fields`` are permissions, managed, mentionable, hoist, color."""
        if position is None:
            low = BOT_ROLE_POSITION if above_bot else 0
            position = 1 + max(
                r.position for r in guild.roles.values() if above_bot or r.position < BOT_ROLE_POSITION
            )
            position = max(position, low + 1)
        role = Role(self.world.new_id(), guild.id, name, position, **fields)
        guild.roles[role.id] = role
        self.announce_role("GUILD_ROLE_CREATE", role)
        return role

    def remove_role(self, role: Role) -> None:
        guild = self.world.guilds[role.guild_id]
        del guild.roles[role.id]
        for member in guild.members.values():
            if role.id in member.roles:
                member.roles.remove(role.id)
        body = {"guild_id": str(guild.id), "role_id": str(role.id)}
        self.gateway.dispatch("GUILD_ROLE_DELETE", body, GUILDS)

    def add_member(
        self, guild: Guild, user: User, *, roles: Iterable[Role] = (), nick: str | None = None
    ) -> Member:
        member = self._enter(guild, user, [r.id for r in roles], nick)
        body = payloads.member(member) | {"guild_id": str(guild.id)}
        self.gateway.dispatch("GUILD_MEMBER_ADD", body, GUILD_MEMBERS)
        return member

    def remove_member(self, guild: Guild, user: User) -> None:
        del guild.members[user.id]
        body = {"guild_id": str(guild.id), "user": payloads.user(user)}
        self.gateway.dispatch("GUILD_MEMBER_REMOVE", body, GUILD_MEMBERS)

    def set_roles(self, guild: Guild, user: User, roles: Iterable[Role]) -> None:
        """Somebody else changes the roles of a member."""
        member = guild.members[user.id]
        member.roles = [r.id for r in roles]
        self.announce_member(member)

    def roles_of(self, guild: Guild, user: User) -> set[str]:
        return {guild.roles[role_id].name for role_id in guild.members[user.id].roles}

    def grant_access(self, user: User) -> str:
        """An OAuth2 access token with which the bot may add this person to a guild."""
        token = f"access-{user.id}"
        self.world.access_tokens[token] = user
        return token

    def say(self, user: User, channel: Channel, content: str) -> Message:
        """A person writes a message."""
        made = Message(self.world.new_id(), channel, user)
        return self.board.publish(made, {"content": content}, [])

    def direct(self, user: User) -> Channel:
        """The direct message channel of the bot and this person."""
        return self.world.direct_channel(user)

    def messages(self, where: Channel | User) -> list[Message]:
        """All messages of a channel (or direct with this person), oldest first, without ephemeral ones."""
        channel = self.world.direct_channel(where) if isinstance(where, User) else where
        return list(channel.messages.values())

    def seen_by(self, user: User, where: Channel | None = None) -> list[Message]:
        """What this person can read in a channel (direct with the bot if none is given), ephemeral ones included."""
        channel = where or self.world.direct_channel(user)
        mine = [
            m
            for m in self.world.messages.values()
            if m.channel is channel and m.visible_to in {None, user.id}
        ]
        return [m for m in mine if self.world.allowed(user.id, channel) & permissions.VIEW_CHANNEL]

    def announce_member(self, member: Member) -> None:
        intent = None if member.user is self.world.bot else GUILD_MEMBERS
        body = payloads.member(member) | {"guild_id": str(member.guild_id)}
        self.gateway.dispatch("GUILD_MEMBER_UPDATE", body, intent)

    def announce_role(self, event: str, role: Role) -> None:
        self.gateway.dispatch(event, {"guild_id": str(role.guild_id), "role": payloads.role(role)}, GUILDS)

    def announce_channel(self, channel: Channel) -> None:
        if channel.type != DIRECT:
            self.gateway.dispatch("CHANNEL_UPDATE", payloads.channel(channel), GUILDS)

    def _enter(self, guild: Guild, user: User, roles: Iterable[int] = (), nick: str | None = None) -> Member:
        member = Member(user, guild.id, list(roles), nick, self.world.stamp())
        guild.members[user.id] = member
        return member

    def _channel(self, guild: Guild, name: str) -> Channel:
        channel = Channel(self.world.new_id(), TEXT, name, guild.id, position=len(guild.channels))
        guild.channels[channel.id] = self.world.channels[channel.id] = channel
        return channel
