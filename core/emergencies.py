"""Access that is taken in an emergency: who may, what it is called, and how it ends.

It is a grant in a layer of its own: whatever else its holder has there stands beside it, and stands as it stood when the
emergency is over.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import Row

from core import grants, resources
from core.approval_policy import Emergency
from core.approvals import policy_for
from core.cards import Text
from core.context import Context
from core.permissions import Level
from core.policy import decide
from core.views.emergencies import in_an_emergency

REVIEW = "review"
_SOURCE = "emergency"


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
    """Ends at once what was taken, if it is still there; whether it was. By it nothing was given to others."""
    facts = request.facts
    resource = resources.load(ctx, facts["on"])
    if resource is None:
        return False
    held = grants.in_layer(ctx, facts["on"], facts["member"], grants.EMERGENCY)
    if held is None or held.source != source_of(request.request_id):
        return False
    return grants.take(ctx, resource, facts["member"], grants.EMERGENCY, tell=False) is not None
