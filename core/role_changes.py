"""Making, changing and deleting roles: nobody makes one that is more than they are themselves."""

from __future__ import annotations

import itertools
import re
from dataclasses import dataclass
from typing import Any

from sqlalchemy import bindparam, delete, exists, insert, select, update

from core import text, views
from core.assignment import lasting_standing
from core.cards import Card
from core.catalogue import Kind, command, option
from core.context import Context
from core.endings import settle_roles
from core.errors import Refusal, RefusalCode
from core.intents import announce, confirms
from core.invitation_messages import role_renamed
from core.language import t
from core.models import member_roles, members, roles, workspaces
from core.permissions import TOP, Role, is_own
from core.policy import APPROVE
from core.role_order import check_top, out_of_reach
from core.role_permissions import Wanted, declare, read
from core.role_uses import uses_of
from core.roles import DEFINE, HOLDERS, check_ceiling, check_lasting, facts_of
from core.seats import open_requests
from core.views.common import list_of

MOST = 50
HIGHEST = 999
_SEPARATORS = re.compile(r"[,;]")

_INSERT = insert(roles)
#: The roles are still those that were read when the change was decided.
_AS_READ = exists().where(
    workspaces.c.workspace_id == bindparam("ws"), workspaces.c.roles_version == bindparam("seen")
)
_ONE = (roles.c.workspace_id == bindparam("ws"), roles.c.role_id == bindparam("role"))
_EDIT = (
    update(roles)
    .where(*_ONE, _AS_READ)
    .values(
        name=bindparam("called"),
        rank=bindparam("at_rank"),
        permissions=bindparam("may"),
        plans=bindparam("only_on"),
    )
)
_HELD = exists().where(
    member_roles.c.workspace_id == bindparam("ws"),
    member_roles.c.role_id == bindparam("role"),
    members.c.workspace_id == member_roles.c.workspace_id,
    members.c.member_id == member_roles.c.member_id,
    members.c.left_at.is_(None),
)
_DELETE = delete(roles).where(*_ONE, _AS_READ, roles.c.exactly_one.is_(False), ~_HELD)
_ANYBODY = select(HOLDERS.exists())


# --- making ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class RoleCreate:
    name: str = option(Kind.LABEL, "what the role is called", "Reviewer", required=True)
    rank: int | None = option(Kind.COUNT, "where it stands, 1 to 999; chosen for you without it", "25")
    permissions: tuple[str, ...] = option(
        Kind.PERMISSIONS,
        "what it may do; after copy, - takes away",
        "content:edit, comment:write",
        default=(),
    )
    copy: str = option(Kind.ROLE, "a role whose permissions it begins with", "Designer", default="")


@command("role create", "Make a role of your own", RoleCreate, needs=DEFINE)
def create(ctx: Context, ask: RoleCreate) -> Card:
    if len(ctx.workspace.roles) >= MOST:
        raise Refusal(RefusalCode.TOO_MANY_ROLES, limit=str(MOST))
    copied = ctx.role(ask.copy) if ask.copy else None
    wanted = read(ctx, ask.permissions, copied.permissions if copied else frozenset(), instead=False)
    role = Role(
        ctx.new_id("role"),
        _free_name(ctx, ask.name, ""),
        _free_rank(ctx, ask.rank, "") if ask.rank is not None else _rank_for(ctx, copied, wanted.permissions),
        wanted.permissions,
        plans=copied.plans if copied else (),
    )
    check_ceiling(role, ctx.standing)
    declare(ctx, tuple(permission for permission, _ in wanted.new))
    ctx.connection.execute(
        _INSERT,
        {
            "workspace_id": ctx.workspace.workspace_id,
            "role_id": role.role_id,
            "name": role.name,
            "rank": role.rank,
            "permissions": sorted(role.permissions),
            "exactly_one": False,
            "plans": list(role.plans),
        },
    )
    ctx.record("role.created", role.role_id, copy=copied.role_id if copied else None, **_kept(role))
    ctx.standing_changed(roles=True, taken=False)
    return views.role_created(
        facts_of(ctx, role), copied.name if copied else "", wanted.new, chosen=ask.rank is not None
    )


def _kept(role: Role) -> dict[str, Any]:
    return {
        "name": role.name,
        "rank": role.rank,
        "permissions": sorted(role.permissions),
        "plans": list(role.plans),
    }


