"""Interactions on their way: making them, taking the bot's answers, following up."""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING, Any

from tests.fakes.discord import messages, payloads
from tests.fakes.discord.commands import check_choices
from tests.fakes.discord.components import check_modal
from tests.fakes.discord.delivery import AUTOCOMPLETE, COMMAND, COMPONENT, MODAL_SUBMIT, Delivery
from tests.fakes.discord.errors import known
from tests.fakes.discord.form import Form
from tests.fakes.discord.forms import Modal
from tests.fakes.discord.state import EPHEMERAL, LOADING, Message

if TYPE_CHECKING:
    from tests.fakes.discord.board import Board
    from tests.fakes.discord.state import Channel, File, Guild, User, World

Json = dict[str, Any]

REPLY, DEFER_REPLY, DEFER_UPDATE, UPDATE, CHOICES, MODAL = 4, 5, 6, 7, 8, 9
ALLOWED = {
    COMMAND: {REPLY, DEFER_REPLY, MODAL},
    COMPONENT: {REPLY, DEFER_REPLY, DEFER_UPDATE, UPDATE, MODAL},
    AUTOCOMPLETE: {CHOICES},
    MODAL_SUBMIT: {REPLY, DEFER_REPLY},
}
KEEP = 20_000


class Desk:
    def __init__(self, world: World, board: Board) -> None:
        self._world, self._board = world, board
        self._by_id: dict[int, Delivery] = {}
        self._by_token: dict[str, Delivery] = {}

    def open(
        self,
        kind: int,
        user: User,
        guild: Guild | None,
        channel: Channel,
        data: Json,
        message: Message | None = None,
    ) -> Delivery:
        """A new interaction with its full gateway payload, not yet sent."""
        delivery = Delivery(self._world, kind, user, guild, channel)
        delivery.message = message
        delivery.payload = self._payload(delivery, data)
        self._by_id[delivery.id] = self._by_token[delivery.token] = delivery
        if len(self._by_id) > KEEP:
            self._forget(next(iter(self._by_id)))
        return delivery

    def unanswered(self) -> list[Delivery]:
        return [d for d in self._by_id.values() if not d.answered]

    def get(self, interaction_id: int) -> Delivery:
        return self._by_id[interaction_id]

    def _forget(self, interaction_id: int) -> None:
        old = self._by_id.pop(interaction_id)
        del self._by_token[old.token]
        for message in old.messages:
            if message.ephemeral:
                self._world.remove_message(message)

    def _payload(self, delivery: Delivery, data: Json) -> Json:
        world, user, guild, channel = self._world, delivery.user, delivery.guild, delivery.channel
        bits = world.allowed(user.id, channel)
        body: Json = {
            "id": str(delivery.id),
            "application_id": str(world.bot.id),
            "type": delivery.type,
            "token": delivery.token,
            "version": 1,
            "data": data,
            "channel_id": str(channel.id),
            "channel": payloads.partial_channel(channel, bits),
            "app_permissions": payloads.app_permissions(world, channel),
            "locale": user.locale,
            "attachment_size_limit": 10 * 1024 * 1024,
            "entitlements": [],
            "authorizing_integration_owners": {"0": str(guild.id) if guild else "0"},
            "context": 0 if guild else 1,
        }
        if guild:
            who = guild.members[user.id]
            body["guild_id"], body["guild"] = str(guild.id), payloads.partial_guild(guild)
            body["guild_locale"] = guild.locale
            body["member"] = payloads.member(who) | {"permissions": str(bits)}
        else:
            body["user"] = payloads.user(user)
        if delivery.message:
            body["message"] = self._board.json(delivery.message)
        return body

    # the bot's side ---------------------------------------------------------------------------------------

    def respond(self, interaction_id: int, token: str, body: Any, files: list[File]) -> Delivery:
        """The initial callback; raises what the platform answers to a late, second or malformed one."""
        delivery = self._by_id.get(interaction_id)
        if delivery is None or delivery.token != token:
            raise known(10062)
        try:
            self._respond(delivery, body, files)
        finally:
            delivery.changed()
        return delivery

    def _respond(self, delivery: Delivery, body: Any, files: list[File]) -> None:
        if delivery.answered:
            delivery.rejections.append(40060)
            raise known(40060)
        if delivery.late:
            delivery.rejections.append(10062)
            raise known(10062)
        form = Form()
        body = form.keys(body, frozenset({"type", "data"}))
        kind = form.choice(body, "type", (), self._allowed(delivery))
        if kind in {DEFER_REPLY, DEFER_UPDATE} and body.get("data"):
            form.keys(body["data"], messages.REPLY, ("data",))
        try:
            form.finish()
            self._take(delivery, kind or 0, body, files)
        except Exception:
            delivery.rejections.append(50035)
            raise

    @staticmethod
    def _allowed(delivery: Delivery) -> set[int]:
        allowed = ALLOWED[delivery.type]
        return (
            allowed | {DEFER_UPDATE, UPDATE}
            if delivery.type == MODAL_SUBMIT and delivery.message
            else allowed
        )

    def _take(self, delivery: Delivery, kind: int, body: Json, files: list[File]) -> None:
        data = body.get("data") or {}
        if kind == REPLY:
            self._take_reply(delivery, data, files)
        elif kind == DEFER_REPLY:
            delivery.original = self._post(delivery, {}, [], (data.get("flags") or 0) & EPHEMERAL | LOADING)
        elif kind == DEFER_UPDATE:
            delivery.original = delivery.message
        elif kind == UPDATE:
            assert delivery.message
            self._board.edit(delivery.message, data, messages.REPLY, files, path=("data",))
            delivery.original = delivery.message
            delivery.show(delivery.message)
        elif kind == CHOICES:
            self._take_choices(delivery, data)
        else:
            delivery.show_modal(Modal(check_modal(data), delivery))
        delivery.answer(kind, body)

    def _take_reply(self, delivery: Delivery, data: Json, files: list[File]) -> None:
        checked = messages.check_message(data, messages.REPLY, path=("data",))
        delivery.original = self._post(delivery, checked, files, checked.get("flags") or 0)
        delivery.show(delivery.original)

    @staticmethod
    def _take_choices(delivery: Delivery, data: Json) -> None:
        form = Form()
        data = form.keys(data, frozenset({"choices"}), ("data",))
        choices = form.items(data, "choices", ("data",), 0, 25)
        check_choices(form, choices, ("data",), delivery.focused_type)
        form.finish()
        delivery.show_choices(choices)

    def _post(self, delivery: Delivery, body: Json, files: list[File], flags: int) -> Message:
        made = Message(self._world.new_id(), delivery.channel, self._world.bot, flags=flags)
        made.visible_to = delivery.user.id if flags & EPHEMERAL else None
        made.interaction = self._metadata(delivery)
        return self._board.publish(made, body, files)

    @staticmethod
    def _metadata(delivery: Delivery) -> Json:
        owners = delivery.payload["authorizing_integration_owners"]
        body: Json = {
            "id": str(delivery.id),
            "type": delivery.type,
            "user": payloads.user(delivery.user),
            "authorizing_integration_owners": owners,
        }
        if delivery.type == COMPONENT and delivery.message:
            body["interacted_message_id"] = str(delivery.message.id)
        if delivery.type == MODAL_SUBMIT and delivery.source:
            body["triggering_interaction_metadata"] = Desk._metadata(delivery.source)
        return body

    # the webhook of the interaction ---------------------------------------------------------------------------

    def by_token(self, application_id: int, token: str) -> Delivery:
        delivery = self._by_token.get(token)
        if delivery is None or application_id != self._world.bot.id:
            raise known(10015)
        if delivery.token_expired:
            raise known(50027)
        if not delivery.answered:
            raise known(10015)  # also when the deadline passed without an answer: the token is void then
        return delivery

    def message_of(self, delivery: Delivery, name: str) -> Message:
        if name == "@original":
            found = delivery.original
        else:
            found = next(
                (m for m in [*delivery.messages, delivery.original] if m and str(m.id) == name), None
            )
        if found is None or found.deleted:
            raise known(10008)
        return found

    def follow_up(self, delivery: Delivery, body: Any, files: list[File]) -> Message:
        checked = messages.check_message(body, messages.WEBHOOK)
        if delivery.original and delivery.original.loading:
            return self._complete(delivery, checked, files)
        made = self._post(delivery, checked, files, checked.get("flags") or 0)
        delivery.show(made)
        delivery.changed()
        return made

    def edit(self, delivery: Delivery, message: Message, body: Any, files: list[File]) -> Message:
        if message.loading:
            return self._complete(delivery, messages.check_message(body, messages.WEBHOOK), files)
        self._board.edit(message, body, messages.WEBHOOK, files)
        delivery.show(message)
        delivery.changed()
        return message

    def _complete(self, delivery: Delivery, checked: Json, files: list[File]) -> Message:
        """The first answer after a defer replaces "is thinking"; who may see it was settled by the defer."""
        message = delivery.original
        assert message
        flags = (checked.get("flags") or 0) & ~EPHEMERAL
        self._board.fill(message, checked, files)
        message.flags = (message.flags & EPHEMERAL) | flags
        self._board.announce_edit(message)
        delivery.show(message)
        delivery.changed()
        return message


def with_button(body: Json, custom_id: str, component_type: int) -> Json:
    """A message payload in which a control of this custom id is present (as it was when it was pressed)."""
    body = copy.deepcopy(body)
    control: Json = {"type": component_type, "custom_id": custom_id, "id": 9_999}
    control |= (
        {"style": 2, "label": "?"}
        if component_type == 2
        else {"options": [], "min_values": 1, "max_values": 1}
    )
    row = {"type": 1, "id": 9_998, "components": [control]}
    body["components"] = [*body.get("components", []), row]
    return body
