"""What members hear of changes to their roles; each is read again when it is sent, and dropped when it is no longer true."""

from __future__ import annotations

import json

from sqlalchemy import bindparam, select

from core import views
from core.cards import Card
from core.context import Context
from core.members import held_by, shown_roles
from core.models import audit_events
from core.names import names_of
from core.views.members import HeldRole

#: From the end of the record: a notice is sent soon after what it tells of.
_DELETED = (
    select(audit_events.c.facts)
    .where(
        audit_events.c.workspace_id == bindparam("ws"),
        audit_events.c.event == "role.deleted",
        audit_events.c.subject == bindparam("role"),
    )
    .order_by(audit_events.c.number.desc())
    .limit(1)
)


def role_given(ctx: Context, subject: str, recipient: str) -> Card | None:
    """As long as they hold the role as it was given. ``subject``: the role, when, until when if not for good, by whom."""
    role_id, at, until, by = subject.split("@")
    member_id = recipient.removeprefix("member:")
    held = held_by(ctx, [member_id])[member_id]
    now = next((row for row in held if row.role_id == role_id), None)
    if now is None or (str(now.given_at), str(now.ends_at or 0)) != (at, until):
        return None
    if ctx.standing_of(member_id) is None:
        return None
    role = HeldRole(ctx.workspace.roles[role_id].name, now.ends_at)
    return views.role_given(role, shown_roles(ctx, held), _name(ctx, by), ctx.workspace.name)


def role_taken(ctx: Context, subject: str, recipient: str) -> Card | None:
    """As long as they do not hold the role. ``subject`` is made as for one that is given."""
    role_id, _, _, by = subject.split("@")
    member_id = recipient.removeprefix("member:")
    held = held_by(ctx, [member_id])[member_id]
    called = _called(ctx, role_id)
    if not called or any(row.role_id == role_id for row in held) or ctx.standing_of(member_id) is None:
        return None
    return views.role_taken(called, shown_roles(ctx, held), _name(ctx, by), ctx.workspace.name)


def role_ended(ctx: Context, subject: str, recipient: str) -> Card | None:
    """As long as they do not hold the role again. ``subject``: the role, and when its time was over."""
    role_id, _, ended_at = subject.partition("@")
    member_id = recipient.removeprefix("member:")
    held = held_by(ctx, [member_id])[member_id]
    called = _called(ctx, role_id)
    if not called or any(row.role_id == role_id for row in held) or ctx.standing_of(member_id) is None:
        return None
    return views.role_ended(called, int(ended_at), shown_roles(ctx, held), ctx.workspace.name)


def _called(ctx: Context, role_id: str) -> str:
    """The name of a role; of one that has been deleted since, the last it had, which the record keeps."""
    role = ctx.workspace.roles.get(role_id)
    if role is not None:
        return role.name
    params = {"ws": ctx.workspace.workspace_id, "role": role_id}
    kept = ctx.connection.execute(_DELETED, params).scalar()
    return str(json.loads(kept)["name"]) if kept else ""


def _name(ctx: Context, member_id: str) -> str:
    return names_of(ctx, {member_id}).get(member_id, "somebody")
