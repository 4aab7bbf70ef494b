"""Things that happen in the workspace and that the app is told of."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from tests.fakes.slack import payloads
from tests.fakes.slack.delivery import Delivery
from tests.fakes.slack.entities import Channel, Message, Team, User
from tests.fakes.slack.http_mode import retry_reason

if TYPE_CHECKING:
    from tests.fakes.slack.server import FakeSlack

_LINK = re.compile(r"https?://[^\s<>|]+")


class Events:
    """The events; FakeSlack inherits them."""

    async def event(
        self: FakeSlack,
        event: dict[str, Any],
        *,
        team: Team | None = None,
        user: User | str = "",
        wait: bool = True,
    ) -> Delivery:
        """Any event of the Events API; it gets an event_ts if it has none."""
        where = team or self.team
        event.setdefault("event_ts", self.state.new_ts())
        event_id = self.state.new_id("Ev")
        payload = payloads.event_callback(self, where, event, event_id)
        person = user.id if isinstance(user, User) else user
        delivery = Delivery(self, "events_api", payload, where.id, person, event_id=event_id)
        self.events[event_id] = delivery
        if self.subscriptions is not None and subscription(event) not in self.subscriptions:
            delivery.failed("not_subscribed")
            return delivery
        return await self.deliver(delivery, wait=wait)

    async def redeliver(self: FakeSlack, event: Delivery | str, *, wait: bool = True) -> Delivery:
        """Send an event again with the same event_id, as Slack does when it saw no acknowledgement."""
        delivery = self.events[event] if isinstance(event, str) else event
        delivery.reason = "timeout" if self.transport == "socket" else retry_reason(delivery)
        delivery.attempt += 1
        return await self.deliver(delivery, wait=wait)

    async def say(
        self: FakeSlack,
        user: User | str,
        text: str,
        *,
        channel: Channel | str | None = None,
        wait: bool = True,
    ) -> Delivery:
        """Write to the bot, or in a channel."""
        person = self.user(user)
        where = self.channel(channel) if channel is not None else self.dm(person)
        message = Message(self.state.new_ts(), where.id, person.team_id, person.id, text)
        where.messages[message.ts] = message
        kind = {"public": "channel", "private": "group"}.get(where.kind, where.kind)
        body = {**message.public(), "channel": where.id, "channel_type": kind, "event_ts": message.ts}
        return await self.event(body, team=self.team_of(person), user=person, wait=wait)

    async def share(
        self: FakeSlack, user: User | str, text: str, *, channel: Channel | str, unfurl: bool = True
    ) -> tuple[Message, Delivery | None]:
        """Post words with links in them. Slack tells the app of those that lead to its domains, if it looks at them at all."""
        person, where = self.user(user), self.channel(channel)
        message = Message(self.state.new_ts(), where.id, person.team_id, person.id, text)
        where.messages[message.ts] = message
        links = [
            {"domain": domain, "url": url}
            for url in _LINK.findall(text)
            if (domain := urlsplit(url).hostname) in self.unfurl_domains
        ]
        if not links or not unfurl:
            return message, None
        told = {
            "type": "link_shared",
            "channel": where.id,
            "is_bot_user_member": self.team_of(person).bot_user_id in where.members,
            "user": person.id,
            "message_ts": message.ts,
            "unfurl_id": f"{where.id}-{message.ts}",
            "source": "conversations_history",
            "links": links,
        }
        return message, await self.event(told, team=self.team_of(person), user=person)

    async def join_team(self: FakeSlack, name: str, *, team: Team | None = None, **fields: Any) -> User:
        """Somebody joins the Slack workspace."""
        user = self.add_user(name, team=team, **fields)
        shown = user.public(with_email="users:read.email" in self.team_of(user).scopes)
        await self.event({"type": "team_join", "user": shown}, team=self.team_of(user), user=user)
        return user

    async def open_home(self: FakeSlack, user: User | str, *, tab: str = "home") -> Delivery:
        person = self.user(user)
        event = {"type": "app_home_opened", "user": person.id, "channel": self.dm(person).id, "tab": tab}
        home = self.state.homes.get(person.id)
        if home is not None and tab == "home":
            event["view"] = home.public(self.team_of(person), self.app_id)
        return await self.event(event, team=self.team_of(person), user=person)

    async def uninstall(self: FakeSlack, *, team: Team | None = None) -> tuple[Delivery, Delivery]:
        """An admin removes the app: the token dies, then two events come, in no promised order."""
        where = team or self.team
        where.token_error = "account_inactive"
        revoked = {"type": "tokens_revoked", "tokens": {"oauth": [], "bot": [where.bot_user_id]}}
        return await self.event(revoked, team=where), await self.event(
            {"type": "app_uninstalled"}, team=where
        )

    async def url_verification(self: FakeSlack, challenge: str = "challenge-1") -> Delivery:
        """The check that Slack makes of a request address; over HTTP only."""
        payload = {"type": "url_verification", "token": self.verification_token, "challenge": challenge}
        return await self.deliver(Delivery(self, "events_api", payload, self.team.id, ""))

    async def ssl_check(self: FakeSlack) -> Delivery:
        payload = {"type": "ssl_check", "ssl_check": "1", "token": self.verification_token}
        return await self.deliver(Delivery(self, "slash_commands", payload, self.team.id, ""))


def subscription(event: dict[str, Any]) -> str:
    """The name that a manifest lists under bot_events."""
    if event["type"] != "message":
        return event["type"]
    kinds = {
        "im": "message.im",
        "mpim": "message.mpim",
        "group": "message.groups",
        "channel": "message.channels",
    }
    return kinds.get(event.get("channel_type", ""), "message")
