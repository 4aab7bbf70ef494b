"""Who is in a channel of Slack's: looked at, let in, put out, and looked at again."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from adapters.slack.errors import as_delivery_error, error_code
from core.language import mark
from core.ports import Access, Disconnected, Forbidden, Gone, RateLimited, Unavailable
from core.trouble_words import SLACK

CHANNEL: Final = "slack-channel"
PAGE: Final = 1_000
#: A channel with more people in it than these pages hold is beyond what a look may cost.
PAGES: Final = 50

#: Why somebody could not let others into a channel; and the same of whoever linked it to a resource.
_NOT_HERE: Final = mark("they are not in this Slack workspace")
_GUEST: Final = mark("guests cannot let others in")
_NEITHER: Final = mark(
    "only somebody who is in the channel, or an admin of the Slack workspace, can let others in"
)
_BY_VOUCHER: Final[Mapping[str, str]] = {
    _NOT_HERE: mark(
        "whoever linked it may not do that there themselves any more: they are not in this Slack workspace"
    ),
    _GUEST: mark("whoever linked it may not do that there themselves any more: guests cannot let others in"),
    _NEITHER: mark(
        "whoever linked it may not do that there themselves any more: only somebody who is in the channel, or an admin "
        "of the Slack workspace, can let others in"
    ),
}
#: Answers after which only another look can tell: what was wanted is so already, by Slack's word.
_SO_ALREADY: Final = frozenset({"already_in_channel", "not_in_channel"})
_NO_SUCH_PERSON: Final = frozenset({"user_not_found", "users_not_found"})


async def read(client: AsyncWebClient, access: Access) -> bool:
    """Whether the person is in the channel."""
    _known(access)
    return access.person in await _people(client, access.outside_id)


async def apply(client: AsyncWebClient, access: Access, *, give: bool) -> None:
    """Lets the person in or puts them out; raises what is in the way, and what Slack did not do though it said so."""
    _known(access)
    inside = await _people(client, access.outside_id)
    if give:
        why_not = await reach(client, access.voucher, inside)
        if why_not:
            raise Forbidden(_BY_VOUCHER.get(why_not, why_not))
    if (access.person in inside) is give:
        return
    said = await _change(client, access, give=give)
    if (access.person in await _people(client, access.outside_id)) is not give:
        # Slack says that the person is not in the channel in the same word as that Usher is not.
        raise (
            Forbidden(SLACK["not_in_channel"])
            if said == "not_in_channel"
            else Unavailable(mark("Slack said yes and did nothing"))
        )


async def _change(client: AsyncWebClient, access: Access, *, give: bool) -> str:
    """Asks for it; Slack's word where it says that it was so already."""
    try:
        if give:
            await client.conversations_invite(channel=access.outside_id, users=[access.person])
        else:
            await client.conversations_kick(channel=access.outside_id, user=access.person)
    except SlackApiError as error:
        code = error_code(error)
        if code in _SO_ALREADY:
            return code
        if not give and code in _NO_SUCH_PERSON:
            return ""
        raise
    return ""


async def why_not_outside(client: AsyncWebClient, channel: str, person: str) -> str:
    """Why somebody could not let others into a channel by Usher; empty where they could."""
    try:
        return await reach(client, person, await _people(client, channel))
    except Exception as error:
        found = in_words(error)
        if isinstance(found, Forbidden | Gone):
            return found.detail
        raise


async def reach(client: AsyncWebClient, person: str, inside: set[str]) -> str:
    """Why somebody could not let others into a channel with these people; empty where they could: it is read each time."""
    try:
        user: dict[str, Any] = (await client.users_info(user=person))["user"]
    except SlackApiError as error:
        if error_code(error) in _NO_SUCH_PERSON:
            return _NOT_HERE
        raise
    if user.get("deleted") or user.get("is_bot") or user.get("is_stranger"):
        return _NOT_HERE
    if user.get("is_restricted") or user.get("is_ultra_restricted"):
        return _GUEST
    if person in inside or any(user.get(key) is True for key in ("is_admin", "is_owner", "is_primary_owner")):
        return ""
    return _NEITHER


async def _people(client: AsyncWebClient, channel: str) -> set[str]:
    found: set[str] = set()
    cursor: str | None = None
    for _ in range(PAGES):
        page = await client.conversations_members(channel=channel, limit=PAGE, cursor=cursor)
        found.update(page.get("members") or [])
        cursor = (page.get("response_metadata") or {}).get("next_cursor")
        if not cursor:
            return found
    raise Forbidden(SLACK["too_many_members"])


def _known(access: Access) -> None:
    if access.kind != CHANNEL:
        raise Forbidden(f"Slack has no {access.kind}")


def in_words(error: Exception) -> Exception:
    """What went wrong as a delivery error; what somebody can mend in words.

    A word of Slack's that is not known here may mean anything: it is told too, and tried again later.
    """
    found = as_delivery_error(error)
    if isinstance(found, RateLimited | Disconnected):
        return found
    if isinstance(error, SlackApiError):
        code = error_code(error)
        if code in SLACK:
            return Gone(SLACK[code]) if isinstance(found, Gone) else Forbidden(SLACK[code])
        if not code.startswith("http_") and isinstance(found, Unavailable) and code not in _UNWELL:
            return Forbidden(f"Slack said {code}")
    return found


#: Slack's words for being unwell itself.
_UNWELL: Final = frozenset({"internal_error", "service_unavailable", "request_timeout", "fatal_error"})
