"""Requests: how they are made, and how they end without an answer.

What is asked for, and what a yes does, is up to the request's kind: see ``core.request_kinds``. How they are answered is
in ``core.deciding``.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import Row, bindparam, insert, or_, select, update

from core import text
from core.approval_policy import DEFAULT
from core.approval_reading import write
from core.approvals import policy_for
from core.calls import Identity
from core.context import Context, person_key
from core.lifecycle import RequestStatus
from core.members import accounts_of
from core.models import IS_PENDING, requests
from core.request_kinds import kind_of

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
        requests.c.person.in_(bindparam("keys", expanding=True)) & (requests.c.topic == bindparam("topic")),
        (requests.c.invitation_id == bindparam("inv")) & (requests.c.expires_at <= bindparam("now")),
    ),
)
_LAPSED = select(requests).where(
    requests.c.workspace_id == bindparam("ws"),
    requests.c.invitation_id == bindparam("inv"),
    IS_PENDING,
    requests.c.expires_at <= bindparam("now"),
)
#: Names the state it expects and checks the time: zero rows means that somebody, or the clock, was first.
IS_OPEN = (
    requests.c.workspace_id == bindparam("ws"),
    requests.c.request_id == bindparam("req"),
    IS_PENDING,
    requests.c.expires_at > bindparam("now"),
)
_WITHDRAW = (
    update(requests).where(*IS_OPEN).values(status=RequestStatus.WITHDRAWN.value, decided_at=bindparam("now"))
)
_CLOSE = _WITHDRAW.values(reason=bindparam("why"))
_IS_OVER = (
    requests.c.workspace_id == bindparam("ws"),
    IS_PENDING,
    requests.c.expires_at <= bindparam("now"),
)
_EXPIRED = {"status": RequestStatus.EXPIRED.value, "decided_at": requests.c.expires_at}
_EXPIRE = update(requests).where(*_IS_OVER, requests.c.request_id == bindparam("req")).values(_EXPIRED)
#: As many at a time, in one statement; the rows as they are then.
_EXPIRE_DUE = (
    update(requests)
    .where(
        *_IS_OVER,
        requests.c.request_id.in_(
            select(requests.c.request_id).where(*_IS_OVER).limit(bindparam("most")).scalar_subquery()
        ),
    )
    .values(_EXPIRED)
    .returning(requests)
)


def load(ctx: Context, request_id: str) -> Row[Any] | None:
    return ctx.connection.execute(_ONE, {"ws": ctx.workspace.workspace_id, "req": request_id}).first()


def keys_of(ctx: Context) -> list[str]:
    """The accounts of whoever acts, as keys: all of a member's, the one of anybody else."""
    if ctx.member is None:
        return [ctx.person]
    accounts = accounts_of(ctx, [ctx.member.member_id])[ctx.member.member_id]
    return [person_key(Identity(each.platform, each.realm, each.subject)) for each in accounts]


# --- making, and ending without a decision -----------------------------------------------------------------------------


def in_the_way(
    ctx: Context, kind: str, invitation_id: str | None = None, topic: str = ""
) -> tuple[Row[Any] | None, bool]:
    """The person's own open request for the same, made with any of their accounts.

    And whether expired ones, theirs or the invitation's, were settled first.
    """
    mine, settled = None, False
    params = {"ws": ctx.workspace.workspace_id, "kind": kind, "keys": keys_of(ctx), "topic": topic}
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
    """Writes down what the person asks for, with the policy of this moment; their approvers get a card.

    ``until``: when an answer would come too late.
    """
    request_id = ctx.new_id("req")
    policy = policy_for(ctx, kind)
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
            "policy": {} if policy == DEFAULT else write(policy),
            "effect": "",
            "facts": facts or {},
            "escalated_at": policy.escalates_at(ctx.at),
            "created_at": ctx.at,
            "expires_at": min(policy.ends_at(ctx.at), until or policy.ends_at(ctx.at)),
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
    _expired(ctx, row)
    return True


def _expired(ctx: Context, row: Row[Any]) -> None:
    kind_of(row).release(ctx, row)
    ctx.record("request.expired", row.request_id, actor="usher", until=row.expires_at)
    ctx.stale(row.request_id)
    ctx.notify(f"person:{row.person}", "outcome", row.request_id)


def expire_due(ctx: Context, most: int) -> int:
    """Settles up to ``most`` requests of the workspace whose time is over, in the order in which it was."""
    params = {"ws": ctx.workspace.workspace_id, "now": ctx.at, "most": most}
    rows = ctx.connection.execute(_EXPIRE_DUE, params).all()
    for row in sorted(rows, key=lambda row: (row.expires_at, row.request_id)):
        _expired(ctx, row)
    return len(rows)


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


def close(ctx: Context, row: Row[Any], why: str) -> bool:
    """Ends a request of which nothing can come any more, and tells its person why; False when somebody was first."""
    params = {"ws": row.workspace_id, "req": row.request_id, "now": ctx.at, "why": why}
    if not ctx.connection.execute(_CLOSE, params).rowcount:
        return False
    kind_of(row).release(ctx, row)
    ctx.record("request.withdrawn", row.request_id, actor="usher", person=row.person, reason=why)
    ctx.stale(row.request_id)
    ctx.notify(f"person:{row.person}", "outcome", row.request_id)
    return True
