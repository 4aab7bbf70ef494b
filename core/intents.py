"""Confirming what was announced: a change that takes much away is shown first, and made at the second click.

The button carries the id of the intent alone. Whether its maker may do it, and what it would do, is asked again then.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sqlalchemy import Connection, Row, bindparam, delete, insert, select, update

from core import views
from core.cards import Card, Style, When
from core.catalogue import action
from core.context import Context
from core.errors import Refusal, RefusalCode
from core.models import intents

#: How long something announced can be confirmed.
LIFE = 15 * 60

#: Does what an intent announced; gets its subject and facts, and under ``intent`` the intent's own id.
Handler = Callable[[Context, str, dict[str, Any]], Card]
HANDLERS: dict[str, Handler] = {}

_INSERT = insert(intents)
_ONE = select(intents).where(
    intents.c.workspace_id == bindparam("ws"), intents.c.intent_id == bindparam("intent")
)
_DONE = (
    update(intents)
    .where(
        intents.c.workspace_id == bindparam("ws"),
        intents.c.intent_id == bindparam("intent"),
        intents.c.created_by == bindparam("by"),
        intents.c.done_at.is_(None),
        intents.c.expires_at > bindparam("now"),
    )
    .values(done_at=bindparam("now"), facts=bindparam("kept"))
)
_FORGET = delete(intents).where(intents.c.expires_at < bindparam("before"))


def confirms(kind: str) -> Callable[[Handler], Handler]:
    """Declares what happens when an intent of this kind is confirmed. The handler checks all rights itself."""

    def declare(handler: Handler) -> Handler:
        if kind in HANDLERS:
            raise ValueError(f"intents {kind!r} are declared twice")
        HANDLERS[kind] = handler
        return handler

    return declare


def announce(ctx: Context, kind: str, subject: str, facts: dict[str, Any]) -> str:
    """Keeps what the person is about to do; returns what the buttons Confirm and Cancel carry."""
    intent_id = ctx.new_id("cnf")
    ctx.connection.execute(
        _INSERT,
        {
            "workspace_id": ctx.workspace.workspace_id,
            "intent_id": intent_id,
            "kind": kind,
            "subject": subject,
            "facts": facts,
            "created_by": ctx.me.member_id,
            "created_at": ctx.at,
            "expires_at": ctx.at + LIFE,
        },
    )
    ctx.touch()  # the number behind the id is used up
    return ctx.subject(intent_id)


def load(ctx: Context, intent_id: str) -> Row[Any] | None:
    return ctx.connection.execute(_ONE, {"ws": ctx.workspace.workspace_id, "intent": intent_id}).first()


def forget(connection: Connection, before: int) -> None:
    """Drops what could be confirmed until ``before`` at the latest, done or not: the record keeps what came of it."""
    connection.execute(_FORGET, {"before": before})


def open_one(ctx: Context, intent_id: str, kind: str) -> Row[Any]:
    """The intent, still to be confirmed by whoever runs the call; of this kind."""
    row = load(ctx, intent_id)
    if row is None or row.created_by != ctx.me.member_id or row.kind != kind:
        raise Refusal(RefusalCode.UNKNOWN_BUTTON)
    if row.done_at is not None or row.expires_at <= ctx.at:
        raise _over(row)
    return row


def _over(row: Row[Any]) -> Refusal:
    if row.done_at is not None:
        return Refusal(RefusalCode.ALREADY_CONFIRMED, when=When(row.done_at))
    return Refusal(RefusalCode.CONFIRM_TOO_LATE, until=When(row.expires_at))


def take(ctx: Context, intent_id: str, **more: Any) -> Row[Any]:
    """The intent, now done: once, by its maker, in time. ``more``: facts that its maker has added only now."""
    row = load(ctx, intent_id)
    if row is None or row.created_by != ctx.me.member_id:
        raise Refusal(RefusalCode.UNKNOWN_BUTTON)
    by = {"ws": row.workspace_id, "intent": intent_id, "by": ctx.me.member_id, "now": ctx.at}
    kept = {**row.facts, **more}
    if not ctx.connection.execute(_DONE, {**by, "kept": kept}).rowcount:
        raise _over(row)
    return row


@action("intent.confirm", "Confirm", style=Style.DANGER, needs="member")
def confirm(ctx: Context, intent_id: str) -> Card:
    row = take(ctx, intent_id)
    return HANDLERS[row.kind](ctx, row.subject, {**row.facts, "intent": row.intent_id})


@action("intent.cancel", "Cancel", needs="member")
def cancel(ctx: Context, intent_id: str) -> Card:
    take(ctx, intent_id)
    return views.cancelled()
