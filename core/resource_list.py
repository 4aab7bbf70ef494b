"""The list of resources, paged from a resource at its border, so that a page costs the same however many there are.

Whoever knows of everything there sees the tree, each level by name. Who knows of a part of it only sees that by name,
each with its path; so does whoever looks for one kind.
"""

from __future__ import annotations

import functools
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any

from sqlalchemy import Row, Select, bindparam, exists, literal, or_, select, tuple_, union

from core import views
from core.cards import Card
from core.catalogue import Kind, action, command, option
from core.context import Context
from core.errors import Refusal, RefusalCode
from core.models import grants, group_members, resources
from core.policy import decide
from core.reach import ids_on
from core.resources import HERE, KIND, MANAGE, UNDER, Sight, below, find, load, paths, sight_of
from core.views.common import PAGE
from core.views.resources import ResourceLine

_ORDER = tuple_(resources.c.name_key, resources.c.resource_id)
_BORDER = tuple_(bindparam("name"), bindparam("border"))


def _ordered(found: Select[Any], *, back: bool, border: bool) -> Select[Any]:
    """One entry more than a page, in order or backwards; all, or from a border on."""
    order = (resources.c.name_key, resources.c.resource_id)
    found = found.order_by(*(each.desc() if back else each for each in order)).limit(PAGE + 1)
    return found.where(_ORDER < _BORDER if back else _ORDER > _BORDER) if border else found


@functools.cache
def _level(*, top: bool, back: bool, border: bool) -> Select[Any]:
    """What stands directly under a resource, or at the top."""
    parent = resources.c.parent_id.is_(None) if top else resources.c.parent_id == bindparam("parent")
    return _ordered(select(resources).where(HERE, parent), back=back, border=border)


_LIVE = or_(grants.c.ends_at.is_(None), grants.c.ends_at > bindparam("now"))
_MINE = (
    union(
        select(grants.c.resource_id).where(
            grants.c.workspace_id == bindparam("ws"), grants.c.holder == bindparam("member"), _LIVE
        ),
        select(grants.c.resource_id)
        .join(
            group_members,
            (group_members.c.workspace_id == grants.c.workspace_id)
            & (group_members.c.group_id == grants.c.holder),
        )
        .where(
            group_members.c.workspace_id == bindparam("ws"),
            group_members.c.member_id == bindparam("member"),
            _LIVE,
        ),
    )
    .cte("mine")
    .prefix_with("MATERIALIZED")
)
#: The same as ``Sight.knows``.
_KNOWN = or_(
    resources.c.parent_id.is_(None),
    resources.c.kind.in_(bindparam("kinds", expanding=True)),
    exists().where(resources.c.path.like(literal("%/").concat(_MINE.c.resource_id).concat("/%"))),
)


@functools.cache
def _flat(*, whole: bool, kind: bool, under: bool, back: bool, border: bool) -> Select[Any]:
    """By name, wherever it stands: all that somebody knows of, of one kind, under one resource."""
    found = select(resources).where(HERE)
    found = found if whole else found.where(_KNOWN)
    found = found.where(resources.c.kind == bindparam("kind")) if kind else found
    found = found.where(UNDER, resources.c.resource_id != bindparam("above")) if under else found
    return _ordered(found, back=back, border=border)


class _Way:
    """How the entries of one list are gone through, both ways from a border; ``under`` is left out itself."""

    def __init__(self, ctx: Context, sight: Sight, kind: str, under: Row[Any] | None) -> None:
        self.ctx, self.sight, self.kind, self.under = ctx, sight, kind, under
        self.whole = sight.everything or (under is not None and sight.reaches_below(under))
        self.tree = self.whole and not kind
        self._ws = {"ws": ctx.workspace.workspace_id}

    def after(self, border: Row[Any] | None) -> Iterator[Row[Any]]:
        if not self.tree:
            return iter(self._flat(border, back=False))
        return self._after(border)

    def before(self, border: Row[Any]) -> Iterator[Row[Any]]:
        return self._before(border) if self.tree else iter(self._flat(border, back=True))

    def _flat(self, border: Row[Any] | None, *, back: bool) -> list[Row[Any]]:
        under, whole = self.under, self.whole
        statement = _flat(
            whole=whole,
            kind=bool(self.kind),
            under=under is not None,
            back=back,
            border=border is not None,
        )
        params: dict[str, Any] = {**self._ws, **_at(border)}
        if not whole:
            params |= {
                "kinds": sorted(self.sight.kinds),
                "member": self.ctx.me.member_id,
                "now": self.ctx.at,
            }
        if self.kind:
            params["kind"] = self.kind
        if under is not None:
            params |= {"below": below(under), "above": under.resource_id}
        return list(self.ctx.connection.execute(statement, params).all())

    def _children(
        self, parent: str | None, border: Row[Any] | None = None, *, back: bool = False
    ) -> list[Row[Any]]:
        statement = _level(top=parent is None, back=back, border=border is not None)
        params = {**self._ws, **_at(border)}
        if parent is not None:
            params["parent"] = parent
        return list(self.ctx.connection.execute(statement, params).all())

    def _after(self, border: Row[Any] | None) -> Iterator[Row[Any]]:
        top = self.under.resource_id if self.under is not None else None
        if border is None:
            yield from self._down(self._children(top))
            return
        yield from self._down(self._children(border.resource_id))
        for each in self._upwards(border):
            yield from self._down(self._children(each.parent_id, each))

    def _down(self, rows: Iterable[Row[Any]]) -> Iterator[Row[Any]]:
        for row in rows:
            yield row
            yield from self._down(self._children(row.resource_id))

    def _before(self, border: Row[Any]) -> Iterator[Row[Any]]:
        for each in self._upwards(border):
            if each is not border:
                yield each
            yield from self._up(self._children(each.parent_id, each, back=True))

    def _up(self, rows: Iterable[Row[Any]]) -> Iterator[Row[Any]]:
        for row in rows:
            yield from self._up(self._children(row.resource_id, back=True))
            yield row

    def _upwards(self, row: Row[Any]) -> Iterator[Row[Any]]:
        """The resource, what is above it, and so on, up to what stands at the top of the list."""
        top = self.under.resource_id if self.under is not None else None
        each: Row[Any] | None = row
        while each is not None and each.resource_id != top:
            yield each
            each = load(self.ctx, each.parent_id) if each.parent_id else None


