"""The messages to chat users about their personal invitations: they name the role that waits, so they follow its name."""

from __future__ import annotations

from sqlalchemy import bindparam, select

from core.context import Context
from core.models import IS_INTACT, invitations

_ALIVE = select(invitations.c.invitation_id, invitations.c.roles).where(
    invitations.c.workspace_id == bindparam("ws"),
    invitations.c.person_subject.is_not(None),
    IS_INTACT,
    invitations.c.expires_at > bindparam("now"),
)


def role_renamed(ctx: Context, role_id: str) -> None:
    """Has the messages looked at again that name the role, as their invitation's or as that of newcomers."""
    default = ctx.workspace.setting("default_role")
    for row in ctx.connection.execute(_ALIVE, {"ws": ctx.workspace.workspace_id, "now": ctx.at}):
        if role_id in (row.roles or [default]):
            ctx.stale(row.invitation_id)


def default_changed(ctx: Context) -> None:
    """Has the messages looked at again whose invitation gives what newcomers get."""
    for row in ctx.connection.execute(_ALIVE, {"ws": ctx.workspace.workspace_id, "now": ctx.at}):
        if not row.roles:
            ctx.stale(row.invitation_id)
