"""Files for one reader. Slack has no private files in channels, so they go to the direct messages with Usher."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any, Final

import structlog
from slack_sdk.errors import SlackApiError
from slack_sdk.http_retry.builtin_async_handlers import AsyncRateLimitErrorRetryHandler
from slack_sdk.web.async_client import AsyncWebClient

from adapters.slack import limits
from adapters.slack.errors import as_delivery_error, error_code
from adapters.slack.pieces import Json, rich, section, words
from adapters.slack.uploads import NotTaken, upload
from core.cards import Card, Field, File, text
from core.language import mark, t
from core.ports import Disconnected, Forbidden, Gone
from core.text import shorten

log = structlog.get_logger("usher.slack")

_REFUSED: Final = frozenset(
    {
        "file_upload_size_restricted",
        "file_uploads_disabled",
        "file_uploads_except_images_disabled",
        "file_type_not_allowed",
        "not_allowed_for_user",
        "restricted_action",
        "storage_limit_reached",
        "team_quota_exceeded",
    }
)
_ASK_AN_ADMIN = mark(
    "Slack has not allowed Usher to send files. An admin of this Slack team can add the permission "
    "files:write to the app and install it again."
)
_NOT_TAKEN = mark("This Slack team takes no such files from apps. Ask one of its admins.")
_CLOSED = mark(
    "Slack does not let Usher write to you directly. Open Usher's messages in Slack, then ask again."
)
_CUT_OFF = mark("Slack no longer accepts Usher here. Please tell whoever runs it.")
_UNSURE = mark(
    "Look at your direct messages with Usher: it may be there nevertheless. If it is not, ask again."
)
_LATER = mark("Slack did not take it. Please try again in a few minutes.")


class Files:
    """Sends the files of cards."""

    def __init__(self, client: AsyncWebClient) -> None:
        self._client = client
        # What shows the file to its reader is not tried again: it would be shown twice where an answer was lost.
        self._once = AsyncWebClient(
            client.token,
            base_url=client.base_url,
            timeout=client.timeout,
            ssl=client.ssl,
            proxy=client.proxy,
            retry_handlers=[AsyncRateLimitErrorRetryHandler(max_retry_count=2)],
        )

    async def sent(self, card: Card, person: str) -> Card:
        """Sends the card's files to ``person``; returns the card with the word of it in their place. Never raises."""
        if not card.files:
            return card
        names = _names(card.files)
        try:
            ids = [
                # Slack takes no empty file.
                await upload(self._client, file.name, (file.content or "\n").encode(errors="replace"))
                for file in card.files
            ]
            channel = await self._direct(person)
        except Exception as error:  # noqa: BLE001 - an answer is owed whatever broke
            return _told(card, t("{files} could not be sent", files=names), t(_advice(error, person)))
        try:
            await self._share(card.files, ids, channel)
        except Exception as error:  # noqa: BLE001 - as above
            advice = _advice(error, person)
            if advice == _LATER and _may_have_arrived(error):
                return _told(card, t("{files} may not have arrived", files=names), t(_UNSURE))
            return _told(card, t("{files} could not be sent", files=names), t(advice))
        return told(card)

    async def _direct(self, person: str) -> str:
        opened = await self._client.conversations_open(users=person)
        return str(opened["channel"]["id"])

    async def _share(self, files: tuple[File, ...], ids: list[str], channel: str) -> None:
        named: list[dict[str, str | None]] = [
            {"id": made, "title": file.name} for made, file in zip(ids, files, strict=True)
        ]
        # Not as ``initial_comment``, which Slack would read as markup.
        about = described(files)
        more: dict[str, Any] = {"blocks": json.dumps(about)} if about else {}
        await self._once.files_completeUploadExternal(files=named, channel_id=channel, **more)


def described(files: tuple[File, ...]) -> list[Json]:
    """What stands above the files."""
    return rich([section([words(file.description)]) for file in files if file.description.strip()])


def told(card: Card) -> Card:
    """The card when its files are with its reader."""
    return _told(card, t("Sent to you as a direct message"), _names(card.files))


def _names(files: tuple[File, ...]) -> str:
    return shorten(", ".join(file.name for file in files), limits.HEADER)


def _told(card: Card, label: str, value: str) -> Card:
    return replace(card, files=(), fields=(*card.fields, Field(label, text(value))))


def _may_have_arrived(error: Exception) -> bool:
    if not isinstance(error, SlackApiError):
        return True
    return error_code(error).startswith("http_5") or error_code(error) in {"fatal_error", "internal_error"}


def _advice(error: Exception, person: str) -> str:
    """What the reader can do about it."""
    code = error_code(error) if isinstance(error, SlackApiError) else type(error).__name__
    log.warning("files not sent", person=person, error=code, details=str(error))
    if isinstance(error, NotTaken):
        return _LATER
    if code == "missing_scope":
        return _ASK_AN_ADMIN
    if code in _REFUSED:
        return _NOT_TAKEN
    match as_delivery_error(error):
        case Forbidden() | Gone():
            return _CLOSED
        case Disconnected():
            return _CUT_OFF
    return _LATER
