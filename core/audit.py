"""The record of what was changed and of what was refused: append-only, each event carrying the hash of the one before."""

from __future__ import annotations

import hashlib
import json
from typing import Any, NamedTuple

from sqlalchemy import Connection, bindparam, insert, select

from core.models import audit_events

FIRST_HASH = "0" * 64


class Event(NamedTuple):
    """One line of the record. ``facts`` is canonical JSON: what was before, what is now."""

    workspace_id: str
    number: int
    at: int
    actor: str
    origin: str
    event: str
    subject: str
    facts: str
    previous: str
    hash: str


def next_event(
    workspace: str,
    number: int,
    at: int,
    actor: str,
    origin: str,
    event: str,
    subject: str,
    facts: dict[str, Any],
    previous: str,
) -> Event:
    """The event that follows the one with the hash ``previous``."""
    written = json.dumps(facts, sort_keys=True, ensure_ascii=True, separators=(",", ":"))
    content = (workspace, number, at, actor, origin, event, subject, written)
    return Event(*content, previous, _hash(previous, content))


def _hash(previous: str, content: tuple[Any, ...]) -> str:
    # JSON keeps the borders between the parts: no two different events give the same text.
    return hashlib.sha256(json.dumps([previous, *content]).encode()).hexdigest()


INSERT = insert(audit_events)
_ALL = (
    select(audit_events).where(audit_events.c.workspace_id == bindparam("ws")).order_by(audit_events.c.number)
)


def verify(connection: Connection, workspace: str, length: int, head: str) -> int | None:
    """The number of the first event that is changed or missing, or None when the chain holds up to its known head."""
    expected, previous = 1, FIRST_HASH
    for row in connection.execute(_ALL, {"ws": workspace}):
        event = Event(*row)
        if (
            event.number != expected
            or event.previous != previous
            or event.hash != _hash(previous, tuple(event[:8]))
        ):
            return expected
        expected, previous = expected + 1, event.hash
    return None if (expected - 1, previous) == (length, head) else min(expected, length + 1)
