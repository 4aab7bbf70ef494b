"""The outbox: rows that say what is stale until it no longer is.

A row ``card/<request>`` means that some copy of that request's card may not show its present state; ``note/...`` that
a person has not heard of something yet. The relay claims a row with a lease, asks ``core.deliveries`` for the steps, carries
them out one by one and settles the row; late, repeated and reordered rows end in the same state.
"""

from __future__ import annotations

from sqlalchemy import Connection, bindparam, func, or_, select, update

from core import platform_access
from core.models import outbox
from core.outbox_types import Work

#: Longer than the relay's patience with one delivery; what a process that died had leased waits for this long.
LEASE = 25
#: After this many failures a row is parked, and seen in ``status``.
TRIES = 12
TROUBLE_LIMIT = 300
#: A parked row is tried once in this time, for as long as PARKED_FOR: an outage ends, and what it held up is still true.
PARKED_PAUSE = 30 * 60
PARKED_FOR = 3 * 24 * 3_600

_DUE = (
    select(outbox.c.workspace_id, outbox.c.key, outbox.c.version, outbox.c.attempts)
    .where(
        outbox.c.due_at <= bindparam("now"),
        or_(outbox.c.lease_until.is_(None), outbox.c.lease_until <= bindparam("now")),
    )
    .order_by(outbox.c.due_at)
    .limit(bindparam("most"))
)
_CLAIM_DUE = _DUE.with_for_update(skip_locked=True)
_LEASE = (
    update(outbox)
    .where(
        outbox.c.workspace_id == bindparam("ws"),
        outbox.c.key == bindparam("name"),
    )
    .values(lease_until=bindparam("until"))
)
#: Settled unless it became stale again while the relay was at work: then it stays due, and only the lease goes.
_SETTLE = (
    update(outbox)
    .where(
        outbox.c.workspace_id == bindparam("ws"),
        outbox.c.key == bindparam("name"),
        outbox.c.version == bindparam("seen"),
    )
    .values(due_at=bindparam("again"), lease_until=None, attempts=0, parked_at=None, trouble=bindparam("why"))
)
_RELEASE = (
    update(outbox)
    .where(outbox.c.workspace_id == bindparam("ws"), outbox.c.key == bindparam("name"))
    .values(lease_until=None)
)
_VOID = update(outbox).where(outbox.c.lease_until.is_not(None)).values(lease_until=None)
_RETRY = (
    update(outbox)
    .where(
        outbox.c.workspace_id == bindparam("ws"),
        outbox.c.key == bindparam("name"),
        outbox.c.version == bindparam("seen"),
    )
    .values(
        due_at=bindparam("when"),
        lease_until=None,
        attempts=bindparam("tried"),
        parked_at=bindparam("parked"),
        trouble=bindparam("why"),
    )
)
_PARKED_AT = select(outbox.c.parked_at).where(
    outbox.c.workspace_id == bindparam("ws"), outbox.c.key == bindparam("name")
)
_NEXT = select(func.min(outbox.c.due_at))


def claim(connection: Connection, at: int, most: int) -> list[Work]:
    """Leases up to ``most`` rows that are due. A lease that has run out counts as none: its holder died or hangs."""
    rows = connection.execute(_CLAIM_DUE, {"now": at, "most": most}).all()
    if rows:
        # Nobody else can have leased them since they were read: they are locked, on SQLite with everything else.
        until = at + LEASE
        connection.execute(
            _LEASE, [{"ws": row.workspace_id, "name": row.key, "until": until} for row in rows]
        )
    return [Work(row.workspace_id, row.key, row.version, row.attempts) for row in rows]


def void_leases(connection: Connection) -> None:
    """For whoever knows that no other process is alive."""
    connection.execute(_VOID)


def any_due(connection: Connection, at: int) -> bool:
    """Whether a claim would find something: looking costs no write lock."""
    return connection.execute(_DUE, {"now": at, "most": 1}).first() is not None


def next_due(connection: Connection) -> int | None:
    return connection.execute(_NEXT).scalar()


def settled(connection: Connection, work: Work, *, why: str = "", again: int | None = None) -> bool:
    """The row is done until ``again``; ``why``: what of it could not be. False where it became stale meanwhile."""
    params = {"ws": work.workspace, "name": work.key, "seen": work.version, "why": why, "again": again}
    return bool(connection.execute(_SETTLE, params).rowcount)


def release(connection: Connection, work: Work) -> None:
    """Gives the lease back and leaves the row as due as it is."""
    connection.execute(_RELEASE, {"ws": work.workspace, "name": work.key})


def is_promise(work: Work) -> bool:
    """Whether a row that is parked leaves undone what somebody was promised, who then has to be told."""
    return work.key.startswith(f"{platform_access.KEY}/")


def retry(connection: Connection, work: Work, at: int, after: float, reason: str, *, counted: bool) -> bool:
    """Gives the row back for later; True when it was parked because it failed too often.

    A parked row is seen in ``status``, is tried rarely, and after days not at all: what was promised is tried for good.
    """
    tried = min(work.attempts + (1 if counted else 0), TRIES)
    parked = tried >= TRIES
    row = {"ws": work.workspace, "name": work.key}
    since = connection.execute(_PARKED_AT, row).scalar() if parked else None
    over = since is not None and since + PARKED_FOR <= at and not is_promise(work)
    params = {
        **row,
        "seen": work.version,
        "when": None if over else at + max(PARKED_PAUSE if parked else 1, round(after)),
        "tried": tried,
        "parked": (since or at) if parked else None,
        "why": reason[:TROUBLE_LIMIT] if parked or tried > 1 else "",
    }
    if not connection.execute(_RETRY, params).rowcount:
        connection.execute(_RELEASE, row)
    return parked
