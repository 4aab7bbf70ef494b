"""What a resource is on a platform, and how Usher fares with it there, for cards."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Row, bindparam, select

from core.cards import Line, Text
from core.context import Context
from core.language import t
from core.models import members, platform_access
from core.views.platforms import Outside, Trouble, outside_words, platform_lines

_NAMES = select(members.c.member_id, members.c.name).where(
    members.c.workspace_id == bindparam("ws"), members.c.member_id.in_(bindparam("ids", expanding=True))
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


def of_resource(ctx: Context, resource: Any) -> tuple[Text, tuple[Line, ...]]:
    """What a resource is on a platform, and, for those who look after resources, what could not be done there."""
    if resource.platform is None:
        return (), ()
    outside = Outside(resource.platform, resource.kind, resource.outside_id)
    found = troubles(ctx, troubled(ctx, resource.resource_id))
    return outside_words(outside), platform_lines(outside, found)


def troubled(ctx: Context, resource_id: str) -> list[Row[Any]]:
    """What could not be given or taken away last time."""
    params = {"ws": ctx.workspace.workspace_id, "res": resource_id}
    return list(ctx.connection.execute(_OF_RESOURCE, params).all())


def troubles(ctx: Context, rows: list[Row[Any]]) -> tuple[Trouble, ...]:
    """The same with the members' names."""
    params = {"ws": ctx.workspace.workspace_id, "ids": sorted({row.member_id for row in rows})}
    known = {row.member_id: row.name for row in ctx.connection.execute(_NAMES, params)} if rows else {}
    return tuple(
        Trouble(known.get(row.member_id, t("Somebody")), t(row.trouble), give=row.state != "given")
        for row in rows
    )
