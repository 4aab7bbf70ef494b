"""What a newcomer is told at the door: what they are and reach now, and what there is beyond that."""

from __future__ import annotations

from typing import Any

from sqlalchemy import bindparam, func, select

from core.access_held import shown
from core.context import Context
from core.groups import of_member
from core.models import resources
from core.permissions import Standing
from core.policy import ALL, VIEW_ALL
from core.reach import best, facts_of
from core.views.welcome import WelcomeFacts

#: So much of what they do not reach is named.
_NAMED = 3
#: What the button carries that asks for no resource in particular.
_ANY = "any"

_THERE = select(resources.c.resource_id).where(resources.c.workspace_id == bindparam("ws")).limit(1)
_BEYOND = (
    select(resources.c.name, func.count().over().label("total"))
    .where(
        resources.c.workspace_id == bindparam("ws"),
        resources.c.parent_id.is_(None),
        resources.c.resource_id.not_in(bindparam("given", expanding=True)),
        resources.c.kind.not_in(bindparam("kinds", expanding=True)),
    )
    .order_by(resources.c.name_key, resources.c.resource_id)
    .limit(_NAMED)
)


def welcome_facts(ctx: Context, member_id: str, roles: str, gone: int = 0) -> WelcomeFacts:
    """``roles``: in words; ``gone``: how much of what the invitation carried is there no more."""
    groups = tuple(of_member(ctx, member_id).values())
    known = WelcomeFacts(ctx.workspace.name, roles, groups, gone=gone)
    ws = {"ws": ctx.workspace.workspace_id}
    standing = ctx.standing_of(member_id)
    if standing is None or ctx.connection.execute(_THERE, ws).first() is None:
        return known
    live = [fact for fact in facts_of(ctx, member_id) if fact.live(ctx.at)]
    given = list(dict.fromkeys(fact.resource_id for fact in live))
    furthest = (best(live, [resource_id], ctx.at) for resource_id in given)
    every = _every(standing)
    beyond: list[Any] = []
    if "" not in every:
        params = {**ws, "given": given, "kinds": list(every)}
        beyond = list(ctx.connection.execute(_BEYOND, params).all())
    return known._replace(
        reaches=shown(ctx, [fact for fact in furthest if fact is not None]),
        every=every,
        beyond=tuple(row.name for row in beyond),
        more=beyond[0].total - len(beyond) if beyond else 0,
        any=True,
        ask=ctx.subject(_ANY) if beyond else "",
    )


def _every(standing: Standing) -> tuple[str, ...]:
    """The kinds of which their roles reach all; one that is empty: all of any kind."""
    if standing.has(ALL):
        return ("",)
    suffix = VIEW_ALL.removeprefix("{kind}")
    return tuple(sorted(each.removesuffix(suffix) for each in standing.permissions if each.endswith(suffix)))
