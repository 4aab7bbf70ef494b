"""``access list``: what a member or a group reaches, or who reaches a resource."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from core import views
from core.access_held import held, holders
from core.calls import Identity
from core.cards import Card
from core.catalogue import Kind, action, command, option
from core.context import Context
from core.errors import Refusal, RefusalCode
from core.granting import Holder, find_holder, holder_of
from core.platform_words import of_resource
from core.policy import ALL
from core.resources import MANAGE, find, load, paths, sight_of
from core.views.common import PAGE


@dataclass(frozen=True, slots=True)
class AccessList:
    member: Identity | str | None = option(
        Kind.HOLDER, "what this member or group reaches; yourself without either", "Ada"
    )
    resource: str = option(Kind.RESOURCE, "who has access to this", "Renders", default="")


@command(
    "access list",
    "See what somebody reaches, or who has access to something",
    AccessList,
    needs="member",
    reads=True,
)
def list_(ctx: Context, ask: AccessList) -> Card:
    if ask.resource and ask.member is not None:
        raise Refusal(RefusalCode.ONE_SIDE)
    if ask.resource:
        return _on_resource(ctx, find(ctx, ask.resource), 0)
    to = Holder(ctx.me.member_id, ctx.me.name)
    if ask.member is not None and ask.member != "me":
        to = find_holder(ctx, ask.member)
    return _of_holder(ctx, to, 0)


@action("access.list", "Next", needs="member", reads=True)
def turn_page(ctx: Context, rest: str) -> Card:
    """``<id>/<page>``."""
    about, _, page = rest.partition("/")
    if not (page.isascii() and page.isdecimal()) or len(page) > 6:
        raise Refusal(RefusalCode.UNKNOWN_BUTTON)
    if not about.startswith("res-"):
        return _of_holder(ctx, holder_of(ctx, about), int(page))
    row = load(ctx, about)
    if row is None or not sight_of(ctx).knows(row):
        raise Refusal(RefusalCode.UNKNOWN_BUTTON)
    return _on_resource(ctx, row, int(page))


def _of_holder(ctx: Context, to: Holder, page: int) -> Card:
    """Of others, only what whoever asks may know of."""
    own = to.holder_id == ctx.me.member_id
    found = held(ctx, to.holder_id, None if own else sight_of(ctx))
    page = min(page, max(0, -(-len(found) // PAGE) - 1))
    standing = None if to.is_group else ctx.standing_of(to.holder_id)
    return views.access_of_member(
        to.name,
        own,
        list(found[page * PAGE : (page + 1) * PAGE]),
        len(found),
        page,
        ctx.subject(to.holder_id),
        standing is not None and standing.has(ALL),
    )


def _on_resource(ctx: Context, row: Any, page: int) -> Card:
    """For whoever reaches it; who knows of it by name only learns nothing about others."""
    sight = sight_of(ctx)
    if not sight.reaches(row):
        raise Refusal(RefusalCode.NO_ACCESS, resource=row.name)
    found, total = holders(ctx, row, page)
    page = page if page * PAGE < total else 0
    path = paths(ctx, [row], sight)[row.resource_id]
    card = views.access_on_resource(path, row.resource_id, found, total, page, ctx.subject(row.resource_id))
    _, troubles = of_resource(ctx, row) if ctx.standing.has(MANAGE) else ((), ())
    return replace(card, lines=(*card.lines, *troubles))
