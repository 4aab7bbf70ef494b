"""Posting, editing and deleting messages, and telling the connected bots of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.fakes.discord import messages, payloads, permissions, uploads
from tests.fakes.discord.components import TEXT_DISPLAY, numbered
from tests.fakes.discord.errors import over
from tests.fakes.discord.form import Form
from tests.fakes.discord.gateway import DIRECT_MESSAGES, GUILD_MESSAGES
from tests.fakes.discord.render import walk
from tests.fakes.discord.state import COMPONENTS_V2, LOADING, Message

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.fakes.discord.form import Path
    from tests.fakes.discord.gateway import Gateway
    from tests.fakes.discord.state import File, World

Json = dict[str, Any]

NONCE_KEPT_SECONDS = 300


def _all_shown(components: list[Json], files: list[File]) -> None:
    """A layout shows only those files that it names, and can name none that are not there."""
    named = {
        media["url"].removeprefix("attachment://")
        for part in walk(components)
        for media in (part.get("file"), *(item["media"] for item in part.get("items") or []))
        if media and str(media.get("url")).startswith("attachment://")
    }
    form = Form()
    for name in named ^ {file.filename for file in files}:
        form.add(
            ("components",), "UNFURLED_MEDIA_ITEM_REFERENCED_ATTACHMENT_NOT_FOUND", f"attachment {name!r}"
        )
    form.finish()


class Board:
    def __init__(self, world: World, gateway: Gateway, base_url: Callable[[], str]) -> None:
        self._world, self._gateway, self._base_url = world, gateway, base_url

    def json(self, message: Message) -> Json:
        return payloads.message(message, self._world, self._base_url())

    def publish(self, made: Message, body: Json, files: list[File]) -> Message:
        """Fill a new message from a checked body, store and announce it."""
        self.fill(made, body, files, empty_allowed=made.loading)
        self._world.add_message(made)
        self._announce("MESSAGE_CREATE", made)
        return made

    def fill(self, message: Message, body: Json, files: list[File], *, empty_allowed: bool = False) -> None:
        """Apply a checked body; keys that are absent leave what is there."""
        content = (body["content"] or "") if "content" in body else message.content
        embeds = (body["embeds"] or []) if "embeds" in body else message.embeds
        components = numbered(body["components"] or []) if "components" in body else message.components
        kept = uploads.held(body, message.files, files)
        if not (
            content
            or embeds
            or components
            or kept
            or empty_allowed
            or body.get("poll")
            or body.get("sticker_ids")
        ):
            raise over(50006)
        if (message.flags | (body.get("flags") or 0)) & COMPONENTS_V2:
            _all_shown(components, kept)
        message.content, message.embeds, message.components, message.files = content, embeds, components, kept
        message.flags |= (body.get("flags") or 0) & COMPONENTS_V2
        self._ping(message, body.get("allowed_mentions"))

    def _ping(self, message: Message, allowed: Json | None) -> None:
        shown = [c["content"] for c in walk(message.components) if c["type"] == TEXT_DISPLAY]
        users, roles, everyone = messages.pinged("\n".join([message.content, *shown]), allowed)
        message.mentions = [self._world.users[i] for i in sorted(users) if i in self._world.users]
        guild = self._world.guilds.get(message.channel.guild_id or 0)
        message.mention_roles = [i for i in sorted(roles) if guild and i in guild.roles]
        message.mention_everyone = everyone and self._may_ping_everyone(message)

    def _may_ping_everyone(self, message: Message) -> bool:
        return bool(self._world.allowed(message.author.id, message.channel) & permissions.MENTION_EVERYONE)

    def edit(
        self, message: Message, body: Any, allowed: frozenset[str], files: list[File], path: Path = ()
    ) -> Message:
        already_v2 = bool(message.flags & COMPONENTS_V2)
        checked = messages.check_message(body, allowed, already_v2=already_v2, path=path)
        if checked.get("flags") and checked["flags"] & COMPONENTS_V2 and not already_v2:
            message.content, message.embeds = "", []  # the legacy parts give way to the new components
        self.fill(message, checked, files)
        message.edited = self._world.stamp()
        message.edits += 1
        self.announce_edit(message)
        return message

    def announce_edit(self, message: Message) -> None:
        message.flags &= ~LOADING
        self._announce("MESSAGE_UPDATE", message)

    def delete(self, message: Message) -> None:
        self._world.remove_message(message)
        if message.visible_to is None:
            where = {"id": str(message.id), "channel_id": str(message.channel.id)}
            if message.channel.guild_id:
                where["guild_id"] = str(message.channel.guild_id)
            self._gateway.dispatch("MESSAGE_DELETE", where, self._intent(message))
        self._gateway.changed()

    def _announce(self, event: str, message: Message) -> None:
        if message.visible_to is None and self._gateway.wanted(self._intent(message)):
            body = self._event_body(message)
            bare = None
            if message.channel.guild_id and not self._always_readable(message):
                bare = body | {"content": "", "embeds": [], "components": [], "attachments": []}
            self._gateway.dispatch(event, body, self._intent(message), bare)
        self._gateway.changed()

    @staticmethod
    def _intent(message: Message) -> int:
        return GUILD_MESSAGES if message.channel.guild_id else DIRECT_MESSAGES

    def _event_body(self, message: Message) -> Json:
        body = self.json(message)
        guild = self._world.guilds.get(message.channel.guild_id or 0)
        if guild:
            body["guild_id"] = str(guild.id)
            if message.author.id in guild.members:
                body["member"] = payloads.member(guild.members[message.author.id], with_user=False)
        return body

    def _always_readable(self, message: Message) -> bool:
        """Without the message content intent a bot reads its own messages and those that mention it."""
        return message.author is self._world.bot or self._world.bot in message.mentions
