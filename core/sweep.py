"""What the clock does: settles what is over, and puts the reminders that are due into the outbox.

Any number of processes may sweep at any time, and nothing depends on one having swept: whether something is over is asked
of the clock wherever it matters. However much falls due, it is done in pieces, each a short transaction of its own.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import partial
from typing import Any, Protocol

from sqlalchemy import bindparam, delete, select

from core import digest, drafts, endings, intents, requests, transfers
from core.batches import Batches, Notice
from core.context import Context
from core.durations import DAY
from core.models import IS_PENDING, events_seen
from core.models import requests as request_rows
from core.store import Store
from core.time_boxes import REMINDERS, STAGES

#: The inviter, and whoever was invited by mention, hear this long before the end, if it lasted long enough to help.
REMIND_BEFORE = 2 * DAY
REMIND_IF_LASTS = 4 * DAY
EVENTS_KEPT = 2 * DAY
#: Longer than a notice may wait for delivery: some of them tell of what was confirmed.
INTENTS_KEPT = 7 * DAY
#: So many requests of a workspace, and so many workspaces, at a time.
BATCH = 500
#: So many reminders at a time; and between two pieces others have their turn for so many seconds.
MOST_REMINDED = 2_500
PAUSE = 0.002

_DUE_REQUESTS = (
    select(request_rows.c.workspace_id)
    .where(IS_PENDING, request_rows.c.expires_at <= bindparam("now"))
    .distinct()
    .limit(BATCH)
)
_ABOUT_INVITATION = "invitation_id || '@' || CAST(expires_at AS TEXT)"
_INVITATIONS = Batches(
    "invitations",
    "reminded_at IS NULL AND revoked_at IS NULL AND accepted_at IS NULL AND declined_at IS NULL "
    "AND switched_off_at IS NULL AND expires_at > :now AND expires_at <= :soon "
    "AND expires_at - created_at >= :lasts",
    "expires_at",
    "reminded_at = :now",
    Notice("ending", _ABOUT_INVITATION, "'member:' || created_by"),
    Notice(
        "reminded",
        _ABOUT_INVITATION,
        "'person:' || person_platform || '/' || person_realm || '/' || person_subject",
        only="person_subject IS NOT NULL",
    ),
)
_FORGET = delete(events_seen).where(events_seen.c.seen_at < bindparam("before"))


class AsUsher(Protocol):
    """Runs a step in a workspace, in Usher's own name and in a transaction of its own."""

    def __call__(self, workspace: str, at: int, step: Callable[[Context], int]) -> int: ...


def sweep(store: Store, as_usher: AsUsher, at: int) -> int:
    """Settles what is over and marks reminders that are due; the number of rows it changed."""
    with store.reading() as connection:
        expiring = connection.execute(_DUE_REQUESTS, {"now": at}).scalars().all()
        roles, grants = endings.due(connection, at, BATCH)
        offers = connection.execute(transfers.DUE, {"now": at}).scalars().all()
        digests = digest.due(connection, at)
    changed = 0
    for workspaces, step, most in (
        (expiring, lambda ctx: requests.expire_due(ctx, BATCH), BATCH),
        (roles, endings.settle_roles, endings.MOST_ROLES),
        (grants, endings.settle_grants, endings.MOST_GRANTS),
    ):
        for workspace in workspaces:
            changed += _in_pieces(partial(as_usher, workspace, at, step), most)
    changed += sum(as_usher(workspace, at, transfers.settle_due) for workspace in offers)
    changed += _remind(store, at)
    with store.writing() as connection:
        connection.execute(_FORGET, {"before": at - EVENTS_KEPT})
        intents.forget(connection, at - INTENTS_KEPT)
        drafts.forget(connection, at)
        if digests:
            changed += digest.announce(connection, at, digests)
    return changed


def _remind(store: Store, at: int) -> int:
    """The reminders that are due by now: about what is held for a time, and about invitations."""
    lasting = {"now": at, "soon": at + REMIND_BEFORE, "lasts": REMIND_IF_LASTS}
    changed = _all_of(store, _INVITATIONS, lasting)
    for which, before in STAGES:
        for reminders in REMINDERS:
            changed += _all_of(store, reminders, {"now": at, "soon": at + before, "which": which})
    return changed


def _all_of(store: Store, batches: Batches, due: dict[str, Any]) -> int:
    with store.reading() as connection:
        if not batches.any_due(connection, due):
            return 0

    def piece() -> int:
        with store.writing() as connection:
            return batches.run(connection, {**due, "most": MOST_REMINDED})

    return _in_pieces(piece, MOST_REMINDED)


def _in_pieces(piece: Callable[[], int], most: int) -> int:
    """Until one was not full. Whoever waits for the database meanwhile has their turn in between."""
    changed = 0
    while (done := piece()) >= most:
        changed += done
        time.sleep(PAUSE)
    return changed + done
