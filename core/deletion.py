"""The end of a workspace: at once and in one transaction, by typing its name. Its record stays."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import bindparam, delete, func, select, update

from core import requests as asking
from core import text, views
from core.approvers import holders_of
from core.cards import Card, Say
from core.catalogue import Kind, command, option
from core.context import Context
from core.errors import Refusal, RefusalCode
from core.models import (
    IS_INTACT,
    IS_PENDING,
    chosen,
    grants,
    group_members,
    invitations,
    link_codes,
    member_roles,
    members,
    places,
    requests,
    workspaces,
)
from core.permissions import TOP
from core.platform_access import let_go
from core.transfers import end_open

_DELETE = (
    update(workspaces)
    .where(workspaces.c.workspace_id == bindparam("ws"), workspaces.c.deleted_at.is_(None))
    .values(deleted_at=bindparam("now"))
)
_DELETED_AT = select(workspaces.c.deleted_at).where(workspaces.c.workspace_id == bindparam("ws"))
_PLACES = select(places.c.platform, places.c.realm, places.c.channel).where(
    places.c.workspace_id == bindparam("ws")
)
_UNLINK = delete(places).where(places.c.workspace_id == bindparam("ws"))
_ALIVE = (
    invitations.c.workspace_id == bindparam("ws"),
    IS_INTACT,
    invitations.c.expires_at > bindparam("now"),
)
_REVOKE = (
    update(invitations)
    .where(*_ALIVE)
    .values(revoked_at=bindparam("now"), revoked_by=bindparam("by"))
    .returning(invitations.c.invitation_id, invitations.c.person_subject)
)
_OPEN = select(requests).where(
    requests.c.workspace_id == bindparam("ws"), IS_PENDING, requests.c.expires_at > bindparam("now")
)
_LAPSED = select(func.count()).where(
    requests.c.workspace_id == bindparam("ws"), IS_PENDING, requests.c.expires_at <= bindparam("now")
)
_USE_UP = (
    update(link_codes)
    .where(link_codes.c.workspace_id == bindparam("ws"), link_codes.c.used_at.is_(None))
    .values(used_at=bindparam("now"))
)
_LEAVE = (
    update(members)
    .where(members.c.workspace_id == bindparam("ws"), members.c.left_at.is_(None))
    .values(left_at=bindparam("now"))
)
_NO_ROLES = delete(member_roles).where(member_roles.c.workspace_id == bindparam("ws"))
_NO_GRANTS = delete(grants).where(grants.c.workspace_id == bindparam("ws"))
_NO_GROUPS = delete(group_members).where(group_members.c.workspace_id == bindparam("ws"))
_UNCHOOSE = delete(chosen).where(chosen.c.workspace_id == bindparam("ws"))


@dataclass(frozen=True, slots=True)
class WorkspaceDelete:
    name: str = option(
        Kind.LABEL, "the workspace's name, typed out, since it cannot be undone", "Studio", required=True
    )


@command(
    "workspace delete",
    "Delete the workspace for good, with everything in it",
    WorkspaceDelete,
    needs="workspace:delete",
)
def delete_(ctx: Context, ask: WorkspaceDelete) -> Card:
    """The typed name is the confirmation."""
    workspace = ctx.workspace
    if text.key(ask.name) != text.key(workspace.name):
        quoted = workspace.name if '"' in workspace.name else f'"{workspace.name}"'
        example = Say("workspace delete", f"name:{quoted}")
        raise Refusal(RefusalCode.WRONG_NAME, workspace=workspace.name, example=example)
    ws = {"ws": workspace.workspace_id}
    now: dict[str, Any] = {**ws, "now": ctx.at}
    if not ctx.connection.execute(_DELETE, now).rowcount:
        raise Refusal(RefusalCode.NOT_LINKED)
    told = [each for each in holders_of(ctx, TOP, workspace.member_count) if each != ctx.me.member_id]
    linked = sorted(ctx.connection.execute(_PLACES, ws).all())
    asking.expire_due(ctx, int(ctx.connection.execute(_LAPSED, now).scalar_one()))
    waiting = ctx.connection.execute(_OPEN, now).all()
    for row in waiting:
        asking.withdraw(ctx, row)
        ctx.notify(f"person:{row.person}", "deleted", row.request_id)
    end_open(ctx)
    let_go(ctx)
    ctx.connection.execute(_UNLINK, ws)
    revoked = ctx.connection.execute(_REVOKE, {**now, "by": ctx.me.member_id}).all()
    dead = sorted(row.invitation_id for row in revoked)
    for row in revoked:
        if row.person_subject is not None:
            ctx.stale(row.invitation_id)  # who was invited by mention has a message about it
    ctx.connection.execute(_USE_UP, now)
    people = ctx.connection.execute(_LEAVE, now).rowcount
    ctx.connection.execute(_NO_ROLES, ws)
    ended = ctx.connection.execute(_NO_GRANTS, ws).rowcount
    in_groups = ctx.connection.execute(_NO_GROUPS, ws).rowcount
    ctx.connection.execute(_UNCHOOSE, ws)
    for member_id in told:
        ctx.notify(f"member:{member_id}", "deleted", ctx.me.member_id)
    ctx.record(
        "workspace.deleted",
        workspace.workspace_id,
        name=workspace.name,
        scheme=workspace.scheme,
        plan=workspace.plan,
        members=people,
        invitations=dead,
        requests=[row.request_id for row in waiting],
        places=["/".join(row) for row in linked],
        grants=ended,
        in_groups=in_groups,
    )
    ctx.standing_changed(joined=-workspace.member_count)
    return views.workspace_deleted(workspace.name, people, len(dead), len(waiting), ended)


def deleted_at(ctx: Context) -> int | None:
    """When the workspace was deleted, if it was."""
    found: int | None = ctx.connection.execute(_DELETED_AT, {"ws": ctx.workspace.workspace_id}).scalar()
    return found
