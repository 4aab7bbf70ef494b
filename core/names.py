"""The names of members, of those who left too."""

from __future__ import annotations

from sqlalchemy import bindparam, select

from core.context import Context
from core.models import members

_NAMES = select(members.c.member_id, members.c.name).where(
    members.c.workspace_id == bindparam("ws"), members.c.member_id.in_(bindparam("ids", expanding=True))
)


def names_of(ctx: Context, member_ids: set[str | None]) -> dict[str, str]:
    """The names of members by their ids."""
    wanted = sorted(member_id for member_id in member_ids if member_id)
    found: dict[str, str] = {}
    for start in range(0, len(wanted), 500):
        chunk = {"ws": ctx.workspace.workspace_id, "ids": wanted[start : start + 500]}
        found.update({row.member_id: row.name for row in ctx.connection.execute(_NAMES, chunk)})
    return found
