"""All that the fake workspace holds at the moment."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, Any

from tests.fakes.slack.blocks import interactive
from tests.fakes.slack.entities import Channel, ChannelKind, Message, Team, User, View

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.fakes.slack.files import File


class State:
    """All of it, by id. Ids are unique over all teams, as they are in Slack."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self.clock = clock
        self.teams: dict[str, Team] = {}
        self.users: dict[str, User] = {}
        self.channels: dict[str, Channel] = {}
        self.ephemerals: dict[str, dict[str, Message]] = {}
        self.files: dict[str, File] = {}
        self.modals: dict[str, list[View]] = {}
        self.homes: dict[str, View] = {}
        self._dms: dict[tuple[str, frozenset[str]], Channel] = {}
        self._ids = itertools.count(1)
        self._last_ts = 0

    def new_id(self, prefix: str) -> str:
        return f"{prefix}0{next(self._ids):09d}"

    def new_ts(self) -> str:
        """Unique and increasing even when the clock stands still or goes back."""
        self._last_ts = max(int(self.clock() * 1_000_000), self._last_ts + 1)
        return f"{self._last_ts // 1_000_000}.{self._last_ts % 1_000_000:06d}"

    def direct(self, team: Team, users: frozenset[str]) -> tuple[Channel, bool]:
        """The conversation of the bot with these people, and whether it was there already."""
        members = users | {team.bot_user_id}
        found = self._dms.get((team.id, members))
        if found is not None:
            return found, True
        kind: ChannelKind = "im" if len(members) == 2 else "mpim"
        channel = self.add_channel(team, "", kind, members)
        self._dms[team.id, members] = channel
        return channel, False

    def add_channel(
        self, team: Team, name: str, kind: ChannelKind, members: frozenset[str] | set[str]
    ) -> Channel:
        channel_id = self.new_id("D" if kind == "im" else "C")
        channel = Channel(channel_id, team.id, name, kind, set(members), int(self.clock()))
        self.channels[channel.id] = channel
        return channel

    def ephemeral(self, message: Message) -> Message:
        assert message.ephemeral_to is not None
        self.ephemerals.setdefault(message.ephemeral_to, {})[message.ts] = message
        return message

    def view(self, view_id: str) -> View | None:
        return next((view for view in self.all_views() if view.id == view_id), None)

    def all_views(self) -> list[View]:
        return [view for stack in self.modals.values() for view in stack] + list(self.homes.values())

    def with_ids(self, blocks: list[dict[str, Any]] | None) -> list[dict[str, Any]]:
        """Blocks as Slack stores them: every block and every element has an id."""
        stored = []
        for block in blocks or ():
            kept = {**block} if "block_id" in block else {**block, "block_id": f"b{next(self._ids)}"}
            if any("action_id" not in element for element in interactive(kept)):
                self._name_elements(kept)
            stored.append(kept)
        return stored

    def _name_elements(self, block: dict[str, Any]) -> None:
        def named(element: dict[str, Any]) -> dict[str, Any]:
            return element if "action_id" in element else {**element, "action_id": f"a{next(self._ids)}"}

        if block["type"] == "actions":
            block["elements"] = [named(element) for element in block["elements"]]
        else:
            key = "accessory" if block["type"] == "section" else "element"
            block[key] = named(block[key])
