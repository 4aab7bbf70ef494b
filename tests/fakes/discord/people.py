"""Verbs of a person in the chat application: commands, buttons, selects, forms."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.fakes.discord import commands, desk, permissions
from tests.fakes.discord.components import BUTTON, STRING_SELECT
from tests.fakes.discord.delivery import AUTOCOMPLETE, COMMAND, COMPONENT, MODAL_SUBMIT, Delivery
from tests.fakes.discord.errors import Refused
from tests.fakes.discord.forms import Modal, picked_values
from tests.fakes.discord.picking import Resolved, fill, find_options, nest, offered
from tests.fakes.discord.render import SELECTS, walk
from tests.fakes.discord.state import Channel, Guild, Message, User

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tests.fakes.discord.board import Board
    from tests.fakes.discord.gateway import Gateway
    from tests.fakes.discord.state import World

Json = dict[str, Any]


class People:
    world: World
    gateway: Gateway
    board: Board
    desk: desk.Desk
    registry: commands.Registry

    async def command(
        self,
        user: User,
        path: str,
        options: Mapping[str, Any] | None = None,
        *,
        guild: Guild | None = None,
        channel: Channel | None = None,
    ) -> Delivery:
        """Type ``/path`` with these options, as the registered commands allow; without a place: in direct messages."""
        guild, channel = self._place(user, guild, channel)
        name, *steps = path.lstrip("/").split()
        command = offered(self.registry, name, commands.CHAT_INPUT, guild, self._bits(user, channel))
        definitions, taken = find_options(command, steps)
        resolved = Resolved(self.world, guild, channel)
        values = fill(definitions, options or {}, resolved)
        return self._send(
            COMMAND, user, guild, channel, _command_data(command, nest(taken, values), resolved)
        )

    async def raw_command(
        self, user: User, data: Json, *, guild: Guild | None = None, channel: Channel | None = None
    ) -> Delivery:
        """Send command data as given: a command unregistered since, options that never were, ..."""
        guild, channel = self._place(user, guild, channel)
        body = {"id": str(self.world.new_id()), "type": commands.CHAT_INPUT, "options": []} | data
        return self._send(COMMAND, user, guild, channel, body)

    async def context_menu(
        self,
        user: User,
        name: str,
        target: User | Message,
        *,
        guild: Guild | None = None,
        channel: Channel | None = None,
    ) -> Delivery:
        """Right-click on a person or a message and choose an entry of the bot."""
        if isinstance(target, Message):
            channel = target.channel
        guild, channel = self._place(user, guild, channel)
        kind = commands.USER if isinstance(target, User) else commands.MESSAGE
        command = offered(self.registry, name, kind, guild, self._bits(user, channel))
        resolved = Resolved(self.world, guild, channel)
        if isinstance(target, User):
            resolved.add(commands.USER_OPTION, target)
        else:
            resolved.data["messages"] = {str(target.id): self.board.json(target)}
        data = _command_data(command, [], resolved) | {"target_id": str(target.id)}
        del data["options"]
        return self._send(COMMAND, user, guild, channel, data)

    async def autocomplete(
        self,
        user: User,
        path: str,
        *,
        focused: str,
        value: Any = "",
        options: Mapping[str, Any] | None = None,
        guild: Guild | None = None,
        channel: Channel | None = None,
        timeout: float = 5.0,
    ) -> list[Json]:
        """Type into an option and read what is proposed: ``[{"name", "value"}, ...]``."""
        guild, channel = self._place(user, guild, channel)
        name, *steps = path.lstrip("/").split()
        command = offered(self.registry, name, commands.CHAT_INPUT, guild, self._bits(user, channel))
        definitions, taken = find_options(command, steps)
        wanted = next((d for d in definitions if d["name"] == focused and d.get("autocomplete")), None)
        if wanted is None:
            raise Refused(f"{focused!r} is no option with autocomplete")
        resolved = Resolved(self.world, guild, channel)
        others = [d | {"required": False} for d in definitions if d is not wanted]
        values = fill(others, options or {}, resolved)
        values.append({"name": focused, "type": wanted["type"], "value": value, "focused": True})
        data = _command_data(command, nest(taken, values), resolved)
        delivery = self.desk.open(AUTOCOMPLETE, user, guild, channel, data)
        delivery.focused_type = wanted["type"]
        return await self._dispatch(delivery).choices(timeout)

    async def click(self, user: User, message: Message, label_or_custom_id: str) -> Delivery:
        """Press a button that this person sees on the message as it is now."""
        self._check_seen(user, message)
        button = message.button(label_or_custom_id)
        if button.disabled or button.custom_id is None:
            raise Refused(f"the button {button.label!r} cannot be pressed")
        return await self.raw_component(user, button.custom_id, message=message)

    async def select(
        self, user: User, message: Message, values: list[Any], select: str | None = None
    ) -> Delivery:
        """Pick from a select: options by label or value, people, roles and channels by object."""
        self._check_seen(user, message)
        found = [c for c in walk(message.components) if c["type"] in SELECTS]
        found = [c for c in found if select is None or select in {c["custom_id"], c.get("placeholder")}]
        if not found or found[0].get("disabled"):
            raise Refused(f"no select {select!r} to pick from")
        guild, channel = self._place(user, self._guild_of(message), message.channel)
        resolved = Resolved(self.world, guild, channel)
        picked = picked_values(found[0], values, resolved)
        data: Json = {
            "custom_id": found[0]["custom_id"],
            "component_type": found[0]["type"],
            "id": found[0]["id"],
        }
        data |= {"values": picked} | (
            {"resolved": resolved.data} if found[0]["type"] != STRING_SELECT else {}
        )
        return self._send(COMPONENT, user, guild, channel, data, message)

    async def raw_component(
        self,
        user: User,
        custom_id: str,
        *,
        message: Message,
        snapshot: Json | None = None,
        component_type: int = BUTTON,
        values: list[str] | None = None,
    ) -> Delivery:
        """A press without any check: forged, or on a button that is gone.

        The payload shows the message as it is (or ``snapshot``, an earlier ``fake.snapshot(message)``), with the
        control added when it is not there: the library drops a press on a control that the message does not have.
        """
        guild, channel = self._place(user, self._guild_of(message), message.channel)
        data: Json = {"custom_id": custom_id, "component_type": component_type}
        if values is not None:
            data["values"] = values
        delivery = self.desk.open(COMPONENT, user, guild, channel, data, message)
        body = snapshot or delivery.payload["message"]
        present = any(c.get("custom_id") == custom_id for c in walk(body["components"]))
        delivery.payload["message"] = body if present else desk.with_button(body, custom_id, component_type)
        return self._dispatch(delivery)

    async def submit_modal(
        self, user: User, modal: Modal, values: Mapping[str, Any] | None = None
    ) -> Delivery:
        """Fill in the form (by label or custom id) and send it; what is left out keeps its pre-filled value."""
        opener = modal.opener
        resolved = Resolved(self.world, opener.guild, opener.channel)
        data = modal.submission(values or {}, resolved)
        delivery = self.desk.open(MODAL_SUBMIT, user, opener.guild, opener.channel, data, opener.message)
        delivery.source = opener
        return self._dispatch(delivery)

    def snapshot(self, message: Message) -> Json:
        """The message as the API shows it at this moment."""
        return self.board.json(message)

    # ------------------------------------------------------------------------------------------------------

    def _send(
        self,
        kind: int,
        user: User,
        guild: Guild | None,
        channel: Channel,
        data: Json,
        message: Message | None = None,
    ) -> Delivery:
        return self._dispatch(self.desk.open(kind, user, guild, channel, data, message))

    def _dispatch(self, delivery: Delivery) -> Delivery:
        self.gateway.dispatch("INTERACTION_CREATE", delivery.payload)
        return delivery

    def _place(
        self, user: User, guild: Guild | None, channel: Channel | None
    ) -> tuple[Guild | None, Channel]:
        if channel is not None and channel.guild_id:
            guild = self.world.guilds[channel.guild_id]
        if guild is None:
            return None, channel or self.world.direct_channel(user)
        if user.id not in guild.members:
            raise Refused(f"{user.username} is not a member of {guild.name}")
        if self.world.bot.id not in guild.members:
            raise Refused(f"the bot is not in {guild.name}")
        channel = channel or next(iter(guild.channels.values()))
        if not self._bits(user, channel) & permissions.VIEW_CHANNEL:
            raise Refused(f"{user.username} does not see #{channel.name}")
        return guild, channel

    def _bits(self, user: User, channel: Channel) -> int:
        return self.world.allowed(user.id, channel)

    def _guild_of(self, message: Message) -> Guild | None:
        return self.world.guilds.get(message.channel.guild_id or 0)

    def _check_seen(self, user: User, message: Message) -> None:
        if message.deleted:
            raise Refused("the message is deleted")
        if message.visible_to not in {None, user.id}:
            raise Refused("the message is for somebody else only")
        recipient = message.channel.recipient
        if recipient is not None and recipient is not user:
            raise Refused("the message is in somebody else's direct messages")


def _command_data(command: Json, options: list[Json], resolved: Resolved) -> Json:
    data: Json = {"id": command["id"], "name": command["name"], "type": command["type"], "options": options}
    if "guild_id" in command:
        data["guild_id"] = command["guild_id"]
    return data | ({"resolved": resolved.data} if resolved.data else {})
