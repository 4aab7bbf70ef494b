"""Groups: finding the one that is meant, who is in which, and which of them answer requests."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import Row, String, bindparam, cast, delete, select

from core import text
from core.approval_policy import KINDS
from core.approvals import policy_for, policy_in
from core.approvers import groups_named
from core.context import Context
from core.errors import Refusal, RefusalCode
from core.grants import live_of, may_give
from core.language import t
from core.models import HAS_POLICY, IS_PENDING, group_members, groups, requests
from core.permissions import TOP, Level, Standing
from core.policy import GRANT, decide
from core.resources import rows_of

#: Who makes groups, and says who is in them.
MANAGE = "group:manage"
#: So many of the groups are named where one was meant that is not there.
_NAMED = 10

_ONE = select(groups).where(
    groups.c.workspace_id == bindparam("ws"), groups.c.group_id == bindparam("group_id")
)
_BY_NAME = select(groups).where(
    groups.c.workspace_id == bindparam("ws"), groups.c.name_key == bindparam("key")
)
_ALL = (
    select(groups.c.group_id, groups.c.name)
    .where(groups.c.workspace_id == bindparam("ws"))
    .order_by(groups.c.name_key)
)
_FIRST = _ALL.limit(_NAMED + 1)
_NAMES = select(groups.c.group_id, groups.c.name).where(
    groups.c.workspace_id == bindparam("ws"), groups.c.group_id.in_(bindparam("ids", expanding=True))
)
_OF_MEMBERS = (
    select(group_members.c.member_id, groups.c.group_id, groups.c.name)
    .join(
        groups,
        (groups.c.workspace_id == group_members.c.workspace_id)
        & (groups.c.group_id == group_members.c.group_id),
    )
    .where(
        group_members.c.workspace_id == bindparam("ws"),
        group_members.c.member_id.in_(bindparam("ids", expanding=True)),
    )
    .order_by(groups.c.name_key)
)
_LEAVE_ALL = (
    delete(group_members)
    .where(group_members.c.workspace_id == bindparam("ws"), group_members.c.member_id == bindparam("member"))
    .returning(group_members.c.group_id)
)
#: A group's id stands in the copy of a policy as ``"group:grp-…"``.
_OPEN_POLICIES = (
    select(cast(requests.c.policy, String))
    .where(
        requests.c.workspace_id == bindparam("ws"),
        IS_PENDING,
        requests.c.expires_at > bindparam("now"),
        HAS_POLICY,
        cast(requests.c.policy, String).contains(bindparam("quoted"), autoescape=False),
    )
    .distinct()
)


# --- finding ---------------------------------------------------------------------------------------------------------


def load(ctx: Context, group_id: str) -> Row[Any] | None:
    return ctx.connection.execute(_ONE, {"ws": ctx.workspace.workspace_id, "group_id": group_id}).first()


def find(ctx: Context, typed: str) -> Row[Any]:
    """The group of that name, without regard to case, or with that short id."""
    found = load(ctx, f"grp-{typed[4:].upper()}") if typed[:4].lower() == "grp-" else None
    found = found or by_name(ctx, typed)
    if found is None:
        raise Refusal(RefusalCode.UNKNOWN_GROUP, name=text.shorten(typed), hint=_hint(ctx))
    return found


def by_name(ctx: Context, name: str) -> Row[Any] | None:
    params = {"ws": ctx.workspace.workspace_id, "key": text.key(name)[:160]}
    return ctx.connection.execute(_BY_NAME, params).first()


def _hint(ctx: Context) -> str:
    known = ctx.connection.execute(_FIRST, {"ws": ctx.workspace.workspace_id}).all()
    if not known:
        return t("There are no groups here so far.")
    names = ", ".join(row.name for row in known[:_NAMED])
    if len(known) > _NAMED:
        return t("Among the groups are: {names}.", names=names)
    return t("The groups are: {names}.", names=names)


def all_names(ctx: Context) -> list[str]:
    return [row.name for row in ctx.connection.execute(_ALL, {"ws": ctx.workspace.workspace_id})]


def names_of(ctx: Context, ids: Iterable[str]) -> dict[str, str]:
    """The names of groups by their ids, in the order of ``ids``; those that are gone are left out."""
    wanted = list(dict.fromkeys(ids))
    if not wanted:
        return {}
    rows = ctx.connection.execute(_NAMES, {"ws": ctx.workspace.workspace_id, "ids": wanted})
    found = {row.group_id: row.name for row in rows}
    return {group_id: found[group_id] for group_id in wanted if group_id in found}


# --- who is in them --------------------------------------------------------------------------------------------------


def of_members(ctx: Context, member_ids: Sequence[str]) -> dict[str, dict[str, str]]:
    """The groups of members as names by id, in the order of the names, by member id."""
    found: dict[str, dict[str, str]] = {member_id: {} for member_id in member_ids}
    if found:
        params = {"ws": ctx.workspace.workspace_id, "ids": list(found)}
        for row in ctx.connection.execute(_OF_MEMBERS, params):
            found[row.member_id][row.group_id] = row.name
    return found


def of_member(ctx: Context, member_id: str) -> dict[str, str]:
    """The groups that a member is in: names by id, in the order of the names."""
    return of_members(ctx, [member_id])[member_id]


def end_of_member(ctx: Context, member_id: str) -> list[str]:
    """Takes a member who leaves out of all groups; the ids of these. Whoever calls it records that."""
    params = {"ws": ctx.workspace.workspace_id, "member": member_id}
    return sorted(ctx.connection.execute(_LEAVE_ALL, params).scalars())


# --- what it takes to say who is in one ---------------------------------------------------------------------------------


def kinds_named_by(ctx: Context, group_id: str) -> list[str]:
    """For which kinds of requests the policy of now names the group."""
    return [kind for kind in KINDS if group_id in groups_named(policy_for(ctx, kind))]


def open_with(ctx: Context, group_id: str) -> bool:
    """Whether a request waits whose own copy of a policy names the group."""
    params = {"ws": ctx.workspace.workspace_id, "now": ctx.at, "quoted": json.dumps(f"group:{group_id}")}
    kept = ctx.connection.execute(_OPEN_POLICIES, params).scalars()
    return any(group_id in groups_named(policy_in(each)) for each in kept)


def needed_for(ctx: Context, group_id: str) -> str:
    """The permission to say who is in a group: who answers requests is part of how the workspace is run."""
    return TOP if kinds_named_by(ctx, group_id) or open_with(ctx, group_id) else MANAGE


def holds_for_good(standing: Standing, permission: str) -> bool:
    """Whether somebody of that standing holds it for good: what has no end of its own is given by nobody else."""
    return decide(standing if standing.lasting is None else standing.lasting, permission).allowed


def managed_by(ctx: Context, group_ids: Iterable[str]) -> list[tuple[Any, int | None]]:
    """The resources that these groups manage now, each with until when: who is in one gives that access to others."""
    held = [each for each in live_of(ctx, group_ids) if each.level >= Level.MANAGE]
    rows = rows_of(ctx, (each.resource_id for each in held))
    return [(rows[each.resource_id], each.ends_at) for each in held if each.resource_id in rows]


def may_give_all(ctx: Context, managed: Iterable[tuple[Any, int | None]], by: str = "") -> bool:
    """Whether a member, without ``by`` whoever runs the call, may give as much as groups manage, for as long."""
    return all(may_give(ctx, resource, Level.MANAGE, until, by) for resource, until in managed)


def check_may_add(ctx: Context, group: Any) -> None:
    """Refuses whoever may not put people into this group: being in one has no end, and may be a right to give access."""
    needed = needed_for(ctx, group.group_id)
    if holds_for_good(ctx.standing, needed):
        if not may_give_all(ctx, managed_by(ctx, [group.group_id])):
            raise Refusal(RefusalCode.GROUP_MANAGES, group=group.name, who=ctx.who_has(GRANT))
        return
    who = ctx.who_has(needed)
    if ctx.standing.has(needed):
        raise Refusal(RefusalCode.GROUP_FOR_A_TIME, permission=needed, who=who)
    raise Refusal(
        RefusalCode.GROUP_ANSWERS if needed == TOP else RefusalCode.CANNOT_ADD_TO_GROUP,
        group=group.name,
        permission=needed,
        who=who,
    )
