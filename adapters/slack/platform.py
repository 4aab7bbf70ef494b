"""Posting and editing cards in Slack, for the relay."""

from __future__ import annotations

import asyncio
from typing import Any, Final, NoReturn

import aiohttp
import structlog
from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.web.async_client import AsyncWebClient

from adapters.slack.render import message
from core.cards import Card
from core.ports import (
    DeliveryError,
    Disconnected,
    Forbidden,
    Gone,
    MessageRef,
    RateLimited,
    Target,
    Unavailable,
)

log = structlog.get_logger("usher.slack")

API_URL: Final = "https://slack.com/api/"
EVENT_TYPE: Final = "usher"
#: How far back an earlier try is looked for: it was posted moments ago, or while Slack was unwell.
PAGES: Final = 2
PAGE: Final = 100
_DIRECT_CHANNELS: Final = 10_000

_GONE = frozenset(
    {
        "channel_not_found",
        "is_archived",
        "message_not_found",
        "user_disabled",
        "user_not_found",
        "user_not_visible",
        "users_not_found",
    }
)
_FORBIDDEN = frozenset(
    {
        "as_user_not_supported",
        "cannot_dm_bot",
        "cant_update_message",
        "edit_window_closed",
        "ekm_access_denied",
        "invalid_user_combination",
        "messages_tab_disabled",
        "method_not_supported_for_channel_type",
        "missing_scope",
        "no_permission",
        "not_in_channel",
        "restricted_action",
        "restricted_action_non_threadable_channel",
        "restricted_action_read_only_channel",
        "restricted_action_thread_locked",
        "restricted_action_thread_only_channel",
        "team_access_not_granted",
    }
)
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
#: Slack did not like what was sent: a fault of the renderer's, which trying again would not mend.
_OUR_FAULT = frozenset(
    {
        "invalid_arguments",
        "invalid_blocks",
        "invalid_blocks_format",
        "invalid_metadata_format",
        "metadata_too_large",
        "msg_blocks_too_long",
        "msg_too_long",
        "no_text",
    }
)
_DISCONNECTED = frozenset(
    {
        "access_denied",
        "account_inactive",
        "invalid_auth",
        "not_allowed_token_type",
        "not_authed",
        "org_login_required",
        "token_expired",
        "token_revoked",
    }
)


def patient_client(token: str, api_url: str | None = None) -> AsyncWebClient:
    """A client that never tries again by itself.

    A message whose answer was lost may stand already: only the relay, which looks first, may post it once more.
    """
    return AsyncWebClient(token, base_url=api_url or API_URL, retry_handlers=[])


class SlackPlatform:
    """``core.ports.ChatPlatform`` for the team of one bot token. ``command`` is what ``/usher`` is called here."""

    name = "slack"

    def __init__(self, client: AsyncWebClient, *, command: str = "/usher") -> None:
        self._client = client
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
            ts = ts or await self._post(channel, card, key, thread)
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
        shown = message(card, self._command)
        try:
            await self._client.chat_update(channel=ref.channel, ts=ref.message, parse="none", **shown)
        except Exception as error:  # noqa: BLE001 - as above
            _raise(error)

    async def _post(self, channel: str, card: Card, key: str, thread: str) -> str:
        """Posts it below the message ``thread``; by itself where that message takes no replies."""
        sent: dict[str, Any] = {
            "channel": channel,
            "metadata": {"event_type": EVENT_TYPE, "event_payload": {"key": key}},
            "unfurl_links": False,
            "unfurl_media": False,
            "parse": "none",
            **message(card, self._command),
        }
        if thread:
            try:
                return str((await self._client.chat_postMessage(**sent, thread_ts=thread))["ts"])
            except SlackApiError as error:
                if error_code(error) not in _NO_REPLIES:
                    raise
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


def as_delivery_error(error: Exception) -> DeliveryError:
    """What a failure of the library means for a message."""
    if isinstance(error, DeliveryError):
        return error
    if isinstance(error, SlackApiError):
        return _refused(error)
    if not isinstance(error, aiohttp.ClientError | asyncio.TimeoutError | OSError | SlackClientError):
        log.error("unexpected failure", exc_info=error)
    return Unavailable(f"{type(error).__name__}: {error}".rstrip(": "))


def _refused(error: SlackApiError) -> DeliveryError:
    code = error_code(error)
    if code == "ratelimited" or _status(error) == 429:
        return RateLimited(code, _retry_after(error))
    if code in _GONE:
        return Gone(code)
    if code in _DISCONNECTED:
        return Disconnected(code)
    if code in _OUR_FAULT:
        log.error("refused message", error=code, details=_details(error))
        return Forbidden(code)
    if code in _FORBIDDEN:
        return Forbidden(code)
    # Slack being unwell, or a word that we do not know: the relay tries again, and parks it where it can be seen.
    return Unavailable(code)


def error_code(error: SlackApiError) -> str:
    """Slack's word for what went wrong, or the status where the answer was none of Slack's."""
    # Where the body could not be read the SDK hands over the bare HTTP response.
    data = getattr(error.response, "data", None)
    code = data.get("error") if isinstance(data, dict) else None
    return code if isinstance(code, str) else f"http_{_status(error)}"


def _status(error: SlackApiError) -> int:
    found = getattr(error.response, "status_code", None) or getattr(error.response, "status", None)
    return found if isinstance(found, int) else 0


def _retry_after(error: SlackApiError) -> float:
    headers = getattr(error.response, "headers", None) or {}
    try:
        return max(0.0, float(headers.get("Retry-After", 1)))
    except (TypeError, ValueError):
        return 1.0


def _details(error: SlackApiError) -> list[Any]:
    data = getattr(error.response, "data", None)
    metadata = data.get("response_metadata") if isinstance(data, dict) else None
    return list(metadata.get("messages", [])) if isinstance(metadata, dict) else []
