"""What ``can`` and ``why`` have to say about a resource: the chain of grants to it, and who could give or approve one."""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from sqlalchemy import Row, bindparam, func, or_, select

from core import groups, resources
from core.approval_terms import PLAIN, Terms
from core.approvals import approvers_in_words, policy_for
from core.approvers import Lacks, Question, find_approvers, nothing
from core.context import Context
from core.emergencies import hint
from core.errors import Refusal, RefusalCode
from core.grants import right_of
from core.members import sources_of
from core.models import grants, group_members, member_roles, members
from core.permissions import Level, Role, Standing, is_own, standing_on
from core.policy import ALL, GRANT, OVERSEE, VIEW_ALL, Answer, Rule, decide
from core.reach import IN_EMERGENCY, Fact, facts_of, ids_on
from core.request_kinds import kinds
from core.schemes import schemes
from core.views.access_answers import Everywhere, Going, HeldGrant, OnResource, give_yourself

#: So many rows are looked at to find out who could give something; nobody reads as many names.
LOOK_AT = 500

_KEY = member_roles.alias("key_role")
#: All live roles of the members who hold one of certain roles.
_OF_HOLDERS = (
    select(members.c.member_id, members.c.name, member_roles.c.role_id, member_roles.c.ends_at)
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
    .limit(LOOK_AT)
)
#: Whom a live grant on the way to a resource lets manage it, themselves or through a group.
_MANAGERS = (
    select(members.c.member_id, members.c.name, grants.c.ends_at)
    .select_from(grants)
    .outerjoin(
        group_members,
        (group_members.c.workspace_id == grants.c.workspace_id)
        & (group_members.c.group_id == grants.c.holder),
    )
    .join(
        members,
        (members.c.workspace_id == grants.c.workspace_id)
        & (members.c.member_id == func.coalesce(group_members.c.member_id, grants.c.holder)),
    )
    .where(
        grants.c.workspace_id == bindparam("ws"),
        grants.c.resource_id.in_(bindparam("path", expanding=True)),
        grants.c.level >= int(Level.MANAGE),
        grants.c.layer != IN_EMERGENCY,
        or_(grants.c.ends_at.is_(None), grants.c.ends_at > bindparam("now")),
        members.c.left_at.is_(None),
    )
    .order_by(members.c.joined_at, members.c.name_key, members.c.member_id)
    .limit(LOOK_AT)
)


class Holder(NamedTuple):
    """A member with their live roles and the ends of these."""

    name: str
    held: dict[str, int | None]


def holders_of(ctx: Context, role_ids: Sequence[str]) -> dict[str, Holder]:
    """The members who hold one of these roles, by their ids, longest here first."""
    found: dict[str, Holder] = {}
    if role_ids:
        params = {"ws": ctx.workspace.workspace_id, "role_ids": list(role_ids), "now": ctx.at}
        for row in ctx.connection.execute(_OF_HOLDERS, params):
            found.setdefault(row.member_id, Holder(row.name, {})).held[row.role_id] = row.ends_at
    return found


def approvers(
    ctx: Context,
    kind: str,
    member_id: str,
    roles: tuple[Role, ...] = (),
    lacks: Lacks = nothing,
    terms: Terms = PLAIN,
) -> tuple[str, ...]:
    """Who would decide if this member asked for it now; none where nobody could, or where it can't be asked for."""
    if kind not in kinds():
        return ()
    asked = Question(policy_for(ctx, kind), roles, "", member_id, ctx.at, lacks, terms)
    found = find_approvers(ctx, asked)
    return approvers_in_words(ctx, found) if found.answerable else ()


def check_may_ask(ctx: Context, row: Row[Any], resource: Row[Any]) -> None:
    """Who stands where is known to those who reach it; who knows of it by name only asks about themselves."""
    if row.member_id == ctx.me.member_id or ctx.standing.has(OVERSEE):
        return
    if not resources.sight_of(ctx).reaches(resource):
        raise Refusal(RefusalCode.NOT_REACHED, resource=resource.name)


def on_resource(
    ctx: Context,
    row: Row[Any],
    resource: Row[Any],
    permission: str,
    answer: Answer,
    held: Mapping[str, int | None],
) -> OnResource:
    """All that bears on the decision about a resource. ``held``: the live roles of the member, with their ends."""
    path = ids_on(resource.path)
    needs = _needs(ctx, permission, answer)
    giving = permission == GRANT
    found = facts_of(ctx, row.member_id, path)
    facts = sorted(found, key=lambda fact: _order(ctx, fact, needs, path, giving=giving))
    live = [fact for fact in facts if fact.live(ctx.at)]
    if giving and needs is not None:
        live = [fact for fact in live if fact.manages(ctx.at) or fact.level < needs]
    has = max((fact.level for fact in live), default=None)
    everywhere = _everywhere(ctx, resource.kind, held) if needs and not is_own(permission) else {}
    ends = [fact.ends_at for fact in live if needs is not None and fact.level >= needs]
    ends += [held[role_id] for role_id in everywhere]
    shown = OnResource(
        name=resource.name,
        kind=resource.kind,
        short_id=resource.resource_id,
        needs=needs.word if needs else "",
        has=has.word if has else "",
        until=None if None in ends else max((end for end in ends if end is not None), default=None),
        grants=_shown(ctx, row, facts, needs, giving=giving),
        everywhere=tuple(everywhere.values()),
        enough=needs is None or bool(everywhere) or (has is not None and has >= needs),
    )
    if needs is None or shown.enough:
        return shown
    who = "" if row.member_id == ctx.me.member_id else row.name
    right = right_of(ctx, resource, row.member_id)
    if right is not None:
        how = give_yourself(who, resource.resource_id, needs.word, right.until)
        return shown._replace(yourself=how)
    managers = _managers(ctx, path)
    able, for_a_time = _givers(ctx, row.member_id, managers)
    lacks = _lacking(managers[0])
    terms = Terms(level=needs)
    return shown._replace(
        givers=able,
        for_a_time=for_a_time,
        approvers=approvers(ctx, "access", row.member_id, (), lacks, terms),
        at_once=hint(ctx, resource, needs) if row.member_id == ctx.me.member_id else (),
    )


