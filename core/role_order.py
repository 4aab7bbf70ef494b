"""The order of the roles: what a role that moves past another one takes out of whose reach."""

from __future__ import annotations

from sqlalchemy import bindparam, select

from core.context import Context
from core.errors import Refusal, RefusalCode
from core.models import member_roles, members
from core.permissions import TOP, Role, standing_on

_HELD_FOR_GOOD = (
    select(member_roles.c.role_id)
    .distinct()
    .join(
        members,
        (members.c.workspace_id == member_roles.c.workspace_id)
        & (members.c.member_id == member_roles.c.member_id),
    )
    .where(
        member_roles.c.workspace_id == bindparam("ws"),
        member_roles.c.role_id.in_(bindparam("role_ids", expanding=True)),
        member_roles.c.ends_at.is_(None),
        members.c.left_at.is_(None),
    )
)


def check_top(ctx: Context, before: Role, after: Role) -> None:
    """Refuses to turn round the order at the top: nobody raises a role above their own, so nobody could turn it back.

    The top is the highest role that runs the workspace and that somebody holds for good.
    """
    if not passed(ctx, before, after):
        return
    workspace = ctx.workspace
    able = [role.role_id for role in workspace.roles_with(TOP)]
    params = {"ws": workspace.workspace_id, "role_ids": able}
    held = workspace.roles_of(ctx.connection.execute(_HELD_FOR_GOOD, params).scalars())
    top = max(held, key=lambda role: role.rank, default=None)
    if top is None:
        return
    lowered = before.role_id == top.role_id and after.rank < before.rank
    overtaken = before not in held and before.rank < top.rank < after.rank
    if lowered or overtaken:
        raise Refusal(RefusalCode.TOP_ROLE, role=top.name)


def passed(ctx: Context, before: Role, after: Role) -> bool:
    """Whether the role changes places with another one."""
    low, high = sorted((before.rank, after.rank))
    return any(low < other.rank < high for other in ctx.workspace.roles.values())


def out_of_reach(ctx: Context, before: Role, after: Role) -> tuple[str, ...]:
    """The roles that this person may change now and no longer when this one, which they hold, has moved below them."""
    workspace = ctx.workspace
    if before.role_id not in ctx.me.role_ids or after.rank >= before.rank:
        return ()
    mine = [after if role.role_id == before.role_id else role for role in workspace.roles_of(ctx.me.role_ids)]
    then = standing_on(workspace.plan, mine)
    return tuple(
        other.name
        for other in workspace.roles.values()
        if other.role_id != before.role_id and then.rank < other.rank <= ctx.standing.rank
    )
