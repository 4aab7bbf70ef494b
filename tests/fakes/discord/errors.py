"""Refusals as the real API words them."""

from __future__ import annotations

from typing import Any

CODES: dict[int, tuple[int, str]] = {
    10003: (404, "Unknown Channel"),
    10004: (404, "Unknown Guild"),
    10007: (404, "Unknown Member"),
    10008: (404, "Unknown Message"),
    10011: (404, "Unknown Role"),
    10013: (404, "Unknown User"),
    10015: (404, "Unknown Webhook"),
    10062: (404, "Unknown interaction"),
    10063: (404, "Unknown application command"),
    30032: (400, "Maximum number of application commands reached (100)"),
    30034: (400, "Max number of daily application command creates has been reached (200)"),
    40005: (413, "Request entity too large"),
    40060: (400, "Interaction has already been acknowledged."),
    50001: (403, "Missing Access"),
    50005: (403, "Cannot edit a message authored by another user"),
    50006: (400, "Cannot send an empty message"),
    50007: (403, "Cannot send messages to this user"),
    50013: (403, "Missing Permissions"),
    50025: (400, "Invalid OAuth2 access token"),
    50027: (401, "Invalid Webhook Token"),
    50028: (400, "Invalid role"),
    50033: (400, "Invalid Recipient(s)"),
    50109: (400, "The request body contains invalid JSON."),
    50278: (403, "Cannot send messages to this user due to having no mutual guilds"),
}


class ApiError(Exception):
    """An answer other than success: HTTP status, JSON code, message and, for a bad form, the errors."""

    def __init__(self, status: int, code: int, message: str, errors: dict[str, Any] | None = None) -> None:
        super().__init__(f"{status} {code} {message}")
        self.status = status
        self.code = code
        self.message = message
        self.errors = errors

    def body(self) -> dict[str, Any]:
        body: dict[str, Any] = {"message": self.message, "code": self.code}
        if self.errors:
            body["errors"] = self.errors
        return body


class InvalidForm(ApiError):
    """A violated limit or an unknown key: the caller's fault, always recorded as a violation."""

    def __init__(self, errors: dict[str, Any], problems: list[str]) -> None:
        super().__init__(400, 50035, "Invalid Form Body", errors)
        self.problems = problems


class OverLimit(ApiError):
    """Refused with a code of its own, but no less malformed: recorded as a violation too."""


class Refused(AssertionError):
    """What the chat application itself would not let this person do (no such button, not a choice, ...)."""


class InteractionFailed(AssertionError):
    """The person reads "This interaction failed": no valid answer came in time."""


def known(code: int, message: str | None = None) -> ApiError:
    status, text = CODES[code]
    return ApiError(status, code, message or text)


def over(code: int) -> OverLimit:
    status, text = CODES[code]
    return OverLimit(status, code, text)


def unauthorized() -> ApiError:
    return ApiError(401, 0, "401: Unauthorized")
