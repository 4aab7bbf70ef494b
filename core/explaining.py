"""``can`` and ``why``: what somebody may do here, by which rule, through which role, and who could change that.

What is particular to a resource is in ``core.explaining_access``.
"""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, bindparam, select

from core import views
from core.calls import Identity
from core.cards import Card
from core.catalogue import Kind, command, option
from core.context import Context
from core.emergencies import may_take
from core.explaining_access import approvers, check_may_ask, holders_of, on_resource
from core.members import find, sources_of
from core.models import member_roles
from core.permissions import INCLUDED_IN, Role, Standing, standing
from core.policy import OVERSEE, Rule, decide
from core.reach import on as reached
from core.resources import find as find_resource
from core.role_permissions import known_permissions
from core.views.access_answers import OnResource
from core.views.answers import Bearing, Explanation, HeldRole

ASSIGN = "role:assign"
#: How alike two permissions are before one may be meant by the other.
_ALIKE = 0.7

#: All that a member was given, what has ended too.
_HELD = select(member_roles).where(
    member_roles.c.workspace_id == bindparam("ws"), member_roles.c.member_id == bindparam("member")
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    member: Identity | str | None = option(
        Kind.MEMBER, "who: a mention, an e-mail address or a name; yourself without", "Ada"
    )
    permission: str = option(
        Kind.PERMISSION, "what they want to do, as thing:action", "project:edit", required=True
    )
    resource: str | None = option(Kind.RESOURCE, "on which resource, by name or short id", "Render farm")


@command("can", "Ask whether somebody may do something", Question, needs="member", reads=True)
def can(ctx: Context, ask: Question) -> Card:
    return views.can_answer(_asked(ctx, ask))


@command("why", "See why somebody may do something, or why not", Question, needs="member", reads=True)
def why(ctx: Context, ask: Question) -> Card:
    return views.why_answer(_asked(ctx, ask))


def _asked(ctx: Context, ask: Question) -> Explanation:
    row = find(ctx, ask.member)
    resource = find_resource(ctx, ask.resource) if ask.resource else None
    if resource is not None:
        check_may_ask(ctx, row, resource)
    return explain(ctx, row, ask.permission, resource)


def explain(ctx: Context, row: Row[Any], permission: str, resource: Row[Any] | None = None) -> Explanation:
    """The decision about a member and a permission, on a resource if one is named, and everything that bears on it."""
    workspace = ctx.workspace
    own = row.member_id == ctx.me.member_id
    given = _given(ctx, row)
    live = {each.role_id: each.ends_at for each in given if each.ends_at is None or each.ends_at > ctx.at}
    theirs = workspace.standing(live)
    there = None if resource is None else reached(ctx, row.member_id, resource, permission)
    answer = decide(theirs, permission, there)
    known = known_permissions(ctx)
    with_it = workspace.roles_with(permission)
    alike = difflib.get_close_matches(permission, sorted(known), n=1, cutoff=_ALIKE)
    wanted = [] if theirs.has(permission) else [role for role in with_it if not role.exactly_one]
    able, for_a_time = _givers(ctx, row.member_id, theirs, wanted)
    lowest = min(wanted, key=lambda role: role.rank, default=None)
    approving = approvers(ctx, "role", row.member_id, (lowest,)) if lowest is not None else ()
    on = None if resource is None else on_resource(ctx, row, resource, permission, answer, live)
    asks = _ask(ctx, lowest if approving else None, on) if own and not answer.allowed else None
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
        givers=able,
        for_a_time=for_a_time,
        approvers=approving,
        asked=lowest.name if lowest is not None else "",
        known=permission in known,
        meant=alike[0] if alike and permission not in known else "",
        on=on,
        ask=asks,
        emergency=asks[1] if asks is not None and asks[0] == "access.ask" and may_take(ctx) else "",
    )


def _ask(ctx: Context, role: Role | None, on: OnResource | None) -> tuple[str, str] | None:
    """The button with which the person asks for what is missing, and what it carries: first the role, then the access."""
    if role is not None and not (ctx.workspace.single and role.rank < ctx.standing.rank):
        return "role.ask", ctx.subject(role.role_id)
    if on is not None and not on.enough and on.needs and on.approvers:
        return "access.ask", ctx.subject(f"{on.short_id}@{on.needs}")
    return None


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


def _givers(
    ctx: Context, member_id: str, theirs: Standing, wanted: list[Role]
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The names of the other members who could give this one such a role for good, and for a time; longest here first."""
    workspace = ctx.workspace
    able = [role.role_id for role in workspace.roles_with(ASSIGN)] if wanted else []
    found: tuple[list[str], list[str]] = ([], [])
    for giver, (name, held) in holders_of(ctx, able).items():
        of_now = workspace.standing_with_ends(held)
        lasting = of_now if of_now.lasting is None else of_now.lasting
        if giver == member_id or theirs.rank > of_now.rank or not _could_give(of_now, wanted):
            continue
        found[0 if _could_give(lasting, wanted) else 1].append(name)
    return tuple(found[0]), tuple(found[1])


def _could_give(giver: Standing, wanted: list[Role]) -> bool:
    """One of these roles; that nobody changes the roles of who stands above them is asked for apart."""
    return decide(giver, ASSIGN).allowed and any(giver.may_give(role) for role in wanted)