def _free_name(ctx: Context, name: str, but: str) -> str:
    """The name, unless it is another role's or would mean something else where roles are typed."""
    if _SEPARATORS.search(name) or text.key(name) in {"none", "-"}:
        raise Refusal(RefusalCode.BAD_ROLE_NAME, name=text.shorten(name))
    for role in ctx.workspace.roles.values():
        if role.role_id != but and text.key(role.name) == text.key(name):
            raise Refusal(RefusalCode.ROLE_EXISTS, name=role.name)
    return name


def _free_rank(ctx: Context, rank: int, but: str) -> int:
    """The rank, unless it is another role's or none at all."""
    if rank > HIGHEST:
        raise Refusal(RefusalCode.BAD_RANK, highest=str(HIGHEST))
    taken = {role.rank: role for role in ctx.workspace.roles.values() if role.role_id != but}
    if rank not in taken:
        return rank
    below = next((free for free in range(rank - 1, 0, -1) if free not in taken), None)
    above = next((free for free in range(rank + 1, HIGHEST + 1) if free not in taken), None)
    free = list_of([str(each) for each in (below, above) if each is not None])
    raise Refusal(RefusalCode.RANK_TAKEN, rank=str(rank), role=taken[rank].name, free=free)


def _rank_for(ctx: Context, copied: Role | None, permissions: frozenset[str]) -> int:
    """Just below the role it is a copy of, else below the lowest that may as much in Usher; never above whoever makes it."""
    own = frozenset(filter(is_own, permissions))
    taken = {role.rank: role for role in ctx.workspace.roles.values()}
    as_much = (rank for rank, role in taken.items() if own <= role.permissions)
    begin = copied.rank if copied else min(as_much, default=HIGHEST + 1)
    below = range(min(begin - 1, ctx.standing.rank), 0, -1)
    # Without a role to stay below, the next place within reach will do when there is none.
    above = range(0) if copied else range(begin + 1, ctx.standing.rank + 1)
    for rank in itertools.chain(below, above):
        if rank not in taken:
            return rank
    raise Refusal(RefusalCode.NO_FREE_RANK, role=copied.name if copied else t("your own role"))


# --- changing --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class RoleEdit:
    name: str = option(Kind.ROLE, "the name of the role", "Designer", required=True)
    rank: int | None = option(Kind.COUNT, "where it stands: 1 is lowest, 999 highest", "25")
    permissions: tuple[str, ...] = option(
        Kind.PERMISSIONS,
        "all of what it may do, or changes with + and -",
        "+content:edit -project:create",
        default=(),
    )
    copy: str = option(Kind.ROLE, "a role whose permissions it takes over", "Content Editor", default="")
    rename: str = option(Kind.LABEL, "what it is called from now on", "Reviewer", default="")


@command("role edit", "Change a role's permissions, rank or name", RoleEdit, needs=DEFINE)
def edit(ctx: Context, ask: RoleEdit) -> Card:
    before = ctx.role(ask.name)
    check_ceiling(before, ctx.standing)
    copied = ctx.role(ask.copy) if ask.copy else None
    base = copied.permissions if copied else before.permissions
    wanted = read(ctx, ask.permissions, base, instead=copied is None)
    after = before._replace(
        name=_free_name(ctx, ask.rename, before.role_id) if ask.rename else before.name,
        rank=before.rank if ask.rank is None else _free_rank(ctx, ask.rank, before.role_id),
        permissions=wanted.permissions,
        plans=copied.plans if copied else before.plans,
    )
    if after == before:
        raise Refusal(
            RefusalCode.NOTHING_TO_CHANGE, detail=t("{role} is like that already.", role=before.name)
        )
    _check_after(ctx, before, after)
    lost, beyond = _lost_for_good(ctx, before, after), out_of_reach(ctx, before, after)
    if lost or beyond:
        facts = {**_kept(after), "new": [list(pair) for pair in wanted.new]}
        intent = announce(ctx, "role.edit", before.role_id, {**facts, "seen": ctx.workspace.roles_version})
        return views.role_edit_announced(before, facts_of(ctx, after), lost, beyond, intent)
    return _change(ctx, before, after, wanted)


