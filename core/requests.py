"""Requests and their decisions: one decision function for the moment of asking, the click and the typed twin."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, bindparam, or_, select, update

from core import text, uses, views
from core.admission import admit
from core.calls import Identity
from core.cards import Card, Style, When
from core.catalogue import Kind, action, command, option
from core.context import Context, person_key
from core.errors import Refusal, RefusalCode
from core.invitations import load as load_invitation
from core.invitations import names_of
from core.lifecycle import RequestStatus, request_status
from core.models import IS_PENDING, identities, member_roles, members, requests
from core.permissions import Role
from core.policy import APPROVE, Verdict, may_decide
from core.state import Member
from core.views.common import PAGE
from core.views.joins import JoinFacts

LIFE = 3 * 24 * 3_600

_ONE = select(requests).where(
    requests.c.workspace_id == bindparam("ws"), requests.c.request_id == bindparam("req")
)
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
#: What stands in the way of a new request: the person's own open one, and those whose time is over and that still hold a use.
_IN_THE_WAY = select(requests).where(
    requests.c.workspace_id == bindparam("ws"),
    IS_PENDING,
    or_(
        requests.c.person == bindparam("person"),
        (requests.c.invitation_id == bindparam("inv")) & (requests.c.expires_at <= bindparam("now")),
    ),
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
_DECIDE = (
    update(requests)
    .where(
        requests.c.workspace_id == bindparam("ws"),
        requests.c.request_id == bindparam("req"),
        IS_PENDING,
        requests.c.expires_at > bindparam("now"),
    )
    .values(
        status=bindparam("to"),
        decided_at=bindparam("now"),
        decided_by=bindparam("by"),
        reason=bindparam("why"),
    )
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
_WITHDRAW = (
    update(requests)
    .where(
        requests.c.workspace_id == bindparam("ws"),
        requests.c.request_id == bindparam("req"),
        IS_PENDING,
    )
    .values(status=RequestStatus.WITHDRAWN.value, decided_at=bindparam("now"))
)
_HOLDERS = (
    select(
        members.c.member_id,
        members.c.name,
        member_roles.c.role_id,
        identities.c.platform,
        identities.c.realm,
        identities.c.subject,
    )
    .join(
        member_roles,
        (member_roles.c.workspace_id == members.c.workspace_id)
        & (member_roles.c.member_id == members.c.member_id),
    )
    .join(
        identities,
        (identities.c.workspace_id == members.c.workspace_id)
        & (identities.c.member_id == members.c.member_id),
    )
    .where(
        member_roles.c.workspace_id == bindparam("ws"),
        member_roles.c.role_id.in_(bindparam("role_ids", expanding=True)),
        or_(member_roles.c.ends_at.is_(None), member_roles.c.ends_at > bindparam("now")),
        members.c.left_at.is_(None),
    )
    .order_by(members.c.joined_at, members.c.member_id)
)


@dataclass(frozen=True, slots=True)
class Approver:
    """A member who may decide a request, with the accounts at which they can be reached."""

    member: Member
    accounts: tuple[Identity, ...]

    @property
    def name(self) -> str:
        return self.member.name


def load(ctx: Context, request_id: str) -> Row[Any] | None:
    return ctx.connection.execute(_ONE, {"ws": ctx.workspace.workspace_id, "req": request_id}).first()


def approvers_for(ctx: Context, roles: list[Role], requester: str) -> list[Approver]:
    """Who could say yes now, by the same rule that is asked again at the click."""
    able = [role.role_id for role in ctx.workspace.roles.values() if APPROVE in role.permissions]
    held: dict[str, set[str]] = {}
    accounts: dict[str, dict[Identity, None]] = {}
    names: dict[str, str] = {}
    params = {"ws": ctx.workspace.workspace_id, "role_ids": able, "now": ctx.at}
    for row in ctx.connection.execute(_HOLDERS, params):
        held.setdefault(row.member_id, set()).add(row.role_id)
        accounts.setdefault(row.member_id, {})[Identity(row.platform, row.realm, row.subject)] = None
        names[row.member_id] = row.name
    out = []
    for member_id, role_ids in held.items():
        of_member = ctx.workspace.standing(role_ids)
        own = requester in {person_key(identity) for identity in accounts[member_id]}
        verdict = may_decide(of_member, own=own, status=RequestStatus.PENDING, roles=roles)
        if verdict is Verdict.MAY:
            member = Member(member_id, names[member_id], None, tuple(role_ids), of_member)
            out.append(Approver(member, tuple(accounts[member_id])))
    return out


def holders_of(ctx: Context, permission: str) -> list[str]:
    """The members who hold a permission now, longest here first."""
    able = [role.role_id for role in ctx.workspace.roles.values() if permission in role.permissions]
    params = {"ws": ctx.workspace.workspace_id, "role_ids": able, "now": ctx.at}
    return list(dict.fromkeys(row.member_id for row in ctx.connection.execute(_HOLDERS, params)))


def in_the_way(ctx: Context, invitation_id: str) -> tuple[Row[Any] | None, bool]:
    """The person's own open request, after the expired ones of the person and the invitation were settled; whether any was."""
    mine, settled = None, False
    params = {"ws": ctx.workspace.workspace_id, "person": ctx.person, "inv": invitation_id, "now": ctx.at}
    for row in ctx.connection.execute(_IN_THE_WAY, params).all():
        if row.expires_at <= ctx.at:
            settled = expire(ctx, row) or settled
        else:
            mine = row
    return mine, settled


