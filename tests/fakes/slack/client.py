"""What people do in their Slack client. Each verb gives back a Delivery."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from tests.fakes.slack import forms, payloads
from tests.fakes.slack.delivery import Delivery
from tests.fakes.slack.entities import Channel, Message, User, View
from tests.fakes.slack.errors import NotPossible
from tests.fakes.slack.render import buttons

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tests.fakes.slack.server import FakeSlack


_TYPED = re.compile(r"<([@#])[A-Z0-9]+\|([^>]*)>")


def _listed(given: dict[str, Any], one: str, many: str) -> list[str]:
    return [*([given[one]] if given.get(one) else []), *(given.get(many) or ())]


class Client:
    """The verbs; FakeSlack inherits them. `wait=False` sends without waiting for the acknowledgement."""

    async def command(
        self: FakeSlack,
        user: User | str,
        name: str,
        text: str = "",
        *,
        channel: Channel | str | None = None,
        wait: bool = True,
    ) -> Delivery:
        person = self._person(user)
        where = self.channel(channel) if channel is not None else self.general(person.team_id)
        if person.id not in where.members:
            raise NotPossible(f"{person.name} is not in {where.name or where.id}")
        if self.commands is not None and name not in self.commands:
            raise NotPossible(f"the app has no command {name}")
        if self.commands is not None and not self.commands[name]:
            # Without should_escape in the manifest Slack sends mentions as people typed them.
            text = _TYPED.sub(r"\1\2", text)
        payload = payloads.command(self, person, where, name, text)
        delivery = Delivery(self, "slash_commands", payload, person.team_id, person.id, where.id)
        payload |= {
            "response_url": self.response_urls.new(delivery),
            "trigger_id": self.new_trigger(delivery),
        }
        return await self.deliver(delivery, wait=wait)

    async def click(
        self: FakeSlack,
        user: User | str,
        where: Message | View,
        button: str,
        *,
        value: str | None = None,
        wait: bool = True,
    ) -> Delivery:
        """Press the button with this text or action_id (and value, where several look alike)."""
        person = self._person(user)
        self._must_see(person, where)
        found = [each for each in buttons(where.blocks) if button in {each.text, each.action_id}]
        if value is not None:
            found = [each for each in found if each.value == value]
        if len(found) != 1:
            there = [(each.text, each.action_id, each.value) for each in buttons(where.blocks)]
            raise NotPossible(f"{len(found)} buttons {button!r} here; there are {there}")
        action = payloads.action(found[0].element, found[0].block_id, self.state.new_ts(), {})
        return await self._act(person, where, action, {}, wait=wait)

    async def choose(
        self: FakeSlack,
        user: User | str,
        where: Message | View,
        action_id: str,
        chosen: Any,
        *,
        wait: bool = True,
    ) -> Delivery:
        """Pick from a menu, a date picker, checkboxes …"""
        person = self._person(user)
        self._must_see(person, where)
        block, element = forms.find(where, action_id)
        given = forms.picked(element, chosen)
        action = payloads.action(element, block["block_id"], self.state.new_ts(), given)
        values = {block["block_id"]: {action_id: {"type": element["type"], **given}}}
        if isinstance(where, View):
            where.values = {**where.values, **values}
        return await self._act(person, where, action, values, wait=wait)

    async def raw_action(
        self: FakeSlack,
        user: User | str,
        action_id: str,
        value: str = "",
        *,
        message: Message | None = None,
        channel: Channel | str | None = None,
        block_id: str = "b0",
        forged: dict[str, Any] | None = None,
        wait: bool = True,
    ) -> Delivery:
        """A button press that no client shows: forged, or on a message that has changed since.

        `forged` takes the place of fields of the action, to make it come from a menu, say.
        """
        person = self._person(user)
        if message is None:
            where = self.channel(channel) if channel is not None else self.dm(person)
            message = Message(self.state.new_ts(), where.id, person.team_id, self.team_of(person).bot_user_id)
        element = {
            "type": "button",
            "action_id": action_id,
            "text": {"type": "plain_text", "text": action_id},
            "value": value,
        }
        action = payloads.action(element, block_id, self.state.new_ts(), forged or {})
        return await self._act(person, message, action, {}, wait=wait)

    async def _act(
        self: FakeSlack,
        person: User,
        where: Message | View,
        action: dict[str, Any],
        values: dict[str, Any],
        *,
        wait: bool,
    ) -> Delivery:
        payload = payloads.block_actions(self, person, where, [action], values)
        delivery = self._interaction(person, payload, where)
        if isinstance(where, Message):
            payload["response_url"] = self.response_urls.new(delivery)
        return await self.deliver(delivery, wait=wait)

    async def submit(
        self: FakeSlack,
        user: User | str,
        values: Mapping[str, Any] | None = None,
        *,
        view: View | None = None,
        wait: bool = True,
    ) -> Delivery:
        """Fill in and send the modal on top (or `view`, even one that is no longer open)."""
        person = self._person(user)
        view = view or self.modal(person)
        view.values = forms.fill(view, values or {})
        self._must_know(person, view.values)
        payload = payloads.view_submission(self, person, view)
        return await self.deliver(self._interaction(person, payload, view), wait=wait)

    async def close_modal(self: FakeSlack, user: User | str, *, all_of_them: bool = False) -> Delivery | None:
        """Dismiss the modal on top; the app hears of it only if it asked to."""
        person = self._person(user)
        view = self.modal(person)
        if all_of_them:
            self.state.modals[person.id].clear()
        else:
            self.state.modals[person.id].remove(view)
        if not view.body.get("notify_on_close"):
            return None
        payload = payloads.view_closed(self, person, view, cleared=all_of_them)
        return await self.deliver(self._interaction(person, payload, view, trigger=False))

    async def suggest(
        self: FakeSlack, user: User | str, where: Message | View, action_id: str, typed: str = ""
    ) -> Delivery:
        """Type into an external select; `delivery.ack` holds the options."""
        person = self._person(user)
        block, element = forms.find(where, action_id)
        if element["type"] not in {"external_select", "multi_external_select"}:
            raise NotPossible(f"{action_id} does not ask the app for options")
        if not self.suggests:
            raise NotPossible("the app has no address for options")
        payload = payloads.block_suggestion(self, person, where, element, block["block_id"], typed)
        return await self.deliver(self._interaction(person, payload, where, trigger=False))

    async def shortcut(
        self: FakeSlack, user: User | str, callback_id: str, *, message: Message | None = None
    ) -> Delivery:
        """A global shortcut, or with `message` one from its menu."""
        person = self._person(user)
        if self.shortcuts is not None and callback_id not in self.shortcuts:
            raise NotPossible(f"the app has no shortcut {callback_id}")
        payload = payloads.shortcut(self, person, callback_id, message)
        delivery = self._interaction(person, payload, message)
        if message is not None:
            payload["response_url"] = self.response_urls.new(delivery)
        return await self.deliver(delivery)

    def _interaction(
        self: FakeSlack,
        person: User,
        payload: dict[str, Any],
        where: Message | View | None,
        *,
        trigger: bool = True,
    ) -> Delivery:
        delivery = Delivery(self, "interactive", payload, person.team_id, person.id)
        if isinstance(where, Message):
            delivery.message, delivery.channel_id = where, where.channel_id
        else:
            delivery.view = where
        if trigger:
            payload["trigger_id"] = self.new_trigger(delivery)
        return delivery

    def _person(self: FakeSlack, user: User | str) -> User:
        person = self.user(user)
        if person.deleted:
            raise NotPossible(f"{person.name} has no account any more")
        return person

    def _must_know(self: FakeSlack, person: User, values: dict[str, dict[str, Any]]) -> None:
        """The pickers show the people of the person's team, and the channels that they can see."""
        given = [each for block in values.values() for each in block.values()]
        people = [one for each in given for one in _listed(each, "selected_user", "selected_users")]
        rooms = [
            one for each in given for one in _listed(each, "selected_conversation", "selected_conversations")
        ]
        team = self.team_of(person).id
        if any(who not in self.state.users or self.state.users[who].team_id != team for who in people):
            raise NotPossible("somebody picked is not there to pick")
        for each in map(self.channel, rooms):
            if each.kind != "public" and person.id not in each.members:
                raise NotPossible(f"{person.name} does not see {each.name}")

    def _must_see(self: FakeSlack, person: User, where: Message | View) -> None:
        if isinstance(where, View):
            seen = where.user_id == person.id and where in self.state.all_views()
        elif where.ephemeral_to is not None:
            seen = where.ephemeral_to == person.id and where in self.seen_by(person)
        else:
            channel = self.channel(where.channel_id)
            seen = not where.deleted and (channel.kind == "public" or person.id in channel.members)
        if not seen:
            raise NotPossible(f"{person.name} does not see that")
