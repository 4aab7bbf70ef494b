"""The record of what was changed and of what was refused: append-only, each event carrying the hash of the one before."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator
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
    written = _canonical(facts)
    content = (workspace, number, at, actor, origin, event, subject, written)
    return Event(*content, previous, _hash(previous, content))


def _canonical(facts: dict[str, Any]) -> str:
    return json.dumps(facts, sort_keys=True, ensure_ascii=True, separators=(",", ":"))


def _hash(previous: str, content: tuple[Any, ...]) -> str:
    # JSON keeps the borders between the parts: no two different events give the same text.
    return hashlib.sha256(json.dumps([previous, *content]).encode()).hexdigest()


INSERT = insert(audit_events)
_ALL = (
    select(audit_events).where(audit_events.c.workspace_id == bindparam("ws")).order_by(audit_events.c.number)
)


def stream(connection: Connection, workspace: str) -> Iterator[Event]:
    """The whole record of a workspace, oldest first, without holding it in memory."""
    with connection.execute(_ALL, {"ws": workspace}, execution_options={"yield_per": 1_000}) as rows:
        for row in rows:
            yield Event(*row)


def as_line(event: Event) -> str:
    """An event as one line of JSON: all that its hash is made of, the hash, and that of the event before."""
    return json.dumps({**event._asdict(), "facts": json.loads(event.facts)}, ensure_ascii=True)


def verify(connection: Connection, workspace: str, length: int, head: str) -> int | None:
    """The number of the first event that is changed or missing, or None when the chain holds up to its known head."""
    expected, previous = 1, FIRST_HASH
    for event in stream(connection, workspace):
        if (
            event.number != expected
            or event.previous != previous
            or event.hash != _hash(previous, tuple(event[:8]))
        ):
            return expected
        expected, previous = expected + 1, event.hash
    return None if (expected - 1, previous) == (length, head) else min(expected, length + 1)


def verify_lines(lines: Iterable[str]) -> int | None:
    """The place (from 1) of the first exported line that is changed, out of order or not of this form; None when all hold.

    A whole record is checked event by event against the one before; of a part, each event by itself, and neighbours
    against each other.
    """
    before: Event | None = None
    for place, line in enumerate(lines, 1):
        event = _from_line(line)
        if event is None or event.hash != _hash(event.previous, tuple(event[:8])):
            return place
        if event.number == 1 and event.previous != FIRST_HASH:
            return place
        if before is not None:
            follows = event.workspace_id == before.workspace_id and event.number > before.number
            if not follows or (event.number == before.number + 1 and event.previous != before.hash):
                return place
        before = event
    return None


def _from_line(line: str) -> Event | None:
    try:
        read = json.loads(line)
        return Event(**{**read, "facts": _canonical(read["facts"])})
    except (ValueError, TypeError, KeyError):
        return None
