"""Extending, sending again and revoking invitations: each one conditional update of the state that it expects."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, String, bindparam, case, func, or_, select, update

from core import requests as asking
from core import views
from core.cards import Card, Code, Style, When
from core.catalogue import Kind, action, command, option
from core.context import Context
from core.errors import Refusal, RefusalCode
from core.invitation_checks import check_again, check_life, check_mentions
from core.invitations import OVER, code_of, facts_of, find, load
from core.language import mark, t
from core.lifecycle import InvitationStatus, ended_at, invitation_status
from core.models import IS_INTACT, IS_PENDING, invitations, requests
from core.names import names_of
from core.policy import INVITE
from core.settings import LONGEST_LIFE

#: A second click within this time is a slip, not a wish for yet another code.
RESEND_AGAIN = 60

_THIS = (
    invitations.c.workspace_id == bindparam("ws"),
    invitations.c.invitation_id == bindparam("inv"),
    IS_INTACT,
)
#: Only what is alive is changed; zero rows means that somebody or the clock was first.
ALIVE = (*_THIS, invitations.c.expires_at > bindparam("now"))
_LAPSED_OF = select(func.count()).where(*OVER, requests.c.invitation_id == bindparam("inv")).scalar_subquery()
_USES_LEFT = or_(
    invitations.c.uses_limit.is_(None),
    invitations.c.uses_taken - _LAPSED_OF < invitations.c.uses_limit,
)
_WAITING = select(requests.c.request_id).where(
    requests.c.workspace_id == bindparam("ws"),
    requests.c.invitation_id == bindparam("inv"),
    IS_PENDING,
    requests.c.expires_at > bindparam("now"),
)
_ME = bindparam("me", type_=String)
#: Whoever lets somebody else's invitation go on answers for it too: their standing counts when it is used.
VOUCHED_BY = case((invitations.c.created_by == _ME, invitations.c.vouched_by), else_=_ME)
_REVOKE = update(invitations).where(*ALIVE).values(revoked_at=bindparam("now"), revoked_by=bindparam("by"))
_EXTEND = (
    update(invitations)
    .where(*ALIVE, _USES_LEFT)
    .values(expires_at=bindparam("until"), vouched_by=VOUCHED_BY, reminded_at=None)
)
#: One whose time is over can be sent again; the generation that was read makes of two clicks one new code.
_RESEND = (
    update(invitations)
    .where(*_THIS, _USES_LEFT, invitations.c.generation == bindparam("was"))
    .values(
        generation=bindparam("becomes"),
        code_index=bindparam("code"),
        created_at=bindparam("now"),
        expires_at=bindparam("until"),
        vouched_by=VOUCHED_BY,
        reminded_at=None,
    )
)


#: How an invitation ended.
_ENDED = {
    InvitationStatus.EXPIRED: mark("It expired on"),
    InvitationStatus.REVOKED: mark("It was revoked on"),
    InvitationStatus.ACCEPTED: mark("It was accepted on"),
    InvitationStatus.DECLINED: mark("It was declined on"),
    InvitationStatus.USED_UP: mark("It was used up on"),
    InvitationStatus.SWITCHED_OFF: mark("It was switched off on"),
}


def refuse_dead(ctx: Context, row: Any) -> Refusal:
    """The refusal for a change to an invitation that is over."""
    status = invitation_status(row, ctx.at)
    ended = ended_at(row) or min(row.expires_at, ctx.at)
    return Refusal(RefusalCode.INVITATION_DEAD, ended=t(_ENDED[status]), when=When(ended, "date"))


def changed(ctx: Context, row: Row[Any]) -> Row[Any]:
    """The row as it is after a change; a chat user's own message about it is brought up to date."""
    if row.person_subject is not None:
        ctx.stale(row.invitation_id)
    found = load(ctx, row.invitation_id)
    assert found is not None
    return found


def waiting_through(ctx: Context, row: Row[Any]) -> list[str]:
    """The open requests of people who asked to join through it."""
    params = {"ws": row.workspace_id, "inv": row.invitation_id, "now": ctx.at}
    return list(ctx.connection.execute(_WAITING, params).scalars())


# --- longer ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class InviteExtend:
    invite: str = option(Kind.INVITE, "its short id or its label", "inv-7F3K", required=True)
    by: int | None = option(Kind.LENGTH, "how much longer it lasts", "7d")


@command("invite extend", "Let an invitation last longer", InviteExtend, needs=INVITE)
def extend(ctx: Context, ask: InviteExtend) -> Card:
    return extend_by(ctx, find(ctx, ask.invite), ask.by)


