"""What is held for a time is tidied away when that time is over, with a record of it and a word to whoever held it.

Nothing depends on its having run: whatever somebody may do is asked of what is live at that second.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy import Connection, bindparam, select

from core import platform_access
from core.batches import Batches, Notice
from core.context import Context
from core.models import grants, member_roles, resources

#: So many at a time: each is one event of the record.
MOST_ROLES = 500
#: So many at a time: together they are one event of the record.
MOST_GRANTS = 2_500

_OVER = "ends_at <= :now"
#: What is over is little beside all that a workspace has: no index of the workspace's own is to be gone through for it.
_ENDED = f"{_OVER} AND workspace_id || '' = :ws"
_ENDED_OF = f"{_OVER} AND workspace_id = :ws"
_TOLD_OF_ROLE = Notice("role_ended", "role_id || '@' || CAST(ends_at AS TEXT)", "'member:' || member_id")
_TOLD_OF_ACCESS = Notice(
    "access_ended",
    "resource_id || '@' || CAST(ends_at AS TEXT) || '@' || CAST(level AS TEXT)",
    "'member:' || holder",
    only="substr(holder, 1, 4) = 'mem-'",
)


def _roles(where: str) -> Batches:
    # The workspace is locked: whoever else has one of the rows for a moment is waited for.
    return Batches(
        "member_roles",
        where,
        "ends_at, reminded",
        "",
        _TOLD_OF_ROLE,
        returning="member_id, role_id, ends_at",
        patient=True,
    )


_ROLES = _roles(_ENDED)
_ROLES_OF_MEMBER = _roles(f"{_ENDED_OF} AND member_id = :member")
_ROLES_OF_ROLE = _roles(f"{_ENDED_OF} AND role_id = :role")
_GRANTS = Batches(
    "grants",
    _ENDED,
    "ends_at, reminded",
    "",
    _TOLD_OF_ACCESS,
    returning="resource_id, holder, layer, level, ends_at",
    patient=True,
)
_DUE_ROLES, _DUE_GRANTS = (
    select(table.c.workspace_id)
    .where(table.c.ends_at <= bindparam("now"))
    .distinct()
    .limit(bindparam("most"))
    for table in (member_roles, grants)
)
_ANY_BOUND = (
    select(resources.c.resource_id)
    .where(resources.c.workspace_id == bindparam("ws"), resources.c.platform.is_not(None))
    .limit(1)
)


def due(connection: Connection, at: int, most: int) -> tuple[list[str], list[str]]:
    """Some workspaces in which the time of roles, and of grants, is over that nobody has recorded yet."""
    roles, given = (
        list(connection.execute(statement, {"now": at, "most": most}).scalars())
        for statement in (_DUE_ROLES, _DUE_GRANTS)
    )
    return roles, given


# --- roles -----------------------------------------------------------------------------------------------------------


def settle_roles(ctx: Context, *, member_id: str = "", role_id: str = "") -> int:
    """Ends the roles whose time is over, once each: some of all, or those of one member or of one role."""
    params: dict[str, Any] = {"ws": ctx.workspace.workspace_id, "now": ctx.at, "most": MOST_ROLES}
    if member_id:
        return _settle_roles(ctx, _ROLES_OF_MEMBER, {**params, "member": member_id})
    if role_id:
        return _settle_roles(ctx, _ROLES_OF_ROLE, {**params, "role": role_id})
    return _settle_roles(ctx, _ROLES, params)


def _settle_roles(ctx: Context, batches: Batches, params: dict[str, Any]) -> int:
    ended = batches.rows(ctx.connection, params)
    for row in sorted(ended, key=lambda row: (row.ends_at, row.member_id, row.role_id)):
        ctx.record("role.ended", row.member_id, actor="usher", role=row.role_id, ends_at=row.ends_at)
    if ended:
        ctx.standing_changed(taken=False)
    return len(ended)


# --- grants ----------------------------------------------------------------------------------------------------------


def settle_grants(ctx: Context) -> int:
    """Ends some of the grants whose time is over, once each; see ``core.grants`` for the one that is given anew."""
    params = {"ws": ctx.workspace.workspace_id, "now": ctx.at, "most": MOST_GRANTS}
    ended = _GRANTS.rows(ctx.connection, params)
    if ended:
        record_ended(ctx, ended)
        ctx.standing_changed(taken=False)
    return len(ended)


def record_ended(ctx: Context, ended: Iterable[Any]) -> None:
    """One event for all of these rows of grants, with what each was; and the platforms are looked at again."""
    facts = sorted([row.resource_id, row.holder, row.layer, row.level, row.ends_at] for row in ended)
    ctx.record("access.ended", ctx.workspace.workspace_id, actor="usher", count=len(facts), ended=facts)
    if ctx.connection.execute(_ANY_BOUND, {"ws": ctx.workspace.workspace_id}).first() is not None:
        for resource_id, holder in sorted({(each[0], each[1]) for each in facts}):
            platform_access.mark(ctx, resource_id, holder)
