"""Roles as they are found and shown: next to each other in a table, and one by one."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import bindparam, func, or_, select

from core import views
from core.cards import Card
from core.catalogue import Kind, command, option
from core.context import Context
from core.errors import Refusal, RefusalCode
from core.language import t
from core.models import member_roles, members
from core.permissions import Role, Standing, is_own
from core.policy import decide
from core.views.roles import RoleFacts

#: Who may make and change roles.
DEFINE = "role:define"
_NAMED = 5

#: The members who hold one of these roles now.
HOLDERS = (
    select(members.c.member_id, members.c.name)
    .join(
        member_roles,
        (member_roles.c.workspace_id == members.c.workspace_id)
        & (member_roles.c.member_id == members.c.member_id),
    )
    .where(
        members.c.workspace_id == bindparam("ws"),
        members.c.left_at.is_(None),
        member_roles.c.role_id.in_(bindparam("role_ids", expanding=True)),
        or_(member_roles.c.ends_at.is_(None), member_roles.c.ends_at > bindparam("now")),
    )
)
_FIRST = HOLDERS.order_by(members.c.name_key, members.c.member_id).limit(_NAMED)
COUNT_OF_HOLDERS = select(func.count()).select_from(HOLDERS.subquery())


@dataclass(frozen=True, slots=True)
class RoleList:
    pass


@command("role list", "See the roles and what each may do", RoleList, needs="member", reads=True)
def list_(ctx: Context, ask: RoleList) -> Card:
    del ask
    workspace = ctx.workspace
    roles = list(workspace.roles.values())
    return views.role_list(roles, workspace.setting("default_role"), workspace.name, workspace.plan)


@dataclass(frozen=True, slots=True)
class RoleShow:
    name: str = option(Kind.ROLE, "the name of the role", "Designer", required=True)


@command(
    "role show", "See one role: its rank, what it may do, who holds it", RoleShow, needs="member", reads=True
)
def show(ctx: Context, ask: RoleShow) -> Card:
    return views.role_shown(facts_of(ctx, ctx.role(ask.name)))


def facts_of(ctx: Context, role: Role) -> RoleFacts:
    """A role as cards show it; one that is about to be made or changed has its place among the others too."""
    workspace = ctx.workspace
    others = [other for other in workspace.roles.values() if other.role_id != role.role_id]
    params = {"ws": workspace.workspace_id, "role_ids": [role.role_id], "now": ctx.at}
    default = workspace.setting("default_role")
    return RoleFacts(
        role,
        workspace.name,
        workspace.plan,
        own=tuple(sorted(filter(is_own, role.permissions))),
        product=tuple(sorted(p for p in role.permissions if not is_own(p))),
        above=next((other.name for other in reversed(others) if other.rank > role.rank), ""),
        below=next((other.name for other in others if other.rank < role.rank), ""),
        held=int(ctx.connection.execute(COUNT_OF_HOLDERS, params).scalar_one()),
        holders=tuple(row.name for row in ctx.connection.execute(_FIRST, params)),
        newcomers="".join(each.name for each in workspace.roles_of([default])),
        editable=decide(ctx.standing, DEFINE).allowed and ctx.standing.may_give(role),
    )


def check_ceiling(role: Role, standing: Standing, who: str = "") -> None:
    """Refuses a role that somebody of this standing may neither give nor take, nor change."""
    if not standing.may_give(role):
        who = who or t("Somebody with a higher role can.")
        raise Refusal(RefusalCode.ABOVE_CEILING, role=role.name, who=who)


def check_lasting(role: Role, standing: Standing, who: str = "") -> None:
    """The same for what has no end of its own: a role for good, an invitation, the role of newcomers."""
    check_ceiling(role, standing, who)
    if not standing.may_give_for_good(role):
        raise Refusal(
            RefusalCode.ABOVE_CEILING, role=role.name, who=t("You hold more than that for a time only.")
        )
