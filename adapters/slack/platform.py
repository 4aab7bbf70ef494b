"""Posting and editing cards in Slack, for the relay."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any, Final, NoReturn, TypeVar

import structlog
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from adapters.slack import access as channels
from adapters.slack.errors import as_delivery_error, error_code
from adapters.slack.home import home_view
from adapters.slack.pictures import Pictures
from adapters.slack.render import message
from core.calls import Identity
from core.cards import Card, Home
from core.ports import (
    Access,
    Forbidden,
    Gone,
    MessageRef,
    Target,
)

log = structlog.get_logger("usher.slack")

API_URL: Final = "https://slack.com/api/"
EVENT_TYPE: Final = "usher"
#: How far back an earlier try is looked for: it was posted moments ago, or while Slack was unwell.
PAGES: Final = 2
PAGE: Final = 100
_DIRECT_CHANNELS: Final = 10_000
#: How long a message waits, after each try, for its picture.
PICTURE_PAUSES: Final = (0.5, 1.5)
#: Slack looks at a file for a moment before it shows it in a message.
_NO_PICTURE = frozenset({"invalid_blocks", "invalid_blocks_format"})
#: The message above is gone, or takes no replies.
_NO_REPLIES = frozenset(
    {
        "cannot_reply_to_message",
        "invalid_thread_ts",
        "restricted_action_non_threadable_channel",
        "restricted_action_thread_locked",
        "thread_not_found",
    }
)
T = TypeVar("T")


def patient_client(token: str, api_url: str | None = None) -> AsyncWebClient:
    """A client that never tries again by itself.

    A message whose answer was lost may stand already: only the relay, which looks first, may post it once more.
    """
    return AsyncWebClient(token, base_url=api_url or API_URL, retry_handlers=[])


class SlackPlatform:
    """``core.ports.ChatPlatform`` for the team of one bot token. ``command`` is what ``/usher`` is called here."""

    name = "slack"

    def __init__(
        self, client: AsyncWebClient, *, command: str = "/usher", pauses: tuple[float, ...] = PICTURE_PAUSES
    ) -> None:
        self._client = client
        self._pictures = Pictures(client)
        self._pauses = pauses
        self._command = command
        self._direct: dict[tuple[str, str], str] = {}
        self._bot: str | None = None

    @classmethod
    def connect(cls, token: str, api_url: str | None = None, *, command: str = "/usher") -> SlackPlatform:
        return cls(patient_client(token, api_url), command=command)

    async def post(
        self, target: Target, card: Card, key: str, *, look_first: bool, under: MessageRef | None = None
    ) -> MessageRef:
        """Posts a card with ``key`` in its metadata; with ``look_first`` an earlier message with it is enough."""
        try:
            channel = target.channel or await self._direct_channel(target)
            thread = under.message if under is not None and under.channel == channel else ""
            ts = await self._standing(channel, key, thread) if look_first else None
            ts = ts or await self._post(channel, card, key, thread, quiet=target.quiet)
        except Exception as error:  # noqa: BLE001 - the port promises nothing but delivery errors
            if not target.channel:
                # The conversation may have been the wrong one; the next try asks for it again.
                self._direct.pop((target.realm, target.person), None)
            _raise(error)
        return MessageRef(self.name, target.realm, channel, ts)

    async def find(
        self, target: Target, card: Card, key: str, *, under: MessageRef | None = None
    ) -> MessageRef | None:
        """The message with ``key`` in its metadata, if it stands."""
        del card
        try:
            channel = target.channel or await self._direct_channel(target)
            ts = await self._standing(channel, key, under.message if under is not None else "")
        except Exception as error:  # noqa: BLE001 - as above
            _raise(error)
        return MessageRef(self.name, target.realm, channel, ts) if ts else None

    async def edit(self, ref: MessageRef, card: Card) -> None:
        """Makes a message show ``card``."""

        async def change(shown: dict[str, Any]) -> None:
            await self._client.chat_update(channel=ref.channel, ts=ref.message, parse="none", **shown)

        try:
            await self._with_picture(card, change)
        except Exception as error:  # noqa: BLE001 - as above
            _raise(error)

    async def show_home(self, person: Identity, home: Home, version: str) -> str | None:
        """Publishes somebody's App Home, unless another state than ``version`` stands there."""
        shown = home_view(home, self._command)
        try:
            answer = await self._client.views_publish(
                user_id=person.subject, view=shown, hash=version or None
            )
        except SlackApiError as error:
            if error_code(error) == "hash_conflict":
                return None
            _raise(error)
        except Exception as error:  # noqa: BLE001 - as above
            _raise(error)
        return str(answer["view"]["hash"])

    async def read_access(self, access: Access) -> bool:
        """Whether the person is in the channel."""
        try:
            return await channels.read(self._client, access)
        except Exception as error:
            raise channels.in_words(error) from error

    async def apply(self, access: Access, *, give: bool, reason: str) -> None:
        """Lets the person into the channel, or puts them out."""
        del reason  # Slack keeps none
        try:
            await channels.apply(self._client, access, give=give)
        except Exception as error:
            raise channels.in_words(error) from error

    async def _post(self, channel: str, card: Card, key: str, thread: str, *, quiet: bool) -> str:
        """Posts it below the message ``thread``; by itself where that message takes no replies, unless it is ``quiet``."""

        async def send(shown: dict[str, Any]) -> str:
            return await self._send(channel, shown, key, thread, quiet=quiet)

        return await self._with_picture(card, send)

    async def _with_picture(self, card: Card, send: Callable[[dict[str, Any]], Awaitable[T]]) -> T:
        """Sends a card with its picture; with bars made of letters where Slack does not take that, or not soon."""
        file = await self._pictures.of(card.chart) if card.chart is not None else ""
        for pause in self._pauses if file else ():
            try:
                return await send(message(card, self._command, picture=file))
            except SlackApiError as error:
                if error_code(error) not in _NO_PICTURE:
                    raise
            await asyncio.sleep(pause)
        return await send(message(card, self._command))

    async def _send(self, channel: str, shown: dict[str, Any], key: str, thread: str, *, quiet: bool) -> str:
        sent: dict[str, Any] = {
            "channel": channel,
            "metadata": {"event_type": EVENT_TYPE, "event_payload": {"key": key}},
            "unfurl_links": False,
            "unfurl_media": False,
            "parse": "none",
            **shown,
        }
        if thread:
            # In a channel nobody follows the thread of a card yet: the reply is seen among the messages too.
            aloud = not channel.startswith("D") and not quiet
            below: dict[str, Any] = {"thread_ts": thread, "reply_broadcast": aloud}
            try:
                return str((await self._client.chat_postMessage(**sent, **below))["ts"])
            except SlackApiError as error:
                if error_code(error) not in _NO_REPLIES:
                    raise
        if quiet:
            raise Gone("there is no message to reply to")
        return str((await self._client.chat_postMessage(**sent))["ts"])

    async def _direct_channel(self, target: Target) -> str:
        """The conversation with a person; asked once, as it never changes."""
        whom = (target.realm, target.person)
        if whom not in self._direct:
            if len(self._direct) >= _DIRECT_CHANNELS:
                self._direct.clear()
            answer = await self._client.conversations_open(users=target.person)
            self._direct[whom] = str(answer["channel"]["id"])
        return self._direct[whom]

    async def _standing(self, channel: str, key: str, thread: str) -> str | None:
        """The message that an earlier try posted, if it stands in the last pages. Unreadable history shows nothing.

        A reply stands in no history but in its thread's; where it could not be one, it stands by itself.
        """
        found = await self._replied(channel, key, thread) if thread else None
        return found or await self._posted(channel, key)

    async def _replied(self, channel: str, key: str, thread: str) -> str | None:
        """The reply that an earlier try posted: whoever is reminded has few of them under one message."""
        try:
            page = await self._client.conversations_replies(
                channel=channel, ts=thread, include_all_metadata=True, limit=PAGE
            )
        except SlackApiError as error:
            if error_code(error) in _NO_REPLIES or isinstance(as_delivery_error(error), Forbidden):
                return None
            raise
        return await self._among(page.get("messages", []), key)

    async def _posted(self, channel: str, key: str) -> str | None:
        cursor: str | None = None
        for _ in range(PAGES):
            try:
                page = await self._client.conversations_history(
                    channel=channel, include_all_metadata=True, limit=PAGE, cursor=cursor
                )
            except SlackApiError as error:
                if isinstance(as_delivery_error(error), Forbidden):
                    log.info("history unreadable", channel=channel, error=error_code(error))
                    return None
                raise
            ts = await self._among(page.get("messages", []), key)
            if ts is not None:
                return ts
            cursor = (page.get("response_metadata") or {}).get("next_cursor")
            if not cursor:
                break
        return None

    async def _among(self, messages: list[dict[str, Any]], key: str) -> str | None:
        for found in messages:
            if _key(found) == key and await self._is_own(found):
                return str(found["ts"])
        return None

    async def _is_own(self, found: dict[str, Any]) -> bool:
        """Metadata can be written by any app, so the message must be ours."""
        if self._bot is None:
            self._bot = str((await self._client.auth_test())["bot_id"])
        return found.get("bot_id") == self._bot


def _key(found: dict[str, Any]) -> str | None:
    metadata = found.get("metadata") or {}
    payload = metadata.get("event_payload") or {}
    key = payload.get("key") if metadata.get("event_type") == EVENT_TYPE else None
    return key if isinstance(key, str) else None


def _raise(error: Exception) -> NoReturn:
    raise as_delivery_error(error) from error
