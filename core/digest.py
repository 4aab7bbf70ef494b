"""The weekly digest for those who run a workspace: when it is due, and what it tells.

On Monday morning each workspace gets one for the week that ended. ``workspaces.digest_at`` is only a hint that lets a
sweep find the few that are due; that there is one digest for a week is kept by the outbox, where the week is in the key.
Everything in it is read at the moment of sending.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    and_,
    bindparam,
    case,
    exists,
    func,
    literal_column,
    or_,
    select,
    union_all,
    update,
)
from sqlalchemy import text as sql

from core import views
from core.cards import Card
from core.context import Context
from core.durations import DAY
from core.invitation_list import FILTERS
from core.language import t
from core.members import label_of
from core.models import (
    IS_INTACT,
    IS_PENDING,
    NOWHERE,
    grants,
    groups,
    invitations,
    member_roles,
    members,
    requests,
    resources,
    uses,
    workspaces,
)
from core.permissions import Level
from core.request_kinds import kind_of
from core.views.digest import SHOWN, DigestFacts, Ending, Waiting
from core.weeks import Week, latest, named, zone_of

#: To whom: the place for approvals; without one, those who hold this.
RECIPIENT = "place:workspace:configure"
VIEW = "digest"
#: A workspace that is younger than this on a Monday morning waits for the next one.
YOUNG = DAY
#: Begun in one sweep, so that on a Monday morning a card which somebody waits for stands behind few of them.
AT_ONCE = 200
#: No digest is further off than a week, and a clock that went back some days; one that seems to be was written by a clock
#: that was wrong.
TOO_FAR = 14 * DAY

_HINTS = (
    workspaces.c.digest_at.is_(None),
    workspaces.c.digest_at <= bindparam("now"),
    workspaces.c.digest_at > bindparam("too_far"),
)
_PRESENT = (workspaces.c.deleted_at.is_(None), workspaces.c.workspace_id != NOWHERE)
#: Each part is a range of an index; as one condition with "or" the whole table would be read.
_DUE = union_all(*(select(workspaces.c.workspace_id).where(hint, *_PRESENT) for hint in _HINTS)).limit(
    bindparam("most")
)
#: Whoever is at work in one of them, or sweeps too, is not waited for: it is found again.
_TAKE = (
    select(workspaces.c.workspace_id, workspaces.c.settings, workspaces.c.created_at, workspaces.c.digest_at)
    .where(workspaces.c.workspace_id.in_(bindparam("found", expanding=True)), or_(*_HINTS), *_PRESENT)
    .with_for_update(skip_locked=True)
)
_NEXT = (
    update(workspaces)
    .where(workspaces.c.workspace_id == bindparam("ws"))
    .values(digest_at=bindparam("next_at"))
)
_MOVE = _NEXT.where(workspaces.c.digest_at > bindparam("now"))
_ONCE = sql(
    "INSERT INTO outbox (workspace_id, key, version, due_at, attempts, trouble) VALUES (:ws, :name, 1, :now, 0, '') "
    "ON CONFLICT (workspace_id, key) DO NOTHING"
)


# --- when ------------------------------------------------------------------------------------------------------------


def due(connection: Connection, at: int) -> list[str]:
    """The ids of some workspaces whose digest is due: a look at an index."""
    params = {"now": at, "too_far": at + TOO_FAR, "most": AT_ONCE}
    return list(connection.execute(_DUE, params).scalars())


def announce(connection: Connection, at: int, found: list[str]) -> int:
    """Puts the digests of those of these workspaces that are still due into the outbox, and returns how many.

    Whoever was not there on Monday makes up for it, for the latest week only. A workspace of which nobody knows when its
    next one is due is told that: it comes from a version without digests, and nobody there waits for one.
    """
    rows = connection.execute(_TAKE, {"now": at, "too_far": at + TOO_FAR, "found": found}).all()
    marks, nexts = [], []
    for row in rows:
        week = latest(at, zone_of(row.settings))
        nexts.append({"ws": row.workspace_id, "next_at": week.next_due})
        if row.digest_at is not None and row.created_at <= week.due - YOUNG:
            marks.append({"ws": row.workspace_id, "name": f"note/{VIEW}/{week.name}/{RECIPIENT}", "now": at})
    if nexts:
        connection.execute(_NEXT, nexts)
    if marks:
        connection.execute(_ONCE, marks)
    return len(marks)


def zone_changed(ctx: Context) -> None:
    """The next digest that is not due yet comes on Monday morning in the zone that is set now."""
    next_at = latest(ctx.at, zone_of(ctx.workspace.kept)).next_due
    ctx.connection.execute(_MOVE, {"ws": ctx.workspace.workspace_id, "next_at": next_at, "now": ctx.at})


# --- what ------------------------------------------------------------------------------------------------------------


def _within(moment: ColumnElement[int] | Any) -> ColumnElement[bool]:
    return and_(moment >= bindparam("begins"), moment < bindparam("ends"))


_OF_WORKSPACE = workspaces.c.workspace_id == bindparam("ws")
_HEAD = select(workspaces.c.created_at, workspaces.c.deleted_at).where(_OF_WORKSPACE)
#: Whoever came and is still here. The founder did not join.
_JOINED = (
    select(members.c.name, func.count().over().label("total"))
    .where(
        members.c.workspace_id == bindparam("ws"),
        members.c.left_at.is_(None),
        _within(members.c.joined_at),
        or_(members.c.invitation_id.is_not(None), members.c.joined_at > bindparam("created")),
    )
    .order_by(members.c.joined_at, members.c.member_id)
    .limit(SHOWN)
)
_TOOK = requests.c.decided_at - requests.c.created_at
_DECIDED = _within(requests.c.decided_at)
_ANSWERED = and_(requests.c.status.in_(("approved", "denied")), _DECIDED)
#: Expired is what is so by the clock, whether or not a sweep has been there.
_REQUESTS = select(
    func.count().filter(_within(requests.c.created_at)).label("asked"),
    func.count().filter(requests.c.status == "approved", _DECIDED).label("approved"),
    func.count().filter(requests.c.status == "denied", _DECIDED).label("denied"),
    func.count().filter(requests.c.status == "withdrawn", _DECIDED).label("withdrawn"),
    func.count()
    .filter(requests.c.status.in_(("expired", "pending")), _within(requests.c.expires_at))
    .label("expired"),
    func.min(_TOOK).filter(_ANSWERED).label("quickest"),
).where(requests.c.workspace_id == bindparam("ws"))
_HALF_WITHIN = (
    select(_TOOK)
    .where(requests.c.workspace_id == bindparam("ws"), _ANSWERED)
    .order_by(_TOOK)
    .limit(1)
    .offset(bindparam("half"))
)
_WAITING = (
    select(requests, func.count().over().label("total"))
    .where(requests.c.workspace_id == bindparam("ws"), IS_PENDING, requests.c.expires_at > bindparam("now"))
    .order_by(requests.c.created_at, requests.c.request_id)
    .limit(SHOWN)
)
_INVITED = select(func.count()).where(
    invitations.c.workspace_id == bindparam("ws"), _within(invitations.c.created_at)
)
#: How people can end an invitation, in the order in which it counts; the clock does the rest.
_ENDS = {
    "revoked": invitations.c.revoked_at,
    "declined": invitations.c.declined_at,
    "switched off": invitations.c.switched_off_at,
}
_ENDED_AT = case(
    *((column.is_not(None), column) for column in _ENDS.values()), else_=invitations.c.expires_at
)
_HOW = case(
    *((column.is_not(None), literal_column(f"'{how}'")) for how, column in _ENDS.items()),
    else_=literal_column("'expired'"),
)
_CAME = exists().where(
    uses.c.workspace_id == invitations.c.workspace_id,
    uses.c.invitation_id == invitations.c.invitation_id,
    uses.c.member_id.is_not(None),
)
_UNUSED = (
    select(_HOW.label("how"), func.count().label("many"))
    .where(
        invitations.c.workspace_id == bindparam("ws"),
        invitations.c.accepted_at.is_(None),
        _within(_ENDED_AT),
        ~_CAME,
    )
    .group_by(sql("how"))
    .order_by(func.count().desc(), sql("how"))
)
_ENDING_INVITATIONS = (
    select(
        invitations.c.invitation_id,
        invitations.c.label,
        invitations.c.email,
        invitations.c.expires_at,
        func.count().over().label("total"),
    )
    .where(
        invitations.c.workspace_id == bindparam("ws"),
        IS_INTACT,
        FILTERS["pending"],
        invitations.c.expires_at <= bindparam("until"),
    )
    .order_by(invitations.c.expires_at, invitations.c.invitation_id)
    .limit(SHOWN)
)
_ENDING_ROLES = (
    select(members.c.name, member_roles.c.role_id, member_roles.c.ends_at, func.count().over().label("total"))
    .join(
        members,
        and_(
            members.c.workspace_id == member_roles.c.workspace_id,
            members.c.member_id == member_roles.c.member_id,
        ),
    )
    .where(
        member_roles.c.workspace_id == bindparam("ws"),
        member_roles.c.role_id.in_(bindparam("roles", expanding=True)),
        member_roles.c.ends_at > bindparam("now"),
        member_roles.c.ends_at <= bindparam("until"),
        members.c.left_at.is_(None),
    )
    .order_by(member_roles.c.ends_at, members.c.member_id, member_roles.c.role_id)
    .limit(SHOWN)
)

#: To members who are here, and to groups.
_ENDING_GRANTS = (
    select(
        func.coalesce(members.c.name, groups.c.name).label("name"),
        resources.c.name.label("resource"),
        grants.c.level,
        grants.c.ends_at,
        func.count().over().label("total"),
    )
    .join(
        resources,
        and_(
            resources.c.workspace_id == grants.c.workspace_id,
            resources.c.resource_id == grants.c.resource_id,
        ),
    )
    .outerjoin(
        members,
        and_(
            members.c.workspace_id == grants.c.workspace_id,
            members.c.member_id == grants.c.holder,
            members.c.left_at.is_(None),
        ),
    )
    .outerjoin(
        groups, and_(groups.c.workspace_id == grants.c.workspace_id, groups.c.group_id == grants.c.holder)
    )
    .where(
        grants.c.workspace_id == bindparam("ws"),
        grants.c.ends_at > bindparam("now"),
        grants.c.ends_at <= bindparam("until"),
        or_(members.c.member_id.is_not(None), groups.c.group_id.is_not(None)),
    )
    .order_by(grants.c.ends_at, grants.c.holder, grants.c.resource_id)
    .limit(SHOWN)
)


def notice(ctx: Context, subject: str, recipient: str) -> Card | None:
    """The digest of the week ``subject``, while no later one is due, for those who want it and have something to read."""
    del recipient
    workspace = ctx.workspace
    week = named(subject, zone_of(workspace.kept))
    head = ctx.connection.execute(_HEAD, {"ws": workspace.workspace_id}).one()
    if ctx.at >= week.next_due or head.deleted_at is not None or not workspace.setting(VIEW):
        return None
    facts = gather(ctx, week, head.created_at)
    return None if facts.is_quiet else views.digest(facts)


def gather(ctx: Context, week: Week, created_at: int) -> DigestFacts:
    """What happened in that week, what waits now, and what ends before the next digest."""
    run, workspace = ctx.connection.execute, ctx.workspace
    of_week = {"ws": workspace.workspace_id, "begins": week.begins, "ends": week.ends}
    joined = run(_JOINED, {**of_week, "created": created_at}).all()
    asked = run(_REQUESTS, of_week).one()
    answered = asked.approved + asked.denied
    half = run(_HALF_WITHIN, {**of_week, "half": (answered - 1) // 2}).scalar_one() if answered else 0
    waiting = run(_WAITING, {"ws": workspace.workspace_id, "now": ctx.at}).all()
    ending, ending_count = _ending(ctx, week.next_due)
    return DigestFacts(
        workspace=workspace.name,
        first_day=week.first_day,
        last_day=week.first_day + timedelta(6),
        joined=tuple(row.name for row in joined),
        joined_count=joined[0].total if joined else 0,
        asked=asked.asked,
        approved=asked.approved,
        denied=asked.denied,
        withdrawn=asked.withdrawn,
        expired=asked.expired,
        half_within=half,
        quickest=asked.quickest or 0,
        invited=run(_INVITED, of_week).scalar_one(),
        unused=tuple((row.how, row.many) for row in run(_UNUSED, of_week)),
        waiting=tuple(_waiting(ctx, row) for row in waiting),
        waiting_count=waiting[0].total if waiting else 0,
        ending=ending,
        ending_count=ending_count,
    )


def _waiting(ctx: Context, request: Any) -> Waiting:
    words = kind_of(request).line(ctx, request, False).text
    return Waiting(request.request_id, words, request.created_at)


def _ending(ctx: Context, until: int) -> tuple[tuple[Ending, ...], int]:
    """The invitations, roles and grants that end first by then, and how many there are."""
    names = ctx.workspace.role_names()
    params = {"ws": ctx.workspace.workspace_id, "now": ctx.at, "until": until}
    ends = ctx.connection.execute(_ENDING_INVITATIONS, params).all()
    held = ctx.connection.execute(_ENDING_ROLES, {**params, "roles": list(names)}).all()
    given = ctx.connection.execute(_ENDING_GRANTS, params).all()
    # Others than whoever may see addresses read this too.
    found = [
        Ending(
            t("invitation {id} ({label})", id=row.invitation_id, label=label_of(row, private=False)),
            row.expires_at,
        )
        for row in ends
    ]
    found += [
        Ending(t("{name} as {role}", name=row.name, role=names[row.role_id]), row.ends_at) for row in held
    ]
    found += [
        Ending(
            t(
                "{name} with {level} on {resource}",
                name=row.name,
                level=Level(row.level).word,
                resource=row.resource,
            ),
            row.ends_at,
        )
        for row in given
    ]
    found.sort(key=lambda each: each.at)
    return tuple(found[:SHOWN]), sum(rows[0].total for rows in (ends, held, given) if rows)