def _check_after(ctx: Context, before: Role, after: Role) -> None:
    """The ceiling for what it becomes; what it becomes more than it was has no end, and is given by who has it for good."""
    check_ceiling(after, ctx.standing)
    check_top(ctx, before, after)
    raised = (
        after.rank > before.rank
        or after.plans != before.plans
        or any(map(is_own, after.permissions - before.permissions))
    )
    if raised or before.role_id in lasting_standing(ctx, ctx.me.member_id)[0]:
        check_lasting(after, ctx.standing)


def _lost_for_good(ctx: Context, before: Role, after: Role) -> list[str]:
    """Usher's own permissions that nobody could give back to the role: who can change it would lack them.

    Where nobody at all would hold the top one, there is no such change, and no question either.
    """
    lost = sorted(filter(is_own, before.permissions - after.permissions))
    if TOP in lost and not _held_elsewhere(ctx, before, TOP, 0):
        return []
    return [permission for permission in lost if not _held_elsewhere(ctx, before, permission, after.rank)]


def _held_elsewhere(ctx: Context, role: Role, permission: str, rank: int) -> bool:
    """Whether somebody holds the permission by another role of that rank or a higher one."""
    others = [
        other.role_id
        for other in ctx.workspace.roles_with(permission)
        if other.rank >= rank and other.role_id != role.role_id
    ]
    params = {"ws": ctx.workspace.workspace_id, "role_ids": others, "now": ctx.at}
    return bool(ctx.connection.execute(_ANYBODY, params).scalar_one())


@confirms("role.edit")
def confirmed(ctx: Context, role_id: str, facts: dict[str, Any]) -> Card:
    ctx.require(DEFINE)
    before = ctx.workspace.roles.get(role_id)
    if before is None or facts["seen"] != ctx.workspace.roles_version:
        raise Refusal(RefusalCode.ROLES_CHANGED)
    check_ceiling(before, ctx.standing)
    wanted = Wanted(frozenset(facts["permissions"]), tuple((new, like) for new, like in facts["new"]))
    after = before._replace(
        name=facts["name"],
        rank=facts["rank"],
        permissions=wanted.permissions,
        plans=tuple(facts.get("plans", before.plans)),
    )
    _check_after(ctx, before, after)
    return _change(ctx, before, after, wanted)


def _change(ctx: Context, before: Role, after: Role, wanted: Wanted) -> Card:
    params = {
        **_state(ctx, before),
        "called": after.name,
        "at_rank": after.rank,
        "may": sorted(after.permissions),
        "only_on": list(after.plans),
    }
    declare(ctx, tuple(permission for permission, _ in wanted.new))
    if not ctx.connection.execute(_EDIT, params).rowcount:
        raise Refusal(RefusalCode.ROLES_CHANGED)
    ctx.record("role.edited", before.role_id, before=_kept(before), after=_kept(after))
    ctx.standing_changed(roles=True)
    if before.name != after.name:
        role_renamed(ctx, before.role_id)
    if before.name != after.name or (APPROVE in after.permissions - before.permissions):
        # Cards of open requests name roles, and stand with everybody who may decide them.
        for request_id in open_requests(ctx):
            ctx.stale(request_id)
    return views.role_edited(before, facts_of(ctx, after), wanted.new)


def _state(ctx: Context, role: Role) -> dict[str, Any]:
    return {"ws": ctx.workspace.workspace_id, "role": role.role_id, "seen": ctx.workspace.roles_version}


# --- deleting --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class RoleDelete:
    name: str = option(Kind.ROLE, "the name of the role", "Reviewer", required=True)


@command("role delete", "Delete a role that nothing uses any more", RoleDelete, needs=DEFINE)
def delete_(ctx: Context, ask: RoleDelete) -> Card:
    role = ctx.role(ask.name)
    check_ceiling(role, ctx.standing)
    if role.exactly_one:
        raise Refusal(RefusalCode.ONE_HOLDER, role=role.name)
    while settle_roles(ctx, role_id=role.role_id):
        pass  # however many had it for a time
    steps = uses_of(ctx, role)
    if steps:
        raise Refusal(RefusalCode.ROLE_IN_USE, role=role.name, steps=steps)
    if not ctx.connection.execute(_DELETE, _state(ctx, role)).rowcount:
        raise Refusal(RefusalCode.ROLES_CHANGED)
    ctx.record("role.deleted", role.role_id, **_kept(role))
    ctx.standing_changed(roles=True)
    return views.role_deleted(role.name, ctx.workspace.name)