def _needs(ctx: Context, permission: str, answer: Answer) -> Level | None:
    """The level that it takes; none for what is about all of the workspace."""
    if not is_own(permission):
        return schemes()[ctx.workspace.scheme].level(permission)
    return Level.MANAGE if permission == GRANT and answer.rule in {Rule.NOT_HELD, Rule.MANAGES} else None


def _everywhere(ctx: Context, kind: str, held: Iterable[str]) -> dict[str, Everywhere]:
    """Those of the roles that reach every resource of the kind."""
    found: dict[str, Everywhere] = {}
    for role in ctx.workspace.roles_of(held):
        alone = standing_on(ctx.workspace.plan, [role])
        by = next((each for each in (ALL, VIEW_ALL.format(kind=kind)) if alone.has(each)), None)
        if by is not None:
            found[role.role_id] = Everywhere(role.name, by)
    return found


# --- the grants ------------------------------------------------------------------------------------------------------


def _going(ctx: Context, fact: Fact, needs: Level | None, *, giving: bool) -> Going:
    """``giving``: whether it is asked who may give access, which nobody may by what they took in an emergency."""
    if not fact.live(ctx.at):
        return Going.ENDED
    if giving and fact.layer == IN_EMERGENCY:
        return Going.NOT_ON
    return Going.ENOUGH if needs is not None and fact.level >= needs else Going.TOO_LOW


def _order(
    ctx: Context, fact: Fact, needs: Level | None, path: list[str], *, giving: bool
) -> tuple[Any, ...]:
    """Those that count first; of these the one that goes furthest, then longest, then the nearest."""
    going = list(Going).index(_going(ctx, fact, needs, giving=giving))
    ends = (fact.ends_at is not None, -(fact.ends_at or 0))
    return (going, -fact.level, *ends, -path.index(fact.resource_id), bool(fact.group_id))


def _shown(
    ctx: Context, row: Row[Any], facts: Sequence[Fact], needs: Level | None, *, giving: bool
) -> tuple[HeldGrant, ...]:
    """The grants as cards show them; what the reader may not know of is not named, but for what they were given themselves."""
    own = row.member_id == ctx.me.member_id
    sight = resources.sight_of(ctx)
    oversees = ctx.standing.has(OVERSEE)
    above = resources.rows_of(ctx, {fact.resource_id for fact in facts})
    known = {each: r.name for each, r in above.items() if own or sight.knows(r)}
    sources = sources_of(ctx, facts, private=own or oversees)
    names = groups.names_of(ctx, {fact.group_id for fact in facts if fact.group_id})
    return tuple(
        HeldGrant(
            fact.level.word,
            known.get(fact.resource_id, resources.HIDDEN),
            _going(ctx, fact, needs, giving=giving),
            fact.given_at,
            sources[fact.source],
            names.get(fact.group_id, ""),
            fact.ends_at,
        )
        for fact in facts
    )


# --- who could give ---------------------------------------------------------------------------------------------------


def _managers(ctx: Context, path: Sequence[str]) -> tuple[dict[str, str], dict[str, str]]:
    """Whom a grant lets give access to it, by their ids: for good, and for a time."""
    found: tuple[dict[str, str], dict[str, str]] = ({}, {})
    params = {"ws": ctx.workspace.workspace_id, "path": list(path), "now": ctx.at}
    for row in ctx.connection.execute(_MANAGERS, params):
        found[row.ends_at is not None][row.member_id] = row.name
    return found


def _givers(
    ctx: Context, member_id: str, managers: tuple[dict[str, str], dict[str, str]]
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The names of the other members who could give access for good, and for a time: by a role, or as they manage it."""
    workspace = ctx.workspace
    good: dict[str, str] = {}
    some: dict[str, str] = {}
    for giver, (name, held) in holders_of(ctx, [r.role_id for r in workspace.roles_with(GRANT)]).items():
        of_now = workspace.standing_with_ends(held)
        if decide(of_now, GRANT).allowed:
            (good if decide(_lasting(of_now), GRANT).allowed else some)[giver] = name
    good, some = good | managers[0], some | managers[1]
    for mine in (good, some):
        mine.pop(member_id, None)
    return tuple(good.values()), tuple(name for giver, name in some.items() if giver not in good)


def _lasting(standing: Standing) -> Standing:
    return standing if standing.lasting is None else standing.lasting


def _lacking(managers: Container[str]) -> Lacks:
    """Who decides about access for good has to be one who could give it for good; ``managers``: who could by a grant."""

    def lacks(ctx: Context, member_id: str, standing: Standing) -> str:
        del ctx
        return "" if member_id in managers or decide(_lasting(standing), GRANT).allowed else GRANT

    return lacks
