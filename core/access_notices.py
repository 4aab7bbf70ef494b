"""What members hear of changes to their access; each is read again when it is sent, and dropped when it is no longer true."""

from __future__ import annotations

from core import views
from core.access_held import best_of, shown
from core.cards import Card
from core.context import Context
from core.grants import layers, live_one
from core.names import names_of
from core.reach import facts_of
from core.resources import load


def access_given(ctx: Context, subject: str, recipient: str) -> Card | None:
    """As long as they have it as it was given. ``subject``: the resource, when, until when or 0, the level, by whom."""
    resource_id, at, until, level, by = subject.split("@")
    member_id = recipient.removeprefix("member:")
    given = (at, until, level)
    held = layers(ctx, resource_id, member_id)
    if given not in {(str(row.given_at), str(row.ends_at or 0), str(row.level)) for row in held}:
        return None
    if ctx.standing_of(member_id) is None:
        return None
    facts = [
        fact
        for fact in facts_of(ctx, member_id, [resource_id])
        if not fact.group_id and (str(fact.ends_at or 0), str(int(fact.level))) == (until, level)
    ]
    return views.access_given(shown(ctx, facts)[0], _name(ctx, by), ctx.workspace.name)


def access_taken(ctx: Context, subject: str, recipient: str) -> Card | None:
    """As long as they have none there again. ``subject``: the resource, when, by whom. What is gone itself is not told of."""
    resource_id, _, by = subject.split("@")
    member_id = recipient.removeprefix("member:")
    row = load(ctx, resource_id)
    if row is None or live_one(ctx, resource_id, member_id) is not None or ctx.standing_of(member_id) is None:
        return None
    return views.access_taken(row.name, best_of(ctx, member_id, row), _name(ctx, by), ctx.workspace.name)


def _name(ctx: Context, member_id: str) -> str:
    return names_of(ctx, {member_id}).get(member_id, "somebody")
