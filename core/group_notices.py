"""What members hear of changes to their groups; each is read again when it is sent, and dropped when it is no longer true."""

from __future__ import annotations

from urllib.parse import unquote

from sqlalchemy import bindparam, select

from core import text, views
from core.cards import Card
from core.context import Context
from core.group_list import reached_by
from core.groups import load
from core.models import group_members
from core.names import names_of

#: So much of a name is kept where nothing else knows it any more.
_LONGEST = 60
_ADDED = select(group_members.c.added_at).where(
    group_members.c.workspace_id == bindparam("ws"),
    group_members.c.group_id == bindparam("group_id"),
    group_members.c.member_id == bindparam("member"),
)


def group_joined(ctx: Context, subject: str, recipient: str) -> Card | None:
    """As long as they are in it as they were put in. ``subject``: the group, when, by whom."""
    group_id, at, by = subject.split("@")
    row = load(ctx, group_id)
    if row is None or str(_added_at(ctx, group_id, recipient)) != at:
        return None
    reaches, more = reached_by(ctx, group_id)
    return views.group_joined(row.name, _name(ctx, by), reaches, more, ctx.workspace.name)


def deletion_of(group_id: str, name: str, at: int, by: str) -> str:
    """What ``group_left`` is about where the group itself goes, and with it what it is called."""
    kept = text.shorten(name, _LONGEST).replace("%", "%25").replace("/", "%2F")
    return f"{group_id}@{at}@{by}@{kept}"


def group_left(ctx: Context, subject: str, recipient: str) -> Card | None:
    """As long as they are a member of the workspace and not in it, and it is there or was deleted with them in it."""
    group_id, _, by, *deleted = subject.split("@", 3)
    row = load(ctx, group_id)
    if deleted:
        known = ctx.standing_of(recipient.removeprefix("member:")) is not None
        name = unquote(deleted[0])
        return views.group_left(name, _name(ctx, by), ctx.workspace.name, deleted=True) if known else None
    if row is None or _added_at(ctx, group_id, recipient) is not None:
        return None
    if ctx.standing_of(recipient.removeprefix("member:")) is None:
        return None
    return views.group_left(row.name, _name(ctx, by), ctx.workspace.name)


def _added_at(ctx: Context, group_id: str, recipient: str) -> int | None:
    """When they were put in; None where they are not in it or have left the workspace."""
    member_id = recipient.removeprefix("member:")
    params = {"ws": ctx.workspace.workspace_id, "group_id": group_id, "member": member_id}
    if ctx.standing_of(member_id) is None:
        return None
    found = ctx.connection.execute(_ADDED, params).scalar()
    return None if found is None else int(found)


def _name(ctx: Context, member_id: str) -> str:
    return names_of(ctx, {member_id}).get(member_id, "somebody")
