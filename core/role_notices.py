"""What members hear of changes to their roles; each is read again when it is sent, and dropped when it is no longer true."""

from __future__ import annotations

from core import views
from core.cards import Card
from core.context import Context
from core.invitations import names_of
from core.members import held_by, shown_roles
from core.views.members import HeldRole


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
    role = ctx.workspace.roles.get(role_id)
    if role is None or any(row.role_id == role_id for row in held) or ctx.standing_of(member_id) is None:
        return None
    return views.role_taken(role.name, shown_roles(ctx, held), _name(ctx, by), ctx.workspace.name)


def role_ended(ctx: Context, subject: str, recipient: str) -> Card | None:
    """As long as they do not hold the role again. ``subject``: the role, and when its time was over."""
    role_id, _, ended_at = subject.partition("@")
    member_id = recipient.removeprefix("member:")
    held = held_by(ctx, [member_id])[member_id]
    role = ctx.workspace.roles.get(role_id)
    if role is None or any(row.role_id == role_id for row in held) or ctx.standing_of(member_id) is None:
        return None
    return views.role_ended(role.name, int(ended_at), shown_roles(ctx, held), ctx.workspace.name)


def _name(ctx: Context, member_id: str) -> str:
    return names_of(ctx, {member_id}).get(member_id, "somebody")
