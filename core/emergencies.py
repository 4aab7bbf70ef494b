"""Access that is taken in an emergency: who may, what it is called, and what stands again when it is over.

A member has one grant on a resource. What is taken in an emergency takes the place of what they had there, which is kept
with the request for a look at it, and stands again when the emergency is over, as far as it would still be alive.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy import Row, bindparam, select
from sqlalchemy import text as sql

from core import grants, platform_access, requests, resources
from core.approval_policy import Emergency
from core.approvals import policy_for
from core.cards import Text
from core.context import Context
from core.models import grants as grant_rows
from core.models import resources as resource_rows
from core.permissions import Level
from core.policy import decide
from core.views.emergencies import in_an_emergency

REVIEW = "review"
_SOURCE = "emergency"

#: What stands again; somebody who has got something else meanwhile keeps that.
_AGAIN = sql(
    "INSERT INTO grants (workspace_id, resource_id, holder, level, given_at, ends_at, given_by, source, reminded) "
    "VALUES (:ws, :res, :holder, :level, :given_at, :ends_at, :given_by, :source, :reminded) "
    "ON CONFLICT (workspace_id, resource_id, holder) DO NOTHING"
)
#: What somebody has given to others since a moment, on a resource or under it.
_GIVEN_ON = select(grant_rows).where(
    grant_rows.c.workspace_id == bindparam("ws"),
    grant_rows.c.given_by == bindparam("by"),
    grant_rows.c.given_at >= bindparam("since"),
    grant_rows.c.holder != bindparam("by"),
    grant_rows.c.resource_id.in_(
        select(resource_rows.c.resource_id).where(
            resource_rows.c.workspace_id == bindparam("ws"), resources.UNDER
        )
    ),
)


def source_of(request_id: str) -> str:
    """Where such a grant comes from: the request for a look at it."""
    return f"{_SOURCE} {request_id}"


def may_take(ctx: Context) -> Emergency | None:
    """What the policy of now lets whoever runs the call take in an emergency, if anything."""
    emergency = policy_for(ctx, "access").emergency if ctx.member is not None else None
    return emergency if emergency and decide(ctx.standing, emergency.permission).allowed else None


def hint(ctx: Context, resource: Any, level: Level) -> Text:
    """That whoever runs the call need not wait for an answer about that, where it is so; else empty."""
    allowed = may_take(ctx)
    return () if allowed is None else in_an_emergency(allowed.most, resource.resource_id, level.word)


def kept(row: Any | None) -> dict[str, Any] | None:
    """A grant as the request keeps it, whose place another one takes."""
    if row is None:
        return None
    columns = ("level", "given_at", "ends_at", "given_by", "source", "reminded")
    return {name: getattr(row, name) for name in columns}


def restore(ctx: Context, ended: Iterable[Any]) -> None:
    """Of grants that are over: what those had taken the place of that were taken in an emergency stands again."""
    for row in ended:
        word, _, request_id = row.source.partition(" ")
        request = requests.load(ctx, request_id) if word == _SOURCE else None
        before = request.facts["before"] if request is not None else None
        if request is None or before is None:
            continue
        if before["ends_at"] is not None and before["ends_at"] <= ctx.at:
            continue
        there = {"ws": ctx.workspace.workspace_id, "res": row.resource_id, "holder": row.holder}
        if ctx.connection.execute(_AGAIN, {**there, **before}).rowcount:
            after = {name: before[name] for name in ("level", "ends_at", "given_by", "source")}
            facts = {"resource": row.resource_id, "before": None, "after": after, "request": request_id}
            ctx.record("access.granted", row.holder, actor="usher", **facts)
            ctx.standing_changed(taken=False)
            platform_access.mark(ctx, row.resource_id, row.holder)


def end(ctx: Context, request: Row[Any]) -> bool:
    """Ends at once what was taken, if it is still there, and what its holder gave to others with it; whether it was."""
    facts = request.facts
    resource = resources.load(ctx, facts["on"])
    if resource is None:
        return False
    if facts["level"] >= Level.MANAGE:
        since = {"by": facts["member"], "since": request.created_at, "below": resources.below(resource)}
        for row in ctx.connection.execute(_GIVEN_ON, {"ws": request.workspace_id, **since}).all():
            on = resources.load(ctx, row.resource_id)
            if on is not None:
                grants.take(ctx, on, row.holder)
    held = grants.live_one(ctx, facts["on"], facts["member"])
    if held is None or held.source != source_of(request.request_id):
        return False
    grants.take(ctx, resource, facts["member"], tell=False)
    restore(ctx, [held])
    return True