def expire(ctx: Context, row: Row[Any]) -> bool:
    """Settles a request whose time is over; the sweep and whoever comes first to need it do the same thing."""
    params = {"ws": row.workspace_id, "req": row.request_id, "now": ctx.at}
    if not ctx.connection.execute(_EXPIRE, params).rowcount:
        return False
    uses.give_back(ctx, row.invitation_id, row.person)
    ctx.record("request.expired", row.request_id, actor="usher", until=row.expires_at)
    ctx.stale(row.request_id)
    ctx.notify(f"person:{row.person}", "outcome", row.request_id)
    return True


def expire_due(ctx: Context, most: int) -> int:
    """Settles up to ``most`` requests of the workspace whose time is over."""
    rows = ctx.connection.execute(_DUE, {"ws": ctx.workspace.workspace_id, "now": ctx.at, "most": most}).all()
    return sum(expire(ctx, row) for row in rows)


def withdraw(ctx: Context, row: Row[Any]) -> None:
    """Ends a request that its person no longer needs."""
    params = {"ws": row.workspace_id, "req": row.request_id, "now": ctx.at}
    if ctx.connection.execute(_WITHDRAW, params).rowcount:
        uses.give_back(ctx, row.invitation_id, row.person)
        ctx.record("request.withdrawn", row.request_id)
        ctx.stale(row.request_id)


# --- showing ---------------------------------------------------------------------------------------------------------


def facts_of(ctx: Context, row: Any) -> JoinFacts:
    """A request as cards show it."""
    invitation = load_invitation(ctx, row.invitation_id) if row.invitation_id else None
    names = names_of(ctx, {row.decided_by, invitation.created_by if invitation else None})
    return JoinFacts(
        subject=ctx.subject(row.request_id),
        short_id=row.request_id,
        workspace=ctx.workspace.name,
        name=row.name,
        account=", ".join(filter(None, (text.platform_name(row.platform), row.email or ""))),
        roles=ctx.workspace.names_of(row.roles),
        invitation=_label(invitation),
        inviter=names.get(invitation.created_by, "") if invitation else "",
        created_at=row.created_at,
        expires_at=row.expires_at,
        status=request_status(row, ctx.at),
        decided_at=row.decided_at,
        decided_by=names.get(row.decided_by or "", ""),
        reason=row.reason,
    )


def _label(invitation: Any) -> str:
    if invitation is None:
        return "none"
    return (
        f"{invitation.label} (revoked since)" if invitation.revoked_at is not None else str(invitation.label)
    )


@dataclass(frozen=True, slots=True)
class RequestList:
    pass


@command("request list", "See what waits for your answer, and what you wait for", RequestList, reads=True)
def list_(ctx: Context, ask: RequestList) -> Card:
    del ask
    return _list_page(ctx, 0)


