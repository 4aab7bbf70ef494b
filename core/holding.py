"""What is held back in quiet hours: rows of the outbox that can wait are due when the hours end, and read again by then."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import bindparam, or_, update

from core.context import Context
from core.models import outbox
from core.quiet import quiet_until

_FREE = or_(outbox.c.lease_until.is_(None), outbox.c.lease_until <= bindparam("now"))
#: Held back is not tried: a row that has failed before comes back by itself.
_OF_WORKSPACE = (outbox.c.workspace_id == bindparam("ws"), outbox.c.attempts == 0, _FREE)
_LET_GO = (
    update(outbox)
    .where(*_OF_WORKSPACE, outbox.c.due_at > bindparam("now"), outbox.c.key.startswith("note/"))
    .values(due_at=bindparam("now"))
)


def held_until(ctx: Context, views: Collection[str]) -> int | None:
    """When the quiet hours end in which the workspace is, if it is in any.

    All its notices of ``views`` that are due are held back with the one that is asked about, so that however many there
    are, few are looked at.
    """
    until = quiet_until(ctx.workspace.kept, ctx.at)
    if until is None:
        return None
    hold = (
        update(outbox)
        .where(
            *_OF_WORKSPACE,
            outbox.c.due_at <= bindparam("now"),
            or_(*(outbox.c.key.startswith(f"note/{view}/", autoescape=True) for view in sorted(views))),
        )
        .values(due_at=bindparam("until"))
    )
    ctx.connection.execute(hold, {"ws": ctx.workspace.workspace_id, "now": ctx.at, "until": until})
    return until


def let_go(ctx: Context) -> None:
    """The hours have changed: what is held back is looked at now, and held back again where that is right."""
    ctx.connection.execute(_LET_GO, {"ws": ctx.workspace.workspace_id, "now": ctx.at})
