"""What uses a role, as what has to be done before it can be deleted."""

from __future__ import annotations

import json
from typing import Any

from sqlalchemy import String, bindparam, cast, select

from core.cards import Say, Span, Text, joined, text
from core.context import Context
from core.invitations import lapsed, may_manage
from core.lifecycle import InvitationStatus, invitation_status
from core.models import IS_INTACT, IS_PENDING, invitations, members, requests
from core.permissions import Role
from core.roles import COUNT_OF_HOLDERS, HOLDERS
from core.text import plural
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
    how = text("give another role to ") if ctx.workspace.single else text("take it from ")
    verb = "role assign" if ctx.workspace.single else "role unassign"
    return [(*how, _first(names, count), " with ", Say(verb))]


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
    which: tuple[Span, ...] = (f"{_first(mine, len(rows))} ",) if mine else ()
    count = plural(len(rows), "invitation that gives it", "invitations that give it")
    return [text(f"revoke {count}: " if mine else f"revoke {count} ", *which, "with ", Say("invite revoke"))]


def _of_requests(ctx: Context, role: Role) -> list[Text]:
    params = {"ws": ctx.workspace.workspace_id, "now": ctx.at}
    waiting = sum(
        role.role_id in row.roles or _mentions(row.policy, role.role_id)
        for row in ctx.connection.execute(_REQUESTS, params)
    )
    if not waiting:
        return []
    count = plural(waiting, "open request that names it", "open requests that name it")
    return [text(f"decide {count} in ", Say("request list"))]


def _of_settings(ctx: Context, role: Role) -> list[Text]:
    workspace = ctx.workspace
    named = [name for name, kept in workspace.kept.items() if _mentions(kept, role.role_id)]
    if workspace.setting("default_role") == role.role_id and "default_role" not in named:
        named.append("default_role")
    return [text(f"choose another {name} with ", Say("workspace set")) for name in sorted(named)]


def _mentions(kept: Any, role_id: str) -> bool:
    if isinstance(kept, dict):
        return any(_mentions(each, role_id) for each in kept.values())
    if isinstance(kept, list):
        return any(_mentions(each, role_id) for each in kept)
    return kept in (role_id, f"role:{role_id}")


def _first(found: list[str], total: int = 0) -> str:
    more = max(total, len(found)) - _NAMED
    return list_of([*found[:_NAMED], f"{more:,} more"] if more > 0 else found)
