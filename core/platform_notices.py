"""What people are told when a platform does not let Usher do what was decided, read again when it is sent."""

from __future__ import annotations

from typing import Any

from sqlalchemy import bindparam, select

from core import platform_delivery, requests, views
from core.cards import Card
from core.context import Context
from core.effects import APPLIED, effect_of, mark_of
from core.lifecycle import RequestStatus
from core.models import members, platform_access, resources
from core.request_kinds import kind_of
from core.views.platforms import Outside, Trouble

_NAMES = select(members.c.member_id, members.c.name).where(
    members.c.workspace_id == bindparam("ws"), members.c.member_id.in_(bindparam("ids", expanding=True))
)
_RESOURCE = select(resources.c.name).where(
    resources.c.workspace_id == bindparam("ws"), resources.c.resource_id == bindparam("res")
)
_OF_RESOURCE = (
    select(platform_access)
    .where(
        platform_access.c.workspace_id == bindparam("ws"),
        platform_access.c.resource_id == bindparam("res"),
        platform_access.c.trouble != "",
    )
    .order_by(platform_access.c.member_id)
)


def barred(ctx: Context, subject: str, recipient: str) -> Card | None:
    """To those who can mend it, while it is so. ``subject``: the resource, a mark of the trouble, and the day."""
    standing = ctx.standing_of(recipient.removeprefix("member:"))
    if standing is None or not standing.has("workspace:configure"):
        return None
    resource_id, mark, _ = subject.split("@")
    params = {"ws": ctx.workspace.workspace_id, "res": resource_id}
    rows = [row for row in ctx.connection.execute(_OF_RESOURCE, params).all() if mark_of(row.trouble) == mark]
    if not rows:
        return None
    outside = Outside(rows[0].platform, rows[0].kind, rows[0].outside_id)
    name = ctx.connection.execute(_RESOURCE, params).scalar() or "what was deleted"
    return views.platform_barred(name, resource_id, outside, _troubles(ctx, rows))


def effect(ctx: Context, subject: str, recipient: str) -> Card | None:
    """To whoever asked, or decided, while it is so. ``subject``: the request, and what its effect had come to."""
    request_id, _, to = subject.partition("@")
    row = requests.load(ctx, request_id)
    if row is None or row.status != RequestStatus.APPROVED.value or row.effect != to:
        return None
    if recipient.startswith("person:"):
        return kind_of(row).outcome(ctx, row)
    found = effect_of(ctx, row)
    params = {"ws": row.workspace_id, "res": row.facts.get("resource", "")}
    name = ctx.connection.execute(_RESOURCE, params).scalar() or "what was deleted"
    return views.effect_told(row.name, name, request_id, found.title, found.words, done=to == APPLIED)


def of_resource(ctx: Context, resource: Any) -> tuple[Outside | None, tuple[Trouble, ...]]:
    """What a resource is on a platform, and what could not be done there: for those who look after resources."""
    if resource.platform is None:
        return None, ()
    params = {"ws": ctx.workspace.workspace_id, "res": resource.resource_id}
    rows = ctx.connection.execute(_OF_RESOURCE, params).all()
    return Outside(resource.platform, resource.kind, resource.outside_id), _troubles(ctx, rows)


def _troubles(ctx: Context, rows: Any) -> tuple[Trouble, ...]:
    params = {"ws": ctx.workspace.workspace_id, "ids": sorted({row.member_id for row in rows})}
    known = dict(ctx.connection.execute(_NAMES, params).tuples().all()) if rows else {}
    return tuple(
        Trouble(known.get(row.member_id, "Somebody"), row.trouble, give=row.state != platform_delivery.GIVEN)
        for row in rows
    )
