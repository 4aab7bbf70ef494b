"""``can`` and ``why``: what somebody may do here, by which rule, through which role, and who could change that."""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, bindparam, or_, select

from core import views
from core.calls import Identity
from core.cards import Card
from core.catalogue import Kind, command, option
from core.context import Context
from core.members import find, sources_of
from core.models import member_roles, members
from core.permissions import INCLUDED_IN, Role, Standing, standing
from core.policy import OVERSEE, Rule, decide
from core.role_permissions import known_permissions
from core.views.answers import Bearing, Explanation, HeldRole

ASSIGN = "role:assign"
#: So many rows are looked at to find out who could give a role; nobody reads as many names.
_LOOK_AT = 500
#: How alike two permissions are before one may be meant by the other.
_ALIKE = 0.7

#: All that a member was given, what has ended too.
_HELD = select(member_roles).where(
    member_roles.c.workspace_id == bindparam("ws"), member_roles.c.member_id == bindparam("member")
)
_KEY = member_roles.alias("key_role")
#: All live roles of the members who hold one of certain roles.
_OF_HOLDERS = (
    select(members.c.member_id, members.c.name, member_roles.c.role_id)
    .join(
        member_roles,
        (member_roles.c.workspace_id == members.c.workspace_id)
        & (member_roles.c.member_id == members.c.member_id),
    )
    .where(
        members.c.workspace_id == bindparam("ws"),
        members.c.left_at.is_(None),
        or_(member_roles.c.ends_at.is_(None), member_roles.c.ends_at > bindparam("now")),
        members.c.member_id.in_(
            select(_KEY.c.member_id).where(
                _KEY.c.workspace_id == bindparam("ws"),
                _KEY.c.role_id.in_(bindparam("role_ids", expanding=True)),
                or_(_KEY.c.ends_at.is_(None), _KEY.c.ends_at > bindparam("now")),
            )
        ),
    )
    .order_by(members.c.joined_at, members.c.name_key, members.c.member_id)
    .limit(_LOOK_AT)
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    member: Identity | str | None = option(
        Kind.MEMBER, "who: a mention, an e-mail address or a name; yourself without", "Ada"
    )
    permission: str = option(
        Kind.PERMISSION, "what they want to do, as thing:action", "project:edit", required=True
    )


@command("can", "Ask whether somebody may do something", Question, needs="member", reads=True)
def can(ctx: Context, ask: Question) -> Card:
    return views.can_answer(explain(ctx, find(ctx, ask.member), ask.permission))


@command("why", "See why somebody may do something, or why not", Question, needs="member", reads=True)
def why(ctx: Context, ask: Question) -> Card:
    return views.why_answer(explain(ctx, find(ctx, ask.member), ask.permission))


def explain(ctx: Context, row: Row[Any], permission: str) -> Explanation:
    """The decision about a member and a permission, and everything that bears on it."""
    workspace = ctx.workspace
    own = row.member_id == ctx.me.member_id
    given = _given(ctx, row)
    live = [each.role_id for each in given if each.ends_at is None or each.ends_at > ctx.at]
    theirs = workspace.standing(live)
    answer = decide(theirs, permission)
    known = known_permissions(ctx)
    with_it = workspace.roles_with(permission)
    alike = difflib.get_close_matches(permission, sorted(known), n=1, cutoff=_ALIKE)
    return Explanation(
        name="" if own else row.name,
        short_id=row.member_id,
        workspace=workspace.name,
        plan=workspace.plan,
        permission=permission,
        answer=answer,
        through=INCLUDED_IN[permission] if answer.rule is Rule.INCLUDED else "",
        held=_held(ctx, given, permission, private=own or ctx.standing.has(OVERSEE)),
        roles_with_it=tuple(role.name for role in with_it),
        by_transfer=tuple(role.name for role in with_it if role.exactly_one),
        givers=() if answer.allowed else _givers(ctx, row.member_id, theirs, with_it),
        known=permission in known,
        meant=alike[0] if alike and permission not in known else "",
    )


def _given(ctx: Context, row: Row[Any]) -> list[Row[Any]]:
    """What the member was given, the highest role first."""
    order = {role_id: place for place, role_id in enumerate(ctx.workspace.roles)}
    params = {"ws": ctx.workspace.workspace_id, "member": row.member_id}
    found = [each for each in ctx.connection.execute(_HELD, params) if each.role_id in order]
    return sorted(found, key=lambda each: order[each.role_id])


def _held(ctx: Context, given: Sequence[Row[Any]], permission: str, *, private: bool) -> tuple[HeldRole, ...]:
    """Each role with what it has to do with the permission: those that give it first, then those that would."""
    sources = sources_of(ctx, given, private=private)
    out = []
    for each in given:
        role = ctx.workspace.roles[each.role_id]
        bearing = _bearing(ctx, role, permission, each.ends_at)
        if bearing is not None:
            source = sources[each.source]
            held = HeldRole(role.name, role.rank, bearing, each.given_at, source, each.ends_at, role.plans)
            out.append(held)
    return tuple(sorted(out, key=lambda held: list(Bearing).index(held.bearing)))


def _bearing(ctx: Context, role: Role, permission: str, ends_at: int | None) -> Bearing | None:
    """What a role has to do with the permission; nothing where it is over and never had it."""
    gives = decide(standing(frozenset({role})), permission).allowed
    if ends_at is not None and ends_at <= ctx.at:
        return Bearing.ENDED if gives else None
    if not gives:
        return Bearing.LACKS
    return Bearing.GIVES if role.on(ctx.workspace.plan) else Bearing.OFF_PLAN


def _givers(ctx: Context, member_id: str, theirs: Standing, with_it: list[Role]) -> tuple[str, ...]:
    """The names of the other members who could give this one a role that has the permission, longest here first."""
    workspace = ctx.workspace
    wanted = [role for role in with_it if not role.exactly_one]
    able = [role.role_id for role in workspace.roles_with(ASSIGN)] if wanted else []
    if not able:
        return ()
    held: dict[str, set[str]] = {}
    names: dict[str, str] = {}
    params = {"ws": workspace.workspace_id, "role_ids": able, "now": ctx.at}
    for row in ctx.connection.execute(_OF_HOLDERS, params):
        held.setdefault(row.member_id, set()).add(row.role_id)
        names[row.member_id] = row.name
    return tuple(
        names[giver]
        for giver, role_ids in held.items()
        if giver != member_id and _could_give(workspace.standing(role_ids), theirs, wanted)
    )


def _could_give(giver: Standing, theirs: Standing, wanted: list[Role]) -> bool:
    """One of these roles, to somebody of that standing: nobody changes the roles of who stands above them."""
    return (
        decide(giver, ASSIGN).allowed
        and theirs.rank <= giver.rank
        and any(giver.may_give(role) for role in wanted)
    )
