"""Requests and their decisions: one decision function for the moment of asking, the click and the typed twin.

What is asked for, and what a yes does, is up to the request's kind: see ``core.request_kinds``.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import Row, bindparam, insert, or_, select, update

from core import text
from core.approvers import Approver, approvers_for
from core.cards import Card, When
from core.context import Context
from core.errors import Refusal, RefusalCode
from core.invitations import names_of
from core.lifecycle import RequestStatus, request_status
from core.models import IS_PENDING, requests
from core.policy import APPROVE, Verdict, may_decide
from core.request_kinds import kind_of
from core.roles import check_lasting

LIFE = 3 * 24 * 3_600

_INSERT = insert(requests)
_ONE = select(requests).where(
    requests.c.workspace_id == bindparam("ws"), requests.c.request_id == bindparam("req")
)
#: What stands in the way of a new request: the person's own open one, and those whose time is over and that still hold a use.
_IN_THE_WAY = select(requests).where(
    requests.c.workspace_id == bindparam("ws"),
    requests.c.kind == bindparam("kind"),
    IS_PENDING,
    or_(
        (requests.c.person == bindparam("person")) & (requests.c.topic == bindparam("topic")),
        (requests.c.invitation_id == bindparam("inv")) & (requests.c.expires_at <= bindparam("now")),
    ),
)
_LAPSED = select(requests).where(
    requests.c.workspace_id == bindparam("ws"),
    requests.c.invitation_id == bindparam("inv"),
    IS_PENDING,
    requests.c.expires_at <= bindparam("now"),
)
_DUE = (
    select(requests)
    .where(
        requests.c.workspace_id == bindparam("ws"),
        IS_PENDING,
        requests.c.expires_at <= bindparam("now"),
    )
    .limit(bindparam("most"))
)
#: Names the state it expects and checks the time: zero rows means that somebody, or the clock, was first.
_OPEN = (
    requests.c.workspace_id == bindparam("ws"),
    requests.c.request_id == bindparam("req"),
    IS_PENDING,
    requests.c.expires_at > bindparam("now"),
)
_DECIDE = (
    update(requests)
    .where(*_OPEN)
    .values(
        status=bindparam("to"),
        decided_at=bindparam("now"),
        decided_by=bindparam("by"),
        reason=bindparam("why"),
    )
)
_WITHDRAW = (
    update(requests).where(*_OPEN).values(status=RequestStatus.WITHDRAWN.value, decided_at=bindparam("now"))
)
_EXPIRE = (
    update(requests)
    .where(
        requests.c.workspace_id == bindparam("ws"),
        requests.c.request_id == bindparam("req"),
        IS_PENDING,
        requests.c.expires_at <= bindparam("now"),
    )
    .values(status=RequestStatus.EXPIRED.value, decided_at=requests.c.expires_at)
)


def load(ctx: Context, request_id: str) -> Row[Any] | None:
    return ctx.connection.execute(_ONE, {"ws": ctx.workspace.workspace_id, "req": request_id}).first()


# --- making, and ending without a decision -----------------------------------------------------------------------------


def in_the_way(
    ctx: Context, kind: str, invitation_id: str | None = None, topic: str = ""
) -> tuple[Row[Any] | None, bool]:
    """The person's own open request for the same; and whether expired ones, theirs or the invitation's, were settled first."""
    mine, settled = None, False
    params = {"ws": ctx.workspace.workspace_id, "kind": kind, "person": ctx.person, "topic": topic}
    for row in ctx.connection.execute(_IN_THE_WAY, {**params, "inv": invitation_id, "now": ctx.at}).all():
        if row.expires_at <= ctx.at:
            settled = expire(ctx, row) or settled
        else:
            mine = row
    return mine, settled


def open_one(
    ctx: Context,
    kind: str,
    role_ids: list[str],
    *,
    invitation_id: str | None = None,
    topic: str = "",
    facts: dict[str, Any] | None = None,
    until: int | None = None,
) -> Row[Any]:
    """Writes down what the person asks for; their approvers get a card. ``until``: when an answer would come too late."""
    request_id = ctx.new_id("req")
    ctx.connection.execute(
        _INSERT,
        {
            "workspace_id": ctx.workspace.workspace_id,
            "request_id": request_id,
            "kind": kind,
            "status": RequestStatus.PENDING.value,
            "person": ctx.person,
            **ctx.actor.identity._asdict(),
            "name": ctx.member.name if ctx.member else ctx.actor.name,
            "email": text.email(ctx.actor.email or ""),
            "invitation_id": invitation_id,
            "roles": role_ids,
            "topic": topic,
            "policy": {},
            "effect": "",
            "facts": facts or {},
            "created_at": ctx.at,
            "expires_at": min(ctx.at + LIFE, until or ctx.at + LIFE),
            "reason": "",
        },
    )
    ctx.stale(request_id)
    row = load(ctx, request_id)
    assert row is not None
    return row


def expire(ctx: Context, row: Row[Any]) -> bool:
    """Settles a request whose time is over; the sweep and whoever comes first to need it do the same thing."""
    params = {"ws": row.workspace_id, "req": row.request_id, "now": ctx.at}
    if not ctx.connection.execute(_EXPIRE, params).rowcount:
        return False
    kind_of(row).release(ctx, row)
    ctx.record("request.expired", row.request_id, actor="usher", until=row.expires_at)
    ctx.stale(row.request_id)
    ctx.notify(f"person:{row.person}", "outcome", row.request_id)
    return True


def expire_due(ctx: Context, most: int) -> int:
    """Settles up to ``most`` requests of the workspace whose time is over."""
    rows = ctx.connection.execute(_DUE, {"ws": ctx.workspace.workspace_id, "now": ctx.at, "most": most}).all()
    return sum(expire(ctx, row) for row in rows)


def expire_lapsed(ctx: Context, invitation_id: str) -> bool:
    """Settles the requests through an invitation whose time is over: the uses that they hold are free. Whether any was."""
    params = {"ws": ctx.workspace.workspace_id, "inv": invitation_id, "now": ctx.at}
    return sum(expire(ctx, row) for row in ctx.connection.execute(_LAPSED, params).all()) > 0


def withdraw(ctx: Context, row: Row[Any]) -> bool:
    """Ends a request that its person no longer needs; False when somebody, or the clock, was first."""
    params = {"ws": row.workspace_id, "req": row.request_id, "now": ctx.at}
    if not ctx.connection.execute(_WITHDRAW, params).rowcount:
        return False
    kind_of(row).release(ctx, row)
    ctx.record("request.withdrawn", row.request_id, person=row.person)
    ctx.stale(row.request_id)
    return True


# --- who may ---------------------------------------------------------------------------------------------------------


def is_own(ctx: Context, row: Any) -> bool:
    """Whether this person asked, with whichever of their accounts."""
    if row.person == ctx.person:
        return True
    return ctx.member is not None and row.facts.get("member") == ctx.member.member_id


def verdict(ctx: Context, row: Any) -> Verdict:
    """Whether this person may decide the request now."""
    return may_decide(
        ctx.member.standing if ctx.member else None,
        own=is_own(ctx, row),
        status=request_status(row, ctx.at),
        roles=ctx.workspace.roles_of(row.roles),
        able=ctx.member is not None and not kind_of(row).lacks(ctx, ctx.member.standing),
    )


def approvers_of(ctx: Context, row: Any) -> list[Approver]:
    """Who could say yes to it now."""
    return approvers_for(ctx, ctx.workspace.roles_of(row.roles), row.person, kind_of(row).lacks)


# --- deciding --------------------------------------------------------------------------------------------------------


def decide(ctx: Context, row: Row[Any], to: RequestStatus, reason: str) -> Card:
    """Approves or denies, if this person may and nobody was first; everything is read again at this moment."""
    _refuse(ctx, row, verdict(ctx, row))
    params = {
        "ws": row.workspace_id,
        "req": row.request_id,
        "now": ctx.at,
        "to": to.value,
        "by": ctx.me.member_id,
        "why": reason,
    }
    if not ctx.connection.execute(_DECIDE, params).rowcount:
        changed = load(ctx, row.request_id) or row
        _refuse(ctx, changed, verdict(ctx, changed))
        raise Refusal(RefusalCode.UNKNOWN_REQUEST, name=row.request_id)
    ctx.record(f"request.{to.value}", row.request_id, person=row.person, roles=row.roles, reason=reason)
    kind = kind_of(row)
    (kind.allow if to is RequestStatus.APPROVED else kind.release)(ctx, row)
    ctx.stale(row.request_id)
    ctx.notify(f"person:{row.person}", "outcome", row.request_id)
    return kind.decided(ctx, load(ctx, row.request_id))


def _refuse(ctx: Context, row: Any, found: Verdict) -> None:
    """The refusal that belongs to a verdict; none for a yes."""
    match found:
        case Verdict.MAY:
            return
        case Verdict.NOT_A_MEMBER:
            raise Refusal(RefusalCode.NOT_A_MEMBER)
        case Verdict.NOT_ALLOWED:
            raise Refusal(RefusalCode.NOT_ALLOWED, permission=APPROVE, who=ctx.who_has(APPROVE))
        case Verdict.NOT_ABLE:
            missing = kind_of(row).lacks(ctx, ctx.standing)
            raise Refusal(RefusalCode.NOT_ALLOWED, permission=missing, who=ctx.who_has(missing))
        case Verdict.OWN:
            raise Refusal(RefusalCode.OWN_REQUEST, permission=APPROVE)
        case Verdict.ABOVE_CEILING:
            for role in ctx.workspace.roles_of(row.roles):
                check_lasting(role, ctx.standing)
        case Verdict.EXPIRED | Verdict.DECIDED:
            refuse_over(ctx, row)


def refuse_over(ctx: Context, row: Any) -> None:
    """Says when a request that is over ended, and by whom; the card that still asked is brought up to date."""
    ctx.revisit(row.request_id)
    if request_status(row, ctx.at) is RequestStatus.EXPIRED:
        raise Refusal(RefusalCode.REQUEST_EXPIRED, until=When(row.expires_at), who=row.name)
    by = names_of(ctx, {row.decided_by}).get(row.decided_by or "", "the person who asked")
    word = {"approved": "Approved", "denied": "Denied", "withdrawn": "Withdrawn"}[row.status]
    when = When(row.decided_at or row.expires_at)
    raise Refusal(RefusalCode.ALREADY_DECIDED, outcome=word, by=by, when=when)