def _list_page(ctx: Context, page: int) -> Card:
    rows = ctx.connection.execute(_OPEN, {"ws": ctx.workspace.workspace_id, "now": ctx.at}).all()
    theirs = [row for row in rows if _verdict(ctx, row) is Verdict.MAY]
    mine = [row for row in rows if row.person == ctx.person]
    if ctx.member is None and not mine:
        ctx.require("member")
    pages = max(1, -(-(len(theirs) + len(mine)) // PAGE))
    page = min(page, pages - 1)
    shown = [
        (facts_of(ctx, row), row.person == ctx.person)
        for row in [*theirs, *mine][page * PAGE : (page + 1) * PAGE]
    ]
    return views.request_list(shown, len(theirs), page, pages, ctx.subject("list"))


@action("request.list", "Next", reads=True)
def turn_page(ctx: Context, rest: str) -> Card:
    page = rest.removeprefix("list/")
    if not page.isdecimal() or len(page) > 4:
        raise Refusal(RefusalCode.UNKNOWN_BUTTON)
    return _list_page(ctx, int(page))


def waiting_for(ctx: Context) -> int:
    """How many requests this member could decide now."""
    if not ctx.anything_waits or not ctx.standing.has(APPROVE):
        return 0
    rows = ctx.connection.execute(_OPEN, {"ws": ctx.workspace.workspace_id, "now": ctx.at}).all()
    return sum(_verdict(ctx, row) is Verdict.MAY for row in rows)


# --- deciding --------------------------------------------------------------------------------------------------------


def _verdict(ctx: Context, row: Any) -> Verdict:
    return may_decide(
        ctx.member.standing if ctx.member else None,
        own=row.person == ctx.person,
        status=request_status(row, ctx.at),
        roles=ctx.workspace.roles_of(row.roles),
    )


def decide(ctx: Context, row: Row[Any], to: RequestStatus, reason: str) -> Card:
    """Approves or denies, if this person may and nobody was first; everything is read again at this moment."""
    _refuse(ctx, row, _verdict(ctx, row))
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
        _refuse(ctx, changed, _verdict(ctx, changed))
        raise Refusal(RefusalCode.UNKNOWN_REQUEST, name=row.request_id)
    ctx.record(f"request.{to.value}", row.request_id, person=row.person, roles=row.roles, reason=reason)
    if to is RequestStatus.APPROVED:
        admit(ctx, row)
    else:
        uses.give_back(ctx, row.invitation_id, row.person)
    ctx.stale(row.request_id)
    ctx.notify(f"person:{row.person}", "outcome", row.request_id)
    return views.decided(facts_of(ctx, load(ctx, row.request_id)))


def _refuse(ctx: Context, row: Any, verdict: Verdict) -> None:
    """The refusal that belongs to a verdict; none for a yes."""
    match verdict:
        case Verdict.MAY:
            return
        case Verdict.NOT_A_MEMBER:
            raise Refusal(RefusalCode.NOT_A_MEMBER)
        case Verdict.NOT_ALLOWED:
            raise Refusal(RefusalCode.NOT_ALLOWED, permission=APPROVE, who=ctx.who_has(APPROVE))
        case Verdict.OWN:
            raise Refusal(RefusalCode.OWN_REQUEST, permission=APPROVE)
        case Verdict.ABOVE_CEILING:
            above = [role for role in ctx.workspace.roles_of(row.roles) if not ctx.standing.may_give(role)]
            raise Refusal(
                RefusalCode.ABOVE_CEILING, role=above[0].name, who="Somebody with a higher role can."
            )
        case Verdict.EXPIRED:
            ctx.revisit(row.request_id)
            raise Refusal(RefusalCode.REQUEST_EXPIRED, until=When(row.expires_at), who=row.name)
        case Verdict.DECIDED:
            ctx.revisit(row.request_id)
            by = names_of(ctx, {row.decided_by}).get(row.decided_by or "", "the person who asked")
            word = {"approved": "Approved", "denied": "Denied", "withdrawn": "Withdrawn"}[row.status]
            when = When(row.decided_at or row.expires_at)
            raise Refusal(RefusalCode.ALREADY_DECIDED, outcome=word, by=by, when=when)


def find(ctx: Context, typed: str) -> Row[Any]:
    """The request with that short id. Whoever may not decide requests does not learn which exist."""
    if not ctx.standing.has(APPROVE):
        raise Refusal(RefusalCode.NOT_ALLOWED, permission=APPROVE, who=ctx.who_has(APPROVE))
    row = load(ctx, f"req-{typed.strip().lower().removeprefix('req-').upper()}")
    if row is None:
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


@action("request.approve", "Approve", style=Style.PRIMARY, needs="member")
def press_approve(ctx: Context, request_id: str) -> Card:
    return decide(ctx, find(ctx, request_id), RequestStatus.APPROVED, "")


@action("request.deny", "Deny", style=Style.DANGER, needs="member")
def press_deny(ctx: Context, request_id: str) -> Card:
    return decide(ctx, find(ctx, request_id), RequestStatus.DENIED, "")
