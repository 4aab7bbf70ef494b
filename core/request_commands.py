"""The commands and buttons about requests: what waits, the answer to it, and taking one's own back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, and_, bindparam, select

from core import text, views
from core.cards import Card, Style
from core.catalogue import Kind, Scope, action, command, option
from core.context import Context
from core.deciding import decide, is_own, refuse_outsider, refuse_over, verdict
from core.errors import Refusal, RefusalCode
from core.lifecycle import RequestStatus
from core.models import HAS_POLICY, IS_PENDING, requests, votes
from core.policy import APPROVE, Verdict
from core.request_kinds import kind_of
from core.requests import load, withdraw
from core.views.common import PAGE

_OPEN = (
    select(requests)
    .where(
        requests.c.workspace_id == bindparam("ws"),
        IS_PENDING,
        requests.c.expires_at > bindparam("now"),
    )
    .order_by(requests.c.created_at, requests.c.request_id)
    .limit(500)
)
#: A person's request by its short id, wherever it was made; what is open goes before what is over.
_MINE = (
    select(requests.c.workspace_id)
    .where(requests.c.person == bindparam("person"), requests.c.request_id == bindparam("req"))
    .order_by(IS_PENDING.desc(), requests.c.created_at.desc())
    .limit(1)
)


#: What is open and has this member's answer already.
_ANSWERED = (
    select(votes.c.request_id)
    .join(
        requests,
        and_(requests.c.workspace_id == votes.c.workspace_id, requests.c.request_id == votes.c.request_id),
    )
    .where(
        votes.c.workspace_id == bindparam("ws"),
        votes.c.member_id == bindparam("me"),
        IS_PENDING,
        requests.c.expires_at > bindparam("now"),
    )
)


# --- what waits ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class RequestList:
    pass


@command("request list", "See what waits for your answer, and what you wait for", RequestList, reads=True)
def list_(ctx: Context, ask: RequestList) -> Card:
    del ask
    return _list_page(ctx, 0)


def _list_page(ctx: Context, page: int) -> Card:
    rows = ctx.connection.execute(_OPEN, {"ws": ctx.workspace.workspace_id, "now": ctx.at}).all()
    theirs = _to_answer(ctx, rows)
    mine = [row for row in rows if is_own(ctx, row)]
    if ctx.member is None and not mine:
        ctx.require("member")
    pages = max(1, -(-(len(theirs) + len(mine)) // PAGE))
    page = min(page, pages - 1)
    shown = [*theirs, *mine][page * PAGE : (page + 1) * PAGE]
    lines = [kind_of(row).line(ctx, row, is_own(ctx, row)) for row in shown]
    first = next((row.request_id for row in shown if not is_own(ctx, row)), "")
    own = next((row.request_id for row in shown if is_own(ctx, row)), "")
    return views.request_list(lines, first, own, len(theirs), page, pages, ctx.subject("list"))


@action("request.list", "Next", reads=True)
def turn_page(ctx: Context, rest: str) -> Card:
    page = rest.removeprefix("list/")
    if not page.isdecimal() or len(page) > 4:
        raise Refusal(RefusalCode.UNKNOWN_BUTTON)
    return _list_page(ctx, int(page))


def waiting_for(ctx: Context) -> int:
    """How many requests this member could answer now."""
    if not ctx.anything_waits:
        return 0
    # Only a policy of its own makes a request wait for somebody who may not approve requests otherwise.
    which = _OPEN if ctx.standing.has(APPROVE) else _OPEN.where(HAS_POLICY)
    rows = ctx.connection.execute(which, {"ws": ctx.workspace.workspace_id, "now": ctx.at}).all()
    return len(_to_answer(ctx, rows))


def _to_answer(ctx: Context, rows: Sequence[Row[Any]]) -> list[Row[Any]]:
    """Those of them that this member may answer, and has not."""
    found = [row for row in rows if verdict(ctx, row) is Verdict.MAY]
    if not any(row.policy for row in found):
        return found  # otherwise the first answer ends it
    params = {"ws": ctx.workspace.workspace_id, "me": ctx.me.member_id, "now": ctx.at}
    answered = set(ctx.connection.execute(_ANSWERED, params).scalars())
    return [row for row in found if row.request_id not in answered]


# --- deciding --------------------------------------------------------------------------------------------------------


def short_id(typed: str) -> str:
    return f"req-{typed.strip().lower().removeprefix('req-').upper()}"


def find(ctx: Context, typed: str) -> Row[Any]:
    """The request with that short id. Whoever may not answer requests does not learn which exist."""
    row = load(ctx, short_id(typed))
    if row is None:
        refuse_outsider(ctx)
        raise Refusal(RefusalCode.UNKNOWN_REQUEST, name=text.shorten(typed))
    return row


@dataclass(frozen=True, slots=True)
class RequestDecide:
    request: str = option(Kind.REQUEST, "the short id on its card", "req-2M9C", required=True)
    reason: str = option(Kind.NOTE, "why, for the person who asked", "Welcome", default="")


@command("request approve", "Say yes to a request", RequestDecide, needs="member")
def approve(ctx: Context, ask: RequestDecide) -> Card:
    return decide(ctx, find(ctx, ask.request), RequestStatus.APPROVED, ask.reason)


@command("request deny", "Say no to a request", RequestDecide, needs="member")
def deny(ctx: Context, ask: RequestDecide) -> Card:
    return decide(ctx, find(ctx, ask.request), RequestStatus.DENIED, ask.reason)


@action("request.approve", "Approve", style=Style.PRIMARY, needs="member", live=True)
def press_approve(ctx: Context, request_id: str) -> Card:
    return decide(ctx, find(ctx, request_id), RequestStatus.APPROVED, "")


@action("request.deny", "Deny", style=Style.DANGER, needs="member", live=True)
def press_deny(ctx: Context, request_id: str) -> Card:
    return decide(ctx, find(ctx, request_id), RequestStatus.DENIED, "")


# --- taking back -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class RequestCancel:
    request: str = option(Kind.REQUEST, "the short id on your card", "req-2M9C", required=True)


@command("request cancel", "Take back a request of your own", RequestCancel, scope=Scope.NONE)
def cancel(ctx: Context, ask: RequestCancel) -> Card:
    """A newcomer is in no workspace yet: the request says which one it is about."""
    params = {"person": ctx.person, "req": short_id(ask.request)}
    found = ctx.connection.execute(_MINE, params).scalar()
    row = load(ctx, params["req"]) if found is not None and ctx.enter(found) else None
    if row is None:
        raise Refusal(RefusalCode.UNKNOWN_REQUEST, name=text.shorten(ask.request))
    return _take_back(ctx, row)


@action("request.withdraw", "Withdraw", style=Style.DANGER)
def press_withdraw(ctx: Context, request_id: str) -> Card:
    row = load(ctx, request_id)
    if row is None or not is_own(ctx, row):
        raise Refusal(RefusalCode.UNKNOWN_BUTTON)
    return _take_back(ctx, row)


def _take_back(ctx: Context, row: Row[Any]) -> Card:
    if not withdraw(ctx, row):
        refuse_over(ctx, load(ctx, row.request_id) or row)
    return kind_of(row).withdrawn(ctx, load(ctx, row.request_id))
