"""Extending and revoking invitations: each one conditional update of what is still alive."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, bindparam, func, or_, select, update

from core import views
from core.cards import Card, Style, When
from core.catalogue import Kind, action, command, option
from core.context import Context
from core.errors import Refusal, RefusalCode
from core.invitations import INVITE, OVER, facts_of, find, load
from core.inviting import check_ceiling, check_life
from core.lifecycle import ended_at, invitation_status
from core.models import IS_INTACT, IS_PENDING, invitations, requests

#: Only what is alive is changed; zero rows means that somebody or the clock was first.
_ALIVE = (
    invitations.c.workspace_id == bindparam("ws"),
    invitations.c.invitation_id == bindparam("inv"),
    IS_INTACT,
    invitations.c.expires_at > bindparam("now"),
)
_LAPSED_OF = select(func.count()).where(*OVER, requests.c.invitation_id == bindparam("inv")).scalar_subquery()
_WAITING = select(requests.c.request_id).where(
    requests.c.workspace_id == bindparam("ws"),
    requests.c.invitation_id == bindparam("inv"),
    IS_PENDING,
    requests.c.expires_at > bindparam("now"),
)
_REVOKE = update(invitations).where(*_ALIVE).values(revoked_at=bindparam("now"), revoked_by=bindparam("by"))
_EXTEND = (
    update(invitations)
    .where(
        *_ALIVE,
        or_(
            invitations.c.uses_limit.is_(None),
            invitations.c.uses_taken - _LAPSED_OF < invitations.c.uses_limit,
        ),
    )
    .values(expires_at=bindparam("until"), reminded_at=None)
)


def refuse_dead(ctx: Context, row: Any) -> Refusal:
    """The refusal for a change to an invitation that is over."""
    status = invitation_status(row, ctx.at)
    ended = ended_at(row) or min(row.expires_at, ctx.at)
    return Refusal(RefusalCode.INVITATION_DEAD, status=status.value, when=When(ended, "date"))


@dataclass(frozen=True, slots=True)
class InviteExtend:
    invite: str = option(Kind.INVITE, "its short id or its label", "inv-7F3K", required=True)
    by: int | None = option(Kind.LENGTH, "how much longer it lasts", "7d")


@command("invite extend", "Let an invitation last longer", InviteExtend, needs=INVITE)
def extend(ctx: Context, ask: InviteExtend) -> Card:
    return _extend(ctx, find(ctx, ask.invite), ask.by)


def _extend(ctx: Context, row: Row[Any], by: int | None) -> Card:
    check_ceiling(ctx, ctx.workspace.roles_of(row.roles))
    until = row.expires_at + (by if by is not None else ctx.workspace.setting("invite_expires"))
    check_life(until - ctx.at)
    params = {"ws": row.workspace_id, "inv": row.invitation_id, "now": ctx.at, "until": until}
    if not ctx.connection.execute(_EXTEND, params).rowcount:
        raise refuse_dead(ctx, row)
    ctx.record("invitation.extended", row.invitation_id, before=row.expires_at, after=until)
    ctx.stale(row.invitation_id)
    changed = load(ctx, row.invitation_id)
    assert changed is not None
    return views.invitation_extended(facts_of(ctx, changed, {}))


@dataclass(frozen=True, slots=True)
class InviteRevoke:
    invite: str = option(Kind.INVITE, "its short id or its label", "inv-7F3K", required=True)


@command("invite revoke", "End an invitation at once", InviteRevoke, needs=INVITE)
def revoke(ctx: Context, ask: InviteRevoke) -> Card:
    return _revoke(ctx, find(ctx, ask.invite))


def _revoke(ctx: Context, row: Row[Any]) -> Card:
    params = {"ws": row.workspace_id, "inv": row.invitation_id, "now": ctx.at, "by": ctx.me.member_id}
    if not ctx.connection.execute(_REVOKE, params).rowcount:
        raise refuse_dead(ctx, row)
    ctx.record("invitation.revoked", row.invitation_id, label=row.label)
    ctx.stale(row.invitation_id)
    changed = load(ctx, row.invitation_id)
    assert changed is not None
    waiting = ctx.connection.execute(
        _WAITING, {"ws": row.workspace_id, "inv": row.invitation_id, "now": ctx.at}
    )
    open_ones = list(waiting.scalars())
    for request_id in open_ones:
        ctx.stale(request_id)
    return views.invitation_revoked(facts_of(ctx, changed, {}), len(open_ones))


@action("invite.extend", "Extend", style=Style.PRIMARY, needs=INVITE)
def press_extend(ctx: Context, invitation_id: str) -> Card:
    return _extend(ctx, find(ctx, invitation_id), None)


@action("invite.revoke", "Revoke", style=Style.DANGER, needs=INVITE)
def press_revoke(ctx: Context, invitation_id: str) -> Card:
    return _revoke(ctx, find(ctx, invitation_id))
