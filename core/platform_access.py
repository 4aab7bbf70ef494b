"""Which access on the platforms themselves has to be looked at again, whenever what members reach has changed.

A resource may be something on a platform: a channel, or a role there. Whoever changes grants, groups or members marks what
that may concern; what is then to be given or taken away is found out by ``core.platform_delivery``, from the present
state of everything. A mark too many does no harm.
"""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import and_, bindparam, select, union_all, update
from sqlalchemy import text as sql

from core.context import Context
from core.models import grants, group_members, platform_access, resources

#: The beginning of the outbox's keys: ``access/<resource>/<member>``.
KEY = "access"

_below = resources.alias("below")
#: What is bound, of a resource and of everything under it.
_BOUND_BELOW = (
    select(_below.c.resource_id)
    .select_from(resources)
    .join(
        _below,
        and_(
            _below.c.workspace_id == resources.c.workspace_id,
            _below.c.platform.is_not(None),
            _below.c.path.startswith(resources.c.path),
        ),
    )
    .where(resources.c.workspace_id == bindparam("ws"), resources.c.resource_id == bindparam("res"))
)
_MEMBERS_OF_GROUP = select(group_members.c.member_id).where(
    group_members.c.workspace_id == bindparam("ws"), group_members.c.group_id == bindparam("group")
)
_BOUND = select(resources.c.resource_id, resources.c.path).where(
    resources.c.workspace_id == bindparam("ws"), resources.c.platform.is_not(None)
)
_GIVEN_TO = select(platform_access.c.resource_id).where(
    platform_access.c.workspace_id == bindparam("ws"), platform_access.c.member_id == bindparam("member")
)
_GRANTED_TO = union_all(
    select(grants.c.resource_id).where(
        grants.c.workspace_id == bindparam("ws"), grants.c.holder == bindparam("member")
    ),
    select(grants.c.resource_id)
    .join(
        group_members,
        and_(
            group_members.c.workspace_id == grants.c.workspace_id, group_members.c.group_id == grants.c.holder
        ),
    )
    .where(group_members.c.workspace_id == bindparam("ws"), group_members.c.member_id == bindparam("member")),
)
_GIVEN_OF = select(platform_access.c.member_id).where(
    platform_access.c.workspace_id == bindparam("ws"), platform_access.c.resource_id == bindparam("res")
)
_ON_PATH = select(grants.c.holder).where(
    grants.c.workspace_id == bindparam("ws"), grants.c.resource_id.in_(bindparam("path", expanding=True))
)
_ALL_GIVEN = select(platform_access.c.resource_id, platform_access.c.member_id).where(
    platform_access.c.workspace_id == bindparam("ws")
)
#: Somebody may have mended what was in the way: it is tried at once.
_HASTEN = (
    update(platform_access)
    .where(
        platform_access.c.workspace_id == bindparam("ws"),
        platform_access.c.resource_id == bindparam("res"),
        platform_access.c.trouble != "",
    )
    .values(since=0)
)
_UNBIND = sql("UPDATE resources SET platform = NULL WHERE workspace_id = :ws AND platform IS NOT NULL")


def mark(ctx: Context, resource_id: str, holder: str) -> None:
    """A member's or group's grant on a resource was given, changed, taken or has ended.

    Costs one statement where neither the resource nor anything under it is something on a platform.
    """
    below = ctx.connection.execute(
        _BOUND_BELOW, {"ws": ctx.workspace.workspace_id, "res": resource_id}
    ).scalars()
    bound = list(below)
    if bound:
        people = _people(ctx, holder)
        for each in bound:
            _look(ctx, each, people)


def mark_member(ctx: Context, member_id: str) -> None:
    """Somebody has joined, left, got another account, or was put into a group or taken out of one."""
    params = {"ws": ctx.workspace.workspace_id, "member": member_id}
    concerned = set(ctx.connection.execute(_GIVEN_TO, params).scalars())
    bound = ctx.connection.execute(_BOUND, {"ws": ctx.workspace.workspace_id}).all()
    if bound:
        granted = set(ctx.connection.execute(_GRANTED_TO, params).scalars())
        concerned |= {row.resource_id for row in bound if granted.intersection(row.path.split("/"))}
    for resource_id in sorted(concerned):
        _look(ctx, resource_id, [member_id])


def mark_resource(ctx: Context, resource_id: str, path: str = "") -> int:
    """A resource became something on a platform, or something else there, or (without ``path``) is to be no more.

    How many members that concerns.
    """
    ws = ctx.workspace.workspace_id
    people = set(ctx.connection.execute(_GIVEN_OF, {"ws": ws, "res": resource_id}).scalars())
    ids = [part for part in path.split("/") if part]
    holders = ctx.connection.execute(_ON_PATH, {"ws": ws, "path": ids}).scalars().all() if ids else []
    for holder in holders:
        people.update(_people(ctx, holder))
    _look(ctx, resource_id, sorted(people))
    return len(people)


def let_go(ctx: Context) -> None:
    """The workspace is to be no more: what Usher has given in its name is taken away, and nothing is bound any longer."""
    ws = {"ws": ctx.workspace.workspace_id}
    for row in ctx.connection.execute(_ALL_GIVEN, ws).all():
        _look(ctx, row.resource_id, [row.member_id])
    ctx.connection.execute(_UNBIND, ws)


def _people(ctx: Context, holder: str) -> list[str]:
    if not holder.startswith("grp-"):
        return [holder]
    params = {"ws": ctx.workspace.workspace_id, "group": holder}
    return list(ctx.connection.execute(_MEMBERS_OF_GROUP, params).scalars())


def _look(ctx: Context, resource_id: str, people: Iterable[str]) -> None:
    ctx.connection.execute(_HASTEN, {"ws": ctx.workspace.workspace_id, "res": resource_id})
    for member_id in people:
        ctx.look_again(f"{KEY}/{resource_id}/{member_id}")
