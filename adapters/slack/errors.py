"""What a failure of Slack's, or of its library, means to the relay."""

from __future__ import annotations

import asyncio
from typing import Any

import aiohttp
import structlog
from slack_sdk.errors import SlackApiError, SlackClientError

from core.ports import DeliveryError, Disconnected, Forbidden, Gone, RateLimited, Unavailable

log = structlog.get_logger("usher.slack")

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
        "not_enabled",
        "not_in_channel",
        "restricted_action",
        "restricted_action_non_threadable_channel",
        "restricted_action_read_only_channel",
        "restricted_action_thread_locked",
        "restricted_action_thread_only_channel",
        "team_access_not_granted",
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
        "view_too_large",
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
