"""Taking somebody out of a workspace, and leaving it: announced with what will end, and done in one transaction."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Row, Select, and_, bindparam, delete, or_, select, update

from core import grants, groups, resources, text, views
from core import requests as asking
from core.calls import Identity
from core.cards import Card, Style, When
from core.catalogue import Kind, action, command, option
from core.context import Context, person_key
from core.errors import Refusal, RefusalCode
from core.intents import announce, confirms
from core.invariants import check_invariants
from core.language import t
from core.members import REMOVE, accounts_of, find, held_by, load, may_remove, shown_roles
from core.models import (
    IS_INTACT,
    IS_PENDING,
    chosen,
    invitations,
    member_roles,
    members,
    requests,
    transfers,
)
from core.permissions import Level
from core.platform_access import mark_member
from core.policy import APPROVE
from core.request_kinds import kind_of
from core.seats import open_requests, seats_of
from core.transfers import end_open
from core.views.access import HeldGrant
from core.views.removal import RemovalFacts

_ALIVE = (
    invitations.c.workspace_id == bindparam("ws"),
    IS_INTACT,
    invitations.c.expires_at > bindparam("now"),
)
#: Made by them, or for them after they asked.
_BY_THEM = or_(invitations.c.created_by == bindparam("who"), invitations.c.asked_by == bindparam("who"))
_FOR_ACCOUNT = and_(
    invitations.c.person_platform == bindparam("platform"),
    invitations.c.person_realm == bindparam("realm"),
    invitations.c.person_subject == bindparam("subject"),
)
_FOR_ADDRESS = invitations.c.email == bindparam("address")
_OPEN = (requests.c.workspace_id == bindparam("ws"), IS_PENDING, requests.c.expires_at > bindparam("now"))
_PENDING_TRANSFER = (
    transfers.c.workspace_id == bindparam("ws"),
    transfers.c.status == "pending",
    or_(transfers.c.from_member == bindparam("who"), transfers.c.to_member == bindparam("who")),
)


def _living(*where: ColumnElement[bool]) -> Select[Any]:
    return select(invitations.c.invitation_id, invitations.c.label).where(*_ALIVE, *where)


_SENT = _living(_BY_THEM)
_FOR_THEM, _FOR_THEIR_ADDRESS = _living(_FOR_ACCOUNT), _living(_FOR_ADDRESS)
_TRANSFERS = select(transfers.c.transfer_id).where(
    *_PENDING_TRANSFER, transfers.c.expires_at > bindparam("now")
)
_ASKED = select(requests).where(*_OPEN, requests.c.person.in_(bindparam("keys", expanding=True)))
_WAITING = select(requests.c.request_id).where(
    *_OPEN,
    requests.c.invitation_id.in_(
        select(invitations.c.invitation_id).where(invitations.c.workspace_id == bindparam("ws"), _BY_THEM)
    ),
)
#: Names the state it expects: zero rows means that somebody was first.
_LEAVE = (
    update(members)
    .where(
        members.c.workspace_id == bindparam("ws"),
        members.c.member_id == bindparam("who"),
        members.c.left_at.is_(None),
    )
    .values(left_at=bindparam("now"))
)
_NO_ROLES = delete(member_roles).where(
    member_roles.c.workspace_id == bindparam("ws"), member_roles.c.member_id == bindparam("who")
)
_REVOKE = (
    update(invitations)
    .where(*_ALIVE, or_(_BY_THEM, invitations.c.invitation_id.in_(bindparam("held", expanding=True))))
    .values(revoked_at=bindparam("now"), revoked_by=bindparam("by"))
    .returning(invitations.c.invitation_id, invitations.c.label, invitations.c.person_subject)
)
_UNCHOOSE = delete(chosen).where(
    chosen.c.workspace_id == bindparam("ws"), chosen.c.person.in_(bindparam("keys", expanding=True))
)


#: What is announced before it is confirmed.
WARNED = "member.remove"
#: Of so many invitations the record of a removal keeps the ids; each has an event of its own beside that.
MOST_NAMED = 50


class Endings(NamedTuple):
    """What ends with a membership, and who waits because of it; invitations by id, with their labels.

    ``stays``: of how much that they took others still say what they think of it.
    """

    roles: list[Row[Any]]
    keys: list[str]
    sent: dict[str, str]
    held: dict[str, str]
    asked: list[Row[Any]]
    stays: int
    waiting: list[str]
    transfers: list[str]
    groups: dict[str, str]
    grants: list[Row[Any]]


@dataclass(frozen=True, slots=True)
class MemberRemove:
    member: Identity | str = option(
        Kind.MEMBER, "a mention, an e-mail address or a name; yourself, to leave", "Ada", required=True
    )
    reason: str = option(Kind.NOTE, "why, for them and for the record", "The project is over", default="")


@command("member remove", "Take somebody out of the workspace, or leave it", MemberRemove, needs="member")
def remove(ctx: Context, ask: MemberRemove) -> Card:
    try:
        row = find(ctx, ask.member)
    except Refusal:
        ctx.require(REMOVE)  # who may remove nobody does not learn who is here
        raise
    return _announce(ctx, row, ask.reason)


@action("member.remove", "Remove", style=Style.DANGER, needs="member")
def press(ctx: Context, member_id: str) -> Card:
    return _announce(ctx, _load(ctx, member_id), "")


def _load(ctx: Context, member_id: str) -> Row[Any]:
    """The member that a button is about; whoever has no business with them learns nothing about them."""
    row = load(ctx, member_id)
    if row is None or row.member_id != ctx.me.member_id:
        ctx.require(REMOVE)
    if row is None:
        raise Refusal(RefusalCode.UNKNOWN_BUTTON)
    return row


def _announce(ctx: Context, row: Row[Any], reason: str) -> Card:
    check(ctx, row)
    subject = announce(ctx, WARNED, row.member_id, {"reason": reason})
    return views.removal_warning(_facts(ctx, row, endings(ctx, row.member_id), subject, reason))


@confirms(WARNED)
def confirmed(ctx: Context, member_id: str, facts: dict[str, Any]) -> Card:
    """Everything is read again at this moment: what was true when it was announced may no longer be."""
    row = _load(ctx, member_id)
    check(ctx, row)
    ended = endings(ctx, member_id)
    _end(ctx, row, ended, facts["reason"])
    if member_id != ctx.me.member_id:
        ctx.notify(f"member:{member_id}", "removed", facts["intent"])
    return views.member_removed(_facts(ctx, row, ended, ctx.subject(member_id), facts["reason"]))


def check(ctx: Context, row: Row[Any]) -> None:
    """Refuses to take out whoever is gone, may not be taken out by this person, or cannot be spared."""
    if row.left_at is not None:
        raise Refusal(
            RefusalCode.ALREADY_LEFT, name=row.name, workspace=ctx.workspace.name, when=When(row.left_at)
        )
    own = row.member_id == ctx.me.member_id
    if not own:
        ctx.require(REMOVE)
    for held in held_by(ctx, [row.member_id])[row.member_id]:
        role = ctx.workspace.roles[held.role_id]
        if role.exactly_one and held.ends_at is None:
            raise Refusal(RefusalCode.ONE_HOLDER, role=role.name)
    if not own and not may_remove(ctx, row):
        raise Refusal(RefusalCode.ABOVE_YOU, name=row.name, who=_who_could(ctx, row.member_id))
    check_invariants(ctx, without=row.member_id)


def _who_could(ctx: Context, member_id: str) -> str:
    theirs = ctx.standing_of(member_id)
    rank = theirs.rank if theirs else 0
    able = [role.name for role in ctx.workspace.roles_with(REMOVE) if role.rank >= rank]
    return t("Ask someone who is {roles}.", roles=text.either(able)) if able else ""


def endings(ctx: Context, member_id: str) -> Endings:
    """What ends when this member goes, as it stands now."""
    accounts = accounts_of(ctx, [member_id])[member_id]
    keys = [person_key(Identity(each.platform, each.realm, each.subject)) for each in accounts]
    params = {"ws": ctx.workspace.workspace_id, "who": member_id, "now": ctx.at}
    sent = _labels(ctx, _SENT, params)
    asked = ctx.connection.execute(_ASKED, {**params, "keys": keys}).all()
    ends = [row for row in asked if not kind_of(row).stays]
    held: dict[str, str] = {}
    for each in accounts:
        account = {"platform": each.platform, "realm": each.realm, "subject": each.subject}
        held |= _labels(ctx, _FOR_THEM, {**params, **account})
        if each.email:
            held |= _labels(ctx, _FOR_THEIR_ADDRESS, {**params, "address": each.email})
    return Endings(
        roles=held_by(ctx, [member_id])[member_id],
        keys=keys,
        sent=sent,
        held={invitation_id: label for invitation_id, label in held.items() if invitation_id not in sent},
        asked=ends,
        stays=len(asked) - len(ends),
        waiting=list(ctx.connection.execute(_WAITING, params).scalars()),
        transfers=list(ctx.connection.execute(_TRANSFERS, params).scalars()),
        groups=groups.of_member(ctx, member_id),
        grants=grants.live_of(ctx, [member_id]),
    )


def _labels(ctx: Context, statement: Select[Any], params: dict[str, Any]) -> dict[str, str]:
    return {row.invitation_id: row.label for row in ctx.connection.execute(statement, params)}


def _facts(ctx: Context, row: Row[Any], ended: Endings, subject: str, reason: str) -> RemovalFacts:
    own = row.member_id == ctx.me.member_id
    seen = _shown(ctx, ended.grants, own=own)
    return RemovalFacts(
        subject=subject,
        short_id=row.member_id,
        name=row.name,
        workspace=ctx.workspace.name,
        own=own,
        roles=shown_roles(ctx, ended.roles),
        sent=len(ended.sent),
        held=len(ended.held),
        waiting=len(ended.waiting),
        asked=len(ended.asked),
        stays=ended.stays,
        transfers=len(ended.transfers),
        groups=tuple(ended.groups.values()),
        grants=seen,
        unseen=len(ended.grants) - len(seen),
        reason=reason,
        seats=seats_of(ctx),
    )


def _shown(ctx: Context, rows: list[Row[Any]], *, own: bool) -> tuple[HeldGrant, ...]:
    """One's own grants, or of another's those on what whoever asks may know of; the others end all the same."""
    about = resources.rows_of(ctx, (row.resource_id for row in rows))
    sight = resources.sight_of(ctx)
    found = [
        HeldGrant(about[row.resource_id].name, "", Level(row.level).word, row.ends_at)
        for row in rows
        if row.resource_id in about and (own or sight.reaches(about[row.resource_id]))
    ]
    return tuple(sorted(found, key=lambda each: each.name.casefold()))


def _end(ctx: Context, row: Row[Any], ended: Endings, reason: str) -> None:
    """Ends a membership with everything that hangs on it. The accounts stay bound, so that the record can be read."""
    ws = {"ws": row.workspace_id}
    params = {**ws, "who": row.member_id, "now": ctx.at}
    if not ctx.connection.execute(_LEAVE, params).rowcount:
        raise Refusal(
            RefusalCode.ALREADY_LEFT, name=row.name, workspace=ctx.workspace.name, when=When(ctx.at)
        )
    may_decide = ctx.workspace.standing([held.role_id for held in ended.roles]).has(APPROVE)
    ctx.connection.execute(_NO_ROLES, params)
    ctx.connection.execute(_UNCHOOSE, {**ws, "keys": ended.keys})
    revoked = _revoke(ctx, row.member_id, ended)
    in_groups = groups.end_of_member(ctx, row.member_id)
    had = grants.end_of_holder(ctx, row.member_id)
    for request in ended.asked:
        asking.withdraw(ctx, request)
    end_open(ctx, leaving=row.member_id)
    ctx.record(
        "member.removed",
        row.member_id,
        name=row.name,
        roles=[
            {"role": held.role_id, "ends_at": held.ends_at, "source": held.source} for held in ended.roles
        ],
        reason=reason,
        invitations=revoked[:MOST_NAMED],
        invitations_count=len(revoked),
        requests=[request.request_id for request in ended.asked],
        transfers=ended.transfers,
        groups=in_groups,
        grants=[
            {
                "resource": each.resource_id,
                "level": each.level,
                "ends_at": each.ends_at,
                "source": each.source,
            }
            for each in had
        ],
    )
    ctx.standing_changed(joined=-1)
    mark_member(ctx, row.member_id)
    # Their cards say where the invitation stands, and who can answer.
    for request_id in open_requests(ctx) if may_decide else ended.waiting:
        ctx.stale(request_id)


def _revoke(ctx: Context, member_id: str, ended: Endings) -> list[str]:
    """Ends what they sent and what was sent to them, however much it is, in one statement; the ids."""
    params = {"ws": ctx.workspace.workspace_id, "who": member_id, "held": list(ended.held), "now": ctx.at}
    found = ctx.connection.execute(_REVOKE, {**params, "by": ctx.me.member_id}).all()
    revoked = sorted(found, key=lambda row: (row.invitation_id in ended.held, row.invitation_id))
    for row in revoked:
        ctx.record("invitation.revoked", row.invitation_id, label=row.label, member=member_id)
        if row.person_subject is not None:
            ctx.stale(row.invitation_id)  # who was invited by mention has a message about it
    return [row.invitation_id for row in revoked]
