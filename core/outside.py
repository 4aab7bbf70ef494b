"""What a resource may be on a platform itself, and who may say so: only who may give it to others there, too.

Usher's own power on a platform is larger than that of most people. It is used for a resource in the name of whoever linked
it, who must hold that power there themselves, when they link it and whenever Usher gives it (see ``ports.Access``).
"""

from __future__ import annotations

from typing import Any, NamedTuple

from sqlalchemy import bindparam, select

from core.calls import Channel, ChatRole
from core.context import Context
from core.errors import Refusal, RefusalCode
from core.language import t
from core.models import places, resources
from core.text import either

_LINKED = select(places.c.workspace_id).where(
    places.c.workspace_id == bindparam("ws"),
    places.c.platform == bindparam("on"),
    places.c.realm == bindparam("in_realm"),
)
_TAKEN = select(resources.c.resource_id, resources.c.name, resources.c.workspace_id).where(
    resources.c.platform == bindparam("on"),
    resources.c.realm == bindparam("in_realm"),
    resources.c.outside_id == bindparam("outside"),
)


class Thing(NamedTuple):
    """What resources of a kind are: on which platform, whether a channel or a role, and how one names it there."""

    platform: str
    shape: type[Channel | ChatRole]
    example: str


#: By the kind of resource. Resources of every other kind may have an id in the product, of which Usher knows nothing more.
THINGS: dict[str, Thing] = {
    "slack-channel": Thing("slack", Channel, "#channel"),
    "discord-role": Thing("discord", ChatRole, "@role"),
    "memory-channel": Thing("memory", Channel, "#channel"),
}


def outside_of(
    ctx: Context, kind: str, given: Channel | ChatRole | str | None, but: str = ""
) -> dict[str, Any]:
    """The columns of a resource of that kind that say what it is outside of Usher. ``but``: the resource that it is about.

    Refuses what the person may not give to others on the platform themselves, and what is another resource already.
    """
    thing = THINGS.get(kind)
    if thing is None:
        if isinstance(given, Channel | ChatRole):
            raise Refusal(
                RefusalCode.NOT_OUTSIDE, kind=kind, kinds=either(k for k in THINGS if "memory" not in k)
            )
        return _columns(None, None, given or None, None)
    if not given:
        return _columns(None, None, None, None)
    there = thing.platform.title()
    if ctx.call.where.platform != thing.platform:
        raise Refusal(RefusalCode.OUTSIDE_ELSEWHERE, kind=kind, platform=there)
    if not isinstance(given, thing.shape):
        raise Refusal(RefusalCode.OUTSIDE_UNREAD, kind=kind, example=thing.example, platform=there)
    platform, realm, outside_id = given
    params = {"ws": ctx.workspace.workspace_id, "on": platform, "in_realm": realm, "outside": outside_id}
    if not realm or realm != ctx.call.where.realm or ctx.connection.execute(_LINKED, params).first() is None:
        raise Refusal(RefusalCode.OUTSIDE_NOT_LINKED, platform=there)
    _check_reach(ctx, outside_id, there)
    for row in ctx.connection.execute(_TAKEN, params).all():
        if (row.workspace_id, row.resource_id) != (ctx.workspace.workspace_id, but):
            mine = row.workspace_id == ctx.workspace.workspace_id
            which = f"{row.name} ({row.resource_id})" if mine else t("a resource of another workspace")
            raise Refusal(RefusalCode.THING_TAKEN, which=which)
    return _columns(platform, realm, outside_id, ctx.me.member_id)


def _check_reach(ctx: Context, outside_id: str, there: str) -> None:
    """The platform was asked beforehand, and about just this."""
    asked = ctx.actor.outside
    if asked is None or asked.outside_id != outside_id:
        raise Refusal(
            RefusalCode.OUTSIDE_BEYOND,
            platform=there,
            why=t("{platform} did not say that you may", platform=there),
        )
    if asked.why_not:
        raise Refusal(RefusalCode.OUTSIDE_BEYOND, platform=there, why=t(asked.why_not))


def _columns(
    platform: str | None, realm: str | None, outside_id: str | None, bound_by: str | None
) -> dict[str, Any]:
    return {"platform": platform, "realm": realm, "outside_id": outside_id, "bound_by": bound_by}
