"""What uses a role, as what has to be done before it can be deleted."""

from __future__ import annotations

import json
from typing import Any

from sqlalchemy import String, bindparam, cast, select

from core.cards import Text, joined
from core.context import Context
from core.invitations import lapsed, may_manage
from core.language import number, says, says_n, t
from core.lifecycle import InvitationStatus, invitation_status
from core.models import IS_INTACT, IS_PENDING, invitations, members, requests
from core.permissions import Role
from core.roles import COUNT_OF_HOLDERS, HOLDERS
from core.views.common import list_of

_NAMED = 3

_FIRST_HOLDERS = HOLDERS.order_by(members.c.name_key, members.c.member_id).limit(_NAMED)
#: Lists of ids are kept as JSON: in its text each id stands in quotes.
_INVITATIONS = (
    select(invitations)
    .where(
        invitations.c.workspace_id == bindparam("ws"),
        IS_INTACT,
        invitations.c.expires_at > bindparam("now"),
        cast(invitations.c.roles, String).contains(bindparam("quoted"), autoescape=False),
    )
    .order_by(invitations.c.created_at.desc(), invitations.c.invitation_id)
)
_REQUESTS = select(requests.c.request_id, requests.c.roles, requests.c.policy).where(
    requests.c.workspace_id == bindparam("ws"),
    IS_PENDING,
    requests.c.expires_at > bindparam("now"),
)


def uses_of(ctx: Context, role: Role) -> Text:
    """What is to be done before the role can be deleted; empty when nothing uses it."""
    steps = [
        *_of_holders(ctx, role),
        *_of_invitations(ctx, role),
        *_of_requests(ctx, role),
        *_of_settings(ctx, role),
    ]
    return joined(steps, "; ")


def _of_holders(ctx: Context, role: Role) -> list[Text]:
    params = {"ws": ctx.workspace.workspace_id, "role_ids": [role.role_id], "now": ctx.at}
    count = ctx.connection.execute(COUNT_OF_HOLDERS, params).scalar_one()
    if not count:
        return []
    names = [row.name for row in ctx.connection.execute(_FIRST_HOLDERS, params)]
    whom = _first(names, count)
    if ctx.workspace.single:
        return [says("give another role to {names} with {/role assign}", names=whom)]
    return [says("take it from {names} with {/role unassign}", names=whom)]


def _of_invitations(ctx: Context, role: Role) -> list[Text]:
    params = {"ws": ctx.workspace.workspace_id, "now": ctx.at, "quoted": json.dumps(role.role_id)}
    over = lapsed(ctx)
    rows: list[Any] = [
        row
        for row in ctx.connection.execute(_INVITATIONS, params)
        if role.role_id in row.roles
        and invitation_status(row, ctx.at, over.get(row.invitation_id, 0)) is InvitationStatus.PENDING
    ]
    if not rows:
        return []
    mine = [f"{row.label} ({row.invitation_id})" for row in rows if may_manage(ctx, row)]
    if not mine:
        return [
            says_n(
                "revoke {count} invitation that gives it with {/invite revoke}",
                "revoke {count} invitations that give it with {/invite revoke}",
                len(rows),
            )
        ]
    return [
        says_n(
            "revoke {count} invitation that gives it: {names} with {/invite revoke}",
            "revoke {count} invitations that give it: {names} with {/invite revoke}",
            len(rows),
            names=_first(mine, len(rows)),
        )
    ]


def _of_requests(ctx: Context, role: Role) -> list[Text]:
    params = {"ws": ctx.workspace.workspace_id, "now": ctx.at}
    waiting = sum(
        role.role_id in row.roles or _mentions(row.policy, role.role_id)
        for row in ctx.connection.execute(_REQUESTS, params)
    )
    if not waiting:
        return []
    return [
        says_n(
            "decide {count} open request that names it in {/request list}",
            "decide {count} open requests that name it in {/request list}",
            waiting,
        )
    ]


def _of_settings(ctx: Context, role: Role) -> list[Text]:
    workspace = ctx.workspace
    named = [name for name, kept in workspace.kept.items() if _mentions(kept, role.role_id)]
    if workspace.setting("default_role") == role.role_id and "default_role" not in named:
        named.append("default_role")
    return [says("choose another {setting} with {/workspace set}", setting=name) for name in sorted(named)]


def _mentions(kept: Any, role_id: str) -> bool:
    if isinstance(kept, dict):
        return any(_mentions(each, role_id) for each in kept.values())
    if isinstance(kept, list):
        return any(_mentions(each, role_id) for each in kept)
    return kept in (role_id, f"role:{role_id}")


def _first(found: list[str], total: int = 0) -> str:
    more = max(total, len(found)) - _NAMED
    return list_of([*found[:_NAMED], t("{count} more", count=number(more))] if more > 0 else found)
