"""What a call leaves behind, written before its commit: events, marks of what is stale, and the workspace's head."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from sqlalchemy import bindparam, text, update

from core import audit, homes
from core.invariants import check_invariants
from core.models import NOWHERE, workspaces
from core.policy import APPROVE
from core.seats import people_moved, seats_moved

if TYPE_CHECKING:
    from core.context import Context

_HEAD = (
    update(workspaces)
    .where(workspaces.c.workspace_id == bindparam("ws"))
    .values(
        counter=bindparam("n"),
        audit_length=bindparam("length"),
        audit_hash=bindparam("head"),
        roles_version=bindparam("roles"),
        standing_version=bindparam("standing"),
        member_count=bindparam("members"),
    )
)
_STALE = text(
    "INSERT INTO outbox (workspace_id, key, version, due_at, attempts, trouble) VALUES (:ws, :key, 1, :due, 0, '') "
    "ON CONFLICT (workspace_id, key) DO UPDATE SET version = outbox.version + 1, due_at = excluded.due_at, "
    "attempts = 0, parked_at = NULL"
)
_ONCE = text(
    "INSERT INTO outbox (workspace_id, key, version, due_at, attempts, trouble) VALUES (:ws, :key, 1, :due, 0, '') "
    "ON CONFLICT (workspace_id, key) DO NOTHING"
)


@dataclass(slots=True)
class Left:
    """``stale``, ``once``: rows of the outbox with when they fall due, the latter only if there are none yet.

    ``touched``: the head is written although nothing was recorded. ``guarded``: somebody may hold less than before.
    ``moved``: there are more or fewer members. ``shifted``: somebody's membership or roles have changed.
    """

    events: list[audit.Event] = field(default_factory=list)
    stale: dict[str, int] = field(default_factory=dict)
    once: dict[str, int] = field(default_factory=dict)
    touched: bool = False
    guarded: bool = False
    moved: bool = False
    shifted: bool = False


def write(ctx: Context, left: Left) -> None:
    """Writes it into the workspace that ``ctx`` is in."""
    if left.guarded:
        check_invariants(ctx)
    if left.moved:
        seats_moved(ctx)
    if left.shifted:
        people_moved(ctx)
    workspace = ctx.workspace
    connection = ctx.connection
    if left.events:
        connection.execute(audit.INSERT, [event._asdict() for event in left.events])
    for statement, marks in ((_STALE, left.stale), (_ONCE, left.once)):
        if marks:
            rows = [{"ws": workspace.workspace_id, "key": name, "due": due} for name, due in marks.items()]
            connection.execute(statement, rows)
    _look_at_homes(ctx, left)
    if left.events or left.touched:
        head = {
            "ws": workspace.workspace_id,
            "n": workspace.counter,
            "length": workspace.audit_length,
            "head": workspace.audit_hash,
            "roles": workspace.roles_version,
            "standing": workspace.standing_version,
            "members": workspace.member_count,
        }
        connection.execute(_HEAD, head)


def _look_at_homes(ctx: Context, left: Left) -> None:
    """Whoever has their Home open may see something else there now."""
    happened = [event for event in left.events if event.event != "refused"]
    if not happened or ctx.workspace.workspace_id == NOWHERE:
        return
    plain = not ctx.workspace.setting("approvals")
    approvers = [role.role_id for role in ctx.workspace.roles_with(APPROVE)] if plain else None
    homes.touched(ctx.connection, ctx.workspace.workspace_id, ctx.at, happened, left.once, approvers)
