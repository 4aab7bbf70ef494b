"""Access that is taken in an emergency: who may, what it is called, and how it ends.

It is a grant in a layer of its own: whatever else its holder has there stands beside it, and stands as it stood when the
emergency is over.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import Row, bindparam, select

from core import grants, resources
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
    held = grants.in_layer(ctx, facts["on"], facts["member"], grants.EMERGENCY)
    if held is None or held.source != source_of(request.request_id):
        return False
    return grants.take(ctx, resource, facts["member"], grants.EMERGENCY, tell=False) is not None
