"""What is true of every workspace before every commit, whichever door a change came through."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import and_, bindparam, select

from core.errors import Refusal, RefusalCode
from core.models import member_roles, members
from core.permissions import TOP

if TYPE_CHECKING:
    from core.context import Context

#: Who holds the roles that matter to the invariants, without an end.
_PERMANENT = (
    select(member_roles.c.role_id, member_roles.c.member_id)
    .join(
        members,
        and_(
            members.c.workspace_id == member_roles.c.workspace_id,
            members.c.member_id == member_roles.c.member_id,
        ),
    )
    .where(
        member_roles.c.workspace_id == bindparam("ws"),
        member_roles.c.role_id.in_(bindparam("wanted", expanding=True)),
        member_roles.c.ends_at.is_(None),
        members.c.left_at.is_(None),
    )
)


def check_invariants(ctx: Context, without: str = "") -> None:
    """In every workspace a member holds ``workspace:configure`` for good, and each role of exactly one has one holder.

    Checked before the commit of every transaction that took something away: removal, another role, an edited role, a
    plan, a transfer. Raises ``Refusal``. A deleted workspace has no members at all. ``without``: as if that member had
    left.
    """
    workspace = ctx.workspace
    if not workspace.member_count:
        return
    holders: dict[str, set[str]] = {}
    top = {role.role_id for role in workspace.roles_with(TOP)}
    wanted = [r.role_id for r in workspace.roles.values() if r.exactly_one or r.role_id in top]
    for row in ctx.connection.execute(_PERMANENT, {"ws": workspace.workspace_id, "wanted": wanted}):
        if row.member_id != without:
            holders.setdefault(row.role_id, set()).add(row.member_id)
    if not any(holders.get(role_id) for role_id in top):
        raise Refusal(RefusalCode.LAST_HOLDER)
    for role in workspace.roles.values():
        if role.exactly_one and len(holders.get(role.role_id, ())) != 1:
            raise Refusal(RefusalCode.ONE_HOLDER, role=role.name)