def _at(border: Row[Any] | None) -> dict[str, str]:
    return {} if border is None else {"name": border.name_key, "border": border.resource_id}


@dataclass(frozen=True, slots=True)
class ResourceList:
    kind: str = option(Kind.LABEL, "only those of this kind", "folder", default="")
    parent: str = option(Kind.RESOURCE, "only what stands under this resource", "Studio", default="")


@command("resource list", "See what there is and what you reach", ResourceList, needs="member", reads=True)
def list_(ctx: Context, ask: ResourceList) -> Card:
    return _page(ctx, ask.kind.lower(), find(ctx, ask.parent) if ask.parent else None, "", None)


@action("resource.list", "Next", needs="member", reads=True)
def turn_page(ctx: Context, rest: str) -> Card:
    """``list/<parent or ->/<kind or ->/<border>``; the border is ``>`` or ``<`` and a resource's id.

    Where the resource at the border is gone, the list begins again.
    """
    parts = rest.removeprefix("list/").split("/")
    if len(parts) != 3 or parts[2][:1] not in {"<", ">"} or not (parts[1] == "-" or KIND.fullmatch(parts[1])):
        raise Refusal(RefusalCode.UNKNOWN_BUTTON)
    parent, kind, border = parts
    under = load(ctx, parent) if parent != "-" else None
    sight = sight_of(ctx)
    if parent != "-" and (under is None or not sight.knows(under)):
        raise Refusal(RefusalCode.UNKNOWN_BUTTON)
    return _page(ctx, "" if kind == "-" else kind, under, border[0], load(ctx, border[1:]))


def _page(ctx: Context, kind: str, under: Row[Any] | None, direction: str, border: Row[Any] | None) -> Card:
    sight = sight_of(ctx)
    way = _Way(ctx, sight, kind, under)
    if border is not None and under is not None and not border.path.startswith(under.path):
        raise Refusal(RefusalCode.UNKNOWN_BUTTON)
    rows, first, last = _rows(way, direction, border)
    where = f"list/{under.resource_id if under is not None else '-'}/{kind or '-'}"
    under_words = paths(ctx, [under], sight)[under.resource_id] if under is not None else ""
    return views.resource_list(
        _lines(ctx, way, rows),
        under=under_words,
        kind=kind,
        whole=way.whole,
        makes=decide(ctx.standing, MANAGE).allowed,
        earlier="" if first else ctx.subject(f"{where}/<{rows[0].resource_id}"),
        later="" if last else ctx.subject(f"{where}/>{rows[-1].resource_id}"),
    )


def _rows(way: _Way, direction: str, border: Row[Any] | None) -> tuple[list[Row[Any]], bool, bool]:
    """The rows of a page in order; whether it is the first one, and the last."""
    if border is not None and direction == ">":
        rows = list(islice(way.after(border), PAGE + 1))
        if rows:
            return rows[:PAGE], False, len(rows) <= PAGE
    if border is not None and direction == "<":
        back = list(islice(way.before(border), PAGE + 1))
        if len(back) > PAGE:
            return list(reversed(back[:PAGE])), False, False
    rows = list(islice(way.after(None), PAGE + 1))
    return rows[:PAGE], True, len(rows) <= PAGE


def _lines(ctx: Context, way: _Way, rows: list[Row[Any]]) -> list[ResourceLine]:
    if way.tree:
        base = len(ids_on(way.under.path)) if way.under is not None else 0
        return [
            ResourceLine(row.resource_id, row.kind, row.name, len(ids_on(row.path)) - base - 1)
            for row in rows
        ]
    words = paths(ctx, rows, way.sight)
    return [ResourceLine(row.resource_id, row.kind, row.name, 0, words[row.resource_id]) for row in rows]
