"""What there is in the workspace, and how a test puts it there."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.fakes.slack.entities import ALL_SCOPES, Channel, Message, Team, User, View
from tests.fakes.slack.errors import NotPossible
from tests.fakes.slack.render import Button, buttons, plain

if TYPE_CHECKING:
    from tests.fakes.slack.files import File
    from tests.fakes.slack.state import State


class Workspace:
    """Teams, people, conversations, and what stands in them; FakeSlack inherits it."""

    state: State
    team: Team
    """The first team; most tests need no other."""

    def add_team(self, name: str) -> Team:
        """A workspace with the app installed, its bot user, and #general."""
        state, domain = self.state, name.lower().replace(" ", "-")
        team_id, bot_id = state.new_id("T"), state.new_id("B")
        bot = User(state.new_id("U"), team_id, "usher", "Usher", is_bot=True)
        team = Team(team_id, name, domain, f"xoxb-{team_id}-fake", bot.id, bot_id, set(ALL_SCOPES))
        state.teams[team.id] = team
        state.users[bot.id] = bot
        state.add_channel(team, "general", "public", {bot.id})
        return team

    def add_user(self, name: str, *, team: Team | None = None, **fields: Any) -> User:
        """`fields`: email, real_name, is_admin, is_owner, is_restricted, is_ultra_restricted, is_bot, tz, locale …"""
        where = team or self.team
        fields.setdefault("real_name", name.title())
        fields.setdefault("email", f"{name}@{where.domain}.example")
        user = User(self.state.new_id("U"), where.id, name, **fields)
        self.state.users[user.id] = user
        self.general(where.id).members.add(user.id)
        return user

    def add_channel(
        self,
        name: str,
        *members: User | str,
        private: bool = False,
        bot: bool = True,
        team: Team | None = None,
    ) -> Channel:
        where = team or self.team
        inside = {self.user(member).id for member in members} | ({where.bot_user_id} if bot else set())
        return self.state.add_channel(where, name, "private" if private else "public", inside)

    def user(self, user: User | str) -> User:
        return user if isinstance(user, User) else self.state.users[user]

    def channel(self, channel: Channel | str) -> Channel:
        return channel if isinstance(channel, Channel) else self.state.channels[channel]

    def team_of(self, user: User | str) -> Team:
        return self.state.teams[self.user(user).team_id]

    def general(self, team_id: str) -> Channel:
        return next(each for each in self.state.channels.values() if each.team_id == team_id)

    def dm(self, user: User | str) -> Channel:
        """The person's conversation with the bot."""
        person = self.user(user)
        return self.state.direct(self.team_of(person), frozenset({person.id}))[0]

    def messages(self, where: Channel | User | str) -> list[Message]:
        """What stands in a channel or in a person's conversation with the bot, oldest first."""
        is_user = isinstance(where, User) or (isinstance(where, str) and where in self.state.users)
        channel = self.dm(where) if is_user else self.channel(where)  # type: ignore[arg-type]
        return list(channel.messages.values())

    def files(self, where: Channel | User | str) -> list[File]:
        """The files that were shared in a channel or in a person's conversation with the bot, oldest first."""
        return [file for message in self.messages(where) for file in message.files]

    def seen_by(self, user: User | str) -> list[Message]:
        """The ephemeral messages that this person has before them, oldest first."""
        return list(self.state.ephemerals.get(self.user(user).id, {}).values())

    def modal(self, user: User | str) -> View:
        """The modal on top."""
        person = self.user(user)
        stack = self.state.modals.get(person.id)
        if not stack:
            raise NotPossible(f"{person.name} has no modal open")
        return stack[-1]

    def home(self, user: User | str) -> View | None:
        return self.state.homes.get(self.user(user).id)

    def mention(self, thing: User | Channel) -> str:
        """How a mention stands in the text of a command."""
        return f"<{'@' if isinstance(thing, User) else '#'}{thing.id}|{thing.name}>"

    def text(self, where: Message | View) -> str:
        """The words that a person sees."""
        return plain(where.text if isinstance(where, Message) else "", where.blocks, self._name)

    def unfurled(self, message: Message) -> dict[str, str]:
        """The words under each of the links in a message."""
        return {url: plain("", shown["blocks"], self._name) for url, shown in message.unfurls.items()}

    def buttons(self, where: Message | View) -> list[Button]:
        return buttons(where.blocks)

    def _name(self, thing_id: str) -> str:
        if thing_id in self.state.users:
            return self.state.users[thing_id].name
        return self.state.channels[thing_id].name if thing_id in self.state.channels else thing_id
