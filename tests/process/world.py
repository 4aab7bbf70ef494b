"""People on both platforms who type, press and read, with the program between them as a process of its own."""

from __future__ import annotations

import re
from typing import Any

from tests.fakes.discord import FakeDiscord
from tests.fakes.slack import FakeSlack
from tests.process.program import Program

CODE = re.compile(r"\b[2-9A-Z]{4}(?:-[2-9A-Z]{4}){3}\b")
LINK_CODE = re.compile(r"code:([2-9A-Z]{4}-[2-9A-Z]{4})\b")
#: Longer than a lease: on PostgreSQL a row that a killed process had claimed is free only after that.
WAIT = 45


class World:
    def __init__(self, slack: FakeSlack, discord: FakeDiscord, program: Program) -> None:
        self.slack = slack
        self.discord = discord
        self.program = program
        self.owner = slack.add_user("owner", is_admin=True)
        self.newcomer = slack.add_user("newcomer")
        self.host = discord.add_user("host")
        self.guest = discord.add_user("guest")
        self.server = discord.add_guild("Studio", owner=self.host)
        discord.add_member(self.server, self.guest)

    async def connected(self) -> None:
        await self.discord.wait_connected()

    async def restart(self) -> None:
        """Kills the program with signal 9 and starts it again."""
        await self.program.restart()
        await self.connected()

    # --- Slack -------------------------------------------------------------------------------------------------------

    async def type_slack(self, user: Any, line: str) -> str:
        """What the person privately sees after typing a command."""
        delivery = await self.slack.command(user, "/usher", line)
        return self.slack.text(await delivery.reply(WAIT))

    async def press_slack(self, user: Any, message: Any, label: str) -> str:
        delivery = await self.slack.click(user, message, label)
        return self.slack.text(await delivery.reply(WAIT))

    async def card_slack(self, user: Any, words: str, *, buttons: bool | None = None) -> Any:
        """The direct message to a person whose present text has ``words``, as soon as it stands there."""

        def found() -> Any:
            for message in self.slack.messages(user):
                if words.lower() in self.slack.text(message).lower() and buttons in {
                    None,
                    bool(self.slack.buttons(message)),
                }:
                    return message
            return None

        return await self.slack.wait_for(found, WAIT, what=f"{words!r} to {user.name}")

    def count_slack(self, user: Any, words: str) -> int:
        return sum(words.lower() in self.slack.text(message).lower() for message in self.slack.messages(user))

    # --- Discord -----------------------------------------------------------------------------------------------------

    async def type_discord(self, user: Any, command: str, **options: Any) -> str:
        delivery = await self.discord.command(user, command, options, guild=self.server)
        reply = await delivery.reply(timeout=WAIT)
        assert reply.ephemeral
        return str(reply.text)

    async def press_discord(self, user: Any, message: Any, label: str) -> str:
        delivery = await self.discord.click(user, message, label)
        return str((await delivery.reply(timeout=WAIT)).text)

    async def card_discord(self, user: Any, words: str, *, buttons: bool | None = None) -> Any:
        def found() -> Any:
            for message in self.discord.messages(user):
                if words.lower() in message.text.lower() and buttons in {None, bool(message.buttons)}:
                    return message
            return None

        await self.discord.wait_for(lambda: found() is not None, WAIT)
        return found()

    def count_discord(self, user: Any, words: str) -> int:
        return sum(words.lower() in message.text.lower() for message in self.discord.messages(user))


def code_in(seen: str) -> str:
    found = CODE.search(seen)
    assert found, seen
    return found[0]


def link_code_in(seen: str) -> str:
    found = LINK_CODE.search(seen)
    assert found, seen
    return found[1]
