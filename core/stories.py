"""The story of a request: quiet replies under the card in the place for approvals, about what happened to it on the way.

They stand where a reply does not stand among the channel's own messages, and call nobody: whoever has to act is reminded, and
whoever asked hears the outcome. A request that one answer decides has no story; its card says it all.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import bindparam, select

from core import deciding, recipients, requests, views, votes
from core.approvals import is_plain, kept_policy
from core.cards import Card
from core.context import Context
from core.lifecycle import RequestStatus, request_status
from core.models import messages
from core.names import names_of
from core.ports import MessageRef, Target
from core.reminding import PLACE
from core.request_kinds import kind_of

VOTED, ESCALATED, ENDED = "voted", "escalated", "ended"
STORIES = frozenset({VOTED, ESCALATED, ENDED})
#: Elsewhere a reply is one more message in the channel.
_WITH_THREADS = frozenset({"memory", "slack"})

_REPLIES = (
    select(messages.c.message_id)
    .where(
        messages.c.workspace_id == bindparam("ws"),
        messages.c.key > bindparam("first"),
        messages.c.key < bindparam("last"),
        messages.c.recipient == bindparam("place"),
        messages.c.message.is_not(None),
    )
    .limit(1)
)


def tell(ctx: Context, request_id: str) -> None:
    """Called when the card is brought up to date: each part of its story is told once, however often that is."""
    place = recipients.place_of(ctx)
    if place is None or place[1].platform not in _WITH_THREADS:
        return
    row = requests.load(ctx, request_id)
    if row is None or not recipients.standing(ctx, f"card/{request_id}", place[0]):
        return
    if request_status(row, ctx.at) is not RequestStatus.PENDING:
        if _has_replies(ctx, request_id, place[0]):
            ctx.notify(PLACE, ENDED, request_id)
        return
    if not is_plain(kept_policy(row)):
        for vote in votes.votes_on(ctx, row):
            ctx.notify(PLACE, VOTED, f"{request_id}@{vote.voter}@{vote.to.value}")
    if row.escalated_at is not None and row.escalated_at <= ctx.at:
        ctx.notify(PLACE, ESCALATED, request_id)


def _has_replies(ctx: Context, request_id: str, place: str) -> bool:
    """Whether anything stands under the card: an outcome ends a story, and is none by itself."""
    for view in ("waits", VOTED, ESCALATED):
        begins = f"note/{view}/{request_id}"
        # An end for every key that begins so: what follows the id in it is "@" or "/".
        params = {"ws": ctx.workspace.workspace_id, "first": begins, "last": f"{begins}A", "place": place}
        if ctx.connection.execute(_REPLIES, params).first() is not None:
            return True
    return False


def placed(ctx: Context, key: str, subject: str) -> tuple[dict[str, Target], Mapping[str, MessageRef]]:
    """Under the card, and nowhere else: where that does not stand, there is nothing to tell a story of."""
    place = recipients.place_of(ctx)
    above = place and recipients.standing(ctx, f"card/{subject.partition('@')[0]}", place[0])
    if not place or not above or recipients.refused(ctx, key, place[0]):
        return {}, {}
    return {place[0]: place[1]._replace(quiet=True)}, {place[0]: above}


# --- what is told ----------------------------------------------------------------------------------------------------


def voted(ctx: Context, subject: str, recipient: str) -> Card | None:
    """While the request waits and that is still their answer. ``subject``: the request, who answered, and what."""
    del recipient
    request_id, member_id, answer = subject.split("@")
    row = _open(ctx, request_id)
    given = [] if row is None else votes.votes_on(ctx, row)
    if not any((each.voter, each.to.value) == (member_id, answer) for each in given):
        return None
    name = names_of(ctx, {member_id}).get(member_id, member_id)
    yes = answer == RequestStatus.APPROVED.value
    return views.story_vote(name, deciding.tally_of(ctx, row), yes=yes)


def escalated(ctx: Context, subject: str, recipient: str) -> Card | None:
    """While an answer would help."""
    del recipient
    row = _open(ctx, subject)
    if row is None:
        return None
    found = deciding.approvers_of(ctx, row)
    names = tuple(found.approvers[who].name for who in deciding.still_to_answer(ctx, row))
    return views.story_escalated(names, row.expires_at) if names else None


def ended(ctx: Context, subject: str, recipient: str) -> Card | None:
    """What became of it, as the card says it."""
    del recipient
    row = requests.load(ctx, subject)
    if row is None or request_status(row, ctx.at) is RequestStatus.PENDING:
        return None
    return views.story_ended(kind_of(row).card(ctx, row, ""))


def _open(ctx: Context, request_id: str) -> Any:
    row = requests.load(ctx, request_id)
    return None if row is None or request_status(row, ctx.at) is not RequestStatus.PENDING else row
