"""How the fake says no."""

from __future__ import annotations

from typing import Any, Final

CONTRACT_CODES: Final = frozenset(
    [
        "unknown_method",
        "invalid_arguments",
        "invalid_blocks",
        "invalid_blocks_format",
        "invalid_attachments",
        "no_text",
        "msg_too_long",
        "msg_blocks_too_long",
        "too_many_attachments",
        "invalid_metadata_format",
        "metadata_too_large",
        "view_too_large",
        "push_limit_reached",
        "duplicate_external_id",
        "exchanged_trigger_id",
        "invalid_trigger_id",
        "invalid_users_list",
        "invalid_json",
        "used_url",
        "expired_url",
    ]
)
"""Answers that mean that the caller broke a documented rule; each is recorded as a violation.

The others (`channel_not_found`, `is_archived`, `expired_trigger_id`, `hash_conflict` …) depend on the state of
the workspace or on the time: a correct program meets them, too.
"""


class SlackError(Exception):
    """An `ok: false` answer."""

    def __init__(self, code: str, *problems: str, **extra: Any) -> None:
        super().__init__(code, *problems)
        self.code = code
        self.problems = problems
        self.extra = extra

    def body(self) -> dict[str, Any]:
        body: dict[str, Any] = {"ok": False, "error": self.code, **self.extra}
        if self.problems:
            body["response_metadata"] = {"messages": [f"[ERROR] {problem}" for problem in self.problems]}
            if self.code == "invalid_blocks":
                body["errors"] = list(self.problems)
        return body


class RateLimited(Exception):
    """HTTP 429 with Retry-After."""

    def __init__(self, after: int) -> None:
        super().__init__(after)
        self.after = after


class NotPossible(AssertionError):
    """The test asked a person to do what the real client would not let them do."""