@action("invite.extend", "Extend", needs=INVITE)
def press_extend(ctx: Context, invitation_id: str) -> Card:
    return extend_by(ctx, find(ctx, invitation_id), None)


def check_extendable(ctx: Context, row: Row[Any]) -> None:
    """Refuses whoever could not make it today, and what is over."""
    check_again(ctx, row)
    if invitation_status(row, ctx.at) is not InvitationStatus.PENDING:
        raise refuse_dead(ctx, row)


def extend_by(ctx: Context, row: Row[Any], by: int | None) -> Card:
    check_again(ctx, row)
    until = row.expires_at + (by if by is not None else ctx.workspace.setting("invite_expires"))
    check_life(until - ctx.at)
    me = ctx.me.member_id
    params = {"ws": row.workspace_id, "inv": row.invitation_id, "now": ctx.at, "until": until, "me": me}
    if not ctx.connection.execute(_EXTEND, params).rowcount:
        raise refuse_dead(ctx, row)
    ctx.record("invitation.extended", row.invitation_id, before=row.expires_at, after=until)
    return views.invitation_extended(facts_of(ctx, changed(ctx, row), {}))


# --- again -----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class InviteResend:
    invite: str = option(Kind.INVITE, "its short id or its label", "inv-7F3K", required=True)


@command(
    "invite resend", "Send an invitation again, with a new code and a new end", InviteResend, needs=INVITE
)
def resend(ctx: Context, ask: InviteResend) -> Card:
    return _resend(ctx, find(ctx, ask.invite))


@action("invite.resend", "Resend", needs=INVITE)
def press_resend(ctx: Context, invitation_id: str) -> Card:
    return _resend(ctx, find(ctx, invitation_id))


def _resend(ctx: Context, row: Row[Any]) -> Card:
    """A new code, and as long a life from now as it had; a chat user gets a fresh message. All is checked as at create."""
    if asking.expire_lapsed(ctx, row.invitation_id):
        row = load(ctx, row.invitation_id) or row
    if invitation_status(row, ctx.at) not in {InvitationStatus.PENDING, InvitationStatus.EXPIRED}:
        raise refuse_dead(ctx, row)
    check_again(ctx, row)
    if row.generation and row.created_at > ctx.at - RESEND_AGAIN:
        code = Code(code_of(ctx, row.invitation_id, row.generation))
        raise Refusal(RefusalCode.RESENT_JUST_NOW, when=When(row.created_at, "relative"), code=code)
    if row.person_subject is not None:
        check_mentions(ctx, 1)
    until = ctx.at + min(row.expires_at - row.created_at, LONGEST_LIFE)
    code_index = ctx.config.codes.index(code_of(ctx, row.invitation_id, row.generation + 1))
    params = {
        "ws": row.workspace_id,
        "inv": row.invitation_id,
        "now": ctx.at,
        "was": row.generation,
        "becomes": row.generation + 1,
        "code": code_index,
        "me": ctx.me.member_id,
        "until": until,
    }
    if not ctx.connection.execute(_RESEND, params).rowcount:
        raise refuse_dead(ctx, load(ctx, row.invitation_id) or row)
    ctx.record(
        "invitation.resent",
        row.invitation_id,
        label=row.label,
        generation=row.generation + 1,
        before=row.expires_at,
        after=until,
    )
    names = names_of(ctx, {row.created_by})
    return views.invitation_resent(facts_of(ctx, changed(ctx, row), names, secret=True))


# --- over ------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class InviteRevoke:
    invite: str = option(Kind.INVITE, "its short id or its label", "inv-7F3K", required=True)


@command("invite revoke", "End an invitation at once", InviteRevoke, needs=INVITE)
def revoke(ctx: Context, ask: InviteRevoke) -> Card:
    return _revoke(ctx, find(ctx, ask.invite))


@action("invite.revoke", "Revoke", style=Style.DANGER, needs=INVITE)
def press_revoke(ctx: Context, invitation_id: str) -> Card:
    return _revoke(ctx, find(ctx, invitation_id))


def _revoke(ctx: Context, row: Row[Any]) -> Card:
    params = {"ws": row.workspace_id, "inv": row.invitation_id, "now": ctx.at, "by": ctx.me.member_id}
    if not ctx.connection.execute(_REVOKE, params).rowcount:
        raise refuse_dead(ctx, row)
    ctx.record("invitation.revoked", row.invitation_id, label=row.label)
    waiting = waiting_through(ctx, row)
    for request_id in waiting:
        ctx.stale(request_id)
    return views.invitation_revoked(facts_of(ctx, changed(ctx, row), {}), len(waiting))
