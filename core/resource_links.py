"""A resource that exists already is said to be something on a platform, or vouched for by somebody who may still do that."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import bindparam, or_, update

from core import views
from core.calls import Channel, ChatRole
from core.cards import Card
from core.catalogue import Kind, command, option
from core.context import Context
from core.errors import Refusal, RefusalCode
from core.models import resources
from core.outside import THINGS, outside_of
from core.platform_access import mark_resource
from core.resources import MANAGE, find
from core.text import either
from core.views.platforms import Outside

#: Names the state it expects: what the resource was outside before.
_LINK = (
    update(resources)
    .where(
        resources.c.workspace_id == bindparam("ws"),
        resources.c.resource_id == bindparam("res"),
        or_(resources.c.outside_id == bindparam("before"), resources.c.outside_id.is_(None)),
    )
    .values(
        platform=bindparam("on"),
        realm=bindparam("in_realm"),
        outside_id=bindparam("outside"),
        bound_by=bindparam("by"),
    )
)


@dataclass(frozen=True, slots=True)
class ResourceLink:
    name: str = option(Kind.RESOURCE, "its name, its path or its short id", "design", required=True)
    outside: Channel | ChatRole | str = option(
        Kind.OUTSIDE,
        "the channel or role that it is, which you may give to others there",
        "#design",
        required=True,
    )


@command(
    "resource link",
    "Say which channel or role a resource is, or confirm it again",
    ResourceLink,
    needs=MANAGE,
    facts=frozenset({"outside"}),
)
def resource_link(ctx: Context, ask: ResourceLink) -> Card:
    """From now on Usher gives and takes it there in the name of whoever typed this."""
    resource = find(ctx, ask.name)
    if resource.kind not in THINGS:
        raise Refusal(
            RefusalCode.NOT_OUTSIDE,
            kind=resource.kind,
            kinds=either(kind for kind in THINGS if "memory" not in kind),
        )
    found = outside_of(ctx, resource.kind, ask.outside, but=resource.resource_id)
    before = {
        "platform": resource.platform,
        "realm": resource.realm,
        "outside_id": resource.outside_id,
        "bound_by": resource.bound_by,
    }
    params = {
        "ws": ctx.workspace.workspace_id,
        "res": resource.resource_id,
        "before": resource.outside_id,
        "on": found["platform"],
        "in_realm": found["realm"],
        "outside": found["outside_id"],
        "by": found["bound_by"],
    }
    if not ctx.connection.execute(_LINK, params).rowcount:
        raise Refusal(RefusalCode.UNKNOWN_RESOURCE, name=resource.name)
    ctx.record("resource.linked", resource.resource_id, name=resource.name, before=before, after=found)
    people = mark_resource(ctx, resource.resource_id, resource.path)
    outside = Outside(found["platform"], resource.kind, found["outside_id"])
    return views.resource_linked(resource.name, resource.resource_id, outside, people)
