"""The list of invitations: counted and paged by the database, with the same rules that derive a status elsewhere."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, bindparam, func, or_, select, true

from core import views
from core.cards import Card
from core.catalogue import Kind, action, command, option
from core.context import Context
from core.errors import Refusal, RefusalCode
from core.invitations import facts_of, lapsed
from core.models import IS_INTACT, IS_PENDING, invitations, requests
from core.names import names_of
from core.policy import INVITE, OVERSEE
from core.views.common import PAGE
from core.views.invitations import InvitationFacts

_LAPSED = (
    select(func.count())
    .where(
        requests.c.workspace_id == invitations.c.workspace_id,
        requests.c.invitation_id == invitations.c.invitation_id,
        IS_PENDING,
        requests.c.expires_at <= bindparam("now"),
    )
    .scalar_subquery()
)
_RUNNING = invitations.c.expires_at > bindparam("now")
_PERSONAL = or_(invitations.c.email.is_not(None), invitations.c.person_subject.is_not(None))
_USED_UP = and_(
    invitations.c.uses_limit.is_not(None), invitations.c.uses_taken - _LAPSED >= invitations.c.uses_limit
)
#: What each filter shows. A personal invitation whose person waits for approval is still pending; a link that was used as
#: often as it could be was accepted.
FILTERS: dict[str, ColumnElement[bool]] = {
    "pending": and_(IS_INTACT, _RUNNING, or_(_PERSONAL, ~_USED_UP)),
    "accepted": and_(
        invitations.c.revoked_at.is_(None),
        or_(invitations.c.accepted_at.is_not(None), and_(IS_INTACT, _RUNNING, ~_PERSONAL, _USED_UP)),
    ),
    "declined": and_(invitations.c.revoked_at.is_(None), invitations.c.declined_at.is_not(None)),
    "expired": and_(IS_INTACT, ~_RUNNING),
    "revoked": or_(invitations.c.revoked_at.is_not(None), invitations.c.switched_off_at.is_not(None)),
    "all": true(),
}


def _page(status: str, *, mine: bool) -> Select[Any]:
    return (
        _of(select(invitations), status, mine=mine)
        .order_by(invitations.c.created_at.desc(), invitations.c.invitation_id)
        .limit(PAGE)
        .offset(bindparam("skip"))
    )


def _of(statement: Select[Any], status: str, *, mine: bool) -> Select[Any]:
    found = statement.where(invitations.c.workspace_id == bindparam("ws"), FILTERS[status])
    return found.where(invitations.c.created_by == bindparam("inviter")) if mine else found


_PAGES = {(status, mine): _page(status, mine=mine) for status in FILTERS for mine in (False, True)}
_COUNTS = {
    (status, mine): _of(select(func.count()).select_from(invitations), status, mine=mine)
    for status in FILTERS
    for mine in (False, True)
}


@dataclass(frozen=True, slots=True)
class InviteList:
    status: str = option(
        Kind.CHOICE, "only those that are so", "pending", choices=tuple(FILTERS), default="all"
    )


@command(
    "invite list",
    "See the invitations that you made or oversee, dead ones with why",
    InviteList,
    needs=INVITE,
    reads=True,
)
def list_(ctx: Context, ask: InviteList) -> Card:
    return _list_page(ctx, ask.status, 0)


def _list_page(ctx: Context, status: str, page: int) -> Card:
    mine = not ctx.standing.has(OVERSEE)
    params: dict[str, Any] = {"ws": ctx.workspace.workspace_id, "now": ctx.at}
    if mine:
        params["inviter"] = ctx.me.member_id
    total = _count(ctx, status, params, mine=mine)
    waiting = _count(ctx, "pending", params, mine=mine)
    page = min(page, max(0, (total - 1) // PAGE))
    rows = ctx.connection.execute(_PAGES[status, mine], {**params, "skip": page * PAGE}).all()
    names = names_of(ctx, {row.revoked_by for row in rows})
    over = lapsed(ctx)
    found = [facts_of(ctx, row, names, over=over) for row in rows]
    return views.invitation_list(found, total, status, page, ctx.subject("list"), waiting)


def mine_open(ctx: Context) -> tuple[list[InvitationFacts], int]:
    """The latest of this member's own invitations that are open, without their codes, and how many there are."""
    params = {"ws": ctx.workspace.workspace_id, "now": ctx.at, "inviter": ctx.me.member_id}
    rows = ctx.connection.execute(_PAGES["pending", True], {**params, "skip": 0}).all()
    over = lapsed(ctx)
    found = [facts_of(ctx, row, {row.created_by: ctx.me.name}, over=over) for row in rows]
    return found, _count(ctx, "pending", params, mine=True)


def _count(ctx: Context, status: str, params: dict[str, Any], *, mine: bool) -> int:
    return int(ctx.connection.execute(_COUNTS[status, mine], params).scalar_one())


@action("invite.list", "Next", needs=INVITE, reads=True)
def turn_page(ctx: Context, rest: str) -> Card:
    status, _, page = rest.removeprefix("list/").partition("/")
    if status not in FILTERS or not page.isdecimal() or len(page) > 4:
        raise Refusal(RefusalCode.UNKNOWN_BUTTON)
    return _list_page(ctx, status, int(page))
